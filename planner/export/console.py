"""The plan on a terminal. All text enters as plain text, never as markup."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from planner.export.outline import Outline, Row, done_by, long_date, money, verdict
from planner.plan import Day, TripPlan
from planner.views.crowds import concentration
from planner.views.names import city

STYLES = {
    "visit": "bold",
    "meal": "yellow",
    "leg": "dim",
    "stay": "blue",
    "commitment": "bold magenta",
    "free": "dim italic",
}
LEFT_OUT_SHOWN = 8
NARROW = 100


def show(plan: TripPlan, console: Console) -> None:
    """Print the whole plan."""
    narrow = console.width < NARROW
    outline = Outline(plan)
    for part in (
        _head(plan),
        *_conflicts(plan),
        _why(plan, outline),
        *(_day(plan, day, outline, narrow) for day in plan.days),
        _costs(plan),
        _decisions(plan),
        _tips(plan),
        _left_out(plan),
        _checks(plan),
        _sources(outline),
    ):
        console.print(part)


def _title(words: str) -> Rule:
    return Rule(Text(words, style="bold cyan"), style="cyan", align="left")


def _head(plan: TripPlan) -> RenderableType:
    good = plan.complete
    lines: list[RenderableType] = [
        Rule(Text(plan.summary, style="bold"), style="green" if good else "red"),
        Text(("✓ " if good else "✗ ") + verdict(plan), style="green" if good else "red"),
    ]
    if who := done_by(plan):
        lines.append(Text(f"  the agents' work: {who}", style="dim"))
    if seen := concentration(plan):
        lines.append(Text(f"  {seen.words}", style="dim"))
    lines += [Text(f"  assumed: {a}", style="dim") for a in plan.assumptions]
    return Group(*lines)


def _conflicts(plan: TripPlan) -> Iterator[RenderableType]:
    for conflict in plan.conflicts:
        text = Text("Not everything fits: ", style="bold red")
        text.append(" against ".join(conflict.wishes), style="not bold")
        changes = [Text(f"  • {r}") for r in conflict.relaxations]
        yield Group(text, Text("What would do:", style="bold"), *changes)


def _why(plan: TripPlan, outline: Outline) -> RenderableType:
    parts: list[RenderableType] = [_title("Why here")]
    chosen = {s.destination for s in plan.stops}
    for rated in plan.comparison:
        style = "bold green" if rated.destination in chosen else ""
        name = city(plan, rated.destination)
        parts.append(Text(f"{name}  {rated.total:.2f}", style=style))
        for c in rated.criteria:
            refs = _refs(outline.cited(c.evidence))
            parts.append(Text(f"  {c.name} {c.score:.2f}: {c.reason} {refs}", style="dim"))
    return Group(*parts) if plan.comparison else Text()


def _day(plan: TripPlan, day: Day, outline: Outline, narrow: bool) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), expand=True)
    table.add_column(min_width=11, no_wrap=True)
    table.add_column(ratio=3)
    if not narrow:
        table.add_column(ratio=3)
    table.add_column(justify="right", no_wrap=True, min_width=4)
    table.add_column(no_wrap=True)
    for row in outline.rows(day):
        table.add_row(*_cells(row, narrow))
    theme = f" · {day.theme}" if day.theme else ""
    name = city(plan, day.stop)
    return Group(_title(f"{long_date(day.date)} · {name}{theme}"), table)


def _cells(row: Row, narrow: bool) -> list[Text]:
    style = STYLES[row.kind]
    what = Text(row.what, style=style)
    detail = Text(row.detail, style="dim")
    if narrow and row.kind == "visit":
        what.append(f"\n{row.detail}", style="not bold dim")
    time = Text(f"{row.start}–{row.end}", style="dim" if row.kind == "leg" else "")
    cost = Text(row.cost)
    refs = Text(f"{row.mark}{_refs(row.sources)}", style="dim")
    return [time, what, *([] if narrow else [detail]), cost, refs]


def _refs(numbers: tuple[int, ...]) -> str:
    return "[" + ",".join(map(str, numbers)) + "]" if numbers else ""


def _costs(plan: TripPlan) -> RenderableType:
    costs = plan.costs
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("for everybody, estimates")
    for name in ("expected", "from", "to"):
        table.add_column(name, justify="right")
    for row in costs.categories:
        amounts = [money(x, costs.currency) for x in (row.expected, row.low, row.high)]
        table.add_row(row.category.value, *amounts)
    table.add_section()
    total = [money(x, costs.currency) for x in (costs.total, costs.low, costs.high)]
    table.add_row("total", *total, style="bold")
    parts: list[RenderableType] = [_title(f"Costs ({costs.tier.value} tier)"), table]
    if costs.budget is not None and costs.left is not None:
        left = money(abs(costs.left), costs.currency)
        words = f"budget {money(costs.budget, costs.currency)}: {left} "
        fits = costs.left >= 0
        parts.append(Text(words + ("left" if fits else "too little"), "green" if fits else "red"))
    parts += [Text(f"not included: {x}", style="dim") for x in costs.excluded]
    return Group(*parts)


def _decisions(plan: TripPlan) -> RenderableType:
    parts: list[RenderableType] = [_title("What was decided")]
    for d in plan.decisions:
        line = Text(f"{d.subject}: ", style="bold").append(d.chosen, style="green")
        parts.append(line)
        parts += [Text(f"  {p.by} said {p.value}", style="dim") for p in d.proposals]
        parts.append(Text(f"  rule: {d.rule}; otherwise: {d.reverse}", style="dim"))
    return Group(*parts) if plan.decisions else Text()


def _tips(plan: TripPlan) -> RenderableType:
    if not plan.tips:
        return Text()
    return Group(_title("Good to know"), *(Text(f"  • {t.text}") for t in plan.tips))


def _left_out(plan: TripPlan) -> RenderableType:
    if not plan.left_out and not plan.unverified:
        return Text()
    shown = plan.left_out[:LEFT_OUT_SHOWN]
    parts: list[RenderableType] = [_title("Left out, and why")]
    parts += [Text(f"  {x.name}: {x.detail}", style="dim") for x in shown]
    if len(plan.left_out) > len(shown):
        parts.append(Text(f"  and {len(plan.left_out) - len(shown)} more (--json has them all)"))
    parts += [
        Text(f"  unverified, never planned: {u.name}, named by {u.named_by}", style="yellow")
        for u in plan.unverified
    ]
    return Group(*parts)


def _checks(plan: TripPlan) -> RenderableType:
    parts: list[RenderableType] = [_title("Checked by code")]
    passed = [c.id for c in plan.checks if c.passed]
    parts.append(Text("✓ " + ", ".join(passed), style="green"))
    for c in plan.checks:
        if not c.passed:
            mark, style = ("✗", "red") if c.hard else ("!", "yellow")
            parts.append(Text(f"{mark} {c.id}: {c.detail}", style=style))
    return Group(*parts)


def _sources(outline: Outline) -> RenderableType:
    key = Text("✓ from a record   ≈ estimate   ? unverified, check before you go", style="dim")
    lines = [Text(f"[{n}] {words}", style="dim") for words, n in outline.sources.items()]
    return Group(_title("What it rests on"), key, Padding(Group(*lines), (0, 0, 1, 0)))
