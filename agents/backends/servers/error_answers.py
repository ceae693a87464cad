"""The faults of a server that answers with an error: by its status, and else by its own words."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from agents.backends.servers.connections import PROXY_LOGIN, proxy_login
from agents.backends.servers.dialects import Server, host_and_port
from agents.backends.servers.error_words import error_in, quoted, words_of
from agents.backends.servers.faults import LONGEST_PLACE, Fault, told
from agents.backends.servers.refusals import NO_TOOLS
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
BAD_KEY = ("api key not valid", "api_key_invalid", "invalid api key", "invalid_api_key",
           "incorrect api key", "api key expired")  # fmt: skip
OVER_TLS = ("http request was sent to https", "http request to an https server",
            "speaking plain http to an ssl")  # fmt: skip
"""By nginx, Go and Apache."""
BADLY_WRITTEN = ("tool_use_failed", "failed to call a function", "failed to parse tool call",
                 "failed to parse input at", "does not match the expected")  # fmt: skip
"""The model wrote what its own server cannot read: the next attempt may be better."""
LASTING = (*OVERFLOW, *FILTERED, *UNPAID, *NO_MODEL, *BAD_KEY)


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
        there = _sent_on_to(server, headers.get("Location", ""))
        return Fault(
            NotUsable, f"{told(server)} sends requests on {there}, and a key is not sent there",
            "give the right address as the URL", status,
        )  # fmt: skip
    error = error_in(body)
    if status == 401:
        return _unauthorised(server, keyed)
    if status == PROXY_LOGIN:
        return proxy_login(server)
    said, where = quoted(error), told(server)
    if status == 400 and any(w in body.lower() for w in OVER_TLS):  # which mostly is a page
        return Fault(
            NotUsable, f"{where} speaks TLS (400)", "write https:// in its URL", status, settled=True
        )  # fmt: skip
    words = words_of(error)
    if status == 429 and not any(w in words for w in UNPAID):
        return Fault(
            Unreachable, f"{where} takes no more requests for now (429){said}",
            "try again later, or take another model", status, words,
            passing=True, wait=asked_to_wait(headers),
        )  # fmt: skip
    if status == 403:
        allows = f"allow {_named(model)} with this key" if model else "let this key in"
        other = ", or take another model" if model else ""
        return Fault(
            NotUsable, f"{where} does not {allows} (403){said}",
            f"check what the key may do{other}", status, words,
        )  # fmt: skip
    if status >= 502 or status in (408, 409, 425):
        return Fault(
            Unreachable, f"{where} is in trouble ({status}){said}", "try again later",
            status, words, passing=True, wait=asked_to_wait(headers),
        )  # fmt: skip
    return _by_words(server, model, status, words, said, keyed=keyed)


def of_error(server: Server, model: str, error: Any) -> Fault:
    """The fault of an error that came as a part of an answer, whose status said success."""
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, str) and code.isdecimal() and len(code) == 3:
        code = int(code)
    words, said = words_of(error), quoted(error)
    if any(w in words for w in BADLY_WRITTEN):
        busy = False
    elif isinstance(code, int):
        busy = code in (408, 429) or 500 <= code < 600  # others are numbers of the server's own
    elif isinstance(error, str):  # words in the place of an answer, as of a worker that died
        busy = not any(w in words for w in LASTING)
    else:
        busy = any(w in words for w in BUSY)
    if busy:
        return Fault(
            Unreachable, f"{told(server)} broke off its answer{said}", "try again later",
            200, words, passing=True,
        )  # fmt: skip
    if code == 401:
        return _unauthorised(server, keyed=True)
    return _by_words(server, model, 200, words, said, keyed=True)


def _by_words(
    server: Server, model: str, status: int, words: str, said: str, *, keyed: bool
) -> Fault:
    where, model_named = told(server), _named(model)

    def fault(
        kind: type[BackendError],
        what: str,
        advice: str,
        *,
        passing: bool = False,
        settled: bool = False,
    ) -> Fault:
        whole = f"{where} {what}{_shown(status)}{said}"
        return Fault(kind, whole, advice, status, words, passing=passing, settled=settled)

    overflows = any(w in words for w in OVERFLOW)
    if status == 413 and not overflows and "model" not in words:  # it comes from before the model
        return fault(
            ContextOverflow, "takes no request of this size",
            "let it take larger ones, or ask for less",
        )  # fmt: skip
    if status == 413 or overflows:
        return fault(
            ContextOverflow, f"says that {model_named} cannot hold so much",
            "take a model with a larger context, or ask for less",
        )  # fmt: skip
    if any(w in words for w in BAD_KEY):
        return _unauthorised(server, keyed, status)
    if status == 402 or any(w in words for w in UNPAID):
        return fault(NotUsable, "wants to be paid first", "top up the account, or take another",
                     settled=True)  # fmt: skip
    if any(w in words for w in FILTERED):
        return fault(Declined, "stopped the request by a content filter", "say it in other words")
    if any(w in words for w in BADLY_WRITTEN):
        return fault(InvalidOutput, f"could not read what {model_named} wrote",
                     "try again, or take another model", passing=True)  # fmt: skip
    if (
        model
        and status in (200, 400, 404)
        and "model" in words
        and any(w in words for w in NO_MODEL)
    ):
        get = server.dialect.get_model.format(model=model)
        return fault(NotUsable, f"has no model {model_named}",
                     f"get it with: {get}" if get else "tripartite doctor says which there are",
                     settled=True)  # fmt: skip
    if status == 404 and not any(w in words for w in NO_TOOLS):
        return fault(NotUsable, "has no /chat/completions", "check the URL: most end in /v1")
    if status == 405:
        return fault(NotUsable, "takes no such requests at this address",
                     "check the URL: most end in /v1")  # fmt: skip
    if status >= 500:
        return fault(Unreachable, "is in trouble", "try again later", passing=True)
    return fault(NotUsable, "refused the request", "take another model or server")


def _unauthorised(server: Server, keyed: bool, status: int = 401) -> Fault:
    """The server's own words are left out: they may hold a part of the key."""
    names = " or ".join(server.key_names) or "its key"
    what, do = ("refused the key", "check") if keyed else ("wants a key", "set")
    return Fault(NotUsable, f"{told(server)} {what}{_shown(status)}", f"{do} {names}", status,
                 settled=True)  # fmt: skip


def _shown(status: int) -> str:
    return f" ({status})" if status != 200 else ""


def _named(model: str) -> str:
    return repr(clean_line(model, LONGEST_PLACE)) if model else "the model"


def _sent_on_to(server: Server, location: str) -> str:
    """Where a redirect leads, without what may be secret in its address."""
    here = urlsplit(server.url)
    try:
        there = urlsplit(urljoin(server.url, location))
    except ValueError:
        return "elsewhere"
    host = host_and_port(there)
    if not host or (there.scheme, host) == (here.scheme, host_and_port(here)):
        return "elsewhere"
    return clean_line(f"to {there.scheme}://{host}", LONGEST_PLACE)


def asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds by `retry-after-ms` or `Retry-After`, a number or a date; None where it is for us
    to say: for what has no sense, and for none at all, at which a crowd would come again."""
    for name, unit in (("retry-after-ms", 0.001), ("Retry-After", 1.0)):
        value = headers.get(name, "").strip()
        if not value:
            continue
        try:
            seconds = float(value) * unit
        except ValueError:
            try:
                seconds = parsedate_to_datetime(value).timestamp() - time.time()
            except (ValueError, OverflowError, OSError):
                continue
        if math.isfinite(seconds) and seconds > 0:
            return seconds
    return None
