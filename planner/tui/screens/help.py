"""Every key of the screen underneath, and what the marks mean."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from planner.tui.screens.base import AppDialog
from planner.tui.widgets.footer import FittingFooter

MARKS = (
    ("✓", "from a record, or a check that passed"),
    ("≈", "an estimate: it comes with its date and range"),
    ("?", "unverified or unknown: look before you go"),
    ("✗", "a check that failed, a part that is missing"),
    ("!", "a warning: worth a look, and no reason not to go"),
    ("★", "something an agent found; the chosen destination"),
    ("⚙", "calls of tools: looking things up"),
)
KEY_WORDS = {
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "question_mark": "?",
    "delete": "Del",
}
"""Keys that are not called as Textual does. A modifier stands before them, as in "Ctrl+P"."""


class HelpScreen(AppDialog[None]):
    """Keys and marks."""

    DEFAULT_CSS = """
    HelpScreen > VerticalScroll {
        width: 90%; max-width: 84; height: auto; max-height: 90%; padding: 1 2;
        background: $surface; border: round $primary;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,enter", "dismiss", "Back"),
    ]

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        self._keys = _keys(below)
        self._commands = [
            (command.title, command.help) for command in below.app.get_system_commands(below)
        ]

    def compose(self) -> ComposeResult:
        box = VerticalScroll(Static(self._words(), markup=False))
        box.border_title = "Help"
        yield box
        yield FittingFooter(show_command_palette=False)

    def _words(self) -> Content:
        width = max((len(key) for key, _ in self._keys), default=0)
        lines = [
            Content.assemble((f"{key:>{width}}  ", "bold $accent"), words)
            for key, words in self._keys
        ]
        marks = [Content.assemble((f"{mark}  ", "bold"), words) for mark, words in MARKS]
        commands = [
            Content.assemble((title, "$accent"), f": {about}") for title, about in self._commands
        ]
        parts = (("Keys", lines), ("Marks", marks), ("Commands, by Ctrl+P", commands))
        told = [[Content.styled(title, "bold"), *words, Content()] for title, words in parts]
        return Content("\n").join(line for part in told for line in part)


def _keys(screen: Screen[Any]) -> list[tuple[str, str]]:
    """Keys that do something on `screen` now, those that do the same on one line."""
    words: dict[str, list[str]] = {}
    for _, binding, enabled, _ in screen.active_bindings.values():
        if enabled and binding.description and not (binding.system or "super" in binding.key):
            words.setdefault(binding.description, []).append(_key(binding.key))
    words.setdefault("Quit", ["Ctrl+Q"])
    return [(" ".join(dict.fromkeys(keys)), description) for description, keys in words.items()]


def _key(key: str) -> str:
    *modifiers, own = key.split("+")
    word = KEY_WORDS.get(own, own.capitalize() if modifiers or len(own) > 1 else own)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), word])
