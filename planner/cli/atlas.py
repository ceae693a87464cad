"""`tripartite destinations` and `tripartite atlas`: look into the embedded world."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from agents.errors import UnknownPlace


@click.command()
@click.argument("query", required=False)
@click.option("--show", metavar="ID", help="Show one destination with all its places.")
def destinations(query: str | None, show: str | None) -> None:
    """List the destinations, those matching QUERY, or one in full."""
    if show:
        _show(show)
        return
    from agents.atlas.names import resolve
    from agents.tools import destination_summaries

    ids = None
    if query:
        match = resolve(query)
        if match is None:
            _unknown(query)
        ids = set(match.ids) if match else set()
    for place in destination_summaries():
        if ids is None or place.id in ids:
            low, high = place.day_eur
            click.echo(
                f"{place.id:<12} {place.name:<14} {place.country_name:<16} "
                f"€{low:.0f}–{high:.0f} a day  {', '.join(place.kinds)}"
            )


def _unknown(name: str) -> None:
    from agents.atlas.names import nearest_names

    near = nearest_names(name)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    click.echo(f"no destination is called {name!r}{hint}", err=True)
    sys.exit(2)


def _show(id: str) -> None:
    from agents.atlas.loader import destination
    from agents.atlas.names import resolve
    from agents.tools import destination_fact

    match = resolve(id)
    try:
        place = destination(match.code if match else id)
    except UnknownPlace as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    click.secho(destination_fact(place.id).claim, bold=True)
    highs = " ".join(f"{t:.0f}" for t in place.climate.high_c)
    click.echo(f"highs by month, °C: {highs}")
    click.echo(f"estimates as of {place.as_of}; sources: {'; '.join(place.sources)}")
    for activity in place.activities:
        low, high = activity.price
        price = "free" if high == 0 else f"{low:g}–{high:g}"
        grade = f"step-free: {activity.step_free}" if activity.step_free else ""
        click.echo(
            f"  {activity.id:<24} {activity.name} ({activity.kind}, {activity.minutes} min, {price}) "
            f"{activity.hours or 'hours unknown'} {grade}".rstrip()
        )


@click.group()
def atlas() -> None:
    """Work on the atlas: the files that all plans rest on."""


@atlas.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check FILES, or every destination of the atlas, against the rules of the format."""
    from agents.atlas.check import check_file
    from agents.atlas.index import destination_files

    wrong = 0
    for path in files or destination_files():
        faults = check_file(path)
        wrong += bool(faults)
        click.echo(f"{path.name}: {'ok' if not faults else f'{len(faults)} faults'}")
        for fault in faults:
            click.echo(f"  {fault}")
    sys.exit(1 if wrong else 0)
