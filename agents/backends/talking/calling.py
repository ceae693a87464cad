"""Calls as models write them: with something around the name, in odd JSON, or in their text."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from agents.backends.answers.parsing import json_in, parsed
from agents.backends.talking.answer import MOST_CALLS, Call, as_json
from agents.errors import InvalidOutput

_AFTER_A_NAME = re.compile(r":|<\|")
_BLOCK = re.compile(r"<tool_call>(.*?)(?:</tool_call>|(?=<tool_call>)|\Z)", re.DOTALL)


def name_among(names: Collection[str], written: str) -> str:
    """The one of `names` that is meant, or what is written when it is none of them: a namespace may
    stand before it, a number or a mark of the model's own format after it."""
    if written in names:
        return written
    name = _AFTER_A_NAME.split(written, maxsplit=1)[0].rpartition(".")[2].strip()
    return name if name in names else written


def arguments_in(written: str) -> dict[str, Any] | None:
    """The arguments of a call; none are an empty object, and what is no object is None."""
    if not written.strip():
        return {}
    try:
        value = json_in(written)
    except ValueError:
        return None
    if isinstance(value, str):  # written as JSON twice
        return arguments_in(value) if value != written else None
    return {} if value is None else value if isinstance(value, dict) else None


def calls_in(text: str, names: Collection[str]) -> list[Call]:
    """The calls in a text: models without a parser for their calls write them so. Where nothing
    marks it as a call, it must be one of `names`."""
    blocks = _BLOCK.findall(text)
    marked = [call for block in blocks for call in _calls(value_in(block), names)]
    return (marked or [c for c in _calls(value_in(text), names) if c.name in names])[:MOST_CALLS]


def value_in(text: str) -> object:
    """The object or list that a text is, with a fence or words around it or not; else None."""
    if "{" not in text:
        return None
    try:
        value = parsed(text)
    except InvalidOutput:
        return None
    return value if isinstance(value, dict | list) else None


def _calls(value: object, names: Collection[str]) -> list[Call]:
    values = value if isinstance(value, list) else [value]
    return [call for one in values if (call := _call(one, names))]


def _call(value: object, names: Collection[str]) -> Call | None:
    if not isinstance(value, dict):
        return None
    inner = value.get("function")
    value = inner if isinstance(inner, dict) else value
    name = value.get("name")
    if not isinstance(name, str):
        return None
    arguments = value.get("arguments", value.get("parameters", {}))
    written = arguments if isinstance(arguments, str) else as_json(arguments).decode()
    return Call("", name_among(names, name), written)
