"""The data behind the tabs: true to the plan, harmless as text, drawn within its frame."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.atlas.loader import activity, destination
from agents.atlas.vocabulary import Interest, StepFree
from agents.request import (
    Budget,
    Commitment,
    CommitmentKind,
    Dates,
    Needs,
    Origin,
    Relation,
    Traveller,
    TripRequest,
)
from planner.gate import inspect
from planner.gate.base import RULES
from planner.plan import Alternative, Check, Decision, Leg, Proposal, TripPlan, Unverified, Visit
from planner.trip import plan_trip
from planner.views.activities import SORTS, UNVERIFIED, activities, filter_activities
from planner.views.budget import budget
from planner.views.comparison import EIGHTHS, bars, climate, climates, comparison, scale
from planner.views.decisions import checks, decisions, meanings
from planner.views.items import ItemDetail, day_head, item_detail
from planner.views.labels import Tag, place
from planner.views.picture import MapPicture, draw
from planner.views.routes import DayRoute, RouteLeg, RoutePoint, bounds, frames, routes
from planner.views.words import length, listed, money_range

HAMBURG = Origin(
    name="Hamburg",
    coordinates=(53.55, 9.99),
    time_zone="Europe/Berlin",
    country="DE",
    airport="HAM",
)
REQUESTS = {
    "two cities to choose from": TripRequest(
        destinations=("lisbon", "porto"),
        relation=Relation.OR,
        dates=Dates(start=date(2027, 5, 12), end=date(2027, 5, 16)),
        origin=HAMBURG,
        budget=Budget(amount=Decimal(1500)),
        interests=(Interest.FOOD, Interest.TILES),
    ),
    "two cities in turn": TripRequest(
        destinations=("tokyo", "kyoto"),
        relation=Relation.THEN,
        dates=Dates(start=date(2027, 4, 27), end=date(2027, 5, 4)),
        travellers=(Traveller(), Traveller(), Traveller(age=7)),
    ),
    "step-free": TripRequest(
        destinations=("paris",),
        dates=Dates(start=date(2027, 6, 10), end=date(2027, 6, 13)),
        needs=Needs(step_free=True),
        interests=(Interest.ART,),
    ),
    "one day": TripRequest(
        destinations=("porto",), dates=Dates(start=date(2027, 5, 12), end=date(2027, 5, 12))
    ),
    "too little money": TripRequest(
        destinations=("london",),
        dates=Dates(start=date(2027, 5, 12), end=date(2027, 5, 16)),
        origin=HAMBURG,
        budget=Budget(amount=Decimal(200)),
    ),
    "landing and dinner booked": TripRequest(
        destinations=("lisbon",),
        dates=Dates(start=date(2027, 5, 12), end=date(2027, 5, 14)),
        commitments=(
            Commitment(
                kind=CommitmentKind.ARRIVAL, label="TP 571", start=datetime(2027, 5, 12, 10)
            ),
            Commitment(kind=CommitmentKind.MEAL, label="dinner", start=datetime(2027, 5, 13, 20)),
        ),
    ),
}
HOSTILE = "[/red]\x1b[31m[@click=app.quit]x[/]\u202e\nend"


@lru_cache
def planned(name: str) -> TripPlan:
    return anyio.run(plan_trip, REQUESTS[name])


every_plan = pytest.mark.parametrize("name", REQUESTS)


def details(plan: TripPlan) -> Iterator[tuple[int, int, ItemDetail]]:
    for number, day in enumerate(plan.days):
        for index in range(len(day.items)):
            yield number, index, item_detail(plan, number, index)


def all_views(plan: TripPlan) -> list[Any]:
    found: list[Any] = [detail for _, _, detail in details(plan)]
    found += [day_head(plan, number) for number in range(len(plan.days))]
    found += [activities(plan), comparison(plan), climates(plan), routes(plan), frames(plan)]
    found += [budget(plan), checks(plan), decisions(plan)]
    found += [draw(f.routes, 60, 20, only_day=f.day) for f in frames(plan)]
    return found


def changed(plan: TripPlan, change: Callable[[str, Any], Any]) -> TripPlan:
    """`plan` as loaded again after `change` was applied to every value of its JSON, by its key."""

    def walk(key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {k: walk(k, v) for k, v in value.items()}
        if isinstance(value, list):
            return [walk(key, v) for v in value]
        return change(key, value)

    return TripPlan.model_validate(walk("", json.loads(plan.model_dump_json())))


def texts(value: Any) -> Iterator[str]:
    """Every text of a view that is there to be read; ids and addresses are not."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in ("destination", "place_id", "id"):
                yield from texts(getattr(value, field.name))
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from texts(part)


