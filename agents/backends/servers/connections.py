"""The faults of a connection: it was not had, was lost, or brought nothing that can be read."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from agents.backends.servers.dialects import Server
from agents.backends.servers.faults import Fault, told
from agents.backends.servers.secrets import without_secrets
from agents.cleaning import clean_line
from agents.errors import NotUsable, Unreachable

PROXY_LOGIN = 407
_NUMBER = re.compile(r"\[Errno -?\d+\]\s*")


def of_exception(
    server: Server, error: BaseException, secrets: Iterable[str], proxy: str = ""
) -> Fault:
    """The fault of a connection that was not had, or was lost; `proxy` is the variable for one."""
    import aiohttp

    where = told(server)
    said = error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
    first_line = said.strip().partition("\n")[0].rstrip(":")  # after it a piece of the answer
    why = clean_line(without_secrets(first_line, secrets), 160)
    names = proxy or "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return _kept_out(server, error.status, names)
    if isinstance(error, aiohttp.ClientProxyConnectionError):
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
    if "Can not decode content-encoding" in said:
        return malformed(server, "it is compressed, and cannot be unpacked")
    if isinstance(error, aiohttp.ClientResponseError | ValueError):
        if why.startswith("Got more than"):
            why = "the head of its answer is too long"
        return Fault(Unreachable, f"{where} does not speak HTTP as agreed: {why}",
                     f"check the URL{_or_over_tls(server)}", attempts=2, passing=True)  # fmt: skip
    if isinstance(error, aiohttp.ClientPayloadError):
        return cut(server, "the connection was lost")
    return Fault(Unreachable, f"{where} closed the connection without an answer",
                 f"try again later{_or_over_tls(server)}", passing=True)  # fmt: skip


def _or_over_tls(server: Server) -> str:
    """More advice for who asks in the clear: a server that expects TLS understands nothing."""
    return ", or write https:// if it speaks TLS" if urlsplit(server.url).scheme == "http" else ""


def _kept_out(server: Server, status: int, names: str) -> Fault:
    """The fault of a proxy that answered, but did not let us through."""
    if status == PROXY_LOGIN:
        return proxy_login(server, names)
    return Fault(Unreachable, f"the proxy on the way to {told(server)} did not let us through ({status})",
                 f"check {names} and NO_PROXY", attempts=2, passing=status >= 500)  # fmt: skip


def proxy_login(server: Server, names: str = "HTTP_PROXY") -> Fault:
    return Fault(NotUsable, f"the proxy on the way to {told(server)} wants a login ({PROXY_LOGIN})",
                 f"put a name and password into {names}: http://name:password@proxy:3128",
                 PROXY_LOGIN)  # fmt: skip


def _tls(error: BaseException) -> str:
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    reason = getattr(inner, "verify_message", "") or getattr(inner, "reason", "") or str(inner)
    return clean_line(str(reason).replace("_", " ").lower(), 120)


def _refusal(error: Any) -> str:
    os_error = getattr(error, "os_error", None)
    return plain_cause(os_error) or without_number(
        getattr(os_error, "strerror", None) or os_error or error
    )


def plain_cause(error: BaseException | None) -> str:
    """Why there is no connection, where the operating system's error says it; else ""."""
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    return "the name cannot be found" if isinstance(error, socket.gaierror) else ""


def without_number(said: object) -> str:
    """The operating system's words for an error, without its number, which tells nobody anything."""
    return clean_line(_NUMBER.sub("", str(said)), 120)


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
