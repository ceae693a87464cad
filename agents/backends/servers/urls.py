"""Which server a URL means, and where the environment says that one is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import SplitResult, urlsplit, urlunsplit

from agents.backends.servers.dialects import LIMITS, SERVERS, Dialect, Server, host_and_port
from agents.backends.servers.places import host_of, is_loopback
from agents.cleaning import clean_line
from agents.errors import NotUsable

ANY_KEY = "TRIPARTITE_API_KEY"
"""The variable for the key of any server by its URL, after those of its own."""
_ENDPOINT = "/chat/completions"


def server_at(url: str, name: str = "") -> Server:
    """The server at `url`: one of SERVERS if it is theirs, else one that is asked and learned from.

    Raises NotUsable for what is no http or https address.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not url.isprintable() or " " in url or parts.scheme not in ("http", "https"):
        raise NotUsable(
            f"{clean_line(url.rpartition('@')[2], 80)!r} is no address of a model server; "
            "write it as http://localhost:8000/v1"
        )
    path = parts.path.rstrip("/").removesuffix(_ENDPOINT) or "/v1"
    whole = urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
    known = next((s for s in SERVERS.values() if _place(urlsplit(s.url)) == _place(parts)), None)
    if known is not None:
        keys = (*known.key_names, ANY_KEY)
        return replace(known, name=name or known.name, url=whole, key_names=keys)
    shown = clean_line(name or host_and_port(parts), 60)
    return Server(
        shown,
        whole,
        (ANY_KEY,),
        needs_key=False,
        dialect=Dialect(shape=LIMITS),
        about=f"a model server at {clean_line(host_and_port(parts), 60)}",
    )


def placed(server: Server, environment: Mapping[str, str]) -> Server:
    """`server`, where NAME_BASE_URL says that it is, or OLLAMA_HOST; else as it was.

    An address without a path gets the path of the server's own. Raises NotUsable.
    """
    variable = f"{server.name.upper().replace('-', '_')}_BASE_URL"
    url = environment.get(variable, "").strip()
    if not url and server.name == "ollama":
        variable = "OLLAMA_HOST"
        url = _of_ollama_host(environment.get(variable, "").strip())
    if not url or server.name not in SERVERS:
        return server
    try:
        whole = server_at(url).url
    except NotUsable as error:
        raise NotUsable(f"{variable}: {error}") from error
    path = urlsplit(url).path.strip("/")
    if not path:
        whole = urlunsplit(urlsplit(whole)._replace(path=urlsplit(server.url).path))
    return replace(server, url=whole)


def _of_ollama_host(host: str) -> str:
    """Ollama takes a host alone, a port alone, and 0.0.0.0 for what it listens at."""
    if not host:
        return ""
    parts = urlsplit(host if "://" in host else f"http://{host}")
    name = parts.hostname or "localhost"
    if name in ("0.0.0.0", "::"):
        name = "localhost"
    shown = f"[{name}]" if ":" in name else name
    implied = {"http": 11434 if "://" not in host else 80, "https": 443}.get(parts.scheme, 11434)
    return urlunsplit((parts.scheme, f"{shown}:{parts.port or implied}", parts.path, "", ""))


def _place(parts: SplitResult) -> tuple[str, str, int | None]:
    """Scheme, host and port, with all ways to write them alike."""
    host = "localhost" if is_loopback(parts.netloc) else host_of(parts.netloc)
    return parts.scheme, host, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
