"""Which places can be reached from each other by rail or road, and where a straight line can be.

A landmass is what tunnels, bridges and causeways hold together. A region is the part of it within
which a straight line stands for the way on the ground; from one region to the next the way leads
over one of the `agents.atlas.crossings`, and so round the Adriatic instead of across it.
"""

from __future__ import annotations

from typing import NamedTuple

from agents.atlas import loader
from agents.atlas.records import Coordinates


class Box(NamedTuple):
    """A part of a country, between degrees of latitude and longitude."""

    name: str
    country: str
    south: float
    west: float
    north: float
    east: float


ISLANDS = (
    Box("azores", "PT", 36.8, -31.4, 39.8, -24.9),
    Box("madeira", "PT", 32.3, -17.4, 33.2, -16.2),
    Box("canary-islands", "ES", 27.5, -18.3, 29.5, -13.3),
    Box("balearic-islands", "ES", 38.5, 1.1, 40.2, 4.4),
    Box("corsica", "FR", 41.3, 8.5, 43.1, 9.6),
    Box("sardinia", "IT", 38.8, 8.0, 41.3, 9.9),
    Box("crete", "GR", 34.7, 23.4, 35.8, 26.4),
    Box("aegean-islands", "GR", 35.8, 24.3, 37.7, 28.3),
    Box("northern-aegean", "GR", 37.5, 25.0, 40.1, 27.1),
    Box("ionian-islands", "GR", 37.6, 20.3, 38.5, 20.95),
    Box("corfu", "GR", 39.3, 19.5, 39.9, 20.2),
    Box("ireland", "GB", 54.0, -8.2, 55.4, -5.4),
    Box("orkney-and-shetland", "GB", 58.72, -3.6, 61.0, -0.6),
    Box("outer-hebrides", "GB", 56.7, -7.8, 58.6, -6.15),
    Box("gotland", "SE", 56.8, 18.0, 58.5, 19.5),
    Box("bornholm", "DK", 54.9, 14.6, 55.4, 15.3),
    Box("hawaii", "US", 18.8, -160.5, 22.4, -154.7),
    Box("vancouver-island", "CA", 48.2, -128.6, 50.9, -123.25),
    Box("newfoundland", "CA", 46.5, -59.5, 51.7, -52.5),
    Box("galapagos", "EC", -1.5, -92.0, 0.7, -89.0),
    Box("tasmania", "AU", -43.7, 143.8, -39.5, 148.5),
    Box("south-island", "NZ", -47.4, 166.0, -40.6, 174.5),
    Box("okinawa", "JP", 24.0, 122.9, 28.5, 129.8),
    Box("jeju", "KR", 33.1, 126.1, 33.6, 127.0),
    Box("hainan", "CN", 18.1, 108.6, 20.1, 111.1),
    Box("phu-quoc", "VN", 9.9, 103.8, 10.5, 104.1),
    Box("samui", "TH", 9.3, 99.9, 9.8, 100.2),
    Box("langkawi", "MY", 6.1, 99.6, 6.5, 99.95),
    Box("borneo", "MY", 0.8, 109.5, 7.5, 119.3),
    Box("batam", "ID", 0.5, 103.9, 1.3, 104.7),
    Box("sumatra", "ID", -6.0, 95.0, 6.0, 105.9),
    Box("borneo", "ID", -4.2, 108.8, 4.4, 118.0),
    Box("bali", "ID", -8.9, 114.4, -8.0, 115.8),
    Box("lombok", "ID", -9.0, 115.81, -8.1, 116.75),
    Box("eastern-indonesia", "ID", -11.0, 116.76, 3.0, 141.1),
    Box("zanzibar", "TZ", -6.6, 39.1, -4.8, 39.95),
)
"""Islands that lie apart from their country's landmass."""
ELSEWHERE = {
    **dict.fromkeys(("BY", "GI", "LI", "MD", "SM", "VA", "XK"), "europe"),
    **dict.fromkeys(("BW", "LS", "MZ", "RW", "SZ", "UG"), "africa"),
    "BN": "borneo",
    "MM": "mainland-asia",
    "PY": "south-america",
}
"""The landmass of countries that have no entry of their own, by code."""
REGION_BOXES = (
    Box("sicily", "IT", 36.6, 12.3, 38.32, 15.6),
    Box("zealand", "DK", 54.5, 11.05, 56.15, 12.7),
    Box("mallorca", "ES", 39.2, 2.3, 40.0, 3.5),
    Box("menorca", "ES", 39.7, 3.7, 40.1, 4.4),
    Box("ibiza", "ES", 38.6, 1.1, 39.15, 1.7),
    Box("tenerife", "ES", 27.95, -16.95, 28.65, -16.1),
    Box("gran-canaria", "ES", 27.7, -15.9, 28.2, -15.3),
    Box("santorini", "GR", 36.3, 25.3, 36.5, 25.55),
    Box("mykonos", "GR", 37.37, 25.25, 37.52, 25.5),
    Box("paros", "GR", 36.95, 25.05, 37.2, 25.3),
    Box("naxos", "GR", 36.9, 25.32, 37.25, 25.65),
    Box("rhodes", "GR", 35.85, 27.6, 36.5, 28.3),
    Box("oahu", "US", 21.2, -158.3, 21.75, -157.6),
)
REGIONS = {
    **{"GB": "great-britain", "DK": "jutland", "FI": "finland", "TR": "turkey", "UY": "uruguay"},
    **{"NO": "norway", "SE": "sweden"},
    **dict.fromkeys(("AD", "ES", "GI", "PT"), "iberia"),
    **dict.fromkeys(("IT", "SM", "VA"), "italy"),
    **{"EG": "egypt", "MA": "morocco", "SN": "senegal", "TN": "tunisia", "LB": "lebanon"},
}
"""The region of countries that are one: the sea, a mountain range or a closed border is between."""


def landmass(coordinates: Coordinates, country: str) -> str:
    """The landmass of a place. A country that nothing is known of is one of its own."""
    if island := box_around(ISLANDS, coordinates, country):
        return island
    if known := loader.find_country(country):
        return known.landmass
    return ELSEWHERE.get(country, f"country-{country.lower()}")


def region(coordinates: Coordinates, country: str) -> str:
    """The part of the landmass within which a straight line stands for the way."""
    if found := box_around((*REGION_BOXES, *ISLANDS), coordinates, country):
        return found
    return REGIONS.get(country) or landmass(coordinates, country)


def box_around(boxes: tuple[Box, ...], coordinates: Coordinates, country: str) -> str | None:
    latitude, longitude = coordinates
    for box in boxes:
        north_south = box.south <= latitude <= box.north
        east_west = box.west <= longitude <= box.east
        if box.country == country and north_south and east_west:
            return box.name
    return None
