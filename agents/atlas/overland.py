"""The quickest way on the ground and by sea: to a port or a border, across it, and on.

Within a region the way is a straight line at the pace of `agents.atlas.roads`; between regions it
leads over the crossings and ferries of the tables, in whatever order is quickest. No wait for the
next departure is counted, since no timetable is known, but the time to go aboard is.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from heapq import heappop, heappush
from typing import NamedTuple

from agents.atlas import geo
from agents.atlas.crossings import LAND_CROSSINGS, Crossing, End
from agents.atlas.ferries import BOARDING_MINUTES, CHANGE_MINUTES, FERRIES
from agents.atlas.landmass import region
from agents.atlas.roads import pace_between
from agents.atlas.vocabulary import Mode

LONGEST_MINUTES = 48 * 60
SAME_TOWN_KM = 40
"""So near a port one is in its town."""


class Part(NamedTuple):
    """One part of a way: on land, or over a crossing, whose `fare` it adds; `ferry` is its name."""

    mode: Mode
    km: float
    minutes: float
    fare: tuple[float, float] = (0, 0)
    ferry: str = ""

    @property
    def is_far(self) -> bool:
        return bool(self.ferry) or self.km > SAME_TOWN_KM


class Way(NamedTuple):
    """All parts from one end to the other; minutes without the way to the first station."""

    minutes: float
    parts: tuple[Part, ...]

    def with_part(self, part: Part) -> Way:
        """The way that goes on; between a ferry and what is not in the same town one changes."""
        before = next((p for p in reversed(self.parts) if p.is_far), None)
        changes = before is not None and part.is_far and (before.ferry or part.ferry)
        minutes = part.minutes + (CHANGE_MINUTES if changes else 0)
        return Way(self.minutes + minutes, (*self.parts, part))


def quickest(start: End, target: End) -> Way | None:
    """The quickest way that is known, if it takes two days at most."""
    here = _region(target)
    ways = [
        way.with_part(_on_land(end, target))
        for end, way in _ends_reached(start).items()
        if _region(end) == here
    ]
    found = min(ways, default=None)
    return found if found and found.minutes <= LONGEST_MINUTES else None


@lru_cache(maxsize=64)
def _ends_reached(start: End) -> dict[End, Way]:
    """The quickest way to each far end of a crossing, and to where one is (Dijkstra)."""
    reached: dict[End, Way] = {}
    open_ways: list[tuple[Way, End]] = [(Way(0, ()), start)]
    while open_ways:
        way, here = heappop(open_ways)
        if here in reached:
            continue
        reached[here] = way
        for near, far, crossing in _crossings_from(_region(here)):
            onward = way.with_part(_on_land(here, near)).with_part(_across(crossing))
            if far not in reached and onward.minutes <= LONGEST_MINUTES:
                heappush(open_ways, (onward, far))
    return reached


@lru_cache(maxsize=1)
def _crossings_by_region() -> dict[str, list[tuple[End, End, Crossing]]]:
    found = defaultdict(list)
    for crossing in (*LAND_CROSSINGS, *FERRIES):
        one, other = crossing.one, crossing.other
        found[_region(one)].append((one, other, crossing))
        found[_region(other)].append((other, one, crossing))
    return dict(found)


def _crossings_from(name: str) -> list[tuple[End, End, Crossing]]:
    return _crossings_by_region().get(name, [])


@lru_cache(maxsize=1024)
def _region(end: End) -> str:
    return region(end.coordinates, end.country)


@lru_cache(maxsize=32768)
def _on_land(here: End, there: End) -> Part:
    km = geo.distance_km(here.coordinates, there.coordinates)
    pace = pace_between(here.coordinates, here.country, there.coordinates, there.country)
    return Part(pace.mode, km, km / pace.kmh * 60)


@lru_cache(maxsize=1024)
def _across(crossing: Crossing) -> Part:
    km = geo.distance_km(crossing.one.coordinates, crossing.other.coordinates)
    if crossing.mode is Mode.FERRY:
        minutes = crossing.minutes + BOARDING_MINUTES
        return Part(Mode.FERRY, km, minutes, crossing.fare, crossing.name)
    return Part(crossing.mode, km, crossing.minutes, crossing.fare)
