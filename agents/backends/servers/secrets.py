"""What must not be shown, taken out of what a server says: of words, and of any JSON value."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import quote

from pydantic_core import from_json, to_json

_SECRET = re.compile(r"(?i)\bbearer\s+[^\s\"',}]+|\b(?:sk|gsk|xai|hf|csk|pk)[-_][\w*.-]{8,}")


def without(text: str, secrets: Iterable[str]) -> str:
    """`text` without our secrets, in the spellings given."""
    for secret in secrets:
        if secret in text:
            text = text.replace(secret, "…")
    return text


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Words of a server about a fault: also without what looks like a part of a key."""
    return _SECRET.sub("…", without(text, secrets))


def spellings(secrets: Iterable[str]) -> tuple[str, ...]:
    """Secrets as they are and as they stand in an address; short ones are none."""
    known = [secret for secret in secrets if len(secret) > 3]
    return tuple(dict.fromkeys((*known, *(quote(secret, safe="") for secret in known))))


def without_in(value: Any, secrets: Collection[str]) -> Any:
    """A JSON value without our secrets, in the spellings given."""
    if isinstance(value, str):
        return without(value, secrets)
    if isinstance(value, dict):
        return {without_in(k, secrets): without_in(v, secrets) for k, v in value.items()}
    return [without_in(v, secrets) for v in value] if isinstance(value, list) else value


def plainly_written(json: str) -> str:
    """JSON without escapes for plain characters, in which anything could hide."""
    if "\\u" not in json:
        return json
    try:
        return to_json(from_json(json)).decode()
    except ValueError:
        return json
