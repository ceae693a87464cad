"""The chips under the prompt: what is understood can be looked at, opened and corrected by hand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from agents.request import Relation, TripRequest
from planner.intake import Options, Survey, survey
from planner.tui.editors.calendar import Calendar
from planner.tui.editors.catalogue import EDITORS
from planner.tui.editors.frame import Editor
from planner.tui.widgets.chips import LABELS, RequestChips

TODAY = date(2026, 11, 21)
EXAMPLE = "5 days in Lisbon or Porto in May, two adults, €1,500, food and tiles, one of us can't do stairs"
HOSTILE = ("[/]", "[@click=app.quit]x", "\x1b[31mred", "[bold]a[/bold]", "[" * 40)
SIZES = ((80, 24), (120, 40))


class Host(App[None]):
    """The least that an app does with the chips: it surveys again after each correction."""

    def __init__(self, words: str, options: Options) -> None:
        super().__init__()
        self.words, self.options = words, options

    def compose(self) -> ComposeResult:
        yield RequestChips(today=TODAY)

    def on_mount(self) -> None:
        self.again()
        self.chips.focus()

    @property
    def chips(self) -> RequestChips:
        return self.screen_stack[0].query_one(RequestChips)

    @property
    def surveyed(self) -> Survey:
        return survey(self.words, today=TODAY, options=self.options)

    @property
    def request(self) -> TripRequest:
        assert self.surveyed.request is not None, self.surveyed.problems
        return self.surveyed.request

    def again(self) -> None:
        self.chips.show(self.surveyed, self.options)

    def on_request_chips_corrected(self, message: RequestChips.Corrected) -> None:
        self.options = message.options
        self.again()


@asynccontextmanager
async def chips(
    words: str = EXAMPLE, *, size: tuple[int, int] = (80, 24), **options: Any
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    app = Host(words, Options(**options))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def type_in(pilot: Pilot[None], text: str, field: str) -> None:
    """Puts `text` in place of what a field holds, as a paste would, with the focus on it."""
    typed = pilot.app.screen.query_one(f"#{field}", Input).focus()
    typed.value = text
    await pilot.pause()


def keys_to(part: str) -> tuple[str, ...]:
    return (*["right"] * list(LABELS).index(part), "enter")


def shown(app: Host) -> list[str]:
    return app.chips.render().plain.splitlines()


def fault(app: Host) -> str:
    return str(app.screen.query_one("#fault").render())


def editor(app: Host) -> Editor:
    assert isinstance(app.screen, Editor)
    return app.screen


async def test_the_row_shows_every_part_with_a_mark_for_how_it_came_about() -> None:
    async with chips(budget="") as (app, _):
        text = "\n".join(shown(app))
        for chip in (
            "✓ Where Lisbon or Porto",
            "~ When 12–16 May 2027, 5 days",
            "✓ Who 2 adults",
            "✎ Budget no limit",
            "· From not said",
            "✓ Interests food, tiles",
            "✓ Needs step-free",
            "· Pace normal",
            "· Comfort by budget",
            "· Mode thinking",
        ):
            assert chip in text


@pytest.mark.parametrize("size", SIZES)
async def test_the_row_wraps_into_at_most_three_lines(size: tuple[int, int]) -> None:
    async with chips(size=size) as (app, _):
        lines = shown(app)
        assert len(lines) <= 4  # the last says why
        assert app.chips.size.height == len(lines)
        assert all(len(line) <= size[0] for line in lines)


async def test_the_row_wraps_again_when_the_window_is_narrower() -> None:
    async with chips(size=(120, 40)) as (app, pilot):
        wide = len(shown(app))
        await pilot.resize_terminal(40, 24)
        await pilot.pause()
        assert len(shown(app)) > wide
        assert app.chips.size.height == len(shown(app))


async def test_without_a_survey_there_are_only_labels() -> None:
    async with chips("") as (app, pilot):
        app.chips.show(None, None)
        await pilot.pause()
        text = " ".join(shown(app))
        assert all(f"· {label} " in text for label in LABELS.values())


async def test_a_fault_is_told_without_a_mouse() -> None:
    async with chips("5 days in Lisb") as (app, pilot):
        assert "! Where not clear" in shown(app)[0]
        assert "no destination 'Lisb'" in shown(app)[-1]
        await press(pilot, "right", "right")
        assert "nobody said how many adults" in shown(app)[-1]


async def test_a_tooltip_says_why() -> None:
    async with chips() as (app, pilot):
        await pilot.hover(RequestChips, offset=(30, 0))
        await pilot.pause()
        assert "Assumed 12 May 2027" in str(app.chips.tooltip)
        await pilot.hover(RequestChips, offset=(79, 1))
        await pilot.pause()
        assert app.chips.tooltip is None


@pytest.mark.parametrize("size", SIZES)
async def test_every_editor_opens_by_keyboard_fits_and_can_be_left(size: tuple[int, int]) -> None:
    async with chips(size=size) as (app, pilot):
        for part in LABELS:
            await press(pilot, "enter")
            assert part in editor(app).corrects
            frame = app.screen.query_one("#frame").region
            save = app.screen.query_one("#save").region
            assert app.screen.region.contains_region(frame), part
            assert frame.contains_region(save), part
            assert app.focused is not None
            await press(pilot, "escape")
            assert not isinstance(app.screen, Editor)
            assert app.options == Options()
            assert app.focused is app.chips
            await press(pilot, "right")


@pytest.mark.parametrize("words", ["", "5 days in Lisb", "31 February, 40 people, €0"])
async def test_every_editor_opens_and_saves_whatever_was_typed(words: str) -> None:
    async with chips(words) as (app, pilot):
        for part in LABELS:
            app.chips.open(part)
            await pilot.pause()
            assert part in editor(app).corrects
            await press(pilot, "ctrl+s", "escape")
            assert not isinstance(app.screen, Editor)


def test_every_part_has_exactly_one_editor() -> None:
    assert sorted(part for sort in EDITORS for part in sort.corrects) == sorted(LABELS)


async def test_a_click_opens_the_chip_under_it() -> None:
    async with chips() as (app, pilot):
        await pilot.click(RequestChips, offset=(62, 0))
        await pilot.pause()
        assert editor(app).part == "who"
        await pilot.click("#cancel")
        await pilot.pause()
        assert not isinstance(app.screen, Editor)


async def test_the_arrow_keys_go_along_and_between_the_lines() -> None:
    async with chips() as (app, pilot):
        await press(pilot, "right", "down")
        assert "Assumed" not in shown(app)[-1]
        await press(pilot, "up")
        assert "When:" in shown(app)[-1]
        await press(pilot, "end")
        assert "Mode:" in shown(app)[-1]
        await press(pilot, "right", "home", "left")
        assert "Where:" in shown(app)[-1]


async def test_delete_gives_a_correction_back_to_the_words() -> None:
    async with chips(budget="", pace="full") as (app, pilot):
        await press(pilot, "right", "right", "right", "delete")
        assert app.options == Options(pace="full")
        assert "✓ Budget €1,500" in "\n".join(shown(app))
        await press(pilot, "delete")
        assert app.options == Options(pace="full")


async def test_an_editor_can_give_its_part_back_too() -> None:
    async with chips(budget="900 EUR") as (app, pilot):
        await press(pilot, *keys_to("budget"))
        await pilot.click("#give-back")
        await pilot.pause()
        assert app.options == Options()


async def test_places_are_filtered_chosen_and_put_in_order() -> None:
    async with chips("5 days in Lisbon in May") as (app, pilot):
        await press(pilot, *keys_to("where"))
        await press(pilot, "t", "o", "k", "y", "down", "space")
        assert app.screen.query_one("#filter", Input).value == ""
        relation = app.screen.query_one("#relation")
        relation.focus()
        await press(pilot, "down", "space", "ctrl+s")
        assert app.options.to == ("Lisbon", "Tokyo")
        assert app.request.destinations == ("lisbon", "tokyo")
        assert app.request.relation is Relation.THEN


async def test_a_place_can_be_typed_in_any_spelling_and_an_unknown_one_is_told() -> None:
    async with chips("a week in Rome") as (app, pilot):
        await press(pilot, *keys_to("where"))
        await type_in(pilot, "Atlantis", "filter")
        await press(pilot, "enter")
        assert "no destination 'Atlantis'" in fault(app)
        assert app.screen.query_one("#filter", Input).value == "Atlantis"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, Editor)
        await type_in(pilot, "Lissabon", "filter")
        await press(pilot, "enter", "enter")
        assert app.request.destinations == ("rome", "lisbon")
        assert app.request.relation is Relation.OR


async def test_no_place_means_anywhere() -> None:
    async with chips("5 days in Rome") as (app, pilot):
        await press(pilot, *keys_to("where"))
        await type_in(pilot, "rom", "filter")
        await press(pilot, "down", "space", "ctrl+s")
        assert app.options.to == ()
        assert app.request.relation is Relation.OPEN


async def test_two_days_are_taken_in_the_calendar_and_enter_saves() -> None:
    async with chips("Rome in May") as (app, pilot):
        await press(pilot, *keys_to("when"))
        await press(pilot, "pagedown", "home", "right", "enter", "down", "right")
        await press(pilot, "enter", "enter")
        assert app.options == Options(start=date(2027, 5, 15), end=date(2027, 5, 23))
        assert app.request.dates.days == 9


async def test_the_calendar_takes_no_day_that_is_over() -> None:
    async with chips("", start=TODAY, days=1) as (app, pilot):
        await press(pilot, *keys_to("when"))
        shown_calendar = app.screen.query_one(Calendar)
        await press(pilot, "up", "left", "pageup", "enter")
        assert shown_calendar.taken == (TODAY, None)
        await pilot.click(Calendar, offset=(2, 2))
        assert shown_calendar.taken == (TODAY, None)


async def test_the_calendar_can_be_clicked_and_its_pages_turned() -> None:
    async with chips("", start=date(2027, 5, 3), days=1) as (app, pilot):
        await press(pilot, *keys_to("when"))
        await pilot.click(Calendar, offset=(8, 4))  # Wednesday 12 May
        await pilot.click(Calendar, offset=(20, 4))  # Sunday 16 May
        await pilot.pause()
        assert app.screen.query_one(Calendar).taken == (date(2027, 5, 12), date(2027, 5, 16))
        await pilot.click(Calendar, offset=(44, 0))
        assert app.screen.query_one(Calendar).cursor == date(2027, 6, 16)
        text = str(app.screen.query_one(Calendar).render())
        assert "[12 13 14 15 16]" in text


async def test_a_number_of_days_alone_leaves_the_month_to_the_words() -> None:
    async with chips("5 days in Rome in May") as (app, pilot):
        await press(pilot, *keys_to("when"), "tab")
        await type_in(pilot, "8", "days")
        await press(pilot, "enter")
        assert app.options == Options(days=8)
        assert (app.request.dates.days, app.request.dates.start.month) == (8, 5)


async def test_days_given_up_mean_any_day() -> None:
    async with chips("Rome, 12-16 May 2027") as (app, pilot):
        await press(pilot, *keys_to("when"), "delete", "ctrl+s")
        assert app.options == Options(days=5, any_day=True)
        assert app.request.dates.start < date(2027, 2, 1)


async def test_a_number_of_days_moves_the_last_day_and_too_many_are_refused() -> None:
    async with chips("Rome, 12-16 May 2027") as (app, pilot):
        await press(pilot, *keys_to("when"), "tab")
        await type_in(pilot, "60", "days")
        assert "60 days cannot be planned" in fault(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, Editor)
        await type_in(pilot, "3", "days")
        assert fault(app) == ""
        await press(pilot, "enter")
        assert app.options == Options(start=date(2027, 5, 12), end=date(2027, 5, 14))


async def test_travellers_are_counted_and_children_have_ages() -> None:
    async with chips("family of four in Rome") as (app, pilot):
        await press(pilot, *keys_to("who"), "right", "tab")
        await type_in(pilot, "5, x", "children")
        await press(pilot, "enter")
        assert "'x' is no age" in fault(app)
        await type_in(pilot, "5 and 40", "children")
        await press(pilot, "enter")
        assert "not a child" in fault(app)
        await type_in(pilot, "5 8 11", "children")
        await press(pilot, "enter")
        assert app.options == Options(adults=3, children=(5, 8, 11))
        assert app.request.children == (5, 8, 11)


async def test_a_budget_has_an_amount_a_currency_and_a_span() -> None:
    async with chips("Rome, 4 days, €200 a day") as (app, pilot):
        await press(pilot, *keys_to("budget"))
        assert app.screen.query_one("#amount", Input).value == "200"
        await type_in(pilot, "much", "amount")
        await press(pilot, "enter")
        assert "is no amount" in fault(app)
        await type_in(pilot, "1,200.50", "amount")
        await press(pilot, "tab", "tab", "up", "space", "ctrl+s")
        assert app.options.budget == "1,200.50 EUR per person"
        assert app.request.budget is not None and app.request.budget.total(2) == 2401


async def test_an_empty_budget_is_no_limit() -> None:
    async with chips() as (app, pilot):
        await press(pilot, *keys_to("budget"))
        await type_in(pilot, "", "amount")
        await press(pilot, "enter")
        assert app.request.budget is None


async def test_an_origin_is_a_city_a_code_or_none() -> None:
    async with chips("Rome from Berlin") as (app, pilot):
        await press(pilot, *keys_to("origin"))
        await type_in(pilot, "Xyzzyville", "origin")
        await press(pilot, "enter")
        assert "Xyzzyville" in fault(app)
        await type_in(pilot, "VIE", "origin")
        await press(pilot, "enter")
        assert app.request.origin is not None and app.request.origin.airport == "VIE"
        await press(pilot, "enter")
        await type_in(pilot, "", "origin")
        await press(pilot, "enter")
        assert app.request.origin is None


async def test_interests_are_ticked_and_all_can_be_taken_away() -> None:
    async with chips("Rome for art") as (app, pilot):
        await press(pilot, *keys_to("interests"), "space", "down", "space", "ctrl+s")
        assert app.request.interests == ("architecture",)
        await press(pilot, "enter", "space", "ctrl+s")
        assert app.options.interests == () == app.request.interests


async def test_needs_are_ticked_and_taken_back() -> None:
    async with chips() as (app, pilot):
        await press(pilot, *keys_to("needs"), "space", "down", "space", "down", "space", "ctrl+s")
        needs = app.request.needs
        assert (needs.step_free, needs.no_flying, needs.diets) == (False, True, ("vegetarian",))


async def test_pace_comfort_and_mode_share_an_editor_and_only_the_changed_are_corrected() -> None:
    async with chips("Rome, cheap") as (app, pilot):
        await press(pilot, *keys_to("mode"), "down", "space", "ctrl+s")
        assert app.options == Options(effort="contemplating")
        await press(pilot, "left", "enter", "up", "space", "ctrl+s")
        assert app.options == Options(effort="contemplating", tier="")
        assert app.request.tier is None


@pytest.mark.parametrize(
    ("part", "field"),
    [("where", "filter"), ("origin", "origin"), ("budget", "amount"), ("who", "children")],
)
async def test_hostile_words_in_an_editor_are_shown_as_they_are(part: str, field: str) -> None:
    async with chips("Rome") as (app, pilot):
        await press(pilot, *keys_to(part))
        for text in HOSTILE:
            await type_in(pilot, text, field)
            await press(pilot, "enter", "ctrl+s")
            assert isinstance(app.screen, Editor)
            assert fault(app)
            assert "\x1b" not in fault(app)
        await press(pilot, "escape")
        assert app.options == Options()


async def test_hostile_words_in_the_prompt_are_shown_as_they_are() -> None:
    text = " ".join(HOSTILE)
    async with chips(f"5 days in Lisb{text}, budget {text}, from {text}") as (app, pilot):
        assert "\x1b" not in "\n".join(shown(app))
        for part in LABELS:
            app.chips.open(part)
            await pilot.pause()
            await press(pilot, "escape")
        await pilot.hover(RequestChips, offset=(2, 0))
        await pilot.pause()
        assert not any("click" in str(span.style) for span in app.chips.render().spans)


async def test_hostile_options_are_shown_and_can_be_corrected() -> None:
    options = {"origin": "[/]", "budget": "[@click=app.quit]x", "to": ("[bold]",)}
    async with chips("Rome", **options) as (app, pilot):
        assert "\n".join(shown(app)).count("!") >= 3
        for part in ("where", "budget", "origin"):
            app.chips.open(part)
            await pilot.pause()
            await press(pilot, "escape")


def test_the_chips_load_nothing_but_textual() -> None:
    script = (
        "import planner.tui.widgets.chips, sys\n"
        "assert not {'pydantic', 'planner.intake', 'agents', 'anyio'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
