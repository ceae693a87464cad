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
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import fmean
from typing import TYPE_CHECKING

from planner.orienteering import Break, Day, Problem, Solution, Stop, solve, verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Windows = tuple[tuple[int, int], ...]

# ---------------------------------------------------------------------------- trip-like problems

SIZES = [(60, 3), (60, 5), (60, 7), (150, 5), (150, 7), (150, 10), (150, 14)]
TRIPS = [(stops, days, seed) for stops, days in SIZES for seed in range(4)]
# best value of any run so far, in the order of TRIPS
BEST_KNOWN: list[float] = [
    138.91,
    154.31,
    139.72,
    145.12,
    230.85,
    223.99,
    248.14,
    243.66,
    321.14,
    336.5,
    283.6,
    312.49,
    306.88,
    344.92,
    344.17,
    309.71,
    385.01,
    429.89,
    423.1,
    426.05,
    601.72,
    543.38,
    608.22,
    580.88,
    751.27,
    670.94,
    787.32,
    786.47,
]


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
        open_on = [s for s, stop in enumerate(problem.stops) if stop.windows[d]]
        inside = {s: model.new_bool_var(f"in {d} {s}") for s in open_on}
        taken |= {(d, s): var for s, var in inside.items()}
        held = _cp_day(model, problem, day, d, inside)
        for s, var in inside.items():
            stop = problem.stops[s]
            gain.append(var * (round(100 * stop.prizes[d]) + required * stop.required))
        gain += [rest * var for var in held]
    every = range(len(problem.stops))
    for s in every:
        model.add_at_most_one(var for (_, t), var in taken.items() if t == s)
    _cp_limits(model, problem, taken)
    model.maximize(sum(gain))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.solve(model)
    return solver.objective_value, solver.best_objective_bound


def _cp_limits(model, problem, taken):
    if problem.budget is not None:
        spent = sum(problem.stops[s].cost * var for (_, s), var in taken.items())
        model.add(spent <= problem.budget)
    for c, limit in enumerate(problem.limits):
        kind = [v for (_, s), v in taken.items() if c in problem.stops[s].categories]
        model.add(sum(kind) <= limit)
    for c, most in enumerate(problem.daily_limits):
        for d in range(len(problem.days) if most is not None else 0):
            kind = [v for (e, s), v in taken.items() if e == d and c in problem.stops[s].categories]
            model.add(sum(kind) <= most)


def _cp_day(model, problem, day, d, inside):
    """One day: a circuit over the stops inside and the depot; its breaks, each held or not."""
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
    pauses, held, follows = _cp_breaks(model, day, inside, [*inside, depot])
    empty = model.new_bool_var(f"empty {d}")
    arcs = [(s, s, ~var) for s, var in inside.items()] + [(depot, depot, empty)]
    for var in inside.values():
        model.add_implication(empty, ~var)
    length = []
    for a, b in [(a, b) for a in follows for b in follows if a != b or a == depot]:
        used = empty if a == b else model.new_bool_var(f"{a} to {b}")
        if a != b:
            arcs.append((a, b, used))
        origin = day.origin if a == depot else a
        target = day.destination if b == depot else b
        leg = problem.travel[origin][target]
        left = day.start if a == depot else begin[a] + problem.stops[a].minutes
        there = day.end if b == depot else begin[b]
        model.add(there >= left + leg).only_enforce_if(used)
        for pause, at, here in zip(day.breaks, pauses, follows[a], strict=True):
            model.add(at >= left).only_enforce_if(here)
            model.add(there >= at + pause.minutes + leg).only_enforce_if(used, here)
        if problem.walk is not None:
            length.append(used * problem.walk[origin][target])
    model.add_circuit(arcs)
    if day.walk_limit is not None and problem.walk is not None:
        model.add(sum(length) <= day.walk_limit)
    return held


def _cp_breaks(model, day, inside, places):
    """When each break starts, whether it is held, and for each place whether it follows that."""
    pauses = [model.new_int_var(*pause.window, "pause") for pause in day.breaks]
    held = [model.new_bool_var("held") for _ in day.breaks]
    for i in range(len(pauses)):
        for j in range(i):
            after = pauses[i] >= pauses[j] + day.breaks[j].minutes
            model.add(after).only_enforce_if(held[i], held[j])
    follows = {s: [model.new_bool_var(f"pause after {s}") for _ in pauses] for s in places}
    for i, on in enumerate(held):
        model.add(sum(here[i] for here in follows.values()) == on)
        for s, var in inside.items():
            model.add_implication(follows[s][i], var)
    return pauses, held, follows


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


