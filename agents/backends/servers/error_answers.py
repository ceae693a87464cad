"""The faults of a server that answers with an error: by its status, and else by its own words."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from agents.backends.servers.dialects import Server
from agents.backends.servers.faults import LONGEST_QUOTE, Fault, told
from agents.backends.servers.refusals import NO_TOOLS
from agents.backends.servers.secrets import without_secrets
from agents.cleaning import clean_line
from agents.errors import (
    BackendError,
    ContextOverflow,
    Declined,
    InvalidOutput,
    NotUsable,
    Unreachable,
)

OVERFLOW = (
    "context_length", "context length", "context window", "context size", "exceed_context",
    "maximum context", "prompt is too long", "input is too long", "too many tokens",
    "input length", "reduce the length", "token limit", "tokens exceed", "longer than the context",
)  # fmt: skip
FILTERED = ("content_filter", "content filter", "content_policy", "content policy", "moderation",
            "responsibleai", "safety system", "flagged")  # fmt: skip
UNPAID = ("insufficient_quota", "billing", "insufficient credit", "insufficient balance",
          "credit balance", "payment required", "out of credits", "exceeded your current quota")  # fmt: skip
NO_MODEL = ("model_not_found", "does not exist", "not found", "unknown model", "no such model",
            "invalid model", "not a valid model", "no models loaded")  # fmt: skip
BUSY = ("rate limit", "rate_limit", "overloaded", "too many requests", "server_error", "timeout",
        "timed out", "unavailable", "capacity", "try again", "internal", "provider returned")  # fmt: skip
BADLY_WRITTEN = ("tool_use_failed", "failed to call a function", "failed to parse tool call",
                 "failed to parse input at", "does not match the expected")  # fmt: skip
"""The model wrote what its own server cannot read: the next attempt may be better."""
_CONTACT = re.compile(
    r"(?i)(?<![\w.-])(?:\w+://\S+|(?:mailto|javascript|data):\S+|\S+@\S+|www\.\S+"
    r"|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w-])\S*)"
)
"""A server's own words may be anybody's: they send nobody anywhere."""


def of_answer(
    server: Server,
    model: str,
    status: int,
    body: str,
    headers: Mapping[str, str],
    *,
    keyed: bool,
) -> Fault:
    """The fault of an answer that is no success; `body` is free of secrets, `keyed` says that a
    key was sent."""
    if 300 <= status < 400:
        onwards = urlsplit(headers.get("Location", ""))
        there = f"to {onwards.scheme}://{onwards.hostname}" if onwards.hostname else "elsewhere"
        return Fault(
            NotUsable, f"{told(server)} sends requests on {clean_line(there, 120)}, and a key is not sent there",
            "give the right address as the URL", status,
        )  # fmt: skip
    error = error_in(body)
    if status == 401:
        return _unauthorised(server, keyed)
    said = _quoted(error)
    where = told(server)
    words = words_of(error)
    if status == 429 and not any(w in words for w in UNPAID):
        return Fault(
            Unreachable, f"{where} takes no more requests for now (429){said}",
            "try again later, or take another model", status, words,
            passing=True, wait=asked_to_wait(headers),
        )  # fmt: skip
    if status == 403:
        return Fault(
            NotUsable, f"{where} does not allow {model!r} with this key (403){said}",
            "check what the key may do, or take another model", status, words,
        )  # fmt: skip
    if status >= 502 or status in (408, 409, 425):
        return Fault(
            Unreachable, f"{where} is in trouble ({status}){said}", "try again later",
            status, words, passing=True, wait=asked_to_wait(headers),
        )  # fmt: skip
    return _by_words(server, model, status, words, said)


def of_error(server: Server, model: str, error: Any) -> Fault:
    """The fault of an error that came as a part of an answer, whose status said success."""
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, str) and code.isdecimal() and len(code) == 3:
        code = int(code)
    words, said = words_of(error), _quoted(error)
    if any(w in words for w in BADLY_WRITTEN):
        busy = False
    elif isinstance(code, int) and (code in (408, 429) or code >= 500):
        busy = True
    else:
        busy = not isinstance(code, int) and any(w in words for w in BUSY)
    if busy:
        return Fault(
            Unreachable, f"{told(server)} broke off its answer{said}", "try again later",
            200, words, passing=True,
        )  # fmt: skip
    if code == 401:
        return _unauthorised(server, keyed=True)
    return _by_words(server, model, 200, words, said)


def _by_words(server: Server, model: str, status: int, words: str, said: str) -> Fault:
    where = told(server)
    shown = f" ({status})" if status != 200 else ""

    def fault(
        kind: type[BackendError],
        what: str,
        advice: str,
        *,
        passing: bool = False,
        settled: bool = False,
    ) -> Fault:
        whole = f"{where} {what}{shown}{said}"
        return Fault(kind, whole, advice, status, words, passing=passing, settled=settled)

    if status == 413 or any(w in words for w in OVERFLOW):
        return fault(
            ContextOverflow, f"says that {model!r} cannot hold so much",
            "take a model with a larger context, or ask for less",
        )  # fmt: skip
    if status == 402 or any(w in words for w in UNPAID):
        return fault(NotUsable, "wants to be paid first", "top up the account, or take another",
                     settled=True)  # fmt: skip
    if any(w in words for w in FILTERED):
        return fault(Declined, "stopped the request by a content filter", "say it in other words")
    if any(w in words for w in BADLY_WRITTEN):
        return fault(InvalidOutput, f"could not read what {model!r} wrote",
                     "try again, or take another model", passing=True)  # fmt: skip
    if status in (200, 400, 404) and "model" in words and any(w in words for w in NO_MODEL):
        get = server.dialect.get_model.format(model=model)
        return fault(NotUsable, f"has no model {model!r}",
                     f"get it with: {get}" if get else "tripartite doctor says which there are",
                     settled=True)  # fmt: skip
    if status == 404 and not any(w in words for w in NO_TOOLS):
        return fault(NotUsable, "has no /chat/completions", "check the URL: most end in /v1")
    if status >= 500:
        return fault(Unreachable, "is in trouble", "try again later", passing=True)
    return fault(NotUsable, "refused the request", "take another model or server")


def _unauthorised(server: Server, keyed: bool) -> Fault:
    """The server's own words are left out: they may hold a part of the key."""
    names = " or ".join(server.key_names) or "its key"
    if keyed:
        return Fault(NotUsable, f"{told(server)} refused the key (401)", f"check {names}", 401)
    return Fault(NotUsable, f"{told(server)} wants a key (401)", f"set {names}", 401)


