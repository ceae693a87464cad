"""A list to choose any number from."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widgets import SelectionList

from planner.tui.widgets.choices import Choices


class Selections(SelectionList[str], Choices):
    """`[x]` before what is chosen and `[ ]` before the rest, so that it reads without colour.

    Page keys do nothing while there is no room.
    """

    DEFAULT_CSS = """
    Selections { max-height: 100%; }
    Selections > .selection-list--button, Selections > .selection-list--button-highlighted {
        color: $foreground-muted; background: transparent;
    }
    Selections > .selection-list--button-selected,
    Selections > .selection-list--button-selected-highlighted {
        color: $text-success; background: transparent; text-style: bold;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", "Choose")]

    def render_line(self, y: int) -> Strip:
        """Textual's line, its three cells for the mark written anew."""
        line = super().render_line(y)
        index = self.scroll_offset.y + y
        if index >= self.option_count:
            return line
        _, inner, _, gap, *words = line
        below = Style(bgcolor=gap.style.bgcolor if gap.style else None)
        chosen = self.get_option_at_index(index).value in self.selected
        style = (inner.style or Style()) + below
        marks = [Segment(mark, style) for mark in ("[x]" if chosen else "[ ]")]
        return Strip([*marks, gap, *words])
