"""Choosing who does the thinking: what is told before anything is sent, and a wrong word costs nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_app import OfflineBackend, Stage, ask, finished, notices, running, session, shown, until
from textual.events import Paste
from textual.widgets import Input, OptionList

from agents.backends.servers.native import Native
from agents.errors import RequestError
from planner.backends import BACKENDS
from planner.choosing import AS_IN_THE_SETTINGS, NOW_THE_DEFAULT
from planner.lineup import LineUp
from planner.session import Session
from planner.settings import load_settings
from planner.standing import standing, told
from planner.team_settings import AGENTS, TeamSettings, team_settings
from planner.tui.app import TripartiteApp
from planner.tui.screens.backend import BackendScreen
from planner.tui.screens.start import StartScreen
from planner.tui.screens.trip import TripScreen
from planner.tui.widgets.prompt import Prompt
from planner.views.words import missing_parts

REFUSING = "http://127.0.0.1:9/v1#x"
SIZES = [(120, 40), (80, 24), (40, 12)]
NOTHING = TeamSettings()
WISH = "2 days in Lisbon from 11 May 2027, quick"


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)
    yield


@pytest.fixture
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a server was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


async def begin_to_choose(stage: Stage) -> None:
    app, pilot = stage
    await pilot.press("f8")
    await until(pilot, lambda: isinstance(app.screen, BackendScreen))


# How a backend stands


@pytest.mark.parametrize(
    ("spec", "environment", "place", "here", "words"),
    [
        ("offline", {}, "", True, "nothing is sent anywhere"),
        ("replay:run.jsonl", {}, "", True, "nothing is sent anywhere"),
        ("ollama:qwen3:8b", {}, "localhost:11434", True, "asks localhost:11434, on this computer"),
        ("ollama:q", {"OLLAMA_HOST": "box:11434"}, "box:11434", False, "sends to box:11434"),
        (REFUSING, {}, "127.0.0.1:9", True, "asks 127.0.0.1:9, on this computer"),
        ("http://[::1]:8000/v1#m", {}, "[::1]:8000", True, "asks [::1]:8000, on this computer"),
        ("https://models.example/v1#m", {}, "models.example", False, "sends to models.example"),
        ("openai:m", {}, "api.openai.com", False, "OPENAI_API_KEY is not set"),
        ("openai:m", {"OPENAI_API_KEY": "k"}, "api.openai.com", False, "sends to api.openai.com"),
        ("anthropic:m", {}, "anthropic", False, "ANTHROPIC_API_KEY is not set"),
        ("anthropic:m", {"ANTHROPIC_API_KEY": "k"}, "anthropic", False, "sends to anthropic"),
    ],
)
def test_it_is_known_where_words_go_and_what_is_lacking(
    spec: str, environment: dict[str, str], place: str, here: bool, words: str
) -> None:
    found = standing(spec, NOTHING, environment)
    assert (found.place, found.here) == (place, here)
    assert words in found.words


def test_a_missing_package_is_known_without_importing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Native, "missing_package", lambda self: "pydantic_ai")
    found = standing("anthropic:m", NOTHING, {"ANTHROPIC_API_KEY": "k"})
    assert found.lacks.startswith("the package pydantic_ai is missing; pip install")


def test_a_wrong_address_in_the_environment_is_told() -> None:
    found = standing("openai:m", NOTHING, {"OPENAI_BASE_URL": "ftp://x"})
    assert "OPENAI_BASE_URL" in found.lacks


def test_a_server_of_the_settings_stands_where_they_say() -> None:
    team = team_settings(
        {"servers": {"work": {"url": "https://llm.work/v1", "model": "m", "key_env": "WORK"}}}
    )
    assert standing("work", team, {}).lacks == "WORK is not set"
    assert standing("work:other", team, {"WORK": "k"}).words == "sends to llm.work"


def test_every_place_that_words_go_to_is_told_before_a_run() -> None:
    environment = {"OPENAI_API_KEY": "k"}
    several = [
        standing(s, NOTHING, environment)
        for s in ("openai:a", "https://x.example#m", "ollama:q", "offline")
    ]
    words, bad = told(several)
    assert words.endswith("is sent to api.openai.com and x.example")
    assert not bad
    assert told([standing("ollama:q", NOTHING, {})])[0].endswith("nothing leaves this computer")
    assert told([standing("offline", NOTHING, {})]) == ("", False)
    assert told([standing("openai:a", NOTHING, {})])[1]


# The session


def sitting(folder: Path, **more: Any) -> Session:
    opened = session(folder)
    opened.backends = BACKENDS
    for name, value in more.items():
        setattr(opened, name, value)
    return opened


def test_what_was_chosen_lately_is_offered_the_last_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = sitting(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    for spec in ("ollama:a", "openai:b", REFUSING, "ollama:a"):
        assert now.choose_backend(spec) == NOW_THE_DEFAULT
    settings, _ = load_settings(tmp_path / "settings.toml")
    later = sitting(tmp_path, settings=settings)
    assert later.lately == ["ollama:a", REFUSING, "openai:b"]
    assert [one.name for one in later.to_choose_from()] == [
        "offline",
        "ollama:a",
        REFUSING,
        "openai:b",
    ]


def test_a_recording_that_has_gone_is_no_longer_offered(tmp_path: Path) -> None:
    run = tmp_path / "run.jsonl"
    run.write_text('{"type": "recording"}\n')
    now = sitting(tmp_path)
    now.choose_backend(f"replay:{run}")
    run.unlink()
    later = sitting(tmp_path, settings=now.settings)
    assert [one.name for one in later.to_choose_from()] == ["offline"]


def test_long_addresses_are_remembered_as_far_as_they_have_room(tmp_path: Path) -> None:
    now = sitting(tmp_path)
    for number in range(4):
        assert now.choose_backend(f"http://localhost:800{number}/{'v' * 120}#m") == NOW_THE_DEFAULT
    assert len(now.lately) == 2


def test_a_wrong_spec_changes_nothing(tmp_path: Path) -> None:
    now = sitting(tmp_path)
    with pytest.raises(RequestError, match="did you mean openai"):
        now.choose_backend("openia:m")
    assert now.backend.name == "offline"
    assert not (tmp_path / "settings.toml").exists()


def test_where_words_go_counts_every_agent_and_who_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    lineup = LineUp("offline", {"activities": "openai:m"})
    now = sitting(tmp_path, asked=lineup, asked_backend="offline")
    now.add_backend("openai:m")
    assert now.sent()[0].endswith("is sent to api.openai.com")
    everybody = dict.fromkeys(("itinerary", "destinations", "activities"), "offline")
    now = sitting(tmp_path, asked=LineUp("openai:m", everybody), asked_backend="openai:m")
    now.add_backend("openai:m")
    assert now.sent() == ("", False)
    now = sitting(tmp_path, asked=LineUp("", {}, ("openai:m",)), asked_backend="ollama:q")
    now.add_backend("openai:m")
    now.add_backend("ollama:q")
    assert now.sent()[0].endswith("is sent to api.openai.com")


def with_agents(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A sitting whose settings file has another backend for one agent."""
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    now = sitting(folder, team_settings=team_settings({"agents": {"activities": "openai:m"}}))
    now.add_backend("openai:m")
    return now


