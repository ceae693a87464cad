"""Two days in every place of the atlas, in winter and in summer, as an outsider would examine them."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from independent_checker import check

from agents.atlas.loader import DATA, destination_ids
from agents.request import Dates, TripRequest
from planner.plan import Day, Free, TripPlan
from planner.trip import plan_trip

SEASONS = (date(2027, 1, 11), date(2027, 7, 12))
"""Mondays: each place begins on a weekday of its own, so that all weekdays come up."""
NOON, TEA = 12, 17
LONGEST_GAP = timedelta(hours=2)


@pytest.mark.parametrize(
    ("number", "id"), list(enumerate(destination_ids())), ids=destination_ids()
)
async def test_two_days_have_no_closed_door_no_impossible_way_and_no_empty_afternoon(
    number: int, id: str
) -> None:
    for season in SEASONS:
        start = season + timedelta(days=number % 7)
        dates = Dates(start=start, end=start + timedelta(days=1))
        plan = await plan_trip(TripRequest(destinations=(id,), dates=dates))
        assert check(json.loads(plan.model_dump_json()), DATA) == []
        assert plan.complete, [c.detail for c in plan.failed_checks]
        for day in plan.days:
            assert sum(item.kind == "visit" for item in day.items) >= 2, (day.date, names(plan))
            assert longest_gap(day) < LONGEST_GAP, (day.date, names(plan))


def names(plan: TripPlan) -> list[str]:
    return [f"{item.start:%a %H:%M} {item.title}" for day in plan.days for item in day.items]


def longest_gap(day: Day) -> timedelta:
    """The longest time between noon and tea with nothing in it."""
    gaps = [timedelta()]
    at = day.items[0].start.replace(hour=NOON, minute=0)
    end = at.replace(hour=TEA)
    for item in sorted(day.items, key=lambda item: item.start):
        if isinstance(item, Free):
            continue
        gaps.append(min(item.start, end) - at)
        at = max(at, item.end)
    return max(*gaps, end - at)
