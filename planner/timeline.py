"""A run on one time axis: a bar for each agent, ticks below, durations in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.progress import AgentProgress, RunProgress, Status

AT_WORK, CALL = "━", "┿"
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

    With `show_calls`, cells in which tools were called are marked.
    """
    if width < 1 or progress.began is None:
        return []
    axis = _Axis(progress.busy(now), progress.wall(now), width)
    bars = []
    for agent in progress.agents.values():
        cells = _cells(axis, agent, now)
        if show_calls:
            for entry in agent.entries:
                if entry.kind == "tool" and cells[at := axis.cell(entry.at)] == AT_WORK:
                    cells[at] = CALL
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
