"""Where the days lead: points and ways, and what pictures there are of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from agents.atlas.records import Coordinates
from planner.plan import TripPlan


class Bounds(NamedTuple):
    """Degrees, WGS 84. `east` may be above 180 where the date line lies between."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class RoutePoint:
    """A place of a day's route. `label` is "1", "2", … in the day's order, "⌂" for the bed."""

    label: str
    name: str
    coordinates: Coordinates
    time: str
    kind: str
    item: int
    """Index of the item in its day."""


@dataclass(frozen=True)
class RouteLeg:
    """A way of the day; `between_cities` ones are not drawn within a city."""

    start: Coordinates
    end: Coordinates
    mode: str
    minutes: int
    km: float
    between_cities: bool


@dataclass(frozen=True)
class DayRoute:
    """One day on the map. `letter` names the day where several share a picture: A, B, C…"""

    day: int
    letter: str
    date: str
    destination: str
    city: str
    points: tuple[RoutePoint, ...]
    legs: tuple[RouteLeg, ...]
    minutes: int
    """On the way, within the city."""
    km: float
    """Straight lines, within the city."""


@dataclass(frozen=True)
class Frame:
    """One picture that can be drawn: `draw(frame.routes, columns, rows, only_day=frame.day)`."""

    label: str
    """ "whole trip", "Kyoto", "Thu 13 May"."""
    routes: tuple[DayRoute, ...]
    day: int | None
    destination: str | None


def routes(plan: TripPlan) -> tuple[DayRoute, ...]:
    """A route for every day, also for one without points."""
    raise NotImplementedError


def bounds(points: Iterable[Coordinates]) -> Bounds | None:
    """The smallest box around `points`, across the date line if that is shorter; None for none."""
    raise NotImplementedError


def frames(plan: TripPlan) -> tuple[Frame, ...]:
    """The pictures of a plan: the whole trip, each stop if there are several, each day."""
    raise NotImplementedError
