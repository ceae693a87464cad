"""A run's events as spans, with the events' own times. Names are those of the GenAI conventions.

invoke_workflow tripartite             the run
├── invoke_agent itinerary             one attempt of an agent
│   ├── chat MODEL                     one request to a model
│   └── execute_tool climate           one call of a tool
└── …
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.errors import LimitReached
from agents.events import (
    AgentFailed,
    AgentFinished,
    AgentStarted,
    AnswerRefused,
    ApproachChanged,
    Checked,
    Event,
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
)
from agents.usage import Usage

if TYPE_CHECKING:
    from opentelemetry.trace import Span, SpanKind, Tracer
    from opentelemetry.util.types import AttributeValue

    Attributes = Mapping[str, AttributeValue]

WORKFLOW = "tripartite"
LONGEST_NAME = 100
PROVIDERS = {
    "bedrock": "aws.bedrock",
    "google": "gcp.gemini",
    "gemini": "gcp.gemini",
    "vertex": "gcp.vertex_ai",
    "google-vertex": "gcp.vertex_ai",
    "mistral": "mistral_ai",
    "azure": "azure.ai.openai",
    "xai": "x_ai",
}
"""Well-known names in the conventions, of providers that we call otherwise."""
_STATUS = re.compile(r"\(([45]\d\d)\)")
_FOREIGN = re.compile(r"broke off with ([A-Z][A-Za-z]{2,40}): ")
OTHER = "_OTHER"


def _nothing() -> None:
    pass


@dataclass
class _AgentSpans:
    """One attempt of an agent, and what is open below it."""

    span: Span
    provider: str
    tools: dict[int, Span] = field(default_factory=dict)
    chats: list[tuple[int, Span]] = field(default_factory=list)


class Spans:
    """An `emit`: give it the events of one run after another. `at_end` is called after each run.

    A run's span is a child of what is the current one when its first event comes.
    """

    def __init__(self, tracer: Tracer, at_end: Callable[[], object] = _nothing) -> None:
        self._tracer = tracer
        self._at_end = at_end
        self._run: Span | None = None
        self._agents: dict[str, _AgentSpans] = {}

    def __call__(self, event: Event) -> None:
        match event:
            case RunFinished() | RunFailed():
                self._end_run(event)
            case RunStarted():
                if self._run is not None:  # one that nobody ended
                    self._close(event.at)
                self._note("run started", event, {"backend": event.backend, "effort": event.effort})
            case RoundStarted():
                self._note("round started", event, {"round": event.number})
            case Merged():
                made = {"candidates": event.candidates, "decisions": event.decisions}
                self._note("merged", event, made)
            case Scheduled():
                placed = {"visits": event.visits, "left_out": event.left_out}
                self._note("scheduled", event, placed)
            case Checked():
                found = {"passed": event.passed, "failed": len(event.failed)}
                self._note("checked", event, found)
            case _:
                self._of_an_agent(event)

    # The run

    def _root(self, at: float) -> Span:
        if self._run is None:
            self._run = self._tracer.start_span(
                f"invoke_workflow {WORKFLOW}",
                attributes={
                    "gen_ai.operation.name": "invoke_workflow",
                    "gen_ai.workflow.name": WORKFLOW,
                },
                start_time=_ns(at),
            )
        return self._run

    def _note(self, name: str, event: Event, more: Mapping[str, AttributeValue]) -> None:
        own = {f"{WORKFLOW}.{key}": value for key, value in more.items()}
        self._root(event.at).add_event(name, own, _ns(event.at))

    def _end_run(self, event: RunFinished | RunFailed) -> None:
        root = self._root(event.at - event.seconds)
        root.set_attribute(f"{WORKFLOW}.cancelled", event.cancelled)
        if isinstance(event, RunFinished):
            root.set_attribute(f"{WORKFLOW}.complete", event.complete)
        else:
            _fail(root, "cancelled" if event.cancelled else "no_plan")
        self._close(event.at)
        self._at_end()

    def _close(self, at: float) -> None:
        for name in list(self._agents):
            self._end_agent(name, at, "cancelled")
        if self._run is not None:
            self._run.end(_ns(at))
        self._run = None

    # An agent

    def _of_an_agent(self, event: Event) -> None:
        match event:
            case AgentStarted():
                self._begin_agent(event)
            case AgentFinished():
                if (agent := self._agents.get(event.agent)) is not None:
                    agent.span.set_attributes(_usage(event.usage))
                self._end_agent(event.agent, event.at)
            case AgentFailed():
                why = "cancelled" if event.cancelled else error_type(event.reason, event.error)
                self._end_agent(event.agent, event.at, why)
            case ToolCalled() | ToolReturned() | ModelAsked() | ModelAnswered():
                if (agent := self._agents.get(event.agent)) is not None:
                    self._below(agent, event)
            case Retrying() | AnswerRefused() | ApproachChanged():
                if (agent := self._agents.get(event.agent)) is not None:
                    _aside(agent.span, event)

    def _begin_agent(self, event: AgentStarted) -> None:
        self._end_agent(event.agent, event.at, "cancelled")  # an attempt that nobody ended
        root = self._root(event.at)
        name, colon, _ = event.backend.removeprefix("pydantic-ai:").partition(":")
        provider = PROVIDERS.get(name, name) if colon else event.backend
        span = self._child(
            root,
            f"invoke_agent {event.agent}",
            event.at,
            {
                "gen_ai.operation.name": "invoke_agent",
                "gen_ai.agent.name": event.agent,
                "gen_ai.agent.description": event.role,
                "gen_ai.provider.name": provider,
            },
        )
        self._agents[event.agent] = _AgentSpans(span, provider)

    def _end_agent(self, name: str, at: float, why: str = "") -> None:
        agent = self._agents.pop(name, None)
        if agent is None:
            return
        for span in (*agent.tools.values(), *(span for _, span in agent.chats)):
            _fail(span, "cancelled")
            span.end(_ns(at))
        if why:
            _fail(agent.span, why)
        agent.span.end(_ns(at))

    def _below(
        self, agent: _AgentSpans, event: ToolCalled | ToolReturned | ModelAsked | ModelAnswered
    ) -> None:
        match event:
            case ToolCalled():
                if (before := agent.tools.pop(event.call, None)) is not None:
                    before.end(_ns(event.at))
                agent.tools[event.call] = self._tool(agent, event)
            case ToolReturned():
                span = agent.tools.pop(event.call, None)
                if span is not None:
                    if event.failed:
                        _fail(span, "ToolError")
                    span.end(_ns(event.at))
            case ModelAsked():
                agent.chats.append((event.request, self._chat(agent, event)))
            case ModelAnswered():
                self._answered(agent, event)

    def _tool(self, agent: _AgentSpans, event: ToolCalled) -> Span:
        return self._child(
            agent.span,
            f"execute_tool {event.tool[:LONGEST_NAME]}",
            event.at,
            {
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": event.tool[:LONGEST_NAME],
                "gen_ai.tool.type": "function",
                "gen_ai.tool.call.id": str(event.call),
            },
        )

    def _chat(self, agent: _AgentSpans, event: ModelAsked) -> Span:
        from opentelemetry.trace import SpanKind

        return self._child(
            agent.span,
            f"chat {event.model}",
            event.at,
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": agent.provider,
                "gen_ai.request.model": event.model,
                f"{WORKFLOW}.request.number": event.request,
                f"{WORKFLOW}.request.bytes": event.bytes,
            },
            SpanKind.CLIENT,
        )

    def _answered(self, agent: _AgentSpans, event: ModelAnswered) -> None:
        found = next((one for one in reversed(agent.chats) if one[0] == event.request), None)
        if found is None:
            return
        agent.chats.remove(found)
        span = found[1]
        span.set_attribute("gen_ai.response.model", event.model)
        span.set_attributes(_usage(event.usage))
        if event.finish:
            span.set_attribute("gen_ai.response.finish_reasons", (event.finish,))
        if event.first_seconds is not None:
            span.set_attribute("gen_ai.request.stream", True)
            span.set_attribute("gen_ai.response.time_to_first_chunk", event.first_seconds)
        if event.failed:
            _fail(span, error_type(event.failed))
        span.end(_ns(event.at))

    def _child(
        self,
        parent: Span,
        name: str,
        at: float,
        attributes: Attributes,
        kind: SpanKind | None = None,
    ) -> Span:
        from opentelemetry.trace import SpanKind, set_span_in_context

        return self._tracer.start_span(
            name,
            context=set_span_in_context(parent),
            kind=kind or SpanKind.INTERNAL,
            attributes=attributes,
            start_time=_ns(at),
        )


def _aside(span: Span, event: Retrying | AnswerRefused | ApproachChanged) -> None:
    """What came between an agent and an answer; why is not told, since it may quote the answer."""
    told: dict[str, AttributeValue] = {}
    if isinstance(event, Retrying):
        told = {
            f"{WORKFLOW}.retry.attempt": event.attempt,
            f"{WORKFLOW}.retry.wait": event.wait,
            "error.type": error_type(event.reason),
        }
    span.add_event(event.type.replace("_", " "), told, _ns(event.at))


def _usage(usage: Usage) -> dict[str, AttributeValue]:
    if not usage.tokens:
        return {}
    told: dict[str, AttributeValue] = {
        "gen_ai.usage.input_tokens": usage.input_tokens,
        "gen_ai.usage.output_tokens": usage.output_tokens,
    }
    if usage.cost_usd:
        told[f"{WORKFLOW}.usage.cost_usd"] = usage.cost_usd
    return told


def _fail(span: Span, why: str) -> None:
    from opentelemetry.trace import StatusCode

    span.set_attribute("error.type", why)
    span.set_status(StatusCode.ERROR)


def error_type(reason: str, error: str = "") -> str:
    """One of few words for a failure: a status of HTTP, the name of an error, or "_OTHER"."""
    if reason.startswith("no answer within"):
        return "timeout"
    if (status := _STATUS.search(reason)) is not None:
        return status[1]
    if error:
        return error
    if (foreign := _FOREIGN.search(reason)) is not None:
        return foreign[1]
    return LimitReached.__name__ if ", the limit is " in reason else OTHER


def _ns(at: float) -> int:
    """Nanoseconds since the epoch, in the range that a span can hold."""
    return min(max(0, round(at * 1e9)), 2**63 - 1)
