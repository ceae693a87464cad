"""How good `planner.orienteering` is, measured: `python tests/benchmarks/orienteering.py --help`.

Small random problems are compared with the optimum that CP-SAT proves, trip-like ones with the best
value any long run has found, and the public instances of team orienteering with their best known
values.  The public folder holds `toptw/*.txt` with `bks.csv`, and `mctopmtw/` with
`mctopmtw_bks.csv`; it is not part of the project.
"""

from __future__ import annotations

import argparse
import csv
import math
from pathlib import Path
from random import Random
from time import process_time
from typing import TYPE_CHECKING

from planner.orienteering import Break, Day, Problem, Solution, Stop, solve, verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Windows = tuple[tuple[int, int], ...]

# ---------------------------------------------------------------------------- trip-like problems

SIZES = [(60, 3), (60, 5), (60, 7), (150, 5), (150, 7), (150, 10), (150, 14)]
TRIPS = [(stops, days, seed) for stops, days in SIZES for seed in range(4)]
# best value of any run so far, in the order of TRIPS
BEST_KNOWN: list[float] = []


def trip(count: int, days: int, seed: int) -> Problem:
    """A city of `count` candidates for `days` days, with a hotel and a station.

    A third of the places rest on one weekday, a quarter close at midday; every day has lunch, full
    days have dinner; one or two stops are booked at a fixed time.
    """
    random = Random(1000 * count + 10 * days + seed)
    centres = [(random.uniform(2, 8), random.uniform(2, 8)) for _ in range(5)]
    points = []
    for _ in range(count + 2):
        x, y = random.choice(centres)
        points.append((random.gauss(x, 0.9), random.gauss(y, 0.9)))
    travel, walk = [], []
    for a in points:
        legs = [_leg(1.3 * math.dist(a, b), random) for b in points]
        travel.append([minutes for minutes, _ in legs])
        walk.append([metres for _, metres in legs])
    hotel, station = count, count + 1
    lunch, dinner = Break(60, (690, 840)), Break(75, (1110, 1230))
    table = []
    for d in range(days):
        first, last = d == 0, d == days - 1
        table.append(
            Day(
                start=720 if first else 540,
                end=960 if last else 1290,
                origin=station if first else hotel,
                destination=station if last else hotel,
                breaks=(lunch,) if last else (lunch, dinner),
                walk_limit=random.choice([3000, 5000, 8000]),
            )
        )
    stops = [_place(random, days) for _ in range(count)]
    times = random.sample([615, 900, 1020], random.choice([1, 2]))
    for s, time in zip(random.sample(range(count), 2), times, strict=False):
        stops[s] = _booking(stops[s], random.randrange(1, days - 1), time)
    wish = sum(stop.cost for stop in stops) * days * 6 / count
    return Problem(
        days=tuple(table),
        stops=tuple(stops),
        travel=travel,
        walk=walk,
        budget=round(wish * random.uniform(0.3, 0.7)),
        limits=(4 * days, 3 * days, days, 2 * days),
        daily_limits=(2, None, 1, 2),
    )


def _leg(kilometres: float, random: Random) -> tuple[int, int]:
    """Minutes and metres on foot: by foot, or by tram with a wait when that is faster."""
    on_foot, tram = 13 * kilometres, 9 + random.randrange(6) + 3.5 * kilometres
    if on_foot <= tram:
        return round(on_foot), round(1000 * kilometres)
    return round(tram), 400


def _place(random: Random, days: int) -> Stop:
    minutes = random.choice([20, 30, 30, 45, 45, 60, 60, 90, 90, 120, 150])
    worth = random.uniform(1, 10) * (minutes / 60) ** 0.5
    kind = random.randrange(5)  # 4 is out of doors, in no category
    theme = [random.choice([1.0, 1.0, 1.0, 1.25]) for _ in range(days)]
    opens = random.choice([480, 540, 600, 600, 660]) if kind < 4 else 0
    closes = random.choice([1020, 1080, 1080, 1200, 1320]) - minutes if kind < 4 else 1320
    rest = random.randrange(21)  # a weekday from 0 to 6, or none
    hours: Windows = ((opens, closes),)
    if kind < 4 and random.random() < 0.25 and opens < 780 - minutes:
        hours = ((opens, 780 - minutes), (870, closes)) if closes > 870 else hours
    return Stop(
        prizes=tuple(round(worth * factor, 2) for factor in theme),
        minutes=minutes,
        windows=tuple(() if d % 7 == rest else hours for d in range(days)),
        cost=random.choice([0, 0, 5, 8, 12, 15, 20, 30]) if kind < 4 else 0,
        categories=(kind,) if kind < 4 else (),
    )


def _booking(stop: Stop, day: int, time: int) -> Stop:
    windows: tuple[Windows, ...] = tuple(
        ((time, time),) if d == day else () for d in range(len(stop.windows))
    )
    return Stop(stop.prizes, min(stop.minutes, 90), windows, stop.cost, (), required=True)


# --------------------------------------------------------------------- small problems and CP-SAT


