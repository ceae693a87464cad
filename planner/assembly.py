"""From findings to a checked plan: merge, schedule and gate, each told as it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from anyio import to_thread

from agents.errors import FieldProblem, RequestError
from agents.events import Checked, Emit, Scheduled
from agents.events import Merged as MergedEvent
from agents.evidence import Ledger
from agents.request import TripRequest
from planner.compose import compose
from planner.merge import Merged, merge
from planner.plan import AgentStatus, TripPlan
from planner.results import AgentResult, findings
from planner.schedule import make_schedule


async def assemble(
    request: TripRequest,
    results: Mapping[str, AgentResult],
    ledger: Ledger,
    overrides: Mapping[str, str],
    *,
    new: Collection[str],
    assumptions: Sequence[str],
    emit: Emit,
    stopped: Callable[[], bool],
) -> TripPlan:
    """Plan with what was found; facts looked up on the way are entered in `ledger`.

    Raises RequestError for an override that is no choice, or that is `new` and of no decision there
    is; once `stopped`, the search for a better schedule ends.
    """
    broken_off = any(r.status is not AgentStatus.FINISHED for r in results.values())
    merged = merge(request, findings(results), ledger, overrides, broken_off=broken_off)
    _refuse_unknown(overrides.keys() & set(new), merged)
    emit(
        MergedEvent(
            stops=tuple(s.destination for s in merged.stops),
            candidates=len(merged.candidates),
            decisions=len(merged.decisions),
        )
    )
    began = time.perf_counter()
    schedule = await to_thread.run_sync(
        partial(make_schedule, request, merged, ledger, stop=stopped)
    )
    emit(
        Scheduled(
            visits=sum(i.kind == "visit" for d in schedule.days for i in d.items),
            left_out=len(schedule.left_out),
            iterations=schedule.iterations,
            seconds=time.perf_counter() - began,
        )
    )
    plan = compose(request, merged, schedule, results, ledger, assumptions)
    emit(
        Checked(
            passed=sum(c.passed for c in plan.checks),
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
