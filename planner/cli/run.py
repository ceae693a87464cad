"""Runs a plan for the command line: progress, events on standard output, Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import anyio
import click

from agents.backends.base import Backend
from agents.errors import TripartiteError
from agents.events import Event
from planner.cli.live import LiveProgress, Progress, QuietProgress
from planner.control import RunControl
from planner.intake import Reading
from planner.plan import TripPlan
from planner.trip import plan_trip


def run(
    reading: Reading,
    backend: Backend,
    overrides: Mapping[str, str],
    *,
    quiet: bool,
    events: bool,
    plain: bool = False,
) -> tuple[TripPlan | None, bool]:
    """The plan, and whether Ctrl-C ended the work early; no plan after a second Ctrl-C.

    Raises TripartiteError.
    """
    progress: Progress = QuietProgress()
    if plain:
        from planner.cli.narrator import Narrator

        progress = Narrator(lambda line: click.echo(line, err=True))
    elif not quiet and sys.stdout.isatty():
        from rich.console import Console

        progress = LiveProgress(Console())

    pipe_closed: list[bool] = []

    def emit(event: Event) -> None:
        if events and not pipe_closed:
            try:
                click.echo(event.model_dump_json())
            except BrokenPipeError:  # whoever read the events has seen enough
                pipe_closed.append(True)
                sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  closed with the process
        progress(event)

    async def work() -> tuple[TripPlan | None, bool]:
        control = RunControl()
        outcome: TripPlan | TripartiteError | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(_stop_on_signal, control, group.cancel_scope)
            try:
                outcome = await plan_trip(
                    reading.request,
                    backend=backend,
                    emit=emit,
                    control=control,
                    overrides=overrides,
                    assumptions=[f"{n.field}: {n.value} ({n.words})" for n in reading.assumed],
                )
            except TripartiteError as error:  # carried out, or the task group would wrap it
                outcome = error
            group.cancel_scope.cancel()
        if isinstance(outcome, TripartiteError):
            raise outcome
        return outcome, control.stopped

    shown: AbstractContextManager[Any] = nullcontext() if events else progress
    with shown:
        return anyio.run(work)


async def _stop_on_signal(control: RunControl, everything: anyio.CancelScope) -> None:
    """The first Ctrl-C (or SIGTERM) asks for what there is; the second ends at once."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            if control.stopped:
                everything.cancel()
                return
            click.secho("stopping: planning with what was found so far", fg="yellow", err=True)
            control.stop()
