"""`tripartite atlas` and `tripartite destinations`: looking into the atlas and adding to it."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agents.atlas import index, loader, names
from agents.atlas.check import check_file
from agents.atlas.records import (
    Activity,
    Area,
    Climate,
    Costs,
    Destination,
    Neighbour,
    Speciality,
    Transfer,
)
from agents.atlas.stats import TRAITS
from planner.cli.main import main

LANDS_OF_TWO = """\
[[lands]]
id = "golden-triangle"
name = "the Golden Triangle"
destinations = ["delhi", "jaipur"]
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the files of two neighbours, which the commands take for the atlas."""
    for name in ("delhi.toml", "jaipur.toml", "countries.toml"):
        shutil.copy(loader.DATA / name, tmp_path)
    (tmp_path / "lands.toml").write_text(LANDS_OF_TWO, encoding="utf-8")
    monkeypatch.setattr(loader, "DATA", tmp_path)
    index.write_index()
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    """So that the atlas is read anew."""
    for cached in (
        *(loader.index, loader._entries, loader.destination, loader.sights),
        *(loader._lands_file, loader._countries_file, names._known, names._by_airport),
    ):
        cached.cache_clear()


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
    result = run(*arguments[:-1], "Costa del Sol")
    assert "no destination is called 'Costa del Sol'; nearest to it: Granada (" in result.stderr


def test_the_atlas_passes_its_own_check() -> None:
    result = run("atlas", "check")
    assert result.exit_code == 0, result.stdout
    assert result.stdout.count(": ok") == len(loader.record_files())
    assert "lands.toml: ok" in result.stdout and "countries.toml: ok" in result.stdout
    assert len(loader.destination_ids()) >= 100


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
    assert told["all"]["destinations"] == len(loader.destination_ids())
    assert told["all"]["activities"] == len(activities)
    assert told["all"]["free"] == sum(a.price == (0, 0) for a in activities)
    assert sum(told["all"]["kinds"].values()) == len(activities)
    regions = [counts for name, counts in told.items() if name != "all"]
    assert sum(c["destinations"] for c in regions) == len(loader.destination_ids())
    table = run("atlas", "stats").stdout
    assert all(trait in table for trait in TRAITS)


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
    assert raw["coordinates"] == [0, 0]  # an airport is not the centre
    assert run("atlas", "check", str(path)).exit_code == 1
    again = run("atlas", "new", "Gothenburg")
    assert again.exit_code == 2 and "is there already" in again.stderr
    assert run("atlas", "index").exit_code == 1  # not while a file is half done
    filled = (own_data / "jaipur.toml").read_text(encoding="utf-8")
    path.write_text(filled.replace('id = "jaipur"', 'id = "gothenburg"', 1), encoding="utf-8")
    assert run("atlas", "check", str(path)).stdout == "gothenburg.toml: ok\n"
    assert run("atlas", "index").stdout == "3 destinations\n"
    entries = json.loads((own_data / "index.json").read_text(encoding="utf-8"))
    assert [entry["id"] for entry in entries] == ["delhi", "gothenburg", "jaipur"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Neu-Delhi"], "is Delhi, which the atlas has already"),
        (["DEL"], "is Delhi, which the atlas has already"),
        (["Indraprastha", "--id", "delhi"], "'delhi' is Delhi, which the atlas has already"),
        (["!!!"], "give one with --id"),
        (["Ærø"], "'Ærø' cannot be made an id of a to z and 0 to 9; give one with --id"),
        (["北京市"], "give one with --id"),
        (["Ærø", "--id", "Ærø"], "'Ærø' is no id"),
        (["Ærø", "--id", "../aero"], "'../aero' is no id"),
    ],
)
def test_no_template_is_written_for_what_is_known_or_without_an_id(
    own_data: Path, arguments: list[str], words: str
) -> None:
    before = sorted(own_data.iterdir())
    result = run("atlas", "new", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert sorted(own_data.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "id", "name"),
    [
        (["Ærø", "--id", "aero"], "aero", "Ærø"),
        (["北京市", "--id", "beijing"], "beijing", "北京市"),
        (["Zo\x07rg"], "zorg", "Zorg"),
        (["Zo\x7frg \x1b[31mred"], "zorg-red", "Zorg red"),
        (['Zorg "the" \\ lub'], "zorg-the-lub", 'Zorg "the" \\ lub'),
        (["Zorg\nlub"], "zorg-lub", "Zorg lub"),
        (["India"], "india", "India"),
    ],
)
def test_a_template_is_toml_whatever_the_name(
    own_data: Path, arguments: list[str], id: str, name: str
) -> None:
    assert run("atlas", "new", *arguments).exit_code == 0
    raw = tomllib.loads((own_data / f"{id}.toml").read_text(encoding="utf-8"))
    assert (raw["id"], raw["name"]) == (id, name)


def test_a_template_names_every_key_of_the_format(tmp_path: Path) -> None:
    path = tmp_path / "zorglub.toml"
    run("atlas", "new", "Zorglub", "--output", str(path))
    text = path.read_text(encoding="utf-8")
    raw = tomllib.loads(re.sub(r"(?m)^# (?=[a-z_]+ = |\[\[)", "", text))

    def only(key: str) -> dict[str, Any]:
        (table,) = raw[key]
        return table

    tables = (
        *((Destination, raw), (Climate, raw["climate"]), (Costs, raw["costs"])),
        *((Transfer, only("transfers")), (Neighbour, only("neighbours"))),
        *((Speciality, only("specialities")), (Area, only("areas"))),
        (Activity, only("activities")),
    )
    for model, table in tables:
        assert set(table) == set(model.model_fields), model.__name__


def test_a_template_straight_from_new_has_one_fault_a_key(tmp_path: Path) -> None:
    path = tmp_path / "zorglub.toml"
    run("atlas", "new", "Zorglub", "--output", str(path))
    faults = check_file(path)
    assert "country: is still to do; fill it in" in faults
    assert any(fault.startswith("specialities: Tuple should have at least 3") for fault in faults)
    keys = [fault.partition(":")[0] for fault in faults]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (('country = "IN"', 'country = "XX"'), "jaipur.toml: country: no country 'XX'"),
        (('airports = ["JAI"', 'airports = ["QQQ"'), "jaipur.toml: airports: no airport has the"),
        (('id = "jaipur"', 'id = "jaypur"'), "jaipur.toml: id: 'jaypur' is not the file's name"),
        (("name = ", "nom = "), "jaipur.toml: nom: is no key of the format"),
    ],
)
def test_no_index_is_written_of_what_would_break_the_other_commands(
    own_data: Path, edit: tuple[str, str], fault: str
) -> None:
    before = {path: path.read_bytes() for path in own_data.glob("*.json")}
    path = own_data / "jaipur.toml"
    text = path.read_text(encoding="utf-8")
    assert edit[0] in text
    path.write_text(text.replace(*edit, 1), encoding="utf-8")
    result = run("atlas", "index")
    assert result.exit_code == 1 and result.stdout == ""
    assert fault in result.stderr and "nothing was written" in result.stderr
    assert {path: path.read_bytes() for path in own_data.glob("*.json")} == before


def test_of_many_faults_the_first_of_each_file_are_told(own_data: Path) -> None:
    run("atlas", "new", "Zorglub")
    (own_data / "lands.toml").write_text(LANDS_OF_TWO.replace("jaipur", "rome"), encoding="utf-8")
    told = run("atlas", "index").stderr.splitlines()
    assert [line.split(": ")[0] for line in told[:-1]] == ["zorglub.toml"] * 4 + ["lands.toml"]
    assert told[3].endswith("more; `tripartite atlas check` lists all")
    assert told[4] == "lands.toml: lands 'golden-triangle': no destination 'rome' in the atlas"


def test_an_index_that_cannot_be_written_leaves_both_files_as_they_were(
    own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in own_data.iterdir()}
    write = Path.write_text

    def no_room(path: Path, *args: Any, **kwargs: Any) -> int:
        if "sights" in path.name:
            raise OSError(28, "No space left on device", str(path))
        return write(path, *args, **kwargs)

    monkeypatch.setattr(Path, "write_text", no_room)
    result = run("atlas", "index")
    assert result.exit_code == 1
    assert "sights.json.new: No space left on device; nothing was written" in result.stderr
    assert {path: path.read_bytes() for path in own_data.iterdir()} == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Tuscany", "Tuscany is a part of the world; there is Florence"),
        ("Portugal", "Portugal is a country; there are Algarve"),
        ("Europe", "Europe is a part of the world; `tripartite destinations 'Europe'` lists its"),
    ],
)
def test_a_country_or_land_is_shown_as_what_it_is(name: str, words: str) -> None:
    result = run("atlas", "show", name)
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr.startswith(words)


@pytest.mark.parametrize("arguments", [("destinations", "Fiji"), ("atlas", "show", "Fiji")])
def test_a_country_without_a_destination_is_answered_with_the_nearest(
    arguments: tuple[str, ...],
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2 and result.stdout == ""
    assert "no destination in Fiji is known yet; nearest to it: Auckland" in result.stderr
