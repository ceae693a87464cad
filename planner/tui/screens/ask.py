"""A question that wants a yes before anything happens."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from planner.tui.screens.base import AppDialog
from planner.tui.widgets.footer import FittingFooter


class AskScreen(AppDialog[bool | None]):
    """Gives True for yes; Escape is no."""

    DEFAULT_CSS = """
    AskScreen > Vertical {
        width: 80%; max-width: 90; height: auto; padding: 1 2;
        background: $surface; border: round $primary;
    }
    AskScreen .subject { color: $accent; padding: 1 0; }
    AskScreen Horizontal { height: auto; align-horizontal: right; }
    AskScreen Button { margin-left: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n,escape", "dismiss(False)", "No"),
        Binding("left,right", "app.focus_next", "Other", show=False),
    ]

    def __init__(self, question: str, subject: str, yes: str) -> None:
        super().__init__()
        self._question, self._subject, self._yes = question, subject, yes

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._question, markup=False)
            yield Static(self._subject, markup=False, classes="subject")
            with Horizontal():
                yield Button(self._yes, id="yes", variant="primary", compact=True)
                yield Button("No", id="no", compact=True)
        yield FittingFooter(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one("#no", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")
