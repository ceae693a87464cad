"""A run that is recorded and played again: the same events and the same plan, with nothing asked.

    python examples/replaying_a_run.py FILE      a run that `tripartite plan … --record FILE` wrote

Without a file a run of the offline rules is recorded first: they are no model, and the recording
says so. At its own pace a replay takes as long as the run did; else it comes at once.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from agents.backends.offline import OfflineBackend
from agents.backends.recording import Recorder, RecordingBackend
from agents.backends.replay import ReplayBackend
from agents.events import AgentFinished, AgentSaid, Event, Found, RunStarted
from planner.intake import describe, read
from planner.recordings import read_recording, recorded_run
from planner.trip import plan_trip

WORDS = "3 days in Kyoto in April, two adults, gardens"


async def record(file: Path) -> None:
    request, backend = read(WORDS, today=date(2026, 11, 21)).request, OfflineBackend()
    with Recorder(file, request, backend=backend.name, words=WORDS) as recorder:
        recording = RecordingBackend(backend, recorder)
        recorder.plan(await plan_trip(request, backend=recording, emit=recorder.event))


def tell(event: Event) -> None:
    match event:
        case RunStarted():
            print(f"at work: {event.backend}")
        case AgentSaid():
            print(f"  {event.agent}: {event.text.strip()[:90]}")
        case Found():
            print(f"  {event.agent} found {event.subject}"[:100])
        case AgentFinished():
            print(f"  {event.agent} is done: {event.summary}")


async def main() -> None:
    with TemporaryDirectory() as folder:
        file = Path(sys.argv[1]) if sys.argv[1:] else Path(folder) / "run.ndjson"
        if not file.exists():
            await record(file)
        recording = read_recording(file)
        header = recording.header
        print(f"“{header.words}”: {describe(header.request)}")
        print(f"recorded of {header.backend}: {len(recording.events)} events")
        run = recorded_run(recording, lambda: ReplayBackend(file, own_pace=True))
        run.follow = tell
        await run.start()
    if run.plan is None:
        print(run.error)
        return
    print(run.plan.summary)
    same = recording.plan is not None and run.plan.days == recording.plan.days
    print("day for day as it was recorded" if same else "not as it was recorded")


if __name__ == "__main__":
    anyio.run(main)