@every_plan
def test_every_item_says_when_it_is_and_what_it_rests_on(name: str) -> None:
    plan = planned(name)
    for number, index, detail in details(plan):
        item = plan.days[number].items[index]
        assert detail.title == item.title and detail.kind == item.kind
        assert f"{item.start:%H:%M}–" in detail.when and detail.kind_words
        assert len(detail.rests_on) == len(set(item.evidence))
        assert all(g.mark in "✓≈?" and g.sure and g.claim for g in detail.rests_on)
        if item.cost is not None:
            assert "an estimate, as of" in detail.cost[-1]


def test_a_visit_tells_all_its_record_knows() -> None:
    plan = planned("two cities to choose from")
    detail = next(d for _, _, d in details(plan) if d.title == "Porto Cathedral and cloister")
    record = next(a for a in destination("porto").activities if a.name == detail.title)
    assert detail.about == record.why and detail.book_ahead == record.book_ahead
    assert detail.kind_words == "sight" and detail.area == "Ribeira and Sé"
    assert detail.hours == "open 09:00–18:30" and detail.step_free == "partly step-free"
    assert detail.proposed_by == "activities and itinerary agents"
    assert detail.cost[0] == "€6–10 for 2 adults"
    assert detail.links[0].url.startswith("https://www.openstreetmap.org/?mlat=41.14280&mlon=-8.")


@every_plan
def test_hours_are_those_that_the_gate_checked(name: str) -> None:
    plan = planned(name)
    told = {e.id: e.claim for e in plan.evidence if e.id.startswith("hours/")}
    for number, index, detail in details(plan):
        item = plan.days[number].items[index]
        claim = told.get(f"hours/{item.destination}/{item.place_id}/{plan.days[number].date}")
        if claim and " open " in claim:
            assert claim.endswith(detail.hours)


def test_a_public_holiday_is_named_on_its_day() -> None:
    plan = planned("two cities in turn")
    heads = [day_head(plan, n) for n in range(len(plan.days))]
    assert [h.holiday for h in heads if h.date.startswith("Thu 29 Apr")] == ["Showa Day"]
    assert [h.holiday for h in heads if h.date.startswith("Wed 28 Apr")] == [""]


def test_the_head_of_a_day_adds_up() -> None:
    plan = planned("two cities to choose from")
    head = day_head(plan, 1)
    legs = [i for i in plan.days[1].items if isinstance(i, Leg)]
    assert head.city == "Porto" and head.theme == plan.days[1].theme
    assert head.walking_minutes == sum(leg.walk_minutes for leg in legs)
    assert head.places == sum(isinstance(i, Visit) for i in plan.days[1].items)
    assert head.weather.startswith("May is usually 12 to 20 °C")
    assert head.sun.startswith("sunrise 06:") and "sunset 20:" in head.sun


