"""Which places can be reached from each other by rail or road."""

from __future__ import annotations

from typing import NamedTuple

from agents.atlas import loader
from agents.atlas.records import Coordinates


class Island(NamedTuple):
    """An island or group that lies apart from its country's landmass: a box of degrees."""

    name: str
    country: str
    south: float
    west: float
    north: float
    east: float


ISLANDS = (
    Island("azores", "PT", 36.8, -31.4, 39.8, -24.9),
    Island("madeira", "PT", 32.3, -17.4, 33.2, -16.2),
    Island("canary-islands", "ES", 27.5, -18.3, 29.5, -13.3),
    Island("balearic-islands", "ES", 38.5, 1.1, 40.2, 4.4),
    Island("corsica", "FR", 41.3, 8.5, 43.1, 9.6),
    Island("sardinia", "IT", 38.8, 8.0, 41.3, 9.9),
    Island("crete", "GR", 34.7, 23.4, 35.8, 26.4),
    Island("aegean-islands", "GR", 35.8, 24.3, 37.7, 28.3),
    Island("corfu", "GR", 39.3, 19.5, 39.9, 20.2),
    Island("ireland", "GB", 54.0, -8.2, 55.4, -5.4),
    Island("hawaii", "US", 18.8, -160.5, 22.4, -154.7),
    Island("tasmania", "AU", -43.7, 143.8, -39.5, 148.5),
    Island("south-island", "NZ", -47.4, 166.0, -40.6, 174.5),
    Island("okinawa", "JP", 24.0, 122.9, 28.5, 129.8),
    Island("samui", "TH", 9.3, 99.9, 9.8, 100.2),
    Island("bali", "ID", -8.9, 114.4, -8.0, 115.8),
    Island("zanzibar", "TZ", -6.6, 39.1, -5.7, 39.7),
)


def landmass(coordinates: Coordinates, country: str) -> str:
    """The landmass of a place. A country that is not in the atlas is one of its own: reached by air."""
    latitude, longitude = coordinates
    for island in ISLANDS:
        north_south = island.south <= latitude <= island.north
        east_west = island.west <= longitude <= island.east
        if island.country == country and north_south and east_west:
            return island.name
    known = loader.find_country(country)
    return known.landmass if known else f"country-{country.lower()}"
