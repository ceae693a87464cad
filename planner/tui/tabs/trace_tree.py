"""Topics as a tree whose branches are made when they are opened."""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import takewhile
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from planner.tui.tabs.trace_topics import Topic

GUIDE = 2
"""Columns a level of the tree is indented."""


class TopicTree(Tree[Topic]):
    """Topics as a tree. What lies below one is asked for when it is opened."""

    DEFAULT_CSS = """
    TopicTree {
        height: 1fr; padding: 0 0 0 1; background: $background; overflow-x: hidden;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        & > .tree--cursor { background: $primary 15%; color: $foreground; text-style: none; }
        &:focus { background-tint: transparent; }
        &:focus > .tree--cursor { background: $primary 35%; color: $foreground; text-style: none; }
        & > .topics--good { color: $text-success; }
        & > .topics--bad { color: $text-error; }
        & > .topics--warn { color: $text-warning; }
        & > .topics--plain { color: $text-primary; }
        & > .topics--aside { color: $foreground-muted; }
        &:ansi > .tree--cursor { background: transparent; text-style: reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"topics--{name}" for name in ("good", "bad", "warn", "plain", "aside"))
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "open", "Open", show=False),
        Binding("left", "close", "Close, or go up", show=False),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]

    def __init__(self) -> None:
        super().__init__("", classes="list")
        self.guide_depth = GUIDE
        self.root.allow_expand = True
        self._filled: set[str] = set()

    @property
    def topic(self) -> Topic | None:
        """The topic at the cursor."""
        return self.cursor_node.data if self.cursor_node is not None else None

    def show(self, topic: Topic) -> None:
        """Show this tree of topics; what was open stays open, the cursor where it was."""
        before = self.topic.key if self.topic is not None else topic.key
        made = dict(self._made())
        opened = {key for key, node in made.items() if node.is_expanded}
        self.root.remove_children()
        self._filled.clear()
        self.root.data = topic
        self._reopen(self.root, opened, made.keys())
        self.go_to(before)
        if self.topic is None:
            self.go_to(topic.key)

    def _reopen(self, node: TreeNode[Topic], opened: Set[str], known: Set[str]) -> None:
        topic = node.data
        if topic is None or topic.below is None:
            return
        if topic.key in opened or (topic.opens and topic.key not in known):
            self._fill(node)
            node.expand()
            for child in node.children:
                self._reopen(child, opened, known)

    def _fill(self, node: TreeNode[Topic]) -> None:
        """Make the nodes below; once, so that a long run costs nothing before it is looked at."""
        if node.data is None or node.data.below is None or node.data.key in self._filled:
            return
        self._filled.add(node.data.key)
        for topic in node.data.below():
            node.add("", topic, allow_expand=topic.below is not None)

    def grow(self) -> None:
        """Add what has come below open topics, and draw the lines in sight anew."""
        for key, node in list(self._made()):
            if key in self._filled and node.data is not None and node.data.latest is not None:
                self._add_new(node, node.data.latest())
        for line in range(int(self.scroll_y), int(self.scroll_y) + self.size.height):
            if (shown := self.get_node_at_line(line)) is not None:
                shown.refresh()

    def _add_new(self, node: TreeNode[Topic], latest: Iterator[Topic]) -> None:
        last = node.children[-1].data if node.children else None
        known = last.key if last is not None else ""
        for topic in reversed(list(takewhile(lambda t: t.key != known, latest))):
            node.add("", topic, allow_expand=topic.below is not None)

    def _made(self, of: TreeNode[Topic] | None = None) -> Iterator[tuple[str, TreeNode[Topic]]]:
        node = of or self.root
        if node.data is not None:
            yield node.data.key, node
        for child in node.children:
            yield from self._made(child)

    def go_to(self, key: str, *, within: str = "", open_it: bool = False) -> None:
        """Put the cursor on a topic, and open what it lies in; nothing for an unknown one.

        `within` is the key of what must be filled before the topic can be there.
        """
        made = dict(self._made())
        if within in made:
            self._fill(made[within])
            made = dict(self._made())
        node = made.get(key)
        if node is None:
            return
        if open_it:
            self._fill(node)
            node.expand()
        above = node.parent
        while above is not None:
            above.expand()
            above = above.parent
        self.get_node_at_line(0)  # counts the lines, so that the node knows its own
        self.move_cursor(node)

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Topic]) -> None:
        self._fill(event.node)

    def action_open(self) -> None:
        if self.cursor_node is not None and self.cursor_node.allow_expand:
            self.cursor_node.expand()

    def action_close(self) -> None:
        if self.cursor_node is not None and self.cursor_node.is_expanded:
            self.cursor_node.collapse()
        else:
            self.action_cursor_parent()

    def get_label_width(self, node: TreeNode[Topic]) -> int:
        """Lines are cut to the room there is, so no line makes the tree wider."""
        return 1

    def render_label(self, node: TreeNode[Topic], base_style: Style, style: Style) -> Text:
        if node.data is None:
            return Text()
        label = node.data.label()
        depth = 0
        above = node.parent
        while above is not None:
            depth, above = depth + 1, above.parent
        fold = ("▾ " if node.is_expanded else "▸ ") if node.allow_expand else ""
        line = Text.assemble(
            (fold, self._part(style, "aside")),
            (f"{label.mark} ", self._part(style, label.tone)),
            (" ".join(label.words.split()), style),
            (f"  {' '.join(label.aside.split())}", self._part(style, "aside")),
            no_wrap=True,
        )
        room = self.scrollable_content_region.width - depth * GUIDE
        line.truncate(max(1, room), overflow="ellipsis")
        return line

    def _part(self, style: Style, name: str) -> Style:
        if style.reverse:
            return style
        return style + Style(color=self.get_component_rich_style(f"topics--{name}").color)
