"""A weekend from a sentence to a printed plan: read the words, plan the trip, print the days.

Needs no key and no network. `planner.export.console.show` prints all there is to a plan; here it is
only what one does, with what it costs and how sure that is.
"""

from __future__ import annotations

from datetime import date

import anyio

from planner.export.outline import Outline, long_date, money, verdict
from planner.intake import describe, read
from planner.trip import plan_trip

WORDS = "a weekend in Lisbon in June, two adults, tiles and seafood, dinner booked Friday 20:00"


async def main() -> None:
    reading = read(WORDS, today=date(2026, 11, 21))
    print(f"“{WORDS}”")
    print(f"understood: {describe(reading.request)}")
    for note in reading.assumed:
        print(f"assumed:    {note.field}: {note.value} ({note.words})")

    plan = await plan_trip(reading.request)

    print(f"\n{plan.summary}")
    print(f"{verdict(plan)}; about {money(plan.costs.total, plan.costs.currency)} for everybody")
    outline = Outline(plan)
    for day in plan.days:
        print(f"\n{long_date(day.date)}: {day.theme}")
        for row in outline.rows(day):
            if row.kind in ("visit", "meal", "commitment"):
                print(f"  {row.start}–{row.end}  {row.what:<52.52} {row.cost:>5} {row.mark}")
    print("\n✓ from a record   ≈ estimate")


if __name__ == "__main__":
    anyio.run(main)
