"""The embedded world: its records, distances, hours, dates, names and airports."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.atlas import airports, check, dates, geo, hours, loader, names
from agents.atlas.elsewhere import elsewhere
from agents.atlas.index import build_index
from agents.atlas.landmass import landmass
from agents.atlas.loader import destination_files, record_files
from agents.atlas.records import Coordinates
from agents.atlas.vocabulary import Mode
from agents.errors import InvalidRecord, UnknownPlace

LISBON = (38.7105, -9.137)
TUESDAY = date(2027, 5, 11)
CORPUS_CHRISTI = date(2027, 5, 27)
"""A Thursday."""
coordinates = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
around_lisbon = st.tuples(st.floats(38, 39.5), st.floats(-10, -8.5))


@pytest.mark.parametrize("path", record_files(), ids=lambda path: path.stem)
def test_every_file_keeps_every_rule(path: Path) -> None:
    assert check.check_file(path) == []


def test_the_index_is_in_step_with_the_files() -> None:
    """If this fails: tripartite atlas index"""
    for path, text in build_index(destination_files()).items():
        assert path.read_text(encoding="utf-8") == text, path.name


def test_building_the_index_twice_gives_the_same_text() -> None:
    assert build_index(destination_files()) == build_index(destination_files())


def test_a_city_is_read_from_its_own_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    read = Path.read_text

    def told(path: Path, *args: object, **kwargs: object) -> str:
        opened.append(path.name)
        return read(path, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "read_text", told)
    for cached in (loader.destination, loader.index, loader._entries):
        cached.cache_clear()
    assert loader.destination("lisbon").name == "Lisbon"
    assert opened == ["index.json", "lisbon.toml"]


def test_planning_a_city_reads_the_index_and_that_citys_file() -> None:
    code = (
        "import atexit, sys; from pathlib import Path; opened = []\n"
        "def told():\n"
        f"  there = [p for p in opened if p.startswith({str(loader.DATA)!r})]\n"
        "  print(*sorted({Path(p).name for p in there}), file=sys.stderr)\n"
        "atexit.register(told)\n"
        "sys.addaudithook(lambda e, seen: opened.append(str(seen[0])) if e == 'open' else None)\n"
        "from planner.cli.main import main\n"
        "main(['plan', '2 days in Bruges, 12 May 2027', '--json'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    files = done.stderr.splitlines()[-1].split()
    assert files == ["bruges.toml", "countries.toml", "index.json", "lands.toml"]


def test_the_atlas_stays_small() -> None:
    """All of it is in the wheel, which is to stay under 5 MB."""
    assert sum(path.stat().st_size for path in loader.DATA.iterdir()) < 4_000_000


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (
            lambda: loader.destination("lisbn"),
            "no destination 'lisbn' in the atlas; did you mean l",
        ),
        (lambda: loader.destination("../lisbon"), "no destination '../lisbon'"),
        (lambda: loader.activity("lisbon", "jeronimo"), "no place 'jeronimo' in lisbon; did you"),
        (lambda: loader.area("lisbon", "bellem"), "no area 'bellem' in lisbon"),
        (lambda: loader.country("XX"), "no country 'XX'"),
        (lambda: loader.currency("XXX"), "no rate for currency 'XXX'"),
        (lambda: airports.airport("QQQ"), "no airport has the code 'QQQ'"),
        (lambda: airports.airports_of_city("Xyzzyville"), "no city 'Xyzzyville'"),
        (lambda: dates.zone("Mars/Olympus"), "no time zone 'Mars/Olympus'"),
        (lambda: dates.holidays_between("ES", "XX", TUESDAY, TUESDAY), "ES-XX"),
    ],
)
def test_an_unknown_name_is_answered_with_what_to_do(ask: object, words: str) -> None:
    with pytest.raises(UnknownPlace) as raised:
        ask()  # type: ignore[operator]
    assert words in str(raised.value)


def test_every_countrys_currency_has_a_rate() -> None:
    for country in loader.countries():
        assert loader.currency(country.currency).per_eur > 0


def test_meals_start_in_order() -> None:
    for country in loader.countries():
        assert country.lunch[0] < country.lunch[1] < country.dinner[0] < country.dinner[1]


def test_an_amount_converts_to_cents() -> None:
    assert loader.convert(Decimal("100"), "EUR", "USD") == Decimal("117.40")
    assert loader.convert(Decimal("10"), "GBP", "GBP") == Decimal("10.00")


@given(st.decimals(0, 10_000, places=2), st.sampled_from(["USD", "GBP", "JPY", "TRY"]))
def test_converting_there_and_back_loses_less_than_a_rounding(amount: Decimal, code: str) -> None:
    back = loader.convert(loader.convert(amount, "EUR", code), code, "EUR")
    assert abs(back - amount) <= Decimal("0.02")


def test_distances_are_those_of_the_map() -> None:
    assert geo.distance_km((52.52, 13.405), (48.8566, 2.3522)) == pytest.approx(878, abs=2)


@given(coordinates, coordinates)
def test_distance_is_symmetric_and_never_more_than_half_the_globe(
    a: Coordinates, b: Coordinates
) -> None:
    assert geo.distance_km(a, b) == pytest.approx(geo.distance_km(b, a), abs=1e-6)
    assert 0 <= geo.distance_km(a, b) <= 20016


@given(around_lisbon, around_lisbon, st.booleans())
def test_travel_takes_a_minute_at_least_and_as_long_back(
    a: Coordinates, b: Coordinates, hilly: bool
) -> None:
    there, back = geo.travel(a, b, hilly), geo.travel(b, a, hilly)
    assert (there.mode, there.minutes) == (back.mode, back.minutes)
    assert there.minutes >= (geo.distance_km(a, b) > 0)
    assert there.walk_minutes <= there.minutes


@given(st.floats(0, 120), st.floats(0, 120), st.booleans())
def test_further_away_never_takes_less_time(one: float, other: float, hilly: bool) -> None:
    near, far = (geo.travel((0, 0), (0, km / 111.195), hilly) for km in sorted((one, other)))
    assert near.minutes <= far.minutes


def test_staying_takes_no_time() -> None:
    assert geo.travel(LISBON, LISBON).minutes == 0


def test_the_mode_grows_with_the_distance() -> None:
    modes = [geo.travel((0, 0), (0, km / 111.195)).mode for km in (1, 4, 25)]
    assert modes == [Mode.WALK, Mode.METRO, Mode.TRAIN]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("24/7", ((0, 1440),)),
        ("Mo-Su 00:00-24:00", ((0, 1440),)),
        ("Tu-Su 10:00-17:30", ((600, 1050),)),
        ("Mo-Su 10:00-18:00; Tu off", ()),
        ("Tu 10:00-13:00,15:00-18:00", ((600, 780), (900, 1080))),
        ("Tu 10:00-13:00, Tu 13:00-18:00", ((600, 1080),)),
        ("Mo-Su 18:00-02:00", ((1080, 1560),)),
        ("Mo 18:00-02:00", ()),
        ("Tu 22:00-26:00", ((1320, 1560),)),
        ("Oct-Mar 09:00-17:00; Apr-Sep 09:00-19:00", ((540, 1140),)),
        (None, None),
    ],
)
def test_hours_of_a_tuesday_in_may(
    expression: str | None, expected: tuple[tuple[int, int], ...] | None
) -> None:
    assert hours.open_intervals(expression, TUESDAY, "PT") == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Mo-Su 10:00-18:00; PH off", ()),
        ("Mo-Su 10:00-18:00; PH 10:00-13:00", ((600, 780),)),
        ("Su,PH 10:00-12:00", ((600, 720),)),
        ("PH Mo-Fr 10:00-12:00", ((600, 720),)),
        ("Mo-Su 10:00-18:00", ((600, 1080),)),
    ],
)
def test_hours_of_a_public_holiday(expression: str, expected: tuple[tuple[int, int], ...]) -> None:
    assert hours.open_intervals(expression, CORPUS_CHRISTI, "PT") == expected


def test_the_night_after_a_closing_day_is_closed_too() -> None:
    bar = "Mo-Su 20:00-01:00; Jan 01 off"
    assert hours.open_intervals(bar, date(2027, 1, 1), "PT") == ()
    assert hours.open_intervals(bar, date(2027, 1, 2), "PT") == ((1200, 1500),)


def test_a_regional_holiday_closes_in_its_region_only() -> None:
    la_diada = date(2026, 9, 11)
    assert hours.open_intervals("10:00-18:00; PH off", la_diada, "ES", "CT") == ()
    assert hours.open_intervals("10:00-18:00; PH off", la_diada, "ES", "MD") == ((600, 1080),)


@given(st.dates(date(2025, 1, 1), date(2030, 12, 31)))
def test_intervals_of_every_atlas_place_are_in_order_and_start_on_their_day(day: date) -> None:
    place = loader.destination("lisbon")
    for activity in place.activities:
        found = hours.open_intervals(activity.hours, day, place.country, place.subdivision) or ()
        edges = [edge for interval in found for edge in interval]
        assert edges == sorted(set(edges))
        assert all(0 <= start < 1440 for start, _ in found)


def test_hours_that_do_not_parse_are_named() -> None:
    assert hours.validate("Tu-Su 10:00-17:30; PH off") is None
    assert "'Tu-Xx'" in str(hours.validate("Tu-Xx"))
    assert "sunset" in str(hours.validate("10:00-sunset"))
    with pytest.raises(InvalidRecord, match="opening_hours"):
        hours.open_intervals("whenever", TUESDAY, "PT")


def test_public_holidays_have_english_names() -> None:
    found = dates.holidays_between("PT", None, date(2026, 12, 24), date(2027, 1, 2))
    assert found == ((date(2026, 12, 25), "Christmas Day"), (date(2027, 1, 1), "New Year's Day"))


def test_sunrise_and_sunset_are_local() -> None:
    rise, set_, _ = dates.sun(LISBON, "Europe/Lisbon", TUESDAY)
    assert rise and set_
    assert f"{rise:%H:%M} {set_:%H:%M}" == "06:28 20:37"


def test_the_polar_sun_neither_rises_nor_sets() -> None:
    tromso = (69.65, 18.96)
    assert dates.sun(tromso, "Europe/Oslo", date(2027, 6, 21)) == (None, None, True)
    assert dates.sun(tromso, "Europe/Oslo", date(2027, 12, 21)) == (None, None, False)


@pytest.mark.parametrize(
    ("city", "code"),
    [
        ("Hamburg", "HAM"),
        ("Zürich", "ZRH"),
        ("zuerich", "ZRH"),
        ("New York", "JFK"),
        ("london", "LHR"),
        ("Milano", "MXP"),
        ("São Paulo", "GRU"),
        ("Florenz", "FLR"),
        ("Hambrug", "HAM"),
        ("Leeds", "LBA"),
    ],
)
def test_a_city_leads_to_its_main_airport(city: str, code: str) -> None:
    assert airports.airports_of_city(city)[0].iata == code


def test_every_main_airport_exists() -> None:
    for line in airports.MAIN_AIRPORTS.strip().splitlines():
        for code in line.split(":")[0].split():
            assert airports.airport(code).iata == code


def test_the_nearest_airport_is_one_with_flights() -> None:
    assert airports.nearest((53.55, 9.99)).iata == "HAM"
    assert airports.nearest((51.5, -0.12)).iata == "LHR"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("lisbon", "lisbon"),
        ("Lisboa", "lisbon"),
        ("LISSABON", "lisbon"),
        ("Lisbonn", "lisbon"),
        ("new york", "new-york"),
        ("new-york", "new-york"),
        ("Portugal", "PT"),
        ("España", "ES"),
        ("espana", "ES"),
        ("Europe", "europe"),
        ("Middle East", "middle-east"),
    ],
)
def test_what_people_type_finds_the_place(text: str, code: str) -> None:
    match = names.resolve(text)
    assert match is not None
    assert match.code == code


@pytest.mark.parametrize("text", ["", "x", "Atlantis", "a nice place", "ABC"])
def test_what_is_no_place_finds_none(text: str) -> None:
    assert names.resolve(text) is None


def test_every_name_of_every_destination_leads_back_to_it() -> None:
    for entry in loader.index():
        for name in (entry.id, *entry.names):
            match = names.resolve(name)
            assert match is not None and match.ids == (entry.id,), name


def test_a_country_stands_for_its_destinations() -> None:
    portugal = names.resolve("Portugal")
    assert portugal is not None
    assert set(portugal.ids) >= {"lisbon", "porto"}


def test_near_names_are_offered_best_first() -> None:
    assert names.nearest_names("Lisbno")[0] == "Lisbon"


@pytest.mark.parametrize("name", ["Chamonix", "Zermatt", "Uluru", "Petra", "Sardinia", "Tromso"])
def test_a_name_only_a_little_alike_is_not_offered(name: str) -> None:
    assert names.nearest_names(name) == ()


def test_a_country_that_is_not_in_the_atlas_is_reached_by_air_alone() -> None:
    assert landmass((16.8, -3.0), "ML") not in {landmass((38.7, -9.1), "PT"), "ML"}


def test_an_island_is_no_part_of_its_countrys_landmass() -> None:
    assert landmass((28.1, -15.4), "ES") == "canary-islands"
    assert landmass((51.5, -0.1), "GB") == landmass((48.9, 2.35), "FR")


@pytest.mark.parametrize("code", ["FJ", "NZ", "US", "RU", "DE"])
def test_the_middle_of_a_country_is_among_its_airports(code: str) -> None:
    middle = airports.middle_of_country(code)
    assert middle is not None
    assert airports.nearest(middle).country == code
    assert airports.middle_of_country("ZZ") is None


def faults_of(tmp_path: Path, *edits: tuple[str, str], name: str = "lisbon.toml") -> str:
    text = (loader.DATA / name).read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return "\n".join(check.check_file(path))


@pytest.mark.parametrize(
    ("names_of_the_alps", "fault"),
    [
        ('destinations = ["innsbrook"]', "lands 'alps': no destination 'innsbrook' in the atlas"),
        ('aliases = ["Tyrol"]', "'Tyrol' is a name of the destination innsbruck already"),
        ('aliases = ["the Rockies"]', "'the Rockies' is a name of the destination banff already"),
        ('aliases = ["Schweiz"]', "'Schweiz' is a name of the country Switzerland already"),
        ('aliases = ["Europe"]', "'Europe' is a name of the region europe already"),
        ('aliases = ["THE ALPS"]', "'THE ALPS' is a name of the land alps already"),
        ('aliases = ["toscana"]', "'toscana' is a name of the land alps already"),
        ('id = "tuscany"', "lands: 2 have the id 'tuscany'; each needs its own"),
        ("aliases = 1", "lands[3] 'alps'.aliases: "),
        ("alias = []", "lands[3] 'alps'.alias: is no key of the format"),
    ],
)
def test_a_land_leads_to_destinations_by_names_of_its_own(
    tmp_path: Path, names_of_the_alps: str, fault: str
) -> None:
    key = names_of_the_alps.split(" = ")[0]
    written = (
        'name = "the Alps"\n'
        'aliases = ["alps", "alpine region", "the mountains of the alps", '
        '"alpen", "alpes", "alpi"]\n'
        'destinations = ["innsbruck", "interlaken", "salzburg"]'
    )
    old = f'id = "alps"\n{written}'
    lines = [line for line in old.split("\n") if not line.startswith(key)]
    edit = (old, "\n".join([*lines, names_of_the_alps]))
    assert fault in faults_of(tmp_path, edit, name="lands.toml")


@pytest.mark.parametrize("name", ["lands.toml", "countries.toml"])
def test_a_broken_file_of_lands_or_countries_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).write_text("lands = [{}]\ncountries = [{}]", encoding="utf-8")
    monkeypatch.setattr(loader, "DATA", tmp_path)
    read = {"lands.toml": loader._lands_file, "countries.toml": loader._countries_file}[name]
    read.cache_clear()
    with pytest.raises(InvalidRecord, match=f"{name}: .*`tripartite atlas check`"):
        read()


@pytest.mark.parametrize("name", ["the Rockies", "The Canary Islands", "the tyrol"])
def test_an_article_before_a_destination_does_not_matter(name: str) -> None:
    match = names.resolve(name)
    assert match is not None and match.kind is names.MatchKind.DESTINATION


def test_what_is_still_to_do_is_one_fault(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path,
        ('country = "PT"', 'country = "TODO"'),
        ('time_zone = "Europe/Lisbon"', 'time_zone = "TODO"'),
    )
    assert faults.splitlines() == [
        f"{k}: is still to do; fill it in" for k in ("country", "time_zone")
    ]
    zone = faults_of(tmp_path, ('time_zone = "Europe/Lisbon"', 'time_zone = "TODO"'))
    assert zone == "time_zone: is still to do; fill it in"


def test_the_id_is_the_files_name(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, ('id = "lisbon"', 'id = "lissabon"'))
    assert faults == "id: 'lissabon' is not the file's name, 'lisbon'; make them the same"


def test_a_far_place_is_told_to_be_a_day_trip(tmp_path: Path) -> None:
    where = loader.activity("lisbon", "jeronimos").coordinates
    faults = faults_of(tmp_path, (f"{where[0]}", "38.0"))
    assert "'jeronimos': coordinates are" in faults
    assert 'needs kind = "day-trip"' in faults


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path,
        ('time_zone = "Europe/Lisbon"', 'time_zone = "Europe/Olissipo"'),
        ("base = ", 'base = "x" #'),
    )
    assert "time_zone: no time zone 'Europe/Olissipo'" in faults
    assert "base: no area 'x'" in faults


def test_a_misspelt_key_is_named(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, ("summary = ", "sumary = "))
    assert "summary: is missing" in faults
    assert "sumary: is no key" in faults


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lisbon.toml"
    path.write_text("id = ", encoding="utf-8")
    assert check.check_file(path)[0].startswith("file: lisbon.toml: not valid TOML")


def test_invisible_characters_are_found(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, ('summary = "', 'summary = "\u202e'))
    assert "summary: has the invisible character U+202E" in faults


def test_every_place_elsewhere_is_where_it_is_said_to_be() -> None:
    assert not [name for name in elsewhere() if names.resolve(name, 100.0)]
    for name, place in elsewhere().items():
        there = airports.airports_in(place.country)
        km = [geo.distance_km(place.coordinates, airport.coordinates) for airport in there]
        assert not place.country or min(km) < 300, name


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Costa del Sol", "granada"),
        ("Central America", "cartagena"),
        ("the Dolomites", "innsbruck"),
        ("Sardinia", "rome"),
        ("Bhutan", "delhi"),
        ("Uluru", "cairns"),
        ("Siena", "florence"),
    ],
)
def test_what_lies_near_a_place_elsewhere_is_known(name: str, near: str) -> None:
    found = names.where_is(name)
    assert found is not None
    assert near in {place.id for place in names.nearest_to(found.coordinates)}


@pytest.mark.parametrize(
    ("name", "code"), [("Italien", "IT"), ("Grecia", "GR"), ("Marruecos", "MA"), ("Japon", "JP")]
)
def test_a_country_is_known_by_what_others_call_it(name: str, code: str) -> None:
    match = names.resolve(name)
    assert match is not None and (match.kind, match.code) == (names.MatchKind.COUNTRY, code)
