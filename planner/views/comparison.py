"""The destinations that were compared, criterion by criterion, and their climate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.findings import Criterion
from planner.plan import TripPlan
from planner.views import places
from planner.views.grounds import Ground, grounds

EIGHTHS = "▁▂▃▄▅▆▇█"


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
    chosen = {s.destination for s in plan.stops}
    candidates = tuple(
        Candidate(
            destination=rated.destination,
            name=places.city(plan, rated.destination),
            total=rated.total,
            chosen=rated.destination in chosen,
        )
        for rated in plan.comparison
    )
    names = dict.fromkeys(c.name for rated in plan.comparison for c in rated.criteria)
    decision = next((d for d in plan.decisions if d.id == "destination"), None)
    return Comparison(
        candidates=candidates,
        rows=tuple(_row(plan, name) for name in names),
        rule=decision.rule if decision else "",
        reverse=decision.reverse if decision else "",
        ruled_out=_ruled_out(plan, chosen),
    )


def _row(plan: TripPlan, name: str) -> CriterionRow:
    found = [next((c for c in r.criteria if c.name == name), None) for r in plan.comparison]
    return CriterionRow(
        name=name,
        weight=max(c.weight for c in found if c),
        cells=tuple(_cell(plan, c) if c else None for c in found),
    )


def _cell(plan: TripPlan, criterion: Criterion) -> Cell:
    return Cell(
        score=criterion.score,
        weight=criterion.weight,
        reason=criterion.reason,
        rests_on=grounds(plan, criterion.evidence),
    )


def _ruled_out(plan: TripPlan, chosen: set[str]) -> tuple[RuledOutDestination, ...]:
    """What was named and neither compared nor chosen; why is not in a plan."""
    rated = {r.destination for r in plan.comparison}
    return tuple(
        RuledOutDestination(id, places.city(plan, id), "no agent rated it")
        for id in plan.request.destinations
        if rated and id not in rated | chosen
    )


def trip_months(plan: TripPlan) -> tuple[int, ...]:
    """The months of the trip, 1 to 12, in order."""
    return tuple(dict.fromkeys(day.date.month for day in plan.days))


def climate(destination_id: str, plan: TripPlan | None = None) -> ClimateYear | None:
    """The climate there, with the months of `plan`; None when the atlas does not know the place."""
    record = places.destination(destination_id)
    if record is None:
        return None
    return ClimateYear(
        destination=record.id,
        name=record.name,
        high_c=record.climate.high_c,
        low_c=record.climate.low_c,
        rain_mm=record.climate.rain_mm,
        source=record.climate.source,
        months=trip_months(plan) if plan else (),
    )


def climates(plan: TripPlan) -> tuple[ClimateYear, ...]:
    """The climate of every candidate of the comparison and every stop, in that order."""
    ids = [r.destination for r in plan.comparison] + [s.destination for s in plan.stops]
    found = (climate(id, plan) for id in dict.fromkeys(ids))
    return tuple(year for year in found if year is not None)


def scale(series: Iterable[Sequence[float]]) -> tuple[float, float]:
    """The lowest and highest value of all `series`, so that their bars can be compared."""
    values = [value for one in series for value in one]
    return (min(values), max(values)) if values else (0.0, 0.0)


def bars(values: Sequence[float], low: float, high: float) -> str:
    """One character of ▁▂▃▄▅▆▇█ a value; `low` and `high` are the ends of the scale."""
    reach = high - low
    heights = ((v - low) / reach if reach > 0 else 0.0 for v in values)
    return "".join(EIGHTHS[round(min(1.0, max(0.0, h)) * (len(EIGHTHS) - 1))] for h in heights)
