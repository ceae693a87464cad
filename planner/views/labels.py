"""Puts numbers beside the points of a picture, so that none covers another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Spot = tuple[int, int]
"""Column and row of a cell."""
MARKER = "•"
MOST_SHARED = 3
"""More labels than this in one cell are given as the first and how many more."""
REACH = 3
"""How many cells a label may move aside."""


@dataclass(frozen=True)
class Tag:
    """A label, the cell of its point, and the day that gives its colour."""

    text: str
    spot: Spot
    day: int


@dataclass
class Labels:
    """What was placed: one character a cell, and the tags for which there was no room."""

    columns: int
    rows: int
    cells: dict[Spot, tuple[str, int]] = field(default_factory=dict)
    crowded_out: list[Tag] = field(default_factory=list)


def place(tags: Iterable[Tag], columns: int, rows: int) -> Labels:
    """Place every tag at its point or next to it; those of one cell share: "2·5"."""
    labels = Labels(columns, rows)
    shared: dict[Spot, list[Tag]] = {}
    for tag in tags:
        own = shared.setdefault(tag.spot, [])
        if all(tag.text != other.text for other in own):
            own.append(tag)
    taken: set[Spot] = set()
    for spot, own in shared.items():
        text = _joined(own)
        start = next(_free(spot, len(text), labels, taken, shared), None)
        if start is None:
            labels.crowded_out += own
            labels.cells.setdefault(spot, (MARKER, own[0].day))
            continue
        column, row = start
        covered = [(column + n, row) for n in range(len(text))]
        labels.cells |= {cell: (c, own[0].day) for cell, c in zip(covered, text, strict=True)}
        taken |= set(covered)
        if spot not in covered:
            labels.cells[spot] = (MARKER, own[0].day)
            taken.add(spot)
    return labels


def _joined(tags: Sequence[Tag]) -> str:
    if len(tags) > MOST_SHARED:
        return f"{tags[0].text}+{len(tags) - 1}"
    return "·".join(tag.text for tag in tags)


def _free(
    spot: Spot, size: int, labels: Labels, taken: set[Spot], points: Mapping[Spot, object]
) -> Iterator[Spot]:
    """Where a label of `size` cells can start, nearest first, a cell away from other labels."""
    for column, row in sorted(_around(spot, size), key=lambda s: _away(spot, s, size)):
        inside = column >= 0 and column + size <= labels.columns and 0 <= row < labels.rows
        covered = [(column + n, row) for n in range(size)]
        apart = not any((column + n, row) in taken for n in range(-1, size + 1))
        if inside and apart and not any(c in points and c != spot for c in covered):
            yield column, row


def _around(spot: Spot, size: int) -> Iterator[Spot]:
    column, row = spot
    for y in range(row - REACH, row + REACH + 1):
        for x in range(column - size - REACH + 1, column + REACH + 1):
            yield x, y


def _away(spot: Spot, start: Spot, size: int) -> tuple[int, int, int, int]:
    """On the point first, then beside it; to the right before the left, below before above."""
    column, row = start
    left, right = spot[0] - (column + size - 1), column - spot[0]
    aside = max(left, right, 0)
    return (aside + 2 * abs(row - spot[1]), abs(row - spot[1]), abs(right), -row)
