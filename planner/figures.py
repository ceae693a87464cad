"""Runs laid side by side: what each of them came to, and what it took. What is unknown is None."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from agents.events import (
    AnswerRefused,
    ApproachChanged,
    Event,
    ModelAnswered,
    ModelAsked,
    Retrying,
    RunFailed,
    RunFinished,
)
from agents.request import Amount, Frozen, TripRequest
from agents.text import clean_line
from agents.usage import Usage
from planner.export.outline import done_by
from planner.plan import Meal, TripPlan, Visit
from planner.progress import RunProgress
from planner.runs import Run


class Figures(Frozen):
    """What a run came to, and what it took."""

    run: str
    at: datetime | None
    backend: str | None
    agents: tuple[str, ...]
    models: tuple[str, ...] | None
    """As the servers name them; empty when no model was asked."""
    done_by: str | None = None
    """Who did the agents' work, as the plan tells it."""
    destination: str | None = None
    complete: bool | None = None
    hard_passed: int | None = None
    hard_failed: tuple[str, ...] | None = None
    warnings: tuple[str, ...] | None = None
    unverified: tuple[str, ...] | None = None
    missing: tuple[str, ...] | None = None
    places: tuple[str, ...] | None = None
    """Names of what is visited."""
    tables: int | None = None
    """Meals at a known place."""
    currency: str | None = None
    cost: Amount | None = None
    requests: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    """An estimate."""
    tool_calls: int | None = None
    seconds: float | None = None
    retries: int | None = None
    refused: int | None = None
    """Answers that did not hold and were asked for again."""
    approach_changes: int | None = None


class Comparison(Frozen):
    """Runs side by side, in the order they were named."""

    requests: tuple[TripRequest, ...]
    same_request: bool
    runs: tuple[Figures, ...]
    in_all: tuple[str, ...]
    """Places that every plan visits."""
    only_in: tuple[tuple[str, ...], ...]
    """Places that this plan visits and no other."""


def compare(runs: Sequence[Run]) -> Comparison:
    """Lay runs side by side."""
    visited = [_visited(run.plan) for run in runs]
    seen = Counter(place for places in visited for place in places)
    names = {place: name for places in visited for place, name in places.items()}
    bare = [run.request.model_copy(update={"words": ""}) for run in runs]
    return Comparison(
        requests=tuple(run.request for run in runs),
        same_request=all(request == bare[0] for request in bare),
        runs=tuple(map(figures, runs)),
        in_all=tuple(names[p] for p, count in seen.items() if count == len(runs)),
        only_in=tuple(
            tuple(name for place, name in places.items() if seen[place] == 1) for places in visited
        ),
    )


def figures(run: Run) -> Figures:
    """All figures of one run."""
    told = Figures(
        run=run.name,
        at=run.at,
        backend=run.backend,
        agents=_agents(run),
        models=_models(run.events) if run.events else None,
    )
    return told.model_copy(update={**_of_the_plan(run.plan), **_used(run), **_happened(run)})


def _agents(run: Run) -> tuple[str, ...]:
    progress = _progress(run.events)
    if progress.agents:
        return tuple(progress.agents)
    return tuple(clean_line(report.name) for report in run.plan.agents) if run.plan else ()


def _models(events: Sequence[Event]) -> tuple[str, ...]:
    """As they name themselves in their answers; as they were asked for when none has answered."""
    answered = {e.model: None for e in events if isinstance(e, ModelAnswered) and not e.failed}
    asked = {e.model: None for e in events if isinstance(e, ModelAsked)}
    return tuple(answered or asked)


def _of_the_plan(plan: TripPlan | None) -> dict[str, object]:
    if plan is None:
        return {}
    return {
        "destination": " then ".join(stop.name for stop in plan.stops),
        "done_by": done_by(plan) or None,
        "complete": plan.complete,
        "hard_passed": sum(c.hard and c.passed for c in plan.checks),
        "hard_failed": tuple(c.id for c in plan.failed_checks),
        "warnings": tuple(c.id for c in plan.checks if not c.hard and not c.passed),
        "unverified": tuple(name.name for name in plan.unverified),
        "missing": plan.missing,
        "places": tuple(_visited(plan).values()),
        "tables": sum(isinstance(i, Meal) and i.place_id is not None for i in _items(plan)),
        "currency": plan.costs.currency,
        "cost": plan.costs.total,
    }


def _used(run: Run) -> dict[str, object]:
    """Tokens and money are unknown when models were asked and nobody said what they took."""
    if run.events:
        usage = _progress(run.events).usage
    elif run.plan is not None:
        usage = sum((report.usage for report in run.plan.agents), Usage())
    else:
        return {}
    told = usage.tokens > 0 or not usage.requests
    priced = told and not usage.unpriced
    return {
        "requests": usage.requests,
        "tool_calls": usage.tool_calls,
        "input_tokens": usage.input_tokens if told else None,
        "output_tokens": usage.output_tokens if told else None,
        "cost_usd": usage.cost_usd if priced else None,
    }


def _happened(run: Run) -> dict[str, object]:
    if not run.events:
        return {}
    ends = [e.seconds for e in run.events if isinstance(e, RunFinished | RunFailed)]
    return {
        "seconds": sum(ends) if ends else None,
        "retries": sum(isinstance(e, Retrying) for e in run.events),
        "refused": sum(isinstance(e, AnswerRefused) for e in run.events),
        "approach_changes": sum(isinstance(e, ApproachChanged) for e in run.events),
    }


def _progress(events: Sequence[Event]) -> RunProgress:
    progress = RunProgress()
    for event in events:
        progress(event)
    return progress


def _items(plan: TripPlan) -> list[object]:
    return [item for day in plan.days for item in day.items]


def _visited(plan: TripPlan | None) -> dict[str, str]:
    """The places a plan visits: their ids and names."""
    return {
        f"{item.destination}/{item.place_id or item.title}": item.title
        for item in (_items(plan) if plan else ())
        if isinstance(item, Visit)
    }
