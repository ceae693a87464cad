"""What is corrected on the first screen, how long it holds, and in which words it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_app import Stage, running, shown, until
from textual.content import Content

from planner.intake import Options
from planner.tui.screens.ask import AskScreen
from planner.tui.screens.choose import ChooseScreen
from planner.tui.screens.start import StartScreen
from planner.tui.widgets.chips import RequestChips
from planner.tui.widgets.prompt import Prompt

CORRECTED = Options(origin="Bremen", days=6)


def start(stage: Stage) -> StartScreen:
    screen = stage[0].screen
    assert isinstance(screen, StartScreen)
    return screen


async def read(stage: Stage, words: str) -> str:
    """What is shown when these words have been read."""
    app, pilot = stage
    await until(pilot, lambda: start(stage).has_read(words))
    return shown(app)


async def corrected(stage: Stage, words: str = "Rome") -> None:
    """Words in the prompt, and corrections by hand."""
    _, pilot = stage
    screen = start(stage)
    screen.query_one(Prompt).value = words
    await read(stage, words)
    screen.query_one(RequestChips).post_message(RequestChips.Corrected(CORRECTED))
    await until(pilot, lambda: "✎ From Bremen" in shown(stage[0]))


@pytest.mark.parametrize("keys", [("ctrl+u",), ("ctrl+l",), ("backspace",) * 4])
async def test_an_emptied_prompt_takes_the_corrections_with_it(
    tmp_path: Path, keys: tuple[str, ...]
) -> None:
    async with running(tmp_path) as stage:
        await corrected(stage)
        await stage[1].press(*keys)
        assert "✎" not in (await read(stage, "")).split("Try one")[0].replace("✎ corrected", "")
        await stage[1].press(*"Lisbon")
        told = await read(stage, "Lisbon")
        assert "· From not said" in told and "✎ " not in told.replace("✎ corrected", "")


async def test_corrections_outlive_other_words_and_words_that_are_put_there(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        await corrected(stage)
        await stage[1].press(*", art")
        assert "✎ From Bremen" in await read(stage, "Rome, art")
        start(stage).write("", CORRECTED)
        await stage[1].pause()
        assert "✎ From Bremen" in await read(stage, "")


async def test_corrections_made_before_the_first_word_stay(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        await corrected(stage, "")
        await stage[1].press(*"Rome")
        assert "✎ From Bremen" in await read(stage, "Rome")


async def test_the_usual_mode_is_on_the_chip_at_once_and_the_next_time(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        app.choose_effort("instant")
        await until(pilot, lambda: "· Mode instant" in shown(app))
    async with running(tmp_path, effort="contemplating") as stage:
        app, pilot = stage
        await until(pilot, lambda: "· Mode contemplating" in shown(app))
        start(stage).query_one(RequestChips).open("mode")
        await until(pilot, lambda: "(•) Contemplating" in shown(app))


async def test_what_is_wrong_is_told_by_the_names_of_the_chips(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        words = "5 days in Atlantis for 40 people, budget minus 300"
        start(stage).query_one(Prompt).value = words
        told = await read(stage, words)
        for line in ("✗ Where: no destination", "✗ Who: 40", "✗ Budget: "):
            assert line in told
        assert "destinations:" not in told and "travellers:" not in told


async def test_a_question_has_its_own_keys_at_the_foot(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        app, pilot = stage
        for dialog, keys in (
            (AskScreen("Forget this trip?", "Rome", "Forget"), "y Yes  n No"),
            (ChooseScreen("Which?", [("a", Content("one")), ("b", Content("two"))]), "esc Back"),
        ):
            app.push_screen(dialog)
            await until(pilot, lambda keys=keys: f"\n {keys}\n" in f"{shown(app)}\n")
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, StartScreen))
