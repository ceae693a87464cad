"""What the steps of every role share: which destinations to look at, what fits the traveller."""

from __future__ import annotations

from math import inf
from typing import Any

from agents.agent import Task
from agents.atlas import loader
from agents.atlas.geo import distance_km
from agents.atlas.landmass import landmass
from agents.atlas.names import lies_in
from agents.atlas.records import IndexEntry
from agents.atlas.vocabulary import ActivityKind, Kind, StepFree
from agents.crowds import worth
from agents.request import OpenWish, Relation, Tier, TripRequest, Warmth
from agents.tools import DestinationSummary, PlaceFact, list_destinations

SHORTLIST = 4
"""How many destinations an open request is narrowed to."""
WARM_C = {Warmth.WARM: (23.0, 33.0), Warmth.MILD: (14.0, 23.0), Warmth.COOL: (-5.0, 14.0)}
"""Mean daily high, °C, that each word stands for."""
WET_MM = 90
AWAY, DEAR = 6.0, 4.0
"""What a way that takes all the days, and a cost of twice the budget, take off the score; a kind
that was asked for adds two."""
ACROSS_HOURS = 12
HOME_KM = 50
"""Nearer than this one does not travel."""
YOUNG = 12


async def candidates(task: Task[Any]) -> tuple[str, ...]:
    """The destinations to look at: those named, or the ones that fit an open wish best."""
    request = task.brief.request
    if request.relation is not Relation.OPEN or request.open is None:
        return request.destinations
    found = await task.tools(list_destinations)
    month = request.dates.start.month - 1
    wish = request.open
    allowed = [d for d in found if within(d, wish) and not _at_home(d, request)]
    allowed = [d for d in allowed if _is_of_kind(d, wish)] or allowed
    ranked = sorted(allowed, key=lambda d: (-_open_score(d, request, month), d.id))
    return tuple(d.id for d in ranked[:SHORTLIST])


def within(place: DestinationSummary | IndexEntry, wish: OpenWish) -> bool:
    """Whether a destination is where an open wish wants to go, and not refused."""
    inside = lies_in(place, wish.regions, wish.countries, wish.lands)
    return inside and place.id not in wish.without


def _at_home(place: DestinationSummary, request: TripRequest) -> bool:
    start = request.origin
    return start is not None and distance_km(start.coordinates, place.coordinates) < HOME_KM


def _is_of_kind(place: DestinationSummary, wish: OpenWish) -> bool:
    """Whether it is any of the kinds that were asked for; a beach or an island is by the sea."""
    kinds = set(wish.kinds)
    by_the_sea = {Kind.BEACH, Kind.ISLAND} if Kind.COAST in kinds else set()
    return not kinds or bool((kinds | by_the_sea) & set(place.kinds))


def _open_score(place: DestinationSummary, request: TripRequest, month: int) -> float:
    """How well a destination answers an open wish: kinds, warmth, interests and a dry month count
    for it, a long way and what is too dear against it."""
    wish = request.open or OpenWish()
    score = 2.0 * len(set(wish.kinds) & set(place.kinds))
    if Kind.COAST in wish.kinds and {Kind.BEACH, Kind.ISLAND} & set(place.kinds):
        score += 1.0
    if wish.warmth is not None:
        score += 3.0 * comfort(place.high_c[month], *WARM_C[wish.warmth])
    score += len(set(request.interests) & set(place.interests))
    score -= place.rain_mm[month] / WET_MM
    return score - away(place, request) - dear(place, request)


def away(place: DestinationSummary, request: TripRequest) -> float:
    """What the way there counts against a place: by the share of the days that it takes.

    Rough hours, before any file is opened: an hour and then 80 km/h by land, four and then 800 km/h
    in the air. Across water there is no way by land that is known without a look.
    """
    start = request.origin
    if start is None:
        return 0.0
    km = distance_km(start.coordinates, place.coordinates)
    by_land = landmass(start.coordinates, start.country) == landmass(
        place.coordinates, place.country
    )
    if request.needs.no_flying:
        hours = 1 + km / 80 + (0 if by_land else ACROSS_HOURS)
    else:
        hours = min(4 + km / 800, 1 + km / 80 if by_land else inf)
    return AWAY * 2 * hours / (24 * request.dates.days)


def dear(place: DestinationSummary, request: TripRequest) -> float:
    """What the cost of the days there counts against a place: what is over the budget, or, when
    little is to be spent, each hundred euros a day."""
    low, high = place.day_eur
    if request.budget is None:
        return (low + high) / 200 if request.tier is Tier.BUDGET else 0.0
    people, days = len(request.travellers), request.dates.days
    budget = loader.convert(request.budget.total(people), request.budget.currency, "EUR")
    ways = 0.0
    if request.origin is not None:
        km = distance_km(request.origin.coordinates, place.coordinates)
        ways = 2 * people * (40 + 0.05 * km)  # between the low and the high fare of a flight
    over = (low * days * people + ways) / float(budget) - 1
    return DEAR * max(0.0, over)


def comfort(high_c: float, low: float, high: float) -> float:
    """1 inside the range, falling to 0 ten degrees outside it."""
    outside = max(low - high_c, high_c - high, 0.0)
    return max(0.0, 1.0 - outside / 10)


def barrier(place: PlaceFact, request: TripRequest) -> str | None:
    """What in the place's own record speaks against it for these travellers."""
    name = f"{place.destination}/{place.place}"
    if name in request.nevers or f"kind:{place.kind.value}" in request.nevers:
        return "the traveller does not want it"
    if request.needs.step_free and place.step_free is not StepFree.YES:
        grade = place.step_free.value if place.step_free else "unknown"
        return f"step-free: {grade}"
    young = any(age < YOUNG for age in request.children)
    if young and place.kind is ActivityKind.EVENING and not place.children:
        return "an evening for adults"
    return None


def fit(place: PlaceFact, request: TripRequest) -> tuple[float, str]:
    """How well a place suits the request, 0 to 1, and the reason in words."""
    shared = sorted(set(place.interests) & set(request.interests))
    score = 0.30 + 0.15 * place.popularity + (0.12 if place.icon else 0.0)
    reasons = []
    if shared:
        score += 0.2 + 0.1 * min(len(shared), 3)
        reasons.append(f"for your interest in {', '.join(shared)}")
    if any(age < YOUNG for age in request.children):
        score += 0.15 if place.children else -0.1
        if place.children:
            reasons.append("good with children")
    if request.needs.step_free and place.step_free is StepFree.YES:
        reasons.append("step-free")
    if place.icon and not shared:
        reasons.append("on every first visit's list")
    elif not place.icon and place.popularity < 0.4:
        score += 0.08
        reasons.append("quieter than the famous spots")
    if place.price[1] == 0:
        score += 0.03
        reasons.append("free")
    return max(0.05, min(1.0, score)), "; ".join(reasons) or place.why


def promise(place: PlaceFact, request: TripRequest) -> float:
    """How well a place suits the request, as it counts where one must choose: crowds weigh in."""
    return fit(place, request)[0] * worth(request.crowds, place.popularity, icon=place.icon)


def refused(task: Task[Any]) -> set[str]:
    """Places that the gate sent back in an earlier round."""
    return {p for f in task.brief.feedback for p in f.places}
