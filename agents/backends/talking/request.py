"""One request to a model: what it wants, and the form it has for a server with ways of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from agents.backends.servers.dialects import (
    EFFORT,
    FINAL,
    LIMITED,
    MOST,
    NAME,
    REFUSALS,
    SCHEMA,
    Dialect,
    filled,
)
from agents.backends.servers.faults import Fault
from agents.backends.talking.messages import Messages
from agents.errors import NotUsable, Unreachable

REJECTED = (400, 422, 500, 501)
"""After these it is worth asking once without any option, though none was named."""


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

    def leave_out(self, options: frozenset[str]) -> None:
        """What a request had to do without. Once may be chance, and twice is the server's way."""
        if options != self.doubted:
            self.doubted = options or self.doubted
            return
        for option in options:
            self.refused[option] = len(self.dialect.forms(option))


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
        if not (fault.rejected or fault.overflow):
            return ""
        words = re.sub(rf"(?<!\w){re.escape(model.lower())}(?!\w)", "", fault.words)
        for option in ("most",) if fault.overflow else REFUSALS:
            if option in self.sent and any(name in words for name in REFUSALS[option]):
                return option
        return ""

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