@every_plan
def test_alternatives_are_new_allowed_and_open_in_that_slot(name: str) -> None:
    plan = planned(name)
    in_plan = {(i.destination, i.place_id) for d in plan.days for i in d.items}
    seen = 0
    for number, index, detail in details(plan):
        item = plan.days[number].items[index]
        assert len(detail.alternatives) <= 5
        for other in detail.alternatives:
            if other.place_id is None:
                assert item.kind == "leg"
                continue
            seen += 1
            record = activity(other.destination, other.place_id)
            assert (other.destination, other.place_id) not in in_plan
            assert other.hours.startswith("open ") or record.hours is None
            assert item.kind != "meal" or record.meals
            if plan.request.needs.step_free:
                assert record.step_free is StepFree.YES
    assert seen or name == "one day"


def test_a_ride_that_one_can_walk_says_how_long_that_takes() -> None:
    plan = planned("two cities to choose from")
    ways = [
        (plan.days[n].items[i], other)
        for n, i, detail in details(plan)
        for other in detail.alternatives
        if detail.kind == "leg"
    ]
    assert ways
    for leg, other in ways:
        assert isinstance(leg, Leg) and leg.mode.value != "walk"
        assert other.name.startswith("On foot to ") and 0 < other.minutes <= 90


def test_other_ways_from_an_airport_are_those_on_record() -> None:
    plan = planned("landing and dinner booked")
    transfer = next(d for n, i, d in details(plan) if "airport" in plan.days[n].items[i].title)
    modes = {t.mode.value for t in destination("lisbon").transfers}
    assert {a.kind for a in transfer.alternatives} | {"public transport"} >= {"taxi"}
    assert len(transfer.alternatives) == len(modes) - 1


def test_links_lead_to_the_web_alone_and_name_their_host() -> None:
    plan = planned("one day")
    bad = (
        "see https://example.org/a_(b), and http://example.net/x?y=1.",
        "javascript:alert(1) file:///etc/passwd ftp://example.org https://bank.example@evil.example/",
        "https://[ https:// HTTPS://EXAMPLE.COM/Up",
    )
    evidence = tuple(e.model_copy(update={"sources": bad}) for e in plan.evidence)
    hostile = plan.model_copy(update={"evidence": evidence})
    index = next(n for n, i in enumerate(plan.days[0].items) if i.evidence)
    links = item_detail(hostile, 0, index).links
    web = [link for link in links if "openstreetmap" not in link.url]
    assert {link.label for link in web} == {"example.org", "example.net", "example.com"}
    assert all(link.url.lower().startswith(("https://", "http://")) for link in links)


def test_a_place_on_wikidata_is_linked() -> None:
    plan = planned("step-free")
    seen = 0
    for number, index, detail in details(plan):
        id = plan.days[number].items[index].place_id
        known = activity("paris", id).wikidata if id else None
        pages = [link.url for link in detail.links if link.label == "Wikidata"]
        assert pages == ([f"https://www.wikidata.org/wiki/{known}"] if known else [])
        seen += len(pages)
    assert seen


def test_an_item_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        item_detail(planned("one day"), 0, 99)
    with pytest.raises(IndexError):
        day_head(planned("one day"), 9)


@every_plan
def test_everything_found_is_listed_once_in_or_out_of_the_plan(name: str) -> None:
    plan = planned(name)
    rows = activities(plan)
    ids = [(r.destination, r.place_id) for r in rows]
    assert len(ids) == len(set(ids)) and [r.order for r in rows] == list(range(len(rows)))
    visits = {(i.destination, i.place_id) for d in plan.days for i in d.items if i.kind == "visit"}
    assert visits <= {(r.destination, r.place_id) for r in rows if r.in_plan}
    assert {(x.destination, x.place_id) for x in plan.left_out} <= set(ids)
    for row in rows:
        assert (row.day is not None) == row.in_plan == bool(row.when) and row.kind and row.hours
        if row.in_plan and row.day is not None and row.item is not None:
            assert plan.days[row.day].items[row.item].place_id == row.place_id
        else:
            assert row.why_not


