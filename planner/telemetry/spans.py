"""A run's events as spans, with the events' own times. What a span says is in `attributes`.

invoke_workflow tripartite             the run
├── invoke_agent itinerary             one attempt of an agent
│   ├── chat MODEL                     one request to a model
│   └── execute_tool climate           one call of a tool
└── …
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.events import (
    AgentFailed,
    AgentFinished,
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
from planner.telemetry.attributes import (
    LONGEST_NAME,
    WORKFLOW,
    error_type,
    of_agent,
    of_answer,
    of_question,
    of_retry,
    of_run,
    of_step,
    of_tool,
    of_usage,
    provider_of,
)

if TYPE_CHECKING:
    from opentelemetry.trace import Span, SpanKind, Tracer

    from planner.telemetry.attributes import Attributes


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
        if isinstance(event, RunFinished | RunFailed):
            self._end_run(event)
        elif (step := of_step(event)) is not None:
            if isinstance(event, RunStarted) and self._run is not None:  # one that nobody ended
                self._close(event.at)
            _note(self._root(event.at), event, step)
        else:
            self._of_an_agent(event)

    # The run

    def _root(self, at: float) -> Span:
        if self._run is None:
            self._run = self._tracer.start_span(
                f"invoke_workflow {WORKFLOW}",
                attributes=of_run(),
                start_time=_ns(at),
            )
        return self._run

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
                    agent.span.set_attributes(of_usage(event.usage))
                self._end_agent(event.agent, event.at)
            case AgentFailed():
                why = "cancelled" if event.cancelled else error_type(event.reason, event.error)
                self._end_agent(event.agent, event.at, why)
            case ToolCalled() | ToolReturned() | ModelAsked() | ModelAnswered():
                if (agent := self._agents.get(event.agent)) is not None:
                    self._below(agent, event)
            case Retrying() | AnswerRefused() | ApproachChanged():
                if (agent := self._agents.get(event.agent)) is not None:
                    # Why is not told, since it may quote the answer.
                    _note(agent.span, event, of_retry(event) if isinstance(event, Retrying) else {})

    def _begin_agent(self, event: AgentStarted) -> None:
        self._end_agent(event.agent, event.at, "cancelled")  # an attempt that nobody ended
        root = self._root(event.at)
        provider = provider_of(event.backend)
        name = f"invoke_agent {event.agent}"
        span = self._child(root, name, event.at, of_agent(event, provider))
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
        name = f"execute_tool {event.tool[:LONGEST_NAME]}"
        return self._child(agent.span, name, event.at, of_tool(event))

    def _chat(self, agent: _AgentSpans, event: ModelAsked) -> Span:
        from opentelemetry.trace import SpanKind

        name, said = f"chat {event.model}", of_question(event, agent.provider)
        return self._child(agent.span, name, event.at, said, SpanKind.CLIENT)

    def _answered(self, agent: _AgentSpans, event: ModelAnswered) -> None:
        found = next((one for one in reversed(agent.chats) if one[0] == event.request), None)
        if found is None:
            return
        agent.chats.remove(found)
        span = found[1]
        span.set_attributes(of_answer(event))
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


def _note(span: Span, event: Event, said: Attributes) -> None:
    span.add_event(event.type.replace("_", " "), said, _ns(event.at))


def _fail(span: Span, why: str) -> None:
    from opentelemetry.trace import StatusCode

    span.set_attribute("error.type", why)
    span.set_status(StatusCode.ERROR)


def _ns(at: float) -> int:
    """Nanoseconds since the epoch, in the range that a span can hold."""
    return min(max(0, round(at * 1e9)), 2**63 - 1)
