"""`tripartite plan`: words and options in, three agents at work, one checked plan out."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from agents.errors import ExportError, FieldProblem, RequestError, TripartiteError
from agents.text import clean, clean_line
from planner.backends import DEFAULT_BACKEND, backend_named

if TYPE_CHECKING:
    from planner.export.files import Form
    from planner.intake import Reading
    from planner.plan import TripPlan

EXIT_FINE, EXIT_FAULTY, EXIT_BAD_REQUEST, EXIT_CANCELLED = 0, 1, 2, 130
FEW_COLLECTIONS = 100_000
"""A short process that makes lasting objects: looking for garbage as often as usual costs 8 %."""
EFFORTS = ("instant", "thinking", "contemplating")

_Command = Callable[..., Any]


def _request_options(command: _Command) -> _Command:
    """One option for each field of a request; an option overrides the words."""
    day = click.DateTime(["%Y-%m-%d"])
    for option in reversed(
        [
            click.option("--to", multiple=True, metavar="PLACE", help="A destination; repeatable."),
            click.option("--relation", type=click.Choice(["one", "or", "then"]), help="How several belong together."),
            click.option("--from", "origin", metavar="PLACE", help="Where the trip starts and ends."),
            click.option("--start", type=day, metavar="DATE", help="First day, as 2027-05-12."),
            click.option("--end", type=day, metavar="DATE", help="Last day."),
            click.option("--days", type=int),
            click.option("--nights", type=int),
            click.option("--stay-nights", multiple=True, type=int, metavar="N", help="One for each place; repeatable."),
            click.option("--budget", metavar="MONEY", help='As "1500 EUR" or "800 GBP per person".'),
            click.option("--adults", type=int),
            click.option("--child", "children", multiple=True, type=int, metavar="AGE", help="Repeatable."),
            click.option("--interest", "interests", multiple=True, metavar="WORD", help="Repeatable."),
            click.option("--pace", type=click.Choice(["relaxed", "normal", "full"])),
            click.option("--tier", type=click.Choice(["budget", "mid", "comfort"]), help="Rooms and food."),
            click.option("--step-free", is_flag=True, default=None, help="No stairs."),
            click.option("--diet", "diets", multiple=True, metavar="DIET", help="Repeatable."),
            click.option("--no-flying", is_flag=True, default=None),
            click.option("--must", "musts", multiple=True, metavar="PLACE", help="Must be in; repeatable."),
            click.option("--never", "nevers", multiple=True, metavar="PLACE", help="A place or kind; repeatable."),
            click.option(
                "--booked", "commitments", multiple=True, metavar="WORDS",
                help='Something fixed, as "dinner Friday 20:00"; repeatable.',
            ),
            click.option("--mode", "effort", type=click.Choice(EFFORTS), help="How much work goes in."),
        ]
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.argument("words", nargs=-1)
@_request_options
@click.option(
    "--file", "file", type=click.Path(path_type=Path), help="Options from a .json or .toml file."
)
@click.option(
    "--decide", multiple=True, metavar="ID=CHOICE", help="Take the other side of a decision."
)
@click.option(
    "--backend", default=DEFAULT_BACKEND, show_default=True, help="Who does the agents' thinking."
)
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
    backend: str,
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
    gc.set_threshold(FEW_COLLECTIONS)
    if plain:
        _go_plain()
    try:
        overrides = _overrides(decide)
        chosen = backend_named(backend)
        wanted = _form(form, output)
        reading = _read(" ".join(words), fields, file, today.date() if today else date.today())
    except RequestError as error:
        _refuse(error)
    quiet = bool(form or events)
    _tell(reading, plain)
    try:
        from planner.cli.run import run

        result, cancelled = run(reading, chosen, overrides, quiet=quiet, events=events, plain=plain)
    except RequestError as error:
        _refuse(error)
    except TripartiteError as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(EXIT_FAULTY)
    if result is None:
        sys.exit(EXIT_CANCELLED)
    _hand_over(result, wanted, events, output, plain)
    if cancelled:
        sys.exit(EXIT_CANCELLED)
    sys.exit(EXIT_FINE if result.complete else EXIT_FAULTY)


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
    sys.exit(EXIT_BAD_REQUEST)


def _form(name: str | None, output: Path | None) -> Form | None:
    """The form asked for, by name or by the end of the file's name.

    Refuses a file that could not be written in the end: better now than after the work.
    """
    from planner.export.files import FORMS, form_named, form_of

    if output is not None and not output.absolute().parent.is_dir():
        raise RequestError(
            [FieldProblem("output", f"there is no folder {output.parent}; make it first")]
        )
    if name is not None:
        return form_named(name)
    form = form_of(output) if output is not None else None
    if output is not None and form is None:
        ends = ", ".join(f.suffix for f in FORMS)
        problem = f"{output.name!r} does not say in which form; end it in one of {ends}, or add "
        raise RequestError([FieldProblem("output", problem + "--markdown, --json or --ics")])
    return form


def _overrides(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        id, equals, choice = pair.partition("=")
        if not equals:
            raise RequestError(
                [FieldProblem("decide", f"{pair!r} has no '='; write destination=porto")]
            )
        found[id.strip()] = (
            _place_id(choice.strip()) if id.strip() == "destination" else choice.strip()
        )
    return found


def _place_id(name: str) -> str:
    """A destination's id for any of its names; what is not known stays as it is."""
    from agents.atlas.names import MatchKind, resolve

    match = resolve(name)
    return match.code if match and match.kind is MatchKind.DESTINATION else name


def _read(words: str, fields: Mapping[str, Any], file: Path | None, today: date) -> Reading:
    from pydantic import ValidationError

    from planner.intake import Options, load_options, read

    given = {k: v for k, v in fields.items() if v not in (None, ())}
    for name in ("start", "end"):
        if name in given:
            given[name] = given[name].date()
    options = load_options(file) if file else Options()
    try:
        options = Options.model_validate({**options.model_dump(exclude_none=True), **given})
    except ValidationError as error:
        problems = [FieldProblem(".".join(map(str, e["loc"])), e["msg"]) for e in error.errors()]
        raise RequestError(problems) from error
    return read(words, today=today, options=options)


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


def _hand_over(
    result: TripPlan, form: Form | None, events: bool, output: Path | None, plain: bool
) -> None:
    if form is not None and output is not None:
        from planner.export.files import write

        try:
            click.echo(f"written to {write(result, form, output, overwrite=True)}", err=True)
        except ExportError as error:
            click.secho(str(error), fg="red", err=True)
            if not events:  # better here than nowhere
                _print(result, form, plain)
            sys.exit(EXIT_FAULTY)
    elif not events:
        _print(result, form, plain)


def _print(result: TripPlan, form: Form | None, plain: bool) -> None:
    if form is None and plain:
        from planner.export import plain as for_the_ear

        click.echo(for_the_ear.plain(result), nl=False)
        return
    if form is None:
        from rich.console import Console

        from planner.export.console import show

        show(result, Console(highlight=False))
        return
    text = form.render(result)
    # The lines of a calendar end in CR LF on every platform, so they go out as bytes.
    click.echo(text.encode() if form.suffix == ".ics" else text, nl=False)
