"""Who comes along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from agents.request import MAX_TRAVELLERS
from planner.tui.editors.frame import Editor, Unreadable
from planner.tui.editors.stepper import Stepper

_BETWEEN = re.compile(r"[\s,;/&+]+|\band\b")


class TravellersEditor(Editor):
    """How many adults, and the age of each child."""

    heading = "Who is travelling?"
    corrects: ClassVar[tuple[str, ...]] = ("who",)
    DEFAULT_CSS = """
    TravellersEditor .field { height: 1; margin-bottom: 1; }
    TravellersEditor .label { width: 18; }
    TravellersEditor Input { width: 30; }
    """

    def body(self) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Static("Adults", classes="label")
            adults = 2 if self.shown.adults is None else self.shown.adults
            yield Stepper(adults, least=1, most=MAX_TRAVELLERS, id="adults")
        with Horizontal(classes="field"):
            yield Static("Children's ages", classes="label")
            yield Input(
                ", ".join(map(str, self.shown.children or ())),
                placeholder="none, or ages such as 5, 8",
                max_length=60,
                compact=True,
                id="children",
            )

    def corrections(self) -> Mapping[str, object]:
        words = filter(None, _BETWEEN.split(self.query_one("#children", Input).value))
        return {
            "adults": self.query_one("#adults", Stepper).value,
            "children": tuple(_age(word) for word in words),
        }


def _age(word: str) -> int:
    if not (word.isascii() and word.isdecimal()):
        raise Unreadable(f"{word!r} is no age; write ages in years, such as 5, 8")
    return int(word)
