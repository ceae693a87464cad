"""Carries out a step of a run while listening to the signals that stop or end it."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import anyio
from anyio.abc import TaskStatus

if TYPE_CHECKING:
    from planner.run import TripRun

ENDED = 128
"""Added to a signal's number, it is the exit code."""


async def attend(
    run: TripRun, step: Callable[[], Awaitable[None]], tell_stop: Callable[[], object]
) -> int | None:
    """Carry out a step; returns an exit code when a signal has ended it.

    The first Ctrl-C is told and asks for what there is. A second one, or another signal, cancels
    the agents and waits for their clean-up.
    """
    code: int | None = None
    async with anyio.create_task_group() as group:

        async def listen(*, task_status: TaskStatus[None]) -> None:
            nonlocal code
            stopping = False
            ends = [signal.SIGINT, signal.SIGTERM, *filter(None, [getattr(signal, "SIGHUP", None)])]
            try:
                receiver = anyio.open_signal_receiver(*ends)
                with receiver as signals:
                    task_status.started()
                    async for number in signals:
                        if number != signal.SIGINT or stopping:
                            code = ENDED + number
                            group.cancel_scope.cancel()
                            return
                        stopping = True
                        tell_stop()
                        run.stop()
            except NotImplementedError:  # Windows: there Ctrl-C ends the run at once
                task_status.started()

        await group.start(listen)
        await step()
        group.cancel_scope.cancel()
    return code
