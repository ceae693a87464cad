"""One agent that does the work of all three."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeBackend

from agents.agent import Task
from agents.backends.offline import OfflineBackend
from agents.errors import BackendError
from agents.events import AgentStarted, Emit, Event, RoundStarted, RunStarted
from agents.findings import ActivityFinds, Find
from agents.solo import PARTS, SOLO, WholeTrip
from agents.tools import find_activities
from planner.intake import read
from planner.orchestrator import TEAM
from planner.plan import AgentStatus, TripPlan
from planner.progress import RunProgress
from planner.session import Session
from planner.settings import Settings
from planner.store import TripStore
from planner.teams import TEAMS, team_name
from planner.trip import plan_trip

TODAY = date(2026, 11, 21)
WORDS = "a weekend in Lisbon or Porto in May, tiles and food"


async def planned(words: str = WORDS, **changes: Any) -> TripPlan:
    given = {"team": (SOLO,), "backend": OfflineBackend(), **changes}
    return await plan_trip(read(words, today=TODAY).request, **given)


def days(plan: TripPlan) -> list[str]:
    return [day.model_dump_json(exclude={"items": {"__all__": {"evidence"}}}) for day in plan.days]


def test_it_has_the_instructions_and_each_tool_of_all_three_once() -> None:
    assert PARTS == TEAM
    assert len(set(SOLO.tools)) == len(SOLO.tools)
    for part in PARTS:
        assert part.instructions in SOLO.instructions
        assert set(part.tools) <= set(SOLO.tools)
        assert WholeTrip.model_fields[part.name].annotation is part.output


@pytest.mark.parametrize("words", [WORDS, "5 days in Rome in May, vegan, step-free"])
async def test_by_the_same_rules_one_agent_plans_what_three_do(words: str) -> None:
    alone = await planned(words)
    together = await planned(words, team=TEAM)
    assert [a.name for a in alone.agents] == ["solo"]
    assert days(alone) == days(together)
    assert alone.comparison == together.comparison
    assert alone.decisions == together.decisions
    assert alone.checks == together.checks
    used = sum(a.usage.tool_calls for a in together.agents)
    assert [a.usage.tool_calls for a in alone.agents] == [used]


async def test_it_is_told_in_the_events_like_any_team() -> None:
    events: list[Event] = []
    progress = RunProgress()
    plan = await planned(emit=lambda e: (events.append(e), progress(e)))
    assert plan.complete
    assert [e.agents for e in events if isinstance(e, RunStarted)] == [("solo",)]
    assert [e.role for e in events if isinstance(e, AgentStarted)] == [SOLO.role]
    assert list(progress.agents) == ["solo"]
    assert progress.agents["solo"].calls > 0


async def test_what_it_had_kept_is_planned_when_it_fails() -> None:
    async def breaks_off(task: Task[Any], emit: Emit) -> Any:
        places = await task.tools(find_activities, "porto")
        finds = tuple(
            Find(destination="porto", place=p.place, fit=0.5, evidence=(p.key,)) for p in places
        )
        task.keep(WholeTrip(activities=ActivityFinds(finds=finds)))
        raise BackendError("no more")

    plan = await planned("a weekend in Porto in May", backend=FakeBackend(solo=breaks_off))
    assert plan.missing == ("some of the solo agent's part: no more",)
    assert [a.status for a in plan.agents] == [AgentStatus.PARTIAL]
    assert any(i.proposed_by == ("activities",) for day in plan.days for i in day.items)


async def test_what_the_offline_rules_keep_is_of_the_whole() -> None:
    kept: list[WholeTrip] = []

    async def watched(task: Task[Any], emit: Emit) -> Any:
        keep = task.keep
        task.keep = lambda findings: (kept.append(findings), keep(findings))  # type: ignore[method-assign,assignment]
        return await OfflineBackend().run(task, emit)

    await planned(backend=FakeBackend(solo=watched))
    assert kept[0].itinerary.drafts and not kept[0].destinations.rated
    assert kept[-1].itinerary.drafts and kept[-1].destinations.rated and kept[-1].activities.finds
    assert len(kept) > 3


async def test_all_that_the_checks_refuse_goes_back_to_it() -> None:
    events: list[Event] = []
    backend = FakeBackend()
    words = "a week in Paris or London in May, two adults, €1000, mid-range"
    await planned(words, backend=backend, emit=events.append)
    [again] = [e for e in events if isinstance(e, RoundStarted)]
    assert again.agents == ("solo",)
    name, brief = backend.briefs[-1]
    assert name == "solo" and brief.feedback


def test_a_team_is_known_by_its_agents() -> None:
    assert [team_name([a.name for a in team]) for team in TEAMS.values()] == ["three", "one"]
    assert team_name(["solo", "rain"]) == team_name([]) == "three"


async def test_a_trip_that_one_agent_planned_is_planned_again_by_one(tmp_path: Path) -> None:
    store = TripStore(tmp_path / "trips")
    session = Session(store=store, settings=Settings(), asked_team="one")
    run = session.run(session.survey(WORDS, read_options()), WORDS, read_options())
    await run.start()
    assert run.trip_id is not None
    again = Session(store=store, settings=Settings()).reopen(run.trip_id)
    assert [a.name for a in again.team] == ["solo"]
    assert list(again.progress.agents) == ["solo"]


def test_a_session_plans_with_the_team_that_was_asked_for(tmp_path: Path) -> None:
    session = Session(store=TripStore(tmp_path / "trips"), settings=Settings(), asked_team="one")
    assert [a.name for a in session.team] == ["solo"]
    survey = session.survey(WORDS, read_options())
    assert [a.name for a in session.run(survey, WORDS, read_options()).team] == ["solo"]


def read_options() -> Any:
    from planner.intake import Options

    return Options()


def test_its_findings_have_a_schema() -> None:
    schema = json.dumps(WholeTrip.model_json_schema())
    assert all(part.output.__name__ in schema for part in PARTS)
