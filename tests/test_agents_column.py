"""The column of one agent: what it has used of what it may use."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from agents.events import AgentFailed, AgentStarted, Event, UsageChanged
from agents.usage import AGENT_LIMITS, Usage
from planner.progress import RunProgress
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
        ([STARTED], "a model: no model, no tokens, no cost"),
        ([STARTED, used(1000, 0.25)], "1,000 of 400,000 tokens · ≈ $0.250 of $1.00"),
        ([STARTED, used(1000, 0.25), BROKEN, STARTED], "0 of 400,000 tokens · ≈ $0.000 of $1.00"),
        (
            [STARTED, used(1000, 0.25), BROKEN, STARTED, used(70, 0.01)],
            "70 of 400,000 tokens · ≈ $0.010 of $1.00",
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
