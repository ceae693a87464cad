"""How the app ends: on request, by a signal, or by a fault; the agents are always cancelled first."""

from __future__ import annotations

import signal
import traceback
import warnings
from typing import Protocol, runtime_checkable

from textual import work
from textual.app import App, ScreenStackError
from textual.css.query import NoMatches
from textual.driver import Driver

from agents.cleaning import clean

MAX_TRACE = 20_000
"""Characters of a fault's trace that are printed when it ends the app."""
ENDING_SIGNALS = {"SIGTERM": 143, "SIGHUP": 129}
"""Signals that end the app, and the exit code of each."""


@runtime_checkable
class Stoppable(Protocol):
    """A screen with work that can be stopped."""

    @property
    def can_stop(self) -> bool: ...

    def action_stop(self) -> None: ...


class EndsWell(App[None]):
    """An app that gives the terminal back as it was, with nothing left running."""

    def get_driver_class(self) -> type[Driver]:
        usual = super().get_driver_class()
        if usual.__name__ != "LinuxDriver":
            return usual
        from planner.tui.terminal_driver import TerminalDriver

        return TerminalDriver

    def on_load(self) -> None:
        import asyncio

        loop = asyncio.get_running_loop()
        for name, code in ENDING_SIGNALS.items():
            number = getattr(signal, name, None)
            if number is None:  # Windows has no SIGHUP
                continue
            try:
                loop.add_signal_handler(number, self.leave, code)
            except (NotImplementedError, RuntimeError):  # Windows; a loop outside the main thread
                return

    async def action_quit(self) -> None:
        """Leave, at once or after the agents have been cancelled and cleaned up."""
        self.leave(0)

    def action_interrupt(self) -> None:
        """Copy what is selected; else stop the work; else leave."""
        selected = self.screen.get_selected_text() or getattr(self.focused, "selected_text", "")
        if selected:
            self.copy_to_clipboard(selected)
            return
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Stoppable) and screen.can_stop:
                screen.action_stop()
                return
        self.leave(0)

    def leave(self, code: int) -> None:
        """Cancel what is at work, wait for its clean-up, then end with `code`."""
        self._leave(code)

    @work(exclusive=True, group="leaving", exit_on_error=False)
    async def _leave(self, code: int) -> None:
        from textual.worker import WorkerCancelled, WorkerFailed

        at_work = [w for w in self.workers if w.group == "run" and not w.is_finished]
        for worker in at_work:
            worker.cancel()
        for worker in at_work:
            try:
                await worker.wait()
            except (WorkerFailed, WorkerCancelled):
                continue
        # What Textual had not begun by now is no news for the traveller's shell.
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        self.exit(return_code=code)

    def _handle_exception(self, error: Exception) -> None:
        """As Textual's; but a key that reaches a screen that is being taken down is no fault."""
        if self._exit and isinstance(error, NoMatches | ScreenStackError):
            self.log.error(error)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """As Textual's, but without the values of variables: one of them may be a key."""
        from rich.text import Text

        error = self._exception
        trace = "".join(traceback.format_exception(error)) if error else ""
        note = "This is a fault of Tripartite. Your trips are kept; please report it."
        self.panic(Text(f"{clean(trace, MAX_TRACE)}\n{note}"))
