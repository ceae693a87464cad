"""What must hold for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import SelectionList
from textual.widgets.selection_list import Selection

from planner.intake import offers
from planner.tui.editors.frame import Editor
from planner.tui.editors.selections import Selections

_OF_THEIR_OWN = ("step_free", "no_flying")


class NeedsEditor(Editor):
    """Step-free ways, no flying, and diets."""

    heading = "What must hold for everybody?"
    corrects: ClassVar[tuple[str, ...]] = ("needs",)

    def body(self) -> ComposeResult:
        own = [need for need in _OF_THEIR_OWN if getattr(self.shown, need)]
        chosen = {*own, *(self.shown.diets or ())}
        yield Selections(
            *(
                Selection(
                    Content.assemble(f"{need.label:<14}", (need.meaning, "$foreground-muted")),
                    need.value,
                    need.value in chosen,
                )
                for need in offers.needs()
            ),
            compact=True,
        )

    def corrections(self) -> Mapping[str, object]:
        chosen = set(self.query_one(SelectionList).selected)
        diets = tuple(sorted(chosen.difference(_OF_THEIR_OWN)))
        return {"diets": diets, **{need: need in chosen for need in _OF_THEIR_OWN}}
