"""Trips inside a program of one's own: several at once, with events, and a wish to stop early.

`plan_trip` is a coroutine like any other: start it in a task group, follow its events, cancel it,
or hold it by a `RunControl`: stop it and still get a plan of what was found until then.
"""

from __future__ import annotations

from datetime import date

import anyio

from agents.events import AgentFinished, Event
from planner.control import RunControl
from planner.intake import read
from planner.plan import TripPlan
from planner.trip import plan_trip

TODAY = date(2026, 11, 21)
WISHES = ("a weekend in Porto in May", "4 days in Kyoto in April", "a weekend in Berlin in June")


async def several_at_once() -> None:
    """Each trip has its own team; all teams work at the same time."""
    plans: dict[str, TripPlan] = {}
    events: dict[str, list[Event]] = {wish: [] for wish in WISHES}

    async def plan_one(wish: str) -> None:
        plans[wish] = await plan_trip(read(wish, today=TODAY).request, emit=events[wish].append)

    async with anyio.create_task_group() as group:
        for wish in WISHES:
            group.start_soon(plan_one, wish)
    for wish in WISHES:
        first, last = (type(events[wish][i]).__name__ for i in (0, -1))
        print(f"{plans[wish].summary} ({first} … {last})")


async def stopped_early() -> None:
    """Once there is a draft the traveller has seen enough: what was found until then is planned."""
    control = RunControl()

    def watch(event: Event) -> None:
        if isinstance(event, AgentFinished) and event.agent == "itinerary":
            control.stop()

    request = read("5 days in Rome in May", today=TODAY).request
    plan = await plan_trip(request, emit=watch, control=control)
    print(f"\nstopped: {plan.summary}; complete: {'yes' if plan.complete else 'no'}")
    for part in plan.missing:
        print(f"  missing: {part}")


async def with_a_deadline() -> None:
    """A deadline from outside cancels everything at once, cleanly and without a plan."""
    with anyio.move_on_after(0) as scope:  # in seconds: give it more
        await plan_trip(read("5 days in Rome in May", today=TODAY).request)
    print("\nno time, no plan" if scope.cancelled_caught else "\nin time")


async def main() -> None:
    await several_at_once()
    await stopped_early()
    await with_a_deadline()


if __name__ == "__main__":
    anyio.run(main)
