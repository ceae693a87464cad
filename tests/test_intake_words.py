"""Words in families: lengths with an adjective, manners, interests, feasts and unknown places."""

from __future__ import annotations

from datetime import date

import pytest
from babel import Locale

from agents.request import Crowds, Pace
from planner.intake import Survey, survey

TODAY = date(2026, 11, 21)


def read_words(words: str) -> Survey:
    return survey(words, today=TODAY)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("a nice quiet week in Nice", 7),
        ("split the week between Rome and Florence", 7),
        ("beach week in february from Hamburg", 7),
        ("our relaxing family week in Rome", 7),
        ("five relaxed days in Rome", 5),
        ("a few quiet days in Nice", 4),
        ("Rome, the week of 5 May, 4 days", 4),
        ("Paris fashion week, 4 days", 4),
        ("two adults, five days in Rome", 5),
    ],
)
def test_a_length_is_read_with_its_adjectives(words: str, days: int) -> None:
    found = read_words(words)
    assert found.request is not None
    assert found.request.dates.days == days
    assert not found.unread


@pytest.mark.parametrize(
    ("words", "pace", "crowds"),
    [
        ("a quiet week in Lisbon", Pace.RELAXED, Crowds.MIXED),
        ("Lisbon, quiet places", Pace.NORMAL, Crowds.AVOID),
        ("somewhere quiet by the sea", Pace.NORMAL, Crowds.AVOID),
        ("Lisbon, quiet beaches", Pace.NORMAL, Crowds.AVOID),
        ("Paris, I don't mind crowds", Pace.NORMAL, Crowds.MIXED),
        ("Paris, the usual tourist spots", Pace.NORMAL, Crowds.ICONS),
        ("Paris, not the usual tourist spots", Pace.NORMAL, Crowds.AVOID),
        ("Rome, the classics", Pace.NORMAL, Crowds.ICONS),
    ],
)
def test_quiet_and_crowded_are_read_as_they_stand(words: str, pace: Pace, crowds: Crowds) -> None:
    found = read_words(words)
    assert found.request is not None
    assert (found.request.pace, found.request.crowds) == (pace, crowds)
    assert not found.unread


@pytest.mark.parametrize(
    ("words", "interest"),
    [
        ("Buenos Aires for tango", "music"),
        ("Reykjavik for the northern lights", "nature"),
        ("Bergen and the fjords", "nature"),
        ("Norwegian fjords, 5 days", "nature"),
        ("Berlin for street art", "art"),
    ],
)
def test_what_a_place_is_known_for_is_an_interest(words: str, interest: str) -> None:
    found = read_words(words)
    assert found.request is not None
    assert interest in found.request.interests
    assert not found.unread


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("Singapore over Chinese New Year 2027", date(2027, 2, 6), date(2027, 2, 8)),
        ("Hong Kong over Lunar New Year in 2028", date(2028, 1, 26), date(2028, 1, 28)),
        ("Oaxaca for day of the dead", date(2027, 10, 31), date(2027, 11, 2)),
        ("Mexico City for Day of the Dead, 4 days", date(2027, 10, 30), date(2027, 11, 2)),
        ("Delhi for Diwali", date(2027, 10, 28), date(2027, 10, 30)),
        ("New York over Thanksgiving", date(2026, 11, 26), date(2026, 11, 29)),
        ("Montréal over Canadian Thanksgiving", date(2027, 10, 9), date(2027, 10, 11)),
        ("Lisbon over New Year", date(2026, 12, 29), date(2027, 1, 2)),
    ],
)
def test_a_feast_is_on_its_day(words: str, start: date, end: date) -> None:
    found = read_words(words)
    assert found.request is not None
    assert (found.request.dates.start, found.request.dates.end) == (start, end)
    assert not found.unread


def test_a_trip_lies_within_a_long_feast() -> None:
    found = read_words("Munich for Oktoberfest 2027")
    assert found.request is not None
    assert date(2027, 9, 18) <= found.request.dates.start <= date(2027, 10, 1)


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("Delhi over Tibetan New Year", "over Tibetan New Year"),
        ("Istanbul for Eid", "for Eid"),
        ("Rome, not over Christmas", "not over Christmas"),
    ],
)
def test_a_feast_that_cannot_be_dated_is_told_and_is_no_other_day(words: str, unread: str) -> None:
    found = read_words(words)
    assert found.request is not None
    assert found.request.dates.start == read_words("Rome").request.dates.start  # type: ignore[union-attr]
    assert found.unread == (unread,)


