"""Which of several other sides of a decision to take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from planner.tui.screens.base import AppDialog


class SideScreen(AppDialog[str | None]):
    """Gives the value of the side that was taken, or None."""

    DEFAULT_CSS = """
    SideScreen { align: center middle; background: $background 70%; }
    SideScreen > OptionList {
        width: 90%; max-width: 70; height: auto; max-height: 70%;
        border: round $primary; background: $surface;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, subject: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._subject, self._choices = subject, tuple(choices)

    def compose(self) -> ComposeResult:
        chooser = OptionList(*(Option(Content(words)) for _, words in self._choices), markup=False)
        chooser.border_title = Content(f"{self._subject}: take which side?")
        yield chooser

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index][0])
