"""The gate: checks a plan from the plan and the atlas alone, whoever made it and however."""

from planner.gate import comfort, grounds, times, wishes
from planner.gate.base import RULES, View
from planner.plan import Check, TripPlan

__all__ = ["inspect"]

_ROOMS = (times, wishes, grounds, comfort)


def inspect(plan: TripPlan) -> tuple[Check, ...]:
    """Every check, hard ones first, in a fixed order."""
    view = View(plan)
    return tuple(rule.check(view) for rule in sorted(RULES, key=lambda r: not r.hard))
