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
from textual.widgets import Footer, Input, SelectionList

from agents.request import Effort, Relation, TripRequest
from planner.intake import Options, Survey, survey
from planner.tui.editors.calendar import Calendar
from planner.tui.editors.catalogue import EDITORS
from planner.tui.editors.frame import Editor
from planner.tui.widgets.chips import LABELS, RequestChips

TODAY = date(2026, 11, 21)
EXAMPLE = "5 days in Lisbon or Porto in May, two adults, €1,500, food and tiles, one of us can't do stairs"
HOSTILE = ("[/]", "[@click=app.quit]x", "\x1b[31mred", "[bold]a[/bold]", "[" * 40)
SIZES = ((80, 24), (120, 40), (60, 20))
WIDE_SIZES = SIZES[:2]
SHOWN = [part for part in LABELS if part != "crowds"]
"""The chips that are there whatever was said."""
FIXED = (
    "Barcelona, 12-16 May 2027, must see Park Guell, no markets, dinner with Ana on Saturday 20:30"
)


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
    return (*["right"] * SHOWN.index(part), "enter")


def shown(app: Host) -> list[str]:
    return app.chips.render().plain.splitlines()


def fault(app: Host) -> str:
    return str(app.screen.query_one("#fault").render())


def on_screen(app: Host) -> list[str]:
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def lines_with(app: Host, words: str) -> str:
    return "\n".join(line for line in on_screen(app) if words in line)


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
            "· Fixed none",
            "✓ Needs step-free",
            "· Pace normal",
            "· Comfort by budget",
            "· Mode thinking",
        ):
            assert chip in text


@pytest.mark.parametrize("size", WIDE_SIZES)
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


async def test_a_wish_about_crowds_has_a_chip_once_it_is_said() -> None:
    async with chips("5 days in Lisbon in May") as (app, pilot):
        assert "Crowds" not in " ".join(shown(app))
        await press(pilot, *keys_to("pace"), "tab", "down", "space", "ctrl+s")
        assert app.options == Options(crowds="avoid")
        assert "✎ Crowds avoid" in " ".join(shown(app))
    async with chips("5 days in Lisbon in May, only the highlights") as (app, _):
        assert "✓ Crowds icons" in " ".join(shown(app))


async def test_without_a_survey_there_are_only_labels() -> None:
    async with chips("") as (app, pilot):
        app.chips.show(None, None)
        await pilot.pause()
        text = " ".join(shown(app))
        assert all(f"· {LABELS[part]} " in text for part in SHOWN)


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
        for part in SHOWN:
            await press(pilot, "enter")
            assert part in editor(app).corrects
            frame = app.screen.query_one("#frame").region
            save = app.screen.query_one("#save").region
            assert app.screen.region.contains_region(frame), part
            assert frame.contains_region(save), part
            assert frame.contains_region(app.screen.query_one("#cancel").region), part
            editor(app).show_fault("wrong " * 40)
            await pilot.pause()
            frame, save = (app.screen.query_one(name).region for name in ("#frame", "#save"))
            assert app.screen.region.contains_region(frame) and frame.contains_region(save), part
            assert app.screen.query_one(Footer).region.y >= frame.bottom, part
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


async def test_what_is_chosen_stands_first_in_the_list() -> None:
    async with chips("Vienna, Lisbon or somewhere in Asia, 5 days in May") as (app, pilot):
        await press(pilot, *keys_to("where"))
        listed = app.screen.query_one(SelectionList)
        shown = [listed.get_option_at_index(n).value for n in range(listed.option_count)]
        chosen = listed.selected
        assert "Vienna" in chosen and "Lisbon" in chosen
        assert shown[: len(chosen)] == chosen
        assert listed.highlighted == len(chosen)
        assert len(set(shown)) == len(shown)


async def test_a_land_that_is_chosen_is_ticked_and_can_be_let_go() -> None:
    async with chips("somewhere in the Alps in May") as (app, pilot):
        await press(pilot, *keys_to("where"))
        await type_in(pilot, "alps", "filter")
        assert app.screen.query_one(SelectionList).selected == ["the Alps"]
        await press(pilot, "down", "space", "ctrl+s")
        assert app.options.to == ()


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


async def test_down_goes_to_the_list_also_where_the_fields_scroll() -> None:
    async with chips("5 days in Lisbon", size=(60, 12)) as (app, pilot):
        await press(pilot, *keys_to("where"), "down", "space", "ctrl+s")
        assert app.request.destinations == ("lisbon", "algarve")


