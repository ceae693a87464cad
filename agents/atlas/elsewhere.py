"""Places that people name and the atlas has no record of: where they lie, and no more.

With them "5 days in Siena" is told what is nearest, and not that Siena is spelt like Vienna.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from agents.atlas import loader
from agents.atlas.airports import plain
from agents.atlas.records import Coordinates

FILE = "elsewhere.txt"
SEVERAL_COUNTRIES = "--"


class Elsewhere(NamedTuple):
    """A town, a land or a country without a destination; `country` is "" where it is in several."""

    name: str
    country: str
    coordinates: Coordinates


@lru_cache(maxsize=1)
def elsewhere() -> dict[str, Elsewhere]:
    """Every such place by each of its names, as they are written."""
    lines = (loader.DATA / FILE).read_text(encoding="utf-8").splitlines()
    return {
        name: place
        for line in lines
        if line and not line.startswith("#")
        for names, place in [_read(line)]
        for name in names
    }


def _read(line: str) -> tuple[list[str], Elsewhere]:
    latitude, longitude, country, said = line.split(maxsplit=3)
    name, _, others = said.partition(" = ")
    code = "" if country == SEVERAL_COUNTRIES else country
    place = Elsewhere(name, code, (float(latitude), float(longitude)))
    return [name, *filter(None, others.split(", "))], place


@lru_cache(maxsize=1)
def _by_plain_name() -> dict[str, Elsewhere]:
    return {plain(name): place for name, place in elsewhere().items()}


def find_elsewhere(text: str) -> Elsewhere | None:
    """The place of this name, whatever its case and accents; None when it is not listed."""
    wanted = plain(text)
    known = _by_plain_name()
    return known.get(wanted) or known.get(wanted.removeprefix("the "))
