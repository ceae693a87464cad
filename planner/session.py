"""What a face has at hand: the trips there are, the settings, the backends and the day.

Light to import: the app makes one before it paints for the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import TripartiteError
from planner.backends import BACKENDS, BackendChoice
from planner.settings import Settings, load_settings, save_settings
from planner.store import TripStore

if TYPE_CHECKING:
    from planner.intake import Options, Survey
    from planner.run import TripRun

EXAMPLES = (
    "5 days in Lisbon or Porto in May, two adults, €1,500, food and tiles, one of us can't do stairs",
    "a long weekend in Paris by train from Amsterdam, vegetarian, €1,200",
    "4 nights in Tokyo and then 3 in Kyoto in April, gardens and temples",
    "family of four (5 and 8) in Rome in October, dinner booked Friday 20:00, no museums",
    "somewhere warm by the sea in November, a week, two adults, €2,500, relaxed",
)
"""Requests to try, each of another kind."""


@dataclass
class Session:
    """One sitting of one traveller."""

    store: TripStore = field(default_factory=TripStore)
    settings: Settings = field(default_factory=Settings)
    settings_file: Path | None = None
    """None is the platform's own place."""
    warning: str = ""
    """What was wrong with the settings."""
    backends: Mapping[str, BackendChoice] = field(default_factory=lambda: BACKENDS)
    today: Callable[[], date] = date.today
    asked_backend: str = ""
    """Goes before that of the settings until another one is chosen; it is not saved."""

    @classmethod
    def open(cls, backend: str | None = None) -> Session:
        """A sitting with the traveller's own settings; `backend` goes before theirs."""
        settings, warning = load_settings()
        session = cls(settings=settings, warning=warning)
        if backend is not None:
            if backend not in session.backends:
                from planner.backends import backend_named

                backend_named(backend)  # says which there are
            session.asked_backend = backend
        return session

    @property
    def backend(self) -> BackendChoice:
        """The chosen backend; the first there is when the chosen one has gone."""
        name = self.asked_backend or self.settings.backend
        return self.backends.get(name) or next(iter(self.backends.values()))

    def change(self, **changes: str) -> str:
        """Change and save settings; returns what went wrong with saving, or ""."""
        self.settings = replace(self.settings, **changes)
        if "backend" in changes:
            self.asked_backend = ""
        try:
            save_settings(changes, self.settings_file)
        except TripartiteError as error:
            return str(error)
        return ""

    def survey(self, words: str, options: Options) -> Survey:
        """What intake reads in `words` and `options`; the mode of the settings unless one is said."""
        from agents.request import Effort
        from planner.intake import survey

        usual = Effort(self.settings.effort)
        return survey(words, today=self.today(), options=options, usual_effort=usual)

    def run(self, survey: Survey, words: str, options: Options) -> TripRun:
        """A run for a survey that has a request."""
        from planner.run import TripRun

        return TripRun.of_survey(
            survey, self.backend.make, words=words, options=options, store=self.store
        )

    def reopen(self, id: int) -> TripRun:
        """A trip from the store; raises StoreError."""
        from planner.run import TripRun

        trip: Any = self.store.load(id)
        return TripRun.of_kept(trip, self.backend.make, store=self.store)
