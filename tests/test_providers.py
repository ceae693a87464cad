"""Providers with a dialect of their own: whole tasks, faults and limits, and what is told of them.

Each provider's own client asks a real server on loopback; the rest is the library's test models.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import anyio
import pydantic_ai.models
import pytest
from fakes import FakeBackend
from provider_server import KEY, Running, running
from pydantic_ai.exceptions import ModelConnectionError
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models.function import (
    AgentInfo,
    DeltaThinkingPart,
    DeltaToolCall,
    FunctionModel,
)
from pydantic_ai.models.test import TestModel

from agents.agent import Brief, Exchange, Task
from agents.backends.providers import ProviderBackend
from agents.backends.providers.faults import of_request
from agents.backends.servers.dialects import Server
from agents.backends.servers.native import NATIVE, native
from agents.backends.servers.patience import Patience
from agents.errors import (
    BackendError,
    ContextOverflow,
    Declined,
    InvalidOutput,
    LimitReached,
    NotUsable,
    Unreachable,
)
from agents.events import (
    AgentSaid,
    AnswerRefused,
    ApproachChanged,
    Event,
    ModelAnswered,
    ModelAsked,
    Retrying,
    ToolCalled,
    ToolReturned,
)
from agents.evidence import Ledger
from agents.findings import ActivityFinds
from agents.request import Dates, Effort, TripRequest
from agents.toolbox import Toolbox
from agents.usage import AGENT_LIMITS, Limits, Meter
from planner.orchestrator import TEAM
from planner.plan import AgentStatus
from planner.trip import plan_trip

ROOT = Path(__file__).parent.parent
REQUEST = TripRequest(
    destinations=("lisbon",),
    dates=Dates(start=date(2027, 5, 12), end=date(2027, 5, 14)),
    effort=Effort.INSTANT,
)
ACTIVITIES = next(a for a in TEAM if a.name == "activities")
CLIENTS = ("anthropic", "google", "google-vertex", "bedrock", "groq", "mistral", "openai")
AMAZON = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": KEY}
QUICK = Patience(attempts=3, longest_wait=0.05)
SHORT = Patience(first=20, between=0.3, attempts=1)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


@dataclass
class Trial:
    """One task, and what came of it."""

    events: list[Event] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    output: Any = None
    error: BackendError | None = None
    kept: Any = None
    meter: Meter = field(default_factory=lambda: Meter("the agent", AGENT_LIMITS))

    def of(self, kind: type[Any]) -> list[Any]:
        return [e for e in self.events if isinstance(e, kind)]

    @property
    def words(self) -> str:
        return str(self.error)


async def carried_out(backend: ProviderBackend, limits: Limits = AGENT_LIMITS) -> Trial:
    trial = Trial(meter=Meter("the agent", limits))
    emit = trial.events.append
    tools = Toolbox(
        ACTIVITIES.tools, agent="activities", ledger=Ledger(), emit=emit, meter=trial.meter
    )
    agent = replace(ACTIVITIES, limits=limits)
    task = Task(agent, Brief(REQUEST), tools, trial.meter)
    task.exchanged = trial.exchanges.append
    with anyio.fail_after(30):
        try:
            trial.output = await backend.run(task, emit)
        except BackendError as error:
            trial.error = error
    trial.kept = task.kept
    return trial


def at(server: Running, provider: str, model: str, **more: Any) -> ProviderBackend:
    key: dict[str, Any] = {"environment": AMAZON} if provider == "bedrock" else {"key": KEY}
    more = {"patience": QUICK, "environment": {}} | key | more
    return ProviderBackend(provider, model, url=server.url, **more)


# A whole task


@pytest.mark.parametrize("provider", CLIENTS)
async def test_a_provider_carries_out_a_task_over_its_own_wire(
    server: Running, provider: str
) -> None:
    trial = await carried_out(at(server, provider, "good"))
    assert isinstance(trial.output, ActivityFinds)
    assert len(trial.output.finds) >= 3
    assert all(f.evidence for f in trial.output.finds)
    assert {e.tool for e in trial.of(ToolReturned)} >= {"destination_facts", "find_activities"}
    asked, answered = trial.of(ModelAsked), trial.of(ModelAnswered)
    assert [e.request for e in asked] == [e.request for e in answered] == [1, 2, 3]
    assert all(e.bytes > 2000 for e in asked)
    assert all(e.model == "good" and not e.failed and e.finish for e in answered)
    assert all(e.usage.input_tokens == 1200 and e.usage.output_tokens == 90 for e in answered)
    assert trial.meter.used.requests == 3
    assert trial.meter.used.tokens == 3 * 1290
    said = "".join(e.text for e in trial.of(AgentSaid))
    assert said == "Let me look that up.\n" * 2
    assert len(trial.exchanges) == 3
    seen = server.seen("good")[-1]
    assert seen["provider"] == provider
    assert (KEY if provider != "bedrock" else "AKIDEXAMPLE") in seen["key"]


@pytest.mark.parametrize("provider", ["anthropic", "google", "bedrock"])
async def test_a_provider_plans_a_whole_trip(server: Running, provider: str) -> None:
    events: list[Event] = []
    plan = await plan_trip(REQUEST, backend=at(server, provider, "good"), emit=events.append)
    assert plan.complete
    assert all(a.status is AgentStatus.FINISHED for a in plan.agents)
    proposed = {who for day in plan.days for item in day.items for who in item.proposed_by}
    assert {"activities", "itinerary"} <= proposed
    assert sum(isinstance(e, ModelAnswered) for e in events) == 9


@pytest.mark.parametrize("provider", ["anthropic", "google", "bedrock"])
async def test_reasoning_is_told_as_such(server: Running, provider: str) -> None:
    trial = await carried_out(at(server, provider, "thinking"))
    thought = {e.text for e in trial.of(AgentSaid) if e.reasoning}
    assert thought == {"First the weather. Then what to see. Then I hand it in.\n"}
    assert trial.output is not None


@pytest.mark.parametrize("provider", ["anthropic", "google", "groq"])
async def test_an_answer_in_the_text_is_read_too(server: Running, provider: str) -> None:
    trial = await carried_out(at(server, provider, "fenced"))
    assert trial.output.finds
    assert not trial.of(AnswerRefused)


async def test_small_steps_are_asked_one_by_one(server: Running) -> None:
    trial = await carried_out(at(server, "google", "good", steps="small"))
    assert trial.output.finds
    assert not any("tools" in r["body"] for r in server.seen("good")[-len(trial.exchanges) :])


async def test_a_model_without_tools_is_asked_in_small_steps() -> None:
    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        assert not info.function_tools
        return ModelResponse([TextPart('{"choices": []}')])

    model = FunctionModel(answer, profile={"supports_tools": False})
    trial = await carried_out(ProviderBackend("test", "small", model_object=model))
    assert "none of the small questions" in trial.words


async def test_a_model_that_is_slow_with_the_whole_has_time_left_for_small_steps() -> None:
    async def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if info.function_tools:
            await anyio.sleep_forever()
        return ModelResponse([TextPart('{"choices": []}')])

    backend = ProviderBackend("test", "slow", model_object=FunctionModel(answer))
    trial = await carried_out(backend, Limits(seconds=2.0))
    assert "75% of its time" in trial.of(ApproachChanged)[0].reason
    assert any(not e.failed for e in trial.of(ModelAnswered))


# Faults


@pytest.mark.parametrize("provider", sorted(set(CLIENTS) - {"google-vertex"}))
@pytest.mark.parametrize(
    ("model", "kind", "message", "requests"),
    [
        ("401", NotUsable, r"refused the key \(401\); check [A-Z]+_", 1),
        ("404", NotUsable, r"has no model '404' \(404\).*; tripartite doctor", 1),
        ("503", Unreachable, r"is in trouble \(503\).*, tried 3 times; try again later", 3),
        ("429", Unreachable, r"takes no more requests for now \(429\).*, tried 3 times", 3),
    ],
)
async def test_a_refused_request_is_one_clear_message(
    server: Running,
    provider: str,
    model: str,
    kind: type[BackendError],
    message: str,
    requests: int,
) -> None:
    before = len(server.seen(model))
    trial = await carried_out(at(server, provider, model))
    assert type(trial.error) is kind
    assert trial.words.startswith(f"{provider} ({server.url}) ")
    assert re.search(message, trial.words), trial.words
    assert len(server.seen(model)) - before == requests  # no client repeats by itself
    assert len(trial.of(ModelAsked)) == len(trial.of(ModelAnswered)) == requests
    assert all(e.failed for e in trial.of(ModelAnswered))
    retries = [(e.attempt, e.of) for e in trial.of(Retrying)]
    assert retries == [(number, requests) for number in range(2, requests + 1)]
    assert KEY not in str([*trial.events, *trial.exchanges, trial.error])


@pytest.mark.parametrize("provider", ["anthropic", "google", "bedrock", "groq"])
@pytest.mark.parametrize("model", ["429-once", "500-once", "503-once", "529-once", "cut-once"])
async def test_what_passes_is_tried_again(server: Running, provider: str, model: str) -> None:
    name = f"{model}-{provider}"
    trial = await carried_out(at(server, provider, name))
    assert trial.error is None
    [again] = trial.of(Retrying)
    assert (again.request, again.attempt) == (1, 2)
    assert [e.request for e in trial.of(ModelAnswered)] == [1, 1, 2, 3]
    if model == "429-once":
        assert 0.01 <= again.wait < 0.02  # as the server asked
    if model == "cut-once":
        assert "broke off in the middle of its answer" in again.reason


@pytest.mark.parametrize(
    "provider", ["anthropic", "google", "bedrock", "groq", "mistral", "openai"]
)
async def test_a_stream_that_always_breaks_off_is_given_up(server: Running, provider: str) -> None:
    trial = await carried_out(at(server, provider, "cut"))
    assert isinstance(trial.error, Unreachable)
    assert re.search(r"broke off in the middle|cannot be read", trial.words)
    assert trial.words.endswith("tried 3 times; try again later") or provider == "mistral"


@pytest.mark.parametrize("provider", ["anthropic", "google", "bedrock", "groq"])
async def test_too_much_for_the_model_is_said(server: Running, provider: str) -> None:
    trial = await carried_out(at(server, provider, "overflow", steps="whole"))
    assert isinstance(trial.error, ContextOverflow)
    assert "says that 'overflow' cannot hold so much (400): “" in trial.words
    assert trial.words.endswith("take a model with a larger context, or ask for less")


@pytest.mark.parametrize("provider", ["anthropic", "google", "bedrock", "groq"])
async def test_a_refusal_ends_the_task(server: Running, provider: str) -> None:
    trial = await carried_out(at(server, provider, "refusal"))
    assert isinstance(trial.error, Declined)
    assert re.search(r"'refusal' at .* declined to answer.*; say it in other words", trial.words)
    assert len(trial.of(ModelAsked)) == 1


@pytest.mark.parametrize("provider", ["anthropic", "google", "bedrock"])
async def test_a_server_that_falls_silent_is_not_waited_for(server: Running, provider: str) -> None:
    trial = await carried_out(at(server, provider, "hang", patience=SHORT))
    assert isinstance(trial.error, Unreachable)
    assert "sent the next piece not within 0.3 s; try again later" in trial.words


@pytest.mark.parametrize(
    "provider", ["anthropic", "google", "bedrock", "groq", "mistral", "openai"]
)
async def test_nobody_listening_is_said(provider: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = Running(taken.getsockname()[1])
        trial = await carried_out(at(nobody, provider, "good"))
    assert isinstance(trial.error, Unreachable)
    assert f"no connection to {provider} ({nobody.url})" in trial.words
    assert len(trial.of(Retrying)) == 1


def test_a_name_that_nobody_has_is_said_without_the_number_of_the_error() -> None:
    server = Server("openai", "https://nobody.invalid")
    error = ModelConnectionError("m", "Connection error.", phase="connect")
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    fault = of_request(server, "m", error, ())
    assert fault is not None
    assert fault.what.endswith("nobody.invalid): the name cannot be found")
    assert fault.advice.startswith("check the URL")
    other = ModelConnectionError("m", "[Errno 113] No route to host", phase="connect")
    fault = of_request(server, "m", other, ())
    assert fault is not None
    assert fault.what.endswith(": No route to host")


async def test_a_key_that_comes_back_in_an_error_is_not_shown(server: Running) -> None:
    for provider in ("anthropic", "google", "groq", "mistral", "openai"):
        trial = await carried_out(at(server, provider, "400-echo"))
        assert isinstance(trial.error, NotUsable)
        assert "… was sent" in trial.words
        assert KEY not in str([*trial.events, *trial.exchanges, trial.error])


@pytest.mark.parametrize("provider", sorted(set(CLIENTS) - {"bedrock"}))  # there it is not sent
async def test_a_key_that_comes_back_in_an_answer_is_not_shown(
    server: Running, provider: str
) -> None:
    trial = await carried_out(at(server, provider, "repeats-key"))
    assert trial.output.finds
    for told in (trial.events, trial.exchanges, trial.output):
        assert KEY not in str(told)
    assert "…" in str(trial.exchanges)
    assert {"destination": "…"} in [e.arguments for e in trial.of(ToolCalled)]


async def test_what_fails_leaves_the_others_work_in_the_plan(server: Running) -> None:
    backend = FakeBackend(activities=at(server, "anthropic", "503").run)
    plan = await plan_trip(REQUEST, backend=backend)
    report = next(a for a in plan.agents if a.name == "activities")
    assert report.status is AgentStatus.FAILED
    assert "is in trouble (503)" in report.detail
    assert not plan.complete and plan.days
    assert any("activities" in m for m in plan.missing)


# Answers that do not hold


async def test_a_wrong_answer_is_told_and_mended(server: Running) -> None:
    trial = await carried_out(at(server, "anthropic", "wrong-once"))
    [refused] = trial.of(AnswerRefused)
    assert "finds.0" in refused.reason
    assert trial.output.finds


async def test_an_answer_that_never_fits_leaves_what_was_right(server: Running) -> None:
    trial = await carried_out(at(server, "google", "never-right"))
    assert isinstance(trial.error, InvalidOutput)
    assert "gave no answer that fits: finds.1" in trial.words
    assert len(trial.of(AnswerRefused)) == 4
    assert len(trial.kept.finds) == 1


async def test_an_answer_cut_off_at_its_length_leaves_what_was_whole(server: Running) -> None:
    trial = await carried_out(at(server, "anthropic", "cut-answer"))
    assert isinstance(trial.error, InvalidOutput)
    assert "broke off at its limit of tokens" in trial.words
    assert trial.kept.finds
    last = server.seen("cut-answer")[-1]["body"]["messages"][-1]
    assert "Hand in a shorter one." in json.dumps(last)


async def test_empty_answers_are_told_and_given_up(server: Running) -> None:
    trial = await carried_out(at(server, "anthropic", "empty", steps="whole"))
    assert isinstance(trial.error, InvalidOutput)
    assert {e.reason for e in trial.of(AnswerRefused)} == {"the answer is empty"}


async def test_nonsense_calls_are_answered_with_what_is_wrong(server: Running) -> None:
    trial = await carried_out(at(server, "anthropic", "nonsense", steps="whole"))
    assert isinstance(trial.error, InvalidOutput)
    results = json.dumps(server.seen("nonsense")[1]["body"]["messages"][-1])
    assert "book_flight" in results and "Unexpected keyword argument" in results


async def test_going_round_in_circles_ends(server: Running) -> None:
    trial = await carried_out(at(server, "anthropic", "endless"))
    assert "asks its tools the same again and again" in trial.words
    assert len(trial.of(ModelAsked)) < 10
    assert "asked the same again" in json.dumps(server.seen("endless")[-1]["body"]["messages"])


async def test_what_is_made_up_and_what_a_text_orders_stays_out(server: Running) -> None:
    trial = await carried_out(at(server, "google", "invented"))
    found = trial.output or trial.kept
    made_up = {"secret-rooftop-bar", "sunken-palace"}
    assert not any(f.evidence for f in found.finds if f.place in made_up)
    assert not any("\x1b" in e.text or "\u202e" in e.text for e in trial.of(AgentSaid))


# Limits


async def test_near_a_limit_the_model_is_told_to_hand_in(server: Running) -> None:
    trial = await carried_out(at(server, "anthropic", "good"), Limits(requests=2))
    body = server.seen("good")[-1]["body"]
    assert "The number of requests for this task is nearly used up" in json.dumps(body["messages"])
    assert body["tool_choice"] == {"type": "tool", "name": "hand_in"}
    assert trial.meter.used.requests <= 3


async def test_a_limit_of_tokens_ends_the_task_with_what_it_has(server: Running) -> None:
    trial = await carried_out(at(server, "google", "endless"), Limits(tokens=3000))
    assert isinstance(trial.error, LimitReached)
    assert "the limit is 3,000" in trial.words


async def test_an_answer_that_went_past_a_limit_counts_all_the_same() -> None:
    finds = [{"destination": "lisbon", "place": "maat", "fit": 0.9}]
    model = TestModel(call_tools=[], custom_output_args={"finds": finds})
    backend = ProviderBackend("test", "t", model_object=model)
    trial = await carried_out(backend, Limits(tokens=1))
    assert trial.meter.used.tokens > 1
    assert [f.place for f in trial.output.finds] == ["maat"]


async def test_when_no_tool_may_be_called_any_more_the_model_hands_in(server: Running) -> None:
    trial = await carried_out(at(server, "anthropic", "good"), Limits(tool_calls=1))
    assert isinstance(trial.output, ActivityFinds)
    assert trial.meter.used.tool_calls == 1
    told = json.dumps(server.seen("good")[-1]["body"]["messages"])
    assert "Not looked up: this was the last chance to hand in." in told
    assert "The number of tool calls for this task is nearly used up." in told


async def test_a_model_that_does_not_hand_in_then_is_given_up(server: Running) -> None:
    trial = await carried_out(at(server, "anthropic", "endless"), Limits(tool_calls=1))
    assert "again and again and hands nothing in" in trial.words
    assert trial.meter.used.tool_calls == 1
    assert len(trial.of(ModelAsked)) < 8


@pytest.mark.parametrize("provider", ["anthropic", "google", "groq"])
async def test_answers_that_broke_off_are_paid_for(server: Running, provider: str) -> None:
    trial = await carried_out(at(server, provider, "cut"))
    answered = trial.of(ModelAnswered)
    assert len(answered) == 3
    assert all(e.failed and e.usage.input_tokens > 500 for e in answered)
    assert trial.meter.used.tokens == sum(e.usage.tokens for e in answered)
    assert (await carried_out(at(server, provider, "503"))).meter.used.tokens == 0


async def test_a_hopeless_model_is_given_up_for_what_was_wrong_first(server: Running) -> None:
    trial = await carried_out(at(server, "anthropic", "empty"))
    assert trial.words.endswith("gave no answer that fits: the answer is empty; take another model")
    assert trial.of(ApproachChanged)
    assert trial.meter.used.requests <= 20


# The library's own test models


async def test_the_librarys_test_model_is_asked_and_nothing_goes_out() -> None:
    pydantic_ai.models.ALLOW_MODEL_REQUESTS = False
    try:
        finds = [{"destination": "lisbon", "place": "maat", "fit": 0.9}]
        model = TestModel(call_tools=["list_destinations"], custom_output_args={"finds": finds})
        trial = await carried_out(ProviderBackend("test", "test", model_object=model))
        assert [f.place for f in trial.output.finds] == ["maat"]
        refused = await carried_out(ProviderBackend("anthropic", "claude", key=KEY))
        assert "Model requests are not allowed" in refused.words
    finally:
        pydantic_ai.models.ALLOW_MODEL_REQUESTS = True


async def test_what_streams_in_is_told_in_pieces_and_data_is_not_told() -> None:
    words = "One two three. " * 40
    answer = json.dumps({"finds": [{"destination": "lisbon", "place": "maat", "fit": 1}]})

    async def stream(messages: list[ModelMessage], info: AgentInfo) -> Any:
        if len(messages) == 1:
            for n in range(0, len(words), 5):
                yield {0: DeltaThinkingPart(content=words[n : n + 5])}
            yield {1: DeltaToolCall(name="list_destinations", json_args="{}")}
        else:
            yield answer

    model = FunctionModel(stream_function=stream)
    trial = await carried_out(ProviderBackend("test", "s", model_object=model))
    said = trial.of(AgentSaid)
    assert "".join(e.text for e in said) == words.rstrip() + "\n"
    assert all(e.reasoning for e in said)
    assert len(said) < 10
    assert trial.output.finds


async def test_exchanges_are_json_without_the_key(server: Running) -> None:
    trial = await carried_out(at(server, "anthropic", "thinking"))
    told = json.dumps([[e.request, e.answer] for e in trial.exchanges])
    assert KEY not in told
    assert "find_activities" in told and "First the weather" in told
    assert all(e.seconds > 0 and not e.failed for e in trial.exchanges)


# What goes with a request


@pytest.mark.parametrize(
    ("provider", "model", "sent"),
    [
        ("anthropic", "claude-opus-4-7", '"thinking"'),
        ("google", "gemini-2.5-flash", '"thinkingConfig"'),
        ("openai", "gpt-5", '"reasoning"'),
    ],
)
async def test_effort_goes_with_the_request(
    server: Running, provider: str, model: str, sent: str
) -> None:
    await carried_out(at(server, provider, model, effort="high"))
    with_effort = json.dumps(server.seen(model)[-1]["body"])
    assert sent in with_effort


async def test_an_effort_that_there_is_not_is_refused(server: Running) -> None:
    trial = await carried_out(at(server, "anthropic", "good", effort="heroic"))
    assert isinstance(trial.error, NotUsable)
    assert "choose from minimal, low, medium" in trial.words


async def test_the_prompt_is_marked_to_be_kept_by_the_provider(server: Running) -> None:
    await carried_out(at(server, "anthropic", "good"))
    assert server.seen("good")[-1]["body"]["system"][0]["cache_control"]["type"] == "ephemeral"


# What there must be


def test_every_provider_says_what_it_is_and_needs() -> None:
    for name, provider in NATIVE.items():
        assert provider.name == provider.spec == name
        assert provider.about and provider.key_names and provider.missing_package() is None
    assert native("deepseek").spec == "pydantic-ai:deepseek"
    assert native("deepseek").key_names == ("DEEPSEEK_API_KEY",)
    assert ProviderBackend("openai", "gpt-5").name == "pydantic-ai:openai:gpt-5"
    assert ProviderBackend("anthropic", "claude").name == "anthropic:claude"


@pytest.mark.parametrize(
    ("provider", "message"),
    [
        ("anthropic", r"there is no key for .*; set ANTHROPIC_API_KEY"),
        ("google", r"there is no key for .*; set GOOGLE_API_KEY or GEMINI_API_KEY"),
        ("openai", r"pydantic-ai:openai:m: there is no key; set OPENAI_API_KEY"),
        ("bedrock", r"bedrock:m: it is not said in which region; set AWS_REGION"),
        (
            "google-vertex",
            r"google-vertex:m: .*; set GOOGLE_APPLICATION_CREDENTIALS or .*, or log in",
        ),
        ("cohere", r'package cohere; install it with: pip install "pydantic-ai-slim\[cohere\]"'),
        ("nonsense", r"pydantic-ai:nonsense:m: Unknown provider: nonsense"),
    ],
)
async def test_what_is_missing_is_said_with_what_to_do(
    provider: str, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [n for n in os.environ if n.endswith("_API_KEY") or n[:4] in ("AWS_", "GOOG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    trial = await carried_out(ProviderBackend(provider, "m", environment={}))
    assert isinstance(trial.error, NotUsable)
    assert re.search(message, trial.words), trial.words


async def test_a_missing_package_is_said_with_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agents.backends.servers.native.find_spec", lambda name: None)
    trial = await carried_out(ProviderBackend("google", "gemini", key=KEY))
    assert isinstance(trial.error, NotUsable)
    assert 'needs the package pydantic_ai; install it with: pip install -e ".[providers]"' in (
        trial.words
    )


async def test_the_key_is_read_when_it_is_needed(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = ProviderBackend("anthropic", "good", url=server.url)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-from-the-environment")
    assert (await carried_out(backend)).output
    assert server.seen("good")[-1]["key"].endswith("sk-from-the-environment")


def alone(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `code` in a process of its own that looks like one somebody reads along with."""
    quiet = {"CI", "PYTEST_VERSION", "PYDANTIC_AI_NO_BANNER"}
    inherited = {k: v for k, v in os.environ.items() if k not in quiet}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        env={**inherited, **environment, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=True,
    )


