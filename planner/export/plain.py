"""The plan for the ear: one item a line, in sentences, the most important first."""

from __future__ import annotations

from collections.abc import Sequence

from planner.export.outline import Outline, Row, verdict
from planner.export.phrases import (
    Lines,
    about,
    agent_words,
    check_words,
    cost_words,
    day_sums,
    ending,
    section,
    source_words,
)
from planner.export.spoken import counted, out_of_100, sentence, spoken_date, spoken_money
from planner.plan import Item, TripPlan
from planner.views.budget import budget
from planner.views.comparison import comparison
from planner.views.crowds import concentration
from planner.views.decisions import checks, decisions
from planner.views.items import DayHead, day_head
from planner.views.names import city

ESTIMATE = "≈"
SURE = {"✓": "verified", ESTIMATE: "an estimate", "?": "unverified, check before you go"}
"""A row's mark in words."""


def plain(plan: TripPlan) -> str:
    """The whole plan as lines that make sense without being seen."""
    return "\n\n".join("\n".join(told) for told in PlainPlan(plan).sections()) + "\n"


class PlainPlan:
    """A plan told in sections: each is a heading line with a count, then a line for each item.

    A section that has nothing to say is empty. Sources have the same number in all of them.
    """

    def __init__(self, plan: TripPlan) -> None:
        self.plan = plan
        self._outline = Outline(plan)
        self._rows = [self._outline.rows(day) for day in plan.days]
        self._why = self._compared()

    def sections(self) -> list[Lines]:
        """All of it, in the order in which one wants to hear it."""
        told = [
            self.head(),
            self.assumed(),
            *(self.day(number) for number in range(len(self.plan.days))),
            self.costs(),
            self.why(),
            self.decisions(),
            self.left_out(),
            self.checks(),
            self.tips(),
            self.agents(),
            self.sources(),
        ]
        return [lines for lines in told if lines]

    def head(self) -> Lines:
        """Whether it is checked, whether it fits the budget, and what would help if not."""
        plan = self.plan
        good = "Checked by code" if plan.complete else "Not complete"
        failed = [f"Failed: {c.detail}" for c in plan.failed_checks]
        conflicts = [
            f"{' against '.join(c.wishes)}. What would do: {', or '.join(c.relaxations)}"
            if c.relaxations
            else " against ".join(c.wishes)
            for c in plan.conflicts
        ]
        view, seen = budget(plan), concentration(plan)
        return [
            sentence(plan.summary),
            sentence(f"{good}: {verdict(plan)}"),
            *map(sentence, failed),
            *(sentence(f"Not everything fits: {words}") for words in conflicts),
            sentence(f"Cost for {view.people}: {about(view.total)}, an estimate", view.standing),
            *([sentence(f"Crowds: {seen.words}")] if seen else []),
        ]

    def assumed(self) -> Lines:
        return section("Assumed", "thing", self.plan.assumptions)

    def day(self, number: int) -> Lines:
        """A day, counted from 0; its items are numbered from 1. Raises IndexError."""
        day, days = self.plan.days[number], len(self.plan.days)
        head = day_head(self.plan, number)
        theme = f": {day.theme}" if day.theme else ""
        return [
            sentence(
                f"Day {number + 1} of {days}, {spoken_date(day.date)}, {head.city}{theme}",
                counted(head.places, "place"),
            ),
            *self._circumstances(number, head),
            *(
                self._item(f"{n}. ", item, row)
                for n, (item, row) in enumerate(
                    zip(day.items, self._rows[number], strict=True), start=1
                )
            ),
        ]

    def _circumstances(self, number: int, head: DayHead) -> Lines:
        days = self.plan.days
        day, before = days[number], days[number - 1] if number else None
        same = before and (before.stop, before.date.month) == (day.stop, day.date.month)
        walking = counted(head.walking_minutes, "minute")
        told = sentence(
            f"Public holiday: {head.holiday}" if head.holiday else "",
            "" if same else head.weather,
            head.sun,
            f"{walking} on foot" if head.walking_minutes else "",
            f"About {_of_day(self.plan, number)}" if head.cost else "",
        )
        return [told] if told else []

    def _item(self, number: str, item: Item, row: Row) -> str:
        when = f"{item.start:%H:%M} to {ending(item)}"
        cost = cost_words(item.cost, len(self.plan.request.travellers)) if item.cost else ""
        said = cost and row.mark == ESTIMATE  # once is enough
        sure = [] if said or not row.mark else [SURE[row.mark]]
        return sentence(
            f"{number}{when}: {row.what}",
            row.detail,
            cost,
            ", ".join([*sure, *source_words(row.sources)]),
        )

    def costs(self) -> Lines:
        view = budget(self.plan)
        left = [f"Not included: {x}" for x in view.excluded]
        return section(
            "Costs",
            "category",
            (f"{c.category}: {about(c.sum)}" for c in view.categories),
            before=[f"{view.note}, in the {view.tier} tier"],
            after=[
                f"Total: {about(view.total)}",
                f"Budget: {view.standing}",
                *left,
                *day_sums(view),
            ],
            many="categories",
        )

    def why(self) -> Lines:
        """Why it goes there: the destinations that were compared."""
        return self._why

    def _compared(self) -> Lines:
        view = comparison(self.plan)
        lines = []
        for rated, candidate in zip(self.plan.comparison, view.candidates, strict=True):
            chosen = ", chosen" if candidate.chosen else ""
            lines.append(f"{candidate.name}{chosen}: {out_of_100(candidate.total)}")
            for c in rated.criteria:
                rated_so = f"{candidate.name}, {c.name}: {out_of_100(c.score)}"
                cited = self._outline.cited(c.evidence)
                lines.append(sentence(rated_so, c.reason, *source_words(cited)))
        out = [f"{r.name} is not among them: {r.reason}" for r in view.ruled_out]
        return section(
            "Why here",
            "place compared",
            lines,
            after=out,
            count=len(view.candidates),
            many="places compared",
        )

    def decisions(self) -> Lines:
        """Who proposed what, which rule decided, and how to take the other side."""
        lines = []
        for number, d in enumerate(decisions(self.plan), start=1):
            said = "; ".join(f"{p.by} proposed {p.value}" for p in d.proposals)
            lines.append(sentence(f"Decision {number}, {d.subject}: {d.chosen}", said))
            lines.append(sentence(f"Rule: {d.rule}", f"Otherwise: {d.reverse}"))
            lines += [
                f"Decide {d.id}={value} to take another side: {label}" for value, label in d.choices
            ]
        return section("Decisions", "decision", lines, count=len(self.plan.decisions))

    def left_out(self) -> Lines:
        """What was found and is not in the plan, and what nobody could verify."""
        plan = self.plan
        lines = [f"{x.name}, {city(plan, x.destination)}: {x.detail}" for x in plan.left_out]
        lines += [
            f"Unverified, never planned: {u.name}, named by {u.named_by}: {u.why}"
            for u in plan.unverified
        ]
        return section("Left out", "place", lines)

    def checks(self) -> Lines:
        found = checks(self.plan)
        lines = [
            *(check_words("Failed", c) for c in found.failed),
            *(check_words("Warning", c) for c in found.warnings),
            *(check_words("Passed", c) for c in found.passed),
        ]
        return section("Checks", "check", lines, said=f"{len(found.passed)} passed")

    def tips(self) -> Lines:
        return section("Good to know", "tip", (tip.text for tip in self.plan.tips))

    def agents(self) -> Lines:
        return section("Agents", "agent", map(agent_words, self.plan.agents))

    def sources(self) -> Lines:
        lines = [f"Source {n}: {words}" for words, n in self._outline.sources.items()]
        return section("Sources", "source", lines)

    def source_number(self, sources: Sequence[str], as_of: str) -> int | None:
        """The number under which these sources are listed, if they are."""
        dated = f", as of {as_of}" if as_of else ""
        return self._outline.sources.get("; ".join(sources) + dated)


def _of_day(plan: TripPlan, number: int) -> str:
    row = next(r for r in budget(plan).days if r.day == number)
    return f"{spoken_money(row.sum.expected, row.sum.currency)} that day"
