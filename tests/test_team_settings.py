"""Who does whose thinking, and within which limits: options, the environment and the settings file."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from travellers import nobody

from agents.errors import RequestError
from agents.usage import AGENT_LIMITS, RUN_LIMITS, Limits
from planner.lineup import LineUp, lineup_of_environment, read_lineup
from planner.orchestrator import TEAM
from planner.session import Session
from planner.settings import Settings, save_settings
from planner.team_settings import (
    _SERVER_CHECKS,
    AGENTS,
    AMOUNTS,
    ServerSettings,
    TeamSettings,
    team_settings,
)


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the settings of a traveller are who has said nothing yet."""
    return nobody(tmp_path, monkeypatch)


def refusal(error: pytest.ExceptionInfo[RequestError]) -> str:
    assert {p.field for p in error.value.problems} == {"backend"}
    return str(error.value)


def test_the_names_that_settings_use_are_those_of_the_code() -> None:
    assert tuple(a.name for a in TEAM) == AGENTS
    assert tuple(Limits.model_fields) == AMOUNTS
    assert list(_SERVER_CHECKS) == [f.name for f in fields(ServerSettings)]


def test_secrets_and_nonsense_in_the_settings_are_told_and_the_rest_is_used() -> None:
    found = team_settings(
        {
            "fallback": "offline",
            "agents": {"activities": "ollama:small", "pilot": "openai:x", "itinerary": 3},
            "servers": {
                "work": {"url": "https://host/v1", "api_key": "sk-secret", "stream": False},
                "odd": {"url": "https://me:sk-secret@host/v1", "steps": "tiny", "colour": "red"},
                "keyed": {"key_env": "sk-secret"},
                "bad": 3,
            },
            "limits": {
                "run": {"cost_usd": 0.5, "requests": 2.5, "tokens": -1, "wishes": 3},
                "agent": {"seconds": 600},
                "everybody": {"seconds": 1},
            },
        }
    )
    assert found.agents == {"activities": "ollama:small"}
    assert found.fallback == ("offline",)
    assert found.servers["work"] == ServerSettings(url="https://host/v1", stream=False)
    assert found.servers["odd"] == ServerSettings()
    assert found.limits == {"run": {"cost_usd": 0.5}, "agent": {"seconds": 600}}
    told = "\n".join(found.faults)
    assert "sk-secret" not in told
    for words in (
        "[agents] pilot is no agent",
        "[agents] itinerary is not a text",
        "[servers.work] api_key is a secret in a file and not used",
        "key_env",
        "[servers.odd] url has a name or a key in it",
        "[servers.odd] steps is none of auto, whole, small",
        "[servers.odd] colour is not known; there are url, model, key_env, effort, steps, stream",
        "[servers.keyed] key_env is no name of an environment variable",
        "[servers.bad] is no table",
        "[limits.run] requests is no whole number",
        "[limits.run] tokens is no number above 0",
        "[limits.run] wishes is not known",
        "[limits.everybody] limits nothing",
    ):
        assert words in told


def test_an_empty_settings_file_says_nothing_about_models() -> None:
    assert team_settings({"theme": "nord"}) == TeamSettings()


nonsense = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["agents", "fallback", "servers", "limits"]), nonsense))
def test_whatever_stands_in_the_file_is_read_or_told(table: dict[str, Any]) -> None:
    found = team_settings(table)
    assert all(fault.isprintable() for fault in found.faults)


