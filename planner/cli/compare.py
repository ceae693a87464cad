"""`tripartite compare`: runs side by side, what they came to and what they took."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from agents.errors import TripartiteError
from planner.cli.ends import end

if TYPE_CHECKING:
    from rich.table import Table

    from planner.figures import Comparison, Figures

LEAST, MOST, WIDEST = 2, 4, 120
UNKNOWN = "–"
NONE = "none"


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN RUN …")
@click.option("--json", "as_json", is_flag=True, help="The comparison as JSON.")
@click.option("--plain", is_flag=True, help="Whole lines to listen to: no colour, no columns.")
def compare(runs: tuple[str, ...], as_json: bool, plain: bool) -> None:
    """Lay runs side by side: the same request on two models, or three agents against one.

    A RUN is a recording (`plan --record FILE`), a plan (`plan --json`), or a kept trip's number.

    \b
    tripartite plan "a weekend in Porto" --backend openai:MODEL --record one.ndjson
    tripartite plan "a weekend in Porto" --backend ollama:MODEL --record two.ndjson
    tripartite compare one.ndjson two.ndjson
    """
    from planner.figures import compare as side_by_side
    from planner.runs import read_run
    from planner.store import TripStore

    if not LEAST <= len(runs) <= MOST:
        raise click.UsageError(f"name {LEAST} to {MOST} runs, not {len(runs)}")
    store = TripStore()
    try:
        compared = side_by_side([read_run(name, store) for name in runs])
    except TripartiteError as error:
        end(str(error), fg="red")
    if as_json:
        click.echo(compared.model_dump_json(indent=2))
    elif plain:
        from planner.cli.lines import tell_in_letters

        tell_in_letters()
        click.echo("\n".join(lines(compared)))
    else:
        _show(compared)


def lines(compared: Comparison) -> list[str]:
    """The comparison in whole lines, each figure with the run it is of."""
    told = [head(compared)]
    names = [figures.run for figures in compared.runs]
    for label, values in rows(compared):
        pairs = "; ".join(f"{n}: {v}" for n, v in zip(names, values, strict=True))
        told.append(f"{label}. {pairs}.")
    return [*told, f"In all of them: {_listed(compared.in_all)}."]


def head(compared: Comparison) -> str:
    """What was asked, in a line when it is the same for all."""
    from planner.intake import describe

    if compared.same_request:
        return f"The same request: {describe(compared.requests[0])}"
    asked = (
        f"{figures.run} is of {describe(request)}"
        for figures, request in zip(compared.runs, compared.requests, strict=True)
    )
    return f"These are not runs of the same request: {'; '.join(asked)}"


def rows(compared: Comparison) -> list[tuple[str, list[str]]]:
    """What is compared, and its words for each run."""
    table = [(label, [words(figures) for figures in compared.runs]) for label, words in _ROWS]
    at = [label for label, _ in table].index("places")
    table.insert(at + 1, ("only here", [_listed(only) for only in compared.only_in]))
    return table


def _show(compared: Comparison) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    console.print(Text(head(compared), style="bold" if compared.same_request else "yellow"))
    console.print(_table(compared, min(WIDEST, console.width)))
    console.print(Text.assemble(("in all of them: ", "dim"), _listed(compared.in_all)))


def _table(compared: Comparison, width: int) -> Table:
    """A column for each run; a row is bold where they differ."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False, width=width)
    table.add_column("", style="dim", no_wrap=True)
    for figures in compared.runs:
        table.add_column(Text(figures.run), ratio=1, overflow="fold")
    for label, values in rows(compared):
        style = "" if len(set(values)) == 1 else "bold"
        table.add_row(Text(label), *(Text(value, style=style) for value in values))
    return table


def _listed(names: Sequence[str] | None) -> str:
    if names is None:
        return UNKNOWN
    return ", ".join(names) or NONE


def _known(value: object) -> str:
    return UNKNOWN if value is None else f"{value:,}"


def _backend(run: Figures) -> str:
    return run.backend or UNKNOWN


def _models(run: Figures) -> str:
    return NONE if run.models == () else _listed(run.models)


def _complete(run: Figures) -> str:
    if run.complete is None:
        return "no plan"
    return "complete" if run.complete else "not complete"


def _checks(run: Figures) -> str:
    if run.hard_passed is None or run.hard_failed is None:
        return UNKNOWN
    count = f"{run.hard_passed} of {run.hard_passed + len(run.hard_failed)} hard"
    return f"{count}; failed: {_listed(run.hard_failed)}" if run.hard_failed else count


def _missing(run: Figures) -> str:
    """Whose parts; why is in the plan."""
    from planner.views.words import missing_parts

    return UNKNOWN if run.missing is None else _listed(missing_parts(run.missing, why=False))


def _places(run: Figures) -> str:
    if run.places is None:
        return UNKNOWN
    return f"{len(run.places)}, {run.tables} {'table' if run.tables == 1 else 'tables'}"


def _cost(run: Figures) -> str:
    from planner.views.words import money

    if run.cost is None or run.currency is None:
        return UNKNOWN
    return f"about {money(run.cost, run.currency)}"


def _tokens(run: Figures) -> str:
    if run.input_tokens is None or run.output_tokens is None:
        return UNKNOWN
    if not run.input_tokens + run.output_tokens:
        return "0"
    return f"{run.input_tokens:,} in, {run.output_tokens:,} out"


def _cost_usd(run: Figures) -> str:
    if run.cost_usd is None:
        return UNKNOWN
    return f"about ${run.cost_usd:.4f}" if run.cost_usd else "$0"


def _seconds(run: Figures) -> str:
    return UNKNOWN if run.seconds is None else f"{run.seconds:.1f}"


_ROWS: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("backend", _backend),
    ("models", _models),
    ("agents", lambda run: _listed(run.agents)),
    ("work done by", lambda run: run.done_by or UNKNOWN),
    ("destination", lambda run: run.destination or UNKNOWN),
    ("plan", _complete),
    ("checks passed", _checks),
    ("warnings", lambda run: _listed(run.warnings)),
    ("unverified", lambda run: _listed(run.unverified)),
    ("missing", _missing),
    ("places", _places),
    ("trip costs", _cost),
    ("requests", lambda run: _known(run.requests)),
    ("tokens", _tokens),
    ("model costs", _cost_usd),
    ("tool calls", lambda run: _known(run.tool_calls)),
    ("seconds", _seconds),
    ("retries", lambda run: _known(run.retries)),
    ("answers refused", lambda run: _known(run.refused)),
    ("changed ways", lambda run: _known(run.approach_changes)),
)
