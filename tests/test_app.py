"""The app, worked by keys as a traveller would: every action, and what is left when things go wrong."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import anyio
import pytest
from fakes import NAMES, FakeBackend, Gate, fails_with, keeps_then
from icalendar import Calendar
from textual.pilot import Pilot
from textual.widgets import ContentSwitcher, Input, OptionList, Static, TabbedContent

from agents.backends.base import Backend
from agents.backends.offline import OfflineBackend
from agents.errors import BackendError
from agents.events import AgentSaid
from planner.backends import BackendChoice
from planner.plan import AgentStatus
from planner.progress import Status
from planner.session import Session
from planner.settings import Settings, load_settings
from planner.store import TripStore
from planner.tui.app import TripartiteApp
from planner.tui.messages import LinkChosen, SideTaken
from planner.tui.screens.ask import AskScreen
from planner.tui.screens.export import ExportScreen
from planner.tui.screens.help import HelpScreen
from planner.tui.screens.start import EXAMPLES, StartScreen
from planner.tui.screens.trace import TraceScreen
from planner.tui.screens.trip import TripScreen
from planner.tui.widgets.prompt import Prompt

TODAY = date(2026, 11, 21)
SIZES = [(80, 24), (120, 40)]
WISH = "2 days in Lisbon from 11 May 2027, quick"
EITHER = "2 days in Lisbon or Porto from 11 May 2027, quick"
SECONDS = 20

Stage = tuple[TripartiteApp, Pilot[None]]


def session(
    folder: Path, backend: Callable[[], Backend] = OfflineBackend, **settings: str
) -> Session:
    """A sitting with a store and settings of its own."""
    choices = {
        name: BackendChoice(name, f"{name}, for a test", backend) for name in ("offline", "other")
    }
    return Session(
        store=TripStore(folder / "trips.sqlite3"),
        settings=Settings(**{"export_folder": str(folder), **settings}),
        settings_file=folder / "settings.toml",
        backends=choices,
        today=lambda: TODAY,
    )


@asynccontextmanager
async def running(
    folder: Path,
    backend: Callable[[], Backend] = OfflineBackend,
    size: tuple[int, int] = (120, 40),
    **settings: str,
) -> AsyncIterator[Stage]:
    app = TripartiteApp(session(folder, backend, **settings))
    with anyio.fail_after(SECONDS):
        async with app.run_test(size=size, notifications=True) as pilot:
            await until(pilot, lambda: isinstance(app.screen, StartScreen) and app.screen.is_warm)
            yield app, pilot


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Wait for the app to get there; the surrounding deadline ends a wait in vain."""
    while not holds():
        await pilot.pause()


async def ask(stage: Stage, words: str) -> TripScreen:
    """Type `words` and press Enter; the screen of the trip."""
    app, pilot = stage
    app.screen.query_one(Prompt).value = words
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, TripScreen))
    screen = app.screen
    assert isinstance(screen, TripScreen)
    return screen


async def planned(stage: Stage, words: str = WISH) -> TripScreen:
    """The screen of a trip whose work has ended."""
    screen = await ask(stage, words)
    await finished(stage, screen)
    return screen


async def finished(stage: Stage, screen: TripScreen) -> None:
    run = screen.run
    await until(stage[1], lambda: bool(run.at_work or run.plan or run.error))
    await until(stage[1], lambda: not screen.is_working)


