"""The tabs of a plan, worked by keys: what stands on them, where the cursor goes, what it opens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import anyio
import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import DataTable, Footer, Input

import planner.tui
from agents.findings import Criterion, RatedDestination
from planner.intake import read
from planner.plan import Meal, TripPlan, Unverified, Visit
from planner.schedule import WHY
from planner.trip import plan_trip
from planner.tui.messages import ItemChosen, LinkChosen
from planner.tui.screens.choose import ChooseScreen
from planner.tui.screens.closer import DetailScreen
from planner.tui.tabs.activities import ActivitiesTab
from planner.tui.tabs.climate import climate_chart, climate_table
from planner.tui.tabs.compare import CompareTab
from planner.tui.tabs.itinerary import ItineraryTab
from planner.tui.tabs.rows import GAP, Row, Rows, cell
from planner.tui.tabs.telling import Telling
from planner.tui.widgets.detail import DetailPane
from planner.views.activities import SHORT_REASONS
from planner.views.comparison import climates

NARROW, WIDE = (80, 24), (120, 40)
SIZES = [NARROW, WIDE]
SECONDS = 20
EITHER = "5 days in Lisbon or Porto from 12 May 2027, two adults, €1,500, food and tiles, no stairs"
ONE = "2 days in Kyoto from 14 April 2027, gardens"
SHORT = "one day in Porto, 12 May 2027"
IMPOSSIBLE = "5 days in Paris from 14 July 2027, two adults, comfortable hotel, €1,200, art"
EIGHT = (
    "2 days from 12 May 2027 in Copenhagen, Palma de Mallorca, Mexico City, Paris, Buenos Aires, "
    "Funchal, Berlin or Vienna"
)
HOSTILE = (
    "[/]",
    "[@click=app.quit]press[/]",
    "[link='https://evil.example']here[/link]",
    "\x1b[31mred\x1b]8;;https://evil.example\x07",
    "x" * 5000,
    "שלום \u202eevil",
    "👩‍👩‍👧‍👦 家族 " * 20,
    "two\nlines\tand a tab",
    "",
)
MARKUP = [words for words in HOSTILE if not {"\x1b", "\u202e"} & set(words)]


class TabApp(App[None]):
    """One tab, as wide as the terminal, and what it asks for."""

    CSS_PATH = Path(planner.tui.__path__[0]) / "app.tcss"
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [
        (0, "-narrow"),
        (100, "-wide"),
    ]

    def __init__(self, tab: Any, plan: TripPlan) -> None:
        super().__init__()
        self.tab, self.plan = tab, plan
        self.items: list[tuple[int, int]] = []
        self.links: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.tab
        yield Footer()

    def on_mount(self) -> None:
        self.tab.show(self.plan)
        self.tab.query(Rows).focus()
        self.tab.query(DataTable).focus()

    def on_item_chosen(self, message: ItemChosen) -> None:
        self.items.append((message.day, message.item))

    def on_link_chosen(self, message: LinkChosen) -> None:
        self.links.append(message.url)


Stage = tuple[TabApp, Pilot[None]]


@lru_cache
def plan_of(words: str) -> TripPlan:
    async def make() -> TripPlan:
        return await plan_trip(read(words + ", quick", today=date(2026, 11, 21)).request)

    return anyio.run(make)


@pytest.fixture(scope="module", autouse=True)
def plans() -> None:
    """Made before any test has an event loop of its own."""
    for words in (EITHER, ONE, SHORT, IMPOSSIBLE, EIGHT):
        plan_of(words)


@asynccontextmanager
async def showing(
    tab: Widget, plan: TripPlan, size: tuple[int, int] = WIDE
) -> AsyncIterator[Stage]:
    app = TabApp(tab, plan)
    with anyio.fail_after(SECONDS):
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield app, pilot


def shown(app: App[None]) -> str:
    """What stands on the screen, line by line."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)


def told(app: App[None]) -> str:
    """The closer look, without its line breaks."""
    text = app.screen.query_one("#closer, DetailScreen > DetailPane", DetailPane).text
    return (text if isinstance(text, Content) else text.fit(1000)).plain


def row(app: TabApp) -> str:
    """The row with the cursor."""
    option = app.tab.query_one(Rows).highlighted_option
    assert option is not None
    prompt = option.prompt
    return prompt.fit(200).plain if isinstance(prompt, Row) else str(prompt)