def small(seed: int, days: int = 2) -> Problem:
    """8 to 12 stops, some with two windows, with breaks, a budget and category limits."""
    random = Random(seed)
    count = random.randint(8, 12)
    places = count + 2
    points = [(random.uniform(0, 60), random.uniform(0, 60)) for _ in range(places)]
    travel = [[round(math.dist(a, b)) + random.randrange(8) for b in points] for a in points]
    walk = [[10 * round(math.dist(a, b)) for b in points] for a in points]
    stops = []
    for s in range(count):
        windows: list[Windows] = []
        for _ in range(days):
            opens = random.randrange(0, 240, 15)
            early, late = (opens, opens + 60), (opens + 150, opens + 240)
            windows.append(random.choice([(), (early,), (late,), (early, late), ((0, 420),)]))
        stops.append(
            Stop(
                prizes=tuple(random.randint(10, 100) for _ in range(days)),
                minutes=random.choice([15, 30, 45, 60]),
                windows=tuple(windows),
                cost=random.choice([0, 5, 10, 20]),
                categories=tuple(c for c in range(2) if random.random() < 0.4),
                required=s == 0,
            )
        )
    return Problem(
        days=tuple(
            Day(0, 420, count, count + d % 2, (Break(40, (150, 210)),), random.choice([None, 1800]))
            for d in range(days)
        ),
        stops=tuple(stops),
        travel=travel,
        walk=walk,
        budget=random.choice([None, 40, 60]),
        limits=(4, 3),
        daily_limits=(2, None),
    )


def optimum(problem: Problem, seconds: float = 30) -> tuple[float, float]:
    """The best weight CP-SAT finds and its proven bound, see `weight`."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    gain: list[cp_model.LinearExpr] = []
    taken: dict[tuple[int, int], cp_model.IntVar] = {}
    required, rest = _weights(problem)
    for d, day in enumerate(problem.days):
        inside = {
            s: model.new_bool_var(f"in {d} {s}") for s, stop in enumerate(problem.stops) if stop.windows[d]
        }
        taken |= {(d, s): var for s, var in inside.items()}
        held = _cp_day(model, problem, day, d, inside)
        for s, var in inside.items():
            stop = problem.stops[s]
            gain.append(var * (round(100 * stop.prizes[d]) + required * stop.required))
        gain += [rest * var for var in held]
    every = range(len(problem.stops))
    for s in every:
        model.add_at_most_one(var for (_, t), var in taken.items() if t == s)
    if problem.budget is not None:
        spent = sum(problem.stops[s].cost * var for (_, s), var in taken.items())
        model.add(spent <= problem.budget)
    for c, limit in enumerate(problem.limits):
        model.add(sum(v for (_, s), v in taken.items() if c in problem.stops[s].categories) <= limit)
    for c, most in enumerate(problem.daily_limits):
        for d in range(len(problem.days) if most is not None else 0):
            of_day = [v for (e, s), v in taken.items() if e == d and c in problem.stops[s].categories]
            model.add(sum(of_day) <= most)
    model.maximize(sum(gain))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.solve(model)
    return solver.objective_value, solver.best_objective_bound


def _cp_day(model, problem, day, d, inside):  # type: ignore[no-untyped-def]  # ortools has no types
    """One day: a circuit over the stops inside and the depot, times along it, and its breaks."""
    depot = len(problem.stops)
    begin = {s: model.new_int_var(day.start, day.end, f"start {d} {s}") for s in inside}
    for s, var in inside.items():
        options = []
        for a, b in problem.stops[s].windows[d]:
            option = model.new_bool_var("")
            model.add(begin[s] >= a).only_enforce_if(option)
            model.add(begin[s] <= b).only_enforce_if(option)
            options.append(option)
        model.add(sum(options) == 1).only_enforce_if(var)
    pauses = [model.new_int_var(*pause.window, f"pause {d}") for pause in day.breaks]
    held = [model.new_bool_var(f"held {d}") for _ in day.breaks]
    for i in range(len(pauses)):
        for j in range(i):
            after = pauses[i] >= pauses[j] + day.breaks[j].minutes
            model.add(after).only_enforce_if(held[i], held[j])
    places = [*inside, depot]
    follows = [{s: model.new_bool_var(f"pause after {s}") for s in places} for _ in pauses]
    for here, on in zip(follows, held, strict=True):
        model.add(sum(here.values()) == on)
        for s, var in inside.items():
            model.add_implication(here[s], var)
    empty = model.new_bool_var(f"empty {d}")
    arcs = [(s, s, ~var) for s, var in inside.items()] + [(depot, depot, empty)]
    for var in inside.values():
        model.add_implication(empty, ~var)
    length = []
    for a in places:
        for b in places:
            if a == b != depot:
                continue
            used = empty if a == b else model.new_bool_var(f"{a} to {b}")
            if a != b:
                arcs.append((a, b, used))
            origin = day.origin if a == depot else a
            target = day.destination if b == depot else b
            left = day.start if a == depot else begin[a] + problem.stops[a].minutes
            there = day.end if b == depot else begin[b]
            model.add(there >= left + problem.travel[origin][target]).only_enforce_if(used)
            for pause, at, here in zip(day.breaks, pauses, follows, strict=True):
                model.add(at >= left).only_enforce_if(here[a])
                back = at + pause.minutes + problem.travel[origin][target]
                model.add(there >= back).only_enforce_if(used, here[a])
            if problem.walk is not None:
                length.append(used * problem.walk[origin][target])
    model.add_circuit(arcs)
    if day.walk_limit is not None and problem.walk is not None:
        model.add(sum(length) <= day.walk_limit)
    return held


def _weights(problem: Problem) -> tuple[int, int]:
    """What a required stop and a break weigh, so that each beats all that come after it."""
    rest = 1 + round(100 * sum(max(stop.prizes) for stop in problem.stops))
    return rest * (1 + sum(len(day.breaks) for day in problem.days)), rest


def weight(problem: Problem, solution: Solution) -> int:
    """Required stops, then breaks, then prizes in hundredths, as one number."""
    required, rest = _weights(problem)
    held = sum(len(day.breaks) for day in problem.days) - len(solution.missed_breaks)
    musts = [s for s, stop in enumerate(problem.stops) if stop.required]
    present = sum(s not in solution.left_out for s in musts)
    return round(100 * solution.prize) + present * required + held * rest
