"""The app: which screen is shown, how it ends, and what every screen may ask of it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from planner.session import Session
from planner.tui.messages import LinkChosen
from planner.tui.screens.start import StartScreen
from planner.tui.theme import THEMES, default_theme

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.notifications import SeverityLevel

    from planner.intake import Options
    from planner.run import TripRun

NOTICE_SECONDS = 8
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


class TripartiteApp(App[None]):
    """Three agents, one trip."""

    TITLE = "Tripartite"
    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  declared by Textual
        (0, "-narrow"),
        (100, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012  declared by Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
        Binding("ctrl+c", "interrupt", "Copy, stop or quit", show=False, priority=True),
        Binding("f1", "help", "Help", show=False),
    ]
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(self, session: Session) -> None:
        # With NO_COLOR Textual draws in grey, unless the terminal's own colours are asked for.
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        self.session = session
        for theme in THEMES:
            self.register_theme(theme)
        few_colours = self.console.color_system == "standard"
        self.theme = default_theme(self.available_themes, session.settings.theme, few_colours)

    def get_driver_class(self) -> type[Driver]:
        usual = super().get_driver_class()
        if usual.__name__ != "LinuxDriver":
            return usual
        from planner.tui.terminal_driver import TerminalDriver

        return TerminalDriver

    def on_load(self) -> None:
        self._end_on_signals()

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, lambda theme: self.remember(theme=theme.name))
        self.push_screen(StartScreen())
        if self.session.warning:
            self.tell(self.session.warning, severity="warning")

    def _end_on_signals(self) -> None:
        """Whoever ends the process from outside gets their terminal back as it was."""
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

    # What screens ask for

    def tell(self, words: str, *, severity: SeverityLevel = "information") -> None:
        """A short notice. The words are shown as they are, never as markup."""
        self.notify(words, severity=severity, markup=False, timeout=NOTICE_SECONDS)

    def remember(self, **changes: str) -> None:
        """Keep a setting for the next time."""
        if warning := self.session.change(**changes):
            self.tell(warning, severity="warning")

    def open_run(self, run: TripRun, *, begin: bool) -> None:
        """Show a run on a screen of its own; `begin` starts its work."""
        from planner.tui.screens.trip import TripScreen

        self.push_screen(TripScreen(run, begin=begin))

    def to_start(self, words: str, options: Options | None) -> None:
        """Back to the first screen, with this request in its prompt."""
        while not isinstance(self.screen, StartScreen):
            self.pop_screen()
        self.screen.write(words, options)

    @on(LinkChosen)
    def _ask_to_open(self, message: LinkChosen) -> None:
        from planner.tui.screens.ask import AskScreen

        url = message.url
        if not url.startswith(("https://", "http://")) or any(c.isspace() for c in url):
            self.tell(f"Only http and https addresses are opened, not {url[:80]}", severity="error")
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.open_url(url)

        self.push_screen(AskScreen("Open this address in your browser?", url, "Open"), answered)

    # Leaving

    async def action_quit(self) -> None:
        """Leave, at once or after the agents have been cancelled and cleaned up."""
        self.leave(0)

    def action_interrupt(self) -> None:
        """Copy what is selected; else stop the work; else leave."""
        selected = self.screen.get_selected_text() or getattr(self.focused, "selected_text", "")
        if selected:
            self.copy_to_clipboard(selected)
        elif isinstance(self.screen, Stoppable) and self.screen.can_stop:
            self.screen.action_stop()
        else:
            self.leave(0)

    def leave(self, code: int) -> None:
        """Cancel what is at work, wait for its clean-up, then end with `code`."""
        self._leave(code)

    @work(exclusive=True, group="leaving", exit_on_error=False)
    async def _leave(self, code: int) -> None:
        at_work = [w for w in self.workers if w.group == "run" and not w.is_finished]
        for worker in at_work:
            worker.cancel()
        if at_work:
            from textual.worker import WorkerCancelled, WorkerFailed

            for worker in at_work:
                try:
                    await worker.wait()
                except (WorkerFailed, WorkerCancelled):
                    continue
        self.exit(return_code=code)

    def _handle_exception(self, error: Exception) -> None:
        """As Textual's; but a key that reaches a screen that is being taken down is no fault."""
        if self._exit:
            self.log.error(error)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """As Textual's, but without the values of variables: one of them may be a key."""
        import traceback

        from rich.text import Text

        from agents.cleaning import clean

        error = self._exception
        trace = "".join(traceback.format_exception(error)) if error else ""
        note = "This is a fault of Tripartite. Your trips are kept; please report it."
        self.panic(Text(f"{clean(trace, MAX_TRACE)}\n{note}"))

    # Commands

    def action_help(self) -> None:
        from planner.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_command_palette(self) -> None:
        from planner.tui.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield SystemCommand(
            "Quit", "End the app; agents at work are cancelled first", self.action_quit
        )
        yield SystemCommand("Help", "Every key of this screen, and what it does", self.action_help)
        yield SystemCommand(
            "Theme", "Change the colours; kept for the next time", self.search_themes
        )
        for name, choice in self.session.backends.items():
            if name != self.session.backend.name:
                yield SystemCommand(
                    f"Backend: {name}",
                    choice.about,
                    lambda name=name: self.choose_backend(name),
                )
        for effort, about in EFFORTS.items():
            if effort != self.session.settings.effort:
                yield SystemCommand(
                    f"Mode: {effort}", about, lambda effort=effort: self.choose_effort(effort)
                )
        more = getattr(screen, "commands", None)
        if more is not None:
            for command in more():
                yield command._replace(callback=partial(self._if_shown, screen, command.callback))

    def _if_shown(self, screen: Screen[object], command: Callable[[], object]) -> None:
        """A command of a screen that was left meanwhile does nothing."""
        if screen is self.screen:
            command()

    def choose_backend(self, name: str) -> None:
        """Who does the agents' thinking from the next run on."""
        self.remember(backend=name)
        self.tell(f"The next run goes to {name}.")
        self._settings_changed()

    def choose_effort(self, effort: str) -> None:
        """How much work goes into the next plan, unless the request says it."""
        self.remember(effort=effort)
        self.tell(f"The next run is {effort}.")
        self._settings_changed()

    def _settings_changed(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, StartScreen):
                screen.settings_changed()


EFFORTS = {
    "instant": "One pass with a short search",
    "thinking": "Three agents, merge, checks, and one round of repair",
    "contemplating": "A longer search and up to three rounds of repair",
}


def launch(backend: str | None = None) -> int:
    """Run the app in this terminal; returns the exit code."""
    from agents.errors import TripartiteError

    try:
        session = Session.open(backend)
    except TripartiteError as error:
        os.write(2, f"{error}\n".encode())
        return 2
    return run(session)


def run(session: Session) -> int:
    """Run the app for this sitting; returns the exit code."""
    import warnings

    # What Textual had not begun when the app was left is no news for the traveller's shell.
    warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
    app = TripartiteApp(session)
    app.run()
    return app.return_code or 0
