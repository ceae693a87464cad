"""One agent as it stands in a run: when it was at work, what it did, what it used."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

from agents.events import AgentSaid, AgentStarted, Found, ToolCalled, ToolReturned
from agents.usage import Limits, Usage

MAX_ENTRIES = 2000
MAX_SAID = 16_000
"""Characters of one unbroken answer that are kept to look at; the events hold them all."""
SHOWN_ARGUMENTS = 60


class Status(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


MARKS = {
    Status.WAITING: "○",
    Status.WORKING: "●",
    Status.DONE: "✓",
    Status.FAILED: "✗",
    Status.STOPPED: "■",
}


@dataclass
class Span:
    """From `began` to `ended` (None while it lasts), seconds since the epoch.

    Of an agent's attempt, `round` is the round of the run that it belongs to.
    """

    began: float
    ended: float | None = None
    round: int = 1
    status: Status = Status.WORKING

    def seconds(self, now: float) -> float:
        return max(0.0, (now if self.ended is None else self.ended) - self.began)


@dataclass
class Entry:
    """One thing an agent did: `kind` is "tool", "said", "found" or "failed"."""

    at: float
    kind: str
    text: str
    tool: str = ""
    arguments: str = ""
    call: int = 0
    seconds: float | None = None
    """How long a tool took; None while it is at work."""
    failed: bool = False
    number: int = 0
    """Counts an agent's entries, from 0; those that are no longer kept count too."""
    attempt: int = 0
    """Index of the agent's span that the entry belongs to."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """The arguments as they were given; `arguments` is their short form."""
    evidence: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The entry on one line."""
        if self.kind == "tool":
            asked = f"{self.tool}({self.arguments})"
            return f"{asked} → {self.text}" if self.text else asked
        return " ".join(self.text.split())

    def line_in(self, columns: int) -> str:
        """The entry on one line; where there is little room, an answer without what was asked."""
        if self.kind == "tool" and self.text and len(self.line) > columns:
            return f"{self.tool} → {self.text}"
        return self.line


@dataclass
class AgentProgress:
    """One agent as it stands."""

    name: str
    role: str = ""
    backend: str = ""
    status: Status = Status.WAITING
    detail: str = ""
    kept: bool = False
    limits: Limits = field(default_factory=Limits)
    attempt_usage: Usage = field(default_factory=Usage)
    """What the latest attempt used: `limits` hold for each attempt alone."""
    spans: list[Span] = field(default_factory=list)
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=MAX_ENTRIES))
    calls: int = 0
    finds: int = 0
    noted: int = 0
    """Entries there have been; the newest of them are in `entries`."""
    _earlier_usage: Usage = field(default_factory=Usage)

    @property
    def usage(self) -> Usage:
        """What all attempts used, of every round."""
        return self._earlier_usage + self.attempt_usage

    def seconds(self, now: float) -> float:
        """Time at work, all attempts and rounds together."""
        return sum(span.seconds(now) for span in self.spans)

    @property
    def head(self) -> str:
        """The agent's state in a few words."""
        return f"{MARKS[self.status]} {self.name} {self.status}"

    def begin(self, event: AgentStarted, round: int = 1) -> None:
        if self.spans and self.spans[-1].ended is None:
            self.spans[-1].ended, self.spans[-1].status = event.at, Status.STOPPED
        self.role, self.backend, self.limits = event.role, event.backend, event.limits
        self.status, self.detail = Status.WORKING, ""
        self._earlier_usage, self.attempt_usage = self.usage, Usage()
        self.spans.append(Span(event.at, round=round))

    def end(self, status: Status, at: float, detail: str = "", kept: bool = True) -> None:
        self.status, self.detail, self.kept = status, detail, kept
        if self.spans:
            self.spans[-1].ended, self.spans[-1].status = at, status
        if detail:
            self._note(Entry(at, "failed", detail, failed=True))

    def _note(self, entry: Entry) -> None:
        entry.number, entry.attempt = self.noted, max(0, len(self.spans) - 1)
        self.noted += 1
        self.entries.append(entry)

    def called(self, event: ToolCalled) -> None:
        self.calls += 1
        words = ", ".join(_words(value) for value in event.arguments.values())
        if len(words) > SHOWN_ARGUMENTS:
            words = words[: SHOWN_ARGUMENTS - 1] + "…"
        asked = " ".join(words.split())
        self._note(
            Entry(event.at, "tool", "", event.tool, asked, event.call, given=event.arguments)
        )

    def returned(self, event: ToolReturned) -> None:
        for entry in reversed(self.entries):
            if entry.kind == "tool" and entry.call == event.call and entry.seconds is None:
                entry.text, entry.failed = event.summary, event.failed
                entry.seconds, entry.evidence = event.seconds, event.evidence
                return

    def said(self, event: AgentSaid) -> None:
        last = self.entries[-1] if self.entries else None
        if last is not None and last.kind == "said" and len(last.text) < MAX_SAID:
            last.text += event.text
        else:
            self._note(Entry(event.at, "said", event.text))

    def found(self, event: Found) -> None:
        self.finds += 1
        words = f"{event.subject}: {event.reason}" if event.reason else event.subject
        self._note(Entry(event.at, "found", words))

    def last(self, count: int) -> list[Entry]:
        """The newest `count` entries, oldest first."""
        return list(islice(self.entries, max(0, len(self.entries) - count), None))


def _words(value: object) -> str:
    """An argument as it is said in a line."""
    if isinstance(value, list | tuple):
        return " + ".join(map(_words, value))
    return str(value)
