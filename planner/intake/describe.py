"""A request in one line."""

from __future__ import annotations

from agents.atlas import loader
from agents.request import Budget, Dates, OpenWish, Pace, Relation, TripRequest

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_JOINTS = {Relation.OR: "or", Relation.THEN: "then", Relation.ONE: "and", Relation.OPEN: "or"}


def describe(request: TripRequest) -> str:
    """For example "5 days in Lisbon or Porto, 12–16 May 2027, 2 adults, €1,500, step-free"."""
    parts = [
        f"{request.dates.days} day{'s' * (request.dates.days != 1)} {_where(request)}",
        _dates(request.dates),
        f"{request.adults} adult{'s' * (request.adults != 1)}",
    ]
    if ages := request.children:
        parts.append(f"{len(ages)} child{'ren' * (len(ages) != 1)} ({', '.join(map(str, ages))})")
    if request.budget:
        parts.append(_budget(request.budget))
    if request.tier:
        parts.append(
            {"budget": "low-cost", "mid": "mid-range", "comfort": "comfortable"}[request.tier]
        )
    if request.interests:
        parts.append(_listed([i.replace("-", " ") for i in request.interests], "and"))
    if request.pace is not Pace.NORMAL:
        parts.append(f"{request.pace} pace")
    needs = request.needs
    parts += (
        ["step-free"] * needs.step_free
        + [d.value for d in needs.diets]
        + ["no flying"] * needs.no_flying
    )
    return ", ".join(parts)


def _where(request: TripRequest) -> str:
    origin = f" from {request.origin.name}" if request.origin else ""
    if request.open and not request.destinations:
        return _open(request.open) + origin
    names = [loader.index_entry(id).name for id in request.destinations]
    if request.stay_nights:
        names = [
            f"{name} ({n} night{'s' * (n != 1)})"
            for name, n in zip(names, request.stay_nights, strict=True)
        ]
    return f"in {_listed(names, _JOINTS[request.relation])}{origin}"


def _open(wish: OpenWish) -> str:
    words = ["somewhere", *([wish.warmth.value] if wish.warmth else [])]
    if wish.kinds:
        words.append(f"({', '.join(wish.kinds)})")
    regions = [r.value.replace("-", " ").title() for r in wish.regions]
    if where := [loader.country(code).name for code in wish.countries] or regions:
        words.append(f"in {_listed(where, 'or')}")
    return " ".join(words)


def _dates(dates: Dates) -> str:
    start, end = dates.start, dates.end
    if start == end:
        return f"{start.day} {start:%B %Y}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%B %Y}"
    year = "" if start.year == end.year else f" {start.year}"
    return f"{start.day} {start:%B}{year} – {end.day} {end:%B %Y}"


def _budget(budget: Budget) -> str:
    figure = (
        f"{budget.amount:,.0f}"
        if budget.amount == budget.amount.to_integral()
        else f"{budget.amount:,.2f}"
    )
    symbol = _SYMBOLS.get(budget.currency)
    shown = f"{symbol}{figure}" if symbol else f"{figure} {budget.currency}"
    return f"{shown} per person" if budget.per_person else shown


def _listed(words: list[str], joint: str) -> str:
    if len(words) < 2:
        return "".join(words)
    between = f" {joint} " if joint == "then" else ", "
    return f"{between.join(words[:-1])} {joint} {words[-1]}"