async def test_the_cursor_of_a_list_stays_in_sight_where_there_is_little_room() -> None:
    async with chips("Rome", size=(60, 12)) as (app, pilot):
        await press(pilot, *keys_to("interests"), "end", "space")
        assert "[x] Wine" in "\n".join(on_screen(app))
        await press(pilot, "escape")
        app.chips.open("mode")
        await pilot.pause()
        await press(pilot, "down")
        assert "Contemplating" in "\n".join(on_screen(app))


async def test_the_keys_of_an_editor_are_at_the_foot_and_no_others() -> None:
    async with chips("Rome in May") as (app, pilot):
        for part, keys in (
            ("where", "↓ List  ⏎ Add or save  esc Cancel  ^s Save"),
            ("when", "⏎ Take  del Any day  pgup/dn Month  esc Cancel  ^s Save"),
            ("who", "← Less  → More  esc Cancel  ^s Save"),
            ("needs", "space Choose  esc Cancel  ^s Save"),
        ):
            app.chips.open(part)
            await pilot.pause()
            await pilot.pause()
            assert on_screen(app)[-1].strip() == keys
            await press(pilot, "escape")


async def test_marks_read_without_colour() -> None:
    async with chips("Rome for art") as (app, pilot):
        await press(pilot, *keys_to("interests"))
        assert "[x] Art" in "\n".join(on_screen(app))
        assert "[ ] Architecture" in "\n".join(on_screen(app))
        await press(pilot, "space")
        assert "[x] Architecture" in "\n".join(on_screen(app))
        await press(pilot, "escape")
        app.chips.open("pace")
        await pilot.pause()
        assert "(•) Normal" in lines_with(app, "Normal")
        assert "( ) Relaxed" in lines_with(app, "Relaxed")
        await press(pilot, "up", "space")
        assert "( ) Normal" in lines_with(app, "Normal")
        assert "(•) Relaxed" in lines_with(app, "Relaxed")


async def test_words_that_are_cut_end_in_an_ellipsis_and_can_be_read_in_full() -> None:
    words = f"Rome for art, {', '.join(['churches and temples and squares'] * 9)}, Zorglub " * 2
    async with chips(f"Rome, {words}", size=(60, 20)) as (app, pilot):
        app.chips.open("where")
        await pilot.pause()
        editor(app).show_fault("so much is wrong here that it takes many lines to tell " * 3)
        await pilot.pause()
        wrong = app.screen.query_one("#fault")
        assert str(wrong.render()).endswith("…") and wrong.size.height == 2
        assert "to tell so much" in str(wrong.tooltip)


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


async def test_the_calendar_opens_at_the_start_before_the_request_is_whole() -> None:
    async with chips("Lisb, last week of April") as (app, pilot):
        assert "~ When 24–26 April 2027, 3 days" in "\n".join(shown(app))
        await press(pilot, *keys_to("when"))
        opened = app.screen.query_one(Calendar)
        assert opened.cursor == date(2027, 4, 24)
        assert "April 2027" in str(opened.render())
        assert opened.taken == (date(2027, 4, 24), date(2027, 4, 26))


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
        await type_in(pilot, "Bremn", "origin")
        await press(pilot, "enter")
        assert "did you mean Bremen?" in fault(app)
        await type_in(pilot, "", "origin")
        await press(pilot, "enter")
        assert app.request.origin is None


async def test_interests_are_ticked_and_all_can_be_taken_away() -> None:
    async with chips("Rome for art") as (app, pilot):
        await press(pilot, *keys_to("interests"), "space", "down", "space", "ctrl+s")
        assert app.request.interests == ("architecture",)
        await press(pilot, "enter", "space", "ctrl+s")
        assert app.options.interests == () == app.request.interests


async def test_what_is_fixed_is_listed_and_taken_away() -> None:
    async with chips(FIXED) as (app, pilot):
        assert "✓ Fixed with Park Güell, no markets, dinner with Ana" in "\n".join(shown(app))
        await press(pilot, *keys_to("fixed"))
        for line in ("Must be in  Park Güell", "Leave out   markets", "dinner with Ana Sat 20:30"):
            assert f"[x] {line}" in lines_with(app, line) or line.startswith("dinner")
        await press(pilot, "down", "space", "ctrl+s")
        assert app.options == Options(nevers=())
        assert app.request.musts == ("barcelona/park-guell",)
        assert not app.request.nevers and app.request.commitments
        await press(pilot, "delete")
        assert app.options == Options()


