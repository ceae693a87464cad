"""What goes back to which agent after the gate has looked at a plan."""

from __future__ import annotations

from agents.agent import Feedback
from agents.request import Relation
from agents.solo import SOLO
from planner.plan import Check, TripPlan

ELSEWHERE = frozenset({"budget", "diet", "no_flying"})
"""Checks that another destination may pass: for the destinations agent, where there is a choice."""
OTHER_PLACES = frozenset({"hours", "step_free", "children", "nevers", "evidence"})
"""Checks that other places may pass: for those who propose places."""


def feedback_for(plan: TripPlan) -> dict[str, tuple[Feedback, ...]]:
    """Feedback by agent name; empty when no agent can mend what failed."""
    found: dict[str, tuple[Feedback, ...]] = {}
    for check in plan.failed_checks:
        agents, places = _concerned(plan, check)
        if places:
            told = Feedback(check.id, check.detail, places)
            found |= {agent: (*found.get(agent, ()), told) for agent in agents}
    if found and any(report.name == SOLO.name for report in plan.agents):
        return {SOLO.name: tuple(dict.fromkeys(f for told in found.values() for f in told))}
    return found


def _concerned(plan: TripPlan, check: Check) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The agents to tell, and the destinations or places that must not come again."""
    if check.id in ELSEWHERE and plan.request.relation in (Relation.OR, Relation.OPEN):
        return ("destinations",), tuple(s.destination for s in plan.stops)
    if check.id in OTHER_PLACES:
        places = tuple(p for p in check.places if p not in plan.request.musts)
        return ("itinerary", "activities"), places
    return (), ()
