"""The app: which screen is shown, how it ends, and what every screen may ask of it."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from agents.errors import TripartiteError
from planner.choosing import NOW_THE_DEFAULT
from planner.session import Session
from planner.tui.commands import commands
from planner.tui.leaving import EndsWell
from planner.tui.messages import LinkChosen
from planner.tui.screens.start import StartScreen
from planner.tui.theme import THEMES, default_theme

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from planner.run import TripRun

NOTICE_SECONDS = 8
TINY = 10
"""Columns below which nothing is drawn: Textual cannot wrap a list's words in less."""


class TripartiteApp(EndsWell):
    """Three agents, one trip."""

    TITLE = "Tripartite"
    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  declared by Textual
        (0, "-tiny"),
        (TINY, "-narrow"),
        (100, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012  declared by Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
        Binding("ctrl+c", "interrupt", "Copy, stop or quit", show=False, priority=True),
        Binding("f1", "help", "Help", show=False),
        Binding("f8", "backends", "Backend", show=False),
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

    def get_default_screen(self) -> StartScreen:
        """The first screen, at the bottom of the stack: so it is painted at once and as a whole."""
        start = StartScreen()
        start.set_class(self.size.width < TINY, "-tiny")
        return start

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, lambda theme: self.remember(theme=theme.name))
        self.call_after_refresh(self._look_for_garbage)
        if self.session.warning:
            self.tell(self.session.warning, severity="warning")

    def _look_for_garbage(self) -> None:
        """From the first paint on (see `planner.cli.main`); what is loaded by now stays anyway."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

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

    def to_start(self, run: TripRun | None) -> None:
        """Back to the first screen: to change the request of `run`, or to a new one."""
        while not isinstance(self.screen, StartScreen):
            self.pop_screen()
        if run is None:
            self.screen.write("", None)
        else:
            self.screen.write(run.words, run.options, changing=run)

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

    # Commands

    def action_help(self) -> None:
        from planner.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_command_palette(self) -> None:
        from planner.tui.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def search_themes(self) -> None:
        from planner.tui.screens.palette import Palette

        self.push_screen(Palette.of_themes())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield from commands(self, screen)

    def action_backends(self) -> None:
        """Choose who does the agents' thinking."""
        from planner.tui.screens.backend import BackendScreen

        def chosen(name: str | None) -> None:
            if name is not None:
                self.choose_backend(name)

        if not isinstance(self.screen, BackendScreen):
            self.push_screen(BackendScreen(), chosen)

    def choose_backend(self, name: str) -> None:
        """Who does the agents' thinking from the next run on."""
        try:
            kept = self.session.choose_backend(name)
        except TripartiteError as error:  # a recording that has gone meanwhile
            self.tell(str(error), severity="error")
            return
        words, bad = self.session.sent()
        where = f", but {words}" if bad else f": {words}" if words else ""
        told = (
            f"The next run goes to {self.session.backend.name}{where}. {kept[0].upper()}{kept[1:]}."
        )
        good = not bad and kept == NOW_THE_DEFAULT
        self.tell(told, severity="information" if good else "warning")
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


def launch(backend: str | Sequence[str] | None = None, fallback: Sequence[str] = ()) -> int:
    """Run the app in this terminal, as `Session.open` has it; returns the exit code."""
    try:
        session = Session.open(backend, fallback)
    except TripartiteError as error:
        os.write(2, f"{error}\n".encode())
        return 2
    return run(session)


def run(session: Session) -> int:
    """Run the app for this sitting; returns the exit code."""
    app = TripartiteApp(session)
    app.run()
    return app.return_code or 0
