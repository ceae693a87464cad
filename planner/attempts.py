"""Searches for the days of a trip: freely, then even, with few empty hours and a roof in rain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil

from agents.atlas.loader import destination
from agents.evidence import Ledger
from agents.request import Effort, TripRequest
from planner.candidates import Candidate
from planner.frame import Frame
from planner.idle import less_idle
from planner.merge import Merged
from planner.orienteering import Solution, solve
from planner.prices import Pricing
from planner.problem import TripProblem, build_problem, is_outing, is_wet
from planner.ways import build_frame

SEARCH: dict[Effort, tuple[int, float]] = {
    Effort.INSTANT: (3, 2.0),
    Effort.THINKING: (16, 5.0),
    Effort.CONTEMPLATING: (120, 20.0),
}
"""Iterations for each candidate, which end a search and so make it repeatable; seconds only as a
brake."""
OUTING_EVERY = 3
"""Every third day, from the second on, may be given to an outing."""
SPREAD_SHARE = 0.93
"""Visits are spread over the days if that keeps so much of the prizes."""
ROOF_SHARE = 0.9
"""For a roof on every wet day, so much of what the visits are worth has to be kept."""
TEA = 17 * 60
"""Until then no day should have empty hours; after it one may well rest before dinner."""


@dataclass(frozen=True)
class Attempt:
    """What one search found, in which frame, and for which problem."""

    frame: Frame
    trip: TripProblem
    solution: Solution

    @property
    def visits(self) -> list[list[Candidate]]:
        """What is visited on each day, bookings apart."""
        candidates = self.trip.candidates
        return [
            [candidates[e.stop] for e in route if e.stop is not None and e.stop < len(candidates)]
            for route in self.solution.routes
        ]

    @property
    def worth(self) -> float:
        return sum(c.prize for visits in self.visits for c in visits)

    @property
    def bare(self) -> frozenset[int]:
        """The wet days all of whose visits are outdoors."""
        days = zip(self.frame.days, self.visits, strict=True)
        return frozenset(
            number
            for number, (day, visits) in enumerate(days)
            if visits and is_wet(day) and not any(c.activity.indoor for c in visits)
        )


@dataclass(frozen=True)
class _Aim:
    """What one search is to keep to; `build_problem` says what it means."""

    visits_a_day: int
    outings: frozenset[int]
    bare: frozenset[int] = frozenset()
    roofs_a_day: int | None = None


@dataclass(frozen=True)
class Searching:
    """All that the searches for one trip have in common; `budget` is what is left for entries."""

    request: TripRequest
    merged: Merged
    visits: tuple[Candidate, ...]
    pricing: Pricing
    ledger: Ledger
    budget: Decimal | None
    stop: Callable[[], bool] | None

    def best(self) -> Attempt:
        """Search freely, then with the visits spread over the days, unless that costs much.

        Where a wet day comes out all outdoors, search again for a roof.
        """
        aim, spread = self._spread()
        best = self._filled(aim, spread)
        least, days = ROOF_SHARE * best.worth, self.request.dates.days
        roofs = sum(c.activity.indoor for visits in best.visits for c in visits)
        bare = best.bare
        for roofs_a_day in (max(1, ceil(roofs / days)), max(1, roofs // days)):
            tried, aim = aim, replace(aim, bare=aim.bare | bare, roofs_a_day=roofs_a_day)
            if not best.bare or aim == tried:
                break
            roofed = self._filled(aim, self._attempt(aim))
            bare = roofed.bare
            if len(bare) < len(best.bare) and roofed.worth >= least:
                best = roofed
        return best

    def _spread(self) -> tuple[_Aim, Attempt]:
        """The visits as even over the days, and with as few days kept for an outing, as pays."""
        days = self.request.dates.days
        long = {c.id for c in self.visits if is_outing(c, destination(c.destination))}
        wanted = frozenset(range(1, days - 1, OUTING_EVERY)) if long else frozenset[int]()
        aim = _Aim(ceil(len(self.visits) / days) + 1, wanted)
        best = first = self._attempt(aim)
        out = {n for n, visits in enumerate(first.visits) if any(c.id in long for c in visits)}
        if not wanted <= out:
            aim = replace(aim, outings=wanted & out)
            best = self._attempt(aim)
        counts = [sum(e.stop is not None for e in route) for route in first.solution.routes]
        even = ceil(sum(counts) / days)
        for visits_a_day in (even, even + 1):
            if max(counts) > visits_a_day:
                evenly = replace(aim, visits_a_day=visits_a_day)
                spread = self._attempt(evenly)
                if spread.solution.prize >= SPREAD_SHARE * best.solution.prize:
                    return evenly, spread
        return aim, best

    def _attempt(self, aim: _Aim) -> Attempt:
        frame = build_frame(self.request, self.merged.stops, self.pricing, self.ledger)
        trip = self._problem(aim, frame)
        per_candidate, seconds = SEARCH[self.request.effort]
        iterations = per_candidate * max(len(self.visits), 1)
        found = solve(trip.problem, seed=1, iterations=iterations, seconds=seconds, stop=self.stop)
        return Attempt(frame, trip, found)

    def _filled(self, aim: _Aim, found: Attempt) -> Attempt:
        """`found` with fewer empty hours, for which a day may have more visits than its share."""
        roomy = self._problem(replace(aim, visits_a_day=len(self.visits)), found.frame)
        return replace(found, solution=less_idle(roomy.problem, found.solution, TEA))

    def _problem(self, aim: _Aim, frame: Frame) -> TripProblem:
        return build_problem(
            self.request,
            frame,
            self.visits,
            self.merged.themes,
            self.pricing,
            self.budget,
            visits_a_day=aim.visits_a_day,
            outings=aim.outings,
            bare=aim.bare,
            roofs_a_day=aim.roofs_a_day,
        )
