"""What a run looks like from its events: one state that every face draws in its own way."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from agents.events import (
    AgentFailed,
    AgentFinished,
    AgentSaid,
    AgentStarted,
    Checked,
    Event,
    Found,
    Merged,
    RoundStarted,
    RunFinished,
    RunStarted,
    Scheduled,
    ToolCalled,
    ToolReturned,
    UsageChanged,
)
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
    """From `began` to `ended` (None while it lasts), seconds since the epoch."""

    began: float
    ended: float | None = None

    def seconds(self, now: float) -> float:
        return max(0.0, (self.ended or now) - self.began)


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

    @property
    def line(self) -> str:
        """The entry on one line."""
        if self.kind == "tool":
            asked = f"{self.tool}({self.arguments})"
            return f"{asked} → {self.text}" if self.text else asked
        return " ".join(self.text.split())


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
    usage: Usage = field(default_factory=Usage)
    spans: list[Span] = field(default_factory=list)
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=MAX_ENTRIES))
    calls: int = 0
    finds: int = 0

    def seconds(self, now: float) -> float:
        """Time at work, all attempts and rounds together."""
        return sum(span.seconds(now) for span in self.spans)

    @property
    def head(self) -> str:
        """The agent's state in a few words."""
        return f"{MARKS[self.status]} {self.name} {self.status}"

    def begin(self, event: AgentStarted) -> None:
        if self.spans and self.spans[-1].ended is None:
            self.spans[-1].ended = event.at
        self.role, self.backend = event.role, event.backend
        self.status, self.detail = Status.WORKING, ""
        self.spans.append(Span(event.at))

    def end(self, status: Status, at: float, detail: str = "", kept: bool = True) -> None:
        self.status, self.detail, self.kept = status, detail, kept
        if self.spans:
            self.spans[-1].ended = at
        if detail:
            self.entries.append(Entry(at, "failed", detail, failed=True))

    def called(self, event: ToolCalled) -> None:
        self.calls += 1
        words = ", ".join(str(value) for value in event.arguments.values())
        if len(words) > SHOWN_ARGUMENTS:
            words = words[: SHOWN_ARGUMENTS - 1] + "…"
        self.entries.append(
            Entry(event.at, "tool", "", event.tool, " ".join(words.split()), event.call)
        )

    def returned(self, event: ToolReturned) -> None:
        for entry in reversed(self.entries):
            if entry.kind == "tool" and entry.call == event.call and entry.seconds is None:
                entry.text, entry.failed = event.summary, event.failed
                entry.seconds = event.seconds
                return

    def said(self, event: AgentSaid) -> None:
        last = self.entries[-1] if self.entries else None
        if last is not None and last.kind == "said" and len(last.text) < MAX_SAID:
            last.text += event.text
        else:
            self.entries.append(Entry(event.at, "said", event.text))

    def found(self, event: Found) -> None:
        self.finds += 1
        words = f"{event.subject}: {event.reason}" if event.reason else event.subject
        self.entries.append(Entry(event.at, "found", words))

    def last(self, count: int) -> list[Entry]:
        """The newest `count` entries, oldest first."""
        return list(islice(self.entries, max(0, len(self.entries) - count), None))


