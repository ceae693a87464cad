"""What a sensible traveller would expect of a day: light, a roof, a table, a way to bed."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from independent_checker import check

from agents.atlas.dates import sun
from agents.atlas.geo import travel
from agents.atlas.loader import DATA, activity, area, destination
from agents.atlas.records import Activity
from agents.atlas.vocabulary import ActivityKind, Interest
from agents.request import Commitment, CommitmentKind, Dates, Needs, TripRequest
from planner.candidates import Candidate
from planner.frame import DayFrame
from planner.openings import start_windows
from planner.plan import Meal, Stay, TripPlan, Visit
from planner.tables import Gap, Seat, Spot, Tables
from planner.trip import plan_trip

WINTER, SUMMER = date(2027, 1, 16), date(2027, 7, 10)
NORTH = ("bergen", "edinburgh", "reykjavik", "stockholm", "tallinn")
WILD = {ActivityKind.OUTDOORS, ActivityKind.VIEWPOINT, ActivityKind.DAY_TRIP}


@lru_cache
def _planned(request: str) -> TripPlan:
    return anyio.run(plan_trip, TripRequest.model_validate_json(request))


def two_days(place: str, start: date, **changes: Any) -> TripPlan:
    dates = Dates(start=start, end=start + timedelta(days=1))
    request = TripRequest(destinations=(place,), dates=dates, **changes)
    return _planned(request.model_dump_json())


def visits(plan: TripPlan) -> list[tuple[date, Visit, Activity]]:
    return [
        (d.date, i, activity(i.destination, i.place_id))
        for d in plan.days
        for i in d.items
        if isinstance(i, Visit) and i.place_id
    ]


def frame(place: str, day: date) -> DayFrame:
    return DayFrame(day, destination(place), 9 * 60, 23 * 60, 23 * 60, None)


def minutes_after_sunset(record: Activity, day: date, end: datetime, zone: str) -> float:
    light = sun(record.coordinates, zone, day)
    assert light.set is not None
    return (end.astimezone(ZoneInfo(zone)) - light.set) / timedelta(minutes=1)


# --- the way to bed ---


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    st.sampled_from(("nice/vieux-nice", "milan/duomo", "miami/south-beach", "shanghai/bund")),
    st.integers(20 * 60 + 30, 23 * 60 + 30),
    st.sampled_from((SUMMER, date(2027, 9, 25))),
)
def test_whenever_and_wherever_an_evening_ends_a_way_leads_to_bed(
    place: str, ends: int, day: date
) -> None:
    """These places have the id of the area one sleeps in, and are a short walk from its centre."""
    where = place.partition("/")[0]
    start = datetime.combine(day, datetime.min.time()) + timedelta(minutes=ends - 60)
    booked = Commitment(
        kind=CommitmentKind.EVENT, label="a late show", start=start, minutes=60, place_id=place
    )
    plan = two_days(where, day, commitments=(booked,))
    assert not [x for x in check(json.loads(plan.model_dump_json()), DATA) if "no way" in x]
    assert "travel_time" not in {c.id for c in plan.failed_checks}
    (night,) = [i for i in plan.days[0].items if isinstance(i, Stay)]
    assert all(i.end <= night.start for i in plan.days[0].items if i is not night)


# --- by daylight ---


@pytest.mark.parametrize("place", ["budapest", "banff", *NORTH])
def test_in_winter_nothing_outdoors_is_seen_in_the_dark(place: str) -> None:
    after = {ActivityKind.SIGHT: 60, ActivityKind.FAMILY: 60} | dict.fromkeys(WILD, 20)
    streets = {ActivityKind.NEIGHBOURHOOD, ActivityKind.MARKET}
    for start in (WINTER, WINTER + timedelta(days=2)):
        for day, visit, record in visits(two_days(place, start)):
            if record.indoor:
                continue
            dark = minutes_after_sunset(record, day, visit.end, destination(place).time_zone)
            if record.kind in after:
                assert dark <= after[record.kind], visit.title
            elif record.kind in streets and record.hours == "24/7":
                assert dark <= 120, visit.title


@pytest.mark.parametrize("place", NORTH)
def test_a_short_day_in_the_north_has_no_empty_afternoon(place: str) -> None:
    plan = two_days(place, WINTER)
    assert plan.complete
    assert next(c for c in plan.checks if c.id == "full_days").passed
    for day in plan.days:
        at = [i for i in day.items if isinstance(i, Visit | Meal) and 12 <= i.start.hour < 17]
        assert len(at) >= 2


@pytest.mark.parametrize(
    ("kind", "indoor", "hours", "until"),
    [
        ("outdoors", False, "24/7", 20),
        ("sight", False, "24/7", 60),
        ("family", False, "Mo-Su 06:00-22:00", 60),
        ("neighbourhood", False, "24/7", 120),
        ("market", False, "24/7", 120),
        ("market", False, "Mo-Su 08:00-20:30", None),
        ("sight", True, "Mo-Su 08:00-20:30", None),
        ("food", False, "24/7", None),
        ("evening", False, "24/7", None),
    ],
)
def test_how_long_after_sunset_a_visit_may_last(
    kind: str, indoor: bool, hours: str, until: int | None
) -> None:
    square = activity("budapest", "heroes-square")
    changes = {"kind": ActivityKind(kind), "indoor": indoor, "hours": hours}
    place = square.model_copy(update=changes)
    day = frame("budapest", WINTER)
    light = sun(square.coordinates, "Europe/Budapest", WINTER)
    assert light.set is not None
    (window,) = start_windows(day, place)
    ends = window[1] + place.minutes
    if until is None:
        assert ends > day.minute(light.set) + 180
    else:
        assert ends == day.minute(light.set) + until


def test_a_day_trip_begins_by_half_past_two() -> None:
    for place in ("bruges", "paris", "mexico-city", "cape-town"):
        for record in destination(place).activities:
            if record.kind is ActivityKind.DAY_TRIP:
                for _, latest in start_windows(frame(place, SUMMER), record):
                    assert latest <= 14 * 60 + 30, record.name


# --- a roof in the rain ---


@pytest.mark.parametrize("place", ["beijing", "delhi", "kyoto", "seoul", "siem-reap"])
def test_every_day_of_a_wet_month_has_something_under_a_roof(place: str) -> None:
    for start in (SUMMER, SUMMER + timedelta(days=5)):
        plan = two_days(place, start)
        assert next(c for c in plan.checks if c.id == "rain").passed
        assert plan.complete


# --- what one came for ---


@pytest.mark.parametrize("start", [*(SUMMER + timedelta(days=n) for n in range(7)), WINTER])
def test_a_long_icon_is_not_left_out_for_short_places_that_fill_the_same_hours(start: date) -> None:
    """Whoever is in a park of wild animals for two days drives through it."""
    plan = two_days("kruger", start)
    assert "phabeni-self-drive" in {record.id for _, _, record in visits(plan)}
    assert plan.complete


# --- from morning to evening ---


def test_few_places_for_many_days_leave_no_morning_empty_beside_a_full_afternoon() -> None:
    request = TripRequest(
        destinations=("porto",),
        dates=Dates(start=date(2027, 5, 12), end=date(2027, 5, 16)),
        interests=(Interest.FOOD, Interest.TILES),
        needs=Needs(step_free=True),
    )
    plan = _planned(request.model_dump_json())
    for day in plan.days[1:]:
        starts = [i.start.hour for i in day.items if isinstance(i, Visit)]
        assert min(starts) <= 10
        assert any(12 <= hour < 17 for hour in starts)


# --- a table ---

FALLS, MUSEUM = activity("banff", "bow-falls"), activity("banff", "whyte-museum")
TOWN = Spot.of(area("banff", "town"))


def seated(
    here: Spot, target: Spot | None, *, meal: str = "dinner", latest_end: int = 23 * 60, **of: Any
) -> Seat:
    """Free at 17:45 or 11:45; the meal may begin until 20:30 or 14:00."""
    free, window = (
        (17 * 60 + 45, (17 * 60, 20 * 60 + 30))
        if meal == "dinner"
        else (11 * 60 + 45, (11 * 60, 14 * 60))
    )
    gap = Gap(meal, here, target, free, latest_end, window, free)
    return Tables(**{"candidates": (), "spare_steps": 60, **of}).seat(frame("banff", SUMMER), gap)


def test_after_a_waterfall_one_goes_home_and_has_dinner_there() -> None:
    seat = seated(Spot.of(FALLS), TOWN)
    assert seat.title("dinner") == "Dinner near Banff town centre"
    way = travel(FALLS.coordinates, TOWN.coordinates, destination("banff").hilly)
    assert seat.start >= 17 * 60 + 45 + way.minutes


def test_in_town_one_has_dinner_where_one_is() -> None:
    assert seated(Spot.of(MUSEUM), TOWN).spot == Spot.of(MUSEUM)


def test_lunch_is_at_the_better_end_of_the_way() -> None:
    falls, museum = Spot.of(FALLS), Spot.of(MUSEUM)
    for here, there in ((falls, museum), (museum, falls)):
        seat = seated(here, there, meal="lunch", latest_end=15 * 60)
        assert seat.title("lunch") == f"Lunch around {MUSEUM.name}"


def test_without_time_for_the_way_one_eats_where_one_is() -> None:
    falls = Spot.of(FALLS)
    assert seated(falls, TOWN, latest_end=17 * 60 + 45 + 91).spot == falls
    assert seated(falls, None).spot == falls


def test_a_listed_table_a_short_walk_away_is_taken_even_as_the_hour_ends() -> None:
    table = Candidate("banff", activity("banff", "grizzly-house"), 0.5, ("a",), "", ())
    free, last = 20 * 60 + 28, 20 * 60 + 30
    gap = Gap("dinner", Spot.of(MUSEUM), TOWN, free, 23 * 60, (17 * 60, last), free)
    seat = Tables((table,), spare_steps=60).seat(frame("banff", SUMMER), gap)
    assert seat.table == table
    assert last < seat.start <= last + 15


def test_most_dinners_in_cities_are_at_a_table_with_a_name() -> None:
    dinners = [
        i
        for place in ("bergen", "budapest", "edinburgh", "kyoto", "porto", "vienna")
        for start in (WINTER, SUMMER)
        for d in two_days(place, start).days
        for i in d.items
        if isinstance(i, Meal) and i.meal == "dinner"
    ]
    assert len(dinners) >= 12
    assert sum(d.place_id is not None for d in dinners) >= 0.6 * len(dinners)


@pytest.mark.parametrize("place", ["banff", "honolulu", "chiang-mai"])
def test_nobody_ends_a_day_with_dinner_in_the_wilderness(place: str) -> None:
    for start in (WINTER, SUMMER):
        for day in two_days(place, start).days:
            wild = {
                f"Dinner around {a.name}" for a in destination(place).activities if a.kind in WILD
            }
            assert not wild & {i.title for i in day.items}
