"""Spans of a run by the GenAI conventions: which, when, under which, and what is never in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import anyio
import pytest
from aiohttp import web
from fakes import FakeBackend, Gate, fails_with
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as conventions
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.trace import SpanKind, StatusCode
from test_progress import EVENTS

from agents.backends.offline import OfflineBackend
from agents.errors import NotUsable, Unreachable
from agents.events import (
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
    RunFailed,
    RunFinished,
    RunStarted,
    ToolCalled,
    ToolReturned,
)
from agents.usage import Usage
from planner.intake import Options, survey
from planner.run import TripRun
from planner.telemetry import Spans, exporters, spans_of_a_run
from planner.telemetry.attributes import error_type
from planner.telemetry.exporters import _provider
from planner.trip import plan_trip

TODAY = date(2026, 11, 21)
WORDS = "2 days in Lisbon from 11 May 2027, secretword tiles"
SECRET = "the words of a prompt"
SECONDS = 30
T = 1_800_000_000.0


class Kept:
    """Spans in memory."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = provider.get_tracer("tests")
        self.emit = Spans(self.tracer)

    def follow(self, *events: Event) -> Kept:
        for event in events:
            self.emit(event)
        return self

    @property
    def all(self) -> Sequence[ReadableSpan]:
        return self.exporter.get_finished_spans()

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.all if span.name.startswith(name)]

    def one(self, name: str) -> ReadableSpan:
        (span,) = self.named(name)
        return span


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def seconds(span: ReadableSpan) -> tuple[float, float]:
    assert span.start_time is not None
    assert span.end_time is not None
    return span.start_time / 1e9 - T, span.end_time / 1e9 - T


def run_started() -> RunStarted:
    return RunStarted(at=T, agents=("a",), backend="openai:m", effort="thinking")


def started(at: float = 0, backend: str = "openai:m") -> AgentStarted:
    return AgentStarted(at=T + at, agent="a", role="plans", backend=backend)


def asked(at: float, request: int = 1) -> ModelAsked:
    return ModelAsked(at=T + at, agent="a", request=request, model="m", bytes=900)


def answered(at: float, request: int = 1, **more: Any) -> ModelAnswered:
    usage = Usage(requests=1, input_tokens=120, output_tokens=30, cost_usd=0.01)
    given = {"seconds": 1.0, "first_seconds": 0.4, "finish": "stop", "usage": usage} | more
    return ModelAnswered(at=T + at, agent="a", request=request, model="m-0513", **given)


def called(at: float, call: int = 1) -> ToolCalled:
    arguments = {"destination": SECRET}
    return ToolCalled(at=T + at, agent="a", call=call, tool="climate", arguments=arguments)


def returned(at: float, call: int = 1, **more: Any) -> ToolReturned:
    return ToolReturned(
        at=T + at, agent="a", call=call, tool="climate", summary=SECRET, seconds=1, **more
    )


def finished(at: float) -> AgentFinished:
    usage = Usage(requests=2, tool_calls=1, input_tokens=200, output_tokens=50)
    return AgentFinished(at=T + at, agent="a", seconds=at, usage=usage, summary=SECRET)


def run_finished(at: float) -> RunFinished:
    return RunFinished(at=T + at, seconds=at, complete=True)


WHOLE: tuple[Event, ...] = (
    run_started(),
    started(),
    AgentSaid(at=T, agent="a", text=SECRET),
    asked(1),
    answered(2),
    called(2),
    returned(3),
    AnswerRefused(at=T + 3, agent="a", reason=SECRET),
    asked(3, 2),
    answered(4, 2, failed=f"openai takes no more requests for now (429): {SECRET}", usage=Usage()),
    Retrying(at=T + 4, agent="a", request=2, attempt=2, wait=2, reason=f"busy (429): {SECRET}"),
    ApproachChanged(at=T + 5, agent="a", reason=SECRET),
    asked(6, 2),
    answered(7, 2),
    finished(8),
    run_finished(9),
)


# What the spans are


def test_names_are_those_of_the_conventions() -> None:
    known = {value for value in vars(conventions).values() if isinstance(value, str)}
    known |= {ERROR_TYPE}
    operations = {value.value for value in conventions.GenAiOperationNameValues}
    for span in Kept().follow(*WHOLE).all:
        own = attributes(span)
        assert own["gen_ai.operation.name"] in operations
        assert {name for name in own if not name.startswith("tripartite.")} <= known


