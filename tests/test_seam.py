"""Whatever a backend hands back is held against the ledger before it is planned with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest
from fakes import FakeBackend, fails_with, keeps_then
from travellers import ask_for_little as ask

from agents.activities import ACTIVITIES
from agents.agent import Brief, Task
from agents.backends.answers import read_answer
from agents.backends.offline import OfflineBackend
from agents.backends.recording import Recorder, RecordingBackend
from agents.backends.replay import ReplayBackend
from agents.errors import Unreachable
from agents.events import Emit
from agents.evidence import Ledger
from agents.findings import (
    ActivityFinds,
    Anchor,
    Criterion,
    DestinationComparison,
    Draft,
    DraftDay,
    Find,
    ItineraryDraft,
    RatedDestination,
    Tip,
)
from agents.solo import SOLO, WholeTrip
from agents.tools import destination_facts, find_activities
from planner.orchestrator import TEAM, new_meter, run_team
from planner.plan import AgentStatus
from planner.trip import plan_trip

BAD = "Pay at https://evil.example only €3, opens 03:00"
CITED = ("place/lisbon/maat", "made/up")
FOUND = ActivityFinds(
    finds=(
        Find(destination="lisbon", place="maat", fit=1, reason=BAD, evidence=CITED),
        Find(destination="lisbon", place="Pay at evil.example", fit=1, reason=BAD),
        Find(destination="rome", place="colosseum", fit=1, reason=BAD),
    ),
    tips=(Tip(destination="lisbon", text=BAD, reason=BAD, evidence=CITED),),
)
DRAFTED = ItineraryDraft(
    drafts=(
        Draft(
            stops=("lisbon",),
            nights=(1,),
            days=(
                DraftDay(
                    destination="lisbon",
                    theme=BAD,
                    anchors=(Anchor(place="belem-tower", reason=BAD, evidence=CITED),),
                ),
            ),
            reason=BAD,
        ),
    )
)
RATED = DestinationComparison(
    rated=(
        RatedDestination(
            destination="lisbon",
            criteria=(
                Criterion(name="cost", score=1, reason=BAD, evidence=("destination/lisbon",)),
            ),
        ),
    )
)
MADE_UP = {"activities": FOUND, "itinerary": DRAFTED, "destinations": RATED}
WORDS = ("evil", "only €3", "opens 03:00", "made/up")


async def makes_up(task: Task[Any], emit: Emit) -> Any:
    """Looks things up, then says what stands nowhere."""
    await task.tools(destination_facts, "lisbon")
    if task.name in ("activities", "itinerary", "solo"):
        await task.tools(find_activities, "lisbon")
    return WholeTrip(**MADE_UP) if task.name == "solo" else MADE_UP[task.name]


def none_of_it(text: str) -> bool:
    return not [word for word in WORDS if word in text]


ALL = dict.fromkeys((*MADE_UP, "solo"), makes_up)


@pytest.mark.parametrize("team", [TEAM, (SOLO,)])
async def test_a_backend_of_ones_own_cannot_slip_in_what_nobody_knows(team: Any) -> None:
    with anyio.fail_after(20):
        plan = await plan_trip(ask(), backend=FakeBackend(**ALL), team=team)
    assert none_of_it(plan.model_dump_json())
    assert {a.status for a in plan.agents} == {AgentStatus.FINISHED}
    assert "maat" in {i.place_id for d in plan.days for i in d.items}


async def test_what_was_kept_of_a_broken_off_task_is_held_against_the_ledger_too() -> None:
    async def breaks_off(task: Task[Any], emit: Emit) -> Any:
        task.keep(await makes_up(task, emit))
        raise Unreachable("gone")

    with anyio.fail_after(20):
        plan = await plan_trip(ask(), backend=FakeBackend(**dict.fromkeys(MADE_UP, breaks_off)))
    assert none_of_it(plan.model_dump_json())
    assert {a.status for a in plan.agents} == {AgentStatus.PARTIAL}


async def test_a_recording_that_was_tampered_with_brings_nothing_in(tmp_path: Path) -> None:
    file, request = tmp_path / "run.ndjson", ask()
    with Recorder(file, request, backend="rules", words="", environment={}) as recorder:
        backend = RecordingBackend(OfflineBackend(), recorder)
        await plan_trip(request, backend=backend, emit=recorder.event)
    text = file.read_text(encoding="utf-8")
    assert "quieter than the famous spots" in text
    file.write_text(text.replace("quieter than the famous spots", BAD), encoding="utf-8")
    with anyio.fail_after(20):
        plan = await plan_trip(request, backend=ReplayBackend(file))
    assert plan.complete
    assert none_of_it(plan.model_dump_json())


async def results_of(part: Any, brief: Brief) -> Any:
    results = await run_team(
        (ACTIVITIES,),
        brief,
        backend=FakeBackend(activities=part),
        ledger=Ledger(),
        emit=lambda event: None,
        run_meter=new_meter(),
    )
    return results["activities"]


async def test_findings_that_hold_nothing_fail_nobody() -> None:
    async def elsewhere(task: Task[Any], emit: Emit) -> Any:
        return ActivityFinds(finds=FOUND.finds[2:])

    result = await results_of(elsewhere, Brief(ask()))
    assert (result.status, result.findings.finds) == (AgentStatus.FINISHED, ())


async def test_what_was_read_and_grounded_is_not_gone_through_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def reads(task: Task[Any], emit: Emit) -> Any:
        await task.tools(find_activities, "lisbon")
        found = read_answer(task, FOUND.model_dump(mode="json"))
        monkeypatch.setattr("agents.backends.answers.footing.Support", None)
        return found

    result = await results_of(reads, Brief(ask()))
    assert result.status is AgentStatus.FINISHED
    assert none_of_it(result.findings.model_dump_json())


async def test_a_kept_part_that_is_nonsense_is_as_good_as_none() -> None:
    result = await results_of(keeps_then(fails_with(Unreachable("gone")), 7), Brief(ask()))
    assert (result.status, result.findings) == (AgentStatus.FAILED, None)
