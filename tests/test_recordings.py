"""Runs that are written down as they happen, and played again."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import pytest
from fakes import ONE_FIND, FakeBackend, Gate, fails_with, keeps_then
from hypothesis import given
from hypothesis import strategies as st
from model_server import ModelServer

from agents.agent import Agent, Brief, Exchange, Task
from agents.backends.base import Backend
from agents.backends.chat import ChatBackend
from agents.backends.offline import OfflineBackend
from agents.backends.providers import ProviderBackend
from agents.backends.recording import Recorder, RecordingBackend
from agents.backends.replay import ReplayBackend
from agents.backends.routing import FallbackBackend, RoutingBackend
from agents.backends.servers.patience import Patience
from agents.backends.servers.urls import server_at
from agents.backends.tape.lines import EventLine, ExchangeLine, Tape, read_tape
from agents.backends.tape.secrets import REMOVED
from agents.errors import Declined, FieldProblem, RecordingError, RequestError, ToolError
from agents.events import (
    AgentFailed,
    AgentFinished,
    AgentSaid,
    AgentStarted,
    AnswerRefused,
    ApproachChanged,
    Emit,
    Event,
    ModelAnswered,
    ModelAsked,
    Retrying,
    RoundStarted,
    RunStarted,
    ToolCalled,
    ToolReturned,
    UsageChanged,
)
from agents.evidence import Ledger
from agents.findings import ActivityFinds, Find
from agents.request import TripRequest
from agents.toolbox import Toolbox
from agents.tools import climate, find_activities
from agents.usage import Limits, Meter, Usage
from planner.control import RunControl
from planner.intake import Options, read
from planner.orchestrator import TEAM, run_team
from planner.plan import TripPlan
from planner.recordings import read_recording, recorded_run, refuse_another
from planner.specs import address
from planner.team_settings import ServerSettings, TeamSettings
from planner.teams import TEAMS
from planner.trip import plan_trip

TODAY = date(2026, 11, 21)
WORDS = "a weekend in Porto in May, tiles"
KEY = "sk-this-is-no-real-key-1234"
OWN_EVENTS = (AgentSaid, AnswerRefused, ApproachChanged, ModelAnswered, ModelAsked, Retrying)


def asked(words: str = WORDS) -> TripRequest:
    return read(words, today=TODAY).request


async def recorded(
    file: Path,
    backend: Backend,
    request: TripRequest | None = None,
    *,
    control: RunControl | None = None,
    watch: Callable[[Event], object] = lambda event: None,
    environment: dict[str, str] | None = None,
) -> TripPlan:
    """Plan and record, as the command line does."""
    request = request or asked()

    def follow(event: Event) -> None:
        recorder.event(event)
        watch(event)

    with Recorder(
        file, request, backend=backend.name, words=request.words, environment=environment or {}
    ) as recorder:
        plan = await plan_trip(
            request, backend=RecordingBackend(backend, recorder), emit=follow, control=control
        )
        recorder.plan(plan)
    assert not recorder.trouble
    return plan


async def replayed(
    file: Path, request: TripRequest | None = None, *, own_pace: bool = False
) -> tuple[TripPlan, list[Event]]:
    events: list[Event] = []
    backend = ReplayBackend(file, own_pace=own_pace)
    plan = await plan_trip(request or asked(), backend=backend, emit=events.append)
    return plan, events


def timeless(plan: TripPlan) -> str:
    """The plan as JSON, without how long anything took."""
    value = plan.model_dump(mode="json")
    for report in value["agents"]:
        del report["seconds"]
    return json.dumps(value)


async def like_a_model(task: Task[Any], emit: Emit) -> Any:
    """What a model does: it is asked, thinks, calls tools rightly and wrongly, and answers."""
    request = task.brief.request
    emit(ModelAsked(agent=task.name, request=1, model="small", bytes=12))
    task.meter.spend(Usage(requests=1))
    emit(Retrying(agent=task.name, request=1, attempt=2, wait=0.1, reason="busy"))
    if task.exchanged is not None:
        said = {"messages": [{"role": "user", "content": f"plan with {KEY}"}]}
        task.exchanged(Exchange(said, {"answer": "call a tool"}, 0.25))
    task.meter.spend(Usage(input_tokens=1200, output_tokens=34, cost_usd=0.1))
    emit(AgentSaid(agent=task.name, text="Let me see. ", reasoning=True))
    with pytest.raises(ToolError):
        await task.tools.call("opening_hours", {"where": "porto"})
    where = request.destinations[0]
    places = await task.tools(find_activities, where)
    task.keep(ONE_FIND)
    emit(AnswerRefused(agent=task.name, reason="no such place"))
    emit(ApproachChanged(agent=task.name, reason="smaller steps"))
    task.meter.spend(Usage(requests=1, input_tokens=10, output_tokens=5, cost_usd=0.2))
    emit(
        ModelAnswered(
            agent=task.name, request=2, model="small-2027", seconds=0.5, usage=Usage(requests=1)
        )
    )
    found = [Find(destination=where, place=p.place, fit=0.7, evidence=(p.key,)) for p in places]
    made_up = Find(destination=where, place="palace-of-nowhere", fit=1.0)
    return ActivityFinds(finds=(*found, made_up))


LIKE_A_MODEL = FakeBackend(activities=like_a_model)


@pytest.mark.parametrize(
    "words",
    [
        WORDS,
        "5 days in Lisbon, Barcelona or Rome in October, two adults, €1,800, art and food",
        "one day in Paris, Tuesday 11 May 2027, two adults, must see the Louvre",
    ],
)
async def test_a_replayed_run_comes_to_the_same_plan(tmp_path: Path, words: str) -> None:
    request = asked(words)
    plan = await recorded(tmp_path / "run.ndjson", OfflineBackend(), request)
    again, _ = await replayed(tmp_path / "run.ndjson", request)
    assert timeless(again) == timeless(plan)


async def test_a_replay_of_a_model_tells_the_same_and_comes_to_the_same_plan(
    tmp_path: Path,
) -> None:
    events: list[Event] = []
    plan = await recorded(tmp_path / "run.ndjson", LIKE_A_MODEL, watch=events.append)
    again, told = await replayed(tmp_path / "run.ndjson")

    def own(events: list[Event]) -> list[dict[str, Any]]:
        mine = [e for e in events if isinstance(e, OWN_EVENTS) and e.agent == "activities"]
        return [e.model_dump(exclude={"at"}) for e in mine]

    assert timeless(again) == timeless(plan)
    assert [n.name for n in again.unverified] == ["porto/palace-of-nowhere"]
    assert own(told) == own(events)
    assert len(own(told)) == 6
    failed = [e for e in told if isinstance(e, ToolReturned) and e.failed]
    assert [e.tool for e in failed] == ["opening_hours"]
    usage = [e.usage for e in told if isinstance(e, UsageChanged) and e.agent == "activities"][-1]
    assert (usage.requests, usage.tokens, usage.tool_calls) == (2, 1249, 2)
    assert usage.cost_usd == 0.1 + 0.2


@pytest.mark.parametrize("team", ["three", "one"])
@pytest.mark.parametrize("model", ["good", "429-once", "activities=refuses"])
async def test_a_run_over_the_wire_is_played_without_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, team: str
) -> None:
    monkeypatch.setenv("OWN_API_KEY", KEY)
    file, events = tmp_path / "run.ndjson", list[Event]()
    with ModelServer() as server:
        patience = Patience(attempts=2, longest_wait=0.1)
        backend = ChatBackend(
            server_at(server.url), model, key=KEY, patience=patience, environment={}
        )
        request = asked("a weekend in Porto in May")
        with Recorder(file, request, backend=backend.name) as recorder:
            plan = await plan_trip(
                request,
                backend=RecordingBackend(backend, recorder),
                team=TEAMS[team],
                emit=recorder.event,
            )
            recorder.plan(plan)
    assert KEY not in file.read_text() and "authorization" not in file.read_text().lower()
    again = await plan_trip(
        request, backend=ReplayBackend(file), team=TEAMS[team], emit=events.append
    )
    assert timeless(again) == timeless(plan)
    exchanges = read_tape(file).exchanges
    assert exchanges >= sum(a.usage.requests for a in plan.agents) > 0
    assert sum(isinstance(e, ModelAsked) for e in events) >= exchanges


async def looks_up_side_by_side(task: Task[Any], emit: Emit) -> Any:
    """Two calls that end in another order than they began, and one that fails beside them."""
    async with anyio.create_task_group() as group:
        group.start_soon(task.tools, find_activities, "porto")
        group.start_soon(task.tools, climate, "porto", date(2027, 5, 14), date(2027, 5, 16))
        with pytest.raises(ToolError):
            await task.tools.call("climate", {})
    return ONE_FIND


@pytest.mark.parametrize(
    "backend",
    [FakeBackend(activities=looks_up_side_by_side), LIKE_A_MODEL, OfflineBackend()],
    ids=["side by side", "like a model", "offline"],
)
async def test_a_replay_tells_the_same_of_each_agent_in_the_same_order(
    tmp_path: Path, backend: Backend
) -> None:
    events: list[Event] = []
    await recorded(tmp_path / "run.ndjson", backend, watch=events.append)
    _, again = await replayed(tmp_path / "run.ndjson")

    def told(events: list[Event], agent: str) -> list[dict[str, Any]]:
        """All but when it was, who played and how long the whole took."""
        team = (AgentStarted, AgentFinished)
        mine = [e for e in events if getattr(e, "agent", "") == agent and not isinstance(e, team)]
        return [e.model_dump(exclude={"at"}) for e in mine]

    for agent in ("activities", "destinations", "itinerary"):
        assert told(again, agent) == told(events, agent)
    assert any(isinstance(e, ToolReturned) and e.seconds > 0 for e in again)


async def test_the_calls_of_a_second_attempt_have_numbers_of_their_own(tmp_path: Path) -> None:
    file, events = tmp_path / "run.ndjson", list[Event]()
    await recorded(file, OfflineBackend())
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    mine = [x for x in lines if x.get("agent", x.get("event", {}).get("agent")) == "activities"]
    doubled = [*lines[: lines.index(mine[-1]) + 1], *mine, *lines[lines.index(mine[-1]) + 1 :]]
    file.write_text("".join(json.dumps(line) + "\n" for line in doubled))
    await plan_trip(asked(), backend=ReplayBackend(file), emit=events.append)
    numbers = [e.call for e in events if isinstance(e, ToolCalled) and e.agent == "activities"]
    assert len(numbers) == 2 * len(set(numbers[: len(numbers) // 2])) == len(set(numbers))


async def test_a_recording_without_events_is_played_all_the_same(tmp_path: Path) -> None:
    file, events = tmp_path / "run.ndjson", list[Event]()
    plan = await recorded(file, OfflineBackend())
    lines = [x for x in file.read_text().splitlines() if '"type":"event"' not in x]
    file.write_text("\n".join(lines) + "\n")
    again = await plan_trip(asked(), backend=ReplayBackend(file), emit=events.append)
    assert again.days == plan.days
    assert sum(isinstance(e, ToolReturned) for e in events) > 3


def test_the_name_of_a_replay_is_known_from_the_first_line(tmp_path: Path) -> None:
    file = tmp_path / "long.ndjson"
    file.write_text(json.dumps(HEADER) + "\n" + "this is no JSON and is not looked at\n")
    assert ReplayBackend(file).name == "replay of b"
    (tmp_path / "other.txt").write_text("dear diary\n")
    assert ReplayBackend(tmp_path / "other.txt").name == "replay of other.txt"
    assert ReplayBackend(tmp_path / "nowhere.ndjson").name == "replay of nowhere.ndjson"
    assert ReplayBackend(Path("~nobody-at-all/x")).name == "replay of x"


async def test_a_long_recording_is_read_beside_all_else_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a file is read, others have their turn: the reading waits for one of them."""
    file = tmp_path / "run.ndjson"
    await recorded(file, OfflineBackend())
    others, reads = threading.Event(), list[Path]()

    def read(path: Path) -> Tape:
        reads.append(path)
        assert others.wait(10), "nobody else had a turn"
        return read_tape(path)

    monkeypatch.setattr("agents.backends.replay.read_tape", read)

    async def another() -> None:
        others.set()

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(replayed, file)
            await anyio.wait_all_tasks_blocked()
            group.start_soon(another)
    assert reads == [file]


