"""What our screens have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual import on
from textual.await_complete import AwaitComplete
from textual.events import Mount
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.worker import Worker, WorkerState

from agents.cleaning import clean_line

if TYPE_CHECKING:
    from planner.tui.app import TripartiteApp

Result = TypeVar("Result")


class AppScreen(Screen[Result]):
    """A screen of this app. Work that breaks off is told, never passed over."""

    app: TripartiteApp

    async def _dispatch_message(self, message: Message) -> None:
        """A screen that is left while it opens never gets its parts, so there is nothing to set up."""
        if self.display or not isinstance(message, Mount):
            await super()._dispatch_message(message)

    @on(Worker.StateChanged)
    def _tell_failure(self, event: Worker.StateChanged) -> None:
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            self.log.error(error)
            self.app.tell(
                f"Something went wrong ({type(error).__name__}: {clean_line(error)}). Your trips are "
                "safe; try again, and report it if it comes back.",
                severity="error",
            )


class AppDialog(ModalScreen[Result], AppScreen[Result]):
    """The same, over the screen that it belongs to. Textual styles by the first base alone."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """As Textual's; a second answer, from a key that came too fast, is none."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
