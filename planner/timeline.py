"""A run on one time axis: a bar for each agent, ticks below, durations in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.progress import AgentProgress, Entry, RunProgress, Status

AT_WORK, CALL = "━", "┿"
ASKED, ANSWERING, HOLDING = "┅", "═", "╌"
"""A model has been asked; it answers; the next try has to wait."""
STEPS = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1800, 3600),
)
"""Seconds that may lie between two ticks."""
TICK_CELLS = 12
"""The least room of a tick and its label."""


@dataclass(frozen=True)
class Bar:
    """One agent's row on the common time axis: `cells` is as wide as the axis."""

    agent: str
    status: Status
    cells: str
    label: str


def waterfall(
    progress: RunProgress, now: float, width: int, *, show_calls: bool = False
) -> list[Bar]:
    """A bar for each agent on one time axis, `width` cells wide: what ran at the same time.

    With `show_calls`, cells in which tools were called are marked, and requests to a model are told
    apart: what was waited for the first piece, the answer after it, and the waits before a retry.
    """
    if width < 1 or progress.began is None:
        return []
    axis = _Axis(progress.busy(now), progress.wall(now), width)
    bars = []
    for agent in progress.agents.values():
        cells = _cells(axis, agent, now)
        if show_calls:
            _tell_apart(axis, agent, cells, now)
        label = duration(agent.seconds(now))
        bars.append(Bar(agent.name, agent.status, "".join(cells), label))
    return bars


@dataclass(frozen=True)
class _Axis:
    busy: Sequence[tuple[float, float]]
    """What the axis shows: when agents were at work, without the time between."""
    wall: float
    width: int

    def share(self, moment: float) -> float:
        """How far along the axis a moment is, 0 to 1."""
        if self.wall <= 0:
            return 0.0
        return min(1.0, before(moment, self.busy) / self.wall)

    def cell(self, moment: float) -> int:
        return min(self.width - 1, int(self.share(moment) * self.width))


def before(moment: float, busy: Sequence[tuple[float, float]]) -> float:
    """Seconds of `busy` that lie before a moment."""
    return sum(max(0.0, min(end, moment) - start) for start, end in busy)


def _cells(axis: _Axis, agent: AgentProgress, now: float) -> list[str]:
    cells = [" "] * axis.width
    for span in agent.spans:
        start = axis.cell(span.began)
        share = axis.share(now if span.ended is None else span.ended)
        end = min(axis.width, max(start + 1, round(share * axis.width)))
        cells[start:end] = AT_WORK * (end - start)
    return cells


def _tell_apart(axis: _Axis, agent: AgentProgress, cells: list[str], now: float) -> None:
    """Write into the cells of an agent at work what it waited for, and the tools it called."""

    def fill(mark: str, begin: float, end: float) -> None:
        first = axis.cell(begin)
        last = min(axis.width, max(first + 1, round(axis.share(end) * axis.width)))
        for at in range(first, last):
            if cells[at] != " ":
                cells[at] = mark

    for entry in agent.entries:
        if entry.kind == "retry":
            fill(HOLDING, entry.at, entry.at + (entry.seconds or 0))
        elif entry.kind == "request":
            end = _end(agent, entry, now)
            answer = entry.request.answer if entry.request else None
            first = answer.first_seconds if answer else None
            spoken = end if first is None else min(end, entry.at + first)
            fill(ASKED, entry.at, spoken)
            if spoken < end:
                fill(ANSWERING, spoken, end)
    for entry in agent.entries:
        if entry.kind == "tool" and cells[at := axis.cell(entry.at)] != " ":
            cells[at] = CALL


def _end(agent: AgentProgress, entry: Entry, now: float) -> float:
    """When an entry was over; what was broken off ends with its attempt."""
    if entry.seconds is not None:
        return entry.at + entry.seconds
    ended = agent.spans[entry.attempt].ended if agent.spans else None
    return max(entry.at, now if ended is None else ended)


def ruler(seconds: float, width: int) -> str:
    """The axis below the bars: ticks with their times, `width` cells wide."""
    if width < 1 or seconds <= 0:
        return " " * max(0, width)
    step = next((s for s in STEPS if s / seconds * width >= TICK_CELLS), None)
    if step is None:  # a clock that was set anew, or days of work
        step = STEPS[-1] * ceil(TICK_CELLS * seconds / width / STEPS[-1])
    line = ""
    for number in range(int(seconds / step) + 1):
        words = f"╵{_tick(number * step)}"
        at = int(number * step / seconds * width)
        if len(line) <= at and at + len(words) <= width:
            line = line.ljust(at) + words
    return line.ljust(width)


def _tick(seconds: float) -> str:
    if seconds == 0:
        return "0"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if rest else f"{minutes} min"


def duration(seconds: float) -> str:
    """ "340 ms", "12.3 s", "2 min 05 s"."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02} s"
