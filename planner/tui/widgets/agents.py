"""The team at work: a column an agent side by side, or one open at a time where it is narrow."""

from __future__ import annotations

import textwrap
import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Click
from textual.widget import Widget

from planner.progress import MARKS, AgentProgress, Entry, RunProgress, Status
from planner.progress_entries import spent_words
from planner.timeline import duration
from planner.tui.messages import AgentChosen
from planner.tui.widgets.waterfall import STYLES, Waterfall

REFRESH_HZ = 6
ENTRY_STYLES = {
    "tool": "$secondary",
    "found": "$success",
    "failed": "$error",
    "request": "$primary",
    "retry": "$warning",
    "refused": "$warning",
    "changed": "$warning",
}
THOUGHT = "$foreground-muted italic"
TOLD_IN_FULL = ("failed", "retry", "refused", "changed")
MOST_LINES = 5
"""Of what went wrong; the trace has all of it."""
MOST_TAIL = 6000
"""Characters of an unbroken answer that are laid out: more than any column shows."""


class AgentColumn(Widget, can_focus=True):
    """One agent: its state, and the newest of what it did."""

    DEFAULT_CSS = """
    AgentColumn {
        width: 1fr; height: 1fr; padding: 0 1;
        border: round $surface-lighten-2; border-title-style: bold;
    }
    AgentColumn:focus { border: round $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose('trace')", "Trace"),
        Binding("c", "choose('cancel')", "Cancel"),
        Binding("r", "choose('retry')", "Ask again"),
        Binding("right,down", "app.focus_next", "Next agent", show=False),
        Binding("left,up", "app.focus_previous", "Previous agent", show=False),
    ]

    def __init__(self, agent: AgentProgress) -> None:
        super().__init__(name=agent.name)
        self.agent = agent

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only who works can be cancelled."""
        return parameters != ("cancel",) or self.agent.status is Status.WORKING

    def action_choose(self, action: str) -> None:
        self.post_message(AgentChosen(self.agent.name, action))

    def on_click(self, event: Click) -> None:
        if event.chain == 2:
            self.action_choose("trace")

    def render(self) -> Content:
        width, height = self.size
        lines = [self._head(width, alone=height == 1)]
        if height > 1:
            lines += self._limits(width)[: height - 1]
            lines += _tail(self.agent, width, height - len(lines))
        return Content("\n").join(lines)

    def _head(self, width: int, *, alone: bool) -> Content:
        """The state; what it waits for is told `alone`, since no more is seen then, or of a retry."""
        agent, now = self.agent, time.time()
        style = STYLES[agent.status]
        took = duration(agent.seconds(now))
        name, right = (agent.name, "bold"), f"⚙ {agent.calls}  {took}"
        left = Content.assemble(
            (f"{MARKS[agent.status]} ", style), name, (f" {agent.status}", style)
        )
        if doing := agent.doing(now) if alone or agent.is_held_back else "":
            more = left + Content.styled(f": {doing}", "$foreground-muted")
            if more.cell_length + len(right) < width:
                left = more
            elif agent.is_held_back:
                left = Content.assemble(("↻ ", style), name, (f" {doing}", style))
                right = right if left.cell_length + len(right) < width else took
        gap = max(1, width - left.cell_length - Content(right).cell_length)
        return Content.assemble(left, " " * gap, (right, "$foreground-muted")).truncate(width)

    def _limits(self, width: int) -> list[Content]:
        """What one attempt used of what it may use; what has no limit is only counted."""
        usage, limits = self.agent.attempt_usage, self.agent.limits
        if self.agent.usage.requests:
            asked = _against(f"{usage.requests:,}", limits.requests and f"{limits.requests:,}")
            tokens = _against(f"{usage.tokens:,}", limits.tokens and f"{limits.tokens:,}")
            words = [
                spent_words(usage, tokens=tokens, most=limits.cost_usd),
                f"{asked} requests",
            ]
        else:
            words = [f"{self.agent.backend}: no tokens, no cost"]
        together = ", ".join(words)
        lines = [together] if len(together) <= width else words
        return [
            Content.styled(line, "$foreground-muted").truncate(width, ellipsis=True)
            for line in lines
        ]


def _against(used: str, limit: str | float | None) -> str:
    return f"{used}/{limit}" if limit else used


def _tail(agent: AgentProgress, width: int, height: int) -> list[Content]:
    """The newest lines that fit, laid out from the end."""
    if width < 4 or height < 1:
        return []
    lines: list[Content] = []
    for entry in reversed(agent.entries):
        lines[:0] = _lines(entry, width)
        if len(lines) >= height:
            break
    return lines[-height:]


