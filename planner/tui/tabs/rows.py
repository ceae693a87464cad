"""A list whose rows are cells in columns, and fit whatever width they are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from planner.tui.widgets.choices import Choices

GAP = 2


@dataclass(frozen=True)
class Cell:
    """One cell of a row: `width` columns wide, or its `share` of what the others leave.

    It is shown in rows of at least `least` columns. Too long a text ends with "…".
    """

    text: Content
    width: int = 0
    share: int = 0
    right: bool = False
    least: int = 0


def cell(
    text: str,
    style: str = "",
    *,
    width: int = 0,
    share: int = 0,
    right: bool = False,
    least: int = 0,
) -> Cell:
    """A cell of text in one style; the text is put on one line."""
    return Cell(Content.styled(" ".join(text.split()), style), width, share, right, least)


class Row(Visual):
    """Cells side by side on one line."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = tuple(cells)

    def fit(self, width: int) -> Content:
        """The row, exactly `width` columns wide."""
        shown = [c for c in self.cells if width >= c.least]
        left = width - sum(c.width for c in shown) - GAP * (len(shown) - 1)
        shares = sum(c.share for c in shown)
        parts = []
        for one in shown:
            own = one.width
            if one.share:
                own = max(0, left * one.share // shares)
                left, shares = left - own, shares - one.share
            text = one.text.truncate(own, ellipsis=True)
            blank = max(0, own - text.cell_length)
            parts.append(text.pad_left(blank) if one.right else text.pad_right(blank))
        return Content(" " * GAP).join(parts).truncate(width, pad=True)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        return self.fit(width).render_strips(width, 1, style, options) if width else []

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return 1


class Rows(Choices, inherit_bindings=False):
    """A list of rows. Enter is left to the tab around it, so that it can tell it from a click."""

    DEFAULT_CSS = """
    Rows {
        height: 1fr; border: none; padding: 0;
        scrollbar-gutter: stable; scrollbar-size-vertical: 1;
        background: $background;
        & > .option-list--option { padding: 0 1; }
        & > .option-list--option-highlighted {
            background: $primary 15%; color: $foreground; text-style: none;
        }
        &:focus { border: none; background-tint: transparent; }
        &:focus > .option-list--option-highlighted {
            background: $primary 35%; color: $foreground; text-style: none;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor_up", "Up", show=False),
        Binding("down,j", "cursor_down", "Down", show=False),
        Binding("home", "first", "First", show=False),
        Binding("end", "last", "Last", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
    ]

    def __init__(self, *, classes: str = "") -> None:
        super().__init__(classes=classes, markup=False)
