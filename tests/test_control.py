"""A hand on a run: stop it, cancel an agent, ask one again; and a plan turned round afterwards."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.abc import ObjectSendStream
from anyio.lowlevel import checkpoint
from hypothesis import given, settings
from hypothesis import strategies as st
from travellers import ask_for_little as ask

from agents.agent import Brief, Output, Task
from agents.backends.offline import OfflineBackend
from agents.errors import BackendError, RequestError
from agents.events import (
    AgentFailed,
    AgentFinished,
    AgentStarted,
    Emit,
    Event,
    RoundStarted,
    RunFailed,
    RunFinished,
    RunStarted,
)
from agents.evidence import Ledger
from agents.findings import ActivityFinds, Find, ItineraryDraft, RuledOut
from agents.request import Budget, Dates, Effort, OpenWish, Relation, TripRequest
from agents.usage import Limits, Usage
from planner.control import RunControl
from planner.filling import ATLAS
from planner.intake import Options
from planner.orchestrator import TEAM, AgentResult, new_meter, run_team
from planner.plan import AgentReport, AgentStatus, Decision, TripPlan
from planner.progress import RunProgress
from planner.run import TripRun
from planner.schedule import make_schedule
from planner.store import TripStore
from planner.trip import Planning, plan_trip

NAMES = tuple(a.name for a in TEAM)
Part = Callable[[Task[Any], Emit], Awaitable[Any]]


def finds(*places: str) -> ActivityFinds:
    return ActivityFinds(finds=tuple(Find(destination="lisbon", place=p, fit=0.9) for p in places))


class FakeBackend:
    """Carries out each attempt of an agent by the next of its parts, then by the offline rules."""

    name = "fake"

    def __init__(self, **parts: list[Part]) -> None:
        self.parts = parts
        self.asked: list[str] = []
        self._offline = OfflineBackend()

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        self.asked.append(task.name)
        waiting = self.parts.get(task.name)
        if not waiting:
            return await self._offline.run(task, emit)
        result: Output = await waiting.pop(0)(task, emit)
        return result


class Waits:
    """A part that tells when it has begun, and stays until it is let go."""

    def __init__(self, kept: Any = None, answer: Any = None) -> None:
        self.begun, self.let_go, self.ended = anyio.Event(), anyio.Event(), anyio.Event()
        self._kept, self._answer = kept, answer

    async def __call__(self, task: Task[Any], emit: Emit) -> Any:
        if self._kept is not None:
            task.keep(self._kept)
        self.begun.set()
        try:
            await self.let_go.wait()
        finally:
            self.ended.set()
        if self._answer is None:
            return await OfflineBackend().run(task, emit)
        return self._answer


async def fails(task: Task[Any], emit: Emit) -> Any:
    raise BackendError("the model is away")


def visited(plan: TripPlan) -> list[str | None]:
    """The places in the plan that an agent proposed: code fills days that would stay empty."""
    found = (i for d in plan.days for i in d.items if i.kind == "visit")
    return [v.place_id for v in found if v.proposed_by != (ATLAS,)]


class Told:
    """The events of a run, to wait for."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._more = anyio.Event()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self._more.set()
        self._more = anyio.Event()

    def of(self, kind: type[Any], agent: str) -> list[Any]:
        return [e for e in self.events if isinstance(e, kind) and e.agent == agent]

    async def until(self, kind: type[Any], agent: str, times: int = 1) -> Any:
        while len(self.of(kind, agent)) < times:
            await self._more.wait()
        return self.of(kind, agent)[times - 1]


class Run:
    """A run in the background, with a hand on it."""

    def __init__(self, backend: Any, **how: Any) -> None:
        self.told, self.control = Told(), RunControl()
        self.plan: TripPlan | None = None
        request = how.pop("request", None) or ask()
        self.planning = Planning(request, backend=backend, emit=self.told, **how)

    async def __call__(self) -> None:
        self.plan = await self.planning.plan(self.control)

    def report(self, name: str) -> AgentReport:
        assert self.plan is not None
        return next(a for a in self.plan.agents if a.name == name)

    def visited(self) -> set[str | None]:
        assert self.plan is not None
        return set(visited(self.plan))


