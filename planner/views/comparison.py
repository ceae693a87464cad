"""The destinations that were compared, criterion by criterion, and their climate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.plan import TripPlan
from planner.views.grounds import Ground


@dataclass(frozen=True)
class Cell:
    """How one candidate does by one criterion."""

    score: float
    """0 to 1, 1 is best."""
    weight: float
    reason: str
    rests_on: tuple[Ground, ...]


@dataclass(frozen=True)
class CriterionRow:
    """One criterion; `cells` has one entry a candidate, None where it was not rated by this."""

    name: str
    weight: float
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Candidate:
    """One destination that was compared."""

    destination: str
    name: str
    total: float
    """The weighted mean, 0 to 1."""
    chosen: bool


@dataclass(frozen=True)
class RuledOutDestination:
    """One that did not get into the comparison."""

    destination: str
    name: str
    reason: str


@dataclass(frozen=True)
class Comparison:
    """Criteria as rows, candidates as columns, best first."""

    candidates: tuple[Candidate, ...]
    rows: tuple[CriterionRow, ...]
    rule: str
    """Which rule chose, or ""."""
    reverse: str
    """What would have turned it round, or ""."""
    ruled_out: tuple[RuledOutDestination, ...]


@dataclass(frozen=True)
class ClimateYear:
    """Monthly normals, January first: mean daily high and low in °C, rain in mm."""

    destination: str
    name: str
    high_c: tuple[float, ...]
    low_c: tuple[float, ...]
    rain_mm: tuple[float, ...]
    source: str
    months: tuple[int, ...] = ()
    """The months of the trip, 1 to 12."""


def comparison(plan: TripPlan) -> Comparison:
    """The comparison; without candidates when nothing was compared."""
    raise NotImplementedError


def climate(destination_id: str, plan: TripPlan | None = None) -> ClimateYear | None:
    """The climate there, with the months of `plan`; None when the atlas does not know the place."""
    raise NotImplementedError


def climates(plan: TripPlan) -> tuple[ClimateYear, ...]:
    """The climate of every candidate of the comparison (else of every stop), in its order."""
    raise NotImplementedError


def bars(values: Sequence[float], low: float, high: float) -> str:
    """One character of ▁▂▃▄▅▆▇█ a value; `low` and `high` are the ends of the scale."""
    raise NotImplementedError
