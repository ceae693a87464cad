"""Follows a run: its agents at work, its plan once there is one, and the line at the top."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import Context
from typing import Any

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from planner.export.outline import money
from planner.intake import describe
from planner.plan import TripPlan
from planner.progress import RunProgress
from planner.progress_entries import spent_words
from planner.run import TripRun
from planner.timeline import duration
from planner.tui.screens.base import AppScreen
from planner.tui.screens.trace import TraceScreen
from planner.tui.widgets.agents import AgentsView
from planner.tui.widgets.footer import FittingFooter
from planner.tui.widgets.plan import PlanView
from planner.tui.widgets.status import Fact, StatusLine

STATUS_HZ = 2
LEAST_OF_A_BACKEND = 12
"""Cells of its name at the top, however long it is."""


class FollowingScreen(AppScreen[None]):
    """Shows a run, which belongs to this screen, and carries out its steps."""

    DEFAULT_CSS = """
    FollowingScreen > #request {
        height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    FollowingScreen > ContentSwitcher { height: 1fr; }
    """

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
        self.query_one(StatusLine).tell(_facts(self.run))

    def _take_backend(self) -> None:
        """From now on this run asks the backend that was chosen since it began, if one was."""
        chosen = self.app.session.backend
        if chosen.name != self._backend:
            self._backend = chosen.name
            self.run.use(chosen.make)


def _facts(run: TripRun) -> list[Fact]:
    """What the line at the top says of a run."""
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
        facts += _plan_facts(run.plan, run.progress)
    usage = run.progress.usage
    if usage.tokens:
        facts.append(Fact(spent_words(usage), 5))
    return [fact for fact in facts if fact.words]


def _faults(plan: TripPlan) -> str:
    """What keeps a plan from being complete, counted; the overview tells it in full."""
    failed, missing = len(plan.failed_checks), len(plan.missing)
    words = [f"{failed} check{'s' * (failed != 1)} failed"] if failed else []
    words += [f"{missing} part{'s' * (missing != 1)} missing"] if missing else []
    return f"✗ {', '.join(words)}"


def _plan_facts(plan: TripPlan, progress: RunProgress) -> list[Fact]:
    costs = plan.costs
    good = plan.complete
    money_words = money(costs.total, costs.currency)
    if costs.budget is not None:
        money_words += f" of {money(costs.budget, costs.currency)}"
    over = costs.left is not None and costs.left < 0
    agents = len(progress.agents)
    return [
        Fact("✓ checked" if good else _faults(plan), 9, "$success" if good else "$error"),
        Fact(f"≈ {money_words}", 8, "$error" if over else ""),
        Fact(f"{len(plan.days)} days" if len(plan.days) > 1 else "1 day", 6),
        Fact(f"{agents} agent{'s' * (agents != 1)} {duration(progress.wall(0))}", 1),
    ]
