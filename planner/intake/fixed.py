"""What is fixed in a trip, in words: what must be in, what must not, and appointments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.request import Commitment, CommitmentKind, TripRequest
from planner.intake.draft import Draft
from planner.intake.passage import fold, pattern
from planner.intake.times import TIME
from planner.intake.windows import MONTH, WEEKDAY
from planner.views.names import sight

if TYPE_CHECKING:
    from planner.plan import TripPlan

_KINDS = {
    "evening": "nightlife",
    "food": "places to eat",
    "outdoors": "outdoor activities",
    "sight": "sightseeing",
    "family": "theme parks",
}
"""Kinds of activities whose name is not simply one for many."""
_DAY = (
    rf"(?:on )?(?:the )?(?:(?:{WEEKDAY},? )?(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th))(?:,? 20\d\d)?|20\d\d-\d\d-\d\d|{WEEKDAY}|day \d+"
    r"|(?:first|second|third|last|final) (?:day|evening|night|morning|afternoon))"
    r"(?: (?:evening|night|morning|afternoon))?(?![a-z])"
)
_TIMES = rf"(?:(?:from|between) )?(?:\d{{1,2}}(?:[:.h]\d\d)? ?(?:to|until|till|and) )?{TIME}(?: ?(?:-|to|until|till) ?\d{{1,2}}(?:[:.h]\d\d)?(?: ?[ap]\.?m\.?)?)?"
_LASTING = (
    r"(?:for|lasts|lasting|takes) (?:about )?\S+ (?:and a half )?(?:hours?|hrs?|minutes?|mins?)"
)
_ONLY_WORDS = r"(?:^|(?<= ))(?:is|are|at|on|from|the|a|an|our|my|booked|reserved|reservation|booking|tickets? for)(?= |$)"
"""What says nothing at either end of an appointment."""


def fixed(wish: TripRequest | Draft, plan: TripPlan | None = None) -> list[str]:
    """For example "with Park Güell", "no markets", "dinner with Ana Sat 20:30".

    A kept `plan` names its places, whatever has become of them in the atlas.
    """
    return [
        *(f"with {sight(plan, id)}" for id in wish.musts),
        *(refused(id, plan) for id in wish.nevers),
        *(appointment(commitment) for commitment in wish.commitments),
    ]


def refused(id: str, plan: TripPlan | None = None) -> str:
    """ "no markets" for a kind of activity, "without Colosseum" for a place."""
    kind = id.removeprefix("kind:")
    return f"without {sight(plan, id)}" if kind == id else f"no {kind_words(kind)}"


def kind_words(kind: str) -> str:
    """Many of one kind of activity: "day trips"."""
    return _KINDS.get(kind) or f"{kind.replace('-', ' ')}s"


def appointment(commitment: Commitment) -> str:
    """What it is, the weekday and the time: "dinner with Ana Sat 20:30"."""
    return f"{_what(commitment)} {commitment.start:%a %H:%M}"


def _what(commitment: Commitment) -> str:
    """The words of an appointment without its day and its time."""
    if commitment.kind in {CommitmentKind.ARRIVAL, CommitmentKind.DEPARTURE}:
        return commitment.kind
    label = commitment.label
    for expression in (_TIMES, _DAY, _LASTING):
        for match in reversed(list(pattern(rf"(?<![\w]){expression}").finditer(fold(label)))):
            label = f"{label[: match.start()]} {label[match.end() :]}"
    words = " ".join(label.split()).strip(" ,;.:–-")
    while (shorter := _trimmed(words)) != words:
        words = shorter
    return words or commitment.kind


def _trimmed(words: str) -> str:
    """`words` without one that says nothing at its beginning or its end."""
    folded = fold(words)
    for match in re.finditer(_ONLY_WORDS, folded):
        if match.end() == len(words) and match.start() > 0:
            return words[: match.start()].strip(" ,;.:–-")
        if match.start() == 0 and match.end() < len(words):
            return words[match.end() :].strip(" ,;.:–-")
    return words
