"""The column of one agent: what it has used of what it may use, what it did and said."""

from __future__ import annotations

import re
from datetime import date

import pytest
from textual.app import App, ComposeResult

from agents.events import (
    AgentFailed,
    AgentSaid,
    AgentStarted,
    Event,
    Found,
    ToolCalled,
    ToolReturned,
    UsageChanged,
)
from agents.usage import AGENT_LIMITS, Usage
from planner.intake import read
from planner.progress import RunProgress
from planner.trip import plan_trip
from planner.tui.widgets.agents import AgentColumn

STARTED = AgentStarted(agent="a", role="a role", backend="a model", limits=AGENT_LIMITS)
BROKEN = AgentFailed(agent="a", seconds=1, reason="the line is dead", kept=False)


def used(tokens: int, cost: float) -> UsageChanged:
    return UsageChanged(
        agent="a", usage=Usage(requests=1, input_tokens=tokens, cost_usd=cost, tool_calls=1)
    )


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([STARTED], "a model: no tokens, no cost"),
        ([STARTED, used(1000, 0.25)], "1,000/400,000 tokens ≈ $0.25/1.00"),
        ([STARTED, used(1000, 0.25), BROKEN, STARTED], "0/400,000 tokens ≈ $0.00/1.00"),
        (
            [STARTED, used(1000, 0.25), BROKEN, STARTED, used(70, 0.01)],
            "70/400,000 tokens ≈ $0.01/1.00",
        ),
    ],
    ids=["at first", "at work", "asked again", "at work again"],
)
async def test_an_attempt_is_told_against_its_own_limit(events: list[Event], told: str) -> None:
    progress = RunProgress()
    for event in events:
        progress(event)

    class Stage(App[None]):
        def compose(self) -> ComposeResult:
            yield AgentColumn(progress.agents["a"])

    async with Stage().run_test(size=(80, 12)) as pilot:
        assert told in pilot.app.query_one(AgentColumn).render().plain


CALL = ToolCalled(
    agent="a",
    call=1,
    tool="opening_hours",
    arguments={"destination": "lisbon", "place": "coach-museum", "day": "2027-05-12"},
)
ANSWER = ToolReturned(
    agent="a", call=1, tool="opening_hours", summary="Coach Museum: 10:00 to 18:00", seconds=0.1
)


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (100, "opening_hours(lisbon, coach-museum, 2027-05-12) → Coach Museum: 10:00 to 18:00"),
        (60, "opening_hours → Coach Museum: 10:00 to 18:00"),
    ],
)
async def test_the_answer_of_a_tool_is_seen_in_a_narrow_column(width: int, told: str) -> None:
    progress = RunProgress()
    for event in (STARTED, CALL, ANSWER):
        progress(event)

    class Stage(App[None]):
        def compose(self) -> ComposeResult:
            yield AgentColumn(progress.agents["a"])

    async with Stage().run_test(size=(width, 12)) as pilot:
        assert told in pilot.app.query_one(AgentColumn).render().plain


async def test_offline_agents_say_each_thing_on_a_line_and_by_its_name() -> None:
    told: list[Event] = []
    words = "4 days in Barcelona or Porto from 29 April 2027, beaches"
    await plan_trip(read(words, today=date(2026, 11, 21)).request, emit=told.append)
    said = [event.text for event in told if isinstance(event, AgentSaid)]
    assert said
    assert all(text.endswith("\n") and text.count("\n") == 1 for text in said)
    slug = re.compile(r"\b[a-z]+(-[a-z]+)+\b: |best so far is [a-z]+-|^(porto|barcelona)\b")
    assert not [text for text in said if slug.search(text)]
    subjects = {event.subject for event in told if isinstance(event, Found)}
    assert {"Barcelona", "Porto"} <= subjects
    assert all(subject[0].isupper() or " " in subject for subject in subjects)
