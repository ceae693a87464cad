"""How long: "5 days", "4 nights", "a fortnight", "a couple of days"."""

from __future__ import annotations

import re

from planner.intake.dates import When
from planner.intake.notes import Log
from planner.intake.passage import NUMBER, Passage, number
from planner.intake.windows import FRIDAY

_NO_MANNER = (
    r"(?:for|in|on|at|of|to|by|and|or|per|with|from|but|until|day|days|night|nights|weeks?|weekend"
    r"|next|last|this|that|first|second|third|each|every|once|twice|work|working|holy|golden|fashion"
    r"|design|pride|people|persons?|adults?|kids?|children|friends?|other|free|more)"
)
_MANNER = rf"(?:(?!{_NO_MANNER}[ -])[a-z]+(?:-[a-z]+)?[ ,-]+)"
"""A word between the number and the unit: "a quiet week"; it is left for who reads the manner."""
_DURATIONS = (
    (
        (
            rf"(?<![\w.])(?P<n>{NUMBER})(?: ?(?:-|to|or) ?(?P<m>{NUMBER}))?[ -]*d(?:a?y|a)s?(?![a-z])(?: "
            rf"?(?:/|,|and|&|\() ?{NUMBER} ?-?nights?\)?)?"
        ),
        1,
        0,
    ),
    (
        (
            rf"(?<![\w.])(?P<n>{NUMBER})(?: ?(?:-|to|or) ?(?P<m>{NUMBER}))?[ -]*n(?:igh|i)?te?s?(?![a-z])(?: "
            rf"?(?:/|,|and|&) ?{NUMBER} ?-?days?)?"
        ),
        1,
        1,
    ),
    (r"(?:a|one)(?: and a half)? weeks? and a half", 0, 10),
    (
        (
            rf"(?<![\w.])(?P<n>{NUMBER}|a|an)(?: ?(?:-|to|or) ?(?P<m>{NUMBER}))?[ -]*(?:whole "
            r"|full )?w(?:ee)?ks?(?![a-z])(?!'s? time)"
        ),
        7,
        0,
    ),
    (r"(?:a )?fortnight", 0, 14),
    (
        (
            rf"(?<!in\s)(?<!within\s)(?<![\w.])(?P<n>{NUMBER}|a) (?:whole |full )?months?"
            r"(?= (?:in|at|around|travel\w*|exploring)(?![a-z])|[.,;!]|\s*$)"
        ),
        30,
        0,
    ),
    (r"24 ?(?:hours|hrs|h)(?![a-z])", 0, 1),
    (r"(?:36|48) ?(?:hours|hrs|h)(?![a-z])", 0, 2),
    (r"72 ?(?:hours|hrs|h)(?![a-z])", 0, 3),
    (r"(?<![\w.,])(?P<n>\d{1,2})d(?![a-z'])", 1, 0),
    (r"(?:a |one )?couple (?:of )?days", 0, 2),
    (r"(?:a |one )?couple (?:of )?nights", 0, 3),
    (r"(?:a )?(?:few|several|some) days", 0, 4),
    (r"(?:a )?(?:few|several|some) nights", 0, 4),
    (
        r"(?<![a-z])(?:a |one )?day[- ]?trip(?: to (?=\0)|(?!s| to))|just a day|layover|stopover",
        0,
        1,
    ),
    (
        (
            r"(?:for )?(?:a|one|the|a single|half a)(?: full| whole)? day(?= (?:in"
            r"|at|around|out|for)|[.,;]|\s*$)"
        ),
        0,
        1,
    ),
    (r"overnight(?! train| bus)|(?:a|one) night(?= in)", 0, 2),
    (rf"(?<![\w.])(?P<n>{NUMBER}) (?P<manner>{_MANNER}{{1,2}})days(?![a-z])", 1, 0),
    (rf"(?<![a-z])(?:a )?(?:few|several|some) (?P<manner>{_MANNER}{{1,2}})days", 0, 4),
    (
        (
            rf"(?<![a-z])(?<!after\s)(?<!in\s)(?<!during\s)(?:(?:a|one|the|this|our|my) (?P<manner>{_MANNER}{{0,3}})"
            rf"|(?<![a-z]\s)(?P<manner2>{_MANNER}{{1,2}}))week(?![a-z'-])(?! (?:of|before|after|that"
            r"|when|from|beginning|starting|commencing|ending|in the middle) )"
        ),
        0,
        7,
    ),
)
"""An expression, the days in each of its units, and the days to add."""


def read_durations(passage: Passage, when: When, log: Log) -> list[str]:
    """Puts the days into `when`, and hands back the words; a contradiction is left unread."""
    said: list[str] = []
    for expression, scale, extra in _DURATIONS:
        while match := passage.take(expression):
            words = passage.said(match.span())
            for name, manner in match.groupdict().items():
                if name.startswith("manner") and manner:
                    passage.give_back(*match.span(name))
            days = _days(match, words, scale, extra, log)
            if when.days is None or (when.weekday == FRIDAY and days > when.days):
                when.days = days
                said.append(words)
            elif days != when.days and not words.endswith(("layover", "stopover")):
                log.miss(words)
    return said


def _days(match: re.Match[str], words: str, scale: int, extra: int, log: Log) -> int:
    counts = match.groupdict()
    if upper := counts.get("m"):
        days = number(upper) * scale + extra
        log.assume("dates", f"{days} days", f"the upper end of {words!r}")
        return days
    days = (number(counts["n"]) if counts.get("n") else 0) * scale + extra
    if re.search(r"few|several|some", words):
        log.assume("dates", f"{days} days", f"{words!r} is vague")
    return days
