"""Does the plan rest on something: evidence for every item, and money that adds up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from babel.numbers import format_currency

from planner.gate.base import Fault, View, clock, hard, known, name_of, place_of
from planner.plan import Category, Cost, Free, Leg, Meal, Stay, Visit
from planner.prices import Party, Pricing

CENT = Decimal("0.01")


@hard("evidence", "every item rests on an entry of the ledger")
def evidence(view: View) -> Iterator[Fault]:
    entered = {e.id for e in view.plan.evidence}
    for item in view.items:
        if isinstance(item, Free):
            continue
        if not item.evidence or not set(item.evidence) <= entered:
            yield Fault(f"{item.title} at {clock(item)} rests on nothing", name_of(item))
        if item.place_id and known(item.destination, item.place_id) is None:
            yield Fault(f"{item.title}: the atlas knows no such place", name_of(item))
        record = known(item.destination, item.place_id) if item.place_id else None
        if record is not None and item.coordinates != record.coordinates:
            yield Fault(f"{item.title} is not where the atlas has it", name_of(item))


@hard("sums", "the costs add up, item by item")
def sums(view: View) -> Iterator[Fault]:
    costs = view.plan.costs
    for category in Category:
        booked = [i.cost for i in view.items if i.cost and i.cost.category is category]
        stated = next((c for c in costs.categories if c.category is category), None)
        expected = sum((c.expected for c in booked), Decimal(0))
        if (stated.expected if stated else Decimal(0)) != expected:
            yield Fault(f"{category.value}: the items come to {expected}")
    if sum((c.expected for c in costs.categories), Decimal(0)) != costs.total:
        yield Fault(f"the categories do not come to {costs.total}")
    if any(i.cost and i.cost.currency != costs.currency for i in view.items):
        yield Fault(f"not every cost is in {costs.currency}")


@hard("prices", "no price is left out or differs from the record")
def prices(view: View) -> Iterator[Fault]:
    costs = view.plan.costs
    pricing = Pricing(Party.of(view.request), costs.currency, costs.tier)
    for item in view.items:
        expected: Cost | None
        if isinstance(item, Visit):
            record = known(item.destination, item.place_id or "")
            expected = pricing.entry(place_of(item), record) if record else None
        elif isinstance(item, Stay):
            expected = pricing.night(place_of(item))
        elif isinstance(item, Meal):
            expected = pricing.meal(place_of(item), item.meal)
        elif isinstance(item, Leg) and any(e.startswith("travel/") for e in item.evidence):
            walked = item.walk_minutes and item.mode.value == "walk"
            expected = None if walked else pricing.ride(place_of(item), item.mode)
        else:
            continue
        if item.cost != expected:
            yield Fault(f"{item.title} at {clock(item)} is priced wrong", name_of(item))


@hard("budget", "the plan costs no more than the budget")
def budget(view: View) -> Iterator[Fault]:
    if view.request.budget is None:
        return
    most = view.request.budget.total(len(view.request.travellers))
    total, code = view.plan.costs.total, view.request.budget.currency
    if view.plan.costs.currency != code:
        yield Fault(f"the costs are in {view.plan.costs.currency}, the budget in {code}")
    elif total > most:
        spent, limit, over = (_money(x, code) for x in (total, most, total - most))
        yield Fault(f"{spent} is {over} more than the {limit} you gave")


def _money(amount: Decimal, code: str) -> str:
    return format_currency(round(amount), code, locale="en", format="¤#,##0", currency_digits=False)
