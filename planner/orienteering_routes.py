"""The days of a `Problem` as routes, timed and tested for where one more stop would fit.

A route is a tuple of nodes: a stop's index, or `~b` for the day's break b.  A break has no place of
its own, so travel always runs from stop to stop and a break only takes time in between.  A set of
stops is an integer, stop u its bit `1 << u`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.orienteering import Problem

Nodes: TypeAlias = tuple[int, ...]
Windows: TypeAlias = tuple[tuple[int, int], ...]

# A place for one more stop: index of the node it would precede, departure from the place before,
# travel from there by stop, travel to the next place by stop, latest arrival there and arrival as
# it is now (both less the breaks on the way), latest departure those breaks admit, longest leg
# after them, then walking: from the place before, to the next place, and the most of both.
Gap: TypeAlias = tuple[
    int, int, list[int], list[int], float, int, float, float, list[int], list[int], float
]

MEMO = 4_000  # routes remembered, 3 to 4 kB each
TOLL = 0.1  # how dear a cost is in minutes, if 1 is to use up the budget as fast as the days


class Route:
    """A feasible day and, filled in as it is asked for, where each other stop fits best."""

    __slots__ = (
        "fit", "fits", "gaps", "leaves", "limits", "nodes", "seen", "starts", "stops", "value", "visits"
    )  # fmt: skip

    def __init__(self, nodes: Nodes, starts: list[int], gaps: list[Gap], value: float):
        self.nodes = nodes
        self.stops = tuple([v for v in nodes if v >= 0])
        self.visits = as_set(self.stops)
        self.starts = starts
        self.gaps = gaps
        self.leaves = [gap[1] for gap in gaps]
        self.limits = [gap[4] for gap in gaps]
        self.value = value
        self.fit: dict[int, tuple[float, int]] = {}  # stop: what for its time, the node it precedes
        self.fits = 0  # the keys of `fit`
        self.seen = 0  # a stop in here but not in `fit` does not fit

    @property
    def rests(self) -> int:
        return len(self.nodes) - len(self.stops)


class Timetable:
    """The problem as flat arrays, and every route built so far."""

    def __init__(self, problem: Problem):
        self.days, stops = problem.days, problem.stops
        self.travel = problem.travel
        self.walk = problem.walk or problem.travel  # without walking no day has a limit for it
        self.walks = problem.walk is not None
        self.travel_to = [list(column) for column in zip(*self.travel, strict=True)]
        self.walk_to = [list(column) for column in zip(*self.walk, strict=True)]
        # days on which everything is alike share their routes
        kinds: dict[object, int] = {}
        self.kind = [
            kinds.setdefault((day, tuple([(s.windows[d], s.prizes[d]) for s in stops])), d)
            for d, day in enumerate(self.days)
        ]
        # a required stop is worth more than all the prizes together
        top = 1 + sum(max(stop.prizes, default=0) for stop in stops)
        self.prizes = [
            [s.prizes[d] + top * s.required for s in stops] for d in range(len(self.days))
        ]
        self.worth = [[p**2 for p in day] for day in self.prizes]
        self.toll = self._toll(problem)
        # of two plans with equal prizes the one with less travel is better
        least = min((p for stop in stops for p in stop.prizes), default=1)
        self.per_minute = 0.05 * least / max(1, sum(day.end - day.start for day in self.days))
        self.shortest = min((stop.minutes for stop in stops), default=0)
        self.info = [
            [_hours(s.windows[d], s.minutes) for s in stops] for d in range(len(self.days))
        ]
        self.memo: dict[tuple[int, Nodes], Route | None] = {}
        self.empty = [
            self.with_breaks(d, ()) or Route((), [], [], 0.0) for d in range(len(self.days))
        ]
        self.able = [self._able(d) for d in range(len(self.days))]

    def _toll(self, problem: Problem) -> list[float]:
        """The minutes that each stop's cost stands for when stops are compared."""
        costs = [stop.cost for stop in problem.stops]
        if not problem.budget or problem.budget >= sum(costs):
            return [0.0] * len(costs)
        rate = TOLL * sum(day.end - day.start for day in self.days) / problem.budget
        return [rate * cost for cost in costs]

    def _able(self, d: int) -> int:
        """The stops that fit day d alone, with as many of its breaks as the day can hold."""
        route = self.empty[d]
        self.scan(
            d, route, [u for u, (opens, closes, _, _) in enumerate(self.info[d]) if closes >= opens]
        )
        return route.fits

    def with_breaks(self, d: int, stops: Nodes) -> Route | None:
        """These stops in this order with as many breaks as fit; None if even the stops do not."""
        best: Route | None = None
        count = len(self.days[d].breaks)
        partial = [(stops, 0, 0)]
        while partial and (best is None or best.rests < count):
            nodes, b, first = partial.pop()
            route = self.build(d, nodes)
            if route is None:
                continue
            if best is None or route.rests > best.rests:
                best = route
            if b < count:
                partial.append((nodes, b + 1, first))
                partial += [
                    ((*nodes[:i], ~b, *nodes[i:]), b + 1, i + 1)
                    for i in range(first, len(nodes) + 1)
                ]
        return best

    def build(self, d: int, nodes: Nodes) -> Route | None:
        """The route of day d with these nodes, None when it is not feasible."""
        key, memo = (self.kind[d], nodes), self.memo
        if key in memo:
            return memo[key]
        if len(memo) >= MEMO:
            memo.clear()
        route = memo[key] = self._build(d, nodes)
        return route

    def _build(self, d: int, nodes: Nodes) -> Route | None:
        day, travel, walk, info = self.days[d], self.travel, self.walk, self.info[d]
        now, place = day.start, day.origin
        starts: list[int] = []
        leaves, places = [now], [place]
        travelled = walked = 0
        for v in nodes:
            if v < 0:
                (opens, closes), minutes = day.breaks[~v].window, day.breaks[~v].minutes
                shut: Windows = ()
            else:
                opens, closes, shut, minutes = info[v]
                now += travel[place][v]
                travelled += travel[place][v]
                walked += walk[place][v]
                place = v
            if now < opens:
                now = opens
            elif now > closes:
                return None
            for since, until in shut:
                if since < now < until:
                    now = until
            starts.append(now)
            now += minutes
            leaves.append(now)
            places.append(place)
        now += travel[place][day.destination]
        travelled += travel[place][day.destination]
        walked += walk[place][day.destination]
        spare = inf if day.walk_limit is None or not self.walks else day.walk_limit - walked
        if now > day.end or spare < 0:
            return None
        prizes = self.prizes[d]
        value = sum([prizes[v] for v in nodes if v >= 0]) - self.per_minute * travelled
        return Route(nodes, starts, self._gaps(d, nodes, leaves, places, spare), value)

    def _gaps(
        self, d: int, nodes: Nodes, leaves: list[int], places: list[int], spare: float
    ) -> list[Gap]:
        """What each gap leaves to one more stop, found from the end of the day backwards."""
        day, travel, walk, info = self.days[d], self.travel, self.walk, self.info[d]
        gaps: list[Gap] = []
        after, latest = day.destination, float(day.end)  # the next place and the latest arrival
        rest, pause, ready = 0, inf, -inf  # the breaks before it: sum, latest start, earliest end
        for i in range(len(nodes), -1, -1):
            place = places[i]
            leg = travel[place][after]
            limit = latest - rest
            if limit - leaves[i] >= self.shortest:
                out, back = travel[place], self.travel_to[after]
                walk_out, walk_back = walk[place], self.walk_to[after]
                gap = (i, leaves[i], out, back, limit, leaves[i] + leg, pause, latest - ready)
                gaps.append((*gap, walk_out, walk_back, spare + walk_out[after]))
            if i == 0:
                break
            v = nodes[i - 1]
            if v < 0:
                minutes, (opens, closes) = day.breaks[~v].minutes, day.breaks[~v].window
                pause = min(closes, pause - minutes)
                rest += minutes
                ready = max(opens + rest, ready)
            else:
                _, closes, shut, minutes = info[v]
                latest = min(min(pause, latest - rest - leg) - minutes, closes)
                for since, until in reversed(shut):
                    if since < latest < until:
                        latest = since
                after = v
                rest, pause, ready = 0, inf, -inf
        gaps.reverse()
        return gaps

    def scan(self, d: int, route: Route, stops: Iterable[int]) -> None:
        """Enter each of these stops into `route.fit`, if there is a gap for it."""
        info, worth, toll = self.info[d], self.worth[d], self.toll
        gaps, leaves, limits, fit = route.gaps, route.leaves, route.limits, route.fit
        seen = fits = 0
        for u in stops:
            seen |= 1 << u
            opens, closes, shut, minutes = info[u]
            least = inf
            where = -1
            # departures and latest arrivals grow along the route, so most gaps need no look
            first, last = bisect_left(limits, opens + minutes), bisect_right(leaves, closes)
            for (
                i,
                leave,
                out,
                back,
                limit,
                arrival,
                pause,
                reach,
                walk_out,
                walk_back,
                most,
            ) in gaps[first:last]:
                if limit - leave < minutes:
                    continue
                now = leave + out[u]
                if now < opens:
                    now = opens
                elif now > closes:
                    continue
                for since, until in shut:
                    if since < now < until:
                        now = until
                now += minutes
                leg = back[u]
                if (
                    now + leg <= limit
                    and now + leg - arrival < least
                    and now <= pause
                    and leg <= reach
                    and walk_out[u] + walk_back[u] <= most
                ):
                    least = now + leg - arrival
                    where = i
            if where >= 0:
                fit[u] = (worth[u] / (max(least, 1) + toll[u]), where)
                fits |= 1 << u
        route.seen |= seen
        route.fits |= fits


