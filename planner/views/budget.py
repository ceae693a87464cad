"""Where the money goes: by category, by day, against the budget."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from agents.text import clean_line, short_date
from planner.plan import Costs, Day, TripPlan
from planner.views import places
from planner.views.words import moment, money, money_range, people

DEAREST = 8


@dataclass(frozen=True)
class Sum:
    """An estimate for the whole party, exact to the cent, and the same as words."""

    low: Decimal
    expected: Decimal
    high: Decimal
    currency: str
    words: str
    """ "€312 (€280–344)"."""


@dataclass(frozen=True)
class CategoryRow:
    category: str
    sum: Sum
    share: float
    """Of the total expected, 0 to 1."""


@dataclass(frozen=True)
class DayRow:
    """What is paid on a day; `day` is None for what the plan books on no day."""

    day: int | None
    date: str
    city: str
    sum: Sum
    share: float
    categories: tuple[tuple[str, Decimal], ...]
    """Category and what is expected, the dearest first."""


@dataclass(frozen=True)
class DearItem:
    title: str
    when: str
    day: int
    item: int
    category: str
    sum: Sum
    as_of: str


@dataclass(frozen=True)
class BudgetView:
    currency: str
    tier: str
    people: str
    """ "2 adults, 1 child"."""
    categories: tuple[CategoryRow, ...]
    days: tuple[DayRow, ...]
    total: Sum
    budget: Decimal | None
    left: Decimal | None
    standing: str
    """ "€56 left of €1,500", "€112 more than the €300 you gave", or "no budget given"."""
    share_of_budget: float | None
    """Total by budget; above 1 when it costs more."""
    note: str
    """That all amounts are estimates, and of when."""
    excluded: tuple[str, ...]
    dearest: tuple[DearItem, ...]


def budget(plan: TripPlan) -> BudgetView:
    """The money of a plan; days and categories each add up to the total, to the cent."""
    costs = plan.costs
    total = _sum(costs.low, costs.total, costs.high, costs.currency)
    return BudgetView(
        currency=clean_line(costs.currency),
        tier=costs.tier.value,
        people=people(plan.request),
        categories=tuple(
            CategoryRow(
                c.category.value,
                _sum(c.low, c.expected, c.high, costs.currency),
                _share(c.expected, costs.total),
            )
            for c in costs.categories
        ),
        days=_days(plan),
        total=total,
        budget=costs.budget,
        left=costs.left,
        standing=_standing(costs),
        share_of_budget=float(costs.total / costs.budget) if costs.budget else None,
        note=_note(plan),
        excluded=costs.excluded,
        dearest=_dearest(plan),
    )


def _sum(low: Decimal, expected: Decimal, high: Decimal, currency: str) -> Sum:
    words = money(expected, currency)
    if round(low) != round(high):
        words += f" ({money_range(low, high, currency)})"
    return Sum(low, expected, high, clean_line(currency), words)


def _share(part: Decimal, whole: Decimal) -> float:
    return float(part / whole) if whole else 0.0


def _days(plan: TripPlan) -> tuple[DayRow, ...]:
    """A row a day, and one without a day for what the total has beyond the items."""
    rows = [_day(plan, number, day) for number, day in enumerate(plan.days)]
    costs = plan.costs
    low, expected, high = (
        whole - sum((getattr(r.sum, end) for r in rows), Decimal(0))
        for whole, end in ((costs.low, "low"), (costs.total, "expected"), (costs.high, "high"))
    )
    if low or expected or high:
        rest = _sum(low, expected, high, costs.currency)
        rows.append(DayRow(None, "on no day", "", rest, _share(expected, costs.total), ()))
    return tuple(rows)


def _day(plan: TripPlan, number: int, day: Day) -> DayRow:
    booked = [i.cost for i in day.items if i.cost]
    low, expected, high = (
        sum((getattr(c, end) for c in booked), Decimal(0)) for end in ("low", "expected", "high")
    )
    by_category: dict[str, Decimal] = {}
    for cost in booked:
        known = by_category.get(cost.category.value, Decimal(0))
        by_category[cost.category.value] = known + cost.expected
    return DayRow(
        day=number,
        date=short_date(day.date),
        city=places.city(plan, day.stop),
        sum=_sum(low, expected, high, plan.costs.currency),
        share=_share(expected, plan.costs.total),
        categories=tuple(sorted(by_category.items(), key=lambda c: (-c[1], c[0]))),
    )


def _standing(costs: Costs) -> str:
    if costs.budget is None or costs.left is None:
        return "no budget given"
    given = money(costs.budget, costs.currency)
    if costs.left < 0:
        return f"{money(-costs.left, costs.currency)} more than the {given} you gave"
    return f"{money(costs.left, costs.currency)} left of {given}"


def _note(plan: TripPlan) -> str:
    dated = sorted({i.cost.as_of for _, _, i in places.items(plan) if i.cost and i.cost.as_of})
    when = ""
    if dated:
        first, last = dated[0], dated[-1]
        when = f" as of {first}" if first == last else f" as of {first} to {last}"
    return f"all amounts are estimates{when}, for {people(plan.request)}"


def _dearest(plan: TripPlan) -> tuple[DearItem, ...]:
    found = [(d, i, item, item.cost) for d, i, item in places.items(plan) if item.cost]
    found.sort(key=lambda row: (-row[3].expected, row[0], row[1]))
    return tuple(
        DearItem(
            title=item.title,
            when=moment(item.start),
            day=day,
            item=index,
            category=cost.category.value,
            sum=_sum(cost.low, cost.expected, cost.high, cost.currency),
            as_of=cost.as_of.isoformat() if cost.as_of else "",
        )
        for day, index, item, cost in found[:DEAREST]
    )
