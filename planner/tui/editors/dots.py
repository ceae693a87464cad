"""One of several."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import RadioButton, RadioSet


class Dot(RadioButton):
    """`(•)` before the one that is chosen and `( )` before the rest, so that it reads without colour."""

    DEFAULT_CSS = """
    Dot > .toggle--button { color: $foreground-muted; background: transparent; }
    Dot.-on > .toggle--button {
        color: $text-success; background: transparent; text-style: bold;
    }
    """

    @property
    def _button(self) -> Content:
        style = self.get_visual_style("toggle--button")
        return Content.styled("(•)" if self.value else "( )", style)


class Dots(RadioSet):
    """Several, of which one is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "toggle_button", "Choose")]

    def action_next_button(self) -> None:
        super().action_next_button()
        self.show_cursor()

    def action_previous_button(self) -> None:
        super().action_previous_button()
        self.show_cursor()

    def show_cursor(self) -> None:
        """Scrolls to the one under the cursor, wherever the set itself is scrolled."""
        for dot in self.query("Dot.-selected"):
            dot.scroll_visible(animate=False)
