"""What looking for activities has in common, by rules or by a model: where to look, what is shut."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from agents.agent import Task
from agents.atlas.vocabulary import ActivityKind
from agents.backends.rules.saying import say
from agents.backends.rules.wishes import barrier, refused
from agents.errors import AtlasError, ToolError
from agents.events import Emit
from agents.findings import RuledOut, Tip
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


class Sieve:
    """Rules out what a need, a wish, an earlier check or closed doors speak against."""

    def __init__(self, task: Task[Any]) -> None:
        self._task = task
        dates = task.brief.request.dates
        self._days = [dates.start + timedelta(days=n) for n in range(dates.days)]
        self._sent_back = refused(task)
        self._looked_up = 0
        self.ruled_out: list[RuledOut] = []

    async def passes(self, place: PlaceFact) -> bool:
        """Whether nothing speaks against it; if something does, it is added to `ruled_out`."""
        against = await self._against(place)
        if against is None:
            return True
        name = f"{place.destination}/{place.place}"
        self.ruled_out.append(RuledOut(subject=name, reason=against, evidence=(place.key,)))
        return False

    async def _against(self, place: PlaceFact) -> str | None:
        against = barrier(place, self._task.brief.request)
        if f"{place.destination}/{place.place}" in self._sent_back:
            against = against or "the checks sent it back"
        if against is None and await self._closed_throughout(place):
            against = "closed on every day of the trip"
        return against

    async def _closed_throughout(self, place: PlaceFact) -> bool:
        """Whether the place is shut on all days of the trip, as far as it is looked up."""
        if place.hours is None or place.hours == "24/7":
            return False
        if self._looked_up >= MOST_HOURS_LOOKED_UP:
            return False
        for day in self._days:
            self._looked_up += 1
            try:
                hours = await self._task.tools(opening_hours, place.destination, place.place, day)
            except (AtlasError, ToolError):
                return False
            if hours.intervals is None or hours.intervals:
                return False
        return True


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