def _hours(windows: Windows, minutes: int) -> tuple[int, int, Windows, int]:
    """First opening, last closing, when it is shut in between, minutes of service."""
    if not windows:
        return 1, 0, (), minutes
    shut = tuple((closes, opens) for (_, closes), (opens, _) in pairwise(windows))
    return windows[0][0], windows[-1][1], shut, minutes


def as_set(stops: Iterable[int]) -> int:
    """These stops as a set."""
    bits = 0
    for u in stops:
        bits |= 1 << u
    return bits


def members(bits: int) -> list[int]:
    """The stops of a set, in order."""
    stops = []
    while bits:
        least = bits & -bits
        stops.append(least.bit_length() - 1)
        bits ^= least
    return stops


class Limits:
    """Which stops the budget and the categories still admit."""

    def __init__(self, problem: Problem):
        stops = problem.stops
        self.costs = [stop.cost for stop in stops]
        self.budget = inf if problem.budget is None else problem.budget
        self.prices = sorted(set(self.costs))
        self.within = [
            as_set(u for u, cost in enumerate(self.costs) if cost <= price)
            for price in (-inf, *self.prices)
        ]
        count = 1 + max((c for stop in stops for c in stop.categories), default=-1)
        kinds = [
            as_set(u for u, stop in enumerate(stops) if c in stop.categories) for c in range(count)
        ]
        self.over_all = list(zip(kinds, problem.limits, strict=False))
        self.daily = [
            (kind, most)
            for kind, most in zip(kinds, problem.daily_limits, strict=False)
            if most is not None
        ]

    def spent(self, inside: int) -> int:
        """What these stops cost."""
        return sum([self.costs[u] for u in members(inside)])

    def affordable(self, spent: int) -> int:
        """The stops that cost no more than this leaves of the budget."""
        return self.within[bisect_right(self.prices, self.budget - spent)]

    def uncrowded(self, inside: int) -> int:
        """The stops whose categories these do not use up over all days."""
        return _below(self.over_all, inside)

    def uncrowded_on(self, route: Route) -> int:
        """The stops whose categories this route does not use up on its day."""
        return _below(self.daily, route.visits)


def _below(limits: list[tuple[int, int]], inside: int) -> int:
    full = 0
    for kind, most in limits:
        if (inside & kind).bit_count() >= most:
            full |= kind
    return ~full
