"""What the gate checked and what the merge decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from agents.text import clean_line
from planner.gate.base import RULES
from planner.plan import Check, TripPlan
from planner.views import places
from planner.views.words import spaced

NAMES = MappingProxyType({"full_days": "empty afternoons"})


@dataclass(frozen=True)
class CheckLine:
    id: str
    name: str
    """The id as words, "travel time"; in other words where those would mislead."""
    meaning: str
    """What holds when it passes."""
    detail: str
    """What is wrong; "" when it passed."""
    places: tuple[str, ...]
    """Names of the places at fault."""
    hard: bool = True
    """Whether a plan that fails it is not complete."""


@dataclass(frozen=True)
class Checks:
    failed: tuple[CheckLine, ...]
    warnings: tuple[CheckLine, ...]
    passed: tuple[CheckLine, ...]

    @property
    def hard_words(self) -> str:
        """ "22 of 23 hard checks passed"."""
        held = sum(line.hard for line in self.passed)
        hard = held + len(self.failed)
        return f"{held} of {hard} hard check{'s' * (hard != 1)} passed"

    @property
    def passed_words(self) -> str:
        """ "28 passed, 22 of them hard"."""
        held = sum(line.hard for line in self.passed)
        return f"{len(self.passed)} passed, {held} of them hard"


@dataclass(frozen=True)
class ProposalLine:
    by: str
    value: str


@dataclass(frozen=True)
class DecisionView:
    """One conflict. `choices` are the other sides: what an override of `id` takes, and its words."""

    id: str
    subject: str
    proposals: tuple[ProposalLine, ...]
    chosen: str
    rule: str
    reverse: str
    choices: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def meanings() -> Mapping[str, str]:
    """What each check of the gate holds, by its id: the gate's own words."""
    return MappingProxyType({rule.id: rule.holds for rule in RULES})


def checks(plan: TripPlan) -> Checks:
    """The checks of a plan, grouped, each group in the gate's order."""
    return Checks(
        failed=tuple(_line(plan, c) for c in plan.checks if c.hard and not c.passed),
        warnings=tuple(_line(plan, c) for c in plan.checks if not c.hard and not c.passed),
        passed=tuple(_line(plan, c) for c in plan.checks if c.passed),
    )


def _line(plan: TripPlan, check: Check) -> CheckLine:
    """A check that the gate no longer has still says what the plan has of it."""
    return CheckLine(
        id=check.id,
        name=NAMES.get(check.id, spaced(check.id)),
        meaning=meanings().get(check.id, check.detail if check.passed else ""),
        detail="" if check.passed else check.detail,
        places=tuple(_place_name(plan, id) for id in check.places),
        hard=check.hard,
    )


def _place_name(plan: TripPlan, id: str) -> str:
    where, _, place_id = id.partition("/")
    record = places.place(where, place_id)
    if record is not None:
        return record.name
    item = next((i for _, _, i in places.items(plan) if i.place_id == place_id), None)
    return item.title if item else spaced(place_id or id)


def decisions(plan: TripPlan) -> tuple[DecisionView, ...]:
    """The decisions of a plan."""
    return tuple(
        DecisionView(
            id=d.id,
            subject=d.subject,
            proposals=tuple(ProposalLine(clean_line(p.by), p.value) for p in d.proposals),
            chosen=d.chosen,
            rule=d.rule,
            reverse=d.reverse,
            choices=tuple((a.value, a.label) for a in d.alternatives),
        )
        for d in plan.decisions
    )
