"""The plan in its tabs."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import TabbedContent, TabPane, Tabs

from planner.plan import TripPlan
from planner.progress import RunProgress
from planner.tui.tabs.activities import ActivitiesTab
from planner.tui.tabs.budget import BudgetTab
from planner.tui.tabs.compare import CompareTab
from planner.tui.tabs.itinerary import ItineraryTab
from planner.tui.tabs.map import MapTab
from planner.tui.tabs.trace import TraceTab
from planner.tui.widgets.detail import ListAndDetail


class PlanPane(TabPane):
    """A tab's content. That it had the focus a moment ago brings no tab back."""

    @on(TabPane.Focused)
    def heed_only_what_still_is(self, event: TabPane.Focused) -> None:
        focused = self.screen.focused
        if focused is None or self not in focused.ancestors:
            event.stop()


class PlanView(Vertical):
    """Six views of one plan."""

    TABS: ClassVar[tuple[tuple[type, str], ...]] = (
        (ItineraryTab, "Itinerary"),
        (CompareTab, "Compare"),
        (ActivitiesTab, "Activities"),
        (MapTab, "Map"),
        (BudgetTab, "Budget"),
        (TraceTab, "Trace"),
    )
    DEFAULT_CSS = """
    PlanView TabPane { padding: 0; }
    PlanView TabbedContent, PlanView ContentSwitcher, PlanView TabPane { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="plan")

    def compose(self) -> ComposeResult:
        with TabbedContent():
            for number, (tab, title) in enumerate(self.TABS, 1):
                with PlanPane(f"{number} {title}", id=f"tab-{number}"):
                    yield tab()

    def show(self, plan: TripPlan, progress: RunProgress) -> None:
        """Show `plan` in every tab; the cursors stay where they can."""
        self.query_one(TraceTab).follow(progress)
        for tab, _ in self.TABS:
            self.query_one(tab).show(plan)

    def open(self, number: int) -> None:
        """Open the tab with this number, counted from 1, and give it the focus."""
        self.query_one(TabbedContent).active = f"tab-{number}"
        self.focus_body()

    def choose_item(self, day: int, item: int) -> None:
        """Show an item in the itinerary."""
        self.open(1)
        self.query_one(ItineraryTab).choose(day, item)

    @property
    def body(self) -> ListAndDetail | None:
        """The list and closer look of the open tab, if it has them."""
        pane = self.query_one(TabbedContent).active_pane
        found = pane.query(ListAndDetail) if pane is not None else ()
        return next(iter(found), None)

    def focus_body(self) -> None:
        """Put the focus into the open tab, past the row of titles."""
        pane = self.query_one(TabbedContent).active_pane
        if pane is not None:
            for widget in pane.query("*"):
                if widget.focusable and not isinstance(widget, Tabs):
                    widget.focus()
                    return
