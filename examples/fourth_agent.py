"""A fourth agent at work beside the three: it keeps a roof at hand for a rainy day.

A sub-agent is an `Agent` (what it is for, which tools, what it hands back), a policy for the
offline backend, and a place in the team. Merge, schedule and gate need no change.
"""

from __future__ import annotations

from datetime import date

import anyio

from agents.agent import Agent, Task
from agents.backends.offline import OfflineBackend
from agents.events import AgentFinished, Emit, Event, Found
from agents.findings import ActivityFinds, Find
from agents.tools import climate, find_activities
from planner.intake import read
from planner.orchestrator import TEAM
from planner.trip import plan_trip

WET_MM_A_MONTH = 60

RAIN = Agent(
    name="rain",
    role="finds places under a roof for the wet days",
    instructions="Propose indoor places when the month is wet, the more so the wetter it is.",
    tools=(climate, find_activities),
    output=ActivityFinds,
)


async def stay_dry(task: Task[ActivityFinds], emit: Emit) -> ActivityFinds:
    """The offline policy of the rain agent."""
    finds: list[Find] = []
    dates = task.brief.request.dates
    for city in task.brief.request.destinations:
        weather = await task.tools(climate, city, dates.start, dates.end)
        if weather.rain_mm < WET_MM_A_MONTH:
            continue
        for place in await task.tools(find_activities, city, indoor=True, limit=10):
            reason = f"under a roof, with {weather.rain_mm} mm of rain in a month"
            cited = (place.key, weather.key)
            finds.append(
                Find(destination=city, place=place.place, fit=0.6, reason=reason, evidence=cited)
            )
            emit(Found(agent=task.name, subject=place.name, reason=reason))
    return ActivityFinds(finds=tuple(finds))


def follow(event: Event) -> None:
    if isinstance(event, AgentFinished):
        print(f"  {event.agent} is done: {event.summary}")


async def main() -> None:
    request = read("4 days in Amsterdam in November 2027", today=date(2026, 11, 21)).request
    backend = OfflineBackend(policies={RAIN.name: stay_dry})
    plan = await plan_trip(request, backend=backend, team=(*TEAM, RAIN), emit=follow)
    print(plan.summary)
    for day in plan.days:
        for item in day.items:
            if item.kind == "visit":
                roof = "☂" if RAIN.name in item.proposed_by else " "
                print(f"  {day.date:%a} {roof} {item.title} ({', '.join(item.proposed_by)})")


if __name__ == "__main__":
    anyio.run(main)
