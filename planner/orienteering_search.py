"""The search behind `planner.orienteering.solve`: ruin and recreate, accepted as in annealing."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from math import exp, inf
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING

from planner.orienteering_routes import Limits, Route, Timetable, as_set, members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from planner.orienteering import Problem
    from planner.orienteering_routes import Nodes

HOT, COLD = 1.0, 0.015  # temperature at the start and the end, in mean prizes
LONG = 10_000  # iterations of a search that is worth so hot a start
NOISE = 0.2  # how much of an insertion's score chance may take away
WILD = 0.02  # how often it may take away all of it
STRINGS = 3  # at most so many strings of stops are removed, each from another route
LENGTH, PART = 6, 0.5  # a string has at most so many stops, and at most this part of the route,
WHOLE = 0.5  # but with this chance may be all of it
MOVE_BREAK = 0.3  # chance that a break moves when its route is ruined
IDLE = 1000  # iterations without a new best before the search goes back to it
TRIES = 300  # iterations to fit in the required stops before a break is given up


class Search:
    """The state of one search; `best` holds its result, one route per day."""

    def __init__(self, problem: Problem, seed: int):
        self.problem = problem
        self.table = table = Timetable(problem)
        self.random = Random(seed)
        self.limits = Limits(problem)
        self.required = [
            u for u, stop in enumerate(problem.stops) if stop.required and any(stop.windows)
        ]
        self.pool = [u for u in range(len(problem.stops)) if any(a >> u & 1 for a in table.able)]
        self.pooled = as_set(self.pool)
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
                route.seen = 0
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
        routes = self.best
        for d, stops in enumerate(previous[: len(routes)]):
            for u in stops:
                if not (self.open_to(routes, d) & self.table.able[d]) >> u & 1:
                    continue
                longer = self.table.with_breaks(d, (*routes[d].stops, u))
                if longer and longer.rests >= routes[d].rests:
                    routes[d] = longer

    def _require(self) -> None:
        """Insert the required stops, at the expense of breaks if there is no other way."""
        able, pooled = self.pool, self.pooled
        self.pool = [u for u in self.required if pooled >> u & 1]
        self.pooled = as_set(self.pool)
        if self.pool:
            self.repair(self.best, 0.0)
        if self.pool and self._missing():
            for done, routes in enumerate(self.improve(self.best)):
                self.best = routes
                if done == TRIES or not self._missing():
                    break
        self.pool, self.pooled = able, pooled
        self.near.clear()
        for u in self._missing():
            self._force(u)

    def _missing(self) -> list[int]:
        inside = {v for route in self.best for v in route.stops}
        return [u for u in self.required if u not in inside]

    def _force(self, u: int) -> None:
        """Insert a required stop where it costs the fewest breaks, if it can be done at all."""
        options: list[tuple[int, float, int, Nodes]] = []
        for d, route in enumerate(self.best):
            if not self.problem.stops[u].windows[d] or not self.open_to(self.best, d) >> u & 1:
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
            new = self.repair(trial, 1.0 if random() < WILD else NOISE, wish)
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

    def repair(self, routes: list[Route], noise: float, wish: int = -1) -> float:
        """Insert stops, `wish` first, until none fits any more; the value of the routes."""
        inside = _visits(routes)
        spent = self.limits.spent(inside)
        free = self._free(inside, spent)
        found: list[tuple[float, int, int, int]] = []
        for d, route in enumerate(routes):
            found += self._offers(d, route, free, noise, wish)
        heapify(found)
        while found:
            _, u, d, length = heappop(found)
            route = routes[d]
            if not free >> u & 1 or length != len(route.nodes):
                continue
            inside |= 1 << u
            spent += self.limits.costs[u]
            free = self._free(inside, spent)
            new = routes[d] = self._insert(d, route, u)
            for offer in self._offers(d, new, free, noise, wish):
                heappush(found, offer)
        return sum([route.value for route in routes])

    def _free(self, inside: int, spent: int) -> int:
        """The stops that may come to these, as far as budget and categories over all days go."""
        limits = self.limits
        return self.pooled & ~inside & limits.affordable(spent) & limits.uncrowded(inside)

    def _offers(
        self, d: int, route: Route, free: int, noise: float, wish: int
    ) -> list[tuple[float, int, int, int]]:
        """What could be inserted in this route, as entries of a heap: the best is the least."""
        free &= self.table.able[d] & self.limits.uncrowded_on(route)
        unknown = free & ~route.seen
        if unknown:
            self.table.scan(d, route, members(unknown))
        free &= route.fits
        if not free:
            return []
        random, fit, length = self.random.random, route.fit, len(route.nodes)
        offers = [
            (-score * (1 - noise * random()), u, d, length)
            for u, (score, _) in fit.items()
            if free >> u & 1
        ]
        if wish >= 0 and free >> wish & 1:
            offers.append((-inf, wish, d, length))
        return offers

    def _insert(self, d: int, route: Route, u: int) -> Route:
        i = route.fit[u][1]
        new = self.table.build(d, (*route.nodes[:i], u, *route.nodes[i:]))
        assert new is not None, "a gap that fits is feasible"
        # with the triangle inequality, what did not fit before does not fit now
        new.seen |= route.seen & ~route.fits
        return new

    def open_to(self, routes: Sequence[Route], d: int) -> int:
        """The stops that budget and categories still admit to day d."""
        inside, limits = _visits(routes), self.limits
        categories = limits.uncrowded(inside) & limits.uncrowded_on(routes[d])
        return ~inside & limits.affordable(limits.spent(inside)) & categories

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
        limits = self.limits
        open_to = limits.uncrowded(_visits(self.best)) & limits.uncrowded_on(self.best[d])
        return bool(open_to >> u & 1)


def _visits(routes: Iterable[Route]) -> int:
    """The stops of all these routes, as a set."""
    visits = 0
    for route in routes:
        visits |= route.visits
    return visits
