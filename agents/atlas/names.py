"""From names as people type them to destinations: the index, the countries and the lands alone."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from heapq import nsmallest
from statistics import fmean
from typing import NamedTuple

from agents.atlas import loader
from agents.atlas.airports import airport, airports_at, airports_in, plain
from agents.atlas.geo import distance_km
from agents.atlas.records import Coordinates, Region

CUTOFF = 84.0
"""Letters in common out of 100, by which a typo is still the same name."""
NEAR = 70.0
"""Letters in common out of 100, by which a name may be the one that was meant."""
SHORTEST_BEGINNING = 3
SHORTEST_TYPO = 4
"""A shorter word must be spelt right."""
_CODE = re.compile("[A-Z]{3}")
_REGION_NAMES = {
    "usa and canada": Region.NORTH_AMERICA,
    "latin america": Region.SOUTH_AMERICA,
    "near east": Region.MIDDLE_EAST,
    "the middle east": Region.MIDDLE_EAST,
    "pacific": Region.OCEANIA,
}


class MatchKind(StrEnum):
    DESTINATION = "destination"
    LAND = "land"
    COUNTRY = "country"
    REGION = "region"


class Match(NamedTuple):
    """What a name stands for: `ids` of destinations; `code` is an id, country code or region."""

    kind: MatchKind
    code: str
    name: str
    ids: tuple[str, ...]
    score: float
    """100 for the very name, less for a typo."""


@lru_cache(maxsize=1)
def _known() -> dict[str, Match]:
    entries = loader.index()
    known: dict[str, Match] = {}
    for region in Region:
        ids = tuple(e.id for e in entries if e.region is region)
        name = region.value.replace("-", " ").title()
        known[plain(region.value)] = Match(MatchKind.REGION, region.value, name, ids, 100.0)
    known |= {alias: known[plain(region.value)] for alias, region in _REGION_NAMES.items()}
    for country in loader.countries():
        ids = tuple(e.id for e in entries if e.country == country.code)
        match = Match(MatchKind.COUNTRY, country.code, country.name, ids, 100.0)
        known |= {plain(name): match for name in (country.name, *country.aliases)}
    for land in loader.lands():
        match = Match(MatchKind.LAND, land.id, land.name, land.destinations, 100.0)
        known |= {plain(name): match for name in (land.name, *land.aliases)}
    for entry in entries:
        match = Match(MatchKind.DESTINATION, entry.id, entry.name, (entry.id,), 100.0)
        known |= {plain(name): match for name in (entry.id, *entry.names)}
    return known


@lru_cache(maxsize=1)
def _by_airport() -> dict[str, str]:
    """By code the destination whose own airport it is: named first there, and the nearest."""
    ranked = [
        (order, distance_km(entry.coordinates, airport(code).coordinates), code, entry.id)
        for entry in loader.index()
        for order, code in enumerate(entry.airports)
    ]
    return {code: plain(id) for _, _, code, id in sorted(ranked, reverse=True)}


def resolve(text: str, cutoff: float = CUTOFF) -> Match | None:
    """The destination, land, country or region that `text` names, or None.

    Ids, names, local names and aliases count, with or without accents, and the codes of airports in
    capitals; a destination goes before a land or country of the same name. `cutoff` (0 to 100) is
    how alike the letters must be.
    """
    from rapidfuzz import fuzz, process

    known, wanted = _known(), plain(text)
    if wanted in known:
        return known[wanted]
    if _CODE.fullmatch(text.strip()) and (id := _by_airport().get(text.strip())):
        return known[id]
    if len(wanted) < SHORTEST_TYPO:
        return None
    best = process.extractOne(wanted, known.keys(), scorer=fuzz.ratio, score_cutoff=cutoff)
    return known[best[0]]._replace(score=best[1]) if best else None


def nearest_names(text: str, n: int = 3) -> tuple[str, ...]:
    """Up to `n` names of destinations, countries and regions spelt like `text`, best first.

    None when none is really near: two letters in three alike, or the beginning the same.
    """
    from rapidfuzz import fuzz, process

    known, wanted = _known(), plain(text)
    begin = [
        name for name in known if len(wanted) >= SHORTEST_BEGINNING and name.startswith(wanted)
    ]
    found = process.extract(wanted, known.keys(), scorer=fuzz.ratio, limit=n * 4, score_cutoff=NEAR)
    alike = [name for name, _, _ in found]
    return tuple(dict.fromkeys(known[name].name for name in (*begin, *alike)))[:n]


class Nearby(NamedTuple):
    """A destination, and how far it is from somewhere, in km."""

    id: str
    name: str
    km: float


def nearest_to(coordinates: Coordinates, n: int = 3) -> tuple[Nearby, ...]:
    """The `n` destinations nearest to a point, nearest first."""
    found = (
        Nearby(entry.id, entry.name, distance_km(coordinates, entry.coordinates))
        for entry in loader.index()
    )
    return tuple(nsmallest(n, found, key=lambda near: (near.km, near.id)))


def where_is(text: str) -> Coordinates | None:
    """Where a city is that the atlas does not have, by its airport; None when that is not known."""
    there = airports_at(text)
    return there[0].coordinates if there else None


def middle_of(country: str) -> Coordinates | None:
    """About where a country is: the middle of its airports; None when it has none."""
    there = airports_in(country)
    if not there:
        return None
    return fmean(a.coordinates[0] for a in there), fmean(a.coordinates[1] for a in there)
