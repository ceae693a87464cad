"""How the plan came about: the run on one time axis, every agent's steps, decisions and checks."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Tree

from planner.plan import TripPlan
from planner.progress import RunProgress
from planner.tui.messages import SideTaken
from planner.tui.screens.choose import ChooseScreen
from planner.tui.tabs.trace_telling import Trace
from planner.tui.tabs.trace_topics import Topic, agent_key, run_topic
from planner.tui.tabs.trace_tree import TopicTree
from planner.tui.widgets.detail import ListAndDetail
from planner.tui.widgets.waterfall import Waterfall

REFRESH_HZ = 4


class TraceTab(Vertical):
    """The waterfall on top, below it the tree of topics and the closer look at one."""

    DEFAULT_CSS = """
    TraceTab { width: 1fr; height: 1fr; }
    TraceTab > Waterfall { margin-bottom: 1; }
    TraceTab > TraceTopics { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "next_decision", "Decisions"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._trace = Trace()
        self._drawn: tuple[int, int] = (-1, -1)

    def compose(self) -> ComposeResult:
        yield Waterfall()
        yield TraceTopics()

    def on_mount(self) -> None:
        self.set_interval(1 / REFRESH_HZ, self._go_on)

    def show(self, plan: TripPlan) -> None:
        """Show the decisions and checks of `plan`, and the run that led to it if it is followed."""
        self._trace = Trace(self._trace.progress, plan)
        self._draw()

    def follow(self, progress: RunProgress | None) -> None:
        """Show this run from now on, while it goes on too; None for one without events."""
        self._trace = Trace(RunProgress() if progress is None else progress, self._trace.plan)
        self._draw()

    def choose_agent(self, name: str) -> None:
        """Open the steps of an agent and go to them."""
        self.topics.go_to(agent_key(name), open_it=True)

    @property
    def topics(self) -> TopicTree:
        return self.query_one(TopicTree)

    def _draw(self) -> None:
        self._drawn = self._state()
        self.query_one(Waterfall).show(self._trace.progress, self._trace.now())
        self.topics.show(run_topic(self._trace))
        self.query_one(TraceTopics).look_at(self.topics.topic)

    def _go_on(self) -> None:
        """Follow the run; nothing to do while it rests or nobody looks."""
        run = self._trace.progress
        if not self.is_on_screen or (self._state() == self._drawn and not run.at_work):
            return
        shape_before, self._drawn = self._drawn[1], self._state()
        self.query_one(Waterfall).show(run, self._trace.now())
        if self._drawn[1] != shape_before:
            self.topics.show(run_topic(self._trace))
        else:
            self.topics.grow()
        self.query_one(TraceTopics).look_again()

    def _state(self) -> tuple[int, int]:
        """What has changed, and whether the tree has other branches."""
        run = self._trace.progress
        return run.version, len(run.agents) + sum(len(a.spans) for a in run.agents.values())

    def action_next_decision(self) -> None:
        """The first decision; from a decision the one after it."""
        plan = self._trace.plan
        keys = [f"decision/{decision.id}" for decision in plan.decisions] if plan else []
        if not keys:
            self.notify("This plan left nothing to decide.", markup=False)
            return
        at = self.topics.topic
        here = keys.index(at.key) if at is not None and at.key in keys else -1
        self.topics.go_to(keys[(here + 1) % len(keys)], within="merge")


class TraceTopics(ListAndDetail):
    """The tree on the left, the closer look on the right."""

    FOR_THE_CHOSEN = (Binding("t", "take_side", "Other side", tooltip="Take the other side"),)
    BINDINGS: ClassVar[list[BindingType]] = [*FOR_THE_CHOSEN]

    def compose_list(self) -> ComposeResult:
        yield TopicTree()

    @on(Tree.NodeHighlighted)
    def _chosen(self, event: Tree.NodeHighlighted[Topic]) -> None:
        event.stop()
        self.look_at(event.node.data)

    @on(Tree.NodeSelected)
    def _look_closer(self, event: Tree.NodeSelected[Topic]) -> None:
        """Enter on what has nothing below it."""
        event.stop()
        if not event.node.allow_expand:
            self.action_look_closer()

    def look_at(self, topic: Topic | None) -> None:
        """All that is said of a topic."""
        if topic is not None:
            self.look(topic.tell(), topic.links())
        self.refresh_bindings()

    def look_again(self) -> None:
        """What is said may be more by now; whoever has scrolled is left in peace."""
        topic = self.query_one(TopicTree).topic
        if topic is not None and self.pane.scroll_y == 0:
            self.look(topic.tell(), topic.links())

    def action_take_side(self) -> None:
        """Take the other side of the chosen decision, after a choice where there are several."""
        topic = self.query_one(TopicTree).topic
        decision = topic.decision if topic is not None else None
        if decision is None or not decision.choices:
            return
        id, choices = decision.id, decision.choices

        def taken(value: str | None) -> None:
            if value is not None:
                self.post_message(SideTaken(id, value))

        if len(choices) == 1:
            taken(choices[0][0])
        else:
            question = f"{decision.subject}: take which side?"
            sides = [(value, Content(words)) for value, words in choices]
            self.app.push_screen(ChooseScreen(question, sides), taken)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a side to take on a decision only."""
        if action != "take_side" or not self.is_mounted:
            return True
        topic = self.query_one(TopicTree).topic
        return topic is not None and topic.decision is not None and bool(topic.decision.choices)
