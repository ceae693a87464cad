"""Turns a frame and candidates into the general problem that the search solves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agents.atlas.geo import travel
from agents.atlas.loader import destination
from agents.atlas.records import Activity, Coordinates, Destination
from agents.atlas.vocabulary import ActivityKind, Interest
from agents.findings import DraftDay
from agents.request import Pace, TripRequest
from planner.candidates import Candidate
from planner.frame import DayFrame, Frame, base_of
from planner.openings import Fixture, breaks_of, fixtures_of, make_room, start_windows
from planner.orienteering import Day, Problem, Stop
from planner.pace import VISITS, WET_MM, walk_limit
from planner.prices import Pricing

OUTING_MINUTES = 300
"""From this length on, the way included, a visit takes the better part of a day."""
ANCHOR_BONUS, AREA_BONUS = 1.3, 1.1
ROOF_BONUS, ROOF_NEEDED = 1.2, 1.6
"""What an indoor place gains in a wet month, and besides on a day that had none."""
APART = 9999
"""Minutes between places of different destinations: never on one day."""

_KINDS = list(ActivityKind)
_ALL = len(_KINDS)
_ROOF = _ALL + 1


@dataclass(frozen=True)
class TripProblem:
    """The problem, and what its numbers stand for: stops are `candidates`, then `fixtures`."""

    problem: Problem
    candidates: tuple[Candidate, ...]
    fixtures: tuple[Fixture, ...]
    meals: tuple[tuple[str, ...], ...]
    """For each day the names of its breaks."""


def build_problem(
    request: TripRequest,
    frame: Frame,
    candidates: Sequence[Candidate],
    themes: Sequence[DraftDay | None],
    pricing: Pricing,
    budget: Decimal | None,
    *,
    visits_a_day: int,
    outings: Collection[int] = (),
    bare: Collection[int] = (),
    roofs_a_day: int | None = None,
) -> TripProblem:
    """`budget` is what is left for entries, in the plan's currency.

    `outings` are the days that may be given to something far or long: lunch may be late there.
    `bare` are wet days on which an earlier search had nothing under a roof; `roofs_a_day` keeps
    one day from taking all roofs.
    """
    fixtures = fixtures_of(request, frame)
    days, meals, first_depot = [], [], len(candidates) + len(fixtures)
    places = list(dict.fromkeys(d.place.id for d in frame.days))
    for number, day in enumerate(frame.days):
        own = [f for f in fixtures if f.commitment.start.date() == day.date]
        make_room(day, own)
        named = breaks_of(day, own, outing=number in outings)
        depot = first_depot + places.index(day.place.id)
        limit = walk_limit(request)
        days.append(
            Day(day.start, max(day.end, day.start), depot, depot, tuple(b for _, b in named), limit)
        )
        meals.append(tuple(name for name, _ in named))
    stops = [
        Stop(
            prizes=tuple(
                _prize(c, n, theme) * _roof(c, day, needed=n in bare)
                for n, (day, theme) in enumerate(zip(frame.days, themes, strict=True))
            ),
            minutes=c.activity.minutes,
            windows=tuple(
                start_windows(d, c.activity) if d.place.id == c.destination else ()
                for d in frame.days
            ),
            cost=_cents(pricing, c),
            categories=_categories(c.activity),
            required=c.required,
        )
        for c in candidates
    ]
    stops += [_fixed_stop(f, frame) for f in fixtures]
    where = [(c.destination, c.activity.coordinates) for c in candidates]
    where += [(f.destination.id, f.coordinates) for f in fixtures]
    where += [(id, base_of(destination(id))) for id in places]
    ways, walks = _matrices(where)
    problem = Problem(
        days=tuple(days),
        stops=tuple(stops),
        travel=ways,
        walk=walks,
        budget=None if budget is None else max(0, int(budget * 100)),
        limits=_trip_limits(len(days)),
        daily_limits=(*_daily_limits(request, visits_a_day), roofs_a_day),
    )
    return TripProblem(problem, tuple(candidates), fixtures, tuple(meals))


def is_outing(candidate: Candidate, place: Destination) -> bool:
    """Whether a visit takes the better part of a day, from where one sleeps and back."""
    way = travel(base_of(place), candidate.activity.coordinates, place.hilly)
    return candidate.activity.minutes + 2 * way.minutes >= OUTING_MINUTES


def is_wet(day: DayFrame) -> bool:
    """Whether it may well rain on that day."""
    return day.place.climate.rain_mm[day.date.month - 1] > WET_MM


def _roof(candidate: Candidate, day: DayFrame, *, needed: bool) -> float:
    if not (candidate.activity.indoor and is_wet(day)):
        return 1.0
    return ROOF_BONUS * ROOF_NEEDED if needed else ROOF_BONUS


def _prize(candidate: Candidate, number: int, theme: DraftDay | None) -> float:
    prize = candidate.prize
    if number in candidate.anchored:
        return prize * ANCHOR_BONUS
    if theme is not None and theme.area == candidate.activity.area:
        return prize * AREA_BONUS
    return prize


def _cents(pricing: Pricing, candidate: Candidate) -> int:
    cost = pricing.entry(destination(candidate.destination), candidate.activity)
    return int(cost.expected * 100) if cost else 0


def _fixed_stop(fixture: Fixture, frame: Frame) -> Stop:
    windows = []
    for day in frame.days:
        start = day.minute(fixture.commitment.start.replace(tzinfo=day.zone))
        here = day.date == fixture.commitment.start.date()
        windows.append(((start, start),) if here else ())
    prizes = tuple(1.0 for _ in frame.days)
    return Stop(prizes, max(fixture.commitment.minutes, 1), tuple(windows), required=True)


def _matrices(
    where: Sequence[tuple[str, Coordinates]],
) -> tuple[list[list[int]], list[list[int]]]:
    size = len(where)
    minutes = [[APART] * size for _ in range(size)]
    walks = [[0] * size for _ in range(size)]
    for i, (here, a) in enumerate(where):
        for j in range(i + 1):
            there, b = where[j]
            if here == there:
                way = travel(a, b, destination(here).hilly)
                minutes[i][j] = minutes[j][i] = way.minutes
                walks[i][j] = walks[j][i] = way.walk_minutes
    return minutes, walks


def _categories(place: Activity) -> tuple[int, ...]:
    own = (_KINDS.index(place.kind), _ALL)
    return (*own, _ROOF) if place.indoor else own


def _trip_limits(days: int) -> tuple[int, ...]:
    """By kind, in all and indoors. Day trips: one, and one more for every three days."""
    plenty = days * max(VISITS.values())
    kinds = (max(1, days // 3) if k is ActivityKind.DAY_TRIP else plenty for k in _KINDS)
    return (*kinds, plenty, plenty)


def _daily_limits(request: TripRequest, share: int) -> tuple[int | None, ...]:
    """By kind and in all; `share` spreads few candidates over many days."""
    museums = 3 if Interest.ART in request.interests or request.pace is Pace.FULL else 2
    limits: dict[ActivityKind, int] = {
        ActivityKind.MUSEUM: museums,
        ActivityKind.DAY_TRIP: 1,
        ActivityKind.EVENING: 1,
        ActivityKind.VIEWPOINT: 2,
        ActivityKind.MARKET: 2,
        ActivityKind.FOOD: 2,
    }
    return (*(limits.get(kind) for kind in _KINDS), min(VISITS[request.pace], max(share, 2)))