def harmless(app: App[None]) -> bool:
    """Whether nothing on the screen is an escape, a link or an action of what was shown."""
    segments = [part for line in app.screen._compositor.render_strips() for part in line]
    styles = [part.style for part in segments if part.style is not None]
    return (
        not any(c in part.text for part in segments for c in "\x1b\u202e")
        and not any(style.link for style in styles)
        and not any("quit" in str(style.meta) for style in styles)
    )


def first_visit(plan: TripPlan, skip: int = 0) -> tuple[int, int]:
    found = [
        (d, i)
        for d, day in enumerate(plan.days)
        for i, item in enumerate(day.items)
        if isinstance(item, Visit)
    ]
    return found[skip]


# The itinerary


async def test_a_complete_plan_opens_at_its_first_day() -> None:
    plan = plan_of(EITHER)
    async with showing(ItineraryTab(), plan) as (app, _):
        assert row(app).startswith("▾ Wed 12 May")
        assert told(app).startswith("Day 1 · Wed 12 May 2027")
        assert "sunrise" in told(app)
        assert "✓ Overview" in shown(app)


async def test_a_plan_that_does_not_hold_opens_at_what_is_wrong() -> None:
    plan = plan_of(IMPOSSIBLE)
    async with showing(ItineraryTab(), plan) as (app, _):
        assert row(app).startswith("✗ Overview")
        assert "✗ not complete" in told(app)
        for conflict in plan.conflicts:
            for change in conflict.relaxations:
                assert f"→ {change}" in told(app)


async def test_the_overview_tells_what_is_assumed_and_good_to_know() -> None:
    plan = plan_of(EITHER)
    async with showing(ItineraryTab(), plan) as (app, pilot):
        await pilot.press("home")
        for words in (*plan.assumptions, *(tip.text for tip in plan.tips)):
            assert words in told(app)


async def test_a_short_trip_is_open_as_a_whole() -> None:
    plan = plan_of(SHORT)
    async with showing(ItineraryTab(), plan) as (app, _):
        assert all(item.title[:24] in shown(app) for day in plan.days for item in day.items)


@pytest.mark.parametrize("size", SIZES)
async def test_brackets_go_from_day_to_day_and_open_them(size: tuple[int, int]) -> None:
    plan = plan_of(EITHER)
    async with showing(ItineraryTab(), plan, size) as (app, pilot):
        for day in plan.days[1:]:
            await pilot.press("right_square_bracket")
            assert row(app).startswith(f"▾ {day.date:%a}")
            assert day.items[0].title[:20] in shown(app)
        await pilot.press("right_square_bracket")
        assert row(app).startswith(f"▾ {plan.days[-1].date:%a}")
        await pilot.press("left_square_bracket")
        assert row(app).startswith(f"▾ {plan.days[-2].date:%a}")


async def test_space_closes_and_opens_a_day() -> None:
    plan = plan_of(EITHER)
    async with showing(ItineraryTab(), plan) as (app, pilot):
        first = plan.days[0].items[0].title[:24]
        await pilot.press("down", "space")
        assert row(app).startswith("▸ Wed 12 May")
        assert first not in shown(app)
        await pilot.press("space")
        assert first in shown(app)


async def test_left_and_right_go_out_of_a_day_and_into_it() -> None:
    async with showing(ItineraryTab(), plan_of(EITHER)) as (app, pilot):
        await pilot.press("right")
        inside = row(app)
        await pilot.press("left")
        assert row(app).startswith("▾ Wed 12 May")
        await pilot.press("left")
        assert row(app).startswith("▸ Wed 12 May")
        await pilot.press("right", "right")
        assert row(app) == inside


@pytest.mark.parametrize("size", SIZES)
async def test_an_item_can_be_chosen_in_a_closed_day(size: tuple[int, int]) -> None:
    plan = plan_of(EITHER)
    async with showing(ItineraryTab(), plan, size) as (app, pilot):
        day, item = first_visit(plan, skip=-1)
        app.tab.choose(day, item)
        await pilot.pause()
        assert plan.days[day].items[item].title in row(app)
        assert plan.days[day].items[item].title in shown(app)
        app.tab.choose(99, 99)
        assert plan.days[day].items[item].title in row(app)