def test_what_nobody_could_verify_has_a_row_of_its_own() -> None:
    made_up = (
        Unverified(named_by="itinerary", name="porto/palace-of-clouds", why="no such place"),
        Unverified(named_by="activities", name="The Moon", why="no such place"),
    )
    plan = planned("one day").model_copy(update={"unverified": made_up})
    last = activities(plan)[-2:]
    assert [(r.name, r.state, r.city) for r in last] == [
        ("palace of clouds", UNVERIFIED, "Porto"),
        ("The Moon", UNVERIFIED, ""),
    ]
    assert not any(r.in_plan for r in last)


def test_a_filter_minds_neither_accents_nor_case_and_wants_every_word() -> None:
    rows = activities(planned("two cities to choose from"))
    names = {r.name for r in filter_activities(rows, "SAO bento")}
    assert "São Bento railway station" in names
    tiled = {r.order for r in rows if "tiles" in r.interests}
    assert tiled and tiled <= {r.order for r in filter_activities(rows, "Tiles")}
    assert filter_activities(rows, "") == rows and filter_activities(rows, "zzz") == ()
    left_out = next(r for r in rows if r.why_not)
    by_reason = filter_activities(rows, left_out.why_not.upper())
    assert left_out in by_reason and not any(r.in_plan for r in by_reason)


@pytest.mark.parametrize("order", SORTS)
def test_every_order_keeps_all_rows_and_puts_the_unknown_last(order: str) -> None:
    made_up = (Unverified(named_by="itinerary", name="The Moon", why="no such place"),)
    plan = planned("two cities in turn").model_copy(update={"unverified": made_up})
    rows = activities(plan)
    backwards = list(reversed(rows))
    ordered = sorted(rows, key=SORTS[order])
    assert set(ordered) == set(rows) and ordered == sorted(backwards, key=SORTS[order])
    if order == "price":
        known = [
            r.price_high + r.price_low
            for r in ordered
            if r.price_high is not None and r.price_low is not None
        ]
        assert known == sorted(known) and ordered[-1].price_high is None
    if order == "crowd":
        assert ordered[-1].crowd is None
        assert all((a.crowd or 0) <= (b.crowd or 0) for a, b in pairwise(ordered[:-1]))


def test_criteria_are_rows_and_candidates_columns() -> None:
    plan = planned("two cities to choose from")
    seen = comparison(plan)
    assert [c.total for c in seen.candidates] == sorted(
        (c.total for c in seen.candidates), reverse=True
    )
    assert [c.name for c in seen.candidates if c.chosen] == [plan.stops[0].name]
    for row in seen.rows:
        assert len(row.cells) == len(seen.candidates)
        assert all(cell is None or (0 <= cell.score <= 1 and cell.reason) for cell in row.cells)
        assert any(cell and cell.rests_on for cell in row.cells)
    for column, candidate in enumerate(seen.candidates):
        cells = [c for row in seen.rows if (c := row.cells[column])]
        mean = sum(c.score * c.weight for c in cells) / sum(c.weight for c in cells)
        assert candidate.total == pytest.approx(mean)
    assert seen.rule and seen.reverse


def test_a_plan_without_a_comparison_has_an_empty_one() -> None:
    plan = planned("one day").model_copy(update={"comparison": ()})
    assert comparison(plan).rows == () == comparison(plan).candidates
    assert [year.name for year in climates(plan)] == ["Porto"]


def test_the_climate_has_twelve_months_and_knows_those_of_the_trip() -> None:
    year = climate("kyoto", planned("two cities in turn"))
    assert year is not None and year.months == (4, 5)
    assert len(year.high_c) == len(year.low_c) == len(year.rain_mm) == 12
    assert climate("atlantis") is None


@given(st.lists(st.floats(-60, 60), max_size=12), st.floats(-60, 60), st.floats(-60, 60))
def test_bars_have_one_character_a_value_on_one_scale(
    values: list[float], low: float, high: float
) -> None:
    drawn = bars(values, low, high)
    assert len(drawn) == len(values) and set(drawn) <= set(EIGHTHS)
    ends = scale([values])
    ordered = bars(sorted(values), *ends)
    assert list(ordered) == sorted(ordered, key=EIGHTHS.index)


