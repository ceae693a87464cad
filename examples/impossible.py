"""A request that cannot be met: the plan says which wishes stand against each other.

Each suggested change has been tried out before it is made. The closest plan is there as well, and
it does not claim to be complete.
"""

from __future__ import annotations

from datetime import date

import anyio

from planner.intake import read
from planner.trip import plan_trip

WORDS = "six days in New York in July, two adults, comfortable hotel, €700 altogether, art"


async def main() -> None:
    request = read(WORDS, today=date(2026, 11, 21)).request
    plan = await plan_trip(request)

    print(f"“{WORDS}”\n")
    print(f"Complete? {'yes' if plan.complete else 'no'}.")
    for check in plan.failed_checks:
        print(f"  ✗ {check.id}: {check.detail}")
    for conflict in plan.conflicts:
        print(f"\nNot everything fits: {' against '.join(conflict.wishes)}.")
        print("What would do:")
        for change in conflict.relaxations:
            print(f"  • {change}")

    print(f"\nThe closest plan: {plan.summary}.")
    for costs in plan.costs.categories:
        print(f"  {costs.category:<10} {costs.expected:>6,.0f} {plan.costs.currency}")


if __name__ == "__main__":
    anyio.run(main)
