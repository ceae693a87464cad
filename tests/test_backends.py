"""The backends to choose from, by spec."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from agents.backends.servers.dialects import SERVERS
from agents.backends.servers.faults import no_key
from agents.backends.servers.native import NATIVE
from agents.backends.servers.places import is_loopback
from agents.backends.servers.prices import cost_usd
from agents.errors import RequestError
from agents.usage import Usage
from planner.backends import BACKENDS, DEFAULT_BACKEND, backend_choice, backend_named
from planner.specs import address, specs
from planner.standing import standing
from planner.team_settings import ServerSettings, TeamSettings, team_settings

ROOT = Path(__file__).parent.parent
OWN = TeamSettings(
    servers={
        "work": ServerSettings(url="https://models.example.com/v1", model="large", key_env="WORK"),
        "openai": ServerSettings(url="http://127.0.0.1:9/v1", effort="high"),
        "anthropic": ServerSettings(model="claude-x", key_env="MY_CLAUDE"),
        "nowhere": ServerSettings(model="m"),
    }
)


def refused(spec: str, settings: TeamSettings | None = None) -> str:
    with pytest.raises(RequestError) as error:
        backend_named(spec, settings)
    assert [p.field for p in error.value.problems] == ["backend"]
    return str(error.value)


def test_every_backend_can_be_made_and_says_what_it_is() -> None:
    assert DEFAULT_BACKEND in BACKENDS
    for name, choice in BACKENDS.items():
        assert choice.name == name
        assert backend_named(name).name
        assert choice.about


@pytest.mark.parametrize("name", SERVERS)
def test_every_server_is_reached_by_its_name(name: str) -> None:
    choice = backend_choice(f"{name}:maker/model:8b")
    assert choice.about
    assert choice.make().name == f"{name}:maker/model:8b"


@pytest.mark.parametrize("name", NATIVE)
def test_every_provider_is_reached_by_its_name(name: str) -> None:
    assert backend_named(f"{name}:model-x").name.endswith(f"{name}:model-x")


def test_any_other_server_is_reached_by_its_url() -> None:
    found = address("http://localhost:9999/v1#qwen3:8b", TeamSettings())
    assert found.model == "qwen3:8b"
    assert found.where == "http://localhost:9999/v1"
    assert backend_named("https://models.example.com/v1#a/b").name.endswith("a/b")


def test_a_server_of_the_settings_is_reached_by_its_name() -> None:
    found = address("work", OWN)
    assert (found.model, found.where) == ("large", "https://models.example.com/v1")
    assert found.key_names == ("WORK",)
    assert found.needs_key
    assert address("work:small", OWN).model == "small"
    assert backend_named("work", OWN).name == "work:large"


def test_a_known_server_can_be_moved_and_a_providers_key_renamed() -> None:
    moved = address("openai:gpt-x", OWN)
    assert moved.where == "http://127.0.0.1:9/v1"
    assert moved.key_names == SERVERS["openai"].key_names
    claude = address("anthropic", OWN)
    assert (claude.model, claude.key_names) == ("claude-x", ("MY_CLAUDE",))


def test_a_backend_that_there_is_not_is_refused_with_the_nearest() -> None:
    told = refused("oracle")
    assert "backend: no backend 'oracle'; `tripartite doctor` lists all" in told
    assert "did you mean openai:gpt-x?" in refused("opnai:gpt-x")
    assert "did you mean openai:gpt-4o?" in refused("OpenAI:gpt-4o")
    assert "did you mean http://localhost:18080/v1#good?" in refused("localhost:18080#good")
    assert len(refused("opnai:gpt-x")) < 120
    assert "work" in refused("wrk:m", OWN)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("openai", "names no model: write openai:MODEL"),
        ("ollama:", "names no model: write ollama:MODEL"),
        ("anthropic", "names no model: write anthropic:MODEL"),
        ("http://localhost:8000/v1", "names no model: write http://localhost:8000/v1#MODEL;"),
        ("http://localhost:8000/v1#", "names no model: write http://localhost:8000/v1#MODEL;"),
        ("pydantic-ai:", "names no provider"),
        ("replay:", "no file is named"),
        ("replay:no/such/file", "there is no file 'no/such/file'"),
        ("replay:~nobody-of-that-name/run", "the file '~nobody-of-that-name/run' cannot be found"),
        (f"replay:{'x' * 5000}", "cannot be found"),
        (f"replay:{__file__}", "is no recording; write replay:FILE"),
        ("ftp://host/v1#m", "is no address of a model server"),
        ("", "no backend ''"),
    ],
)
def test_a_spec_with_a_part_missing_says_which(spec: str, told: str) -> None:
    assert told in refused(spec)


def test_a_password_in_an_address_is_refused_without_being_shown() -> None:
    told = refused("http://me:hunter22@host:1/v1#m")
    assert "hunter22" not in told
    assert "TRIPARTITE_API_KEY" in told


@pytest.mark.parametrize(
    "query",
    [
        "api_key=hunter22",
        "x=1&apikey=hunter22",
        "v=1;Access-Token=hunter22",
        "api%5Fkey=hunter22",
        "sig=hunter22",
        "code=hunter22",
        "sk-hunter22",
    ],
)
def test_a_key_in_an_address_is_refused_without_being_shown(query: str) -> None:
    told = refused(f"https://models.example.com/v1?{query}#m")
    assert "hunter22" not in told
    assert "'https://models.example.com/v1?…' was given with a key" in told
    assert "TRIPARTITE_API_KEY" in told
    found = team_settings({"servers": {"w": {"url": f"https://models.example.com/v1?{query}"}}})
    assert found.servers["w"].url == ""
    assert "[servers.w] url has a name or a key in it" in found.faults[0]


def test_a_query_without_a_key_stays_in_the_address() -> None:
    found = address("https://models.example.com/v1?api-version=2027-01-01#m", TeamSettings())
    assert found.server is not None
    assert found.server.url.endswith("/v1?api-version=2027-01-01")
    assert found.where == "https://models.example.com/v1"


def test_an_address_that_was_given_stands_whatever_the_environment_says() -> None:
    environment = {
        "OLLAMA_HOST": "10.0.0.9:1",
        "OPENAI_BASE_URL": "http://10.0.0.9:2/v1",
        "ANTHROPIC_BASE_URL": "http://10.0.0.9:3",
    }
    for spec, settings, where in (
        ("http://localhost:11434/v1#m", OWN, "http://localhost:11434/v1"),
        ("https://api.openai.com/v1#m", OWN, "https://api.openai.com/v1"),
        ("openai:m", OWN, "http://127.0.0.1:9/v1"),
        ("work", OWN, "https://models.example.com/v1"),
        ("openai:m", TeamSettings(), "http://10.0.0.9:2/v1"),
        ("ollama:m", TeamSettings(), "http://10.0.0.9:1/v1"),
    ):
        assert address(spec, settings).placed(environment).where == where


@pytest.mark.parametrize(
    ("host", "here"),
    [("[::ffff:127.0.0.1]", True), ("0.0.0.0", True), ("a.localhost", True), ("10.0.0.1", False)],
)
def test_what_is_told_of_this_computer_is_what_requests_and_prices_go_by(
    host: str, here: bool
) -> None:
    spec = f"http://{host}:8000/v1#m"
    assert standing(spec, TeamSettings(), {}).here is is_loopback(host) is here
    assert cost_usd(address(spec, TeamSettings()).priced_at, "m", Usage(input_tokens=1)) == 0


def test_a_server_without_an_address_says_where_to_write_it() -> None:
    assert "[servers.nowhere] in the settings file has no url" in refused("nowhere", OWN)


def test_a_long_or_hostile_spec_is_told_in_short_and_plain() -> None:
    told = refused("x" * 5000 + "\x1b[31m")
    assert len(told) < 1500
    assert "\x1b" not in refused("\x1b[31mred:m")


def test_a_recorded_run_is_a_backend(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    file.write_text('{"type": "recording"}\n')
    choice = backend_choice(f"replay:{file}")
    assert "run.jsonl" in choice.about


def test_all_specs_that_are_offered_say_what_they_are() -> None:
    assert all(specs(OWN).values())
    assert "work:MODEL" in specs(OWN)


def test_the_list_of_backends_is_read_without_anything_heavy() -> None:
    code = "import sys, planner.backends; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    loaded = set(done.stdout.split())
    assert "planner.backends" in loaded
    assert not loaded & {"pydantic", "anyio", "agents.backends.offline", "agents.errors"}


def test_a_spec_is_checked_without_anything_heavy_and_without_the_environment() -> None:
    code = """
import os, sys
os.environ.clear()
class Untouched(dict):
    def __getitem__(self, name): raise AssertionError(name)
    get = __contains__ = __getitem__
from planner.backends import backend_choice
import planner.specs
os.environ = Untouched()
for spec in ("openai:gpt-x", "anthropic:c", "http://localhost:1/v1#m"):
    assert backend_choice(spec).about
print(*sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    heavy = {"pydantic", "anyio", "aiohttp", "tenacity", "genai_prices", "pydantic_ai", "rapidfuzz"}
    assert not set(done.stdout.split()) & heavy


def test_a_place_without_an_address_is_told_by_its_name_alone() -> None:
    nowhere = replace(SERVERS["openai"], name="anthropic", url="")
    assert str(no_key(nowhere)).startswith("there is no key for anthropic; set ")
