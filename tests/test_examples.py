"""Every example runs as a stranger would run it, and shows what it says it shows."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
MOST_LINES = 80
MOST_SECONDS = 60


@cache
def printed(name: str) -> str:
    """What the example prints, run on its own, away from the project."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / f"{name}.py")],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
        cwd=ROOT.anchor,
        timeout=MOST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_says_what_it_shows_and_can_be_read_in_one_sitting(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    said = ast.get_docstring(ast.parse(source))
    assert said is not None and source.startswith('"""')
    assert len(said.splitlines()[0]) > 40
    assert len(source.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_has_a_test_of_what_it_prints(path: Path) -> None:
    assert f'printed("{path.stem}")' in Path(__file__).read_text(encoding="utf-8")


def test_weekend_goes_from_words_to_days_with_times_and_costs() -> None:
    text = printed("weekend")
    assert "understood: 3 days in Lisbon, 11–13 June 2027, 2 adults" in text
    assert re.search(r"(\d+) of \1 hard checks passed", text)
    assert "20:00–21:30  dinner booked Friday 20:00" in text
    days = re.findall(r"^(Fri 11|Sat 12|Sun 13) Jun 2027: \w", text, re.MULTILINE)
    assert days == ["Fri 11", "Sat 12", "Sun 13"]
    assert len(re.findall(r"^  \d\d:\d\d–\d\d:\d\d  .* [✓≈]$", text, re.MULTILINE)) > 10


def test_three_cities_tells_who_wanted_what_and_lets_the_traveller_decide_otherwise() -> None:
    first, _, second = printed("three_cities").partition("Rome, please.")
    totals = [float(x) for x in re.findall(r"^  \w+ +(0\.\d\d)  \(", first, re.MULTILINE)]
    assert len(totals) == 3 and totals == sorted(totals, reverse=True)
    assert {"activities", "destinations", "itinerary"} <= set(
        re.findall(r"^    (\w+) said", first, re.MULTILINE)
    )
    assert first.count("what would reverse it: ") == 2
    assert "5 days in Rome" not in first
    assert "5 days in Rome" in second
    assert "rule: your own choice" in second


def test_two_stops_holds_both_cities_and_the_train_between_them() -> None:
    text = printed("two_stops")
    nights = {city: int(n) for n, city in re.findall(r"(\d+) nights in (\w+)", text)}
    assert set(nights) == {"Tokyo", "Kyoto"}
    assert sum(nights.values()) == 8  # of ten days, one night is in the air
    assert re.search(r"→ Train from Tokyo to Kyoto: \d+ km by train, \d\.\d h", text)
    assert text.index("Flight from Berlin") < text.index("Train from") < text.index("to Berlin")


def test_impossible_names_the_wishes_and_what_would_do_and_still_has_a_plan() -> None:
    dear, closed = printed("impossible").strip().split("\n\n")
    for text in (dear, closed):
        assert "complete: no" in text
        assert "    against " in text
        assert text.count("    • ") >= 2
        assert re.search(r"the closest: \d+ days? in Paris.*: [1-9]\d* places", text)
    assert "✗ budget: " in dear and "raise the budget by €" in dear
    assert "✗ musts: Louvre" in closed and "travel from Wed 12 May" in closed


def test_custom_backend_brings_its_own_places_into_a_plan_that_passes() -> None:
    text = printed("custom_backend")
    assert re.search(r"^activities: “12 of \d+ are for us.”", text)
    assert "places, complete" in text
    gems = re.findall(r"^  \w{3} \d\d:\d\d ◆ (.+)$", text, re.MULTILINE)
    others = re.findall(r"^  \w{3} \d\d:\d\d   (.+)$", text, re.MULTILINE)
    assert len(gems) >= 3 and others
    assert not {"Colosseum", "Trevi Fountain", "Pantheon"} & set(gems)


def test_fourth_agent_works_beside_the_three_and_is_in_the_plan() -> None:
    text = printed("fourth_agent")
    done = re.findall(r"^  (\w+) is done: \d+ tool calls", text, re.MULTILINE)
    assert sorted(done) == ["activities", "destinations", "itinerary", "rain"]
    roofs = re.findall(r"^  \w{3} ☂ .*\(.*rain.*\)$", text, re.MULTILINE)
    assert len(roofs) >= 3


def test_embedding_plans_several_trips_stops_early_and_keeps_a_deadline() -> None:
    together, stopped, late = printed("embedding").strip().split("\n\n")
    assert [line.split(" in ")[1].split(",")[0] for line in together.splitlines()] == [
        "Porto",
        "Kyoto",
        "Berlin",
    ]
    assert together.count("(RunStarted … RunFinished)") == 3
    assert re.search(r"stopped: 5 days in Rome, .*: [1-9]\d* places; complete: no", stopped)
    assert "missing: " in stopped and "cancelled before it was done" in stopped
    assert late == "no time, no plan"


def test_swapping_the_model_plans_the_same_with_a_recording_that_says_what_it_is_of() -> None:
    text = printed("swapping_the_model")
    first, second = text.split("--backend ")[1:]
    assert first.startswith("offline\n  at work: offline rules\n")
    assert second.startswith("replay:…/run.ndjson\n  at work: replay of offline rules\n")
    assert first.splitlines()[2] == second.splitlines()[2]
    assert re.search(r"places: (\d+) of \1 checks passed$", first.splitlines()[2])


def test_two_models_are_laid_side_by_side() -> None:
    text = printed("two_models")
    assert text.startswith("The same request: 4 days in Rome")
    assert re.search(r"^ +usual\.ndjson +quiet\.ndjson$", text, re.MULTILINE)
    assert re.search(r"^  backend +offline rules +offline, quiet places$", text, re.MULTILINE)
    assert re.search(r"^  models +none +none$", text, re.MULTILINE)
    [(usual, quiet)] = re.findall(r"^  tool calls +(\d+) +(\d+)$", text, re.MULTILINE)
    assert int(usual) > int(quiet)


def test_local_server_is_asked_over_the_wire_and_its_finds_are_planned() -> None:
    lines = printed("local_server").splitlines()
    assert re.fullmatch(r"activities asks tiny: [\d,]+ bytes", lines[0])
    assert lines[1] == "  twenty-lines answers: 990 tokens"
    assert lines[2] == "  it calls find_activities"
    assert re.fullmatch(r"3 days in Porto, .*: [1-9]\d* places, complete", lines[-1])


def test_replaying_a_run_tells_all_of_it_again_and_comes_to_the_same_days() -> None:
    text = printed("replaying_a_run")
    assert re.search(r"^recorded of offline rules: \d+ events$", text, re.MULTILINE)
    assert "at work: replay of offline rules\n" in text
    done = re.findall(r"^  (\w+) is done: \d+ tool calls$", text, re.MULTILINE)
    assert sorted(done) == ["activities", "destinations", "itinerary"]
    assert len(re.findall(r"^  \w+ found ", text, re.MULTILINE)) > 3
    assert text.endswith("\nday for day as it was recorded\n")


def test_another_framework_looks_up_through_the_toolbox_and_its_finds_are_planned() -> None:
    lines = printed("another_framework").splitlines()
    assert re.fullmatch(r"activities: find_activities, \d+ found", lines[0])
    assert re.fullmatch(r"3 days in Porto, .*: [1-9]\d* places, complete", lines[-1])
