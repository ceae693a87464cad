"""Where the money goes: by category, by day, against the budget."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from planner.plan import TripPlan


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
    raise NotImplementedError
