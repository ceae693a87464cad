"""From names as people type them to destinations, by the index, countries, lands and airports."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from functools import lru_cache
from heapq import nsmallest
from typing import NamedTuple, Protocol

from agents.atlas import loader
from agents.atlas.airports import Airport, airport, airports_at, middle_of_country, plain
from agents.atlas.elsewhere import Elsewhere, find_elsewhere
from agents.atlas.exonyms import exonyms
from agents.atlas.geo import distance_km
from agents.atlas.records import Coordinates, IndexEntry
from agents.atlas.vocabulary import Region
from agents.errors import UnknownPlace

CUTOFF = 84.0
"""Letters in common out of 100, by which a typo is still the same name."""
LAND_CUTOFF = 95.0
"""The same for a land: northern and southern Spain, Siberia and Iberia are spelt much alike."""
NEAR = 0.65
"""Share of the letters that need no change, by which a name may be the one that was meant."""
SHORTEST_BEGINNING = 3
SHORTEST_TYPO = 4
"""A shorter word must be spelt right."""
OWN_AIRPORT_KM = 60.0
"""How far from a destination its airport may be: Narita is 57 km from Tokyo."""
_CODE = re.compile("[A-Z]{3}")
_REGION_NAMES = {
    "usa and canada": Region.NORTH_AMERICA,
    "near east": Region.MIDDLE_EAST,
    "the middle east": Region.MIDDLE_EAST,
    "pacific": Region.OCEANIA,
    "australasia": Region.OCEANIA,
}


_WITHOUT_AIRPORTS = {"AD": (42.5, 1.5), "MC": (43.7, 7.4)}
"""Where countries of the atlas are that have none."""


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
def countries_abroad() -> dict[str, Match]:
    """Countries by what other languages call them, where no other place has that name: "Italien"."""
    known = _known()
    return {
        plain(name): known[plain(loader.country(code).name)]
        for name, code in exonyms().items()
        if plain(name) not in known
    }


@lru_cache(maxsize=1)
def _by_airport() -> dict[str, str]:
    """By code the destination whose own airport it is: named first there, and the nearest."""
    ranked = sorted(
        (order, distance_km(entry.coordinates, airport(code).coordinates), code, entry.id)
        for entry in loader.index()
        for order, code in enumerate(entry.airports)
        if _is_its_own(code, entry)
    )
    owners: dict[str, str] = {}
    for _, _, code, id in ranked:
        owners.setdefault(code, plain(id))
    return owners


def _is_its_own(code: str, entry: IndexEntry) -> bool:
    """Whether an airport is near the destination or of its name, and not only on the way there.

    Zurich's leads to Interlaken, and yet who says ZRH means Zurich.
    """
    near = distance_km(entry.coordinates, airport(code).coordinates) <= OWN_AIRPORT_KM
    return near or any(code == there.iata for name in entry.names for there in airports_at(name))


def is_airport_code(text: str) -> bool:
    """Whether `text` is the code of a destination's own airport, and no name."""
    return bool(_CODE.fullmatch(text)) and plain(text) not in _known() and text in _by_airport()


def resolve(text: str, cutoff: float = CUTOFF) -> Match | None:
    """The destination, land, country or region that `text` names, or None.

    Ids, names, local names and aliases count, with or without accents, the codes of airports in
    capitals, and what other languages call a country; a destination goes before a land or country of
    the same name. `cutoff` (0 to 100) is how alike the letters must be; a city elsewhere is no
    misspelling, as Quito is none of Kyoto.
    """
    from rapidfuzz import fuzz, process

    known, wanted = _known(), plain(text)
    if match := known.get(wanted) or known.get(wanted.removeprefix("the ")):
        return match
    if _CODE.fullmatch(text.strip()) and (id := _by_airport().get(text.strip())):
        return known[id]
    if len(wanted) < SHORTEST_TYPO or find_elsewhere(text):
        return None
    if match := countries_abroad().get(wanted):
        return match
    alike = process.extract(wanted, known.keys(), scorer=fuzz.ratio, limit=5, score_cutoff=cutoff)
    meant = ((name, score) for name, score, _ in alike if _may_be_meant(wanted, name, score))
    name, score = next(meant, ("", 0.0))
    return known[name]._replace(score=score) if name and where_is(text) is None else None


def _may_be_meant(typed: str, name: str, score: float) -> bool:
    """Whether a typo may stand for a name; for a land only one that leaves its first word whole."""
    is_land = _known()[name].kind is MatchKind.LAND
    return not is_land or (score >= LAND_CUTOFF and typed.split()[:1] == name.split()[:1])


def nearest_names(text: str, n: int = 3) -> tuple[str, ...]:
    """Up to `n` names of destinations, lands, countries and regions spelt like `text`, best first.

    None when none is really near: two letters in three to be kept, or the beginning the same. A land
    counts by its own name alone: who types Sardinia is not told of Scandinavia.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    wanted = plain(text)
    known = {name: match for name, match in _known().items() if _is_own(name, match)}
    begin = [
        name for name in known if len(wanted) >= SHORTEST_BEGINNING and name.startswith(wanted)
    ]
    kept = DamerauLevenshtein.normalized_similarity
    found = process.extract(wanted, known.keys(), scorer=kept, limit=n * 4, score_cutoff=NEAR)
    alike = [name for name, _, _ in found]
    return tuple(dict.fromkeys(known[name].name for name in (*begin, *alike)))[:n]


def _is_own(name: str, match: Match) -> bool:
    """Whether it is no other name of a land."""
    own = plain(match.name)
    return match.kind is not MatchKind.LAND or name in {own, own.removeprefix("the ")}


class Located(Protocol):
    """Any record of a destination that tells where it is."""

    @property
    def id(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def region(self) -> Region: ...


def lies_in(
    place: Located,
    regions: Collection[str] = (),
    countries: Collection[str] = (),
    lands: Collection[str] = (),
) -> bool:
    """Whether a destination is in any of these parts of the world; anywhere when none is named."""
    return (
        not (regions or countries or lands)
        or place.region in regions
        or place.country in countries
        or any(place.id in land.destinations for land in loader.lands() if land.id in lands)
    )


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


def where_is(text: str) -> Elsewhere | Airport | None:
    """A place that the atlas may not have: one that is listed, or the airport of that city or code."""
    if listed := find_elsewhere(text):
        return listed
    if there := airports_at(text):
        return there[0]
    try:
        return airport(text) if _CODE.fullmatch(text) else None
    except UnknownPlace:
        return None


def middle_of(country: str) -> Coordinates | None:
    """About where a country is: the middle of its airports; None when it has none."""
    return middle_of_country(country) or _WITHOUT_AIRPORTS.get(country)
