"""Where to go, for how long each, and how comfortably: the choices that come before any schedule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from pydantic import BaseModel

from agents.atlas.loader import destination, destination_ids
from agents.errors import BackendError
from agents.findings import (
    ActivityFinds,
    DestinationComparison,
    Draft,
    ItineraryDraft,
    RatedDestination,
)
from agents.request import Relation, Tier, TripRequest
from planner.journeys import Journey, journey_from_home
from planner.plan import Decision, Proposal, Stop
from planner.prices import MEAL_SHARES, Pricing

CLEAR_LEAD = 0.03
"""From this lead on, the comparison alone decides; below it, the agents' votes do."""
FIXED_SHARE = Decimal("0.88")
"""A tier is affordable when beds, food and the way leave an eighth of the budget to spend."""
BEST_FINDS = 12


@dataclass(frozen=True)
class Choice:
    stops: tuple[Stop, ...]
    tier: Tier
    draft: Draft | None
    comparison: tuple[RatedDestination, ...]
    decisions: tuple[Decision, ...]


def choose(
    request: TripRequest, findings: Mapping[str, BaseModel], overrides: Mapping[str, str]
) -> Choice:
    """Choose stops, nights and tier; `overrides` maps a decision's id to the traveller's choice.

    Raises BackendError when an open request has no findings to choose from.
    """
    comparison = _comparison(findings)
    drafts = [d for f in findings.values() if isinstance(f, ItineraryDraft) for d in f.drafts]
    drafts = [d for d in drafts if len(d.nights) == len(d.stops)]
    decisions: list[Decision] = []
    if request.relation in (Relation.ONE, Relation.THEN):
        route: tuple[str, ...] = request.destinations
    else:
        winner, decision = _winner(request, findings, comparison, drafts, overrides)
        decisions.append(decision)
        route = (winner,)
    draft = next((d for d in drafts if d.stops == route), None)
    nights, split = _nights(request, route, draft)
    decisions += split
    stops = _dated(request, route, nights)
    tier, settled = choose_tier(request, stops, overrides)
    decisions += settled
    return Choice(stops, tier, draft, comparison, tuple(decisions))


def _known(id: str) -> bool:
    return id in destination_ids()


def _comparison(findings: Mapping[str, BaseModel]) -> tuple[RatedDestination, ...]:
    """All ratings of known destinations, best first; the first agent to rate one is heard."""
    rated: dict[str, RatedDestination] = {}
    for found in findings.values():
        if isinstance(found, DestinationComparison):
            for r in found.rated:
                if _known(r.destination):
                    rated.setdefault(r.destination, r)
    return tuple(sorted(rated.values(), key=lambda r: (-r.total, r.destination)))


def _votes(
    findings: Mapping[str, BaseModel],
    allowed: Sequence[str],
    comparison: Sequence[RatedDestination],
    drafts: Sequence[Draft],
) -> dict[str, str]:
    """Each agent's own favourite among `allowed`, by agent name."""
    votes: dict[str, str] = {}
    for name, found in findings.items():
        ranked: Iterable[str]
        if isinstance(found, DestinationComparison):
            ranked = [r.destination for r in comparison]
        elif isinstance(found, ItineraryDraft):
            ranked = [d.stops[0] for d in drafts if d in found.drafts]
        elif isinstance(found, ActivityFinds):
            fits: dict[str, list[float]] = {}
            for find in found.finds:
                fits.setdefault(find.destination, []).append(find.fit)
            worth = {d: sum(sorted(f, reverse=True)[:BEST_FINDS]) for d, f in fits.items()}
            ranked = sorted(worth, key=lambda d: (-worth[d], d))
        else:
            continue
        first = next((d for d in ranked if d in allowed), None)
        if first is not None:
            votes[name] = first
    return votes


def _winner(
    request: TripRequest,
    findings: Mapping[str, BaseModel],
    comparison: tuple[RatedDestination, ...],
    drafts: Sequence[Draft],
    overrides: Mapping[str, str],
) -> tuple[str, Decision]:
    named = request.destinations
    allowed = list(named) or [r.destination for r in comparison]
    if not allowed:
        allowed = [d.stops[0] for d in drafts if _known(d.stops[0])]
    if not allowed:
        finds = [
            f
            for found in findings.values()
            if isinstance(found, ActivityFinds)
            for f in found.finds
        ]
        allowed = sorted({f.destination for f in finds if _known(f.destination)})
    if not allowed:
        raise BackendError(
            "no agent found a destination for this open request; name one, or try again"
        )
    votes = _votes(findings, allowed, comparison, drafts)
    ranked = [r for r in comparison if r.destination in allowed]
    overridden = overrides.get("destination")
    if overridden in allowed:
        winner, rule = overridden, "your own choice"
    elif len(ranked) > 1 and ranked[0].total - ranked[1].total < CLEAR_LEAD:
        level = [r.destination for r in ranked if ranked[0].total - r.total < CLEAR_LEAD]
        counts = {d: sum(v == d for v in votes.values()) for d in level}
        winner = max(level, key=lambda d: counts[d])
        rule = f"the comparison is within {CLEAR_LEAD}, so most of the agents' votes decide"
    elif ranked:
        winner, rule = ranked[0].destination, "the best total of the comparison"
    elif votes:
        tally = list(votes.values())
        winner = max(tally, key=lambda d: (tally.count(d), -allowed.index(d)))
        rule = "there is no comparison, so most of the agents' votes decide"
    else:
        winner, rule = allowed[0], "nothing to compare by: the first you named"
    totals = {r.destination: r.total for r in ranked}
    proposals = tuple(
        Proposal(by=agent, value=destination(d).name) for agent, d in sorted(votes.items())
    )
    decision = Decision(
        id="destination",
        subject="Where to go",
        proposals=proposals,
        chosen=_named(winner, totals),
        rule=rule,
        reverse=_reverse(winner, ranked),
    )
    return winner, decision


