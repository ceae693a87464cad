"""What a span says of an event, by the names of the GenAI conventions; never what a model wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from agents.errors import LimitReached
from agents.events import (
    AgentStarted,
    Checked,
    Event,
    Merged,
    ModelAnswered,
    ModelAsked,
    Retrying,
    RoundStarted,
    RunStarted,
    Scheduled,
    ToolCalled,
)
from agents.usage import Usage

if TYPE_CHECKING:
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


def of_run() -> Attributes:
    return {"gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": WORKFLOW}


def of_step(event: Event) -> Attributes | None:
    """Of what the run came to by itself; None for any other event."""
    match event:
        case RunStarted():
            said: Attributes = {"backend": event.backend, "effort": event.effort}
        case RoundStarted():
            said = {"round": event.number}
        case Merged():
            said = {"candidates": event.candidates, "decisions": event.decisions}
        case Scheduled():
            said = {"visits": event.visits, "left_out": event.left_out}
        case Checked():
            said = {"passed": event.passed, "failed": len(event.failed)}
        case _:
            return None
    return {f"{WORKFLOW}.{key}": value for key, value in said.items()}


def of_agent(event: AgentStarted, provider: str) -> Attributes:
    return {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": event.agent,
        "gen_ai.agent.description": event.role,
        "gen_ai.provider.name": provider,
    }


def provider_of(backend: str) -> str:
    """Whom a backend asks; its own name where that is nobody."""
    name, colon, _ = backend.removeprefix("pydantic-ai:").partition(":")
    return PROVIDERS.get(name, name) if colon else backend


def of_tool(event: ToolCalled) -> Attributes:
    return {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": event.tool[:LONGEST_NAME],
        "gen_ai.tool.type": "function",
        "gen_ai.tool.call.id": str(event.call),
    }


def of_question(event: ModelAsked, provider: str) -> Attributes:
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": event.model,
        f"{WORKFLOW}.request.number": event.request,
        f"{WORKFLOW}.request.bytes": event.bytes,
    }


def of_answer(event: ModelAnswered) -> Attributes:
    told: dict[str, AttributeValue] = {"gen_ai.response.model": event.model}
    if event.finish:
        told["gen_ai.response.finish_reasons"] = (event.finish,)
    if event.first_seconds is not None:
        told["gen_ai.request.stream"] = True
        told["gen_ai.response.time_to_first_chunk"] = event.first_seconds
    return {**told, **of_usage(event.usage)}


def of_retry(event: Retrying) -> Attributes:
    return {
        f"{WORKFLOW}.retry.attempt": event.attempt,
        f"{WORKFLOW}.retry.wait": event.wait,
        "error.type": error_type(event.reason),
    }


def of_usage(usage: Usage) -> Attributes:
    if not usage.tokens:
        return {}
    told: dict[str, AttributeValue] = {
        "gen_ai.usage.input_tokens": usage.input_tokens,
        "gen_ai.usage.output_tokens": usage.output_tokens,
    }
    if usage.cost_usd:
        told[f"{WORKFLOW}.usage.cost_usd"] = usage.cost_usd
    return told


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
