"""Who may come in: the names the server answers to, the pages that may speak to it, the token.

A page of another site can make its reader's browser send requests here, and can point a name of
its own at 127.0.0.1. So the Host header must be a name of ours, and what does more than show the
page must come from a page of ours.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from dataclasses import dataclass, field

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
WILDCARDS = frozenset({"0.0.0.0", "::"})
SHORTEST_TOKEN = 16  # characters; nobody guesses that many over a network
_HOST = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(?::[0-9]{1,5})?")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens at `host`."""
    address = _address(host)
    return address.is_loopback if address else host == "localhost"


def url_of(host: str, port: int) -> str:
    """Where this machine finds the page of a server that listens at `host`."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


@dataclass(frozen=True)
class Access:
    """The rules for one server that listens at `host`; without a token whoever reaches it is in."""

    host: str
    token: str | None = field(default=None, repr=False)
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """What the browser keeps in place of the token: good for this server, until it ends."""

    def is_our_host(self, header: str) -> bool:
        """Whether a Host header names this server, on whatever port: a tunnel may use its own."""
        found = _HOST.fullmatch(header.lower())
        if not found:
            return False
        name = found["six"] or found["name"]
        if name in LOOPBACK or name == self.host.lower():
            return True
        # Listening everywhere, we have every address, and an address cannot be pointed elsewhere.
        return self.host in WILDCARDS and _address(name) is not None

    def is_token(self, text: str) -> bool:
        return self.token is not None and _same(text, self.token)

    def is_cookie(self, text: str) -> bool:
        return _same(text, self.cookie)


def is_our_origin(origin: str, host: str) -> bool:
    """Whether a page of `origin` was served by us under the name in the Host header."""
    return origin.lower() == f"http://{host.lower()}"


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _same(one: str, other: str) -> bool:
    """Compares in a time that tells nothing of where they differ."""
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
