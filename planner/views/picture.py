"""Draws routes in braille dots: two by four in a cell, north up, the same scale both ways.

An equirectangular projection around the middle of the picture: exact enough for a city. What
lies far from the rest is named instead of drawn, so that a day trip does not squash the city.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians
from typing import NamedTuple

from agents.atlas.geo import TRAIN_FROM_KM, distance_km
from agents.atlas.records import Coordinates
from agents.atlas.vocabulary import Mode
from planner.views.labels import Labels, Tag, place
from planner.views.raster import Dot, Raster
from planner.views.routes import BED, Bounds, DayRoute, RoutePoint, bounds

KM_A_DEGREE = 111.195
"""Of latitude, on a sphere of the mean earth radius."""
MARGIN = 3
"""Dots left free around the points."""
SMALLEST_KM = 0.4
"""No picture shows less than this across."""
FAR = 3
"""Far off is what is so many times further than usual, and too far for the city's own transit."""
SCALE_SHARE = 0.3
"""The bar takes at most this much of the width."""
SCALE_CELLS = 4
"""And at least so many cells, so that its length means something."""
SCALE_ROWS = 4
"""From so many rows on, the last one is the bar's."""
COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@dataclass(frozen=True)
class MapCell:
    """One cell of a terminal; `day` tells the colour, None for what belongs to no day."""

    character: str = " "
    day: int | None = None
    label: bool = False


@dataclass(frozen=True)
class MapPicture:
    """`rows` lines of `columns` cells."""

    columns: int
    rows: int
    cells: tuple[tuple[MapCell, ...], ...]
    title: str
    """What is shown: "Lisbon, Thu 13 May"."""
    scale: str
    """How long the bar in the picture is: "500 m"; "" where there was no room for one."""
    outside: tuple[str, ...] = ()
    """What has no number in the picture, and why: "4 Pena Palace, 23 km north-west"."""

    @property
    def text(self) -> str:
        """The picture as lines of plain text."""
        return "\n".join("".join(cell.character for cell in row) for row in self.cells)


class _Point(NamedTuple):
    route: DayRoute
    point: RoutePoint
    label: str


class _View(NamedTuple):
    """From degrees to dots: the middle of the picture, and how many kilometres a dot is."""

    middle: Coordinates
    width: int
    height: int
    km_a_dot: float

    def dot(self, at: Coordinates) -> Dot:
        east, north = _offset_km(self.middle, at)
        x = (self.width - 1) / 2 + east / self.km_a_dot
        return Dot(x, (self.height - 1) / 2 - north / self.km_a_dot)


def draw(
    routes: Sequence[DayRoute], columns: int, rows: int, *, only_day: int | None = None
) -> MapPicture:
    """The routes as a picture. Of several cities, the one with most points is shown."""
    columns, rows = max(columns, 0), max(rows, 0)
    shown = _shown(routes, only_day)
    title = _title(routes, shown)
    points = _labelled(shown)
    kept = _together(points) if all(r.destination for r in shown) else points
    map_rows = rows - 1 if rows >= SCALE_ROWS else rows
    box = bounds(p.point.coordinates for p in kept)
    if box is None or not columns or not map_rows:
        blank = tuple((MapCell(),) * columns for _ in range(rows))
        return MapPicture(columns, rows, blank, title, "", _names(points))
    raster = Raster(columns, map_rows)
    view = _fitted(box, raster.width, raster.height)
    for route in shown:
        _draw_legs(raster, view, route)
    tags = [_tag(p, raster.cell(view.dot(p.point.coordinates))) for p in kept]
    labels = place(tags, columns, map_rows)
    cells = [tuple(_cell(raster, labels, x, y) for x in range(columns)) for y in range(map_rows)]
    bar, scale = _scale(view, columns) if map_rows < rows else ("", "")
    if map_rows < rows:
        cells.append(tuple(MapCell(c) for c in bar.ljust(columns)))
    far = (p for p in points if p not in kept)
    outside = [f"{_named(p)}, {_way(view.middle, p.point.coordinates)}" for p in far]
    outside += _crowded_out(kept, labels)
    return MapPicture(columns, rows, tuple(cells), title, scale, tuple(outside))


def _shown(routes: Sequence[DayRoute], only_day: int | None) -> tuple[DayRoute, ...]:
    if only_day is not None:
        return tuple(r for r in routes if r.day == only_day)
    counts: dict[str, int] = {}
    for route in routes:
        counts[route.destination] = counts.get(route.destination, 0) + len(route.points)
    city = max(counts, key=lambda id: counts[id], default="")
    return tuple(r for r in routes if r.destination == city)