class RunProgress:
    """Follows a run: call it with each event. `version` grows with every change."""

    def __init__(self) -> None:
        self.agents: dict[str, AgentProgress] = {}
        self.notes: list[str] = []
        self.backend = ""
        self.effort = ""
        self.span: Span | None = None
        self.complete: bool | None = None
        self.version = 0

    @property
    def at_work(self) -> bool:
        return self.span is not None and self.span.ended is None

    def wall(self, now: float) -> float:
        """Seconds by the clock from the first agent's start to the last one's end."""
        spans = [span for agent in self.agents.values() for span in agent.spans]
        if not spans:
            return 0.0
        return max(span.ended or now for span in spans) - min(span.began for span in spans)

    def added_up(self, now: float) -> float:
        """Seconds that the agents worked, added up."""
        return sum(agent.seconds(now) for agent in self.agents.values())

    @property
    def usage(self) -> Usage:
        return sum((agent.usage for agent in self.agents.values()), Usage())

    def __call__(self, event: Event) -> None:
        self.version += 1
        match event:
            case RunStarted():
                self.span, self.complete = Span(event.at), None
                self.backend, self.effort = event.backend, event.effort
                for name in event.agents:
                    self._agent(name)
            case RoundStarted():
                if self.span is not None:
                    self.span.ended, self.complete = None, None
            case RunFinished():
                self.complete = event.complete
                if self.span is not None:
                    self.span.ended = event.at
            case Merged() | Scheduled() | Checked():
                pass
            case _:
                self._of_an_agent(event)
        if not isinstance(event, AgentStarted | AgentFinished | AgentFailed):
            line = line_of(event)
            if line:
                self.notes.append(line)

    def _agent(self, name: str) -> AgentProgress:
        return self.agents.setdefault(name, AgentProgress(name))

    def _of_an_agent(self, event: Event) -> None:
        match event:
            case AgentStarted():
                self._agent(event.agent).begin(event)
            case AgentSaid():
                self._agent(event.agent).said(event)
            case ToolCalled():
                self._agent(event.agent).called(event)
            case ToolReturned():
                self._agent(event.agent).returned(event)
            case Found():
                self._agent(event.agent).found(event)
            case UsageChanged():
                self._agent(event.agent).usage = event.usage
            case AgentFinished():
                self._agent(event.agent).usage = event.usage
                self._agent(event.agent).end(Status.DONE, event.at)
            case AgentFailed():
                status = Status.STOPPED if event.cancelled else Status.FAILED
                self._agent(event.agent).end(status, event.at, event.reason, event.kept)


@dataclass(frozen=True)
class Bar:
    """One agent's row on the common time axis: `cells` is as wide as the axis."""

    agent: str
    status: Status
    cells: str
    label: str


def waterfall(progress: RunProgress, now: float, width: int) -> list[Bar]:
    """A bar for each agent on one time axis, `width` cells wide: what ran at the same time."""
    spans = [span for agent in progress.agents.values() for span in agent.spans]
    if not spans or width < 1:
        return []
    first, wall = min(span.began for span in spans), progress.wall(now) or 1e-6
    bars = []
    for agent in progress.agents.values():
        cells = [" "] * width
        for span in agent.spans:
            start = min(width - 1, int((span.began - first) / wall * width))
            end = max(start + 1, round(((span.ended or now) - first) / wall * width))
            cells[start:end] = "━" * (min(end, width) - start)
        label = duration(agent.seconds(now))
        bars.append(Bar(agent.name, agent.status, "".join(cells[:width]), label))
    return bars


def duration(seconds: float) -> str:
    """ "340 ms", "12.3 s", "2 min 05 s"."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02} s"


def line_of(event: Event) -> str | None:
    """An event worth a line of its own, in words."""
    match event:
        case AgentStarted():
            return f"{event.agent}: started ({event.backend})"
        case AgentFinished():
            return f"{event.agent}: done in {event.seconds:.2f} s, {event.summary}"
        case AgentFailed():
            kept = "what it had found is kept" if event.kept else "its part is missing"
            return f"{event.agent}: {event.reason}; {kept}"
        case RoundStarted():
            return f"round {event.number}: back to {', '.join(event.agents)}"
        case Merged():
            return f"merged: {_count(event.candidates, 'candidate')}, {_count(event.decisions, 'decision')}"
        case Scheduled():
            return f"scheduled: {_count(event.visits, 'visit')}, {event.left_out} left out"
        case Checked():
            failed = f", failed: {'; '.join(event.failed)}" if event.failed else ""
            return f"checked: {event.passed} checks passed{failed}"
        case _:
            return None


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
