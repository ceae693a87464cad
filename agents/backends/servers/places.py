"""Where an address leads: to this computer, or away from it. One answer for all who ask."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit


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


def is_loopback(place: str) -> bool:
    """Whether a URL, "host:port" or host is this computer itself, so that nothing leaves it."""
    host = host_of(place)
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_unspecified