async def test_a_replay_looks_nothing_up_and_says_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await recorded(tmp_path / "run.ndjson", OfflineBackend())

    async def nobody(*args: object, **kwargs: object) -> None:
        raise AssertionError("a tool was called")

    for agent in TEAM:
        for tool in agent.tools:
            monkeypatch.setattr(tool, "__code__", nobody.__code__)
    _, events = await replayed(tmp_path / "run.ndjson")
    [start] = [e for e in events if isinstance(e, RunStarted)]
    assert start.backend == "replay of offline rules"


async def test_at_its_own_pace_a_replay_takes_the_recorded_time(tmp_path: Path) -> None:
    file = tmp_path / "run.ndjson"
    await recorded(file, OfflineBackend())
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    later = next(n for n, x in enumerate(lines) if x["type"] == "tool")
    for line in lines[later:]:
        line["at"] += 0.5
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    began = time.perf_counter()
    await replayed(file, own_pace=True)
    assert time.perf_counter() - began > 0.5
    began = time.perf_counter()
    await replayed(file)
    assert time.perf_counter() - began < 0.5 + 4  # it has no reason to wait


@pytest.mark.parametrize(
    "error",
    [
        Declined("the model will not answer this"),
        ToolError("no such thing"),
        RuntimeError("a bug of somebody's"),
    ],
)
@pytest.mark.parametrize("kept", [False, True])
async def test_what_failed_fails_again_in_the_same_words(
    tmp_path: Path, error: Exception, kept: bool
) -> None:
    part = fails_with(error)
    backend = FakeBackend(activities=keeps_then(part) if kept else part)
    request = asked("a weekend in Lisbon in May")
    plan = await recorded(tmp_path / "run.ndjson", backend, request)
    again, _ = await replayed(tmp_path / "run.ndjson", request)
    assert not again.complete
    assert timeless(again) == timeless(plan).replace("'fake'", "'replay of fake'")


async def test_a_task_that_was_cancelled_is_told_as_it_was(tmp_path: Path) -> None:
    gate, control = Gate(), RunControl()

    async def stops() -> None:
        await gate.arrived.wait()
        control.cancel("activities")

    async with anyio.create_task_group() as group:
        group.start_soon(stops)
        plan = await recorded(
            tmp_path / "run.ndjson", FakeBackend(activities=gate), control=control
        )
    again, events = await replayed(tmp_path / "run.ndjson")
    assert again.missing == plan.missing
    [failed] = [e for e in events if isinstance(e, AgentFailed)]
    assert failed.reason == "cancelled before it was done"


async def test_the_replay_of_a_run_that_was_stopped_gives_the_same_plan(tmp_path: Path) -> None:
    control, gate = RunControl(), Gate()

    def stop(event: Event) -> None:
        if isinstance(event, AgentStarted) and event.agent == "itinerary":
            control.stop()

    file = tmp_path / "run.ndjson"
    backend = FakeBackend(itinerary=gate, activities=gate)
    plan = await recorded(file, backend, control=control, watch=stop)
    assert any("cancelled" in line for line in plan.missing)
    again, _ = await replayed(file)
    assert again == plan


async def test_an_agent_that_was_asked_again_answers_as_it_did_in_the_end(tmp_path: Path) -> None:
    gate, control = Gate(), RunControl()

    async def asks_again() -> None:
        await gate.arrived.wait()
        gate.opened.set()
        control.retry("activities")

    async with anyio.create_task_group() as group:
        group.start_soon(asks_again)
        plan = await recorded(
            tmp_path / "run.ndjson", FakeBackend(activities=gate), control=control
        )
    assert gate.visits == 2
    again, _ = await replayed(tmp_path / "run.ndjson")
    assert timeless(again) == timeless(plan)


async def test_a_second_round_plays_what_the_second_round_brought(tmp_path: Path) -> None:
    request = asked("a week in Paris or London in May, two adults, €1000, mid-range")
    events: list[Event] = []
    plan = await recorded(tmp_path / "r.ndjson", OfflineBackend(), request, watch=events.append)
    assert any(isinstance(e, RoundStarted) for e in events)
    again, told = await replayed(tmp_path / "r.ndjson", request)
    assert timeless(again) == timeless(plan)
    assert [type(e) for e in told if isinstance(e, RoundStarted)] == [RoundStarted]


async def test_one_more_asking_than_was_recorded_is_answered_as_the_last(tmp_path: Path) -> None:
    await recorded(tmp_path / "run.ndjson", OfflineBackend())
    backend = ReplayBackend(tmp_path / "run.ndjson")
    first = await plan_trip(asked(), backend=backend)
    second = await plan_trip(asked(), backend=backend)
    assert timeless(first) == timeless(second)


async def test_another_request_is_not_answered_from_a_recording(tmp_path: Path) -> None:
    await recorded(tmp_path / "run.ndjson", OfflineBackend())
    plan, _ = await replayed(tmp_path / "run.ndjson", asked("a weekend in Rome in May"))
    assert len(plan.missing) == 3
    assert f"is of another request (“{WORDS}”)" in plan.missing[0]


