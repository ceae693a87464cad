"""Two models on the same request, side by side: what each came to, and what it took.

    python examples/two_models.py openai:MODEL ollama:qwen3:8b

Without names two sets of offline rules stand in, one of them with a taste for quiet places; they
are no models, so they take no tokens. Each run is recorded, and `tripartite compare` shows the same.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from agents.agent import Task
from agents.backends.base import Backend
from agents.backends.offline import OfflineBackend
from agents.backends.recording import Recorder, RecordingBackend
from agents.events import Emit
from agents.findings import ActivityFinds, Find
from agents.request import TripRequest
from agents.tools import find_activities
from planner.backends import backend_named
from planner.cli.compare import head, rows
from planner.figures import compare
from planner.intake import read
from planner.runs import read_run
from planner.store import TripStore
from planner.trip import plan_trip

WORDS = "a long weekend in Rome in May, two adults"


async def quiet(task: Task[ActivityFinds], emit: Emit) -> ActivityFinds:
    """The offline policy of an activities agent that shuns queues."""
    finds = []
    for city in task.brief.request.destinations:
        places = await task.tools(find_activities, city)
        for place in sorted(places, key=lambda p: p.popularity)[:12]:
            fit = 1 - place.popularity
            finds.append(Find(destination=city, place=place.place, fit=fit, evidence=(place.key,)))
    return ActivityFinds(finds=tuple(finds))


async def run(backend: Backend, request: TripRequest, file: Path) -> None:
    with Recorder(file, request, backend=backend.name) as recorder:
        recording = RecordingBackend(backend, recorder)
        recorder.plan(await plan_trip(request, backend=recording, emit=recorder.event))


async def main() -> None:
    request = read(WORDS, today=date(2026, 11, 21)).request
    shy = OfflineBackend(policies={"activities": quiet})
    shy.name = "offline, quiet places"
    backends: list[tuple[str, Backend]] = [
        (f"{number}.ndjson", backend_named(spec)) for number, spec in enumerate(sys.argv[1:], 1)
    ] or [
        ("usual.ndjson", OfflineBackend()),
        ("quiet.ndjson", shy),
    ]
    with TemporaryDirectory() as folder:
        files = [Path(folder) / name for name, _ in backends]
        async with anyio.create_task_group() as group:
            for file, (_, backend) in zip(files, backends, strict=True):
                group.start_soon(run, backend, request, file)
        compared = compare([read_run(str(file), TripStore()) for file in files])
    print(head(compared))
    for label, values in [("", [figures.run for figures in compared.runs]), *rows(compared)]:
        print(f"  {label:<15} " + "  ".join(f"{value:<36.36}" for value in values).rstrip())


if __name__ == "__main__":
    anyio.run(main)
