"""What a traveller and a developer see of requests to a model, in every face, whatever they say."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from textual.app import App, ComposeResult
from textual.content import Content

from agents.events import (
    EVENT,
    AgentFailed,
    AgentFinished,
    AgentSaid,
    AgentStarted,
    AnswerRefused,
    ApproachChanged,
    Event,
    ModelAnswered,
    ModelAsked,
    Retrying,
    RunFinished,
    RunStarted,
    ToolCalled,
    ToolReturned,
    UsageChanged,
)
from agents.usage import AGENT_LIMITS, Usage
from planner.cli.live import LiveProgress, QuietProgress
from planner.cli.look import trace_lines
from planner.cli.narrator import Narrator
from planner.intake import read
from planner.progress import RunProgress, line_of
from planner.store import TripStore
from planner.timeline import waterfall
from planner.trip import plan_trip
from planner.tui.tabs.trace_telling import Trace
from planner.tui.tabs.trace_topics import Topic, run_topic
from planner.tui.widgets.agents import AgentColumn
from planner.tui.widgets.waterfall import lines

HOSTILE = (
    "[/] [@click=app.quit]x[/]",
    "\x1b]0;owned\x07\u202eevil",
    "[link='https://evil.example']y",
)
SPENT = Usage(requests=1, input_tokens=1_200, output_tokens=80, cost_usd=0.004)


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 10.0)


def started(at: float = 0) -> AgentStarted:
    return AgentStarted(at=at, agent="a", role="a role", backend="m", limits=AGENT_LIMITS)


def asked(at: float, request: int = 1) -> ModelAsked:
    return ModelAsked(at=at, agent="a", request=request, model="m-large", bytes=4096)


def answered(at: float, request: int = 1, **more: Any) -> ModelAnswered:
    given = {"seconds": 2.0, "first_seconds": 0.5, "finish": "stop", "usage": SPENT} | more
    return ModelAnswered(at=at, agent="a", request=request, model="m-large-0513", **given)


def retrying(at: float, wait: float = 12, reason: str = "429 from openai") -> Retrying:
    return Retrying(at=at, agent="a", request=1, attempt=2, wait=wait, reason=reason)


def said(text: str, at: float = 1, *, reasoning: bool = False) -> AgentSaid:
    return AgentSaid(at=at, agent="a", text=text, reasoning=reasoning)


def run_of(*events: Event) -> RunProgress:
    progress = RunProgress()
    for event in events:
        progress(event)
    return progress


def kinds(progress: RunProgress) -> list[tuple[str, str]]:
    return [(entry.kind, entry.line) for entry in progress.agents["a"].entries]


WHOLE: tuple[Event, ...] = (
    RunStarted(at=0, agents=("a",), backend="m", effort="thinking"),
    started(),
    asked(1),
    said("is it flat?", 1.5, reasoning=True),
    said("Yes.\n", 2),
    answered(3),
    UsageChanged(at=3, agent="a", usage=SPENT),
    AnswerRefused(at=3.1, agent="a", reason="days: 3 are asked for, there are 2"),
    asked(3.2, 2),
    answered(3.4, 2, seconds=0.2, failed="429 from openai", usage=Usage(), first_seconds=None),
    retrying(3.4),
    ApproachChanged(at=9, agent="a", reason="in smaller steps"),
    asked(9.5, 2),
)


# The state of a run


def test_a_request_is_told_from_being_sent_to_its_answer() -> None:
    progress = run_of(started(), asked(1))
    assert kinds(progress) == [("request", "waiting for the model (request 1)")]
    progress(said("Day"))
    assert kinds(progress)[0] == ("request", "the model is answering (request 1)")
    progress(answered(3))
    assert kinds(progress)[0] == ("request", "request 1: 2.0 s, 1,200 tokens in, 80 out")
    assert progress.agents["a"].doing(4) == ""


def test_a_retry_is_counted_down_and_ends_with_the_next_request() -> None:
    agent = run_of(started(), asked(1), answered(2, failed="429"), retrying(2)).agents["a"]
    assert agent.entries[-1].line == "again in 12 s, attempt 2: 429 from openai"
    assert [agent.doing(now) for now in (2, 13.5, 20)] == [
        "again in 12 s",
        "again in 1 s",
        "again now",
    ]
    agent.asked(asked(14))
    assert not agent.is_held_back
    assert agent.doing(14) == "waiting for the model (request 1, attempt 2)"


@pytest.mark.parametrize(("of", "told"), [(3, "2 of 3"), (2, "2 of 2"), (1, "2"), (0, "2")])
def test_how_many_attempts_there_are_is_told_where_it_is_known(of: int, told: str) -> None:
    again = retrying(2).model_copy(update={"of": of})
    assert line_of(again) == f"a: again in 12 s, attempt {told}: 429 from openai"


def test_what_has_no_answer_when_its_agent_ends_was_broken_off() -> None:
    failed = AgentFailed(at=5, agent="a", seconds=5, reason="out of time", kept=False)
    for end in (failed, started(5)):
        progress = run_of(started(), asked(1), retrying(2), end)
        assert kinds(progress)[0] == ("request", "request 1: broken off")
        assert progress.agents["a"].doing(6) == ""


def test_an_answer_to_what_nobody_asked_is_told_all_the_same() -> None:
    progress = run_of(answered(5, 7))
    assert kinds(progress) == [("request", "request 7: 2.0 s, 1,200 tokens in, 80 out")]
    assert progress.agents["a"].entries[0].at == 3


def test_thoughts_and_answers_are_apart_and_each_is_joined() -> None:
    thoughts = [said(piece, reasoning=True) for piece in ("is it ", "flat?")]
    progress = run_of(*thoughts, said("Ye"), said("s."), *thoughts)
    assert kinds(progress) == [
        ("thought", "is it flat?"),
        ("said", "Yes."),
        ("thought", "is it flat?"),
    ]


def test_what_came_between_an_agent_and_its_answer_is_a_line_but_no_note_on_the_whole() -> None:
    progress = run_of(*WHOLE)
    assert progress.notes == []
    assert [line for event in WHOLE if (line := line_of(event))][1:] == [
        "a: answer refused: days: 3 are asked for, there are 2",
        "a: again in 12 s, attempt 2: 429 from openai",
        "a: in smaller steps",
    ]


def test_a_request_is_a_stretch_of_its_own_on_the_time_axis() -> None:
    (bar,) = waterfall(run_of(*WHOLE), 10, 20, show_calls=True)
    assert bar.cells == "━━┅═══╌╌╌╌╌╌╌╌╌╌╌╌╌┅"
    assert waterfall(run_of(*WHOLE), 10, 20)[0].cells == "━" * 20


def test_a_tool_stays_in_sight_among_requests() -> None:
    called = ToolCalled(at=2.5, agent="a", call=1, tool="climate", arguments={})
    (bar,) = waterfall(run_of(started(), asked(0), called), 10, 10, show_calls=True)
    assert bar.cells == "┅┅┿┅┅┅┅┅┅┅"


# Faces


def drawn(content: Content) -> list[str]:
    return [line.rstrip() for line in content.plain.splitlines()]


async def column(events: Sequence[Event], size: tuple[int, int]) -> Content:
    progress = run_of(*events)

    class Stage(App[None]):
        def compose(self) -> ComposeResult:
            yield AgentColumn(progress.agents["a"])

    async with Stage().run_test(size=size) as pilot:
        return pilot.app.query_one(AgentColumn).render()


async def test_the_column_of_an_agent_tells_each_thing_by_a_mark_without_colour() -> None:
    told = drawn(await column(WHOLE, (60, 24)))
    assert told[1:] == [
        "1,280/400,000 tokens ≈ $0.0040/1.00, 1/40 requests",
        "⇅ request 1: 2.0 s, 1,200 tokens in, 80 out",
        "┊ is it flat?",
        "Yes.",
        "⊘ answer refused: days: 3 are asked for, there are 2",
        "✗ request 2 failed: 429 from openai",
        "↻ again in 12 s, attempt 2",
        "⇢ in smaller steps",
        "⇅ waiting for the model (request 2)",
    ]


async def test_an_answer_has_its_unit_in_a_narrow_column_too() -> None:
    events = (started(), asked(1), answered(2, usage=SPENT, seconds=0.5))
    assert "⇅ request 1: 1,200 → 80 tokens, 0.5 s" in drawn(await column(events, (42, 12)))


async def test_a_request_that_is_sent_again_is_told_from_the_first_time() -> None:
    events = (started(), asked(1), answered(2, failed="429"), retrying(2), asked(15))
    told = drawn(await column(events, (60, 12)))
    assert "✗ request 1 failed: 429" in told
    assert told[-1] == "⇅ waiting for the model (request 1, attempt 2)"
    told = drawn(await column((*events, answered(16, seconds=1), asked(17, request=2)), (60, 12)))
    assert told[-2:] == [
        "⇅ request 1, attempt 2: 1.0 s, 1,200 tokens in, 80 out",
        "⇅ waiting for the model (request 2)",
    ]


async def test_a_request_that_the_traveller_cancelled_has_not_failed() -> None:
    events = (started(), asked(1), answered(2, failed="cancelled"))
    assert drawn(await column(events, (60, 12)))[-1] == "⇅ request 1: cancelled"


async def test_a_retry_is_counted_down_at_the_head_however_narrow_the_column() -> None:
    events = (started(), asked(1), answered(2, failed="429"), retrying(2))
    assert drawn(await column(events, (60, 12)))[0].startswith("● a working: again in 4 s")
    assert drawn(await column(events, (27, 12)))[0].startswith("↻ a again in 4 s")


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        (0.25, "1,280/400,000 tokens ≈ $0.25/1.00"),
        (None, "1,280/400,000 tokens, cost unknown"),
        (0, "1,280/400,000 tokens, no cost"),
    ],
)
async def test_a_cost_that_nobody_knows_is_told_from_none(cost: float | None, told: str) -> None:
    usage = SPENT.model_copy(update={"cost_usd": 0}).costing(cost)
    events = (started(), UsageChanged(at=1, agent="a", usage=usage))
    assert told in (await column(events, (80, 12))).plain


def topics(topic: Topic) -> list[Topic]:
    below = [t for one in (topic.below() if topic.below else ()) for t in topics(one)]
    return [topic, *below]


def test_a_closer_look_at_a_request_tells_all_of_it() -> None:
    trace = Trace(run_of(*WHOLE), now=lambda: 10)
    looks = [topic.tell().fit(80).plain for topic in topics(run_topic(trace))]
    (first,) = [look for look in looks if look.startswith("Request 1")]
    for words in (
        "Model    m-large",
        "Answers  m-large-0513",
        "Sent     4,096 bytes",
        "Took     2.0 s",
        "First    piece of it after 500 ms",
        "Finish   stop",
        "Tokens   1,200 in, 80 out",
        "Cost     ≈ $0.0040, an estimate",
    ):
        assert words in first
    assert any("It failed\n429 from openai" in look for look in looks)
    assert any("waiting for the model (request 2)" in look for look in looks)


def test_the_narrator_tells_what_went_wrong_each_time_and_the_rest_once() -> None:
    told: list[str] = []
    narrator = Narrator(told.append)
    for event in (*WHOLE, retrying(9.6, wait=0.5)):
        narrator(event)
    assert told[2:] == [
        "A: asks the model m-large, request 1.",
        "A: thinks: is it flat?",
        "A: Yes.",
        "A: the model has answered after 2.0 seconds.",
        "A: its answer is refused: days: 3 are asked for, there are 2. It is asked again.",
        "A: request 2 failed: 429 from openai.",
        "A: again in 12 seconds, attempt 2.",
        "A: goes on in another way: in smaller steps.",
        "A: again in 0.5 seconds, attempt 2: 429 from openai.",
    ]


def test_the_steps_of_an_agent_are_told_in_whole_lines() -> None:
    told = trace_lines(run_of(*WHOLE).agents["a"], 10)
    assert told[0].endswith("1 request to a model, 1,280 tokens, about 0.0040 US dollars.")
    assert told[1] == (
        "1. Asked a model, request 1: 2.0 seconds, 1,200 tokens in, 80 out. "
        "By m-large-0513, 4,096 bytes sent, first piece after 0.5 seconds, stop."
    )
    assert told[2:4] == ["2. Thought: is it flat?", "3. Said: Yes."]
    assert (
        told[-1]
        == "8. Asked a model, waiting for the model (request 2). By m-large, 4,096 bytes sent."
    )


def hostile(words: str) -> list[Event]:
    return [
        started(),
        ModelAsked(at=1, agent="a", request=1, model=words),
        said(words, reasoning=True),
        ModelAnswered(at=2, agent="a", request=1, model=words, seconds=1, finish=words),
        AnswerRefused(at=2, agent="a", reason=words),
        ModelAsked(at=2, agent="a", request=2, model=words),
        ModelAnswered(at=3, agent="a", request=2, model=words, seconds=1, failed=words),
        retrying(3, reason=words),
        ApproachChanged(at=4, agent="a", reason=words),
    ]


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_words_of_a_model_are_shown_as_they_are(words: str) -> None:
    events = hostile(words)
    progress = run_of(*events)
    content = await column(events, (80, 24))
    looks = [topic.tell().fit(80) for topic in topics(run_topic(Trace(progress, now=lambda: 10)))]
    for shown in (content, *looks, *lines(progress, 10, 80)):
        assert not any(
            "@click" in str(span.style) or "link" in str(span.style) for span in shown.spans
        )
        assert not any((ord(c) < 32 and c != "\n") or c == "\u202e" for c in shown.plain)
    console = Console(width=100, force_terminal=True, color_system=None, legacy_windows=False)
    with console.capture() as capture:
        live = LiveProgress(console)
        for event in events:
            live(event)
        console.print(live._render())
    assert "\x07" not in capture.get() and "\u202e" not in capture.get()


# What is kept


def test_trips_with_and_without_events_of_models_open(tmp_path: Path) -> None:
    request = read("2 days in Lisbon from 11 May 2027", today=date(2026, 11, 21)).request
    old: list[Event] = []

    async def planned() -> Any:
        return await plan_trip(request, emit=old.append)

    import anyio

    plan = anyio.run(planned)
    store = TripStore(tmp_path / "trips.sqlite3")
    for events in (old, [*WHOLE, *old]):
        kept = store.load(
            store.keep(
                words="", options={}, request=request, plan=plan, events=events, backend="m",
                overrides={}, at=datetime(2026, 11, 21, tzinfo=UTC),
            )
        )  # fmt: skip
        assert kept.events == tuple(events)
        assert run_of(*kept.events).version == len(events)


def test_what_an_agent_said_before_there_were_thoughts_was_its_answer() -> None:
    event = EVENT.validate_json('{"type":"agent_said","at":1,"agent":"a","text":"Porto"}')
    assert isinstance(event, AgentSaid)
    assert not event.reasoning


def test_a_failed_tool_is_told_without_colour() -> None:
    failing = ToolReturned(
        at=2, agent="a", call=1, tool="climate", summary="no", seconds=1, failed=True
    )
    called = ToolCalled(at=1, agent="a", call=1, tool="climate", arguments={})
    assert run_of(started(), called, failing).agents["a"].entries[0].mark == "✗"


# What is said once


def told_by(kind: type[QuietProgress | Narrator], *events: Event) -> list[str]:
    told: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("click.echo", lambda line, err=False: told.append(line))
        progress = Narrator(told.append) if kind is Narrator else QuietProgress()
        for event in events:
            progress(event)
    return [line for text in told for line in text.splitlines()]


@pytest.mark.parametrize("kind", [QuietProgress, Narrator])
def test_what_several_agents_run_into_alike_is_told_once(
    kind: type[QuietProgress | Narrator],
) -> None:
    down = "no connection to http://127.0.0.1:9: nothing listens there; start the server"
    ends = [
        AgentFailed(at=1, agent=name, seconds=1, reason=down, kept=False) for name in ("a", "b")
    ]
    told = told_by(kind, *ends)
    assert "nothing listens there" in told[0]
    assert "the same as a; its part is missing" in told[1]


@pytest.mark.parametrize("kind", [QuietProgress, Narrator])
def test_limits_that_are_reached_with_other_amounts_are_told_once(
    kind: type[QuietProgress | Narrator],
) -> None:
    ends = [
        AgentFailed(
            at=1, agent=name, seconds=1, kept=False,
            reason=f"the run: {used} tokens used, the limit is 500; raise the limit",
        )
        for name, used in (("a", "2,340"), ("b", "12"))
    ]  # fmt: skip
    assert "the same as a" in told_by(kind, *ends)[1]


@pytest.mark.parametrize("kind", [QuietProgress, Narrator])
def test_an_answer_that_never_fits_is_told_in_a_few_short_lines(
    kind: type[QuietProgress | Narrator],
) -> None:
    wrong = "; ".join(f"finds.{n}.place: it is missing" for n in range(6))
    refused = [AnswerRefused(at=n, agent="a", reason=wrong) for n in range(12)]
    end = AgentFailed(
        at=20, agent="a", seconds=20, kept=False,
        reason=f"'m' was told 3 times and its answer does not hold: {wrong}; take another model",
    )  # fmt: skip
    told = told_by(kind, *refused, end)
    assert len(told) == 2
    assert all(len(line) < 200 for line in told)
    assert "does not hold; take another model" in told[1]
    assert "12 answers refused" in told[1]


def test_what_an_agent_and_the_whole_run_used_is_told_at_their_ends() -> None:
    ends = [
        AgentFinished(at=2, agent=name, seconds=2, usage=SPENT, summary="1 tool call")
        for name in ("a", "b")
    ]
    over = RunFinished(at=3, seconds=3, complete=True, cancelled=False)
    told = told_by(QuietProgress, *ends, over)
    assert told[0].endswith("1 tool call, 1 request, 1,280 tokens ≈ $0.0040")
    assert told[-1] == "the whole run: 2 requests, 2,560 tokens ≈ $0.0080 (an estimate)"
    assert told_by(Narrator, *ends, over)[-1] == (
        "Finished after 3.0 seconds. 2 requests to a model, 2,560 tokens, about 0.0080 US dollars."
    )
    free = AgentFinished(at=2, agent="a", seconds=2, usage=Usage(tool_calls=1), summary="x")
    assert told_by(QuietProgress, free, over) == ["a: done in 2.00 s, x"]
