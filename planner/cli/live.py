"""What a run looks like while it goes on: three columns on a terminal, quiet lines elsewhere."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections import deque
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
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
    AgentSaid,
    AgentStarted,
    Checked,
    Event,
    Found,
    Merged,
    RoundStarted,
    Scheduled,
    ToolCalled,
    ToolReturned,
)

REFRESH_HZ = 8
LINES_KEPT = 40
SIDE_BY_SIDE_FROM = 100
WIDE_BAR, NARROW_BAR = 40, 24


class Progress(AbstractContextManager["Progress", None]):
    """Follows a run through its events."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to clear away, unless a kind of progress says so."""

    @abstractmethod
    def __call__(self, event: Event) -> None: ...


@dataclass
class _Column:
    """One agent as seen on the screen."""

    name: str
    began: float
    status: str = "working"
    ended: float | None = None
    calls: int = 0
    lines: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=LINES_KEPT))

    def seconds(self, now: float) -> float:
        return (self.ended or now) - self.began


class LiveProgress(Progress):
    """Agents side by side, or one above the other when the terminal is narrow."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._columns: dict[str, _Column] = {}
        self._notes: list[str] = []
        self._live = Live(
            get_renderable=self._render, console=console, refresh_per_second=REFRESH_HZ
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def __call__(self, event: Event) -> None:
        match event:
            case AgentStarted():
                began = (
                    self._columns[event.agent].began if event.agent in self._columns else event.at
                )
                self._columns[event.agent] = _Column(event.agent, began)
            case ToolCalled():
                self._columns[event.agent].calls += 1
            case ToolReturned():
                style = "red" if event.failed else "cyan"
                self._add(event.agent, f"⚙ {event.tool}: {event.summary}", style)
            case AgentSaid():
                self._add(event.agent, event.text, "")
            case Found():
                self._add(event.agent, f"★ {event.subject}: {event.reason}", "green")
            case AgentFinished():
                self._end(event.agent, "done", event.at)
            case AgentFailed():
                self._end(event.agent, "stopped" if event.cancelled else "failed", event.at)
                self._add(event.agent, event.reason, "red")
            case _:
                line = line_of(event)
                if line:
                    self._notes.append(line)

    def _add(self, agent: str, words: str, style: str) -> None:
        self._columns[agent].lines.append((" ".join(words.split()), style))

    def _end(self, agent: str, status: str, at: float) -> None:
        self._columns[agent].status, self._columns[agent].ended = status, at

    def _render(self) -> RenderableType:
        now = time.time()
        wide = self._console.width >= SIDE_BY_SIDE_FROM
        rows = max(3, min(9, self._console.height - 14)) if wide else 2
        panels = [self._panel(c, now, rows) for c in self._columns.values()]
        body: RenderableType = Group(*panels)
        if wide and panels:
            table = Table.grid(expand=True)
            for _ in panels:
                table.add_column(ratio=1)
            table.add_row(*panels)
            body = table
        notes = [Text(f"• {n}", style="bold") for n in self._notes]
        return Group(body, self._waterfall(now), *notes)

    def _panel(self, column: _Column, now: float, rows: int) -> Panel:
        shown = list(column.lines)[-rows:]
        text = Text("\n", overflow="ellipsis", no_wrap=True).join(
            Text(words, style=style, overflow="ellipsis", no_wrap=True) for words, style in shown
        )
        colour = {"working": "yellow", "done": "green"}.get(column.status, "red")
        title = f"{column.name} · {column.status} · {column.seconds(now):.1f} s · ⚙ {column.calls}"
        height = rows + 2
        return Panel(text, title=Text(title, style=colour), border_style=colour, height=height)

    def _waterfall(self, now: float) -> RenderableType:
        """Each agent's time on one axis, and the wall clock beside the sum."""
        if not self._columns:
            return Text()
        columns = list(self._columns.values())
        first = min(c.began for c in columns)
        wall = max(c.ended or now for c in columns) - first or 1e-6
        full = WIDE_BAR if self._console.width >= SIDE_BY_SIDE_FROM else NARROW_BAR
        grid = Table.grid(padding=(0, 1))
        for c in columns:
            before = round((c.began - first) / wall * full)
            length = max(1, round(c.seconds(now) / wall * full))
            bar = Text(" " * before + "━" * length, style="green" if c.ended else "yellow")
            grid.add_row(Text(c.name), bar, Text(f"{c.seconds(now) * 1000:.0f} ms"))
        total = sum(c.seconds(now) for c in columns)
        grid.add_row(
            Text("together"),
            Text(),
            Text(f"{wall * 1000:.0f} ms by the clock, {total * 1000:.0f} ms added up"),
        )
        return grid


class QuietProgress(Progress):
    """One line for what matters, on standard error: for pipes, scripts and screen readers."""

    def __call__(self, event: Event) -> None:
        line = line_of(event)
        if line:
            click.echo(line, err=True)


def line_of(event: Event) -> str | None:
    """An event worth a line of its own, in words."""
    match event:
        case AgentStarted():
            return f"{event.agent}: started ({event.backend})"
        case AgentFinished():
            return f"{event.agent}: done in {event.seconds:.2f} s, {event.summary}"
        case AgentFailed():
            kept = "what it had found is kept" if event.kept else "its part is missing"
            return f"{event.agent}: {event.reason}; {kept}"
        case RoundStarted():
            return f"round {event.number}: back to {', '.join(event.agents)}"
        case Merged():
            return f"merged: {_count(event.candidates, 'candidate')}, {_count(event.decisions, 'decision')}"
        case Scheduled():
            return f"scheduled: {_count(event.visits, 'visit')}, {event.left_out} left out"
        case Checked():
            failed = f", failed: {'; '.join(event.failed)}" if event.failed else ""
            return f"checked: {event.passed} checks passed{failed}"
        case _:
            return None


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
