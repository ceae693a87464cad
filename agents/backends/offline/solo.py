"""The offline policy of the agent that works alone: the three policies, one after the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from agents.agent import Task
from agents.backends.offline.activities import find
from agents.backends.offline.destinations import compare
from agents.backends.offline.itinerary import draft
from agents.events import Emit
from agents.solo import PARTS, PartOfWhole, WholeTrip


async def alone(task: Task[WholeTrip], emit: Emit) -> WholeTrip:
    """Each part by its own rules; keeps what each of them keeps."""
    policies: tuple[Callable[[Task[Any], Emit], Awaitable[Any]], ...] = (draft, compare, find)
    for part, policy in zip(PARTS, policies, strict=True):
        own = PartOfWhole(task, part)
        own.keep(await policy(own, emit))
    return task.kept or WholeTrip()
