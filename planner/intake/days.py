"""The day of an appointment in words: "on Friday", "12 May", "the second evening", "the 14th"."""

from __future__ import annotations

import re
from datetime import date

from planner.intake.dates import exact_day
from planner.intake.passage import NUMBER, Passage, number, pattern
from planner.intake.windows import MONTH, WEEKDAY, weekday_number

_DAY = (
    rf"(?:on )?(?:the )?(?:(?P<date>(?:{WEEKDAY},? )?(?:\d{{1,2}}(?:st|nd"
    rf"|rd|th)?(?: of)? {MONTH}|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?!:|\d))(?:,? 20\d\d)?"
    r"|20\d\d-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./](?:20)?\d\d)"
    rf"|(?P<weekday>{WEEKDAY})|day (?P<nth>{NUMBER})|(?P<which>first|second"
    r"|third|last|final) (?:day|evening|night|morning|afternoon)|(?<!\d)(?P<of_month>\d{1,2})(?:st|nd|rd|th)(?![a-z]))"
    r"(?: (?:evening|night|morning|afternoon))?"
)
_RANGE_BEFORE = r"\d(?:st|nd|rd|th)?(?: ?(?:of )?(?:{month}))? ?(?:-|to|until|till|through|thru|and) ?(?:the )?$".replace(
    "{month}", MONTH
)
_RANGE_AFTER = r" ?(?:-|to|until|till|through|thru) ?(?:the )?\d"
_WHICH = {"first": 1, "second": 2, "third": 3, "last": -1, "final": -1}


def day_in(passage: Passage, start: int, end: int) -> re.Match[str] | None:
    """A day in a stretch of words; one at the end of a range belongs to the trip."""
    for found in pattern(_DAY).finditer(passage.rest, start, end):
        before, after = passage.rest[: found.start()], passage.rest[found.end() :]
        if not pattern(_RANGE_BEFORE).search(before) and not pattern(_RANGE_AFTER).match(after):
            return found
    return None


def day_meant(
    day: re.Match[str] | None, today: date
) -> tuple[date | int | None, int | None, int | None]:
    """The date or weekday, the day of the trip, and the day of the month: at most one is said."""
    if day is None:
        return None, None, None
    if day["date"]:
        return exact_day(day["date"], today), None, None
    if day["weekday"]:
        return weekday_number(day["weekday"]), None, None
    if day["of_month"]:
        return None, None, int(day["of_month"])
    return None, number(day["nth"]) if day["nth"] else _WHICH[day["which"]], None
