"""Which of the agents' tips belong to a plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agents.atlas.loader import destination
from agents.findings import Tip
from planner.plan import Day, LeftOut

_PLACE = "place/"
"""How the ledger's entries of places begin."""


def tips_of(
    tips: Iterable[Tip], days: Sequence[Day], left_out: Iterable[LeftOut]
) -> tuple[Tip, ...]:
    """The tips on what is planned, or on no place at all, such as a dish or a day ticket."""
    planned = {f"{i.destination}/{i.place_id}" for day in days for i in day.items if i.place_id}
    missed: dict[str, list[str]] = {}
    for out in left_out:
        missed.setdefault(out.destination, []).append(out.name)
    return tuple(t for t in tips if _belongs(t, planned, missed.get(t.destination, ())))


def _belongs(tip: Tip, planned: set[str], missed: Iterable[str]) -> bool:
    cited = {entry.removeprefix(_PLACE) for entry in tip.evidence if entry.startswith(_PLACE)}
    if cited:
        return bool(cited & planned)
    dishes = destination(tip.destination).specialities
    if any(_names(tip.text, dish.name) for dish in dishes):
        return True
    return not any(_names(tip.text, name) for name in missed)


def _names(text: str, name: str) -> bool:
    """Whether a text names something, without what stands in brackets after its name."""
    short = name.partition(" (")[0]
    return re.search(rf"(?<!\w){re.escape(short)}(?!\w)", text, re.IGNORECASE) is not None
