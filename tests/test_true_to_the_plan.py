"""What a plan says beside its items is true of them: its tips, what a day is about, its links."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.atlas.loader import activity, area, destination
from agents.findings import Anchor, DraftDay, Tip
from planner.intake import read
from planner.plan import Day, LeftOut, Leg, TripPlan, Visit
from planner.themes import themed
from planner.tips import tips_of
from planner.trip import plan_trip
from planner.views.items import item_detail

TODAY = date(2026, 11, 21)
NOON = datetime(2027, 5, 12, 12, tzinfo=ZoneInfo("Europe/Lisbon"))
ALFAMA, BELEM, PARQUE = "Alfama, Castelo and Graça", "Belém", "Parque das Nações"
PLANS = (
    "5 days in Lisbon from 12 May 2027, food and tiles",
    "4 days in Barcelona from 29 April 2027, beaches, quick",
    "3 nights in Tokyo and then 2 in Kyoto from 14 April 2027, quick",
)


@lru_cache
def planned(words: str) -> TripPlan:
    return anyio.run(plan_trip, read(words, today=TODAY).request)


def day(*places: str) -> Day:
    """A day in Lisbon with these places."""
    return Day(
        date=NOON.date(),
        stop="lisbon",
        items=tuple(
            Visit(
                start=NOON,
                end=NOON + timedelta(hours=1),
                title=activity("lisbon", place).name,
                destination="lisbon",
                place_id=place,
            )
            for place in places
        ),
    )


def about(theme: DraftDay | None, *places: str) -> str:
    return themed([day(*places)], [theme])[0].theme


def draft(theme: str, area: str | None = None, *anchors: str) -> DraftDay:
    return DraftDay(
        destination="lisbon",
        theme=theme,
        area=area,
        anchors=tuple(Anchor(place=place, reason="") for place in anchors),
    )


@pytest.mark.parametrize(
    ("theme", "places", "shown"),
    [
        (draft(ALFAMA), ("sao-vicente-de-fora", "oceanario"), ALFAMA),
        (draft(ALFAMA, None, "oceanario"), ("oceanario",), PARQUE),
        (
            draft(f"{ALFAMA} and {BELEM}"),
            ("jeronimos", "maat", "castelo-sao-jorge"),
            f"{ALFAMA} and {BELEM}",
        ),
        (draft(f"{ALFAMA} and {PARQUE}"), ("jeronimos", "maat", "castelo-sao-jorge"), BELEM),
        (draft("Monks and tiles", "belem"), ("jeronimos",), "Monks and tiles"),
        (draft("Monks and tiles", None, "jeronimos"), ("jeronimos",), "Monks and tiles"),
        (draft("Monks and tiles", "alfama", "castelo-sao-jorge"), ("jeronimos",), BELEM),
        (draft("To MAAT and back"), ("maat",), BELEM),
        (draft("Lisbon at leisure"), (), ""),
        (None, ("jeronimos", "oceanario", "maat"), BELEM),
        (None, (), ""),
    ],
)
def test_a_day_is_about_where_one_is(
    theme: DraftDay | None, places: tuple[str, ...], shown: str
) -> None:
    assert about(theme, *places) == shown


@pytest.mark.parametrize("words", PLANS)
def test_every_area_that_a_theme_names_is_visited_that_day(words: str) -> None:
    for day in planned(words).days:
        where = destination(day.stop)
        visited = {
            activity(i.destination, i.place_id).area
            for i in day.items
            if isinstance(i, Visit) and i.place_id
        }
        named = {a.id for a in where.areas if a.name in day.theme}
        assert named <= visited
        assert bool(day.theme) == bool(visited)


def tip(text: str, *evidence: str) -> Tip:
    return Tip(destination="lisbon", text=text, evidence=evidence)


MISSED = LeftOut(
    destination="lisbon",
    place_id="museu-do-dinheiro",
    name="Money Museum (Museu do Dinheiro)",
    reason="no_time",
    detail="no day has the time left",
)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (tip("Book Jerónimos ahead.", "place/lisbon/jeronimos"), True),
        (tip("Book Belém Tower ahead.", "place/lisbon/belem-tower"), False),
        (tip("Both are free.", "place/lisbon/maat", "place/lisbon/jeronimos"), True),
        (tip("A day ticket pays from the third ride on.", "costs/lisbon/mid"), True),
        (tip("The MONEY MUSEUM is free.", "destination/lisbon"), False),
        (tip("Money Museums are free.", "destination/lisbon"), True),
        (tip("Pastel de nata: best by the Money Museum.", "destination/lisbon"), True),
    ],
)
def test_a_tip_is_on_what_is_planned_or_on_no_place(said: Tip, kept: bool) -> None:
    assert tips_of([said], [day("jeronimos")], [MISSED]) == ((said,) if kept else ())


@pytest.mark.parametrize("words", PLANS)
def test_no_plan_says_to_book_what_is_not_in_it(words: str) -> None:
    plan = planned(words)
    titles = {item.title for day in plan.days for item in day.items}
    booked = [t.text for t in plan.tips if t.text.startswith("Book ")]
    assert all(any(title in text for title in titles) for text in booked)
    assert [t for t in plan.tips if not t.text.startswith("Book ")]


@pytest.mark.parametrize(("by", "mode"), [("train", "train"), ("plane", "flight")])
def test_a_way_home_by_land_has_no_link_to_an_airport(by: str, mode: str) -> None:
    home = "Madrid" if by == "train" else "Oslo"
    plan = planned(f"3 days in Barcelona from 10 May 2027, from {home}, quick")
    assert plan.request.origin is not None
    ways = [
        (d, i, item)
        for d, day in enumerate(plan.days)
        for i, item in enumerate(day.items)
        if isinstance(item, Leg) and item.mode == mode
    ]
    assert len(ways) == 2
    out, back = (
        [link.url for link in item_detail(plan, d, i).links if "openstreetmap" in link.url]
        for d, i, _ in ways
    )
    base = area("barcelona", destination("barcelona").base).coordinates
    assert f"mlat={base[0]:.5f}" in out[0]
    assert bool(back) == (mode == "flight")


@given(st.sets(st.sampled_from(["jeronimos", "maat", "oceanario", "castelo-sao-jorge", "pena"])))
def test_without_a_draft_the_area_is_that_of_most_places(places: set[str]) -> None:
    names = [area("lisbon", activity("lisbon", p).area).name for p in sorted(places)]
    shown = about(None, *sorted(places))
    assert shown == "" if not names else names.count(shown) == max(map(names.count, names))
