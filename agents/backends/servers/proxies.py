"""The proxy on the way to a server, as the environment names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from agents.backends.servers.places import is_loopback
from agents.cleaning import clean_line
from agents.errors import NotUsable


@dataclass(frozen=True)
class Proxy:
    """Where it is, with its password if it has one, and the variable that says so."""

    url: str = field(repr=False)
    variable: str


def proxy_for(url: str) -> Proxy | None:
    """The proxy for a URL; none for this computer, whatever the environment says.

    Raises NotUsable for one that cannot be used.
    """
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if not host or is_loopback(url) or proxy_bypass(host):
        return None
    named = getproxies()
    scheme = parts.scheme if named.get(parts.scheme) else "all"
    address = (named.get(scheme) or "").strip()
    if not address:
        return None
    variable = f"{scheme.upper()}_PROXY"
    whole = address if "://" in address else f"http://{address}"
    why = _unusable(whole)
    if why:
        raise NotUsable(
            f"the proxy that {variable} names {why}; write it as http://proxy:3128, "
            f"or add {clean_line(parts.hostname, 80)} to NO_PROXY"
        )
    return Proxy(whole, variable)


def _unusable(url: str) -> str:
    """Why no proxy can be at `url`; its name and password are not repeated."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not url.isprintable() or " " in url:
        return "is no address"
    if parts.scheme not in ("http", "https"):
        return f"speaks {clean_line(parts.scheme, 20)}, and only http proxies can be used"
    return ""
