"""Recorded runs for the application: recording one, reading one, planning one again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agents.agent import Agent
from agents.backends.base import Backend, secrets_of
from agents.backends.recording import Recorder, RecordingBackend
from agents.backends.replay import same_request
from agents.backends.tape.lines import EventLine, Header, Tape, read_tape
from agents.errors import FieldProblem, RecordingError, RequestError
from agents.events import Event
from agents.request import TripRequest
from agents.text import clean_line
from agents.usage import RUN_LIMITS, Limits
from planner.intake import Options, describe, survey
from planner.plan import TripPlan
from planner.run import TripRun
from planner.store import TripStore
from planner.teams import TEAMS, team_name


@dataclass(frozen=True)
class Recording:
    """A recorded run, validated. `plan` is None when the run came to none."""

    path: Path
    header: Header
    events: tuple[Event, ...]
    plan: TripPlan | None
    exchanges: int

    @property
    def team(self) -> str:
        """What the team that was at work is called."""
        return team_name(self.header.team)


def read_recording(path: Path) -> Recording:
    """Raises RecordingError when the file is none, is broken or comes from a newer version."""
    return _recording(read_tape(path))


def _recording(tape: Tape) -> Recording:
    events = tuple(line.event for line in tape.lines if isinstance(line, EventLine))
    try:
        plan = None if tape.plan is None else TripPlan.model_validate(tape.plan)
    except ValidationError as error:
        raise _unreadable(tape.path, "plan", error) from error
    return Recording(tape.path, tape.header, events, plan, tape.exchanges)


def new_recording(
    file: Path,
    run: TripRun,
    backend: Backend,
    *,
    overrides: Mapping[str, str] | None = None,
    today: date | None = None,
) -> Recorder:
    """A recorder for what `run` is going to do, which from now on goes through it.

    Its events must be told to it as well. Raises RecordingError when there is such a file.
    """
    recorder = Recorder(
        file,
        run.request,
        backend=backend.name,
        team=[agent.name for agent in run.team],
        words=run.words,
        options=run.options.model_dump(mode="json", exclude_none=True),
        assumptions=run.assumptions,
        overrides={**run.overrides, **(overrides or {})},
        today=today,
        secrets=secrets_of(backend),
    )
    run.carried_out_by(RecordingBackend(backend, recorder))
    return recorder


def recorded_run(
    recording: Recording,
    backend: Callable[[], Backend],
    *,
    store: TripStore | None = None,
    team: Sequence[Agent[Any]] | None = None,
    limits: Limits = RUN_LIMITS,
) -> TripRun:
    """A run of the recorded request, with what was assumed and decided then."""
    header = recording.header
    return TripRun(
        header.request,
        backend,
        words=header.words,
        options=_options(recording),
        assumptions=header.assumptions,
        overrides=header.overrides,
        store=store,
        team=TEAMS[recording.team] if team is None else team,
        limits=limits,
    )


def refuse_another(recording: Recording, words: str, options: Options, today: date) -> None:
    """Raise RequestError when words or options ask for something else than was recorded."""
    header = recording.header
    same_words = not words or " ".join(words.split()) == " ".join(header.words.split())
    if same_words and options in (Options(), _options(recording)):
        return
    asked = survey(words or header.words, today=header.today or today, options=options).request
    if asked is None or not same_request(asked, header.request):
        message = (
            f"{clean_line(recording.path)} is the recording of {asked_for(header.request)}; "
            "leave the words away to play it, or ask another backend"
        )
        raise RequestError([FieldProblem("backend", message)])


def asked_for(request: TripRequest) -> str:
    """A request as it was said, and what it was understood as."""
    said = f"“{clean_line(request.words, 160)}” " if request.words else ""
    return f"{said}({describe(request)})"


def _options(recording: Recording) -> Options:
    try:
        return Options.model_validate(recording.header.options)
    except ValidationError as error:
        raise _unreadable(recording.path, "options", error) from error


def _unreadable(path: Path, part: str, error: ValidationError) -> RecordingError:
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, (part, *first["loc"])))
    return RecordingError(
        f"the {part} in the recording {clean_line(path)} cannot be read "
        f"({clean_line(where, 80)}: {clean_line(first['msg'], 120)}); record the run anew"
    )
