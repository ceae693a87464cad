"""Airports by code, by city and by place, from the `airportsdata` package."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from math import atan2, cos, degrees, hypot, radians, sin
from typing import NamedTuple

from agents.atlas.geo import distance_km
from agents.atlas.records import Coordinates
from agents.errors import UnknownPlace

SPELLING_CUTOFF = 85
SMALL_AIRPORT_KM = 80
"""How much nearer a small airport must be to be preferred to a city's main one."""
MAIN_AIRPORTS = """
AMS: Amsterdam, Utrecht, Haarlem
ATH: Athens, Athen, Athènes, Atene
AUH: Abu Dhabi
BCN: Barcelona, Barcelone, Barcellona
BEG: Belgrade, Belgrad, Beograd
BER: Berlin, Potsdam
BFS BHD: Belfast
BHX: Birmingham
BKK DMK: Bangkok, Krung Thep
BLR: Bangalore, Bengaluru
BOD: Bordeaux
BOM: Mumbai, Bombay
BRU CRL: Brussels, Brüssel, Bruxelles, Brussel
BSL: Basel, Basle, Bâle, Mulhouse
CDG ORY: Paris, Parigi
CGK: Jakarta
CGN: Cologne, Köln, Koeln, Bonn
CMN: Casablanca
CPH: Copenhagen, Kopenhagen, København, Malmö
DEL: Delhi, New Delhi
DFW DAL: Dallas, Fort Worth
DOH: Doha
DUB: Dublin
DUS: Düsseldorf, Duesseldorf
DXB: Dubai
EZE AEP: Buenos Aires
FCO CIA: Rome, Roma, Rom
FLR: Florence, Florenz, Firenze
FRA: Frankfurt, Frankfurt am Main, Mainz, Wiesbaden, Heidelberg, Mannheim
GDN: Gdansk, Gdańsk, Danzig
GIG SDU: Rio de Janeiro, Rio
GLA: Glasgow
GOT: Gothenburg, Göteborg, Göteborg
GRU CGH: Sao Paulo, São Paulo
GVA: Geneva, Genf, Genève, Ginevra
HAJ: Hannover, Hanover
HAM: Hamburg
HAN: Hanoi
HND NRT: Tokyo, Tokio, Yokohama
IAD DCA: Washington, Washington DC
IAH HOU: Houston
ICN GMP: Seoul
IST SAW: Istanbul, Constantinople
JFK EWR LGA: New York, New York City, NYC, Brooklyn, Manhattan
JNB: Johannesburg
KEF: Reykjavik, Reykjavík
KIX ITM: Osaka, Kyoto, Kobe, Nara
KRK: Krakow, Kraków, Krakau, Cracow
KUL: Kuala Lumpur
LAX: Los Angeles
LHR LGW STN LTN LCY: London, Londres, Londra
LIM: Lima
MXP LIN BGY: Milan, Mailand, Milano
LIS: Lisbon, Lissabon, Lisboa, Lisbonne
LYS: Lyon
MAD: Madrid
MAN: Manchester
MEL: Melbourne
MEX: Mexico City, Ciudad de México
MIA: Miami
MRS: Marseille, Marseilles
MUC: Munich, München, Muenchen, Monaco di Baviera
NAP: Naples, Neapel, Napoli
NUE: Nuremberg, Nürnberg
OPO: Porto, Oporto
ORD MDW: Chicago
OSL: Oslo
OTP: Bucharest, Bukarest, București
PEK PKX: Beijing, Peking
PHL: Philadelphia
PMI: Palma, Palma de Mallorca, Mallorca, Majorca
PRG: Prague, Prag, Praha
PVG SHA: Shanghai
RAK: Marrakech, Marrakesh
RTM: Rotterdam, The Hague, Den Haag
SCL: Santiago, Santiago de Chile
SFO: San Francisco
SGN: Ho Chi Minh City, Saigon
SJO: San José, San Jose de Costa Rica
STR: Stuttgart
SVQ: Seville, Sevilla
SXB: Strasbourg, Straßburg
SYD: Sydney
TLS: Toulouse
TLV: Tel Aviv, Jerusalem
TPE: Taipei
TRN: Turin, Torino
VCE TSF: Venice, Venedig, Venezia
VIE: Vienna, Wien, Vienne
VLC: Valencia
WAW WMI: Warsaw, Warschau, Warszawa
YUL: Montreal, Montréal
YVR: Vancouver
YYZ YTZ: Toronto
ZRH: Zurich, Zürich, Zuerich
"""
"""Codes, main one first, and the names of their city: where it has several of either."""