def test_a_run_is_a_tree_of_spans_with_the_events_own_times() -> None:
    kept = Kept().follow(*WHOLE)
    run, agent = kept.one("invoke_workflow tripartite"), kept.one("invoke_agent a")
    chats, tool = kept.named("chat m"), kept.one("execute_tool climate")
    assert run.parent is None
    assert agent.parent is not None and agent.parent.span_id == run.context.span_id
    for span in (*chats, tool):
        assert span.parent is not None and span.parent.span_id == agent.context.span_id
    assert len({span.context.trace_id for span in kept.all}) == 1
    assert (seconds(run), seconds(agent), seconds(tool)) == ((0, 9), (0, 8), (2, 3))
    assert [seconds(chat) for chat in chats] == [(1, 2), (3, 4), (6, 7)]
    assert [s.kind for s in (run, agent, tool, *chats)] == [SpanKind.INTERNAL] * 3 + [
        SpanKind.CLIENT
    ] * 3


def test_a_request_to_a_model_tells_what_it_used_and_how_it_ended() -> None:
    first, failed, _ = Kept().follow(*WHOLE).named("chat m")
    assert attributes(first) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "m",
        "gen_ai.request.stream": True,
        "gen_ai.response.model": "m-0513",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.response.time_to_first_chunk": 0.4,
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.output_tokens": 30,
        "tripartite.request.number": 1,
        "tripartite.request.bytes": 900,
        "tripartite.usage.cost_usd": 0.01,
    }
    assert attributes(failed)["error.type"] == "429"
    assert failed.status.status_code is StatusCode.ERROR
    assert "gen_ai.usage.input_tokens" not in attributes(failed)


def test_what_came_between_is_an_event_of_the_agents_span() -> None:
    agent = Kept().follow(*WHOLE).one("invoke_agent a")
    assert [event.name for event in agent.events] == [
        "answer refused",
        "retrying",
        "approach changed",
    ]
    assert dict(agent.events[1].attributes or {}) == {
        "tripartite.retry.attempt": 2,
        "tripartite.retry.wait": 2,
        "error.type": "429",
    }
    assert attributes(agent)["gen_ai.usage.input_tokens"] == 200
    assert attributes(agent)["gen_ai.agent.name"] == "a"


def test_no_word_of_a_request_or_an_answer_is_in_a_span() -> None:
    failing = AgentFailed(at=T, agent="a", seconds=1, reason=SECRET, kept=False)
    lost = RunFailed(at=T, seconds=1, reason=SECRET)
    told = Kept().follow(*WHOLE, run_started(), started(), failing, lost)
    assert len(told.all) == 8
    assert not [span for span in told.all if SECRET in span.to_json()]


def test_a_failed_agent_and_a_failed_tool_tell_the_kind_of_error() -> None:
    reason = "openai said nothing; try again"
    failing = AgentFailed(
        at=T + 5, agent="a", seconds=5, reason=reason, kept=False, error="Unreachable"
    )
    kept = Kept().follow(started(), called(1), returned(2, failed=True), failing, run_finished(6))
    assert attributes(kept.one("invoke_agent"))["error.type"] == "Unreachable"
    assert attributes(kept.one("execute_tool"))["error.type"] == "ToolError"
    assert kept.one("invoke_agent").status.status_code is StatusCode.ERROR
    assert kept.one("invoke_workflow").status.status_code is StatusCode.UNSET


def test_what_is_open_when_an_agent_is_cancelled_ends_with_it() -> None:
    stopped = AgentFailed(
        at=T + 5,
        agent="a",
        seconds=5,
        reason="cancelled before it was done",
        kept=True,
        cancelled=True,
    )
    kept = Kept().follow(run_started(), started(), asked(1), called(2), stopped)
    for name in ("invoke_agent", "chat", "execute_tool"):
        span = kept.one(name)
        assert seconds(span)[1] == 5
        assert attributes(span)["error.type"] == "cancelled"
    kept.follow(RunFailed(at=T + 6, seconds=6, reason="cancelled", cancelled=True))
    assert attributes(kept.one("invoke_workflow"))["error.type"] == "cancelled"


def test_an_attempt_that_is_followed_by_another_is_a_span_of_its_own() -> None:
    kept = Kept().follow(run_started(), started(), started(3), finished(4), run_finished(5))
    first, second = kept.named("invoke_agent")
    assert (seconds(first), seconds(second)) == ((0, 3), (3, 4))
    assert attributes(first)["error.type"] == "cancelled"
    assert "error.type" not in attributes(second)


def test_a_plan_that_is_made_anew_without_agents_is_a_run_too() -> None:
    ends: list[str] = []
    kept = Kept()
    kept.emit = Spans(kept.tracer, at_end=lambda: ends.append("end"))
    kept.follow(run_finished(2), RunFailed(at=T + 9, seconds=1, reason="no such choice"))
    assert [seconds(span) for span in kept.named("invoke_workflow")] == [(0, 2), (8, 9)]
    assert ends == ["end", "end"]


