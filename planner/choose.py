"""Where to go, for how long each, and how comfortably: the choices that come before any schedule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pydantic import BaseModel

from agents.atlas.loader import destination, destination_ids
from agents.errors import BackendError, FieldProblem, RequestError
from agents.findings import (
    ActivityFinds,
    DestinationComparison,
    Draft,
    ItineraryDraft,
    RatedDestination,
)
from agents.request import Relation, Tier, TripRequest
from planner.nights import choose_nights
from planner.plan import OWN_CHOICE, TAKEN_BACK, Alternative, Decision, Proposal, Stop
from planner.tier import choose_tier

CLEAR_LEAD = 0.03
"""From this lead on, the comparison alone decides; below it, the agents' votes do."""
BEST_FINDS = 12
WEIGHT_FACTORS = tuple(n / 10 for n in range(11, 101))
"""How much heavier a criterion is tried, to tell what would reverse a decision."""


@dataclass(frozen=True)
class Choice:
    stops: tuple[Stop, ...]
    tier: Tier
    draft: Draft | None
    comparison: tuple[RatedDestination, ...]
    decisions: tuple[Decision, ...]


def choose(
    request: TripRequest,
    findings: Mapping[str, BaseModel],
    overrides: Mapping[str, str],
    *,
    broken_off: bool,
) -> Choice:
    """Choose stops, nights and tier; `overrides` maps a decision's id to the traveller's choice.

    When the work was `broken_off`, a destination that was looked at goes before one that was not.
    Raises RequestError when nothing in the atlas fits or an override is no choice, BackendError when
    an open request has no findings at all.
    """
    comparison = _comparison(findings)
    drafts = [d for f in findings.values() if isinstance(f, ItineraryDraft) for d in f.drafts]
    drafts = [d for d in drafts if len(d.nights) == len(d.stops)]
    decisions: list[Decision] = []
    if request.relation in (Relation.ONE, Relation.THEN):
        route: tuple[str, ...] = request.destinations
    else:
        winner, decision = _winner(request, findings, comparison, drafts, overrides, broken_off)
        decisions.append(decision)
        route = (winner,)
    draft = next((d for d in drafts if d.stops == route), None)
    nights, split = choose_nights(request, route, draft, overrides)
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
    broken_off: bool,
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
    if not allowed and findings:
        raise RequestError(
            [
                FieldProblem(
                    "destinations", "nothing in the atlas fits; name a place, or ask for less"
                )
            ]
        )
    if not allowed:
        raise BackendError("no agent got as far as a destination; name one, or try again")
    choices = list(dict.fromkeys(allowed))
    if broken_off:
        allowed = _looked_at(findings, allowed)
    allowed = _with_the_musts(request, allowed)
    votes = _votes(findings, allowed, comparison, drafts)
    ranked = [r for r in comparison if r.destination in allowed]
    if len(allowed) == 1 and len(named) > 1:
        winner, rule = (
            allowed[0],
            "the only one with what you insist on, or with anything found yet",
        )
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
    reverse = _reverse(winner, ranked)
    override = overrides.get("destination", winner)
    if override not in choices:
        message = f"{override!r} is no choice here; there are {', '.join(choices)}"
        raise RequestError([FieldProblem("decide", message)])
    if override != winner:
        winner, rule, reverse = override, OWN_CHOICE, TAKEN_BACK
    totals = {r.destination: r.total for r in comparison}
    decision = Decision(
        id="destination",
        subject="Where to go",
        proposals=tuple(
            Proposal(by=agent, value=destination(d).name) for agent, d in sorted(votes.items())
        ),
        chosen=_named(winner, totals),
        rule=rule,
        reverse=reverse,
        alternatives=tuple(
            Alternative(value=d, label=_named(d, totals)) for d in choices if d != winner
        ),
    )
    return winner, decision


def _looked_at(findings: Mapping[str, BaseModel], allowed: Sequence[str]) -> list[str]:
    """Those of `allowed` that places were found in, or all."""
    places = {
        f.destination for x in findings.values() if isinstance(x, ActivityFinds) for f in x.finds
    }
    places |= {
        day.destination
        for x in findings.values()
        if isinstance(x, ItineraryDraft)
        for draft in x.drafts
        for day in draft.days
        if day.anchors
    }
    return [d for d in allowed if d in places] or list(allowed)


def _with_the_musts(request: TripRequest, allowed: Sequence[str]) -> list[str]:
    """Those of `allowed` where most of what the traveller insists on is."""
    counts = {d: sum(m.startswith(f"{d}/") for m in request.musts) for d in allowed}
    return [d for d in allowed if counts[d] == max(counts.values())]


def _named(id: str, totals: Mapping[str, float]) -> str:
    name = destination(id).name
    return f"{name} ({totals[id]:.2f})" if id in totals else name


def _reverse(winner: str, ranked: Sequence[RatedDestination]) -> str:
    """The single criterion that, weighed least more, would have given another clear winner."""
    if len(ranked) < 2:
        return "naming another destination"
    names = {c.name for r in ranked for c in r.criteria}
    for factor in WEIGHT_FACTORS:
        for name in sorted(names):
            totals = [(_weighed(r, name, factor), r.destination) for r in ranked]
            (best, other), (second, _) = sorted(totals, reverse=True)[:2]
            if other != winner and best - second >= CLEAR_LEAD:
                return f"{destination(other).name} wins if {name} counts {factor:.1f} times as much"
    return f"no single criterion, even {WEIGHT_FACTORS[-1]:.0f} times as heavy, would turn it round"


def _weighed(rated: RatedDestination, name: str, factor: float) -> float:
    """The total with one criterion `factor` times as heavy."""
    weighed = [
        c.model_copy(update={"weight": c.weight * factor}) if c.name == name else c
        for c in rated.criteria
    ]
    return RatedDestination(destination=rated.destination, criteria=tuple(weighed)).total


def _dated(request: TripRequest, route: Sequence[str], nights: Sequence[int]) -> tuple[Stop, ...]:
    stops, arrive = [], request.dates.start
    for id, count in zip(route, nights, strict=True):
        leave = arrive + timedelta(days=count)
        name = destination(id).name
        stops.append(Stop(destination=id, name=name, arrive=arrive, leave=leave, nights=count))
        arrive = leave
    return tuple(stops)
