"""What looking for activities has in common, by rules or by a model: where to look, what is shut."""

from __future__ import annotations

from datetime import date
from typing import Any

from agents.agent import Task
from agents.atlas.records import ActivityKind
from agents.backends.saying import say
from agents.errors import TripartiteError
from agents.events import Emit
from agents.findings import Tip
from agents.request import Effort
from agents.tools import DestinationFact, PlaceFact, find_activities, opening_hours

EVENINGS = (ActivityKind.EVENING, ActivityKind.FOOD, ActivityKind.MARKET)
BOOK_EARLY = 0.7
MOST_HOURS_LOOKED_UP = 120
"""Look-ups of opening hours in one run; code checks every date again in the end."""


async def gather(task: Task[Any], facts: DestinationFact, emit: Emit) -> list[PlaceFact]:
    """Each interest by itself, then evenings and tables, then all the rest; each place once."""
    request, where = task.brief.request, facts.id
    found: dict[str, PlaceFact] = {}

    def add(places: tuple[PlaceFact, ...], why: str) -> None:
        new = [p for p in places if p.place not in found]
        found.update((p.place, p) for p in new)
        if new:
            say(task, emit, f"{facts.name}: {len(new)} more {why}.")

    for interest in request.interests:
        places = await task.tools(find_activities, where, interests=(interest,), limit=60)
        add(tuple(p for p in places if interest in p.interests), f"for {interest.value}")
    if request.children:
        add(await task.tools(find_activities, where, children=True), "that suit children")
    add(await task.tools(find_activities, where, kinds=EVENINGS), "to eat and for the evening")
    if request.effort is not Effort.INSTANT or len(found) < 5 * request.dates.days:
        add(await task.tools(find_activities, where), "that a first visit may want")
    return list(found.values())


async def closed_throughout(
    task: Task[Any], place: PlaceFact, days: list[date]
) -> tuple[bool, int]:
    """Whether the place is shut on all `days`, and how many look-ups that took."""
    if place.hours is None or place.hours == "24/7":
        return False, 0
    for asked, day in enumerate(days, 1):
        try:
            hours = await task.tools(opening_hours, place.destination, place.place, day)
        except TripartiteError:
            return False, asked
        if hours.intervals is None or hours.intervals:
            return False, asked
    return True, len(days)


def tips_on(facts: DestinationFact, found: list[PlaceFact], kept: set[str]) -> list[Tip]:
    """What to book ahead of the places `kept`, and what to taste or bring home."""
    tips = [
        Tip(
            destination=facts.id,
            text=f"Book {p.name} ahead: it sells out or queues in season.",
            evidence=(p.key,),
        )
        for p in found
        if p.book_ahead and p.place in kept and p.popularity >= BOOK_EARLY
    ][:3]
    tips += [
        Tip(destination=facts.id, text=f"{s.name}: {s.note}", evidence=(facts.key,))
        for s in facts.specialities[:2]
    ]
    return tips
