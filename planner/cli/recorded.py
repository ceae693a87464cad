"""Recording a run on the command line, and planning a recorded one again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agents.errors import FieldProblem, RecordingError, RequestError
from agents.events import Emit
from agents.text import clean_line, short_date
from planner.backends import REPLAY
from planner.lineup import LineUp
from planner.team_settings import AGENTS

if TYPE_CHECKING:
    from agents.backends.base import Backend
    from planner.recordings import Recording
    from planner.run import TripRun

_Command = Callable[..., Any]
TEAM_NAMES = ("three", "one")


def recording_options(command: _Command) -> _Command:
    """Whether the run is recorded, and who is at work."""
    for option in reversed(
        [
            click.option(
                "--record", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
                help="Write the run to a new file: play it with --backend replay:FILE, lay it "
                "beside others with `tripartite compare`. Keys are never in it.",
            ),
            click.option(
                "--team", type=click.Choice(TEAM_NAMES),
                help="Three agents at once (the default), or one that does the work of all.",
            ),
        ]
    ):  # fmt: skip
        command = option(command)
    return command


def played(spec: str, team: str | None) -> Recording | None:
    """What a backend's `spec` plays; None when it plays nothing.

    Raises RequestError when the file cannot be played, or not by the `team` that was asked for.
    """
    if not spec.startswith(f"{REPLAY}:"):
        return None
    from planner.recordings import read_recording

    try:
        recording = read_recording(Path(spec.removeprefix(f"{REPLAY}:")))
    except RecordingError as error:
        raise RequestError([FieldProblem("backend", str(error))]) from error
    if team not in (None, recording.team):
        message = f"{clean_line(recording.path)} is of team {recording.team}; leave --team away"
        raise RequestError([FieldProblem("team", message)])
    return recording


def refuse_idle_pace(lineup: LineUp) -> None:
    """Raises RequestError when nobody in it plays a recording: no other run has a pace to keep."""
    specs = [spec for agent in AGENTS for spec in lineup.chain(agent)]
    if not any(spec.startswith(f"{REPLAY}:") for spec in specs):
        message = "only a recorded run has a pace of its own; add --backend replay:FILE"
        raise RequestError([FieldProblem("own-pace", message)])


def tell_recording(recording: Recording) -> None:
    """What is played, on standard error."""
    from planner.intake import describe

    header = recording.header
    day = short_date(header.recorded.date())
    click.secho(describe(header.request), bold=True, err=True)
    click.echo(f"  playing the run of {header.backend}, recorded {day}", err=True)
    for assumption in header.assumptions:
        click.secho(f"  assumed {assumption}", dim=True, err=True)


@contextmanager
def recorded(
    file: Path | None, run: TripRun, backend: Backend, overrides: Mapping[str, str], today: date
) -> Iterator[Emit]:
    """Record what `run` does while the block lasts; gives what must be told each event.

    Raises RequestError when there can be no such file. Without a `file` nothing is recorded.
    """
    if file is None:
        yield lambda event: None
        return
    from planner.recordings import new_recording

    try:
        recorder = new_recording(file, run, backend, overrides=overrides, today=today)
    except RecordingError as error:
        raise RequestError([FieldProblem("record", str(error))]) from error
    with recorder:
        yield recorder.event
        if run.plan is not None:
            recorder.plan(run.plan)
    if recorder.trouble:
        click.secho(recorder.trouble, fg="yellow", err=True)
    else:
        click.echo(f"recorded in {clean_line(file)}", err=True)
