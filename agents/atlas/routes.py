"""Estimates of the way from one city to another: mode, minutes, fare, emissions.

Minutes are door to door, fares one way for one adult; both are our own rough estimates.

- Flight: 45 minutes to the airport, 120 there, 30 for take-off and landing, 800 km/h along the
  great circle, 120 for a change beyond 6,000 km, 20 to leave, then the record's transfer.
- On the ground: 45 minutes to and from stations, then the way of `agents.atlas.overland`, by the
  speeds of `agents.atlas.roads` and the tables of crossings and ferries. It is called after what
  one spends most of the time on.
- kg CO₂e a person, rounded after the UK Government's GHG conversion factors (economy class with
  radiative forcing; the published values moved between 0.15 and 0.20 in recent years): flights
  0.18 kg a passenger kilometre up to 3,700 km and 0.20 beyond, rail 0.035, coach 0.027, ferry on
  foot 0.019; rail over 1.2, road over 1.3 times the great circle.
"""

from __future__ import annotations

from typing import NamedTuple

from agents.atlas import airports, geo
from agents.atlas.crossings import End
from agents.atlas.landmass import region
from agents.atlas.overland import Way, quickest
from agents.atlas.records import Coordinates, Destination, Transfer
from agents.atlas.roads import pace_between
from agents.atlas.vocabulary import Mode

EMISSION_SOURCE = "kg CO₂e: rounded after the UK Government's GHG conversion factors"
DISTANCE_SOURCE = "Great-circle distance; times and fares are Tripartite's estimates"
KG_CO2E_KM = {Mode.TRAIN: 0.035, Mode.BUS: 0.027, Mode.FERRY: 0.019}
SHORT_HAUL_KM, SHORT_HAUL_KG, LONG_HAUL_KG = 3700, 0.18, 0.20
ROUTE_DETOUR = {Mode.TRAIN: 1.2, Mode.BUS: 1.3}

LAND_FARES = {Mode.TRAIN: (10, 0.06, 25, 0.18), Mode.BUS: (5, 0.03, 15, 0.08)}
"""Euros at the least and for each km, then the same at the most."""
NO_FARE_KM = 15
"""Up to so much on land, to a quay in town, costs a city's ride and is not counted."""

LOCAL_KM = 40
STATION_MINUTES = 45
AIRPORT_MINUTES = 45 + 120 + 30 + 20
FLIGHT_KMH = 800
CHANGE_FROM_KM, CHANGE_MINUTES = 6000, 120
TRANSFER_MINUTES = 45
"""From an airport to the centre, where the record does not say."""


class Start(NamedTuple):
    """Where a journey starts; `id` is an atlas id or the name as a slug."""

    id: str
    name: str
    coordinates: Coordinates
    country: str
    airport: str | None


class Route(NamedTuple):
    """One way to go; `fare` low and high in euros, `km` along the great circles of its parts."""

    mode: Mode
    km: float
    minutes: int
    fare: tuple[float, float]
    kg_co2e: float
    ferries: tuple[str, ...] = ()
    """The ferries it takes, each as "Holyhead–Dublin"."""


def emissions_kg(mode: Mode, km: float) -> float:
    """kg CO₂e a person over `km` of great circle; see the module's docstring."""
    if mode is Mode.FLIGHT:
        return km * (SHORT_HAUL_KG if km <= SHORT_HAUL_KM else LONG_HAUL_KG)
    return km * ROUTE_DETOUR.get(mode, 1.0) * KG_CO2E_KM.get(mode, KG_CO2E_KM[Mode.TRAIN])


def by_land(start: Start, place: Destination) -> Route | None:
    """By train, coach and ferry, whatever is quickest; None where no such way is known."""
    here = End(start.name, start.country, start.coordinates)
    there = End(place.name, place.country, place.coordinates)
    km = geo.distance_km(start.coordinates, place.coordinates)
    if km <= LOCAL_KM and region(here.coordinates, here.country) == region(
        there.coordinates, there.country
    ):
        return _local(here, there)
    way = quickest(here, there)
    return None if way is None else _route(way)


def _route(way: Way) -> Route:
    """The parts of a way as one journey."""
    km: dict[Mode, float] = {}
    minutes: dict[Mode, float] = {}
    for part in way.parts:
        km[part.mode] = km.get(part.mode, 0) + part.km
        minutes[part.mode] = minutes.get(part.mode, 0) + part.minutes
    fares = [part.fare for part in way.parts]
    fares += [
        (base + low * km[mode], most + high * km[mode])
        for mode, (base, low, most, high) in LAND_FARES.items()
        if km.get(mode, 0) > NO_FARE_KM
    ]
    return Route(
        max(minutes, key=lambda mode: minutes[mode]),
        sum(km.values()),
        round(STATION_MINUTES + way.minutes),
        (sum(low for low, _ in fares), sum(high for _, high in fares)),
        sum(emissions_kg(mode, length) for mode, length in km.items()),
        tuple(part.ferry for part in way.parts if part.ferry),
    )


def _local(here: End, there: End) -> Route:
    way = geo.travel(here.coordinates, there.coordinates)
    if way.mode is Mode.WALK:
        return Route(Mode.WALK, way.km, way.minutes, (0, 0), 0)
    mode = pace_between(here.coordinates, here.country, there.coordinates, there.country).mode
    return Route(mode, way.km, way.minutes, (2, 3 + way.km / 4), emissions_kg(mode, way.km))


def by_air(start: Start, place: Destination) -> Route | None:
    """A flight between the airports nearest or named; None where both ends share one."""
    leaving, landing = (
        _airport(start.airport, start.coordinates),
        _airport(next(iter(place.airports), None), place.coordinates),
    )
    if leaving.iata == landing.iata:
        return None
    km = geo.distance_km(leaving.coordinates, landing.coordinates)
    transfers = (t.minutes for t in transfers_by_choice(place) if t.airport == landing.iata)
    change = CHANGE_MINUTES if km > CHANGE_FROM_KM else 0
    flying = AIRPORT_MINUTES + km / FLIGHT_KMH * 60 + change
    return Route(
        Mode.FLIGHT,
        km,
        round(flying + next(transfers, TRANSFER_MINUTES)),
        (20 + 0.025 * km, 60 + 0.08 * km),
        emissions_kg(Mode.FLIGHT, km),
    )


def _airport(iata: str | None, coordinates: Coordinates) -> airports.Airport:
    return airports.airport(iata) if iata else airports.nearest(coordinates)


def transfers_by_choice(place: Destination) -> list[Transfer]:
    """The transfers of a destination, quickest first, taxis last."""
    return sorted(place.transfers, key=lambda t: (t.mode is Mode.TAXI, t.minutes, t.airport))
