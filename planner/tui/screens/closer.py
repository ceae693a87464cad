"""The closer look over the whole of a narrow terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Footer

from planner.tui.links import open_one_of
from planner.tui.screens.base import AppDialog
from planner.tui.widgets.detail import DetailPane, Told

if TYPE_CHECKING:
    from planner.views.grounds import Link


class DetailScreen(AppDialog[None]):
    """One text and its addresses."""

    DEFAULT_CSS = """
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
