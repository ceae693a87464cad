"""The closer looks of the itinerary: the whole plan, one day, one item."""

from __future__ import annotations

from planner.export.outline import done_by, verdict
from planner.plan import Leg, TripPlan
from planner.tui.tabs.telling import Telling
from planner.views.budget import budget
from planner.views.crowds import concentration
from planner.views.decisions import checks
from planner.views.items import ItemDetail, SlotAlternative, day_head
from planner.views.words import length, missing_parts

GLYPHS = {"visit": "•", "meal": "◇", "leg": "→", "stay": "☾", "commitment": "◆", "free": " "}
"""What tells the kinds of items apart, in one column."""
LEGEND = (
    "✓ verified  ≈ an estimate  ? unverified",
    "• place  ◇ meal  → way  ☾ night  ◆ fixed by you",
)


def tell_overview(plan: TripPlan) -> Telling:
    """The head of a plan: whether it holds, what stands against it, what to know before going."""
    told = Telling().head(plan.summary)
    told.point(
        f"{'complete' if plan.complete else 'not complete'}: {verdict(plan)}",
        "✓" if plan.complete else "✗",
    )
    money = budget(plan)
    told.gap().fact("Cost", money.total.words, money.standing)
    told.fact("Agents", done_by(plan))
    if seen := concentration(plan):
        told.fact("Crowds", seen.words)
    _tell_faults(told, plan)
    _tell_list(told, "Assumed", plan.assumptions)
    _tell_list(told, "Good to know", [tip.text for tip in plan.tips])
    told.gap()
    for words in LEGEND:
        told.line(words, "$foreground-muted")
    return told


def _tell_faults(told: Telling, plan: TripPlan) -> None:
    found = checks(plan)
    _tell_list(told, "Missing", missing_parts(plan.missing), "✗")
    if found.failed:
        told.section("What does not hold")
    for check in found.failed:
        told.point(f"{check.name}: {check.detail}", "✗")
    for conflict in plan.conflicts:
        told.section("Not everything fits")
        for number, wish in enumerate(conflict.wishes):
            told.point(f"{'against ' if number else ''}{wish}")
        if conflict.relaxations:
            told.line("What would do:", "$foreground-muted")
        for change in conflict.relaxations:
            told.point(change, "→", style="bold")
    if found.warnings:
        told.section("Mind")
    for check in found.warnings:
        told.point(f"{check.name}: {check.detail}", "!")


def _tell_list(
    told: Telling, title: str, texts: tuple[str, ...] | list[str], mark: str = "•"
) -> None:
    if texts:
        told.section(title)
    for text in texts:
        told.point(text, mark)


def tell_day(plan: TripPlan, number: int) -> Telling:
    """One day: what it is about, what it costs and asks of the legs, and what it holds."""
    head = day_head(plan, number)
    about = " · ".join(filter(None, (head.city, head.theme)))
    told = Telling().head(f"Day {number + 1} · {head.date}", about).gap()
    told.fact("Holiday", head.holiday, style="bold")
    told.fact("Cost", head.cost and f"about {head.cost}")
    told.fact("Places", str(head.places) if head.places else "none planned")
    told.fact("On foot", length(head.walking_minutes) if head.walking_minutes else "")
    told.fact("Weather", head.weather)
    told.fact("Light", head.sun)
    told.section("In short")
    for item in plan.days[number].items:
        if item.kind not in ("leg", "free"):
            told.point(f"{item.start:%H:%M} {item.title}", GLYPHS[item.kind])
    return told


def tell_item(plan: TripPlan, detail: ItemDetail, day: int, item: int) -> Telling:
    """One item, with all that is known of it."""
    told = Telling().head(detail.title, f"{detail.kind_words} · {detail.when}")
    told.gap().line(detail.about)
    told.gap()
    told.fact("Why", detail.why)
    told.fact("Hours", detail.hours)
    told.fact("Holiday", detail.holiday, style="bold")
    told.fact("Cost", *detail.cost)
    told.fact("Area", detail.area)
    told.fact("Access", detail.step_free)
    told.fact("Book", "ahead: it sells out or queues in season" if detail.book_ahead else "")
    told.fact("Proposed", detail.proposed_by and f"by {detail.proposed_by}")
    if detail.alternatives:
        way = isinstance(plan.days[day].items[item], Leg)
        told.section("Another way" if way else "Instead, in the same time")
    for other in detail.alternatives:
        told.point(other.name, note=_of_alternative(other))
    return told.rests_on(detail.rests_on)


def _of_alternative(other: SlotAlternative) -> str:
    told = (other.kind, length(other.minutes), other.price, other.hours, other.why)
    return " · ".join(filter(None, told))
