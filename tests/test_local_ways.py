"""By what one gets from place to place within a destination, in the schedule and in the gate."""

from __future__ import annotations

import json
from datetime import date

import anyio
import pytest
from independent_checker import check

from agents.atlas.geo import travel
from agents.atlas.loader import DATA, activity, area, destination, destination_ids
from agents.atlas.local import way_within
from agents.atlas.vocabulary import Mode
from agents.tools import travel_time
from planner.gate import inspect
from planner.intake import read
from planner.plan import Leg, Meal, TripPlan
from planner.prices import Party, Pricing
from planner.trip import plan_trip
from planner.views.words import way_words

TODAY = date(2026, 11, 21)


def by(id: str, place: str) -> Mode:
    """How one gets there from where one sleeps."""
    where = destination(id)
    base = area(id, where.base).coordinates
    return way_within(where, base, activity(id, place).coordinates).mode


@pytest.mark.parametrize(
    ("id", "place", "mode"),
    [
        ("siem-reap", "angkor-wat", Mode.BUS),
        ("crete", "samaria-day", Mode.BUS),
        ("cape-town", "cape-point", Mode.BUS),
        ("cusco", "machu-picchu", Mode.BUS),
        ("lisbon", "jeronimos", Mode.METRO),
        ("lisbon", "alfama-lanes", Mode.WALK),
        ("lisbon", "pena", Mode.TRAIN),
    ],
)
def test_one_gets_there_by_what_runs_there(id: str, place: str, mode: Mode) -> None:
    assert by(id, place) is mode


@pytest.mark.parametrize("id", ["bali", "kruger", "zanzibar", "queenstown", "santorini", "banff"])
def test_where_there_is_no_railway_nobody_takes_a_train(id: str) -> None:
    assert Mode.TRAIN not in {by(id, a.id) for a in destination(id).activities}


def test_a_way_takes_as_long_whatever_runs() -> None:
    for id in destination_ids():
        place = destination(id)
        base = area(id, place.base).coordinates
        for spot in place.activities:
            way = way_within(place, base, spot.coordinates)
            usual = travel(base, spot.coordinates, place.hilly)
            assert way[1:] == usual[1:]


async def test_the_tool_says_taxi_or_bus() -> None:
    fact = await travel_time("siem-reap", destination("siem-reap").base, "angkor-wat")
    assert fact.mode is Mode.BUS and "by taxi or bus" in fact.claim


def planned(words: str) -> TripPlan:
    return anyio.run(plan_trip, read(words, today=TODAY).request)


@pytest.mark.parametrize("where", ["Bali", "Kruger", "Siem Reap", "Cusco with Machu Picchu"])
def test_a_plan_says_how_one_gets_there_and_both_examiners_agree(where: str) -> None:
    plan = planned(f"5 days in {where} from 10 May 2027")
    local = [
        i
        for d in plan.days
        for i in d.items
        if isinstance(i, Leg) and any(e.startswith("travel/") for e in i.evidence)
    ]
    assert local and not {leg.mode for leg in local} & {Mode.TRAIN, Mode.FERRY}
    assert "taxi or bus" in {way_words(leg) for leg in local}
    assert check(json.loads(plan.model_dump_json()), DATA) == []
    wrong = next(leg for leg in local if leg.mode is Mode.BUS)
    for day in plan.days:
        if wrong in day.items:
            items = tuple(
                i.model_copy(update={"mode": Mode.TRAIN}) if i is wrong else i for i in day.items
            )
            broken = day.model_copy(update={"items": items})
            days = tuple(broken if d is day else d for d in plan.days)
            changed = plan.model_copy(update={"days": days})
    assert "prices" in {c.id for c in inspect(changed) if not c.passed}


def test_a_meal_at_a_table_is_charged_as_the_record_says() -> None:
    plan = planned("4 days in Bergen from 10 May 2027")
    pricing = Pricing(Party.of(plan.request), plan.costs.currency, plan.costs.tier)
    place = destination("bergen")
    tables = [i for d in plan.days for i in d.items if isinstance(i, Meal) and i.place_id]
    assert tables
    for meal in tables:
        record = activity("bergen", meal.place_id or "")
        assert meal.cost == pricing.meal(place, meal.meal, record)
        assert meal.meal != "dinner" or record.minutes >= 40
