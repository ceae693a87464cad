"""The rows of the activities, and the heads above them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from planner.tui.tabs.rows import GAP, Cell, Row, cell
from planner.tui.tabs.telling import MARK_STYLES
from planner.views.activities import UNVERIFIED, FoundActivity
from planner.views.words import length

NAME = 24
"""Columns that a name has before less important cells are shown."""
WHEN, HOURS = 18, 18
SORTED = " ▾"


@dataclass(frozen=True)
class Columns:
    """How wide the cells are: as wide as what is in them. The name has the rest."""

    kind: int
    takes: int
    crowd: int
    price: int

    @classmethod
    def of(cls, found: Sequence[FoundActivity]) -> Columns:
        def widest(title: str, texts: Iterable[str]) -> int:
            return max(map(cell_len, (title, *texts)))

        return cls(
            kind=widest(f"Kind{SORTED}", (one.kind for one in found)),
            takes=widest("Takes", map(takes_of, found)),
            crowd=widest(f"Crowd{SORTED}", (one.crowd_words for one in found)),
            price=widest(f"Price{SORTED}", (one.price for one in found)),
        )

    def row(self, mark: Cell, name: Cell, *cells: tuple[str, str]) -> Row:
        """Texts and their styles: kind, when, how long, crowd, hours, price."""
        kind, when, takes, crowd, hours, price = cells
        takes_from = 1 + NAME + self.kind + WHEN + self.price + self.takes + 5 * GAP
        crowd_from = takes_from + self.crowd + GAP
        return Row(
            [
                mark,
                name,
                cell(*kind, width=self.kind),
                cell(*when, width=WHEN),
                cell(*takes, width=self.takes, right=True, least=takes_from),
                cell(*crowd, width=self.crowd, least=crowd_from),
                cell(*hours, width=HOURS, least=crowd_from + HOURS + GAP),
                cell(*price, width=self.price, right=True),
            ]
        )


def heads(columns: Columns, sort: str) -> Row:
    def titled(title: str, key: str) -> tuple[str, str]:
        return (f"{title}{SORTED}" if key == sort else title), ""

    return columns.row(
        cell("", width=1),
        cell(*titled("Name", "name"), share=1),
        titled("Kind", "kind"),
        titled("When, or why not", "day"),
        ("Takes", ""),
        titled("Crowd", "crowd"),
        ("Hours", ""),
        titled("Price", "price"),
    )


def row_of(found: FoundActivity, columns: Columns) -> Row:
    mark, muted = mark_of(found), "$foreground-muted"
    style = "" if found.in_plan else muted
    told = (found.kind, found.when or found.short, takes_of(found), found.crowd_words)
    return columns.row(
        cell(mark, MARK_STYLES.get(mark, muted), width=1),
        cell(found.name, "bold" if found.in_plan else muted, share=1),
        *((text, style) for text in (*told, found.hours, found.price)),
    )


def mark_of(found: FoundActivity) -> str:
    return "✓" if found.in_plan else "?" if found.state == UNVERIFIED else "–"


def takes_of(found: FoundActivity) -> str:
    return "" if found.minutes is None else length(found.minutes)
