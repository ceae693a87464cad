"""What the gate checked and what the merge decided."""

from __future__ import annotations

from dataclasses import dataclass

from planner.plan import TripPlan


@dataclass(frozen=True)
class CheckLine:
    id: str
    name: str
    """The id as words: "travel time"."""
    meaning: str
    """What holds when it passes."""
    detail: str
    """What is wrong; "" when it passed."""
    places: tuple[str, ...]
    """Names of the places at fault."""


@dataclass(frozen=True)
class Checks:
    failed: tuple[CheckLine, ...]
    warnings: tuple[CheckLine, ...]
    passed: tuple[CheckLine, ...]


@dataclass(frozen=True)
class ProposalLine:
    by: str
    value: str


@dataclass(frozen=True)
class DecisionView:
    """One conflict. `choices` are the values an override of `id` may take, with words for each."""

    id: str
    subject: str
    proposals: tuple[ProposalLine, ...]
    chosen: str
    rule: str
    reverse: str
    choices: tuple[tuple[str, str], ...]


def meanings() -> dict[str, str]:
    """What each check of the gate holds, by its id."""
    raise NotImplementedError


def checks(plan: TripPlan) -> Checks:
    """The checks of a plan, grouped."""
    raise NotImplementedError


def decisions(plan: TripPlan) -> tuple[DecisionView, ...]:
    """The decisions of a plan."""
    raise NotImplementedError
