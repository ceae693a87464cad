"""Lists with little or no room: no key that comes in a hurry ends the app."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import pytest
from test_app import EITHER, WISH, Stage, planned, running, until
from textual.pilot import Pilot
from textual.widgets import DataTable, OptionList, Tree

from planner.tui.screens.choose import ChooseScreen
from planner.tui.screens.export import ExportScreen
from planner.tui.screens.palette import Palette
from planner.tui.screens.start import StartScreen

LITTLE = [(20, 5), (60, 10)]
KEYS = ("pagedown", "pageup", "home", "end", "up", "down")
EDITORS = ("where", "interests", "needs")


async def mash(pilot: Pilot[None], seed: int = 5) -> None:
    """Every key, then some at random."""
    await pilot.press(*KEYS, *random.Random(seed).choices(KEYS, k=4))


async def mash_lists(stage: Stage) -> int:
    """Mash the keys on every list of the screen, shown or not; how many there are."""
    app, pilot = stage
    lists = [w for w in app.screen.query("*") if isinstance(w, OptionList | DataTable | Tree)]
    for found in lists:
        for action in ("page_down", "page_up", "page_down"):
            getattr(found, f"action_{action}")()
        if found.is_on_screen:
            found.focus()
            await mash(pilot)
    return len(lists)


def is_open(stage: Stage, kind: type) -> bool:
    return isinstance(stage[0].screen, kind)


@pytest.mark.parametrize("size", LITTLE, ids=str)
async def test_page_keys_on_the_lists_of_the_first_screen(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with running(tmp_path, size=size) as stage:
        assert await mash_lists(stage) == 2
        assert isinstance(stage[0].screen, StartScreen)


@pytest.mark.parametrize("size", LITTLE, ids=str)
@pytest.mark.parametrize("part", EDITORS)
async def test_page_keys_on_the_lists_of_an_editor(
    part: str, size: tuple[int, int], tmp_path: Path
) -> None:
    from planner.intake import Options, survey
    from planner.tui.editors.catalogue import editor_of

    async with running(tmp_path, size=size) as stage:
        app, pilot = stage
        editor = editor_of(
            part, survey(WISH, today=app.session.today()), Options(), app.session.today()
        )
        app.push_screen(editor)
        await until(pilot, lambda: bool(editor.query(OptionList)))
        assert await mash_lists(stage) == 1
        assert app.screen is editor


@pytest.mark.parametrize("size", LITTLE, ids=str)
async def test_page_keys_on_every_tab_and_over_it(size: tuple[int, int], tmp_path: Path) -> None:
    async with running(tmp_path, size=size) as stage:
        app, pilot = stage
        screen = await planned(stage, EITHER)
        for number in "123456":
            await pilot.press(number, "pagedown", "home", "pageup", "end")
        assert await mash_lists(stage) >= 6
        assert app.screen is screen
        for opened, key in ((ExportScreen, "x"), (Palette, "ctrl+p")):
            await pilot.press(key, *KEYS)
            await until(pilot, partial(is_open, stage, opened))
            assert await mash_lists(stage) == 1
            assert is_open(stage, opened)
            app.screen.dismiss()
            await until(pilot, lambda: app.screen is screen)


@pytest.mark.parametrize("size", LITTLE, ids=str)
async def test_page_keys_on_a_choice(size: tuple[int, int], tmp_path: Path) -> None:
    from textual.content import Content

    async with running(tmp_path, size=size) as stage:
        app, pilot = stage
        app.push_screen(ChooseScreen("Which?", [(str(n), Content("word " * 30)) for n in range(9)]))
        await pilot.press(*KEYS)
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        assert await mash_lists(stage) == 1
