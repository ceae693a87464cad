"""The command palette."""

from __future__ import annotations

from contextlib import suppress

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.theme import ThemeProvider


class Palette(CommandPalette):
    """Textual's own, for keys that come too fast: before its list is laid out, or twice."""

    @classmethod
    def of_themes(cls) -> Palette:
        """The themes alone."""
        return cls(providers=[ThemeProvider], placeholder="Search for themes…")

    def dismiss(self, result: None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def _action_command_list(self, action: str) -> None:
        with suppress(KeyError):  # Textual 8.2.8: a list without room does not know its lines
            super()._action_command_list(action)