def test_making_a_backend_imports_no_library() -> None:
    done = alone(
        "import sys; from agents.backends.providers import ProviderBackend; "
        "ProviderBackend('anthropic', 'claude'); print(*sys.modules)"
    )
    assert not {"pydantic_ai", "anthropic", "aiohttp", "tenacity"} & set(done.stdout.split())
    done = alone("import sys, agents.backends.servers.native; print(*sys.modules)")
    assert not {"pydantic", "anyio"} & set(done.stdout.split())


def test_the_library_prints_nothing_of_its_own() -> None:
    done = alone(
        """
import anyio
from pydantic_ai.models.test import TestModel
from agents.backends.providers import ProviderBackend
from agents.backends.providers.faults import of_request
from agents.backends.servers.dialects import Server
from agents.request import *
from planner.trip import plan_trip
from datetime import date
request = TripRequest(destinations=("lisbon",), effort=Effort.INSTANT,
                      dates=Dates(start=date(2027, 5, 12), end=date(2027, 5, 13)))
model = TestModel(call_tools=[])
anyio.run(lambda: plan_trip(request, backend=ProviderBackend("t", "t", model_object=model)))
""",
        AI_AGENT="1",
    )
    assert done.stderr == done.stdout == ""


# Cancelling, and many at once


@pytest.mark.parametrize("provider", ["anthropic", "google", "bedrock"])
async def test_a_cancelled_task_lets_go_and_the_next_one_works(
    server: Running, provider: str
) -> None:
    hanging = at(server, provider, "hang-long", patience=Patience())
    begun = anyio.Event()
    meter = Meter("the agent", AGENT_LIMITS)

    def emit(event: Event) -> None:
        if isinstance(event, AgentSaid | ModelAsked):
            begun.set()

    tools = Toolbox(ACTIVITIES.tools, agent="a", ledger=Ledger(), emit=emit, meter=meter)
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(hanging.run, Task(ACTIVITIES, Brief(REQUEST), tools, meter), emit)
            await begun.wait()
            group.cancel_scope.cancel()
    trial = await carried_out(at(server, provider, "good"))
    assert trial.output


