"""Where to have a meal: a place from the atlas when one is worth its way and open for all of it.

Where none is, one eats near the last visit, or goes on first when the next place is better for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.atlas.geo import travel
from agents.atlas.hours import open_intervals
from agents.atlas.loader import country, destination
from agents.atlas.records import Activity, Area, Coordinates
from agents.atlas.vocabulary import ActivityKind
from agents.tools import area_id
from planner.candidates import Candidate
from planner.frame import DayFrame, base_of
from planner.pace import DINNER_MINUTES, LUNCH_MINUTES, TABLE_MINUTES, WAY_HOME_MINUTES, minute_of

SHORTEST_DINNER = 40
"""Where one stays for fewer minutes is no place for a dinner."""
MEAL_MINUTES = {"lunch": LUNCH_MINUTES, "dinner": DINNER_MINUTES}
WORTH_OF_A_MINUTE = 0.8
"""What a minute further to a table costs, in points of a place's prize."""
WITH_A_DIET = 0.3
"""The same for travellers with a diet: a table that is known to serve it is worth more."""
NEAR_FOOD = 10
"""Minutes to a place known for food up to which one finds something to eat on the way."""
WITHOUT_FOOD = (ActivityKind.OUTDOORS, ActivityKind.VIEWPOINT, ActivityKind.DAY_TRIP)
"""Where there is rarely an inn, and none to be counted on after dark."""
WITH_FOOD = (ActivityKind.FOOD, ActivityKind.MARKET, ActivityKind.NEIGHBOURHOOD)
"""Where there is, even where the record lists no meal."""


def usual_start(frame: DayFrame, meal: str) -> int:
    """From when on the country has that meal, minutes after midnight."""
    hours: tuple[str, str] = getattr(country(frame.place.country), meal)
    return minute_of(hours[0])


@dataclass(frozen=True)
class Spot:
    """Where one is: a known place, or the area one sleeps in, which has no `kind`."""

    id: str
    name: str
    coordinates: Coordinates
    kind: ActivityKind | None = None

    @classmethod
    def of(cls, place: Activity | Area) -> Spot:
        if isinstance(place, Area):
            return cls(area_id(place.id), place.name, place.coordinates)
        return cls(place.id, place.name, place.coordinates, place.kind)


@dataclass(frozen=True)
class Gap:
    """The time for a meal between two places: from `free_from` here to `latest_end` there.

    `window` is when the meal may begin and `begins` when the search had it, here; all in minutes
    after midnight. There is no `target` when another meal comes first.
    """

    meal: str
    here: Spot
    target: Spot | None
    free_from: int
    latest_end: int
    window: tuple[int, int]
    begins: int


@dataclass(frozen=True)
class Seat:
    """Where a meal is had, and from which minute after midnight on."""

    spot: Spot
    start: int
    table: Candidate | None = None

    def title(self, meal: str) -> str:
        preposition = "at" if self.table else "around" if self.spot.kind else "near"
        return f"{meal.capitalize()} {preposition} {self.spot.name}"


@dataclass
class Tables:
    """Places one can eat at, best first; each is used once."""

    candidates: Sequence[Candidate]
    used: set[str] = field(default_factory=set)
    minute_worth: float = WORTH_OF_A_MINUTE
    spare_steps: int = 0
    """Minutes that may still be walked on the day being written."""

    def seat(self, frame: DayFrame, gap: Gap) -> Seat:
        """The best table for the gap, which is then taken, else the better end of the way."""
        if gap.target is None:
            return Seat(gap.here, gap.begins)
        return (
            self._at_a_table(frame, gap, gap.target)
            or _after_the_way(frame, gap, gap.target)
            or _before_the_way(frame, gap, gap.target)
        )

    def _at_a_table(self, frame: DayFrame, gap: Gap, target: Spot) -> Seat | None:
        best: tuple[float, Candidate, int, int] | None = None
        for candidate in self.candidates:
            here = candidate.destination == frame.place.id and candidate.id not in self.used
            if here and _serves(candidate.activity, gap.meal):
                found = self._fit(frame, gap, target, candidate)
                if found is not None and (best is None or found[0] > best[0]):
                    best = (found[0], candidate, found[1], found[2])
        if best is None:
            return None
        self.used.add(best[1].id)
        self.spare_steps -= best[3]
        return Seat(Spot.of(best[1].activity), best[2], best[1])

    def _fit(
        self, frame: DayFrame, gap: Gap, target: Spot, candidate: Candidate
    ) -> tuple[float, int, int] | None:
        """Worth, start and further steps of a meal there, or None when it does not fit."""
        place, minutes = candidate.activity, MEAL_MINUTES[gap.meal]
        hilly = frame.place.hilly
        direct = travel(gap.here.coordinates, target.coordinates, hilly)
        there = travel(gap.here.coordinates, place.coordinates, hilly)
        onward = travel(place.coordinates, target.coordinates, hilly)
        latest = _latest(gap, TABLE_MINUTES, onward.minutes)
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


def _serves(place: Activity, meal: str) -> bool:
    """Whether one can have that meal there; at a kiosk one has lunch, but no dinner."""
    return meal in place.meals and (meal != "dinner" or place.minutes >= SHORTEST_DINNER)


def _latest(gap: Gap, way: int, onward: int) -> int:
    """When the meal begins at the latest, somewhere `onward` minutes from what follows.

    The search has it begin within its window; up to `way` minutes to the table may go beyond that.
    """
    return min(gap.window[1] + way, gap.latest_end - onward - MEAL_MINUTES[gap.meal])


def _after_the_way(frame: DayFrame, gap: Gap, target: Spot) -> Seat | None:
    """A meal where one goes next, when there is little to eat here and more there."""
    hungry = _way_to_food(frame.place.id, gap.here, gap.meal)
    if hungry <= max(NEAR_FOOD, _way_to_food(frame.place.id, target, gap.meal)):
        return None
    way = travel(gap.here.coordinates, target.coordinates, frame.place.hilly).minutes
    earliest, latest = max(gap.window[0], gap.free_from + way), _latest(gap, WAY_HOME_MINUTES, 0)
    if earliest > latest:
        return None
    return Seat(target, max(earliest, min(usual_start(frame, gap.meal), latest)))


def _before_the_way(frame: DayFrame, gap: Gap, target: Spot) -> Seat:
    begins, usual = gap.begins, usual_start(frame, gap.meal)
    if begins < usual:
        way = travel(gap.here.coordinates, target.coordinates, frame.place.hilly).minutes
        begins = max(begins, min(usual, gap.latest_end - way - MEAL_MINUTES[gap.meal]))
    return Seat(gap.here, begins)


def _way_to_food(destination_id: str, spot: Spot, meal: str) -> int:
    """Minutes to the nearest place known for food; a day out has its own lunch."""
    if spot.kind is ActivityKind.DAY_TRIP and meal == "lunch":
        return 0
    place = destination(destination_id)
    known = [a.coordinates for a in place.activities if a.meals or a.kind in WITH_FOOD]
    way = min(
        travel(spot.coordinates, inn, place.hilly).minutes for inn in (base_of(place), *known)
    )
    return way + NEAR_FOOD + 1 if spot.kind in WITHOUT_FOOD else way
