"""What can go wrong with a request to a model, each as one clear message of ours.

A fault says what happened and where, and what to do. Words of the server are quoted, but never a
secret: whoever makes a fault gives the secrets to take out.
"""

from __future__ import annotations

import math
import re
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit

from agents.backends.servers.dialects import Server
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

LONGEST_QUOTE = 240
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
_SECRET = re.compile(r"(?i)\bbearer\s+[^\s\"',}]+|\b(?:sk|gsk|xai|hf|csk|pk)[-_][\w*.-]{8,}")


@dataclass(eq=False)  # an exception must have a hash
class Fault(Exception):
    """One failed request, the error that it becomes, and what may be done before it does."""

    kind: type[BackendError]
    what: str
    advice: str
    status: int = 0
    words: str = ""
    """The server's own words, in lower case, by which an option or a limit is recognised."""
    passing: bool = False
    """It may be different the next time."""
    attempts: int | None = None
    """At most so many, where more would be of no use."""
    wait: float | None = None
    """Seconds that the server wants us to wait."""
    settled: bool = False
    """It is about something else than the form of the request, unless it names an option."""
    tries: int = field(default=1, init=False)

    @property
    def rejected(self) -> bool:
        """The request as it is was refused: it may be taken in another form."""
        return self.status in (200, 400, 404, 405, 415, 422, 500, 501) and not self.overflow

    @property
    def overflow(self) -> bool:
        return self.kind is ContextOverflow

    @property
    def no_tools(self) -> bool:
        return self.rejected and any(word in self.words for word in NO_TOOLS)

    def error(self) -> BackendError:
        tried = f", tried {self.tries} times" if self.tries > 1 else ""
        return self.kind(f"{self.what}{tried}; {self.advice}")

    def __str__(self) -> str:
        return self.what


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


def in_the_clear(server: Server) -> NotUsable:
    return NotUsable(
        f"the key for {told(server)} would be sent where anybody on the way can read it; "
        "write https://, or reach the server through a tunnel to localhost"
    )


def told(server: Server) -> str:
    apart = server.where and server.name not in server.where
    return f"{server.name} ({server.where})" if apart else server.where or server.name


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


def no_key(server: Server) -> NotUsable:
    return NotUsable(
        f"there is no key for {told(server)}; set {' or '.join(server.key_names) or 'its key'}"
    )


def of_exception(
    server: Server, error: BaseException, secrets: Iterable[str], proxy: str = ""
) -> Fault:
    """The fault of a connection that was not had, or was lost; `proxy` is the variable for one."""
    import aiohttp

    where = told(server)
    said = error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
    first_line = said.strip().partition("\n")[0].rstrip(":")  # after it a piece of the answer
    why = clean_line(without_secrets(first_line, secrets), 160)
    if isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError):
        names = proxy or "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY"
        return Fault(Unreachable, f"the proxy on the way to {where} does not answer",
                     f"check {names} and NO_PROXY", attempts=2, passing=True)  # fmt: skip
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return Fault(Unreachable, f"no secure connection to {where}: {_tls(error)}",
                     "check the address, the computer's clock and its certificates")  # fmt: skip
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Fault(Unreachable, f"no computer called {urlsplit(server.url).hostname!r} was found for {server.name}",
                     "check the URL and the connection to the internet", attempts=2, passing=True)  # fmt: skip
    if isinstance(error, aiohttp.ClientConnectorError):
        advice = "start the server, or check the URL"
        return Fault(Unreachable, f"no connection to {where}: {_refusal(error)}", advice,
                     attempts=2, passing=True)  # fmt: skip
    if isinstance(error, aiohttp.InvalidURL):
        return Fault(NotUsable, f"{where} is no address that can be asked", "check the URL")
    if isinstance(error, aiohttp.ClientResponseError | ValueError):
        return Fault(Unreachable, f"{where} does not speak HTTP as agreed: {why}",
                     "check the URL", attempts=2, passing=True)  # fmt: skip
    return cut(server, "the connection was lost")


def _tls(error: BaseException) -> str:
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    reason = getattr(inner, "verify_message", "") or getattr(inner, "reason", "") or str(inner)
    return clean_line(str(reason).replace("_", " ").lower(), 120)


def _refusal(error: Any) -> str:
    os_error = getattr(error, "os_error", None)
    if isinstance(os_error, ConnectionRefusedError):
        return "nothing listens there"
    return clean_line(getattr(os_error, "strerror", None) or os_error or error, 120)


def cut(server: Server, why: str) -> Fault:
    return Fault(Unreachable, f"{told(server)} broke off in the middle of its answer: {why}",
                 "try again later", passing=True)  # fmt: skip


def closed(server: Server) -> Fault:
    return Fault(Unreachable, f"{told(server)} closed the connection before it read the request",
                 "try again later", passing=True, wait=0.0)  # fmt: skip


def late(server: Server, seconds: float, waiting_for: str) -> Fault:
    return Fault(Unreachable, f"{told(server)} sent {waiting_for} within {seconds:g} s",
                 "try again later, or take another model", attempts=2, passing=True)  # fmt: skip


def malformed(server: Server, why: str) -> Fault:
    return Fault(Unreachable, f"{told(server)} sent an answer that cannot be read: {why}",
                 "try again, or check that the URL is one for chat completions", passing=True)  # fmt: skip


def a_page(server: Server) -> Fault:
    return Fault(Unreachable, f"{told(server)} answered with a web page, not with JSON",
                 "check the URL: most end in /v1", attempts=2, passing=True)  # fmt: skip


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
    said = _CONTACT.sub("…", _SECRET.sub("…", clean_line(_message(error), 4 * LONGEST_QUOTE)))
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