def _title(routes: Sequence[DayRoute], shown: Sequence[DayRoute]) -> str:
    if not shown:
        return "nothing to show"
    cities = len({r.destination for r in routes})
    if len(shown) == 1:
        only = shown[0]
        return f"{only.city}, {only.date}" if only.destination else only.city
    return f"{shown[0].city}, one of {cities} cities" if cities > 1 else shown[0].city


def _labelled(shown: Sequence[DayRoute]) -> tuple[_Point, ...]:
    """Days that share a picture are told apart by their letters: "A1", "B2"; the bed by none."""
    several = len(shown) > 1
    return tuple(
        _Point(r, p, f"{r.letter}{p.label}" if several and p.label != BED else p.label)
        for r in shown
        for p in r.points
    )


def _together(points: Sequence[_Point]) -> tuple[_Point, ...]:
    """The points without those far off, if the rest are more than half; else all."""
    spots = list(dict.fromkeys(p.point.coordinates for p in points))
    if not spots:
        return ()
    distances = [sorted(distance_km(a, b) for b in spots) for a in spots]
    heart = min(range(len(spots)), key=lambda n: distances[n][len(spots) // 2])
    usual = distances[heart][(len(spots) - 1) // 2]
    limit = max(TRAIN_FROM_KM, FAR * usual)
    near = tuple(p for p in points if distance_km(spots[heart], p.point.coordinates) <= limit)
    return near if 2 * len(near) > len(points) else tuple(points)


def _fitted(box: Bounds, width: int, height: int) -> _View:
    """The largest scale at which the box fits; a dot is as wide as it is high."""
    middle = ((box.south + box.north) / 2, (box.west + box.east) / 2)
    across = max((box.east - box.west) * _km_a_degree_east(middle[0]), SMALLEST_KM)
    up = max((box.north - box.south) * KM_A_DEGREE, SMALLEST_KM)
    room = max(width - 1 - 2 * MARGIN, 1), max(height - 1 - 2 * MARGIN, 1)
    return _View(middle, width, height, max(across / room[0], up / room[1]))


def _km_a_degree_east(latitude: float) -> float:
    return KM_A_DEGREE * max(cos(radians(latitude)), 0.01)


def _offset_km(middle: Coordinates, at: Coordinates) -> tuple[float, float]:
    """How far east and north `at` is, the short way round the world."""
    east = (at[1] - middle[1] + 180) % 360 - 180
    return east * _km_a_degree_east(middle[0]), (at[0] - middle[0]) * KM_A_DEGREE


def _draw_legs(raster: Raster, view: _View, route: DayRoute) -> None:
    """Solid on foot, dashed by anything else; ways between cities only in the overview."""
    for leg in route.legs:
        if leg.between_cities and route.destination:
            continue
        dashed = leg.mode not in (Mode.WALK.value, "")
        raster.line(view.dot(leg.start), view.dot(leg.end), route.day, dashed=dashed)


def _tag(p: _Point, spot: tuple[int, int]) -> Tag:
    return Tag(p.label, spot, p.route.day)


def _cell(raster: Raster, labels: Labels, column: int, row: int) -> MapCell:
    placed = labels.cells.get((column, row))
    if placed is not None:
        return MapCell(placed[0], placed[1], label=True)
    return MapCell(raster.character(column, row), raster.days.get((column, row)))


def _scale(view: _View, columns: int) -> tuple[str, str]:
    """The bar with its words, and the words alone; both "" where there is no room."""
    km_a_cell = 2 * view.km_a_dot
    most = columns * SCALE_SHARE
    lengths = (digit * 10.0**power for power in range(4, -3, -1) for digit in (5, 2, 1))
    km = next((x for x in lengths if SCALE_CELLS <= x / km_a_cell <= most), None)
    if km is None:
        return "", ""
    words = f"{km:,.0f} km" if km >= 1 else f"{km * 1000:.0f} m"
    bar = f"├{'─' * (round(km / km_a_cell) - 1)}┤ {words}  N ↑"
    return (bar, words) if len(bar) <= columns else ("", "")


def _named(p: _Point) -> str:
    return f"{p.label} {p.point.name}"


def _names(points: Iterable[_Point]) -> tuple[str, ...]:
    return tuple(_named(p) for p in points)


def _way(middle: Coordinates, at: Coordinates) -> str:
    """ "23 km north-west"."""
    east, north = _offset_km(middle, at)
    eighth = round(degrees(atan2(east, north)) / 45) % len(COMPASS)
    return f"{hypot(east, north):.0f} km {COMPASS[eighth]}"


def _crowded_out(points: Iterable[_Point], labels: Labels) -> list[str]:
    lost = {(tag.text, tag.day) for tag in labels.crowded_out}
    return [f"{_named(p)}, too close to others" for p in points if (p.label, p.route.day) in lost]
