"""Where to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, RadioSet, SelectionList
from textual.widgets.selection_list import Selection

from agents.errors import FieldProblem
from agents.request import Relation
from planner.intake import MOST_PLACES, offers
from planner.tui.editors.dots import Dot, Dots
from planner.tui.editors.frame import Editor, Unreadable
from planner.tui.editors.selections import Selections
from planner.tui.widgets.shortened import Shortened

_RELATIONS = (
    (Relation.OR, "compare them, and take the best"),
    (Relation.THEN, "one after the other, in this order"),
)


class _Filter(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Add or save"),
        Binding("down", "screen.to_list", "List"),
    ]


class PlacesEditor(Editor):
    """Destinations, countries and lands from a list that narrows as one types; none means anywhere."""

    heading = "Where to?"
    corrects: ClassVar[tuple[str, ...]] = ("where",)
    DEFAULT_CSS = """
    PlacesEditor SelectionList { height: 8; }
    PlacesEditor RadioSet { height: 2; }
    """

    def body(self) -> ComposeResult:
        self._chosen = list(self.shown.to or ())
        yield _Filter(
            placeholder="type a city or a country; Enter adds it",
            max_length=60,
            compact=True,
            id="filter",
        )
        yield Selections(compact=True)
        yield Shortened(id="chosen")
        with Dots(id="relation", compact=True):
            for relation, label in _RELATIONS:
                then = self.shown.relation is Relation.THEN
                yield Dot(label, value=then == (relation is Relation.THEN), compact=True)

    def on_mount(self) -> None:
        self.query_one("#filter", Input).focus()
        self._list()
        self._tell()

    def action_to_list(self) -> None:
        self.query_one(SelectionList).focus()

    @on(Input.Changed, "#filter")
    def _list(self) -> None:
        """The places that fit what is typed, those that are chosen first."""
        typed = self.query_one("#filter", Input).value
        listed = self.query_one(SelectionList)
        chosen = [offers.place(name) for name in self._chosen]
        others = (
            place
            for place in (*offers.destinations(), *offers.countries(), *offers.lands())
            if place not in chosen
        )
        with listed.prevent(SelectionList.SelectedChanged):
            listed.clear_options()
            listed.add_options(
                Selection(
                    Content.assemble(f"{place.name:<15} ", (place.where, "$foreground-muted")),
                    place.name,
                    place.name in self._chosen,
                )
                for place in (*chosen, *others)
                if place.is_like(typed)
            )
            first = 0 if typed or len(chosen) == listed.option_count else len(chosen)
            listed.highlighted = first if listed.option_count else None
        self.show_fault("")

    @on(SelectionList.SelectionToggled)
    def _toggle(self, event: SelectionList.SelectionToggled[str]) -> None:
        """Chooses the place or lets go of it; the list is then whole again, with the cursor there."""
        name = event.selection.value
        if name in self._chosen:
            self._chosen.remove(name)
        else:
            self._chosen.append(name)
        if self._typed():
            with self.prevent(Input.Changed):
                self.query_one("#filter", Input).value = ""
            self._list()
            listed = self.query_one(SelectionList)
            names = [listed.get_option_at_index(n).value for n in range(listed.option_count)]
            listed.highlighted = names.index(name)
        self._tell()

    def action_save(self) -> None:
        """Enter in the field adds the place that is typed; with nothing typed it saves."""
        if self.focused is self.query_one("#filter") and self._typed():
            try:
                self._add_typed()
            except Unreadable as error:
                self.show_fault(str(error))
        else:
            super().action_save()

    def corrections(self) -> Mapping[str, object]:
        if self._typed():
            self._add_typed()
        relation = _RELATIONS[max(0, self.query_one("#relation", RadioSet).pressed_index)][0]
        several = len(self._chosen) > 1
        if len(self._chosen) > MOST_PLACES:
            raise Unreadable(f"{len(self._chosen)} are too many; choose at most {MOST_PLACES}")
        return {
            "to": tuple(self._chosen),
            "relation": relation if several else None,
            "stay_nights": None,
        }

    def _typed(self) -> str:
        return self.query_one("#filter", Input).value.strip()

    def _add_typed(self) -> None:
        """Adds the place that is meant, by its full name or because no other begins like this."""
        typed, listed = self._typed(), self.query_one(SelectionList)
        named = offers.place_named(typed)
        if isinstance(named, FieldProblem):
            if listed.option_count != 1:
                raise Unreadable(named.message)
            named = listed.get_option_at_index(0).value
        if named not in self._chosen:
            self._chosen.append(named)
        self.query_one("#filter", Input).value = ""
        self._tell()

    def _tell(self) -> None:
        """What is chosen, in the order in which it was."""
        several = len(self._chosen) > 1
        words = ", ".join(self._chosen) or "anywhere: every destination is compared"
        self.query_one("#chosen", Shortened).update(
            Content.assemble(("Chosen: ", "$foreground-muted"), (words, "bold"))
        )
        self.query_one("#relation", RadioSet).display = several