def test_a_run_is_below_what_its_host_was_doing() -> None:
    kept = Kept()
    with kept.tracer.start_as_current_span("host") as host:
        kept.follow(*WHOLE)
    run = kept.one("invoke_workflow")
    assert run.parent is not None and run.parent.span_id == host.get_span_context().span_id


@pytest.mark.parametrize(
    ("backend", "provider"),
    [
        ("openai:gpt-x", "openai"),
        ("ollama:qwen3:8b", "ollama"),
        ("bedrock:m", "aws.bedrock"),
        ("pydantic-ai:google:m", "gcp.gemini"),
        ("offline", "offline"),
    ],
)
def test_providers_have_the_names_of_the_conventions(backend: str, provider: str) -> None:
    kept = Kept().follow(started(backend=backend), asked(1), answered(2), finished(3))
    for name in ("invoke_agent", "chat"):
        assert attributes(kept.one(name))["gen_ai.provider.name"] == provider


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("no answer within 120 s; try again or raise the limit", "timeout"),
        ("openai refuses the key (401); check it", "401"),
        ("nobody answers at http://127.0.0.1:9", "_OTHER"),
        ("agent a: 41 requests used, the limit is 40; raise the limit", "LimitReached"),
        ("the backend 'x' broke off with ValueError: secret", "ValueError"),
        ("Paris: 500 tiles", "_OTHER"),
        ("something else", "_OTHER"),
    ],
)
def test_kinds_of_errors_are_few(reason: str, kind: str) -> None:
    assert error_type(reason) == kind


@given(st.lists(EVENTS, max_size=40))
def test_any_events_in_any_order_make_spans_that_end(events: list[Event]) -> None:
    kept = Kept().follow(*events, run_finished(1e9))
    begun = sum(isinstance(event, AgentStarted) for event in events)
    assert len(kept.named("invoke_agent")) == begun
    ids = {span.context.span_id for span in kept.all}
    assert all(span.parent is None or span.parent.span_id in ids for span in kept.all)


# Real runs


async def test_a_real_plan_makes_a_span_for_each_agent_and_each_call() -> None:
    kept, events = Kept(), list[Event]()

    def both(event: Event) -> None:
        events.append(event)
        kept.emit(event)

    request = survey(WORDS, today=TODAY, options=Options()).request
    assert request is not None
    await plan_trip(request, emit=both)
    calls = sum(isinstance(event, ToolCalled) for event in events)
    assert len(kept.named("execute_tool")) == calls > 10
    assert sorted({s.name for s in kept.named("invoke_agent")}) == [
        f"invoke_agent {name}" for name in ("activities", "destinations", "itinerary")
    ]
    assert attributes(kept.one("invoke_workflow"))["tripartite.complete"] is True
    assert not [span for span in kept.all if "secretword" in span.to_json()]


def run_with(backend: Any) -> TripRun:
    found = survey(WORDS, today=TODAY, options=Options())
    return TripRun.of_survey(found, lambda: backend, words=WORDS, options=Options(), store=None)


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    _provider.cache_clear()
    yield monkeypatch
    _provider.cache_clear()


