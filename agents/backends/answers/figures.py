"""Figures in words, and whether what they rest on holds them.

Money, degrees, rain, distances, durations, clock times, percentages, weights and ratings count;
plain numbers such as years, centuries and small counts do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import BaseModel

from agents.evidence import Fact
from agents.request import TripRequest

ANY = "any"
_FIELDS = {
    "price": "money", "price_eur": "money EUR", "fare": "money", "room": "money", "food": "money",
    "ride": "money", "day_ticket": "money", "taxi_km": "money", "day_eur": "money EUR",
    "high_c": "degrees", "low_c": "degrees", "rain_mm": "mm", "km": "km", "kg_co2e": "kg",
    "minutes": "minutes", "walk_minutes": "minutes",
    "intervals": "clock", "arrivals": "clock", "start_minute": "clock", "end_minute": "clock",
    "sources": "", "as_of": "", "coordinates": "", "popularity": "", "wikidata": "",
}  # fmt: skip
"""What the numbers in a fact's field stand for; "" for no figure that a reason could name.

"money" alone is in the fact's own `currency`.
"""
_DOLLARS = ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "TWD")
_SIGNS = {
    "€": ("EUR",), "euro": ("EUR",), "£": ("GBP",), "pound": ("GBP",), "quid": ("GBP",),
    "$": _DOLLARS, "dollar": _DOLLARS, "buck": _DOLLARS, "¥": ("JPY", "CNY"), "yen": ("JPY",),
    "₹": ("INR",), "₩": ("KRW",), "₫": ("VND",), "₱": ("PHP",), "₪": ("ILS",), "฿": ("THB",),
    "₺": ("TRY",), "franc": ("CHF",),
}  # fmt: skip
"""Which currencies a sign or a word may stand for."""

_N = r"\d{1,3}(?:[,\u2019' ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_TO = r"\s?(?:[-–—]|to|and)\s?"
_CODES = (
    "EUR|USD|GBP|CHF|JPY|CNY|AUD|CAD|NZD|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|TRY|MAD|ILS|AED|INR|"
    "THB|VND|IDR|SGD|HKD|KRW|TWD|MYR|PHP|ZAR|EGP|BRL|MXN|ARS|CLP|COP|PEN"
)
_SIGN = rf"(?:[A-Z]{{0,2}}\$|[€£¥₹₩₫₱₪₺฿]|\b(?:{_CODES})(?=[\s\d]|\Z))"
_NUMBERS = re.compile(
    rf"(?<![\d.,:])(?P<a>{_N})(?:{_TO}(?:{_SIGN})?\s?(?P<b>{_N}))?", re.IGNORECASE
)
"""A number or a range of two."""
_BEFORE = re.compile(rf"({_SIGN})\s?\Z", re.IGNORECASE)
_LONGEST_SIGN = 6
_AFTER = re.compile(
    rf"[\s-]?(?:(?P<money>[€£¥₹₩₫₱₪₺฿$]|(?:{_CODES}|euros?|dollars?|pounds?|yen|francs?|quid|bucks)\b)"
    r"|(?P<fahrenheit>°\s?F\b|degrees?\sF)|(?P<degrees>°|º|degrees?\b|C\b)"
    r"|(?P<percent>%|per\s?cent\b)|(?P<mm>mm\b|millimet\w+)|(?P<km>km\b|kilomet\w+)"
    r"|(?P<miles>miles?\b|mi\b)|(?P<kg>kg\b|kilos?\b)|(?P<minutes>minutes?\b|mins?\b)"
    r"|(?P<hours>(?:hours?|hrs?|h)\b)"
    r"|(?P<rating>stars?\b|★|⭐|/\s?(?:5|10)\b|out\sof\s(?:5|10)\b|reviews\b|ratings\b))",
    re.IGNORECASE,
)
"""What a number counts, by what stands after it."""
_UNITS = {"hours": ("minutes", 60.0), "miles": ("km", 1.609)}
_HOURS_AND_MINUTES = re.compile(
    r"(?<!\d)(\d{1,2})\s?h(?:ours?|rs?)?\s?(?:and\s)?(\d{1,2})\b(?:\s?min\w*)?", re.IGNORECASE
)
_CLOCK = re.compile(r"(?<![\d:.])([01]?\d|2[0-4]):([0-5]\d)(?:\s?([ap])\.?m\b)?", re.IGNORECASE)
_HALF_DAY = re.compile(r"(?<![\d:.])(1[0-2]|0?[1-9])(?:\.([0-5]\d))?\s?([ap])\.?m\b", re.IGNORECASE)
_ALWAYS = "24/7"
_DIGIT = re.compile(r"\d")


class Figure(NamedTuple):
    """A number and what it may count ("money EUR"); it was rounded to within `slack`."""

    kinds: tuple[str, ...]
    value: float
    slack: float = 0.0


def figures_in(text: str) -> Iterator[Figure]:
    """The figures of a text, each with what it counts; durations and clock times in minutes."""
    if _DIGIT.search(text) is None:
        return
    spared = text
    for match in _HOURS_AND_MINUTES.finditer(text):
        yield Figure(("minutes",), int(match[1]) * 60 + int(match[2]), 0.5)
        spared = spared.replace(match[0], " ")
    for pattern in (_CLOCK, _HALF_DAY):
        for match in pattern.finditer(spared):
            yield Figure(("clock",), _minute(match[1], match[2], match[3]))
    for match in _NUMBERS.finditer(spared):
        sign = _BEFORE.search(spared[max(0, match.start() - _LONGEST_SIGN) : match.start()])
        after = _AFTER.match(spared, match.end())
        if sign is None and after is None:
            continue
        kind = "money" if sign or after is None else str(after.lastgroup)
        unit = sign[1] if sign else after[kind] if after else ""
        for number in filter(None, (match["a"], match["b"])):
            yield _figure(kind, unit, *_read(number))


def _figure(kind: str, unit: str, value: float, slack: float) -> Figure:
    if kind == "money":
        return Figure(_money(unit), value, slack)
    if kind == "fahrenheit":
        return Figure(("degrees",), (value - 32) / 1.8, slack)
    kind, factor = _UNITS.get(kind, (kind, 1.0))
    return Figure((kind,), value * factor, slack * factor)


def _money(sign: str) -> tuple[str, ...]:
    """ "money EUR" and the like, for each currency that a sign or a word may stand for."""
    word = sign.strip().casefold()
    codes = next((c for spelt, c in _SIGNS.items() if spelt in word), (word.upper(),))
    return tuple(f"money {code}" for code in codes)


def _minute(hour: str, minute: str | None, half: str | None) -> float:
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half.casefold() == "p" else 0)
    return hours * 60 + int(minute or 0)


def _read(number: str) -> tuple[float, float]:
    """The value, and half a unit of its last digit."""
    bare = re.sub(r"[\u2019' ]", "", number)
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare)
    bare = bare.replace(",", "" if thousands else ".")
    decimals = len(bare.partition(".")[2])
    return float(bare), 0.5 * 10.0**-decimals


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


@dataclass
class Known:
    """The figures that something rests on; a range of money holds what lies between its ends."""

    numbers: dict[str, set[float]] = field(default_factory=dict)
    ranges: list[tuple[str, float, float]] = field(default_factory=list)

    def holds(self, figure: Figure) -> bool:
        slack = figure.slack + 0.01
        for kind in (*figure.kinds, ANY):
            if any(abs(n - figure.value) <= slack for n in self.numbers.get(kind, ())):
                return True
        return any(
            low - slack <= figure.value <= high + slack
            for kind, low, high in self.ranges
            if kind in figure.kinds
        )

    def add(self, kind: str, *values: float) -> None:
        self.numbers.setdefault(kind, set()).update(values)

    def add_text(self, text: str) -> None:
        for figure in figures_in(text):
            for kind in figure.kinds:
                self.add(kind, figure.value)
        if _ALWAYS in text:
            self.add("clock", 0, 1440)
            self.add("minutes", 1440)

    def add_values(self, values: Mapping[str, Any] | BaseModel, currency: str = "EUR") -> None:
        """The figures in a fact's fields, by what the fields stand for."""
        fields = values if isinstance(values, Mapping) else dict(values)
        currency = str(fields.get("currency", currency))
        for name, value in fields.items():
            kind = _FIELDS.get(str(name), ANY)
            if kind:
                self._add(f"money {currency}" if kind == "money" else kind, value, currency)

    def _add(self, kind: str, value: Any, currency: str) -> None:
        if isinstance(value, str):
            self.add_text(value)
        elif isinstance(value, datetime):
            self.add("clock", value.hour * 60 + value.minute)
        elif isinstance(value, Mapping | BaseModel):
            self.add_values(value, currency)
        elif isinstance(value, Iterable):
            parts = list(value)
            if kind.startswith("money") and len(parts) == 2 and all(map(_is_number, parts)):
                self.ranges.append((kind, float(parts[0]), float(parts[1])))
            for part in parts:
                self._add(kind, part, currency)
        elif _is_number(value):
            self.add(kind, float(value))

    def add_request(self, request: TripRequest) -> None:
        """What the traveller said is known too."""
        self.add_text(request.words)
        people = len(request.travellers)
        if request.budget is not None:
            total = float(request.budget.total(people))
            days, nights = request.dates.days, max(1, request.dates.nights)
            shares = (total, total / people, total / days, total / nights, total / people / days)
            money = f"money {request.budget.currency}"
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