def test_a_choice_is_for_all_agents_whatever_the_settings_give_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = with_agents(tmp_path, monkeypatch)
    assert now.sent()[0].endswith("is sent to api.openai.com")
    told = now.choose_backend("offline")
    assert "for now only" in told
    assert "activities to openai:m" in told
    assert [now.lineup.chain(agent) for agent in AGENTS] == [("offline",)] * 3
    assert now.sent() == ("", False)
    assert now.backend.name == "offline"
    assert not (tmp_path / "settings.toml").exists()


def test_what_the_settings_say_of_some_agents_can_be_had_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = with_agents(tmp_path, monkeypatch)
    offered = now.to_choose_from()[-1]
    assert (offered.name, offered.about) == (AS_IN_THE_SETTINGS, "offline · activities: openai:m")
    assert now.active(AS_IN_THE_SETTINGS) == "active now"
    assert now.active("offline") == ""
    now.choose_backend("offline")
    assert (now.active(AS_IN_THE_SETTINGS), now.active("offline")) == ("", "active now")
    assert now.standing(AS_IN_THE_SETTINGS).words.endswith("is sent to api.openai.com")
    now.choose_backend(AS_IN_THE_SETTINGS)
    assert now.lineup.chain("activities") == ("openai:m",)
    assert now.sent()[0].endswith("is sent to api.openai.com")


