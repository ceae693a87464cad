"""How the travellers want to get there: "by train from Zürich", "by boat", "by car"."""

from __future__ import annotations

import re

from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern

_BY = r"(?:travel(?:l?ing)? |going |go |arriving |all )*by (?:(?:a|the|night|overnight|sleeper|slow|fast|high-speed) )*"
_ON_LAND = rf"(?<![a-z])(?<!only\s)(?<!just\s){_BY}(?:trains?|rail(?:ways?|road)?|bus|coach|ferry)(?![a-z])(?! only)"
_AFLOAT = rf"(?<![a-z]){_BY}(?:boat|ship|sea)(?![a-z])"
_SHORT = r"(?<![a-z])(?<!or\s)(?<!and\s)(?:(?:a|the|take|taking|night|overnight|sleeper) )*(?:trains?|rail|ferry|coach)(?= ?\0)"
"""As in "train from Zürich", where the start has been read."""
_UNKNOWN = (
    rf"(?<![a-z]){_BY}(?:cars?|motor-?(?:bike|cycle|home)s?|camper(?: ?van)?|van|planes?|air)(?![a-z])"
    r"|(?<![a-z])(?:driv(?:e|ing)(?= ?\0)|road ?trip|self-drive)(?![a-z])"
)
_WITHIN = re.compile(
    r"\b(?:day[ -]?trips?|excursions?|outings?|explor(?:e|ing)|scenic|(?:get|gett|go|travell?|mov)(?:e|ing)? around)\b"
)
_BETWEEN = re.compile(r"\b(?:between|then)\b")
"""Before "by train" in the same clause, one of these speaks of a journey within the trip."""
_CLAUSE = re.compile(r".*(?:[,;!?\n]|\.\s)", re.DOTALL)


def read_no_flying(passage: Passage, log: Log, *, has_start: bool) -> bool:
    """Whether the way there is to be on land or water, noted; a way we cannot plan is unread."""
    for match in passage.take_all(_UNKNOWN):
        log.miss(passage.said(match.span()))
    found = False
    for expression in (_ON_LAND, _SHORT, _AFLOAT):
        for match in passage.matches(expression):
            beside = _is_beside_the_start(passage, match)
            if expression != _ON_LAND and not beside:
                continue
            words = passage.said(match.span())
            passage.read(*match.span())
            if beside or not _is_within_the_trip(passage, match, has_start=has_start):
                log.assume("needs", "no flying", f"{words!r} is taken as the way there and back")
                found = True
            else:
                log.miss(words)
    return found


def _is_beside_the_start(passage: Passage, match: re.Match[str]) -> bool:
    """Whether "from Zürich" comes right before or right after."""
    if after := pattern(r" ?\0+").match(passage.rest, match.end()):
        return "from" in passage.folded[slice(*after.span())]
    before = re.search(r"\0+\s*$", passage.rest[: match.start()])
    return before is not None and "from" in passage.folded[slice(*before.span())]


def _is_within_the_trip(passage: Passage, match: re.Match[str], *, has_start: bool) -> bool:
    """Whether the words are of a day trip, or of the way from one stop to the next."""
    clause = _CLAUSE.sub("", passage.folded[: match.start()])
    return bool(_WITHIN.search(clause) or (has_start and _BETWEEN.search(clause)))
