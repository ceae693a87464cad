"""What the travellers like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import SelectionList
from textual.widgets.selection_list import Selection

from planner.intake import offers
from planner.tui.editors.frame import Editor
from planner.tui.editors.selections import Selections


class InterestsEditor(Editor):
    """Any number of interests; with none, a bit of everything."""

    heading = "What do you like?"
    corrects: ClassVar[tuple[str, ...]] = ("interests",)
    DEFAULT_CSS = "InterestsEditor SelectionList { height: 13; }"

    def body(self) -> ComposeResult:
        chosen = self.shown.interests or ()
        yield Selections(
            *(Selection(c.label, c.value, c.value in chosen) for c in offers.interests()),
            compact=True,
        )

    def corrections(self) -> Mapping[str, object]:
        return {"interests": tuple(self.query_one(SelectionList).selected)}
