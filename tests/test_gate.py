"""The gate: each check passes on a good plan and fails on one that is broken in exactly its way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import anyio
import pytest

from agents.atlas.loader import activity
from agents.atlas.vocabulary import Diet, Mode
from agents.request import (
    Budget,
    Commitment,
    CommitmentKind,
    Dates,
    Needs,
    Origin,
    Pace,
    Relation,
    Traveller,
    TripRequest,
)
from planner.gate import inspect
from planner.gate.base import RULES, View
from planner.plan import Category, Check, Cost, Day, Free, Item, Leg, TripPlan
from planner.trip import plan_trip

HOUR = timedelta(hours=1)
MONDAY = date(2027, 5, 10)
HAMBURG = Origin(
    name="Hamburg",
    coordinates=(53.55, 9.99),
    time_zone="Europe/Berlin",
    country="DE",
    airport="HAM",
)
PLACES = (
    "jeronimos",
    "oceanario",
    "belem-riverside",
    "ribeira-das-naus",
    "alfama-lanes",
    "fronteira",
)
Which = Callable[[Any], bool]
Break = Callable[[TripPlan], TripPlan]


def fixed(kind: CommitmentKind, label: str, day: int, hour: int, minutes: int = 0) -> Commitment:
    start = datetime(2027, 5, day, hour)
    return Commitment(kind=kind, label=label, start=start, minutes=minutes)


TOWN = TripRequest(
    destinations=("lisbon",),
    dates=Dates(start=MONDAY, end=MONDAY + timedelta(days=3)),
    budget=Budget(amount=Decimal(3000)),
    nevers=("kind:museum",),
    musts=tuple(f"lisbon/{place}" for place in PLACES),
    commitments=(
        fixed(CommitmentKind.ARRIVAL, "landing", 10, 10),
        fixed(CommitmentKind.DEPARTURE, "take-off", 13, 18),
        fixed(CommitmentKind.MEAL, "dinner", 11, 20, 90),
    ),
)
"""Four days in one place, with much that is fixed."""
ROUTE = TripRequest(
    destinations=("lisbon", "porto"),
    relation=Relation.THEN,
    dates=Dates(start=MONDAY, end=MONDAY + timedelta(days=5)),
    origin=HAMBURG,
    musts=tuple(f"lisbon/{place}" for place in PLACES),
)
"""Two places, with the ways there, between and back."""


@lru_cache
def _planned(request: str) -> TripPlan:
    return anyio.run(plan_trip, TripRequest.model_validate_json(request))


def good_plan(request: TripRequest) -> TripPlan:
    """The plan for `request`, made once."""
    return _planned(request.model_dump_json())


def failed(plan: TripPlan) -> set[str]:
    return {c.id for c in inspect(plan) if not c.passed}


def first(plan: TripPlan, which: Which) -> Item:
    return next(i for d in plan.days for i in d.items if which(i))


def change(which: Which, **update: Any) -> Break:
    """Change the first item that fits; a callable value is applied to the item."""

    def mutate(plan: TripPlan) -> TripPlan:
        old = first(plan, which)
        values = {k: v(old) if callable(v) else v for k, v in update.items()}
        return replaced(plan, old, (old.model_copy(update=values),))

    return mutate


def drop(which: Which) -> Break:
    return lambda plan: replaced(plan, first(plan, which), ())


def twice(which: Which) -> Break:
    def mutate(plan: TripPlan) -> TripPlan:
        item = first(plan, which)
        return replaced(plan, item, (item, item))

    return mutate


def replaced(plan: TripPlan, old: Item, new: tuple[Item, ...]) -> TripPlan:
    days = []
    for day in plan.days:
        items: tuple[Item, ...] = ()
        for item in day.items:
            items += new if item is old else (item,)
        days.append(day.model_copy(update={"items": items}))
    return plan.model_copy(update={"days": tuple(days)})


def every(which: Which, **update: Any) -> Break:
    """Change all items that fit."""

    def mutate(plan: TripPlan) -> TripPlan:
        days = tuple(
            d.model_copy(
                update={
                    "items": tuple(i.model_copy(update=update) if which(i) else i for i in d.items)
                }
            )
            for d in plan.days
        )
        return plan.model_copy(update={"days": days})

    return mutate


def asking(**update: Any) -> Break:
    """The same plan for a request that asks for something else."""

    def mutate(plan: TripPlan) -> TripPlan:
        request = TripRequest.model_validate({**dict(plan.request), **update})
        return plan.model_copy(update={"request": request})

    return mutate


def costing(**update: Any) -> Break:
    return lambda plan: plan.model_copy(update={"costs": plan.costs.model_copy(update=update)})


def of_kind(kind: str, **values: Any) -> Which:
    return lambda i: i.kind == kind and all(getattr(i, k) == v for k, v in values.items())


def visit_to(place: str) -> Which:
    return of_kind("visit", place_id=place)


def between_cities(item: Item) -> bool:
    return isinstance(item, Leg) and item.cost is not None and item.cost.category is Category.TRAVEL


def within_a_city(item: Item) -> bool:
    return isinstance(item, Leg) and any(e.startswith("travel/") for e in item.evidence)


def paid_visit(item: Item) -> bool:
    return item.kind == "visit" and item.cost is not None


def later(hours: float) -> dict[str, Any]:
    return {"start": lambda i: i.start + hours * HOUR, "end": lambda i: i.end + hours * HOUR}


def at_night(place: str, hour: int) -> Break:
    """The visit to `place` moved to `hour` of its day."""
    return change(
        visit_to(place),
        start=lambda i: i.start.replace(hour=hour, minute=0),
        end=lambda i: i.start.replace(hour=hour, minute=45),
    )


def all_at(place: str) -> Break:
    return every(of_kind("visit"), place_id=place)


def idle(plan: TripPlan) -> TripPlan:
    start = datetime(2027, 5, 11, 13, tzinfo=plan.days[1].items[0].start.tzinfo)
    hours = Free(start=start, end=start + 5 * HOUR, title="Free time", destination="lisbon")
    day = plan.days[1].model_copy(update={"items": (*plan.days[1].items, hours)})
    return plan.model_copy(update={"days": (plan.days[0], day, *plan.days[2:])})


def in_the_wet(plan: TripPlan) -> TripPlan:
    """One day of December with nothing but the open air."""
    outside = first(plan, visit_to("belem-riverside"))
    wet = Day(date=date(2027, 12, 7), stop="lisbon", items=(outside,))
    return plan.model_copy(update={"days": (*plan.days, wet)})


def for_one_euro(item: Item) -> Cost | None:
    euro = Decimal(1)
    return item.cost and item.cost.model_copy(update={"low": euro, "expected": euro})


def nine_nights(plan: TripPlan) -> TripPlan:
    longer = plan.stops[0].model_copy(update={"nights": 9})
    return plan.model_copy(update={"stops": (longer, *plan.stops[1:])})


def two_arrivals(plan: TripPlan) -> TripPlan:
    again = Commitment(
        kind=CommitmentKind.ARRIVAL, label="another landing", start=datetime(2027, 5, 10, 12)
    )
    return asking(commitments=(*plan.request.commitments, again))(plan)


BROKEN: dict[str, tuple[TripRequest, Break]] = {
    "calendar": (TOWN, lambda plan: plan.model_copy(update={"days": plan.days[:-1]})),
    "zones": (TOWN, change(visit_to("jeronimos"), start=lambda i: i.start.astimezone(UTC))),
    "hours": (TOWN, at_night("jeronimos", 18)),
    "overlap": (TOWN, change(visit_to("jeronimos"), end=lambda i: i.end + 3 * HOUR)),
    "travel_time": (TOWN, drop(within_a_city)),
    "arrival_departure": (TOWN, change(of_kind("commitment"), **later(8))),
    "nights": (TOWN, drop(of_kind("stay"))),
    "pace": (ROUTE, asking(pace=Pace.RELAXED)),
    "walking": (TOWN, change(within_a_city, walk_minutes=300)),
    "destinations": (TOWN, asking(destinations=("porto",), musts=())),
    "unique_places": (TOWN, twice(visit_to("jeronimos"))),
    "commitments": (TOWN, drop(of_kind("commitment", title="dinner"))),
    "musts": (TOWN, drop(visit_to("jeronimos"))),
    "nevers": (TOWN, asking(nevers=("lisbon/oceanario",))),
    "step_free": (TOWN, asking(needs=Needs(step_free=True))),
    "diet": (TOWN, asking(needs=Needs(diets=(Diet.KOSHER,)))),
    "children": (
        TOWN,
        lambda plan: change(visit_to("ribeira-das-naus"), place_id="clube-de-fado")(
            asking(travellers=(Traveller(), Traveller(age=8)))(plan)
        ),
    ),
    "no_flying": (ROUTE, asking(needs=Needs(no_flying=True))),
    "arrivals_named": (TOWN, two_arrivals),
    "evidence": (TOWN, change(visit_to("jeronimos"), evidence=())),
    "sums": (TOWN, costing(total=Decimal(1))),
    "prices": (TOWN, change(paid_visit, cost=None)),
    "budget": (TOWN, asking(budget=Budget(amount=Decimal(1000)))),
    "meals": (TOWN, drop(lambda i: i.kind == "meal" and i.meal == "lunch" and i.start.day == 12)),
    "full_days": (TOWN, idle),
    "rain": (TOWN, in_the_wet),
    "crowds": (TOWN, all_at("jeronimos")),
    "variety": (TOWN, all_at("jeronimos")),
    "daylight": (TOWN, at_night("belem-riverside", 22)),
}
NOTICED: dict[str, tuple[str, TripRequest, Break]] = {
    "a night in the middle of a trip with a flight home": ("nights", ROUTE, drop(of_kind("stay"))),
    "the flight at another price": ("prices", ROUTE, change(between_cities, cost=for_one_euro)),
    "no way home": ("no_flying", ROUTE, drop(between_cities)),
    "a ride for nothing": (
        "prices",
        TOWN,
        change(lambda i: within_a_city(i) and i.cost, cost=None),
    ),
    "a flight that lands as it takes off": (
        "travel_time",
        ROUTE,
        change(between_cities, end=lambda i: i.start + HOUR / 4),
    ),
    "a visit longer than the place is open": (
        "hours",
        TOWN,
        change(visit_to("fronteira"), end=lambda i: i.end + 2 * HOUR),
    ),
    "a place the atlas does not know": (
        "evidence",
        TOWN,
        change(visit_to("jeronimos"), place_id="flying-tram"),
    ),
    "a place somewhere else": (
        "evidence",
        TOWN,
        change(visit_to("jeronimos"), coordinates=(48.85, 2.35)),
    ),
    "evidence nobody entered": (
        "evidence",
        TOWN,
        change(visit_to("jeronimos"), evidence=("place/of/my/own",)),
    ),
    "costs in another currency": ("budget", TOWN, costing(currency="USD")),
    "a category that is left out": (
        "sums",
        TOWN,
        lambda p: costing(categories=p.costs.categories[:-1])(p),
    ),
    "two cities for one": (
        "destinations",
        ROUTE,
        asking(destinations=("lisbon", "rome"), relation=Relation.OR),
    ),
    "the wrong way round": ("destinations", ROUTE, asking(destinations=("porto", "lisbon"))),
    "a kind nobody wants": ("nevers", ROUTE, asking(nevers=("kind:museum",))),
    "a dinner at another hour": (
        "commitments",
        TOWN,
        change(of_kind("commitment", title="dinner"), **later(1)),
    ),
    "a visit before dawn": ("pace", ROUTE, at_night("belem-riverside", 5)),
    "lanes late at night": ("daylight", TOWN, at_night("alfama-lanes", 23)),
    "a visit after midnight": (
        "pace",
        ROUTE,
        change(visit_to("alfama-lanes"), end=lambda i: i.end.replace(hour=20) + 6 * HOUR),
    ),
    "nights that do not add up": ("calendar", ROUTE, nine_nights),
    "an item that ends before it begins": (
        "overlap",
        TOWN,
        change(visit_to("jeronimos"), end=lambda i: i.start - HOUR),
    ),
    "a day under another date": (
        "calendar",
        TOWN,
        lambda p: p.model_copy(update={"days": p.days[::-1]}),
    ),
}
NEEDS_A_RECORD_WITHOUT = {"hours_known"}
"""The atlas knows all hours, so that no plan breaks this check; it has a test of its own."""


@pytest.mark.parametrize("trip", [TOWN, ROUTE], ids=["town", "route"])
def test_a_good_plan_passes_every_check(trip: TripRequest) -> None:
    assert failed(good_plan(trip)) == set()


def test_every_check_is_broken_by_one_of_these_tests() -> None:
    assert BROKEN.keys() | NEEDS_A_RECORD_WITHOUT == {rule.id for rule in RULES}


def test_no_two_checks_share_a_name() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("check", BROKEN)
def test_a_plan_that_is_broken_fails_the_check_that_names_it(check: str) -> None:
    request, mutate = BROKEN[check]
    broken = mutate(good_plan(request))
    found = next(c for c in inspect(broken) if c.id == check)
    assert not found.passed
    holds = next(rule.holds for rule in RULES if rule.id == check)
    assert found.detail != holds


@pytest.mark.parametrize(
    ("check", "alone"),
    [
        ("hours", {"hours", "overlap", "travel_time", "pace"}),
        ("musts", {"musts", "sums", "travel_time"}),
        ("nevers", set()),
        ("budget", set()),
        ("commitments", {"meals", "travel_time"}),
        ("step_free", {"walking"}),
        ("zones", set()),
        ("evidence", set()),
        ("prices", {"sums"}),
    ],
)
def test_a_fault_is_told_by_the_checks_it_concerns_and_no_other(
    check: str, alone: set[str]
) -> None:
    request, mutate = BROKEN[check]
    assert failed(mutate(good_plan(request))) <= alone | {check}


@pytest.mark.parametrize("fault", NOTICED)
def test_it_is_noticed_when_there_is(fault: str) -> None:
    check, request, mutate = NOTICED[fault]
    assert check in failed(mutate(good_plan(request)))


def test_a_place_whose_hours_nobody_knows_is_a_warning() -> None:
    class FakeView(View):
        @cached_property
        def at_places(self) -> Any:
            return tuple(
                (day, item, record.model_copy(update={"hours": None}))
                for day, item, record in View(self.plan).at_places
            )

    rule = next(rule for rule in RULES if rule.id == "hours_known")
    good = good_plan(TOWN)
    assert rule.check(View(good)).passed
    found = rule.check(FakeView(good))
    assert not found.passed
    assert not found.hard
    assert "hours unknown, check before you go" in found.detail


def test_hard_checks_come_first_and_the_order_is_fixed() -> None:
    checks = inspect(good_plan(TOWN))
    assert [c.hard for c in checks] == sorted((c.hard for c in checks), reverse=True)
    assert checks == inspect(good_plan(TOWN))


def test_a_failed_check_names_the_places_at_fault() -> None:
    request, mutate = BROKEN["nevers"]
    found = next(c for c in inspect(mutate(good_plan(request))) if c.id == "nevers")
    assert found.places == ("lisbon/oceanario",)
    assert "Oceanário" in found.detail


def test_many_faults_are_told_in_one_line() -> None:
    broken = every(of_kind("visit"), evidence=())(good_plan(TOWN))
    found: Check = next(c for c in inspect(broken) if c.id == "evidence")
    assert "; and " in found.detail
    assert len(found.places) > 3


def test_a_place_that_is_partly_step_free_may_come_when_it_is_asked_for() -> None:
    assert activity("lisbon", "jeronimos").step_free == "partly"
    plan = asking(needs=Needs(step_free=True))(good_plan(TOWN))
    faults = next(c for c in inspect(plan) if c.id == "step_free").places
    assert faults
    assert "lisbon/jeronimos" not in faults


def test_a_plan_read_back_from_json_is_checked_the_same() -> None:
    plan = good_plan(ROUTE)
    again = TripPlan.model_validate_json(plan.model_dump_json())
    assert inspect(again) == inspect(plan)


def test_the_ways_of_the_plans_under_test_are_flown_and_ridden() -> None:
    modes = {i.mode for d in good_plan(ROUTE).days for i in d.items if isinstance(i, Leg)}
    assert {Mode.FLIGHT, Mode.TRAIN, Mode.WALK, Mode.METRO} <= modes