def shown(app: TripartiteApp) -> str:
    """What stands on the screen, line by line."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)


def files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def notices(app: TripartiteApp) -> str:
    return "\n".join(str(n.message) for n in app._notifications)


# From a wish to a plan


@pytest.mark.parametrize("size", SIZES)
async def test_a_wish_and_enter_give_a_checked_plan_in_six_tabs(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with running(tmp_path, size=size) as stage:
        app, pilot = stage
        await pilot.press(*WISH)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TripScreen))
        screen = app.screen
        assert isinstance(screen, TripScreen)
        await finished(stage, screen)
        assert screen.run.plan is not None
        assert screen.run.plan.complete
        text = shown(app)
        for word in ("Itinerary", "Compare", "Activities", "Map", "Budget", "Trace", "✓ checked"):
            assert word in text
        for number in range(1, 7):
            await pilot.press(str(number))
            assert screen.query_one(TabbedContent).active == f"tab-{number}"


async def test_one_key_plans_an_example(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, TripScreen))
        screen = app.screen
        assert isinstance(screen, TripScreen)
        await finished(stage, screen)
        assert screen.run.words == EXAMPLES[0]
        assert screen.run.plan is not None


@pytest.mark.parametrize("words", EXAMPLES)
async def test_every_example_gives_a_plan_that_passes(tmp_path: Path, words: str) -> None:
    async with running(tmp_path) as stage:
        screen = await planned(stage, words)
        assert screen.run.plan is not None
        assert screen.run.plan.complete, [c.detail for c in screen.run.plan.failed_checks]


async def test_a_half_typed_place_is_completed(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        prompt = app.screen.query_one(Prompt)
        await pilot.press(*"2 days in Lisb")
        await until(pilot, lambda: bool(prompt._suggestion))
        await pilot.press("right")
        assert prompt.value == "2 days in Lisbon"


async def test_an_unknown_place_is_told_and_the_words_stay(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        app.screen.query_one(Prompt).value = "a weekend in Atlantis"
        await pilot.press("enter")
        notes = app.screen.query_one("#notes", Static)
        await until(pilot, lambda: "Atlantis" in str(notes.content))
        assert isinstance(app.screen, StartScreen)
        assert app.screen.query_one(Prompt).value == "a weekend in Atlantis"


async def test_earlier_words_come_back_in_the_next_sitting(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        await planned(stage, WISH)
    async with running(tmp_path) as stage:
        app, pilot = stage
        await until(pilot, lambda: bool(app.screen.query_one(Prompt)._past))
        await pilot.press("x", "up")
        assert app.screen.query_one(Prompt).value == WISH
        await pilot.press("down")
        assert app.screen.query_one(Prompt).value == "x"


async def test_pasted_lines_become_one_harmless_line(tmp_path: Path) -> None:
    from textual.events import Paste

    async with running(tmp_path) as stage:
        app, pilot = stage
        prompt = app.screen.query_one(Prompt)
        prompt.post_message(Paste("2 days\rin \x1b[31mLisbon\x1b]0;x\x07 [/]"))
        await until(pilot, lambda: bool(prompt.value))
        assert prompt.value == "2 days in Lisbon [/]"


# The run


async def test_the_three_agents_are_shown_at_work_at_the_same_time(tmp_path: Path) -> None:
    gates = {name: Gate() for name in NAMES}
    async with running(tmp_path, lambda: FakeBackend(**gates)) as stage:
        app, pilot = stage
        screen = await ask(stage, WISH)
        for gate in gates.values():
            await gate.arrived.wait()
        await until(pilot, lambda: shown(app).count(" working") >= 3)
        assert screen.query_one(ContentSwitcher).current == "agents"
        for gate in gates.values():
            gate.opened.set()
        await finished(stage, screen)
        assert screen.query_one(ContentSwitcher).current == "plan"
        await pilot.press("v")
        assert screen.query_one(ContentSwitcher).current == "agents"
        await pilot.press("v")
        assert screen.query_one(ContentSwitcher).current == "plan"


async def test_escape_ends_the_run_and_keeps_what_was_found(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path, lambda: FakeBackend(destinations=gate)) as stage:
        app, pilot = stage
        screen = await ask(stage, WISH)
        await gate.arrived.wait()
        agents = screen.run.progress.agents
        await until(pilot, lambda: agents["activities"].status is Status.DONE)
        await pilot.press("escape")
        await finished(stage, screen)
        await gate.left.wait()
        assert screen.run.plan is not None
        assert not screen.run.plan.complete
        assert any("destinations" in m for m in screen.run.plan.missing)
        assert "✗" in shown(app)


async def test_one_agent_is_cancelled_alone_and_asked_again_later(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path, lambda: FakeBackend(destinations=gate)) as stage:
        _, pilot = stage
        screen = await ask(stage, WISH)
        await gate.arrived.wait()
        await until(pilot, lambda: len(screen.query("AgentColumn")) == 3)
        column = next(c for c in screen.query("AgentColumn") if c.name == "destinations")
        column.focus()
        await pilot.press("c")
        await finished(stage, screen)
        plan = screen.run.plan
        assert plan is not None
        status = {a.name: a.status for a in plan.agents}
        assert status == {
            "itinerary": AgentStatus.FINISHED,
            "destinations": AgentStatus.CANCELLED,
            "activities": AgentStatus.FINISHED,
        }
        gate.opened.set()
        await pilot.press("v")
        column.focus()
        await pilot.press("r")
        await until(pilot, lambda: gate.visits == 2)
        await finished(stage, screen)
        assert screen.run.plan is not None
        assert screen.run.plan.complete


async def test_an_agent_is_asked_again_while_the_others_are_at_work(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path, lambda: FakeBackend(activities=gate)) as stage:
        _, pilot = stage
        screen = await ask(stage, WISH)
        await gate.arrived.wait()
        await until(pilot, lambda: len(screen.query("AgentColumn")) == 3)
        next(c for c in screen.query("AgentColumn") if c.name == "activities").focus()
        await pilot.press("r")
        await until(pilot, lambda: gate.visits == 2)
        gate.opened.set()
        await finished(stage, screen)
        assert screen.run.plan is not None
        assert screen.run.plan.complete


async def test_an_agents_full_trace_opens_and_closes(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        screen = await planned(stage)
        await pilot.press("v", "enter")
        assert isinstance(app.screen, TraceScreen)
        assert "destination_facts" in shown(app)
        await pilot.press("escape")
        assert app.screen is screen


async def test_a_failed_agent_is_told_and_the_others_work_is_planned(tmp_path: Path) -> None:
    backend = FakeBackend(destinations=fails_with(BackendError("the line is dead")))
    async with running(tmp_path, lambda: backend) as stage:
        app, pilot = stage
        screen = await planned(stage)
        assert screen.run.plan is not None
        assert not screen.run.plan.complete
        assert "✗" in shown(app)
        await pilot.press("v")
        await until(pilot, lambda: "the line is dead" in shown(app))


async def test_a_run_that_comes_to_nothing_says_why_and_can_be_tried_again(tmp_path: Path) -> None:
    dead = fails_with(BackendError("the line is dead"))
    parts: dict[str, Any] = dict.fromkeys(NAMES, dead)
    backend = FakeBackend(**parts)
    async with running(tmp_path, lambda: backend) as stage:
        app, pilot = stage
        screen = await planned(stage, "somewhere warm by the sea in November, quick")
        assert screen.run.plan is None
        assert screen.query_one(ContentSwitcher).current == "agents"
        assert "name one, or try again" in shown(app)
        parts.clear()
        backend._parts = {}
        await pilot.press("e")
        assert isinstance(app.screen, StartScreen)
        assert "somewhere warm" in app.screen.query_one(Prompt).value


async def test_hostile_words_of_an_agent_are_shown_as_they_are(tmp_path: Path) -> None:
    evil = "[/] [@click=app.quit]out[/] [red]x \x1b[31mred\x1b]8;;http://x\x07 \u202e"

    async def says(task: Any, emit: Any) -> Any:
        emit(AgentSaid(agent=task.name, text=evil))
        raise BackendError(evil)

    async with running(tmp_path, lambda: FakeBackend(itinerary=says)) as stage:
        app, pilot = stage
        await planned(stage)
        await pilot.press("v")
        await until(pilot, lambda: "[@click=app.quit]out" in shown(app))
        assert "\x1b" not in shown(app)
        assert "\u202e" not in shown(app)
        await pilot.press("enter")
        assert "[@click=app.quit]out" in shown(app)


async def test_resizing_and_mashing_keys_in_a_run_do_no_harm(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path, lambda: FakeBackend(itinerary=gate)) as stage:
        app, pilot = stage
        screen = await ask(stage, WISH)
        await gate.arrived.wait()
        for columns, rows in [(40, 12), (200, 60), (80, 24), (20, 5), (120, 40)]:
            await pilot.resize_terminal(columns, rows)
            await pilot.press("tab", "v", "1", "6", "down", "up", "x", "left", "right", "o", "t")
        gate.opened.set()
        await finished(stage, screen)
        assert screen.run.plan is not None
        assert app.is_running


# The plan


async def test_a_decision_is_turned_round_with_one_key_and_back(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        screen = await planned(stage, EITHER)
        assert screen.run.plan is not None
        first = screen.run.plan.stops[0].destination
        other = {"lisbon": "porto", "porto": "lisbon"}[first]
        await pilot.press("6", "d", "t")
        await until(pilot, lambda: screen.run.plan.stops[0].destination == other)  # type: ignore[union-attr]
        await finished(stage, screen)
        assert screen.run.overrides == {"destination": other}
        assert screen.run.trip_id is not None
        assert app.session.store.load(screen.run.trip_id).overrides == {"destination": other}
        screen.post_message(SideTaken("destination", first))
        await until(pilot, lambda: screen.run.plan.stops[0].destination == first)  # type: ignore[union-attr]


async def test_all_agents_are_asked_anew_with_one_key(tmp_path: Path) -> None:
    backend = FakeBackend()
    async with running(tmp_path, lambda: backend) as stage:
        _, pilot = stage
        screen = await planned(stage)
        await pilot.press("r")
        await until(pilot, lambda: len(backend.briefs) == 6)
        await finished(stage, screen)


@pytest.mark.parametrize("size", SIZES)
async def test_the_plan_is_exported_as_a_calendar(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(tmp_path, size=size) as stage:
        app, pilot = stage
        await planned(stage)
        await pilot.press("x", "enter")
        await until(
            pilot, lambda: "written" in str(app.screen.query_one("#result", Static).content)
        )
        (file,) = files(tmp_path, "*.ics")
        assert Calendar.from_ical(file.read_bytes()).walk("VEVENT")
        assert file.name in shown(app)
        await pilot.press("c")
        assert app.clipboard == str(file)
        await pilot.press("escape")
        assert isinstance(app.screen, TripScreen)


async def test_an_export_that_fails_says_why_and_loses_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        await planned(stage)
        await pilot.press("x")
        assert isinstance(app.screen, ExportScreen)
        app.screen.query_one("#folder", Input).value = str(tmp_path / "nowhere")
        await pilot.press("enter")
        result = app.screen.query_one("#result", Static)
        await until(pilot, lambda: "there is no folder" in str(result.content))


async def test_the_plan_is_copied_as_markdown(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        await planned(stage)
        await pilot.press("c")
        assert app.clipboard.startswith("# 2 days in Lisbon")


async def test_an_address_is_opened_only_after_a_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        opened: list[str] = []
        monkeypatch.setattr(app, "open_url", opened.append)
        screen = await planned(stage)
        for answer, expected in (("n", []), ("y", ["https://example.org/x"])):
            screen.post_message(LinkChosen("https://example.org/x"))
            await until(pilot, lambda: isinstance(app.screen, AskScreen))
            assert "https://example.org/x" in shown(app)
            await pilot.press(answer)
            assert opened == expected


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "ftp://x", "https://a b", "//x", ""]
)
async def test_other_addresses_are_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        monkeypatch.setattr(app, "open_url", lambda url: pytest.fail(f"opened {url}"))
        screen = await planned(stage)
        screen.post_message(LinkChosen(url))
        await until(pilot, lambda: "Only http and https" in notices(app))
        assert app.screen is screen


async def test_the_request_is_changed_and_a_new_trip_begun(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        await planned(stage)
        await pilot.press("e")
        assert isinstance(app.screen, StartScreen)
        assert app.screen.query_one(Prompt).value == WISH
        await planned(stage)
        await pilot.press("n")
        assert isinstance(app.screen, StartScreen)
        assert app.screen.query_one(Prompt).value == ""


async def test_a_choice_on_a_plan_stays_when_the_request_is_planned_again(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        screen = await planned(stage, EITHER)
        assert screen.run.plan is not None
        (side,) = screen.run.plan.decisions[0].alternatives
        screen.post_message(SideTaken("destination", side.value))
        await until(pilot, lambda: screen.run.overrides == {"destination": side.value})
        await finished(stage, screen)
        await pilot.press("e")
        again = await planned(stage, EITHER)
        assert again is not screen
        assert again.run.plan is not None
        assert again.run.plan.stops[0].destination == side.value
        await pilot.press("e")
        other = await planned(stage, f"{EITHER}, vegan")
        assert other.run.overrides == {}
        assert "choices" in notices(app)


async def test_ctrl_c_in_a_run_stops_it_even_under_another_screen(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path, lambda: FakeBackend(destinations=gate)) as stage:
        app, pilot = stage
        screen = await ask(stage, WISH)
        await gate.arrived.wait()
        await pilot.press("f1")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("ctrl+c")
        await finished(stage, screen)
        assert screen.run.plan is not None
        assert app.is_running


async def test_a_screen_left_while_it_opens_is_no_fault(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        screen = await planned(stage)
        plan = screen.run.plan
        assert plan is not None
        for hasty in (
            AskScreen("?", "", "Yes"),
            ExportScreen(plan, str(tmp_path)),
            TraceScreen(screen.run, "itinerary"),
            TripScreen(screen.run, begin=False),
            HelpScreen(screen),
        ):
            app.push_screen(hasty)
            app.pop_screen()
            await pilot.pause()
            assert app.screen is screen


async def test_a_plan_is_kept_to_the_end_when_the_app_is_left(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        store = app.session.store
        begun, go_on = threading.Event(), threading.Event()
        keep = store.keep

        def slowly(**facts: Any) -> int:
            begun.set()
            go_on.wait(SECONDS)
            return keep(**facts)

        store.keep = slowly  # type: ignore[method-assign]
        await ask(stage, WISH)
        await until(pilot, begun.is_set)
        await pilot.press("ctrl+q")
        assert app.is_running
        go_on.set()
        await until(pilot, lambda: app._exit)
        assert len(store.recent()) == 1


async def test_help_tells_every_key_of_the_screen(tmp_path: Path) -> None:
    async with running(tmp_path, size=(120, 60)) as stage:
        app, pilot = stage
        await planned(stage)
        await pilot.press("f1")
        assert isinstance(app.screen, HelpScreen)
        for words in ("Export", "Change", "New trip", "Itinerary", "Ctrl+Q", "an estimate"):
            assert words in shown(app)
        await pilot.press("escape")
        assert isinstance(app.screen, TripScreen)


# What lasts


async def test_a_finished_trip_is_kept_reopened_turned_round_and_forgotten(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        await planned(stage, EITHER)
    async with running(tmp_path) as stage:
        app, pilot = stage
        trips = app.screen.query_one("#trips", OptionList)
        await until(pilot, lambda: trips.option_count == 1 and not trips.options[0].disabled)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, TripScreen))
        screen = app.screen
        assert isinstance(screen, TripScreen)
        assert screen.run.plan is not None
        assert {a.status for a in screen.run.progress.agents.values()} == {Status.DONE}
        first = screen.run.plan.stops[0].destination
        other = {"lisbon": "porto", "porto": "lisbon"}[first]
        screen.post_message(SideTaken("destination", other))
        await until(pilot, lambda: screen.run.plan.stops[0].destination == other)  # type: ignore[union-attr]
        await finished(stage, screen)
        await pilot.press("n")
        assert len(app.session.store.recent()) == 1
        await until(pilot, lambda: trips.option_count == 1)
        trips.focus()
        trips.highlighted = 0
        await pilot.press("delete")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("y")
        await until(pilot, lambda: not app.session.store.recent())


async def test_a_broken_store_is_told_and_trips_are_planned_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "trips.sqlite3").write_bytes(b"this is no database, and never was one" * 40)
    async with running(tmp_path) as stage:
        app, pilot = stage
        await until(pilot, lambda: "trips.sqlite3" in notices(app))
        screen = await planned(stage)
        assert screen.run.plan is not None
        assert screen.run.warning
    assert (tmp_path / "trips.sqlite3").read_bytes().startswith(b"this is no database")


async def test_theme_mode_and_backend_are_chosen_in_the_palette_and_last(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, _ = stage
        commands = {c.title: c for c in app.get_system_commands(app.screen)}
        commands["Backend: other"].callback()
        commands["Mode: contemplating"].callback()
        app.theme = "tripartite-light"
        await stage[1].pause()
    settings, warning = load_settings(tmp_path / "settings.toml")
    assert not warning
    assert (settings.backend, settings.effort) == ("other", "contemplating")
    assert settings.theme == "tripartite-light"


async def test_the_usual_mode_holds_unless_the_words_say_another(tmp_path: Path) -> None:
    async with running(tmp_path, effort="instant") as stage:
        screen = await planned(stage, "2 days in Lisbon from 11 May 2027")
        assert screen.run.request.effort == "instant"


async def test_leaving_in_a_run_cancels_the_agents_and_waits_for_their_clean_up(
    tmp_path: Path,
) -> None:
    gate = Gate()
    async with running(tmp_path, lambda: FakeBackend(itinerary=keeps_then(gate))) as stage:
        app, pilot = stage
        await ask(stage, WISH)
        await gate.arrived.wait()
        await pilot.press("ctrl+q")
        await until(pilot, lambda: app._exit)
        assert gate.left.is_set()
    assert app.return_code == 0


async def test_no_trip_is_lost_when_a_kept_one_cannot_be_read(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        await planned(stage)
    with sqlite3.connect(tmp_path / "trips.sqlite3") as database:
        database.execute("UPDATE trips SET plan = '{}'")
    database.close()
    async with running(tmp_path) as stage:
        app, pilot = stage
        trips = app.screen.query_one("#trips", OptionList)
        await until(pilot, lambda: trips.option_count == 1 and not trips.options[0].disabled)
        await pilot.press("down", "enter")
        await until(pilot, lambda: bool(notices(app)))
        assert isinstance(app.screen, StartScreen)
        assert len(app.session.store.recent()) == 1
