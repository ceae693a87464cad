"""What models cost, estimated from a kept price list: the package genai-prices, extra `prices`.

The list is the one that was installed; nothing is fetched, and nothing imported before the first
price is asked for.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

    from agents.usage import Usage

INSTALL = 'pip install "tripartite[prices]"'
FREE = frozenset({"ollama", "llamacpp", "vllm", "lmstudio", "sglang"})
"""Servers of one's own: what they use is paid for with the machine."""
_LOOPBACK = ("localhost", "::1", "0.0.0.0", "::")
_IN_LIST = {"bedrock": "aws", "google-vertex": "google", "xai": "x-ai"}
"""What the list calls a provider, where that is another name."""


def cost_usd(provider: str, model: str, usage: Usage) -> float | None:
    """An estimate in US dollars; None when the package is missing or the model is not in its list.

    `provider` is a name as in a backend's (`openai:MODEL`), a host or a base URL.
    """
    if is_free(provider):
        return 0.0
    found = _in_list(provider, model)
    if found is None:
        return None
    from genai_prices import Usage as Used

    listed, entry = found
    used = Used(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens)
    try:
        return float(entry.calc_price(used, listed).total_price)
    except (LookupError, ValueError, ArithmeticError):  # an estimate never ends a run
        return None


def is_free(provider: str) -> bool:
    """Whether the provider is a server of one's own, or on this machine."""
    try:
        host = urlsplit(provider if "://" in provider else f"//{provider}").hostname or ""
    except ValueError:
        return False
    loopback = host in _LOOPBACK or host.startswith("127.") or host.endswith(".localhost")
    return provider in FREE or loopback


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
    name = _IN_LIST.get(provider, provider)
    host = "." in provider or "://" in provider
    url = (provider if "://" in provider else f"https://{provider}") if host else None
    try:
        found = get_snapshot().find_provider_model(model, None, None if host else name, url)
    except LookupError:
        return None
    prices = found[1].prices
    several = prices if isinstance(prices, list) else [prices]
    priced = all(getattr(getattr(p, "prices", p), "output_mtok", None) is not None for p in several)
    return found if priced and several else None