async def test_a_team_that_was_not_recorded_is_not_played(tmp_path: Path) -> None:
    await recorded(tmp_path / "run.ndjson", OfflineBackend())
    stranger: Agent[Any] = Agent("stranger", "", "", (climate,), ActivityFinds)
    results = await run_team(
        [stranger],
        Brief(asked()),
        backend=ReplayBackend(tmp_path / "run.ndjson"),
        ledger=Ledger(),
        emit=lambda event: None,
        run_meter=Meter("the run", Limits()),
    )
    assert "has no work of an agent 'stranger'" in results["stranger"].detail


async def test_recording_changes_neither_name_nor_plan_nor_who_else_listens(
    tmp_path: Path,
) -> None:
    alone = await plan_trip(asked(), backend=LIKE_A_MODEL)
    assert timeless(await recorded(tmp_path / "r.ndjson", LIKE_A_MODEL)) == timeless(alone)
    heard: list[Exchange] = []
    seen: list[str] = []
    meter = Meter("agent", Limits())
    [agent] = [a for a in TEAM if a.name == "activities"]
    tools = Toolbox(
        agent.tools, agent=agent.name, ledger=Ledger(), emit=lambda event: None, meter=meter
    )
    task: Task[Any] = Task(agent, Brief(asked()), tools, meter)
    task.exchanged = heard.append
    tools.observe = lambda call, tool, given, facts: seen.append(tool)
    with Recorder(tmp_path / "task.ndjson", asked(), backend="fake") as recorder:
        backend = RecordingBackend(LIKE_A_MODEL, recorder)
        assert backend.name == "fake"
        await backend.run(task, lambda event: None)
    assert len(heard) == 1 and seen == ["find_activities"]


async def test_keys_of_the_environment_are_never_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "run.ndjson"
    odd = 'quote"and\\slash-é'
    environment = {"SOME_API_KEY": KEY, "other_token": odd, "SHORT_KEY": "porto", "PLAIN": "tiles"}
    request = asked().model_copy(update={"words": f"{WORDS} {odd}"})
    await recorded(file, LIKE_A_MODEL, request, environment=environment)
    text = file.read_text()
    assert KEY not in text and odd not in text and json.dumps(odd)[1:-1] not in text
    assert REMOVED in text and "porto" in text and "tiles" in text
    assert read_tape(file).exchanges == 1


def test_whatever_a_backend_may_send_is_never_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORK_PASSPHRASE", KEY)
    in_url = "a/key=in+the url"
    server = server_at(f"http://127.0.0.1:9/v1?code={quote(in_url, safe='')}")
    own = TeamSettings(servers={"work": ServerSettings("http://h/v1", "m", "WORK_PASSPHRASE")})
    keyed = address("work", own).backend()
    by_url = ChatBackend(server, "good", key="sk-given-by-hand", environment={})
    library = ProviderBackend("groq", "m", environment={"GROQ_API_KEY": "gsk-of-groq"})
    team: Backend = RoutingBackend(keyed, {"activities": FallbackBackend([by_url, library])})
    secrets = (KEY, in_url, quote(in_url, safe=""), "sk-given-by-hand", "gsk-of-groq")
    file = tmp_path / "run.ndjson"
    with Recorder(file, asked(), backend="x", environment={}) as recorder:
        RecordingBackend(RecordingBackend(team, recorder), recorder)
        for secret in secrets:
            recorder.event(AgentSaid(agent="a", text=f"I was sent <{secret}>"))
            recorder.event(AgentSaid(agent="a", text=json.dumps({"sent": f'"{secret}"'})))
    text = file.read_text()
    assert not [secret for secret in secrets if secret in text]
    assert text.count(REMOVED) == 2 * len(secrets)


