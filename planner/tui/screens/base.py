"""What our screens have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.await_complete import AwaitComplete
from textual.events import Mount
from textual.message import Message
from textual.screen import ModalScreen, Screen

from planner.tui.failures import TellsFailures

if TYPE_CHECKING:
    from planner.tui.app import TripartiteApp

Result = TypeVar("Result")


class AppScreen(Screen[Result], TellsFailures):
    """A screen of this app."""

    app: TripartiteApp

    async def _dispatch_message(self, message: Message) -> None:
        """A screen that is left while it opens never gets its parts, so there is nothing to set up."""
        if self.display or not isinstance(message, Mount):
            await super()._dispatch_message(message)


class AppDialog(ModalScreen[Result], AppScreen[Result]):
    """The same, over the screen that it belongs to. Textual styles by the first base alone."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """As Textual's; a second answer, from a key that came too fast, is none."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
