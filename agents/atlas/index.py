"""Writes `data/index.json` and `data/sights.json` from the destinations' files.

`tripartite atlas index` does it; a run reads these two, and the files of the places it is about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from agents.atlas import loader
from agents.atlas.check import check_file
from agents.atlas.records import Destination, IndexEntry
from agents.errors import InvalidRecord

RIDES_A_DAY = 4
SHOWN_FAULTS = 3
"""Of each file, when the index is not written for them."""


def day_eur(place: Destination) -> tuple[float, float]:
    """Low and high euros a day for one of two, middle tier: half a room, food, four rides."""
    costs, per_eur = place.costs, loader.currency(loader.country(place.country).currency).per_eur
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
    return IndexEntry(
        id=place.id,
        name=place.name,
        names=place.names,
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


def build_index(files: Iterable[Path]) -> dict[Path, str]:
    """The index and the names of all sights as JSON, one destination a line, by file.

    The same records give the same text. Raises InvalidRecord.
    """
    places = [loader.read_record(path, Destination) for path in files]
    entries = (_json(entry(place).model_dump(mode="json")) for place in places)
    named = (f"{_json(place.id)}: {_json(_sights(place))}" for place in places)
    return {
        loader.DATA / loader.INDEX: "[\n" + ",\n".join(entries) + "\n]\n",
        loader.DATA / loader.SIGHTS: "{\n" + ",\n".join(named) + "\n}\n",
    }


def _sights(place: Destination) -> list[str]:
    names = [area.name for area in place.areas] + [one.name for one in place.activities]
    return list(dict.fromkeys(names))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def write_index() -> int:
    """Write both files if the atlas is without fault; gives the number of destinations.

    Raises InvalidRecord with the first faults of each file, and OSError.
    """
    faults = [fault for path in loader.record_files() for fault in _first_faults(path)]
    if faults:
        raise InvalidRecord("\n".join(faults))
    files = loader.destination_files()
    _replace(build_index(files))
    return len(files)


def _first_faults(path: Path) -> Iterator[str]:
    faults = check_file(path)
    yield from (f"{path.name}: {fault}" for fault in faults[:SHOWN_FAULTS])
    if more := len(faults[SHOWN_FAULTS:]):
        yield f"{path.name}: and {more} more; `tripartite atlas check` lists all"


def _replace(texts: Mapping[Path, str]) -> None:
    """Writes all beside their files first, so that what fails leaves every file as it was."""
    beside = {path: path.with_name(f"{path.name}.new") for path in texts}
    try:
        for path, text in texts.items():
            beside[path].write_text(text, encoding="utf-8")
        for path, new in beside.items():
            new.replace(path)
    finally:
        for new in beside.values():
            new.unlink(missing_ok=True)
