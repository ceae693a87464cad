"""What the chat backend costs beside a bare loop on the same HTTP client.

A run is the team of three through `run_team`: two rounds of tool calls each, then the answer, so
nine requests to model servers of ours, which are processes of their own. It is measured with a model
of few words, one call a round and a short answer, and with one that calls all it can at once and
hands in a page. `bare_loop.py` says what the bare loop does. Both take turns in this process, after
a warm-up of each:

    python tests/benchmarks/chat.py [rounds]

The servers answer from memory what they were asked before; their share of a core is printed, so that
it can be seen whether they were what took the time.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

import aiohttp  # noqa: E402
import anyio  # noqa: E402
from bare_loop import run_bare  # noqa: E402
from model_server import ModelServer  # noqa: E402

from agents.agent import Brief  # noqa: E402
from agents.atlas.vocabulary import Interest  # noqa: E402
from agents.backends.chat import ChatBackend  # noqa: E402
from agents.backends.servers.urls import server_at  # noqa: E402
from agents.evidence import Ledger  # noqa: E402
from agents.request import Dates, TripRequest  # noqa: E402
from planner.orchestrator import TEAM, new_meter, run_team  # noqa: E402
from planner.plan import AgentStatus  # noqa: E402
from planner.trip import ignore  # noqa: E402

ROUNDS = 20
CALLS, LATENCY = 3, 0.2
CRITICAL_PATH = CALLS * LATENCY
AT_ONCE = (50, 200)
SERVERS = 2
GOAL_WALL, GOAL_CPU, GOAL_SAME_CPU, GOAL_AT_ONCE = 1.02, 2.0, 1.0, 2.0
NOISE = 0.05
"""By so much CPU per run may differ between two counts of runs and still be the same."""
BYTES_A_TOKEN = 4
TICKS = os.sysconf("SC_CLK_TCK")
BRIEF = Brief(
    TripRequest(
        words="three days in Lisbon in May, food and museums",
        destinations=("lisbon",),
        dates=Dates(start=date(2027, 5, 12), end=date(2027, 5, 14)),
        interests=(Interest.FOOD, Interest.ART),
    )
)
TALKS = {"brief": "one call a round, a short answer", "good": "parallel calls, a long answer"}
"""Models by name, and how they talk."""
Run = Callable[[int], Coroutine[Any, Any, None]]
"""One run; its number says which server it asks."""


@dataclass(frozen=True)
class Cost:
    """Seconds for all runs together, and CPU seconds for each."""

    wall: float
    cpu: float


def ours(urls: Sequence[str], model: str) -> Run:
    backends = [ChatBackend(server_at(url), model, key="none") for url in urls]

    async def run(number: int) -> None:
        results = await run_team(
            TEAM,
            BRIEF,
            backend=backends[number % len(backends)],
            ledger=Ledger(),
            emit=ignore,
            run_meter=new_meter(),
        )
        for result in results.values():
            if result.status is not AgentStatus.FINISHED:
                raise SystemExit(f"{result.name}: {result.detail}")

    return run


def bare(session: aiohttp.ClientSession, urls: Sequence[str], model: str) -> Run:
    async def run(number: int) -> None:
        await run_bare(session, urls[number % len(urls)], model, TEAM, BRIEF)

    return run


async def cost(run: Run, at_once: int = 1) -> Cost:
    gc.collect()
    began, cpu = time.perf_counter(), time.process_time()
    async with anyio.create_task_group() as group:
        for number in range(at_once):
            group.start_soon(run, number)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    return Cost(wall, cpu / at_once)


async def in_turn(rounds: int, *runs: Run, at_once: int = 1) -> list[Cost]:
    """The medians of each, taking turns, after one round that does not count."""
    costs: list[list[Cost]] = [[] for _ in runs]
    for number in range(rounds + 1):
        for run, seen in zip(runs, costs, strict=True):
            measured = await cost(run, at_once)
            if number:
                seen.append(measured)
    return [Cost(median(c.wall for c in s), median(c.cpu for c in s)) for s in costs]


def cpu_seconds(pid: int) -> float:
    """User and system, of all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def verdict(value: float, goal: float) -> str:
    return f"goal ≤ {goal:g}: {'met' if value <= goal else 'missed'}"


