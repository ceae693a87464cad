"""A request in one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from agents.amounts import exact_money
from agents.request import Budget, Crowds, Dates, Needs, OpenWish, Pace, Relation, Tier, TripRequest
from planner.intake.fixed import fixed
from planner.views.names import city, country, land

if TYPE_CHECKING:
    from planner.plan import TripPlan

_JOINTS = {Relation.OR: "or", Relation.THEN: "then", Relation.ONE: "and", Relation.OPEN: "or"}
CROWDS = {Crowds.AVOID: "away from the crowds", Crowds.ICONS: "the famous places first"}
REFUSED_SHOWN = 3
COMFORT = {Tier.BUDGET: "low-cost", Tier.MID: "mid-range", Tier.COMFORT: "comfortable"}


def describe(request: TripRequest, plan: TripPlan | None = None) -> str:
    """For example "5 days in Lisbon or Porto, 12–16 May 2027, 2 adults, €1,500, step-free".

    A kept `plan` names its stops and places, whatever has become of them in the atlas.
    """
    parts = [
        f"{days(request.dates)} {_where(request, plan)}",
        period(request.dates.start, request.dates.end),
        party(request),
    ]
    if request.budget:
        parts.append(amount(request.budget))
    if request.tier:
        parts.append(COMFORT[request.tier])
    if request.interests:
        parts.append(listed([i.replace("-", " ") for i in request.interests], "and"))
    if request.pace is not Pace.NORMAL:
        parts.append(f"{request.pace} pace")
    if request.crowds is not Crowds.MIXED:
        parts.append(CROWDS[request.crowds])
    return ", ".join([*parts, *needs(request.needs), *fixed(request, plan)])


def days(dates: Dates) -> str:
    """ "5 days"."""
    return f"{dates.days} day{'s' * (dates.days != 1)}"


def party(request: TripRequest) -> str:
    """ "2 adults, 2 children (5, 8)"."""
    adults = f"{request.adults} adult{'s' * (request.adults != 1)}"
    ages = request.children
    if not ages:
        return adults
    return f"{adults}, {len(ages)} child{'ren' * (len(ages) != 1)} ({', '.join(map(str, ages))})"


def needs(needs: Needs) -> list[str]:
    """What must hold for everybody, a word for each."""
    step_free, no_flying = ["step-free"] * needs.step_free, ["no flying"] * needs.no_flying
    return [*step_free, *(diet.value for diet in needs.diets), *no_flying]


def _where(request: TripRequest, plan: TripPlan | None) -> str:
    origin = f" from {request.origin.name}" if request.origin else ""
    return f"{'in ' * bool(request.destinations)}{destinations(request, plan)}{origin}"


def destinations(request: TripRequest, plan: TripPlan | None = None) -> str:
    """ "Lisbon or Porto", "Tokyo (4 nights) then Kyoto (3 nights)", "somewhere warm in Europe"."""
    if request.open and not request.destinations:
        return _open(request.open)
    names = [city(plan, id) for id in request.destinations]
    if request.stay_nights:
        names = [
            f"{name} ({n} night{'s' * (n != 1)})"
            for name, n in zip(names, request.stay_nights, strict=True)
        ]
    return listed(names, _JOINTS[request.relation])


def _open(wish: OpenWish) -> str:
    words = ["somewhere", *([wish.warmth.value] if wish.warmth else [])]
    if wish.kinds:
        words.append(f"({', '.join(wish.kinds)})")
    where = [r.value.replace("-", " ").title() for r in wish.regions]
    where += [*(country(code) for code in wish.countries), *(land(id) for id in wish.lands)]
    if where:
        words.append(f"in {listed(where, 'or')}")
    return " ".join(words) + _without(wish)


def _without(wish: OpenWish) -> str:
    """ ", not Rome or Milan"; where a whole country is refused, a few of its places and how many more."""
    names = [city(None, id) for id in wish.without[:REFUSED_SHOWN]]
    more = len(wish.without) - len(names)
    names += [f"{more} more"] * bool(more)
    return f", not {listed(names, 'or')}" if names else ""


def period(start: date, end: date) -> str:
    """ "12–16 May 2027", "30 April – 3 May 2027", "12 May 2027"."""
    if start == end:
        return f"{start.day} {start:%B %Y}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%B %Y}"
    year = "" if start.year == end.year else f" {start.year}"
    return f"{start.day} {start:%B}{year} – {end.day} {end:%B %Y}"


def amount(budget: Budget) -> str:
    """ "€1,500", "CHF 800 per person"."""
    shown = exact_money(budget.amount, budget.currency)
    return f"{shown} per person" if budget.per_person else shown


def listed(words: Sequence[str], joint: str) -> str:
    """ "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    between = f" {joint} " if joint == "then" else ", "
    return f"{between.join(words[:-1])} {joint} {words[-1]}"
