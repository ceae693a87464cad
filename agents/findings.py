"""What an agent hands back. Whatever it names cites ledger entries; what it cannot cite is unverified."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from agents.request import Frozen
from agents.text import Line

Score = Annotated[float, Field(ge=0, le=1)]
MAX_FINDS = 400


class Cited(Frozen):
    """A statement and the ledger entries it rests on."""

    reason: Line = ""
    evidence: Annotated[tuple[str, ...], Field(max_length=40)] = ()


class Criterion(Cited):
    """One view on one destination: 1 is the best there is, 0 rules it out in all but name."""

    name: Line
    score: Score
    weight: Annotated[float, Field(gt=0, le=10)] = 1.0


class RatedDestination(Frozen):
    """A destination and how it does by each criterion."""

    destination: str
    criteria: Annotated[tuple[Criterion, ...], Field(max_length=20)] = ()

    @property
    def total(self) -> float:
        """The weighted mean of the criteria, 0 to 1."""
        weight = sum(c.weight for c in self.criteria)
        return sum(c.score * c.weight for c in self.criteria) / weight if weight else 0.0


class RuledOut(Cited):
    """Something looked at and dropped. `subject` is a destination id or "destination/place"."""

    subject: Line


class DestinationComparison(Frozen):
    """The destinations agent's findings, best first."""

    rated: Annotated[tuple[RatedDestination, ...], Field(max_length=20)] = ()
    ruled_out: Annotated[tuple[RuledOut, ...], Field(max_length=100)] = ()


class Find(Cited):
    """One activity worth doing, and how well it fits the request."""

    destination: Line
    place: Line
    """The place's id in the atlas, or a free name, which stays unverified."""
    fit: Score


class Tip(Cited):
    """Something to book, buy or know: a day ticket, a slot to reserve, a speciality to try."""

    destination: str
    text: Line


class ActivityFinds(Frozen):
    """The activities agent's findings."""

    finds: Annotated[tuple[Find, ...], Field(max_length=MAX_FINDS)] = ()
    ruled_out: Annotated[tuple[RuledOut, ...], Field(max_length=MAX_FINDS)] = ()
    tips: Annotated[tuple[Tip, ...], Field(max_length=60)] = ()


class Anchor(Cited):
    """A place that a day is built around."""

    place: Line


class DraftDay(Frozen):
    """One day of a draft: where, around what theme, with which anchors."""

    destination: str
    theme: Line
    area: str | None = None
    anchors: Annotated[tuple[Anchor, ...], Field(max_length=12)] = ()


class Draft(Cited):
    """One way the trip could go: the stops in order, and a day for each date."""

    stops: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    nights: tuple[Annotated[int, Field(ge=0)], ...]
    days: Annotated[tuple[DraftDay, ...], Field(max_length=31)]


class ItineraryDraft(Frozen):
    """The itinerary agent's findings: a draft for every destination that may win."""

    drafts: Annotated[tuple[Draft, ...], Field(max_length=20)] = ()
