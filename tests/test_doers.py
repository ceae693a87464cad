"""Every plan tells who did each agent's work, and who gave up before."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from fakes import NAMES, FakeBackend, fails_with
from rich.console import Console
from test_recordings import recorded, replayed
from test_routing import REQUEST, Named, planned

from agents.backends.base import Backend
from agents.backends.offline import OfflineBackend
from agents.backends.routing import FallbackBackend, RoutingBackend
from agents.errors import Unreachable
from planner.export.console import show
from planner.export.markdown import markdown
from planner.export.outline import done_by
from planner.export.plain import plain
from planner.figures import figures
from planner.plan import TripPlan
from planner.runs import Run
from planner.trip import Planning
from planner.tui.tabs.closer import tell_overview

DOWN = Unreachable("no connection")
RULES = OfflineBackend().name


def down(name: str = "openai:m") -> FakeBackend:
    """A model that nobody serves."""
    backend = FakeBackend(**dict.fromkeys(NAMES, fails_with(DOWN)))
    backend.name = name
    return backend


def doers(plan: TripPlan) -> dict[str, str]:
    return {report.name: report.backend for report in plan.agents}


def told(plan: TripPlan) -> list[str]:
    return [line for line in plan.assumptions if "gave up" in line]


async def test_a_plan_names_who_did_each_agents_work() -> None:
    plan = await planned(RoutingBackend(OfflineBackend(), {"activities": Named("a:m")}), [])
    assert doers(plan) == {"itinerary": RULES, "destinations": RULES, "activities": "a:m"}
    assert not told(plan)


async def test_a_plan_that_others_made_says_so_and_why() -> None:
    plan = await planned(FallbackBackend([down(), OfflineBackend()]), [])
    assert plan.complete
    assert doers(plan) == dict.fromkeys(NAMES, RULES)
    assert told(plan) == [
        "the itinerary, destinations and activities agents' work was done by "
        f"{RULES}, since openai:m gave up: no connection"
    ]


async def test_all_that_gave_up_are_named_for_the_agents_they_left() -> None:
    chain = FallbackBackend([down(), Named("b:m", fails_with(DOWN)), OfflineBackend()])
    plan = await planned(chain, [])
    assert doers(plan) == {"itinerary": "b:m", "destinations": "b:m", "activities": RULES}
    assert told(plan) == [
        "the itinerary and destinations agents' work was done by b:m, "
        "since openai:m gave up: no connection",
        f"the activities agent's work was done by {RULES}, "
        "since openai:m gave up: no connection and b:m gave up: no connection",
    ]


async def test_an_agent_of_which_nothing_came_is_missing_and_not_assumed() -> None:
    plan = await planned(FallbackBackend([down(), Named("b:m", fails_with(DOWN))]), [])
    assert not any("activities" in line for line in told(plan))
    assert any("activities" in line for line in plan.missing)


async def test_another_backend_that_is_taken_for_one_agent_is_told_of_that_one() -> None:
    planning = Planning(REQUEST, backend=Named("a:m"))
    assert doers(await planning.plan()) == dict.fromkeys(NAMES, "a:m")
    planning.use(FallbackBackend([down(), Named("b:m")]))
    plan = await planning.replan(retry=["activities"])
    assert doers(plan) == {"itinerary": "a:m", "destinations": "a:m", "activities": "b:m"}
    assert len(told(plan)) == 1
    planning.use(down())
    plan = await planning.replan(retry=["activities"])
    assert doers(plan)["activities"] == "b:m"
    assert len(told(plan)) == 1


@pytest.mark.parametrize(
    "backend",
    [
        lambda: FallbackBackend([down(), OfflineBackend()]),
        lambda: RoutingBackend(
            OfflineBackend(), {"activities": FallbackBackend([down(), Named("a")])}
        ),
    ],
    ids=["chain", "chain of one agent"],
)
async def test_a_replay_names_those_who_were_recorded(
    tmp_path: Path, backend: Callable[[], Backend]
) -> None:
    plan = await recorded(tmp_path / "run.jsonl", backend())
    again, _ = await replayed(tmp_path / "run.jsonl")
    assert told(plan)
    assert again == plan


async def test_every_face_names_who_did_the_work() -> None:
    plan = await planned(FallbackBackend([down(), OfflineBackend()]), [])
    console = Console(file=StringIO(), width=200)
    show(plan, console)
    faces = [
        console.file.getvalue(),
        markdown(plan),
        plain(plan),
        tell_overview(plan).fit(200).plain,
    ]
    for face in faces:
        assert RULES in " ".join(face.split())
        assert "openai:m gave up" in " ".join(face.split()).replace("\\", "")
    assert figures(Run("a", plan.request, plan)).done_by == RULES


async def test_a_plan_of_an_older_version_is_read() -> None:
    plan = (await planned(OfflineBackend(), [])).model_dump(mode="json")
    plan["schema_version"] = "1.0"
    for report in plan["agents"]:
        del report["backend"]
    old = TripPlan.model_validate(plan)
    assert set(doers(old).values()) == {""}
    assert done_by(old) == ""
    assert "work" not in markdown(old).partition("##")[0]
