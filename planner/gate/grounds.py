"""Does the plan rest on something: evidence for every item, and money that adds up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from agents.amounts import money
from agents.atlas.loader import destination
from agents.atlas.local import way_within
from agents.atlas.vocabulary import Mode
from agents.tools import transfer_facts
from planner.gate.base import Fault, View, clock, hard, known, name_of, place_of
from planner.journeys import journey_between, journey_from_home
from planner.plan import Category, Committed, Cost, Free, Item, Leg, Meal, Stay, Visit
from planner.prices import Party, Pricing


@hard("evidence", "every item rests on an entry of the ledger")
def evidence(view: View) -> Iterator[Fault]:
    entered = {e.id for e in view.plan.evidence if e.sources}
    for item in view.items:
        if isinstance(item, Free):
            continue
        if not item.evidence or not set(item.evidence) <= entered:
            yield Fault(f"{item.title} at {clock(item)} rests on nothing", name_of(item))
        if isinstance(item, Visit) or item.place_id:
            yield from _grounded(item)
    for entry in view.plan.evidence:
        if not entry.sources:
            yield Fault(f"the entry {entry.id} names no source")
    for doubtful in view.plan.unverified:
        for item in view.items:
            if doubtful.name in (name_of(item), item.title):
                yield Fault(f"{item.title} is unverified", name_of(item))


def _grounded(item: Item) -> Iterator[Fault]:
    """A place is in the atlas, under that name, there, and is what the evidence is about."""
    record = known(item.destination, item.place_id or "")
    if record is None:
        yield Fault(f"{item.title}: the atlas knows no such place", name_of(item))
        return
    if item.coordinates != record.coordinates:
        yield Fault(f"{item.title} is not where the atlas has it", name_of(item))
    if isinstance(item, Visit) and item.title != record.name:
        yield Fault(f"{item.title} is called {record.name} in the atlas", name_of(item))
    if not isinstance(item, Committed) and f"place/{name_of(item)}" not in item.evidence:
        yield Fault(f"{item.title} cites no entry about itself", name_of(item))


@hard("sums", "the costs add up, item by item")
def sums(view: View) -> Iterator[Fault]:
    costs = view.plan.costs
    for category in Category:
        booked = [i.cost for i in view.items if i.cost and i.cost.category is category]
        stated = next((c for c in costs.categories if c.category is category), None)
        expected = sum((c.expected for c in booked), Decimal(0))
        if (stated.expected if stated else Decimal(0)) != expected:
            yield Fault(f"{category.value}: the items come to {expected}")
        for bound in ("low", "high"):
            summed = sum((getattr(c, bound) for c in booked), Decimal(0))
            if (getattr(stated, bound) if stated else Decimal(0)) != summed:
                yield Fault(f"{category.value}: the items come to {summed} at the {bound} end")
    for name, bound in (("total", "expected"), ("low", "low"), ("high", "high")):
        summed = sum((getattr(c, bound) for c in costs.categories), Decimal(0))
        if summed != getattr(costs, name):
            yield Fault(f"the categories come to {summed}, not {getattr(costs, name)}")
    if any(i.cost and i.cost.currency != costs.currency for i in view.items):
        yield Fault(f"not every cost is in {costs.currency}")


@hard("prices", "no price is left out or differs from the record")
def prices(view: View) -> Iterator[Fault]:
    costs = view.plan.costs
    pricing = Pricing(Party.of(view.request), costs.currency, costs.tier)
    for item in view.items:
        expected: Cost | None
        if isinstance(item, Leg) and item.cost is not None and not _in_town(item):
            if not _fair(item, view, pricing):
                yield Fault(f"{item.title} at {clock(item)} is priced wrong")
            continue
        if isinstance(item, Visit):
            record = known(item.destination, item.place_id or "")
            expected = pricing.entry(place_of(item), record) if record else None
        elif isinstance(item, Stay):
            expected = pricing.night(place_of(item))
        elif isinstance(item, Meal):
            table = known(item.destination, item.place_id) if item.place_id else None
            expected = pricing.meal(place_of(item), item.meal, table)
        elif isinstance(item, Leg) and _in_town(item):
            way = way_within(place_of(item), item.from_coordinates, item.to_coordinates)
            if item.mode is not way.mode:
                yield Fault(f"{item.title} at {clock(item)} is by {way.mode}, not {item.mode}")
            walked = way.mode is Mode.WALK
            expected = None if walked else pricing.ride(place_of(item), way.mode, way.km)
        else:
            continue
        if item.cost != expected:
            yield Fault(f"{item.title} at {clock(item)} is priced wrong", name_of(item))


def _in_town(leg: Leg) -> bool:
    return any(e.startswith("travel/") for e in leg.evidence)


def _fair(leg: Leg, view: View, pricing: Pricing) -> bool:
    """Whether a journey or transfer costs what the tools answer for it, asked anew."""
    place, flying = place_of(leg), not view.request.needs.no_flying
    prices: list[Cost] = []
    if leg.cost is not None and leg.cost.category is Category.TRANSIT:
        facts = transfer_facts(place.id)
        prices = [
            pricing.airport_transfer(place, (float(f.price[0]), float(f.price[1]))) for f in facts
        ]
    else:
        starts = [
            journey_between(destination(s.destination), place, view.request)
            for s in view.plan.stops
        ]
        if view.request.origin is not None:
            home = view.request.origin
            starts += [
                journey_from_home(home, place, view.request, by_land=by_land)
                for by_land in (False, True)
            ]
        prices = [pricing.journey(place, s.fare) for s in starts if s.fare is not None]
    return leg.cost in prices and (flying or leg.mode is not Mode.FLIGHT)


@hard("budget", "the plan costs no more than the budget")
def budget(view: View) -> Iterator[Fault]:
    costs = view.plan.costs
    if view.request.budget is None:
        if costs.budget is not None or costs.left is not None:
            yield Fault("a budget is stated that you did not give")
        return
    most = view.request.budget.total(len(view.request.travellers))
    total, code = view.plan.costs.total, view.request.budget.currency
    if view.plan.costs.currency != code:
        yield Fault(f"the costs are in {view.plan.costs.currency}, the budget in {code}")
    elif costs.budget != most or costs.left != most - total:
        yield Fault(f"the budget is {most}, and {most - total} are left of it")
    elif total > most:
        spent, limit, over = (money(x, code) for x in (total, most, total - most))
        yield Fault(f"{spent} is {over} more than the {limit} you gave")
