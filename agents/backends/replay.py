"""Plays a recorded run: the same tool answers, words and findings, without a model or a look-up."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property, partial
from math import inf, nextafter
from pathlib import Path
from typing import Any, Generic, cast

import anyio
from anyio.lowlevel import checkpoint
from pydantic import ValidationError

from agents import errors
from agents.agent import Output, Task
from agents.backends.tape.attempts import Attempt, Feedback, feedback_of, rounds_by_agent
from agents.backends.tape.lines import (
    EventLine,
    KeptLine,
    OutcomeLine,
    Tape,
    TapeLine,
    ToolLine,
    read_header,
    read_tape,
)
from agents.errors import BackendError, Interrupted, LimitReached, RecordingError, TripartiteError
from agents.events import (
    AgentSaid,
    AgentStarted,
    AnswerRefused,
    ApproachChanged,
    Emit,
    Event,
    Found,
    ModelAnswered,
    ModelAsked,
    Retrying,
    RunFinished,
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


class ReplayBackend:
    """Carries out each task as it was carried out in the recording `file`.

    An agent that is asked the same again, or oftener than was recorded, does again what it did
    last. `own_pace` takes as long as the recorded run did. The file is read when it is needed;
    then RecordingError is raised if it cannot be.
    """

    def __init__(self, file: Path, *, own_pace: bool = False) -> None:
        self.file, self.own_pace = file, own_pace
        self._asked: Counter[tuple[str, Feedback]] = Counter()
        self._reading = anyio.Lock()
        self._read: tuple[Tape, Mapping[str, list[list[Attempt]]]] | None = None

    @cached_property
    def name(self) -> str:
        """What was recorded, from the file's first line; the file's name if that cannot be read."""
        try:
            return f"replay of {read_header(self.file).backend}"
        except RecordingError:
            return f"replay of {clean_line(self.file.name)}"

    def doer_of(self, agent: str) -> str:
        """Who did it when it was recorded; the name of all when nobody told."""
        if self._read is None:
            return self.name
        tape, _ = self._read
        told = (line.event for line in reversed(tape.lines) if isinstance(line, EventLine))
        started = (e.backend for e in told if isinstance(e, AgentStarted) and e.agent == agent)
        return next(started, tape.header.backend)

    @property
    def was_stopped(self) -> bool:
        """Whether the traveller stopped the recorded run while agents were at work."""
        if self._read is None:
            return False
        lines = self._read[0].lines
        ends = (line.event for line in lines if isinstance(line, EventLine))
        stopped = any(isinstance(end, RunFinished) and end.cancelled for end in ends)
        return stopped and any(isinstance(end, OutcomeLine) and end.cancelled for end in lines)

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        tape, rounds = await self._whole()
        recorded = tape.header.request
        if not same_request(task.brief.request, recorded):
            raise RecordingError(
                f"the recording {clean_line(self.file)} is of another request "
                f"(“{clean_line(recorded.words, 120)}”); plan that one, or record this one"
            )
        attempts = self._attempts_for(task, rounds)
        began, calls = anyio.current_time(), 0
        for attempt in attempts:
            played = _Played(attempt, task, emit, calls)
            for step in attempt.steps:
                await self._wait(began + step.at - attempts[0].began)
                played.do(step)
            if attempt.outcome is not None:
                await self._wait(began + attempt.outcome.at - attempts[0].began)
            calls += attempt.calls
        return _ending(attempts, task, self.file)

    async def _whole(self) -> tuple[Tape, Mapping[str, list[list[Attempt]]]]:
        """The file, read once, in a thread: it may be long. Who asks first goes on first."""
        async with self._reading:
            if self._read is None:
                read = partial(_read, self.file)
                self._read = await anyio.to_thread.run_sync(read, abandon_on_cancel=True)
            return self._read

    async def _wait(self, moment: float) -> None:
        if self.own_pace:
            await anyio.sleep_until(moment)
        else:
            await checkpoint()

    def _attempts_for(
        self, task: Task[Any], played: Mapping[str, list[list[Attempt]]]
    ) -> list[Attempt]:
        rounds = played.get(task.name)
        if not rounds:
            known = ", ".join(played) or "nobody"
            raise RecordingError(
                f"the recording {clean_line(self.file)} has no work of an agent "
                f"{task.name!r}, only of {known}; play it with the same team"
            )
        feedback = feedback_of(task.brief)
        fitting = [r for r in rounds if r[0].feedback == feedback] or rounds[-1:]
        number = self._asked[task.name, feedback]
        self._asked[task.name, feedback] += 1
        return fitting[min(number, len(fitting) - 1)]


def _read(file: Path) -> tuple[Tape, Mapping[str, list[list[Attempt]]]]:
    tape = read_tape(file)
    return tape, rounds_by_agent(tape.lines)


def same_request(one: TripRequest, other: TripRequest) -> bool:
    """Whether two requests ask for the same, in whatever words."""
    return one.model_copy(update={"words": ""}) == other.model_copy(update={"words": ""})


class _Played(Generic[Output]):
    """One attempt as it is played: each step does again what it did.

    Limits end nothing here: the recorded run has kept to its own, and nobody pays for this one.
    """

    def __init__(self, attempt: Attempt, task: Task[Output], emit: Emit, calls_before: int) -> None:
        """The attempts before it have made so many calls: the numbers go on from there."""
        self._attempt, self._task, self._emit = attempt, task, emit
        self._before = calls_before
        self._used = Usage()

    def do(self, step: TapeLine) -> None:
        match step:
            case ToolLine():
                self._answer(step)
            case KeptLine():
                with suppress(ValidationError):
                    self._task.keep(self._task.agent.output.model_validate(step.findings))
            case EventLine(event=UsageChanged(usage=now)):
                self._spend(spent(self._used, now))
                self._used = now
            case EventLine(event=ToolCalled() as called):
                self._call(called)
            case EventLine(event=ToolReturned() as returned):
                self._return(returned)
            case EventLine(event=event) if isinstance(event, TOLD_AGAIN):
                self._tell(event)

    def _tell(self, event: Event, **other: Any) -> None:
        again: Event = event.model_copy(update={"at": time.time(), **other})
        self._emit(again)

    def _spend(self, usage: Usage) -> None:
        with suppress(LimitReached):
            if usage != Usage():
                self._task.meter.spend(usage)

    def _call(self, called: ToolCalled) -> None:
        self._tell(called, call=self._before + called.call)
        self._spend(Usage(tool_calls=1))

    def _answer(self, line: ToolLine) -> None:
        """A tool's answer is told when its end was told; a tape without events has the answer alone."""
        if line.call in self._attempt.returned:
            return
        if line.call not in self._attempt.called:
            self._call(
                ToolCalled(
                    agent=line.agent, call=line.call, tool=line.tool, arguments=line.arguments
                )
            )
        self._enter(line, seconds=0.0)

    def _return(self, returned: ToolReturned) -> None:
        line = self._attempt.answers.get(returned.call)
        if line is None or returned.failed:
            self._tell(returned, call=self._before + returned.call, evidence=())
        else:
            self._enter(line, returned.seconds)

    def _enter(self, line: ToolLine, seconds: float) -> None:
        number = self._before + line.call
        self._task.tools.play(number, line.tool, line.arguments, line.facts, seconds)


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
        free_tokens=max(0, now.free_tokens - before.free_tokens),
    )


def _ending(attempts: list[Attempt], task: Task[Output], file: Path) -> Output:
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
        raise Interrupted(attempts[-1].reason or "cancelled before it was done")
    raise _error(outcome.failed.kind, outcome.failed.message)


def _error(kind: str, message: str) -> Exception:
    """An error of the recorded class, or of one with its name when it was no class of ours."""
    ours = getattr(errors, kind, None)
    if isinstance(ours, type) and issubclass(ours, TripartiteError):
        return BackendError(message) if ours is errors.RequestError else ours(message)
    return type(kind, (Exception,), {})(message) if kind.isidentifier() else BackendError(message)
