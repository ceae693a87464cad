"""One trip: the agents at work, then the plan in its tabs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from contextvars import Context
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from planner.export.outline import money
from planner.intake import describe
from planner.plan import TripPlan
from planner.progress_entries import spent_words
from planner.run import TripRun
from planner.timeline import duration
from planner.tui.messages import AgentChosen, ItemChosen, SideTaken
from planner.tui.screens.base import AppScreen
from planner.tui.screens.trace import TraceScreen
from planner.tui.widgets.agents import AgentsView
from planner.tui.widgets.footer import FittingFooter
from planner.tui.widgets.plan import PlanView
from planner.tui.widgets.status import Fact, StatusLine

STATUS_HZ = 2
LEAST_OF_A_BACKEND = 12
"""Cells of its name at the top, however long it is."""


class TripScreen(AppScreen[None]):
    """Follows a run and shows its plan; the run belongs to this screen."""

    DEFAULT_CSS = """
    TripScreen > #request {
        height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    TripScreen > ContentSwitcher { height: 1fr; }
    """
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

    def __init__(self, run: TripRun, *, begin: bool) -> None:
        super().__init__()
        self.run = run
        self._begin = begin

    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield Static(
            Content(describe(self.run.request, self.run.plan)).first_line,
            id="request",
            markup=False,
        )
        with ContentSwitcher(initial="agents"):
            yield AgentsView(self.run.progress)
            yield PlanView()
        yield FittingFooter()

    def on_mount(self) -> None:
        self._backend = self.app.session.backend.name
        self._clock = self.set_interval(1 / STATUS_HZ, self._tell_status, pause=True)
        self._tell_status()
        if self._begin:
            self._work(self.run.start)
        else:
            self._finished()

    @property
    def is_working(self) -> bool:
        """Whether something goes on here: agents, a new plan, or keeping it."""
        return any(w.group == "run" and w.node is self and not w.is_finished for w in self.workers)

    def on_unmount(self) -> None:
        """Let go of what was drawn: Textual keeps the lines of its last thousand widgets otherwise."""
        with suppress(ImportError, AttributeError):  # no public way; as of Textual 8.2.8
            from textual._styles_cache import StylesCache

            StylesCache.get_inner_outer.cache_clear()

    # The work

    @work(group="run", exit_on_error=False, exclusive=True)
    async def _work(self, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Carry out `step`; leaving the app or the screen cancels it and waits for its end."""
        agents = self.query_one(AgentsView)
        agents.tell_error("")
        agents.follow(True)
        self._clock.resume()
        self.call_later(self._tell_status)
        try:
            # In a context of its own: asyncio keeps a deadline for minutes after it was met, and with
            # it the context, which would keep this screen.
            await asyncio.create_task(step(), context=Context())
        finally:
            if self.is_attached:
                self._clock.pause()
                self._finished()

    def _finished(self) -> None:
        """Show what the work came to."""
        run = self.run
        agents = self.query_one(AgentsView)
        agents.follow(False)
        agents.tell_error(run.error)
        if run.warning:
            self.app.tell(run.warning, severity="warning")
        if run.plan is not None:
            self.query_one(PlanView).show(run.plan, run.progress)
            for screen in self.app.screen_stack:
                if isinstance(screen, TraceScreen) and screen.trip is run:
                    screen.show(run.plan)
            if run.error:
                self.app.tell(run.error, severity="error")
            elif self._view == "agents":
                self._switch("plan")
        self._tell_status()
        self.refresh_bindings()

    @property
    def _view(self) -> str:
        """ "agents" or "plan"."""
        return str(self.query_one(ContentSwitcher).current) if self.is_mounted else "agents"

    def _switch(self, to: str) -> None:
        self.query_one(ContentSwitcher).current = to
        self.refresh_bindings()
        if to == "plan":
            self.query_one(PlanView).focus_body()
        else:
            self.query_one(AgentsView).focus_first()

    def _tell_status(self) -> None:
        run = self.run
        facts = [
            Fact("Tripartite", 4, "bold $accent"),
            Fact(run.progress.backend or "", 3, least=LEAST_OF_A_BACKEND),
            Fact(run.request.effort, 2),
        ]
        if run.at_work:
            facts.append(Fact("● working", 9, "$warning"))
        elif run.error:
            facts.append(Fact("✗ no new plan", 9, "$error"))
        if run.plan is not None and not run.at_work:
            facts += _plan_facts(run)
        usage = run.progress.usage
        if usage.tokens:
            facts.append(Fact(spent_words(usage), 5))
        self.query_one(StatusLine).tell([fact for fact in facts if fact.words])

    # What the traveller may do

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

    def _take_backend(self) -> None:
        """From now on this run asks the backend that was chosen since it began, if one was."""
        chosen = self.app.session.backend
        if chosen.name != self._backend:
            self._backend = chosen.name
            self.run.use(chosen.make)

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


def _faults(plan: TripPlan) -> str:
    """What keeps a plan from being complete, counted; the overview tells it in full."""
    failed, missing = len(plan.failed_checks), len(plan.missing)
    words = [f"{failed} check{'s' * (failed != 1)} failed"] if failed else []
    words += [f"{missing} part{'s' * (missing != 1)} missing"] if missing else []
    return f"✗ {', '.join(words)}"


def _plan_facts(run: TripRun) -> list[Fact]:
    plan = run.plan
    assert plan is not None
    costs = plan.costs
    good = plan.complete
    money_words = money(costs.total, costs.currency)
    if costs.budget is not None:
        money_words += f" of {money(costs.budget, costs.currency)}"
    over = costs.left is not None and costs.left < 0
    agents = len(run.progress.agents)
    return [
        Fact("✓ checked" if good else _faults(plan), 9, "$success" if good else "$error"),
        Fact(f"≈ {money_words}", 8, "$error" if over else ""),
        Fact(f"{len(plan.days)} days" if len(plan.days) > 1 else "1 day", 6),
        Fact(f"{agents} agent{'s' * (agents != 1)} {duration(run.progress.wall(0))}", 1),
    ]