async def test_an_item_can_be_chosen_before_the_tab_was_ever_seen() -> None:
    plan = plan_of(EITHER)
    tab = ItineraryTab()
    tab.display = False
    async with showing(tab, plan) as (app, pilot):
        day, item = first_visit(plan, skip=-1)
        tab.choose(day, item)
        tab.display = True
        await pilot.pause()
        assert plan.days[day].items[item].title in row(app)


async def test_the_closer_look_says_what_a_visit_rests_on_and_who_proposed_it() -> None:
    plan = plan_of(EITHER)
    day, item = first_visit(plan)
    visit = plan.days[day].items[item]
    async with showing(ItineraryTab(), plan) as (app, _):
        app.tab.choose(day, item)
        looked = told(app)
        entries = {e.id: e for e in plan.evidence}
        assert visit.reason in looked
        assert "open " in looked
        assert all(name in looked for name in visit.proposed_by)
        assert all(entries[id].claim in looked for id in visit.evidence)
        assert "verified, from a record" in looked


async def test_a_meal_tells_its_cost_as_an_estimate_of_a_date() -> None:
    plan = plan_of(EITHER)
    at = next(n for n, item in enumerate(plan.days[0].items) if item.kind == "meal")
    cost = plan.days[0].items[at].cost
    assert cost is not None
    async with showing(ItineraryTab(), plan) as (app, _):
        app.tab.choose(0, at)
        assert f"an estimate, as of {cost.as_of}" in told(app)
        assert "≈" in row(app)


async def test_another_plan_leaves_the_cursor_on_the_same_item() -> None:
    plan = plan_of(EITHER)
    day, item = first_visit(plan, skip=3)
    title = plan.days[day].items[item].title
    async with showing(ItineraryTab(), plan) as (app, pilot):
        app.tab.choose(day, item)
        without = plan.days[day].model_copy(update={"items": plan.days[day].items[item:]})
        days = (*plan.days[:day], without, *plan.days[day + 1 :])
        app.tab.show(plan.model_copy(update={"days": days}))
        await pilot.pause()
        assert title in row(app)
        gone = without.model_copy(update={"items": without.items[1:]})
        days = (*plan.days[:day], gone, *plan.days[day + 1 :])
        app.tab.show(plan.model_copy(update={"days": days}))
        await pilot.pause()
        assert row(app).startswith(f"▾ {gone.date:%a}")
        app.tab.show(plan_of(IMPOSSIBLE))
        await pilot.pause()
        assert row(app).startswith("✗ Overview")


async def test_a_plan_without_days_has_its_overview() -> None:
    empty = plan_of(SHORT).model_copy(update={"days": (), "complete": False, "missing": ("it",)})
    async with showing(ItineraryTab(), empty) as (app, pilot):
        await pilot.press("space", "right", "left", "right_square_bracket", "down")
        assert "1 part missing" in row(app)
        assert "✗ it" in told(app)


async def test_a_click_folds_a_day() -> None:
    plan = plan_of(EITHER)
    async with showing(ItineraryTab(), plan) as (app, pilot):
        await pilot.click(Rows, offset=(5, 1))
        assert row(app).startswith("▸ Wed 12 May")


# The closer look


async def test_enter_goes_into_the_pane_and_escape_back() -> None:
    async with showing(ItineraryTab(), plan_of(EITHER)) as (app, pilot):
        await pilot.press("enter")
        assert isinstance(app.focused, DetailPane)
        await pilot.press("escape")
        assert isinstance(app.focused, Rows)


async def test_where_it_is_narrow_enter_opens_the_closer_look_over_the_list() -> None:
    async with showing(ItineraryTab(), plan_of(EITHER), NARROW) as (app, pilot):
        assert "sunrise" not in shown(app)
        await pilot.press("enter")
        assert isinstance(app.screen, DetailScreen)
        assert "sunrise" in shown(app)
        await pilot.press("escape")
        assert not isinstance(app.screen, DetailScreen)


async def test_where_it_is_narrow_a_click_opens_an_item() -> None:
    async with showing(ItineraryTab(), plan_of(EITHER), NARROW) as (app, pilot):
        await pilot.click(Rows, offset=(30, 3))
        assert isinstance(app.screen, DetailScreen)


