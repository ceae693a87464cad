"""Puts a plan together from what was merged and scheduled, and has it checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from agents.evidence import Ledger
from agents.request import TripRequest
from agents.text import short_date
from planner.gate import inspect
from planner.merge import Merged
from planner.plan import AgentStatus, Category, CategorySum, Check, Costs, TripPlan
from planner.results import AgentResult
from planner.schedule import Schedule
from planner.tips import tips_of


def compose(
    request: TripRequest,
    merged: Merged,
    schedule: Schedule,
    results: Mapping[str, AgentResult],
    ledger: Ledger,
    assumptions: Sequence[str],
) -> TripPlan:
    """Put the plan together and have it checked."""
    missing = tuple(
        f"the {r.name} agent's part: {r.detail}"
        if r.findings is None
        else f"some of the {r.name} agent's part: {r.detail}"
        for r in results.values()
        if r.status is not AgentStatus.FINISHED
    )
    left_out = merged.left_out + schedule.left_out
    plan = TripPlan(
        request=request,
        summary=_summary(request, merged, schedule),
        assumptions=(*assumptions, *schedule.assumptions),
        missing=missing,
        stops=schedule.stops,
        days=schedule.days,
        costs=_costs(request, schedule),
        comparison=merged.comparison,
        left_out=left_out,
        decisions=merged.decisions,
        tips=tips_of(merged.tips, schedule.days, left_out),
        agents=tuple(r.report() for r in results.values()),
        unverified=merged.unverified,
    )
    plan = plan.model_copy(update={"evidence": ledger.entries(_cited(plan))})
    checks: tuple[Check, ...] = inspect(plan)
    passed = all(c.passed for c in checks if c.hard)
    return plan.model_copy(update={"checks": checks, "complete": passed and not missing})


def _cited(plan: TripPlan) -> set[str]:
    items = {e for d in plan.days for i in d.items for e in i.evidence}
    rated = {e for r in plan.comparison for c in r.criteria for e in c.evidence}
    return items | rated | {e for t in plan.tips for e in t.evidence}


def _summary(request: TripRequest, merged: Merged, schedule: Schedule) -> str:
    names = " then ".join(s.name for s in merged.stops)
    dates = request.dates
    visits = sum(i.kind == "visit" for d in schedule.days for i in d.items)
    when = f"{short_date(dates.end)} {dates.end:%Y}"
    if dates.days > 1:
        when = f"{short_date(dates.start)} to {when}"
    days = "1 day" if dates.days == 1 else f"{dates.days} days"
    places = "1 place" if visits == 1 else f"{visits} places"
    return f"{days} in {names}, {when}: {places}"


def _costs(request: TripRequest, schedule: Schedule) -> Costs:
    sums = []
    for category in Category:
        costs = [
            i.cost
            for d in schedule.days
            for i in d.items
            if i.cost is not None and i.cost.category is category
        ]
        low, expected, high = (
            sum((getattr(c, bound) for c in costs), Decimal(0))
            for bound in ("low", "expected", "high")
        )
        sums.append(CategorySum(category=category, low=low, expected=expected, high=high))
    total = sum((s.expected for s in sums), Decimal(0))
    budget = request.budget.total(len(request.travellers)) if request.budget else None
    return Costs(
        currency=schedule.pricing.currency,
        categories=tuple(sums),
        low=sum((s.low for s in sums), Decimal(0)),
        total=total,
        high=sum((s.high for s in sums), Decimal(0)),
        budget=budget,
        left=None if budget is None else budget - total,
        tier=schedule.pricing.tier,
        excluded=schedule.excluded,
    )
