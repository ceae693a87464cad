"""Tries out on quick plans what would mend a plan that failed its checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import BaseModel

from agents.atlas.loader import destination
from agents.evidence import Ledger
from agents.findings import ActivityFinds, Find
from agents.request import Effort, TripRequest
from planner.compose import compose
from planner.merge import DRAFT_FIT
from planner.overrides import merge_as_chosen
from planner.plan import Conflict, TripPlan
from planner.relax import conflicts
from planner.results import AgentResult, findings
from planner.schedule import make_schedule


class _Stopped(Exception):
    """Nobody waits for the trials any more."""


def tried_out(
    plan: TripPlan,
    results: Mapping[str, AgentResult],
    overrides: Mapping[str, str],
    stopped: Callable[[], bool],
) -> tuple[Conflict, ...]:
    """What stands against what in `plan`, and the changes that a quick plan of them has passed.

    Nothing once `stopped`.
    """
    found = findings(results)

    def replan(request: TripRequest, chosen: Mapping[str, str]) -> TripPlan:
        if stopped():
            raise _Stopped
        quick = request.model_copy(update={"effort": Effort.INSTANT})
        ledger = Ledger()
        known = {**found, "atlas": _from_the_atlas(quick, found)}
        meant = {**_still_meant(overrides, plan.request, quick), **chosen}
        merged = merge_as_chosen(quick, known, ledger, meant, new=chosen.keys())
        schedule = make_schedule(quick, merged, ledger, stop=stopped)
        return compose(quick, merged, schedule, results, ledger, ())

    try:
        return conflicts(plan, replan)
    except _Stopped:
        return ()


def _still_meant(
    overrides: Mapping[str, str], asked: TripRequest, changed: TripRequest
) -> dict[str, str]:
    """The overrides, without those of what the changed request says anew."""
    gone = set()
    if changed.dates.nights != asked.dates.nights:
        gone.add("nights")
    if changed.tier != asked.tier:
        gone.add("tier")
    if changed.destinations != asked.destinations:
        gone.add("destination")
    return {id: choice for id, choice in overrides.items() if id not in gone}


def _from_the_atlas(request: TripRequest, found: Mapping[str, BaseModel]) -> ActivityFinds:
    """Every place of a destination that no agent looked at, so that trying it out is fair."""
    seen = {f.destination for x in found.values() if isinstance(x, ActivityFinds) for f in x.finds}
    finds = (
        Find(destination=id, place=place.id, fit=DRAFT_FIT)
        for id in request.destinations
        if id not in seen
        for place in destination(id).activities
    )
    return ActivityFinds(finds=tuple(finds))
