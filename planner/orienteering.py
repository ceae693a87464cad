"""Team orienteering with time windows: which stops on which day, in which order, at what time.

Days are the vehicles and stops are optional, each with a prize.  Nothing here knows of travel: the
caller turns places, opening hours and wishes into a `Problem`, `solve` searches it and `verify`
re-checks what it found.  All times are in one unit, minutes by convention, from any common origin.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from planner.orienteering_search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from planner.orienteering_routes import Route

DEFAULT_ITERATIONS = 2000


@dataclass(frozen=True, slots=True)
class Stop:
    """A place that may be visited once.

    `prizes` has one value per day, each > 0.  `minutes` is the duration of the service.  `windows`
    has for each day the disjoint, sorted (earliest, latest) starts of service; `()` is a day on
    which the stop is closed.  `cost` counts against `Problem.budget`.  `categories` are indexes
    into `Problem.limits` and `Problem.daily_limits`.  A `required` stop beats any prize.
    """

    prizes: tuple[float, ...]
    minutes: int
    windows: tuple[tuple[tuple[int, int], ...], ...]
    cost: int = 0
    categories: tuple[int, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """A required pause of `minutes`, taken where its predecessor is, without any travel.

    `window` is the (earliest, latest) start.
    """

    minutes: int
    window: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Day:
    """One route: leaves `origin` at `start` or later, is at `destination` by `end`.

    `origin` and `destination` are location indexes.  `breaks` come in time order.  `walk_limit`
    bounds the sum of `Problem.walk` over the day's legs, in the unit of that matrix.
    """

    start: int
    end: int
    origin: int
    destination: int
    breaks: tuple[Break, ...] = ()
    walk_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Days, stops and the matrices between them.

    `travel` and `walk` are locations x locations, and stop s is at location s; the depots follow.
    `travel` (minutes) may be asymmetric and need not keep the triangle inequality.  `budget` bounds
    the stops' costs over all days, `limits[c]` the stops of category c over all days, and
    `daily_limits[c]` those on any one day (None: no limit).
    """

    days: tuple[Day, ...]
    stops: tuple[Stop, ...]
    travel: list[list[int]]
    walk: list[list[int]] | None = None
    budget: int | None = None
    limits: tuple[int, ...] = ()
    daily_limits: tuple[int | None, ...] = ()


class Reason(StrEnum):
    """Why a stop is in no route: the first of these that holds.

    The last four look at the final routes and at every place in them where the stop could go.
    """

    CLOSED = "closed"
    """No window on any day."""
    UNREACHABLE = "unreachable"
    """Alone with the breaks it fits no day: travel time, length of the day or walking limit."""
    NO_TIME = "no_time"
    """No day has the time left: others were worth more."""
    WALK_LIMIT = "walk_limit"
    """Some day has the time, but none of those may walk that much further."""
    CATEGORY_LIMIT = "category_limit"
    """Some day could take it, but its category is used up there or over the trip."""
    BUDGET = "budget"
    """Some day could take it, but it costs more than what is left."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done: `stop`, or the day's break number `brk` (the other is None).

    `start` is the start of service in minutes, `location` a location index.
    """

    stop: int | None
    brk: int | None
    start: int
    location: int


@dataclass(frozen=True, slots=True)
class Solution:
    """One route per day, in time order, and what came of the rest.

    `prize` is the sum over the stops taken.  `left_out` has a reason for every other stop.
    `missed_breaks` are (day, break) pairs the day could not hold.  `exhausted` is False when the
    time limit or `stop` ended the search before its iterations were done.
    """

    routes: tuple[tuple[Entry, ...], ...]
    prize: float
    left_out: dict[int, Reason]
    missed_breaks: tuple[tuple[int, int], ...]
    iterations: int
    exhausted: bool


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    iterations: int | None = None,
    seconds: float | None = None,
    stop: Callable[[], bool] | None = None,
    start: Solution | None = None,
) -> Solution:
    """Search for the routes with the largest sum of prizes.

    Required stops come first, then breaks, then prizes.  The search ends after `iterations`
    (2000 if neither limit is given), after `seconds`, or as soon as `stop()` is true, and returns
    the best found so far.  With `iterations` reached, equal arguments give equal solutions.
    `start` is an earlier solution to begin from, of this problem or one like it: what no longer
    fits is dropped.

    Raises:
        ValueError: prizes, windows or a matrix do not have the shape of the problem.
    """
    _check_shape(problem)
    if iterations is None and seconds is None:
        iterations = DEFAULT_ITERATIONS
    search = Search(problem, seed)
    previous = [] if start is None else [[e.stop for e in route] for route in start.routes]
    done, exhausted = search.run(
        [[s for s in route if s is not None] for route in previous],
        iterations,
        seconds,
        stop or (lambda: False),
    )
    return _solution(problem, search, done, exhausted)


def _check_shape(problem: Problem) -> None:
    days, places = len(problem.days), len(problem.travel)
    for number, stop in enumerate(problem.stops):
        if len(stop.prizes) != days or len(stop.windows) != days:
            raise ValueError(f"stop {number} needs a prize and windows for each of {days} days")
        if min(stop.prizes, default=1) <= 0:
            raise ValueError(f"stop {number} has a prize that is not positive")
    depots = {place for day in problem.days for place in (day.origin, day.destination)}
    if places < len(problem.stops) or any(not 0 <= place < places for place in depots):
        raise ValueError("travel has fewer locations than stops and depots")
    for matrix in (problem.travel, problem.walk):
        if matrix is not None and [len(row) for row in matrix] != [places] * places:
            raise ValueError(f"a matrix is not {places} x {places}")


