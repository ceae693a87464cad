"""Writes `data/index.json` and `data/sights.json` from the destinations' files.

`tripartite atlas index` does it; a run reads these two, and the files of the places it is about.
"""

from __future__ import annotations

import json
from pathlib import Path

from agents.atlas.loader import (
    COUNTRIES_FILE,
    DATA,
    INDEX_FILE,
    LANDS_FILE,
    SIGHTS_FILE,
    country,
    currency,
    read_destination,
)
from agents.atlas.records import Destination, IndexEntry

RIDES_A_DAY = 4
OTHER_FILES = (COUNTRIES_FILE, LANDS_FILE)


def destination_files() -> tuple[Path, ...]:
    """Every destination's file, by name."""
    return tuple(sorted(p for p in DATA.glob("*.toml") if p not in OTHER_FILES))


def day_eur(place: Destination) -> tuple[float, float]:
    """Low and high euros a day for one of two, middle tier: half a room, food, four rides."""
    costs, per_eur = place.costs, currency(country(place.country).currency).per_eur
    low, high = (
        costs.room_mid[end] / 2 + costs.food_mid[end] + _rides(place)[end] for end in (0, 1)
    )
    return round(low / per_eur, 2), round(high / per_eur, 2)


def _rides(place: Destination) -> tuple[float, float]:
    ride, day = place.costs.transit_ride, place.costs.transit_day
    rides = (RIDES_A_DAY * ride[0], RIDES_A_DAY * ride[1])
    return rides if day is None else (min(rides[0], day[0]), min(rides[1], day[1]))


def entry(place: Destination) -> IndexEntry:
    """The index entry of a destination."""
    names = dict.fromkeys(n for n in (place.name, place.local_name, *place.aliases) if n)
    return IndexEntry(
        id=place.id,
        name=place.name,
        names=tuple(names),
        country=place.country,
        region=place.region,
        kinds=place.kinds,
        coordinates=place.coordinates,
        airports=place.airports,
        interests=place.interests,
        high_c=place.climate.high_c,
        rain_mm=place.climate.rain_mm,
        day_eur=day_eur(place),
    )


def build_index() -> dict[Path, str]:
    """The index and the names of all sights as JSON, one destination a line, by file.

    The same records give the same text. Raises InvalidRecord.
    """
    places = [read_destination(path) for path in destination_files()]
    entries = (_json(entry(place).model_dump(mode="json")) for place in places)
    named = (f"{_json(place.id)}: {_json(_sights(place))}" for place in places)
    return {
        INDEX_FILE: "[\n" + ",\n".join(entries) + "\n]\n",
        SIGHTS_FILE: "{\n" + ",\n".join(named) + "\n}\n",
    }


def _sights(place: Destination) -> list[str]:
    names = [area.name for area in place.areas] + [one.name for one in place.activities]
    return list(dict.fromkeys(names))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def write_index() -> int:
    """Write both files; gives the number of destinations."""
    for path, text in build_index().items():
        path.write_text(text, encoding="utf-8")
    return len(destination_files())
