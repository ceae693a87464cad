"""Words in families: lengths with an adjective, manners, interests, feasts and unknown places."""

from __future__ import annotations

from datetime import date

import pytest

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
