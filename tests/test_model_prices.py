"""What models cost: from a kept list, without a network, and never made up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.backends.servers import prices
from agents.backends.servers.dialects import SERVERS
from agents.backends.servers.prices import cost_usd
from agents.backends.talking.stream import Reading
from agents.usage import Usage

ROOT = Path(__file__).parent.parent
SOME = Usage(requests=1, input_tokens=1000, output_tokens=100)


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "gpt-4o"),
        ("anthropic", "claude-sonnet-4-5"),
        ("google", "gemini-2.5-pro"),
        ("google-vertex", "gemini-2.5-pro"),
        ("bedrock", "us.anthropic.claude-sonnet-4-20250514-v1:0"),
        ("openrouter", "openai/gpt-4o"),
        ("groq", "llama-3.3-70b-versatile"),
        ("mistral", "mistral-large-latest"),
        ("xai", "grok-4"),
        ("api.openai.com", "gpt-4o"),
        ("https://api.openai.com/v1", "gpt-4o"),
    ],
)
def test_a_model_of_the_list_has_a_price(provider: str, model: str) -> None:
    cost = cost_usd(provider, model, SOME)
    assert cost is not None
    assert 0 < cost < 1
    assert cost_usd(provider, model, SOME + SOME) == pytest.approx(2 * cost)


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "nonsense"),
        ("nobody", "gpt-4o"),
        ("models.example.com", "m"),
        ("", ""),
        ("[", "m"),
    ],
)
def test_what_the_list_does_not_have_is_not_known(provider: str, model: str) -> None:
    assert cost_usd(provider, model, SOME) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_name_is_too_odd_to_be_asked_for(provider: str, model: str) -> None:
    cost = cost_usd(provider, model, SOME)
    assert cost is None or cost >= 0


@pytest.mark.parametrize(
    "place",
    [
        "ollama",
        "vllm",
        "lmstudio",
        "localhost",
        "127.0.0.1:8000",
        "[::1]:80",
        "http://localhost:1/v1",
        "http://192.168.1.20:8000/v1",
        "http://box.local:11434/v1",
    ],
)
def test_servers_of_ones_own_cost_nothing(place: str) -> None:
    assert cost_usd(place, "anything", SOME) == 0.0
    assert cost_usd(place, "gpt-4o", SOME) == 0.0


@pytest.mark.parametrize(
    "place",
    ["https://ollama.com/v1", "https://gpu.example.com/v1", "http://8.8.8.8:8000/v1", "[::ffff"],
)
def test_what_a_server_elsewhere_costs_is_not_known_whatever_it_is(place: str) -> None:
    assert cost_usd(place, "qwen3", SOME) is None


@pytest.mark.parametrize("name", [n for n, s in SERVERS.items() if s.needs_key])
def test_a_server_with_a_name_costs_what_it_does_at_its_address(name: str) -> None:
    assert cost_usd(name, "gpt-4o", SOME) == cost_usd(SERVERS[name].url, "gpt-4o", SOME)


def test_tokens_that_the_server_knew_already_cost_less() -> None:
    whole = cost_usd("openai", "gpt-4o", SOME)
    known = cost_usd("openai", "gpt-4o", SOME, cached_tokens=800)
    assert whole is not None
    assert known is not None
    assert 0 < known < whole
    assert cost_usd("openai", "gpt-4o", SOME, cached_tokens=10**9) is not None
    assert cost_usd("openai", "gpt-4o", SOME, cached_tokens=-1) == whole


@pytest.mark.parametrize(
    ("usage", "cached"),
    [
        ({"prompt_tokens_details": {"cached_tokens": 80}}, 80),
        ({"prompt_cache_hit_tokens": 70}, 70),
        ({"prompt_tokens_details": None}, 0),
        ({"prompt_tokens_details": {"cached_tokens": "many"}}, 0),
        ({"prompt_tokens_details": {"cached_tokens": -1}}, 0),
        ({}, 0),
    ],
)
def test_what_a_server_knew_already_is_read_from_its_answer(
    usage: dict[str, object], cached: int
) -> None:
    reading = Reading(lambda text, reasoning: None)
    choice = {"message": {"content": "{}"}, "finish_reason": "stop"}
    said = {"choices": [choice], "usage": {"prompt_tokens": 100, "completion_tokens": 1, **usage}}
    reading.feed(json.dumps(said).encode())
    answer = reading.end()
    assert (answer.input_tokens, answer.cached_tokens) == (100, cached)


def test_without_the_package_nothing_is_known_and_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices.data_snapshot", None)
    prices._in_list.cache_clear()
    try:
        assert cost_usd("openai", "gpt-4o", SOME) is None
        assert cost_usd("ollama", "m", SOME) == 0.0
    finally:
        prices._in_list.cache_clear()


def test_the_list_says_which_it_is() -> None:
    assert prices.price_list().startswith("genai-prices ")


def test_prices_are_loaded_when_asked_for_and_nothing_is_fetched() -> None:
    code = """
import sys, threading
connected = []
sys.addaudithook(lambda event, arguments: connected.append(event) if event == "socket.connect" else None)
from agents.backends.servers.prices import cost_usd
from agents.usage import Usage
assert "genai_prices" not in sys.modules
assert cost_usd("openai", "gpt-4o", Usage(input_tokens=9))
assert "genai_prices" in sys.modules
assert not connected and threading.active_count() == 1
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
