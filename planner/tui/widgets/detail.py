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
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from planner.tui.messages import LinkChosen
from planner.tui.screens.base import AppDialog

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
            self.app.push_screen(DetailScreen(self.pane.text, self.pane.links))

    def action_open_link(self) -> None:
        open_one_of(self, self.pane.links)


def open_one_of(widget: Horizontal | AppDialog[None], links: Sequence[Link]) -> None:
    """Ask for one of `links` when there are several, then for leave to open it."""
    if not links:
        widget.notify("There is no address to open here.", markup=False)
    elif len(links) == 1:
        widget.post_message(LinkChosen(links[0].url))
    else:

        def chosen(url: str | None) -> None:
            if url:
                widget.post_message(LinkChosen(url))

        widget.app.push_screen(LinkScreen(links), chosen)


class DetailScreen(AppDialog[None]):
    """The closer look over the whole of a narrow terminal."""

    DEFAULT_CSS = """
    DetailScreen { align: center middle; background: $background 70%; }
    DetailScreen > DetailPane {
        width: 100%; max-width: 100; height: 1fr; margin: 1 2 0 2; padding: 1 2;
        background: $surface;
    }
    DetailScreen > DetailPane, DetailScreen > DetailPane:focus { border-left: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", "Back"),
        Binding("o", "open_link", "Source", tooltip="Open a source in the browser"),
    ]

    def __init__(self, text: Content | Told, links: Sequence[Link] = ()) -> None:
        super().__init__()
        self._text, self._links = text, links

    def compose(self) -> ComposeResult:
        yield DetailPane()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        pane = self.query_one(DetailPane)
        pane.show(self._text, self._links)
        pane.focus()

    def action_open_link(self) -> None:
        open_one_of(self, self._links)


class LinkScreen(AppDialog[str | None]):
    """Which of several addresses; gives the address, or None."""

    DEFAULT_CSS = """
    LinkScreen { align: center middle; background: $background 70%; }
    LinkScreen > OptionList {
        width: 90%; max-width: 90; height: auto; max-height: 70%;
        border: round $primary; background: $surface;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, links: Sequence[Link]) -> None:
        super().__init__()
        self._links = links

    def compose(self) -> ComposeResult:
        chooser = OptionList(
            *(
                Option(Content.assemble(f"{link.label}\n", (link.url, "$foreground-muted")))
                for link in self._links
            ),
            markup=False,
        )
        chooser.border_title = "Open which?"
        yield chooser

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._links[event.option_index].url)
