"""One of several: an address to open, a side of a decision to take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from planner.tui.screens.base import AppDialog
from planner.tui.widgets.choices import Choices
from planner.tui.widgets.footer import FittingFooter


class ChooseScreen(AppDialog[str | None]):
    """Gives the value that was chosen, or None. `choices` are values and what is shown for each."""

    DEFAULT_CSS = """
    ChooseScreen > OptionList {
        width: 90%; max-width: 90; height: auto; max-height: 70%;
        border: round $primary; background: $surface;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, question: str, choices: Sequence[tuple[str, Content]]) -> None:
        super().__init__()
        self._question, self._choices = question, tuple(choices)

    def compose(self) -> ComposeResult:
        chooser = Choices(*(Option(words) for _, words in self._choices), markup=False)
        chooser.border_title = Content(self._question)
        yield chooser
        yield FittingFooter(show_command_palette=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index][0])
