"""The closer look over the whole of a narrow terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from planner.tui.links import open_one_of
from planner.tui.screens.base import AppDialog
from planner.tui.widgets.detail import DetailPane, Told
from planner.tui.widgets.footer import FittingFooter

if TYPE_CHECKING:
    from planner.views.grounds import Link


class DetailScreen(AppDialog["str | None"]):
    """One text and its addresses. `keys` leave it with their action, for whoever opened it."""

    DEFAULT_CSS = """
    DetailScreen > DetailPane {
        width: 100%; max-width: 100; height: 1fr; margin: 1 2 0 2; padding: 1 2;
        background: $surface;
    }
    DetailScreen > DetailPane, DetailScreen > DetailPane:focus { border-left: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss(None)", "Back"),
        Binding("o", "open_link", "Source", tooltip="Open a source in the browser"),
    ]

    def __init__(
        self, text: Content | Told, links: Sequence[Link] = (), keys: Sequence[Binding] = ()
    ) -> None:
        super().__init__()
        self._text, self._links = text, links
        for key in keys:
            self._bindings.bind(key.key, f"dismiss({key.action!r})", key.description)

    def compose(self) -> ComposeResult:
        yield DetailPane()
        yield FittingFooter(show_command_palette=False)

    def on_mount(self) -> None:
        pane = self.query_one(DetailPane)
        pane.show(self._text, self._links)
        pane.focus()

    def action_open_link(self) -> None:
        open_one_of(self, self._links)