async def test_a_source_is_opened_by_its_address() -> None:
    plan = plan_of(EITHER)
    day, item = first_visit(plan)
    async with showing(ItineraryTab(), plan) as (app, pilot):
        app.tab.choose(day, item)
        links = app.tab.pane.links
        await pilot.press("o")
        if len(links) > 1:
            assert isinstance(app.screen, ChooseScreen)
            await pilot.press("enter")
        await pilot.pause()
        assert app.links == [links[0].url]


async def test_the_pane_appears_and_goes_with_the_width() -> None:
    async with showing(ItineraryTab(), plan_of(EITHER), NARROW) as (app, pilot):
        await pilot.press("down")
        await pilot.resize_terminal(*WIDE)
        await pilot.pause()
        assert app.tab.is_beside
        assert told(app).splitlines()[0][:24] in shown(app)
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        assert not app.tab.is_beside


# The activities


@pytest.mark.parametrize("size", SIZES)
async def test_activities_say_how_many_are_planned(size: tuple[int, int]) -> None:
    plan = plan_of(EITHER)
    async with showing(ActivitiesTab(), plan, size) as (app, _):
        visits = sum(isinstance(item, Visit) for day in plan.days for item in day.items)
        tables = sum(
            isinstance(item, Meal) and item.place_id is not None
            for day in plan.days
            for item in day.items
        )
        others = len(plan.left_out) + len(plan.unverified)
        told = f"{tables} table" if tables == 1 else f"{tables} tables"
        assert f"{visits} places, {told} planned, {others} not" in shown(app)
        assert f": {visits} places" in plan.summary
        assert row(app).startswith("✓")


async def test_at_80_columns_there_are_five_columns_and_more_where_there_is_room() -> None:
    async with showing(ActivitiesTab(), plan_of(EITHER), NARROW) as (app, pilot):
        assert "Takes" not in shown(app)
        await pilot.resize_terminal(210, 50)
        await pilot.pause()
        assert all(title in shown(app) for title in ("Takes", "Crowd", "Hours"))


async def test_what_is_left_out_says_why() -> None:
    plan = plan_of(EITHER)
    async with showing(ActivitiesTab(), plan) as (app, pilot):
        await pilot.press("end")
        last = plan.left_out[-1]
        assert row(app).startswith("–")
        assert last.name in told(app)
        assert last.detail in told(app)


async def test_the_filter_is_typed_and_forgotten() -> None:
    async with showing(ActivitiesTab(), plan_of(EITHER)) as (app, pilot):
        all_of_them = app.tab.query_one(Rows).option_count
        await pilot.press("slash", *"calem")
        await pilot.pause()
        assert app.tab.query_one(Rows).option_count < all_of_them
        assert "Cálem" in row(app)
        await pilot.press("enter")
        assert isinstance(app.focused, Rows)
        await pilot.press("slash", "escape")
        await pilot.pause()
        assert isinstance(app.focused, Rows)
        assert app.tab.query_one(Rows).option_count == all_of_them
        assert "Cálem" in row(app)


async def test_a_filter_that_nothing_passes_says_so() -> None:
    async with showing(ActivitiesTab(), plan_of(EITHER)) as (app, pilot):
        await pilot.press("slash", *"zzz")
        await pilot.pause()
        assert "Nothing here has all of these words" in shown(app)
        await pilot.press("enter", "down", "g", "o", "enter")
        assert not app.items


@pytest.mark.parametrize("size", [NARROW, WIDE, (200, 60)], ids=str)
async def test_only_names_and_hours_are_ever_cut_in_the_list(size: tuple[int, int]) -> None:
    async with showing(ActivitiesTab(), plan_of(EITHER), size) as (app, _):
        width = app.tab.query_one(Rows).scrollable_content_region.width - 2
        for option in app.tab.query_one(Rows).options:
            assert isinstance(option.prompt, Row)
            _, _, kind, when, takes, crowd, _, price = option.prompt.cells
            line = option.prompt.fit(width).plain
            for one in (kind, when, takes, crowd, price):
                assert width < one.least or one.text.plain in line
            assert GAP * " " + when.text.plain in line