def _named(id: str, totals: Mapping[str, float]) -> str:
    name = destination(id).name
    return f"{name} ({totals[id]:.2f})" if id in totals else name


def _reverse(winner: str, ranked: Sequence[RatedDestination]) -> str:
    """What would have made the runner-up win: the criterion that would need the least more weight."""
    mine = next((r for r in ranked if r.destination == winner), None)
    rivals = [r for r in ranked if r.destination != winner]
    if mine is None or not rivals:
        return "naming another destination"
    rival = rivals[0]
    name = destination(rival.destination).name
    if rival.total > mine.total:
        return f"{name} has the better total in the comparison"
    ours = {c.name: c for c in mine.criteria}
    gap = (mine.total - rival.total) * sum(c.weight for c in mine.criteria)
    factors = {
        c.name: 1 + gap / ((c.score - ours[c.name].score) * c.weight)
        for c in rival.criteria
        if c.name in ours and c.score > ours[c.name].score
    }
    if not factors:
        return f"{name} is better in nothing that was compared"
    best = min(factors, key=lambda c: (factors[c], c))
    return f"{name} wins if {best} counts {max(factors[best], 1.05):.1f} times as much"


def _nights(
    request: TripRequest, route: Sequence[str], draft: Draft | None
) -> tuple[tuple[int, ...], list[Decision]]:
    total = request.dates.nights
    if request.stay_nights:
        return request.stay_nights, []
    each, rest = divmod(total, len(route))
    even = tuple(each + (i < rest) for i in range(len(route)))
    if draft is None or len(route) == 1 or sum(draft.nights) != total or draft.nights == even:
        return even, []
    if total >= len(route) and min(draft.nights) < 1:
        return even, []
    decision = Decision(
        id="nights",
        subject="Nights in each place",
        proposals=(Proposal(by="itinerary", value=_split(route, draft.nights)),),
        chosen=_split(route, draft.nights),
        rule="you did not say; the draft weighs them by how much there is to do",
        reverse=f"saying it, for example {_split(route, even)}",
    )
    return draft.nights, [decision]


def _split(route: Sequence[str], nights: Sequence[int]) -> str:
    pairs = zip(route, nights, strict=True)
    return ", ".join(f"{n} in {destination(id).name}" for id, n in pairs)


def _dated(request: TripRequest, route: Sequence[str], nights: Sequence[int]) -> tuple[Stop, ...]:
    stops, arrive = [], request.dates.start
    for id, count in zip(route, nights, strict=True):
        leave = arrive + timedelta(days=count)
        name = destination(id).name
        stops.append(Stop(destination=id, name=name, arrive=arrive, leave=leave, nights=count))
        arrive = leave
    return tuple(stops)


def choose_tier(
    request: TripRequest, stops: Sequence[Stop], overrides: Mapping[str, str]
) -> tuple[Tier, list[Decision]]:
    """The tier asked for, else the best of mid and budget that the budget can hold."""
    asked = overrides.get("tier") or request.tier
    if asked in set(Tier):
        return Tier(asked), []
    if request.budget is None:
        return Tier.MID, []
    budget = request.budget.total(len(request.travellers))
    costs = {t: fixed_cost(request, stops, t) for t in (Tier.MID, Tier.BUDGET)}
    chosen = Tier.MID if costs[Tier.MID] <= budget * FIXED_SHARE else Tier.BUDGET
    code = request.budget.currency
    decision = Decision(
        id="tier",
        subject="How comfortably to stay and eat",
        proposals=tuple(
            Proposal(by="prices", value=f"{t.value}: about {costs[t]:.0f} {code} before activities")
            for t in costs
        ),
        chosen=chosen.value,
        rule=f"the better tier that leaves an eighth of your {budget:.0f} {code}",
        reverse="asking for budget, mid or comfort (--tier)",
    )
    return chosen, [decision]


def fixed_cost(request: TripRequest, stops: Sequence[Stop], tier: Tier) -> Decimal:
    """Beds, meals and the journeys there and back, in the plan's currency: an estimate."""
    pricing = Pricing.of(request, tier, stops[0].destination)
    total = Decimal(0)
    for stop in stops:
        place = destination(stop.destination)
        total += pricing.night(place).expected * stop.nights
        total += sum(pricing.meal(place, m).expected for m in MEAL_SHARES) * (stop.nights + 1)
    if request.origin is not None:
        for stop in (stops[0], stops[-1]):
            place = destination(stop.destination)
            way = Journey.of(journey_from_home(request.origin, place, request))
            total += pricing.journey(place, way.fare).expected if way else 0
    return total
