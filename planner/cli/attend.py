"""Carries out a step of a run while listening to the signals that stop or end it."""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from planner.run import TripRun

ENDED = 128
"""Added to a signal's number, it is the exit code."""


def attend(
    carry_out: Callable[[Coroutine[Any, Any, None]], object],
    run: TripRun,
    step: Callable[[], Awaitable[None]],
    tell_stop: Callable[[], object],
) -> int | None:
    """Carry out a step, by `asyncio.run` or the like; returns an exit code when a signal ended it.

    The first Ctrl-C is told and asks for what there is. A second one, or another signal, cancels
    the agents and waits for their clean-up. Signals are heard from before the event loop begins to
    after its end, without the gaps that its own listening has: there Ctrl-C would break off
    whatever is just being done.
    """
    code: int | None = None
    stopping = False
    work: anyio.CancelScope | None = None
    loop: asyncio.AbstractEventLoop | None = None
    heard: deque[int] = deque()

    def hear(number: int, frame: FrameType | None) -> None:
        heard.append(number)
        if loop is not None:
            loop.call_soon_threadsafe(heed)  # it may be waiting, or in the middle of a task

    def heed() -> None:
        nonlocal code, stopping
        while heard:
            number = heard.popleft()
            if number == signal.SIGINT and not stopping:
                stopping = True
                tell_stop()
                run.stop()
                continue
            code = ENDED + number
            if work is not None:
                work.cancel()

    async def attended() -> None:
        nonlocal work, loop
        loop = asyncio.get_running_loop()
        try:
            loop.call_soon(heed)  # what came early, once there is a run to be stopped
            with anyio.CancelScope() as work:
                await step()
        finally:
            loop = work = None

    with _signals_to(hear):
        carry_out(attended())
    heed()
    return code


@contextmanager
def _signals_to(hear: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Let `hear` be told of the signals that end a process, while the block lasts."""
    ends = [signal.SIGINT, signal.SIGTERM, *filter(None, [getattr(signal, "SIGHUP", None)])]
    before = {number: signal.signal(number, hear) for number in ends}
    try:
        yield
    finally:
        for number, heard in before.items():
            signal.signal(number, signal.SIG_DFL if heard is None else heard)