def decision(plan: TripPlan, id: str) -> Decision:
    return next(d for d in plan.decisions if d.id == id)


async def test_one_agent_is_cancelled_while_the_others_go_on() -> None:
    parts = {n: Waits() for n in NAMES}
    parts["activities"] = Waits(kept=finds("maat"))
    run = Run(FakeBackend(**{n: [p] for n, p in parts.items()}))
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            for part in parts.values():
                await part.begun.wait()
            assert run.control.cancel("activities")
            told = await run.told.until(AgentFailed, "activities")
            assert not run.control.cancel("activities")
            assert not any(parts[n].ended.is_set() for n in NAMES if n != "activities")
            for part in parts.values():
                part.let_go.set()
    assert told.cancelled
    assert told.kept
    assert run.report("activities").status is AgentStatus.CANCELLED
    assert {run.report(n).status for n in NAMES[:2]} == {AgentStatus.FINISHED}
    assert "maat" in run.visited()
    assert run.plan is not None
    assert [m for m in run.plan.missing if "activities" in m and "cancelled" in m]
    assert not run.plan.complete


async def test_who_is_not_at_work_can_be_neither_cancelled_nor_asked_again() -> None:
    control = RunControl()
    assert not control.cancel("activities")
    assert not control.retry("activities")
    told: list[bool] = []

    def emit(event: Event) -> None:
        if isinstance(event, RunFinished | AgentFinished):
            told.append(control.cancel("itinerary") and control.cancel("a stranger"))
            told.append(control.retry("a stranger"))

    with anyio.fail_after(5):
        plan = await plan_trip(ask(), emit=emit, control=control)
    assert told
    assert not any(told)
    assert plan.agents


async def test_an_agent_that_failed_is_asked_again_while_the_others_work() -> None:
    slow = Waits()
    run = Run(FakeBackend(activities=[fails], itinerary=[slow]))
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await run.told.until(AgentFailed, "activities")
            assert run.control.retry("activities")
            await run.told.until(AgentFinished, "activities")
            assert len(run.told.of(AgentStarted, "activities")) == 2
            slow.let_go.set()
    assert run.report("activities").status is AgentStatus.FINISHED
    assert run.plan is not None
    assert run.plan.missing == ()
    assert run.plan.complete


async def test_an_agent_at_work_is_started_afresh_and_waited_for() -> None:
    first, second = Waits(kept=finds("maat")), Waits(answer=finds("oceanario"))
    run = Run(FakeBackend(activities=[first, second], itinerary=[fails]))
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await first.begun.wait()
            assert run.control.retry("activities")
            await second.begun.wait()
            assert first.ended.is_set()
            (broken_off,) = run.told.of(AgentFailed, "activities")
            assert broken_off.cancelled
            assert "asked again" in broken_off.reason
            await run.told.until(AgentFinished, "destinations")
            assert run.plan is None
            second.let_go.set()
    assert run.report("activities").status is AgentStatus.FINISHED
    assert run.visited() == {"oceanario"}


async def test_an_agent_that_finished_is_asked_again_and_its_later_answer_counts() -> None:
    slow, second = Waits(), Waits(answer=finds("maat", "oceanario"))
    first = Waits(answer=finds("maat"))
    first.let_go.set()
    run = Run(FakeBackend(destinations=[slow], activities=[first, second], itinerary=[fails]))
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await run.told.until(AgentFinished, "activities")
            assert run.control.retry("activities")
            second.let_go.set()
            await run.told.until(AgentFinished, "activities", times=2)
            slow.let_go.set()
    assert run.visited() == {"maat", "oceanario"}


