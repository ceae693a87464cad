"""The plan as Markdown, to mail, print or keep."""

from __future__ import annotations

import re
from collections.abc import Iterable

from planner.export.outline import Outline, done_by, long_date, money, verdict
from planner.plan import TripPlan
from planner.views.crowds import concentration
from planner.views.names import city

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#])")


def escape(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no link, no new line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def markdown(plan: TripPlan) -> str:
    """The whole plan as one Markdown document."""
    outline = Outline(plan)
    parts = [
        _head(plan),
        *_conflicts(plan),
        _why(plan, outline),
        *_days(plan, outline),
        _costs(plan),
        _listed("Decided where the agents disagreed", _decisions(plan)),
        _listed("Good to know", (escape(t.text) for t in plan.tips)),
        _listed("Left out", (f"{escape(x.name)}: {escape(x.detail)}" for x in plan.left_out)),
        _listed(
            "Unverified, never planned", (escape(f"{u.name} ({u.why})") for u in plan.unverified)
        ),
        _checks(plan),
        _sources(outline),
    ]
    return "\n\n".join(p for p in parts if p) + "\n"


def _head(plan: TripPlan) -> str:
    lines = [f"# {escape(plan.summary)}", "", escape(verdict(plan)) + "."]
    if who := done_by(plan):
        lines.append(f"\nThe agents' work was done by {escape(who)}.")
    if seen := concentration(plan):
        lines.append(f"\n{escape(seen.words[0].upper() + seen.words[1:])}.")
    lines += [f"\nAssumed: {escape(a)}." for a in plan.assumptions]
    return "\n".join(lines)


def _conflicts(plan: TripPlan) -> Iterable[str]:
    for conflict in plan.conflicts:
        wishes = " against ".join(escape(w) for w in conflict.wishes)
        changes = "\n".join(f"- {escape(r)}" for r in conflict.relaxations)
        yield f"**Not everything fits:** {wishes}. What would do:\n\n{changes}"


def _why(plan: TripPlan, outline: Outline) -> str:
    if not plan.comparison:
        return ""
    lines = ["## Why here", "", "| Destination | Total | Reasons |", "|---|---|---|"]
    for rated in plan.comparison:
        reasons = "; ".join(
            f"{escape(c.name)} {c.score:.2f} ({escape(c.reason)}) {_refs(outline.cited(c.evidence))}".strip()
            for c in rated.criteria
        )
        name = escape(city(plan, rated.destination))
        lines.append(f"| {name} | {rated.total:.2f} | {reasons} |")
    return "\n".join(lines)


def _days(plan: TripPlan, outline: Outline) -> Iterable[str]:
    for day in plan.days:
        theme = f": {escape(day.theme)}" if day.theme else ""
        name = escape(city(plan, day.stop))
        lines = [f"## {long_date(day.date)}, {name}{theme}", ""]
        lines += ["| Time | What | Details | Cost | Rests on |", "|---|---|---|---|---|"]
        lines += [
            f"| {r.start}–{r.end} | {escape(r.what)} | {escape(r.detail)} | {r.cost} "
            f"| {r.mark} {_refs(r.sources)} |"
            for r in outline.rows(day)
        ]
        yield "\n".join(lines)


def _refs(numbers: Iterable[int]) -> str:
    return "".join(f"[{n}]" for n in numbers)


def _costs(plan: TripPlan) -> str:
    costs = plan.costs
    lines = [f"## Costs for everybody ({costs.tier.value} tier, estimates)", ""]
    lines += ["| | Expected | From | To |", "|---|---|---|---|"]
    for row in costs.categories:
        low, expected, high = (money(x, costs.currency) for x in (row.low, row.expected, row.high))
        lines.append(f"| {row.category.value} | {expected} | {low} | {high} |")
    total, low, high = (money(x, costs.currency) for x in (costs.total, costs.low, costs.high))
    lines.append(f"| **total** | **{total}** | {low} | {high} |")
    if costs.budget is not None and costs.left is not None:
        budget, left = money(costs.budget, costs.currency), money(abs(costs.left), costs.currency)
        lines += ["", f"Budget {budget}: {left} {'left' if costs.left >= 0 else 'too little'}."]
    lines += [f"\nNot included: {escape(x)}." for x in costs.excluded]
    return "\n".join(lines)


def _decisions(plan: TripPlan) -> Iterable[str]:
    for d in plan.decisions:
        said = ", ".join(f"{p.by}: {p.value}" for p in d.proposals)
        words = f"{d.chosen} ({said}). Rule: {d.rule}. Otherwise: {d.reverse}."
        yield f"**{escape(d.subject)}:** {escape(words)}"


def _listed(title: str, lines: Iterable[str]) -> str:
    listed = [f"- {line}" for line in lines]
    return "\n".join([f"## {title}", "", *listed]) if listed else ""


def _checks(plan: TripPlan) -> str:
    return _listed(
        "Checks",
        (
            f"{'✓' if c.passed else '✗' if c.hard else '!'} {c.id}: {escape(c.detail)}"
            for c in plan.checks
        ),
    )


def _sources(outline: Outline) -> str:
    lines = [f"{n}. {escape(words)}" for words, n in outline.sources.items()]
    return "\n".join(["## Sources", "", "✓ from a record, ≈ estimate, ? unverified", "", *lines])
