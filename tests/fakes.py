"""Backends for tests: some agents follow a script, all others the offline rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio

from agents.agent import Brief, Output, Task
from agents.backends.offline import OfflineBackend
from agents.events import Emit
from agents.findings import ActivityFinds, Find
from agents.tools import destination_facts

Part = Callable[[Task[Any], Emit], Awaitable[Any]]
NAMES = ("itinerary", "destinations", "activities")
ONE_FIND = ActivityFinds(
    finds=(Find(destination="lisbon", place="maat", fit=0.9, reason="the one that was kept"),)
)


class FakeBackend:
    """Carries out the named agents' tasks by `parts`, all others by the offline rules."""

    name = "fake"

    def __init__(self, **parts: Part) -> None:
        self._parts = parts
        self._offline = OfflineBackend()
        self.briefs: list[tuple[str, Brief]] = []

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        self.briefs.append((task.name, task.brief))
        part = self._parts.get(task.name)
        result: Output = await (
            part(task, emit) if part is not None else self._offline.run(task, emit)
        )
        return result


class FakeMeeting:
    """A backend in which nobody may answer before all members have called a tool."""

    name = "meeting"

    def __init__(self, members: int) -> None:
        self._missing = members
        self._all_here = anyio.Event()
        self._offline = OfflineBackend()

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        await task.tools(destination_facts, "lisbon")
        self._missing -= 1
        if self._missing == 0:
            self._all_here.set()
        await self._all_here.wait()
        return await self._offline.run(task, emit)


def fails_with(error: BaseException) -> Part:
    """A part that breaks off at once."""

    async def part(task: Task[Any], emit: Emit) -> Any:
        raise error

    return part


def keeps_then(part: Part, kept: Any = ONE_FIND) -> Part:
    """A part that puts `kept` in safety first."""

    async def both(task: Task[Any], emit: Emit) -> Any:
        task.keep(kept)
        return await part(task, emit)

    return both


def answers(value: object) -> Part:
    """A part that hands back `value`, whatever it was asked for."""

    async def part(task: Task[Any], emit: Emit) -> Any:
        return value

    return part


class Gate:
    """A part that arrives, waits to be opened, then works by the offline rules.

    `left` tells that it was cancelled and has cleaned up behind itself.
    """

    def __init__(self) -> None:
        self.arrived = anyio.Event()
        self.opened = anyio.Event()
        self.left = anyio.Event()
        self.visits = 0

    async def __call__(self, task: Task[Any], emit: Emit) -> Any:
        self.visits += 1
        self.arrived.set()
        try:
            await self.opened.wait()
        except BaseException:
            with anyio.CancelScope(shield=True):
                await anyio.lowlevel.checkpoint()
                self.left.set()
            raise
        return await OfflineBackend().run(task, emit)
