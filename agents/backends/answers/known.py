"""The figures that something rests on, and whether they hold one that is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from agents.backends.answers.figures import ALWAYS, BARE, COUNTED, HOUR, MONEY, Figure, figures_in
from agents.evidence import Fact
from agents.request import TripRequest

_FIELDS = {
    "price": MONEY, "price_eur": "money EUR", "fare": MONEY, "room": MONEY, "food": MONEY,
    "ride": MONEY, "day_ticket": MONEY, "taxi_km": MONEY, "day_eur": "money EUR",
    "high_c": "degrees", "low_c": "degrees", "rain_mm": "mm", "km": "km", "kg_co2e": "kg",
    "minutes": "minutes", "walk_minutes": "minutes",
    "intervals": "clock", "arrivals": "clock", "start_minute": "clock", "end_minute": "clock",
    "sources": "", "as_of": "", "coordinates": "", "popularity": "", "wikidata": "",
}  # fmt: skip
"""What the numbers in a fact's field stand for; "" for no figure that a reason could name.

"money" alone is in the fact's own `currency`. A field that is not here may count anything.
"""
_ANY = "any"


@dataclass
class Known:
    """Figures by what they count; a range of money holds what lies between its ends."""

    numbers: dict[str, set[float]] = field(default_factory=dict)
    ranges: list[tuple[str, float, float]] = field(default_factory=list)

    def holds(self, figure: Figure) -> bool:
        slack = figure.slack + 0.01
        if any(n == figure.value or abs(n - figure.value) <= slack for n in self._alike(figure)):
            return True
        return any(
            low - slack <= figure.value <= high + slack
            for kind, low, high in self.ranges
            if kind in figure.kinds or (MONEY in figure.kinds and kind.startswith(MONEY))
        )

    def _alike(self, figure: Figure) -> Iterator[float]:
        """The numbers that count what the figure may count."""
        unsaid = BARE in figure.kinds or COUNTED in figure.kinds
        for kind, numbers in self.numbers.items():
            any_money = MONEY in figure.kinds and kind.startswith(MONEY)
            if unsaid or any_money or kind in figure.kinds or kind == _ANY:
                yield from numbers
        if unsaid or HOUR in figure.kinds:
            for minute in self.numbers.get("clock", ()):
                yield minute / 60
                yield minute / 60 - 12

    def add(self, kind: str, *values: float) -> None:
        self.numbers.setdefault(kind, set()).update(values)

    def add_text(self, text: str) -> None:
        for figure in figures_in(text):
            for kind in figure.kinds:
                self.add(kind, figure.value)
            if ALWAYS in figure.kinds:
                self.add("clock", 0, 24 * 60)
                self.add("minutes", 24 * 60)

    def add_day(self, day: date) -> None:
        self.add("date", day.month * 100 + day.day)

    def add_values(self, values: Mapping[str, Any] | BaseModel, currency: str = "EUR") -> None:
        """The figures in a fact's fields, by what the fields stand for."""
        fields = values if isinstance(values, Mapping) else dict(values)
        currency = str(fields.get("currency", currency))
        for name, value in fields.items():
            kind = _FIELDS.get(str(name), _ANY)
            if kind:
                self._add(f"{MONEY} {currency}" if kind == MONEY else kind, value, currency)

    def _add(self, kind: str, value: Any, currency: str) -> None:
        if isinstance(value, str):
            self.add_text(value)
        elif isinstance(value, date):
            self.add_day(value)
            if isinstance(value, datetime):
                self.add("clock", value.hour * 60 + value.minute)
        elif isinstance(value, Mapping | BaseModel):
            self.add_values(value, currency)
        elif isinstance(value, Iterable):
            parts = list(value)
            if kind.startswith(MONEY) and len(parts) == 2 and all(map(_is_number, parts)):
                self.ranges.append((kind, float(parts[0]), float(parts[1])))
            for part in parts:
                self._add(kind, part, currency)
        elif _is_number(value):
            self.add(kind, float(value))

    def add_request(self, request: TripRequest) -> None:
        """What the traveller said is known too."""
        self.add_text(request.words)
        people, days = len(request.travellers), request.dates.days
        nights = max(1, request.dates.nights)
        self.add("trip", people, request.adults, days, nights, *request.stay_nights)
        self.add("trip", *request.children)
        for number in range(days):
            self.add_day(request.dates.start + timedelta(days=number))
        if request.budget is not None:
            total = float(request.budget.total(people))
            shares = (total, total / people, total / days, total / nights, total / people / days)
            money = f"{MONEY} {request.budget.currency}"
            self.add(money, float(request.budget.amount), *shares)
        for fixed in request.commitments:
            self.add_text(fixed.label)
            self.add("clock", fixed.start.hour * 60 + fixed.start.minute)
            self.add("minutes", fixed.minutes)


def figures_of(fact: Fact) -> Known:
    """The figures in a fact's fields and in its claim; not to be changed."""
    try:
        return _kept_figures(fact)
    except TypeError:  # it has a dict in it, and no hash
        return _figures_of(fact)


def _figures_of(fact: Fact) -> Known:
    known = Known()
    known.add_text(fact.claim)
    known.add_values(fact)
    return known


_kept_figures = lru_cache(maxsize=2048)(_figures_of)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
