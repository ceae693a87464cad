"""What may be spent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, RadioSet, Select, Static

from planner.intake import offers
from planner.tui.editors.dots import Dot, Dots
from planner.tui.editors.frame import Editor, Unreadable

_FIGURE = re.compile(r"\d[\d.,' ]*k?$")
_SPANS = (
    ("", "for everybody, the whole trip"),
    (" per person", "for each person, the whole trip"),
    (" a day", "for everybody, each day"),
    (" per person a day", "for each person, each day"),
)


class BudgetEditor(Editor):
    """An amount, its currency, and what it is for; no amount is no limit."""

    heading = "What may it cost?"
    corrects: ClassVar[tuple[str, ...]] = ("budget",)
    DEFAULT_CSS = """
    BudgetEditor #amount { width: 16; margin-right: 2; }
    BudgetEditor #currency { width: 34; }
    BudgetEditor #amounts { height: 1; }
    BudgetEditor RadioSet { margin-top: 1; }
    """

    def body(self) -> ComposeResult:
        said = offers.budget_in_parts(self.shown.budget or "")
        currencies = [(f"{c.value}  {c.meaning}", c.value) for c in offers.currencies()]
        with Horizontal(id="amounts"):
            yield Input(
                said.figure if said else self.shown.budget or "",
                placeholder="no limit",
                max_length=20,
                compact=True,
                id="amount",
            )
            yield Select(
                currencies,
                value=said.currency if said else "EUR",
                allow_blank=False,
                compact=True,
                id="currency",
            )
        chosen = 2 * said.per_day + said.per_person if said else 0
        with Dots(id="span", compact=True):
            for n, (_, label) in enumerate(_SPANS):
                yield Dot(label, value=n == chosen, compact=True)
        yield Static("The way there and back is part of it. Empty: no limit.", classes="label")

    def corrections(self) -> Mapping[str, object]:
        figure = self.query_one("#amount", Input).value.strip()
        if not figure:
            return {"budget": ""}
        if not _FIGURE.match(figure):
            raise Unreadable(f"{figure!r} is no amount; write it in figures, such as 1500")
        span = _SPANS[max(0, self.query_one("#span", RadioSet).pressed_index)][0]
        currency = self.query_one("#currency", Select).value
        return {"budget": f"{figure} {currency}{span}"}
