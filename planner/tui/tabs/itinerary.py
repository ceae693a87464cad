"""The itinerary: the plan's head, its days and what is in them, each with a closer look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.widgets.option_list import Option

from agents.text import short_date
from planner.plan import TripPlan
from planner.tui.tabs.closer import tell_day, tell_item, tell_overview
from planner.tui.tabs.itinerary_rows import amount_columns, day_row, item_row, overview_row
from planner.tui.tabs.rows import Row, Rows
from planner.tui.widgets.detail import ListAndDetail
from planner.views.items import DayHead, day_head, item_detail


@dataclass(frozen=True)
class Spot:
    """A row: the overview, a day's head (no `item`) or an item."""

    day: int | None = None
    item: int | None = None


OVERVIEW = Spot()


class ItineraryTab(ListAndDetail):
    """Days and their items in one list; days open and close."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "fold", "Fold", tooltip="Open or close the day"),
        Binding("left_square_bracket", "step(-1)", "Previous day", show=False),
        Binding("right_square_bracket", "step(1)", "Next day", show=False),
        Binding("left", "out", "Close the day", show=False),
        Binding("right", "into", "Open the day", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._plan: TripPlan | None = None
        self._heads: list[DayHead] = []
        self._items: dict[Spot, Row] = {}
        self._open: set[int] = set()
        self._settled = False
        self._spots: list[Spot] = []
        self._spot = OVERVIEW

    def compose_list(self) -> ComposeResult:
        yield Rows(classes="list")

    def on_mount(self) -> None:
        self._draw()

    def show(self, plan: TripPlan) -> None:
        """Show `plan`; the cursor stays on the same item or day if the plan still has it."""
        before, self._plan = self._plan, plan
        self._heads = [day_head(plan, n) for n in range(len(plan.days))]
        self._items = {
            Spot(d, i): item_row(plan, item)
            for d, day in enumerate(plan.days)
            for i, item in enumerate(day.items)
        }
        if before is None:
            self._spot = Spot(0) if plan.complete and plan.days else OVERVIEW
        else:
            self._spot = _same_spot(before, self._spot, plan)
        self._open = set() if self._spot.day is None else {self._spot.day}
        self._settled = False
        self._draw()

    def choose(self, day: int, item: int) -> None:
        """Move the cursor to an item; nothing happens when the plan has no such item."""
        if Spot(day, item) in self._items:
            self._go(Spot(day, item))
            self.query_one(Rows).focus()

    # What is drawn

    def on_resize(self) -> None:
        if not self._settled:
            self._draw()

    def _draw(self, *, whole_day: bool = False) -> None:
        """The rows of what is open, with the cursor on its spot."""
        if self._plan is None or not self.is_mounted:
            return
        self._settle()
        rows = self.query_one(Rows)
        scrolled = rows.scroll_y
        self._spots = [OVERVIEW]
        for day, content in enumerate(self._plan.days):
            self._spots.append(Spot(day))
            if day in self._open:
                self._spots += [Spot(day, item) for item in range(len(content.items))]
        rows.set_options([Option(self._row(spot)) for spot in self._spots])
        rows.scroll_to(y=scrolled, animate=False, immediate=True)
        at = self._spots.index(self._spot)
        if whole_day and self._spot.day is not None:
            first = self._spots.index(Spot(self._spot.day))
            height = 1 + len(self._plan.days[self._spot.day].items)
            rows.scroll_to_region(
                Region(0, first, 1, height), animate=False, immediate=True, force=True
            )
        rows.highlighted = at
        self._look()

    def _settle(self) -> None:
        """Once there is a size: all days open if they fit, else from the cursor's day what does."""
        height = self._height
        if self._settled or not height:
            return
        days = range(len(self._heads))
        first = 0 if self._lines(set(days)) <= height else self._spot.day or 0
        self._open &= {first}
        for day in days[first:]:
            if self._open and self._lines(self._open | {day}) > height:
                break
            self._open.add(day)
        self._settled = True

    @property
    def _height(self) -> int:
        return self.query_one(Rows).scrollable_content_region.height

    def _lines(self, days: set[int]) -> int:
        """How many rows there are when `days` are open."""
        return 1 + len(self._heads) + sum(spot.day in days for spot in self._items)

    def _row(self, spot: Spot) -> Row:
        assert self._plan is not None
        if spot.day is None:
            return overview_row(self._plan)
        if spot.item is None:
            day = self._plan.days[spot.day]
            is_open, columns = spot.day in self._open, amount_columns(self._plan)
            return day_row(self._heads[spot.day], short_date(day.date), is_open, columns)
        return self._items[spot]

    def _look(self) -> None:
        plan, day, item = self._plan, self._spot.day, self._spot.item
        if plan is None:
            return
        if day is None:
            self.look(tell_overview(plan))
        elif item is None:
            self.look(tell_day(plan, day))
        else:
            detail = item_detail(plan, day, item)
            self.look(tell_item(plan, detail, day, item), detail.links)

    # What the keys and the mouse do

    @on(Rows.OptionHighlighted)
    def _moved(self, event: Rows.OptionHighlighted) -> None:
        event.stop()
        rows = self.query_one(Rows)
        if rows.highlighted == event.option_index and event.option in rows.options:
            spot, self._spot = self._spot, self._spots[event.option_index]
            if spot != self._spot:
                self._look()

    @on(Rows.OptionSelected)
    def _clicked(self, event: Rows.OptionSelected) -> None:
        event.stop()
        if self._spot.day is not None and self._spot.item is None:
            self.action_fold()
        elif not self.is_beside:
            self.action_look_closer()

    def action_fold(self) -> None:
        """Open or close the day with the cursor."""
        if self._spot.day is not None:
            self._open ^= {self._spot.day}
            self._spot = Spot(self._spot.day)
            self._draw(whole_day=True)

    def action_into(self) -> None:
        if self._spot.day is None or self._spot.item is not None:
            return
        if self._spot.day not in self._open:
            self.action_fold()
        elif Spot(self._spot.day, 0) in self._items:
            self._go(Spot(self._spot.day, 0))

    def action_out(self) -> None:
        if self._spot.item is not None:
            self._go(Spot(self._spot.day))
        elif self._spot.day in self._open:
            self.action_fold()

    def action_step(self, days: int) -> None:
        """To the head of another day, which opens."""
        here = -1 if self._spot.day is None else self._spot.day
        if 0 <= here + days < len(self._heads):
            self._go(Spot(here + days))

    def _go(self, spot: Spot) -> None:
        """To a row, whose day opens; the day that is left closes where both do not fit."""
        if spot.day is not None and spot.day not in self._open:
            self._open.add(spot.day)
            if self._spot.day is not None and self._lines(self._open) > self._height:
                self._open.discard(self._spot.day)
        self._spot, self._settled = spot, True
        self._draw(whole_day=True)


def _same_spot(before: TripPlan, spot: Spot, plan: TripPlan) -> Spot:
    """Where the same item is in another plan, else the head of its day, else the overview."""
    if spot.day is None:
        return OVERVIEW
    old = before.days[spot.day]
    day = next((n for n, d in enumerate(plan.days) if d.date == old.date), None)
    if day is None or spot.item is None:
        return Spot(day)
    title = old.items[spot.item].title
    titles = [item.title for item in plan.days[day].items]
    return Spot(day, titles.index(title) if title in titles else None)