@pytest.mark.parametrize("kept", [None, finds("maat")], ids=["without", "with findings"])
async def test_a_second_attempt_that_fails_loses_nothing(kept: Any) -> None:
    slow, first = Waits(), Waits(answer=finds("maat", "oceanario"))
    first.let_go.set()

    async def breaks_off(task: Task[Any], emit: Emit) -> Any:
        if kept is not None:
            task.keep(kept)
        raise BackendError("gone")

    run = Run(FakeBackend(destinations=[slow], activities=[first, breaks_off], itinerary=[fails]))
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await run.told.until(AgentFinished, "activities")
            assert run.control.retry("activities")
            told = await run.told.until(AgentFailed, "activities")
            slow.let_go.set()
    assert told.kept
    assert run.visited() == {"maat", "oceanario"}
    assert run.report("activities").status is AgentStatus.FINISHED
    assert "gone" in run.report("activities").detail


async def test_a_cancel_takes_a_retry_back() -> None:
    first, slow = Waits(kept=finds("maat")), Waits()
    backend = FakeBackend(activities=[first], itinerary=[slow])
    run = Run(backend)
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await first.begun.wait()
            assert run.control.retry("activities")
            assert run.control.cancel("activities")
            await run.told.until(AgentFailed, "activities")
            slow.let_go.set()
    assert backend.asked.count("activities") == 1
    assert run.report("activities").status is AgentStatus.CANCELLED


async def test_a_stop_ends_a_second_attempt_and_keeps_what_the_first_one_had() -> None:
    first, second = Waits(kept=finds("maat")), Waits()
    run = Run(FakeBackend(activities=[first, second], itinerary=[fails]))
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await first.begun.wait()
            assert run.control.retry("activities")
            await second.begun.wait()
            run.control.stop()
            run.control.stop()
            assert not run.control.retry("activities")
            assert run.control.stopped
    assert run.report("activities").status is AgentStatus.CANCELLED
    assert run.visited() == {"maat"}
    assert isinstance(run.told.events[-1], RunFinished)
    assert run.told.events[-1].cancelled


async def test_a_stop_before_a_retry_takes_effect_starts_nobody() -> None:
    first = Waits()
    backend = FakeBackend(activities=[first])
    run = Run(backend)
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await first.begun.wait()
            assert run.control.retry("activities")
            run.control.stop()
    assert backend.asked.count("activities") == 1
    assert run.report("activities").status is AgentStatus.CANCELLED


async def test_a_backend_that_does_not_heed_a_cancel_is_not_taken_for_finished() -> None:
    begun = anyio.Event()

    async def stubborn(task: Task[Any], emit: Emit) -> Any:
        begun.set()
        try:
            await anyio.sleep_forever()
        except asyncio.CancelledError:
            return finds("maat")

    run = Run(FakeBackend(activities=[stubborn], itinerary=[fails]))
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await begun.wait()
            assert run.control.cancel("activities")
    assert run.report("activities").status is AgentStatus.CANCELLED
    assert run.visited() == {"maat"}


async def test_a_second_attempt_has_limits_of_its_own_and_the_runs_limits_hold() -> None:
    spent: list[str] = []

    def spends(requests: int) -> Part:
        async def part(task: Task[Any], emit: Emit) -> Any:
            task.meter.spend(Usage(requests=requests))
            spent.append(task.name)
            raise BackendError("again")

        return part

    team = tuple(replace(a, limits=Limits(requests=3)) for a in TEAM)
    slow = Waits()
    run = Run(
        FakeBackend(activities=[spends(3), spends(3), spends(3)], itinerary=[slow]),
        team=team,
        limits=Limits(requests=8),
    )
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            for times in (1, 2):
                await run.told.until(AgentFailed, "activities", times)
                assert run.control.retry("activities")
            last = await run.told.until(AgentFailed, "activities", 3)
            slow.let_go.set()
    assert len(spent) == 2
    assert "the run" in last.reason
    assert "the limit is 8" in last.reason
    assert run.report("activities").usage.requests == 6


async def test_the_time_of_a_run_does_not_begin_anew_with_a_retry() -> None:
    parts = [Waits(), Waits()]
    run = Run(FakeBackend(activities=list(parts)), limits=Limits(seconds=0.5))
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await parts[0].begun.wait()
            assert run.control.retry("activities")
    assert "0.5 s" in run.report("activities").detail


