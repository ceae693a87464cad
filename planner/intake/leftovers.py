"""Times that no reader took: nothing about dates is passed over in silence."""

from __future__ import annotations

from planner.intake.dates import SHORT
from planner.intake.passage import Passage
from planner.intake.windows import MONTH

_TIMES = (
    r"(?<![a-z])(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?![a-z])",
    r"(?<![\d.:])(?:\d{1,2}(?::\d\d)? ?[ap]\.?m\.?(?![a-z])|\d{1,2}:\d\d(?!\d))",
    r"(?<![\d.])(?<!my\s)(?<!our\s)(?<!his\s)(?<!her\s)(?<!'s\s)\d{1,2}(?:st|nd|rd|th)(?! (?:birthday|anniversary|century|district|floor|arr|street|st(?![a-z])|avenue))(?![a-z])",
    SHORT,
    rf"(?<![a-z])(?:{MONTH})(?<!may)(?<!march)(?<!mar)(?<!jan)(?<!sep)(?<!dec)(?<!\.)",
)


def unread_times(passage: Passage) -> list[str]:
    """The words that still look like a weekday, a day of a month, a month or a time of day."""
    return [
        passage.said(match.span()) for expression in _TIMES for match in passage.matches(expression)
    ]
