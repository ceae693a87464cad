"""A request in, a checked plan out: team, merge, schedule, gate, and one round of repair."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import anyio

from agents.agent import Agent, Brief, Feedback
from agents.backends.base import Backend, was_stopped
from agents.errors import FieldProblem, RequestError
from agents.events import (
    Emit,
    Event,
    RoundStarted,
    RunFailed,
    RunFinished,
    RunStarted,
)
from agents.evidence import Ledger
from agents.request import Effort, TripRequest
from agents.usage import RUN_LIMITS, Limits
from planner.assembly import assemble
from planner.backends import BACKENDS, DEFAULT_BACKEND
from planner.control import RunControl
from planner.doers import Doer, Doers, named
from planner.orchestrator import TEAM, new_meter, run_team
from planner.plan import TripPlan
from planner.repair import feedback_for
from planner.results import AgentResult
from planner.threads import in_a_thread
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
        request, backend=backend, team=team, emit=emit, limits=limits, assumptions=assumptions
    )
    return await planning.plan(control, overrides=overrides)


@dataclass(frozen=True)
class _Known:
    """What there is to plan from."""

    results: Mapping[str, AgentResult]
    ledger: Ledger
    overrides: Mapping[str, str]
    doers: Mapping[str, Doer]


class Planning:
    """One request with what its agents found, so that it can be planned again without asking anew.

    Overrides map ids of a plan's decisions to the traveller's own choice (a value of one of the
    decision's `alternatives`). New ones that do not fit are refused; earlier ones, as those given
    here, wait until they fit. One call at a time: a second one waits for the first.
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
        self._team, self._tell = tuple(team), emit
        self._doers = Doers()
        self.use(backend or BACKENDS[DEFAULT_BACKEND].make())
        self._meter = new_meter(limits)
        self._assumptions = tuple(assumptions)
        self._known = _Known({}, Ledger(), _changed({}, overrides), {})
        self._rounds = 0
        self._turn = anyio.Lock()

    def use(self, backend: Backend) -> None:
        """Let this backend do the thinking of whoever is asked from now on."""
        self._backend = backend
        self._emit: Emit = self._doers.watching(backend, self._tell)

    @property
    def overrides(self) -> Mapping[str, str]:
        """The traveller's own choices in the latest plan, by decision id."""
        return MappingProxyType(dict(self._known.overrides))

    async def plan(
        self, control: RunControl | None = None, *, overrides: Mapping[str, str] | None = None
    ) -> TripPlan:
        """Ask the whole team, plan, and let the agents mend what the gate refuses.

        Raises RequestError for an override that is no choice, BackendError when an open request
        found no destination at all; what was found stays for `replan`, the overrides do not.
        """
        async with self._turn:
            self._rounds = 0
            everybody = tuple(a.name for a in self._team)
            return await self._plan(everybody, overrides or {}, control or RunControl(), mend=True)

    async def replan(
        self,
        *,
        overrides: Mapping[str, str] | None = None,
        retry: Collection[str] = (),
        control: RunControl | None = None,
    ) -> TripPlan:
        """Plan again from what there is, with `overrides` over the earlier ones ("" takes one back).

        Only the agents named in `retry`, and those that were never asked, are asked again; where
        none was, this is as `plan`. Raises what `plan` does, with the same left behind.
        """
        async with self._turn:
            again, first = self._to_ask(retry), not self._known.results
            return await self._plan(again, overrides or {}, control or RunControl(), mend=first)

    async def _plan(
        self, asked: tuple[str, ...], new: Mapping[str, str], control: RunControl, *, mend: bool
    ) -> TripPlan:
        with self._told() as began:
            if asked:
                self._known = await self._ask(self._known, asked, control)
            known = replace(self._known, overrides=_changed(self._known.overrides, new))
            plan = await self._assemble(known, control, new.keys())
            if mend:
                plan, known = await self._mended(plan, known, control)
            plan = await self._finish(plan, known, control, began)
            self._known = known
            return plan

    @contextmanager
    def _told(self) -> Iterator[float]:
        """Tell the end of a run that comes to no plan; gives the moment in which it began."""
        began = time.perf_counter()
        try:
            yield began
        except BaseException as error:
            cancelled = not isinstance(error, Exception)
            self._emit(
                RunFailed(
                    seconds=time.perf_counter() - began,
                    reason="cancelled" if cancelled else str(error) or type(error).__name__,
                    cancelled=cancelled,
                )
            )
            raise

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
        asked: tuple[str, ...],
        control: RunControl,
        feedback: tuple[Feedback, ...] = (),
    ) -> _Known:
        """`known` with what the agents `asked` have answered; `known` itself stays as it is."""
        self._tell_round(asked)
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
        if was_stopped(self._backend):
            control.stop()
        return replace(known, results=results, ledger=ledger, doers=self._doers.of(results))

    def _tell_round(self, asked: tuple[str, ...]) -> None:
        self._rounds += 1
        name, effort = self._backend.name, self.request.effort
        if self._rounds == 1:
            self._emit(RunStarted(agents=asked, backend=name, effort=effort))
        else:
            self._emit(RoundStarted(number=self._rounds, agents=asked, backend=name))

    async def _mended(
        self, plan: TripPlan, known: _Known, control: RunControl
    ) -> tuple[TripPlan, _Known]:
        """The plan after more rounds for the agents whose part failed, while it gets better."""
        for _ in range(REPAIR_ROUNDS[self.request.effort]):
            feedback = feedback_for(plan)
            again = tuple(
                a.name
                for a in self._team
                if a.name in feedback and known.results[a.name].findings is not None
            )
            if not again or control.stopped:
                break
            told = tuple(f for name in again for f in feedback[name])
            second = await self._ask(known, again, control, told)
            mended = await self._assemble(second, control)
            if _faults(mended) >= _faults(plan):
                break
            plan, known = mended, second
        return plan, known

    async def _assemble(
        self, known: _Known, control: RunControl, new: Collection[str] = ()
    ) -> TripPlan:
        plan = await assemble(
            self.request,
            known.results,
            known.ledger.copy(),
            known.overrides,
            new=new,
            assumptions=self._assumptions,
            emit=self._emit,
            stopped=lambda: control.stopped,
        )
        return named(plan, known.doers)

    async def _finish(
        self, plan: TripPlan, known: _Known, control: RunControl, began: float
    ) -> TripPlan:
        if plan.failed_checks and not control.stopped:
            found = await in_a_thread(
                lambda stop: tried_out(plan, known.results, known.overrides, stop),
                lambda: control.stopped,
            )
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
