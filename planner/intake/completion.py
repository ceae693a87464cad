"""The rest of a name that is half typed."""

from __future__ import annotations

import re
from functools import cache

from agents.atlas import loader
from agents.atlas.vocabulary import Interest
from planner.intake.passage import fold
from planner.intake.windows import MONTHS
from planner.intake.wishes import interests_of, vocabulary

_LEAST_LETTERS = 2
_MOST_WORDS = 3
_LONGEST = 60
_FIRST_LETTER = re.compile(r"(?<![\w'-])[^\W\d_]")


def complete(words: str) -> str:
    """`words` with the name at their end whole: a destination, land, country or interest; else "".

    At least two letters of the name must be there, with or without their accents.
    """
    for start in _word_starts(words):
        typed = words[start:]
        if len(typed) >= _LEAST_LETTERS and (rest := _rest_of(typed, at_start=start == 0)):
            return words + rest
    return ""


def _word_starts(words: str) -> list[int]:
    """Where a name at the end could begin, the longest first."""
    near = max(0, len(words) - _LONGEST)
    return [match.start() for match in _FIRST_LETTER.finditer(words, near)][-_MOST_WORDS:]


def _rest_of(typed: str, *, at_start: bool) -> str:
    folded = fold(typed)
    like_a_name = (typed[0].isupper() and not at_start) or typed.lower() != folded
    if folded in _whole() or (folded in _common() and not like_a_name) or _may_be_a_month(folded):
        return ""
    name = next((n for key, n in _names().items() if key.startswith(folded) and key != folded), "")
    rest = name[len(typed) :]
    if typed.islower():
        return rest.lower()
    return rest.upper() if typed.isupper() else rest


def _may_be_a_month(folded: str) -> bool:
    return any(month.startswith(folded) for month in MONTHS)


@cache
def _whole() -> dict[str, str]:
    """The names that are not to be made longer; the other names are other spellings of these."""
    entries = loader.index()
    countries = sorted({loader.country(entry.country).name for entry in entries})
    words = (interest.replace("-", " ") for interest in Interest)
    interests = (word for word in words if interests_of(word))
    lands = (land.name.removeprefix("the ") for land in loader.lands())
    names_of_lands = (name for name in lands if name[0].isupper())
    names = (*(entry.name for entry in entries), *countries, *names_of_lands, *interests)
    return {fold(name): name for name in names}


@cache
def _names() -> dict[str, str]:
    """Every name that can be completed, by how it is compared; the likelier names come first.

    Other spellings of a name are single words: "tr" is not on its way to Tropical North Queensland.
    """
    names = dict(_whole())
    for name in (name for entry in loader.index() for name in entry.names):
        if " " not in name:
            names.setdefault(fold(name), name)
    return names


@cache
def _common() -> frozenset[str]:
    """Words that are more likely themselves than the beginning of a name."""
    return frozenset(vocabulary()["filler"]["words"])
