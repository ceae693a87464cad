"""Wishes in other languages: places, dates, lengths and sums are read, and the rest is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.request import Relation, TripRequest
from planner.intake import Survey, survey
from planner.intake.passage import Passage

TODAY = date(2026, 11, 26)


def surveyed(words: str) -> Survey:
    return survey(words, today=TODAY)


def request(words: str) -> TripRequest:
    found = surveyed(words).request
    assert found is not None, surveyed(words).problems
    return found


@pytest.mark.parametrize(
    ("words", "id", "days", "start"),
    [
        ("cinco días en Lisboa en mayo", "lisbon", 5, (2027, 5, 12)),
        ("5 días en Roma del 12 al 16 de mayo", "rome", 5, (2027, 5, 12)),
        ("París, 3 noches, 12 de mayo de 2027", "paris", 4, (2027, 5, 12)),
        ("drei Tage Wien im Dezember", "vienna", 3, (2026, 12, 9)),
        ("5 Tage in Rom vom 12. bis 16. Mai", "rome", 5, (2027, 5, 12)),
        ("Wien 12.5. bis 16.5., 4 Nächte", "vienna", 5, (2027, 5, 12)),
        ("Wien 12.5. - 16.5.", "vienna", 5, (2027, 5, 12)),
        ("12. Mai bis 16. Mai Lissabon", "lisbon", 5, (2027, 5, 12)),
        ("trois jours à Rome du 12 au 14 mai", "rome", 3, (2027, 5, 12)),
        ("Nice, 4 jours en mai", "nice", 4, (2027, 5, 12)),
        ("4 nuits à Budapest, du 3 au 7 octobre", "budapest", 5, (2027, 10, 3)),
        ("quattro giorni a Praga a dicembre", "prague", 4, (2026, 12, 9)),
        ("Lisbona, dal 3 al 7 ottobre", "lisbon", 5, (2027, 10, 3)),
        ("3 dias no Porto de 12 a 14 de maio", "porto", 3, (2027, 5, 12)),
        ("vijf dagen Lissabon in mei", "lisbon", 5, (2027, 5, 12)),
        ("fin de semana en París en octubre", "paris", 3, (2027, 10, 8)),
        ("langes Wochenende in Kopenhagen im Mai", "copenhagen", 4, (2027, 5, 14)),
    ],
)
def test_a_place_a_length_and_a_date_are_read(
    words: str, id: str, days: int, start: tuple[int, int, int]
) -> None:
    found = request(words)
    assert found.destinations == (id,)
    assert (found.dates.days, found.dates.start) == (days, date(*start))


@pytest.mark.parametrize(
    ("words", "country"),
    [
        ("una semana en Italia en septiembre", "IT"),
        ("eine Woche Griechenland im Juni", "GR"),
        ("due settimane in Giappone ad aprile", "JP"),
        ("uma semana no Japão em abril", "JP"),
        ("quinze jours en Italie en juillet", "IT"),
    ],
)
def test_a_country_is_read_by_its_name_in_that_language(words: str, country: str) -> None:
    found = request(words)
    assert found.open is not None and found.open.countries == (country,)


@pytest.mark.parametrize(
    ("words", "amount", "per_person"),
    [
        ("5 días en Roma, 1.500 €", "1500", False),
        ("5 Tage Wien, 1.200,50 €", "1200.50", False),
        ("5 jours à Rome, budget 1 500 €", "1500", False),
        ("8 días en Marruecos, 1200 eur por persona", "1200", True),
        ("4 Tage Rom, 900 Euro pro Person", "900", True),
        ("4 days in Rome, budget 12.5.", "12.5", False),
    ],
)
def test_a_sum_is_read_as_it_is_written_there(words: str, amount: str, per_person: bool) -> None:
    budget = request(words).budget
    assert budget is not None
    assert (budget.amount, budget.per_person) == (Decimal(amount), per_person)


@pytest.mark.parametrize(
    ("words", "start", "ids", "relation"),
    [
        ("von Berlin nach Lissabon, 5 Tage im Mai", "Berlin", ("lisbon",), Relation.ONE),
        ("de Paris à Rome, 4 jours en octobre", "Paris", ("rome",), Relation.ONE),
        ("ein Wochenende in Kopenhagen, ab Hamburg", "Hamburg", ("copenhagen",), Relation.ONE),
        ("4 Nächte Rom oder Paris im Mai", None, ("rome", "paris"), Relation.OR),
        ("5 jours à Lisbonne ou Porto", None, ("lisbon", "porto"), Relation.OR),
        ("5 giorni a Roma o Napoli", None, ("rome", "naples"), Relation.OR),
    ],
)
def test_a_start_and_a_choice_are_no_stops_of_a_route(
    words: str, start: str | None, ids: tuple[str, ...], relation: Relation
) -> None:
    found = request(words)
    assert (found.destinations, found.relation) == (ids, relation)
    assert (found.origin.name if found.origin else None) == start


def test_the_nights_of_a_route_are_read() -> None:
    assert request("3 nuits à Rome puis 4 nuits à Paris en mai").stay_nights == (3, 4)


def test_children_and_their_ages_are_read() -> None:
    ages = [t.age for t in request("une semaine à Rome avec deux enfants (5 et 8 ans)").travellers]
    assert ages == [None, None, 5, 8]


def test_what_is_not_read_is_told() -> None:
    found = surveyed("5 Tage Lissabon im Mai, vegetarisch, keine Treppen")
    assert found.unread == ("vegetarisch", "keine Treppen")
    assert ("words", "English") in {(note.field, note.value) for note in found.assumed}


@given(
    st.lists(
        st.sampled_from(
            [
                "1",
                "12",
                "nuit",
                "nuits",
                "tag",
                "mei",
                "mai",
                "a",
                "in",
                "du",
                "au",
                "bis",
                "3.5.",
                "-",
                "et",
                "ans",
                "un",
                "deux",
                "por",
                "persona",
                "no",
                "fin",
                "de",
                "semana",
                "Rom",
                "Paris",
                "le",
                "2027",
                "€",
                "juni",
            ]
        ),
        max_size=12,
    ).map(" ".join)
)
def test_what_is_put_into_english_stays_where_it_is(words: str) -> None:
    passage = Passage(words)
    assert len(passage.folded) == len(passage.text)


@pytest.mark.parametrize(
    "words",
    [
        "Chiang Mai, 5 days in may",
        "5 days in Venice, San Marco, in may",
        "4 days in Rome in june, kind people",
        "5 days in Lisbon in May, food and tiles",
    ],
)
def test_english_stays_english(words: str) -> None:
    found = surveyed(words)
    assert found.request is not None and found.request.destinations
    assert found.request.dates.start.month in (5, 6)
