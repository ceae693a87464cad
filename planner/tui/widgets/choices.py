"""A list to choose from."""

from __future__ import annotations

from typing import Literal

from textual.widgets import OptionList


class Choices(OptionList):
    """Textual's own; a page key does nothing while the list has no room."""

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if self.scrollable_content_region:  # Textual 8.2.8: without room it does not know its lines
            super()._move_page(direction)