# ------------------------------------------------------------------------------ public instances


@dataclass(frozen=True)
class Public:
    """A public instance, times and distances in tenths.  Point 0 is the depot."""

    name: str
    best: float
    points: list[tuple[int, int]]
    service: list[int]
    scores: list[float]
    windows: list[list[Windows]]  # per tour and point
    fees: list[int]
    types: list[tuple[int, ...]]
    budget: int | None
    limits: tuple[int, ...]

    def leg(self, a: int, b: int) -> int:
        """Euclidean, rounded down to the first decimal."""
        (ax, ay), (bx, by) = self.points[a], self.points[b]
        return math.isqrt(100 * ((ax - bx) ** 2 + (ay - by) ** 2))

    def problem(self) -> tuple[Problem, list[int]]:
        """The instance as a problem, and the point each of its stops stands for."""
        stops = [i for i, score in enumerate(self.scores) if score > 0]
        points = [*stops, 0]
        tours = range(len(self.windows))
        return Problem(
            days=tuple(
                Day(tour[0][0][0], tour[0][0][1], len(stops), len(stops)) for tour in self.windows
            ),
            stops=tuple(
                Stop(
                    prizes=(self.scores[i],) * len(tours),
                    minutes=self.service[i],
                    windows=tuple(self.windows[k][i] for k in tours),
                    cost=self.fees[i],
                    categories=self.types[i],
                )
                for i in stops
            ),
            travel=[[self.leg(a, b) for b in points] for a in points],
            budget=self.budget,
            limits=self.limits,
        ), stops

    def check(self, routes: Sequence[Sequence[int]]) -> float:
        """The score of these tours of points; ValueError if they break a rule of the instance."""
        visits = Counter(i for tour in routes for i in tour)
        for k, tour in enumerate(routes):
            (now, end), place = self.windows[k][0][0], 0
            for i in [*tour, 0]:
                now += self.leg(place, i)
                if i:
                    starts = [max(now, a) for a, b in self.windows[k][i] if now <= b]
                    if not starts:
                        raise ValueError(f"{self.name}: {i} at {now} is closed")
                    now = min(starts) + self.service[i]
                place = i
            if now > end:
                raise ValueError(f"{self.name}: back at {now}, after {end}")
        if any(count > 1 for count in visits.values()):
            raise ValueError(f"{self.name}: a point is visited twice")
        if self.budget is not None and sum(self.fees[i] for i in visits) > self.budget:
            raise ValueError(f"{self.name}: too expensive")
        kinds = Counter(z for i in visits for z in self.types[i])
        if any(kinds[z] > limit for z, limit in enumerate(self.limits)):
            raise ValueError(f"{self.name}: too many of one type")
        return sum(self.scores[i] for i in visits)


def toptw(folder: Path) -> Iterator[Public]:
    """One window a point, by Solomon; the same window in each of 1 to 4 tours."""
    with (folder / "bks.csv").open() as file:
        known = list(csv.DictReader(file))
    for row in known:
        path = folder / "toptw" / f"{row['instance']}.txt"
        if not path.exists():
            continue
        lines = [line.split() for line in path.read_text().splitlines() if line.strip()][2:]
        hours: list[Windows] = [((_tenths(x[-2]), _tenths(x[-1])),) for x in lines]
        yield Public(
            name=f"{row['instance']} m={row['m']}",
            best=float(row["bks"]),
            points=[(round(float(x[1])), round(float(x[2]))) for x in lines],
            service=[_tenths(x[3]) for x in lines],
            scores=[float(x[4]) for x in lines],
            windows=[hours] * int(row["m"]),
            fees=[0] * len(lines),
            types=[()] * len(lines),
            budget=None,
            limits=(),
        )