def error_in(body: str) -> Any:
    """The error in an answer: an object or words."""
    from pydantic_core import from_json

    try:
        value = from_json(body)
    except ValueError:
        return "" if body.lstrip().startswith("<") else body
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        for name in ("error", "detail", "message", "errors"):
            if value.get(name):
                return value if name == "message" else value[name]
    return value


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


def _quoted(error: Any) -> str:
    said = _CONTACT.sub("…", without_secrets(clean_line(_message(error), 4 * LONGEST_QUOTE), ()))
    said = clean_line(said, LONGEST_QUOTE)
    return f": “{said}”" if said else ""


def words_of(error: Any) -> str:
    """Message, code, type and parameter of an error, in lower case."""
    parts = [_message(error)]
    if isinstance(error, dict):
        parts += [str(error.get(name) or "") for name in ("code", "type", "param")]
    return " ".join(parts)[:4000].lower()


def asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds by `retry-after-ms` or `Retry-After`, a number or a date."""
    for name, unit in (("retry-after-ms", 0.001), ("Retry-After", 1.0)):
        value = headers.get(name, "").strip()
        if not value:
            continue
        try:
            seconds = float(value) * unit
        except ValueError:
            try:
                seconds = parsedate_to_datetime(value).timestamp() - time.time()
            except ValueError:
                continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None
