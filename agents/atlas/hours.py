"""Opening hours in the OSM `opening_hours` syntax, on one local date with its public holidays.

The parsing is the `opening_hours` package's. It knows holidays of whole countries only, and not
of all; so public holidays come from the `holidays` package, which knows regions too, and a rule
for PH is read, on a holiday, as a rule for that day of the week.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from agents.atlas.dates import is_holiday
from agents.errors import InvalidRecord

if TYPE_CHECKING:
    from opening_hours import OpeningHours

Intervals = tuple[tuple[int, int], ...]
"""Local minutes after midnight, in order; an end past 1440 is on the next day."""

DAY_MINUTES = 1440
SMALL_HOURS = 600
"""What is open from midnight or before and ends by 10:00 belongs to the day before."""
_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_PH_OF_WEEKDAYS = re.compile(r"\bPH\s+(?=(?:Mo|Tu|We|Th|Fr|Sa|Su)\b)")
_PH = re.compile(r"\bPH\b")
_SUN = re.compile(r"\b(sunrise|sunset|dawn|dusk)\b")


@lru_cache(maxsize=4096)
def _parsed(hours: str) -> OpeningHours:
    from opening_hours import OpeningHours

    try:
        return OpeningHours(hours)
    except Exception as error:  # the package's ParserError is missing from its stubs
        reason = " ".join(str(error).split())
        raise InvalidRecord(f"hours {hours!r} are not in opening_hours syntax: {reason}") from error


def validate(hours: str) -> str | None:
    """What is wrong with `hours`, or None."""
    if event := _SUN.search(hours):
        return f"{event[0]!r} depends on the place; write clock times by season instead"
    try:
        for sample in (hours, _on_holiday(hours, date(2027, 1, 1))):
            _parsed(sample)
    except InvalidRecord as error:
        return str(error)
    return None


def _on_holiday(hours: str, day: date) -> str:
    """`hours` as they read when `day` is a public holiday."""
    return _PH.sub(_WEEKDAYS[day.weekday()], _PH_OF_WEEKDAYS.sub("", hours))


@lru_cache(maxsize=16384)
def open_intervals(
    hours: str | None, day: date, country: str, subdivision: str | None = None
) -> Intervals | None:
    """When a place is open on `day`; empty when it is closed, None when `hours` are unknown.

    `country` and `subdivision` (ISO 3166) tell the public holidays. An interval belongs to the
    day it starts on, and those that touch are one; "24/7" gives ((0, 1440),). Raises
    InvalidRecord for hours that do not parse.
    """
    if hours is None:
        return None
    if "PH" in hours and is_holiday(country, subdivision, day):
        hours = _on_holiday(hours, day)
    midnight = datetime(day.year, day.month, day.day)
    before, after = midnight - timedelta(days=1), midnight + timedelta(days=2)
    found = []
    for start, end, state, _ in _parsed(hours).intervals(before, after):
        if str(state) != "open":
            continue
        first, last = _minutes(start, midnight), _minutes(end, midnight)
        if first >= DAY_MINUTES or last <= 0 or (first <= 0 and last <= SMALL_HOURS):
            continue
        found.append((max(0, first), last if last <= DAY_MINUTES + SMALL_HOURS else DAY_MINUTES))
    return _merged(found)


def _minutes(moment: datetime, midnight: datetime) -> int:
    return int((moment - midnight).total_seconds() // 60)


def _merged(intervals: list[tuple[int, int]]) -> Intervals:
    merged: list[tuple[int, int]] = []
    for start, end in intervals:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
