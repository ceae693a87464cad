"""In which form a plan is handed over, and where: printed, or written to a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agents.errors import ExportError, FieldProblem, RequestError
from planner.cli.ends import FAULTY, end

if TYPE_CHECKING:
    from planner.export.files import Form
    from planner.plan import TripPlan


def form_asked(name: str | None, output: Path | None) -> Form | None:
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


def hand_over(
    result: TripPlan, form: Form | None, events: bool, output: Path | None, plain: bool
) -> None:
    """Write the plan to `output`, or print it, unless the `events` have standard output."""
    if form is not None and output is not None:
        from planner.export.files import write

        try:
            click.echo(f"written to {write(result, form, output, overwrite=True)}", err=True)
        except ExportError as error:
            click.secho(str(error), fg="red", err=True)
            if not events:  # better here than nowhere
                _print(result, form, plain)
            sys.exit(FAULTY)
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
    from planner.export.files import render

    try:
        text = render(result, form)
    except ExportError as error:
        end(str(error), FAULTY, fg="red")
    # The lines of a calendar end in CR LF on every platform, so they go out as bytes.
    click.echo(text.encode() if form.suffix == ".ics" else text, nl=False)
