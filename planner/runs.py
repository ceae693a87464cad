"""Runs as they were kept: recordings, plans as JSON and kept trips, all read alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from agents.backends.tape.lines import is_recording
from agents.errors import FileError, RecordingError
from agents.events import Event
from agents.request import TripRequest
from agents.text import clean_line, cleaned_json
from planner.plan import TripPlan
from planner.recordings import read_recording
from planner.store import TripStore

MOST_BYTES = 64_000_000


@dataclass(frozen=True)
class Run:
    """One run as it was kept. Without `events` is known only what the plan says."""

    name: str
    request: TripRequest
    plan: TripPlan | None
    events: tuple[Event, ...] = ()
    backend: str | None = None
    at: datetime | None = None


def read_run(name: str, store: TripStore) -> Run:
    """A recording, a plan as JSON, or the number of a kept trip. Raises FileError."""
    try:
        path = Path(name).expanduser()
        there = path.exists()
    except (OSError, RuntimeError) as error:  # too long a name, or the home of a nobody
        raise _not_read(name, error) from error
    if name.isdecimal() and not there:
        trip = store.load(int(name[:18]))
        return Run(f"trip {trip.id}", trip.request, trip.plan, trip.events, trip.backend, trip.at)
    label = clean_line(path.name, 60)
    if is_recording(path):
        recording = read_recording(path)
        header = recording.header
        return Run(
            label,
            header.request,
            recording.plan,
            recording.events,
            header.backend,
            header.recorded,
        )
    plan = _read_plan(path)
    return Run(label, plan.request, plan)


def _read_plan(path: Path) -> TripPlan:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _not_read(path, error) from error
    try:
        if len(raw) > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES // 10**6} MB")
        return TripPlan.model_validate(cleaned_json(raw.decode()))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        why = f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}"
        raise _neither(path, why) from error
    except (ValueError, RecursionError) as error:
        raise _neither(path, str(error)) from error


def _not_read(name: object, error: Exception) -> FileError:
    why = error.strerror if isinstance(error, OSError) else clean_line(error, 120)
    return FileError(f"{clean_line(name, 200)} cannot be read ({why}); check the name")


def _neither(path: Path, why: str) -> RecordingError:
    return RecordingError(
        f"{clean_line(path)} is neither a recording nor a plan as JSON "
        f"({clean_line(why, 160)}); make one with `tripartite plan "
        '"…" --record FILE` or with --json'
    )
