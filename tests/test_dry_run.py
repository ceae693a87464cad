"""`plan --dry-run`, and what options and settings of models do in a whole run of the command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from model_server import ModelServer
from travellers import nobody

from planner.cli.plan import plan
from planner.orchestrator import TEAM
from planner.session import Session
from planner.team_settings import AGENTS

WISH = "a weekend in Porto in May"
TODAY = ("--today", "2026-11-21")
KEY = "sk-test-1234567890-secret"


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(autouse=True)
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's environment, and where the settings file would be."""
    return nobody(tmp_path, monkeypatch)


def planned(*arguments: str, wish: str = WISH) -> Result:
    done = CliRunner().invoke(plan, [wish, *TODAY, *arguments])
    assert KEY not in done.output
    return done


def dry(*arguments: str) -> dict[str, Any]:
    done = planned("--dry-run", "--json", *arguments)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["sent"] is False
    return found


def events(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def of(found: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [e for e in found if e["type"] == kind]


def test_offline_nothing_is_sent() -> None:
    done = planned("--dry-run")
    assert done.exit_code == 0
    assert "Nothing would be sent to anyone" in done.stdout
    found = dry()
    assert found["cost_usd_at_most"] == 0
    assert [a["to"] for a in found["agents"]] == [[], [], []]


def test_it_shows_all_that_would_be_sent_and_sends_nothing(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.reset()
    monkeypatch.setenv("TRIPARTITE_API_KEY", KEY)
    done = planned("--dry-run", "--verbose", "--backend", f"{server.url}#good")
    assert done.exit_code == 0
    assert server.asked() == []
    assert max(map(len, done.stdout.splitlines())) <= 80
    words = " ".join(done.stdout.replace("| ", "").split())
    for agent in TEAM:
        for line in agent.instructions.splitlines():
            assert " ".join(line.split()) in words
        for tool in agent.tools:
            assert tool.__name__ in done.stdout
    assert server.url in done.stdout
    assert "TRIPARTITE_API_KEY, which is set" in done.stdout
    assert WISH in words
    assert done.stdout.rstrip().endswith("nothing was sent.")


def test_without_the_words_it_is_short_and_says_what_would_fail() -> None:
    done = planned("--dry-run", "--backend", "openai:gpt-4o", "--fallback", "openrouter:nonsense")
    lines = done.stdout.splitlines()
    assert len(lines) < 45
    assert max(map(len, lines)) <= 80
    assert "  key: OPENAI_API_KEY, not set; so it would fail" in lines
    assert "no price for openrouter:nonsense;" in done.stdout.replace("\n", " ").replace("    ", "")
    assert lines[-1].endswith("add --verbose.")


def test_without_a_price_list_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.backends.servers.prices.price_list", lambda: "")
    monkeypatch.setattr("agents.backends.servers.prices.cost_usd", lambda *_: None)
    told = planned("--dry-run", "--backend", "openai:gpt-4o").stdout
    assert 'unknown without a price list; pip install -e ".[prices]"' in told


def test_each_agent_has_its_own_place_and_price() -> None:
    found = dry(
        "--backend", "openai:gpt-4o", "--backend", "activities=ollama:m", "--fallback", "offline"
    )
    agents = {a["agent"]: a for a in found["agents"]}
    assert tuple(agents) == AGENTS
    assert agents["itinerary"]["backends"] == ["openai:gpt-4o", "offline"]
    (place,) = agents["itinerary"]["to"]
    assert place["url"] == "https://api.openai.com/v1"
    assert place["keys"] == [{"variable": "OPENAI_API_KEY", "set": False}]
    assert agents["activities"]["to"][0]["model"] == "m"
    assert agents["activities"]["cost_usd_at_most"] == 0
    assert agents["itinerary"]["cost_usd_at_most"] == 1.0
    assert found["cost_usd_at_most"] == 2.0


def test_sizes_are_those_of_the_parts() -> None:
    for agent in dry("--backend", "openai:gpt-4o")["agents"]:
        request = agent["first_request"]
        parts = [request["system"], request["brief"], *request["tools"]]
        assert request["bytes"] == sum(p["bytes"] for p in parts)
        assert request["system"]["bytes"] == len(request["system"]["text"].encode())
        assert "hand_in" in [t["name"] for t in request["tools"]]


def test_the_bound_follows_the_limits_and_the_price(settings_file: Path) -> None:
    assert dry("--backend", "openai:gpt-4o", "--max-cost", "0.25")["cost_usd_at_most"] == 0.25
    settings_file.write_text("[limits.agent]\ntokens = 1000\n")
    assert dry("--backend", "openai:gpt-4o")["cost_usd_at_most"] == pytest.approx(0.03)
    assert dry("--backend", "openai:nonsense")["cost_usd_at_most"] is None
    told = planned("--dry-run", "--backend", "openai:nonsense").stdout
    assert "Cost at most: unknown, since there is no price" in told


def test_a_provider_is_shown_with_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.backends.servers.native._installed", lambda package: False)
    told = planned("--dry-run", "--backend", "anthropic:claude-sonnet-4-5").stdout
    assert "needs the package pydantic_ai" in told
    assert "ANTHROPIC_API_KEY, not set" in told


def test_a_wrong_address_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "nowhere")
    done = planned("--dry-run", "--backend", "openai:m")
    assert done.exit_code == 2
    assert "OPENAI_BASE_URL" in done.stderr


# What would do nothing, or is no amount


@pytest.mark.parametrize("option", ["--max-seconds", "--max-cost"])
@pytest.mark.parametrize("amount", ["nan", "inf", "-inf", "0", "-1", "1e999"])
def test_a_limit_that_is_no_amount_is_refused_in_a_line(option: str, amount: str) -> None:
    done = planned(f"{option}={amount}")
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert option in done.stderr.splitlines()[-1]


def test_two_backends_for_all_agents_are_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    done = planned("--backend", "offline", "--backend", "openai:m")
    assert done.exit_code == 2
    assert "'offline' and 'openai:m' are both for all agents" in done.stderr
    monkeypatch.setenv("TRIPARTITE_BACKEND", "ollama:m,openai:m")
    assert "from TRIPARTITE_BACKEND: 'ollama:m' and" in planned().stderr


def test_a_pace_of_its_own_has_only_a_recorded_run() -> None:
    done = planned("--own-pace")
    assert done.exit_code == 2
    assert "own-pace: only a recorded run has a pace of its own" in done.stderr


# Whole runs


def test_the_environment_says_where_and_the_mode_with_how_much_effort(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for mode, effort in (("instant", "low"), ("thinking", None)):
        server.reset()
        done = planned("--backend", "openai:good", "--events", "--mode", mode)
        assert done.exit_code == 0, done.output
        asked = server.asked()
        assert {r["role"] for r in asked} == set(AGENTS)
        assert {r["body"].get("reasoning_effort") for r in asked} == {effort}


def test_a_server_of_the_settings_has_its_own_key_model_and_effort(
    server: ModelServer, settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.reset()
    settings_file.write_text(
        f'backend = "mine"\n[servers.mine]\nurl = "{server.url}"\nmodel = "good"\n'
        'key_env = "MY_KEY"\neffort = "medium"\nstream = false\n'
    )
    missing = events(planned("--events"))
    assert "MY_KEY" in of(missing, "agent_failed")[0]["reason"]
    monkeypatch.setenv("MY_KEY", KEY)
    done = planned("--events")
    assert done.exit_code == 0, done.output
    assert {e["backend"] for e in of(events(done), "agent_started")} == {"mine:good"}
    asked = server.asked()
    assert {r["body"].get("reasoning_effort") for r in asked} == {"medium"}
    assert not any(r["body"].get("stream") for r in asked)


def test_a_chain_goes_on_offline_when_the_server_refuses(server: ModelServer) -> None:
    done = planned("--events", "--backend", f"{server.url}#401", "--fallback", "offline")
    assert done.exit_code == 0, done.output
    told = [e["reason"] for e in of(events(done), "approach_changed")]
    assert len(told) == 3
    assert all("refused" in t or "wants a key" in t for t in told)
    assert all(t.endswith("now offline rules") for t in told)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--max-requests", "2"), "the limit is 2"),
        (("--max-tokens", "50"), "the limit is 50"),
    ],
)
def test_a_limit_of_the_run_ends_its_agents(
    server: ModelServer, options: tuple[str, ...], told: str
) -> None:
    done = planned("--events", "--backend", f"{server.url}#good", *options)
    assert done.exit_code == 1
    reasons = [e["reason"] for e in of(events(done), "agent_failed")]
    assert any("the run" in r and told in r for r in reasons)


def test_a_limit_in_seconds_ends_those_who_wait(server: ModelServer) -> None:
    done = planned("--events", "--backend", f"{server.url}#hangs", "--max-seconds", "0.5")
    assert done.exit_code == 1
    reasons = [e["reason"] for e in of(events(done), "agent_failed")]
    assert len(reasons) == 3
    told = r"sent nothing within 0\.\d s; raise the limit of seconds|the run's 0\.5 s were over"
    assert all(re.search(told, r) for r in reasons)


def test_wrong_settings_are_told_a_line_each_with_their_file(settings_file: Path) -> None:
    settings_file.write_text('bakend = "offline"\ntheme = 3\n[limits.run]\nmonkeys = 3\n')
    told = [line for line in planned("--dry-run").stderr.splitlines() if str(settings_file) in line]
    assert len(told) == 3
    assert f"{settings_file}: bakend is not known; did you mean backend?" in told


def test_what_is_wrong_in_the_settings_is_told_besides_the_plan(settings_file: Path) -> None:
    settings_file.write_text(f'[servers.work]\nurl = "https://h/v1"\napi_key = "{KEY}"\n')
    done = planned("--json")
    assert done.exit_code == 0
    assert f"{settings_file}: [servers.work] api_key is a secret in a file" in done.stderr
    assert json.loads(done.stdout)["days"]


@pytest.mark.parametrize("how", [(), ("--dry-run",), ("--fallback", "offline")])
@pytest.mark.parametrize("whose", ["", "activities="])
@pytest.mark.parametrize("first", ["nonsense", '{"type": "recording", "version": 1}'])
def test_a_recording_that_cannot_be_played_is_refused_in_words(
    tmp_path: Path, whose: str, first: str, how: tuple[str, ...]
) -> None:
    file = tmp_path / "run.ndjson"
    file.write_text(f"{first}\n")
    done = planned("--backend", f"{whose}replay:{file}", *how)
    assert done.exit_code == 2, done.output
    assert isinstance(done.exception, SystemExit)
    assert "recording" in done.output


def test_a_recording_of_nobody_in_the_settings_is_a_warning(settings_file: Path) -> None:
    settings_file.write_text('backend = "replay:~nobody-of-that-name/x"\n')
    session = Session.open()
    assert "in the settings: the file '~nobody-of-that-name/x' cannot be found" in session.warning
    assert session.backend.name == "offline"


def test_what_it_could_cost_goes_by_where_the_server_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert dry("--backend", "openai:gpt-4o")["cost_usd_at_most"] == 0
    monkeypatch.setenv("OLLAMA_HOST", "https://ollama.example.com")
    assert dry("--backend", "ollama:qwen3")["cost_usd_at_most"] is None


def test_an_answer_is_priced_by_where_it_came_from(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[str] = set()

    def cost(place: str, *_: object, **__: object) -> float:
        asked.add(place)
        return 0.0

    monkeypatch.setattr("agents.backends.talking.talk.cost_usd", cost)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    done = planned("--backend", "openai:good", "--events")
    assert done.exit_code == 0, done.output
    assert asked == {server.url}
