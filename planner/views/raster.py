"""Braille dots on a grid of terminal cells: two across and four down in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

BLANK = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot of a braille cell, by row and column."""
DASH = 3
"""Dots drawn, and then left out, of a dashed line."""


class Dot(NamedTuple):
    """A spot in dots from the top left corner; not yet on the grid."""

    x: float
    y: float


@dataclass
class Raster:
    """`columns` by `rows` cells; `days` tells who drew last in a cell."""

    columns: int
    rows: int
    bits: dict[tuple[int, int], int] = field(default_factory=dict)
    """Cell (column, row) to its dots."""
    days: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return self.columns * 2

    @property
    def height(self) -> int:
        return self.rows * 4

    def cell(self, dot: Dot) -> tuple[int, int]:
        """The cell that `dot` is in, or the one nearest to it."""
        column, row = round(dot.x) // 2, round(dot.y) // 4
        return min(max(column, 0), self.columns - 1), min(max(row, 0), self.rows - 1)

    def line(self, start: Dot, end: Dot, day: int, *, dashed: bool) -> None:
        """Draw what is on the grid of the straight line from `start` to `end`."""
        clipped = self._clipped(start, end)
        if clipped is None:
            return
        (a, b), (c, d) = ((round(p.x), round(p.y)) for p in clipped)
        for step, (x, y) in enumerate(_bresenham(a, b, c, d)):
            if not dashed or step // DASH % 2 == 0:
                self._set(x, y, day)

    def _set(self, x: int, y: int, day: int) -> None:
        if 0 <= x < self.width and 0 <= y < self.height:
            cell = (x // 2, y // 4)
            self.bits[cell] = self.bits.get(cell, 0) | _DOTS[y % 4][x % 2]
            self.days[cell] = day

    def _clipped(self, start: Dot, end: Dot) -> tuple[Dot, Dot] | None:
        """The part of a line within the grid, by Liang and Barsky (1984); None where there is none."""
        dx, dy = end.x - start.x, end.y - start.y
        first, last = 0.0, 1.0
        for p, q in (
            (-dx, start.x),
            (dx, self.width - 1 - start.x),
            (-dy, start.y),
            (dy, self.height - 1 - start.y),
        ):
            if p == 0:
                if q < 0:
                    return None
            elif p < 0:
                first = max(first, q / p)
            else:
                last = min(last, q / p)
        if first > last:
            return None
        ends = (Dot(start.x + t * dx, start.y + t * dy) for t in (first, last))
        return next(ends), next(ends)

    def character(self, column: int, row: int) -> str:
        """A braille character, or a space where nothing is drawn."""
        bits = self.bits.get((column, row), 0)
        return chr(BLANK + bits) if bits else " "


def _bresenham(x: int, y: int, end_x: int, end_y: int) -> Iterator[tuple[int, int]]:
    """The dots of a straight line, both ends included (Bresenham 1965)."""
    dx, dy = abs(end_x - x), -abs(end_y - y)
    step_x, step_y = (1 if x < end_x else -1), (1 if y < end_y else -1)
    error = dx + dy
    while True:
        yield x, y
        if (x, y) == (end_x, end_y):
            return
        doubled = 2 * error
        if doubled >= dy:
            error += dy
            x += step_x
        if doubled <= dx:
            error += dx
            y += step_y
