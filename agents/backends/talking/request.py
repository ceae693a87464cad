"""One request to a model: what it wants, and the form it has for a server with ways of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from agents.backends.servers.dialects import (
    EFFORT,
    FINAL,
    LIMITED,
    MOST,
    NAME,
    SCHEMA,
    Dialect,
    filled,
)
from agents.backends.servers.faults import Fault
from agents.backends.servers.refusals import (
    NOT_TAKEN,
    PLAIN_WORDS,
    REFUSALS,
    SURELY_NOT_TAKEN,
)
from agents.backends.talking.messages import Messages
from agents.errors import NotUsable, Unreachable

REJECTED = (400, 422, 500, 501)
"""After these it is worth asking once without any option, though none was named."""

_UNCLEAR = (200, 500, 501)
"""What is said with these may be about anything, and must say that an option is not taken."""


def _whole_words(table: Mapping[str, tuple[str, ...]]) -> dict[str, re.Pattern[str]]:
    return {
        option: re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")
        for option, words in table.items()
    }


_NAMED, _PLAINLY_NAMED = _whole_words(REFUSALS), _whole_words(PLAIN_WORDS)


@dataclass
class Learned:
    """What a server has refused so far: for each option the form that is next to be tried."""

    dialect: Dialect
    refused: dict[str, int] = field(default_factory=dict)
    no_tools: bool = False
    doubted: frozenset[str] = frozenset()
    """Options that one request had to do without, for a reason that was not told."""

    def form(self, option: str) -> int | None:
        """The place of the form that is sent; None when the option is left out."""
        place = self.refused.get(option, 0)
        return place if place < len(self.dialect.forms(option)) else None

    def refuse(self, option: str, sent: int) -> str:
        """Go on after the form that was `sent`; what is done instead, in words."""
        self.refused[option] = max(self.refused.get(option, 0), sent + 1)
        names = ", ".join(self.dialect.forms(option)[sent])
        return f"without {names}" if self.form(option) is None else f"with another form of {names}"

    def note(self, asking: Asking) -> None:
        """What a request that was answered had to do without. Once may be chance; twice, with no
        answer to those options in between, is the server's way."""
        options = asking.left_out
        if not options:
            if not self.doubted.isdisjoint(asking.sent):
                self.doubted = frozenset()
        elif options == self.doubted and options == asking.doubted:
            for option in options:
                self.refused[option] = len(self.dialect.forms(option))
        else:
            self.doubted = options


@dataclass(frozen=True)
class Wanted:
    """What kind of answer a request wants."""

    tools: bytes = b""
    """The tools as JSON, a list."""
    final: str = ""
    """The one tool that must be called now."""
    final_tool: bytes = b""
    """That tool alone, a list: for a server that cannot be made to call one of many."""
    shape: tuple[str, Any, Any] | None = None
    """Name and JSON schema of an answer in JSON, without limits and with them. Such an answer is
    not told as said."""


@dataclass
class Asking:
    """One request, in all the forms and attempts that it takes."""

    number: int
    messages: Messages
    wanted: Wanted
    learned: Learned
    attempts: int = 0
    sent: dict[str, int] = field(default_factory=dict)
    """The options in the latest attempt, each with the place of its form."""
    fields: list[str] = field(default_factory=list)
    """The fields that they are."""
    left_out: frozenset[str] = frozenset()
    """Options left out together, since the server did not say which one it minds."""
    shortened: bool = False
    doubted: frozenset[str] = field(init=False)
    """What another request had to do without before this one began."""

    def __post_init__(self) -> None:
        self.doubted = self.learned.doubted

    def body(self, model: bytes, *, stream: bool, effort: str | None, most_tokens: int) -> bytes:
        """The request as JSON; `model` is written as JSON already."""
        wanted = self.wanted
        self.sent.clear()
        self.fields.clear()
        name, schema, limited = wanted.shape or ("", None, None)
        values = {MOST: most_tokens, EFFORT: effort, FINAL: wanted.final} | {
            NAME: name,
            SCHEMA: schema,
            LIMITED: limited,
        }
        wished = {
            "stream": stream,
            "usage": stream and self.learned.form("stream") is not None,
            "parallel": bool(wanted.tools and not wanted.final),
            "final": bool(wanted.final),
            "effort": bool(effort),
            "most": True,
            "shape": wanted.shape is not None,
        }
        options: dict[str, Any] = {}
        for option, wish in wished.items():
            place = self.learned.form(option) if wish and option not in self.left_out else None
            if place is not None:
                form = filled(self.learned.dialect.forms(option)[place], values)
                self.sent[option] = place
                self.fields += form
                options |= form
        tools = wanted.tools
        if wanted.final and not isinstance(options.get("tool_choice"), dict):
            tools = wanted.final_tool
        parts = [b'{"model":', model, b',"messages":', self.messages.written()]
        if tools:
            parts += (b',"tools":', tools)
        if options:
            parts += (b",", to_json(options)[1:-1])
        return b"".join((*parts, b"}"))

    def names(self, fault: Fault, model: str) -> str:
        """The option of the request that a fault names; empty when it names none."""
        words = re.sub(rf"(?<!\w){re.escape(model.lower())}(?!\w)", "", fault.words)
        if fault.overflow:
            return "most" if "most" in self.sent and _NAMED["most"].search(words) else ""
        if not fault.rejected or fault.kind not in (NotUsable, Unreachable):
            return ""
        refused = any(word in words for word in NOT_TAKEN)
        said = [_NAMED] if refused or fault.status not in _UNCLEAR else []
        if refused and any(word in words for word in SURELY_NOT_TAKEN):
            said.append(_PLAINLY_NAMED)
        named = (o for names in said for o in names if o in self.sent and names[o].search(words))
        return next(named, "")

    def refuses_tools(self, fault: Fault) -> bool:
        return bool(self.wanted.tools) and fault.no_tools

    def change(self, fault: Fault, model: str) -> str:
        """Ask in another form after `fault`; what is changed, in words, or empty for nothing."""
        if option := self.names(fault, model):
            return self.learned.refuse(option, self.sent[option])
        if fault.overflow:
            if self.shortened or not self.messages.shorten():
                return ""
            self.shortened = True
            return "with older answers of tools shortened"
        if self.refuses_tools(fault) or fault.kind not in (NotUsable, Unreachable):
            return ""
        if self.left_out or not self.sent or fault.status not in REJECTED or fault.settled:
            return ""
        self.left_out = frozenset(self.sent)
        return f"without {', '.join(self.fields)}"
