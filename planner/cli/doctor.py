"""`tripartite doctor`: which backends can be used, why not, and what to do about it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from agents.cleaning import clean_line
from agents.errors import RequestError
from planner.cli.ends import FAULTY, FINE
from planner.cli.lines import tell_in_letters
from planner.lineup import LineUp, lineup_of_environment
from planner.settings import load_settings, settings_place, settings_table
from planner.team_settings import AGENTS, TeamSettings, shown, team_settings

if TYPE_CHECKING:
    from planner.checkup import Checkup

WIDEST = 100
_MARK = 4
LONGEST_NAME = 40


@click.command()
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def doctor(specs: tuple[str, ...], as_json: bool) -> None:
    """Tell which backends can be used, and what to do for those that cannot.

    Without SPEC it looks at all of them, the one that `tripartite plan` would use first. A SPEC
    without a model, as `ollama`, shows the models there are.

    Servers on this computer and those whose key is set are asked for their models. Nobody else is
    asked anything, and no key is ever shown.

    Exit codes: 0 the backend that would be used, or each SPEC, can be used; else 1.
    """
    settings, warning = load_settings()
    team = team_settings(settings_table())
    place = settings_place()
    faults = [*filter(None, [warning]), *(f"{place}: {fault}" for fault in team.faults)]
    said, refused = LineUp(), False
    try:
        said = lineup_of_environment(os.environ)
    except RequestError as error:
        faults += [p.message for p in error.problems]
        refused = not specs
    lineup = said.over(LineUp(settings.backend.strip(), team.agents, team.fallback))
    chains = [lineup.chain(agent) for agent in AGENTS]
    used = specs or tuple(dict.fromkeys(spec for chain in chains for spec in chain))
    found = _looked_at(used, team, others=not specs)
    able = {seen.spec for seen in found if seen.usable}
    good = all(s in able for s in specs) if specs else all(able & set(c) for c in chains)
    report = _report(found, used, faults, usable=good and not refused)
    report["asked"] = bool(specs)
    if as_json:
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        tell_in_letters()
        for line in _lines(report):
            click.echo(line)
    sys.exit(FINE if report["usable"] else FAULTY)


def _looked_at(used: Sequence[str], team: TeamSettings, *, others: bool) -> tuple[Checkup, ...]:
    import anyio

    from planner.checkup import all_specs, check

    specs = dict.fromkeys((*used, *all_specs(team))) if others else used
    return anyio.run(check, tuple(specs), team, os.environ)


def _report(
    found: Sequence[Checkup], used: Sequence[str], faults: Sequence[str], *, usable: bool
) -> dict[str, Any]:
    from agents.backends.servers import prices

    listed = prices.price_list()
    return {
        "usable": usable,
        "checks": [
            {"used": seen.spec in used, **asdict(seen), "spec": shown(seen.spec)} for seen in found
        ],
        "prices": {"list": listed or None, "do": "" if listed else prices.INSTALL},
        "faults": list(faults),
    }


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    checks = report["checks"]
    width = max(len(_shown(c["spec"])) for c in checks)
    first = "What was asked for" if report["asked"] else "What would be used"
    for used, title in ((True, first), (False, "What else there is")):
        part = [c for c in checks if c["used"] is used]
        if part:
            yield click.style(title, bold=True)
            for found in part:
                yield from _check_lines(found, width)
            yield ""
    yield from _told("prices", _prices_words(report["prices"]), 0)
    for fault in report["faults"]:
        yield from _told("wrong", fault, 0)
    yield "Usable." if report["usable"] else f"{first} cannot be used as it is."


def _check_lines(check: Mapping[str, Any], width: int) -> Iterator[str]:
    """`ok`, `no` or `?`, the spec, and why; below it what to do."""
    words = "; ".join(filter(None, (check["why"], check["do"])))
    name = _shown(check["spec"])
    mark = "no" if not check["usable"] else "ok" if check["sure"] else "?"
    lines = _told(mark, f"{name:<{width}}  {words}", width + 2)
    first, *rest = lines
    colour = "green" if check["usable"] else "yellow"
    yield click.style(first[:2], fg=colour) + first[2:]
    yield from rest


def _told(mark: str, words: str, hang: int) -> list[str]:
    """Wrapped to the terminal's width, `hang` columns further in from the second line on."""
    columns = min(WIDEST, shutil.get_terminal_size((80, 24)).columns)
    head = f"{mark:<{_MARK}}" if len(mark) < _MARK else f"{mark}: "
    hang = min(hang, columns // 2)
    return textwrap.wrap(
        words,
        max(columns, 40),
        initial_indent=head,
        subsequent_indent=" " * (len(head) + hang),
        break_on_hyphens=False,
    )


def _shown(spec: str) -> str:
    return clean_line(shown(spec), LONGEST_NAME)


def _prices_words(prices: Mapping[str, Any]) -> str:
    if prices["list"]:
        return f"{prices['list']}: costs are estimated by it"
    return f"no price list, so costs are not known and cannot be limited; {prices['do']}"
