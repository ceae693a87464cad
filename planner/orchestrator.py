"""Starts the team at once and brings back what each member found, whatever happens to the others."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint_if_cancelled
from pydantic import BaseModel, ValidationError

from agents.activities import ACTIVITIES
from agents.agent import Agent, Brief, Task
from agents.backends.base import Backend, names_for
from agents.destinations import DESTINATIONS
from agents.errors import Interrupted, InvalidOutput, TripartiteError
from agents.events import AgentFailed, AgentFinished, AgentStarted, Emit, UsageChanged
from agents.evidence import Ledger
from agents.itinerary import ITINERARY
from agents.toolbox import Toolbox
from agents.usage import RUN_LIMITS, Limits, Meter
from planner.control import RunControl
from planner.plan import AgentStatus
from planner.results import AgentResult, settled

TEAM: tuple[Agent[Any], ...] = (ITINERARY, DESTINATIONS, ACTIVITIES)


async def run_team(
    team: Sequence[Agent[Any]],
    brief: Brief,
    *,
    backend: Backend,
    ledger: Ledger,
    emit: Emit,
    run_meter: Meter,
    control: RunControl | None = None,
    asked: Collection[str] | None = None,
    earlier: Mapping[str, AgentResult] | None = None,
) -> dict[str, AgentResult]:
    """Run the members of `team` at the same time: those `asked` by name, or all.

    In the result is every member that was asked, now or earlier. One that raises, stalls past its
    limit or returns nonsense leaves the others alone. With `control` the work is stopped, or one
    member cancelled or asked again, `asked` or not; what they had kept is returned.
    """
    group = anyio.create_task_group()
    control = control or RunControl()
    with anyio.move_on_after(run_meter.limits.seconds) as time_left:
        crew = _Crew(
            {a.name: a for a in team},
            brief,
            backend,
            ledger,
            emit,
            run_meter,
            group,
            time_left,
            dict(earlier or {}),
        )
        with control.holding(crew):
            async with group:
                if control.stopped:
                    crew.stop()
                for agent in team:
                    if asked is None or agent.name in asked:
                        crew.start(agent)
    return {a.name: crew.results[a.name] for a in team if a.name in crew.results}


@dataclass
class _Attempt:
    """One agent's work from start to end."""

    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    again: bool = False
    """Another attempt follows this one."""