async def test_places_and_appointments_are_added_to_what_is_fixed() -> None:
    async with chips(FIXED) as (app, pilot):
        await press(pilot, *keys_to("fixed"))
        for text, field in (
            ("Casa Batllo", "musts"),
            ("sagrada familia", "nevers"),
            ("nightlife", "nevers"),
            ("concert on Friday at 19:00", "commitments"),
        ):
            await type_in(pilot, text, field)
            await press(pilot, "enter")
            assert fault(app) == ""
        await press(pilot, "enter")
        request = app.request
        assert request.musts == ("barcelona/park-guell", "barcelona/casa-batllo")
        assert request.nevers == ("kind:market", "barcelona/sagrada-familia", "kind:evening")
        assert [f"{c.start:%a %H:%M}" for c in request.commitments] == ["Sat 20:30", "Fri 19:00"]
        await press(pilot, "enter", "ctrl+s")
        assert app.request == request


@pytest.mark.parametrize(
    ("field", "text", "wrong"),
    [
        ("musts", "Zorglub", "no place 'Zorglub' is known in Barcelona"),
        ("nevers", "[/]", "no place '[/]' is known"),
        ("commitments", "dinner", "names no time and event"),
        ("commitments", "dinner Monday 20:00", "Monday is not between"),
    ],
)
async def test_what_cannot_be_fixed_is_told_and_kept_in_its_field(
    field: str, text: str, wrong: str
) -> None:
    async with chips(FIXED) as (app, pilot):
        await press(pilot, *keys_to("fixed"))
        await type_in(pilot, text, field)
        for key in ("enter", "ctrl+s"):
            await press(pilot, key)
            assert wrong in fault(app).replace("\n", " ")
            assert app.screen.query_one(f"#{field}", Input).value == text


async def test_a_place_cannot_be_both_in_and_out() -> None:
    async with chips(FIXED) as (app, pilot):
        await press(pilot, *keys_to("fixed"))
        await type_in(pilot, "Park Guell", "nevers")
        await press(pilot, "enter", "ctrl+s")
        assert "cannot be both wanted and refused" in fault(app)


async def test_a_place_needs_a_destination() -> None:
    for words in ("", "somewhere warm by the sea"):
        async with chips(words) as (app, pilot):
            await press(pilot, *keys_to("fixed"))
            assert "Nothing is fixed yet." in "\n".join(on_screen(app))
            await type_in(pilot, "Colosseum", "musts")
            await press(pilot, "enter")
            assert "destination" in fault(app)


async def test_an_appointment_by_hand_follows_the_days_and_is_at_fault_outside_them() -> None:
    async with chips("Rome, 12-16 May 2027") as (app, pilot):
        await press(pilot, *keys_to("fixed"))
        await type_in(pilot, "dinner Friday 20:00", "commitments")
        await press(pilot, "enter", "enter")
        assert app.request.commitments[0].start.day == 14
        app.words = "Rome, 19-23 May 2027"
        app.again()
        assert app.request.commitments[0].start.day == 21
        app.words = "Rome, 16-18 May 2027"
        app.again()
        assert "! Fixed" in "\n".join(shown(app))


async def test_needs_are_ticked_and_taken_back() -> None:
    async with chips() as (app, pilot):
        await press(pilot, *keys_to("needs"), "space", "down", "space", "down", "space", "ctrl+s")
        needs = app.request.needs
        assert (needs.step_free, needs.no_flying, needs.diets) == (False, True, ("vegetarian",))


async def test_the_usual_mode_is_shown_and_is_where_the_editor_starts() -> None:
    async with chips("Rome") as (app, pilot):
        usual = survey("Rome", today=TODAY, usual_effort=Effort.INSTANT)
        app.chips.show(usual, Options())
        assert "· Mode instant" in "\n".join(shown(app))
        app.chips.open("mode")
        await pilot.pause()
        assert "(•) Instant" in lines_with(app, "Instant")
        await press(pilot, "down", "space", "ctrl+s")
        assert app.options == Options(effort="thinking")


async def test_pace_comfort_and_mode_share_an_editor_and_only_the_changed_are_corrected() -> None:
    async with chips("Rome, cheap") as (app, pilot):
        await press(pilot, *keys_to("mode"), "down", "space", "ctrl+s")
        assert app.options == Options(effort="contemplating")
        await press(pilot, "left", "enter", "up", "space", "ctrl+s")
        assert app.options == Options(effort="contemplating", tier="")
        assert app.request.tier is None


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("where", "filter"),
        ("origin", "origin"),
        ("budget", "amount"),
        ("who", "children"),
        ("fixed", "musts"),
        ("fixed", "nevers"),
        ("fixed", "commitments"),
    ],
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