def test_a_recording_is_for_its_owner_alone(tmp_path: Path) -> None:
    with Recorder(tmp_path / "run.ndjson", asked(), backend="x"):
        assert (tmp_path / "run.ndjson").stat().st_mode & 0o777 == 0o600


async def test_a_run_is_in_the_file_in_the_order_in_which_it_happened(tmp_path: Path) -> None:
    file = tmp_path / "run.ndjson"
    await recorded(file, LIKE_A_MODEL)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [lines[0]["type"], lines[-1]["type"]] == ["recording", "plan"]
    moments = [line["at"] for line in lines[1:]]
    assert moments == sorted(moments)
    [exchange] = [line for line in lines if line["type"] == "exchange"]
    assert exchange["number"] == 1 and exchange["answer"] == {"answer": "call a tool"}
    tool = next(line for line in lines if line["type"] == "tool")
    assert {"key", "claim", "status", "sources", "as_of", "fact"} <= set(tool["facts"][0])
    outcomes = [line["agent"] for line in lines if line["type"] == "outcome"]
    assert sorted(outcomes) == ["activities", "destinations", "itinerary"]


async def test_a_run_that_died_leaves_what_it_had(tmp_path: Path) -> None:
    file = tmp_path / "run.ndjson"
    await recorded(file, OfflineBackend())
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 3])
    recording = read_recording(file)
    assert recording.plan is None and recording.events
    plan, _ = await replayed(file)
    assert any("ends before the" in part for part in plan.missing)


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "run.ndjson"
    file.write_text("dear diary")
    with pytest.raises(RecordingError, match=r"there is a file .*run\.ndjson already; name anothe"):
        Recorder(file, asked(), backend="x")
    assert file.read_text() == "dear diary"
    with pytest.raises(RecordingError, match="No such file or directory"):
        Recorder(tmp_path / "nowhere" / "run.ndjson", asked(), backend="x")


def test_a_full_disk_ends_the_recording_and_not_the_run() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    with Recorder(full, asked(), backend="x") as recorder:
        recorder.event(AgentSaid(agent="a", text="b"))
    assert recorder.trouble == (
        "the recording /dev/full broke off (No space left on device); what came later is not in it"
    )


HEADER = {
    "type": "recording",
    "format": "tripartite",
    "version": 1,
    "product": "0.1.0",
    "recorded": "2027-01-01T00:00:00Z",
    "backend": "b",
    "request": {"destinations": ["porto"], "dates": {"start": "2027-05-14", "end": "2027-05-16"}},
}
SAID = {"at": 0, "type": "event", "event": {"at": 1, "type": "agent_said", "agent": "a"}}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "is no recording of Tripartite; make one with"),
        (["dear diary"], "is no recording of Tripartite"),
        ([{"hello": "world"}], "is no recording of Tripartite"),
        ([[1, 2]], "is no recording of Tripartite"),
        ([HEADER | {"version": 99, "product": "9.9"}], r"by a newer Tripartite \(9\.9\); update"),
        ([HEADER | {"version": "x"}], r"broken in line 1 \(version: Input should be 1\)"),
        ([HEADER | {"request": {}}], r"broken in line 1 \(request\.dates: Field required\)"),
        ([HEADER, SAID], r"broken in line 2 \(event\.event\.agent_said\.text: Field required\)"),
        ([HEADER, {"at": 0, "type": "gossip"}], "broken in line 2 .*'gossip'"),
        ([HEADER, {"at": -1, "type": "plan", "plan": {}}], r"line 2 \(plan\.at: Input should"),
        ([HEADER, {"at": float("nan"), "type": "plan", "plan": {}}], r"line 2 \(plan\.at: "),
        ([HEADER, "[" * 100_000], r"broken in line 2"),
        ([HEADER, "9" * 10_000], r"broken in line 2"),
        ([HEADER, '{"a": "\ufffe'], r"broken in line 2"),
    ],
)
def test_what_is_no_recording_is_refused_with_line_and_reason(
    tmp_path: Path, lines: list[Any], words: str
) -> None:
    file = tmp_path / "run.ndjson"
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    file.write_text(text)
    with pytest.raises(RecordingError, match=words):
        read_recording(file)


