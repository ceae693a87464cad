"""How comfortably to stay and eat, by what the budget can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from agents.amounts import money
from agents.atlas.loader import destination
from agents.errors import FieldProblem, RequestError
from agents.request import Tier, TripRequest
from planner.journeys import Journey, at_home, journey_from_home
from planner.plan import OWN_CHOICE, TAKEN_BACK, Alternative, Decision, Proposal, Stop
from planner.prices import MEAL_SHARES, Pricing

FIXED_SHARE = Decimal("0.88")
"""A tier is affordable when beds, food and the way leave an eighth of the budget to spend."""


def choose_tier(
    request: TripRequest, stops: Sequence[Stop], overrides: Mapping[str, str]
) -> tuple[Tier, list[Decision]]:
    """The tier asked for, else the best of mid and budget that the budget can hold.

    The override is a tier's name; RequestError for another. There is a decision where a budget
    decided or the traveller did.
    """
    override = overrides.get("tier")
    if override is not None and override not in set(Tier):
        message = f"{override!r} is no tier; there are {', '.join(Tier)}"
        raise RequestError([FieldProblem("decide", message)])
    if override is None and (request.tier is not None or request.budget is None):
        return request.tier or Tier.MID, []
    costs = {t: fixed_cost(request, stops, t) for t in Tier}
    code = Pricing.of(request, Tier.MID, stops[0].destination).currency
    labels = {t: f"{t.value}: about {money(costs[t], code)} before activities" for t in Tier}
    usual, rule = _usual(request, costs)
    chosen = usual if override is None else Tier(override)
    own = chosen is not usual
    decision = Decision(
        id="tier",
        subject="How comfortably to stay and eat",
        proposals=tuple(
            Proposal(by="prices", value=labels[t])
            for t in dict.fromkeys((Tier.MID, Tier.BUDGET, usual))
        ),
        chosen=chosen.value,
        rule=OWN_CHOICE if own else rule,
        reverse=TAKEN_BACK if own else "asking for budget, mid or comfort",
        alternatives=tuple(
            Alternative(value=t.value, label=labels[t]) for t in Tier if t is not chosen
        ),
    )
    return chosen, [decision]


def _usual(request: TripRequest, costs: Mapping[Tier, Decimal]) -> tuple[Tier, str]:
    """The tier that the traveller's own choice may turn round, and why it is that one."""
    if request.tier is not None:
        return request.tier, "the tier you asked for"
    if request.budget is None:
        return Tier.MID, "you named no budget that would say otherwise"
    budget = request.budget.total(len(request.travellers))
    said = money(budget, request.budget.currency)
    for tier in (Tier.MID, Tier.BUDGET):
        if costs[tier] <= budget * FIXED_SHARE:
            return tier, f"the better tier that leaves an eighth of your {said}"
    over = costs[Tier.BUDGET] - budget
    if over > 0:
        more = money(over, request.budget.currency)
        return Tier.BUDGET, f"the cheapest there is; still {more} over your {said}"
    return Tier.BUDGET, f"the cheapest there is; it leaves less than an eighth of your {said}"


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
