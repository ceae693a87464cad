"""One agent instead of three: the same tools, and all three parts handed in at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from agents.activities import ACTIVITIES
from agents.agent import Agent, Task
from agents.destinations import DESTINATIONS
from agents.findings import ActivityFinds, DestinationComparison, ItineraryDraft
from agents.itinerary import ITINERARY
from agents.request import Frozen
from agents.usage import Limits

PARTS: tuple[Agent[Any], ...] = (ITINERARY, DESTINATIONS, ACTIVITIES)
"""Whose work it does, in this order."""


class WholeTrip(Frozen):
    """The three parts of the team's findings, from one hand."""

    itinerary: ItineraryDraft = ItineraryDraft()
    destinations: DestinationComparison = DestinationComparison()
    activities: ActivityFinds = ActivityFinds()


SOLO = Agent(
    name="solo",
    role="does the work of all three: drafts the days, compares destinations, finds activities",
    instructions="You work alone and hand in three parts.\n\n"
    + "\n".join(f"Part {part.name}. {part.instructions}" for part in PARTS),
    tools=tuple(dict.fromkeys(tool for part in PARTS for tool in part.tools)),
    output=WholeTrip,
    limits=Limits(seconds=290, requests=100, tool_calls=1200, tokens=1_000_000, cost_usd=2.0),
)
"""Its limits are those of a whole run, but a little sooner in time, so that it ends by itself."""


class PartOfWhole(Task[Any]):
    """One part of the whole task; what is kept of it is kept of the whole."""

    def __init__(self, whole: Task[WholeTrip], part: Agent[Any]) -> None:
        super().__init__(replace(part, name=whole.name), whole.brief, whole.tools, whole.meter)
        self._whole, self._field = whole, part.name

    def keep(self, findings: BaseModel) -> None:
        super().keep(findings)
        earlier = self._whole.kept or WholeTrip()
        self._whole.keep(earlier.model_copy(update={self._field: findings}))
