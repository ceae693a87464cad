"""A recorded run as who worked at what: the attempts of each agent, round by round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agents.agent import Brief
from agents.backends.tape.lines import (
    EventLine,
    KeptLine,
    OutcomeLine,
    TapeLine,
    TaskLine,
    ToolLine,
)
from agents.events import AgentFailed, Event, RoundStarted, ToolCalled, ToolReturned

Feedback = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Check, detail and places of each."""


def feedback_of(told: Brief | TaskLine) -> Feedback:
    return tuple((f.check, f.detail, f.places) for f in told.feedback)


@dataclass
class Attempt:
    """One task as it was recorded: what happened, and how it ended."""

    began: float
    feedback: Feedback
    steps: list[TapeLine] = field(default_factory=list)
    outcome: OutcomeLine | None = None
    reason: str = ""
    """How the team told its failure."""
    called: dict[int, ToolCalled] = field(default_factory=dict)
    """The calls of tools that were told, by number."""
    returned: set[int] = field(default_factory=set)
    """The calls of which the end was told."""
    answers: dict[int, ToolLine] = field(default_factory=dict)
    """What the tools returned."""

    def add(self, line: TapeLine) -> None:
        self.steps.append(line)
        match line:
            case ToolLine():
                self.answers[line.call] = line
            case EventLine(event=ToolCalled() as called):
                self.called[called.call] = called
            case EventLine(event=ToolReturned() as returned):
                self.returned.add(returned.call)

    @property
    def calls(self) -> int:
        """The highest number of a call."""
        return max((*self.called, *self.answers), default=0)


def rounds_by_agent(lines: Iterable[TapeLine]) -> Mapping[str, list[list[Attempt]]]:
    """By agent: the rounds it worked in, each with its attempts."""
    found: dict[str, dict[int, list[Attempt]]] = defaultdict(lambda: defaultdict(list))
    latest: dict[str, Attempt] = {}
    number = 1
    for line in lines:
        match line:
            case EventLine(event=RoundStarted()):
                number += 1
            case TaskLine(agent=agent):
                latest[agent] = Attempt(line.at, feedback_of(line))
                found[agent][number].append(latest[agent])
            case OutcomeLine(agent=agent) if agent in latest:
                latest[agent].outcome = line
            case ToolLine(agent=agent) | KeptLine(agent=agent) if agent in latest:
                latest[agent].add(line)
            case EventLine(event=AgentFailed(agent=agent, reason=reason)) if agent in latest:
                latest[agent].reason = reason
            case EventLine(event=event):
                attempt = latest.get(_agent_of(event))
                if attempt is not None and attempt.outcome is None:
                    attempt.add(line)
    return {agent: list(rounds.values()) for agent, rounds in found.items()}


def _agent_of(event: Event) -> str:
    agent: str = getattr(event, "agent", "")
    return agent
