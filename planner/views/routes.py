"""Where the days lead: points and ways, and what pictures there are of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from agents.atlas.geo import distance_km
from agents.atlas.records import Coordinates
from agents.text import short_date
from planner.plan import Category, Committed, Day, Item, Leg, Meal, Stay, TripPlan, Visit
from planner.views import places

BED = "⌂"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


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
    item: int | None = None
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
    """One day on the map. `letter` names the day where several share a picture: A, B, C…

    In the overview of a trip with several cities the one route has no `destination`; its points
    are the cities, and its ways lead from one to the next.
    """

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
    return tuple(_route(plan, number, day) for number, day in enumerate(plan.days))


def _route(plan: TripPlan, number: int, day: Day) -> DayRoute:
    legs = tuple(_leg(item) for item in day.items if isinstance(item, Leg))
    within = [leg for leg in legs if not leg.between_cities]
    return DayRoute(
        day=number,
        letter=LETTERS[number % len(LETTERS)],
        date=short_date(day.date),
        destination=day.stop,
        city=places.city(plan, day.stop),
        points=tuple(_points(day)),
        legs=legs,
        minutes=sum(leg.minutes for leg in within),
        km=round(sum(leg.km for leg in within), 2),
    )


def _points(day: Day) -> Iterator[RoutePoint]:
    """What has a place of its own; a meal somewhere around the last place has none."""
    number = 0
    for index, item in enumerate(day.items):
        if item.coordinates is None or not _is_point(item):
            continue
        number += not isinstance(item, Stay)
        yield RoutePoint(
            label=BED if isinstance(item, Stay) else str(number),
            name=item.title,
            coordinates=item.coordinates,
            time=f"{item.start:%H:%M}",
            kind=item.kind,
            item=index,
        )


def _is_point(item: Item) -> bool:
    at_a_table = isinstance(item, Meal) and item.place_id is not None
    return at_a_table or isinstance(item, (Visit, Committed, Stay))


def _leg(leg: Leg) -> RouteLeg:
    return RouteLeg(
        start=leg.from_coordinates,
        end=leg.to_coordinates,
        mode=leg.mode.value,
        minutes=round((leg.end - leg.start).total_seconds() / 60),
        km=leg.km,
        between_cities=leg.cost is not None and leg.cost.category is Category.TRAVEL,
    )


def bounds(points: Iterable[Coordinates]) -> Bounds | None:
    """The smallest box around `points`, across the date line if that is shorter; None for none."""
    known = list(points)
    if not known:
        return None
    latitudes = [latitude for latitude, _ in known]
    round_the_world = sorted({longitude for _, longitude in known})
    gaps = [(b - a, a, b) for a, b in pairwise(round_the_world)]
    west, east = round_the_world[0], round_the_world[-1]
    widest = max(gaps, default=(0.0, west, east))
    if widest[0] > 360 - (east - west):
        west, east = widest[2], widest[1] + 360
    return Bounds(min(latitudes), west, max(latitudes), east)


def frames(plan: TripPlan) -> tuple[Frame, ...]:
    """The pictures of a plan: the whole trip, each stop if there are several, each day."""
    found = routes(plan)
    days = tuple(Frame(r.date, (r,), r.day, r.destination) for r in found)
    if len(found) < 2:
        return days
    by_city: dict[str, list[DayRoute]] = {}
    for route in found:
        by_city.setdefault(route.destination, []).append(route)
    if len(by_city) == 1:
        return (Frame("whole trip", found, None, found[0].destination), *days)
    stops = (Frame(own[0].city, tuple(own), None, id) for id, own in by_city.items())
    return (Frame("whole trip", (_overview(plan),), None, None), *stops, *days)


def _overview(plan: TripPlan) -> DayRoute:
    """The stops as points, joined in their order; a stop that the atlas lost is left out."""
    records = [(stop, places.destination(stop.destination)) for stop in plan.stops]
    stops = [(stop, record) for stop, record in records if record is not None]
    legs = tuple(
        RouteLeg(
            a.coordinates,
            b.coordinates,
            "",
            0,
            round(distance_km(a.coordinates, b.coordinates), 1),
            True,
        )
        for (_, a), (_, b) in pairwise(stops)
    )
    points = tuple(
        RoutePoint(str(number), stop.name, record.coordinates, short_date(stop.arrive), "stop")
        for number, (stop, record) in enumerate(stops, 1)
    )
    return DayRoute(0, "", "whole trip", "", "whole trip", points, legs, 0, sum(x.km for x in legs))
