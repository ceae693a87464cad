"""The map, the budget and the trace of real plans, worked by keys at both sizes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import anyio
import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import OptionList

import planner.tui.app
from agents.events import (
    AgentFailed,
    AgentSaid,
    AgentStarted,
    Event,
    Found,
    RunStarted,
    ToolCalled,
    ToolReturned,
)
from planner.intake import read
from planner.plan import Alternative, Decision, LeftOut, Proposal, TripPlan
from planner.progress import RunProgress
from planner.trip import plan_trip
from planner.tui.messages import ItemChosen, SideTaken
from planner.tui.screens.choose import ChooseScreen
from planner.tui.screens.closer import DetailScreen
from planner.tui.tabs import map as map_module
from planner.tui.tabs.budget import BudgetTab
from planner.tui.tabs.map import MapCanvas, MapTab
from planner.tui.tabs.trace import TraceTab
from planner.tui.tabs.trace_tree import TopicTree
from planner.tui.theme import THEMES
from planner.tui.widgets.bars import bar, range_bar
from planner.tui.widgets.detail import DetailPane
from planner.tui.widgets.waterfall import Waterfall

PORTO = "5 days in Lisbon or Porto in May 2027 from Berlin, two adults, €1,500, food and tiles"
JAPAN = "10 days in Tokyo then Kyoto in October 2027 from London, 2 adults, €9,000, temples"
POOR = "4 days in Rome in June 2027 from Berlin, 2 adults, €300"
FREE = "3 days in Rome in May 2027, museums"
NARROW, WIDE = (80, 24), (120, 40)
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])
HOSTILE = [
    "[/]",
    "[@click=app.quit]x[/]",
    "\x1b[31mred",
    "long " * 200,
    "\u202eright to left שלום",
    "👩‍👩‍👧 🇵🇹",
    "",
    "two\nlines",
]


@lru_cache
def planned(words: str) -> tuple[TripPlan, tuple[Event, ...]]:
    request = read(words, today=date(2026, 11, 26)).request
    events: list[Event] = []

    async def work() -> TripPlan:
        return await plan_trip(request, emit=events.append)

    return anyio.run(work), tuple(events)


@pytest.fixture(scope="module", autouse=True)
def plans() -> None:
    """Made before any event loop runs."""
    for words in (PORTO, JAPAN, POOR, FREE):
        planned(words)


def plan_of(words: str) -> TripPlan:
    return planned(words)[0]


def run_of(words: str) -> RunProgress:
    return follow(*planned(words)[1])


def follow(*events: Event) -> RunProgress:
    progress = RunProgress()
    for event in events:
        progress(event)
    return progress


class Host(App[None]):
    CSS_PATH = Path(planner.tui.app.__file__).with_name("app.tcss")
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [
        (0, "-narrow"),
        (100, "-wide"),
    ]

    def __init__(self, tab: Widget) -> None:
        super().__init__()
        self.tab = tab
        self.asked: list[ItemChosen | SideTaken] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def compose(self) -> ComposeResult:
        yield self.tab

    @on(ItemChosen)
    @on(SideTaken)
    def _asked(self, message: ItemChosen | SideTaken) -> None:
        self.asked.append(message)

    @property
    def text(self) -> str:
        """What can be read on the screen."""
        strips = self.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)


@asynccontextmanager
async def shown(
    tab: Any, plan: TripPlan | None, size: tuple[int, int], run: RunProgress | None = None
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    host = Host(tab)
    with anyio.fail_after(30):
        async with host.run_test(size=size) as pilot:
            if isinstance(tab, TraceTab):
                tab.follow(run)
            if plan is not None:
                tab.show(plan)
            next(w for w in tab.query("*") if w.focusable).focus()
            await pilot.pause()
            await pilot.pause()
            yield host, pilot


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


# The map


@SIZES
async def test_the_map_shows_the_whole_trip_with_its_title_its_points_and_a_scale(
    size: tuple[int, int],
) -> None:
    async with shown(MapTab(), plan_of(PORTO), size) as (host, _):
        assert "Porto ·" in host.text
        assert "N ↑" in host.text
        assert "whole trip" in host.text
        assert "A1 " in host.text
        picture = host.query_one(MapCanvas).picture
        assert picture is not None
        assert (picture.columns, picture.rows + 1) == host.query_one(MapCanvas).content_size


@SIZES
async def test_brackets_and_arrows_zoom_to_a_day_and_nought_or_enter_zoom_out(
    size: tuple[int, int],
) -> None:
    tab = MapTab()
    async with shown(tab, plan_of(PORTO), size) as (host, pilot):

        def day() -> int | None:
            assert tab.frame is not None
            return tab.frame.day

        await press(pilot, "[")
        assert day() is None
        await press(pilot, "]", "]")
        assert day() == 1
        assert "Porto, Thu 13 May" in host.text
        await press(pilot, "[")
        assert day() == 0
        await press(pilot, "down")
        assert day() == 1
        await press(pilot, "0")
        assert day() is None
        await press(pilot, *["]"] * 9)
        assert day() == 4
        await press(pilot, "enter")
        assert day() is None


async def test_a_day_lists_its_own_places_only_and_names_what_lies_outside() -> None:
    async with shown(MapTab(), plan_of(PORTO), WIDE) as (host, pilot):
        await press(pilot, "]", "]")
        day = plan_of(PORTO).days[1]
        assert all(i.title[:20] in host.text for i in day.items if i.kind == "visit")
        assert "A1" not in host.text
        outside = host.query_one(MapCanvas).picture
        assert outside is not None
        assert bool(outside.outside) == ("Not in the picture" in host.text)


async def test_what_lies_outside_is_named_at_the_end_of_the_list() -> None:
    async with shown(MapTab(), plan_of(PORTO), (120, 60)) as (host, _):
        picture = host.query_one(MapCanvas).picture
        assert picture is not None
        if picture.outside:
            assert "Not in the picture" in host.text


async def test_the_map_is_drawn_once_for_a_size_and_a_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[tuple[int, int]] = []
    draw = map_module.draw

    def counted(routes: Any, columns: int, rows: int, **more: Any) -> Any:
        drawn.append((columns, rows))
        return draw(routes, columns, rows, **more)

    monkeypatch.setattr(map_module, "draw", counted)
    async with shown(MapTab(), plan_of(PORTO), WIDE) as (host, pilot):
        await press(pilot, "]", "[")
        before = len(drawn)
        for _ in range(5):
            host.query_one(MapCanvas).refresh()
            await press(pilot, "]", "[")
        assert len(drawn) == before
        await pilot.resize_terminal(140, 40)
        await pilot.pause()
        assert len(drawn) == before + 1
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        picture = host.query_one(MapCanvas).picture
        assert picture is not None
        assert picture.columns < NARROW[0]
        assert "N ↑" in host.text


async def test_a_trip_with_several_stops_offers_each_and_a_day_without_places_says_so() -> None:
    async with shown(MapTab(), plan_of(JAPAN), WIDE) as (host, pilot):
        assert "Tokyo" in host.text
        assert "Kyoto" in host.text
        assert "2 stops" in host.text
        await press(pilot, "]", "]", "]")
        assert map_module.NO_PLACES in host.text
        await press(pilot, "]")
        assert map_module.NO_PLACES not in host.text


async def test_another_plan_keeps_the_day_that_is_shown() -> None:
    tab = MapTab()
    async with shown(tab, plan_of(PORTO), WIDE) as (_, pilot):
        await press(pilot, "]", "]", "]")
        before = tab.frame
        tab.show(plan_of(PORTO).model_copy())
        await pilot.pause()
        assert tab.frame == before
        tab.show(plan_of(PORTO).model_copy(update={"days": (), "stops": ()}))
        await pilot.pause()
        assert tab.frame is None or not tab.frame.routes


async def test_every_day_has_a_letter_that_needs_no_colour() -> None:
    async with shown(MapTab(), plan_of(PORTO), WIDE) as (host, _):
        for letter, words in zip("ABCDE", ("Wed 12", "Thu 13", "Fri 14"), strict=False):
            assert f"{letter}  {words} May" in host.text


# The budget


@SIZES
async def test_the_budget_says_first_what_is_left(size: tuple[int, int]) -> None:
    async with shown(BudgetTab(), plan_of(PORTO), size) as (host, _):
        assert "left of €1,500 ✓" in host.text
        assert "of the budget" in host.text
        assert "€300, an even share" in host.text
        for category in ("travel", "stay", "food", "activities", "transit"):
            assert category in host.text
        assert "≈" in host.text


@SIZES
async def test_the_budget_says_what_is_too_much(size: tuple[int, int]) -> None:
    async with shown(BudgetTab(), plan_of(POOR), size) as (host, _):
        assert "more than the €300 you gave ✗" in host.text


async def test_without_a_budget_the_total_stands_on_top() -> None:
    async with shown(BudgetTab(), plan_of(FREE), WIDE) as (host, _):
        assert "no budget given" in host.text
        assert "even share of the total" in host.text
        assert "✓" not in host.text


@SIZES
async def test_enter_on_a_dear_item_asks_to_show_it(size: tuple[int, int]) -> None:
    plan = plan_of(PORTO)
    async with shown(BudgetTab(), plan, size) as (host, pilot):
        await press(pilot, "enter", "down", "down", "enter")
        first, third = host.asked
        assert isinstance(first, ItemChosen)
        assert isinstance(third, ItemChosen)
        costs = [plan.days[m.day].items[m.item].cost for m in (first, third)]
        dearest = sorted(i.cost.expected for d in plan.days for i in d.items if i.cost)[::-1]
        assert [c.expected for c in costs if c] == [dearest[0], dearest[2]]


async def test_a_click_on_a_dear_item_asks_to_show_it() -> None:
    async with shown(BudgetTab(), plan_of(PORTO), WIDE) as (host, pilot):
        await pilot.click(OptionList, offset=(3, 2))
        await pilot.pause()
        assert len(host.asked) == 1


async def test_estimates_are_dated_and_what_is_not_included_is_said() -> None:
    costs = plan_of(PORTO).costs.model_copy(update={"excluded": ("visa [/], not known",)})
    plan = plan_of(PORTO).model_copy(update={"costs": costs})
    async with shown(BudgetTab(), plan, WIDE) as (host, _):
        assert "all amounts are estimates as of 20" in host.text
        assert "Not included" in host.text
        assert "• visa [/], not known" in host.text


async def test_a_long_trip_scrolls_its_days_in_a_small_terminal() -> None:
    async with shown(BudgetTab(), plan_of(JAPAN), NARROW) as (host, pilot):
        await pilot.resize_terminal(80, 18)
        await press(pilot, "pagedown", "pagedown")
        assert "Fri 22 Oct  " in host.text
        await press(pilot, "pageup", "pageup")
        assert "By category" in host.text


def test_bars_show_the_least_that_is_not_nothing_and_never_burst() -> None:
    assert bar(0, 4) == "    "
    assert bar(0.0001, 4) == "▏   "
    assert bar(0.5, 4) == "██  "
    assert bar(7, 4) == "████"
    assert range_bar(0.25, 0.5, 1, 8) == "██▓▓░░░░"
    assert range_bar(0, 0, 0.001, 8) == "░       "
    assert range_bar(2, 3, 4, 8) == "████████"


# The trace


@SIZES
async def test_the_trace_starts_with_the_waterfall_and_the_parts_of_the_run(
    size: tuple[int, int],
) -> None:
    async with shown(TraceTab(), plan_of(PORTO), size, run_of(PORTO)) as (host, _):
        for words in ("━", "┿", "╵0", "by the clock", "added up"):
            assert words in host.text
        for words in ("itinerary", "destinations", "activities", "Merge", "Schedule", "Gate"):
            assert words in host.text


async def test_what_an_agent_did_is_made_when_it_is_opened() -> None:
    tab = TraceTab()
    async with shown(tab, plan_of(PORTO), WIDE, run_of(PORTO)) as (host, pilot):
        tree = host.query_one(TopicTree)
        assert "find_activities" not in host.text
        await press(pilot, "down", "down", "down", "right")
        assert "find_activities(" in host.text
        assert tree.cursor_node is not None
        assert len(tree.cursor_node.children) == len(run_of(PORTO).agents["activities"].entries)
        await press(pilot, "down")
        assert "call 1 of activities" in host.text
        assert "Asked" in host.text
        assert "Rests on" in host.text
        await press(pilot, "left", "left")
        assert "find_activities(" not in host.text


async def test_d_goes_from_decision_to_decision_and_t_takes_the_other_side() -> None:
    async with shown(TraceTab(), plan_of(PORTO), WIDE, run_of(PORTO)) as (host, pilot):
        await press(pilot, "t")
        assert host.asked == []
        await press(pilot, "d")
        assert "Who proposed what" in host.text
        assert "t takes the other side: Lisbon" in host.text
        await press(pilot, "t")
        (asked,) = host.asked
        assert isinstance(asked, SideTaken)
        assert (asked.decision, asked.value) == ("destination", "lisbon")
        await press(pilot, "d")
        assert "How comfortably to stay" in host.text
        await press(pilot, "d", "t")
        assert isinstance(host.asked[-1], SideTaken)
        assert host.asked[-1].decision == "destination"


def decided(*values: str) -> TripPlan:
    decision = Decision(
        id="destination",
        subject="Where [/] to go",
        proposals=(Proposal(by="x", value="y"),),
        chosen="Porto",
        rule="a rule",
        reverse="nothing",
        alternatives=tuple(Alternative(value=v, label=f"to {v}") for v in values),
    )
    return plan_of(PORTO).model_copy(update={"decisions": (decision,)})


@SIZES
async def test_of_several_sides_one_is_picked_from_a_list(size: tuple[int, int]) -> None:
    async with shown(TraceTab(), decided("lisbon", "rome"), size) as (host, pilot):
        await press(pilot, "d", "t")
        assert isinstance(host.screen, ChooseScreen)
        assert "Where [/] to go: take which side?" in host.text
        await press(pilot, "escape")
        assert host.asked == []
        await press(pilot, "t", "down", "enter")
        (asked,) = host.asked
        assert isinstance(asked, SideTaken)
        assert asked.value == "rome"


async def test_a_decision_without_another_side_says_so() -> None:
    async with shown(TraceTab(), decided(), WIDE) as (host, pilot):
        await press(pilot, "d", "t")
        assert host.asked == []
        assert "no other side" in host.text


async def test_a_plan_without_decisions_has_nothing_to_go_to() -> None:
    plan = plan_of(PORTO).model_copy(update={"decisions": ()})
    async with shown(TraceTab(), plan, WIDE) as (host, pilot):
        await press(pilot, "d")
        assert "nothing to decide" in host.text


@pytest.mark.parametrize("run", [None, RunProgress()])
async def test_a_plan_from_the_store_shows_agents_decisions_and_checks_without_events(
    run: RunProgress | None,
) -> None:
    async with shown(TraceTab(), plan_of(PORTO), WIDE, run) as (host, pilot):
        assert not host.query_one(Waterfall).display
        assert "✓ itinerary" in host.text
        assert "Where to go: Porto" in host.text
        assert "23 of 23 hard checks passed" in host.text
        assert f"{len(plan_of(PORTO).left_out)} left out" in host.text
        await press(pilot, "down")
        assert "were not kept" in host.text


async def test_failed_checks_are_open_from_the_start_and_say_what_they_mean() -> None:
    async with shown(TraceTab(), plan_of(POOR), WIDE, run_of(POOR)) as (host, pilot):
        assert "✗ Gate" in host.text
        assert "✗ budget" in host.text
        while "does not hold, and must" not in host.text:
            await press(pilot, "down")
        assert "the plan costs no more" in host.text


async def test_in_a_narrow_terminal_enter_opens_the_closer_look() -> None:
    async with shown(TraceTab(), plan_of(PORTO), NARROW, run_of(PORTO)) as (host, pilot):
        assert not host.query_one(DetailPane).display
        await press(pilot, "d", "enter")
        assert isinstance(host.screen, DetailScreen)
        assert "Who proposed what" in host.text
        await press(pilot, "escape")
        assert host.query_one(TopicTree).has_focus


async def test_an_agent_can_be_gone_to_from_elsewhere() -> None:
    tab = TraceTab()
    async with shown(tab, None, WIDE, run_of(PORTO)) as (host, pilot):
        tab.choose_agent("destinations")
        await pilot.pause()
        assert tab.topics.topic is not None
        assert tab.topics.topic.key == "agent/destinations"
        assert "climate →" in host.text
        assert "compares the destinations" in host.text
        tab.choose_agent("nobody")


def busy(entries: int) -> list[Event]:
    events: list[Event] = [RunStarted(at=1, agents=("a", "b", "c"), backend="x", effort="thinking")]
    for name in ("a", "b", "c"):
        events.append(AgentStarted(at=1, agent=name, role="r", backend="x"))
        for number in range(entries):
            events.append(
                ToolCalled(at=2, agent=name, call=number, tool="look", arguments={"n": number})
            )
            if number % 2:
                events.append(
                    ToolReturned(
                        at=3, agent=name, call=number, tool="look", summary="yes", seconds=1
                    )
                )
    return events  # fmt: skip


async def test_a_large_run_makes_nothing_before_an_agent_is_opened() -> None:
    tab = TraceTab()
    async with shown(tab, None, WIDE, follow(*busy(2000))) as (host, pilot):
        assert tab.topics.last_line < 10
        tab.choose_agent("b")
        await pilot.pause()
        assert tab.topics.last_line == 2003
        await press(pilot, "end")
        assert "look(1999) → yes" in host.text
        await press(pilot, "home", "down", "down", "down")
        assert tab.topics.topic is not None
        assert tab.topics.topic.key == "agent/b/entry/0"


async def test_a_run_is_followed_while_it_goes_on() -> None:
    tab, run = TraceTab(), RunProgress()
    async with shown(tab, None, WIDE, run) as (host, pilot):
        assert not host.query_one(Waterfall).display
        for event in busy(3):
            run(event)
        while "▸ ● b" not in host.text:
            await pilot.pause(0.05)
        tab.choose_agent("b")
        await press(pilot, "down")
        assert "look(2)  at work" in host.text
        run(ToolReturned(at=4, agent="b", call=2, tool="look", summary="found it", seconds=2))
        run(Found(at=5, agent="b", subject="a place", reason="good"))
        while "★ a place: good" not in host.text:
            await pilot.pause(0.05)
        assert "look(2) → found it  2.0 s" in host.text
        assert tab.topics.topic is not None
        assert tab.topics.topic.key == "agent/b/entry/0"
        run(AgentFailed(at=6, agent="b", seconds=5, reason="no answer", kept=True))
        run(AgentStarted(at=7, agent="b", role="r", backend="x"))
        run(AgentSaid(at=8, agent="b", text="again"))
        while "attempt 2" not in host.text:
            await pilot.pause(0.05)
        assert "✗ attempt 1" in host.text


@SIZES
async def test_another_plan_keeps_what_was_open_and_the_cursor(size: tuple[int, int]) -> None:
    tab = TraceTab()
    async with shown(tab, plan_of(PORTO), size, run_of(PORTO)) as (_, pilot):
        await press(pilot, "down", "right", "down", "down")
        assert tab.topics.topic is not None
        key, lines = tab.topics.topic.key, tab.topics.last_line
        tab.show(plan_of(PORTO).model_copy())
        await pilot.pause()
        assert tab.topics.topic is not None
        assert (tab.topics.topic.key, tab.topics.last_line) == (key, lines)


def poisoned(words: str) -> TripPlan:
    """A plan with these words wherever a plan has words, past the boundary that cleans them."""
    plan = plan_of(PORTO)
    days = tuple(
        d.model_copy(
            update={
                "theme": words,
                "items": tuple(i.model_copy(update={"title": words, "reason": words}) for i in d.items),
            }
        )
        for d in plan.days
    )  # fmt: skip
    decision = Decision.model_construct(
        id="destination",
        subject=words,
        proposals=(Proposal.model_construct(by=words, value=words),),
        chosen=words,
        rule=words,
        reverse=words,
        alternatives=(
            Alternative.model_construct(value="a", label=words),
            Alternative.model_construct(value="b", label=words),
        ),
    )
    return plan.model_copy(
        update={
            "summary": words,
            "days": days,
            "missing": (words,),
            "decisions": (decision,),
            "checks": tuple(c.model_copy(update={"detail": words, "passed": False}) for c in plan.checks),
            "costs": plan.costs.model_copy(update={"excluded": (words,)}),
            "left_out": (
                LeftOut.model_construct(
                    destination="porto", place_id="x", name=words, reason="x", detail=words, proposed_by=()
                ),
            ),
        }
    )  # fmt: skip


def poisoned_run(words: str) -> RunProgress:
    run = follow(*planned(PORTO)[1])
    agent = run.agents["activities"]
    agent.role = agent.detail = words
    for entry in agent.entries:
        entry.text = entry.arguments = entry.tool = words
        entry.given = {words: [words, {words: words}]}
    return run


@pytest.mark.parametrize(
    ("words", "size"), [(words, (NARROW, WIDE)[n % 2]) for n, words in enumerate(HOSTILE)]
)
async def test_hostile_words_are_shown_as_they_are(words: str, size: tuple[int, int]) -> None:
    plan = poisoned(words)
    for tab, keys in (
        (MapTab(), ["]", "]", "0"]),
        (BudgetTab(), ["down", "enter"]),
        (TraceTab(), ["d", "t", "escape", "enter", "escape", "home", "down", "down", "down", "right"]),
    ):  # fmt: skip
        async with shown(tab, plan, size, poisoned_run(words)) as (host, pilot):
            for key in keys:
                await press(pilot, key)
            await press(pilot, "down", "down")
            assert host.is_running
            if words.startswith("[@click"):
                assert "[@click" in host.text
            strips = host.screen._compositor.render_strips()
            styles = [segment.style for strip in strips for segment in strip if segment.style]
            assert not any("click" in str(style.meta) for style in styles if style.meta)
            assert not any(style.link for style in styles)


@pytest.mark.parametrize("make", [MapTab, BudgetTab, TraceTab])
async def test_every_size_is_endured(make: type[Widget]) -> None:
    async with shown(make(), plan_of(JAPAN), WIDE, run_of(JAPAN)) as (host, pilot):
        for size in ((200, 60), (80, 24), (40, 10), (20, 5), (8, 3), (120, 40)):
            await pilot.resize_terminal(*size)
            await press(pilot, "down")
        assert host.is_running
        assert "…" not in host.text.split("\n")[0]


@pytest.mark.parametrize("theme", ["tripartite-light", "textual-ansi"])
@pytest.mark.parametrize("make", [MapTab, BudgetTab, TraceTab])
async def test_every_theme_will_do(make: type[Widget], theme: str) -> None:
    async with shown(make(), plan_of(PORTO), WIDE, run_of(PORTO)) as (host, pilot):
        before = host.text
        host.theme = theme if theme in host.available_themes else "ansi-dark"
        await pilot.pause()
        assert host.text == before
