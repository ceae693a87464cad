"""The search keeps every rule, finds proven optima, and says why a stop was left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from runpy import run_path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.orienteering import Break, Day, Problem, Reason, Solution, Stop, solve, verify

BENCHMARK = run_path(str(Path(__file__).parent / "benchmarks" / "orienteering.py"))
small, trip, optimum, weight = (BENCHMARK[n] for n in ("small", "trip", "optimum", "weight"))

ALL_DAY = ((0, 600),)


def stop(prize: float = 10, minutes: int = 60, windows=(ALL_DAY,), **more) -> Stop:
    return Stop((prize,) * len(windows), minutes, windows, **more)


def plan(*stops: Stop, leg: int = 10, day: Day | None = None, **more) -> Problem:
    """Stops `leg` minutes apart on days like this one; the depot comes after them."""
    depot = len(stops)
    travel = [[leg * (a != b) for b in range(depot + 1)] for a in range(depot + 1)]
    day = replace(day or Day(0, 600, 0, 0), origin=depot, destination=depot)
    return Problem((day,) * len(stops[0].windows), stops, travel, **more)


def times(solution: Solution) -> list[list[tuple[int | None, int]]]:
    return [[(entry.stop, entry.start) for entry in route] for route in solution.routes]


def solved(problem: Problem, iterations: int = 200) -> Solution:
    solution = solve(problem, iterations=iterations)
    assert verify(problem, solution) == []
    return solution


# ------------------------------------------------------------------------------ the rules of a day


def test_stops_start_as_early_as_their_windows_and_the_travel_allow():
    problem = plan(stop(windows=(((100, 200),),)), stop(windows=(((300, 310),),)))
    assert times(solved(problem)) == [[(0, 100), (1, 300)]]


def test_a_stop_missed_before_its_midday_closing_waits_for_the_afternoon():
    late = stop(windows=(((0, 5), (180, 200)),))
    assert times(solved(plan(late))) == [[(0, 180)]]


def test_the_latest_start_looks_through_a_gap_between_windows():
    two = stop(windows=(((20, 30), (200, 400)),))
    fixed = stop(prize=50, windows=(((150, 150),),))
    day = Day(0, 230, 0, 0)
    assert times(solved(plan(two, fixed, day=day))) == [[(0, 20), (1, 150)]]


def test_a_break_takes_place_where_its_predecessor_is():
    problem = plan(
        stop(windows=(((0, 10),),)),
        stop(windows=(((100, 600),),)),
        day=Day(0, 600, 0, 0, (Break(30, (80, 90)),)),
    )
    [route] = solved(problem).routes
    assert [(e.stop, e.brk, e.start, e.location) for e in route] == [
        (0, None, 10, 0),
        (None, 0, 80, 0),
        (1, None, 120, 1),
    ]


def test_a_day_with_nothing_to_see_still_has_its_breaks():
    problem = plan(stop(windows=((),)), day=Day(0, 600, 0, 0, (Break(30, (80, 90)),)))
    [[meal]] = solved(problem).routes
    assert (meal.brk, meal.start, meal.location) == (0, 80, 1)


def test_breaks_of_a_day_keep_their_order():
    pauses = (Break(30, (100, 300)), Break(30, (100, 300)))
    [route] = solved(plan(stop(), stop(), day=Day(0, 600, 0, 0, pauses))).routes
    assert [e.brk for e in route if e.brk is not None] == [0, 1]


def test_a_required_stop_beats_a_break_and_the_break_is_reported():
    booked = stop(prize=1, minutes=100, windows=(((50, 50),),), required=True)
    day = Day(0, 600, 0, 0, (Break(30, (80, 90)),))
    solution = solved(plan(booked, stop(prize=90), day=day))
    assert solution.missed_breaks == ((0, 0),)
    assert 0 not in solution.left_out


def test_a_break_beats_any_prize():
    day = Day(0, 200, 0, 0, (Break(30, (80, 90)),))
    solution = solved(plan(stop(prize=1000, minutes=150, windows=(((20, 30),),)), day=day))
    assert solution.missed_breaks == ()
    assert solution.left_out == {0: Reason.UNREACHABLE}


def test_a_required_stop_beats_any_prize():
    day = Day(0, 90, 0, 0)
    solution = solved(plan(stop(prize=1, required=True), stop(prize=1000), day=day))
    assert list(solution.left_out) == [1]


def test_required_stops_that_exclude_each_other_are_reported():
    pair = [stop(windows=(((100, 100),),), required=True) for _ in range(2)]
    assert list(solved(plan(*pair)).left_out.values()) == [Reason.NO_TIME]


def test_travel_may_be_asymmetric_and_a_detour_may_be_shorter():
    stops = (stop(minutes=0), stop(minutes=0))
    travel = [[0, 10, 90], [90, 0, 10], [10, 90, 0]]
    problem = Problem((Day(0, 30, 2, 2),), stops, travel)
    assert times(solve(problem, iterations=50)) == [[]]
    assert solved(replace(problem, days=(Day(0, 110, 2, 2),))).prize == 20


def test_times_may_be_fractions():
    day = Day(0, 82.5, 0, 0)  # type: ignore[arg-type]
    assert times(solved(plan(stop(minutes=60.5), leg=11, day=day))) == [[(0, 11)]]  # type: ignore[arg-type]


def test_a_theme_moves_a_stop_to_the_day_that_prefers_it():
    liked = Stop((5, 9), 60, (ALL_DAY, ALL_DAY))
    assert times(solved(plan(liked))) == [[], [(0, 10)]]


# ------------------------------------------------------------------------------- why not that stop


def test_a_stop_that_never_opens_is_closed():
    assert solved(plan(stop(windows=((),)))).left_out == {0: Reason.CLOSED}


def test_a_stop_too_far_for_the_day_is_unreachable():
    assert solved(plan(stop(), leg=400)).left_out == {0: Reason.UNREACHABLE}


def test_a_stop_beyond_the_walking_limit_alone_is_unreachable():
    problem = plan(stop(), day=Day(0, 600, 0, 0, walk_limit=15), walk=[[0, 10], [10, 0]])
    assert solved(problem).left_out == {0: Reason.UNREACHABLE}


def test_a_stop_that_only_the_walking_limit_forbids_says_so():
    walk = [[0, 10, 10], [10, 0, 10], [10, 10, 0]]
    problem = plan(stop(20), stop(10), day=Day(0, 600, 0, 0, walk_limit=25), walk=walk)
    assert solved(problem).left_out == {1: Reason.WALK_LIMIT}


def test_a_stop_that_only_the_budget_forbids_says_so():
    problem = plan(stop(20, cost=6), stop(10, cost=5), budget=10)
    assert solved(problem).left_out == {1: Reason.BUDGET}


@pytest.mark.parametrize("limits", [{"limits": (1,)}, {"daily_limits": (1,)}])
def test_a_stop_that_only_a_category_limit_forbids_says_so(limits):
    problem = plan(stop(20, categories=(0,)), stop(10, categories=(0,)), **limits)
    assert solved(problem).left_out == {1: Reason.CATEGORY_LIMIT}


def test_a_stop_worth_less_than_the_others_had_no_time():
    problem = plan(stop(20), stop(10), day=Day(0, 100, 0, 0))
    assert solved(problem).left_out == {1: Reason.NO_TIME}


def test_a_daily_limit_lets_the_other_day_have_the_stop():
    both = [stop(windows=(ALL_DAY, ALL_DAY), categories=(0,)) for _ in range(3)]
    solution = solved(plan(*both, daily_limits=(1,)))
    assert [len(route) for route in solution.routes] == [1, 1]


# -------------------------------------------------------------------------------- ends and restarts


def test_stop_ends_the_search_at_once_with_a_plan_that_holds():
    problem = trip(60, 5, 0)
    solution = solve(problem, iterations=10**9, stop=lambda: True)
    assert (solution.iterations, solution.exhausted) == (0, False)
    assert solution.prize > 0
    assert verify(problem, solution) == []


def test_stop_may_come_between_two_iterations():
    asked = iter([False] * 7 + [True])
    solution = solve(trip(60, 3, 0), iterations=10**9, stop=lambda: next(asked))
    assert (solution.iterations, solution.exhausted) == (7, False)


def test_a_time_limit_of_nothing_is_not_exhausted():
    assert not solve(trip(60, 3, 0), iterations=10**9, seconds=0).exhausted


def test_the_search_ends_after_its_iterations():
    solution = solve(trip(60, 3, 0), iterations=20)
    assert (solution.iterations, solution.exhausted) == (20, True)


def test_a_search_goes_on_from_an_earlier_solution():
    problem = trip(60, 5, 1)
    before = solve(problem, iterations=300)
    after = solve(problem, iterations=0, start=before)
    assert after.prize >= before.prize
    assert verify(problem, after) == []


def test_what_no_longer_fits_an_earlier_solution_is_dropped():
    problem = trip(60, 5, 1)
    before = solve(problem, iterations=100)
    shut = next(e.stop for e in before.routes[2] if e.stop is not None)
    stops = tuple(
        replace(s, windows=((),) * 5) if i == shut else s for i, s in enumerate(problem.stops)
    )
    changed = replace(problem, stops=stops)
    after = solve(changed, iterations=0, start=before)
    assert after.left_out[shut] == Reason.CLOSED
    assert verify(changed, after) == []


def test_no_stops_is_an_empty_plan():
    assert solve(Problem((Day(0, 600, 0, 0),), (), [[0]])).routes == ((),)


def test_a_problem_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match="for each of 2 days"):
        solve(Problem((Day(0, 9, 1, 1),) * 2, (stop(),), [[0, 1], [1, 0]]))
    with pytest.raises(ValueError, match="not positive"):
        solve(plan(stop(prize=0)))
    with pytest.raises(ValueError, match="fewer locations"):
        solve(Problem((Day(0, 9, 1, 1),), (stop(),), [[0]]))
    with pytest.raises(ValueError, match="not 2 x 2"):
        solve(plan(stop(), walk=[[0]]))


# ---------------------------------------------------------------------------------------- verify


def test_verify_finds_what_is_wrong():
    problem = plan(stop(cost=5, windows=(((100, 200),),)), day=Day(0, 600, 0, 0), budget=5)
    right = solved(problem)
    [[entry]] = right.routes
    wrong = [
        replace(right, routes=((replace(entry, start=99),),)),
        replace(right, routes=((replace(entry, location=1),),)),
        replace(right, routes=((),)),
        replace(right, routes=((entry, entry),)),
        replace(right, prize=1.0),
        replace(right, missed_breaks=((0, 0),)),
        replace(right, routes=()),
    ]
    assert all(verify(problem, solution) for solution in wrong)
    assert verify(replace(problem, budget=4), right) == ["costs 5 of a budget of 4"]


# ------------------------------------------------------------------------------------- properties


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    count, days = draw(st.integers(1, 7)), draw(st.integers(1, 3))
    minutes = st.integers(0, 90)
    matrix = st.lists(
        st.lists(minutes, min_size=count + 1, max_size=count + 1),
        min_size=count + 1,
        max_size=count + 1,
    )
    edges = st.lists(st.integers(0, 400), max_size=4, unique=True).map(sorted)
    windows = edges.map(lambda e: tuple(zip(e[::2], e[1::2], strict=False)))
    stops = [
        Stop(
            prizes=tuple(draw(st.floats(0.5, 100)) for _ in range(days)),
            minutes=draw(minutes),
            windows=tuple(draw(windows) for _ in range(days)),
            cost=draw(st.integers(0, 20)),
            categories=tuple(draw(st.sets(st.integers(0, 1)))),
            required=draw(st.booleans()) and draw(st.booleans()),
        )
        for _ in range(count)
    ]
    pause = st.builds(
        lambda m, a, b: Break(m, (a, a + b)), minutes, st.integers(0, 300), st.integers(0, 99)
    )
    table = [
        Day(
            start=draw(st.integers(0, 60)),
            end=draw(st.integers(100, 500)),
            origin=count,
            destination=draw(st.integers(0, count)),
            breaks=tuple(sorted(draw(st.lists(pause, max_size=2)), key=lambda p: p.window)),
            walk_limit=draw(st.none() | st.integers(50, 300)),
        )
        for _ in range(days)
    ]
    return Problem(
        days=tuple(table),
        stops=tuple(stops),
        travel=draw(matrix),
        walk=draw(st.none() | matrix),
        budget=draw(st.none() | st.integers(0, 60)),
        limits=draw(st.sampled_from([(), (2,), (2, 1)])),
        daily_limits=draw(st.sampled_from([(), (1,), (None, 1)])),
    )


@settings(max_examples=300, deadline=None)
@given(problems(), st.integers(0, 3))
def test_every_solution_keeps_every_rule_and_is_the_same_again(problem, seed):
    solution = solve(problem, seed=seed, iterations=25)
    assert verify(problem, solution) == []
    assert solve(problem, seed=seed, iterations=25) == solution


@settings(max_examples=100, deadline=None)
@given(problems())
def test_every_stop_is_in_a_route_or_left_out_for_a_reason(problem):
    solution = solve(problem, iterations=10)
    taken = {e.stop for route in solution.routes for e in route} - {None}
    assert taken | set(solution.left_out) == set(range(len(problem.stops)))
    assert not taken & set(solution.left_out)
    for s, reason in solution.left_out.items():
        assert (reason == Reason.CLOSED) == (not any(problem.stops[s].windows))


@settings(max_examples=100, deadline=None)
@given(problems(), problems())
def test_any_solution_is_a_start_for_any_problem(problem, other):
    solution = solve(problem, iterations=5, start=solve(other, iterations=5))
    assert verify(problem, solution) == []


# ------------------------------------------------------------------------------------ proven optima


@pytest.mark.parametrize("seed", range(20))
def test_small_problems_are_solved_to_the_proven_optimum(seed):
    problem = small(seed)
    best, bound = optimum(problem)
    assert best == bound
    assert weight(problem, solved(problem, iterations=20_000)) == best
