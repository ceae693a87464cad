"""The journeys of a trip, from home and between its destinations, as facts that can be used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agents.atlas.geo import distance_km
from agents.atlas.records import Destination
from agents.atlas.vocabulary import Mode
from agents.request import Commitment, Origin, TripRequest
from agents.tools import JourneyFact, journey_fact


@dataclass(frozen=True)
class Journey:
    """A way that exists: `fare` in euros, one way for one adult; `evidence` is the fact's key."""

    mode: Mode
    minutes: int
    fare: Sequence[Decimal]
    km: float
    kg_co2e: float
    evidence: str

    @classmethod
    def of(cls, fact: JourneyFact) -> Journey | None:
        """None where the fact says that there is no way."""
        if fact.mode is None or fact.minutes is None or fact.fare is None:
            return None
        return cls(fact.mode, fact.minutes, fact.fare, fact.km, fact.kg_co2e or 0.0, fact.key)


_BY_LAND = re.compile(r"\b(train|rail|eurostar|coach|bus|ferry|station)\b")
HOME_KM = 30
"""Who lives nearer than this needs no journey."""


def at_home(origin: Origin, place: Destination) -> bool:
    """Whether a trip to `place` starts where it goes."""
    return distance_km(origin.coordinates, place.coordinates) < HOME_KM


def booked_by_land(commitment: Commitment) -> bool:
    """Whether a booked arrival or departure says that it is no flight."""
    return _BY_LAND.search(commitment.label.lower()) is not None


def journey_from_home(
    origin: Origin, place: Destination, request: TripRequest, *, by_land: bool = False
) -> JourneyFact:
    """Between home and `place`, the same both ways."""
    flying = not (request.needs.no_flying or by_land)
    return journey_fact(
        origin.coordinates, origin.name, origin.country, origin.airport, place.id, flying
    )


def journey_between(origin: Destination, place: Destination, request: TripRequest) -> JourneyFact:
    """From one destination of the trip to the next."""
    airport = origin.airports[0] if origin.airports else None
    flying = not request.needs.no_flying
    return journey_fact(origin.coordinates, origin.name, origin.country, airport, place.id, flying)
