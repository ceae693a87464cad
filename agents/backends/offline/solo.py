"""The offline policy of the agent that works alone: the three policies, one after the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from agents.agent import Agent, Task
from agents.backends.offline.activities import find
from agents.backends.offline.destinations import compare
from agents.backends.offline.itinerary import draft
from agents.events import Emit
from agents.solo import PARTS, WholeTrip


class _Part(Task[Any]):
    """One part of the whole task; what is kept of it is kept of the whole."""

    def __init__(self, whole: Task[WholeTrip], part: Agent[Any]) -> None:
        super().__init__(replace(part, name=whole.name), whole.brief, whole.tools, whole.meter)
        self._whole, self._field = whole, part.name

    def keep(self, findings: BaseModel) -> None:
        super().keep(findings)
        earlier = self._whole.kept or WholeTrip()
        self._whole.keep(earlier.model_copy(update={self._field: findings}))


async def alone(task: Task[WholeTrip], emit: Emit) -> WholeTrip:
    """Each part by its own rules; keeps what each of them keeps."""
    policies: tuple[Callable[[Task[Any], Emit], Awaitable[Any]], ...] = (draft, compare, find)
    for part, policy in zip(PARTS, policies, strict=True):
        own = _Part(task, part)
        own.keep(await policy(own, emit))
    return task.kept or WholeTrip()
