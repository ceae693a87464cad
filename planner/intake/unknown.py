"""Names of places without a destination: they are told what is nearest, and nothing else reads them."""

from __future__ import annotations

from functools import cache

from agents.atlas.elsewhere import Elsewhere, elsewhere
from planner.intake.gazetteer import Found, Gazetteer
from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern
from planner.intake.refused import ASIDE, is_refused
from planner.intake.slots import (
    NOT_A_PLACE,
    NOT_ONE_MORE,
    ORDINARY,
    SHORT,
    candidates,
    destinations_around,
    is_around,
    is_beside_a_place,
    may_be_lower_case,
    object_to_unknown,
    opens,
    slot_strength,
    stands_first,
)
from planner.intake.stops import Places

_MAY_BE_LONGER = r"\0 (?:city|state)(?![a-z])"
"""A destination or land with a word that alone says nothing, as in Quebec City."""

_OF = r"(?<![a-z])of(?: the)? $"


@cache
def _elsewhere() -> Gazetteer[Elsewhere]:
    return Gazetteer({name.removeprefix("the "): place for name, place in elsewhere().items()})


def read_longer_names(passage: Passage, places: Places, log: Log) -> None:
    """Objects to places whose name holds that of a place to go to: Baja California, South Tyrol."""
    if not places.mentions or not _has_more(passage, places):
        return
    for found in list(_elsewhere().found_in(passage.folded)):
        start, end = found.span
        inside = [m for m in places.mentions if start <= m.start and m.end <= end]
        if any(end - start > m.end - m.start for m in inside) and not is_refused(passage, start):
            places.mentions = [m for m in places.mentions if m not in inside]
            passage.read(start, end)
            object_to_unknown(passage.said(found.span), log)


def read_unknown(passage: Passage, places: Places, log: Log) -> None:
    """Objects to places elsewhere where one to go to is expected: "a week in Lake Garda".

    Beside a destination, any other name of several words is no wish: the Garden Route is no garden.
    """
    if not _has_more(passage, places):
        return
    ids = {id for mention in places.mentions for id in mention.what.ids}
    for found in list(_elsewhere().found_in(passage.rest)):
        words = passage.said(found.span)
        if destinations_around(words) or any(is_around(words, id) for id in ids):
            continue
        aside = pattern(ASIDE).search(passage.folded, 0, found.span[0]) if places.named else None
        if aside:
            passage.read(aside.start(), found.span[1])
            log.miss(passage.said((aside.start(), found.span[1])))
        elif _is_meant(passage, places, found):
            passage.read(*found.span)
            object_to_unknown(words, log)
        elif is_refused(passage, found.span[0]):
            continue
        elif places.named and (" " in words or _is_of_it(passage, found.span[1])):
            passage.read(*found.span)
            log.miss(words)


def _has_more(passage: Passage, places: Places) -> bool:
    """Whether anything is left that may be a name, so that the list is worth reading.

    Where a place is named it is a word with a capital, or in words without any, or one beside it or
    where a place is expected.
    """
    left = list(candidates(passage))
    if not places.named or passage.text.islower():
        return bool(left)
    rest = passage.rest
    return bool(passage.find(_MAY_BE_LONGER)) or any(
        passage.text[start].isupper()
        or "\0" in (*rest[start - 2 : start], *rest[end : end + 2])
        or slot_strength(passage, (start, end))
        for start, end in left
    )


def _is_of_it(passage: Passage, end: int) -> bool:
    """Whether something from there is meant: "Bordeaux wine"."""
    return bool(pattern(rf"{NOT_A_PLACE}|{NOT_ONE_MORE}").match(passage.folded, end))


def _is_meant(passage: Passage, places: Places, found: Found[Elsewhere]) -> bool:
    """Whether it is a place to go to, and not a word or the name of something else."""
    span = found.span
    strength, capital = slot_strength(passage, span), passage.text[span[0]].isupper()
    if (places.named and _is_of_it(passage, span[1])) or is_refused(passage, span[0]):
        return False
    if places.named or strength == 2:
        as_a_name = capital or (passage.text.islower() and found.words not in ORDINARY)
        return strength == 2 or (as_a_name and is_beside_a_place(passage, *span, close=capital))
    of_it = capital and pattern(_OF).search(passage.folded, 0, span[0])
    expected = strength or of_it or opens(passage, *span) or may_be_lower_case(passage, span)
    if found.words not in ORDINARY and stands_first(passage, span[0]):
        return True
    is_short = len(found.words) <= SHORT and not capital
    return " " in found.words or bool(expected and not is_short)
