"""Which keys a screen shows at its foot, and that they do something where they are shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_app import EITHER, WISH, ask, planned, running, shown, until
from textual.widgets import Footer, TabbedContent
from textual.widgets._footer import FooterKey

from planner.tui.app import TripartiteApp
from planner.tui.screens.choose import ChooseScreen
from planner.tui.screens.closer import DetailScreen
from planner.tui.screens.help import HelpScreen
from planner.tui.screens.trip import TripScreen
from planner.tui.tabs.trace_tree import TopicTree

TABS = "123456"


def foot(app: TripartiteApp) -> list[str]:
    """The keys at the foot, from left to right; each has to be there as a whole."""
    footer = app.screen.query_one(Footer)
    keys = sorted(footer.query(FooterKey), key=lambda key: key.region.x)
    line = shown(app).splitlines()[footer.region.y]
    for key in keys:
        assert key.region.right <= app.size.width
        assert f"{key.key_display} {key.description}" in line
    return [key.description for key in keys]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
async def test_no_key_at_the_foot_is_cut_and_help_is_always_there(
    width: int, tmp_path: Path
) -> None:
    async with running(tmp_path, size=(width, 24)) as stage:
        app, pilot = stage
        screen = await ask(stage, EITHER)
        while screen.is_working:
            assert "Help" in foot(app)
            await pilot.pause()
        for number in TABS:
            await pilot.press(number)
            await pilot.pause()
            *_, help, palette = foot(app)
            assert (help, palette) == ("Help", "palette")


@pytest.mark.parametrize("number", TABS)
async def test_at_80_columns_every_tab_shows_all_its_keys(number: str, tmp_path: Path) -> None:
    async with running(tmp_path, size=(80, 24)) as stage:
        app, pilot = stage
        await planned(stage, EITHER)
        await pilot.press(number)
        await until(pilot, lambda: {"Agents", "Change", "Export"} <= set(foot(app)))


async def test_the_foot_follows_the_width(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        await planned(stage)
        wide = foot(app)
        await pilot.resize_terminal(50, 24)
        await until(pilot, lambda: foot(app) != wide)
        await pilot.resize_terminal(120, 24)
        await until(pilot, lambda: foot(app) == wide)


async def test_the_key_of_the_other_view_says_which_that_is(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        await planned(stage)
        assert "Agents" in foot(app)
        await pilot.press("v")
        await until(pilot, lambda: "Plan" in foot(app) and "Agents" not in foot(app))
        await pilot.press("v")
        await until(pilot, lambda: "Agents" in foot(app))


async def test_all_tabs_are_named_at_60_columns(tmp_path: Path) -> None:
    async with running(tmp_path, size=(60, 20)) as stage:
        await planned(stage)
        for title in ("1 Itinerary", "2 Compare", "3 Activities", "4 Map", "5 Budget", "6 Trace"):
            assert title in shown(stage[0])


async def test_the_other_side_is_taken_from_the_closer_look(tmp_path: Path) -> None:
    async with running(tmp_path, size=(80, 24)) as stage:
        app, pilot = stage
        screen = await planned(stage, EITHER)
        before = screen.run.plan
        await pilot.press("6", "d", "enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await until(pilot, lambda: "Other side" in foot(app))
        await pilot.press("t")
        await until(pilot, lambda: not isinstance(app.screen, DetailScreen))
        if isinstance(app.screen, ChooseScreen):
            await pilot.press("enter")
        await until(pilot, lambda: screen.run.plan is not before and not screen.is_working)
        assert screen.run.plan is not None and before is not None
        assert screen.run.plan.stops[0].destination != before.stops[0].destination


async def test_the_closer_look_of_an_activity_leads_to_the_itinerary(tmp_path: Path) -> None:
    async with running(tmp_path, size=(80, 24)) as stage:
        app, pilot = stage
        await planned(stage, WISH)
        await pilot.press("3", "enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await until(pilot, lambda: "Go to" in foot(app))
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, TripScreen))
        tabs = app.screen.query_one(TabbedContent)
        await until(pilot, lambda: tabs.active == "tab-1")


async def test_where_nothing_is_to_decide_the_closer_look_has_no_key_for_it(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, size=(80, 24)) as stage:
        app, pilot = stage
        screen = await planned(stage, EITHER)
        await pilot.press("6")
        screen.query_one(TopicTree).go_to("schedule")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await until(pilot, lambda: foot(app) == ["Back", "Source"])
        await pilot.press("t")
        assert isinstance(app.screen, DetailScreen)


async def test_a_request_too_long_for_its_line_ends_in_an_ellipsis(tmp_path: Path) -> None:
    async with running(tmp_path, size=(80, 24)) as stage:
        words = (
            "2 days in Lisbon from 11 May 2027, two adults and a child of 7, €1,500, food, tiles"
        )
        await planned(stage, f"{words}, gardens, museums, no stairs, vegetarian, quick")
        request = shown(stage[0]).splitlines()[1].rstrip()
        assert request.endswith("…")
        assert len(request) <= 80


@pytest.mark.parametrize("number", TABS)
async def test_help_names_keys_in_one_style(number: str, tmp_path: Path) -> None:
    async with running(tmp_path, size=(120, 60)) as stage:
        app, pilot = stage
        await planned(stage, EITHER)
        await pilot.press(number, "f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        help = app.screen
        assert isinstance(help, HelpScreen)
        parts = [part for keys, _ in help._keys for key in keys.split() for part in key.split("+")]
        named = [part for part in parts if len(part) > 1]
        assert {"Ctrl", "Home", "PgDn", "Tab", "F1"} <= set(named)
        assert all(re.fullmatch(r"F\d+|[A-Z][a-z]+([A-Z][a-z])?", name) for name in named)
