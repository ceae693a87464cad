"""Work in the background that breaks off is told, never passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message_pump import MessagePump
from textual.worker import Worker, WorkerState

from agents.cleaning import clean_line

if TYPE_CHECKING:
    from planner.tui.app import TripartiteApp


class TellsFailures(MessagePump):
    """For screens and widgets that start workers of their own."""

    app: TripartiteApp

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            self.log.error(error)
            self.app.tell(
                f"Something went wrong ({type(error).__name__}: {clean_line(error)}). Your trips are "
                "safe; try again, and report it if it comes back.",
                severity="error",
            )
