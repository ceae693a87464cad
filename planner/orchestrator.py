"""Starts the team at once and brings back what each member found, whatever happens to the others."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import anyio
from anyio.lowlevel import checkpoint_if_cancelled
from pydantic import BaseModel, ValidationError

from agents.activities import ACTIVITIES
from agents.agent import Agent, Brief, Task
from agents.backends.base import Backend
from agents.destinations import DESTINATIONS
from agents.errors import InvalidOutput, LimitReached, TripartiteError
from agents.events import AgentFailed, AgentFinished, AgentStarted, Emit, UsageChanged
from agents.evidence import Ledger
from agents.itinerary import ITINERARY
from agents.toolbox import Toolbox
from agents.usage import RUN_LIMITS, Limits, Meter, Usage
from planner.plan import AgentReport, AgentStatus

TEAM: tuple[Agent[Any], ...] = (ITINERARY, DESTINATIONS, ACTIVITIES)


@dataclass(frozen=True)
class AgentResult:
    """What became of one agent: its findings (or what it had kept), and how it ended."""

    name: str
    status: AgentStatus
    findings: BaseModel | None
    usage: Usage
    seconds: float
    detail: str = ""

    def report(self) -> AgentReport:
        return AgentReport(
            name=self.name,
            status=self.status,
            detail=self.detail,
            seconds=int(self.seconds),
            usage=self.usage,
        )


async def run_team(
    team: Sequence[Agent[Any]],
    brief: Brief,
    *,
    backend: Backend,
    ledger: Ledger,
    emit: Emit,
    run_meter: Meter,
    stop: anyio.Event | None = None,
) -> dict[str, AgentResult]:
    """Run all members of `team` at the same time; every member is in the result.

    A member that raises, stalls past its limit or returns nonsense leaves the others alone. When
    `stop` is set, those still at work are cancelled and what they had kept is returned.
    """
    results: dict[str, AgentResult] = {}

    async def work(agent: Agent[Any], deadline: float) -> None:
        await _work(agent, brief, backend, ledger, emit, run_meter, deadline, results)

    async def cancel_on_stop(scope: anyio.CancelScope) -> None:
        if stop is not None:
            await stop.wait()
            scope.cancel()

    async with anyio.create_task_group() as watch:
        with anyio.move_on_after(run_meter.limits.seconds) as members:
            watch.start_soon(cancel_on_stop, members)
            async with anyio.create_task_group() as group:
                for agent in team:
                    group.start_soon(work, agent, members.deadline, name=agent.name)
        watch.cancel_scope.cancel()
    return {agent.name: results[agent.name] for agent in team if agent.name in results}


async def _work(
    agent: Agent[Any],
    brief: Brief,
    backend: Backend,
    ledger: Ledger,
    emit: Emit,
    run_meter: Meter,
    deadline: float,
    results: dict[str, AgentResult],
) -> None:
    """One agent's work from start to end; only cancellation leaves here as an exception."""
    began = time.perf_counter()
    meter = Meter(
        f"agent {agent.name}",
        agent.limits,
        run_meter,
        report=lambda used: emit(UsageChanged(agent=agent.name, usage=used)),
    )
    tools = Toolbox(agent.tools, agent=agent.name, ledger=ledger, emit=emit, meter=meter)
    task = Task(agent, brief, tools, meter)

    def end(status: AgentStatus, findings: BaseModel | None, detail: str = "") -> None:
        seconds = time.perf_counter() - began
        results[agent.name] = AgentResult(agent.name, status, findings, meter.used, seconds, detail)
        if status is AgentStatus.FINISHED:
            summary = f"{meter.used.tool_calls} tool calls"
            emit(
                AgentFinished(agent=agent.name, seconds=seconds, usage=meter.used, summary=summary)
            )
        else:
            emit(
                AgentFailed(
                    agent=agent.name,
                    seconds=seconds,
                    reason=detail,
                    kept=findings is not None,
                    cancelled=status is AgentStatus.CANCELLED,
                )
            )

    def fail(detail: str) -> None:
        kept = _kept(task)
        end(AgentStatus.PARTIAL if kept is not None else AgentStatus.FAILED, kept, detail)

    emit(AgentStarted(agent=agent.name, role=agent.role, backend=backend.name))
    try:
        with anyio.move_on_after(agent.limits.seconds) as patience:
            output = await backend.run(task, emit)
        if patience.cancelled_caught:
            fail(f"no answer within {agent.limits.seconds:g} s; try again or raise the limit")
        else:
            end(AgentStatus.FINISHED, _valid(agent, output))
    except anyio.get_cancelled_exc_class():
        try:
            await checkpoint_if_cancelled()
        except anyio.get_cancelled_exc_class():
            out_of_time = anyio.current_time() >= deadline
            why = (
                f"the run's {run_meter.limits.seconds:g} s were over"
                if out_of_time
                else "cancelled"
            )
            end(AgentStatus.CANCELLED, _kept(task), f"{why} before it was done")
            raise
        fail(f"the backend {backend.name!r} gave up by itself")
    except LimitReached as error:
        fail(str(error))
    except TripartiteError as error:
        fail(f"{type(error).__name__}: {error}")
    except Exception as error:  # a foreign backend may raise anything; the others must go on
        fail(f"the backend {backend.name!r} broke off with {type(error).__name__}: {error}")


def _kept(task: Task[Any]) -> BaseModel | None:
    """The partial findings, unless there are none or they are nonsense."""
    if task.kept is None:
        return None
    try:
        return _valid(task.agent, task.kept)
    except InvalidOutput:
        return None


def _valid(agent: Agent[Any], output: object) -> BaseModel:
    """`output` as the agreed type, validated anew: a backend's word is not taken for it."""
    value = output.model_dump(warnings=False) if isinstance(output, BaseModel) else output
    try:
        checked: BaseModel = agent.output.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the answer"
        raise InvalidOutput(
            f"{agent.name}: the answer is no {agent.output.__name__} ({where}: {first['msg']}); "
            "its part is left out"
        ) from error
    return checked


def new_meter(limits: Limits = RUN_LIMITS) -> Meter:
    """The meter that all agents of one run share."""
    return Meter("the run", limits)
