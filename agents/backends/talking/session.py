"""The connections to a server, and what each request to it has with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from anyio.lowlevel import RunVar

from agents.backends.servers import faults
from agents.backends.servers.dialects import Server
from agents.backends.servers.patience import Patience
from agents.backends.servers.places import is_loopback, is_nearby
from agents.backends.servers.proxies import Proxy, proxy_for
from agents.errors import NotUsable

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from yarl import URL

IDLE_SECONDS = 4.0
"""So long a connection waits for the next request: less than servers do (uvicorn 5, nginx 75), so
that they do not close it just then."""


@dataclass
class Session:
    """The connections to one server, for all that ask it."""

    patience: Patience
    proxy: Proxy | None
    client: ClientSession
    answered: bool = False
    """Whether a connection may be one that had an answer before."""
    keeps: bool = True
    """Whether a connection serves more than one request."""
    worn: list[ClientSession] = field(default_factory=list)

    @property
    def proxy_url(self) -> str | None:
        return self.proxy.url if self.proxy else None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown: the proxy's password."""
        return (urlsplit(self.proxy.url).password or "",) if self.proxy else ()

    def use_once(self) -> None:
        """A connection for each request from now on: the server closes them after an answer."""
        if self.keeps:
            self.keeps = False
            self.worn.append(self.client)  # others may wait for an answer on it
            self.client = _client(self.patience, keeps=False)

    async def close(self) -> None:
        for client in (self.client, *self.worn):
            await client.close()


class _Sessions:
    """One for each server, shared by all backends of one event loop and closed when it ends."""

    def __init__(self) -> None:
        self.opened: dict[tuple[str, float], Session] = {}
        self._closing = self._closed_with_the_loop()

    async def begin(self) -> None:
        await anext(self._closing)

    async def _closed_with_the_loop(self) -> AsyncIterator[None]:
        # An event loop that ends closes the async generators that have begun in it.
        try:
            yield
        finally:
            for session in self.opened.values():
                await session.close()
            self.opened.clear()


_SESSIONS: RunVar[_Sessions | None] = RunVar("sessions", None)


async def session_with(server: Server, patience: Patience) -> Session:
    """The session with `server`, opened when it is first asked for. Raises NotUsable for a proxy
    that cannot be used."""
    sessions = _SESSIONS.get()
    if sessions is None:
        sessions = _Sessions()
        _SESSIONS.set(sessions)
        await sessions.begin()
    key = server.url, patience.connect
    session = sessions.opened.get(key)
    if session is None:
        proxy = proxy_for(server.url)
        session = sessions.opened[key] = Session(patience, proxy, _client(patience, keeps=True))
    return session


def _client(patience: Patience, *, keeps: bool) -> ClientSession:
    import aiohttp

    # Not trust_env: it reads the environment in a thread for each request, and would send the
    # name and password of a .netrc in the place of a key.
    connector = (
        aiohttp.TCPConnector(limit=0, ttl_dns_cache=300, keepalive_timeout=IDLE_SECONDS)
        if keeps
        else aiohttp.TCPConnector(limit=0, ttl_dns_cache=300, force_close=True)
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=None, connect=patience.connect),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


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


@lru_cache(maxsize=64)
def address_of(url: str, path: str, keyed: bool) -> URL:
    """Where to send a request. A name and password in the URL give way to a key."""
    from yarl import URL

    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2] if keyed else parts.netloc
    whole = (parts.scheme, host, parts.path.rstrip("/") + path, parts.query, "")
    return URL(urlunsplit(whole))
