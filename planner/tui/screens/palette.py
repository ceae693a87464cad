"""The command palette."""

from __future__ import annotations

from contextlib import suppress

from textual.command import CommandPalette


class Palette(CommandPalette):
    """Textual's own; a page key that comes before its list is laid out does nothing."""

    def _action_command_list(self, action: str) -> None:
        with suppress(KeyError):  # Textual 8.2.8: a list without room does not know its lines
            super()._action_command_list(action)