def test_an_option_goes_before_the_environment_and_that_before_the_file(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_file.write_text(
        """
backend = "openai:file"
fallback = ["offline"]
[agents]
activities = "ollama:file"
"""
    )
    assert Session.open().backend.name == (
        "openai:file, then offline · activities: ollama:file, then offline"
    )
    monkeypatch.setenv("TRIPARTITE_BACKEND", "openai:environment")
    monkeypatch.setenv("TRIPARTITE_FALLBACK", "groq:environment, offline")
    assert Session.open().backend.name == "openai:environment, then groq:environment, then offline"
    assert Session.open("openai:option", ["none"]).backend.name == "openai:option"
    one = Session.open(["activities=ollama:option"], ["none"]).backend.name
    assert one == "openai:environment · activities: ollama:option"


def test_a_key_in_an_address_is_not_told_when_its_agent_is_unknown() -> None:
    with pytest.raises(RequestError, match=r"'pilot=http://h/v1\?…#m' is for no agent") as error:
        read_lineup(["pilot=http://h/v1?api_key=hunter22#m"], ())
    assert "hunter22" not in str(error.value)


def test_a_backend_for_all_goes_before_another_for_some_from_further_down() -> None:
    lower = LineUp("a", {"activities": "b"}, ("c",))
    assert LineUp("x").over(lower) == LineUp("x", {}, ("c",))
    assert LineUp(agents={"itinerary": "y"}).over(lower).agents == {
        "activities": "b",
        "itinerary": "y",
    }


def test_nothing_comes_after_the_offline_rules_and_nobody_twice() -> None:
    lineup = LineUp("a", {"activities": "offline"}, ("b", "a", "offline", "c"))
    assert lineup.chain() == ("a", "b", "offline")
    assert lineup.chain("activities") == ("offline",)
    assert LineUp().chain() == ("offline",)
    assert LineUp("a", fallback=("none",)).chain() == ("a",)


def test_several_are_read_from_one_variable() -> None:
    found = lineup_of_environment(
        {"TRIPARTITE_BACKEND": "openai:m, activities=http://h/v1?a=b#c", "TRIPARTITE_FALLBACK": ""}
    )
    assert found == LineUp("openai:m", {"activities": "http://h/v1?a=b#c"}, ())


@pytest.mark.parametrize("words", ["pilot=openai:m", "activities=", "activities= "])
def test_a_backend_for_nobody_is_refused(words: str) -> None:
    with pytest.raises(RequestError) as error:
        read_lineup([words], [])
    assert "write AGENT=SPEC with itinerary, destinations, activities" in refusal(error)


def test_what_is_wrong_says_where_it_was_said(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RequestError) as error:
        Session.open("oracle:m")
    assert "TRIPARTITE" not in refusal(error)
    monkeypatch.setenv("TRIPARTITE_BACKEND", "oracle:m")
    with pytest.raises(RequestError) as error:
        Session.open()
    assert "from TRIPARTITE_BACKEND" in refusal(error)
    assert Session.open("offline").warning == ""


def test_a_wrong_backend_in_the_file_is_a_warning_and_no_plan_is_made_with_another(
    settings_file: Path,
) -> None:
    settings_file.write_text('backend = "oracle:m"\nfallback = ["nobody:x"]\n')
    session = Session.open()
    assert "in the settings: no backend 'oracle:m'" in session.warning
    assert "no backend 'nobody:x'" in session.warning
    assert session.backend.name == "offline"
    with pytest.raises(RequestError) as error:
        session.checked_backend()
    assert "in the settings" in refusal(error)
    assert Session.open("openai:m", ["none"]).checked_backend().name == "openai:m"


def test_what_is_configured_can_be_chosen_and_more_can_be_typed(settings_file: Path) -> None:
    settings_file.write_text(
        """
backend = "ollama:one"
[servers.work]
url = "http://localhost:9/v1"
model = "two"
"""
    )
    session = Session.open("groq:three")
    assert list(session.backends) == ["offline", "groq:three", "ollama:one", "work"]
    assert session.add_backend(" work:four ").name == "work:four"
    session.change(backend="work:four")
    assert session.backend.name == "work:four"
    assert Session.open().backend.name == "work:four"
    with pytest.raises(RequestError):
        session.add_backend("oracle")
    assert "oracle" not in session.backends


def test_saving_a_setting_keeps_what_is_said_of_models(settings_file: Path) -> None:
    settings_file.write_text(
        """
fallback = ["offline"]
[servers.work]
url = "http://localhost:9/v1"
unknown = 3
[limits.run]
cost_usd = 0.5
"""
    )
    before = tomllib.loads(settings_file.read_text())
    save_settings({"theme": "nord", "backend": "work:m"}, settings_file)
    after = tomllib.loads(settings_file.read_text())
    assert after == {**before, "theme": "nord", "backend": "work:m"}


def test_limits_of_the_file_and_of_options(settings_file: Path) -> None:
    settings_file.write_text(
        """
[limits.run]
cost_usd = 0.5
seconds = 900
[limits.agent]
seconds = 600
[limits.activities]
tokens = 1000
"""
    )
    session = Session.open(limits={"cost_usd": 0.1})
    assert session.limits == RUN_LIMITS.model_copy(update={"cost_usd": 0.1, "seconds": 900})
    limits = {a.name: a.limits for a in session.team}
    assert limits["itinerary"] == AGENT_LIMITS.model_copy(update={"seconds": 600})
    assert limits["activities"].tokens == 1000


def test_every_setting_of_the_application_is_known_at_the_top_of_the_file() -> None:
    own = {f.name: "x" for f in fields(Settings)}
    assert team_settings(own).faults == ()
    assert team_settings({"bakend": "x"}).faults == ("bakend is not known; did you mean backend?",)
    assert "there are agents, backend" in team_settings({"zzz\x1b[2J": 1}).faults[0]
