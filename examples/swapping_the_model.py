"""The same request with another model behind it: nothing changes but the name of the backend.

    python examples/swapping_the_model.py offline ollama:qwen3:8b anthropic:MODEL

Without names it takes what runs anywhere: the offline rules, which are no model, and a recording
of them, made on the spot. A recording of a model is played in the same way, without its key.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from agents.backends.recording import Recorder, RecordingBackend
from agents.events import Event, ModelAnswered, RunStarted
from agents.request import TripRequest
from planner.backends import backend_named
from planner.intake import read
from planner.plan import TripPlan
from planner.trip import plan_trip

WORDS = "a weekend in Lisbon or Porto in May, two adults, tiles and seafood"


async def record(request: TripRequest, file: Path) -> None:
    backend = backend_named("offline")
    with Recorder(file, request, backend=backend.name) as recorder:
        recording = RecordingBackend(backend, recorder)
        await plan_trip(request, backend=recording, emit=recorder.event)


async def plan_with(spec: str, request: TripRequest) -> TripPlan:
    def listen(event: Event) -> None:
        if isinstance(event, RunStarted):
            print(f"  at work: {event.backend}")
        if isinstance(event, ModelAnswered):
            print(f"  {event.agent}: {event.model} answered after {event.seconds:.1f} s")

    return await plan_trip(request, backend=backend_named(spec), emit=listen)


async def main() -> None:
    request = read(WORDS, today=date(2026, 11, 21)).request
    print(f"“{WORDS}”")
    with TemporaryDirectory() as folder:
        specs = sys.argv[1:]
        if not specs:
            file = Path(folder) / "run.ndjson"
            await record(request, file)
            specs = ["offline", f"replay:{file}"]
        for spec in specs:
            print(f"\n--backend {spec.replace(folder, '…')}")
            plan = await plan_with(spec, request)
            passed = sum(check.passed for check in plan.checks)
            print(f"  {plan.summary}: {passed} of {len(plan.checks)} checks passed")
            for part in plan.missing:
                print(f"  missing: {part}")


if __name__ == "__main__":
    anyio.run(main)
