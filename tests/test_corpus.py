"""A hundred trips as travellers type them, from the words to a plan that an outsider has examined."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from independent_checker import check

from agents.atlas.loader import DATA
from agents.request import TripRequest
from planner.intake import read
from planner.plan import TripPlan
from planner.trip import plan_trip

TODAY = date(2026, 11, 21)
CORPUS = Path(__file__).with_name("corpus.toml")
TIGHT = {"budget", "musts"}
"""Checks that never fail without something that could give."""


@dataclass(frozen=True)
class Trip:
    """What somebody typed, and what any reader takes from it; the corpus says what each field is."""

    words: str
    to: list[str]
    how: str = "one"
    days: int | None = None
    starts: str = ""
    adults: int | None = None
    children: list[int] | None = None
    known: dict[str, Any] = field(default_factory=dict)


def _corpus() -> list[Any]:
    trips = tomllib.loads(CORPUS.read_text(encoding="utf-8"))["trips"]
    return [pytest.param(n, Trip(**t), id=t["words"][:50]) for n, t in enumerate(trips)]


def _at(path: str, json_of_request: Any) -> Any:
    found = json_of_request
    for key in path.split("."):
        found = found[int(key) if key.isdigit() else key]
    return found


def _assert_read(request: TripRequest, trip: Trip) -> None:
    assert (list(request.destinations), request.relation) == (trip.to, trip.how)
    assert trip.days in (None, request.dates.days)
    assert str(request.dates.start).startswith(trip.starts)
    assert trip.adults in (None, request.adults)
    assert trip.children in (None, list(request.children))
    said = json.loads(request.model_dump_json())
    assert {path: _at(path, said) for path in trip.known} == trip.known


def test_the_corpus_has_a_hundred_different_trips() -> None:
    assert len({p.values[1].words for p in _corpus()}) == 100


@pytest.mark.parametrize(("number", "trip"), _corpus())
async def test_a_trip_is_read_and_planned_soundly(
    number: int, trip: Trip, capsys: pytest.CaptureFixture[str]
) -> None:
    request = read(trip.words, today=TODAY).request
    _assert_read(request, trip)
    plan = await plan_trip(request)
    assert check(json.loads(plan.model_dump_json()), DATA) == []
    _assert_honest(plan)
    if number % 10 == 0:
        again = await plan_trip(read(trip.words, today=TODAY).request)
        assert again.model_dump_json() == plan.model_dump_json()
    assert capsys.readouterr() == ("", "")


def _assert_honest(plan: TripPlan) -> None:
    """Complete, or with a conflict for what failed that says what stands against what."""
    failed = {c.id for c in plan.failed_checks}
    assert plan.complete == (not failed)
    assert {c.check for c in plan.conflicts} == failed
    for conflict in plan.conflicts:
        assert len(conflict.wishes) > 1
        assert conflict.relaxations or conflict.check not in TIGHT
