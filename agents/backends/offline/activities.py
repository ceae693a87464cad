"""The offline policy of the activities agent: searches by interest, then for what a trip lacks."""

from __future__ import annotations

from agents.agent import Task
from agents.backends.rules.gathering import BOOK_EARLY, Sieve, gather, tips_on
from agents.backends.rules.saying import say
from agents.backends.rules.wishes import candidates, fit
from agents.events import Emit, Found
from agents.findings import ActivityFinds, Find, Tip
from agents.tools import destination_facts


async def find(task: Task[ActivityFinds], emit: Emit) -> ActivityFinds:
    """Gather, sift and explain; keeps what is found after each destination."""
    request = task.brief.request
    sieve = Sieve(task)
    finds: list[Find] = []
    tips: list[Tip] = []
    names: dict[str, str] = {}

    def so_far() -> ActivityFinds:
        return ActivityFinds(finds=tuple(finds), ruled_out=tuple(sieve.ruled_out), tips=tuple(tips))

    for where in await candidates(task):
        facts = await task.tools(destination_facts, where)
        found = await gather(task, facts, emit)
        names |= {place.place: place.name for place in found}
        kept = 0
        for place in found:
            if not await sieve.passes(place):
                continue
            kept += 1
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
            if score >= BOOK_EARLY:
                emit(Found(agent=task.name, subject=place.name, reason=reason))
        tips += tips_on(facts, found, {f.place for f in finds})
        best = max(finds, key=lambda f: f.fit, default=None)
        out = f", {len(found) - kept} ruled out" if kept < len(found) else ""
        lead = ""
        if best is not None:
            lead = f"; the best so far is {names[best.place]} ({best.fit:.2f}: {best.reason})"
        say(task, emit, f"{facts.name}: {kept} of {len(found)} places fit{out}{lead}.")
        task.keep(so_far())
    return so_far()
