"""The sentences that the plan for the ear is made of."""

from __future__ import annotations

from collections.abc import Iterable

from planner.export.spoken import counted, sentence, spoken_date, spoken_money, spoken_month
from planner.plan import AgentReport, Cost, Item, Stay
from planner.views.budget import BudgetView, Sum
from planner.views.decisions import CheckLine

Lines = list[str]


def section(
    title: str,
    one: str,
    lines: Iterable[str],
    *,
    before: Iterable[str] = (),
    after: Iterable[str] = (),
    count: int | None = None,
    many: str = "",
    said: str = "",
) -> Lines:
    """A heading with a count, then `lines`; nothing without any."""
    counts = list(lines)
    if not counts:
        return []
    number = counted(len(counts) if count is None else count, one, many)
    heading = f"{title}. {number}{f', {said}' if said else ''}."
    return [heading, *map(sentence, (*before, *counts, *after))]


def source_words(numbers: tuple[int, ...]) -> Lines:
    """["source 2"], ["sources 1 and 3"], or nothing."""
    listed = " and ".join(map(str, numbers))
    return [f"source{'s' * (len(numbers) > 1)} {listed}"] if numbers else []


def ending(item: Item) -> str:
    """When it ends: "10:46", "08:15 the next morning", "11:31 on Thursday 15 April 2027"."""
    if item.end.date() == item.start.date():
        return f"{item.end:%H:%M}"
    if isinstance(item, Stay):
        return f"{item.end:%H:%M} the next morning"
    return f"{item.end:%H:%M} on {spoken_date(item.end)}"


def cost_words(cost: Cost, people: int) -> str:
    """ "About 27 euros for all, an estimate of October 2025"."""
    share = " for all" if people > 1 else ""
    dated = f" of {spoken_month(cost.as_of)}" if cost.as_of else ""
    return f"About {spoken_money(cost.expected, cost.currency)}{share}, an estimate{dated}"


def about(sum: Sum) -> str:
    """ "about 596 euros, between 288 and 904"."""
    expected = f"about {spoken_money(sum.expected, sum.currency)}"
    low, high = round(sum.low), round(sum.high)
    return expected if low == high else f"{expected}, between {low:,} and {high:,}"


def day_sums(view: BudgetView) -> Lines:
    """What is paid on each day, and for what."""
    told = []
    for row in view.days:
        split = ", ".join(f"{category} {round(amount):,}" for category, amount in row.categories)
        when = "On no day" if row.day is None else f"Day {row.day + 1}, {row.date}"
        told.append(f"{when}: {about(row.sum)}{f': {split}' if split else ''}")
    return told


def check_words(how: str, check: CheckLine) -> str:
    """How a check went, and what it found or what holds."""
    return f"{how}, {check.name}: {check.detail or check.meaning}"


def agent_words(report: AgentReport) -> str:
    """How an agent ended, and what it used."""
    used = [counted(report.usage.tool_calls, "tool call")]
    if report.usage.tokens:
        cost = f"about {report.usage.cost_usd:.2f} US dollars"
        if not report.usage.cost_usd:
            cost = "cost unknown" if report.usage.unpriced else "no cost"
        used.append(f"{report.usage.tokens:,} tokens, {cost}")
    detail = f": {report.detail}" if report.detail else ""
    by = f", by {report.backend}" if report.backend else ""
    return f"{report.name} {report.status}{by}{detail}. {', '.join(used)}"
