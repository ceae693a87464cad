"""The search behind `planner.orienteering.solve`: ruin and recreate, accepted as in annealing.

A route is a tuple of nodes: a stop's index, or `~b` for the day's break b.  A break has no place of
its own, so travel always runs from stop to stop and a break only takes time in between.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from heapq import heapify, heappop, heappush
from math import exp, inf
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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

MEMO = 4_000  # routes remembered per day
HOT, COLD = 1.0, 0.015  # temperature at the start and the end, in mean prizes
LONG = 10_000  # iterations of a search that is worth so hot a start
NOISE = 0.2  # how much of an insertion's score chance may take away
STRINGS = 3  # at most so many strings of stops are removed, each from another route
LENGTH, PART = 6, 0.5  # a string has at most so many stops, and at most this part of the route,
WHOLE = 0.5  # but with this chance may be all of it
MOVE_BREAK = 0.3  # chance that a break moves when its route is ruined
IDLE = 1000  # iterations without a new best before the search goes back to it
TRIES = 300  # iterations to fit in the required stops before a break is given up


class Route:
    """A feasible day and, filled in as it is asked for, where each other stop fits best."""

    __slots__ = ("fit", "gaps", "leaves", "limits", "nodes", "seen", "starts", "stops", "value")

    def __init__(self, nodes: Nodes, starts: list[int], gaps: list[Gap], value: float):
        self.nodes = nodes
        self.stops = tuple([v for v in nodes if v >= 0])
        self.starts = starts
        self.gaps = gaps
        self.leaves = [gap[1] for gap in gaps]
        self.limits = [gap[4] for gap in gaps]
        self.value = value
        self.fit: dict[int, tuple[float, int]] = {}  # stop: the time it takes, the node it precedes
        self.seen: set[int] = set()  # a stop in here but not in `fit` does not fit

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
        # of two plans with equal prizes the one with less travel is better
        least = min((p for stop in stops for p in stop.prizes), default=1)
        self.per_minute = 0.05 * least / max(1, sum(day.end - day.start for day in self.days))
        self.shortest = min((stop.minutes for stop in stops), default=0)
        self.info = [
            [_hours(s.windows[d], s.minutes) for s in stops] for d in range(len(self.days))
        ]
        self.memo: list[dict[Nodes, Route | None]] = [{} for _ in self.days]
        self.empty = [
            self.with_breaks(d, ()) or Route((), [], [], 0.0) for d in range(len(self.days))
        ]
        self.able = [self._able(d) for d in range(len(self.days))]

    def _able(self, d: int) -> set[int]:
        """The stops that fit day d alone, with as many of its breaks as the day can hold."""
        route = self.empty[d]
        self.scan(
            d, route, [u for u, (opens, closes, _, _) in enumerate(self.info[d]) if closes >= opens]
        )
        return set(route.fit)

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
        d = self.kind[d]
        memo = self.memo[d]
        if nodes in memo:
            return memo[nodes]
        if len(memo) >= MEMO:
            memo.clear()
        route = memo[nodes] = self._build(d, nodes)
        return route

    def _build(self, d: int, nodes: Nodes) -> Route | None:
        day, travel, walk, info = self.days[d], self.travel, self.walk, self.info[d]
        now, place = day.start, day.origin
        starts: list[int] = []
        leaves, places = [now], [place]
        travelled = walked = 0
        for v in nodes:
            if v < 0:
                (opens, closes), minutes, windows = (
                    day.breaks[~v].window,
                    day.breaks[~v].minutes,
                    None,
                )
            else:
                opens, closes, windows, minutes = info[v]
                now += travel[place][v]
                travelled += travel[place][v]
                walked += walk[place][v]
                place = v
            if now < opens:
                now = opens
            elif now > closes:
                return None
            elif windows:
                now = _admit(windows, now)
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
                _, closes, windows, minutes = info[v]
                latest = min(pause, latest - rest - leg) - minutes
                latest = _yield(windows, latest) if windows else min(latest, closes)
                after = v
                rest, pause, ready = 0, inf, -inf
        gaps.reverse()
        return gaps

    def scan(self, d: int, route: Route, stops: Iterable[int]) -> None:
        """Enter each of these stops into `route.fit`, if there is a gap for it."""
        info, gaps, leaves, limits, fit = (
            self.info[d], route.gaps, route.leaves, route.limits, route.fit
        )  # fmt: skip
        route.seen.update(stops)
        for u in stops:
            opens, closes, windows, minutes = info[u]
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
                elif windows:
                    now = _admit(windows, now)
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
                fit[u] = (least, where)


def _hours(windows: Windows, minutes: int) -> tuple[int, int, Windows | None, int]:
    """First opening, last closing, the windows if there are several, minutes of service."""
    if not windows:
        return 1, 0, None, minutes
    return windows[0][0], windows[-1][1], windows if len(windows) > 1 else None, minutes


def _admit(windows: Windows, now: int) -> int:
    """The first start at `now` or later; there is one."""
    for opens, closes in windows:
        if now <= closes:
            return max(opens, now)
    return now


def _yield(windows: Windows, latest: float) -> float:
    """The last start at `latest` or before; there is one."""
    for opens, closes in reversed(windows):
        if opens <= latest:
            return min(closes, latest)
    return latest


class Search:
    """The state of one search; `best` holds its result, one route per day."""

    def __init__(self, problem: Problem, seed: int):
        self.problem = problem
        self.table = table = Timetable(problem)
        self.random = Random(seed)
        stops = problem.stops
        self.costs = [stop.cost for stop in stops]
        self.categories = [stop.categories for stop in stops]
        self.budget = inf if problem.budget is None else problem.budget
        count = 1 + max((c for stop in stops for c in stop.categories), default=-1)
        self.limits = [*problem.limits, *[inf] * (count - len(problem.limits))]
        self.daily = [inf if most is None else most for most in problem.daily_limits]
        self.daily += [inf] * (count - len(self.daily))
        self.constrained = {self.budget, *self.limits, *self.daily} != {inf}
        self.required = [u for u, stop in enumerate(stops) if stop.required and any(stop.windows)]
        self.pool = sorted(set().union(*table.able))
        self.near: dict[int, list[int]] = {}
        self.best = list(table.empty)
        self.share = 0.0  # of the iterations or the time, gone
        self.expected = float(LONG)  # iterations

    def run(
        self,
        previous: Sequence[Sequence[int]],
        iterations: int | None,
        seconds: float | None,
        stop: Callable[[], bool],
    ) -> tuple[int, bool]:
        """Search until a limit is reached; the iterations done, and whether none was cut short."""
        begin = perf_counter()
        self._resume(previous)
        self._require()
        self.repair(self.best, 0.0)
        done = self._search(iterations, seconds, stop, begin)
        self._fill()
        return done

    def _fill(self) -> None:
        """Insert what still fits; without the triangle inequality the search may miss some."""
        value, new = -inf, self.repair(self.best, 0.0)
        while new > value:
            for route in self.best:
                route.seen.clear()
            value, new = new, self.repair(self.best, 0.0)

    def _search(
        self,
        iterations: int | None,
        seconds: float | None,
        stop: Callable[[], bool],
        begin: float,
    ) -> tuple[int, bool]:
        done = 0
        for routes in self.improve(self.best) if self.pool else ():
            self.best = routes
            if iterations is not None and done >= iterations:
                break
            if stop():
                return done, False
            gone = perf_counter() - begin
            if seconds is not None and gone >= seconds:
                return done, iterations is None
            if iterations is not None:
                self.share, self.expected = done / iterations, iterations
            elif seconds is not None:
                self.share = gone / seconds
                self.expected = done / self.share
            done += 1
        return done, True

    def _resume(self, previous: Sequence[Sequence[int]]) -> None:
        """Take over from earlier routes what still fits."""
        routes, taken = self.best, set[int]()
        for d, stops in enumerate(previous[: len(routes)]):
            for u in stops:
                if u in taken or u not in self.table.able[d] or not self.allowed(routes, d, u):
                    continue
                longer = self.table.with_breaks(d, (*routes[d].stops, u))
                if longer and longer.rests >= routes[d].rests:
                    routes[d] = longer
                    taken.add(u)

    def _require(self) -> None:
        """Insert the required stops, at the expense of breaks if there is no other way."""
        able, self.pool = self.pool, [u for u in self.required if u in set(self.pool)]
        if self.pool:
            self.repair(self.best, 0.0)
        if self.pool and self._missing():
            for done, routes in enumerate(self.improve(self.best)):
                self.best = routes
                if done == TRIES or not self._missing():
                    break
        self.pool = able
        for u in self._missing():
            self._force(u)

    def _missing(self) -> list[int]:
        inside = {v for route in self.best for v in route.stops}
        return [u for u in self.required if u not in inside]

    def _force(self, u: int) -> None:
        """Insert a required stop where it costs the fewest breaks, if it can be done at all."""
        options: list[tuple[int, float, int, Nodes]] = []
        for d, route in enumerate(self.best):
            if not self.problem.stops[u].windows[d] or not self.allowed(self.best, d, u):
                continue
            for i in range(len(route.stops) + 1):
                longer = self.table.with_breaks(d, (*route.stops[:i], u, *route.stops[i:]))
                if longer:
                    gain = longer.value - route.value
                    options.append((longer.rests - route.rests, gain, d, longer.nodes))
        if options:
            _, _, d, nodes = max(options)
            self.best[d] = self.table.build(d, nodes) or self.best[d]

    def improve(self, routes: list[Route]) -> Iterator[list[Route]]:
        """The best routes so far, after each iteration of a search without end."""
        current = best = routes
        value = top = sum([route.value for route in routes])
        prizes = [max(self.problem.stops[u].prizes) for u in self.pool]
        mean, random, idle = sum(prizes) / len(prizes), self.random.random, 0
        yield best
        while True:
            trial = list(current)
            wish = self.ruin(trial)
            new = self.repair(trial, NOISE, wish, current)
            idle += 1
            if new > top:
                best, top, idle = trial, new, 0
            if new >= value or random() < exp((new - value) / (mean * self.temperature())):
                current, value = trial, new
            elif idle > IDLE:
                current, value, idle = best, top, 0
            yield best

    def temperature(self) -> float:
        """It falls from `HOT` to `COLD`; a search with few iterations begins cooler."""
        hot = max(COLD, HOT * min(1.0, self.expected / LONG) ** 0.5)
        return float(hot * (COLD / hot) ** self.share)

    def ruin(self, routes: list[Route]) -> int:
        """Remove strings of stops around some stop; that stop if it is in no route, else -1."""
        random, pool = self.random.random, self.pool
        centre = pool[int(random() * len(pool))]
        day_of = {v: d for d, route in enumerate(routes) for v in route.stops}
        untouched = set(range(len(routes)))
        strings = 1 + int(random() * min(STRINGS, len(routes)))
        for v in self._neighbours(centre):
            d = day_of.get(v, -1)
            if d not in untouched:
                continue
            untouched.remove(d)
            routes[d] = self._shorten(d, routes[d], v)
            strings -= 1
            if not strings:
                break
        return -1 if centre in day_of else centre

    def _shorten(self, d: int, route: Route, v: int) -> Route:
        """Remove a string of stops that includes v, and perhaps move a break."""
        random, stops = self.random.random, route.stops
        most = len(stops) if random() < WHOLE else max(2, round(PART * len(stops)))
        size = 1 + int(random() * min(LENGTH, len(stops), most))
        first = stops.index(v) - int(random() * size)
        first = max(0, min(first, len(stops) - size))
        gone = stops[first : first + size]
        nodes = tuple([u for u in route.nodes if u not in gone])
        if route.rests and random() < MOVE_BREAK:
            nodes = self._move_break(d, nodes)
        # without the triangle inequality a shorter route need not be feasible
        return self.table.build(d, nodes) or route

    def _move_break(self, d: int, nodes: Nodes) -> Nodes:
        """Some break elsewhere between the breaks before and after it, if it can be."""
        breaks = [i for i, v in enumerate(nodes) if v < 0]
        k = int(self.random.random() * len(breaks))
        i = breaks[k]
        rest = nodes[:i] + nodes[i + 1 :]
        first = breaks[k - 1] + 1 if k else 0
        last = breaks[k + 1] - 1 if k + 1 < len(breaks) else len(rest)
        moved = [(*rest[:j], nodes[i], *rest[j:]) for j in range(first, last + 1) if j != i]
        return self.random.choice([v for v in moved if self.table.build(d, v)] or [nodes])

    def _neighbours(self, u: int) -> list[int]:
        near = self.near.get(u)
        if near is None:
            out, back = self.table.travel[u], self.table.travel_to[u]
            near = self.near[u] = sorted(self.pool, key=lambda v: (out[v] + back[v], v))
        return near

    def repair(
        self, routes: list[Route], noise: float, wish: int = -1, before: Sequence[Route] = ()
    ) -> float:
        """Insert stops, `wish` first, until none fits any more; the value of the routes.

        `before` are the routes before the ruin, of which those not ruined were full.
        """
        table, constrained = self.table, self.constrained
        inside = {v for route in routes for v in route.stops}
        outside = [u for u in self.pool if u not in inside]
        gone = [
            v
            for old, new in zip(before, routes, strict=False)
            if old is not new
            for v in old.stops
            if v not in inside
        ]
        spent, used = self.totals(routes)
        found: list[tuple[float, int, int, int]] = []
        for d, route in enumerate(routes):
            able, seen = table.able[d], route.seen
            news = gone if before and before[d] is route else outside
            table.scan(d, route, [u for u in news if u in able and u not in seen])
            if route.fit:
                found += self._offers(d, route, inside, noise, wish)
        heapify(found)
        while found:
            _, u, d, length = heappop(found)
            route = routes[d]
            if u in inside or length != len(route.nodes):
                continue
            if constrained:
                if not self.allows(routes, d, u, spent, used):
                    continue
                spent += self.costs[u]
                for c in self.categories[u]:
                    used[c] += 1
            inside.add(u)
            new = routes[d] = self._insert(d, route, u)
            for offer in self._offers(d, new, inside, noise, wish):
                heappush(found, offer)
        return sum([route.value for route in routes])

    def _offers(
        self, d: int, route: Route, inside: set[int], noise: float, wish: int
    ) -> list[tuple[float, int, int, int]]:
        """What could be inserted in this route, as entries of a heap: the best is the least."""
        random, prizes, length = self.random.random, self.table.prizes[d], len(route.nodes)
        offers = [
            (-(prizes[u] ** 2) / max(minutes, 1) * (1 - noise * random()), u, d, length)
            for u, (minutes, _) in route.fit.items()
            if u not in inside
        ]
        if wish in route.fit:
            offers.append((-inf, wish, d, length))
        return offers

    def _insert(self, d: int, route: Route, u: int) -> Route:
        i = route.fit[u][1]
        new = self.table.build(d, (*route.nodes[:i], u, *route.nodes[i:]))
        assert new is not None, "a gap that fits is feasible"
        # with the triangle inequality, what did not fit before does not fit now
        self.table.scan(d, new, [v for v in route.fit if v != u and v not in new.seen])
        new.seen.update(route.seen)
        return new

    def totals(self, routes: Sequence[Route]) -> tuple[int, list[int]]:
        """What the routes cost, and how many stops of each category they have."""
        spent, used = 0, [0] * len(self.limits)
        if self.constrained:
            for route in routes:
                for v in route.stops:
                    spent += self.costs[v]
                    for c in self.categories[v]:
                        used[c] += 1
        return spent, used

    def allows(self, routes: Sequence[Route], d: int, u: int, spent: int, used: list[int]) -> bool:
        """Whether budget and categories, as far as used up, admit stop u on day d."""
        if spent + self.costs[u] > self.budget:
            return False
        for c in self.categories[u]:
            if used[c] >= self.limits[c]:
                return False
            if self.daily[c] < inf:
                categories = self.categories
                if sum([c in categories[v] for v in routes[d].stops]) >= self.daily[c]:
                    return False
        return True

    def allowed(self, routes: Sequence[Route], d: int, u: int) -> bool:
        return self.allows(routes, d, u, *self.totals(routes))

    def fits(self, d: int, u: int, *, walking: bool) -> bool:
        """Whether day d of the best routes has the time for stop u, and if asked the walking."""
        route = self.best[d]
        if not self.problem.stops[u].windows[d]:
            return False
        gaps = route.gaps if walking else [(*gap[:-1], inf) for gap in route.gaps]
        trial = Route(route.nodes, route.starts, gaps, 0.0)
        self.table.scan(d, trial, [u])
        return u in trial.fit

    def category_allows(self, d: int, u: int) -> bool:
        """Whether the category limits admit stop u on day d of the best routes."""
        spent, used = self.totals(self.best)
        return self.allows(self.best, d, u, spent - self.costs[u], used)