async def compare_one(rounds: int, url: str, session: aiohttp.ClientSession, model: str) -> float:
    """One run at a time; gives the CPU seconds of one of ours with latency."""
    slow = f"{model},latency={LATENCY}"
    waiting, least = await in_turn(rounds, ours([url], slow), bare(session, [url], slow))
    print(f"  one run, {CALLS} calls of {1000 * LATENCY:.0f} ms an agent, medians of {rounds}")
    tell(waiting, least)
    ratio = waiting.wall / CRITICAL_PATH
    print(f"    wall clock / critical path: {ratio:.3f}; {verdict(ratio, GOAL_WALL)}")
    busy, least = await in_turn(5 * rounds, ours([url], model), bare(session, [url], model))
    print(f"  one run, no latency, medians of {5 * rounds}")
    tell(busy, least)
    ratio = busy.cpu / least.cpu
    print(f"    CPU / bare loop: {ratio:.2f}; {verdict(ratio, GOAL_CPU)}")
    return waiting.cpu


async def compare_many(
    servers: Sequence[ModelServer], session: aiohttp.ClientSession, model: str, one: float
) -> None:
    """Many runs at once; `one` is the CPU seconds of one alone."""
    urls, slow = [s.url for s in servers], f"{model},latency={LATENCY}"
    for count in AT_ONCE:
        before, began = [cpu_seconds(s.pid) for s in servers], time.perf_counter()
        found, least = await in_turn(3, ours(urls, slow), bare(session, urls, slow), at_once=count)
        spent = time.perf_counter() - began
        shares = [(cpu_seconds(s.pid) - b) / spent for s, b in zip(servers, before, strict=True)]
        print(f"  {count} runs at once, medians of 3")
        tell(found, least)
        same = found.cpu / one
        print(f"    CPU a run / one alone: {same:.2f}; {verdict(same, GOAL_SAME_CPU + NOISE)}")
        path = found.wall / CRITICAL_PATH
        print(f"    wall clock / critical path of one: {path:.2f}; {verdict(path, GOAL_AT_ONCE)}")
        print(f"    share of a core, each server: {', '.join(f'{s:.0%}' for s in shares)}")


def tell(chat: Cost, least: Cost) -> None:
    for name, part in (("chat backend", chat), ("bare loop", least)):
        print(
            f"    {name:<14} {1000 * part.wall:7.1f} ms ({part.wall / CRITICAL_PATH:5.2f} critical"
            f" paths)   CPU {1000 * part.cpu:5.1f} ms a run"
        )


def size(value: object) -> int:
    """Bytes of compact JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


async def weigh_prompts(model: str) -> None:
    """What is sent for one plan, and how much of it was sent with the request before."""
    with ModelServer() as server:
        await ours([server.url], model)(0)
        bodies = [(r["role"], r["body"]) for r in server.asked()]
    sent = sum(size(body) for _, body in bodies)
    repeated = 0
    before: dict[str, list[object]] = {}
    for role, body in bodies:
        parts = [body["tools"], *body["messages"]]
        repeated += sum(
            size(part)
            for part, old in zip(parts, before.get(role, ()), strict=False)
            if part == old
        )
        before[role] = parts
    again = repeated / sent
    print(f"  prompts of one plan, {len(bodies)} requests")
    print(f"    {sent} bytes, about {sent // BYTES_A_TOKEN} tokens at {BYTES_A_TOKEN} bytes each")
    print(f"    of these {again:.0%} were in the request before, in the same place")


async def measure(rounds: int) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    for model, how in TALKS.items():
        print(f"a model that answers with {how}")
        await weigh_prompts(model)
        with ExitStack() as stack:
            servers = [
                stack.enter_context(ModelServer("--forget", "--burst", "1000"))
                for _ in range(SERVERS)
            ]
            async with aiohttp.ClientSession(connector=connector, connector_owner=False) as session:
                one = await compare_one(rounds, servers[0].url, session, model)
                await compare_many(servers, session, model, one)
    await connector.close()


if __name__ == "__main__":
    anyio.run(measure, int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
