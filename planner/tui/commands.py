"""What the command palette offers, on every screen and on the one that is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.screen import Screen

if TYPE_CHECKING:
    from planner.tui.app import TripartiteApp


def commands(app: TripartiteApp, screen: Screen[object]) -> Iterable[SystemCommand]:
    """The app's commands, then those of `screen`, if it has any."""
    from planner.intake.offers import modes

    yield SystemCommand("Quit", "End the app; agents at work are cancelled first", app.action_quit)
    yield SystemCommand("Help", "Every key of this screen, and what it does", app.action_help)
    yield SystemCommand("Theme", "Change the colours; kept for the next time", app.search_themes)
    session = app.session
    for choice in session.to_choose_from():
        about = f"{choice.about}{_now(session.active(choice.name))}"
        chosen = partial(app.choose_backend, choice.name)
        yield SystemCommand(f"Backend: {choice.name}", about, chosen)
    other = "Any model server or provider, where words go, and what is lacking; key F8"
    yield SystemCommand("Backend: another", other, app.action_backends)
    for mode in modes():
        active = "active now" if mode.value == session.settings.effort else ""
        about = f"{mode.meaning}{_now(active)}"
        yield SystemCommand(f"Mode: {mode.value}", about, partial(app.choose_effort, mode.value))
    more = getattr(screen, "commands", None)
    if more is not None:
        for command in more():
            callback = partial(_if_shown, app, screen, command.callback)
            yield command._replace(callback=callback)


def _now(active: str) -> str:
    return f" ({active})" if active else ""


def _if_shown(app: TripartiteApp, screen: Screen[object], command: Callable[[], object]) -> None:
    """A command of a screen that was left meanwhile does nothing."""
    if screen is app.screen:
        command()