@every_plan
def test_days_and_categories_add_up_to_the_total(name: str) -> None:
    plan = planned(name)
    seen = budget(plan)
    assert all(row.day is not None for row in seen.days)
    for end, whole in (
        ("low", plan.costs.low),
        ("expected", plan.costs.total),
        ("high", plan.costs.high),
    ):
        assert sum(getattr(row.sum, end) for row in seen.days) == whole
        assert sum(getattr(row.sum, end) for row in seen.categories) == whole
    for row in seen.days:
        assert sum(amount for _, amount in row.categories) == row.sum.expected
    assert sum(row.share for row in seen.categories) == pytest.approx(1)
    assert len(seen.dearest) <= 8 and "estimates as of" in seen.note
    assert [d.sum.expected for d in seen.dearest] == sorted(
        (d.sum.expected for d in seen.dearest), reverse=True
    )


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_days_still_add_up_when_the_plan_books_more_than_its_items(data: st.DataObject) -> None:
    plan = planned(data.draw(st.sampled_from(sorted(REQUESTS))))
    days = tuple(
        day.model_copy(update={"items": tuple(i for i in day.items if data.draw(st.booleans()))})
        for day in plan.days
    )
    seen = budget(plan.model_copy(update={"days": days}))
    assert sum(row.sum.expected for row in seen.days) == plan.costs.total
    assert sum(row.sum.high for row in seen.days) == plan.costs.high


def test_the_budget_says_what_is_left_or_lacking() -> None:
    assert budget(planned("two cities to choose from")).standing.endswith("left of €1,500")
    poor = budget(planned("too little money"))
    assert "more than the €200 you gave" in poor.standing
    assert poor.share_of_budget is not None and poor.share_of_budget > 1
    assert budget(planned("one day")).standing == "no budget given"


def test_every_check_of_the_gate_has_its_meaning() -> None:
    assert (
        set(meanings())
        == {rule.id for rule in RULES}
        == {c.id for c in inspect(planned("one day"))}
    )
    assert all(meanings().values())


@every_plan
def test_checks_are_grouped_and_none_is_lost(name: str) -> None:
    plan = planned(name)
    seen = checks(plan)
    assert {c.id for c in seen.failed} == {c.id for c in plan.failed_checks}
    assert len(seen.failed) + len(seen.warnings) + len(seen.passed) == len(plan.checks)
    assert all(c.detail and c.meaning for c in (*seen.failed, *seen.warnings))


def test_places_at_fault_are_named_and_lost_checks_still_speak() -> None:
    gone = Check(
        id="old_check", hard=True, passed=False, detail="it was so", places=("porto/cloud-castle",)
    )
    line = checks(planned("one day").model_copy(update={"checks": (gone,)})).failed[0]
    assert (line.name, line.detail, line.places) == ("old check", "it was so", ("cloud castle",))


def test_a_decision_shows_its_other_sides() -> None:
    decision = Decision(
        id="tier",
        subject="How comfortably",
        proposals=(Proposal(by="prices", value="mid"),),
        chosen="budget",
        rule="what the budget holds",
        reverse="asking",
        alternatives=(Alternative(value="mid", label="mid-range"),),
    )
    seen = decisions(planned("one day").model_copy(update={"decisions": (decision,)}))[0]
    assert seen.choices == (("mid", "mid-range"),) and seen.proposals[0].by == "prices"


@every_plan
def test_every_day_has_a_route_with_its_points_in_order(name: str) -> None:
    plan = planned(name)
    for number, route in enumerate(routes(plan)):
        assert route.day == number
        numbered = [p for p in route.points if p.label.isdigit()]
        assert [int(p.label) for p in numbered] == list(range(1, len(numbered) + 1))
        assert [p.time for p in numbered] == sorted(p.time for p in numbered)
        for point in route.points:
            assert point.item is not None
            assert plan.days[number].items[point.item].title == point.name


