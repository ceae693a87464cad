"""A library's answer as it can be told, taken and sent again: no secrets, no halves of characters."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from pydantic_ai.messages import (
    ModelResponse,
    ModelResponsePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
)

from agents.backends.answers.parsing import parsed
from agents.backends.servers.secrets import without_in
from agents.backends.talking.answer import whole_characters
from agents.errors import InvalidOutput

_PARTS = ("content", "args", "tool_name", "tool_call_id", "id", "provider_details")


def without_secrets(response: ModelResponse, secrets: Collection[str]) -> ModelResponse:
    """The same without what a server has repeated of our secrets, given in all their spellings."""
    if not secrets:
        return response
    parts = [_part_without(part, secrets) for part in response.parts]
    told = {name: without_in(getattr(response, name), secrets)
            for name in ("model_name", "provider_details", "provider_response_id")}  # fmt: skip
    return replace(response, parts=parts, **told)


def _part_without(part: Any, secrets: Collection[str]) -> Any:
    found = {name: getattr(part, name) for name in _PARTS if getattr(part, name, None)}
    clean = {name: without_in(value, secrets) for name, value in found.items()}
    changed = {name: value for name, value in clean.items() if value != getattr(part, name)}
    return replace(part, **changed) if changed else part


def with_plain_parts(response: ModelResponse, final: str) -> ModelResponse:
    """The same as the loop can take it and send it again: no halves of characters, and arguments
    that are objects where it is plain what was meant."""
    whole = [_whole(part) for part in response.parts]
    parts = [_plain(p, final) if isinstance(p, ToolCallPart) else p for p in whole]
    return replace(response, parts=parts)


def _whole(part: ModelResponsePart) -> ModelResponsePart:
    """With the halves of characters, as some servers cut text, put together."""
    if isinstance(part, TextPart | ThinkingPart):
        content = whole_characters(part.content)
        return part if content == part.content else replace(part, content=content)
    if isinstance(part, ToolCallPart) and isinstance(part.args, str):
        return replace(part, args=whole_characters(part.args))
    return part


def _plain(call: ToolCallPart, final: str) -> ToolCallPart:
    if call.args is None or isinstance(call.args, dict):
        return call
    try:
        value = parsed(call.args)
    except InvalidOutput:
        return call
    if not isinstance(value, dict):
        value = {"arguments": value}
    elif call.tool_name != final:
        return call
    return replace(call, args=value)
