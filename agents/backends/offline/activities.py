"""The offline policy of the activities agent: searches by interest, then for what a trip lacks."""

from __future__ import annotations

from datetime import date, timedelta

from agents.agent import Task
from agents.atlas.records import ActivityKind
from agents.backends.offline.saying import say
from agents.backends.offline.wishes import barrier, candidates, fit, refused
from agents.errors import TripartiteError
from agents.events import Emit, Found
from agents.findings import ActivityFinds, Find, RuledOut, Tip
from agents.request import Effort
from agents.tools import (
    DestinationFact,
    PlaceFact,
    destination_facts,
    find_activities,
    opening_hours,
)

EVENINGS = (ActivityKind.EVENING, ActivityKind.FOOD, ActivityKind.MARKET)
BOOK_EARLY = 0.7
MOST_HOURS_LOOKED_UP = 120
"""Look-ups of opening hours in one run; code checks every date again in the end."""


async def find(task: Task[ActivityFinds], emit: Emit) -> ActivityFinds:
    """Gather, sift and explain; keeps what is found after each destination."""
    request = task.brief.request
    finds: list[Find] = []
    ruled_out: list[RuledOut] = []
    tips: list[Tip] = []
    days = [request.dates.start + timedelta(days=n) for n in range(request.dates.days)]
    looked_up = 0
    names: dict[str, str] = {}
    for where in await candidates(task):
        facts = await task.tools(destination_facts, where)
        found = await _gather(task, facts, emit)
        names |= {place.place: place.name for place in found}
        sent_back = refused(task)
        kept = 0
        for place in found:
            name = f"{where}/{place.place}"
            against = barrier(place, request)
            if name in sent_back:
                against = against or "the checks sent it back"
            if against is None and looked_up < MOST_HOURS_LOOKED_UP:
                closed, asked = await _closed_throughout(task, place, days)
                looked_up += asked
                against = "closed on every day of the trip" if closed else None
            if against is not None:
                ruled_out.append(RuledOut(subject=name, reason=against, evidence=(place.key,)))
                continue
            score, reason = fit(place, request)
            finds.append(
                Find(
                    destination=where,
                    place=place.place,
                    fit=round(score, 3),
                    reason=reason,
                    evidence=(place.key,),
                )
            )
            kept += 1
            if score >= BOOK_EARLY:
                emit(Found(agent=task.name, subject=place.name, reason=reason))
        tips += _tips(facts, found, {f.place for f in finds})
        best = max(finds, key=lambda f: f.fit, default=None)
        out = f", {len(found) - kept} ruled out" if kept < len(found) else ""
        lead = ""
        if best is not None:
            lead = f"; the best so far is {names[best.place]} ({best.fit:.2f}: {best.reason})"
        say(task, emit, f"{facts.name}: {kept} of {len(found)} places fit{out}{lead}.")
        task.keep(ActivityFinds(finds=tuple(finds), ruled_out=tuple(ruled_out), tips=tuple(tips)))
    return ActivityFinds(finds=tuple(finds), ruled_out=tuple(ruled_out), tips=tuple(tips))


async def _gather(task: Task[ActivityFinds], facts: DestinationFact, emit: Emit) -> list[PlaceFact]:
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


async def _closed_throughout(
    task: Task[ActivityFinds], place: PlaceFact, days: list[date]
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


def _tips(facts: DestinationFact, found: list[PlaceFact], kept: set[str]) -> list[Tip]:
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
