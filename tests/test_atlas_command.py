"""`tripartite atlas` and `tripartite destinations`: looking into the atlas and adding to it."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.atlas import index, loader
from agents.atlas.check import check_file
from agents.atlas.stats import TRAITS, by_region
from planner.cli.main import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the files of two destinations, which the commands take for the atlas."""
    for name in ("lisbon.toml", "porto.toml", "countries.toml", "lands.toml"):
        shutil.copy(loader.DATA / name, tmp_path)
    monkeypatch.setattr(loader, "DATA", tmp_path)
    monkeypatch.setattr(index, "DATA", tmp_path)
    for module in (loader, index):
        for name in ("INDEX_FILE", "SIGHTS_FILE", "COUNTRIES_FILE", "LANDS_FILE"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, tmp_path / getattr(module, name).name)
    others = (tmp_path / "countries.toml", tmp_path / "lands.toml")
    monkeypatch.setattr(index, "OTHER_FILES", others)
    return tmp_path


def test_the_destinations_are_listed_and_searched() -> None:
    listed = run("destinations").stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(loader.destination_ids())
    found = run("destinations", "Portugal").stdout
    assert "lisbon" in found and "porto" in found and "rome" not in found
    alps = run("destinations", "the Alps").stdout
    assert "innsbruck" in alps and "lisbon" not in alps


def test_one_destination_is_shown_with_all_its_places() -> None:
    shown = run("atlas", "show", "Lissabon").stdout
    for activity in loader.destination("lisbon").activities:
        assert activity.name in shown
    assert "sources: " in shown and "popularity" in shown and "unsure: " in shown


@pytest.mark.parametrize("arguments", [("destinations", "Lisboon"), ("atlas", "show", "Lisboon")])
def test_an_unknown_destination_is_answered_with_the_nearest(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 0  # one letter is a typo
    result = run(*arguments[:-1], "Lisbnxo")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "no destination is called 'Lisbnxo'; did you mean Lisbon?" in result.stderr


def test_the_atlas_passes_its_own_check() -> None:
    result = run("atlas", "check")
    assert result.exit_code == 0, result.stdout
    assert result.stdout.count(": ok") == len(loader.destination_ids()) == 100


def test_a_broken_record_is_told_by_file_and_fault(tmp_path: Path) -> None:
    text = (loader.DATA / "lisbon.toml").read_text(encoding="utf-8")
    broken = tmp_path / "lisbon.toml"
    broken.write_text(text.replace('country = "PT"', 'country = "Portugal"', 1), encoding="utf-8")
    torn = tmp_path / "torn.toml"
    torn.write_text("id = [", encoding="utf-8")
    result = run("atlas", "check", str(broken), str(torn))
    assert result.exit_code == 1
    assert "lisbon.toml: 1 faults" in result.stdout
    assert "country: 'Portugal' does not have the form" in result.stdout
    assert "torn.toml: 1 faults" in result.stdout


def test_the_statistics_are_counts_of_the_files() -> None:
    told = json.loads(run("atlas", "stats", "--json").stdout)
    activities = [a for id in loader.destination_ids() for a in loader.destination(id).activities]
    assert told["all"]["destinations"] == 100
    assert told["all"]["activities"] == len(activities)
    assert told["all"]["free"] == sum(a.price == (0, 0) for a in activities)
    assert sum(told["all"]["kinds"].values()) == len(activities)
    regions = [counts for name, counts in told.items() if name != "all"]
    assert sum(c["destinations"] for c in regions) == 100
    table = run("atlas", "stats").stdout
    assert all(trait in table for trait in TRAITS)


def test_at_least_a_fifth_is_off_the_usual_lists_everywhere() -> None:
    for region, counts in by_region().items():
        assert counts.share("off the usual lists") >= 0.2, region


def test_what_is_near_a_point_is_told_with_distances() -> None:
    shown = run("atlas", "near", "-45.02", "168.66", "--count", "3").stdout
    assert "km  Queenstown" in shown.splitlines()[0]
    assert len(shown.splitlines()) == 7
    for arguments in (("91", "0"), ("0", "181"), ("north", "0"), ("nan", "0")):
        assert run("atlas", "near", *arguments).exit_code == 2


def test_a_new_destination_is_written_filled_in_checked_and_planned(own_data: Path) -> None:
    made = run("atlas", "new", "Gothenburg")
    path = own_data / "gothenburg.toml"
    assert made.exit_code == 0 and str(path) in made.stdout
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    assert (raw["id"], raw["country"], raw["airports"]) == ("gothenburg", "SE", ["GOT"])
    assert run("atlas", "check", str(path)).exit_code == 1
    again = run("atlas", "new", "Gothenburg")
    assert again.exit_code == 2 and "is there already" in again.stderr
    assert run("atlas", "index").exit_code == 1  # not while a file is half done
    filled = (own_data / "porto.toml").read_text(encoding="utf-8")
    path.write_text(filled.replace('id = "porto"', 'id = "gothenburg"', 1), encoding="utf-8")
    assert run("atlas", "check", str(path)).stdout == "gothenburg.toml: ok\n"
    assert run("atlas", "index").stdout == "3 destinations\n"
    entries = json.loads((own_data / "index.json").read_text(encoding="utf-8"))
    assert [entry["id"] for entry in entries] == ["gothenburg", "lisbon", "porto"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("Wien", "is Vienna, which the atlas has already"), ("!!!", "has no letters")],
)
def test_no_template_is_written_for_what_is_known_or_nothing(
    own_data: Path, name: str, words: str
) -> None:
    before = sorted(own_data.iterdir())
    result = run("atlas", "new", name)
    assert result.exit_code == 2
    assert words in result.stderr
    assert sorted(own_data.iterdir()) == before


def test_a_template_names_every_key_of_the_format(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    run("atlas", "new", 'Zorg "the" lub', "--output", str(path))
    text = path.read_text(encoding="utf-8")
    assert tomllib.loads(text)["name"] == 'Zorg "the" lub'
    from agents.atlas.records import Activity, Area, Climate, Costs, Destination, Transfer

    for model in (Destination, Climate, Costs, Transfer, Area, Activity):
        for key in model.model_fields:
            assert f"{key} =" in text or f"[{key}]" in text or f"[[{key}]]" in text, key
    faults = check_file(path)
    assert any("is still to do; fill it in" in fault for fault in faults)