def test_a_trip_with_several_cities_has_a_picture_of_each() -> None:
    labels = [f.label for f in frames(planned("two cities in turn"))]
    assert labels[:3] == ["whole trip", "Tokyo", "Kyoto"] and len(labels) == 3 + 8
    assert [f.label for f in frames(planned("one day"))] == ["Wed 12 May"]


def test_the_whole_trip_shows_the_cities_and_a_city_is_not_squashed_by_the_other() -> None:
    whole, tokyo, *_ = frames(planned("two cities in turn"))
    overview = draw(whole.routes, 60, 20)
    assert overview.scale.endswith("00 km") and not overview.outside
    city = draw(tokyo.routes, 60, 20)
    assert city.title == "Tokyo" and city.scale in ("1 km", "2 km", "5 km")
    both = draw(routes(planned("two cities in turn")), 60, 20)
    assert both.title == "Kyoto, one of 2 cities" and both.scale in ("1 km", "2 km", "5 km")


def test_a_place_far_off_is_named_instead_of_drawn() -> None:
    points = [point(str(n), (48.85 + n / 500, 2.35)) for n in range(1, 6)]
    versailles = point("6", (48.80, 2.12), "Versailles")
    picture = draw([route((*points, versailles))], 40, 16, only_day=0)
    assert picture.outside == ("6 Versailles, 18 km west",)
    assert "6" not in picture.text.replace(picture.scale, "")


@every_plan
def test_every_point_of_a_picture_is_numbered_or_accounted_for(name: str) -> None:
    for frame in frames(planned(name)):
        picture = draw(frame.routes, 100, 30, only_day=frame.day)
        several = len(frame.routes) > 1
        labels = "\n".join(
            "".join(c.character if c.label else " " for c in row) for row in picture.cells
        )
        for one in frame.routes:
            for p in one.points:
                label = f"{one.letter}{p.label}" if several and p.label != "⌂" else p.label
                out = any(line.startswith(f"{label} {p.name}") for line in picture.outside)
                assert label in labels or out or "+" in labels


def point(label: str, at: tuple[float, float], name: str = "somewhere") -> RoutePoint:
    return RoutePoint(label, name, at, "10:00", "visit", 0)


def route(
    points: tuple[RoutePoint, ...], day: int = 0, legs: tuple[RouteLeg, ...] = ()
) -> DayRoute:
    return DayRoute(day, "ABC"[day % 3], "Wed 12 May", "porto", "Porto", points, legs, 0, 0.0)


coordinates = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
near = st.tuples(st.floats(41.1, 41.2), st.floats(-8.7, -8.6))
spots = st.one_of(coordinates, near, st.just((41.15, -8.61)))


@st.composite
def drawn_routes(draw_: st.DrawFn) -> list[DayRoute]:
    found = []
    for day in range(draw_(st.integers(0, 4))):
        places = draw_(st.lists(spots, max_size=12))
        points = tuple(point(str(n), at) for n, at in enumerate(places, 1))
        ends = draw_(st.lists(st.tuples(spots, spots), max_size=6))
        legs = tuple(
            RouteLeg(a, b, draw_(st.sampled_from(("walk", "metro"))), 5, 1.0, False)
            for a, b in ends
        )
        found.append(route(points, day, legs))
    return found


@given(
    drawn_routes(),
    st.integers(-2, 90),
    st.integers(-2, 40),
    st.one_of(st.none(), st.integers(0, 5)),
)
@settings(max_examples=150, deadline=None)
def test_any_routes_make_a_picture_of_the_size_asked_for(
    days: list[DayRoute], columns: int, rows: int, only_day: int | None
) -> None:
    picture = draw(days, columns, rows, only_day=only_day)
    assert (picture.columns, picture.rows) == (max(columns, 0), max(rows, 0))
    assert len(picture.cells) == picture.rows
    known = {r.day for r in days}
    for row in picture.cells:
        assert len(row) == picture.columns
        assert all(len(c.character) == 1 for c in row)
        assert all(c.day is None or c.day in known for c in row)
    assert picture == draw(days, columns, rows, only_day=only_day)


