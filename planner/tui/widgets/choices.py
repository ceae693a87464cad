"""A list to choose from."""

from __future__ import annotations

from typing import Literal

from textual.geometry import Size
from textual.widgets import OptionList

LEAST_WIDTH = 8
"""Columns for which the words are laid out at least: with none Textual cannot wrap them."""


class Choices(OptionList):
    """Textual's own; a page key does nothing while the list has no room.

    Nor is it an error when a terminal of a few columns leaves no room for a word.
    """

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return super().get_content_height(container, viewport, max(width, LEAST_WIDTH))

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if self.scrollable_content_region:  # Textual 8.2.8: without room it does not know its lines
            super()._move_page(direction)
