"""What a server says in an error, in whatever form it comes: to be quoted, and to be recognised."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic_core import from_json

from agents.backends.servers.faults import LONGEST_QUOTE
from agents.backends.servers.secrets import without_secrets
from agents.cleaning import clean_line

_CONTACT = re.compile(
    r"(?i)(?<![\w.-])(?:\w+://\S+|(?:mailto|javascript|data):\S+|\S+@\S+|www\.\S+"
    r"|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w-])\S*)"
)
"""A server's own words may be anybody's: they send nobody anywhere."""


def error_in(body: str) -> Any:
    """The error in an answer: an object or words."""
    try:
        value = _read(body.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return "" if body.lstrip().startswith("<") else body
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        for name in ("error", "detail", "message", "errors"):
            if value.get(name):
                return value if name == "message" else value[name]
    return value


def _read(body: str) -> Any:
    try:
        return from_json(body)
    except ValueError:  # it may be no more than half a character
        return json.loads(body, strict=False)


def quoted(error: Any) -> str:
    """Its message, to be put behind what happened; "" for none."""
    said = _CONTACT.sub("…", without_secrets(clean_line(_message(error), 4 * LONGEST_QUOTE), ()))
    said = clean_line(said, LONGEST_QUOTE)
    return f": “{said}”" if said else ""


def words_of(error: Any) -> str:
    """Message, code, type and parameter of an error, in lower case."""
    parts = [_message(error)]
    if isinstance(error, dict):
        parts += [str(error.get(name) or "") for name in ("code", "type", "param")]
    return " ".join(parts)[:4000].lower()


def _message(error: Any) -> str:
    if isinstance(error, dict):
        inner = error.get("message") or error.get("msg") or error.get("detail") or ""
        raw = error.get("metadata")
        more = raw.get("raw") if isinstance(raw, dict) else None
        return (
            f"{inner}: {more}" if isinstance(more, str) else str(inner or error.get("code") or "")
        )
    if isinstance(error, list):
        return "; ".join(f"{_message(e)} {_place(e)}" for e in error[:4])
    return str(error or "")


def _place(error: Any) -> str:
    where = error.get("loc") if isinstance(error, dict) else None
    return ".".join(map(str, where)) if isinstance(where, list) else ""
