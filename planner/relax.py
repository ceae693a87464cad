"""When a request cannot be met: which wishes stand against each other, and the least to change.

Every suggestion has been tried: it is only made when a plan of the changed request passes the
check that failed. None gives up what the traveller insists on or has booked, unless it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from math import ceil

from agents.amounts import money
from agents.atlas.loader import destination
from agents.request import MAX_DAYS, Dates, Needs, Tier, TripRequest
from agents.text import short_date
from planner.gate.base import known
from planner.instead import cheaper_places, places_over_land, towards
from planner.plan import Check, Conflict, TripPlan

Replan = Callable[[TripRequest, Mapping[str, str]], TripPlan]
"""Plans a changed request quickly, with overrides of decisions."""

MOST_DAYS_DROPPED = 4
MOST_DAYS_SHIFTED = 6
MOST_DAYS_ADDED = 4
OWN_WISHES = ("musts", "commitments", "no_flying")
"""The checks of what the traveller insists on and has booked."""


def conflicts(plan: TripPlan, replan: Replan) -> tuple[Conflict, ...]:
    """One conflict for each failed hard check, with what would mend it."""
    found = []
    for check in plan.failed_checks:
        wishes, relaxations = _MAKERS.get(check.id, _anything)(plan, check, replan)
        changes = tuple(relaxations) or ("ask for less on these days",)
        found.append(Conflict(check=check.id, wishes=wishes, relaxations=changes))
    return tuple(found)


def _passes(plan: TripPlan, check: str) -> bool:
    return all(c.passed for c in plan.checks if c.id == check)


def _mends(changed: TripPlan, plan: TripPlan, check: str) -> bool:
    """Whether the changed plan passes, and keeps of the traveller's own what `plan` keeps."""
    kept = [own for own in OWN_WISHES if _passes(plan, own)]
    return all(_passes(changed, id) for id in (check, *kept))


def _budget(plan: TripPlan, check: Check, replan: Replan) -> tuple[tuple[str, ...], Iterator[str]]:
    request, costs = plan.request, plan.costs
    assert costs.budget is not None
    names = " and ".join(s.name for s in plan.stops)
    people = len(request.travellers)
    wishes = (
        f"a budget of {money(costs.budget, costs.currency)}",
        f"{request.dates.days} days in {names} for {people}",
    )
    return wishes, _cheaper(plan, replan)


def _cheaper(plan: TripPlan, replan: Replan) -> Iterator[str]:
    request, costs = plan.request, plan.costs
    short = costs.total - (costs.budget or 0)
    yield f"raise the budget by {money(Decimal(ceil(short)), costs.currency)}"
    if costs.tier is not Tier.BUDGET:
        cheaper = replan(request.model_copy(update={"tier": Tier.BUDGET}), {})
        if _mends(cheaper, plan, "budget"):
            yield f"stay and eat in the budget tier ({money(cheaper.costs.total, costs.currency)})"
    for days in range(1, _days_to_drop(request) + 1):
        shorter = replan(_shorter(request, days), {})
        if _mends(shorter, plan, "budget"):
            what = "a day" if days == 1 else f"{days} days"
            yield f"drop {what} ({money(shorter.costs.total, costs.currency)})"
            break
    for id in cheaper_places(plan):
        there = replan(towards(plan, id), {"destination": id})
        if _mends(there, plan, "budget"):
            name = destination(id).name
            yield f"go to {name} instead (about {money(there.costs.total, costs.currency)})"
            break


def _days_to_drop(request: TripRequest) -> int:
    """How many of the last days can go: all that is booked stays within the dates."""
    last = max((c.start.date() for c in request.commitments), default=request.dates.start)
    return max(0, min(MOST_DAYS_DROPPED, request.dates.nights, (request.dates.end - last).days))


def _shorter(request: TripRequest, days: int) -> TripRequest:
    dates = Dates(start=request.dates.start, end=request.dates.end - timedelta(days=days))
    return _dated(request, dates)


def _musts(plan: TripPlan, check: Check, replan: Replan) -> tuple[tuple[str, ...], Iterator[str]]:
    names = [_name(p) for p in check.places]
    why = {f"{item.destination}/{item.place_id}": item.detail for item in plan.left_out}
    wishes = (
        f"{', '.join(names)} must be in",
        *(f"{_name(p)}: {why[p]}" for p in check.places if p in why),
        f"{short_date(plan.request.dates.start)} to {short_date(plan.request.dates.end)}",
    )
    return wishes, _for_musts(plan, check, replan)


