"""Three cities and one answer: why this one, who wanted what, and what would turn it round.

Then the traveller decides otherwise and gets the plan that follows from it.
"""

from __future__ import annotations

from datetime import date

import anyio

from agents.atlas.loader import destination
from planner.intake import read
from planner.plan import TripPlan
from planner.trip import plan_trip

WORDS = "5 days in Lisbon, Barcelona or Rome in October, two adults, €1,800, art and food"


def tell(plan: TripPlan) -> None:
    print(plan.summary)
    for rated in plan.comparison:
        scores = ", ".join(f"{c.name} {c.score:.2f}" for c in rated.criteria)
        print(f"  {destination(rated.destination).name:<10} {rated.total:.2f}  ({scores})")
    for decision in plan.decisions:
        print(f"  {decision.subject}: {decision.chosen}")
        for proposal in decision.proposals:
            print(f"    {proposal.by} said {proposal.value}")
        print(f"    rule: {decision.rule}")
        print(f"    what would reverse it: {decision.reverse}")
    print(
        f"  costs about {plan.costs.currency} {plan.costs.total:,.0f} of {plan.costs.budget:,.0f}"
    )


async def main() -> None:
    request = read(WORDS, today=date(2026, 11, 21)).request
    print(f"“{WORDS}”\n")
    tell(await plan_trip(request))
    print("\n“I have been there. Rome, please.”\n")
    tell(await plan_trip(request, overrides={"destination": "rome"}))


if __name__ == "__main__":
    anyio.run(main)
