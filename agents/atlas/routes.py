"""Estimates of the way from one city to another: mode, minutes, fare, emissions.

Minutes are door to door, fares one way for one adult; both are our own rough estimates.

- Flight: 45 minutes to the airport, 120 there, 30 for take-off and landing, 800 km/h along the
  great circle, 120 for a change beyond 6,000 km, 20 to leave, then the record's transfer.
- Train: 45 minutes to and from stations, 115 km/h as the crow flies between countries with fast
  lines, 75 elsewhere. Coach where trains are few: 60 km/h.
- kg CO₂e a person, rounded after the UK Government's GHG conversion factors (economy class with
  radiative forcing; the published values moved between 0.15 and 0.20 in recent years): flights
  0.18 kg a passenger kilometre up to 3,700 km and 0.20 beyond, rail 0.035, coach 0.027, ferry on
  foot 0.019; rail over 1.2, road over 1.3 times the great circle.
"""

from __future__ import annotations

from typing import NamedTuple

from agents.atlas import airports, geo
from agents.atlas.landmass import landmass
from agents.atlas.records import Coordinates, Destination, Kind, Mode, Transfer

EMISSION_SOURCE = "kg CO₂e: rounded after the UK Government's GHG conversion factors"
DISTANCE_SOURCE = "Great-circle distance; times and fares are Tripartite's estimates"
KG_CO2E_KM = {Mode.TRAIN: 0.035, Mode.BUS: 0.027, Mode.FERRY: 0.019}
SHORT_HAUL_KM, SHORT_HAUL_KG, LONG_HAUL_KG = 3700, 0.18, 0.20
ROUTE_DETOUR = {Mode.TRAIN: 1.2, Mode.BUS: 1.3}

LOCAL_KM = 40
STATION_MINUTES = 45
FAST_TRAIN_KMH, SLOW_TRAIN_KMH, COACH_KMH = 115, 75, 60
AIRPORT_MINUTES = 45 + 120 + 30 + 20
FLIGHT_KMH = 800
CHANGE_FROM_KM, CHANGE_MINUTES = 6000, 120
TRANSFER_MINUTES = 45
"""From an airport to the centre, where the record does not say."""
FAST_RAIL = {
    *("AT", "BE", "CH", "CN", "DE", "DK", "ES", "FR", "GB", "IT", "JP", "KR", "NL", "SE", "TW"),
}
RAIL = FAST_RAIL | {
    *("BG", "CA", "CZ", "EE", "EG", "FI", "GR", "HK", "HR", "HU", "IE", "IN", "KZ", "LT", "LU"),
    *("LV", "MA", "MC", "MY", "NO", "PL", "PT", "RO", "RS", "SI", "SK", "TH", "TR", "UA", "US"),
    *("UZ", "VN"),
}


class Start(NamedTuple):
    """Where a journey starts; `id` is an atlas id or the name as a slug."""

    id: str
    name: str
    coordinates: Coordinates
    country: str
    airport: str | None


class Route(NamedTuple):
    """One way to go; `fare` low and high in euros, `km` along the great circle."""

    mode: Mode
    km: float
    minutes: int
    fare: tuple[float, float]
    kg_co2e: float


def emissions_kg(mode: Mode, km: float) -> float:
    """kg CO₂e a person over `km` of great circle; see the module's docstring."""
    if mode is Mode.FLIGHT:
        return km * (SHORT_HAUL_KG if km <= SHORT_HAUL_KM else LONG_HAUL_KG)
    return km * ROUTE_DETOUR.get(mode, 1.0) * KG_CO2E_KM.get(mode, KG_CO2E_KM[Mode.TRAIN])


def by_land(start: Start, place: Destination) -> Route | None:
    """By train or coach; None across water."""
    km = geo.distance_km(start.coordinates, place.coordinates)
    if km <= LOCAL_KM:
        return _local(start, place)
    apart = landmass(start.coordinates, start.country) != landmass(place.coordinates, place.country)
    if apart or Kind.ISLAND in place.kinds:
        return None
    ends = {start.country, place.country}
    if ends <= RAIL:
        mode, fare = Mode.TRAIN, (10 + 0.06 * km, 25 + 0.18 * km)
        kmh = FAST_TRAIN_KMH if ends <= FAST_RAIL else SLOW_TRAIN_KMH
    else:
        mode, fare, kmh = Mode.BUS, (5 + 0.03 * km, 15 + 0.08 * km), COACH_KMH
    return Route(mode, km, round(STATION_MINUTES + km / kmh * 60), fare, emissions_kg(mode, km))


def _local(start: Start, place: Destination) -> Route:
    way = geo.travel(start.coordinates, place.coordinates)
    if way.mode is Mode.WALK:
        return Route(Mode.WALK, way.km, way.minutes, (0, 0), 0)
    kg = emissions_kg(Mode.TRAIN, way.km)
    return Route(Mode.TRAIN, way.km, way.minutes, (2, 3 + way.km / 4), kg)


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
