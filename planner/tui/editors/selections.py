"""A list to choose any number from."""

from __future__ import annotations

from textual.widgets import SelectionList

from planner.tui.widgets.choices import Choices


class Selections(SelectionList[str], Choices):
    """Textual's own, with page keys that do nothing while there is no room."""
