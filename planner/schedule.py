"""Places the merged candidates in time: frame, problem, search, days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from agents.atlas.loader import destination
from agents.evidence import Ledger
from agents.request import TripRequest
from planner.attempts import Searching
from planner.candidates import Candidate, left_out
from planner.days import DayWriter
from planner.merge import Merged
from planner.orienteering import Reason, Solution
from planner.plan import Category, Day, LeftOut, Stop
from planner.prices import MEAL_SHARES, Pricing
from planner.problem import TripProblem
from planner.tables import WITH_A_DIET, WORTH_OF_A_MINUTE, Tables
from planner.themes import themed
from planner.ways import build_frame

RIDES_A_DAY = Decimal("3")
"""Rides a day set aside before any activity is paid for."""
BUDGET_TRIES = 4
WHY = {
    Reason.CLOSED: "closed on every day you are there, or not open at a time that fits",
    Reason.UNREACHABLE: "too far or too long for any of the days",
    Reason.NO_TIME: "no day has the time left: others were worth more",
    Reason.WALK_LIMIT: "it would be more walking in a day than the pace allows",
    Reason.CATEGORY_LIMIT: "enough of its kind, or enough places for the pace, already",
    Reason.BUDGET: "it costs more than what is left of the budget",
}


@dataclass(frozen=True)
class Schedule:
    """The days, and what had to be assumed, is not included or cannot be."""

    days: tuple[Day, ...]
    stops: tuple[Stop, ...]
    pricing: Pricing
    left_out: tuple[LeftOut, ...]
    assumptions: tuple[str, ...]
    excluded: tuple[str, ...]
    impossible: tuple[str, ...]
    iterations: int


def make_schedule(
    request: TripRequest,
    merged: Merged,
    ledger: Ledger,
    *,
    stop: Callable[[], bool] | None = None,
) -> Schedule:
    """Repeatable for the same arguments, unless `stop()` ends the search early."""
    pricing = Pricing.of(request, merged.tier, merged.stops[0].destination)
    tables = tuple(
        sorted(
            (
                c
                for c in merged.candidates
                if c.activity.meals and not c.required and _eatable(c, request)
            ),
            key=lambda c: (-c.prize, c.id),
        )
    )
    visits = tuple(c for c in merged.candidates if not c.activity.meals or c.required)
    budget = _for_entries(request, merged, pricing, ledger)
    total = None if request.budget is None else request.budget.total(len(request.travellers))
    musts = sum((_price(c, pricing) for c in visits if c.required), Decimal(0))
    for _ in range(BUDGET_TRIES):
        allowed = None if budget is None else max(budget, musts)
        best = Searching(request, merged, visits, pricing, ledger, allowed, stop).best()
        frame, trip, solution = best.frame, best.trip, best.solution
        minute = WITH_A_DIET if request.needs.diets else WORTH_OF_A_MINUTE
        over = Decimal(0)
        for choice in (tables, tuple(c for c in tables if _is_usual(c, pricing))):
            seats = Tables(choice, minute_worth=minute)
            days = DayWriter(request, frame, trip, solution, seats, pricing, ledger).write()
            over = Decimal(0) if total is None else spent(days) - total
            if over <= 0:
                break
        if over <= 0 or budget is None or budget <= 0:
            break
        budget = max(Decimal(0), min(budget, spent(days, Category.ACTIVITIES)) - over)
    return Schedule(
        days=themed(days, merged.themes),
        stops=frame.stops,
        pricing=pricing,
        left_out=_left_out(trip, solution, tables, seats.used),
        assumptions=tuple(frame.assumptions),
        excluded=tuple(frame.excluded),
        impossible=tuple(frame.impossible),
        iterations=solution.iterations,
    )


def _price(candidate: Candidate, pricing: Pricing) -> Decimal:
    cost = pricing.entry(destination(candidate.destination), candidate.activity)
    return cost.expected if cost else Decimal(0)


def spent(days: tuple[Day, ...], category: Category | None = None) -> Decimal:
    """What the items are expected to cost, in all or in one category."""
    return sum(
        (
            i.cost.expected
            for d in days
            for i in d.items
            if i.cost and category in (None, i.cost.category)
        ),
        Decimal(0),
    )


def _eatable(candidate: Candidate, request: TripRequest) -> bool:
    return all(diet in candidate.activity.diets for diet in request.needs.diets)


def _is_usual(candidate: Candidate, pricing: Pricing) -> bool:
    """Whether a meal there costs no more than is set aside for it."""
    place, table = destination(candidate.destination), candidate.activity
    return all(
        pricing.meal(place, m, table).expected <= pricing.meal(place, m).expected
        for m in table.meals
    )


def _for_entries(
    request: TripRequest, merged: Merged, pricing: Pricing, ledger: Ledger
) -> Decimal | None:
    """What the budget leaves for entries once beds, meals, journeys and some rides are paid."""
    if request.budget is None:
        return None
    frame = build_frame(request, merged.stops, pricing, ledger)
    left = request.budget.total(len(request.travellers))
    for day in frame.days:
        if day.sleeps:
            left -= pricing.night(day.place).expected
        if day.start < day.end:
            left -= sum(pricing.meal(day.place, m).expected for m in MEAL_SHARES)
            left -= pricing.ride(day.place).expected * RIDES_A_DAY
        left -= sum((i.cost.expected for i in (*day.before, *day.after) if i.cost), Decimal(0))
    return max(left, Decimal(0))


def _left_out(
    trip: TripProblem, solution: Solution, tables: tuple[Candidate, ...], used: set[str]
) -> tuple[LeftOut, ...]:
    out = [
        left_out(trip.candidates[n], reason.value, WHY[reason])
        for n, reason in sorted(solution.left_out.items())
        if n < len(trip.candidates)
    ]
    out += [
        left_out(c, "no_meal", "no meal of the trip falls close enough to it")
        for c in tables
        if c.id not in used
    ]
    return tuple(out)
