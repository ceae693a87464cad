"""A backend of one's own in about twenty lines: an activities agent that loves what few know.

A backend is anything with a `name` and `run(task, emit)`: a model, another framework, a rule. This
one answers for one agent and hands the others on. Whatever it says is held against what the tools
returned, merged with what the others found, placed in time and checked by the same code.
"""

from __future__ import annotations

from datetime import date
from typing import cast

import anyio

from agents.agent import Output, Task
from agents.backends.offline import OfflineBackend
from agents.events import AgentSaid, Emit, Event
from agents.findings import ActivityFinds, Find
from agents.tools import find_activities
from planner.intake import read
from planner.trip import plan_trip


class HiddenGems:
    """Proposes the places with the shortest queues."""

    name = "hidden gems"

    def __init__(self) -> None:
        self._others = OfflineBackend()

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        if task.agent.output is not ActivityFinds:
            return await self._others.run(task, emit)
        finds = []
        for city in task.brief.request.destinations:
            places = await task.tools(find_activities, city)  # checked, counted, in the ledger
            gems = sorted(places, key=lambda p: p.popularity)[:12]
            emit(AgentSaid(agent=task.name, text=f"{len(gems)} of {len(places)} are for us."))
            finds += [
                Find(destination=city, place=p.place, fit=1 - p.popularity, evidence=(p.key,))
                for p in gems
            ]
        return cast(Output, ActivityFinds(finds=tuple(finds)))


def listen(event: Event) -> None:
    if isinstance(event, AgentSaid) and event.agent == "activities":
        print(f"{event.agent}: “{event.text}”")


async def main() -> None:
    request = read("a long weekend in Rome in May", today=date(2026, 11, 21)).request
    plan = await plan_trip(request, backend=HiddenGems(), emit=listen)
    print(f"{plan.summary}, {'complete' if plan.complete else 'not complete'}")
    for day in plan.days:
        for item in day.items:
            if item.place_id and item.kind in ("visit", "meal"):
                gem = "◆" if "activities" in item.proposed_by else " "
                print(f"  {day.date:%a} {item.start:%H:%M} {gem} {item.title}")
    print("◆ a hidden gem; the others are from the itinerary agent's draft")


if __name__ == "__main__":
    anyio.run(main)
