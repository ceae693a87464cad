"""Turns a frame and candidates into the general problem that the search solves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agents.atlas.dates import sun
from agents.atlas.geo import travel
from agents.atlas.hours import open_intervals
from agents.atlas.loader import activity, country, destination
from agents.atlas.records import Activity, Coordinates, Destination
from agents.atlas.vocabulary import ActivityKind, Interest
from agents.findings import DraftDay
from agents.request import Commitment, CommitmentKind, Pace, TripRequest
from planner.candidates import Candidate
from planner.frame import DayFrame, Frame, base_of
from planner.orienteering import Break, Day, Problem, Stop
from planner.pace import (
    DINNER_MINUTES,
    EARLY,
    LUNCH_MINUTES,
    TABLE_MINUTES,
    VISITS,
    WET_MM,
    after_sunset,
    minute_of,
    walk_limit,
)
from planner.prices import Pricing

LATE_LUNCH = 105
"""How much after them lunch may begin on a day out of town."""
OUTING_MINUTES = 300
"""From this length on, the way included, a visit takes the better part of a day."""
EVENING_EVENT = 17 * 60
EVENING_FROM = 18 * 60
DAY_OUT = (8 * 60 + 30, 21 * 60)
"""When one would stroll where it is always open."""
UNKNOWN_OPEN = ((10 * 60, 17 * 60),)
"""Where nobody knows the hours, only the middle of the day is tried."""
DAY_TRIP_BY = 14 * 60 + 30
"""Who is there later sees little of the day out."""
ANCHOR_BONUS, AREA_BONUS = 1.3, 1.1
ROOF_BONUS, ROOF_NEEDED = 1.2, 1.6
"""What an indoor place gains in a wet month, and besides on a day that had none."""
APART = 9999
"""Minutes between places of different destinations: never on one day."""

_KINDS = list(ActivityKind)
_ALL = len(_KINDS)
_ROOF = _ALL + 1


@dataclass(frozen=True)
class Fixture:
    """A commitment that takes place during the day."""

    commitment: Commitment
    destination: Destination
    coordinates: Coordinates
    place: Activity | None


@dataclass(frozen=True)
class TripProblem:
    """The problem, and what its numbers stand for: stops are `candidates`, then `fixtures`."""

    problem: Problem
    candidates: tuple[Candidate, ...]
    fixtures: tuple[Fixture, ...]
    meals: tuple[tuple[str, ...], ...]
    """For each day the names of its breaks."""


def fixtures_of(request: TripRequest, frame: Frame) -> tuple[Fixture, ...]:
    """The booked meals and events, each where it is, or at the base where that is unknown."""
    found = []
    for commitment in request.commitments:
        if commitment.kind in (CommitmentKind.ARRIVAL, CommitmentKind.DEPARTURE):
            continue
        day = next(d for d in frame.days if d.date == commitment.start.date())
        place = None
        if commitment.place_id:
            where, _, id = commitment.place_id.rpartition("/")
            place = activity(where or day.place.id, id)
        at = place.coordinates if place else base_of(day.place)
        found.append(Fixture(commitment, day.place, at, place))
    return tuple(found)


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
        _make_room(day, own)
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


def _make_room(day: DayFrame, fixtures: Sequence[Fixture]) -> None:
    """A booking outside the usual hours stretches the day."""
    for f in fixtures:
        begins = day.minute(f.commitment.start.replace(tzinfo=day.zone))
        way = travel(base_of(day.place), f.coordinates, day.place.hilly).minutes
        if begins - way >= 0 and not day.before:
            day.start = min(day.start, begins - way)
        if not day.after:
            ends = begins + f.commitment.minutes + way
            if f.commitment.kind is CommitmentKind.EVENT and begins >= EVENING_EVENT:
                ends += DINNER_MINUTES  # dinner may have to wait for it
            day.end = max(day.end, ends)


def breaks_of(
    day: DayFrame, fixtures: Sequence[Fixture], *, outing: bool
) -> list[tuple[str, Break]]:
    """Lunch and dinner, where the day has room and no meal is booked.

    They may begin somewhat before the country's hours, so that an evening or an outing fits; the
    days are then written as close to those hours as the rest allows.
    """
    if day.start >= day.end:
        return []
    home = country(day.place.country)
    booked = {
        "lunch" if f.commitment.start.hour < 16 else "dinner"
        for f in fixtures
        if f.commitment.kind is CommitmentKind.MEAL
    }
    eventful = any(f.commitment.kind is CommitmentKind.EVENT for f in fixtures)
    late = {"lunch": LATE_LUNCH if outing else 0, "dinner": 30 if eventful else 0}
    named = []
    for name, usual, minutes in (
        ("lunch", home.lunch, LUNCH_MINUTES + TABLE_MINUTES),
        ("dinner", home.dinner, DINNER_MINUTES + TABLE_MINUTES),
    ):
        if name in booked:
            continue
        early = EARLY[name] * (2 if eventful else 1)
        if name == "dinner":
            early += TABLE_MINUTES  # so that the way to a table costs no evening out
        earliest = max(minute_of(usual[0]) - early, day.start)
        latest = min(minute_of(usual[1]) + late[name], day.end - minutes)
        if earliest <= latest:
            named.append((name, Break(minutes, (earliest, latest))))
    return named


def is_outing(candidate: Candidate, place: Destination) -> bool:
    """Whether a visit takes the better part of a day, from where one sleeps and back."""
    way = travel(base_of(place), candidate.activity.coordinates, place.hilly)
    return candidate.activity.minutes + 2 * way.minutes >= OUTING_MINUTES


def start_windows(day: DayFrame, place: Activity) -> tuple[tuple[int, int], ...]:
    """When a visit may begin on that date: open until its end, and at a sensible time."""
    place_of = day.place
    intervals = open_intervals(place.hours, day.date, place_of.country, place_of.subdivision)
    if intervals is None:
        intervals = (
            UNKNOWN_OPEN if place.kind is not ActivityKind.EVENING else ((19 * 60, 23 * 60),)
        )
    first, last = DAY_OUT
    if place.kind is ActivityKind.EVENING:
        first, last = EVENING_FROM, 24 * 60
    lamplight = after_sunset(place)
    if lamplight is not None:
        light = sun(place.coordinates, place_of.time_zone, day.date)
        if light.rise is not None and light.set is not None:
            first = max(first, day.minute(light.rise) - lamplight)
            last = min(last, day.minute(light.set) + lamplight)
    begins_by = DAY_TRIP_BY if place.kind is ActivityKind.DAY_TRIP else last
    windows = []
    for opens, closes in intervals:
        earliest = max(opens, first)
        latest = min(min(closes, last, day.last_visit) - place.minutes, begins_by)
        if earliest <= latest:
            windows.append((earliest, latest))
    return tuple(windows)


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