async def test_why_a_place_is_left_out_is_short_in_the_list_and_whole_in_the_closer_look() -> None:
    plan = plan_of(EITHER)
    async with showing(ActivitiesTab(), plan) as (app, pilot):
        await pilot.press("end")
        while app.tab._here is None or app.tab._here.short not in SHORT_REASONS.values():
            await pilot.press("up")
        assert app.tab._here.short in row(app)
        left = next(out for out in plan.left_out if out.place_id == app.tab._here.place_id)
        assert SHORT_REASONS[left.reason] == app.tab._here.short
        assert left.detail in told(app)


def test_every_reason_of_the_planner_has_a_short_form_that_fits() -> None:
    codes = {reason.value for reason in WHY} | {"no_meal", "ruled_out", "never", "step_free"}
    assert codes | {"children"} == set(SHORT_REASONS)
    assert max(map(len, SHORT_REASONS.values())) <= 16


async def test_sorting_goes_round_and_shows_by_what() -> None:
    async with showing(ActivitiesTab(), plan_of(EITHER)) as (app, pilot):
        seen = []
        for _ in range(6):
            seen.append(shown(app).splitlines()[0].rpartition(" not · ")[2].split("  ")[0])
            await pilot.press("s")
        assert seen == [
            "as listed", "by day", "by name", "by kind", "cheapest first", "quietest first",
        ]  # fmt: skip
        await pilot.press("s", "s")
        assert "Name ▾" in shown(app)
        names = [o.prompt.cells[1].text.plain for o in app.tab.query_one(Rows).options]
        assert names[0][0] <= names[-1][0]


async def test_g_goes_to_the_itinerary() -> None:
    plan = plan_of(EITHER)
    async with showing(ActivitiesTab(), plan) as (app, pilot):
        await pilot.press("g", "end", "g")
        await pilot.pause()
        assert len(app.items) == 1
        day, item = app.items[0]
        assert isinstance(plan.days[day].items[item], Visit)


async def test_what_no_evidence_backs_is_marked() -> None:
    named = Unverified(named_by="activities", name="a secret bar", why="no record of it")
    plan = plan_of(EITHER).model_copy(update={"unverified": (named,)})
    async with showing(ActivitiesTab(), plan) as (app, pilot):
        await pilot.press("end")
        assert row(app).startswith("?")
        assert "unverified, never planned" in told(app)


async def test_the_cursor_stays_on_a_place_through_another_plan() -> None:
    async with showing(ActivitiesTab(), plan_of(EITHER)) as (app, pilot):
        await pilot.press("down", "down", "down")
        before = told(app).splitlines()[0]
        await pilot.press("s", "s", "s")
        app.tab.show(plan_of(EITHER))
        await pilot.pause()
        assert told(app).splitlines()[0] == before


# The comparison


@pytest.mark.parametrize("size", SIZES)
async def test_the_comparison_marks_the_chosen_and_the_best_of_each_row(
    size: tuple[int, int],
) -> None:
    plan = plan_of(EITHER)
    async with showing(CompareTab(), plan, size) as (app, _):
        text = shown(app)
        assert "★ Porto" in text
        assert "Total" in text
        for rated in plan.comparison:
            assert f"{rated.total:.2f}" in text
        assert "▲" in text


@pytest.mark.parametrize("size", SIZES)
async def test_as_many_as_can_be_compared_are_all_in_sight(size: tuple[int, int]) -> None:
    plan = plan_of(EIGHT)
    assert len(plan.comparison) == 8
    async with showing(CompareTab(), plan, size) as (app, _):
        totals = next(line for line in shown(app).splitlines() if "Total" in line)
        for rated in plan.comparison:
            assert f"{rated.total:.2f}" in totals
        head = shown(app).splitlines()[0]
        assert all(name in head for name in ("★", "Berli", "Vienn", "Copen"))


@pytest.mark.parametrize("size", SIZES)
async def test_the_climate_of_all_candidates_fits_beside_the_scores(size: tuple[int, int]) -> None:
    async with showing(CompareTab(), plan_of(EITHER), size) as (app, _):
        text = shown(app)
        assert "high °C" in text
        assert "rain mm" in text
        assert text.count("jfmaMjjasond") == 3
        assert "bars from" in text


async def test_a_score_opens_into_its_reason_weight_and_grounds() -> None:
    plan = plan_of(EITHER)
    criterion = plan.comparison[0].criteria[0]
    entries = {e.id: e for e in plan.evidence}
    async with showing(CompareTab(), plan) as (app, _):
        assert criterion.reason in told(app)
        assert f"{criterion.weight:g} of" in told(app)
        assert all(entries[id].claim in told(app) for id in criterion.evidence)


