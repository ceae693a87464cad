"""What models cost, estimated from a kept price list: the package genai-prices, extra `prices`.

The list is the one that was installed; nothing is fetched, and nothing imported before the first
price is asked for.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address
from threading import Thread
from typing import TYPE_CHECKING

from agents.backends.servers.dialects import SERVERS
from agents.backends.servers.places import host_of, is_loopback

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

    from agents.usage import Usage

INSTALL = 'pip install -e ".[prices]"'
_IN_LIST = {"bedrock": "aws", "google-vertex": "google"}
"""What the list calls a provider, where that is another name."""


def cost_usd(provider: str, model: str, usage: Usage, *, cached_tokens: int = 0) -> float | None:
    """An estimate in US dollars; None when the package is missing or the model is not in its list.

    What counts is where the server is: `provider` is its base URL or host, or a name as in a
    backend's (`openai:MODEL`) for one that is where it always is. Of the tokens sent,
    `cached_tokens` were known to the server already, which mostly costs less.
    """
    if is_free(provider):
        return 0.0
    found = _in_list(_place(provider), model)
    if found is None:
        return None
    from genai_prices import Usage as Used

    listed, entry = found
    sent = usage.input_tokens
    known = {"cache_read_tokens": cached} if (cached := min(cached_tokens, sent)) > 0 else {}
    used = Used(input_tokens=sent, output_tokens=usage.output_tokens, **known)
    try:
        return float(entry.calc_price(used, listed).total_price)
    except (LookupError, ValueError, ArithmeticError):  # an estimate never ends a run
        return None


@lru_cache(maxsize=256)
def is_free(provider: str) -> bool:
    """Whether it is a server of one's own: on this computer, or at a private address.

    What such a server uses is paid for with the machine.
    """
    place = _place(provider)
    if is_loopback(place):
        return True
    host = host_of(place)
    try:
        return ip_address(host).is_private
    except ValueError:
        return host.endswith(".local")


def _place(provider: str) -> str:
    return SERVERS[provider].url if provider in SERVERS else provider


@lru_cache(maxsize=1)
def load_soon() -> None:
    """Load the list in a thread, once: else all agents wait for it when the first answer comes."""
    Thread(target=_load, name="prices", daemon=True).start()


def _load() -> None:
    with suppress(ImportError):
        from genai_prices.data_snapshot import get_snapshot

        get_snapshot()


def price_list() -> str:
    """The list's name and version, as `genai-prices 0.2.3`; empty when there is none."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"genai-prices {version('genai-prices')}"
    except PackageNotFoundError:
        return ""


@lru_cache(maxsize=256)
def _in_list(provider: str, model: str) -> tuple[Provider, ModelInfo] | None:
    """The entries of a provider and a model with prices by the token."""
    try:
        from genai_prices.data_snapshot import get_snapshot
    except ImportError:
        return None
    host = "." in provider or "://" in provider
    name = None if host else _IN_LIST.get(provider, provider)
    url = (provider if "://" in provider else f"https://{provider}") if host else None
    try:
        found = get_snapshot().find_provider_model(model, None, name, url)
    except LookupError:
        return None
    prices = found[1].prices
    several = prices if isinstance(prices, list) else [prices]
    priced = all(getattr(getattr(p, "prices", p), "output_mtok", None) is not None for p in several)
    return found if priced and several else None