def _lines(entry: Entry, width: int) -> list[Content]:
    if entry.kind == "said":
        return [Content(line) for line in _wrapped(entry.text, width)]
    if entry.kind == "thought":
        bar = f"{entry.mark} "
        return [Content.styled(bar + line, THOUGHT) for line in _wrapped(entry.text, width - 2)]
    style = "$error" if entry.failed else ENTRY_STYLES[entry.kind]
    mark = Content.styled(f"{entry.mark} ", style)
    if entry.kind in TOLD_IN_FULL or (entry.kind == "request" and entry.failed):
        first, *more = _wrapped(entry.line, width - 2)[:MOST_LINES] or [""]
        return [mark + first, *(Content(f"  {line}") for line in more)]
    words = entry.line_in(width - 2)
    if entry.kind == "tool" and entry.text:
        asked, _, answer = words.partition(" → ")
        body = Content.assemble(asked, (" → ", "$foreground-muted"), answer)
    else:
        body = Content(words)
    return [(mark + body).truncate(width, ellipsis=True)]


def _wrapped(text: str, width: int) -> list[str]:
    return [
        line
        for paragraph in text[-MOST_TAIL:].splitlines()
        for line in textwrap.wrap(paragraph, width) or [""]
    ]


class Notes(Widget):
    """What happened to the whole: rounds, merge, schedule, checks; and an error, if it came to one."""

    DEFAULT_CSS = "Notes { height: auto; padding: 0 1; max-height: 8; }"

    def __init__(self, progress: RunProgress) -> None:
        super().__init__()
        self.progress = progress
        self.error = ""

    def render(self) -> Content:
        lines = [Content.assemble(("• ", "$accent"), note) for note in self.progress.notes[-5:]]
        if self.error:
            lines.append(Content.assemble(("✗ ", "bold $error"), (self.error, "$error")))
            lines.append(
                Content.styled(
                    "e changes the request, F8 takes another backend, r asks again.",
                    "$foreground-muted",
                )
            )
        return Content("\n").join(lines)


class AgentsView(Vertical):
    """All of the team, the waterfall under it, and what became of their work."""

    DEFAULT_CSS = """
    AgentsView > Horizontal { height: 1fr; }
    """

    def __init__(self, progress: RunProgress) -> None:
        super().__init__(id="agents")
        self.progress = progress
        self._drawn = -1
        self._statuses: list[Status] = []

    def compose(self) -> ComposeResult:
        yield Horizontal()
        yield Waterfall()
        yield Notes(self.progress)

    def on_mount(self) -> None:
        self._timer = self.set_interval(1 / REFRESH_HZ, self.draw, pause=True)

    def follow(self, at_work: bool) -> None:
        """Redraw while there is work; be idle otherwise."""
        if at_work:
            self._timer.resume()
        else:
            self._timer.pause()
        self._drawn = -1
        self.draw()

    def tell_error(self, words: str) -> None:
        """Show what went wrong with the whole run, or nothing for ""."""
        self.query_one(Notes).error = words
        self.query_one(Notes).refresh(layout=True)

    def draw(self) -> None:
        """Bring everything up to date."""
        changed = self._drawn != self.progress.version
        self._drawn = self.progress.version
        columns = list(self.query(AgentColumn))
        shown = {column.agent.name for column in columns}
        new = [a for name, a in self.progress.agents.items() if name not in shown]
        if new:
            added = [AgentColumn(agent) for agent in new]
            if not columns:
                added[0].add_class("-open")
            self.query_one(Horizontal).mount(*added)
            if not columns:
                self.call_after_refresh(self.focus_first)
        for column in columns:
            if changed or column.agent.status is Status.WORKING:
                column.refresh()
        self.query_one(Waterfall).show(self.progress, time.time())
        if changed:
            self.query_one(Notes).refresh(layout=True)
        statuses = [agent.status for agent in self.progress.agents.values()]
        if statuses != self._statuses:  # who can be cancelled
            self._statuses = statuses
            self.screen.refresh_bindings()

    def on_descendant_focus(self) -> None:
        """Where only one column has room, it is the one with the focus."""
        focused = self.screen.focused
        if isinstance(focused, AgentColumn):
            for column in self.query(AgentColumn):
                column.set_class(column is focused, "-open")

    def focus_first(self) -> None:
        """Put the focus on the open column, if it can be seen."""
        if not self.display:
            return
        for column in self.query(AgentColumn):
            if column.has_class("-open"):
                column.focus()