@given(
    st.lists(
        st.builds(
            Tag,
            st.from_regex(r"[A-C]?[1-9]{1,2}", fullmatch=True),
            st.tuples(st.integers(0, 19), st.integers(0, 7)),
            st.integers(0, 2),
        ),
        max_size=30,
    )
)
@settings(deadline=None)
def test_labels_never_cover_each_other_and_each_is_placed_or_named(tags: list[Tag]) -> None:
    labels = place(tags, 20, 8)
    assert all(0 <= x < 20 and 0 <= y < 8 for x, y in labels.cells)
    spots_shown = {spot: tag for tag in tags for spot in [tag.spot]}
    assert spots_shown.keys() <= labels.cells.keys()
    rows = ["".join(labels.cells.get((x, y), " ")[0] for x in range(20)) for y in range(8)]
    words = [w for row in rows for w in row.replace("•", " ").split()]
    lost = {tag.spot for tag in labels.crowded_out}
    assert len(words) == len(spots_shown.keys() - lost)


def test_points_in_one_cell_share_a_label_and_neighbours_move_aside() -> None:
    together = place([Tag("2", (5, 2), 0), Tag("5", (5, 2), 0)], 20, 5)
    assert "".join(together.cells[5 + n, 2][0] for n in range(3)) == "2·5"
    crowded = place([Tag(str(n), (3, 3), 0) for n in range(1, 7)], 20, 5)
    assert "".join(crowded.cells[3 + n, 3][0] for n in range(3)) == "1+5"
    aside = place([Tag("1", (5, 2), 0), Tag("2", (6, 2), 0)], 20, 5)
    assert aside.cells[5, 2] == ("1", 0) and aside.cells[6, 2] == ("•", 0)
    assert any(c == ("2", 0) for c in aside.cells.values())


def test_north_is_up_and_both_ways_have_one_scale() -> None:
    square = [(0.0, 0.0), (0.0, 0.02), (0.02, 0.02), (0.02, 0.0)]
    names = "1234"
    picture = draw(
        [route(tuple(point(n, at) for n, at in zip(names, square, strict=True)))], 80, 21
    )
    at = {
        c.character: (x, y)
        for y, row in enumerate(picture.cells)
        for x, c in enumerate(row)
        if c.label
    }
    assert at["3"][1] < at["2"][1] and at["1"][0] < at["2"][0]
    across, up = at["2"][0] - at["1"][0], at["2"][1] - at["3"][1]
    assert abs(across - 2 * up) <= 2, "a cell is twice as high as wide"


def test_the_bar_is_as_long_as_it_says() -> None:
    picture: MapPicture = draw([route((point("1", (0, 0)), point("2", (0, 0.05))))], 80, 12)
    labels = [x for x, c in enumerate(picture.cells[5]) if c.label]
    bar = picture.text.splitlines()[-1]
    cells = bar.index("┤") - bar.index("├")
    assert picture.scale == "1 km"
    assert cells / (labels[-1] - labels[0]) == pytest.approx(1 / 5.56, rel=0.1)


@given(st.lists(coordinates, min_size=1, max_size=20))
def test_bounds_hold_every_point_and_are_never_wider_than_the_world(
    points: list[tuple[float, float]],
) -> None:
    box = bounds(points)
    assert box is not None and box.south <= box.north and 0 <= box.east - box.west <= 360
    for latitude, longitude in points:
        assert box.south <= latitude <= box.north
        assert any(box.west <= x <= box.east for x in (longitude, longitude + 360))