def _solution(problem: Problem, search: Search, done: int, exhausted: bool) -> Solution:
    routes = search.best
    missed = tuple(
        (d, b)
        for d, (day, route) in enumerate(zip(problem.days, routes, strict=True))
        for b in range(len(day.breaks))
        if ~b not in route.nodes
    )
    taken = {s for route in routes for s in route.stops}
    return Solution(
        routes=tuple(
            tuple(_entries(day, route)) for day, route in zip(problem.days, routes, strict=True)
        ),
        prize=sum(
            problem.stops[s].prizes[d] for d, route in enumerate(routes) for s in route.stops
        ),
        left_out={
            s: _reason(problem, search, s) for s in range(len(problem.stops)) if s not in taken
        },
        missed_breaks=missed,
        iterations=done,
        exhausted=exhausted,
    )


def _entries(day: Day, route: Route) -> Iterator[Entry]:
    location = day.origin
    for node, start in zip(route.nodes, route.starts, strict=True):
        if node >= 0:
            location = node
            yield Entry(node, None, start, location)
        else:
            yield Entry(None, ~node, start, location)


def _reason(problem: Problem, search: Search, s: int) -> Reason:
    if not any(problem.stops[s].windows):
        return Reason.CLOSED
    days = range(len(problem.days))
    if not any(search.table.able[d] >> s & 1 for d in days):
        return Reason.UNREACHABLE
    timely = [d for d in days if search.fits(d, s, walking=False)]
    if not timely:
        return Reason.NO_TIME
    walkable = [d for d in timely if search.fits(d, s, walking=True)]
    if not walkable:
        return Reason.WALK_LIMIT
    if not any(search.category_allows(d, s) for d in walkable):
        return Reason.CATEGORY_LIMIT
    return Reason.BUDGET


def verify(problem: Problem, solution: Solution) -> list[str]:
    """Re-check a solution from the problem alone; one sentence per fault, none when it is right."""
    faults: list[str] = []
    if len(solution.routes) != len(problem.days):
        faults.append(f"{len(solution.routes)} routes for {len(problem.days)} days")
    taken: list[tuple[int, int]] = []
    held: set[tuple[int, int]] = set()
    for d, route in enumerate(solution.routes):
        faults += [f"day {d}: {fault}" for fault in _route_faults(problem, d, route)]
        taken += [(d, e.stop) for e in route if e.stop is not None]
        held |= {(d, e.brk) for e in route if e.brk is not None}
    faults += _total_faults(problem, taken)
    if Counter([s for _, s in taken] + list(solution.left_out)) != Counter(
        range(len(problem.stops))
    ):
        faults.append("a stop is not exactly once in a route or left out")
    breaks = [(d, b) for d, day in enumerate(problem.days) for b in range(len(day.breaks))]
    if sorted([*held, *solution.missed_breaks]) != breaks:
        faults.append("a break is not exactly once in its day or missed")
    prize = sum(problem.stops[s].prizes[d] for d, s in taken)
    if abs(prize - solution.prize) > 1e-6 * max(1.0, prize):
        faults.append(f"the prizes sum to {prize}, not {solution.prize}")
    return faults


def _total_faults(problem: Problem, taken: Sequence[tuple[int, int]]) -> Iterator[str]:
    spent = sum(problem.stops[s].cost for _, s in taken)
    if problem.budget is not None and spent > problem.budget:
        yield f"costs {spent} of a budget of {problem.budget}"
    total = Counter(c for _, s in taken for c in problem.stops[s].categories)
    for c, limit in enumerate(problem.limits):
        if total[c] > limit:
            yield f"{total[c]} stops of category {c}, limit {limit}"
    daily = Counter((d, c) for d, s in taken for c in problem.stops[s].categories)
    for (d, c), count in daily.items():
        most = problem.daily_limits[c] if c < len(problem.daily_limits) else None
        if most is not None and count > most:
            yield f"{count} stops of category {c} on day {d}, limit {most}"


def _route_faults(problem: Problem, d: int, route: Sequence[Entry]) -> Iterator[str]:
    day = problem.days[d]
    if not route:
        return  # nothing is done, so a day too short for its own journey is no fault
    now, place, walked = day.start, day.origin, 0
    for entry in route:
        if entry.stop is not None:
            now += problem.travel[place][entry.stop]
            walked += problem.walk[place][entry.stop] if problem.walk else 0
            place, minutes = entry.stop, problem.stops[entry.stop].minutes
            windows = problem.stops[entry.stop].windows[d]
        elif entry.brk is not None:
            minutes, windows = day.breaks[entry.brk].minutes, (day.breaks[entry.brk].window,)
        if entry.start < now:
            yield f"{entry} starts before {now}"
        if not any(earliest <= entry.start <= latest for earliest, latest in windows):
            yield f"{entry} starts outside {windows}"
        if entry.location != place:
            yield f"{entry} is not at {place}"
        now = entry.start + minutes
    now += problem.travel[place][day.destination]
    walked += problem.walk[place][day.destination] if problem.walk else 0
    if now > day.end:
        yield f"is back at {now}, after {day.end}"
    if day.walk_limit is not None and walked > day.walk_limit:
        yield f"walks {walked}, limit {day.walk_limit}"
    breaks = [e.brk for e in route if e.brk is not None]
    if breaks != sorted(set(breaks)):
        yield f"takes its breaks in the order {breaks}"
