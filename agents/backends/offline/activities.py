"""The offline policy of the activities agent: searches by interest, then for what a trip lacks."""

from __future__ import annotations

from datetime import timedelta

from agents.agent import Task
from agents.backends.gathering import (
    BOOK_EARLY,
    MOST_HOURS_LOOKED_UP,
    closed_throughout,
    gather,
    tips_on,
)
from agents.backends.saying import say
from agents.backends.wishes import barrier, candidates, fit, refused
from agents.events import Emit, Found
from agents.findings import ActivityFinds, Find, RuledOut, Tip
from agents.tools import destination_facts


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
        found = await gather(task, facts, emit)
        names |= {place.place: place.name for place in found}
        sent_back = refused(task)
        kept = 0
        for place in found:
            name = f"{where}/{place.place}"
            against = barrier(place, request)
            if name in sent_back:
                against = against or "the checks sent it back"
            if against is None and looked_up < MOST_HOURS_LOOKED_UP:
                closed, asked = await closed_throughout(task, place, days)
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
        tips += tips_on(facts, found, {f.place for f in finds})
        best = max(finds, key=lambda f: f.fit, default=None)
        out = f", {len(found) - kept} ruled out" if kept < len(found) else ""
        lead = ""
        if best is not None:
            lead = f"; the best so far is {names[best.place]} ({best.fit:.2f}: {best.reason})"
        say(task, emit, f"{facts.name}: {kept} of {len(found)} places fit{out}{lead}.")
        task.keep(ActivityFinds(finds=tuple(finds), ruled_out=tuple(ruled_out), tips=tuple(tips)))
    return ActivityFinds(finds=tuple(finds), ruled_out=tuple(ruled_out), tips=tuple(tips))
