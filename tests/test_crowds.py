"""How much the famous places count: what the traveller asks for, and what the plan shows of it."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner

from agents.atlas.loader import destination
from agents.crowds import CROWDED, QUIET, worth
from agents.request import Crowds, Dates, TripRequest
from planner.cli.main import main
from planner.plan import TripPlan
from planner.trip import plan_trip
from planner.views.crowds import concentration
from planner.views.words import crowd_words

CITIES = ("lisbon", "rome", "tokyo", "paris")


async def planned(city: str, crowds: Crowds) -> TripPlan:
    dates = Dates(start=date(2027, 5, 12), end=date(2027, 5, 14))
    return await plan_trip(TripRequest(destinations=(city,), dates=dates, crowds=crowds))


@pytest.mark.parametrize("city", CITIES)
async def test_the_wish_turns_the_famous_spots_up_and_down(city: str) -> None:
    seen = {}
    for crowds in Crowds:
        plan = await planned(city, crowds)
        assert plan.complete
        found = concentration(plan)
        assert found is not None
        seen[crowds] = found
    avoid, mixed, icons = (seen[c] for c in (Crowds.AVOID, Crowds.MIXED, Crowds.ICONS))
    assert avoid.mean < min(mixed.mean, icons.mean)
    assert avoid.icons < mixed.icons <= icons.icons
    assert avoid.quiet > icons.quiet
    assert avoid.crowded <= avoid.visits / 4


async def test_crowded_places_are_a_warning_by_what_was_asked_for() -> None:
    plan = await planned("rome", Crowds.ICONS)

    def warned(crowds: Crowds) -> list[bool]:
        from planner.gate import inspect

        wished = plan.request.model_copy(update={"crowds": crowds})
        checks = inspect(plan.model_copy(update={"request": wished}))
        return [not c.passed for c in checks if c.id == "crowds"]

    assert warned(Crowds.ICONS) == [False]
    assert warned(Crowds.AVOID) == [True]


def test_what_a_place_is_worth_follows_the_wish() -> None:
    for lower, higher in ((0.1, 0.3), (0.3, 0.6), (0.6, 1.0)):
        assert worth(Crowds.AVOID, lower, icon=False) > worth(Crowds.AVOID, higher, icon=False) > 0
        assert worth(Crowds.ICONS, lower, icon=False) < worth(Crowds.ICONS, higher, icon=True)
        assert worth(Crowds.MIXED, lower, icon=False) == worth(Crowds.MIXED, higher, icon=True) == 1


def test_the_words_for_crowds_have_the_limits_of_the_figures() -> None:
    assert crowd_words(CROWDED) == "crowded in season"
    assert crowd_words(QUIET) == crowd_words(0) == "quiet"
    assert crowd_words(QUIET + 0.01) == "lively"


def test_the_figures_of_a_plan_are_those_of_its_places() -> None:
    done = CliRunner().invoke(
        main, ["plan", "2 days in Rome on 12 May 2027", "--crowds", "avoid", "--json"]
    )
    plan = TripPlan.model_validate_json(done.stdout)
    assert plan.request.crowds is Crowds.AVOID
    records = {a.id: a for a in destination("rome").activities}
    visited = [records[i.place_id] for d in plan.days for i in d.items if i.kind == "visit"]
    seen = concentration(plan)
    assert seen is not None
    assert seen.visits == len(visited)
    assert seen.icons == sum(r.icon for r in visited)
    assert seen.mean == pytest.approx(sum(r.popularity for r in visited) / len(visited))


@pytest.mark.parametrize("words", [["--crowds", "avoid"], []])
def test_the_plan_says_how_concentrated_it_is(words: list[str]) -> None:
    done = CliRunner().invoke(main, ["plan", "2 days in Rome on 12 May 2027", *words])
    assert "places are icons" in done.stdout
    assert "mean popularity 0." in done.stdout
    assert ("away from the crowds" in done.stderr) is bool(words)
