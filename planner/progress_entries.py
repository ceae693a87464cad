"""One thing an agent did, as every face shows it: a mark and a line, and all there is to tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.events import ModelAnswered, ModelAsked, Retrying
from agents.usage import Usage

ENTRY_MARKS: Mapping[str, str] = {
    "tool": "⚙",
    "said": "“",
    "thought": "┊",
    "found": "★",
    "failed": "✗",
    "request": "⇅",
    "retry": "↻",
    "refused": "⊘",
    "changed": "⇢",
}
"""What tells the kinds of entries apart where there is no colour."""
CANCELLED = "cancelled"
"""What a request failed with when nobody waits for its answer any more."""


@dataclass
class Request:
    """A request to a model: what went out, and what came back once it has."""

    asked: ModelAsked | None = None
    answer: ModelAnswered | None = None
    speaking: bool = False
    """Whether its first piece has come."""
    broken_off: bool = False
    """Whether the attempt ended before the answer."""
    attempt: int = 1
    """2 when it was sent for the second time, and so on."""

    @property
    def number(self) -> int:
        event = self.asked or self.answer
        return event.request if event else 0

    @property
    def title(self) -> str:
        """ "request 3", "request 3, attempt 2"."""
        again = f", attempt {self.attempt}" if self.attempt > 1 else ""
        return f"request {self.number}{again}"

    @property
    def failed(self) -> bool:
        """Whether something went wrong with it; that it was cancelled is no such thing."""
        return self.answer is not None and self.answer.failed not in ("", CANCELLED)

    @property
    def model(self) -> str:
        """As the server names it, once it has."""
        return (self.answer and self.answer.model) or (self.asked and self.asked.model) or ""

    @property
    def usage(self) -> Usage:
        return self.answer.usage if self.answer else Usage()

    def words(self, *, short: bool = False) -> str:
        """How it stands: "waiting for the model (request 3)", "request 3: 1.2 s, 900 tokens in …"."""
        answer = self.answer
        if answer is None:
            if self.broken_off:
                return f"{self.title}: broken off"
            what = "the model is answering" if self.speaking else "waiting for the model"
            return f"{what} ({self.title})"
        if answer.failed:
            return f"{self.title}{' failed' if self.failed else ''}: {answer.failed}"
        took = f"{answer.seconds:.1f} s"
        if not answer.usage.tokens:
            return f"{self.title}: {took}"
        sent, got = f"{answer.usage.input_tokens:,}", f"{answer.usage.output_tokens:,}"
        if short:
            return f"{self.title}: {sent} → {got} tokens, {took}"
        return f"{self.title}: {took}, {sent} tokens in, {got} out"


@dataclass
class Entry:
    """One thing an agent did; `kind` is a key of ENTRY_MARKS."""

    at: float
    kind: str
    text: str
    tool: str = ""
    arguments: str = ""
    call: int = 0
    seconds: float | None = None
    """How long a tool took, a model, or the wait before a retry; None while it is at work."""
    failed: bool = False
    number: int = 0
    """Counts an agent's entries, from 0; those that are no longer kept count too."""
    attempt: int = 0
    """Index of the agent's span that the entry belongs to."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """The arguments as they were given; `arguments` is their short form."""
    evidence: tuple[str, ...] = ()
    request: Request | None = None
    """Of kind "request"."""

    @property
    def mark(self) -> str:
        return "✗" if self.failed else ENTRY_MARKS[self.kind]

    @property
    def line(self) -> str:
        """The entry on one line."""
        if self.request is not None:
            return self.request.words()
        if self.kind == "tool":
            asked = f"{self.tool}({self.arguments})"
            return f"{asked} → {self.text}" if self.text else asked
        return " ".join(self.text.split())

    def line_in(self, columns: int) -> str:
        """The entry on one line; where there is little room, an answer without what was asked."""
        if len(self.line) > columns:
            if self.request is not None:
                return self.request.words(short=True)
            if self.kind == "tool" and self.text:
                return f"{self.tool} → {self.text}"
        return self.line


def retry_words(event: Retrying, told: str = "") -> str:
    """ "again in 12 s, attempt 2 of 3: 429 from openai"; without a reason `told` just before."""
    when = f"in {wait_words(event.wait)}" if event.wait else "at once"
    why = untold(event.reason, told)
    number = f"{event.attempt} of {event.of}" if event.of >= event.attempt else f"{event.attempt}"
    return f"again {when}, attempt {number}{f': {why}' if why else ''}"


def untold(reason: str, told: str) -> str:
    """What a reason adds to a failure that was `told` just before."""
    if told and (reason == told or reason.startswith(f"{told}; ")):
        return reason[len(told) + 2 :]
    return reason


def wait_words(seconds: float) -> str:
    """ "0.4 s", "12 s"."""
    return f"{seconds:.1f} s" if seconds < 3 else f"{seconds:.0f} s"


def spent_words(usage: Usage, *, tokens: str = "", most: float | None = None) -> str:
    """ "1,200 tokens ≈ $0.25/1.00"; a cost that nobody knows is told from none."""
    told = f"{tokens or f'{usage.tokens:,}'} tokens"
    if usage.tokens and not usage.cost_usd:
        return f"{told}, {'cost unknown' if usage.unpriced else 'no cost'}"
    return f"{told} ≈ ${cost_words(usage)}{f'/{most:.2f}' if most else ''}"


def cost_words(usage: Usage) -> str:
    """Dollars and cents, and hundredths of these where there is less than a cent."""
    return f"{usage.cost_usd:.{4 if 0 < usage.cost_usd < 0.01 else 2}f}"