@dataclass
class _Crew:
    """Who is at work in one round, each in a cancel scope of its own."""

    members: dict[str, Agent[Any]]
    brief: Brief
    backend: Backend
    ledger: Ledger
    emit: Emit
    run_meter: Meter
    group: TaskGroup
    time_left: anyio.CancelScope
    results: dict[str, AgentResult]
    at_work: dict[str, _Attempt] = field(default_factory=dict)
    tasks: int = 0

    def stop(self) -> None:
        self.time_left.cancel()

    def cancel(self, agent: str) -> bool:
        attempt = self.at_work.get(agent)
        if attempt is None:
            return False
        attempt.again = False
        attempt.scope.cancel()
        return True

    def retry(self, agent: str) -> bool:
        if agent not in self.members or not self.tasks or self.time_left.cancel_called:
            return False
        attempt = self.at_work.get(agent)
        if attempt is None:
            self.start(self.members[agent])
        else:
            attempt.again = True
            attempt.scope.cancel()
        return True

    def start(self, agent: Agent[Any]) -> None:
        attempt = self.at_work[agent.name] = _Attempt()
        self.tasks += 1
        self.group.start_soon(self._work, agent, attempt, name=agent.name)

    async def _work(self, agent: Agent[Any], attempt: _Attempt) -> None:
        try:
            with attempt.scope:
                await self._carry_out(agent, attempt)
            if attempt.again and not self.time_left.cancel_called:
                self.start(agent)
        finally:
            self.tasks -= 1
            if self.at_work.get(agent.name) is attempt:
                del self.at_work[agent.name]

    async def _carry_out(self, agent: Agent[Any], attempt: _Attempt) -> None:
        """One attempt; only cancellation leaves here as an exception."""
        began = time.perf_counter()
        emit, backend = self.emit, self.backend
        who = names_for(backend, agent.name)[0]
        meter = Meter(
            "this agent",
            agent.limits,
            self.run_meter,
            report=lambda used: emit(UsageChanged(agent=agent.name, usage=used)),
        )
        tools = Toolbox(agent.tools, agent=agent.name, ledger=self.ledger, emit=emit, meter=meter)
        task = Task(agent, self.brief, tools, meter)

        def end(
            status: AgentStatus, findings: BaseModel | None, detail: str = "", error: str = ""
        ) -> None:
            seconds = time.perf_counter() - began
            result = AgentResult(agent.name, status, findings, meter.used, seconds, detail, error)
            self._enter(result, attempt)

        def cancelled(*found: object) -> None:
            kept = _first_sound(task, *found, task.kept)
            end(AgentStatus.CANCELLED, kept, self._why(attempt))

        def fail(detail: str, error: str = "") -> None:
            if attempt.scope.cancel_called:
                cancelled()
                return
            kept = _first_sound(task, task.kept)
            end(AgentStatus.FAILED if kept is None else AgentStatus.PARTIAL, kept, detail, error)

        emit(AgentStarted(agent=agent.name, role=agent.role, backend=who, limits=agent.limits))
        try:
            with anyio.move_on_after(agent.limits.seconds) as patience:
                output = await backend.run(task, emit)
            if patience.cancelled_caught:
                fail(f"no answer within {agent.limits.seconds:g} s; try again or raise the limit")
            elif attempt.scope.cancel_called:
                cancelled(output)
            else:
                end(AgentStatus.FINISHED, _sound(task, output))
        except anyio.get_cancelled_exc_class():
            try:
                await checkpoint_if_cancelled()
            except anyio.get_cancelled_exc_class():
                cancelled()
                raise
            fail(f"the backend {who!r} gave up by itself")
        except Interrupted as error:
            end(AgentStatus.CANCELLED, _first_sound(task, task.kept), str(error))
        except TripartiteError as error:
            fail(str(error) or "it gave no reason", type(error).__name__)
        except Exception as error:  # a foreign backend may raise anything; the others must go on
            kind = type(error).__name__
            fail(f"the backend {who!r} broke off with {kind}: {error}", kind)

    def _why(self, attempt: _Attempt) -> str:
        if attempt.again:
            return "asked again before it was done"
        out_of_time = anyio.current_time() >= self.time_left.deadline
        if out_of_time and not attempt.scope.cancel_called:
            seconds = self.run_meter.limits.seconds
            return f"the run's {seconds:g} s were over before it was done; raise the limit"
        return "cancelled before it was done"

    def _enter(self, result: AgentResult, attempt: _Attempt) -> None:
        """Keep what this attempt or an earlier one found, and tell how this one ended."""
        name = result.name
        stays = self.results[name] = settled(self.results.get(name), result)
        if not attempt.again and self.at_work.get(name) is attempt:
            del self.at_work[name]
        if result.status is AgentStatus.FINISHED:
            self.emit(
                AgentFinished(
                    agent=name,
                    seconds=result.seconds,
                    usage=result.usage,
                    summary=f"{result.usage.tool_calls} tool calls",
                )
            )
        else:
            self.emit(
                AgentFailed(
                    agent=name,
                    seconds=result.seconds,
                    reason=result.detail,
                    kept=stays.findings is not None,
                    cancelled=result.status is AgentStatus.CANCELLED,
                    error=result.error,
                )
            )


def _first_sound(task: Task[Any], *found: object) -> BaseModel | None:
    """The first that is of the agreed type: partial findings may be none, or nonsense."""
    for value in found:
        if value is not None:
            try:
                return _sound(task, value)
            except InvalidOutput:
                continue
    return None


def _sound(task: Task[Any], output: object) -> BaseModel:
    """`output` as the agreed type, with nothing in it that neither tools nor atlas bear out."""
    findings = _valid(task.agent, output)
    if task.vouched(output):
        return findings
    from agents.backends.answers import grounded  # rules vouch for theirs and need none of it

    held: BaseModel = grounded(task, findings)
    return held


def _valid(agent: Agent[Any], output: object) -> BaseModel:
    """`output` as the agreed type, validated anew: a backend's word is not taken for it."""
    value = output.model_dump(warnings=False) if isinstance(output, BaseModel) else output
    try:
        checked: BaseModel = agent.output.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the answer"
        raise InvalidOutput(
            f"the answer is no {agent.output.__name__} ({where}: {first['msg']}); "
            "its part is left out"
        ) from error
    return checked


def new_meter(limits: Limits = RUN_LIMITS) -> Meter:
    """The meter that all agents of one run share."""
    return Meter("the run", limits)
