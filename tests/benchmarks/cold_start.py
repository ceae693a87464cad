"""What a whole offline plan costs from a cold start, beside importing the same libraries.

Both are measured in one run, in fresh processes that take turns, with compiled code at hand as in
an installed package. The goal is a plan in less than twice the time of the imports:

    python tests/benchmarks/cold_start.py [rounds]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
WORDS = (
    "5 days in Lisbon or Porto in May, two adults, €1,500, food and tiles, "
    "one of us can't do stairs"
)
ROUNDS = 15
GOAL = 2.0
FORBIDDEN = ("textual", "openai", "anthropic", "pydantic_ai", "google", "boto3", "litellm")
"""The screen's toolkit and the libraries of models: a headless offline plan needs none."""

PLAN = ("-c", "from planner.cli import main; main()", "plan", WORDS, "--today", "2026-11-21")
IMPORT = "import sys, importlib\nfor name in sys.argv[1:]:\n    importlib.import_module(name)"
COLLECT = """
import sys
already = set(sys.modules)
import json, os
from importlib.metadata import packages_distributions
from planner.cli import main

out, sys.stdout = sys.stdout, open(os.devnull, "w")
try:
    main()
except SystemExit as end:
    if end.code:
        raise
tops = packages_distributions().keys() - {"agents", "planner"}
new = {n: m for n, m in sys.modules.items() if n not in already}
names = [n for n, m in new.items() if n.split(".")[0] in tops and m.__spec__]
json.dump(names, out)
"""


class Seconds(NamedTuple):
    """By the clock, and of a processor (user and system)."""

    wall: float
    cpu: float


def measure(arguments: Sequence[str], environment: Mapping[str, str]) -> Seconds:
    """One fresh process from start to end."""
    before, began = _children_cpu(), time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return Seconds(time.perf_counter() - began, _children_cpu() - before)


def _children_cpu() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def loaded_modules(environment: Mapping[str, str]) -> list[str]:
    """Every module of a library that is there after a plan, in the order of import."""
    done = subprocess.run(
        [sys.executable, "-c", COLLECT, *PLAN[2:]],
        env=environment,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise SystemExit(f"there is no plan to measure:\n{done.stderr}")
    return list(json.loads(done.stdout))


def compare(rounds: int, environment: Mapping[str, str]) -> None:
    modules = loaded_modules(environment)
    libraries = sorted({name.split(".")[0] for name in modules})
    runs: dict[str, Sequence[str]] = {
        "Python alone": ("-c", "pass"),
        f"{len(libraries)} libraries, top level only": ("-c", IMPORT, *libraries),
        f"the same libraries, {len(modules)} modules": ("-c", IMPORT, *modules),
        "a whole offline plan": PLAN,
    }
    times: dict[str, list[Seconds]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, arguments in runs.items():
            seconds = measure(arguments, environment)
            if number:  # the first round compiles
                times[name].append(seconds)
    middle = {name: Seconds(*map(median, zip(*seen, strict=True))) for name, seen in times.items()}
    print(f"medians of {rounds} fresh processes each, ms          clock    CPU")
    for name, one in middle.items():
        print(f"  {name:<44} {one.wall * 1000:>7.0f} {one.cpu * 1000:>6.0f}")
    *_, same, plan = middle.values()
    ratio = plan.wall / same.wall
    print(
        f"  plan / same libraries: {ratio:.2f} by the clock, {plan.cpu / same.cpu:.2f} of CPU;"
        f" goal < {GOAL}: {'met' if ratio < GOAL else 'missed'}"
    )
    print(f"libraries: {', '.join(libraries)}")
    present = [name for name in FORBIDDEN if name in libraries]
    print(f"of {', '.join(FORBIDDEN)}: {', '.join(present) or 'none'} imported")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as cache:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": cache,
            "PYTHONUTF8": "1",
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        compare(rounds, environment)


if __name__ == "__main__":
    main()
