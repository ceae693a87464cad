"""Everything the agents found: what is in the plan, and why the rest is not."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from planner.plan import TripPlan
from planner.tui.messages import ItemChosen
from planner.tui.tabs.activity_rows import Columns, heads, mark_of, row_of, takes_of
from planner.tui.tabs.rows import Rows
from planner.tui.tabs.telling import Telling
from planner.tui.widgets.detail import ListAndDetail
from planner.views.activities import SORTS, FoundActivity, activities, filter_activities
from planner.views.counts import counts
from planner.views.grounds import Link, map_link
from planner.views.items import item_detail
from planner.views.words import agents_words, listed

SORT_WORDS = {"listed": "as listed", "crowd": "quietest first", "price": "cheapest first"}


class Filter(Input):
    """Words that a row must have; leaving it with Esc forgets them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(True)", "Clear", show=True),
        Binding("enter,down", "leave(False)", "To the list", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="/ to filter", compact=True, select_on_focus=False)

    def action_leave(self, clear: bool) -> None:
        if clear:
            self.value = ""
        self.query_ancestor(ActivitiesTab).query_one(Rows).focus()


class ActivitiesTab(ListAndDetail):
    """A list to filter and sort, and all that is known of one entry beside it."""

    DEFAULT_CSS = """
    ActivitiesTab #above { dock: top; height: 2; padding: 0 2 0 1; }
    ActivitiesTab #above > Horizontal { height: 1; }
    ActivitiesTab Filter, ActivitiesTab Filter:focus {
        width: 1fr; background: $background; background-tint: transparent;
    }
    ActivitiesTab #counts { color: $text-muted; }
    ActivitiesTab #columns { height: 1; text-style: bold; }
    """
    FOR_THE_CHOSEN = (Binding("g", "go", "Go to", tooltip="Show it in the itinerary"),)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", tooltip="Show only what has these words"),
        Binding("s", "sort", "Sort", tooltip="Sort by the next key"),
        *FOR_THE_CHOSEN,
        Binding("o", "open_link", "Open a source in the browser", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._plan: TripPlan | None = None
        self._found: tuple[FoundActivity, ...] = ()
        self._shown: list[FoundActivity] = []
        self._here: FoundActivity | None = None
        self._sort = "listed"

    def compose_list(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Rows()  # before the filter above it, so that it has the focus first
            with Vertical(id="above"):
                with Horizontal():
                    yield Filter()
                    yield Static(id="counts", markup=False)
                yield Static(id="columns", markup=False)

    def on_mount(self) -> None:
        self._draw()

    def show(self, plan: TripPlan) -> None:
        """Show what was found for `plan`; the cursor stays on the same place if it is there."""
        self._plan, self._found = plan, activities(plan)
        self._draw()

    def _draw(self) -> None:
        if self._plan is None or not self.is_mounted:
            return
        matching = filter_activities(self._found, self.query_one(Filter).value)
        self._shown = sorted(matching, key=SORTS[self._sort])
        rows = self.query_one(Rows)
        columns = Columns.of(self._found)
        rows.set_options(
            [Option(row_of(found, columns)) for found in self._shown]
            or [Option(self._nothing(), disabled=True)]
        )
        self.query_one("#columns", Static).update(heads(columns, self._sort))
        counts = self._counts()
        self.query_one("#counts", Static).update(counts)
        self.query_one("#counts", Static).styles.width = counts.cell_length
        same = (n for n, found in enumerate(self._shown) if _same(found, self._here))
        rows.highlighted = next(same, 0) if self._shown else None
        self._look()

    def _nothing(self) -> Content:
        if not self._found:
            return Content("The agents found nothing to do. Key r asks them again.")
        return Content("Nothing here has all of these words. Esc in the filter clears it.")

    def _counts(self) -> Content:
        assert self._plan is not None
        others = sum(not found.in_plan for found in self._found)
        words = f"{counts(self._plan).planned_words} planned, {others} not"
        if len(self._shown) < len(self._found):
            words = f"{len(self._shown)} shown · {words}"
        return Content(f"{words} · {SORT_WORDS.get(self._sort, f'by {self._sort}')}")

    def _look(self) -> None:
        at = self.query_one(Rows).highlighted
        if self._plan is None or at is None or not self._shown:
            self.look(Content(""))
            return
        self._here = self._shown[at]
        self.look(*_tell(self._plan, self._here))

    @on(Rows.OptionHighlighted)
    def _moved(self, event: Rows.OptionHighlighted) -> None:
        event.stop()
        self._look()

    @on(Rows.OptionSelected)
    def _clicked(self, event: Rows.OptionSelected) -> None:
        event.stop()
        if not self.is_beside:
            self.action_look_closer()

    @on(Input.Changed)
    def _filtered(self, event: Input.Changed) -> None:
        event.stop()
        self._draw()

    def action_filter(self) -> None:
        self.query_one(Filter).focus()

    def action_sort(self) -> None:
        """By the next of the keys there are."""
        keys = list(SORTS)
        self._sort = keys[(keys.index(self._sort) + 1) % len(keys)]
        self._draw()

    def action_go(self) -> None:
        """To this place in the itinerary."""
        here = self._here
        if here is None or here.day is None or here.item is None or not self._shown:
            self.notify("This one is not in the plan.", markup=False)
        else:
            self.post_message(ItemChosen(here.day, here.item))


def _same(found: FoundActivity, other: FoundActivity | None) -> bool:
    return other is not None and (found.destination, found.place_id, found.name) == (
        other.destination,
        other.place_id,
        other.name,
    )


def _tell(plan: TripPlan, found: FoundActivity) -> tuple[Telling, tuple[Link, ...]]:
    """All that is known of a place, and where to look further."""
    under = " · ".join(filter(None, (found.kind, found.area, found.city)))
    told = Telling().head(found.name, under)
    told.point(found.state, mark_of(found)).gap()
    told.fact("When", found.when)
    told.fact("Why", found.why)
    told.fact("Why not", found.why_not)
    told.fact("Hours", *found.hours.split("; "))
    told.fact("Takes", takes_of(found))
    told.fact("Price", f"{found.price} an adult, an estimate" if found.price_high else found.price)
    told.fact("Crowd", found.crowd_words)
    told.fact("Access", found.step_free)
    told.fact("Where", {True: "indoors", False: "outdoors", None: ""}[found.indoor])
    told.fact("Good for", listed(found.interests))
    proposed = agents_words(found.proposed_by)
    told.fact("Proposed", proposed and f"by {proposed}")
    if found.day is not None and found.item is not None:
        detail = item_detail(plan, found.day, found.item)
        return told.rests_on(detail.rests_on), detail.links
    return told, (map_link(found.coordinates),) if found.coordinates else ()
