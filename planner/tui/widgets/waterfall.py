"""Three bars on one time axis: who worked when, and how much of it at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from planner.tui.widgets.drawn import Drawn

if TYPE_CHECKING:
    from planner.progress import RunProgress

NAME_COLUMNS, LABEL_COLUMNS = 14, 12
STYLES = {
    "waiting": "$foreground-muted",
    "working": "$text-warning",
    "done": "$text-success",
    "failed": "$text-error",
    "stopped": "$text-error",
}


class Waterfall(Static):
    """A bar an agent, the ruler below them, and the clock beside the sum. Empty without a run."""

    DEFAULT_CSS = "Waterfall { height: auto; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False
        self._bars = 0

    def show(self, progress: RunProgress | None, now: float) -> None:
        """Draw the run as it stands at `now`, in seconds since the epoch."""
        self.display = progress is not None and progress.began is not None
        if progress is not None and self.display:
            before, self._bars = self._bars, len(progress.agents)
            drawn = Drawn(lambda width: lines(progress, now, width))
            self.update(drawn, layout=self._bars != before)


def lines(progress: RunProgress, now: float, width: int) -> list[Content]:
    """The waterfall as lines of at most `width` columns."""
    from planner.progress import MARKS
    from planner.timeline import duration, ruler, waterfall

    room = max(1, width - NAME_COLUMNS - LABEL_COLUMNS - 2)
    drawn = []
    for bar in waterfall(progress, now, room, show_calls=True):
        name = f"{MARKS[bar.status]} {bar.agent}"
        drawn.append(
            Content.assemble(
                Content.styled(name, STYLES[bar.status]).truncate(
                    NAME_COLUMNS, ellipsis=True, pad=True
                ),
                " ",
                (bar.cells, STYLES[bar.status]),
                " ",
                (bar.label.rjust(LABEL_COLUMNS), ""),
            )
        )
    wall, together = progress.wall(now), progress.added_up(now)
    said = [("together".ljust(NAME_COLUMNS + 1), "$foreground-muted"), (duration(wall), "bold")]
    said += [(" by the clock, ", "$foreground-muted"), (duration(together), "bold")]
    said += [(" added up", "$foreground-muted")]
    axis = " " * (NAME_COLUMNS + 1) + ruler(wall, room)
    summed = Content.assemble(*said)
    for words in _legend(progress):
        more = summed + Content.styled(words, "$foreground-muted")
        summed = more if more.cell_length <= width else summed
    return [*drawn, Content.styled(axis, "$foreground-muted"), summed]


def _legend(progress: RunProgress) -> Iterator[str]:
    """What the marks on the bars mean, of those that there are; in a word each where there are many."""
    from planner.timeline import ANSWERING, ASKED, CALL, HOLDING

    kinds = {entry.kind for agent in progress.agents.values() for entry in agent.entries}
    if "request" in kinds:
        yield f"   {CALL} tool"
        yield f"  {ASKED} asked"
        yield f"  {ANSWERING} answer"
        if "retry" in kinds:
            yield f"  {HOLDING} wait"
    elif any(agent.calls for agent in progress.agents.values()):
        yield f"   {CALL} a tool is called"
