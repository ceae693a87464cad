"""Where the trip starts and ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from planner.intake import offers
from planner.tui.editors.frame import Editor


class OriginEditor(Editor):
    """A city with an airport, or the airport's code; nothing for a trip that starts there."""

    heading = "Where do you start from?"
    corrects: ClassVar[tuple[str, ...]] = ("origin",)

    def body(self) -> ComposeResult:
        names = [place.name for place in offers.destinations()]
        yield Input(
            self.shown.origin or "",
            placeholder="a city, or the code of an airport such as BER",
            suggester=SuggestFromList(names, case_sensitive=False),
            max_length=100,
            compact=True,
            id="origin",
        )
        yield Static("Empty: the way there and back is not planned.", classes="label")

    def corrections(self) -> Mapping[str, object]:
        return {"origin": self.query_one("#origin", Input).value.strip()}
