"""What the app costs on a real pseudo-terminal: first paint, streaming, idling, and ten trips.

Everything is measured in one run, the app beside an empty Textual app in fresh processes that take
turns, with compiled code at hand as in an installed package:

    python tests/benchmarks/terminal.py [rounds [seconds]]

Linux alone: CPU and memory are read from /proc.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))  # before this folder, which has a `terminal` too

from terminal import Terminal, environment  # noqa: E402

ROUNDS = 10
SECONDS = 10.0
TRIPS = 10
GOAL_FIRST_PAINT = 1.5
GOAL_STREAMING, GOAL_IDLE = 0.35, 0.01
GOAL_GROWTH_KB = 100
"""Median of the trips: now and then Python asks for some MB more, and keeps them. A trip takes 7 MB."""
SIZE = (120, 40)
TRIPARTITE = str(Path(sys.executable).with_name("tripartite"))
EMPTY = (sys.executable, "-c", "from textual.app import App; App().run()")
WORDS = "2 days in Lisbon in May, two adults"
FIRST_CELL = b"m "
"""Colours have been set and a space follows: every screen has one before any word."""
PROMPT = b"here to? For example"
"""The prompt's placeholder but for its first letter, which is under the cursor."""
TICKS = os.sysconf("SC_CLK_TCK")


def app_with(backend: str) -> tuple[str, ...]:
    return (sys.executable, str(TESTS / "app_with.py"), backend)


# First paint


def first_paint(command: Sequence[str], env: Mapping[str, str], sign: bytes) -> float:
    """Milliseconds from starting a fresh process until `sign` has reached the terminal."""
    with Terminal(command, env, size=SIZE) as terminal:
        while sign not in terminal.written:
            terminal.read(1)
            if terminal.process.poll() is not None:
                raise SystemExit(f"nothing was painted:\n{terminal.written.decode()}")
        seconds = terminal.read_at - terminal.started
        terminal.until(lambda _: b"\x1b[?2004h" in terminal.written)
        terminal.press("ctrl+q")
        terminal.ended()
    return seconds * 1000


def compare_first_paints(rounds: int, env: Mapping[str, str]) -> None:
    runs = {
        "an empty Textual app, first cell": (EMPTY, FIRST_CELL),
        "tripartite, first cell": ((TRIPARTITE,), FIRST_CELL),
        "tripartite, the prompt": ((TRIPARTITE,), PROMPT),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, (command, sign) in runs.items():
            milliseconds = first_paint(command, env, sign)
            if number:  # the first round compiles
                times[name].append(milliseconds)
    print(f"first paint, medians of {rounds} fresh processes each, ms")
    for name, seen in times.items():
        print(f"  {name:<40} {median(seen):>6.0f}   ({min(seen):.0f} to {max(seen):.0f})")
    empty, _, prompt = (median(seen) for seen in times.values())
    print(
        f"  prompt / empty app: {prompt / empty:.2f}; {verdict(prompt / empty, GOAL_FIRST_PAINT)}"
    )


# At work and idle


def cpu_seconds(pid: int) -> float:
    """User and system, of all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Rss:"))


def share(terminal: Terminal, seconds: float) -> float:
    """Of one core, over the next `seconds`, while all that is drawn is read."""
    pid = terminal.process.pid
    terminal.drained(time.monotonic() + 1)  # what was still being drawn
    before, began = cpu_seconds(pid), time.monotonic()
    terminal.drained(began + seconds)
    return (cpu_seconds(pid) - before) / (time.monotonic() - began)


def plan(terminal: Terminal, until: str) -> None:
    terminal.until("Where to?")
    terminal.send(WORDS)
    terminal.press("enter")
    terminal.until(until)


def measure_shares(seconds: float, env: Mapping[str, str]) -> None:
    shares = {}
    with Terminal(app_with("streams"), env, size=SIZE) as terminal:
        plan(terminal, "The old town")
        shares["three streams of 100 tokens/s"] = share(terminal, seconds), GOAL_STREAMING
    with Terminal(app_with("waiting"), env, size=SIZE) as terminal:
        plan(terminal, "waiting to be cancelled")
        shares["three agents that say nothing"] = share(terminal, seconds), GOAL_STREAMING
    with Terminal((TRIPARTITE,), env, size=SIZE) as terminal:
        terminal.until("kept here")
        shares["idle, the first screen"] = share(terminal, seconds), GOAL_IDLE
        plan(terminal, "1 Itinerary")
        shares["idle, a finished plan"] = share(terminal, seconds), GOAL_IDLE
    print(f"share of one core over {seconds:.0f} s, {SIZE[0]} × {SIZE[1]}")
    for name, (part, goal) in shares.items():
        print(f"  {name:<40} {part:>6.1%}   {verdict(part, goal, '.0%')}")


# Ten trips


def measure_memory(env: Mapping[str, str]) -> None:
    sizes = []
    with Terminal(app_with("offline"), env, size=SIZE) as terminal:
        for _ in range(TRIPS):
            plan(terminal, "1 Itinerary")
            for tab in "23456":
                before = terminal.text
                terminal.press(tab)
                terminal.until(lambda text, before=before: text != before)
            sizes.append(resident_kb(terminal.process.pid))
            terminal.press("n")
    growth = median(after - before for before, after in pairwise(sizes[2:]))
    print(f"resident memory after each of {TRIPS} trips, every tab seen, MB")
    print("  " + " ".join(f"{size / 1024:.1f}" for size in sizes))
    mean = (sizes[-1] - sizes[2]) / (TRIPS - 3)
    print(
        f"  growth a trip after the third, kB: median {growth:.0f}, mean {mean:.0f};"
        f" {verdict(growth, GOAL_GROWTH_KB)}"
    )


def verdict(value: float, goal: float, form: str = "") -> str:
    return f"goal ≤ {goal:{form}}: {'met' if value <= goal else 'missed'}"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        env = environment(
            home,
            PYTHONPATH=str(TESTS.parent),
            PYTHONPYCACHEPREFIX=str(home / "compiled"),
            PYTHONDONTWRITEBYTECODE=None,
            FILES=folder,
        )
        compare_first_paints(rounds, env)
        measure_shares(seconds, env)
        measure_memory(env)


if __name__ == "__main__":
    main()
