"""What goes back to which agent after the gate has looked at a plan."""

from __future__ import annotations

from agents.agent import Feedback
from agents.request import Relation
from planner.plan import TripPlan

OWNERS: dict[str, tuple[str, ...]] = {
    "budget": ("destinations",),
    "diet": ("destinations",),
    "no_flying": ("destinations",),
    "musts": ("itinerary", "activities"),
    "hours": ("itinerary", "activities"),
}
"""Checks an agent can do something about: the agents, by check."""
CHOICE = {"budget", "diet", "no_flying"}
"""Checks that another destination may pass; where there is no choice there is nothing to repair."""


def feedback_for(plan: TripPlan) -> dict[str, tuple[Feedback, ...]]:
    """Feedback by agent name; empty when no agent can mend what failed."""
    choice = plan.request.relation in (Relation.OR, Relation.OPEN)
    found: dict[str, tuple[Feedback, ...]] = {}
    for check in plan.checks:
        if check.passed or not check.hard or (check.id in CHOICE and not choice):
            continue
        for agent in OWNERS.get(check.id, ()):
            keep = check.id == "musts"
            told = Feedback(check.id, check.detail, () if keep else check.places)
            found[agent] = (*found.get(agent, ()), told)
    return found
