"""A closer look: a list on the left and what it says of the chosen row on the right.

Where the terminal is too narrow for both, the closer look opens over the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from planner.tui.links import open_one_of

if TYPE_CHECKING:
    from planner.views.grounds import Link


class Told(Protocol):
    """A text that lays itself out for a width in columns."""

    def fit(self, width: int, /) -> Content: ...


class DetailPane(VerticalScroll):
    """Shows one text and lists the addresses that come with it."""

    DEFAULT_CSS = """
    DetailPane {
        padding: 0 0 0 2;
        border-left: vkey $foreground 20%;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
    }
    DetailPane:focus { border-left: vkey $primary; }
    DetailPane > Static { padding: 0 1 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False)]

    text: Content | Told = Content("")
    links: tuple[Link, ...] = ()
    came_from: Widget | None = None
    """What gets the focus back."""
    _shown: tuple[str, tuple[Link, ...], int] | None = None

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def show(self, text: Content | Told, links: Sequence[Link] = ()) -> None:
        """Show `text`, which was cleaned where it came in, and `links` below it."""
        self.text, self.links = text, tuple(links)
        if self._lay_out():
            self.scroll_home(animate=False)

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> bool:
        """Whether anything changed."""
        width = self.scrollable_content_region.width - 1
        if width < 1:
            return False
        text = self.text if isinstance(self.text, Content) else self.text.fit(width)
        if (text.plain, self.links, width) == self._shown:
            return False
        self._shown = (text.plain, self.links, width)
        told, static = _with_links(text, self.links), self.query_one(Static)
        static.update(told)
        # "auto" keeps an old height when the text changes while a layout is due already
        static.styles.height = len(told.wrap(width))
        return True

    def action_leave(self) -> None:
        if self.came_from is not None:
            self.came_from.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "leave" or self.came_from is not None


def _with_links(text: Content, links: Sequence[Link]) -> Content:
    if not links:
        return text
    listed = [
        Content.assemble(("↗ ", "$accent"), f"{link.label}  ", (link.url, "$foreground-muted"))
        for link in links
    ]
    head = Content.assemble("\n", ("Look further", "bold"), (" (o opens one)", "$foreground-muted"))
    return Content("\n").join([text, head, *listed])


class ListAndDetail(Horizontal):
    """The frame of a tab: `compose_list` gives the list, `look` fills the pane beside it."""

    DEFAULT_CSS = """
    ListAndDetail > .list { width: 3fr; }
    ListAndDetail > DetailPane { width: 2fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open_link", "Source", tooltip="Open a source in the browser"),
        Binding("enter", "look_closer", "Closer", show=False),
    ]
    FOR_THE_CHOSEN: ClassVar[tuple[Binding, ...]] = ()
    """Keys that do something with the chosen row; they work over the closer look too."""

    def compose(self) -> ComposeResult:
        yield from self.compose_list()
        yield DetailPane(id="closer")

    def compose_list(self) -> ComposeResult:
        """The list; its widget has the class "list"."""
        yield from ()

    @property
    def pane(self) -> DetailPane:
        return self.query_one("#closer", DetailPane)

    def look(self, text: Content | Told, links: Sequence[Link] = ()) -> None:
        """What is said of the row that is highlighted now."""
        self.pane.show(text, links)

    @property
    def is_beside(self) -> bool:
        """Whether the pane stands beside the list: there is room for both."""
        return self.pane.display and self.pane.size.width > 0

    def action_look_closer(self) -> None:
        if self.is_beside:
            if self.screen.focused is not self.pane:
                self.pane.came_from = self.screen.focused
            self.pane.focus()
        elif self.pane.text != Content("") and self.screen is self.app.screen:
            from planner.tui.screens.closer import DetailScreen

            keys = [key for key in self.FOR_THE_CHOSEN if self.check_action(key.action, ())]
            closer = DetailScreen(self.pane.text, self.pane.links, keys)
            self.app.push_screen(closer, self._carry_out)

    async def _carry_out(self, action: str | None) -> None:
        """What was asked for in the closer look."""
        if action is not None:
            await self.run_action(action)

    def action_open_link(self) -> None:
        open_one_of(self, self.pane.links)
