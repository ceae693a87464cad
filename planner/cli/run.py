"""Plans for the command line: progress on the terminal or in lines, events on standard output."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from agents.events import Emit, Event
from planner.cli.attend import attend
from planner.cli.live import LiveProgress, Progress, QuietProgress
from planner.run import TripRun
from planner.trip import ignore


def carry_out(
    run: TripRun,
    overrides: Mapping[str, str],
    *,
    quiet: bool,
    events: bool,
    plain: bool,
    watch: Emit = ignore,
) -> bool:
    """Plan; returns whether Ctrl-C stopped the work early. A signal that ends it ends the process.

    `watch` is told each event too.
    """
    progress = _progress(quiet=quiet, plain=plain)
    pipe_closed = stopped = False

    def follow(event: Event) -> None:
        nonlocal pipe_closed
        if events and not pipe_closed:
            try:
                click.echo(event.model_dump_json())
            except BrokenPipeError:  # whoever read the events has seen enough
                pipe_closed = True
                sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  closed with the process
        progress(event)
        watch(event)

    def tell_stop() -> None:
        nonlocal stopped
        stopped = True
        click.secho("stopping: planning with what was found so far", fg="yellow", err=True)

    run.follow = follow
    shown: AbstractContextManager[Any] = nullcontext() if events else progress
    with shown:
        code = attend(asyncio.run, run, lambda: run.start(overrides=overrides), tell_stop)
    if code is not None:
        sys.exit(code)
    return stopped


def _progress(*, quiet: bool, plain: bool) -> Progress:
    if plain:
        from planner.cli.narrator import Narrator

        return Narrator(lambda line: click.echo(line, err=True))
    if not quiet and sys.stdout.isatty():
        from rich.console import Console

        return LiveProgress(Console())
    return QuietProgress()
