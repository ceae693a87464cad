"""The trace over the whole screen, opened at one agent, while the agent goes on."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from planner.plan import TripPlan
from planner.run import TripRun
from planner.tui.messages import SideTaken
from planner.tui.screens.base import AppScreen
from planner.tui.tabs.trace import TraceTab
from planner.tui.widgets.footer import FittingFooter


class TraceScreen(AppScreen[None]):
    """Everything that happened so far, with one agent opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "Back"),
        Binding("c", "cancel", "Cancel"),
        Binding("r", "retry", "Ask again"),
        Binding("f1", "app.help", "Help"),
    ]

    def __init__(self, run: TripRun, agent: str) -> None:
        super().__init__()
        self.trip, self.agent = run, agent

    def compose(self) -> ComposeResult:
        yield TraceTab()
        yield FittingFooter(show_command_palette=False)

    def on_mount(self) -> None:
        trace = self.query_one(TraceTab)
        trace.follow(self.trip.progress)
        if self.trip.plan is not None:
            self.show(self.trip.plan)
        trace.choose_agent(self.agent)

    def show(self, plan: TripPlan) -> None:
        """Show the decisions and checks of this plan from now on."""
        self.query_one(TraceTab).show(plan)

    @on(SideTaken)
    def _hand_back(self, message: SideTaken) -> None:
        """The trip's own screen plans anew."""
        if self.app.screen is not self:  # left by a faster key
            return
        self.app.pop_screen()
        self.app.screen.post_message(SideTaken(message.decision, message.value))

    def action_cancel(self) -> None:
        if not self.trip.cancel(self.agent):
            self.app.tell(f"{self.agent} is not at work.")

    def action_retry(self) -> None:
        if not self.trip.retry(self.agent):
            self.app.tell("The team has ended; ask again from the view of the agents.")