async def test_a_caller_that_gives_up_leaves_nothing_running() -> None:
    before = asyncio.all_tasks()
    first, second, slow = Waits(), Waits(), Waits()
    run = Run(FakeBackend(activities=[first, second], itinerary=[slow]))
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await first.begun.wait()
            assert run.control.retry("activities")
            await second.begun.wait()
            group.cancel_scope.cancel()
    assert run.plan is None
    assert all(part.ended.is_set() for part in (first, second, slow))
    assert asyncio.all_tasks() == before
    assert not run.control.retry("activities")
    assert not run.control.cancel("activities")


async def test_an_agent_is_asked_again_from_where_its_failure_is_told() -> None:
    control, tries = RunControl(), list[bool]()

    def emit(event: Event) -> None:
        if isinstance(event, AgentFailed):
            tries.append(control.retry(event.agent))

    with anyio.fail_after(5):
        results = await run_team(
            TEAM[2:],
            Brief(ask()),
            backend=FakeBackend(activities=[fails, fails]),
            ledger=Ledger(),
            emit=emit,
            run_meter=new_meter(),
            control=control,
        )
    assert tries == [True, True]
    assert results["activities"].status is AgentStatus.FINISHED


class ScriptedBackend:
    """Each attempt does what it is ordered to: keep something, fail, answer, or not heed a cancel."""

    name = "scripted"

    def __init__(self) -> None:
        self.desks: dict[str, ObjectSendStream[str]] = {}

    def order(self, agent: str, what: str) -> None:
        desk = self.desks.get(agent)
        if desk is not None:
            desk.send_nowait(what)

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        send, orders = anyio.create_memory_object_stream[str](100)
        empty = task.agent.output()
        with send, orders:
            self.desks[task.name] = send
            try:
                async for what in orders:
                    if what == "keep":
                        task.keep(empty)
                    elif what == "fail":
                        raise BackendError("as ordered")
                    else:
                        return empty
                raise BackendError("no more orders")
            finally:
                if self.desks.get(task.name) is send:
                    del self.desks[task.name]


ACTIONS = ("cancel", "retry", "keep", "fail", "answer")
moments = st.tuples(st.sampled_from(ACTIONS), st.sampled_from(NAMES), st.integers(0, 3))