def _for_musts(plan: TripPlan, check: Check, replan: Replan) -> Iterator[str]:
    request = plan.request
    dates = request.dates
    last = min(dates.end + timedelta(days=1), dates.start + timedelta(days=MAX_DAYS - 1))
    longer = Dates(start=dates.start, end=last)
    if longer.days > dates.days and _passes(replan(_dated(request, longer), {}), "musts"):
        yield "add a day"
    if not request.commitments:
        for shift in (d * s for d in range(1, MOST_DAYS_SHIFTED + 1) for s in (1, -1)):
            by = timedelta(days=shift)
            moved = Dates(start=dates.start + by, end=dates.end + by)
            if _passes(replan(_dated(request, moved), {}), "musts"):
                yield f"travel from {short_date(moved.start)} to {short_date(moved.end)} instead"
                break
    yield f"give up {' and '.join(_name(p) for p in check.places)}"


def _dated(request: TripRequest, dates: Dates) -> TripRequest:
    return request.model_copy(update={"dates": dates, "stay_nights": ()})


def _name(id: str) -> str:
    where, _, place = id.partition("/")
    record = known(where, place)
    return record.name if record else id


def _step_free(
    plan: TripPlan, check: Check, replan: Replan
) -> tuple[tuple[str, ...], Iterator[str]]:
    names = ", ".join(_name(p) for p in check.places)
    wishes = ("step-free throughout", f"{names} must be in")
    return wishes, iter((f"give up {names}", "let somebody wait below while the others go up"))


def _no_flying(
    plan: TripPlan, check: Check, replan: Replan
) -> tuple[tuple[str, ...], Iterator[str]]:
    if not plan.request.needs.no_flying:
        return _anything(plan, check, replan)
    names = " and ".join(s.name for s in plan.stops)
    start = plan.request.origin.name if plan.request.origin else plan.stops[0].name
    return (f"from {start} to {names}", "without flying"), _overland(plan, replan)


def _overland(plan: TripPlan, replan: Replan) -> Iterator[str]:
    request = plan.request
    needs = Needs(**{**request.needs.model_dump(), "no_flying": False})
    if _mends(replan(request.model_copy(update={"needs": needs}), {}), plan, "no_flying"):
        yield "fly"
    for id in places_over_land(plan):
        if _mends(replan(towards(plan, id), {"destination": id}), plan, "no_flying"):
            yield f"go to {destination(id).name} instead"
            break


def _diet(plan: TripPlan, check: Check, replan: Replan) -> tuple[tuple[str, ...], Iterator[str]]:
    diets = ", ".join(d.value for d in plan.request.needs.diets)
    names = " and ".join(s.name for s in plan.stops)
    return (f"{diets} meals", f"eating out in {names}"), iter(
        ("take rooms with a kitchen and shop for yourselves",)
    )


def _commitments(
    plan: TripPlan, check: Check, replan: Replan
) -> tuple[tuple[str, ...], Iterator[str]]:
    wishes = tuple(
        f"{c.label} ({short_date(c.start)} {c.start:%H:%M})" for c in plan.request.commitments
    )
    return wishes, iter(("move or drop one of them",))


def _anything(
    plan: TripPlan, check: Check, replan: Replan
) -> tuple[tuple[str, ...], Iterator[str]]:
    names = " and ".join(s.name for s in plan.stops)
    wishes = (f"{plan.request.dates.days} days in {names}", check.detail)
    return wishes, _more_time(plan, check, replan)


def _more_time(plan: TripPlan, check: Check, replan: Replan) -> Iterator[str]:
    request, dates = plan.request, plan.request.dates
    for days in range(1, MOST_DAYS_ADDED + 1):
        if dates.days + days <= MAX_DAYS:
            longer = Dates(start=dates.start, end=dates.end + timedelta(days=days))
            if _mends(replan(_dated(request, longer), {}), plan, check.id):
                yield "add a day" if days == 1 else f"add {days} days"
                break
    if request.commitments:
        free = replan(request.model_copy(update={"commitments": ()}), {})
        if _passes(free, check.id):
            yield "move what you have booked"
    if request.origin is not None and not (request.musts or request.commitments):
        there = replan(request.model_copy(update={"origin": None}), {})
        if _passes(there, check.id):
            yield "go somewhere nearer home, or by a faster way"


_Maker = Callable[[TripPlan, Check, Replan], tuple[tuple[str, ...], Iterator[str]]]
_MAKERS: dict[str, _Maker] = {
    "budget": _budget,
    "musts": _musts,
    "step_free": _step_free,
    "no_flying": _no_flying,
    "diet": _diet,
    "commitments": _commitments,
}
