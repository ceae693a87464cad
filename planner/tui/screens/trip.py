"""One trip: what the traveller may do with a run, its agents and its plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType

from planner.tui.messages import AgentChosen, ItemChosen, SideTaken
from planner.tui.screens.following import FollowingScreen
from planner.tui.screens.trace import TraceScreen
from planner.tui.widgets.plan import PlanView


class TripScreen(FollowingScreen):
    """Follows a run, and does as the traveller says."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop"),
        Binding("v", "view('agents')", "Agents"),
        Binding("v", "view('plan')", "Plan"),
        Binding("e", "change", "Change"),
        Binding("x", "export", "Export"),
        Binding("f1", "app.help", "Help"),
        Binding("n", "new", "New trip", show=False),
        Binding("r", "again", "Plan again", show=False),
        Binding("c", "copy", "Copy the plan as Markdown", show=False),
        *(
            Binding(str(n), f"tab({n})", title, show=False)
            for n, (_, title) in enumerate(PlanView.TABS, 1)
        ),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "stop":
                return self.can_stop
            case "view":
                return parameters != (self._view,)
            case _:
                return True

    @property
    def can_stop(self) -> bool:
        """Whether there is work that could be stopped."""
        return self.run.at_work

    def action_stop(self) -> None:
        """End the work and keep what was found."""
        self.run.stop()
        self.app.tell("Stopping: planning with what was found so far.")

    def action_change(self) -> None:
        """Back to the prompt with this request in it."""
        self.app.to_start(self.run)

    def action_new(self) -> None:
        """Back to an empty prompt."""
        self.app.to_start(None)

    def action_view(self, to: str) -> None:
        """To the agents or the plan."""
        if to == "plan" and self.run.plan is None:
            self.app.tell("There is no plan yet.")
        else:
            self._switch(to)

    def action_tab(self, number: int) -> None:
        if self.run.plan is not None:
            self._switch("plan")
            self.query_one(PlanView).open(number)

    def action_again(self) -> None:
        """Ask all agents anew, with what was decided so far."""
        if not self.run.at_work:
            self._take_backend()
            self._switch("agents")
            self._work(self.run.start)

    def action_export(self) -> None:
        if self.run.plan is None:
            self.app.tell("There is no plan to export yet.")
            return
        from planner.tui.screens.export import ExportScreen

        self.app.push_screen(ExportScreen(self.run.plan, self.app.session.settings.export_folder))

    def action_copy(self) -> None:
        if self.run.plan is None:
            self.app.tell("There is no plan to copy yet.")
            return
        from planner.export.markdown import markdown

        self.app.copy_to_clipboard(markdown(self.run.plan))
        self.app.tell("The plan is on the clipboard, as Markdown.")

    def action_open_source(self) -> None:
        """Open an address of what is chosen in the tab that is open."""
        body = self.query_one(PlanView).body
        if self.run.plan is None:
            self.app.tell("There is no plan yet, and so no source to open.")
        elif body is None:
            self.app.tell(
                "Choose an item of the itinerary, the comparison or the activities first."
            )
        else:
            body.action_open_link()

    @on(SideTaken)
    def _take_side(self, message: SideTaken) -> None:
        if self.run.at_work:
            self.app.tell("The agents are still at work; take the other side when they are done.")
        else:
            side = {message.decision: message.value}
            self._work(lambda: self.run.again(overrides=side))

    @on(ItemChosen)
    def _show_item(self, message: ItemChosen) -> None:
        self.query_one(PlanView).choose_item(message.day, message.item)

    @on(AgentChosen)
    def _agent_chosen(self, message: AgentChosen) -> None:
        name = message.agent
        match message.action:
            case "trace":
                self._open_trace(name)
            case "cancel":
                if not self.run.cancel(name):
                    self.app.tell(f"{name} is not at work.")
            case "retry":
                if self.run.at_work:
                    if not self.run.retry(name):
                        self.app.tell("The plan is being put together; ask again in a moment.")
                else:
                    self._take_backend()
                    self._work(lambda: self.run.again(retry=[name]))

    def _open_trace(self, agent: str) -> None:
        self.app.push_screen(TraceScreen(self.run, agent))

    def commands(self) -> Iterable[SystemCommand]:
        """What the command palette offers on this screen."""
        yield SystemCommand("New trip", "Start from an empty prompt", self.action_new)
        yield SystemCommand("Change the request", "Correct it and plan again", self.action_change)
        yield SystemCommand("Export", "As a calendar, Markdown or JSON file", self.action_export)
        yield SystemCommand("Copy", "The plan as Markdown to the clipboard", self.action_copy)
        yield SystemCommand(
            "Open a source",
            "Where the chosen row rests on, in the browser",
            self.action_open_source,
        )
        yield SystemCommand("Plan again", "Ask all agents anew", self.action_again)
        yield SystemCommand("Agents", "What each did; key v", lambda: self.action_view("agents"))
        yield SystemCommand("Plan", "In its tabs; key v", lambda: self.action_view("plan"))
        for number, (_, title) in enumerate(PlanView.TABS, 1):
            yield SystemCommand(
                f"Tab: {title}",
                f"Key {number}",
                lambda number=number: self.action_tab(number),
            )