async def test_tasks_at_once_share_one_client(server: Running) -> None:
    backend = at(server, "anthropic", "good")
    trials: list[Trial] = []

    async def one() -> None:
        trials.append(await carried_out(backend))

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(one)
    assert len(trials) == 8
    assert all(t.output for t in trials)


def test_a_backend_serves_one_event_loop_after_the_other(server: Running) -> None:
    backend = at(server, "anthropic", "good")
    for _ in range(2):
        assert anyio.run(carried_out, backend).output


class Given(TestModel):
    """A model that its maker opens and closes."""

    def __init__(self, broken: bool = False) -> None:
        super().__init__(call_tools=[], custom_output_args={"finds": []})
        self.broken, self.left, self.closed = broken, 0, 0
        self.client = self

    async def __aenter__(self) -> Given:
        if self.broken:
            raise OSError("no connection today")
        return self

    async def __aexit__(self, *args: object) -> None:
        self.left += 1

    def close(self) -> None:
        self.closed += 1


async def test_the_client_of_a_model_that_was_given_stays_open() -> None:
    model = Given()
    await carried_out(ProviderBackend("bedrock", "given", model_object=model))
    assert (model.left, model.closed) == (1, 0)


async def test_a_model_that_could_not_be_opened_is_not_closed() -> None:
    model = Given(broken=True)
    with pytest.raises(OSError, match="no connection today"):
        await carried_out(ProviderBackend("bedrock", "given", model_object=model))
    assert (model.left, model.closed) == (0, 0)


