"""The offline policy of the destinations agent: scores each candidate by figures from the tools."""

from __future__ import annotations

from agents.agent import Task
from agents.backends.rules.criteria import criteria_of, sent_back
from agents.backends.rules.saying import say
from agents.backends.rules.wishes import candidates
from agents.events import Emit, Found
from agents.findings import DestinationComparison, RatedDestination, RuledOut
from agents.tools import destination_facts


async def compare(task: Task[DestinationComparison], emit: Emit) -> DestinationComparison:
    """Rate every candidate; keeps what is rated after each."""
    rated: list[RatedDestination] = []
    ruled_out: list[RuledOut] = []
    names: dict[str, str] = {}
    for id in await candidates(task):
        facts = await task.tools(destination_facts, id)
        names[id] = facts.name
        criteria, out = await criteria_of(task, facts)
        ruled_out += out
        criteria += sent_back(task, id, (facts.key,))
        place = RatedDestination(destination=id, criteria=tuple(criteria))
        rated.append(place)
        best, worst = (f(criteria, key=lambda c: c.score) for f in (max, min))
        say(
            task,
            emit,
            f"{facts.name} comes to {place.total:.2f}. For it: {best.reason}. "
            f"Weakest: {worst.name} ({worst.reason}).",
        )
        task.keep(DestinationComparison(rated=tuple(rated), ruled_out=tuple(ruled_out)))
    rated.sort(key=lambda r: (-r.total, r.destination))
    if len(rated) > 1:
        lead = rated[0].total - rated[1].total
        emit(
            Found(
                agent=task.name,
                subject=names[rated[0].destination],
                reason=f"leads by {lead:.2f} over {names[rated[1].destination]}",
            )
        )
    return DestinationComparison(rated=tuple(rated), ruled_out=tuple(ruled_out))