def test_files_that_are_not_there_or_too_large_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RecordingError, match="No such file or directory"):
        read_tape(tmp_path / "nowhere")
    with pytest.raises(RecordingError, match="Is a directory"):
        read_tape(tmp_path)
    file = tmp_path / "run.ndjson"
    file.write_text(json.dumps(HEADER) + "\n" + "x" * 2000 + "\n")
    monkeypatch.setattr("agents.backends.tape.lines.MOST_LINE_BYTES", 1000)
    with pytest.raises(RecordingError, match=r"line 2 \(it is too long"):
        read_tape(file)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "run.ndjson"
    file.write_bytes(json.dumps(HEADER).encode() + b"\n\xff\xfe\n")
    with pytest.raises(RecordingError, match="broken in line 2"):
        read_tape(file)


def test_what_a_file_says_is_cleaned(tmp_path: Path) -> None:
    file = tmp_path / "run.ndjson"
    evil = "\x1b]0;owned\x07\u202eevil"
    said = {"at": 0, "type": "event", "event": {**SAID["event"], "text": evil}}
    tool = {
        **{"at": 0, "type": "tool", "task": 1, "agent": evil, "call": 1, "tool": evil},
        **{"arguments": {evil: evil}},
        **{"facts": [{"key": evil, "claim": evil, "sources": [evil], "fact": {evil: [evil]}}]},
    }
    lines = (HEADER | {"words": evil, "backend": evil}, said, tool)
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    tape = read_tape(file)
    assert tape.header.backend == tape.header.words == "evil"
    assert "\\u001b" not in "".join(line.model_dump_json() for line in tape.lines)
    assert "\u202e" not in repr(tape)


async def test_a_recorded_run_can_be_planned_without_its_words(tmp_path: Path) -> None:
    file = tmp_path / "run.ndjson"
    plan = await recorded(file, OfflineBackend())
    recording = read_recording(file)
    assert recording.plan == plan
    run = recorded_run(recording, lambda: ReplayBackend(file))
    await run.start()
    assert run.plan is not None and timeless(run.plan) == timeless(plan)
    refuse_another(recording, "", Options(), TODAY)
    refuse_another(recording, f"  {WORDS} ", Options(), date(2030, 1, 1))
    with pytest.raises(RequestError) as refused:
        refuse_another(recording, "a week in Rome", Options(), TODAY)
    [problem] = refused.value.problems
    assert isinstance(problem, FieldProblem) and problem.field == "backend"
    assert f"is the recording of “{WORDS}” (3 days in Porto" in problem.message
    with pytest.raises(RequestError):
        refuse_another(recording, WORDS, Options(nights=5), TODAY)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=12))
def test_money_adds_up_to_the_same_in_a_replay(costs: list[float]) -> None:
    from agents.backends.replay import spent

    paid, total = Meter("paid", Limits()), Usage()
    again = Meter("again", Limits())
    for cost in costs:
        paid.spend(Usage(cost_usd=cost))
        again.spend(spent(total, paid.used))
        total = paid.used
        assert again.used == paid.used


def test_lines_know_their_kind(tmp_path: Path) -> None:
    with Recorder(tmp_path / "r.ndjson", asked(), backend="x") as recorder:
        recorder.event(AgentSaid(agent="a", text="b"))
    [line] = read_tape(tmp_path / "r.ndjson").lines
    assert isinstance(line, EventLine) and not isinstance(line, ExchangeLine)
