"""Places the merged candidates in time: frame, problem, search, days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from agents.atlas.loader import destination
from agents.evidence import Ledger
from agents.request import Effort, TripRequest
from planner.candidates import Candidate, left_out
from planner.days import DayWriter
from planner.frame import Frame
from planner.merge import Merged
from planner.orienteering import Reason, Solution, solve
from planner.plan import Category, Day, LeftOut, Stop
from planner.prices import MEAL_SHARES, Pricing
from planner.problem import TripProblem, build_problem, is_outing, is_wet
from planner.tables import WITH_A_DIET, WORTH_OF_A_MINUTE, Tables
from planner.themes import themed
from planner.ways import build_frame

SEARCH: dict[Effort, tuple[int, float]] = {
    Effort.INSTANT: (3, 2.0),
    Effort.THINKING: (16, 5.0),
    Effort.CONTEMPLATING: (120, 20.0),
}
"""Iterations for each candidate, which end a search and so make it repeatable; seconds only as a
brake."""
RIDES_A_DAY = Decimal("3")
"""Rides a day set aside before any activity is paid for."""
BUDGET_TRIES = 4
OUTING_EVERY = 3
"""Every third day, from the second on, may be given to an outing."""
SPREAD_SHARE = 0.93
"""Visits are spread over the days if that keeps so much of the prizes."""
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
        frame, trip, solution = _search(request, merged, visits, pricing, ledger, allowed, stop)
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


def _search(
    request: TripRequest,
    merged: Merged,
    visits: tuple[Candidate, ...],
    pricing: Pricing,
    ledger: Ledger,
    budget: Decimal | None,
    stop: Callable[[], bool] | None,
) -> tuple[Frame, TripProblem, Solution]:
    """Search freely, then with the visits spread over the days, unless that costs much.

    Where a wet day comes out all outdoors, search again for a roof.
    """
    per_candidate, seconds = SEARCH[request.effort]
    iterations = per_candidate * max(len(visits), 1)

    def attempt(
        visits_a_day: int,
        outings: set[int],
        bare: frozenset[int] = frozenset(),
        roofs_a_day: int | None = None,
    ) -> tuple[Frame, TripProblem, Solution]:
        frame = build_frame(request, merged.stops, pricing, ledger)
        trip = build_problem(
            request,
            frame,
            visits,
            merged.themes,
            pricing,
            budget,
            visits_a_day=visits_a_day,
            outings=outings,
            bare=bare,
            roofs_a_day=roofs_a_day,
        )
        return (
            frame,
            trip,
            solve(trip.problem, seed=1, iterations=iterations, seconds=seconds, stop=stop),
        )

    days = request.dates.days
    long = {c.id for c in visits if is_outing(c, destination(c.destination))}
    wanted = set(range(1, days - 1, OUTING_EVERY)) if long else set()
    share = ceil(len(visits) / days) + 1
    first = attempt(share, wanted)
    routes = [[e.stop for e in route if e.stop is not None] for route in first[2].routes]
    counts = [len(r) for r in routes]
    out = {
        n for n, r in enumerate(routes) if any(s < len(visits) and visits[s].id in long for s in r)
    }
    even = ceil(sum(counts) / days)
    best = first if wanted <= out else attempt(share, wanted & out)
    for visits_a_day in (even, even + 1):
        if max(counts) > visits_a_day:
            spread = attempt(visits_a_day, wanted & out)
            if spread[2].prize >= SPREAD_SHARE * best[2].prize:
                best, share = spread, visits_a_day
                break
    bare, roofs = _bare_days(*best)
    if bare:
        for roofs_a_day in dict.fromkeys((max(1, ceil(roofs / days)), max(1, roofs // days))):
            roofed = attempt(share, wanted & out, bare, roofs_a_day)
            if len(_bare_days(*roofed)[0]) < len(bare):
                return roofed
    return best


def _bare_days(frame: Frame, trip: TripProblem, solution: Solution) -> tuple[frozenset[int], int]:
    """The wet days all of whose visits are outdoors, and how many visits of the trip are not."""
    bare, roofs = set(), 0
    for number, (day, route) in enumerate(zip(frame.days, solution.routes, strict=True)):
        stops = [e.stop for e in route if e.stop is not None and e.stop < len(trip.candidates)]
        inside = [s for s in stops if trip.candidates[s].activity.indoor]
        roofs += len(inside)
        if stops and not inside and is_wet(day):
            bare.add(number)
    return frozenset(bare), roofs


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