def test_bounds_cross_the_date_line_where_that_is_shorter() -> None:
    assert bounds([(-18.0, 178.0), (-14.0, -171.0)]) == (-18.0, 178.0, -14.0, 189.0)
    assert bounds([]) is None


@every_plan
def test_what_the_atlas_has_lost_is_shown_as_the_plan_has_it(name: str) -> None:
    plan = planned(name)

    def lose(key: str, value: Any) -> Any:
        if key in ("place_id", "destination", "stop") and isinstance(value, str):
            return "gone-" + value
        return value

    old = changed(plan, lose)
    assert len(all_views(old)) == len(all_views(plan))
    for number, index, detail in details(old):
        assert detail.title == plan.days[number].items[index].title
        assert detail.about == "" or detail.kind == "leg"
        assert not detail.alternatives
    assert day_head(old, 0).city == plan.stops[0].name
    assert budget(old).total == budget(plan).total
    lost = [(r.when, r.why_not) for r in activities(old)]
    assert sorted(lost) == sorted((r.when, r.why_not) for r in activities(plan))


@every_plan
def test_a_place_lost_from_a_known_city_keeps_the_hours_of_the_plan(name: str) -> None:
    plan = planned(name)
    old = changed(plan, lambda k, v: f"gone-{v}" if k == "place_id" and v else v)
    for number, index, detail in details(old):
        known = item_detail(plan, number, index)
        item = plan.days[number].items[index]
        if any(e.startswith("hours/") for e in item.evidence):
            assert detail.hours in (known.hours, "not known")


@every_plan
def test_hostile_text_comes_out_as_harmless_lines(name: str) -> None:
    keep = {"id", "destination", "place_id", "kind", "reason", "check", "relation"}

    def poison(key: str, value: Any) -> Any:
        wide = ("title", "name", "claim", "sources", "theme", "area", "detail", "subject", "value")
        wide += (
            "rule",
            "reverse",
            "chosen",
            "proposed_by",
            "asked_by",
            "by",
            "named_by",
            "excluded",
        )
        return (
            HOSTILE + value if key in wide and isinstance(value, str) and key not in keep else value
        )

    plan = changed(planned(name), poison)
    for view in all_views(plan):
        for text in texts(view):
            assert text.isprintable(), repr(text)
    assert any("[/red][@click=app.quit]" in text for text in texts(all_views(plan)))


def test_a_currency_that_is_none_comes_out_harmless() -> None:
    plan = planned("one day")
    costs = plan.costs.model_copy(update={"currency": HOSTILE})
    odd = plan.model_copy(update={"costs": costs})
    assert all(text.isprintable() for text in texts([budget(odd), activities(odd)]))


def test_a_plan_whose_titles_were_never_cleaned_crashes_nothing() -> None:
    plan = planned("one day")
    items = tuple(i.model_copy(update={"title": HOSTILE}) for i in plan.days[0].items)
    days = (plan.days[0].model_copy(update={"items": items}),)
    assert all_views(plan.model_copy(update={"days": days}))


def test_a_plan_without_days_or_items_has_views() -> None:
    plan = planned("one day")
    assert all_views(plan.model_copy(update={"days": (), "stops": ()}))
    empty = plan.days[0].model_copy(update={"items": ()})
    bare = plan.model_copy(update={"days": (empty,)})
    assert day_head(bare, 0).cost == "" and all_views(bare)


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (50, "50 min"), (60, "1 h"), (95, "1 h 35 min")]
)
def test_lengths_are_said_in_hours_and_minutes(minutes: int, words: str) -> None:
    assert length(minutes) == words


def test_money_and_lists_read_as_people_write_them() -> None:
    assert money_range(Decimal("1000.4"), Decimal(1500), "EUR") == "€1,000–1,500"
    assert money_range(Decimal("10.1"), Decimal("10.2"), "EUR") == "€10"
    assert listed([]) == "" and listed(["a"]) == "a" and listed("abc") == "a, b and c"
