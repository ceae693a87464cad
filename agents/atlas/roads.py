"""How fast one gets on over land, and by what: which countries have trains, and how fast they are.

Speeds are km/h as the crow flies between cities, stops and changes included: our own estimates,
rounded from usual journeys of each country's timetables as last known in 2025 (Oslo to Bergen
305 km in 6 h 45, Bucharest to Brasov 140 km in 2 h 40, Madrid to Seville 391 km in 2 h 35). On
the way from one country to another the slower one decides.
"""

from __future__ import annotations

from typing import NamedTuple

from agents.atlas.landmass import Box, box_around, region
from agents.atlas.records import Coordinates
from agents.atlas.vocabulary import Mode


class Rails(NamedTuple):
    """The railways of a country; trains run between countries of the same network."""

    kmh: int
    network: str


def _rails(network: str, **kmh: int) -> dict[str, Rails]:
    return {country: Rails(speed, network) for country, speed in kmh.items()}


RAIL = {
    **_rails("europe", AT=85, BE=90, BG=45, CH=75, CZ=70, DE=115, DK=85, EE=65, ES=110, FI=90),
    **_rails("europe", FR=115, GB=105, HR=50, HU=70, IT=110, LT=60, LU=75, LV=60, MC=75, NL=85),
    **_rails("europe", NO=45, PL=85, RO=45, RS=50, SE=110, SI=50, SK=65, TR=60, UA=60),
    **_rails("ireland", IE=75),
    **_rails("portugal", PT=85),
    **_rails("greece", GR=60),
    **_rails("north-america", CA=65, US=55),
    **_rails("china", CN=150, HK=150, VN=38),
    **_rails("malaya", MY=70, TH=50),
    **_rails("central-asia", KZ=65, UZ=90),
    **_rails("egypt", EG=55),
    **_rails("india", IN=55),
    **_rails("japan", JP=140),
    **_rails("korea", KR=115),
    **_rails("morocco", MA=80),
    **_rails("taiwan", TW=130),
}
REGIONAL_RAIL = {"sicily": Rails(60, "europe"), "ireland": Rails(75, "ireland")}
"""Where trains are unlike those of the rest of the country."""
NO_RAILWAY = {
    *("azores", "madeira", "tenerife", "gran-canaria", "canary-islands", "menorca", "ibiza"),
    *("crete", "aegean-islands", "northern-aegean", "ionian-islands", "corfu", "santorini"),
    *("mykonos", "paros", "naxos", "rhodes", "orkney-and-shetland", "outer-hebrides", "gotland"),
    *("bornholm", "hawaii", "oahu", "vancouver-island", "newfoundland", "okinawa", "jeju"),
    *("phu-quoc", "samui", "langkawi"),
}
"""Regions without trains in countries that have them."""
NO_RAILWAY_BOXES = (
    Box("southern-dalmatia", "HR", 42.3, 16.3, 43.35, 18.6),
    Box("evros-border", "GR", 40.85, 26.2, 41.05, 26.4),
    Box("ipsala", "TR", 40.8, 26.3, 41.0, 26.5),
    Box("phuket", "TH", 7.5, 98.0, 9.0, 98.7),
    Box("rocky-mountains", "CA", 50.9, -117.5, 52.5, -115.2),
)
"""Parts of such countries that no train for travellers reaches."""

COACH_KMH = 60
SLOW_COACH_KMH = {
    **{"AL": 42, "BA": 42, "GR": 45, "HR": 45, "ME": 42, "NO": 45, "BG": 50, "RO": 50, "RS": 50},
    **{"BO": 35, "CO": 35, "CR": 40, "EC": 40, "GT": 40, "PE": 30, "IS": 50, "NZ": 45},
    **{"ET": 40, "KE": 50, "MZ": 45, "TZ": 50, "ZM": 50, "ZW": 50},
    **{"ID": 45, "IN": 40, "KH": 45, "LA": 35, "LK": 35, "MM": 40, "NP": 30, "PH": 40, "VN": 45},
}
"""Where coaches take longer than the usual 60 km/h as the crow flies."""


class Pace(NamedTuple):
    """How one gets on between two places of a region: by train or bus, in km/h."""

    mode: Mode
    kmh: float


def rails_at(coordinates: Coordinates, country: str) -> Rails | None:
    """The railways that reach a place, or None."""
    part = region(coordinates, country)
    if part in NO_RAILWAY or box_around(NO_RAILWAY_BOXES, coordinates, country):
        return None
    return REGIONAL_RAIL.get(part) or RAIL.get(country)


def pace_between(here: Coordinates, country: str, there: Coordinates, other_country: str) -> Pace:
    """The train where one runs all the way, else the coach; the slower country decides."""
    one, other = rails_at(here, country), rails_at(there, other_country)
    if one and other and one.network == other.network:
        return Pace(Mode.TRAIN, min(one.kmh, other.kmh))
    return Pace(Mode.BUS, min(SLOW_COACH_KMH.get(c, COACH_KMH) for c in (country, other_country)))
