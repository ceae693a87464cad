"""From findings to a checked plan: merge, schedule and gate, each told as it ends."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence

from agents.errors import FieldProblem, RequestError
from agents.events import Checked, Emit, Scheduled
from agents.events import Merged as MergedEvent
from agents.evidence import Ledger
from agents.request import TripRequest
from planner.compose import compose
from planner.filling import added_by_rules, filled
from planner.merge import Merged
from planner.overrides import merge_as_chosen
from planner.plan import AgentStatus, TripPlan
from planner.results import AgentResult, findings
from planner.schedule import make_schedule
from planner.threads import Stopped, in_a_thread


async def assemble(
    request: TripRequest,
    results: Mapping[str, AgentResult],
    ledger: Ledger,
    overrides: Mapping[str, str],
    *,
    new: Collection[str],
    assumptions: Sequence[str],
    emit: Emit,
    stopped: Stopped,
) -> TripPlan:
    """Plan with what was found; facts looked up on the way are entered in `ledger`.

    An override that does not fit what was found waits, unless it is `new`: then RequestError is
    raised. Once `stopped`, the search for a better schedule ends.
    """
    broken_off = any(r.status is not AgentStatus.FINISHED for r in results.values())
    merged = merge_as_chosen(
        request, findings(results), ledger, overrides, new=new, broken_off=broken_off
    )
    _refuse_unknown(overrides.keys() & set(new), merged)
    if not stopped():
        merged = filled(request, merged, ledger, broken_off=broken_off)
    emit(
        MergedEvent(
            stops=tuple(s.destination for s in merged.stops),
            candidates=len(merged.candidates),
            decisions=len(merged.decisions),
        )
    )
    began = time.perf_counter()
    schedule = await in_a_thread(
        lambda stop: make_schedule(request, merged, ledger, stop=stop), stopped
    )
    emit(
        Scheduled(
            visits=sum(i.kind == "visit" for d in schedule.days for i in d.items),
            left_out=len(merged.left_out) + len(schedule.left_out),
            iterations=schedule.iterations,
            seconds=time.perf_counter() - began,
        )
    )
    told = added_by_rules(merged.candidates)
    assumed = (*assumptions, told) if told else assumptions
    plan = compose(request, merged, schedule, results, ledger, assumed)
    emit(
        Checked(
            passed=sum(c.passed and c.hard for c in plan.checks),
            failed=tuple(c.detail for c in plan.failed_checks),
        )
    )
    return plan


def _refuse_unknown(overrides: Collection[str], merged: Merged) -> None:
    ids = {d.id for d in merged.decisions}
    unknown = sorted(set(overrides) - ids)
    if unknown:
        known = ", ".join(sorted(ids)) or "none"
        message = f"this trip has no decision {unknown[0]!r}; it has {known}"
        raise RequestError([FieldProblem("decide", message)])
