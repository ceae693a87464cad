"""What must be in the trip, what must not, and what has a time of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static
from textual.widgets.selection_list import Selection

from agents.errors import FieldProblem
from planner.intake import Options
from planner.intake.entries import Entry, entries, entry_named, kinds, sights, with_entries
from planner.tui.editors.frame import Editor, Unreadable
from planner.tui.editors.selections import Selections

_LABELS = {"musts": "Must be in", "nevers": "Leave out", "commitments": "At a time"}
_HINTS = {
    "musts": "a place; Enter adds it",
    "nevers": "a place, or a kind such as markets",
    "commitments": "such as dinner with Ana, Friday 20:30",
}


class FixedEditor(Editor):
    """All that is fixed in one list, to be unticked; and a field for each sort to add to it."""

    heading = "What is fixed?"
    corrects: ClassVar[tuple[str, ...]] = ("fixed",)
    DEFAULT_CSS = """
    FixedEditor Selections { height: auto; max-height: 8; margin-bottom: 1; }
    FixedEditor .field { height: 1; }
    FixedEditor .field .label { width: 12; }
    FixedEditor .field Input { width: 1fr; }
    FixedEditor.-cramped Selections { margin: 0; }
    """

    def body(self) -> ComposeResult:
        self._before = entries(self.shown)
        self._entries = list(self._before)
        yield Static("Nothing is fixed yet.", id="nothing", classes="label")
        yield Selections(compact=True)
        places = sights(self._trip)
        known = {"musts": places, "nevers": (*kinds(), *places), "commitments": ()}
        for field, label in _LABELS.items():
            with Horizontal(classes="field"):
                yield Static(label, classes="label")
                yield Input(
                    placeholder=_HINTS[field],
                    suggester=SuggestFromList(known[field], case_sensitive=False),
                    max_length=120,
                    compact=True,
                    id=field,
                )

    def on_mount(self) -> None:
        self._list(set(range(len(self._entries))))
        listed = self.query_one(Selections)
        (listed if self._entries else self.query_one("#musts", Input)).focus()

    def beside(self) -> Options:
        """All entries that stay, those that are not corrected too, on the days of the trip."""
        stay = [self._entries[n] for n in sorted(self._ticked)]
        return self._trip.model_copy(update=with_entries(stay, ()))

    @property
    def _trip(self) -> Options:
        """Where the trip goes, and when."""
        shown = self.shown
        return Options(to=shown.to, relation=shown.relation, start=shown.start, end=shown.end)

    def action_save(self) -> None:
        """Enter in a field adds what is typed there; with nothing typed it saves."""
        if isinstance(self.focused, Input) and self.focused.value.strip():
            try:
                self._add_typed(self.focused)
            except Unreadable as error:
                self.show_fault(str(error))
        else:
            super().action_save()

    def corrections(self) -> Mapping[str, object]:
        for field in self.query(Input):
            if field.value.strip():
                self._add_typed(field)
        return with_entries([self._entries[n] for n in sorted(self._ticked)], self._before)

    @property
    def _ticked(self) -> set[int]:
        return set(map(int, self.query_one(Selections).selected))

    def _add_typed(self, field: Input) -> None:
        found = entry_named(str(field.id), field.value.strip(), beside=self._trip, today=self.today)
        if isinstance(found, FieldProblem):
            raise Unreadable(found.message)
        same = [n for n, entry in enumerate(self._entries) if _are_alike(entry, found)]
        if not same:
            self._entries.append(found)
        ticked = self._ticked | set(same or [len(self._entries) - 1])
        field.value = ""
        self.show_fault("")
        self._list(ticked)

    def _list(self, ticked: set[int]) -> None:
        """Every entry, with a tick before those that stay."""
        listed = self.query_one(Selections)
        listed.clear_options()
        listed.add_options(
            Selection(
                Content.assemble((f"{_LABELS[entry.field]:<12}", "$foreground-muted"), entry.words),
                str(n),
                n in ticked,
            )
            for n, entry in enumerate(self._entries)
        )
        listed.highlighted = 0 if self._entries else None
        listed.display = bool(self._entries)
        self.query_one("#nothing").display = not self._entries


def _are_alike(one: Entry, other: Entry) -> bool:
    return one.field == other.field and one.words == other.words
