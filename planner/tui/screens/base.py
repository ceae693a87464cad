"""What our screens have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.screen import ModalScreen, Screen

from planner.tui.failures import TellsFailures

if TYPE_CHECKING:
    from planner.tui.app import TripartiteApp

Result = TypeVar("Result")


class AppScreen(Screen[Result], TellsFailures):
    """A screen of this app."""

    app: TripartiteApp


class AppDialog(ModalScreen[Result], AppScreen[Result]):
    """The same, over the screen that it belongs to. Textual styles by the first base alone."""
