"""Where to have a meal: a place from the atlas when one is worth its way and open for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.atlas.geo import travel
from agents.atlas.hours import open_intervals
from agents.atlas.loader import country
from agents.atlas.records import Coordinates
from planner.frame import DayFrame
from planner.merge import Candidate
from planner.pace import DINNER_MINUTES, LUNCH_MINUTES, minute_of

MEAL_MINUTES = {"lunch": LUNCH_MINUTES, "dinner": DINNER_MINUTES}
WORTH_OF_A_MINUTE = 0.8
"""What a minute further to a table costs, in points of a place's prize."""
WITH_A_DIET = 0.3
"""The same for travellers with a diet: a table that is known to serve it is worth more."""


def usual_start(frame: DayFrame, meal: str) -> int:
    """From when on the country has that meal, minutes after midnight."""
    hours: tuple[str, str] = getattr(country(frame.place.country), meal)
    return minute_of(hours[0])


@dataclass(frozen=True)
class Gap:
    """The time for a meal between two places: from `free_from` here to `latest_end` there.

    `window` is when the meal may begin; all in minutes after midnight.
    """

    meal: str
    here: Coordinates
    target: Coordinates
    free_from: int
    latest_end: int
    window: tuple[int, int]


@dataclass
class Tables:
    """Places one can eat at, best first; each is used once."""

    candidates: Sequence[Candidate]
    used: set[str] = field(default_factory=set)
    minute_worth: float = WORTH_OF_A_MINUTE
    spare_steps: int = 0
    """Minutes that may still be walked on the day being written."""

    def choose(self, frame: DayFrame, gap: Gap) -> tuple[Candidate, int] | None:
        """The best place for the gap and when the meal starts there, or None; it is then taken."""
        best: tuple[float, Candidate, int, int] | None = None
        for candidate in self.candidates:
            here = candidate.destination == frame.place.id and candidate.id not in self.used
            if here and gap.meal in candidate.activity.meals:
                found = self._fit(frame, gap, candidate)
                if found is not None and (best is None or found[0] > best[0]):
                    best = (found[0], candidate, found[1], found[2])
        if best is None:
            return None
        self.used.add(best[1].id)
        self.spare_steps -= best[3]
        return best[1], best[2]

    def _fit(
        self, frame: DayFrame, gap: Gap, candidate: Candidate
    ) -> tuple[float, int, int] | None:
        """Worth, start and further steps of a meal there, or None when it does not fit."""
        place, minutes = candidate.activity, MEAL_MINUTES[gap.meal]
        hilly = frame.place.hilly
        direct = travel(gap.here, gap.target, hilly)
        there = travel(gap.here, place.coordinates, hilly)
        onward = travel(place.coordinates, gap.target, hilly)
        latest = min(gap.window[1], gap.latest_end - onward.minutes - minutes)
        start = max(gap.window[0], gap.free_from + there.minutes)
        start = max(start, min(usual_start(frame, gap.meal), latest))
        opened = open_intervals(
            place.hours, frame.date, frame.place.country, frame.place.subdivision
        )
        opens = next((o for o, c in opened or () if max(o, start) + minutes <= c), None)
        steps = there.walk_minutes + onward.walk_minutes - direct.walk_minutes
        if opens is None or max(start, opens) > latest or steps > self.spare_steps:
            return None
        detour = there.minutes + onward.minutes - direct.minutes
        worth = candidate.prize - self.minute_worth * detour
        return (worth, max(start, opens), steps) if worth > 0 else None