def _territories() -> list[str]:
    """Every country and dependency that people live in, as English calls it."""
    nobody = {"AQ", "BV", "CP", "CQ", "DG", "GS", "HM", "IC", "IO", "TF", "UM"}
    groups = {"EU", "EZ", "QO", "UN", "XA", "XB", "XK", "ZZ", "EA"}
    named = Locale("en").territories.items()
    kept = [name for code, name in named if code.isalpha() and code not in nobody | groups]
    return [name.partition(" SAR ")[0].partition(" (")[0] for name in kept]


def test_every_country_of_the_world_is_known_or_told_what_is_near() -> None:
    assert len(_territories()) > 230
    wrong = []
    for name in _territories():
        found = read_words(f"5 days in {name} in June")
        near = [p for p in found.problems if p.message.count(" km)") == 3]
        if not near and (found.request is None or found.unread):
            wrong.append(name)
    assert not wrong


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("lyon food weekend", ("lyon",)),
        ("Porto wine weekend", ("porto",)),
        ("Rome in May, we love Naples food", ("rome",)),
        ("a week in Tuscany, Bordeaux wine", ("florence",)),
        ("Rio carnival 2027", ("rio-de-janeiro",)),
        ("flying into Rome and out of Venice, 7 days", ("rome", "venice")),
        ("36 hours in Seville", ("seville",)),
        ("5 days on the west coast of Ireland", ("dublin",)),
        ("the Balearics, a week", ("palma",)),
        ("a week on the Balkans coast", ("dubrovnik",)),
        ("4 days in Cape Town, driving the Garden Route", ("cape-town",)),
    ],
)
def test_the_place_that_is_meant_is_read(words: str, ids: tuple[str, ...]) -> None:
    found = read_words(words)
    assert found.request is not None, found.problems
    assert found.request.destinations == ids
    assert not found.request.musts


@pytest.mark.parametrize(
    ("words", "lands"),
    [
        ("SE Asia, 3 weeks", ("southeast-asia",)),
        ("Latin America, 3 weeks", ("latin-america",)),
        ("road trip down the west coast, 12 days", ("west-coast",)),
        ("east coast of Australia, 2 weeks", ("australian-east-coast",)),
        ("the desert in March, 5 days", ("desert",)),
        ("somewhere in the tropics, a week", ("tropics",)),
        ("southern europe, a week in May", ("southern-europe",)),
        ("north africa, a week in May", ("north-africa",)),
        ("south asia, 10 days", ("south-asia",)),
    ],
)
def test_a_part_of_the_world_is_the_one_that_is_named(words: str, lands: tuple[str, ...]) -> None:
    found = read_words(words)
    assert found.request is not None and found.request.open is not None, found.problems
    assert found.request.open.lands == lands
    assert not found.request.open.regions


@pytest.mark.parametrize("region", ["South America", "North America", "the Middle East"])
def test_a_continent_is_not_the_country_in_its_name(region: str) -> None:
    found = read_words(f"10 days in {region} in June")
    assert found.request is not None and found.request.open is not None, found.problems
    assert len(found.request.open.regions) == 1
    assert not found.request.open.countries


@pytest.mark.parametrize(
    ("words", "days", "month"),
    [
        ("Japan in 2 weeks", 14, 1),
        ("Barcelona 12-16.06.2027", 5, 6),
        ("Rome 12.-16.5.", 5, 5),
        ("36 hours in Seville", 2, 1),
        ("we fly to Rome in 2 weeks", 3, 12),
        ("Rome in 2 weeks, 4 days", 4, 12),
        ("in a month, 4 days in Rome", 4, 12),
    ],
)
def test_how_long_a_place_takes_is_no_day_to_leave(words: str, days: int, month: int) -> None:
    found = read_words(words)
    assert found.request is not None, found.problems
    assert (found.request.dates.days, found.request.dates.start.month) == (days, month)


