"""The same thing is said alike in every tab: counts have one meaning, amounts are never cut."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_app import EITHER, Stage, planned, running, shown, until
from textual.widgets import Digits

from planner.plan import TripPlan
from planner.tui.screens.trip import TripScreen
from planner.tui.tabs.map import FrameRows
from planner.tui.tabs.rows import Row, Rows
from planner.views.counts import counts
from planner.views.decisions import checks
from planner.views.words import money

SIZES = [(80, 24), (120, 40), (200, 60)]
YEN = "4 days in Kyoto from 14 April 2027, two adults, 90000 yen, gardens, quick"
MUCH = "5 days in Tokyo from 14 April 2027, six adults, comfortable hotel, 9000000 yen, quick"
FRANCS = "4 days in Lisbon from 11 May 2027, two adults, budget 2000 CHF, quick"
POOR = "2 days in Paris from 11 May 2027, €100, quick"


async def opened(stage: Stage, screen: TripScreen, number: str) -> str:
    await stage[1].press(number)
    await stage[1].pause()
    return shown(stage[0])


@pytest.mark.parametrize("words", [YEN, FRANCS, POOR])
async def test_every_tab_counts_the_same_places_and_checks(words: str, tmp_path: Path) -> None:
    async with running(tmp_path, size=(200, 60)) as stage:
        app = stage[0]
        screen = await planned(stage, words)
        plan = screen.run.plan
        assert isinstance(plan, TripPlan)
        counted = counts(plan)
        places = f"{counted.places} place{'s' * (counted.places != 1)}"
        assert plan.summary.endswith(f": {places}")
        held, hard = sum(c.passed for c in plan.checks if c.hard), sum(c.hard for c in plan.checks)
        log = screen.run.progress.notes
        assert f"scheduled: {places}, {len(plan.left_out)} left out" in log
        assert any(f"checked: {held} of {hard} hard checks passed" in note for note in log)
        assert checks(plan).hard_words == f"{held} of {hard} hard checks passed"

        days = await opened(stage, screen, "1")
        by_day = [int(n) for n in re.findall(r"  (\d+) places? ", days)]
        found = await opened(stage, screen, "3")
        assert f"{counted.planned_words} planned" in found
        await opened(stage, screen, "4")
        first, *rest = (
            option.prompt.fit(60).plain
            for option in app.screen.query_one(FrameRows).options
            if isinstance(option.prompt, Row)
        )
        assert places in first
        assert sum(int(n) for n in re.findall(r"(\d+) places?", " ".join(rest))) == counted.places
        trace = await opened(stage, screen, "6")
        assert f"{places}, {counted.left_out} left out" in trace
        assert f"{held} of {hard} hard checks passed" in trace
        assert not re.search(r"\b1 places", days + found + trace)
        assert sum(by_day) <= counted.places


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("words", [MUCH, FRANCS])
async def test_no_amount_is_cut_in_the_itinerary(
    words: str, size: tuple[int, int], tmp_path: Path
) -> None:
    async with running(tmp_path, size=size) as stage:
        screen = await planned(stage, words)
        plan = screen.run.plan
        assert plan is not None
        await opened(stage, screen, "1")
        await stage[1].press("home")
        await until(stage[1], lambda: "Overview" in shown(stage[0]))
        overview = next(line for line in shown(stage[0]).splitlines() if "Overview" in line)
        assert money(plan.costs.total, plan.costs.currency) in overview
        rows = stage[0].screen.query_one(Rows)
        for option in rows.options:
            assert isinstance(option.prompt, Row)
            amount = option.prompt.cells[-1]
            assert amount.text.cell_length <= amount.width
            assert option.prompt.fit(60).plain.endswith(amount.text.plain)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    ("words", "large", "meaning"),
    [(FRANCS, r"\d,?\d*", "CHF left of CHF 2,000"), (YEN, r"¥[\d,]+", "")],
)
async def test_the_large_figure_is_of_one_size(
    words: str, large: str, meaning: str, size: tuple[int, int], tmp_path: Path
) -> None:
    async with running(tmp_path, size=size) as stage:
        screen = await planned(stage, words)
        text = await opened(stage, screen, "5")
        assert re.fullmatch(large, stage[0].screen.query_one(Digits).value)
        assert meaning in text


async def test_a_bed_is_listed_once_for_a_stay(tmp_path: Path) -> None:
    async with running(tmp_path, size=(120, 60)) as stage:
        screen = await planned(stage, "5 days in Lisbon from 11 May 2027, quick")
        text = await opened(stage, screen, "4")
        assert text.count("⌂  ") == 1


async def test_what_would_turn_a_choice_round_is_called_so_in_the_comparison(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, size=(120, 40)) as stage:
        screen = await planned(stage, EITHER)
        text = await opened(stage, screen, "2")
        assert re.search(r"Unless +\w", text)


def test_a_check_is_not_called_by_the_opposite_of_what_is_wrong() -> None:
    """An afternoon without anything is no "full day"."""
    from planner.gate.base import RULES
    from planner.views.decisions import NAMES

    assert set(NAMES) <= {rule.id for rule in RULES}
    assert NAMES["full_days"] == "empty afternoons"
