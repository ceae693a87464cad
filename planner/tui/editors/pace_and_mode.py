"""How full the days are, how crowded, how comfortable, and how much work goes into the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import RadioSet, Static

from planner.intake import offers
from planner.intake.offers import Choice
from planner.tui.editors.dots import Dot, Dots
from planner.tui.editors.frame import Editor

_FIELDS = {"pace": "pace", "crowds": "crowds", "comfort": "tier", "mode": "effort"}


class PaceAndModeEditor(Editor):
    """One choice for each of pace, crowds, comfort and mode; only what was changed is corrected."""

    DEFAULT_CSS = """
    PaceAndModeEditor .group { height: auto; }
    PaceAndModeEditor .group > .label { width: 9; }
    PaceAndModeEditor .group > Dots { width: 1fr; }
    """
    heading = "How should the trip be, and the plan?"
    corrects: ClassVar[tuple[str, ...]] = tuple(_FIELDS)

    def body(self) -> ComposeResult:
        yield from self._group("pace", "Pace", offers.paces())
        yield from self._group("crowds", "Crowds", offers.crowds())
        yield from self._group("comfort", "Comfort", offers.comforts())
        yield from self._group("mode", "Mode", offers.modes())

    def _group(self, part: str, label: str, choices: Sequence[Choice]) -> ComposeResult:
        with Horizontal(classes="group"):
            yield Static(label, classes="label")
            with Dots(id=part, compact=True):
                for choice in choices:
                    meaning = (choice.meaning, "$foreground-muted")
                    yield Dot(
                        Content.assemble(f"{choice.label:<14}", meaning),
                        value=choice.value == self._value_shown(part),
                        name=choice.value,
                        compact=True,
                    )

    def on_mount(self) -> None:
        self.query_one(f"#{self.part}", RadioSet).focus()

    def corrections(self) -> Mapping[str, object]:
        changed: dict[str, object] = {}
        for part, field in _FIELDS.items():
            pressed = self.query_one(f"#{part}", RadioSet).pressed_button
            if pressed and pressed.name != self._value_shown(part):
                changed[field] = pressed.name
        return changed

    def _value_shown(self, part: str) -> str:
        unsaid = {"pace": "normal", "crowds": "mixed", "mode": self.survey.usual_effort}
        return str(getattr(self.shown, _FIELDS[part]) or unsaid.get(part, ""))
