"""Where else one could go, and still have what the traveller insists on and has booked."""

from __future__ import annotations

from agents.atlas.geo import distance_km
from agents.atlas.loader import index
from agents.atlas.names import nearest_to
from agents.request import Relation, TripRequest
from planner.plan import TripPlan

NEAREST = 3
AROUND = 8
"""So many destinations around a place count as in its neighbourhood."""


def cheaper_places(plan: TripPlan) -> list[str]:
    """Other destinations, cheapest first: of those compared, else of those around the one chosen."""
    went = {s.destination for s in plan.stops}
    if len(went) > 1:
        return []
    named = [r.destination for r in plan.comparison if r.destination not in went]
    entries = {e.id: e for e in index()}
    chosen = entries[next(iter(went))]
    here = chosen.day_eur
    ids = named or [near.id for near in nearest_to(chosen.coordinates, AROUND + 1)[1:]]
    cheaper = [i for i in ids if sum(entries[i].day_eur) < sum(here) and _can_go_to(plan, i)]
    return sorted(cheaper, key=lambda i: (sum(entries[i].day_eur), i))[:NEAREST]


def places_over_land(plan: TripPlan) -> list[str]:
    """The nearest to home, for who does not fly."""
    went = {s.destination for s in plan.stops}
    if len(went) > 1 or plan.request.origin is None:
        return []
    home = plan.request.origin.coordinates
    others = [e for e in index() if e.id not in went and _can_go_to(plan, e.id)]
    near = sorted(others, key=lambda e: (distance_km(home, e.coordinates), e.id))
    return [e.id for e in near if distance_km(home, e.coordinates) > 50][:NEAREST]


def towards(plan: TripPlan, id: str) -> TripRequest:
    """The request as it is asked for that destination."""
    request = plan.request
    if _is_meant(plan, id):
        return request
    return request.model_copy(
        update={
            "destinations": (id,),
            "relation": Relation.ONE,
            "open": None,
            "stay_nights": (),
        }
    )


def _can_go_to(plan: TripPlan, id: str) -> bool:
    """Whether all that the traveller insists on and has booked can be had there too."""
    request = plan.request
    if request.open and id in request.open.without:
        return False
    places = [*request.musts, *(c.place_id for c in request.commitments if c.place_id)]
    if any("/" in place and not place.startswith(f"{id}/") for place in places):
        return False
    return _is_meant(plan, id) or not (places or request.commitments)


def _is_meant(plan: TripPlan, id: str) -> bool:
    """Whether the request itself leaves it open to go there."""
    request, compared = plan.request, {r.destination for r in plan.comparison}
    return id in request.destinations or (request.relation is Relation.OPEN and id in compared)