class Airport(NamedTuple):
    """One airport with scheduled or other public flights."""

    iata: str
    name: str
    city: str
    country: str
    coordinates: Coordinates
    time_zone: str


def plain(text: str) -> str:
    """`text` without case, accents and punctuation: "São Paulo" becomes "sao paulo"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(kept.split())


@lru_cache(maxsize=1)
def _airports() -> dict[str, Airport]:
    import airportsdata

    return {
        code: Airport(code, r["name"], r["city"], r["country"], (r["lat"], r["lon"]), r["tz"])
        for code, r in airportsdata.load("IATA").items()
    }


@lru_cache(maxsize=1)
def _cities() -> dict[str, tuple[str, ...]]:
    cities: dict[str, tuple[str, ...]] = {}
    for airport in sorted(_airports().values(), key=_smaller_last):
        if city := plain(airport.city):
            cities[city] = (*cities.get(city, ()), airport.iata)
    for line in MAIN_AIRPORTS.strip().splitlines():
        codes, names = line.split(":")
        cities |= {plain(name): tuple(codes.split()) for name in names.split(",")}
    return cities


def _smaller_last(airport: Airport) -> tuple[bool, str]:
    return "International" not in airport.name, airport.iata


def airport(iata: str) -> Airport:
    """The airport of an IATA code; raises UnknownPlace."""
    known = _airports().get(iata.upper())
    if known is None:
        raise UnknownPlace(
            f"no airport has the code {iata!r}; give a code of three letters or a city"
        )
    return known


def airports_of_city(name: str) -> tuple[Airport, ...]:
    """The airports of a city, main one first; accents, case and small typos do not matter.

    Raises UnknownPlace with the nearest names.
    """
    return airports_at(name) or airports_at(city_meant(name))


def airports_at(name: str) -> tuple[Airport, ...]:
    """The airports of a city that is spelt right, main one first; none where none is known."""
    return tuple(airport(code) for code in _cities().get(plain(name), ()))


def airports_in(country: str) -> tuple[Airport, ...]:
    """The airports of a country, by its code of two letters."""
    return tuple(a for a in _airports().values() if a.country == country)


def middle_of_country(code: str) -> Coordinates | None:
    """The middle of a country's airports, by its code of two letters; None when it has none."""
    there = airports_in(code)
    return _middle(airport.coordinates for airport in there) if there else None


def _middle(points: Iterable[Coordinates]) -> Coordinates:
    """The mean of points on the globe, added up as arrows from its centre.

    A mean of degrees would put Fiji, on both sides of the date line, into the Indian Ocean.
    """
    x = y = z = 0.0
    for north, east in points:
        latitude, longitude = radians(north), radians(east)
        x += cos(latitude) * cos(longitude)
        y += cos(latitude) * sin(longitude)
        z += sin(latitude)
    return degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))


def city_meant(name: str) -> str:
    """The city with an airport that a small typo stands for; `name` itself when it is spelt right.

    Raises UnknownPlace with the nearest names.
    """
    from rapidfuzz import fuzz, process

    cities, wanted = _cities(), plain(name)
    if wanted in cities:
        return name
    near = process.extract(wanted, cities.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=70)
    if not near or near[0][1] < SPELLING_CUTOFF:
        known = [_titled(city) for city, _, _ in near]
        raise UnknownPlace(f"no city {name!r} with an airport is known", known)
    return _titled(near[0][0])


def _titled(city: str) -> str:
    """A plain name as its airport writes it, with its accents where it has them."""
    written = airport(_cities()[city][0]).city
    return written if plain(written) == city else city.title()


def nearest(coordinates: Coordinates) -> Airport:
    """The nearest airport; a city's main one goes before a small one up to 80 km nearer."""
    main = _main_codes()

    def handicapped_km(candidate: Airport) -> float:
        handicap = 0 if candidate.iata in main else SMALL_AIRPORT_KM
        return distance_km(coordinates, candidate.coordinates) + handicap

    return min(_airports().values(), key=handicapped_km)


@lru_cache(maxsize=1)
def _main_codes() -> frozenset[str]:
    return frozenset(line[:3] for line in MAIN_AIRPORTS.strip().splitlines())
