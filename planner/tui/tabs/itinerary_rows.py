"""The rows of the itinerary: the overview, the head of a day, an item."""

from __future__ import annotations

from textual.content import Content

from planner.plan import Item, TripPlan
from planner.tui.tabs.closer import GLYPHS
from planner.tui.tabs.rows import Cell, Row, cell
from planner.tui.tabs.telling import MARK_STYLES
from planner.views.counts import places_words
from planner.views.grounds import grounds
from planner.views.items import DayHead
from planner.views.words import MARKS, money

STYLES = {
    "visit": "bold",
    "stay": "$text-primary",
    "leg": "$foreground-muted",
    "free": "$foreground-muted",
}
COST = 8
"""Columns of an amount, at least."""
INDENT = cell("")


def overview_row(plan: TripPlan) -> Row:
    mark, style = ("✓", "$text-success") if plan.complete else ("✗", "$text-error")
    what = plan.summary if plan.complete else f"not complete: {_shortfall(plan)}"
    text = Content.assemble(
        (f"{mark} ", style),
        ("Overview", "bold"),
        (f"  {' '.join(what.split())}", "$foreground-muted"),
    )
    total = money(plan.costs.total, plan.costs.currency)
    return Row([Cell(text, share=1), cell(total, "bold", width=amount_columns(plan), right=True)])


def amount_columns(plan: TripPlan) -> int:
    """So wide that no amount of the plan is cut: the total is the longest."""
    return max(COST, len(money(plan.costs.total, plan.costs.currency)))


def _shortfall(plan: TripPlan) -> str:
    failed, missing = len(plan.failed_checks), len(plan.missing)
    words = [
        *([f"{failed} check{'s' * (failed != 1)} failed"] if failed else []),
        *([f"{missing} part{'s' * (missing != 1)} missing"] if missing else []),
    ]
    return ", ".join(words) or plan.summary


def day_row(head: DayHead, date: str, is_open: bool, columns: int = COST) -> Row:
    """A day's head; `columns` are those of the amounts."""
    about = " · ".join(filter(None, (head.city, head.theme, head.holiday)))
    text = Content.assemble(
        ("▾ " if is_open else "▸ ", "$text-accent"),
        (f"{date:10}", "bold $text-accent"),
        f"  {' '.join(about.split())}",
    )
    places = places_words(head.places) if head.places else ""
    return Row(
        [
            Cell(text, share=1),
            cell(places, "$foreground-muted", width=9, right=True),
            cell(head.cost, "bold", width=columns, right=True),
        ]
    )


def item_row(plan: TripPlan, item: Item) -> Row:
    style = STYLES.get(item.kind, "")
    order = list(MARKS.values())
    marks = [ground.mark for ground in grounds(plan, item.evidence)]
    mark = max(marks, key=order.index, default="")
    cost = money(item.cost.expected, item.cost.currency) if item.cost else ""
    return Row(
        [
            INDENT,
            cell(f"{item.start:%H:%M}–{item.end:%H:%M}", "$foreground-muted", width=11),
            cell(f"{GLYPHS[item.kind]} {item.title}", style, share=1),
            cell(mark, MARK_STYLES.get(mark, ""), width=1),
            cell(cost, style, width=amount_columns(plan), right=True),
        ]
    )
