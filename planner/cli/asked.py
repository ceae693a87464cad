"""The options of a request on the command line, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agents.errors import FieldProblem, RequestError
from planner.settings import EFFORTS

if TYPE_CHECKING:
    from planner.intake import Options

_Command = Callable[..., Any]


def request_options(command: _Command) -> _Command:
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
            click.option(
                "--crowds", type=click.Choice(["avoid", "mixed", "icons"]), help="Quiet places, or the famous first."
            ),
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


def read_overrides(pairs: tuple[str, ...]) -> dict[str, str]:
    """The sides taken, by decision: each is written as "destination=porto". Raises RequestError."""
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


def read_options(fields: Mapping[str, Any], file: Path | None) -> Options:
    """What the options say over those of a file. Raises RequestError."""
    from pydantic import ValidationError

    from planner.intake import Options, load_options

    given = {k: v for k, v in fields.items() if v not in (None, ())}
    for name in ("start", "end"):
        if name in given:
            given[name] = given[name].date()
    options = load_options(file) if file else Options()
    try:
        return Options.model_validate({**options.model_dump(exclude_none=True), **given})
    except ValidationError as error:
        problems = [FieldProblem(".".join(map(str, e["loc"])), e["msg"]) for e in error.errors()]
        raise RequestError(problems) from error
