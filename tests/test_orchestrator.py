"""The team works at once; whatever becomes of one member, the others' work is in the plan."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import anyio
import pytest
from fakes import NAMES, ONE_FIND, FakeBackend, FakeMeeting, Part, answers, fails_with, keeps_then
from travellers import ask_for_little as ask

from agents.agent import Agent, Brief, Task
from agents.backends.offline import OfflineBackend
from agents.errors import BackendError, LimitReached
from agents.events import (
    EVENT,
    AgentFailed,
    AgentFinished,
    AgentStarted,
    Checked,
    Emit,
    Event,
    Merged,
    RoundStarted,
    RunFinished,
    RunStarted,
    Scheduled,
    ToolCalled,
)
from agents.evidence import Ledger
from agents.findings import ActivityFinds, Anchor, DestinationComparison, Find
from agents.request import Budget, Effort, Origin, Relation
from agents.usage import Limits, Usage
from planner.control import RunControl
from planner.filling import ATLAS
from planner.orchestrator import TEAM, new_meter, run_team
from planner.plan import AgentReport, AgentStatus, TripPlan
from planner.trip import plan_trip


def spends(usage: Usage) -> Part:
    async def part(task: Task[Any], emit: Emit) -> Any:
        while True:
            task.meter.spend(usage)
            await anyio.lowlevel.checkpoint()

    return part


async def never_answers(task: Task[Any], emit: Emit) -> Any:
    await anyio.sleep_forever()


def with_limits(name: str, **limits: Any) -> tuple[Agent[Any], ...]:
    """The team, with other limits for one member."""
    return tuple(replace(a, limits=Limits(**limits)) if a.name == name else a for a in TEAM)


async def planned(backend: Any, **how: Any) -> TripPlan:
    request = how.pop("request", None) or ask()
    with anyio.fail_after(5):
        return await plan_trip(request, backend=backend, **how)


def report(plan: TripPlan, name: str) -> AgentReport:
    return next(a for a in plan.agents if a.name == name)


def visits(plan: TripPlan) -> list[Any]:
    """Those that an agent proposed: code fills days that would stay empty."""
    found = (i for d in plan.days for i in d.items if i.kind == "visit")
    return [v for v in found if v.proposed_by != (ATLAS,)]


def of_type(events: Sequence[Event], kind: type[Any]) -> list[Any]:
    return [e for e in events if isinstance(e, kind)]


async def test_one_can_come_from_a_country_that_is_not_in_the_atlas() -> None:
    timbuktu = Origin(
        name="Timbuktu", coordinates=(16.8, -3.0), time_zone="Africa/Bamako", country="ML"
    )
    plan = await planned(OfflineBackend(), request=ask(origin=timbuktu))
    assert not [c for c in plan.failed_checks if c.id != "budget"]


async def test_all_three_agents_are_at_work_at_the_same_time() -> None:
    told: list[Event] = []
    plan = await planned(FakeMeeting(members=3), emit=told.append)
    assert [a.status for a in plan.agents] == [AgentStatus.FINISHED] * 3
    kinds = [e.type for e in told]
    assert [i for i, k in enumerate(kinds) if k == "agent_started"][-1] < kinds.index(
        "agent_finished"
    )


async def test_a_run_in_which_all_goes_well_is_complete() -> None:
    plan = await planned(OfflineBackend())
    assert plan.complete
    assert plan.missing == ()
    assert tuple(a.name for a in plan.agents) == NAMES
    assert all(a.usage.tool_calls > 0 for a in plan.agents)


@pytest.mark.parametrize("name", NAMES)
async def test_an_agent_that_raises_leaves_the_others_work_in_the_plan(name: str) -> None:
    plan = await planned(FakeBackend(**{name: fails_with(RuntimeError("no luck"))}))
    assert report(plan, name).status is AgentStatus.FAILED
    assert "RuntimeError: no luck" in report(plan, name).detail
    assert [m for m in plan.missing if name in m and "no luck" in m]
    assert {a.status for a in plan.agents if a.name != name} == {AgentStatus.FINISHED}
    assert visits(plan)
    assert not plan.complete


async def test_with_all_agents_failed_there_is_a_plan_by_code_alone_that_says_so() -> None:
    part = fails_with(BackendError("the model is away"))
    plan = await planned(FakeBackend(itinerary=part, destinations=part, activities=part))
    assert len(plan.missing) == 3
    assert not plan.complete
    assert not visits(plan)
    assert [d.date.day for d in plan.days] == [12, 13]


async def test_an_open_request_that_no_agent_answers_is_an_error() -> None:
    part = fails_with(BackendError("the model is away"))
    request = ask(destinations=(), relation=Relation.OPEN, open={})
    with pytest.raises(BackendError, match="name one"):
        await planned(
            FakeBackend(itinerary=part, destinations=part, activities=part), request=request
        )


async def test_an_agent_that_never_answers_is_waited_for_no_longer_than_its_limit() -> None:
    plan = await planned(
        FakeBackend(activities=never_answers), team=with_limits("activities", seconds=0.2)
    )
    assert report(plan, "activities").status is AgentStatus.FAILED
    assert "no answer within 0.2 s" in report(plan, "activities").detail
    assert visits(plan)
    assert not plan.complete


@pytest.mark.parametrize(
    "nonsense",
    [
        "a lovely trip",
        None,
        17,
        {"finds": [{"destination": "lisbon"}]},
        DestinationComparison(),
        ActivityFinds.model_construct(finds="everything"),
        ActivityFinds.model_construct(finds=(Find.model_construct(place="maat", fit=7),)),
        ActivityFinds.model_construct(finds=(object(),)),
    ],
    ids=lambda v: type(v).__name__,
)
async def test_an_answer_of_the_wrong_type_is_left_out(nonsense: object) -> None:
    told: list[Event] = []
    plan = await planned(FakeBackend(activities=answers(nonsense)), emit=told.append)
    assert report(plan, "activities").status is AgentStatus.FAILED
    assert report(plan, "activities").detail.startswith("the answer is no ActivityFinds (")
    assert [e.error for e in told if isinstance(e, AgentFailed)] == ["InvalidOutput"]
    assert not plan.complete
    assert visits(plan)


async def test_a_dict_that_fits_the_type_is_an_answer() -> None:
    plan = await planned(FakeBackend(activities=answers(ONE_FIND.model_dump(mode="json"))))
    assert report(plan, "activities").status is AgentStatus.FINISHED
    assert "maat" in {v.place_id for v in visits(plan)}


@pytest.mark.parametrize(
    ("usage", "limit"),
    [
        (Usage(tool_calls=1), {"tool_calls": 3}),
        (Usage(requests=1), {"requests": 3}),
        (Usage(input_tokens=60, output_tokens=40), {"tokens": 300}),
        (Usage(cost_usd=0.01), {"cost_usd": 0.03}),
    ],
    ids=lambda v: ", ".join(v) if isinstance(v, dict) else "",
)
async def test_an_agent_that_passes_a_limit_is_stopped(usage: Usage, limit: dict[str, Any]) -> None:
    plan = await planned(
        FakeBackend(activities=spends(usage)), team=with_limits("activities", **limit)
    )
    result = report(plan, "activities")
    assert result.status is AgentStatus.FAILED
    told = {"tool_calls": "3 tool calls", "requests": "3 requests", "tokens": "400 tokens"}
    assert told.get(next(iter(limit)), "$0.04 used, the limit is $0.03") in result.detail
    assert "the limit is" in result.detail
    assert result.usage.tokens + result.usage.requests + result.usage.tool_calls > 0 or (
        result.usage.cost_usd > 0
    )
    assert report(plan, "itinerary").status is AgentStatus.FINISHED


@pytest.mark.parametrize(
    "ending",
    [
        fails_with(RuntimeError("lost")),
        fails_with(BackendError("the model is away")),
        answers("nonsense"),
        spends(Usage(requests=1)),
    ],
    ids=["raises", "gives up", "answers nonsense", "passes a limit"],
)
async def test_what_an_agent_kept_before_it_failed_is_used(ending: Part) -> None:
    told: list[Event] = []
    plan = await planned(
        FakeBackend(activities=keeps_then(ending), itinerary=fails_with(RuntimeError("gone"))),
        emit=told.append,
    )
    assert report(plan, "activities").status is AgentStatus.PARTIAL
    assert [v.place_id for v in visits(plan)] == ["maat"]
    assert any(m.startswith("some of the activities agent's part") for m in plan.missing)
    assert not plan.complete
    kept = {e.agent: e.kept for e in of_type(told, AgentFailed)}
    assert kept == {"activities": True, "itinerary": False}


async def test_what_a_stalled_agent_kept_is_used() -> None:
    plan = await planned(
        FakeBackend(activities=keeps_then(never_answers)),
        team=with_limits("activities", seconds=0.2),
    )
    assert report(plan, "activities").status is AgentStatus.PARTIAL
    assert "maat" in {v.place_id for v in visits(plan)}


@pytest.mark.parametrize("ending", [fails_with(RuntimeError("lost")), never_answers])
async def test_nonsense_that_was_kept_counts_as_nothing(ending: Part) -> None:
    plan = await planned(
        FakeBackend(activities=keeps_then(ending, kept="nonsense")),
        team=with_limits("activities", seconds=0.2),
    )
    assert report(plan, "activities").status is AgentStatus.FAILED
    assert visits(plan)


async def test_nonsense_that_was_kept_is_no_finding_after_a_stop() -> None:
    control = RunControl()

    async def stops(task: Task[Any], emit: Emit) -> Any:
        control.stop()
        await anyio.sleep_forever()

    nonsense = ActivityFinds.model_construct(finds="everything")
    plan = await planned(FakeBackend(activities=keeps_then(stops, kept=nonsense)), control=control)
    assert not plan.complete


async def test_an_agent_cancelled_from_within_does_not_cancel_the_others() -> None:
    plan = await planned(FakeBackend(activities=fails_with(asyncio.CancelledError())))
    assert report(plan, "activities").status in (AgentStatus.CANCELLED, AgentStatus.FAILED)
    assert report(plan, "itinerary").status is AgentStatus.FINISHED
    assert not plan.complete


async def test_stopping_in_the_middle_keeps_what_was_found() -> None:
    control, told = RunControl(), list[Event]()

    async def stops(task: Task[Any], emit: Emit) -> Any:
        task.keep(ONE_FIND)
        control.stop()
        await anyio.sleep_forever()

    plan = await planned(
        FakeBackend(activities=stops, destinations=never_answers, itinerary=never_answers),
        control=control,
        emit=told.append,
    )
    assert {a.status for a in plan.agents} == {AgentStatus.CANCELLED}
    assert [v.place_id for v in visits(plan)] == ["maat"]
    assert len(plan.missing) == 3
    assert not plan.complete
    assert all(e.cancelled for e in of_type(told, AgentFailed))
    (finished,) = of_type(told, RunFinished)
    assert finished.cancelled
    assert not finished.complete


async def test_a_stop_before_the_start_still_gives_a_plan() -> None:
    control = RunControl()
    control.stop()
    plan = await planned(FakeBackend(activities=never_answers), control=control)
    assert tuple(a.name for a in plan.agents) == NAMES
    assert not plan.complete


async def test_cancelling_the_caller_cancels_all_and_leaves_no_task_behind() -> None:
    before, started, ended = asyncio.all_tasks(), list[str](), list[str]()
    all_here = anyio.Event()

    async def waits(task: Task[Any], emit: Emit) -> Any:
        started.append(task.name)
        if len(started) == 3:
            all_here.set()
        try:
            await anyio.sleep_forever()
        finally:
            ended.append(task.name)

    backend = FakeBackend(itinerary=waits, destinations=waits, activities=waits)

    async def plan() -> None:
        await plan_trip(ask(), backend=backend)
        pytest.fail("a cancelled run returned a plan")

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(plan)
            await all_here.wait()
            group.cancel_scope.cancel()
    assert sorted(ended) == sorted(NAMES)
    assert asyncio.all_tasks() == before


async def test_a_finished_run_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    await planned(OfflineBackend(), control=RunControl())
    assert asyncio.all_tasks() == before


async def test_limits_hold_for_all_agents_together() -> None:
    plan = await planned(OfflineBackend(), limits=Limits(tool_calls=6))
    assert any(a.status is not AgentStatus.FINISHED for a in plan.agents)
    assert any("the run" in m and "the limit is 6" in m for m in plan.missing)
    assert not plan.complete


async def test_the_time_limit_of_a_run_ends_those_still_at_work() -> None:
    plan = await planned(
        FakeBackend(activities=keeps_then(never_answers)), limits=Limits(seconds=1.0)
    )
    assert report(plan, "activities").status is not AgentStatus.FINISHED
    assert report(plan, "destinations").status is AgentStatus.FINISHED
    assert "maat" in {v.place_id for v in visits(plan)}
    assert not plan.complete


async def test_a_member_that_the_run_had_no_time_for_says_that_it_was_the_limit() -> None:
    plan = await planned(FakeBackend(activities=never_answers), limits=Limits(seconds=0.5))
    assert "0.5 s" in report(plan, "activities").detail


async def test_a_meter_of_a_run_counts_every_agent() -> None:
    meter = new_meter(Limits())
    results = await run_team(
        TEAM,
        Brief(ask()),
        backend=OfflineBackend(),
        ledger=Ledger(),
        emit=lambda event: None,
        run_meter=meter,
    )
    assert meter.used.tool_calls == sum(r.usage.tool_calls for r in results.values())


async def test_events_come_in_order_and_name_every_part() -> None:
    told: list[Event] = []
    plan = await planned(OfflineBackend(), emit=told.append)
    assert isinstance(told[0], RunStarted)
    assert told[0].agents == NAMES
    assert isinstance(told[-1], RunFinished)
    assert told[-1].complete
    stages = [e for e in told if isinstance(e, (Merged, Scheduled, Checked))]
    assert [e.type for e in stages] == ["merged", "scheduled", "checked"]
    assert stages[2].passed == sum(c.passed for c in plan.checks if c.hard)
    for name in NAMES:
        own = [e for e in told if getattr(e, "agent", None) == name]
        assert isinstance(own[0], AgentStarted)
        assert isinstance(own[-1], AgentFinished)
        calls = [e.call for e in of_type(own, ToolCalled)]
        assert calls == list(range(1, len(calls) + 1))


async def test_all_events_survive_as_json() -> None:
    told: list[Event] = []
    request = ask(
        destinations=("lisbon", "porto"),
        relation=Relation.OR,
        budget=Budget(amount=Decimal(100)),
        effort=Effort.THINKING,
    )
    hostile = RuntimeError("gone \x1b[31mred\x1b[0m\u202e")
    await planned(
        FakeBackend(activities=keeps_then(fails_with(hostile))), emit=told.append, request=request
    )
    assert len({e.type for e in told}) >= 11
    for event in told:
        text = event.model_dump_json()
        assert EVENT.validate_json(text).model_dump_json() == text
        assert "\u202e" not in text
        assert "\\u001b" not in text


async def test_a_role_that_the_offline_rules_do_not_know_is_named() -> None:
    extra = replace(TEAM[2], name="museums")
    plan = await planned(OfflineBackend(), team=(*TEAM, extra))
    assert "no policy for the agent 'museums'" in report(plan, "museums").detail
    assert "BackendError" not in report(plan, "museums").detail
    assert not plan.complete


async def test_a_policy_makes_the_offline_rules_know_a_new_role() -> None:
    extra = replace(TEAM[2], name="museums")
    backend = OfflineBackend(policies={"museums": answers(ONE_FIND)})
    plan = await planned(backend, team=(*TEAM, extra))
    assert plan.complete
    maat = next(v for v in visits(plan) if v.place_id == "maat")
    assert "museums" in maat.proposed_by


async def test_the_second_round_goes_only_to_the_agent_concerned() -> None:
    told: list[Event] = []
    request = ask(
        destinations=("lisbon", "porto"),
        relation=Relation.OR,
        budget=Budget(amount=Decimal(60)),
        effort=Effort.THINKING,
    )
    backend = FakeBackend()
    await planned(backend, emit=told.append, request=request)
    (again,) = of_type(told, RoundStarted)
    assert again.number == 2
    assert again.agents == ("destinations",)
    assert [name for name, brief in backend.briefs if brief.feedback] == ["destinations"]
    told_to = next(brief.feedback for _, brief in backend.briefs if brief.feedback)
    assert [f.check for f in told_to] == ["budget"]


async def test_there_is_no_second_round_where_no_agent_can_mend_what_failed() -> None:
    told: list[Event] = []
    request = ask(budget=Budget(amount=Decimal(60)), effort=Effort.THINKING)
    plan = await planned(OfflineBackend(), emit=told.append, request=request)
    assert plan.failed_checks
    assert of_type(told, RoundStarted) == []


async def test_an_agent_that_fails_in_the_second_round_keeps_its_first_answer() -> None:
    async def once(task: Task[Any], emit: Emit) -> Any:
        if task.brief.feedback:
            raise BackendError("not a second time")
        return await OfflineBackend().run(task, emit)

    request = ask(
        destinations=("lisbon", "porto"),
        relation=Relation.OR,
        budget=Budget(amount=Decimal(60)),
        effort=Effort.THINKING,
    )
    plan = await planned(FakeBackend(destinations=once), request=request)
    assert len(plan.comparison) == 2
    assert plan.days


async def test_a_name_that_no_record_knows_is_shown_and_never_planned() -> None:
    made_up = ActivityFinds(
        finds=(Find(destination="lisbon", place="Flying Tram Museum", fit=1.0, reason="trust me"),)
    )
    plan = await planned(FakeBackend(activities=answers(made_up)))
    assert [u.name for u in plan.unverified] == ["lisbon/Flying Tram Museum"]
    assert plan.unverified[0].named_by == "activities"
    assert "Flying Tram Museum" not in {v.title for v in visits(plan)}


async def test_evidence_that_nobody_entered_is_not_cited() -> None:
    made_up = ActivityFinds(
        finds=(Find(destination="lisbon", place="maat", fit=1.0, evidence=("hours/of/my/own",)),)
    )
    plan = await planned(FakeBackend(activities=answers(made_up)))
    assert all("hours/of/my/own" not in v.evidence for v in visits(plan))
    assert next(c for c in plan.checks if c.id == "evidence").passed


async def test_the_same_request_gives_the_same_plan() -> None:
    first, second = [await planned(OfflineBackend()) for _ in range(2)]
    assert first.model_dump_json() == second.model_dump_json()


def test_an_anchor_needs_a_place() -> None:
    with pytest.raises(ValueError, match="place"):
        Anchor.model_validate({"reason": "nice"})


def test_a_limit_is_told_with_what_was_used() -> None:
    meter = new_meter(Limits(requests=1))
    meter.spend(Usage(requests=1))
    with pytest.raises(LimitReached, match="1 request used, the limit is 1"):
        meter.spend(Usage(requests=1))
