"""Which recipe an agent's task is carried out by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from agents.agent import Output, Task
from agents.backends.steps.actions import act
from agents.backends.steps.activities import find
from agents.backends.steps.destinations import compare
from agents.backends.steps.itinerary import draft
from agents.backends.steps.questions import Ask
from agents.events import Emit
from agents.solo import PARTS, PartOfWhole, WholeTrip

Recipe = Callable[[Task[Any], Emit, Ask], Awaitable[Any]]


async def in_steps(task: Task[Output], emit: Emit, ask: Ask) -> Output:
    """Carry out the task by the recipe for its role, or by one look-up after the other.

    Code makes the look-ups and puts the findings together; the model answers one small question at
    a time. A question that gets no fitting answer is left out. Raises InvalidOutput when nothing
    at all was found, and what `ask` raises for want of limits or of a server; what was found until
    then is kept.
    """
    recipe = RECIPES.get(task.name, act)
    findings: Output = await recipe(task, emit, ask)
    return findings


async def alone(task: Task[WholeTrip], emit: Emit, ask: Ask) -> WholeTrip:
    """All three parts, one after the other; keeps what each of them keeps."""
    for part in PARTS:
        own = PartOfWhole(task, part)
        own.keep(await RECIPES[part.name](own, emit, ask))
    return task.kept or WholeTrip()


RECIPES: Mapping[str, Recipe] = {
    "itinerary": draft,
    "destinations": compare,
    "activities": find,
    "solo": alone,
}
