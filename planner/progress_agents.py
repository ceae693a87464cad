"""One agent as it stands in a run: when it was at work, what it did, what it used."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from math import ceil

from agents.events import (
    AgentSaid,
    AgentStarted,
    AnswerRefused,
    ApproachChanged,
    Found,
    ModelAnswered,
    ModelAsked,
    Retrying,
    ToolCalled,
    ToolReturned,
)
from agents.usage import Limits, Usage
from planner.progress_entries import Entry, Request, retry_words, untold

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
    _open: list[Request] = field(default_factory=list)
    """Requests to a model that have no answer yet, the newest last."""
    _retry: Retrying | None = None
    """Set while it waits to ask again."""

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

    @property
    def is_held_back(self) -> bool:
        """Whether it waits to ask a model again."""
        return self._retry is not None

    def doing(self, now: float) -> str:
        """What keeps it waiting, in a few words; "" when nothing does, or when that is not known."""
        if self._retry is not None:
            left = ceil(self._retry.at + self._retry.wait - now)
            return f"again in {left} s" if left > 0 else "again now"
        return self._open[-1].words() if self._open else ""

    def begin(self, event: AgentStarted, round: int = 1) -> None:
        self._break_off()
        if self.spans and self.spans[-1].ended is None:
            self.spans[-1].ended, self.spans[-1].status = event.at, Status.STOPPED
        self.role, self.backend, self.limits = event.role, event.backend, event.limits
        self.status, self.detail = Status.WORKING, ""
        self._earlier_usage, self.attempt_usage = self.usage, Usage()
        self.spans.append(Span(event.at, round=round))

    def end(self, status: Status, at: float, detail: str = "", kept: bool = True) -> None:
        self._break_off()
        self.status, self.detail, self.kept = status, detail, kept
        if self.spans:
            self.spans[-1].ended, self.spans[-1].status = at, status
        if detail:
            self._note(Entry(at, "failed", detail, failed=True))

    def _break_off(self) -> None:
        """No answer will come to what is open."""
        for request in self._open:
            request.broken_off = True
        self._open.clear()
        self._retry = None

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
        self._retry = None
        if self._open:
            self._open[-1].speaking = True
        kind = "thought" if event.reasoning else "said"
        last = self.entries[-1] if self.entries else None
        if last is not None and last.kind == kind and len(last.text) < MAX_SAID:
            last.text += event.text
        else:
            self._note(Entry(event.at, kind, event.text))

    def asked(self, event: ModelAsked) -> None:
        retry, self._retry = self._retry, None
        again = retry is not None and retry.request == event.request
        self._open.append(Request(event, attempt=retry.attempt if retry and again else 1))
        self._note(Entry(event.at, "request", "", request=self._open[-1]))

    def answered(self, event: ModelAnswered) -> None:
        self._retry = None
        request = next((r for r in reversed(self._open) if r.number == event.request), None)
        if request is None:
            request = Request()
            self._note(Entry(event.at - event.seconds, "request", "", request=request))
        else:
            self._open.remove(request)
        request.answer = event
        entry = next((e for e in reversed(self.entries) if e.request is request), None)
        if entry is not None:
            entry.seconds, entry.failed = event.seconds, request.failed

    def retries(self, event: Retrying) -> None:
        self._retry = event
        words = retry_words(event, self._failed_last)
        self._note(Entry(event.at, "retry", words, seconds=event.wait))

    def refused(self, event: AnswerRefused) -> None:
        self._note(Entry(event.at, "refused", f"answer refused: {event.reason}"))

    def changed(self, event: ApproachChanged) -> None:
        self._note(Entry(event.at, "changed", untold(event.reason, self._failed_last)))

    @property
    def _failed_last(self) -> str:
        """Why a request failed, if nothing has come after it."""
        request = self.entries[-1].request if self.entries else None
        return request.answer.failed if request is not None and request.answer else ""

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
