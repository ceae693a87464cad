"""Plays a recorded run: the same tool answers, words and findings, without a model or a look-up."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from math import inf, nextafter
from pathlib import Path
from typing import Any, cast

import anyio
from anyio.lowlevel import checkpoint
from pydantic import ValidationError

from agents import errors
from agents.agent import Output, Task
from agents.backends.tape.lines import (
    EventLine,
    KeptLine,
    OutcomeLine,
    Tape,
    TapeLine,
    TaskLine,
    ToolLine,
    read_tape,
)
from agents.errors import BackendError, LimitReached, RecordingError, ToolError, TripartiteError
from agents.events import (
    AgentFailed,
    AgentSaid,
    AnswerRefused,
    ApproachChanged,
    Emit,
    Event,
    Found,
    ModelAnswered,
    ModelAsked,
    Retrying,
    RoundStarted,
    ToolCalled,
    ToolReturned,
    UsageChanged,
)
from agents.request import TripRequest
from agents.text import clean_line
from agents.usage import Usage

TOLD_AGAIN = (
    AgentSaid,
    AnswerRefused,
    ApproachChanged,
    Found,
    ModelAnswered,
    ModelAsked,
    Retrying,
)
"""Events that a backend tells itself; the others come from tools, meter and team as in any run."""
Feedback = tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass
class _Attempt:
    """One task as it was recorded: what happened, and how it ended."""

    began: float
    feedback: Feedback
    steps: list[TapeLine] = field(default_factory=list)
    outcome: OutcomeLine | None = None
    reason: str = ""
    """How the team told its failure."""
    called: dict[int, ToolCalled] = field(default_factory=dict)
    returned: set[int] = field(default_factory=set)

    def add(self, line: TapeLine, event: Event) -> None:
        self.steps.append(line)
        if isinstance(event, ToolCalled):
            self.called[event.call] = event
        elif isinstance(event, ToolReturned):
            self.returned.add(event.call)

    def arguments(self, event: ToolReturned) -> dict[str, Any]:
        """What the tool was called with."""
        return self.called[event.call].arguments if event.call in self.called else {}

    def broke_off(self, event: ToolCalled) -> bool:
        """Whether the task ended before the tool had answered."""
        return event.call not in self.returned


class ReplayBackend:
    """Carries out each task as it was carried out in the recording `file`.

    An agent that is asked the same again, or oftener than was recorded, does again what it did
    last. `own_pace` takes as long as the recorded run did. The file is read when it is needed;
    then RecordingError is raised if it cannot be.
    """

    def __init__(self, file: Path, *, own_pace: bool = False) -> None:
        self.file, self.own_pace = file, own_pace
        self._asked: Counter[tuple[str, Feedback]] = Counter()

    @cached_property
    def tape(self) -> Tape:
        return read_tape(self.file)

    @property
    def name(self) -> str:
        return f"replay of {self.tape.header.backend}"

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        recorded = self.tape.header.request
        if not same_request(task.brief.request, recorded):
            raise RecordingError(
                f"the recording {clean_line(self.file)} is of another request "
                f"(“{clean_line(recorded.words, 120)}”); plan that one, or record this one"
            )
        attempts = self._attempts_for(task)
        began = anyio.current_time()
        for attempt in attempts:
            usage = Usage()
            for step in attempt.steps:
                await self._wait(began + step.at - attempts[0].began)
                usage = await _play(step, attempt, task, emit, usage)
            if attempt.outcome is not None:
                await self._wait(began + attempt.outcome.at - attempts[0].began)
        return _ending(attempts, task, self.file)

    async def _wait(self, moment: float) -> None:
        if self.own_pace:
            await anyio.sleep_until(moment)
        else:
            await checkpoint()

    def _attempts_for(self, task: Task[Any]) -> list[_Attempt]:
        rounds = self._rounds.get(task.name)
        if not rounds:
            known = ", ".join(self._rounds) or "nobody"
            raise RecordingError(
                f"the recording {clean_line(self.file)} has no work of an agent "
                f"{task.name!r}, only of {known}; play it with the same team"
            )
        feedback: Feedback = tuple((f.check, f.detail, f.places) for f in task.brief.feedback)
        fitting = [r for r in rounds if r[0].feedback == feedback] or rounds[-1:]
        number = self._asked[task.name, feedback]
        self._asked[task.name, feedback] += 1
        return fitting[min(number, len(fitting) - 1)]

    @cached_property
    def _rounds(self) -> dict[str, list[list[_Attempt]]]:
        """By agent: the rounds it worked in, each with its attempts."""
        found: dict[str, dict[int, list[_Attempt]]] = defaultdict(lambda: defaultdict(list))
        latest: dict[str, _Attempt] = {}
        number = 1
        for line in self.tape.lines:
            match line:
                case EventLine(event=RoundStarted()):
                    number += 1
                case TaskLine(agent=agent, feedback=told):
                    feedback = tuple((f.check, f.detail, f.places) for f in told)
                    latest[agent] = _Attempt(line.at, feedback)
                    found[agent][number].append(latest[agent])
                case OutcomeLine(agent=agent) if agent in latest:
                    latest[agent].outcome = line
                case ToolLine(agent=agent) | KeptLine(agent=agent) if agent in latest:
                    latest[agent].steps.append(line)
                case EventLine(event=AgentFailed(agent=agent, reason=reason)) if agent in latest:
                    latest[agent].reason = reason
                case EventLine(event=event):
                    attempt = latest.get(getattr(event, "agent", ""))
                    if attempt is not None and attempt.outcome is None:
                        attempt.add(line, event)
        return {agent: list(rounds.values()) for agent, rounds in found.items()}


def same_request(one: TripRequest, other: TripRequest) -> bool:
    """Whether two requests ask for the same, in whatever words."""
    return one.model_copy(update={"words": ""}) == other.model_copy(update={"words": ""})


async def _play(
    step: TapeLine, attempt: _Attempt, task: Task[Any], emit: Emit, usage: Usage
) -> Usage:
    """Do one step again; returns what the attempt has used until then.

    Limits end nothing here: the recorded run has kept to its own, and nobody pays for this one.
    """
    match step:
        case ToolLine():
            with suppress(LimitReached):
                await task.tools.play(step.tool, step.arguments, step.facts)
        case KeptLine():
            with suppress(ValidationError):
                task.keep(task.agent.output.model_validate(step.findings))
        case EventLine(event=UsageChanged(usage=now)):
            used = spent(usage, now)
            with suppress(LimitReached):
                if used != Usage():
                    task.meter.spend(used)
            return now
        case EventLine(event=ToolReturned(failed=True) as returned):
            with suppress(ToolError, LimitReached):
                given = attempt.arguments(returned)
                await task.tools.play(returned.tool, given, (), failed=returned.summary)
        case EventLine(event=ToolCalled() as called) if attempt.broke_off(called):
            emit(called.model_copy(update={"at": time.time()}))
            with suppress(LimitReached):
                task.meter.spend(Usage(tool_calls=1))
        case EventLine(event=event) if isinstance(event, TOLD_AGAIN):
            again: Event = event.model_copy(update={"at": time.time()})
            emit(again)
    return usage


def spent(before: Usage, now: Usage) -> Usage:
    """What a model used since `before`; the tool calls in it are counted by the tools."""
    cost = max(0.0, now.cost_usd - before.cost_usd)
    while before.cost_usd + cost < now.cost_usd:  # a rounding that would show in the sum
        cost = nextafter(cost, inf)
    while cost and before.cost_usd + cost > now.cost_usd:
        cost = nextafter(cost, 0.0)
    return Usage(
        requests=max(0, now.requests - before.requests),
        input_tokens=max(0, now.input_tokens - before.input_tokens),
        output_tokens=max(0, now.output_tokens - before.output_tokens),
        cost_usd=cost,
    )


def _ending(attempts: list[_Attempt], task: Task[Output], file: Path) -> Output:
    """The output of the last attempt that has one, or the failure of the last."""
    for attempt in reversed(attempts):
        outcome = attempt.outcome
        if outcome is not None and outcome.failed is None and not outcome.cancelled:
            try:
                return task.agent.output.model_validate(outcome.output)
            except ValidationError:
                return cast(Output, outcome.output)  # the team refuses it, as it did then
    outcome = attempts[-1].outcome
    if outcome is None:
        raise RecordingError(
            f"the recording {clean_line(file)} ends before the {task.name} agent was done; "
            "record the run anew"
        )
    if outcome.failed is None:
        raise LimitReached(attempts[-1].reason or "cancelled before it was done")
    raise _error(outcome.failed.kind, outcome.failed.message)


def _error(kind: str, message: str) -> Exception:
    """An error of the recorded class, or of one with its name when it was no class of ours."""
    ours = getattr(errors, kind, None)
    if isinstance(ours, type) and issubclass(ours, TripartiteError):
        return BackendError(message) if ours is errors.RequestError else ours(message)
    return type(kind, (Exception,), {})(message) if kind.isidentifier() else BackendError(message)
