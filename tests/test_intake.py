"""What a traveller writes becomes a request: places, dates, people, money and wishes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.atlas import loader
from agents.backends.rules.wishes import within
from agents.errors import RequestError
from agents.request import (
    CommitmentKind,
    Crowds,
    Effort,
    OpenWish,
    Pace,
    Relation,
    Tier,
    TripRequest,
    Warmth,
)
from planner.intake import Options, Reading, check, describe, load_options, read
from planner.intake.passage import Passage
from planner.trip import plan_trip

TODAY = date(2026, 11, 21)
EXAMPLE = "5 days in Lisbon or Porto in May, two adults, €1,500, food and tiles, one of us can't do stairs"


def reading(words: str, **options: Any) -> Reading:
    return read(words, today=TODAY, options=Options(**options) if options else None)


def request(words: str, **options: Any) -> TripRequest:
    return reading(words, **options).request


def problem_fields(words: str, **options: Any) -> set[str]:
    with pytest.raises(RequestError) as caught:
        reading(words, **options)
    return {problem.field for problem in caught.value.problems}


def span(words: str) -> tuple[str, str]:
    dates = request(words).dates
    return dates.start.isoformat(), dates.end.isoformat()


def test_the_example_of_the_front_page_is_read_whole() -> None:
    found = reading(EXAMPLE)
    assert found.request.destinations == ("lisbon", "porto")
    assert found.request.relation is Relation.OR
    assert found.request.dates.days == 5
    assert found.request.dates.start == date(2027, 5, 12)
    assert found.request.budget is not None
    assert found.request.budget.total(2) == 1500
    assert found.request.interests == ("food", "tiles")
    assert found.request.needs.step_free
    assert len(found.request.travellers) == 2
    assert not found.unread
    assert describe(found.request) == (
        "5 days in Lisbon or Porto, 12–16 May 2027, 2 adults, €1,500, food and tiles, step-free"
    )


@pytest.mark.parametrize(
    ("words", "ids", "relation"),
    [
        ("Lisbon or Porto", ("lisbon", "porto"), Relation.OR),
        ("Rome, Paris or London", ("rome", "paris", "london"), Relation.OR),
        ("compare Rome, Paris and London", ("rome", "paris", "london"), Relation.OR),
        ("Lisbon vs Porto", ("lisbon", "porto"), Relation.OR),
        ("Which is better, Rome and Berlin?", ("rome", "berlin"), Relation.OR),
        ("Rome then Paris", ("rome", "paris"), Relation.THEN),
        ("Tokyo and Kyoto", ("tokyo", "kyoto"), Relation.THEN),
        ("from Berlin to Lisbon", ("lisbon",), Relation.ONE),
        ("Berlin to Lisbon, 5 days", ("lisbon",), Relation.ONE),
        ("Lisboa", ("lisbon",), Relation.ONE),
        ("a week in Roma", ("rome",), Relation.ONE),
        ("Barcelone", ("barcelona",), Relation.ONE),
        ("New York City", ("new-york",), Relation.ONE),
        ("NYC for a week", ("new-york",), Relation.ONE),
        ("5 days in Istambull", ("istanbul",), Relation.ONE),
        ("5 days in Amsterdan", ("amsterdam",), Relation.ONE),
        ("lisbon 4d", ("lisbon",), Relation.ONE),
        ("Lisbon, Portugal or Barcelona, Spain", ("lisbon", "barcelona"), Relation.OR),
        ("a nice weekend in Porto in May with port wine", ("porto",), Relation.ONE),
        ("5 days in Paris with a day trip to Versailles", ("paris",), Relation.ONE),
        ("Paris but not London", ("paris",), Relation.ONE),
        ("rather Lisbon than Porto", ("lisbon",), Relation.ONE),
        ("a weekend in Montmartre", ("paris",), Relation.ONE),
        ("We may want to go to Berlin in March", ("berlin",), Relation.ONE),
        ("4 days in Turkey", ("istanbul",), Relation.ONE),
        ("London -> Paris -> Amsterdam, 9 days", ("london", "paris", "amsterdam"), Relation.THEN),
        ("rome to paris to london 9 days june", ("rome", "paris", "london"), Relation.THEN),
        ("London > Paris > London, 4 days", ("paris",), Relation.ONE),
        ("london → lisbon, 5 days in august", ("lisbon",), Relation.ONE),
        ("from Berlin to Lisbon and back to Berlin", ("lisbon",), Relation.ONE),
        ("going back to Porto in May for 4 days", ("porto",), Relation.ONE),
        ("Porto 4 nites, wine", ("porto",), Relation.ONE),
        ("Lisbon Santo Antonio festival, june 11-14", ("lisbon",), Relation.ONE),
        ("in Berlin 9.12.-13.12.2026, 2 Erwachsene, museum island", ("berlin",), Relation.ONE),
        (
            "Paris with a day trip to Versailles and one to Giverny, 6 days",
            ("paris",),
            Relation.ONE,
        ),
        ("concert in Rome on Friday at 19:00", ("rome",), Relation.ONE),
        ("Land in Istanbul on 2 May at 6am", ("istanbul",), Relation.ONE),
    ],
)
def test_destinations_and_how_they_belong_together(
    words: str, ids: tuple[str, ...], relation: Relation
) -> None:
    found = request(words)
    assert (found.destinations, found.relation) == (ids, relation)


@pytest.mark.parametrize(
    ("words", "nights", "days"),
    [
        ("4 nights in Tokyo and then 3 in Kyoto", (4, 3), 8),
        ("Tokyo for 5 nights, Kyoto for 3 nights", (5, 3), 9),
        ("3 days in Rome and 2 days in Paris", (3, 1), 5),
        ("10 days in Japan: 6 nights in Tokyo, the rest in Kyoto", (6, 3), 10),
        ("3 nights Paris + 2 nights London", (3, 2), 6),
        ("One week: 3 nights in Paris, then 4 in Amsterdam", (3, 4), 8),
        ("Rome then Paris, 2 nights in each", (2, 2), 5),
        ("1 week tokyo + 3 days kyoto, april", (7, 2), 10),
        ("a week in Tokyo and 4 days in Kyoto", (7, 3), 11),
    ],
)
def test_nights_in_each_place_of_a_route(words: str, nights: tuple[int, ...], days: int) -> None:
    found = request(words)
    assert (found.stay_nights, found.dates.days) == (nights, days)


def test_an_open_wish_names_warmth_and_kinds() -> None:
    found = request("somewhere warm by the sea")
    assert found.relation is Relation.OPEN
    assert found.open is not None
    assert found.open.warmth is Warmth.WARM
    assert found.open.kinds == ("coast",)


def test_a_continent_and_a_country_are_open_wishes() -> None:
    europe, japan = request("a city break in Europe").open, request("10 days in Japan").open
    assert europe is not None and europe.regions == ("europe",) and europe.kinds == ("city",)
    assert japan is not None and japan.countries == ("JP",)


@pytest.mark.parametrize(
    ("words", "name", "airport"),
    [
        ("flying from Hamburg to Rome", "Hamburg", "HAM"),
        ("Rome, we live in Munich", "Munich", "MUC"),
        ("from Berlin to Lisbon", "Berlin", "BER"),
        ("Lisbon in May, from New York", "New York", "JFK"),
        ("berlin to lisbon, 5 days", "Berlin", "BER"),
        ("we arrive from Berlin at 9:40 on 3 May in Rome, 4 days", "Berlin", "BER"),
    ],
)
def test_an_origin_is_never_a_destination(words: str, name: str, airport: str) -> None:
    found = request(words)
    assert found.origin is not None
    assert (found.origin.name, found.origin.airport) == (name, airport)
    assert len(found.destinations) == 1


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        ("12-16 May 2027", "2027-05-12", "2027-05-16"),
        ("12th to 16th of May", "2027-05-12", "2027-05-16"),
        ("from 3 to 7 June", "2027-06-03", "2027-06-07"),
        ("between 10 and 14 March", "2027-03-10", "2027-03-14"),
        ("28 December - 2 January", "2026-12-28", "2027-01-02"),
        ("April 3 - April 10 2027", "2027-04-03", "2027-04-10"),
        ("2027-05-12 to 2027-05-16", "2027-05-12", "2027-05-16"),
        ("10.05.2027 - 15.05.2027", "2027-05-10", "2027-05-15"),
        ("05/10/2027 to 05/14/2027", "2027-05-10", "2027-05-14"),
        ("May 12th for 4 nights", "2027-05-12", "2027-05-16"),
        ("5 days from 2 July", "2027-07-02", "2027-07-06"),
        ("4 nights until 16 May", "2027-05-12", "2027-05-16"),
        ("5 days in May", "2027-05-12", "2027-05-16"),
        ("in November, 10 days", "2027-11-10", "2027-11-19"),
        ("in early September, 5 days", "2027-09-01", "2027-09-05"),
        ("mid September for 5 days", "2027-09-15", "2027-09-19"),
        ("late September for 5 days", "2027-09-22", "2027-09-26"),
        ("a week in spring", "2027-03-10", "2027-03-16"),
        ("5 days this winter", "2026-12-09", "2026-12-13"),
        ("next weekend", "2026-11-27", "2026-11-29"),
        ("a long weekend in October", "2027-10-08", "2027-10-11"),
        ("next long weekend", "2026-11-27", "2026-11-30"),
        ("the weekend of 12 May", "2027-05-14", "2027-05-16"),
        ("over Easter", "2027-03-26", "2027-03-29"),
        ("over Christmas", "2026-12-23", "2026-12-27"),
        ("over New Year for 5 nights", "2026-12-28", "2027-01-02"),
        ("tomorrow for two nights", "2026-11-22", "2026-11-24"),
        ("in two weeks for 3 days", "2026-12-05", "2026-12-07"),
        ("next month, four days", "2026-12-09", "2026-12-12"),
        ("from Friday to Sunday", "2026-11-27", "2026-11-29"),
        ("Friday to Monday in May", "2027-05-14", "2027-05-17"),
        ("for ten days", "2027-01-08", "2027-01-17"),
        ("a 10-day trip", "2027-01-08", "2027-01-17"),
        ("two nights", "2027-01-08", "2027-01-10"),
        ("a weekend", "2027-01-08", "2027-01-10"),
        ("one day", "2027-01-08", "2027-01-08"),
        ("a week", "2027-01-08", "2027-01-14"),
        ("48 hours", "2027-01-08", "2027-01-09"),
        ("a long weekend, arriving Thursday", "2027-01-14", "2027-01-17"),
        ("3 days, 4 people, march", "2027-03-10", "2027-03-12"),
        ("5 days, may, 2 adults", "2027-05-12", "2027-05-16"),
        ("march, 3 days", "2027-03-10", "2027-03-12"),
        ("we may bring our dog, 3 days in june", "2027-06-09", "2027-06-11"),
        ("a foodie weekend in march", "2027-03-12", "2027-03-14"),
        ("weekend 5-6 december", "2026-12-05", "2026-12-06"),
        ("a weekend from 5 december", "2026-12-05", "2026-12-06"),
        ("long wknd in nov 2027", "2027-11-12", "2027-11-15"),
        ("in november for the autumn leaves, 4 days", "2026-11-25", "2026-11-28"),
        ("for the autumn leaves, 4 days", "2026-11-25", "2026-11-28"),
        ("this winter, in January, 4 days", "2027-01-13", "2027-01-16"),
        ("for the cherry blossoms", "2027-03-26", "2027-03-28"),
        ("12/6 to 16/6", "2027-06-12", "2027-06-16"),
        ("6/12-6/16", "2027-06-12", "2027-06-16"),
        ("12-16/5", "2027-05-12", "2027-05-16"),
        ("28/12 - 2/1", "2026-12-28", "2027-01-02"),
        ("9.12.-13.12.2026", "2026-12-09", "2026-12-13"),
        ("from 12/6 for 4 nights", "2027-06-12", "2027-06-16"),
        ("3/4 days in may", "2027-05-12", "2027-05-15"),
        ("the 3rd of May until the 8th", "2027-05-03", "2027-05-08"),
        ("29 june to the 3rd", "2027-06-29", "2027-07-03"),
        ("twenty-first to twenty-fifth of april", "2027-04-21", "2027-04-25"),
        ("5 days beginning on the twelfth of may", "2027-05-12", "2027-05-16"),
        ("may the fifth for two nights", "2027-05-05", "2027-05-07"),
        ("in a fortnight for 3 days", "2026-12-05", "2026-12-07"),
        ("3-7 april, dinner on the 5th at 8pm", "2027-04-03", "2027-04-07"),
        ("our birthday is on the 18th of September, so 16-20 sep", "2027-09-16", "2027-09-20"),
        ("on Thursday 4 March, back Sunday evening", "2027-03-04", "2027-03-07"),
        ("a weekend, leaving Friday 4pm, returning Monday, in March", "2027-03-12", "2027-03-15"),
        ("a bday trip june 10 to 14", "2027-06-10", "2027-06-14"),
        ("1st weekend of december", "2026-12-04", "2026-12-06"),
        ("christmas to new year", "2026-12-23", "2027-01-02"),
        ("between christmas and new year, 4 nights", "2026-12-26", "2026-12-30"),
        ("for King's Day", "2027-04-26", "2027-04-28"),
        ("memorial day weekend", "2027-05-29", "2027-05-31"),
        ("feb half term, 3 days", "2027-02-17", "2027-02-19"),
        ("after christmas, 2 days", "2026-12-30", "2026-12-31"),
        ("the week before christmas, 4 days", "2026-12-16", "2026-12-19"),
        ("the first two weeks of august", "2027-08-01", "2027-08-14"),
        ("4 days between 10 and 20 May", "2027-05-12", "2027-05-15"),
        ("3 days in the week of 7 june", "2027-06-09", "2027-06-11"),
        ("2 wks in sept", "2027-09-08", "2027-09-21"),
        ("asap, 3 days", "2026-11-25", "2026-11-27"),
        ("can't do July or August, 4 days", "2027-01-08", "2027-01-11"),
        ("any time but august, 4 days", "2027-01-08", "2027-01-11"),
        ("5 dys in may", "2027-05-12", "2027-05-16"),
        ("2 days layover 14-15 march 2027", "2027-03-14", "2027-03-15"),
        ("", "2027-01-08", "2027-01-10"),
    ],
)
def test_dates(when: str, start: str, end: str) -> None:
    assert span(f"Rome {when}") == (start, end)


def test_a_month_leaves_a_window_and_says_which_day_was_taken() -> None:
    found = reading("5 days in Rome in May")
    assert found.request.dates.window == (date(2027, 5, 1), date(2027, 5, 27))
    assert any("second Wednesday" in note.words for note in found.assumed)


def test_what_nobody_said_is_assumed_and_told() -> None:
    fields = {note.field for note in reading("Rome").assumed}
    assert fields == {"dates", "travellers"}


@pytest.mark.parametrize(
    ("words", "adults", "children"),
    [
        ("two adults", 2, ()),
        ("2 adults and 2 kids (5 and 8)", 2, (5, 8)),
        ("two adults, 2 kids aged 5 and 8", 2, (5, 8)),
        ("3 kids aged 4, 7 and 10", 2, (4, 7, 10)),
        ("family of four", 2, (8, 8)),
        ("with my 6-year-old", 1, (6,)),
        ("my wife and I with our 6-year-old", 2, (6,)),
        ("solo", 1, ()),
        ("as a couple", 2, ()),
        ("my wife and I", 2, ()),
        ("we are three", 3, ()),
        ("4 friends", 4, ()),
        ("with 3 friends", 4, ()),
        ("with a baby", 2, (0,)),
        ("the two of us", 2, ()),
        ("with my parents", 3, ()),
        ("group of 6", 6, ()),
        ("two couples", 4, ()),
        ("one of us is vegan", 2, ()),
        ("me and 3 mates", 4, ()),
        ("my wife and I with two friends", 4, ()),
        ("4 ppl", 4, ()),
        ("hen do, 8 girls", 8, ()),
        ("my two girls and me", 1, (8, 8)),
        ("kids 8+11", 2, (8, 11)),
        ("2 adults one child six years old", 2, (6,)),
        ("kids under 10 (twins aged 7)", 2, (7, 7)),
        ("with my mother-in-law", 2, ()),
    ],
)
def test_travellers(words: str, adults: int, children: tuple[int, ...]) -> None:
    found = request(f"Rome, {words}")
    assert (found.adults, found.children) == (adults, children)


@pytest.mark.parametrize(
    ("words", "amount", "currency", "per_person"),
    [
        ("€1,500", 1500, "EUR", False),
        ("1500 EUR", 1500, "EUR", False),
        ("under 2000 euros", 2000, "EUR", False),
        ("$3k", 3000, "USD", False),
        ("1.500 €", 1500, "EUR", False),
        ("1 500 €", 1500, "EUR", False),
        ("£800 each", 800, "GBP", True),
        ("£800 per person", 800, "GBP", True),
        ("£800 pp", 800, "GBP", True),
        ("5 days, 200 a day", 1000, "EUR", False),
        ("4 days at €100 per person per day", 400, "EUR", True),
        ("¥300,000", 300_000, "JPY", False),
        ("budget of 900", 900, "EUR", False),
        ("budget: 150000 yen", 150_000, "JPY", False),
        ("between 1000 and 1500 euros", 1500, "EUR", False),
        ("1,200.50 CHF", 1200.5, "CHF", False),
        ("Budget ~1500 euros", 1500, "EUR", False),
        ("two thousand dollars", 2000, "USD", False),
        ("fifteen hundred euros for the both of us", 1500, "EUR", False),
        ("a hundred and twenty pounds each", 120, "GBP", True),
        ("Budget? Maybe a grand", 1000, "EUR", False),
        ("1500 euros without flights", 1500, "EUR", False),
        ("600 eur pp excl flights", 600, "EUR", True),
    ],
)
def test_budgets(words: str, amount: float, currency: str, per_person: bool) -> None:
    budget = request(f"Rome, {words}").budget
    assert budget is not None
    assert (float(budget.amount), budget.currency, budget.per_person) == (
        amount,
        currency,
        per_person,
    )


def test_no_limit_is_no_budget_and_a_hotel_price_is_reported() -> None:
    assert request("Rome, no budget limit").budget is None
    found = reading("Rome, €150 a night")
    assert found.request.budget is None
    assert found.unread == ("€150 a night",)


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("cheap weekend", "tier", Tier.BUDGET),
        ("luxury trip", "tier", Tier.COMFORT),
        ("couple, comfort", "tier", Tier.COMFORT),
        ("a comfortable trip", "tier", Tier.COMFORT),
        ("nothing fancy", "tier", Tier.BUDGET),
        ("avg budget", "tier", Tier.MID),
        ("our budget is flexible", "tier", None),
        ("not much walking", "interests", ()),
        ("no long walks", "pace", Pace.RELAXED),
        ("theatre every night", "interests", ("music",)),
        ("christmas markets", "interests", ("shopping", "food", "local-life")),
        ("relaxed", "pace", Pace.RELAXED),
        ("take it easy", "pace", Pace.RELAXED),
        ("packed days", "pace", Pace.FULL),
        ("see as much as possible", "pace", Pace.FULL),
        ("avoid the crowds", "crowds", Crowds.AVOID),
        ("nothing too touristy", "crowds", Crowds.AVOID),
        ("hidden gems", "crowds", Crowds.AVOID),
        ("hidden gems", "interests", ("local-life",)),
        ("off the beaten track", "crowds", Crowds.AVOID),
        ("hates queues", "crowds", Crowds.AVOID),
        ("quiet places, not the usual sights", "crowds", Crowds.AVOID),
        ("all the highlights", "crowds", Crowds.ICONS),
        ("just the famous sights", "crowds", Crowds.ICONS),
        ("see all the highlights", "pace", Pace.FULL),
        ("highlights and hidden gems", "crowds", Crowds.MIXED),
        ("skip the highlights", "crowds", Crowds.AVOID),
        ("no highlights, no must-sees", "crowds", Crowds.AVOID),
        ("avoid the main sights", "crowds", Crowds.AVOID),
        ("instead of the main sights", "crowds", Crowds.AVOID),
        ("not a fan of must-sees", "crowds", Crowds.AVOID),
        ("the less famous sights", "crowds", Crowds.AVOID),
        ("seen the highlights already", "crowds", Crowds.AVOID),
        ("we have not seen the highlights", "crowds", Crowds.ICONS),
        ("don't miss the highlights", "crowds", Crowds.ICONS),
        ("more than the highlights", "crowds", Crowds.MIXED),
        ("not only highlights", "crowds", Crowds.MIXED),
        ("a mix of famous and quiet places", "crowds", Crowds.MIXED),
        ("a mix of famous and lesser-known places", "crowds", Crowds.MIXED),
        ("no tourist tax", "crowds", Crowds.MIXED),
        ("no tourist visa needed", "crowds", Crowds.MIXED),
        ("we are no tourists", "crowds", Crowds.MIXED),
        ("without tourist bus", "crowds", Crowds.MIXED),
        ("no tourist traps", "crowds", Crowds.AVOID),
        ("away from the tourists", "crowds", Crowds.AVOID),
        ("must-see: Colosseum", "crowds", Crowds.MIXED),
        ("must-see Colosseum", "crowds", Crowds.MIXED),
        ("the Colosseum and the Pantheon are must-sees", "crowds", Crowds.MIXED),
        ("must-see sights", "crowds", Crowds.ICONS),
        ("museums", "crowds", Crowds.MIXED),
        ("just a quick idea", "effort", Effort.INSTANT),
        ("think hard", "effort", Effort.CONTEMPLATING),
        ("the best possible plan", "effort", Effort.CONTEMPLATING),
        ("museums", "interests", ("art", "history")),
        ("azulejos", "interests", ("tiles",)),
        ("foodie", "interests", ("food",)),
        ("jazz", "interests", ("music",)),
        ("hiking", "interests", ("walking", "nature")),
        ("beaches and nightlife", "interests", ("beach", "nightlife")),
        ("gardens, temples", "interests", ("gardens", "religion")),
    ],
)
def test_the_manner_of_the_trip(words: str, field: str, value: object) -> None:
    assert getattr(request(f"Rome, {words}"), field) == value


@pytest.mark.parametrize(
    "words",
    [
        "can't do stairs",
        "in a wheelchair",
        "step-free please",
        "with a stroller",
        "with a pushchair",
        "bad knee",
        "can't walk far",
        "no stairs",
        "my mum can't manage hills",
        "grandmother walks with a stick",
        "my grandfather walks with a cane",
        "with a walking stick",
        "uses a walking frame",
        "pushing a pram",
    ],
)
def test_step_free_needs(words: str) -> None:
    found = reading(f"Rome, {words}")
    assert found.request.needs.step_free
    assert not found.request.interests
    assert not found.unread


def test_a_stick_of_another_kind_is_no_need() -> None:
    assert not request("Rome, with a selfie stick").needs.step_free


@pytest.mark.parametrize(
    "words",
    [
        "by train from Zürich",
        "by rail from Zürich",
        "from Zürich by train",
        "from Zürich, by train",
        "travelling by night train from Zürich",
        "train from Zürich",
        "by ferry from Zürich",
        "by boat from Zürich",
        "from Zürich by boat",
        "by bus from Zürich",
    ],
)
def test_a_way_there_on_land_or_water_is_no_flying_and_is_told(words: str) -> None:
    found = reading(f"5 days in Lisbon, {words}")
    assert found.request.origin is not None and found.request.origin.name == "Zürich"
    assert found.request.needs.no_flying
    assert not found.request.interests
    (note,) = (note for note in found.assumed if note.field == "needs")
    assert note.value == "no flying" and "the way there and back" in note.words


@pytest.mark.parametrize(
    "words", ["by train only from Zürich", "no planes, from Zürich", "overland from Zürich"]
)
def test_no_flying_that_is_said_is_not_assumed(words: str) -> None:
    found = reading(f"5 days in Lisbon, {words}")
    assert found.request.needs.no_flying
    assert not [note for note in found.assumed if note.field == "needs"]


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("by car from Zürich", "by car"),
        ("driving from Zürich", "driving"),
        ("from Zürich by plane", "by plane"),
        ("a day trip to Sintra by train", "by train"),
        ("getting around by bus", "by bus"),
    ],
)
def test_a_way_that_cannot_be_planned_is_told(words: str, unread: str) -> None:
    found = reading(f"5 days in Lisbon, {words}")
    assert not found.request.needs.no_flying
    assert unread in found.unread


def test_a_train_between_two_stops_leaves_the_way_there_open() -> None:
    found = reading("London to Tokyo for 3 days, then Kyoto for 2 days by train")
    assert not found.request.needs.no_flying
    assert "by train" in found.unread
    assert request("Tokyo for 3 days, then Kyoto for 2 days by train").needs.no_flying


def test_diets_and_ways_of_travel() -> None:
    needs = request("Rome, vegetarian and gluten-free, no flying").needs
    assert set(needs.diets) == {"vegetarian", "gluten-free"}
    assert needs.no_flying
    assert set(request("Rome, vegan, halal or kosher, coeliac").needs.diets) == {
        "vegan",
        "halal",
        "kosher",
        "gluten-free",
    }
    for words in ("by train", "without flying", "we don't fly"):
        assert request(f"Rome {words}").needs.no_flying


def test_musts_and_nevers_become_places_and_kinds() -> None:
    assert request("Barcelona, must see the Sagrada Familia").musts == (
        "barcelona/sagrada-familia",
    )
    found = request("Paris, definitely the Louvre and the Eifel Tower, no museums")
    assert found.musts == ("paris/louvre", "paris/eiffel-tower")
    assert found.nevers == ("kind:museum",)
    assert not found.interests
    assert request("Paris, skip the Eiffel Tower").nevers == ("paris/eiffel-tower",)
    assert request("Rome but not the Colosseum").nevers == ("rome/colosseum",)


@pytest.mark.parametrize(
    ("words", "musts"),
    [
        (
            "london, we have to see the British Museum and the Tower of London",
            ("london/british-museum", "london/tower-of-london"),
        ),
        (
            "rome, must visit the Vatican Museums and the Borghese Gallery",
            ("rome/vatican-museums", "rome/galleria-borghese"),
        ),
        ("Tokyo Tower at night, 3 days in tokyo", ("tokyo/tokyo-tower",)),
        ("jewish museum berlin, 3 days", ("berlin/jewish-museum",)),
        (
            "new york, statue of liberty and high line",
            ("new-york/statue-of-liberty", "new-york/high-line"),
        ),
        (
            "Hagia Sophia and the Grand Bazaar are musts",
            ("istanbul/hagia-sophia", "istanbul/grand-bazaar"),
        ),
        ("Rome, a flat near the Colosseum", ()),
        ("Paris, art and lights", ()),
    ],
)
def test_every_place_that_is_named_is_kept(words: str, musts: tuple[str, ...]) -> None:
    assert set(request(words).musts) == set(musts)


def test_a_must_that_is_no_single_place_is_told() -> None:
    found = reading("istanbul, Hagia Sophia and a hammam are a must")
    assert found.request.musts == ("istanbul/hagia-sophia",)
    assert ("interests", "wellness") in {(note.field, note.value) for note in found.assumed}


@pytest.mark.parametrize(
    ("words", "nevers", "interests"),
    [
        ("no nightlife, sushi and art", ("kind:evening",), ("food", "art")),
        (
            "no day trips, no nightlife, sushi and art",
            ("kind:day-trip", "kind:evening"),
            ("food", "art"),
        ),
        ("no museums, markets or pubs", ("kind:museum", "kind:market", "kind:evening"), ()),
        ("no museums at all", ("kind:museum",), ()),
        ("not keen on museums", ("kind:museum",), ()),
        ("we hate museums, love street food", ("kind:museum",), ("food",)),
        ("we don't eat fish, jazz", (), ("music",)),
        (
            "skip the Colosseum, the Pantheon and museums",
            ("rome/colosseum", "rome/pantheon", "kind:museum"),
            (),
        ),
    ],
)
def test_a_refusal_ends_where_the_wishes_begin(
    words: str, nevers: tuple[str, ...], interests: tuple[str, ...]
) -> None:
    found = request(f"Rome, {words}")
    assert (found.nevers, found.interests) == (nevers, interests)


@pytest.mark.parametrize(
    ("words", "warmth"),
    [
        ("somewhere cool and not too hot in august, 4 days", Warmth.COOL),
        ("somewhere cool in july", Warmth.COOL),
        ("somewhere not too hot in july", Warmth.MILD),
        ("escape the cold in january", Warmth.WARM),
        ("escape the heat in july", Warmth.COOL),
        ("somewhere with cool bars", None),
    ],
)
def test_warm_and_cool_are_told_apart(words: str, warmth: Warmth | None) -> None:
    found = request(words).open
    assert found is not None and found.warmth is warmth


def test_countries_may_be_in_lower_case() -> None:
    found = request("anywhere in spain or portugal, 6 days in october").open
    assert found is not None and found.countries == ("ES", "PT")


@pytest.mark.parametrize(
    "words", ["without flights", "excluding flights", "plus flights", "excl. flights"]
)
def test_a_budget_without_flights_is_noted_and_flying_stays(words: str) -> None:
    found = reading(f"Paris, 3 days in June, 1500 euros {words}")
    assert not found.request.needs.no_flying
    assert any(note.field == "budget" and "way there" in note.value for note in found.assumed)
    assert not found.unread


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("can't do July, 4 days", "not July"),
        ("closed on Mondays", "Mondays"),
        ("a stop from 9am", "9am"),
        ("the 21st", "21st"),
    ],
)
def test_a_time_that_is_not_understood_is_told(words: str, unread: str) -> None:
    assert unread in reading(f"Rome, {words}").unread


def test_a_season_taken_from_a_sight_is_told() -> None:
    for words in ("cherry blossoms", "autumn leaves", "asap"):
        notes = [note.words for note in reading(f"Kyoto, {words}").assumed]
        assert any(words in note for note in notes)


@pytest.mark.parametrize(
    ("words", "start", "minutes"),
    [
        ("concert from 8 to 10pm on 14 May", "2027-05-14T20:00", 120),
        ("tour 14:00-16:30 on friday", "2027-05-14T14:00", 150),
        ("meeting from 9 to 5pm on friday", "2027-05-14T09:00", 480),
        ("workshop on friday 9:30 - 11:30 am", "2027-05-14T09:30", 120),
        ("show 10pm-1am on saturday", "2027-05-15T22:00", 180),
        ("concert on friday at 19:00 for 3 hours", "2027-05-14T19:00", 180),
        ("dinner reservation on the 14th at 8pm", "2027-05-14T20:00", 90),
    ],
)
def test_commitments_last_as_long_as_was_said(words: str, start: str, minutes: int) -> None:
    (commitment,) = request(f"Rome 12-16 May 2027, {words}").commitments
    assert (commitment.start, commitment.minutes) == (datetime.fromisoformat(start), minutes)


def test_a_commitment_knows_its_place() -> None:
    (booked,) = request("Rome 10-13 June 2027. Vatican Museums booked Saturday 9am").commitments
    assert booked.place_id == "rome/vatican-museums"
    (landing,) = request("Land in Istanbul on 2 May at 6am, 3 days").commitments
    assert landing.place_id is None


def test_a_commitment_without_a_year_is_in_that_of_the_trip() -> None:
    (commitment,) = request("Rome 23 to 26 October 2028, opera on 24 October at 20:00").commitments
    assert commitment.start == datetime(2028, 10, 24, 20)


def test_leaving_home_is_no_departure_from_the_place() -> None:
    assert not request("Porto, leaving Friday 4pm and returning Sunday, in March").commitments


def test_no_expression_is_skipped_that_would_match(monkeypatch: pytest.MonkeyPatch) -> None:
    several = [EXAMPLE, *(" ".join(FRAGMENTS[n : n + 9]) for n in range(0, len(FRAGMENTS), 3))]
    several += [
        "quick luxury trip to Rome, no flying, 2 kids (5, 8), vegan, jazz, fado, museums, hills"
    ]
    skipping = [_outcome(words) for words in several]
    monkeypatch.setattr(Passage, "can_match", lambda *_: True)
    assert [_outcome(words) for words in several] == skipping


def _outcome(words: str) -> object:
    try:
        return reading(words)
    except RequestError as error:
        return tuple(error.problems)


def test_an_unknown_must_is_reported_not_lost() -> None:
    assert "Zorglub Palace" in reading("Rome, must see the Zorglub Palace").unread


@pytest.mark.parametrize(
    ("words", "kind", "start"),
    [
        ("12-16 May 2027, dinner booked Friday 20:00", CommitmentKind.MEAL, "2027-05-14T20:00"),
        ("12-16 May 2027, concert on 14 May at 19:30", CommitmentKind.EVENT, "2027-05-14T19:30"),
        ("3 days in May, arriving at 2pm on day 1", CommitmentKind.ARRIVAL, "2027-05-12T14:00"),
        (
            "12-16 May 2027, our flight back leaves Sunday at 18:15",
            CommitmentKind.DEPARTURE,
            "2027-05-16T18:15",
        ),
        ("12-16 May 2027. On Friday, dinner at 8", CommitmentKind.MEAL, "2027-05-14T20:00"),
        (
            "12-16 May 2027, opera on the second evening at 7pm",
            CommitmentKind.EVENT,
            "2027-05-13T19:00",
        ),
    ],
)
def test_commitments_get_a_real_time(words: str, kind: CommitmentKind, start: str) -> None:
    (commitment,) = request(f"Rome {words}").commitments
    assert (commitment.kind, commitment.start) == (kind, datetime.fromisoformat(start))


def test_arrival_and_departure_give_the_dates() -> None:
    found = request("Rome, we land Tuesday 14:30, our flight back leaves Sunday at 18:15")
    assert found.dates.days == 6
    assert [c.start.weekday() for c in found.commitments] == [1, 6]
    assert span("Rome, we arrive on 12 May at 9:40 and fly home on 16 May at 21:00") == (
        "2027-05-12",
        "2027-05-16",
    )


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("", "destinations"),
        ("asdf qwer", "destinations"),
        ("5 days in Atlantis", "destinations"),
        ("Lisbon or Atlantis", "destinations"),
        ("5 days in Mongolia", "destinations"),
        ("5 days in Split or Lisbon", "destinations"),
        ("Rome then Paris or London", "relation"),
        ("Rome from Zzyzxville", "origin"),
        ("Rome 12 May 2025", "dates"),
        ("Rome in May 2025", "dates"),
        ("Rome 16-12 May 2027", "dates"),
        ("Rome 31 February 2027", "dates"),
        ("Rome for 30 days", "dates"),
        ("Rome for 0 days", "dates"),
        ("Rome for 40 people", "travellers"),
        ("Rome, budget 0", "budget"),
        ("Rome, budget -500 EUR", "budget"),
        ("Rome, budget minus 300 pounds", "budget"),
        ("Rome, budget of minus €300", "budget"),
        ("Rome, a negative budget of 300", "budget"),
        ("Rome, minus 300 euros", "budget"),
        ("Rome 12-16 May 2027, dinner Monday 20:00", "commitments"),
    ],
)
def test_what_cannot_be_planned_names_its_field(words: str, field: str) -> None:
    assert problem_fields(words) == {field}


def test_a_start_with_a_typo_is_taken_for_the_city_that_is_meant_and_told() -> None:
    found = reading("Rome from Bremn")
    assert found.request.origin is not None and found.request.origin.name == "Bremen"
    assert ("origin", "Bremen", "'Bremn' is spelt almost like it") in {
        (note.field, note.value, note.words) for note in found.assumed
    }


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        ("Bremn", "did you mean Bremen?"),
        ("Hambrug", "did you mean Hamburg?"),
        ("Xyzzyville", "give a city with an airport, or its code"),
    ],
)
def test_a_start_given_as_an_option_must_be_spelt_right(origin: str, message: str) -> None:
    with pytest.raises(RequestError, match=f"'{origin}'.*{re.escape(message)}"):
        reading("Rome", origin=origin)


@pytest.mark.parametrize("origin", ["Köln", "koeln", "Lissabon", "NYC", "VIE", "São Paulo"])
def test_other_spellings_of_a_start_are_as_good(origin: str) -> None:
    assert request("Rome", origin=origin).origin is not None


def test_one_market_is_not_all_markets() -> None:
    assert request("Lisbon, not the Time Out market").nevers == ("lisbon/time-out-market",)
    found = reading("Lisbon, not the fish market")
    assert found.request.nevers == ("kind:market",)
    (note,) = (note for note in found.assumed if note.field == "nevers")
    assert (note.value, note.words) == (
        "no markets",
        "'fish market' is no single place known there",
    )


def test_the_summary_names_what_is_fixed() -> None:
    words = (
        "Barcelona 12-16 May 2027, must see Park Guell, no markets, skip the Sagrada Familia, "
        "dinner with Ana on Saturday 20:30, we land Wednesday 14:30"
    )
    assert describe(request(words)).endswith(
        "with Park Güell, no markets, without Sagrada Família, "
        "dinner with Ana Sat 20:30, arrival Wed 14:30"
    )


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("dinner booked Friday 20:00", "dinner Fri 20:00"),
        ("Vatican Museums booked Saturday 9am", "Vatican Museums Sat 09:00"),
        ("opera on the second evening at 7pm", "opera Thu 19:00"),
        ("concert from 8 to 10pm on 14 May", "concert Fri 20:00"),
        ("concert on friday at 19:00 for 3 hours", "concert Fri 19:00"),
        ("booked friday 20:00", "booked Fri 20:00"),
    ],
)
def test_an_appointment_is_shown_in_few_words(words: str, shown: str) -> None:
    assert describe(request(f"Rome 12-16 May 2027, {words}")).endswith(f", {shown}")


def test_problems_come_all_at_once() -> None:
    words = "Rome for 40 people, 12 May 2025, budget 0"
    assert problem_fields(words) == {"travellers", "dates", "budget"}
    assert problem_fields("Atlantis for 5 days, 40 people") == {"destinations", "travellers"}


def test_an_unknown_place_names_the_nearest() -> None:
    with pytest.raises(RequestError, match=r"Barsalon.*nearest known: Barcelona$"):
        reading("5 days in Barsalon")


@pytest.mark.parametrize("name", ["Wxyzville", "Atlantis"])
def test_what_is_spelt_like_no_known_place_is_told_what_there_is(name: str) -> None:
    with pytest.raises(RequestError, match=rf"{name}.*known are 100 places, .*tripartite dest"):
        reading(f"5 days in {name}")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Bilbao", "Madrid (3"),
        ("Zurich", "Interlaken (93 km)"),
        ("Gothenburg", "Copenhagen (2"),
        ("Mongolia", "Beijing (1"),
        ("Split", "Dubrovnik (1"),
    ],
)
def test_a_place_that_is_not_in_the_atlas_is_answered_with_the_nearest(
    name: str, near: str
) -> None:
    with pytest.raises(RequestError) as caught:
        reading(f"5 days in {name}")
    assert f"nearest to it: {near}" in str(caught.value)


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("5 days in Köln or München", None),
        ("4 days in Firenze", ("florence",)),
        ("4 days in florenz", ("florence",)),
        ("a week in Tuscany", ("florence",)),
        ("a week in the Algarve", ("algarve",)),
        ("a week on Mallorca", ("palma",)),
        ("a week in Hawaii", ("honolulu",)),
        ("a weekend in LIS", ("lisbon",)),
        ("KEF for 3 days", ("reykjavik",)),
        ("a week in Norway", ("bergen",)),
        ("a weekend in Scotland", ("edinburgh",)),
        ("Machu Picchu, 4 days", ("cusco",)),
        ("5 days at the Great Barrier Reef", ("cairns",)),
        ("4 days in Wien", ("vienna",)),
        ("4 days in Praha or Krakow", ("prague", "krakow")),
        ("Saigon, then Hanoi, 8 days", ("ho-chi-minh-city", "hanoi")),
        ("a nice weekend in Nice", ("nice",)),
    ],
)
def test_names_as_people_type_them(words: str, ids: tuple[str, ...] | None) -> None:
    if ids is None:
        with pytest.raises(RequestError, match="'Köln'"):
            reading(words)
    else:
        assert request(words).destinations == ids


@pytest.mark.parametrize(
    ("words", "lands", "countries"),
    [
        ("somewhere in the Alps, a week in July", ("alps",), ()),
        ("somewhere in the alps or japan, a week in July", ("alps",), ("JP",)),
        ("greek islands for a week", ("greek-islands",), ()),
        ("southeast asia, 8 days in January", ("southeast-asia",), ()),
        ("scandinavia, a week", ("scandinavia",), ()),
        ("a week in New Zealand", (), ("NZ",)),
        ("a safari, 5 days", ("safari",), ()),
        ("10 days in Italy", (), ("IT",)),
    ],
)
async def test_a_part_of_the_world_is_a_set_to_compare(
    words: str, lands: tuple[str, ...], countries: tuple[str, ...]
) -> None:
    found = request(words)
    assert found.relation is Relation.OPEN
    assert found.open is not None
    assert (found.open.lands, found.open.countries) == (lands, countries)
    allowed = {id for land in lands for id in loader.land(land).destinations}
    allowed |= {entry.id for entry in loader.index() if entry.country in countries}
    plan = await plan_trip(found)
    assert {rated.destination for rated in plan.comparison} <= allowed
    assert plan.stops[0].destination in allowed


def test_a_route_through_a_country_asks_which_of_its_places() -> None:
    asked = "3 places in Japan; say which: Kyoto, Osaka, Tokyo"
    for words in ("Rome and then Japan, 12 days", "10 days in Japan, then Korea"):
        with pytest.raises(RequestError, match=asked):
            reading(words)
    with pytest.raises(RequestError, match=r"3 places in Scandinavia.*\n?.*3 places in the Alps"):
        reading("two weeks in scandinavia then the alps")
    with pytest.raises(RequestError, match="3 places in the Alps"):
        reading("10 days", to=("the Alps", "Rome"), relation="then")
    assert request("Rome or Japan, 12 days").relation is Relation.OR


@pytest.mark.parametrize(
    ("words", "ids", "relation", "nights"),
    [
        ("a week in Tuscany and then Rome", ("florence", "rome"), Relation.THEN, ()),
        ("a week in Rome and the Amalfi coast", ("rome", "naples"), Relation.THEN, ()),
        ("10 days, Tuscany then Sicily", ("florence", "palermo"), Relation.THEN, ()),
        (
            "3 nights in Rome, then 4 nights in Tuscany",
            ("rome", "florence"),
            Relation.THEN,
            (3, 4),
        ),
        (
            "Bavaria, then Vienna, then Tyrol, 9 days",
            ("munich", "vienna", "innsbruck"),
            Relation.THEN,
            (),
        ),
        ("Tuscany or Rome, 5 days", ("florence", "rome"), Relation.OR, ()),
        ("Florence in Tuscany, 4 days", ("florence",), Relation.ONE, ()),
        (
            "Bergen, Norway or Stockholm, Sweden, 4 days",
            ("bergen", "stockholm"),
            Relation.OR,
            (),
        ),
    ],
)
def test_a_part_with_one_destination_is_a_stop_where_it_is_named(
    words: str, ids: tuple[str, ...], relation: Relation, nights: tuple[int, ...]
) -> None:
    found = request(words)
    assert (found.destinations, found.relation, found.stay_nights) == (ids, relation, nights)
    assert request("10 days", to=("Tuscany", "Rome"), relation="then").destinations == (
        "florence",
        "rome",
    )


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("3 days in Dubai, desert safari", ("dubai",)),
        ("Queenstown and the fjords, 5 days", ("queenstown",)),
        ("5 days in Lisbon, Riviera hotel", ("lisbon",)),
        ("5 days at the nile hotel in Rome", ("rome",)),
        ("5 days in London, day trip to the highlands", ("london",)),
        ("Berlin with a day trip to Poland, 4 days", ("berlin",)),
        ("5 days in Paris, back home to Norway", ("paris",)),
        ("Budapest, danube cruise, 3 days", ("budapest",)),
        ("Naples with excursions to the amalfi coast", ("naples",)),
        ("5 days in London and the Alps", ("london", "innsbruck", "interlaken", "salzburg")),
    ],
)
def test_a_landscape_beside_a_destination_is_no_further_one(
    words: str, ids: tuple[str, ...]
) -> None:
    assert request(words).destinations == ids


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("5 days in York", r"'York' \(United Kingdom\).*nearest to it: Edinburgh"),
        ("5 days in Goa", "no destination 'Goa'"),
        ("5 days in Havana", r"'Havana' \(Cuba\).*nearest to it: Miami"),
        ("5 days in Santiago", r"'Santiago' \(Chile\)"),
        ("5 days in Patagonia", "no destination 'Patagonia'"),
        ("5 days in the Caribbean", "no destination 'Caribbean'"),
        ("5 days in Victoria", r"'Victoria' \(Canada\)"),
        ("5 days in Cambridge", r"'Cambridge' \(United Kingdom\)"),
        ("a trip to Wales", "no destination 'Wales'"),
        ("Taj Mahal, 3 days", "no destination 'Taj Mahal'"),
        ("5 days in Chinatown", "it is in Bangkok, Chicago.*; name the destination"),
        ("the north of france", "no place is named"),
        ("5 days in northern spain", "no destination 'northern spain'"),
        ("5 days in Siberia", "no destination 'Siberia'"),
        ("5 days in Savannah", r"'Savannah' \(United States\)"),
        ("5 days in Columbia", r"'Columbia' \(United States\)"),
        ("5 days in Quito", r"'Quito' \(Ecuador\)"),
        ("5 days in ZRH", r"'ZRH' \(Switzerland\).*nearest to it: Interlaken"),
        ("5 days in AGP", r"'AGP' \(Spain\).*nearest to it: Granada"),
        ("a week in Tuskany", "nearest known: Tuscany"),
        ("a week in Sardinia", r"'Sardinia' \(Italy\) in the atlas; nearest to it: Rome"),
        ("a week in Ruritania", "known are 100 places"),
        ("a week on the Costa del Sol", r"nearest to it: Granada \(\d+ km\), Seville"),
        ("two weeks in central america", "nearest to it: Cartagena"),
        ("backpacking central america, 3 weeks", "nearest to it: Cartagena"),
        ("5 days in south tyrol", "no destination 'south tyrol'"),
        ("riviera maya, 7 nights", "no destination 'riviera maya'"),
        ("baja california, a week", "no destination 'baja california'"),
        ("a week in New York State", "no destination 'New York State'"),
        ("4 days in Quebec City", "no destination 'Quebec City'"),
        ("sardinia, 1 week in june", "no destination 'sardinia'"),
        ("a week at lake garda", "no destination 'lake garda'"),
        ("London and the Highlands, 6 days", "'Highlands' .United Kingdom.*Edinburgh"),
        ("Rome and Siena, 6 days", "'Siena' .Italy. in the atlas; nearest to it: Florence"),
        ("5 days in Java", "'Java' .Indonesia.*nearest to it: Bali"),
        ("Lisbon or Montmartre", "it is in Paris; name the destination"),
        ("Rome or Asia", "places are too many to compare"),
        ("Rome, then Mongolia", "^destinations: no destination in Mongolia.*km[)]$"),
    ],
)
def test_what_is_no_destination_is_not_taken_for_one(words: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        reading(words)


@pytest.mark.parametrize("name", ["northern spain", "West Africa", "West Asia", "Siberia", "Quito"])
def test_nor_is_an_option_that_is_spelt_like_one(name: str) -> None:
    assert problem_fields("5 days", to=(name,)) == {"destinations"}


@pytest.mark.parametrize("name", ["Mongolia", "Fiji"])
def test_a_country_without_a_destination_is_answered_alike_however_it_is_said(name: str) -> None:
    with pytest.raises(RequestError) as said:
        reading(f"5 days in {name}")
    with pytest.raises(RequestError) as chosen:
        reading("5 days", to=(name,))
    assert said.value.problems == chosen.value.problems
    assert f"no destination in {name} is known yet; nearest to it:" in str(said.value)


@pytest.mark.parametrize(
    ("words", "destination", "why"),
    [
        ("a weekend in LIS", "Lisbon", "'LIS' is its airport's code"),
        ("3 days SIN", "Singapore", "'SIN' is its airport's code"),
        ("5 days flying into FCO", "Rome", "'FCO' is its airport's code"),
        ("NRT for a week", "Tokyo", "'NRT' is its airport's code"),
        ("5 days in Lisbn", "Lisbon", "'Lisbn' is spelt almost like it"),
        ("a week in Japn", "Japan", "'Japn' is spelt almost like it"),
        ("a week in Norway", "Bergen", "all that is known in Norway"),
        ("Alfama, 3 days", "Lisbon", "'Alfama' is there"),
        ("Kreuzberg for a weekend", "Berlin", "'Kreuzberg' is there"),
        ("Brooklyn for 3 days", "New York", "'Brooklyn' is there"),
        ("Sagrada Familia for a weekend", "Barcelona", "'Sagrada Familia' is there"),
    ],
)
def test_why_a_place_is_meant_is_told(words: str, destination: str, why: str) -> None:
    notes = {(note.value, note.words) for note in reading(words).assumed}
    assert (destination, why) in notes


def test_a_misspelt_option_is_told() -> None:
    notes = {(note.value, note.words) for note in reading("5 days", to=("Lisbn",)).assumed}
    assert ("Lisbon", "'Lisbn' is spelt almost like it") in notes


@pytest.mark.parametrize(
    ("words", "ids", "where"),
    [
        ("somewhere in Asia or the Alps", ("kyoto", "innsbruck"), "in Asia or the Alps"),
        ("somewhere in Japan or Europe", ("kyoto", "lisbon"), "in Europe or Japan"),
        ("somewhere in Africa or Italy", ("marrakech", "rome"), "in Africa or Italy"),
    ],
)
async def test_one_or_another_part_of_the_world_is_either(
    words: str, ids: tuple[str, ...], where: str
) -> None:
    found = request(words)
    assert found.open is not None
    assert all(within(loader.index_entry(id), found.open) for id in ids)
    assert not within(loader.index_entry("new-york"), found.open)
    assert where in describe(found)
    assert (await plan_trip(found)).stops


def test_a_part_of_the_world_that_is_unknown_is_named() -> None:
    found = request("somewhere in the Alps")
    unknown = found.model_copy(update={"open": OpenWish(lands=("alps", "atl\x1b[31mantis"))})
    assert [(p.field, "atlantis" in p.message) for p in check(unknown, TODAY)] == [("open", True)]
    assert "\x1b" not in describe(unknown)


def test_options_override_the_words() -> None:
    found = request(
        EXAMPLE,
        to=("Rome",),
        origin="Hamburg",
        start=date(2027, 6, 3),
        nights=2,
        budget="700 GBP per person",
        adults=1,
        children=(9,),
        interests=("music",),
        pace="full",
        step_free=False,
        diets=("vegan",),
        no_flying=True,
        musts=("Colosseum",),
        nevers=("museums",),
        commitments=("dinner Friday 20:00",),
        effort="instant",
        tier="mid",
    )
    assert found.destinations == ("rome",)
    assert found.origin is not None and found.origin.airport == "HAM"
    assert (found.dates.start, found.dates.end) == (date(2027, 6, 3), date(2027, 6, 5))
    assert found.budget is not None and found.budget.currency == "GBP" and found.budget.per_person
    assert (found.adults, found.children) == (1, (9,))
    assert found.interests == ("music",)
    assert (found.pace, found.effort, found.tier) == (Pace.FULL, Effort.INSTANT, Tier.MID)
    assert not found.needs.step_free and found.needs.no_flying and found.needs.diets == ("vegan",)
    assert (found.musts, found.nevers) == (("rome/colosseum",), ("kind:museum",))
    assert found.commitments[0].start == datetime(2027, 6, 4, 20)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"to": ("Atlantis",)}, "destinations"),
        ({"origin": "Zzyzxville"}, "origin"),
        ({"start": date(2025, 1, 1)}, "dates"),
        ({"start": date(2027, 5, 4), "end": date(2027, 5, 1)}, "dates"),
        ({"days": 0}, "dates"),
        ({"budget": "lots"}, "budget"),
        ({"adults": 0}, "travellers"),
        ({"children": (19,)}, "travellers"),
        ({"interests": ("zorglub",)}, "interests"),
        ({"diets": ("zorglub",)}, "diets"),
        ({"musts": ("Zorglub",)}, "musts"),
        ({"commitments": ("something",)}, "commitments"),
        ({"stay_nights": (9,)}, "stay_nights"),
    ],
)
def test_options_that_cannot_be_met_name_their_field(options: dict[str, Any], field: str) -> None:
    assert problem_fields("Rome, 3 days", **options) == {field}


def test_options_are_read_from_files(tmp_path: Path) -> None:
    as_json, as_toml = tmp_path / "trip.json", tmp_path / "trip.toml"
    as_json.write_text(
        json.dumps({"to": ["Rome"], "start": "2027-05-12", "days": 3, "budget": 900})
    )
    as_toml.write_text('to = ["Rome"]\nstart = 2027-05-12\ndays = 3\nbudget = 900\n')
    assert load_options(as_json) == load_options(as_toml)
    assert read(today=TODAY, options=load_options(as_toml)).request.dates.end == date(2027, 5, 14)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("trip.json", '{"destinatoin": "Rome"}', "no such option"),
        ("trip.json", '{"budgett": 3}', "did you mean 'budget'"),
        ("trip.json", '{"adults": "many"}', "adults"),
        ("trip.json", "[1]", "holds no table"),
        ("trip.json", "{", "not valid JSON"),
        ("trip.json", '{"a": "' + "x" * 70_000 + '"}', "larger than 64 kB"),
        ("trip.toml", "to = ", "not valid TOML"),
        ("trip.txt", "", "neither .json nor .toml"),
    ],
)
def test_a_wrong_file_is_told_apart(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(RequestError, match=message):
        load_options(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"absent\.toml cannot be opened"):
        load_options(tmp_path / "absent.toml")


def test_checks_look_at_a_request_on_a_later_day() -> None:
    found = request("Rome 12-16 May 2027")
    assert check(found, TODAY) == ()
    assert [p.field for p in check(found, date(2027, 6, 1))] == ["dates"]


def test_the_same_words_give_the_same_reading() -> None:
    assert reading(EXAMPLE) == reading(EXAMPLE)


FRAGMENTS = (
    *("5 days", "a week", "Rome", "Lisbon or Porto", "then", "and", "from Hamburg", "in May"),
    *("12-16 May 2027", "31 June", "Friday", "at 20:00", "dinner booked", "€1,500", "budget", "-3"),
    *("0", "40 people", "2 kids (5 and 8)", "no museums", "must see", "the Louvre", "Atlantis"),
    *("in", "to", "next weekend", "over Easter", "99/99/2027", "day 99", "9999999999", "k", "each"),
    *("\n", ".", ",", "(", ")", "👩‍👩‍👧", "İ", "ß", "東京", "½", "\x1b[31m", "\u202e"),
)
WORDS = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join)
)


@settings(max_examples=300, deadline=None)
@given(WORDS)
def test_any_words_are_a_valid_request_or_a_named_problem(words: str) -> None:
    try:
        found = reading(words)
    except RequestError as error:
        assert error.problems
        return
    assert TripRequest.model_validate(found.request.model_dump()) == found.request
    assert describe(found.request)


def test_long_words_are_read_in_reasonable_time() -> None:
    for words in (
        "1 " * 4000,
        "with " * 2000,
        "no " * 3000,
        "Rome and " * 900,
        "at 8 " * 1500,
        "x" * 9000,
    ):
        try:
            reading(words)
        except RequestError as error:
            assert error.problems


def test_plain_words_load_no_heavy_library() -> None:
    code = (
        "import sys; from datetime import date; from planner.intake import read;"
        f"read({EXAMPLE!r}, today=date(2026, 11, 21));"
        "print([m for m in ('dateparser', 'price_parser', 'babel', 'airportsdata') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "ages"),
    [
        ("family of four (5 and 8) in Rome in October", [5, 8]),
        ("Rome, 5 days, family of 5 (3, 6, 9)", [3, 6, 9]),
        ("family of 4 with kids 5 and 8 in Rome", [5, 8]),
    ],
)
def test_a_familys_ages_are_read_where_they_stand(words: str, ages: list[int]) -> None:
    found = read(words, today=date(2026, 11, 21)).request
    assert list(found.children) == ages
    assert found.adults == 2


@pytest.mark.parametrize(
    ("words", "without"),
    [
        ("anywhere but Luxor", {"luxor"}),
        ("anywhere but Luxor, Egypt, 5 days", {"luxor"}),
        ("anywhere in Italy except Rome, 4 days", {"rome"}),
        ("somewhere in Europe but not Paris or London", {"paris", "london"}),
        ("not Paris, somewhere in France", {"paris"}),
        ("Spain but not Barcelona", {"barcelona"}),
        ("somewhere warm, not Portugal", {"algarve", "funchal", "lisbon", "porto"}),
        ("anywhere except the Balkans, 5 days", {"dubrovnik", "ljubljana"}),
        ("been to Rome, want something similar", {"rome"}),
    ],
)
def test_refused_places_are_left_out_of_an_open_wish(words: str, without: set[str]) -> None:
    found = reading(words)
    wish = found.request.open
    assert wish is not None and set(wish.without) == without
    assert not any(within(loader.index_entry(id), wish) for id in without)
    assert not found.unread
    assert ", not " in describe(found.request)


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("Paris or Rome, not London", ("paris", "rome")),
        ("Egypt without Luxor", ("cairo",)),
        ("instead of Spain, Lisbon for 5 days", ("lisbon",)),
        ("never been to Rome, 4 days", ("rome",)),
        ("we would like Rome for 5 days", ("rome",)),
        ("why not Rome, 3 days", ("rome",)),
    ],
)
def test_what_is_named_stays_beside_what_is_refused(words: str, ids: tuple[str, ...]) -> None:
    found = reading(words)
    assert found.request.destinations == ids
    assert not found.unread


def test_a_country_of_which_nothing_is_left_is_a_problem() -> None:
    assert problem_fields("Turkey but not Istanbul") == {"destinations"}


async def test_a_refused_place_is_not_chosen() -> None:
    plan = await plan_trip(request("anywhere in Italy except Rome, 4 days", effort="instant"))
    assert plan.stops[0].destination in {"florence", "milan", "naples", "palermo", "venice"}


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("my daughter Florence and I in Rome, 3 days", ("rome",)),
        ("my son Milan and his sister Vienna in Prague for 3 days", ("prague",)),
        ("my friend Jordan and I in Paris", ("paris",)),
        ("with Sydney and Victoria to Lisbon, 4 days", ("lisbon",)),
        ("I'm Paris and want to go to Rome", ("rome",)),
        ("our daughters Florence and Vienna in Prague", ("prague",)),
        ("visiting my friend in Paris", ("paris",)),
        ("peking duck in Hong Kong", ("hong-kong",)),
    ],
)
def test_a_name_of_a_person_is_no_place(words: str, ids: tuple[str, ...]) -> None:
    found = request(words)
    assert (found.destinations, found.musts) == (ids, ())


@pytest.mark.parametrize(
    ("words", "named", "known"),
    [
        ("a week in Naples, Florida", "Naples, Florida", "Miami"),
        ("Melbourne, FL", "Melbourne, FL", "Miami"),
        ("Cartagena, Spain", "Cartagena, Spain", "Seville"),
        ("Vancouver, Washington", "Vancouver, Washington", "Chicago"),
        ("Paris, Texas", "Paris, Texas", "New Orleans"),
        ("London, Ontario", "London, Ontario", "Montréal"),
    ],
)
def test_a_place_of_the_same_name_elsewhere_is_not_taken_for_it(
    words: str, named: str, known: str
) -> None:
    with pytest.raises(RequestError) as caught:
        reading(words)
    (problem,) = caught.value.problems
    assert f"no destination {named!r}" in problem.message and known in problem.message


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("Florence, Tuscany", "florence"),
        ("Lisbon, Portugal", "lisbon"),
        ("Banff, Alberta", "banff"),
        ("New Orleans, Louisiana", "new-orleans"),
        ("New York, NY", "new-york"),
        ("Vancouver, BC", "vancouver"),
        ("London, England", "london"),
    ],
)
def test_a_place_may_be_named_with_where_it_is(words: str, id: str) -> None:
    found = reading(words)
    assert found.request.destinations == (id,)
    assert not found.unread


@pytest.mark.parametrize(
    ("words", "country"),
    [("china for 8 days", "CN"), ("japan", "JP"), ("10 days japan", "JP"), ("italy 4 days", "IT")],
)
def test_a_country_in_lower_case_may_open_the_words(words: str, country: str) -> None:
    wish = request(words).open
    assert wish is not None and wish.countries == (country,)


def test_turkey_is_a_country_first_of_all_and_else_a_dish() -> None:
    assert request("turkey for a week").destinations == ("istanbul",)
    assert request("christmas in turkey").destinations == ("istanbul",)
    assert request("roast turkey in Lisbon").destinations == ("lisbon",)


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("Italy for two weeks", "Italy"),
        ("new zealand 10 days", "New Zealand"),
        ("southeast asia, 10 days", "Southeast Asia"),
    ],
)
def test_many_days_in_a_whole_country_tell_how_to_ask_for_a_route(words: str, where: str) -> None:
    (note,) = [note for note in reading(words).assumed if note.field == "destinations"]
    assert note.value == f"one of the places in {where} is chosen"
    assert re.fullmatch(r"write '.+, then .+' for a route", note.words)


def test_few_days_in_a_country_need_no_route() -> None:
    assert not [n for n in reading("Italy for 4 days").assumed if n.field == "destinations"]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("USA west coast, 10 days", {"los-angeles", "san-francisco"}),
        ("west coast of america", {"los-angeles", "san-francisco"}),
        ("east coast usa", {"boston", "miami", "new-york", "washington"}),
        ("swiss alps", {"interlaken"}),
        ("an island in Thailand", {"phuket"}),
        ("Thailand islands", {"phuket"}),
        ("Italian islands", {"palermo"}),
        ("Island 5 days", {"reykjavik"}),
    ],
)
def test_parts_of_a_country_are_no_more_than_they_are(words: str, ids: set[str]) -> None:
    found = request(words)
    allowed = {e.id for e in loader.index() if found.open and within(e, found.open)}
    assert (set(found.destinations) or allowed) == ids


def test_a_direction_leaves_the_country_and_is_told() -> None:
    found = reading("northern spain")
    assert found.request.open == OpenWish(countries=("ES",))
    assert found.unread == ("northern",)


@pytest.mark.parametrize(("words", "id"), [("東京 5 days", "tokyo"), ("北京, 5 days", "beijing")])
def test_a_name_of_two_signs_is_a_whole_name(words: str, id: str) -> None:
    assert request(words).destinations == (id,)


@pytest.mark.parametrize(
    ("words", "must"),
    [
        ("must see Machu Picchu, Cusco, 4 days", "cusco/machu-picchu"),
        ("Banff, must see Lake Louise", "banff/lake-louise"),
        ("Siem Reap, must see Angkor Wat", "siem-reap/angkor-wat"),
    ],
)
def test_a_famous_sight_is_a_must(words: str, must: str) -> None:
    found = reading(words)
    assert (found.request.musts, found.unread) == ((must,), ())