async def test_the_total_opens_into_its_sum_and_the_rule() -> None:
    plan = plan_of(EITHER)
    decision = next(d for d in plan.decisions if d.id == "destination")
    async with showing(CompareTab(), plan) as (app, pilot):
        await pilot.press(*["down"] * 20)
        assert "How it adds up" in told(app)
        assert decision.rule in told(app)
        assert decision.reverse in told(app)


async def test_a_criterion_opens_into_what_all_have_of_it() -> None:
    plan = plan_of(EITHER)
    async with showing(CompareTab(), plan) as (app, pilot):
        await pilot.press("left", "left")
        for rated in plan.comparison:
            assert rated.criteria[0].reason in told(app)


async def test_where_it_is_narrow_enter_opens_a_score() -> None:
    async with showing(CompareTab(), plan_of(EITHER), NARROW) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, DetailScreen)
        assert "Weight" in shown(app)


@pytest.mark.parametrize("size", SIZES)
async def test_one_destination_has_its_climate_and_nothing_to_compare(
    size: tuple[int, int],
) -> None:
    async with showing(CompareTab(), plan_of(ONE), size) as (app, _):
        text = shown(app)
        assert "there is nothing to compare" in text
        assert "▸ Apr" in text
        assert "Dec" in text


async def test_nothing_compared_says_so_and_shows_the_climate() -> None:
    plan = plan_of(ONE).model_copy(update={"comparison": ()})
    async with showing(CompareTab(), plan) as (app, pilot):
        await pilot.press("enter", "down", "o")
        assert "Nothing was compared" in shown(app)
        assert "The climate of Kyoto" in shown(app)


async def test_many_candidates_scroll_beside_the_criteria() -> None:
    ids = ("lisbon", "porto", "rome", "paris", "kyoto", "tokyo", "istanbul", "barcelona")
    rated = tuple(
        RatedDestination(
            destination=id,
            criteria=tuple(
                Criterion(name=f"criterion {c}", score=n / 10, reason=f"{id} {c}") for c in range(9)
            ),
        )
        for n, id in enumerate(ids)
    )
    plan = plan_of(EITHER).model_copy(update={"comparison": rated})
    async with showing(CompareTab(), plan, NARROW) as (app, pilot):
        await pilot.press(*["right"] * 9)
        await pilot.pause()
        text = shown(app)
        assert "criterion 0" in text
        assert "Barcelona" in text
        assert "Istanbul 0.60" in told(app)
        assert "high °C" in text


async def test_a_candidate_that_was_not_rated_by_a_criterion_says_so() -> None:
    plan = plan_of(EITHER)
    first, *rest = plan.comparison
    only = (Criterion(name="bridges", score=1.0, reason="six of them"),)
    rated = (first, *(r.model_copy(update={"criteria": only}) for r in rest))
    async with showing(CompareTab(), plan.model_copy(update={"comparison": rated})) as (app, pilot):
        await pilot.press("right")
        assert "Nobody rated it" in told(app)


async def test_the_scores_keep_their_cursor_through_another_plan_and_theme() -> None:
    async with showing(CompareTab(), plan_of(EITHER)) as (app, pilot):
        await pilot.press("right", "down")
        before = told(app)
        app.tab.show(plan_of(EITHER))
        app.theme = "textual-light"
        await pilot.pause()
        assert told(app) == before


# All of them


