"""A request in, a checked plan out: team, merge, schedule, gate, and one round of repair."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio
from anyio import to_thread
from pydantic import BaseModel

from agents.agent import Agent, Brief, Feedback
from agents.atlas.loader import destination
from agents.backends.base import Backend
from agents.errors import FieldProblem, RequestError
from agents.events import (
    Checked,
    Emit,
    Event,
    RoundStarted,
    RunFinished,
    RunStarted,
    Scheduled,
)
from agents.events import Merged as MergedEvent
from agents.evidence import Ledger
from agents.findings import ActivityFinds, Find
from agents.request import Effort, TripRequest
from agents.usage import RUN_LIMITS, Limits, Meter
from planner.compose import compose
from planner.merge import DRAFT_FIT, Merged, merge
from planner.orchestrator import TEAM, AgentResult, run_team
from planner.plan import (
    AgentStatus,
    TripPlan,
)
from planner.relax import conflicts
from planner.repair import feedback_for
from planner.schedule import Schedule, make_schedule

REPAIR_ROUNDS = {Effort.INSTANT: 0, Effort.THINKING: 1, Effort.CONTEMPLATING: 3}
"""How often what the gate refused goes back to the agents; it ends when nothing gets better."""


def ignore(event: Event) -> None:
    """An `emit` for those who only want the plan."""


async def plan_trip(
    request: TripRequest,
    *,
    backend: Backend | None = None,
    team: Sequence[Agent[Any]] = TEAM,
    emit: Emit = ignore,
    stop: anyio.Event | None = None,
    limits: Limits = RUN_LIMITS,
    overrides: Mapping[str, str] | None = None,
    assumptions: Sequence[str] = (),
) -> TripPlan:
    """Plan a trip. Setting `stop` ends the work soon and plans with what was found.

    `overrides` maps ids of an earlier plan's decisions to the traveller's own choice. Raises
    BackendError when an open request found no destination at all.
    """
    if backend is None:
        from agents.backends.offline import OfflineBackend

        backend = OfflineBackend()
    run = _Run(request, backend, tuple(team), emit, stop, Meter("the run", limits))
    run.overrides = dict(overrides or {})
    run.assumptions = tuple(assumptions)
    return await run.plan()


@dataclass
class _Run:
    request: TripRequest
    backend: Backend
    team: tuple[Agent[Any], ...]
    emit: Emit
    stop: anyio.Event | None
    meter: Meter
    overrides: dict[str, str] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def stopped(self) -> bool:
        return self.stop is not None and self.stop.is_set()

    async def plan(self) -> TripPlan:
        began = time.perf_counter()
        self.emit(
            RunStarted(
                agents=tuple(a.name for a in self.team),
                backend=self.backend.name,
                effort=self.request.effort,
            )
        )
        results = await self._ask(self.team, ())
        plan = await self._assemble(results)
        for number in range(2, REPAIR_ROUNDS[self.request.effort] + 2):
            mended, results = await self._repair(plan, results, number)
            if mended is plan or self.stopped:
                break
            plan = mended
        if plan.failed_checks and not self.stopped:
            found = await to_thread.run_sync(self._conflicts, plan, results)
            plan = plan.model_copy(update={"conflicts": found})
        self.emit(
            RunFinished(
                seconds=time.perf_counter() - began, complete=plan.complete, cancelled=self.stopped
            )
        )
        return plan

    async def _ask(
        self, team: Sequence[Agent[Any]], feedback: tuple[Feedback, ...]
    ) -> dict[str, AgentResult]:
        return await run_team(
            team,
            Brief(self.request, feedback),
            backend=self.backend,
            ledger=self.ledger,
            emit=self.emit,
            run_meter=self.meter,
            stop=self.stop,
        )

    async def _repair(
        self, plan: TripPlan, results: dict[str, AgentResult], number: int
    ) -> tuple[TripPlan, dict[str, AgentResult]]:
        """One more round for the agents whose part failed; the better plan of the two stays."""
        feedback = feedback_for(plan)
        again = [
            a for a in self.team if a.name in feedback and results[a.name].findings is not None
        ]
        if not again or self.stopped:
            return plan, results
        self.emit(RoundStarted(number=number, agents=tuple(a.name for a in again)))
        told = tuple(f for a in again for f in feedback[a.name])
        answers = await self._ask(again, told)
        second = {
            name: answers[name] if name in answers and answers[name].findings else result
            for name, result in results.items()
        }
        mended = await self._assemble(second)
        better = _faults(mended) < _faults(plan)
        return (mended, second) if better else (plan, results)

    async def _assemble(self, results: dict[str, AgentResult]) -> TripPlan:
        findings = _findings(results)
        broken_off = any(r.status is not AgentStatus.FINISHED for r in results.values())
        merged = merge(self.request, findings, self.ledger, self.overrides, broken_off=broken_off)
        self._refuse_unknown_overrides(merged)
        self.emit(
            MergedEvent(
                stops=tuple(s.destination for s in merged.stops),
                candidates=len(merged.candidates),
                decisions=len(merged.decisions),
            )
        )
        began = time.perf_counter()
        schedule = await to_thread.run_sync(self._schedule, self.request, merged)
        self.emit(
            Scheduled(
                visits=sum(i.kind == "visit" for d in schedule.days for i in d.items),
                left_out=len(schedule.left_out),
                iterations=schedule.iterations,
                seconds=time.perf_counter() - began,
            )
        )
        plan = compose(self.request, merged, schedule, results, self.ledger, self.assumptions)
        self.emit(
            Checked(
                passed=sum(c.passed for c in plan.checks),
                failed=tuple(c.detail for c in plan.failed_checks),
            )
        )
        return plan

    def _refuse_unknown_overrides(self, merged: Merged) -> None:
        ids = {d.id for d in merged.decisions}
        unknown = sorted(self.overrides.keys() - ids)
        if unknown:
            known = ", ".join(sorted(ids)) or "none"
            message = f"this trip has no decision {unknown[0]!r}; it has {known}"
            raise RequestError([FieldProblem("decide", message)])

    def _schedule(self, request: TripRequest, merged: Merged) -> Schedule:
        return make_schedule(request, merged, self.ledger, stop=lambda: self.stopped)

    def _conflicts(self, plan: TripPlan, results: dict[str, AgentResult]) -> tuple[Any, ...]:
        """What stands against what, tried out on quick plans of changed requests."""
        findings = _findings(results)

        def replan(request: TripRequest, overrides: Mapping[str, str]) -> TripPlan:
            quick = request.model_copy(update={"effort": Effort.INSTANT})
            ledger = Ledger()
            known = {**findings, "atlas": _from_the_atlas(quick, findings)}
            merged = merge(quick, known, ledger, {**self.overrides, **overrides})
            return compose(quick, merged, make_schedule(quick, merged, ledger), results, ledger, ())

        return conflicts(plan, replan)


def _findings(results: Mapping[str, AgentResult]) -> dict[str, BaseModel]:
    return {name: r.findings for name, r in results.items() if r.findings is not None}


def _from_the_atlas(request: TripRequest, findings: Mapping[str, BaseModel]) -> ActivityFinds:
    """Every place of a destination that no agent looked at, so that trying it out is fair."""
    seen = {
        f.destination for x in findings.values() if isinstance(x, ActivityFinds) for f in x.finds
    }
    finds = (
        Find(destination=id, place=place.id, fit=DRAFT_FIT)
        for id in request.destinations
        if id not in seen
        for place in destination(id).activities
    )
    return ActivityFinds(finds=tuple(finds))


def _faults(plan: TripPlan) -> tuple[int, int]:
    return len(plan.failed_checks), sum(not c.passed for c in plan.checks)
