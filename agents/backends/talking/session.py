"""The connections to a server, and what each request to it has with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from agents.backends.servers import faults
from agents.backends.servers.dialects import Server
from agents.backends.servers.patience import Patience
from agents.backends.servers.places import is_loopback, is_nearby
from agents.backends.servers.proxies import Proxy, proxy_for
from agents.errors import NotUsable

if TYPE_CHECKING:
    from aiohttp import ClientSession, TraceConfig


@dataclass
class Session:
    """The connections to one server, for all that ask it at the same time."""

    client: ClientSession
    proxy: Proxy | None
    keeps: bool
    """Whether a connection serves more than one request."""
    users: int = 0
    worn: list[ClientSession] = field(default_factory=list)
    """Of before, closed with the last user."""

    @property
    def proxy_url(self) -> str | None:
        return self.proxy.url if self.proxy else None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown: the proxy's password."""
        return (urlsplit(self.proxy.url).password or "",) if self.proxy else ()

    def use_once(self, patience: Patience) -> None:
        """A connection for each request, from now on."""
        if self.keeps:
            self.keeps = False
            self.worn.append(self.client)
            self.client = _client(patience, keeps=False)

    async def close(self) -> None:
        for client in (self.client, *self.worn):
            await client.close()


def opened(server: Server, patience: Patience, *, keeps: bool) -> Session:
    """Raises NotUsable for a proxy that cannot be used."""
    proxy = proxy_for(server.url)
    return Session(client=_client(patience, keeps=keeps), proxy=proxy, keeps=keeps)


def _client(patience: Patience, *, keeps: bool) -> ClientSession:
    import aiohttp

    # Not trust_env: it reads the environment in a thread for each request, and would send the
    # name and password of a .netrc in the place of a key.
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=300, force_close=not keeps),
        timeout=aiohttp.ClientTimeout(total=None, connect=patience.connect),
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[_reuse_told()],
    )


@dataclass
class Way:
    """How a request goes."""

    reused: bool = False
    """On a connection that had an answer before."""


def _reuse_told() -> TraceConfig:
    import aiohttp

    async def reused(session: object, context: Any, parameters: object) -> None:
        if isinstance(way := context.trace_request_ctx, Way):
            way.reused = True

    told = aiohttp.TraceConfig()
    told.on_connection_reuseconn.append(reused)
    return told


def headers_for(server: Server, key: str | None) -> dict[str, str]:
    """Raises NotUsable when `key` cannot be one, or must not be sent there."""
    headers = {
        "Content-Type": "application/json",
        "Accept": "text/event-stream, application/json",
        "User-Agent": "tripartite",
    }
    if key:
        if not (key.isascii() and key.isprintable()) or " " in key:
            names = " or ".join(server.key_names) or "the key"
            raise NotUsable(f"the key for {server.name} has characters no key has; check {names}")
        if not _may_have_a_key(server):
            raise faults.in_the_clear(server)
        headers["Authorization"] = f"Bearer {key}"
    return headers


def _may_have_a_key(server: Server) -> bool:
    """Not in the clear: to this computer only, or to a server of one's own in the same network."""
    if urlsplit(server.url).scheme != "http" or is_loopback(server.url):
        return True
    return not server.needs_key and is_nearby(server.url)
