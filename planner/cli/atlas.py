"""`tripartite destinations` and `tripartite atlas`: look into the embedded world, and add to it."""

from __future__ import annotations

import json
import sys
from datetime import date
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from agents.cleaning import clean_line
from agents.errors import TripartiteError, UnknownPlace
from planner.cli.ends import FAULTY, FINE, end

if TYPE_CHECKING:
    from agents.atlas.names import Match

MANY = 8
"""More destinations are too many for a sentence."""


@click.command()
@click.argument("query", required=False)
def destinations(query: str | None) -> None:
    """List the destinations, or those that QUERY names: a place, a country, the Alps."""
    from agents.atlas.names import resolve
    from agents.tools import destination_summaries

    ids = None
    if query:
        match = resolve(query)
        if match is None:
            _unknown(query)
        if not match.ids:
            _none_in(match)
        ids = set(match.ids)
    for place in destination_summaries():
        if ids is None or place.id in ids:
            low, high = place.day_eur
            click.echo(
                f"{place.id:<17} {place.name:<23} {place.country_name:<20} "
                f"€{low:.0f}–{high:.0f} a day  {', '.join(place.kinds)}"
            )


def _unknown(name: str) -> NoReturn:
    from agents.atlas.names import nearest_names, where_is
    from planner.intake.slots import near_to

    if at := where_is(name):
        end(f"no destination is called {name!r}; nearest to it: {near_to(at.coordinates)}")
    near = nearest_names(name)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    end(f"no destination is called {name!r}{hint}")


def _none_in(match: Match) -> NoReturn:
    from planner.intake.slots import nothing_in

    end(nothing_in(match))


def _several_in(match: Match) -> NoReturn:
    from agents.atlas.loader import index_entry
    from planner.views.words import listed

    what = f"{match.name} is a {'country' if match.kind == 'country' else 'part of the world'}"
    if len(match.ids) > MANY:
        end(f"{what}; `tripartite destinations {match.name!r}` lists its {len(match.ids)} places")
    there = f"there {'is' if len(match.ids) == 1 else 'are'}"
    end(f"{what}; {there} {listed(index_entry(id).name for id in match.ids)}")


@click.group()
def atlas() -> None:
    """Look into the atlas, the files that all plans rest on, and add to it."""


@atlas.command()
@click.argument("name")
def show(name: str) -> None:
    """Show the destination NAME with all its places."""
    from agents.atlas.loader import destination
    from agents.atlas.names import MatchKind, resolve
    from agents.tools import destination_fact

    match = resolve(name)
    if match is None:
        _unknown(name)
    if not match.ids:
        _none_in(match)
    if match.kind is not MatchKind.DESTINATION:
        _several_in(match)
    place = destination(match.code)
    click.secho(destination_fact(place.id).claim, bold=True)
    for what, figures in (
        ("highs by month, °C", place.climate.high_c),
        ("lows by month, °C", place.climate.low_c),
        ("rain by month, mm", place.climate.rain_mm),
    ):
        click.echo(f"{what}: {' '.join(f'{figure:.0f}' for figure in figures)}")
    click.echo(f"estimates as of {place.as_of}; sources: {'; '.join(place.sources)}")
    for activity in place.activities:
        low, high = activity.price
        price = "free" if high == 0 else f"{low:g}–{high:g}"
        grade = f"step-free: {activity.step_free}" if activity.step_free else ""
        click.echo(
            f"  {activity.id:<24} {activity.name} ({activity.kind}, {activity.minutes} min, {price},"
            f" popularity {activity.popularity:g}) {activity.hours or 'hours unknown'} {grade}".rstrip()
        )
    for words in place.unsure:
        click.echo(f"unsure: {words}")


