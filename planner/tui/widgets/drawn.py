"""A text that is drawn anew for every width."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual


class Drawn(Visual):
    """What `lines` gives for a width in columns, one line each."""

    def __init__(self, lines: Callable[[int], Sequence[Content]]) -> None:
        self._lines = lines
        self._drawn: tuple[int, Content] = (-1, Content(""))

    def fit(self, width: int) -> Content:
        """The lines, none wider than `width` columns."""
        if self._drawn[0] != width:
            cut = [line.truncate(width, ellipsis=True) for line in self._lines(width)]
            self._drawn = width, Content("\n").join(cut)
        return self._drawn[1]

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        return self.fit(width).render_strips(width, height, style, options) if width else []

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return len(self.fit(width).plain.split("\n")) if width else 0
