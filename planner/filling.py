"""What code adds where the agents named too few places for the days there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.atlas.loader import activity
from agents.atlas.vocabulary import ActivityKind
from agents.backends.rules.wishes import barrier, fit, promise
from agents.crowds import worth
from agents.evidence import Ledger
from agents.request import Pace, TripRequest
from agents.tools import PlaceFact, activity_facts
from planner.candidates import Candidate
from planner.merge import Merged

ATLAS = "atlas"
"""Who proposed such a place, where the others have an agent's name."""
ENOUGH_A_DAY = {Pace.RELAXED: 2, Pace.NORMAL: 3, Pace.FULL: 4}
"""With so many places to see a day, no afternoon stays empty."""
FEW = 0.7
"""Below this share of what is enough, code adds, though every agent came to its end."""
CHOICE = 1.5
"""So many times what is enough is offered to the schedule, since not all are open or near."""
WORTH = 0.5
"""A place that only rules propose counts for this share of its fit."""


def filled(
    request: TripRequest, merged: Merged, ledger: Ledger, *, broken_off: bool = False
) -> Merged:
    """`merged` with the atlas's best matches by rules added, when the agents named too few.

    `broken_off` says that some agent did not get to its end.
    Nothing that an agent or the traveller ruled out is among them, and nothing is taken away.
    """
    enough = ENOUGH_A_DAY[request.pace] * request.dates.days
    there = sum(_to_see(c) for c in merged.candidates)
    if there >= (enough if broken_off else FEW * enough):
        return merged
    taken = {c.id for c in merged.candidates}
    taken |= {f"{left.destination}/{left.place_id}" for left in merged.left_out}
    found = sorted(
        (
            place
            for stop in merged.stops
            for place in activity_facts(stop.destination, request.interests, limit=400)
            if f"{stop.destination}/{place.place}" not in taken
            and not place.meals
            and place.kind is not ActivityKind.EVENING
            and barrier(place, request) is None
        ),
        key=lambda place: (-promise(place, request), place.place),
    )
    more = found[: round(enough * CHOICE) - there]
    added = tuple(_candidate(place, request, ledger) for place in more)
    return replace(merged, candidates=tuple(sorted((*merged.candidates, *added), key=_id)))


def added_by_rules(candidates: Sequence[Candidate]) -> str:
    """What to tell the traveller about places that no agent named, or ""."""
    added = sum(c.proposed_by == (ATLAS,) for c in candidates)
    if not added:
        return ""
    named = sum(_to_see(c) for c in candidates) - added
    if not named:
        return f"the agents named nothing to see; {added} places of the atlas were added by rules"
    places = "1 place" if named == 1 else f"{named} places"
    return (
        f"the agents named {places} to see, too few for the days; "
        f"{added} more of the atlas were added by rules"
    )


def _to_see(candidate: Candidate) -> bool:
    record = candidate.activity
    return not record.meals and record.kind is not ActivityKind.EVENING


def _candidate(place: PlaceFact, request: TripRequest, ledger: Ledger) -> Candidate:
    suits, reason = fit(place, request)
    return Candidate(
        place.destination,
        activity(place.destination, place.place),
        WORTH * suits,
        (ATLAS,),
        reason,
        (ledger.enter(place, tool="place", asked_by=ATLAS),),
        liking=worth(request.crowds, place.popularity, icon=place.icon),
    )


def _id(candidate: Candidate) -> str:
    return candidate.id