@atlas.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check FILES, or all files of the atlas, against the rules of the format."""
    from agents.atlas.check import check_file
    from agents.atlas.loader import record_files

    wrong = 0
    for path in files or record_files():
        faults = check_file(path)
        wrong += bool(faults)
        click.echo(f"{path.name}: {'ok' if not faults else f'{len(faults)} faults'}")
        for fault in faults:
            click.echo(f"  {fault}")
    sys.exit(FAULTY if wrong else FINE)


@atlas.command()
@click.option("--json", "as_json", is_flag=True, help="The counts as JSON.")
def stats(as_json: bool) -> None:
    """What the atlas covers: counts by region, and shares of the activities."""
    from agents.atlas.stats import TRAITS, by_region

    found = by_region()
    if as_json:
        told = {
            name: {
                "destinations": c.destinations,
                "activities": c.activities,
                **c.traits,
                "kinds": c.kinds,
            }
            for name, c in found.items()
        }
        click.echo(json.dumps(told, indent=2))
        return
    click.secho(f"{'':<20}{''.join(f'{_short(name):>11}' for name in found)}", bold=True)
    for what in ("destinations", "activities"):
        click.echo(f"{what:<20}{''.join(f'{getattr(c, what):>11}' for c in found.values())}")
    for trait in TRAITS:
        click.echo(f"{trait:<20}{''.join(f'{c.share(trait):>11.0%}' for c in found.values())}")
    kinds = ", ".join(f"{count} {kind}" for kind, count in found["all"].kinds.items())
    click.echo(f"activities by kind: {kinds}")


def _short(region: str) -> str:
    words = region.split("-")
    return region if len(words) == 1 else f"{words[0][0].upper()}. {words[1]}"


class Degrees(click.FloatRange):
    """A number in a range, and no NaN, which is in every range."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        degrees = float(super().convert(value, param, ctx))
        if isnan(degrees):
            self.fail(f"{value!r} is no number", param, ctx)
        return degrees


@atlas.command(context_settings={"ignore_unknown_options": True})  # -9.14 is no option
@click.argument("latitude", type=Degrees(-90, 90))
@click.argument("longitude", type=Degrees(-180, 180))
@click.option("--count", default=5, show_default=True, type=click.IntRange(1, 50))
def near(latitude: float, longitude: float, count: int) -> None:
    """The destinations nearest to a point, and the places nearest to it in the first of them."""
    from agents.atlas.geo import distance_km
    from agents.atlas.loader import destination
    from agents.atlas.names import nearest_to

    here = (latitude, longitude)
    found = nearest_to(here, count)
    for place in found:
        click.echo(f"{place.km:7.1f} km  {place.name}")
    first = destination(found[0].id)
    click.echo(f"in {first.name}:")
    sights = sorted((distance_km(here, a.coordinates), a.name, a.kind) for a in first.activities)
    for km, name, kind in sights[:count]:
        click.echo(f"{km:7.1f} km  {name} ({kind})")


@atlas.command()
@click.argument("name")
@click.option("--id", help="Its name in a to z, 0 to 9 and dashes; else made from NAME.")
@click.option("--output", type=click.Path(path_type=Path), help="Where to; else among the others.")
def new(name: str, id: str | None, output: Path | None) -> None:
    """Write a commented file for the destination NAME, to be filled in."""
    from agents.atlas.loader import DATA
    from agents.atlas.template import slug, template

    name = clean_line(name)
    try:
        id = id or slug(name)
        text = template(name, id, date.today())
        path = output or DATA / f"{id}.toml"
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except UnknownPlace as error:
        end(str(error))
    except FileExistsError:
        end(f"{path} is there already; nothing was written over")
    except OSError as error:
        end(f"{path} cannot be written ({error.strerror}); give another --output")
    click.echo(f"{path}\nfill it in; then: tripartite atlas check {path}; tripartite atlas index")


@atlas.command()
def index() -> None:
    """Check all files, and write the index anew from those of the destinations."""
    from agents.atlas.index import write_index

    try:
        click.echo(f"{write_index()} destinations")
    except TripartiteError as error:
        end(f"{error}\nnothing was written; mend this first", FAULTY)
    except OSError as error:
        end(f"{error.filename}: {error.strerror}; nothing was written", FAULTY)