class Collector:
    """A receiver of OTLP over HTTP on loopback."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.services: set[str] = set()
        self._arrived = anyio.Event()
        self.port = 0

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.services |= {
                a.value.string_value
                for a in resource.resource.attributes
                if a.key == "service.name"
            }
            self.names += [s.name for scope in resource.scope_spans for s in scope.spans]
        if any(name.startswith("invoke_workflow") for name in self.names):
            self._arrived.set()
        return web.Response()

    async def __aenter__(self) -> Collector:
        app = web.Application()
        app.router.add_post("/v1/traces", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def wait(self) -> None:
        await self._arrived.wait()


async def test_spans_of_a_run_arrive_at_a_collector(clean_environment: pytest.MonkeyPatch) -> None:
    with anyio.fail_after(SECONDS):
        async with Collector() as collector:
            where = f"http://127.0.0.1:{collector.port}"
            clean_environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", where)
            run = run_with(
                FakeBackend(activities=fails_with(Unreachable("the line is dead; wait")))
            )
            await run.start()
            await collector.wait()
    assert run.warning == ""
    assert collector.services == {"tripartite"}
    assert {"invoke_workflow tripartite", "invoke_agent activities"} <= set(collector.names)
    assert sum(name.startswith("execute_tool") for name in collector.names) > 10


async def test_a_run_that_is_cancelled_sends_its_spans(
    clean_environment: pytest.MonkeyPatch,
) -> None:
    gate = Gate()
    with anyio.fail_after(SECONDS):
        async with Collector() as collector:
            where = f"http://127.0.0.1:{collector.port}/v1/traces"
            clean_environment.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", where)
            async with anyio.create_task_group() as group:
                group.start_soon(run_with(FakeBackend(itinerary=gate)).start)
                await gate.arrived.wait()
                group.cancel_scope.cancel()
            await collector.wait()
    assert "invoke_agent itinerary" in collector.names


async def test_spans_of_a_trip_from_the_store_are_not_made_again(
    clean_environment: pytest.MonkeyPatch,
) -> None:
    clean_environment.setenv("OTEL_TRACES_EXPORTER", "console")
    made: list[Event] = []
    clean_environment.setattr(Spans, "__call__", lambda _, e: made.append(e))
    run = run_with(OfflineBackend())
    for event in WHOLE:
        run._note(event)
    assert made == []
    await run.start()
    assert len(made) == len(run.events) - len(WHOLE)


async def test_a_collector_that_nobody_runs_changes_no_plan(
    clean_environment: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    clean_environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    run = run_with(OfflineBackend())
    with anyio.fail_after(SECONDS):
        await run.start()
    assert run.plan is not None
    assert (run.error, run.warning) == ("", "")
    assert capfd.readouterr() == ("", "")


# On and off


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({}, ()),
        ({"OTEL_SERVICE_NAME": "x"}, ()),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, ("otlp",)),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces"}, ("otlp",)),
        ({"OTEL_TRACES_EXPORTER": "console"}, ("console",)),
        ({"OTEL_TRACES_EXPORTER": " OTLP , console"}, ("otlp", "console")),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, ()),
        ({"OTEL_TRACES_EXPORTER": "console", "OTEL_SDK_DISABLED": "true"}, ()),
    ],
)
def test_the_standard_variables_turn_it_on(
    environment: dict[str, str], names: tuple[str, ...]
) -> None:
    assert exporters(environment) == names


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "by the exporter 'zipkin'"),
        (
            {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "by the protocol 'grpc'",
        ),
    ],
)
def test_an_exporter_that_there_is_not_is_told_in_one_line(
    clean_environment: pytest.MonkeyPatch, environment: dict[str, str], words: str
) -> None:
    with pytest.raises(NotUsable, match=words):
        spans_of_a_run(environment)


async def test_a_missing_package_is_told_and_the_trip_is_planned(
    clean_environment: pytest.MonkeyPatch,
) -> None:
    clean_environment.setenv("OTEL_TRACES_EXPORTER", "console")
    clean_environment.setitem(sys.modules, "opentelemetry", None)
    run = run_with(OfflineBackend())
    await run.start()
    assert run.plan is not None
    assert "\n" not in run.warning
    assert "pip install -e '.[telemetry]'" in run.warning


def plan(*code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    usual = {k: v for k, v in os.environ.items() if not k.startswith("OTEL_")}
    return subprocess.run(
        [sys.executable, "-c", "\n".join(code)],
        env={**usual, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


PLAN = (
    "import sys, click",
    "from planner.cli.main import main",
    "try: main(['plan', '2 days in Lisbon from 11 May 2027', '--json', '--today', '2026-11-21'])",
    "except SystemExit: pass",
    "print('\\n' + str(any(m.startswith('opentelemetry') for m in sys.modules)))",
)


def test_without_an_exporter_nothing_of_it_is_imported(tmp_path: Path) -> None:
    done = plan(*PLAN, HOME=str(tmp_path))
    assert done.stdout.endswith("\nFalse\n"), done.stderr


def test_an_offline_plan_imports_nothing_of_models_and_spans(tmp_path: Path) -> None:
    rare = ("planner.telemetry", "planner.costs_unknown", "planner.addresses", "planner.specs",
            "planner.standing",
            "agents.backends.servers", "agents.backends.providers", "agents.backends.tape")  # fmt: skip
    done = plan(
        *PLAN, f"print([m for m in sys.modules if m.startswith({rare})])", HOME=str(tmp_path)
    )
    assert done.stdout.endswith("\n[]\n"), done.stdout[-300:] + done.stderr


def test_the_console_gets_spans_on_standard_error_and_the_plan_stays_alone(tmp_path: Path) -> None:
    done = plan(*PLAN[:3], PLAN[3], HOME=str(tmp_path), OTEL_TRACES_EXPORTER="console")
    assert json.loads(done.stdout)["days"]
    assert '"name": "invoke_workflow tripartite"' in done.stderr


def test_a_process_does_not_wait_for_a_collector_that_says_nothing(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        plan(*PLAN, HOME=str(tmp_path))
        usual = time.monotonic() - began
        began = time.monotonic()
        done = plan(
            *PLAN[:4], HOME=str(tmp_path), OTEL_EXPORTER_OTLP_ENDPOINT=where,
            OTEL_EXPORTER_OTLP_TIMEOUT="60",
        )  # fmt: skip
        assert json.loads(done.stdout)["days"]
        assert time.monotonic() - began < usual + 15
