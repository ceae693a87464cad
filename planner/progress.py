"""What a run looks like from its events: one state that every face draws in its own way."""

from __future__ import annotations

from agents.events import (
    AgentFailed,
    AgentFinished,
    AgentSaid,
    AgentStarted,
    AnswerRefused,
    ApproachChanged,
    Checked,
    Event,
    Found,
    Merged,
    ModelAnswered,
    ModelAsked,
    Retrying,
    RoundStarted,
    RunFailed,
    RunFinished,
    RunStarted,
    Scheduled,
    ToolCalled,
    ToolReturned,
    UsageChanged,
)
from agents.usage import Usage
from planner.progress_agents import MARKS, AgentProgress, Span, Status
from planner.progress_entries import Entry, retry_words

__all__ = ["MARKS", "AgentProgress", "Entry", "RunProgress", "Span", "Status", "line_of"]

Step = Merged | Scheduled | Checked
"""What the application does with the findings."""
_OF_AN_AGENT = (
    AgentStarted | AgentFinished | AgentFailed | Retrying | AnswerRefused | ApproachChanged
)
"""What is told of one agent, and seen with it, so that it is no note on the whole."""


class RunProgress:
    """Follows a run: call it with each event. `version` grows with every change."""

    def __init__(self) -> None:
        self.agents: dict[str, AgentProgress] = {}
        self.notes: list[str] = []
        self.backend = ""
        self.effort = ""
        self.span: Span | None = None
        self.round = 1
        self.steps: list[Step] = []
        self.complete: bool | None = None
        self.version = 0

    @property
    def at_work(self) -> bool:
        return self.span is not None and self.span.ended is None

    @property
    def began(self) -> float | None:
        """When the first agent started."""
        return min((s.began for a in self.agents.values() for s in a.spans), default=None)

    def wall(self, now: float) -> float:
        """Seconds by the clock in which at least one agent was at work."""
        return sum(end - start for start, end in self.busy(now))

    def busy(self, now: float) -> list[tuple[float, float]]:
        """From when to when at least one agent was at work, in order and apart from each other."""
        spans = [span for agent in self.agents.values() for span in agent.spans]
        apart: list[tuple[float, float]] = []
        for span in sorted(spans, key=lambda span: span.began):
            end = max(span.began, now if span.ended is None else span.ended)
            if apart and span.began <= apart[-1][1]:
                apart[-1] = apart[-1][0], max(apart[-1][1], end)
            else:
                apart.append((span.began, end))
        return apart

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
                self.span, self.complete, self.round = Span(event.at), None, 1
                self.backend, self.effort = event.backend, event.effort
                for name in event.agents:
                    self._agent(name)
            case RoundStarted():
                self._resume()
                self.round = event.number
                self.backend = event.backend or self.backend
            case RunFinished():
                self.complete = event.complete
                self._rest(event.at)
            case RunFailed():
                self._rest(event.at)
            case Merged() | Scheduled() | Checked():
                self._resume()
                self.steps.append(event)
            case _:
                self._of_an_agent(event)
        if not isinstance(event, _OF_AN_AGENT):
            line = line_of(event)
            if line:
                self.notes.append(line)

    def _resume(self) -> None:
        """Work goes on, maybe long after the last plan was finished."""
        if self.span is not None and self.span.ended is not None:
            self.span.ended, self.complete = None, None

    def _rest(self, at: float) -> None:
        """The work has ended; what was refused before any work leaves the earlier end as it is."""
        if self.span is not None and self.span.ended is None:
            self.span.ended = at

    def _agent(self, name: str) -> AgentProgress:
        return self.agents.setdefault(name, AgentProgress(name))

    def _of_an_agent(self, event: Event) -> None:
        match event:
            case AgentStarted():
                self._agent(event.agent).begin(event, self.round)
            case AgentSaid():
                self._agent(event.agent).said(event)
            case ToolCalled():
                self._agent(event.agent).called(event)
            case ToolReturned():
                self._agent(event.agent).returned(event)
            case Found():
                self._agent(event.agent).found(event)
            case ModelAsked():
                self._agent(event.agent).asked(event)
            case ModelAnswered():
                self._agent(event.agent).answered(event)
            case Retrying() | AnswerRefused() | ApproachChanged():
                self._aside(event)
            case UsageChanged():
                self._agent(event.agent).attempt_usage = event.usage
            case AgentFinished():
                self._agent(event.agent).attempt_usage = event.usage
                self._agent(event.agent).end(Status.DONE, event.at)
            case AgentFailed():
                status = Status.STOPPED if event.cancelled else Status.FAILED
                self._agent(event.agent).end(status, event.at, event.reason, event.kept)

    def _aside(self, event: Retrying | AnswerRefused | ApproachChanged) -> None:
        """What came between an agent and an answer."""
        agent = self._agent(event.agent)
        match event:
            case Retrying():
                agent.retries(event)
            case AnswerRefused():
                agent.refused(event)
            case ApproachChanged():
                agent.changed(event)


def line_of(event: Event) -> str | None:
    """An event worth a line of its own, in words."""
    match event:
        case Retrying():
            return f"{event.agent}: {retry_words(event)}"
        case AnswerRefused():
            return f"{event.agent}: answer refused: {event.reason}"
        case ApproachChanged():
            return f"{event.agent}: {event.reason}"
        case _:
            return _of_the_rest(event)


def _of_the_rest(event: Event) -> str | None:
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
            return f"scheduled: {_count(event.visits, 'place')}, {event.left_out} left out"
        case Checked():
            failed = f", failed: {'; '.join(event.failed)}" if event.failed else ""
            checks = event.passed + len(event.failed)
            return f"checked: {event.passed} of {_count(checks, 'hard check')} passed{failed}"
        case RunFailed():
            how = "cancelled" if event.cancelled else "broke off"
            return f"{how} after {event.seconds:.2f} s, without a plan"
        case _:
            return None


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
