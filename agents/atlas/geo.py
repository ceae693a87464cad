"""Distances, and estimates of how long it takes to get from one place of a city to another."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from agents.atlas.records import Coordinates
from agents.atlas.vocabulary import Mode

EARTH_DIAMETER_KM = 12742.0176

WALK_KMH = 4.8
WALK_DETOUR = 1.25
HILLY_SLOWDOWN = 1.2
WALK_LIMIT_MINUTES = 24.0

TRANSIT_DETOUR = 1.3
STREET_KMH = 20.0
METRO_KMH = 30.0
STREET_KM = 5.0
TRANSIT_ACCESS_MINUTES = 12.0
TRANSIT_WAIT_MINUTES = 6.0

TRAIN_FROM_KM = 15.0
TRAIN_KMH = 50.0
TRAIN_OVERHEAD_MINUTES = 28.0

_WALK_MINUTES_KM = WALK_DETOUR * 60 / WALK_KMH
_STREET_MINUTES_KM = TRANSIT_DETOUR * 60 / STREET_KMH
_METRO_MINUTES_KM = TRANSIT_DETOUR * 60 / METRO_KMH
_TRAIN_MINUTES_KM = TRANSIT_DETOUR * 60 / TRAIN_KMH


class Travel(NamedTuple):
    """One way between two places: minutes door to door, of which `walk_minutes` on foot.

    `km` is the straight line. `Mode.METRO` stands for whatever runs in the city.
    """

    mode: Mode
    minutes: int
    walk_minutes: int
    km: float


def distance_km(a: Coordinates, b: Coordinates) -> float:
    """Great-circle distance (haversine, mean earth radius 6,371.0088 km: IUGG)."""
    latitude_a, latitude_b = radians(a[0]), radians(b[0])
    half = (
        sin((latitude_b - latitude_a) / 2) ** 2
        + cos(latitude_a) * cos(latitude_b) * sin(radians(b[1] - a[1]) / 2) ** 2
    )
    return EARTH_DIAMETER_KM * asin(sqrt(min(1.0, half)))


def travel(a: Coordinates, b: Coordinates, hilly: bool = False) -> Travel:
    """An estimate from `a` to `b`, the same both ways, at least a minute unless they are one place.

    - On foot up to 24 minutes (1.5 km): 4.8 km/h, the lower end of 80-95 m/min that Finnis and
      Walton (Ergonomics, 2008) measured in streets, over 1.25 times the straight line (Newell
      1980: 1.2 for random points in a city; O'Sullivan and Morrall 1996: 1.21-1.23 on foot to
      transit; short ways bend more, Giacomin and Levinson 2015). Hilly cities take 1.2 times as
      long: Tobler's hiking function (1993) for 5 % uphill.
    - By city transit beyond: 12 minutes of walking to and from stops, 6 of waiting, a ride over
      1.3 times the straight line at 20 km/h for 5 km and 30 km/h after, between Brussels' trams
      (16 km/h in 2022: Brussels Mobility) and London's Underground (33 km/h: Transport for London).
    - By regional train beyond 15 km: 12 minutes on foot, 28 to the station and for the train,
      50 km/h with stops: our estimate.
    """
    km = distance_km(a, b)
    if km == 0.0:
        return Travel(Mode.WALK, 0, 0, 0.0)
    slowdown = HILLY_SLOWDOWN if hilly else 1.0
    walk = km * _WALK_MINUTES_KM * slowdown
    if walk <= WALK_LIMIT_MINUTES:
        minutes = max(1, round(walk))
        return Travel(Mode.WALK, minutes, minutes, km)
    access = TRANSIT_ACCESS_MINUTES * slowdown
    if km > TRAIN_FROM_KM:
        minutes = round(access + TRAIN_OVERHEAD_MINUTES + km * _TRAIN_MINUTES_KM)
        return Travel(Mode.TRAIN, minutes, round(access), km)
    ride = min(km, STREET_KM) * _STREET_MINUTES_KM + max(0.0, km - STREET_KM) * _METRO_MINUTES_KM
    return Travel(Mode.METRO, round(access + TRANSIT_WAIT_MINUTES + ride), round(access), km)