def test_one_agent_alone_gets_another_backend_as_on_the_command_line(tmp_path: Path) -> None:
    now = sitting(tmp_path)
    assert "[agents]" in now.choose_backend("activities=ollama:q")
    assert now.backend.name == "offline · activities: ollama:q"
    assert now.active("offline") == "active now, but not for activities"
    now.choose_backend("itinerary = ollama:r")
    assert now.lineup.chain("itinerary") == ("ollama:r",)
    assert now.lineup.chain("activities") == ("ollama:q",)
    with pytest.raises(RequestError, match="is for no agent 'cook'"):
        now.choose_backend("cook=offline")
    with pytest.raises(RequestError, match="did you mean ollama"):
        now.choose_backend("activities=olama:q")
    now.choose_backend("offline")
    assert now.lineup.chain("activities") == ("offline",)


def test_a_backend_that_lacks_something_is_not_saved(tmp_path: Path) -> None:
    now = sitting(tmp_path)
    assert "not saved as long as it cannot be used" in now.choose_backend("openai:m")
    assert now.backend.name == "openai:m"
    assert not (tmp_path / "settings.toml").exists()
    assert now.choose_backend("ollama:q") == NOW_THE_DEFAULT
    assert load_settings(tmp_path / "settings.toml")[0].backend == "ollama:q"


def test_it_is_told_when_the_environment_goes_before_what_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIPARTITE_BACKEND", "offline")
    assert "TRIPARTITE_BACKEND goes before it" in sitting(tmp_path).choose_backend("ollama:q")


def test_an_entry_tells_of_those_that_take_over_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    now = sitting(tmp_path, asked=LineUp(fallback=("openai:m",)))
    now.add_backend("openai:m")
    assert now.standing("ollama:q").words == (
        "asks localhost:11434, on this computer; if it gives up, openai:m: sends to api.openai.com"
    )
    assert now.standing("offline").words == "nothing is sent anywhere"


# The app


@pytest.mark.usefixtures("nobody_is_asked")
async def test_offline_in_the_app_sends_nothing_whatever_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        app.session = with_agents(tmp_path, monkeypatch)
        app._settings_changed()
        await until(pilot, lambda: "is sent to api.openai.com" in shown(app))
        await begin_to_choose((app, pilot))
        assert "as in the settings (active now)" in shown(app)
        app.screen.query_one(OptionList).highlighted = 0
        await pilot.press("enter")
        await until(pilot, lambda: "for now only" in notices(app).lower())
        assert not app.screen.query_one("#sent").display
        screen = await ask(stage, WISH)
        await finished(stage, screen)
        assert {agent.backend for agent in screen.run.progress.agents.values()} == {
            OfflineBackend().name
        }


async def test_what_is_typed_or_pasted_on_the_list_goes_to_the_field(tmp_path: Path) -> None:
    async with running(tmp_path) as (app, pilot):
        await begin_to_choose((app, pilot))
        await pilot.press(*"ol")
        await until(pilot, lambda: app.screen.query_one(Input).value == "ol")
        await pilot.press(*"lama:q")
        await until(pilot, lambda: app.screen.query_one(Input).value == "ollama:q")
        await pilot.press("up", "down")
        app.screen.post_message(Paste(":latest"))
        await until(pilot, lambda: app.screen.query_one(Input).value == "ollama:q:latest")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        assert app.session.backend.name == "ollama:q:latest"
        assert "default of `tripartite plan`" in notices(app)


