"""Everything one agent did, from the start, while it goes on doing it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from planner.progress import AgentProgress, Entry
from planner.run import TripRun
from planner.timeline import duration
from planner.tui.screens.base import AppScreen
from planner.tui.widgets.agents import ENTRY_MARKS
from planner.tui.widgets.status import Fact, StatusLine
from planner.tui.widgets.waterfall import STYLES

REFRESH_HZ = 2
SHOWN = 500
"""Entries laid out at a time, the newest ones; the Trace tab has all that are kept."""


class TraceScreen(AppScreen[None]):
    """One agent's full trace."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "app.pop_screen", "Back"),
        Binding("c", "cancel", "Cancel agent"),
        Binding("r", "retry", "Ask again"),
        Binding("home", "scroll(False)", "To the start", show=False),
        Binding("end", "scroll(True)", "To the end", show=False),
    ]
    DEFAULT_CSS = "TraceScreen VerticalScroll { padding: 0 1; }"

    def __init__(self, run: TripRun, agent: str) -> None:
        super().__init__()
        self.trip = run
        self.agent: AgentProgress = run.progress.agents[agent]
        self._drawn = -1

    def compose(self) -> ComposeResult:
        yield StatusLine()
        with VerticalScroll():
            yield Static(id="entries", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self._draw()
        self.set_interval(1 / REFRESH_HZ, self._draw)
        self.query_one(VerticalScroll).focus()

    def _draw(self) -> None:
        version = self.trip.progress.version
        if version == self._drawn:
            return
        self._drawn = version
        agent = self.agent
        self.query_one(StatusLine).tell(
            [
                Fact(agent.name, 9, "bold $accent"),
                Fact(agent.status, 8, STYLES[agent.status]),
                Fact(f"⚙ {agent.calls}", 6),
                Fact(f"★ {agent.finds}", 5),
                Fact(agent.role, 1, "$foreground-muted"),
            ]
        )
        scroll = self.query_one(VerticalScroll)
        at_end = scroll.is_vertical_scroll_end
        began = agent.spans[0].began if agent.spans else 0.0
        entries = agent.last(SHOWN)
        self.query_one("#entries", Static).update(
            Content("\n").join(_entry(entry, began) for entry in entries)
        )
        if at_end and agent.spans and agent.spans[-1].ended is None:
            scroll.scroll_end(animate=False)

    def action_scroll(self, to_end: bool) -> None:
        scroll = self.query_one(VerticalScroll)
        (scroll.scroll_end if to_end else scroll.scroll_home)(animate=False)

    def action_cancel(self) -> None:
        if not self.trip.cancel(self.agent.name):
            self.notify(f"{self.agent.name} is not at work.", markup=False)

    def action_retry(self) -> None:
        if not self.trip.retry(self.agent.name):
            self.notify("The team has ended; ask again from the view of the agents.", markup=False)


def _entry(entry: Entry, began: float) -> Content:
    time = (f"{entry.at - began:7.2f} s  ", "$foreground-muted")
    if entry.kind == "said":
        return Content.assemble(time, entry.text.strip())
    mark, style = ENTRY_MARKS[entry.kind]
    style = "$error" if entry.failed else style
    if entry.kind != "tool":
        return Content.assemble(time, (f"{mark} ", style), entry.text)
    took = f"  {duration(entry.seconds)}" if entry.seconds is not None else "  …"
    return Content.assemble(
        time,
        (f"{mark} ", style),
        (entry.tool, "bold"),
        f"({entry.arguments})",
        (took, "$foreground-muted"),
        (f"\n{'':11}{entry.text}" if entry.text else "", "$error" if entry.failed else ""),
    )
