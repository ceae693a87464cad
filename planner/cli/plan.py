"""`tripartite plan`: words and options in, three agents at work, one checked plan out."""

from __future__ import annotations

import gc
import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from agents.errors import FieldProblem, RecordingError, RequestError
from agents.text import clean, clean_line
from planner.cli.asked import read_options, read_overrides, request_options
from planner.cli.backend_options import asked_limits, backend_options
from planner.cli.ends import CANCELLED, FAULTY, FINE, REFUSED, end
from planner.cli.output import form_asked, hand_over
from planner.cli.recorded import (
    played,
    recorded,
    recording_options,
    refuse_idle_pace,
    tell_recording,
)
from planner.session import Session

if TYPE_CHECKING:
    from agents.backends.base import Backend
    from planner.intake import Options, Reading
    from planner.plan import TripPlan
    from planner.recordings import Recording
    from planner.run import TripRun
    from planner.store import TripStore

LONGEST_WARNING = 2000
FEW_COLLECTIONS = 100_000
"""A short process that makes lasting objects: looking for garbage as often as usual costs 8 %."""


@click.command()
@click.argument("words", nargs=-1)
@request_options
@click.option(
    "--file", "file", type=click.Path(path_type=Path), help="Options from a .json or .toml file."
)
@click.option(
    "--decide", multiple=True, metavar="ID=CHOICE", help="Take the other side of a decision."
)
@backend_options
@recording_options
@click.option("--dry-run", is_flag=True, help="Show what would be sent, to whom; send nothing.")
@click.option("--verbose", is_flag=True, help="With --dry-run: all the words that would be sent.")
@click.option(
    "--json", "form", flag_value="json", help="The plan as JSON (see `tripartite schema`)."
)
@click.option("--markdown", "form", flag_value="markdown", help="The plan as Markdown.")
@click.option("--ics", "form", flag_value="calendar", help="The plan as a calendar file.")
@click.option("--plain", is_flag=True, help="Whole lines to listen to: no colour, no drawing.")
@click.option("--events", is_flag=True, help="Events as NDJSON on standard output, as they happen.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the plan to a file; .md, .json or .ics says how.",
)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), hidden=True)
def plan(
    words: tuple[str, ...],
    file: Path | None,
    decide: tuple[str, ...],
    backends: tuple[str, ...],
    fallback: tuple[str, ...],
    own_pace: bool,
    record: Path | None,
    team: str | None,
    dry_run: bool,
    verbose: bool,
    form: str | None,
    plain: bool,
    events: bool,
    output: Path | None,
    today: datetime | None,
    **fields: Any,
) -> None:
    """Plan a trip from WORDS, options, or both.

    \b
    tripartite plan "5 days in Lisbon or Porto in May, two adults, €1,500, food and tiles"
    tripartite plan --to Rome --from Berlin --start 2027-05-12 --nights 4 --budget "1500 EUR"
    """
    if verbose and not dry_run:
        raise click.UsageError("--verbose is for --dry-run")
    gc.set_threshold(FEW_COLLECTIONS)
    if plain:
        _go_plain()
    try:
        overrides = read_overrides(decide)
        session = Session.open(backends, fallback, limits=asked_limits(fields), own_pace=own_pace)
        chosen = session.checked_backend()
        if own_pace:
            refuse_idle_pace(session.lineup)
        wanted = form_asked(form, output)
        options = read_options(fields, file)
        recording = played(session.lineup.backend, team)
        session.asked_team = recording.team if recording else team or session.asked_team
        said, day = " ".join(words), today.date() if today else date.today()
        reading = _read(said, options, day, recording)
    except RequestError as error:
        _refuse(error)
    quiet = bool(form or events)
    for warning in session.warnings:
        click.secho(clean_line(warning, LONGEST_WARNING), fg="yellow", err=True)
    if recording is not None:
        tell_recording(recording)
    else:
        _tell(reading, plain)
    if dry_run:
        from planner.cli.dry_run import show

        show(session, reading.request, as_json=form == "json", words=verbose)
        return
    if recording is None:
        _tell_where(session)
    from planner.cli.run import carry_out

    store = None if quiet or output else _store()
    try:
        backend = chosen.make()
        run = _run(session, backend, reading, said, options, recording, store)
        with recorded(record, run, backend, overrides, day) as watch:
            stopped = carry_out(
                run, overrides, quiet=quiet, events=events, plain=plain, watch=watch
            )
    except RequestError as error:
        _refuse(error)
    except RecordingError as error:
        _refuse(RequestError([FieldProblem("backend", str(error))]))
    result = _plan_of(run)
    hand_over(result, wanted, events, output, plain)
    if stopped:
        sys.exit(CANCELLED)
    sys.exit(FINE if result.complete else FAULTY)


@click.command()
def schema() -> None:
    """Print the JSON schema of a plan."""
    from planner.plan import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def _go_plain() -> None:
    """No colours, and nothing that the output cannot encode."""
    from planner.cli.lines import tell_in_letters

    click.get_current_context().color = False
    tell_in_letters()


def _refuse(error: RequestError) -> NoReturn:
    click.secho("This request cannot be planned:", fg="red", err=True)
    for field, message in error.problems:
        click.echo(f"  {clean_line(field)}: {clean(message)}", err=True)
    sys.exit(REFUSED)


def _read(words: str, options: Options, today: date, recording: Recording | None) -> Reading:
    """What words and options ask for; what was recorded, when they ask for nothing else."""
    from planner.intake import Reading, read

    if recording is None:
        return read(words, today=today, options=options)
    from planner.recordings import refuse_another

    refuse_another(recording, words, options, today)
    return Reading(request=recording.header.request, understood=(), assumed=(), unread=())


def _run(
    session: Session,
    backend: Backend,
    reading: Reading,
    words: str,
    options: Options,
    recording: Recording | None,
    store: TripStore | None,
) -> TripRun:
    from planner.run import TripRun

    team, limits = session.team, session.limits
    if recording is not None:
        from planner.recordings import recorded_run

        return recorded_run(recording, lambda: backend, store=store, team=team, limits=limits)
    return TripRun.of_survey(
        reading,
        lambda: backend,
        words=words,
        options=options,
        store=store,
        team=team,
        limits=limits,
    )


def _store() -> TripStore | None:
    """Where the trip is kept: nowhere without a terminal, so that a script leaves no traces."""
    if not sys.stdout.isatty():
        return None
    from planner.store import TripStore

    return TripStore()


def _plan_of(run: TripRun) -> TripPlan:
    """The plan; ends the process when there is none."""
    if run.warning:
        click.secho(clean_line(run.warning), fg="yellow", err=True)
    if isinstance(run.failure, RequestError):
        _refuse(run.failure)
    if run.plan is None:
        end(run.error, FAULTY, fg="red")
    return run.plan


def _tell(reading: Reading, plain: bool) -> None:
    """What was understood, on standard error, so that a pipe gets the plan alone."""
    from planner.intake import describe

    if plain:
        from planner.cli.wish import understood

        click.echo("\n".join(understood(reading)), err=True)
        return
    click.secho(describe(reading.request), bold=True, err=True)
    for note in reading.assumed:
        click.secho(f"  assumed {note.field}: {note.value} ({note.words})", dim=True, err=True)
    for unread in reading.unread:
        click.secho(f"  not understood: {unread!r}", fg="yellow", err=True)


def _tell_where(session: Session) -> None:
    """What leaves this computer, or why a backend cannot be used: before anything is sent."""
    words, bad = session.sent()
    if words:
        click.secho(
            f"  {clean_line(words, LONGEST_WARNING)}", fg="yellow" if bad else None, err=True
        )
