"""From the text that a model wrote to values, whatever stands around the JSON in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from agents.errors import InvalidOutput

MOST_CHARACTERS = 400_000
DEEPEST = 24
"""Objects and lists within each other."""

_FENCED = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)
_THOUGHTS_END = re.compile(r"</think(?:ing)?>")
_ESCAPES = re.compile(
    r"\\\\|\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|(\\ud[89a-f][\da-f]{2})", re.IGNORECASE
)
"""Escapes in JSON: a backslash, a pair of surrogates, and half of such a pair, which is no text."""
_CONTROLS_BLANK = bytes(max(byte, ord(" ")) for byte in range(256))
"""A table for `translate`: what JSON has escaped in strings is a blank, in and between them."""
_HUGE = f"the answer is longer than {MOST_CHARACTERS:,} characters; hand in a shorter one"


def parsed(value: object) -> object:
    """`value`, or what it says if it is JSON text, with prose or a fence around it or not."""
    if isinstance(value, str | bytes):
        value = _from_text(value if isinstance(value, str) else value.decode(errors="replace"))
    _limit(value)
    return value


def _from_text(text: str) -> object:
    if len(text) > MOST_CHARACTERS:
        raise InvalidOutput(_HUGE)
    stripped = _after_thoughts(text)
    if not stripped:
        raise InvalidOutput("the answer is empty; hand in the whole answer as JSON")
    fenced = _FENCED.findall(stripped)
    within = stripped[stripped.find("{") : stripped.rfind("}") + 1]
    fault = ""
    for attempt in (stripped, *reversed(fenced), within):
        try:
            return json_in(attempt, infinite=False)
        except ValueError as error:
            fault = fault or str(error)
    raise InvalidOutput(f"the answer is no JSON: {fault}; hand in the whole answer as JSON")


def json_in(text: str, *, infinite: bool = True, cut: bool = False) -> Any:
    """The value of JSON text, with line breaks and tabs in its strings as they are or not; `cut`
    when it may break off. Raises ValueError."""
    data = _encoded(text)
    try:
        return from_json(data, allow_inf_nan=infinite, allow_partial=cut)
    except ValueError:
        blank = data.translate(_CONTROLS_BLANK)
        if blank == data:
            raise
        return from_json(blank, allow_inf_nan=infinite, allow_partial=cut)


def _encoded(text: str) -> bytes:
    """JSON text without halves of characters, raw or escaped."""
    if "\\ud" in text or "\\uD" in text:
        text = _ESCAPES.sub(lambda match: "" if match[1] else match[0], text)
    return text.encode(errors="replace")


def _after_thoughts(text: str) -> str:
    """Without what some models think aloud before they answer."""
    return _THOUGHTS_END.split(text)[-1].strip()


def parsed_beginning(text: str) -> object:
    """What is whole of JSON text that breaks off in the middle."""
    text = _after_thoughts(text[:MOST_CHARACTERS])
    start = text.find("{")
    if start < 0:
        raise InvalidOutput("the answer broke off before it began; hand in the whole answer")
    try:
        value = json_in(text[start:], infinite=False, cut=True)
    except ValueError as error:
        raise InvalidOutput(f"the answer is no JSON: {error}") from error
    _limit(value)
    return value


def _limit(value: object) -> None:
    """Refuse what is too deep or too much to be worked on."""
    level, seen = [value], 0
    for _ in range(DEEPEST):
        level = [part for outer in level for part in _parts(outer)]
        seen += len(level)
        if seen > MOST_CHARACTERS:
            raise InvalidOutput(_HUGE)
        if not level:
            return
    raise InvalidOutput("the answer is nested too deeply; follow the schema")


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list | tuple):
        yield from value


def listed_in(text: str) -> object:
    """The list that `text` is in JSON, or `text` as it stands."""
    try:
        return json_in(text)
    except ValueError:
        return text