# Servers that speak only a part of a dialect


@pytest.mark.parametrize(
    ("provider", "model"), [("anthropic", "claude-opus-4-7"), ("bedrock", "amazon.nova-pro-v1:0")]
)
async def test_a_server_that_breaks_on_an_extra_is_asked_without_it(
    server: Running, provider: str, model: str
) -> None:
    trial = await carried_out(at(server, provider, f"{model}-uncached"))
    assert trial.output.finds
    (changed,) = trial.of(ApproachChanged)
    assert "without cache" in changed.reason
    assert len([e for e in trial.of(ModelAnswered) if e.failed]) == 2


@pytest.mark.filterwarnings("ignore:FUNCTION_CALL is not a valid")
async def test_an_end_for_a_reason_that_nobody_knows_is_an_end(server: Running) -> None:
    trial = await carried_out(at(server, "google", "odd-end"))
    assert trial.output.finds
    assert not trial.of(Retrying)


async def test_where_schemas_are_not_minded_the_answer_is_asked_for_by_a_call(
    server: Running,
) -> None:
    trial = await carried_out(at(server, "google", "no-schemas", steps="small"))
    assert trial.output.finds
    (changed,) = trial.of(ApproachChanged)
    assert "another way" in changed.reason
    assert len(trial.of(AnswerRefused)) <= 2


@pytest.mark.parametrize("provider", [c for c in CLIENTS if c != "mistral"])  # its SDK refuses
async def test_characters_that_are_cut_in_two_are_sent_back_whole(
    server: Running, provider: str
) -> None:
    trial = await carried_out(at(server, provider, "halves"))
    assert trial.output.finds
    assert "By sea 🌊" in json.dumps(server.seen("halves")[-1]["body"], ensure_ascii=False)


@pytest.mark.parametrize("provider", ["anthropic", "google", "groq", "mistral", "openai"])
async def test_a_scrap_in_the_place_of_a_stream_is_asked_for_again(
    server: Running, provider: str
) -> None:
    trial = await carried_out(at(server, provider, f"scrap-once-{provider}"))
    assert trial.output.finds
    (again,) = trial.of(Retrying)
    assert "cannot be read" in again.reason
