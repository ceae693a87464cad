"""Figures in a text, in digits or in words, each with what it counts.

Every number is a figure but for years, centuries and counts of at most three.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from agents.backends.answers.currencies import (
    CODES,
    MONEY_WORDS,
    SIGN,
    currencies,
    names_money_without_digits,
)
from agents.backends.answers.numerals import in_digits

BARE = "bare"
"""A number of which nothing says what it counts."""
HOUR = "hour"
"""An hour that may be in the morning or after noon."""
COUNTED = "counted"
"""How many places somebody has counted."""
MONEY = "money"
"""Money in any currency; "money EUR" is in one."""
ALWAYS = "always"
"""Open day and night."""

_N = r"\d{1,3}(?:[,.\u2019' ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_TO = r"\s?(?:[-–—~]|to|till|until|and)\s?"
_NUMBERS = re.compile(
    rf"(?<!\d)(?<!\d[.,:])(?P<a>{_N})(?:{_TO}(?:{SIGN})?\s?(?P<b>{_N}))?", re.IGNORECASE
)
"""A number or a range of two."""
_BEFORE = re.compile(rf"({SIGN})[\s-]?\Z", re.IGNORECASE)
_FILLED = r"(?:[\s:=~≈]|\b(?:is|are|at|about|around|only|just|from|of|between|you)\b)*\Z"
_PAID = re.compile(
    r"\b(?:costs?|costing|pay|paid|paying|charges?|charged|priced?|prices|fees?|fares?|tickets?|"
    rf"entry|entrance|admission){_FILLED}",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:opens?|opening|closes?|closing|closed|shuts?|till|until)"
    rf"{_FILLED}",
    re.IGNORECASE,
)
_CONTEXT = 40
"""Characters before a number that are looked at."""
_AFTER = re.compile(
    rf"(?:,-)?[\s-]?(?:(?P<money>[€£¥₹₩₫₱₪₺฿₽₴$]|(?:{CODES}|{MONEY_WORDS})\b)"
    r"|(?P<fahrenheit>°\s?F\b|degrees?\sF)|(?P<degrees>°|degrees?\b|C\b)"
    r"|(?P<percent>%|per\s?cent\b)|(?P<mm>mm\b|millimet\w+)|(?P<km>km\b|kilomet\w+)"
    r"|(?P<miles>miles?\b|mi\b)|(?P<kg>kg\b|kilos?\b)|(?P<minutes>minutes?\b|mins?\b)"
    r"|(?P<hours>(?:hours?|hrs?|h)\b)|(?P<hour>o[\u2019']?\s?clock\b)"
    r"|(?P<rating>stars?\b|★|⭐|/\s?(?:5|10)\b|out\sof\s(?:5|10)\b|reviews\b|ratings\b)"
    r"|(?P<paid>(?:per|an?|each)\s(?:person|head|adult|child|ticket|visit)\b|each\b|pp\b|p\.p\.)"
    r"|(?P<counted>(?:[a-z]+(?:-[a-z]+)?\s)?(?:places|things|anchors|stops)\b))",
    re.IGNORECASE,
)
"""What a number counts, by what stands after it."""
_INTEREST = re.compile(r"(?:\Aplaces for|,) [a-z]+: \Z")
_UNITS = {"hours": ("minutes", 60.0), "miles": ("km", 1.609)}
_YEAR = re.compile(r"1\d{3}|20\d{2}|2100")
_MOST_SPARED = 3
_EXACT = (BARE, COUNTED, HOUR)
_HOURS_AND_MINUTES = re.compile(
    r"(?<!\d)(\d{1,2})\s?h(?:ours?|rs?)?\s?(?:and\s)?(\d{1,2})\b(?:\s?min\w*)?", re.IGNORECASE
)
_CLOCK = re.compile(r"(?<![\d:.])([01]?\d|2[0-4]):([0-5]\d)(?:\s?([ap])\.?m\b)?", re.IGNORECASE)
_HALF_DAY = re.compile(
    r"(?<![\d:.])(1[0-2]|0?[1-9])(?:\.([0-5]\d))?\s?([ap])\.?\s?m\b", re.IGNORECASE
)
_PAST = re.compile(r"\b(half|quarter)\s(past|to)\s(\d{1,2})\b", re.IGNORECASE)
_MIDDLE = re.compile(
    r"\b(?:opens?|closes?|closed|shuts?|till|until|from)(?:\s(?:at|from|only|just|about|around))*\s"
    r"(noon|midday|midnight)\b",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\bfree\s(?:entry|entrance|admission)\b|\b(?:entry|entrance|admission)\sis\sfree\b",
    re.IGNORECASE,
)
_ALL_DAY = re.compile(r"24\s?/\s?7|\b24 hours a day")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_ISO_DATE = re.compile(r"\b\d{4}-(\d\d)-(\d\d)\b")
_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?:\s?[-–]\s?(\d{{1,2}}))?\s(?:of\s)?{_MONTH}", re.IGNORECASE
)
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s(\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.,]\d)", re.IGNORECASE)
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_CENTURY = re.compile(
    rf"\b{_NTH}(?:(?:\s?[-–,]\s?|\s(?:and|to|or)\s(?:the\s)?){_NTH})*[\s-](?:century|centuries)\b",
    re.IGNORECASE,
)
_GONE = "¦"
"""Stands where a figure was read; no pattern goes across it."""


class Figure(NamedTuple):
    """A number and what it may count ("money EUR"); it was rounded to within `slack`."""

    kinds: tuple[str, ...]
    value: float
    slack: float = 0.0


@lru_cache(maxsize=4096)
def figures_in(text: str) -> tuple[Figure, ...]:
    """The figures of a text, each with what it counts; durations and clock times in minutes.

    A date is 100 times its month and its day.
    """
    return tuple(_figures_in(in_digits(text)))


def _figures_in(text: str) -> Iterator[Figure]:
    if names_money_without_digits(text):
        yield Figure(("money in words",), 1)
    for pattern, read in _FORMS:
        found = list(pattern.finditer(text))
        for match in found:
            yield from read(match)
        if found:
            text = pattern.sub(_GONE, text)
    for match in _NUMBERS.finditer(text):
        yield from _numbers(match, text)


def _whole_hours(match: re.Match[str]) -> Iterator[Figure]:
    yield Figure(("minutes",), int(match[1]) * 60 + int(match[2]), 0.5)


def _on_the_clock(match: re.Match[str]) -> Iterator[Figure]:
    hours, half = int(match[1]), match[3]
    if half:
        hours = hours % 12 + (12 if half.casefold() == "p" else 0)
    yield Figure(("clock",), hours * 60 + int(match[2] or 0))


def _iso_date(match: re.Match[str]) -> Iterator[Figure]:
    yield Figure(("date",), int(match[1]) * 100 + int(match[2]))


def _date(match: re.Match[str]) -> Iterator[Figure]:
    parts = [p for p in match.groups() if p]
    (month,) = (_MONTHS.index(p[:3].casefold()) + 1 for p in parts if not p.isdigit())
    for day in filter(str.isdigit, parts):
        yield Figure(("date",), month * 100 + int(day))


def _past_the_hour(match: re.Match[str]) -> Iterator[Figure]:
    part = 0.5 if match[1].casefold() == "half" else 0.25
    yield Figure((HOUR,), int(match[3]) + (part if match[2].casefold() == "past" else -part))


def _middle(match: re.Match[str]) -> Iterator[Figure]:
    yield Figure(("clock",), 24 * 60 if match[1].casefold() == "midnight" else 12 * 60)


def _free(match: re.Match[str]) -> Iterator[Figure]:
    yield Figure((MONEY,), 0)


def _all_day(match: re.Match[str]) -> Iterator[Figure]:
    yield Figure((ALWAYS,), 1)


def _spared(match: re.Match[str]) -> Iterator[Figure]:
    return iter(())


_FORMS = (
    (_CENTURY, _spared),
    (_ALL_DAY, _all_day),
    (_ISO_DATE, _iso_date),
    (_DAY_MONTH, _date),
    (_MONTH_DAY, _date),
    (_HOURS_AND_MINUTES, _whole_hours),
    (_CLOCK, _on_the_clock),
    (_HALF_DAY, _on_the_clock),
    (_PAST, _past_the_hour),
    (_MIDDLE, _middle),
    (_FREE, _free),
)


def _numbers(match: re.Match[str], text: str) -> Iterator[Figure]:
    """The one or two figures of a number or a range, but for what is spared."""
    before = text[max(0, match.start() - _CONTEXT) : match.start()]
    sign, after = _BEFORE.search(before), _AFTER.match(text, match.end())
    kind, unit = BARE, ""
    if sign or after:
        kind = MONEY if sign or after is None else str(after.lastgroup)
        unit = sign[1] if sign else after[kind] if after else ""
    if kind == BARE and _INTEREST.search(before):
        kind = COUNTED
    elif kind in (BARE, COUNTED) and _PAID.search(before):
        kind = "paid"
    elif kind == BARE and _OPEN.search(before):
        kind = HOUR
    for number in filter(None, (match["a"], match["b"])):
        value, slack = _read(number)
        small = value <= _MOST_SPARED and value == int(value)
        if kind not in (BARE, COUNTED) or not (small or _YEAR.fullmatch(number)):
            yield _figure(kind, unit, value, 0.0 if kind in _EXACT else slack)


def _figure(kind: str, unit: str, value: float, slack: float) -> Figure:
    if kind == MONEY:
        kinds = tuple(f"{MONEY} {code}" for code in currencies(unit)) or (MONEY,)
        return Figure(kinds, value, slack)
    if kind == "paid":
        return Figure((MONEY,), value, slack)
    if kind == "fahrenheit":
        return Figure(("degrees",), (value - 32) / 1.8, slack)
    kind, factor = _UNITS.get(kind, (kind, 1.0))
    return Figure((kind,), value * factor, slack * factor)


def _read(number: str) -> tuple[float, float]:
    """The value, and half a unit of its last digit. A point before three digits is of thousands."""
    bare = re.sub(r"[\u2019' ]", "", number)
    thousands = re.fullmatch(r"([1-9]\d{0,2}(?:([,.])\d{3})(?:\2\d{3})*)([.,]\d{1,2})?", bare)
    if thousands:
        bare = re.sub(r"[,.]", "", thousands[1]) + (thousands[3] or "")
    bare = bare.replace(",", ".")
    if bare.count(".") > 1:
        bare = bare.replace(".", "")
    decimals = len(bare.partition(".")[2])
    return float(bare), 0.5 * 10.0**-decimals
