"""Requests that cannot be met: the plan names the wishes that stand against each other.

Each suggested change has been tried out before it is made. The closest plan is there as well, and
it does not claim to be complete.
"""

from __future__ import annotations

from datetime import date

import anyio

from planner.intake import read
from planner.trip import plan_trip

WISHES = (
    "5 days in Paris in July, two adults, comfortable hotel, €1,200, art",
    "one day in Paris, Tuesday 11 May 2027, two adults, must see the Louvre",
)


async def attempt(words: str) -> None:
    plan = await plan_trip(read(words, today=date(2026, 11, 21)).request)
    print(f"“{words}”")
    print(f"  complete: {'yes' if plan.complete else 'no'}")
    for check in plan.failed_checks:
        print(f"  ✗ {check.id}: {check.detail}")
    for conflict in plan.conflicts:
        print("  not everything fits:")
        print("    " + "\n    against ".join(conflict.wishes))
        print("  what would do:")
        for change in conflict.relaxations:
            print(f"    • {change}")
    print(f"  the closest: {plan.summary}, about {plan.costs.currency} {plan.costs.total:,.0f}\n")


async def main() -> None:
    for words in WISHES:
        await attempt(words)


if __name__ == "__main__":
    anyio.run(main)
