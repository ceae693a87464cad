"""Days are not left empty because agents named too little, and code says what it added."""

from __future__ import annotations

from datetime import date
from typing import Any

from fakes import NAMES, FakeBackend, answers, fails_with

from agents.errors import BackendError
from agents.findings import ActivityFinds, Find, ItineraryDraft, RuledOut
from agents.request import Dates, Needs, TripRequest
from planner.filling import ATLAS
from planner.plan import TripPlan, Visit
from planner.trip import plan_trip

DAYS = Dates(start=date(2027, 5, 12), end=date(2027, 5, 15))
SILENT = fails_with(BackendError("the line is dead"))


def wish(**changes: Any) -> TripRequest:
    return TripRequest(destinations=("lisbon",), dates=DAYS, **changes)


def visits(plan: TripPlan) -> list[Visit]:
    return [i for d in plan.days for i in d.items if isinstance(i, Visit)]


def told(plan: TripPlan) -> str:
    return next((a for a in plan.assumptions if "by rules" in a), "")


async def test_a_few_finds_are_kept_and_the_days_filled_around_them() -> None:
    few = ActivityFinds(
        finds=(Find(destination="lisbon", place="maat", fit=0.9, reason="the one that was found"),)
    )
    backend = FakeBackend(activities=answers(few), itinerary=answers(ItineraryDraft()))
    plan = await plan_trip(wish(), backend=backend)
    assert "named 1 place to see, too few for the days" in told(plan)
    assert {v.proposed_by for v in visits(plan)} == {("activities",), (ATLAS,)}
    assert len(visits(plan)) >= 2 * DAYS.days
    assert not plan.failed_checks
    assert plan.complete


async def test_without_any_agent_there_are_days_but_no_complete_plan() -> None:
    plan = await plan_trip(wish(), backend=FakeBackend(**dict.fromkeys(NAMES, SILENT)))
    assert "the agents named nothing to see" in told(plan)
    assert len(visits(plan)) >= 2 * DAYS.days
    assert not plan.failed_checks
    assert not plan.complete
    assert len(plan.missing) == len(NAMES)


async def test_nothing_that_was_ruled_out_or_is_forbidden_comes_in_again() -> None:
    out = ActivityFinds(
        ruled_out=(RuledOut(subject="lisbon/jeronimos", reason="they have seen it"),)
    )
    backend = FakeBackend(activities=answers(out), itinerary=SILENT)
    request = wish(needs=Needs(step_free=True), nevers=("lisbon/maat", "kind:garden"))
    plan = await plan_trip(request, backend=backend)
    places = {v.place_id for v in visits(plan)}
    assert places
    assert not places & {"jeronimos", "maat"}
    assert not plan.failed_checks


async def test_agents_that_named_enough_are_left_alone() -> None:
    plan = await plan_trip(wish())
    assert not told(plan)
    assert ATLAS not in {name for v in visits(plan) for name in v.proposed_by}
