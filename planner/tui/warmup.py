"""Loads what the first screen does without, while the traveller looks at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.intake import Options


def load() -> tuple[Callable[[str], str], Options]:
    """The completion of places, and options that say nothing; everything else is imported.

    For a thread: takes some tenths of a second.
    """
    from planner.intake import Options, complete, survey

    survey("2 days in Lisbon", today=date.today())
    complete("in Li")
    import planner.run
    import planner.tui.screens.trip

    assert planner.run, planner.tui.screens.trip
    return complete, Options()
