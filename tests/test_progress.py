"""A run's state from its events, whatever their order, and its picture on one time axis."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agents.events import (
    AgentFailed,
    AgentFinished,
    AgentSaid,
    AgentStarted,
    AnswerRefused,
    ApproachChanged,
    Checked,
    Event,
    Found,
    Merged,
    ModelAnswered,
    ModelAsked,
    Retrying,
    RoundStarted,
    RunFailed,
    RunFinished,
    RunStarted,
    Scheduled,
    ToolCalled,
    ToolReturned,
    UsageChanged,
)
from agents.usage import Usage
from planner.progress import RunProgress, Status, line_of
from planner.progress_agents import MAX_ENTRIES, MAX_SAID
from planner.timeline import CALL, duration, ruler, waterfall

TEAM = ("itinerary", "destinations", "activities")


def started(agent: str, at: float) -> AgentStarted:
    return AgentStarted(at=at, agent=agent, role="a role", backend="offline rules")


def finished(agent: str, at: float, **used: Any) -> AgentFinished:
    return AgentFinished(at=at, agent=agent, seconds=1, usage=Usage(**used), summary="done")


def failed(agent: str, at: float, reason: str = "broken", **more: Any) -> AgentFailed:
    return AgentFailed(at=at, agent=agent, seconds=1, reason=reason, kept=False, **more)


def called(agent: str, at: float, call: int = 1, **arguments: Any) -> ToolCalled:
    return ToolCalled(at=at, agent=agent, call=call, tool="climate", arguments=arguments)


def returned(agent: str, at: float, call: int = 1, summary: str = "mild") -> ToolReturned:
    return ToolReturned(
        at=at, agent=agent, call=call, tool="climate", summary=summary, seconds=0.5, evidence=("e",)
    )


def follow(*events: Event) -> RunProgress:
    progress = RunProgress()
    for event in events:
        progress(event)
    return progress


def run_started(at: float = 0) -> RunStarted:
    return RunStarted(at=at, agents=TEAM, backend="offline rules", effort="thinking")


def run_finished(at: float) -> RunFinished:
    return RunFinished(at=at, seconds=1, complete=True)


def run_failed(at: float, **more: Any) -> RunFailed:
    return RunFailed(at=at, seconds=1.5, reason="no agent got as far as a destination", **more)


def used(agent: str, at: float, **used: Any) -> UsageChanged:
    return UsageChanged(at=at, agent=agent, usage=Usage(**used))


TIMES = st.floats(min_value=1, max_value=1e9)
NAMES = st.sampled_from((*TEAM, "a stranger"))
EVENTS = st.one_of(
    st.builds(run_started, TIMES),
    st.builds(run_finished, TIMES),
    st.builds(run_failed, TIMES, cancelled=st.booleans()),
    st.builds(RoundStarted, at=TIMES, number=st.integers(2, 5), agents=st.just(TEAM)),
    st.builds(started, NAMES, TIMES),
    st.builds(finished, NAMES, TIMES),
    st.builds(failed, NAMES, TIMES, cancelled=st.booleans()),
    st.builds(called, NAMES, TIMES, st.integers(1, 3), place=st.text(max_size=100)),
    st.builds(returned, NAMES, TIMES, st.integers(1, 3)),
    st.builds(AgentSaid, at=TIMES, agent=NAMES, text=st.text(max_size=20)),
    st.builds(Found, at=TIMES, agent=NAMES, subject=st.text(max_size=20)),
    st.builds(AgentSaid, at=TIMES, agent=NAMES, text=st.text(max_size=20), reasoning=st.booleans()),
    st.builds(ModelAsked, at=TIMES, agent=NAMES, request=st.integers(0, 3), model=st.text(max_size=20)),
    st.builds(
        ModelAnswered, at=TIMES, agent=NAMES, request=st.integers(0, 3), model=st.text(max_size=20),
        seconds=st.floats(0, 1e6), first_seconds=st.none() | st.floats(0, 1e6),
        failed=st.sampled_from(("", "429")),
    ),
    st.builds(Retrying, at=TIMES, agent=NAMES, request=st.integers(0, 3), attempt=st.just(2),
              wait=st.floats(0, 1e6), reason=st.text(max_size=20)),
    st.builds(AnswerRefused, at=TIMES, agent=NAMES, reason=st.text(max_size=20)),
    st.builds(ApproachChanged, at=TIMES, agent=NAMES, reason=st.text(max_size=20)),
    st.builds(UsageChanged, at=TIMES, agent=NAMES, usage=st.just(Usage(tool_calls=1))),
    st.builds(Merged, at=TIMES, stops=st.just(("lisbon",)), candidates=st.just(3), decisions=st.just(1)),
    st.builds(Scheduled, at=TIMES, visits=st.just(1), left_out=st.just(1), iterations=st.just(9), seconds=st.just(0.1)),
    st.builds(Checked, at=TIMES, passed=st.just(30)),
)  # fmt: skip


@given(
    st.lists(EVENTS, max_size=40), st.integers(-1, 120), st.floats(min_value=0, max_value=2e9), st.booleans()
)  # fmt: skip
def test_bars_are_as_wide_as_asked_whatever_happened(
    events: list[Event], width: int, now: float, show_calls: bool
) -> None:
    progress = follow(*events)
    bars = waterfall(progress, now, width, show_calls=show_calls)
    assert all(len(bar.cells) == width for bar in bars)
    assert all(set(bar.cells) <= set(" ━┿┅═╌") for bar in bars)
    began = {name for name, agent in progress.agents.items() if agent.spans}
    if width > 0 and began:
        assert [bar.agent for bar in bars] == list(progress.agents)
        assert {bar.agent for bar in bars if bar.cells.strip()} == began
    assert 0 <= progress.wall(now) <= progress.added_up(now) * (1 + 1e-9)


@given(st.lists(EVENTS, max_size=40))
def test_every_event_counts_and_every_entry_has_its_place(events: list[Event]) -> None:
    progress = follow(*events)
    assert progress.version == len(events)
    for agent in progress.agents.values():
        numbers = [entry.number for entry in agent.entries]
        assert numbers == list(range(agent.noted))
        assert all(0 <= e.attempt <= max(0, len(agent.spans) - 1) for e in agent.entries)
        assert agent.calls == sum(e.kind == "tool" for e in agent.entries)
        assert agent.finds == sum(e.kind == "found" for e in agent.entries)
        assert all("\n" not in e.line and e.mark for e in agent.entries)
        assert agent.doing(5) == "" or agent.is_held_back or "(request" in agent.doing(5)


@given(st.floats(min_value=0, max_value=1e12), st.integers(-1, 200))
def test_the_ruler_is_as_wide_as_asked_and_starts_at_nought(seconds: float, width: int) -> None:
    line = ruler(seconds, width)
    assert len(line) == max(0, width)
    if seconds > 0 and width > 2:
        assert line.startswith("╵0")


def test_ticks_are_at_round_times() -> None:
    assert ruler(0.25, 30) == "╵0          ╵100 ms           "
    assert ruler(12.0, 36).split() == ["╵0", "╵5", "s", "╵10", "s"]
    assert ruler(200.0, 60).split("╵")[1:][1].strip() == "1 min"


def test_three_agents_at_once_take_less_by_the_clock_than_added_up() -> None:
    progress = follow(
        run_started(), *(started(name, 10) for name in TEAM), *(finished(n, 12) for n in TEAM)
    )
    assert progress.wall(99) == 2
    assert progress.added_up(99) == 6
    assert {bar.cells for bar in waterfall(progress, 99, 10)} == {"━" * 10}


def test_bars_of_agents_at_work_grow_with_the_clock() -> None:
    progress = follow(started("itinerary", 0), started("activities", 0), finished("itinerary", 5))
    assert [bar.cells for bar in waterfall(progress, 10, 10)] == ["━" * 5 + " " * 5, "━" * 10]
    assert [bar.label for bar in waterfall(progress, 20, 10)] == ["5.0 s", "20.0 s"]


def test_tool_calls_are_marked_on_the_bar_where_they_began() -> None:
    progress = follow(
        started("activities", 0),
        called("activities", 2),
        returned("activities", 3),
        finished("activities", 10),
    )
    assert waterfall(progress, 10, 10)[0].cells == "━" * 10
    assert waterfall(progress, 10, 10, show_calls=True)[0].cells == f"━━{CALL}━━━━━━━"


def test_the_time_between_a_plan_and_its_change_is_left_out() -> None:
    progress = follow(
        run_started(0), started("activities", 0), finished("activities", 4), run_finished(5)
    )
    assert not progress.at_work
    progress(RoundStarted(at=1000, number=2, agents=("activities",)))
    assert progress.at_work
    progress(started("activities", 1000))
    progress(finished("activities", 1005))
    progress(run_finished(1006))
    assert progress.wall(2000) == 9
    assert waterfall(progress, 2000, 9)[-1].cells == "━" * 9
    assert [span.round for span in progress.agents["activities"].spans] == [1, 2]


def test_the_clock_counts_only_when_an_agent_is_at_work() -> None:
    progress = follow(
        run_started(0),
        *(started("activities", 1), started("itinerary", 2)),
        *(finished("activities", 4), finished("itinerary", 5)),
        Merged(at=6, stops=("porto",), candidates=3, decisions=1),
        RoundStarted(at=8, number=2, agents=("itinerary",)),
        *(started("itinerary", 9), finished("itinerary", 10), run_finished(12)),
    )
    assert progress.busy(99) == [(1, 5), (9, 10)]
    assert progress.wall(99) == 5
    assert progress.added_up(99) == 7
    cells = {bar.agent: bar.cells for bar in waterfall(progress, 99, 5)}
    assert (cells["activities"], cells["itinerary"]) == ("━━━  ", " ━━━━")


def test_a_tool_gives_its_answer_first_where_there_is_little_room() -> None:
    progress = follow(called("x", 1, place="lisbon"))
    entry = progress.agents["x"].entries[0]
    assert entry.line_in(10) == "climate(lisbon)"
    progress(returned("x", 1))
    assert entry.line_in(80) == "climate(lisbon) → mild"
    assert entry.line_in(20) == "climate → mild"


def test_a_run_that_broke_off_and_is_begun_again_counts_its_work_only() -> None:
    progress = follow(run_started(0), started("activities", 0), failed("activities", 2))
    progress(run_started(500))
    progress(started("activities", 500))
    progress(finished("activities", 503))
    assert progress.wall(999) == 5


def test_a_run_that_ends_in_an_error_is_at_rest_until_it_is_planned_again() -> None:
    progress = follow(
        run_started(0), started("activities", 0), failed("activities", 2), run_failed(3)
    )
    assert not progress.at_work
    assert progress.complete is None
    progress(run_failed(400))  # refused before there was any work
    progress(RoundStarted(at=1000, number=2, agents=("activities",)))
    assert progress.at_work
    progress(started("activities", 1000))
    progress(finished("activities", 1004))
    progress(run_finished(1005))
    assert progress.wall(2000) == 6


def test_a_run_without_a_plan_says_so_in_a_line() -> None:
    assert line_of(run_failed(1)) == "broke off after 1.50 s, without a plan"
    assert line_of(run_failed(1, cancelled=True)) == "cancelled after 1.50 s, without a plan"


def test_a_changed_plan_is_work_until_it_is_finished() -> None:
    progress = follow(run_started(0), run_finished(5))
    progress(Merged(at=100, stops=("porto",), candidates=3, decisions=1))
    assert progress.at_work
    progress(Scheduled(at=101, visits=4, left_out=1, iterations=9, seconds=0.1))
    progress(Checked(at=101, passed=29, failed=("the plan costs more",)))
    progress(run_finished(102))
    assert not progress.at_work
    assert [type(step) for step in progress.steps] == [Merged, Scheduled, Checked]


def test_an_agent_that_was_not_announced_is_followed_too() -> None:
    progress = follow(run_started(), called("a stranger", 1), returned("a stranger", 2))
    assert list(progress.agents) == [*TEAM, "a stranger"]
    assert progress.agents["a stranger"].entries[0].text == "mild"


def test_a_retry_is_a_second_attempt_with_its_own_entries() -> None:
    progress = follow(
        started("activities", 0),
        called("activities", 1),
        started("activities", 5),
        called("activities", 6),
        returned("activities", 7, summary="warm"),
        failed("activities", 8, "no answer"),
    )
    agent = progress.agents["activities"]
    assert [(s.began, s.ended, s.status) for s in agent.spans] == [
        (0, 5, Status.STOPPED),
        (5, 8, Status.FAILED),
    ]
    assert [(e.attempt, e.kind, e.text) for e in agent.entries] == [
        (0, "tool", ""),
        (1, "tool", "warm"),
        (1, "failed", "no answer"),
    ]
    assert agent.entries[0].seconds is None
    assert agent.entries[1].evidence == ("e",)
    assert agent.calls == 2


def test_streamed_text_is_joined_until_something_else_happens() -> None:
    said = [AgentSaid(at=1, agent="itinerary", text=word) for word in ("Porto ", "is ", "fine.")]
    progress = follow(*said, called("itinerary", 2), *said)
    entries = progress.agents["itinerary"].entries
    assert [entry.kind for entry in entries] == ["said", "tool", "said"]
    assert entries[0].line == "Porto is fine."


def test_long_answers_and_long_runs_stay_within_limits() -> None:
    progress = follow(*(AgentSaid(at=1, agent="x", text="y" * 3000) for _ in range(20)))
    assert max(len(e.text) for e in progress.agents["x"].entries) < MAX_SAID + 3000
    assert sum(len(e.text) for e in progress.agents["x"].entries) == 60_000
    progress = follow(*(called("x", n, n) for n in range(MAX_ENTRIES + 500)))
    agent = progress.agents["x"]
    assert len(agent.entries) == MAX_ENTRIES
    assert agent.calls == agent.noted == MAX_ENTRIES + 500
    assert agent.entries[0].number == 500


def test_long_arguments_are_short_on_the_line_and_whole_beside_it() -> None:
    progress = follow(called("x", 1, place="a" * 200, day="2027-05-12"))
    entry = progress.agents["x"].entries[0]
    assert len(entry.arguments) <= 60
    assert entry.given == {"place": "a" * 200, "day": "2027-05-12"}


def test_durations_are_said_as_people_say_them() -> None:
    assert [duration(s) for s in (0, 0.34, 12.34, 125)] == [
        "0 ms",
        "340 ms",
        "12.3 s",
        "2 min 05 s",
    ]


def test_usage_adds_up_over_agents() -> None:
    progress = follow(finished("x", 1, tool_calls=3), finished("y", 1, tool_calls=4, requests=1))
    assert progress.usage == Usage(tool_calls=7, requests=1)


def test_usage_of_all_attempts_adds_up_and_the_latest_is_known() -> None:
    progress = follow(
        started("x", 0),
        used("x", 1, requests=1, input_tokens=100),
        used("x", 2, requests=2, input_tokens=250, cost_usd=0.5),
        failed("x", 3),
        started("x", 4),
        used("x", 5, requests=1, input_tokens=40, cost_usd=0.1),
    )
    agent = progress.agents["x"]
    assert agent.attempt_usage == Usage(requests=1, input_tokens=40, cost_usd=0.1)
    assert agent.usage == Usage(requests=3, input_tokens=290, cost_usd=0.6)
    progress(finished("x", 6, requests=2, input_tokens=90, cost_usd=0.25))
    progress(started("x", 7))
    assert agent.attempt_usage == Usage()
    assert progress.usage == Usage(requests=4, input_tokens=340, cost_usd=0.75)
