"""What a face has at hand: the trips there are, the backend that is chosen, and the day.

Light to import: the app makes one before it paints for the first time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from planner.choosing import Choosing
from planner.lineup import (
    BACKEND_VARIABLE,
    FALLBACK_VARIABLE,
    lineup_choice,
    lineup_of_environment,
    naming,
    read_lineup,
)
from planner.settings import load_settings, settings_place, settings_table
from planner.store import TripStore
from planner.team_settings import team_settings

if TYPE_CHECKING:
    from agents.agent import Agent
    from agents.usage import Limits
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
class Session(Choosing):
    """One sitting of one traveller."""

    store: TripStore = field(default_factory=TripStore)
    warning: str = ""
    """What was wrong with the settings."""
    warnings: tuple[str, ...] = ()
    """The same, each with the file that it is in."""
    today: Callable[[], date] = date.today
    asked_limits: Mapping[str, float] = field(default_factory=dict)
    """Amounts for a whole run, as in `planner.team_settings.AMOUNTS`; they go before the settings'."""

    @classmethod
    def open(
        cls,
        backend: str | Sequence[str] | None = None,
        fallback: Sequence[str] = (),
        *,
        limits: Mapping[str, float] | None = None,
        own_pace: bool = False,
    ) -> Session:
        """A sitting with the traveller's own settings.

        What is given goes before the environment, and that before the settings. `backend` is a
        spec for all agents, `AGENT=SPEC` for one, or several of both. Raises RequestError for what
        was asked wrongly; what is wrong in the settings is in `warning`.
        """
        settings, warning = load_settings()
        team = team_settings(settings_table())
        words = [backend] if isinstance(backend, str) else backend or ()
        options = read_lineup(words, fallback)
        asked = options.over(lineup_of_environment(os.environ))
        session = cls(
            settings=settings,
            team_settings=team,
            asked_backend=asked.backend,
            asked=asked,
            asked_limits=dict(limits or {}),
            own_pace=own_pace,
        )
        lineup_choice(options, session.add_backend)
        with naming(BACKEND_VARIABLE, FALLBACK_VARIABLE):
            lineup_choice(asked, session.add_backend)
        said = (warning, *team.faults, *session.look_up())
        place = settings_place()
        session.warnings = tuple(
            one if one == warning else f"{place}: {one}" for one in filter(None, said)
        )
        session.warning = "; ".join(filter(None, said))
        return session

    @property
    def limits(self) -> Limits:
        """What a whole run may use."""
        from agents.usage import RUN_LIMITS

        return _limited(RUN_LIMITS, self.team_settings.limits.get("run"), self.asked_limits)

    @property
    def team(self) -> tuple[Agent[Any], ...]:
        """The agents, each with what it may use."""
        return self._team(self.asked_team)

    def _team(self, name: str) -> tuple[Agent[Any], ...]:
        from planner.teams import TEAMS

        said = self.team_settings.limits
        return tuple(
            replace(a, limits=_limited(a.limits, said.get("agent"), said.get(a.name)))
            for a in TEAMS[name]
        )

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
            survey,
            self.backend.make,
            words=words,
            options=options,
            store=self.store,
            team=self.team,
            limits=self.limits,
        )

    def reopen(self, id: int) -> TripRun:
        """A trip from the store, with the team that planned it; raises StoreError."""
        from planner.run import TripRun
        from planner.teams import team_name

        trip: Any = self.store.load(id)
        team = self._team(team_name([report.name for report in trip.plan.agents]))
        return TripRun.of_kept(
            trip, self.backend.make, store=self.store, team=team, limits=self.limits
        )


def _limited(limits: Limits, *said: Mapping[str, float] | None) -> Limits:
    """`limits` with what was said over it, the last word last."""
    changes = {what: amount for amounts in said for what, amount in (amounts or {}).items()}
    return type(limits).model_validate({**dict(limits), **changes})
