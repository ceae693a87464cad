"""What the library and the SDKs below it raise, as faults of the kinds that every request has."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pydantic_ai.exceptions import (
    AgentRunError,
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRequestTimeout,
    ModelTimeoutError,
    OutputTokenLimitExceeded,
    UnexpectedModelBehavior,
    UsageLimitExceeded,
    UserError,
)

from agents.backends.servers import connections, error_answers
from agents.backends.servers.dialects import Server
from agents.backends.servers.faults import LONGEST_QUOTE, Fault, told
from agents.backends.servers.secrets import without_secrets
from agents.errors import (
    BackendError,
    Declined,
    InvalidOutput,
    LimitReached,
    NotUsable,
    Unreachable,
)
from agents.text import clean_line

_CODES: tuple[tuple[type[ModelAPIError], str], ...] = (
    (ModelContextWindowExceededError, "context_length_exceeded"),
    (ModelNotFoundError, "model_not_found"),
    (ModelQuotaExceededError, "insufficient_quota"),
)
"""What the library has recognised, by the code that servers of chat completions have for it."""
_UNAUTHORISED, _FORBIDDEN = 401, 403


def of_request(
    server: Server, model: str, error: Exception, secrets: Iterable[str]
) -> Fault | None:
    """The fault of a failed request; None for what is no fault of a server."""
    secrets = tuple(secrets)
    if isinstance(error, ModelHTTPError):
        return _of_status(server, model, error, secrets)
    if isinstance(error, ModelTimeoutError | ModelRequestTimeout):
        return Fault(Unreachable, f"{told(server)} gave no answer in time",
                     "try again later, or take another model", passing=True)  # fmt: skip
    if isinstance(error, ModelConnectionError):
        return _of_connection(server, error, secrets)
    if isinstance(error, ModelAPIError):
        if error.in_stream or error.provider_error_type:
            said = {"message": without_secrets(str(error), secrets)}
            return error_answers.of_error(server, model, said)
        return connections.malformed(server, _quoted(error, secrets))
    if type(error) is UnexpectedModelBehavior:  # of one answer: nothing in it, or not as agreed
        return connections.malformed(server, _quoted(error, secrets))
    if isinstance(error, AgentRunError | UserError):
        return None
    return _of_sdk(server, error, secrets)


def _of_status(
    server: Server, model: str, error: ModelHTTPError, secrets: tuple[str, ...]
) -> Fault:
    status = error.status_code
    if isinstance(error, ModelAuthenticationError) and status != _FORBIDDEN:
        status = _UNAUTHORISED  # Google says 400 to a key that it does not know
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "")
    said = {"message": _message(error.body) or str(error.__cause__ or ""), "code": code}
    body = without_secrets(json.dumps({"error": said}), secrets)
    sent = error.headers or {}
    headers = {**sent, **{name.title(): value for name, value in sent.items()}}
    fault = error_answers.of_answer(server, model, status, body, headers, keyed=True)
    if fault.passing and fault.wait is None:
        fault.wait = error.retry_after  # Google says it in the body
    return fault


def _message(body: object) -> str:
    """The words of an error, wherever a provider's body has them."""
    if isinstance(body, dict):
        body = {str(key).lower(): value for key, value in body.items()}
        for name in ("error", "message"):
            if body.get(name):
                return _message(body[name])
        return ""
    return str(body or "")


def _of_connection(server: Server, error: ModelConnectionError, secrets: tuple[str, ...]) -> Fault:
    if error.phase != "connect":
        return connections.cut(server, "the connection was lost")
    plain = filter(None, map(connections.plain_cause, _causes(error)))
    why = next(plain, "") or connections.without_number(_quoted(error, secrets)).rstrip(".")
    return Fault(Unreachable, f"no connection to {told(server)}: {why}",
                 "check the URL and the connection to the internet", attempts=2, passing=True)  # fmt: skip


def _of_sdk(server: Server, error: Exception, secrets: tuple[str, ...]) -> Fault:
    """An SDK below the library has raised something of its own."""
    kind = type(error).__name__
    if isinstance(error, ValueError):
        return connections.malformed(server, _quoted(error, secrets))
    if "Credential" in kind or "RefreshError" in kind:
        names = " or ".join(server.key_names)
        return Fault(NotUsable, f"there are no credentials for {told(server)}",
                     f"set {names}, or log in with the provider's own tool")  # fmt: skip
    return Fault(NotUsable, f"{told(server)} could not be asked: {kind}: "
                 f"{_quoted(error, secrets)}", "try again, or take another model")  # fmt: skip


def _causes(error: BaseException | None) -> Iterable[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _quoted(error: Exception, secrets: tuple[str, ...]) -> str:
    return clean_line(without_secrets(str(error), secrets), LONGEST_QUOTE)


def declined(server: Server, model: str, details: object, secrets: tuple[str, ...]) -> Declined:
    """The model refused, or a filter stopped its answer; `details` are the provider's own."""
    known = details if isinstance(details, dict) else {}
    names = ("refusal", "block_reason_message", "block_reason")
    said = next((str(known[n]) for n in names if known.get(n)), "")
    words = clean_line(without_secrets(said, secrets), LONGEST_QUOTE)
    quoted = f": “{words}”" if words else ""
    return Declined(
        f"{model!r} at {told(server)} declined to answer{quoted}; "
        "say it in other words, or take another model"
    )


def of_loop(server: Server, model: str, error: Exception, last: str) -> BackendError | None:
    """The error of a loop that the library gave up; `last` is why the last answer was refused."""
    who = f"{model!r} at {told(server)}"
    if isinstance(error, UsageLimitExceeded):
        return LimitReached(f"{who}: {clean_line(error)}")
    if isinstance(error, ContentFilterError):
        return declined(server, model, None, ())
    if isinstance(error, OutputTokenLimitExceeded):
        return InvalidOutput(f"{who} broke off at its limit of tokens; ask for less, or raise it")
    if isinstance(error, UnexpectedModelBehavior):
        why = f": {clean_line(last)}" if last else f": {clean_line(error.message)}"
        return InvalidOutput(f"{who} gave no answer that fits{why}; take another model")
    if isinstance(error, UserError):
        return NotUsable(f"{who} cannot be used for this: {clean_line(error)}")
    return None
