"""A place that may enter a plan: what it is worth, and why it may have to be left out."""

from __future__ import annotations

from dataclasses import dataclass

from agents.atlas.records import Activity
from agents.atlas.vocabulary import ActivityKind, StepFree
from agents.request import TripRequest
from agents.visits import weight
from planner.pace import YOUNG
from planner.plan import LeftOut

UNKNOWN_HOURS = 0.6
"""A place whose hours nobody knows counts for this much."""


@dataclass(frozen=True)
class Candidate:
    """One place that may enter the plan."""

    destination: str
    activity: Activity
    fit: float
    proposed_by: tuple[str, ...]
    reason: str
    evidence: tuple[str, ...]
    required: bool = False
    anchored: frozenset[int] = frozenset()
    """The days (0 is the first) that a draft builds around it."""
    liking: float = 1.0
    """What the traveller's wish about crowds makes of it."""

    @property
    def id(self) -> str:
        return f"{self.destination}/{self.activity.id}"

    @property
    def prize(self) -> float:
        """Worth to the search. It grows with the length, so that long visits can win, but less."""
        known = 1.0 if self.activity.hours else UNKNOWN_HOURS
        length = weight(self.activity.minutes)
        return max(1.0, 100 * self.fit * self.liking * known * length)


def left_out(candidate: Candidate, reason: str, detail: str) -> LeftOut:
    """`candidate` as something that is not in the plan."""
    return LeftOut(
        destination=candidate.destination,
        place_id=candidate.activity.id,
        name=candidate.activity.name,
        reason=reason,
        detail=detail,
        proposed_by=candidate.proposed_by,
    )


def obstacle(request: TripRequest, candidate: Candidate) -> tuple[str, str] | None:
    """Why the request itself forbids a place: a code and the words, or None."""
    place = candidate.activity
    if candidate.id in request.nevers:
        return "never", "you do not want it"
    if f"kind:{place.kind.value}" in request.nevers:
        return "never", f"you do not want any {place.kind.value}"
    if request.needs.step_free and place.step_free is not StepFree.YES:
        known = {None: "not known to be step-free", StepFree.PARTLY: "only partly step-free"}
        return "step_free", known.get(place.step_free, "not step-free")
    young = any(age < YOUNG for age in request.children)
    if young and place.kind is ActivityKind.EVENING and not place.children:
        return "children", f"an evening out, not for children under {YOUNG}"
    return None
