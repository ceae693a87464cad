"""Where an address leads: to this computer, or away from it. One answer for all who ask."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

NETWORK = (".local", ".lan", ".internal", ".home.arpa")
"""How names end that are not known outside of a network."""


def host_of(place: str) -> str:
    """The host alone of a URL, of "host:port" or of a host, in lower case; empty for none."""
    place = place.strip()
    if place.count(":") > 1 and "[" not in place and "/" not in place:
        place = f"[{place}]"  # an address of version 6 that stands alone
    try:
        host = urlsplit(place if "://" in place else f"//{place}").hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".")


@lru_cache(maxsize=256)
def is_loopback(place: str) -> bool:
    """Whether a URL, "host:port" or host is this computer itself, so that nothing leaves it."""
    host = host_of(place)
    address = _address(host)
    if address is None:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def is_nearby(place: str) -> bool:
    """Whether it is this computer, or one of the same network by its address or name."""
    host = host_of(place)
    address = _address(host)
    if address is None:
        return is_loopback(host) or (bool(host) and "." not in host) or host.endswith(NETWORK)
    return address.is_private or address.is_link_local


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped
