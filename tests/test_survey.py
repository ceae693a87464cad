"""What is understood of half a request, and the same request as words and as a form."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.errors import RequestError
from agents.request import Effort, Relation, Tier
from planner.intake import (
    Options,
    Standing,
    Survey,
    complete,
    facets,
    filled_in,
    given_back,
    is_corrected,
    offers,
    part_of,
    problems_with,
    read,
    survey,
)
from planner.intake.entries import kinds

TODAY = date(2026, 11, 21)
EXAMPLE = "5 days in Lisbon or Porto in May, two adults, €1,500, food and tiles, one of us can't do stairs"


def surveyed(words: str = "", **options: Any) -> Survey:
    return survey(words, today=TODAY, options=Options(**options))


def noted(words: str, **options: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for note in surveyed(words, **options).understood:
        found.setdefault(note.field, []).append(note.value)
    return found


def requested(words: str, **options: Any) -> Any:
    found = surveyed(words, **options)
    assert found.request is not None, found.problems
    return found.request


def test_a_half_typed_place_leaves_the_rest_understood() -> None:
    found = surveyed("5 days in Lisb, two adults, food")
    assert found.request is None
    assert [problem.field for problem in found.problems] == ["destinations"]
    fields = {note.field: note.value for note in found.understood}
    assert fields == {"dates": "5 days", "travellers": "2 adults", "interests": "food"}


@pytest.mark.parametrize(
    ("words", "field", "values"),
    [
        ("5 days in Rome", "dates", ["5 days"]),
        ("4 nights in Rome", "dates", ["5 days"]),
        ("Rome in May", "dates", ["1–31 May 2027"]),
        ("Rome 12-16 May", "dates", ["12–16 May 2027"]),
        ("Rome from 12 May, a week", "dates", ["7 days", "from 12 May 2027"]),
        ("a weekend in Rome", "dates", ["from a Friday"]),
        ("Rome at Easter", "dates", ["26–29 March 2027"]),
        ("3 nights in Rome, then 2 in Paris", "dates", ["6 days"]),
        ("Rome for two adults and a child of 5", "travellers", ["2 adults, a child of 5"]),
        ("Rome, €200 a day", "budget", ["€200 a day"]),
        ("Rome for wine and art", "interests", ["wine", "art"]),
        ("Rome, vegan, no flying, wheelchair", "needs", ["vegan", "step-free", "no flying"]),
        ("a lazy week in Rome", "pace", ["relaxed"]),
        ("Rome, luxury", "tier", ["comfort"]),
        ("a quick plan for Rome", "effort", ["instant"]),
        ("Rome from Berlin", "origin", ["Berlin"]),
        ("somewhere warm by the sea", "open", ["warm", "coast"]),
        ("somewhere in Asia", "destinations", ["Asia"]),
    ],
)
def test_whatever_is_said_leaves_a_note(words: str, field: str, values: list[str]) -> None:
    assert noted(words)[field] == values


def test_a_day_that_does_not_exist_leaves_the_length_understood() -> None:
    found = surveyed("31 February in Rome, 5 days")
    assert [problem.field for problem in found.problems] == ["dates"]
    assert [note.value for note in found.understood if note.field == "dates"] == ["5 days"]


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_nothing_that_one_can_type_raises(words: str) -> None:
    found = surveyed(words)
    assert (found.request is None) == bool(found.problems)
    assert facets(found, Options())
    assert complete(words).startswith(words) or complete(words) == ""


@pytest.mark.parametrize("end", range(0, len(EXAMPLE), 3))
def test_every_beginning_of_a_request_can_be_surveyed_and_filled_in(end: int) -> None:
    found = surveyed(EXAMPLE[:end])
    filled_in(found, Options())


def test_a_reading_is_the_survey_without_problems() -> None:
    found, whole = surveyed(EXAMPLE), read(EXAMPLE, today=TODAY)
    assert (found.request, found.understood, found.assumed) == (
        whole.request,
        whole.understood,
        whole.assumed,
    )
    with pytest.raises(RequestError) as caught:
        read("5 days in Lisb", today=TODAY)
    assert caught.value.problems == surveyed("5 days in Lisb").problems


# Options against words.


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("5 days in Lisb", {"to": ("Lisbon",)}),
        ("31 February in Rome", {"start": date(2027, 3, 1), "days": 3}),
        ("Rome on 12 May 2020", {"start": date(2027, 5, 12), "end": date(2027, 5, 14)}),
        ("Rome on 12 May 2020", {"any_day": True, "days": 3}),
        ("40 days in Rome", {"days": 4}),
        ("Rome for 30 people", {"adults": 4, "children": ()}),
        ("Rome from Xyzzyville", {"origin": "Berlin"}),
        ("Rome from Xyzzyville", {"origin": ""}),
        ("Rome or Paris then London", {"relation": "or"}),
        ("Rome for €0", {"budget": "none"}),
    ],
)
def test_an_option_takes_a_fault_out_of_the_words(words: str, options: dict[str, Any]) -> None:
    assert surveyed(words).problems
    assert surveyed(words, **options).problems == ()


@pytest.mark.parametrize(
    ("words", "options", "field", "value"),
    [
        ("Rome, €1,500", {"budget": ""}, "budget", None),
        ("Rome, €1,500", {"budget": "none"}, "budget", None),
        ("Rome from Berlin", {"origin": "none"}, "origin", None),
        ("Rome for food and art", {"interests": ()}, "interests", ()),
        ("Rome, cheap hotels", {"tier": ""}, "tier", None),
        ("a quick plan for Rome", {"effort": "thinking"}, "effort", Effort.THINKING),
        ("Rome or Paris", {"to": ()}, "destinations", ()),
    ],
)
def test_what_the_words_name_can_be_taken_back(
    words: str, options: dict[str, Any], field: str, value: object
) -> None:
    assert getattr(requested(words), field) != value
    assert getattr(requested(words, **options), field) == value


def test_needs_can_be_taken_back_one_by_one() -> None:
    words = "Rome, vegan, no flying, wheelchair"
    needs = requested(words, step_free=False).needs
    assert (needs.step_free, needs.no_flying, needs.diets) == (False, True, ("vegan",))
    assert noted(words, step_free=False)["needs"] == ["vegan", "no flying"]
    assert requested(words, diets=()).needs.diets == ()
    assert not requested(words, no_flying=False).needs.no_flying


def test_other_travellers_drop_what_was_assumed_of_the_family() -> None:
    found = surveyed("family of four in Rome", adults=3, children=())
    assert found.request is not None and len(found.request.travellers) == 3
    assert not [note for note in found.assumed if note.field == "travellers"]


def test_any_day_keeps_the_length_and_drops_the_dates_of_the_words() -> None:
    request = requested("Rome, 12-16 May 2027", any_day=True)
    assert request.dates.days == 5
    assert request.dates.start < date(2027, 2, 1)


def test_a_length_alone_leaves_the_month_to_the_words() -> None:
    request = requested("5 days in Rome in May", days=8)
    assert (request.dates.days, request.dates.start.month) == (8, 5)
    assert noted("5 days in Rome in May", days=8)["dates"] == ["8 days", "1–31 May 2027"]


def test_a_corrected_place_keeps_its_nights_and_a_comparison_has_none() -> None:
    words = "3 nights in Rome, then 2 in Paris"
    assert requested(words, to=("Rome", "Paris")).stay_nights == (3, 2)
    assert requested(words, to=("Paris", "Rome"), relation="then").stay_nights == (2, 3)
    assert requested(words, to=("Paris",)).dates.nights == 2
    assert requested(words, to=("Rome", "Paris"), relation="or").stay_nights == ()


def test_a_form_alone_is_a_request() -> None:
    request = requested("", to=("Tokyo", "Kyoto"), relation="then", days=6, tier="comfort")
    assert request.destinations == ("tokyo", "kyoto")
    assert (request.relation, request.dates.days, request.tier) == (Relation.THEN, 6, Tier.COMFORT)


@pytest.mark.parametrize(
    "words",
    [
        EXAMPLE,
        "4 nights in Tokyo and then 3 in Kyoto in April, gardens, from Berlin",
        "family of four (5 and 8) in Rome in October, cheap, halal, $200 per person a day",
        "a week somewhere warm in Europe, relaxed, no flying, quick plan",
    ],
)
def test_the_words_as_a_form_ask_for_the_same(words: str) -> None:
    found = surveyed(words)
    again = survey(words, today=TODAY, options=filled_in(found, Options()))
    assert found.request is not None and again.request is not None
    for field in ("destinations", "relation", "stay_nights", "origin", "travellers", "budget"):
        assert getattr(again.request, field) == getattr(found.request, field), field
    for field in ("interests", "needs", "pace", "tier", "effort"):
        assert getattr(again.request, field) == getattr(found.request, field), field
    assert again.request.dates.start == found.request.dates.start
    assert again.request.dates.days == found.request.dates.days


# The parts that are shown.


def test_each_part_says_how_it_came_about() -> None:
    words = "5 days in Rome, in May, €1,500, 31 people"
    parts = facets(surveyed(words, pace="full"), Options(pace="full"))
    standings = {name: part.standing for name, part in parts.items()}
    assert standings["where"] is Standing.SAID
    assert standings["who"] is Standing.AT_FAULT
    assert standings["pace"] is Standing.CORRECTED
    assert standings["origin"] is Standing.OPEN
    assert "31 people" in parts["who"].reasons[0]
    whole = facets(surveyed(EXAMPLE), Options())
    assert (whole["when"].value, whole["when"].standing) == (
        "12–16 May 2027, 5 days",
        Standing.ASSUMED,
    )
    assert whole["when"].reasons[0].startswith("Assumed 12 May 2027: no day given")
    assert whole["needs"].reasons == ("You said “can't do stairs”.",)


def test_a_place_that_is_missing_is_not_a_fault() -> None:
    where = facets(surveyed(""), Options())["where"]
    assert (where.value, where.standing) == ("not said", Standing.OPEN)
    assert where.reasons[0].startswith("no place is named")


def test_a_part_is_given_back_to_the_words() -> None:
    options = Options(budget="", start=date(2027, 5, 1), days=3)
    assert is_corrected("when", options) and is_corrected("budget", options)
    assert given_back("when", options) == Options(budget="")


def test_a_part_is_checked_without_the_words() -> None:
    def wrong(part: str, **options: Any) -> list[str]:
        return [p.message for p in problems_with(part, Options(**options), today=TODAY)]

    assert "is no amount" in wrong("budget", budget="much")[0]
    assert "too many" in wrong("when", start=date(2027, 5, 1), end=date(2027, 6, 1))[0]
    assert "not a child" in wrong("who", adults=1, children=(40,))[0]
    assert not wrong("budget", budget="1500 EUR", adults=99)
    assert not wrong("where", to=())


def test_the_day_is_shown_before_the_request_is_whole() -> None:
    found = surveyed("Lisb, last week of April")
    assert found.request is None
    when = facets(found, Options())["when"]
    assert (when.value, when.standing) == ("24–26 April 2027, 3 days", Standing.ASSUMED)
    assert when.reasons[:2] == (
        "Assumed 3 days: no length given.",
        "Assumed 24 April 2027: no day given: the first day of 24 April 2027 to 30 April 2027.",
    )
    shown = filled_in(found, Options())
    assert (shown.start, shown.end) == (date(2027, 4, 24), date(2027, 4, 26))


def test_what_is_fixed_is_a_part_of_its_own() -> None:
    words = "Barcelona 12-16 May 2027, must see Park Guell, no markets, dinner Saturday 20:30"
    for words_ in (words, f"{words}, 31 people"):
        fixed = facets(surveyed(words_), Options())["fixed"]
        assert fixed.value == "with Park Güell, no markets, dinner Sat 20:30"
        assert fixed.standing is Standing.SAID
        assert fixed.reasons == ("You said “no markets”, “Park Guell”, “dinner Saturday 20:30”.",)
    assert facets(surveyed("Rome"), Options())["fixed"].value == "none"


def test_every_kind_that_can_be_left_out_can_be_named_and_given_back() -> None:
    for kind in kinds():
        (id,) = requested("Rome", nevers=(kind,)).nevers
        assert requested("Rome", nevers=(id,)).nevers == (id,)


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("Rome 12-16 May 2027, dinner Monday 20:00", {}),
        ("Rome", {"musts": ("Zorglub",)}),
        ("Rome", {"nevers": ("Zorglub",)}),
        ("Rome, must see the Colosseum", {"nevers": ("Colosseum",)}),
        ("Rome", {"commitments": ("something",)}),
    ],
)
def test_what_is_fixed_can_be_at_fault(words: str, options: dict[str, Any]) -> None:
    parts = facets(surveyed(words, **options), Options(**options))
    faulty = [name for name, part in parts.items() if part.standing is Standing.AT_FAULT]
    assert faulty == ["fixed"]


def test_an_appointment_is_checked_beside_the_days() -> None:
    options = Options(commitments=("dinner Monday 20:00",))

    def wrong(**beside: Any) -> tuple[Any, ...]:
        return problems_with("fixed", options, today=TODAY, beside=Options(**beside))

    days = {"to": ("Rome",), "start": date(2027, 5, 12)}
    assert "Monday is not between" in wrong(**days, end=date(2027, 5, 16))[0].message
    assert not wrong(**days, end=date(2027, 5, 17))


def test_complete_appointments_are_still_that_when_options_were_kept() -> None:
    words = "Rome 12-16 May 2027, dinner Friday 20:00"
    options = filled_in(surveyed(words), Options(commitments=None))
    kept = Options.model_validate_json(options.model_dump_json())
    assert kept == options
    assert requested("Rome", **dict(kept)).commitments == requested(words).commitments
    assert Options(commitments=("dinner Friday 20:00",)).commitments == ("dinner Friday 20:00",)


def test_a_start_by_hand_with_a_typo_is_at_fault() -> None:
    origin = facets(surveyed("Rome", origin="Bremn"), Options(origin="Bremn"))["origin"]
    assert origin.standing is Standing.AT_FAULT
    assert "did you mean Bremen?" in origin.reasons[0]
    said = facets(surveyed("Rome from Bremn"), Options())["origin"]
    assert (said.value, said.standing) == ("Bremen", Standing.ASSUMED)


def test_the_usual_mode_is_shown_until_another_is_said() -> None:
    def mode(words: str, **options: Any) -> str:
        found = survey(
            words, today=TODAY, options=Options(**options), usual_effort=Effort.CONTEMPLATING
        )
        shown = filled_in(found, Options(**options)).effort
        value = facets(found, Options(**options))["mode"].value
        assert shown == value == (found.request.effort if found.request else value)
        return value

    assert mode("") == mode("Rome") == mode("Lisb") == "contemplating"
    assert mode("a quick plan for Rome") == mode("Lisb, quick plan") == "instant"
    assert mode("Rome", effort="thinking") == mode("", effort="thinking") == "thinking"


@pytest.mark.parametrize(
    ("field", "part"),
    [("destinations", "where"), ("dates", "when"), ("travellers", "who"), ("musts", "fixed")],
)
def test_a_field_belongs_to_a_part(field: str, part: str) -> None:
    assert part_of(field) == part
    assert part_of("words") == ""


# Completion.


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("5 days in Lisb", "5 days in Lisbon"),
        ("Lisbon or por", "Lisbon or porto"),
        ("NEW Y", "NEW YORK"),
        ("a week in new yo", "a week in new york"),
        ("Rom", "Rome"),
        ("a week in Lisbo", "a week in Lisbon"),
        ("Lissa", "Lissabon"),
        ("Pař", "Pařis"),
        ("Istan", "Istanbul"),
        ("Portu", "Portugal"),
        ("food and ti", "food and tiles"),
        ("local l", "local life"),
        ("in To", "in Tokyo"),
        ("golden tr", ""),
        ("5 days in saf", ""),
        ("Tusc", "Tuscany"),
        ("a week in the Alp", "a week in the Alps"),
        ("", ""),
        ("L", ""),
        ("to", ""),
        ("in ma", ""),
        ("Lisbon", ""),
        ("Lisbon ", ""),
        ("[/]", ""),
        ("[@click=app.quit]x", ""),
        ("\x1b[31m", ""),
    ],
)
def test_a_half_typed_name_is_completed(typed: str, whole: str) -> None:
    assert complete(typed) == whole


def test_every_completed_name_is_understood() -> None:
    for place in (*offers.destinations(), *offers.countries(), *offers.lands()):
        assert noted(f"5 days in {place.name}").get("destinations"), place
    for interest in offers.interests():
        if whole := complete(f"Rome, {interest.label[:-1]}"):
            assert noted(whole).get("interests") or noted(whole).get("destinations") != ["Rome"], (
                whole
            )


def test_a_completion_is_fast_enough_for_every_key() -> None:
    complete("warm")
    best = min(
        _seconds(lambda: complete("5 days in Lisbon or Porto, food and ti")) for _ in range(20)
    )
    assert best < 0.002


def _seconds(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_what_a_form_offers_can_be_read_back() -> None:
    for currency in offers.currencies():
        request = requested("Rome", budget=f"1500 {currency.value} per person")
        assert request.budget is not None and request.budget.currency == currency.value
    assert requested("Rome", interests=[c.value for c in offers.interests()]).interests
    assert offers.place_named("Lisboa") == "Lisbon"
    for group, field in (
        (offers.paces(), "pace"),
        (offers.comforts(), "tier"),
        (offers.modes(), "effort"),
    ):
        for choice in group:
            assert (
                getattr(requested("Rome", **{field: choice.value}), field) or ""
            ) == choice.value