def mctopmtw(folder: Path) -> Iterator[Public]:
    """Two of four windows a point, alternating by tour; a budget and ten types."""
    with (folder / "mctopmtw_bks.csv").open() as file:
        known = list(csv.DictReader(file))
    for row in known:
        text = (folder / row["instance"]).read_text()
        head, depot, *lines = [line.split() for line in text.splitlines() if line.strip()]
        opening: Windows = ((0, _tenths(depot[6])),)
        tours: list[list[Windows]] = []
        for k in range(int(head[0])):
            tour = [opening]
            for x in lines:
                a, b, c, d, e = (_tenths(value) for value in x[5:10])
                tour.append(
                    ((a, b), (c, d)) if (x[10] == "1") == (k % 2 == 0) else ((b, c), (d, e))
                )
            tours.append(tour)
        yield Public(
            name=Path(row["instance"]).stem,
            best=float(row["benchmark"]),
            points=[(round(float(x[1])), round(float(x[2]))) for x in [depot, *lines]],
            service=[0, *[_tenths(x[3]) for x in lines]],
            scores=[0, *[float(x[4]) for x in lines]],
            windows=tours,
            fees=[0, *[_tenths(x[11]) for x in lines]],
            types=[(), *[tuple(z for z in range(10) if x[12 + z] == "1") for x in lines]],
            budget=_tenths(head[2]),
            limits=tuple(int(limit) for limit in head[3:13]),
        )


def _tenths(text: str) -> int:
    return round(10 * float(text))


# ------------------------------------------------------------------------------------------ tables


def report_small(count: int = 40) -> None:
    print("Small problems: share of the optimum that CP-SAT proves")
    cases = [small(seed) for seed in range(count)]
    proven = [optimum(problem) for problem in cases]
    for iterations in (250, 1000, 4000):
        shares = []
        for problem, (best, bound) in zip(cases, proven, strict=True):
            base = best // _weights(problem)[1] * _weights(problem)[1]  # required stops and breaks
            found = _verified(problem, solve(problem, iterations=iterations))
            if best == bound:
                shares.append((weight(problem, found) - base) / (best - base))
        hits = sum(share == 1 for share in shares)
        print(
            f"  {iterations:5} iterations: {100 * fmean(shares):7.3f} % on average,"
            f" {100 * min(shares):6.2f} % at worst, {hits} of {len(shares)} optimal"
        )


def report_trips(every: int) -> None:
    print("Trip-like problems: share of the best known, average and worst by candidates x days")
    cases = list(zip(TRIPS, BEST_KNOWN, strict=True))[::every]
    for seconds in (0.05, 0.3, 5.0):
        shares: dict[str, list[float]] = defaultdict(list)
        speed: dict[str, list[float]] = defaultdict(list)
        for (count, days, seed), best in cases:
            problem = trip(count, days, seed)
            found = _verified(problem, solve(problem, seconds=seconds))
            for name in (f"{count} x {days}", "all"):
                shares[name].append(100 * found.prize / best)
                speed[name].append(found.iterations / seconds)
        print(f"  {1000 * seconds:.0f} ms")
        for name, values in sorted(shares.items(), key=lambda item: len(item[1])):
            print(
                f"    {name:10} {fmean(values):7.2f} % {min(values):7.2f} %"
                f" {fmean(speed[name]):6.0f} iterations/s"
            )


def report_public(title: str, cases: Iterable[Public], seconds: float, every: int) -> None:
    print(
        f"{title}: gap to the best known at {seconds:g} s: average, worst, runs at the best known"
    )
    gaps: dict[str, list[float]] = defaultdict(list)
    for case in list(cases)[::every]:
        problem, points = case.problem()
        found = _verified(problem, solve(problem, seconds=seconds))
        score = case.check(
            [[points[e.stop] for e in r if e.stop is not None] for r in found.routes]
        )
        family = "".join(x for x in case.name.split("-")[-1].split()[0] if x.isalpha())
        for name in (family, f"m={len(found.routes)}", "all"):
            gaps[name].append(100 * (case.best - score) / case.best)
    for name, values in sorted(gaps.items(), key=lambda item: (len(item[1]), item[0])):
        hits = sum(gap <= 0 for gap in values)
        print(f"    {name:6} {fmean(values):6.2f} % {max(values):6.2f} % {hits:4} of {len(values)}")


def _verified(problem: Problem, solution: Solution) -> Solution:
    faults = verify(problem, solution)
    if faults:
        raise ValueError("; ".join(faults))
    return solution


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="small problems, against CP-SAT")
    parser.add_argument("--trip", action="store_true", help="trip-like problems")
    parser.add_argument("--public", type=Path, metavar="FOLDER", help="the public instances")
    parser.add_argument("--seconds", type=float, default=5.0, help="per public instance")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="take each K-th instance")
    options = parser.parse_args()
    if options.small:
        report_small()
    if options.trip:
        report_trips(options.every)
    if options.public:
        for title, cases in (("toptw", toptw), ("mctopmtw", mctopmtw)):
            report_public(title, cases(options.public), options.seconds, options.every)


if __name__ == "__main__":
    main()