async def test_one_agent_is_typed_with_its_backend(tmp_path: Path) -> None:
    async with running(tmp_path) as (app, pilot):
        await begin_to_choose((app, pilot))
        await pilot.press("tab", *"activities=ollama:q")
        await until(pilot, lambda: "for activities alone: asks localhost:11434" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "activities: ollama:q" in shown(app))


@pytest.mark.parametrize("size", SIZES[:2])
async def test_a_long_name_of_a_backend_is_cut_and_never_gone(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with running(tmp_path, size=size) as stage:
        app, pilot = stage
        app.session.asked = LineUp(fallback=("ollama:a-model-with-a-long-name", "other"))
        app.session.add_backend("ollama:a-model-with-a-long-name")
        app.choose_backend("http://127.0.0.1:9/some/long/way/to/it/v1#qwen3-30b-a3b-instruct")
        await pilot.pause()
        first = shown(app).splitlines()[0]
        assert "backend: 127.0.0.1" in first.replace("http://", "")
        assert "…" in first
        assert "mode: thinking" in first
        screen = await ask(stage, WISH)
        await finished(stage, screen)
        await until(pilot, lambda: "checked" in shown(app).splitlines()[0])
        assert "127.0" in shown(app).splitlines()[0]


async def test_offline_nothing_is_said_of_sending(tmp_path: Path) -> None:
    async with running(tmp_path) as (app, _):
        assert not app.screen.query_one("#sent").display


@pytest.mark.usefixtures("nobody_is_asked")
async def test_a_typed_backend_is_taken_and_what_leaves_is_told_before_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    async with running(tmp_path) as (app, pilot):
        await begin_to_choose((app, pilot))
        await pilot.press("tab", *"openai:m")
        await until(pilot, lambda: "✓ sends to api.openai.com" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        await until(pilot, lambda: "is sent to api.openai.com" in shown(app))
        assert "backend: openai:m" in shown(app)
        assert "is sent to api.openai.com" in notices(app)
    settings, _ = load_settings(tmp_path / "settings.toml")
    assert (settings.backend, settings.lately) == ("openai:m", "openai:m")


@pytest.mark.parametrize("size", SIZES)
async def test_a_wrong_backend_is_told_where_it_was_typed_and_nothing_is_lost(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with running(tmp_path, size=size) as (app, pilot):
        app.screen.query_one(Prompt).value = "3 days in Porto"
        await begin_to_choose((app, pilot))
        await pilot.press("tab", *"openia:m", "enter")
        await until(
            pilot, lambda: "did you mean openai" in str(app.screen.query_one("#hint").render())
        )
        assert isinstance(app.screen, BackendScreen)
        assert app.screen.query_one(Input).value == "openia:m"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        assert app.screen.query_one(Prompt).value == "3 days in Porto"
        assert app.session.backend.name == "offline"
    assert not (tmp_path / "settings.toml").exists()


async def test_half_typed_names_are_not_kept(tmp_path: Path) -> None:
    async with running(tmp_path) as (app, pilot):
        await begin_to_choose((app, pilot))
        await pilot.press("tab", *"ollama:qwen")
        await pilot.press("escape")
        assert set(app.session.backends) == {"offline", "other"}


@pytest.mark.usefixtures("nobody_is_asked")
async def test_what_cannot_be_used_says_why_in_the_list_and_before_a_run(tmp_path: Path) -> None:
    async with running(tmp_path) as (app, pilot):
        app.session.add_backend("openai:m")
        await pilot.press("f8")
        await until(pilot, lambda: "✗ openai:m" in shown(app))
        assert "OPENAI_API_KEY is not set" in shown(app)
        chooser = app.screen.query_one(OptionList)
        chooser.highlighted = chooser.option_count - 1
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        await until(pilot, lambda: "✗ openai:m cannot be used" in shown(app))
        assert "another with F8" in shown(app)


async def test_hostile_names_are_shown_as_they_are(tmp_path: Path) -> None:
    async with running(tmp_path) as (app, pilot):
        await begin_to_choose((app, pilot))
        app.screen.query_one(Input).value = "ollama:[/][@click=app.quit]m"
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        await begin_to_choose((app, pilot))
        assert "ollama:[/][@click=app.quit]m" in shown(app)
        strips = app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style]
        assert not any("click" in str(style.meta) for style in styles if style.meta)


async def test_the_palette_offers_every_backend_and_any_other(tmp_path: Path) -> None:
    async with running(tmp_path) as (app, pilot):
        commands = {c.title: c for c in app.get_system_commands(app.screen)}
        assert {"Backend: offline", "Backend: other", "Backend: another"} <= set(commands)
        commands["Backend: another"].callback()
        await until(pilot, lambda: isinstance(app.screen, BackendScreen))
        await pilot.press("f8")
        assert sum(isinstance(screen, BackendScreen) for screen in app.screen_stack) == 1


async def test_a_recording_that_goes_while_it_is_offered_is_told(tmp_path: Path) -> None:
    run = tmp_path / "run.jsonl"
    run.write_text("")
    async with running(tmp_path) as (app, pilot):
        app.choose_backend(f"replay:{run}")
        app.choose_backend("offline")
        app.session.backends = BACKENDS
        run.unlink()
        app.choose_backend(f"replay:{run}")
        await until(pilot, lambda: "there is no file" in notices(app))
        assert app.session.backend.name == "offline"


async def test_in_a_browser_nobody_sends_the_server_to_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TripartiteApp, "is_web", True)
    async with running(tmp_path) as (app, pilot):
        await begin_to_choose((app, pilot))
        await until(pilot, lambda: "offline" in shown(app))
        assert not app.screen.query(Input)
        assert "Any other" not in shown(app)


@pytest.mark.parametrize("size", SIZES[:2])
async def test_a_model_that_nobody_serves_leaves_a_plan_that_says_so(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with running(tmp_path, size=size) as stage:
        app, pilot = stage
        app.choose_backend(REFUSING)
        screen = await ask(stage, WISH)
        await finished(stage, screen)
        assert screen.run.plan is not None
        assert len(screen.run.plan.missing) == 3
        assert "✗ 3 parts missing" in shown(app)
        await pilot.press("v")
        await until(pilot, lambda: "no connection to" in shown(app))
        assert "✗ itinerary failed" in shown(app)


async def test_without_a_plan_another_backend_can_be_asked_at_once(tmp_path: Path) -> None:
    async with running(tmp_path, OfflineBackend) as stage:
        app, pilot = stage
        app.choose_backend(REFUSING)
        screen = await ask(stage, "somewhere warm by the sea in November, 3 days, quick")
        await finished(stage, screen)
        assert screen.run.plan is None
        await until(pilot, lambda: "F8 takes another backend" in shown(app))
        await begin_to_choose((app, pilot))
        app.screen.query_one(OptionList).highlighted = 0
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TripScreen))
        screen.action_again()
        await until(pilot, lambda: screen.run.plan is not None)
        assert screen.run.progress.backend == OfflineBackend().name


def test_parts_missing_for_one_reason_are_told_in_one() -> None:
    down = "nobody listens; start the server"
    assert missing_parts([f"the {name} agent's part: {down}" for name in ("a", "b")]) == [
        f"the a and b agents' parts: {down}"
    ]
    assert missing_parts(["the a agent's part: x", "some of the b agent's part: x", "else"]) == [
        "the a agent's part: x",
        "some of the b agent's part: x",
        "else",
    ]
    over = ("the run: {} used, the limit is $0.02; raise the limit").format
    spent = [f"the {n} agent's part: {over(used)}" for n, used in (("a", "$0.03"), ("b", "$0.04"))]
    assert missing_parts(spent) == [f"the a and b agents' parts: {over('$0.04')}"]
    assert missing_parts([*spent, "the c agent's part: x"], why=False) == [
        "the a, b and c agents' parts"
    ]
