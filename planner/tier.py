"""How comfortably to stay and eat, by what the budget can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from agents.atlas.loader import destination
from agents.errors import FieldProblem, RequestError
from agents.request import Tier, TripRequest
from planner.journeys import Journey, at_home, journey_from_home
from planner.plan import Decision, Proposal, Stop
from planner.prices import MEAL_SHARES, Pricing

FIXED_SHARE = Decimal("0.88")
"""A tier is affordable when beds, food and the way leave an eighth of the budget to spend."""


def choose_tier(
    request: TripRequest, stops: Sequence[Stop], overrides: Mapping[str, str]
) -> tuple[Tier, list[Decision]]:
    """The tier asked for, else the best of mid and budget that the budget can hold."""
    taken = overrides.get("tier")
    if taken is not None and taken not in set(Tier):
        message = f"{taken!r} is no tier; there are {', '.join(Tier)}"
        raise RequestError([FieldProblem("decide", message)])
    if request.tier is not None and taken is None:
        return request.tier, []
    if request.budget is None:
        return Tier(taken or Tier.MID), []
    budget = request.budget.total(len(request.travellers))
    costs = {t: fixed_cost(request, stops, t) for t in (Tier.MID, Tier.BUDGET)}
    chosen = Tier.MID if costs[Tier.MID] <= budget * FIXED_SHARE else Tier.BUDGET
    rule = f"the better tier that leaves an eighth of your {budget:.0f} {request.budget.currency}"
    if taken is not None:
        chosen, rule = Tier(taken), "your own choice"
    code = request.budget.currency
    decision = Decision(
        id="tier",
        subject="How comfortably to stay and eat",
        proposals=tuple(
            Proposal(by="prices", value=f"{t.value}: about {costs[t]:.0f} {code} before activities")
            for t in costs
        ),
        chosen=chosen.value,
        rule=rule,
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
            if at_home(request.origin, place):
                continue
            way = Journey.of(journey_from_home(request.origin, place, request))
            total += pricing.journey(place, way.fare).expected if way else 0
    return total
