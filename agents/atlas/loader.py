"""Reads the embedded atlas: one index for all destinations, one file for each.

Every reader is cached, so that a run opens the index once and only the files of the
destinations it asks for.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from agents.atlas.records import (
    Activity,
    Area,
    CountriesFile,
    Country,
    Currency,
    Destination,
    IndexEntry,
    Land,
    LandsFile,
    Record,
)
from agents.errors import InvalidRecord, UnknownPlace

DATA = Path(__file__).parent / "data"
INDEX = "index.json"
SIGHTS = "sights.json"
COUNTRIES = "countries.toml"
LANDS = "lands.toml"
CENT = Decimal("0.01")
SomeRecord = TypeVar("SomeRecord", bound=Record)


def nearest(word: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Up to `count` of `known` that are spelt like `word`, best first."""
    from rapidfuzz import fuzz, process, utils

    matches = process.extract(
        word,
        list(known),
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=count,
        score_cutoff=60,
    )
    return tuple(name for name, _, _ in matches)


def destination_files() -> tuple[Path, ...]:
    """Every destination's file, by id."""
    files = (path for path in DATA.glob("*.toml") if path.name not in (COUNTRIES, LANDS))
    return tuple(sorted(files, key=lambda path: path.stem))


def record_files() -> tuple[Path, ...]:
    """Every file that people write: those of the destinations, the countries and the lands."""
    return (*destination_files(), DATA / COUNTRIES, DATA / LANDS)


def read_toml(path: Path) -> dict[str, Any]:
    """The raw TOML of `path`; raises InvalidRecord naming the line that does not parse."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidRecord(f"{path.name}: not valid TOML, {error}; mend the line named") from error


def read_record(path: Path, model: type[SomeRecord]) -> SomeRecord:
    """The record in a file; raises InvalidRecord with the first fault."""
    try:
        return model.model_validate(read_toml(path))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise InvalidRecord(
            f"{path.name}: {key}: {first['msg']}; `tripartite atlas check` lists every fault"
        ) from error


@lru_cache(maxsize=256)
def destination(id: str) -> Destination:
    """The record of a destination; raises UnknownPlace, InvalidRecord."""
    if id not in destination_ids():
        raise UnknownPlace(f"no destination {id!r} in the atlas", nearest(id, destination_ids()))
    return read_record(DATA / f"{id}.toml", Destination)


@lru_cache(maxsize=1)
def index() -> tuple[IndexEntry, ...]:
    """What is known of every destination without opening its file, by id."""
    entries = json.loads((DATA / INDEX).read_text(encoding="utf-8"))
    return TypeAdapter(tuple[IndexEntry, ...]).validate_python(entries)


@lru_cache(maxsize=1)
def _entries() -> dict[str, IndexEntry]:
    return {entry.id: entry for entry in index()}


def index_entry(id: str) -> IndexEntry:
    """One entry of the index; raises UnknownPlace."""
    try:
        return _entries()[id]
    except KeyError:
        raise UnknownPlace(f"no destination {id!r} in the atlas", nearest(id, _entries())) from None


def destination_ids() -> tuple[str, ...]:
    """All destinations of the index, sorted."""
    return tuple(_entries())


@lru_cache(maxsize=1)
def _countries_file() -> tuple[dict[str, Country], dict[str, Currency]]:
    file = read_record(DATA / COUNTRIES, CountriesFile)
    return {c.code: c for c in file.countries}, {c.code: c for c in file.currencies}


def countries() -> tuple[Country, ...]:
    """All countries, by code."""
    return tuple(_countries_file()[0].values())


def find_country(code: str) -> Country | None:
    """The country of an ISO 3166 code of two letters, or None: one can come from anywhere."""
    return _countries_file()[0].get(code)


def country(code: str) -> Country:
    """The country of an ISO 3166 code of two letters; raises UnknownPlace."""
    found = find_country(code)
    if found is None:
        raise UnknownPlace(f"no country {code!r} in the atlas", nearest(code, _countries_file()[0]))
    return found


@lru_cache(maxsize=1)
def _lands_file() -> dict[str, Land]:
    return {land.id: land for land in read_record(DATA / LANDS, LandsFile).lands}


def lands() -> tuple[Land, ...]:
    """Parts of the world that are no country, in the order of their file."""
    return tuple(_lands_file().values())


def land(id: str) -> Land:
    """One part of the world; raises UnknownPlace."""
    known = _lands_file()
    if id not in known:
        raise UnknownPlace(f"no part of the world {id!r} in the atlas", nearest(id, known))
    return known[id]


@lru_cache(maxsize=1)
def sights() -> dict[str, tuple[str, ...]]:
    """The names of all areas and activities by destination, without opening its file."""
    named = json.loads((DATA / SIGHTS).read_text(encoding="utf-8"))
    return {id: tuple(names) for id, names in named.items()}


def currency(code: str) -> Currency:
    """The currency of an ISO 4217 code; raises UnknownPlace."""
    known = _countries_file()[1]
    if code not in known:
        raise UnknownPlace(f"no rate for currency {code!r} in the atlas", nearest(code, known))
    return known[code]


@lru_cache(maxsize=1024)
def _rate(source: str, target: str) -> Decimal:
    return Decimal(str(currency(target).per_eur)) / Decimal(str(currency(source).per_eur))


def convert(amount: Decimal, source: str, target: str) -> Decimal:
    """`amount` of currency `source` in `target`, to two places, by the atlas's estimated rates."""
    exact = amount if source == target else amount * _rate(source, target)
    return exact.quantize(CENT)


@lru_cache(maxsize=256)
def _places(destination_id: str) -> dict[str, Activity]:
    return {a.id: a for a in destination(destination_id).activities}


@lru_cache(maxsize=256)
def _areas(destination_id: str) -> dict[str, Area]:
    return {a.id: a for a in destination(destination_id).areas}


def activity(destination_id: str, place_id: str) -> Activity:
    """One activity of a destination; raises UnknownPlace."""
    known = _places(destination_id)
    if place_id not in known:
        raise UnknownPlace(f"no place {place_id!r} in {destination_id}", nearest(place_id, known))
    return known[place_id]


def area(destination_id: str, area_id: str) -> Area:
    """One area of a destination; raises UnknownPlace."""
    known = _areas(destination_id)
    if area_id not in known:
        raise UnknownPlace(f"no area {area_id!r} in {destination_id}", nearest(area_id, known))
    return known[area_id]