def hostile(plan: TripPlan) -> TripPlan:
    """The same plan with the worst where words are free, as it comes in over the boundary."""
    words = list(HOSTILE)

    def worst(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: worst(v, k) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [worst(v, key) for v in value]
        if isinstance(value, str) and key in FREE:
            words.append(words.pop(0))
            return words[-1]
        return value

    return TripPlan.model_validate(worst(plan.model_dump()))


FREE = {"title", "reason", "theme", "summary", "detail", "claim", "sources", "text", "assumptions"}
FREE |= {"rule", "reverse", "missing", "why", "wishes", "relaxations"}


def unwashed(plan: TripPlan) -> TripPlan:
    """The same plan with markup and line breaks that went round the boundary."""
    days = tuple(
        day.model_copy(
            update={
                "theme": "[/red]\n[b]",
                "items": tuple(
                    item.model_copy(update={"title": MARKUP[n % len(MARKUP)]})
                    for n, item in enumerate(day.items)
                ),
            }
        )
        for day in plan.days
    )
    return plan.model_copy(update={"days": days, "summary": "[/]\n[@click=app.quit]x[/]"})


@pytest.mark.parametrize("spoil", [hostile, unwashed])
@pytest.mark.parametrize("tab", [ItineraryTab, ActivitiesTab, CompareTab])
@pytest.mark.parametrize("size", SIZES)
async def test_hostile_words_neither_crash_nor_colour_nor_link(
    tab: Callable[[], Widget], spoil: Callable[[TripPlan], TripPlan], size: tuple[int, int]
) -> None:
    plan = spoil(plan_of(IMPOSSIBLE)).model_copy(
        update={"unverified": (Unverified(named_by="x", name="[/]", why="[@click=app.quit]x[/]"),)}
    )
    async with showing(tab(), plan, size) as (app, pilot):
        for key in ("home", *["down"] * 25, "end", "right_square_bracket", "right", "s", "up"):
            await pilot.press(key)
            assert harmless(app)
        await pilot.press("enter")
        await pilot.pause()
        assert harmless(app)


@pytest.mark.parametrize("tab", [ItineraryTab, ActivitiesTab, CompareTab])
async def test_any_size_in_the_middle_of_it_is_drawn(tab: Callable[[], Widget]) -> None:
    async with showing(tab(), plan_of(EITHER)) as (app, pilot):
        for width, height in ((80, 24), (200, 60), (30, 8), (99, 24), (100, 24), (12, 4), WIDE):
            await pilot.resize_terminal(width, height)
            await pilot.press("down", "right")
            await pilot.pause()
        assert isinstance(app.focused, Rows | DataTable)


@pytest.mark.parametrize("tab", [ItineraryTab, ActivitiesTab, CompareTab])
async def test_keys_mashed_at_random_do_no_harm(tab: Callable[[], Widget]) -> None:
    keys = ["space", "down", "s", "right", "enter", "escape", "end", "left", "up", "g", "home", "o"]
    async with showing(tab(), plan_of(EITHER), NARROW) as (app, pilot):
        for n in range(24):
            await pilot.press(keys[n * 7 % len(keys)], keys[n * 5 % len(keys)])
        assert app.is_running


async def test_the_filter_does_not_take_the_focus_of_the_list() -> None:
    async with showing(ActivitiesTab(), plan_of(EITHER)) as (app, _):
        first = next(w for w in app.tab.query("*") if w.focusable)
        assert isinstance(first, Rows)
        assert not isinstance(first, Input)


# The parts


@pytest.mark.parametrize("width", [1, 5, 20, 40, 72, 80, 200])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_row_is_as_wide_as_it_is_told(width: int, text: str) -> None:
    cells = [cell(text, width=4), cell(text, "bold", share=2), cell(text, width=6, right=True)]
    line = Row(cells).fit(width)
    assert line.cell_length == width
    assert "\n" not in line.plain


def test_a_cell_shows_up_where_there_is_room() -> None:
    cells = [cell("name", share=1), cell("more", width=4, least=20)]
    assert "more" not in Row(cells).fit(19).plain
    assert Row(cells).fit(20).plain.endswith(" " * GAP + "more")


@pytest.mark.parametrize("width", [12, 30, 80])
def test_a_telling_hangs_its_lines_and_fits(width: int) -> None:
    long = "a word and another " * 12
    lines = Telling().head("Title").fact("Why", long).point(long, "✓", long).fit(width).split()
    assert all(line.cell_length <= max(width, 19) for line in lines)
    why = next(n for n, line in enumerate(lines) if line.plain.startswith("Why"))
    assert lines[why + 1].plain.startswith(" " * 9)


def test_the_climate_chart_marks_the_months_of_the_trip_without_colour() -> None:
    years = climates(plan_of(EITHER))
    chart = climate_chart(years).plain.splitlines()
    assert chart[1].count("jfmaMjjasond") == 3
    assert all(year.name in "\n".join(chart) for year in years)
    assert all(len(line) <= 70 for line in chart)
    assert "▸ May" in climate_table(years[0]).plain
    assert climate_chart(()).plain == ""
