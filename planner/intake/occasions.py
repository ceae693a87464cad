"""Times of the year by what happens then: "for the cherry blossoms", "next week", "as soon as possible"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from planner.intake.notes import Log
from planner.intake.passage import Passage
from planner.intake.windows import Window, feast_days, month_window, next_year_of

_SOME = r"(?<![a-z])(?:some ?time |in |the |later |early |early in )*"
_Years = Callable[[int], Window]
_SIGHTS: tuple[tuple[str, str, _Years], ...] = (
    (
        r"cherry blossoms?|sakura|hanami",
        "late March to early April, when the cherries usually bloom",
        lambda year: (date(year, 3, 25), date(year, 4, 10)),
    ),
    (
        r"tulip (?:season|fields?|time)|tulips|keukenhof",
        "April to early May, when the tulips are out",
        lambda year: (date(year, 4, 8), date(year, 5, 5)),
    ),
    (
        r"(?:autumn|fall) (?:leaves|colou?rs|foliage)|koyo",
        "November, when the leaves turn in most of these cities",
        lambda year: (date(year, 11, 5), date(year, 11, 30)),
    ),
    (
        r"(?:christmas|xmas) markets?",
        "Advent, when the markets are open",
        lambda year: (date(year, 11, 27), date(year, 12, 21)),
    ),
)
"""What is to be seen, when that usually is, and the days in a year."""


def occasion_window(passage: Passage, today: date, log: Log) -> Window | None:
    """The time that goes with an occasion, when no month or date is named."""
    for expression, when, days in _SIGHTS:
        if match := passage.find(rf"(?<![a-z])(?:{expression})(?![a-z])"):
            log.assume("dates", when, f"no month given but {passage.said(match.span())!r}")
            return next_year_of(days, today)
    return None


def near_window(passage: Passage, today: date, log: Log) -> tuple[Window, str] | None:
    """A week, month or year counted from today, and the words for it."""
    monday = today + timedelta(days=7 - today.weekday())
    tomorrow = today + timedelta(days=1)
    for expression, window in (
        (r"next week(?!-?end)", (monday, monday + timedelta(days=6))),
        (r"this week(?!-?end)", (today, monday - timedelta(days=1))),
        (r"next month", month_window(today.year + today.month // 12, today.month % 12 + 1)),
        (r"this month", month_window(today.year, today.month)),
    ):
        if match := passage.take(_SOME + expression):
            return window, passage.said(match.span())
    if match := passage.take(r"asap(?![a-z])|as soon as possible|last[- ]minute"):
        words = passage.said(match.span())
        log.assume("dates", "within two weeks", f"no date given but {words!r}")
        return (tomorrow, today + timedelta(days=14)), words
    if match := passage.take(
        rf"{_SOME}(?P<year>next year|(?<![\d€$£])20[2-4]\d(?!\d))"
    ):
        year = today.year + 1 if match["year"].startswith("next") else int(match["year"])
        return month_window(year, 1, 12), passage.said(match.span())
    return None


def between_feasts(match: re.Match[str], today: date) -> Window | None:
    """From one feast to the next: "Christmas to New Year", "between Christmas and New Year"."""
    first, second = match["feast"], match["feast2"]
    if not second:
        return None
    start = next_year_of(lambda year: feast_days(first, year), today, whole=True)
    end = next_year_of(lambda year: feast_days(second, year), start[0])
    if match["between"]:
        return start[1] - timedelta(days=1), end[1] - timedelta(days=1)
    return start[0], end[1]
