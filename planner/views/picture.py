"""Draws routes in braille dots: two by four in a cell, north up, the same scale both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.views.routes import DayRoute


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
    """What is not in the picture and how far off: "4 Pena Palace, 23 km north-west"."""

    @property
    def text(self) -> str:
        """The picture as lines of plain text."""
        return "\n".join("".join(cell.character for cell in row) for row in self.cells)


def draw(
    routes: Sequence[DayRoute], columns: int, rows: int, *, only_day: int | None = None
) -> MapPicture:
    """The routes as a picture. Of several cities, the one with most points is shown."""
    raise NotImplementedError