@pytest.mark.parametrize("words", ["a month in Bali", "Thailand for a month", "2 months in Asia"])
def test_months_are_a_length_that_is_too_long(words: str) -> None:
    assert [p.field for p in read_words(words).problems] == ["dates"]


@pytest.mark.parametrize(
    ("words", "ages"),
    [
        ("mother-daughter trip to Paris, 3 days", [None, None]),
        ("father and son weekend in Berlin", [None, None]),
        ("dad and daughter (9) weekend in Berlin", [None, None, 9]),
    ],
)
def test_two_generations_are_two(words: str, ages: list[int | None]) -> None:
    found = read_words(words)
    assert found.request is not None
    assert [traveller.age for traveller in found.request.travellers] == ages


@pytest.mark.parametrize(
    ("words", "start", "airport"),
    [
        ("from Bath to Lisbon, 4 days", "Bath", "Bristol (BRS)"),
        ("5 days in Lisbon, flying from Heidelberg", "Heidelberg", "Frankfurt am Main (FRA)"),
    ],
)
def test_a_start_without_an_airport_is_told_the_nearest(
    words: str, start: str, airport: str
) -> None:
    found = read_words(words)
    assert found.request is not None and found.request.origin is not None, found.problems
    assert found.request.origin.name == start
    assert ("origin", airport) in {(note.field, note.value) for note in found.assumed}


def test_a_trip_from_there_is_told_from_a_place_that_is_there() -> None:
    assert any(
        note.words == "'Versailles' is a trip from there"
        for note in read_words("a weekend in Versailles").assumed
    )


@pytest.mark.parametrize("us", ["the US", "the States", "the U.S.", "the usa"])
def test_the_united_states_are_a_country_and_no_continent(us: str) -> None:
    found = read_words(f"two of us in {us}, 5 days in June")
    assert found.request is not None and found.request.open is not None, found.problems
    assert (found.request.open.countries, found.request.open.regions) == (("US",), ())
    without = read_words(f"anywhere but {us}, 5 days in October").request
    assert without is not None and without.open is not None
    assert {"new-york", "chicago"} < set(without.open.without)
    assert "vancouver" not in without.open.without


@pytest.mark.parametrize(
    ("words", "nights"),
    [
        ("3N Lisbon 2N Porto", (3, 2)),
        ("Tokyo x4 nights, Kyoto x3 nights", (4, 3)),
        ("4 nights Rome, 3 nights Paris", (4, 3)),
    ],
)
def test_nights_in_short_are_read(words: str, nights: tuple[int, ...]) -> None:
    found = read_words(words)
    assert found.request is not None and found.request.stay_nights == nights


def test_what_was_seen_is_not_wanted() -> None:
    found = read_words("Rome but we already saw the Colosseum, 3 days")
    assert found.request is not None
    assert (found.request.musts, found.request.nevers) == ((), ("rome/colosseum",))


def test_who_does_not_want_to_walk_much_has_an_easy_pace() -> None:
    found = read_words("we don't want to walk much, Athens 3 days")
    assert found.request is not None and found.request.pace is Pace.RELAXED
    assert not found.unread


def test_a_land_of_which_something_is_wanted_is_told_what_is_near() -> None:
    (problem,) = read_words("castles of the Loire, 5 days in May").problems
    assert "nearest to it: Paris" in problem.message


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("copenhangen 3 days", "copenhagen"),
        ("vancuver 4 days", "vancouver"),
        ("san fransisco, 4 days", "san-francisco"),
        ("sintra", "lisbon"),
    ],
)
def test_a_name_in_lower_case_that_comes_first_is_a_place(words: str, id: str) -> None:
    found = read_words(words)
    assert found.request is not None, found.problems
    assert found.request.destinations == (id,)


@pytest.mark.parametrize(
    "words",
    [
        "ibiza party 4 nights",
        "goa beach, 7 days in December",
        "the maldives honeymoon, 10 days",
        "kathmandu trekking 10 days",
        "verona opera 2 nights in July",
        "evora wine",
        "Oslo Bergen 7 days in June",
        "Berlin Dresden Prague by train, 8 days",
        "petra and amman, 4 days",
    ],
)
def test_an_unknown_place_is_never_passed_over_for_any_other(words: str) -> None:
    assert any("nearest to it: " in problem.message for problem in read_words(words).problems)
