"""The trips so far, the one last changed on top: to open again, or to forget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from planner.tui.failures import TellsFailures
from planner.tui.widgets.choices import Choices

if TYPE_CHECKING:
    from planner.store import TripSummary
    from planner.tui.app import TripartiteApp

RECENT = 50
Answer = TypeVar("Answer")


class TripList(Choices, TellsFailures):
    """Reads the store in a thread; what is wrong with it is told, and the list stays empty."""

    app: TripartiteApp
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open trip"),
        Binding("delete", "forget", "Forget trip"),
    ]

    class Chosen(Message):
        """The traveller wants to see this trip again."""

        def __init__(self, trip: TripSummary) -> None:
            super().__init__()
            self.trip = trip

    class Listed(Message):
        """The store was read: `past` are the words of earlier requests, the newest first."""

        def __init__(self, past: list[str]) -> None:
            super().__init__()
            self.past = past

    def __init__(self) -> None:
        super().__init__(id="trips", markup=False)
        self.border_title = "Your trips"
        self.trips: list[TripSummary] = []

    @work(exclusive=True, group="listing", exit_on_error=False)
    async def read(self) -> None:
        """Show what the store has now; the cursor stays on its trip."""
        store = self.app.session.store
        trips = await self._ask(lambda: store.recent(RECENT)) or []
        past = await self._ask(store.past_words) or []
        chosen = self.chosen
        self.trips = trips
        self.clear_options()
        self.add_options(Option(_line(trip)) for trip in trips)
        if not trips:
            words = Content.styled("Every plan you make is kept here.", "$foreground-muted")
            self.add_option(Option(words, disabled=True))
        ids = [trip.id for trip in trips]
        if chosen is not None and ids:
            self.highlighted = ids.index(chosen.id) if chosen.id in ids else 0
        self.post_message(self.Listed(past))

    async def _ask(self, question: Callable[[], Answer]) -> Answer | None:
        """The store's answer, or None when it has none, which is told."""
        from agents.errors import TripartiteError

        try:
            return await asyncio.to_thread(question)
        except TripartiteError as error:
            self.app.tell(str(error), severity="warning")
            return None

    @property
    def chosen(self) -> TripSummary | None:
        """The trip under the cursor."""
        return self.trips[self.highlighted] if self.trips and self.highlighted is not None else None

    def action_select(self) -> None:
        if self.chosen is not None:
            self.post_message(self.Chosen(self.chosen))

    def on_option_list_option_selected(self, event: Choices.OptionSelected) -> None:
        """A click."""
        event.stop()
        self.action_select()

    def action_forget(self) -> None:
        """Remove the trip from the store, after a yes."""
        trip = self.chosen
        if trip is None:
            return
        from planner.tui.screens.ask import AskScreen

        def answered(yes: bool | None) -> None:
            if yes:
                self._forget(trip.id)

        question = AskScreen("Forget this trip for good?", trip.title, "Forget")
        self.app.push_screen(question, answered)

    @work(group="forgetting", exit_on_error=False)
    async def _forget(self, id: int) -> None:
        await self._ask(lambda: self.app.session.store.remove(id))
        self.read()


def _line(trip: TripSummary) -> Content:
    mark = ("✓ ", "$success") if trip.complete else ("! ", "$warning")
    changed = trip.changed.astimezone()
    when = f"{changed.day} {changed:%b %H:%M}"
    asked = f"\n  {when} · {trip.words or 'by the form alone'}"
    return Content.assemble(mark, trip.title, (asked, "$foreground-muted"))
