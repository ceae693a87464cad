"""From names as a model writes them to ids: never a guess between two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from agents.atlas import loader, names
from agents.atlas.airports import plain
from agents.errors import UnknownPlace
from agents.evidence import Ledger

SAME_NAME = 92.0
"""Letters in common out of 100, by which a misspelt name is still that name."""
SHORTEST_TYPO = 6
LEAD = 4.0
"""Letters in common out of 100, by which the best must be ahead of any other."""
PART_OF_NAME = 0.4
"""How much of a name's letters must be given, if not all of it is."""
SHORTEST_PART = 5
_BRACKETED = re.compile(r"\(([^()]*)\)")
_BREAK = re.compile(r"\s+[–—-]\s+|,|;|:")


def destination_id(text: str) -> str | None:
    """The destination that `text` names or is the id of, or None."""
    name = text.strip().removeprefix("destination/")
    if name in loader.destination_ids():
        return name
    for spelling in dict.fromkeys((name, *_parts(name))):
        match = names.resolve(spelling, SAME_NAME)
        if match is not None and match.kind is names.MatchKind.DESTINATION:
            return match.code
    return None


def place_id(ledger: Ledger, destination: str, text: str) -> str | None:
    """The place of a destination that `text` means, or None where none or more than one may be.

    What the tools returned goes before what only the atlas has.
    """
    try:
        spellings = _spellings(destination)
    except UnknownPlace:
        return None
    id = text.strip().removeprefix("place/").removeprefix(f"{destination}/")
    if id in _place_ids(destination):
        return id
    if plain(id) in _names_of_the_whole(destination):
        return spellings.get(plain(id))
    for fitting in (_by_name, _by_part_of_name, _by_letters):
        found = set(fitting(id, spellings))
        looked_up = {i for i in found if f"place/{destination}/{i}" in ledger}
        if len(found) == 1 or len(looked_up) == 1:
            return (looked_up or found).pop()
        if found:
            return None
    return None


@lru_cache(maxsize=256)
def _spellings(destination: str) -> dict[str, str]:
    """Every plain spelling of a place that means that place alone, and its id."""
    found: dict[str, set[str]] = {}
    for place in loader.destination(destination).activities:
        for name in (place.id, place.name, *_parts(place.name)):
            found.setdefault(plain(name), set()).add(place.id)
    return {name: next(iter(ids)) for name, ids in found.items() if name and len(ids) == 1}


@lru_cache(maxsize=256)
def _place_ids(destination: str) -> frozenset[str]:
    return frozenset(place.id for place in loader.destination(destination).activities)


@lru_cache(maxsize=256)
def _names_of_the_whole(destination: str) -> frozenset[str]:
    """The names of the destination and of its areas."""
    record = loader.destination(destination)
    areas = (name for area in record.areas for name in (area.id, area.name))
    return frozenset(map(plain, (record.id, record.name, *areas)))


def _parts(name: str) -> Iterator[str]:
    """ "Belém Tower (Torre de Belém)" is also called by what is inside and outside the brackets."""
    outside = _BRACKETED.sub(" ", name)
    yield outside
    yield from _BRACKETED.findall(name)
    yield _BREAK.split(outside)[0]


def _by_name(text: str, known: dict[str, str]) -> Iterator[str]:
    if (whole := known.get(plain(text))) is not None:
        yield whole
        return
    for name in _parts(text):
        if (id := known.get(plain(name))) is not None:
            yield id


def _by_part_of_name(text: str, known: dict[str, str]) -> Iterator[str]:
    """Those whose name holds all the words given, if they are much of it."""
    words = plain(text).split()
    letters = sum(map(len, words))
    for name, id in known.items():
        if letters >= max(SHORTEST_PART, PART_OF_NAME * len(name)) and set(words) <= set(
            name.split()
        ):
            yield id


def _by_letters(text: str, known: dict[str, str]) -> Iterator[str]:
    """Those spelt nearly the same, with the same numbers in them."""
    from rapidfuzz import fuzz, process

    wanted = plain(text)
    if len(wanted) < SHORTEST_TYPO:
        return
    numbers = _numbers(wanted)
    alike = process.extract(
        wanted, list(known), scorer=fuzz.ratio, score_cutoff=SAME_NAME - LEAD, limit=6
    )
    best = max((score for _, score, _ in alike), default=0.0)
    if best >= SAME_NAME:
        for name, score, _ in alike:
            if score > best - LEAD and _numbers(name) == numbers:
                yield known[name]


def _numbers(name: str) -> list[str]:
    return re.findall(r"\d+", name)
