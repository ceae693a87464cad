"""What every readable form of a plan shares: words for money, rows of a day, numbered sources."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.evidence import Evidence
from planner.plan import Day, Free, Item, Leg, Meal, Stay, TripPlan, Visit
from planner.views.words import MARKS, long_date, missing_parts, money, way_words

__all__ = ["Outline", "Row", "done_by", "long_date", "money", "verdict"]


@dataclass(frozen=True)
class Row:
    """One line of a day."""

    kind: str
    start: str
    end: str
    what: str
    detail: str
    cost: str
    mark: str
    sources: tuple[int, ...]


@dataclass
class Outline:
    """Numbers the sources of a plan in the order in which they come up."""

    plan: TripPlan
    sources: dict[str, int] = field(default_factory=dict)
    _entries: dict[str, Evidence] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._entries = {e.id: e for e in self.plan.evidence}

    def rows(self, day: Day) -> list[Row]:
        return [self._row(item) for item in day.items]

    def _row(self, item: Item) -> Row:
        entries = [self._entries[id] for id in item.evidence if id in self._entries]
        return Row(
            kind=item.kind,
            start=f"{item.start:%H:%M}",
            end=f"{item.end:%H:%M}" + ("+1" if _next_day(item) else ""),
            what=item.title,
            detail=_detail(item, entries),
            cost=money(item.cost.expected, item.cost.currency) if item.cost else "",
            mark=_mark(entries),
            sources=self.numbers(entries),
        )

    def numbers(self, entries: list[Evidence]) -> tuple[int, ...]:
        """The numbers of the sources behind `entries`, new ones added."""
        found = set()
        for entry in entries:
            dated = f", as of {entry.as_of}" if entry.as_of else ""
            words = "; ".join(entry.sources) + dated
            found.add(self.sources.setdefault(words, len(self.sources) + 1))
        return tuple(sorted(found))

    def cited(self, ids: tuple[str, ...]) -> tuple[int, ...]:
        return self.numbers([self._entries[id] for id in ids if id in self._entries])


def _next_day(item: Item) -> bool:
    return not isinstance(item, Stay) and item.end.date() > item.start.date()


def _mark(entries: list[Evidence]) -> str:
    if not entries:
        return ""
    order = list(MARKS)
    return MARKS[max((e.status for e in entries), key=order.index)]


def _detail(item: Item, entries: list[Evidence]) -> str:
    match item:
        case Leg():
            how = way_words(item)
            carbon = f", {item.kg_co2e:.0f} kg CO₂e a person" if item.kg_co2e else ""
            return f"{item.km:.1f} km, {how}{carbon}"
        case Visit() | Meal() if item.place_id:
            hours = next((e.claim for e in entries if e.id.startswith("hours/")), "")
            known = hours.partition(" open ")[2]
            opened = f"open {known}" if known else ""
            return "; ".join(x for x in (opened, item.reason) if x)
        case Meal():
            return "anywhere there, at the usual price"
        case Stay() | Free():
            return item.reason
        case _:
            return "you fixed it"


def verdict(plan: TripPlan) -> str:
    """One line on whether the plan holds."""
    hard = [c for c in plan.checks if c.hard]
    passed = sum(c.passed for c in hard)
    words = f"{passed} of {len(hard)} hard checks passed"
    warned = sum(not c.passed for c in plan.checks if not c.hard)
    if warned:
        words += f", {warned} {'warning' if warned == 1 else 'warnings'}"
    missing = "; ".join(missing_parts(plan.missing))
    return f"{words}; missing: {missing}" if missing else words


def done_by(plan: TripPlan) -> str:
    """ "offline rules", "openai:MODEL (itinerary), offline rules (destinations, activities)"."""
    alike: dict[str, list[str]] = {}
    for report in plan.agents:
        alike.setdefault(report.backend, []).append(report.name)
    if len(alike) == 1:
        return next(iter(alike))
    return ", ".join(f"{who or 'nobody'} ({', '.join(names)})" for who, names in alike.items())
