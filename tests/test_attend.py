"""Signals during a run: they stop or end it, whenever they come, and never break off with a traceback."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, cast

import anyio
import pytest
from click.testing import CliRunner

from planner.cli.attend import attend
from planner.cli.main import main
from planner.run import TripRun
from planner.session import Session


@dataclass
class Work:
    """A run whose step lasts until it is stopped, and what is told of it."""

    stopped: anyio.Event = field(default_factory=anyio.Event)
    finished: bool = False
    told: int = 0

    def stop(self) -> None:
        self.stopped.set()

    async def until_stopped(self) -> None:
        self.stopped = anyio.Event()
        await self.stopped.wait()
        self.finished = True

    async def at_once(self) -> None:
        self.finished = True

    def tell(self) -> None:
        self.told += 1


def attended(
    work: Work,
    step: Callable[[], Coroutine[Any, Any, None]],
    carry_out: Callable[[Coroutine[Any, Any, None]], object] = asyncio.run,
) -> int | None:
    """Carried out, with the signals afterwards heard by whom they were before."""
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    code = attend(carry_out, cast(TripRun, work), step, work.tell)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    return code


def send(number: int) -> None:
    os.kill(os.getpid(), number)


def test_ctrl_c_before_the_loop_begins_stops_the_work_that_follows() -> None:
    work = Work()

    def carry_out(step: Coroutine[Any, Any, None]) -> None:
        send(signal.SIGINT)
        asyncio.run(step)

    assert attended(work, work.until_stopped, carry_out) is None
    assert (work.finished, work.told) == (True, 1)


def test_ctrl_c_in_the_middle_of_the_work_stops_it() -> None:
    work = Work()

    async def step() -> None:
        asyncio.get_running_loop().call_later(0, send, signal.SIGINT)
        await work.until_stopped()

    assert attended(work, step) is None
    assert (work.finished, work.told) == (True, 1)


def test_ctrl_c_while_the_loop_ends_loses_nothing() -> None:
    work = Work()

    def carry_out(step: Coroutine[Any, Any, None]) -> None:
        async def carried_out() -> None:
            await step
            send(signal.SIGINT)
            await anyio.lowlevel.checkpoint()

        asyncio.run(carried_out())
        send(signal.SIGINT)

    assert attended(work, work.at_once, carry_out) == 128 + signal.SIGINT
    assert (work.finished, work.told) == (True, 1)


@pytest.mark.parametrize("numbers", [[signal.SIGINT, signal.SIGINT], [signal.SIGTERM]])
def test_a_second_ctrl_c_or_another_signal_cancels_the_work(numbers: list[signal.Signals]) -> None:
    work = Work()
    cleaned_up = False

    async def step() -> None:
        nonlocal cleaned_up
        try:
            for number in numbers:
                send(number)
            await anyio.sleep_forever()
        finally:
            cleaned_up = True

    assert attended(work, step) == 128 + numbers[-1]
    assert cleaned_up


def test_a_signal_that_nobody_saw_is_not_told_in_the_next_step() -> None:
    """As in a conversation line by line, where one loop has many steps."""
    work = Work()
    with asyncio.Runner() as loop:

        async def step() -> None:
            send(signal.SIGINT)

        assert attended(work, step, loop.run) is None
        assert work.told == 1
        assert attended(work, work.at_once, loop.run) is None
        assert work.told == 1


def test_a_fault_in_the_work_comes_out_as_it_is() -> None:
    work = Work()

    async def step() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        attended(work, step)


def test_ctrl_c_before_the_work_begins_ends_with_its_own_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: object, **__: object) -> Session:
        raise KeyboardInterrupt

    monkeypatch.setattr(Session, "open", interrupted)
    done = CliRunner().invoke(main, ["plan", "3 days in Lisbon"])
    assert done.exit_code == 130
    assert done.stderr == "cancelled\n"