@settings(max_examples=150, deadline=None)
@given(st.lists(moments, max_size=12), st.none() | st.integers(0, 12))
def test_whatever_is_cancelled_or_retried_and_when_every_agent_is_in_the_report(
    script: list[tuple[str, str, int]], stop_at: int | None
) -> None:
    backend, control, told = ScriptedBackend(), RunControl(), list[Any]()
    results: dict[str, AgentResult] = {}

    async def work() -> None:
        results.update(
            await run_team(
                TEAM,
                Brief(ask()),
                backend=backend,
                ledger=Ledger(),
                emit=told.append,
                run_meter=new_meter(),
                control=control,
            )
        )

    async def play() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(work)
            for number, (action, agent, ticks) in enumerate(script):
                for _ in range(ticks):
                    await checkpoint()
                if number == stop_at:
                    control.stop()
                if action in ("cancel", "retry"):
                    getattr(control, action)(agent)
                else:
                    backend.order(agent, action)
            while not results:
                for agent in tuple(backend.desks):
                    backend.order(agent, "answer")
                await checkpoint()

    async def in_time() -> None:
        with anyio.fail_after(5):
            await play()

    anyio.run(in_time)
    assert tuple(results) == NAMES
    for name in NAMES:
        own = [e.type for e in told if e.agent == name and e.type.startswith("agent_")]
        assert own[::2] == ["agent_started"] * (len(own) // 2)
        assert set(own[1::2]) <= {"agent_finished", "agent_failed"}
        answered = "agent_finished" in own
        assert (results[name].status is AgentStatus.FINISHED) == answered
        assert not answered or results[name].findings is not None


async def test_a_failed_agent_is_asked_again_after_the_end() -> None:
    told: list[Event] = []
    planning = Planning(ask(), backend=FakeBackend(activities=[fails]), emit=told.append)
    with anyio.fail_after(5):
        first = await planning.plan()
        told.clear()
        second = await planning.replan(retry=["activities"])
    assert any("activities" in m for m in first.missing)
    assert second.missing == ()
    assert second.complete
    assert [e.type for e in told if not hasattr(e, "agent")] == [
        "round_started",
        "merged",
        "scheduled",
        "checked",
        "run_finished",
    ]
    again = told[0]
    assert isinstance(again, RoundStarted)
    assert (again.number, again.agents, again.backend) == (2, ("activities",), "fake")
    assert {e.agent for e in told if isinstance(e, AgentStarted)} == {"activities"}


async def test_who_did_the_later_work_is_named_and_kept(tmp_path: Path) -> None:
    store = TripStore(tmp_path / "trips.sqlite3")
    first, later = FakeBackend(activities=[fails]), FakeBackend()
    later.name = "later"
    run = TripRun(ask(), lambda: first, words="Lisbon", options=Options(), store=store)
    with anyio.fail_after(10):
        await run.start()
        run.use(lambda: later)
        assert run.progress.backend == "fake"
        await run.again(retry=["activities"])
    assert run.trip_id is not None
    assert run.progress.backend == store.load(run.trip_id).backend == "later"
    backends = {a.name: a.backend for a in run.progress.agents.values()}
    assert backends == {"itinerary": "fake", "destinations": "fake", "activities": "later"}


async def test_asking_again_in_vain_loses_nothing() -> None:
    first = Waits(answer=finds("maat"))
    first.let_go.set()
    planning = Planning(ask(), backend=FakeBackend(activities=[first, fails], itinerary=[fails]))
    with anyio.fail_after(5):
        await planning.plan()
        plan = await planning.replan(retry=["activities"])
    assert visited(plan) == ["maat"]


async def test_what_an_open_request_missed_can_be_asked_for_again() -> None:
    request = ask(destinations=(), relation=Relation.OPEN, open=OpenWish())
    planning = Planning(request, backend=FakeBackend(**{n: [fails] for n in NAMES}))
    with anyio.fail_after(5):
        with pytest.raises(BackendError, match="name one"):
            await planning.plan()
        plan = await planning.replan(retry=NAMES)
    assert plan.complete


async def test_a_replan_before_any_plan_asks_everybody() -> None:
    with anyio.fail_after(5):
        plan = await Planning(ask()).replan()
    assert tuple(a.name for a in plan.agents) == NAMES
    assert plan.complete


async def test_a_replan_of_one_agent_can_be_held_by_the_hand_too() -> None:
    slow = Waits(kept=finds("maat"))
    backend = FakeBackend(activities=[fails, slow], itinerary=[fails])
    planning, control = Planning(ask(), backend=backend), RunControl()
    plans: list[TripPlan] = []

    async def again() -> None:
        plans.append(await planning.replan(retry=["activities"], control=control))

    with anyio.fail_after(5):
        await planning.plan()
        async with anyio.create_task_group() as group:
            group.start_soon(again)
            await slow.begun.wait()
            assert not control.cancel("itinerary")
            assert control.retry("itinerary")
            assert control.cancel("activities")
    reports = {a.name: a.status for a in plans[0].agents}
    assert reports["itinerary"] is AgentStatus.FINISHED
    assert reports["activities"] is AgentStatus.CANCELLED


async def test_a_replan_that_is_called_early_waits_for_the_plan() -> None:
    slow = Waits()
    run = Run(FakeBackend(itinerary=[slow]))
    plans: list[TripPlan] = []

    async def again() -> None:
        plans.append(await run.planning.replan())

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await slow.begun.wait()
            group.start_soon(again)
            await anyio.wait_all_tasks_blocked()
            assert plans == []
            slow.let_go.set()
    assert plans[0] == run.plan


@pytest.mark.parametrize(
    ("how", "named"),
    [
        ({"overrides": {"destination": "nowhere"}}, "porto, lisbon"),
        ({"overrides": {"weather": "sunny"}}, "no decision 'weather'"),
        ({"overrides": {"tier": "palace"}}, "budget, mid, comfort"),
        ({"retry": ["museums"]}, "no agent 'museums'"),
    ],
)
async def test_a_replan_that_is_refused_changes_nothing(how: dict[str, Any], named: str) -> None:
    planning = Planning(either())
    with anyio.fail_after(5):
        await planning.plan()
        mine = await planning.replan(overrides={"destination": "lisbon"})
        with pytest.raises(RequestError, match=named):
            await planning.replan(**how)
        assert dict(planning.overrides) == {"destination": "lisbon"}
        assert await planning.replan() == mine


async def test_a_caller_that_gives_up_a_replan_changes_nothing() -> None:
    slow = Waits()
    backend = FakeBackend(activities=[])
    planning = Planning(either(), backend=backend)
    with anyio.fail_after(5):
        first = await planning.plan()
        backend.parts["activities"] = [slow]
        async with anyio.create_task_group() as group:

            async def again() -> None:
                await planning.replan(overrides={"destination": "lisbon"}, retry=["activities"])

            group.start_soon(again)
            await slow.begun.wait()
            group.cancel_scope.cancel()
        assert dict(planning.overrides) == {}
        assert await planning.replan() == first


async def test_a_choice_of_a_decision_that_is_gone_waits_until_it_is_back() -> None:
    refuses = ActivityFinds(
        finds=finds("oceanario").finds,
        ruled_out=(RuledOut(subject="lisbon/maat", reason="closed for works"),),
    )
    wants = Waits(answer=refuses)
    wants.let_go.set()

    async def drafts(task: Task[Any], emit: Emit) -> Any:
        draft = await OfflineBackend().run(task, emit)
        day = {"destination": "lisbon", "theme": "a day", "anchors": [{"place": "maat"}]}
        mine = {"stops": ["lisbon"], "nights": [1], "days": [day]}
        others = [d.model_dump() for d in draft.drafts if d.stops != ("lisbon",)]
        return ItineraryDraft.model_validate({"drafts": [mine, *others]})

    planning = Planning(
        either(), backend=FakeBackend(activities=[wants], itinerary=[drafts]), overrides={}
    )
    id = "place:lisbon/maat"
    with anyio.fail_after(5):
        await planning.plan()
        out = await planning.replan(overrides={"destination": "lisbon"})
        assert decision(out, id).chosen == "out"
        (other,) = decision(out, id).alternatives
        both = await planning.replan(overrides={id: other.value})
        assert decision(both, id).chosen == "in"
        porto = await planning.replan(overrides={"destination": "porto"})
        assert id not in {d.id for d in porto.decisions}
        assert await planning.replan(overrides={"destination": "lisbon"}) == both
        assert await planning.replan(overrides={id: ""}) == out


async def test_the_state_of_a_run_counts_what_the_reports_count() -> None:
    def spends(tokens: int, then: Part | None = None) -> Part:
        async def part(task: Task[Any], emit: Emit) -> Any:
            task.meter.spend(Usage(requests=1, input_tokens=tokens))
            return await (then or OfflineBackend().run)(task, emit)

        return part

    backend = FakeBackend(activities=[spends(50, fails), spends(70), spends(90)])
    progress = RunProgress()
    planning = Planning(ask(), backend=backend, emit=progress)
    with anyio.fail_after(5):
        await planning.plan()
        await planning.replan(retry=["activities"])
        plan = await planning.replan(retry=["activities"])
    told = {name: agent.usage for name, agent in progress.agents.items()}
    assert told == {report.name: report.usage for report in plan.agents}
    assert told["activities"].tokens == 210


async def test_a_run_that_breaks_off_ends_in_its_events_too() -> None:
    request = ask(destinations=(), relation=Relation.OPEN, open=OpenWish())
    told, progress = list[Event](), RunProgress()

    def emit(event: Event) -> None:
        told.append(event)
        progress(event)

    planning = Planning(request, backend=FakeBackend(**{n: [fails] for n in NAMES}), emit=emit)
    with anyio.fail_after(5):
        with pytest.raises(BackendError) as caught:
            await planning.plan()
        assert isinstance(last := told[-1], RunFailed)
        assert (last.reason, last.cancelled) == (str(caught.value), False)
        assert not progress.at_work
        await planning.replan(retry=NAMES)
    assert isinstance(told[-1], RunFinished)


@pytest.mark.parametrize("natively", [True, False], ids=["as a task", "by a scope"])
async def test_a_run_that_nobody_waits_for_any_more_ends_in_its_events_too(natively: bool) -> None:
    slow = Waits()
    run = Run(FakeBackend(itinerary=[slow]))
    with anyio.fail_after(5):
        if natively:
            task = asyncio.ensure_future(run())
            await slow.begun.wait()
            task.cancel()
            await asyncio.wait([task])
        else:
            async with anyio.create_task_group() as group:
                group.start_soon(run)
                await slow.begun.wait()
                group.cancel_scope.cancel()
    assert isinstance(last := run.told.events[-1], RunFailed)
    assert last.cancelled
    assert [e.type for e in run.told.events].count("run_failed") == 1


class EndlessSearch:
    """Makes a schedule once it is told to stop; what tells it can be asked and not waited for."""

    def __init__(self) -> None:
        self.begun, self.ended = threading.Event(), threading.Event()

    def __call__(self, *what: Any, stop: Callable[[], bool]) -> Any:
        self.begun.set()
        while not stop():
            self.ended.wait(0.001)
        self.ended.set()
        return make_schedule(*what, stop=stop)


@pytest.mark.parametrize("natively", [True, False], ids=["as a task", "by a scope"])
async def test_the_search_ends_when_nobody_waits_for_its_plan(
    natively: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = EndlessSearch()
    monkeypatch.setattr("planner.assembly.make_schedule", search)
    run = Run(OfflineBackend())
    with anyio.fail_after(10):
        if natively:
            task = asyncio.ensure_future(run())
            await anyio.to_thread.run_sync(search.begun.wait)
            task.cancel()
            await asyncio.wait([task])
        else:
            async with anyio.create_task_group() as group:
                group.start_soon(run)
                await anyio.to_thread.run_sync(search.begun.wait)
                group.cancel_scope.cancel()
        await anyio.to_thread.run_sync(search.ended.wait)
    assert run.plan is None


async def test_a_stop_ends_the_search_for_what_would_do_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search, control = EndlessSearch(), RunControl()
    monkeypatch.setattr("planner.trials.make_schedule", search)
    plans: list[TripPlan] = []

    async def work() -> None:
        plans.append(await plan_trip(ask(budget=Budget(amount=Decimal(20))), control=control))

    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(work)
            await anyio.to_thread.run_sync(search.begun.wait)
            control.stop()
    assert plans[0].failed_checks
    assert plans[0].conflicts == ()


@pytest.mark.parametrize("again", ["plan", "replan"])
async def test_a_choice_kept_with_a_trip_waits_as_long_as_it_does_not_come_up(again: str) -> None:
    kept = {"place:lisbon/maat": "in", "destination": "faro", "tier": "comfort"}
    planning = Planning(either(), overrides=kept)
    with anyio.fail_after(5):
        plan = await getattr(planning, again)()
        assert decision(plan, "tier").chosen == "comfort"
        assert plan.stops[0].destination in ("porto", "lisbon")
        assert dict(planning.overrides) == kept
        with pytest.raises(RequestError, match="no decision 'place:lisbon/maat'"):
            await planning.replan(overrides={"place:lisbon/maat": "in"})
        assert await planning.replan() == plan


async def test_a_choice_kept_with_a_trip_that_does_not_fit_gets_in_no_ones_way() -> None:
    planning = Planning(either(budget=Budget(amount=Decimal(60))), overrides={"destination": "x"})
    with anyio.fail_after(30):
        plan = await planning.plan()
    assert plan.conflicts


@pytest.mark.parametrize("again", ["plan", "replan"])
async def test_a_first_plan_that_is_refused_leaves_no_choice_behind(again: str) -> None:
    backend = FakeBackend()
    planning = Planning(either(), backend=backend, overrides={"tier": "comfort"})
    with anyio.fail_after(5):
        for refused in ({"destination": "nowhere"}, {"weather": "sunny"}):
            with pytest.raises(RequestError):
                await getattr(planning, again)(overrides=refused)
        asked = len(backend.asked)
        plan = await planning.replan()
    assert len(backend.asked) == asked
    assert decision(plan, "tier").chosen == "comfort"
    assert dict(planning.overrides) == {"tier": "comfort"}


async def test_a_choice_made_for_one_plan_is_refused_when_it_is_none() -> None:
    with anyio.fail_after(5):
        with pytest.raises(RequestError, match="no decision 'weather'"):
            await plan_trip(either(), overrides={"weather": "sunny"})


async def test_a_replan_before_any_plan_is_a_run_from_its_start() -> None:
    told: list[Event] = []
    with anyio.fail_after(5):
        await Planning(ask(), emit=told.append).replan()
    assert isinstance(told[0], RunStarted)
    assert told[0].agents == NAMES


def either(**changes: Any) -> TripRequest:
    values = {"destinations": ("porto", "lisbon"), "relation": Relation.OR, **changes}
    return ask(**values)


def of_days(days: int) -> Dates:
    return Dates(start=date(2027, 5, 10), end=date(2027, 5, 9 + days))


TRIPS = {
    "one of two": either(budget=Budget(amount=Decimal(700)), effort=Effort.THINKING),
    "one of two, too dear": either(budget=Budget(amount=Decimal(60)), effort=Effort.THINKING),
    "a route": ask(
        destinations=("rome", "barcelona", "lisbon"), relation=Relation.THEN, dates=of_days(6)
    ),
    "anywhere": ask(
        destinations=(),
        relation=Relation.OPEN,
        open=OpenWish(),
        budget=Budget(amount=Decimal(900)),
    ),
}


@pytest.mark.parametrize("trip", TRIPS)
async def test_every_decision_can_be_turned_round_and_back_again(trip: str) -> None:
    planning = Planning(TRIPS[trip])
    with anyio.fail_after(60):
        first = await planning.plan()
        assert first.decisions
        for made in first.decisions:
            assert made.alternatives
            for other in made.alternatives:
                turned = decision(await planning.replan(overrides={made.id: other.value}), made.id)
                assert turned.chosen != made.chosen
                assert turned.rule == "your own choice"
                sides = [a for a in turned.alternatives if a not in made.alternatives]
                assert len(sides) == 1
                by_value = await planning.replan(overrides={made.id: sides[0].value})
                assert by_value.model_dump_json() == first.model_dump_json()
                await planning.replan(overrides={made.id: other.value})
                by_taking_back = await planning.replan(overrides={made.id: ""})
                assert by_taking_back.model_dump_json() == first.model_dump_json()


async def test_turning_a_decision_round_asks_nobody() -> None:
    told: list[Event] = []
    planning = Planning(TRIPS["one of two"], emit=told.append)
    with anyio.fail_after(5):
        await planning.plan()
        told.clear()
        await planning.replan(overrides={"tier": "comfort"})
    assert [e.type for e in told] == ["merged", "scheduled", "checked", "run_finished"]


async def test_a_tier_that_the_budget_cannot_hold_says_what_would_do() -> None:
    planning = Planning(either(budget=Budget(amount=Decimal(300))))
    with anyio.fail_after(10):
        await planning.plan()
        plan = await planning.replan(overrides={"tier": "comfort"})
    (conflict,) = [c for c in plan.conflicts if c.check == "budget"]
    assert any("budget tier" in r for r in conflict.relaxations)


async def test_nights_of_ones_own_do_not_get_in_the_way_of_other_dates() -> None:
    poor = TRIPS["a route"].model_copy(update={"budget": Budget(amount=Decimal(300))})
    with anyio.fail_after(30):
        plan = await plan_trip(poor, overrides={"nights": "1+1+3"})
    assert [s.nights for s in plan.stops] == [1, 1, 3]
    assert plan.conflicts
