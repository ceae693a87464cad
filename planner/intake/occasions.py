"""Times of the year by what happens then: "for the cherry blossoms", "next week", "as soon as possible"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern
from planner.intake.windows import Window, feast_days, month_window, next_year_of

_SOME = r"(?<![a-z])(?:some ?time |in |the |later |early |early in )*"
_PRONOUN = r"(?:i|we|you|he|she|it|they|that|who|which|there|kids|one)$"
_VERB = (
    r"(?:be|also|not|have|want|wish|need|like|i|we|you|go|come|join|change|bring|take|stay|add|do|visit"
    r"|see|get|extend|arrive|leave|still|even|well|require|prefer|consider|only|both|travel|fly|use|eat"
    r"|skip|cost|rain|seem|depend|vary|already|possibly|include|end|start)$"
)
_NOT_THEN = (
    r"(?<![a-z])(?:can't(?: do| go| travel)?|cannot(?: do| go| travel)?|not(?: available)?|avoid(?:ing)?|except(?: for)?|no"
    r"|any ?(?:time|thing|month) but|other than|outside(?: of)?|apart from)(?: in| during| the)*\s*$"
)
_LONG_FEAST_DAYS = 7
"""A feast that lasts longer is a time in which a shorter trip may lie."""
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


def near_window(passage: Passage, today: date, log: Log) -> tuple[str, Window] | None:
    """The words for a week, month or year counted from today, and its days."""
    monday = today + timedelta(days=7 - today.weekday())
    tomorrow = today + timedelta(days=1)
    for expression, window in (
        (r"next week(?!-?end)", (monday, monday + timedelta(days=6))),
        (r"this week(?!-?end)", (today, monday - timedelta(days=1))),
        (r"next month", month_window(today.year + today.month // 12, today.month % 12 + 1)),
        (r"this month", month_window(today.year, today.month)),
    ):
        if match := passage.take(_SOME + expression):
            return passage.said(match.span()), window
    if match := passage.take(r"asap(?![a-z])|as soon as possible|last[- ]minute"):
        words = passage.said(match.span())
        log.assume("dates", "within two weeks", f"no date given but {words!r}")
        return words, (tomorrow, today + timedelta(days=14))
    if match := passage.take(rf"{_SOME}(?P<year>next year|(?<![\d€$£])20[2-4]\d(?!\d))"):
        year = today.year + 1 if match["year"].startswith("next") else int(match["year"])
        return passage.said(match.span()), month_window(year, 1, 12)
    return None


def around_feast(match: re.Match[str], today: date) -> tuple[Window | None, Window | None]:
    """The days of a feast over which the trip is laid, or else the window before, after or between feasts."""
    name, second = match["feast"], match["feast2"]
    if match["year"]:
        first, last = feast_days(name, int(match["year"]))
    else:
        first, last = next_year_of(lambda year: feast_days(name, year), today, whole=True)
    if second:
        end = next_year_of(lambda year: feast_days(second, year), first)
        if match["between"]:
            return None, (last - timedelta(days=1), end[1] - timedelta(days=1))
        return (first, end[1]), None
    days = 7 if (match["side"] or "").startswith("week") else 14
    if match["side"]:
        before = first - timedelta(days=days), first - timedelta(days=1)
        return None, before if "before" in match["side"] else (
            last,
            last + timedelta(days=days - 1),
        )
    if (last - first).days >= _LONG_FEAST_DAYS:
        return None, (first, last)
    return (first, last), None


def is_excluded(passage: Passage, start: int) -> bool:
    """Whether a time at this place in the words is refused: "not in August", "any time but May"."""
    return bool(pattern(_NOT_THEN).search(passage.folded, 0, start))


def is_month(passage: Passage, match: re.Match[str], log: Log) -> bool:
    """Whether "may", "march" and the like are meant as months here."""
    if match["name"] not in {"may", "march", "mar", "sep", "jan", "dec"}:
        return True
    start, end = match.span("name")
    folded = passage.folded
    said_when = match["year"] or match["part"] or match["week"] or match["half"]
    if said_when or match.start() < start:
        return not re.match(r"\s+(?:i|we|you)\b", folded[end:])
    before = folded[:start].split()[-1:] or [""]
    after = folded[end:].split()[:1] or [""]
    if re.match(_PRONOUN, before[0]) or re.match(_VERB, after[0]):
        return False
    by_itself = re.search(r"(?:^|[,.;:!?(/\n\0-])\s*$", passage.rest[:start]) or re.match(
        r"\s*(?:$|[,.;:!?)/\n\0-]|\d|(?:for|from|with|and|or|till|until)\b)",
        passage.rest[end:],
    )
    if by_itself or passage.text[start].isupper() or before[0] in {"or", "and"}:
        return True
    log.miss(passage.said(match.span()))
    return False
