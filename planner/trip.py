"""A request in, a checked plan out: team, merge, schedule, gate, and one round of repair."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import anyio
from anyio import to_thread

from agents.agent import Agent, Brief, Feedback
from agents.backends.base import Backend
from agents.errors import FieldProblem, RequestError
from agents.events import (
    Emit,
    Event,
    RoundStarted,
    RunFinished,
    RunStarted,
)
from agents.evidence import Ledger
from agents.request import Effort, TripRequest
from agents.usage import RUN_LIMITS, Limits
from planner.assembly import assemble
from planner.backends import BACKENDS, DEFAULT_BACKEND
from planner.control import RunControl
from planner.orchestrator import TEAM, new_meter, run_team
from planner.plan import TripPlan
from planner.repair import feedback_for
from planner.results import AgentResult
from planner.trials import tried_out

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
    control: RunControl | None = None,
    limits: Limits = RUN_LIMITS,
    overrides: Mapping[str, str] | None = None,
    assumptions: Sequence[str] = (),
) -> TripPlan:
    """Plan a trip in one call: `Planning` says what the arguments mean and what is raised."""
    planning = Planning(
        request,
        backend=backend,
        team=team,
        emit=emit,
        limits=limits,
        overrides=overrides,
        assumptions=assumptions,
    )
    return await planning.plan(control)


@dataclass(frozen=True)
class _Known:
    """What there is to plan from."""

    results: Mapping[str, AgentResult]
    ledger: Ledger
    overrides: Mapping[str, str]


class Planning:
    """One request with what its agents found, so that it can be planned again without asking anew.

    `overrides` maps ids of a plan's decisions to the traveller's own choice (a value of one of the
    decision's `alternatives`). One call at a time: a second one waits for the first.
    """

    def __init__(
        self,
        request: TripRequest,
        *,
        backend: Backend | None = None,
        team: Sequence[Agent[Any]] = TEAM,
        emit: Emit = ignore,
        limits: Limits = RUN_LIMITS,
        overrides: Mapping[str, str] | None = None,
        assumptions: Sequence[str] = (),
    ) -> None:
        self.request = request
        self._backend = backend or BACKENDS[DEFAULT_BACKEND].make()
        self._team = tuple(team)
        self._emit = emit
        self._meter = new_meter(limits)
        self._assumptions = tuple(assumptions)
        self._known = _Known({}, Ledger(), _changed({}, overrides))
        self._rounds = 0
        self._turn = anyio.Lock()

    @property
    def overrides(self) -> Mapping[str, str]:
        """The traveller's own choices in the latest plan, by decision id."""
        return MappingProxyType(dict(self._known.overrides))

    async def plan(self, control: RunControl | None = None) -> TripPlan:
        """Ask the whole team, plan, and let the agents mend what the gate refuses.

        Raises RequestError for an override that is no choice, BackendError when an open request
        found no destination at all; what was found stays for `replan`.
        """
        control = control or RunControl()
        async with self._turn:
            began, new = time.perf_counter(), () if self._rounds else self._known.overrides.keys()
            self._rounds = 1
            self._emit(
                RunStarted(
                    agents=tuple(a.name for a in self._team),
                    backend=self._backend.name,
                    effort=self.request.effort,
                )
            )
            everybody = {a.name for a in self._team}
            self._known = await self._ask(self._known, everybody, (), control)
            plan = await self._assemble(self._known, control, new)
            for _ in range(REPAIR_ROUNDS[self.request.effort]):
                mended = await self._repair(plan, control)
                if mended is plan or control.stopped:
                    break
                plan = mended
            return await self._finish(plan, self._known, control, began)

    async def replan(
        self,
        *,
        overrides: Mapping[str, str] | None = None,
        retry: Collection[str] = (),
        control: RunControl | None = None,
    ) -> TripPlan:
        """Plan again from what there is, with `overrides` over the earlier ones ("" takes one back).

        Only the agents named in `retry`, and those that were never asked, are asked again. Raises
        what `plan` does; the planning then keeps its earlier findings and overrides. An earlier
        override of a decision that no longer comes up waits until it does.
        """
        control = control or RunControl()
        async with self._turn:
            began = time.perf_counter()
            known = replace(self._known, overrides=_changed(self._known.overrides, overrides))
            again = self._to_ask(retry)
            if again:
                self._rounds += 1
                self._emit(RoundStarted(number=self._rounds, agents=again))
                known = await self._ask(known, again, (), control)
            plan = await self._assemble(known, control, (overrides or {}).keys())
            plan = await self._finish(plan, known, control, began)
            self._known = known
            return plan

    def _to_ask(self, retry: Collection[str]) -> tuple[str, ...]:
        names = [a.name for a in self._team]
        unknown = sorted(set(retry) - set(names))
        if unknown:
            message = f"no agent {unknown[0]!r}; there are {', '.join(names)}"
            raise RequestError([FieldProblem("retry", message)])
        return tuple(n for n in names if n in retry or n not in self._known.results)

    async def _ask(
        self,
        known: _Known,
        asked: Collection[str],
        feedback: tuple[Feedback, ...],
        control: RunControl,
    ) -> _Known:
        """`known` with what the agents `asked` have answered; `known` itself stays as it is."""
        ledger = known.ledger.copy()
        results = await run_team(
            self._team,
            Brief(self.request, feedback),
            backend=self._backend,
            ledger=ledger,
            emit=self._emit,
            run_meter=self._meter,
            control=control,
            asked=asked,
            earlier=known.results,
        )
        return replace(known, results=results, ledger=ledger)

    async def _repair(self, plan: TripPlan, control: RunControl) -> TripPlan:
        """One more round for the agents whose part failed; the better plan of the two stays."""
        feedback, known = feedback_for(plan), self._known
        again = tuple(
            a.name
            for a in self._team
            if a.name in feedback and known.results[a.name].findings is not None
        )
        if not again or control.stopped:
            return plan
        self._rounds += 1
        self._emit(RoundStarted(number=self._rounds, agents=again))
        told = tuple(f for name in again for f in feedback[name])
        second = await self._ask(known, again, told, control)
        mended = await self._assemble(second, control)
        if _faults(mended) >= _faults(plan):
            return plan
        self._known = second
        return mended

    async def _assemble(
        self, known: _Known, control: RunControl, new: Collection[str] = ()
    ) -> TripPlan:
        return await assemble(
            self.request,
            known.results,
            known.ledger.copy(),
            known.overrides,
            new=new,
            assumptions=self._assumptions,
            emit=self._emit,
            stopped=lambda: control.stopped,
        )

    async def _finish(
        self, plan: TripPlan, known: _Known, control: RunControl, began: float
    ) -> TripPlan:
        if plan.failed_checks and not control.stopped:
            found = await to_thread.run_sync(tried_out, plan, known.results, known.overrides)
            plan = plan.model_copy(update={"conflicts": found})
        self._emit(
            RunFinished(
                seconds=time.perf_counter() - began,
                complete=plan.complete,
                cancelled=control.stopped,
            )
        )
        return plan


def _changed(overrides: Mapping[str, str], by: Mapping[str, str] | None) -> dict[str, str]:
    """`overrides` with those of `by` over them; an empty value takes one back."""
    return {id: choice for id, choice in {**overrides, **(by or {})}.items() if choice}


def _faults(plan: TripPlan) -> tuple[int, int, int]:
    failed = sum(not c.passed for c in plan.checks)
    return len(plan.failed_checks), len(plan.missing), failed
