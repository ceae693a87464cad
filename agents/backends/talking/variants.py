"""What servers write each in their own way: errors in the place of an answer, usage, content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agents.backends.talking.answer import Answer


def error_in(value: dict[str, Any]) -> Any:
    """What a server says went wrong, in a value without choices; None when it says nothing."""
    status = value.get("base_resp")
    if isinstance(status, dict) and status.get("status_code"):
        return {"code": status["status_code"], "message": status.get("status_msg")}
    if value.get("object") == "error":
        return value
    if value.get("choices") is None:
        for name in ("detail", "errors"):
            if value.get(name):
                return value[name]
        if value.get("message") or value.get("msg"):
            return value
    return None


def note_usage(answer: Answer, usage: Any) -> None:
    """Enter what a server says that an answer took; what is no number is passed over."""
    usage = usage.get("usage", usage) if isinstance(usage, dict) else {}
    if not isinstance(usage, dict):
        return
    answer.input_tokens = _count(usage.get("prompt_tokens"), answer.input_tokens)
    answer.output_tokens = _count(usage.get("completion_tokens"), answer.output_tokens)
    answer.cached_tokens = _cached(usage) or answer.cached_tokens
    cost = usage.get("cost")
    if isinstance(cost, int | float) and 0 <= cost < 1e6:
        answer.cost_usd = float(cost)


def _count(value: Any, known: int | None) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**40 else known


def _cached(usage: dict[str, Any]) -> int:
    """How many of the tokens sent the server knew already."""
    details = usage.get("prompt_tokens_details")
    told = details.get("cached_tokens") if isinstance(details, dict) else None
    return _count(told, None) or _count(usage.get("prompt_cache_hit_tokens"), None) or 0


def parts_in(content: Any) -> Iterator[tuple[str, bool]]:
    """The texts in content that comes in parts, and whether each is a thought."""
    for part in content if isinstance(content, list) else ():
        if not isinstance(part, dict):
            continue
        if isinstance(part.get("thinking"), list):
            yield "".join(map(_text, part["thinking"])), True
        elif text := _text(part):
            yield text, False


def _text(part: Any) -> str:
    text = part.get("text") if isinstance(part, dict) else None
    return text if isinstance(text, str) else ""


def joined(pieces: list[Any]) -> Any:
    """A field that came in pieces: they follow each other, or the last one holds all."""
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(pieces)
    if all(isinstance(piece, list) for piece in pieces):
        return [one for piece in pieces for one in piece]
    return pieces[-1]
