"""A weekend from a sentence to a printed plan: read the words, plan the trip, show the days.

Needs no key and no network: `python examples/weekend.py`.
"""

from __future__ import annotations

from datetime import date

import anyio
from rich.console import Console

from planner.export.console import show
from planner.intake import describe, read
from planner.trip import plan_trip

WORDS = "a weekend in Lisbon in June, two adults, tiles and seafood, dinner booked Friday 20:00"


async def main() -> None:
    reading = read(WORDS, today=date(2026, 11, 21))
    print(f"“{WORDS}”")
    print(f"understood: {describe(reading.request)}")
    for note in reading.assumed:
        print(f"assumed:    {note.field}: {note.value}")

    plan = await plan_trip(reading.request)

    show(plan, Console(width=100, highlight=False))


if __name__ == "__main__":
    anyio.run(main)
