"""What a run looks like on a terminal while it goes on; quiet lines elsewhere."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections import Counter
from contextlib import AbstractContextManager
from typing import Self

import click
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agents.events import (
    AgentFailed,
    AgentFinished,
    AnswerRefused,
    ApproachChanged,
    Event,
    Retrying,
    RunFailed,
    RunFinished,
)
from planner.cli.once import Once, run_words, used_words
from planner.progress import AgentProgress, Entry, RunProgress, Status, line_of
from planner.progress_entries import spent_words
from planner.timeline import duration, waterfall

REFRESH_HZ = 8
SIDE_BY_SIDE_FROM = 100
WIDE_BAR, NARROW_BAR = 40, 24
COLOURS = {Status.WAITING: "dim", Status.WORKING: "yellow", Status.DONE: "green"}
ENTRY_STYLES = {
    "tool": "cyan",
    "thought": "dim italic",
    "found": "green",
    "failed": "red",
    "request": "blue",
    "retry": "yellow",
    "refused": "yellow",
    "changed": "yellow",
}


class Progress(AbstractContextManager["Progress", None]):
    """Follows a run through its events."""

    def __exit__(self, *_: object) -> None:
        """Nothing to clear away, unless a kind of progress says so."""

    @abstractmethod
    def __call__(self, event: Event) -> None: ...


class LiveProgress(Progress):
    """Agents side by side, or one above the other when the terminal is narrow."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = RunProgress()
        self._live = Live(
            get_renderable=self._render, console=console, refresh_per_second=REFRESH_HZ
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def __call__(self, event: Event) -> None:
        self._progress(event)

    def _render(self) -> RenderableType:
        now = time.time()
        wide = self._console.width >= SIDE_BY_SIDE_FROM
        rows = max(3, min(9, self._console.height - 14)) if wide else 2
        started = [a for a in self._progress.agents.values() if a.spans]
        panels = [_panel(agent, now, rows) for agent in started]
        body: RenderableType = Group(*panels)
        if wide and panels:
            table = Table.grid(expand=True)
            for _ in panels:
                table.add_column(ratio=1)
            table.add_row(*panels)
            body = table
        notes = [Text(f"• {n}", style="bold") for n in self._progress.notes]
        return Group(body, self._waterfall(now), *notes)

    def _waterfall(self, now: float) -> RenderableType:
        """Each agent's time on one axis, and the wall clock beside the sum."""
        full = WIDE_BAR if self._console.width >= SIDE_BY_SIDE_FROM else NARROW_BAR
        bars = waterfall(self._progress, now, full)
        if not bars:
            return Text()
        grid = Table.grid(padding=(0, 1))
        for bar in bars:
            cells = Text(bar.cells, style=COLOURS.get(bar.status, "red"))
            grid.add_row(Text(bar.agent), cells, Text(bar.label))
        wall, total = self._progress.wall(now), self._progress.added_up(now)
        together = f"{duration(wall)} by the clock, {duration(total)} added up"
        grid.add_row(Text("together"), Text(), Text(together))
        if used := run_words(self._progress.usage):
            grid.add_row(Text("used"), Text(), Text(used))
        return grid


def _panel(agent: AgentProgress, now: float, rows: int) -> Panel:
    text = Text("\n", overflow="ellipsis", no_wrap=True).join(
        _line(entry) for entry in agent.last(rows)
    )
    colour = COLOURS.get(agent.status, "red")
    state = agent.doing(now) if agent.is_held_back else agent.status.value
    title = f"{agent.name} · {state} · {duration(agent.seconds(now))} · ⚙ {agent.calls}"
    if agent.usage.tokens:
        title += f" · {spent_words(agent.usage)}"
    return Panel(text, title=Text(title, style=colour), border_style=colour, height=rows + 2)


def _line(entry: Entry) -> Text:
    style = "red" if entry.failed else ENTRY_STYLES.get(entry.kind, "")
    words = entry.line if entry.kind == "said" else f"{entry.mark} {entry.line}"
    return Text(words, style=style, overflow="ellipsis", no_wrap=True)


class QuietProgress(Progress):
    """One line for what matters, on standard error: for pipes, scripts and screen readers."""

    def __init__(self) -> None:
        self._progress = RunProgress()
        self._once = Once()
        self._refused: Counter[str] = Counter()

    def __call__(self, event: Event) -> None:
        self._progress(event)
        line = self._line(event)
        if line:
            click.echo(line, err=True)

    def _line(self, event: Event) -> str | None:
        match event:
            case AnswerRefused():
                self._refused[event.agent] += 1
                reason = self._once.refusal(event.agent, event.reason)
                return f"{event.agent}: answer refused: {reason}" if reason else None
            case Retrying() | ApproachChanged() | AgentFailed():
                reason = self._once.reason(event.agent, event.reason)
                line = line_of(event.model_copy(update={"reason": reason}))
                did = self._did(event.agent) if isinstance(event, AgentFailed) else ""
                return f"{line} ({did})" if did else line
            case AgentFinished():
                return ", ".join(filter(None, (line_of(event), self._did(event.agent))))
            case RunFinished() | RunFailed():
                used = run_words(self._progress.usage)
                whole = f"the whole run: {used}" if used else ""
                return "\n".join(filter(None, (line_of(event), whole)))
            case _:
                return line_of(event)

    def _did(self, agent: str) -> str:
        """What its models took, and how often they were asked again; "" without a model."""
        used = used_words(self._progress.agents[agent].attempt_usage)
        refused = self._refused.pop(agent, 0)
        again = f"{refused} {'answer' if refused == 1 else 'answers'} refused" if refused else ""
        return ", ".join(filter(None, (used, again)))
