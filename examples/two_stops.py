"""Two stops on one trip: ten days in Tokyo, then Kyoto, with the train between them in the plan.

Nobody said how many nights in each; the plan says how it split them, and what that costs.
"""

from __future__ import annotations

from datetime import date

import anyio

from planner.intake import read
from planner.plan import Leg, TripPlan
from planner.trip import plan_trip

WORDS = "ten days in Tokyo then Kyoto in April, from Berlin, two adults, gardens and temples"
LONG_WAY_KM = 100


def tell(plan: TripPlan) -> None:
    print(plan.summary)
    for stop in plan.stops:
        print(f"  {stop.arrive:%a %d %b}: {stop.nights} nights in {stop.name}")
    for day in plan.days:
        visits = [item.title for item in day.items if item.kind == "visit"]
        print(f"{day.date:%a %d %b}  {day.stop:<6} {', '.join(visits) or 'on the way'}")
        for leg in day.items:
            if isinstance(leg, Leg) and leg.km > LONG_WAY_KM:
                hours = (leg.end - leg.start).total_seconds() / 3600
                print(f"            → {leg.title}: {leg.km:,.0f} km by {leg.mode}, {hours:.1f} h")
    print(f"about {plan.costs.currency} {plan.costs.total:,.0f} for two, the way included")


async def main() -> None:
    request = read(WORDS, today=date(2026, 11, 21)).request
    tell(await plan_trip(request))


if __name__ == "__main__":
    anyio.run(main)
