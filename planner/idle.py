"""Moves what a search has placed, and adds to it, so that no day has long hours of nothing.

A search adds up prizes and fills the hours from the front, so where there is little to do it may
leave half a day empty. Here a stop or a break may move, within its day or to another, and a stop
that was left out may come in, as long as the problem allows it and the hours gained are worth it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from planner.orienteering import Entry, Problem, Solution
from planner.orienteering_routes import Limits, Nodes, Route, Timetable

BREATH = 60
"""So many minutes with nothing in them are a pleasant pause."""
EMPTY_HOUR = 15
"""What an hour more than that counts against a plan, in points of a prize; two count four times."""
WAY = 0.8
"""What a minute on the way counts, in the same points."""
GAIN = 1e-6
"""What a change has to bring at least, so that rounding alone changes nothing."""


class Filled(NamedTuple):
    """One day's route, and what it is worth with its idle hours and ways taken off."""

    worth: float
    route: Route


def less_idle(problem: Problem, solution: Solution, until: int) -> Solution:
    """`solution` with less idle time before the hour `until` of each day, where it can be had."""
    hours = _Hours(problem, until)
    before = hours.days_of(solution)
    days = before
    while better := hours.bettered(days):
        days = better
    return solution if days is before else hours.solution(solution, days)


class _Hours:
    """A problem, and how well routes use its hours."""

    def __init__(self, problem: Problem, until: int):
        self.problem, self.until = problem, until
        self.table, self.limits = Timetable(problem), Limits(problem)
        self.placed: dict[tuple[int, Nodes, int], Filled | None] = {}

    def days_of(self, solution: Solution) -> list[Filled]:
        days = []
        for d, entries in enumerate(solution.routes):
            nodes = [e.stop if e.stop is not None else ~(e.brk or 0) for e in entries]
            route = self.table.build(d, tuple(nodes))
            assert route is not None, "what was found is feasible"
            days.append(self._filled(d, route))
        return days

    def solution(self, before: Solution, days: Sequence[Filled]) -> Solution:
        taken = {u: d for d, day in enumerate(days) for u in day.route.stops}
        return replace(
            before,
            routes=tuple(tuple(self._entries(d, day.route)) for d, day in enumerate(days)),
            prize=sum(self.problem.stops[u].prizes[d] for u, d in sorted(taken.items())),
            left_out={u: why for u, why in before.left_out.items() if u not in taken},
        )

    def _entries(self, d: int, route: Route) -> Iterator[Entry]:
        place = self.problem.days[d].origin
        for v, start in zip(route.nodes, route.starts, strict=True):
            place = v if v >= 0 else place
            yield Entry(v if v >= 0 else None, ~v if v < 0 else None, start, place)

    def bettered(self, days: list[Filled]) -> list[Filled] | None:
        """The days after the one change that betters them most; None when none does."""
        best, gained = None, GAIN
        for changed in self._changes(days):
            gain = sum([day.worth - days[d].worth for d, day in changed.items()])
            if gain > gained:
                best, gained = changed, gain
        if best is None:
            return None
        return [best.get(d, day) for d, day in enumerate(days)]

    def _changes(self, days: list[Filled]) -> Iterator[dict[int, Filled]]:
        """What one move or one more stop makes of its days, one of which has idle time."""
        stops = self.problem.stops
        idle = [d for d, day in enumerate(days) if self._idle(d, day.route)]
        for d, day in enumerate(days) if idle else ():
            for i, v in enumerate(day.route.nodes):
                rest = (*day.route.nodes[:i], *day.route.nodes[i + 1 :])
                if d in idle and (moved := self._with(d, rest, v)):
                    yield {d: moved}
                without = self.table.build(d, rest) if v >= 0 else None
                for other in range(len(days)) if d in idle else idle:
                    if without is None or other == d or not stops[v].windows[other]:
                        continue
                    if longer := self._with(other, days[other].route.nodes, v):
                        yield {d: self._filled(d, without), other: longer}
        inside = sum(day.route.visits for day in days)
        free = self.limits.affordable(self.limits.spent(inside)) & self.limits.uncrowded(inside)
        for u in range(len(stops)):
            if free & ~inside & 1 << u:
                for d in idle:
                    if stops[u].windows[d] and (longer := self._with(d, days[d].route.nodes, u)):
                        yield {d: longer}

    def _with(self, d: int, nodes: Nodes, v: int) -> Filled | None:
        """The best day of these nodes with `v` among them, the breaks in their order."""
        key = (d, nodes, v)
        if key not in self.placed:
            options = [(*nodes[:i], v, *nodes[i:]) for i in range(len(nodes) + 1)]
            routes = [self.table.build(d, option) for option in options if _in_order(option)]
            filled = [self._filled(d, r) for r in routes if r is not None and self._allowed(r)]
            self.placed[key] = max(filled, key=lambda one: one.worth, default=None)
        return self.placed[key]

    def _allowed(self, route: Route) -> bool:
        return all((route.visits & kind).bit_count() <= most for kind, most in self.limits.daily)

    def _filled(self, d: int, route: Route) -> Filled:
        day = self.problem.days[d]
        places = (day.origin, *route.stops, day.destination) if route.stops else ()
        way = sum([self.problem.travel[a][b] for a, b in pairwise(places)])
        return Filled(route.value - EMPTY_HOUR * self._idle(d, route) - WAY * way, route)

    def _idle(self, d: int, route: Route) -> float:
        """The hours in which nothing is done, but for a breath each time, squared."""
        day, travel = self.problem.days[d], self.problem.travel
        now, place = day.start, day.origin
        pauses = []
        for v, start in zip(route.nodes, route.starts, strict=True):
            way = travel[place][v] if v >= 0 else 0
            place = v if v >= 0 else place
            pauses.append(min(start - way, self.until) - now)
            now = start + (self.problem.stops[v].minutes if v >= 0 else day.breaks[~v].minutes)
        pauses.append(min(day.end - travel[place][day.destination], self.until) - now)
        return sum([((pause - BREATH) / 60) ** 2 for pause in pauses if pause > BREATH])


def _in_order(nodes: Nodes) -> bool:
    breaks = [~v for v in nodes if v < 0]
    return breaks == sorted(breaks)