_LINK = re.compile(
    r"(?:[,;(]?\s*\b(?:see|visit|at|via|on|e-?mail|contact|write\sto)\b:?\s+)?"
    r"(?:(?:https?|ftp)://\S+|\bwww\.\S+|\S+@\S+\.\w+|\bmailto:\S+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|info|biz|io|app|co|xyz|online|site|shop|travel|eu|uk)\b(?:/\S*)?"
    r"|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}/\S*)",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(
    r"(?:[,;(]?\s*\b(?:call|tel\.?|phone|whatsapp|ring)\b:?\s+)?"
    r"(?:(?:\+|\b00)\d[\d\s().-]{6,}\d|\b\d(?:[ .()-]{0,2}\d){8,14}\b)",
    re.IGNORECASE,
)
_LEFT_OVER = re.compile(r"\(\s*\)|\[\s*\]|\s+(?=[.,;:!?)])")


_SUSPECT = re.compile(r"\w[.@/:]+\w|(?:\d\D{0,3}){8}")
"""What any of them has in it."""


def without_contacts(text: str) -> str:
    """Without links, addresses and telephone numbers: nobody has checked where they lead."""
    if _SUSPECT.search(text) is None:
        return text
    bare = _TELEPHONE.sub(" ", _LINK.sub(" ", text))
    if bare == text:
        return text
    return " ".join(_LEFT_OVER.sub("", bare).split())
