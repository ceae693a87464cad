"""Empty hours are filled where something can be moved there, and no rule of the problem is broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from runpy import run_path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.idle import less_idle
from planner.orienteering import Break, Day, Problem, Solution, Stop, solve, verify
from planner.orienteering_routes import Windows

small = run_path(str(Path(__file__).parent / "benchmarks" / "orienteering.py"))["small"]

NINE, NOON, FIVE, LATE = 9 * 60, 12 * 60, 17 * 60, 22 * 60
LUNCH = Break(60, (NOON, 14 * 60))
ALWAYS = ((NINE, LATE),)


def town(*stops: Stop, ways: int = 10, days: int = 1, **more: Any) -> Problem:
    """Stops `ways` minutes apart, on days from nine to ten at night with a lunch."""
    depot = len(stops)
    travel = [[ways * (a != b) for b in range(depot + 1)] for a in range(depot + 1)]
    return Problem((Day(NINE, LATE, depot, depot, (LUNCH,)),) * days, stops, travel, **more)


def sight(*prizes: float, minutes: int = 60, windows: Windows = ALWAYS, **more: Any) -> Stop:
    return Stop(prizes, minutes, (windows,) * len(prizes), **more)


def filled(problem: Problem, **limits: Any) -> tuple[Solution, Solution]:
    """What a search found under these limits, and the same with less idle time."""
    found = solve(replace(problem, **limits), iterations=50)
    better = less_idle(problem, found, FIVE)
    assert verify(problem, better) == []
    return found, better


def order(solution: Solution, day: int = 0) -> list[int | None]:
    return [e.stop for e in solution.routes[day]]


def test_what_fills_the_morning_alone_is_divided_between_morning_and_afternoon() -> None:
    _, better = filled(town(sight(10), sight(10)))
    assert order(better) in ([0, None, 1], [1, None, 0])


def test_a_day_does_not_stay_empty_beside_a_full_one() -> None:
    found, better = filled(town(*(sight(12, 10) for _ in range(4)), days=2))
    assert len(order(found, 0)) == 5
    assert [len(order(better, day)) for day in (0, 1)] == [3, 3]


def test_what_one_day_had_no_share_for_fills_its_empty_hours() -> None:
    problem = town(*(sight(10, categories=(0,)) for _ in range(4)), daily_limits=(None,))
    found, better = filled(problem, daily_limits=(2,))
    assert len(order(found)) == 3
    assert len(order(better)) > 3
    assert set(better.left_out) < set(found.left_out)
    assert better.prize > found.prize


def test_nobody_rides_for_hours_to_fill_hours() -> None:
    near, far = sight(10), sight(10, categories=(0,))
    problem = town(near, far, ways=100, daily_limits=(None,))
    _, better = filled(problem, daily_limits=(0,))
    assert list(better.left_out) == [1]


def test_a_place_keeps_its_hours_and_its_budget() -> None:
    early = ((NINE, NINE + 30),)
    problem = town(sight(10, windows=early), sight(10, windows=early, cost=5), budget=4)
    found, better = filled(problem)
    assert list(better.left_out) == [1]
    assert better == found


def test_a_day_without_idle_hours_is_left_as_it_is() -> None:
    found, better = filled(town(*(sight(10, minutes=100) for _ in range(9))))
    assert better is found


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_whatever_is_moved_every_rule_is_kept_and_nothing_is_lost(seed: int) -> None:
    problem = small(seed)
    found = solve(problem, iterations=20)
    better = less_idle(problem, found, until=max(day.end for day in problem.days))
    assert verify(problem, better) == []
    assert better.missed_breaks == found.missed_breaks
    assert set(better.left_out) <= set(found.left_out)
    assert less_idle(problem, found, until=max(day.end for day in problem.days)) == better
