"""A run told while it goes on: whole lines, no more of them than one can listen to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

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
)
from agents.usage import Usage
from planner.cli.live import Progress
from planner.cli.once import Once
from planner.export.spoken import counted, sentence
from planner.progress import RunProgress
from planner.progress_entries import retry_words, spent_words, untold
from planner.views.words import listed, spaced

QUIET_SECONDS = 2.0
"""After so long a silence, an agent is heard even with more of the same."""
LONG_LINE = 240
"""Characters after which the end of a sentence ends a line."""


@dataclass
class _Heard:
    """What one agent has been heard with in its attempt, and what it did in all."""

    at: float
    kinds: set[str] = field(default_factory=set)
    asked: dict[int, str] = field(default_factory=dict)
    """What each open tool call asks for."""
    tools: Counter[str] = field(default_factory=Counter)
    finds: int = 0
    unsaid: str = ""
    """A line that is not whole yet."""
    thinks: bool = False
    """Whether that line is how it comes to its answer, not the answer."""
    failure: str = ""
    """Why a request failed, told just now."""
    refused: int = 0
    """Answers that did not hold."""


class Narrator(Progress):
    """Says each event that tells something new.

    An agent is heard when it starts and ends, when a tool fails, and with the first of each kind of
    thing it does; with more of the same after a silence. The rest is counted when it ends.
    """

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._agents: dict[str, _Heard] = {}
        self._once = Once()
        self._progress = RunProgress()

    def __call__(self, event: Event) -> None:
        self._progress(event)
        match event:
            case AgentStarted():
                self._agents[event.agent] = _Heard(event.at)
                self._tell(f"{event.agent} starts: {event.role}")
            case AgentSaid():
                self._said(event)
            case ToolCalled():
                self._end_line(event.agent, event.at)
                heard = self._heard(event.agent, event.at)
                heard.asked[event.call] = asked(event.tool, event.arguments)
                heard.tools[event.tool] += 1
            case ToolReturned():
                self._returned(event)
            case Found():
                self._end_line(event.agent, event.at)
                self._heard(event.agent, event.at).finds += 1
                because = f": {event.reason}" if event.reason else ""
                self._perhaps(event.agent, event.at, "found", f"found {event.subject}{because}")
            case AgentFinished():
                self._end_line(event.agent, event.at)
                took = f"{event.agent} is done after {event.seconds:.1f} seconds"
                heard = self._heard(event.agent, event.at)
                self._tell(took, did(heard), *spent(event.usage), *refusals(heard))
            case AgentFailed():
                self._end_line(event.agent, event.at)
                kept = "what it had found is kept" if event.kept else "its part is missing"
                how = "was stopped" if event.cancelled else "failed"
                reason = self._once.reason(event.agent, event.reason)
                heard = self._heard(event.agent, event.at)
                self._tell(f"{event.agent} {how}: {reason}; {kept}", *refusals(heard))
            case ModelAsked() | ModelAnswered() | Retrying() | AnswerRefused() | ApproachChanged():
                self._of_a_model(event)
            case _:
                self._of_the_run(event)

    def _of_a_model(
        self, event: ModelAsked | ModelAnswered | Retrying | AnswerRefused | ApproachChanged
    ) -> None:
        """What went wrong is told each time; that a model is asked and answers, once in a while."""
        agent, at = event.agent, event.at
        self._end_line(agent, at)
        heard = self._heard(agent, at)
        failure, heard.failure = heard.failure, ""
        match event:
            case ModelAsked():
                what = f"asks the model {event.model}, request {event.request}"
                self._perhaps(agent, at, "model asked", what)
            case ModelAnswered() if event.failed:
                why = self._once.reason(agent, event.failed)
                self._now(agent, at, f"request {event.request} failed: {why}")
                heard.failure = event.failed
            case ModelAnswered():
                took = f"the model has answered after {event.seconds:.1f} seconds"
                self._perhaps(agent, at, "model answered", took)
            case Retrying():
                why = self._reason(agent, event.reason, failure)
                self._now(agent, at, retry_words(event.model_copy(update={"reason": why})))
            case AnswerRefused():
                heard.refused += 1
                if why := self._once.refusal(agent, event.reason):
                    self._now(agent, at, f"its answer is refused: {why}", "It is asked again")
            case ApproachChanged():
                why = self._reason(agent, event.reason, failure)
                self._now(agent, at, f"goes on in another way: {why}")

    def _reason(self, agent: str, reason: str, failure: str) -> str:
        """What is new in it, after the failure that was told just before."""
        new = untold(reason, failure)
        return self._once.reason(agent, new) if new else ""

    def _of_the_run(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._tell(
                    f"{counted(len(event.agents), 'agent')} start together: {listed(event.agents)}",
                    f"Backend: {event.backend}. Mode: {event.effort}",
                )
            case RoundStarted():
                self._tell(f"Round {event.number}: asked again: {listed(event.agents)}")
            case Merged():
                candidates = counted(event.candidates, "candidate")
                settled = counted(event.decisions, "decision")
                self._tell(f"What they found is merged: {candidates}, {settled}")
            case Scheduled():
                visits = counted(event.visits, "place")
                self._tell(f"Placed in time: {visits}, {event.left_out} left out")
            case Checked():
                failed = [f"Failed: {each}" for each in event.failed]
                checks = counted(event.passed + len(failed), "hard check")
                self._tell(f"Checked by code: {event.passed} of {checks} passed", *failed)
            case RunFinished():
                how = "Stopped" if event.cancelled else "Finished"
                self._tell(f"{how} after {event.seconds:.1f} seconds", *spent(self._progress.usage))
            case RunFailed():
                how = "Cancelled" if event.cancelled else "Broken off"
                self._tell(
                    f"{how} after {event.seconds:.1f} seconds, without a plan",
                    *spent(self._progress.usage),
                )

    def _said(self, event: AgentSaid) -> None:
        heard = self._heard(event.agent, event.at)
        if heard.thinks != event.reasoning:
            self._end_line(event.agent, event.at)
            heard.thinks = event.reasoning
        *whole, heard.unsaid = (heard.unsaid + event.text).split("\n")
        if len(heard.unsaid) > LONG_LINE and ". " in heard.unsaid:
            sentences, _, heard.unsaid = heard.unsaid.rpartition(". ")
            whole.append(sentences)
        for line in whole:
            self._speak(event.agent, event.at, line)

    def _end_line(self, agent: str, at: float) -> None:
        heard = self._heard(agent, at)
        line, heard.unsaid = heard.unsaid, ""
        self._speak(agent, at, line)

    def _speak(self, agent: str, at: float, line: str) -> None:
        if self._heard(agent, at).thinks:
            self._perhaps(agent, at, "thought", line.strip() and f"thinks: {line}")
        else:
            self._perhaps(agent, at, "said", line)

    def _returned(self, event: ToolReturned) -> None:
        heard = self._heard(event.agent, event.at)
        question = heard.asked.pop(event.call, spaced(event.tool))
        answer = f"failed: {event.summary}" if event.failed else event.summary
        kind = f"failed {event.call}" if event.failed else f"tool {event.tool}"
        self._perhaps(event.agent, event.at, kind, question, answer)

    def _perhaps(self, agent: str, at: float, kind: str, what: str, *more: str) -> None:
        """Tell it if it is of a new kind, or if the agent has been silent for a while."""
        heard = self._heard(agent, at)
        if not what.strip() or (kind in heard.kinds and at - heard.at < QUIET_SECONDS):
            return
        heard.kinds.add(kind)
        self._now(agent, at, what, *more)

    def _now(self, agent: str, at: float, what: str, *more: str) -> None:
        self._heard(agent, at).at = at
        self._tell(f"{agent}: {what}", *more)

    def _heard(self, agent: str, at: float) -> _Heard:
        return self._agents.setdefault(agent, _Heard(at))

    def _tell(self, *parts: str) -> None:
        self._say(sentence(*parts))


def asked(tool: str, arguments: Mapping[str, object]) -> str:
    """A tool call in words: "find activities for lisbon, food, tiles, step free"."""
    words = []
    for name, value in arguments.items():
        if value is True:
            words.append(spaced(name))
        elif isinstance(value, list | tuple):
            words += map(str, value)
        elif isinstance(value, int | float) and value is not False:
            words.append(f"{spaced(name)} {value}")
        elif value not in (None, False, ""):
            words.append(str(value))
    return f"{spaced(tool)} for {', '.join(words)}" if words else spaced(tool)


def did(heard: _Heard) -> str:
    """ "18 tool calls: find activities 4, climate 2; 3 finds"."""
    calls = ", ".join(f"{spaced(tool)} {count}" for tool, count in heard.tools.most_common())
    told = counted(heard.tools.total(), "tool call") + (f": {calls}" if calls else "")
    return f"{told}; {counted(heard.finds, 'find')}" if heard.finds else told


def refusals(heard: _Heard) -> list[str]:
    """How many answers were refused, where that is more than was told."""
    return [f"{counted(heard.refused, 'answer')} refused"] if heard.refused > 1 else []


def spent(usage: Usage) -> list[str]:
    """ "3 requests to a model, 1,200 tokens, about $0.02": nothing where there was no model."""
    if not usage.requests:
        return []
    told = f"{counted(usage.requests, 'request')} to a model"
    return [f"{told}, {spoken_tokens(usage)}" if usage.tokens else told]


def spoken_tokens(usage: Usage) -> str:
    """Tokens, and what they cost as an estimate."""
    return spent_words(usage).replace(" ≈", ", about")
