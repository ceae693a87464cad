"""When wishes stand against each other: which, and what change would do, tried out before it is said."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import anyio
import pytest
from travellers import MONDAY, ask

from agents.request import (
    Budget,
    Commitment,
    CommitmentKind,
    Dates,
    Needs,
    Relation,
    Tier,
    TripRequest,
)
from planner.intake import Options, read
from planner.plan import Conflict, TripPlan
from planner.trip import plan_trip

TODAY = date(2026, 11, 21)


@lru_cache
def _planned(request: str) -> TripPlan:
    return anyio.run(plan_trip, TripRequest.model_validate_json(request))


def planned(request: TripRequest) -> TripPlan:
    return _planned(request.model_dump_json())


def conflict(plan: TripPlan, check: str) -> Conflict:
    return next(c for c in plan.conflicts if c.check == check)


def passes(request: TripRequest, check: str) -> bool:
    return next(c for c in planned(request).checks if c.id == check).passed


def from_hamburg(to: str, **options: Any) -> TripRequest:
    asked = Options(to=(to,), origin="Hamburg", days=4, start=MONDAY, no_flying=True, **options)
    return read("", today=TODAY, options=asked).request


POOR = {
    "a hundred and fifty": ask(budget=Budget(amount=Decimal(150))),
    "nothing much": ask(budget=Budget(amount=Decimal(1))),
    "odd cents": ask(budget=Budget(amount=Decimal("199.49"))),
    "in yen": ask(budget=Budget(amount=Decimal(20_000), currency="JPY")),
    "in comfort": ask(budget=Budget(amount=Decimal(500)), tier=Tier.COMFORT),
    "for a week": ask(days=7, budget=Budget(amount=Decimal(700))),
    "for each": ask(budget=Budget(amount=Decimal(120), per_person=True)),
    "in Paris": ask(destinations=("paris",), budget=Budget(amount=Decimal(300))),
    "in one of two": ask(
        destinations=("lisbon", "porto"), relation=Relation.OR, budget=Budget(amount=Decimal(200))
    ),
    "for two stops": ask(
        days=5,
        destinations=("lisbon", "porto"),
        relation=Relation.THEN,
        budget=Budget(amount=Decimal(400)),
    ),
}


def test_a_request_that_can_be_met_has_no_conflict() -> None:
    assert planned(ask()).conflicts == ()


@pytest.mark.parametrize("case", POOR)
def test_a_budget_too_small_stands_against_the_trip(case: str) -> None:
    plan = planned(POOR[case])
    found = conflict(plan, "budget")
    assert not plan.complete
    assert found.wishes[0].startswith("a budget of ")
    assert f"{plan.request.dates.days} days in {plan.stops[0].name}" in found.wishes[1]
    assert found.relaxations[0].startswith("raise the budget by ")


@pytest.mark.parametrize("case", POOR)
def test_the_raise_that_is_named_is_enough(case: str) -> None:
    request = POOR[case]
    assert request.budget is not None
    said = conflict(planned(request), "budget").relaxations[0]
    amount = request.budget.total(len(request.travellers)) + _amount(said)
    raised = Budget(amount=amount, currency=request.budget.currency)
    assert passes(request.model_copy(update={"budget": raised}), "budget")


def _amount(words: str) -> Decimal:
    found = re.search(r"by \D*([\d,.]+)", words)
    assert found is not None
    return Decimal(found[1].replace(",", ""))


@pytest.mark.parametrize("case", POOR)
def test_dropping_the_days_that_are_named_is_enough(case: str) -> None:
    request = POOR[case]
    said = [r for r in conflict(planned(request), "budget").relaxations if r.startswith("drop")]
    if not said:
        return
    found = re.match(r"drop (a|\d+) days?", said[0])
    assert found is not None
    days = 1 if found[1] == "a" else int(found[1])
    dates = Dates(start=request.dates.start, end=request.dates.end - timedelta(days=days))
    assert passes(request.model_copy(update={"dates": dates}), "budget")


@pytest.mark.parametrize("case", POOR)
def test_going_elsewhere_is_enough(case: str) -> None:
    request = POOR[case]
    said = [r for r in conflict(planned(request), "budget").relaxations if r.startswith("go to")]
    if not said:
        return
    name = said[0].removeprefix("go to ").partition(" instead")[0]
    there = read(name, today=TODAY).request.destinations
    moved = request.model_copy(update={"destinations": there, "relation": Relation.ONE})
    assert passes(moved, "budget")


def test_a_cheaper_tier_is_named_when_it_is_enough() -> None:
    request = POOR["in comfort"]
    said = conflict(planned(request), "budget").relaxations
    assert any(r.startswith("stay and eat in the budget tier") for r in said)
    assert passes(request.model_copy(update={"tier": Tier.BUDGET}), "budget")


def test_dropping_days_is_among_what_would_do() -> None:
    request = ask(days=7, budget=Budget(amount=Decimal(700)))
    said = conflict(planned(request), "budget").relaxations
    assert any(r.startswith("drop") for r in said)


def test_a_must_that_is_closed_all_the_time_can_be_had_on_other_days() -> None:
    request = ask(days=1, musts=("lisbon/jeronimos",))  # closed on Mondays
    found = conflict(planned(request), "musts")
    assert "Jerónimos Monastery must be in" in found.wishes[0]
    moved = next(r for r in found.relaxations if r.startswith("travel from"))
    day = re.search(r"from \w+ (\d+) May", moved)
    assert day is not None
    start = date(2027, 5, int(day[1]))
    assert passes(request.model_copy(update={"dates": Dates(start=start, end=start)}), "musts")
    assert found.relaxations[-1] == "give up Jerónimos Monastery"
    assert passes(request.model_copy(update={"musts": ()}), "musts")


def test_a_must_with_stairs_stands_against_step_free() -> None:
    request = ask(days=2, musts=("lisbon/belem-tower",), needs=Needs(step_free=True))
    found = conflict(planned(request), "step_free")
    assert found.wishes[0] == "step-free throughout"
    assert "give up Belém Tower" in found.relaxations
    assert passes(request.model_copy(update={"musts": ()}), "step_free")


def test_where_no_train_goes_one_can_fly_or_go_elsewhere() -> None:
    request = from_hamburg("Tokyo")
    found = conflict(planned(request), "no_flying")
    assert found.wishes == ("from Hamburg to Tokyo", "without flying")
    assert "fly" in found.relaxations
    assert passes(request.model_copy(update={"needs": Needs()}), "no_flying")
    elsewhere = next(r for r in found.relaxations if r.startswith("go to "))
    name = elsewhere.removeprefix("go to ").removesuffix(" instead")
    assert passes(from_hamburg(name), "no_flying")


BOUND = {
    "by a must": ask(
        destinations=("barcelona",),
        musts=("barcelona/sagrada-familia",),
        budget=Budget(amount=Decimal(300)),
    ),
    "by a dinner": ask(
        days=4,
        destinations=("paris",),
        commitments=(
            Commitment(
                kind=CommitmentKind.MEAL,
                label="dinner with Ana",
                start=datetime.combine(MONDAY + timedelta(days=3), time(20, 30)),
            ),
        ),
        budget=Budget(amount=Decimal(300)),
    ),
    "by a must in one of two": ask(
        destinations=("lisbon", "porto"),
        relation=Relation.OR,
        musts=("lisbon/belem-tower",),
        budget=Budget(amount=Decimal(150)),
    ),
    "by train, by a must": from_hamburg("Tokyo").model_copy(update={"musts": ("tokyo/sensoji",)}),
}


@pytest.mark.parametrize("case", BOUND)
def test_nothing_that_is_insisted_on_or_booked_is_given_up_quietly(case: str) -> None:
    plan = planned(BOUND[case])
    assert plan.conflicts
    for found in plan.conflicts:
        assert not [words for words in found.relaxations if words.startswith("go ")]


def test_a_booked_last_evening_keeps_the_days_before_it() -> None:
    found = conflict(planned(BOUND["by a dinner"]), "budget")
    assert not [words for words in found.relaxations if words.startswith("drop")]


def test_without_such_bounds_one_can_go_elsewhere() -> None:
    free = BOUND["by a must"].model_copy(update={"musts": ()})
    found = conflict(planned(free), "budget")
    assert [words for words in found.relaxations if words.startswith("go ")]


def test_every_conflict_is_of_a_check_that_failed() -> None:
    for request in (*POOR.values(), from_hamburg("Tokyo")):
        plan = planned(request)
        assert {c.check for c in plan.conflicts} <= {c.id for c in plan.failed_checks}
        assert all(c.wishes and c.relaxations for c in plan.conflicts)
