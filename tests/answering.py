"""Tasks whose tools have been asked, for tests of what models hand in."""

from __future__ import annotations

from typing import Any

from travellers import WEDNESDAY, ask

from agents.agent import Agent, Brief, Feedback, Output, Task
from agents.events import Emit
from agents.evidence import Ledger
from agents.request import Relation, TripRequest
from agents.toolbox import Toolbox
from agents.tools import (
    climate_fact,
    costs_fact,
    destination_fact,
    hours_fact,
    place_fact,
)
from agents.usage import Limits, Meter

LOOKED_UP = ("jeronimos", "belem-tower", "maat", "alfama-lanes")


def wish(**changes: Any) -> TripRequest:
    """Four days in Lisbon, with changes."""
    return ask(4, WEDNESDAY, **changes)


def either() -> TripRequest:
    return wish(destinations=("lisbon", "porto"), relation=Relation.OR)


def task_of(
    agent: Agent[Output],
    request: TripRequest | None = None,
    *,
    asked: bool = True,
    feedback: tuple[Feedback, ...] = (),
    limits: Limits | None = None,
    emit: Emit = lambda event: None,
) -> Task[Output]:
    """A task; with `asked` its agent has looked at Lisbon: four places, weather, costs, hours."""
    meter = Meter(agent.name, limits or Limits())
    ledger = Ledger()
    tools = Toolbox(agent.tools, agent=agent.name, ledger=ledger, emit=emit, meter=meter)
    task = Task(agent, Brief(request or wish(), feedback), tools, meter)
    if asked:
        day = task.brief.request.dates.start
        facts = (
            *(place_fact("lisbon", place) for place in LOOKED_UP),
            destination_fact("lisbon"),
            climate_fact("lisbon", day, day),
            hours_fact("lisbon", "jeronimos", day),
        )
        for fact in facts:
            ledger.enter(fact, tool="test", asked_by=agent.name)
        from agents.request import Tier

        ledger.enter(costs_fact("lisbon", Tier.MID), tool="test", asked_by=agent.name)
    return task
