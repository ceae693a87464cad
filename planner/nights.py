"""How many nights in each place of a route."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agents.atlas.loader import destination
from agents.errors import FieldProblem, RequestError
from agents.findings import Draft
from agents.request import TripRequest
from planner.plan import OWN_CHOICE, TAKEN_BACK, Alternative, Decision, Proposal

_SPLIT = re.compile(r"\d{1,3}(\+\d{1,3})*", re.ASCII)


def choose_nights(
    request: TripRequest,
    route: Sequence[str],
    draft: Draft | None,
    overrides: Mapping[str, str],
) -> tuple[tuple[int, ...], list[Decision]]:
    """Nights in the order of the stops: as the traveller said, else the draft's, else evenly.

    The override is "3+1". Raises RequestError when it does not fit the stops and the dates.
    """
    total = request.dates.nights
    each, rest = divmod(total, len(route))
    even = tuple(each + (i < rest) for i in range(len(route)))
    drafted = draft.nights if draft is not None and _fits(draft.nights, route, total) else None
    usual = request.stay_nights or drafted or even
    override = overrides.get("nights") if len(route) > 1 else None
    open_to_choice = not request.stay_nights and usual != even
    if override is None and not open_to_choice:
        return usual, []
    chosen = usual if override is None else _read(override, route, total, even)
    if request.stay_nights:
        rule = "as you said"
    elif drafted and drafted != even:
        rule = "you did not say; the draft weighs them by how much there is to do"
    else:
        rule = "you did not say: evenly"
    own = chosen != usual
    sides = [n for n in dict.fromkeys((usual, drafted, even)) if n is not None and n != chosen]
    decision = Decision(
        id="nights",
        subject="Nights in each place",
        proposals=(Proposal(by="itinerary", value=_named(route, drafted)),) if drafted else (),
        chosen=_named(route, chosen),
        rule=OWN_CHOICE if own else rule,
        reverse=TAKEN_BACK if own else f"saying it, for example {_named(route, even)}",
        alternatives=tuple(
            Alternative(value="+".join(map(str, n)), label=_named(route, n)) for n in sides
        ),
    )
    return chosen, [decision]


def _fits(nights: Sequence[int], route: Sequence[str], total: int) -> bool:
    """One number for each stop, all the nights and no more, none without where that can be."""
    if len(nights) != len(route) or sum(nights) != total:
        return False
    return min(nights) >= (1 if total >= len(route) else 0)


def _read(
    override: str, route: Sequence[str], total: int, example: Sequence[int]
) -> tuple[int, ...]:
    words = override.replace(" ", "")
    nights = tuple(map(int, words.split("+"))) if _SPLIT.fullmatch(words) else ()
    if not _fits(nights, route, total):
        message = (
            f"nights: {override!r} does not divide the {total} nights over the {len(route)} stops; "
            f"write it as {'+'.join(map(str, example))}"
        )
        raise RequestError([FieldProblem("decide", message)])
    return nights


def _named(route: Sequence[str], nights: Sequence[int]) -> str:
    pairs = zip(route, nights, strict=True)
    return ", ".join(f"{n} in {destination(id).name}" for id, n in pairs)
