"""The schedule: what the days of a trip look like for requests made by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

import anyio
import pytest
from travellers import MONDAY, ask

from agents.atlas.loader import activity, country, destination
from agents.atlas.names import resolve
from agents.atlas.vocabulary import ActivityKind, Diet, Mode
from agents.evidence import Ledger
from agents.request import (
    Budget,
    Commitment,
    CommitmentKind,
    Dates,
    Effort,
    Needs,
    Origin,
    Pace,
    Relation,
    Tier,
    Traveller,
    TripRequest,
)
from planner.candidates import Candidate
from planner.intake import Options, read
from planner.merge import Merged
from planner.pace import CHILD_BEDTIME, VISITS, walk_limit
from planner.plan import Category, Committed, Day, Free, Item, Leg, Meal, Stay, TripPlan, Visit
from planner.schedule import make_schedule, spent
from planner.trip import plan_trip

TODAY = date(2026, 11, 21)


def home(name: str) -> Origin:
    """A city as the start of a trip."""
    found = read("", today=TODAY, options=Options(to=("Rome",), origin=name, days=3)).request.origin
    assert found is not None
    return found


def fixed(kind: CommitmentKind, when: str, label: str = "", minutes: int = 90, **more: Any) -> Any:
    return Commitment(
        kind=kind,
        label=label or f"{kind.value} {when}",
        start=datetime.fromisoformat(when),
        minutes=minutes,
        **more,
    )


@lru_cache
def _planned(request: str) -> TripPlan:
    return anyio.run(plan_trip, TripRequest.model_validate_json(request))


def planned(days: int = 3, **changes: Any) -> TripPlan:
    return _planned(ask(days, **changes).model_dump_json())


def items(plan: TripPlan, kind: type[Any], day: int | None = None) -> list[Any]:
    days: tuple[Day, ...] = plan.days if day is None else (plan.days[day],)
    return [i for d in days for i in d.items if isinstance(i, kind)]


def meals(plan: TripPlan, day: int) -> list[str]:
    return [m.meal for m in items(plan, Meal, day)]


def clock(moment: datetime) -> str:
    return f"{moment:%d %H:%M}"


def everything(plan: TripPlan) -> list[Item]:
    return [i for d in plan.days for i in d.items]


ARRIVES = fixed(CommitmentKind.ARRIVAL, "2027-05-10T10:30", "flight TP571", 0)
LEAVES = fixed(CommitmentKind.DEPARTURE, "2027-05-12T18:00", "flight TP572", 0)
DINNER = fixed(
    CommitmentKind.MEAL, "2027-05-11T20:00", "dinner at Ramiro", place_id="lisbon/ramiro"
)
CONCERT = fixed(CommitmentKind.EVENT, "2027-05-11T21:00", "fado concert", 120)

ORDINARY: dict[str, dict[str, Any]] = {
    "no origin": {},
    "one day only": {"days": 1},
    "one night": {"days": 2},
    "two weeks": {"days": 14},
    "arrival and departure booked": {"commitments": (ARRIVES, LEAVES)},
    "arrival late in the evening": {
        "commitments": (fixed(CommitmentKind.ARRIVAL, "2027-05-10T21:40", minutes=0),)
    },
    "departure at dawn": {
        "commitments": (fixed(CommitmentKind.DEPARTURE, "2027-05-12T06:30", minutes=0),)
    },
    "dinner booked": {"commitments": (DINNER,)},
    "lunch booked": {"commitments": (fixed(CommitmentKind.MEAL, "2027-05-11T13:00"),)},
    "event in the evening": {"commitments": (CONCERT,)},
    "event at dawn": {
        "commitments": (fixed(CommitmentKind.EVENT, "2027-05-11T06:30", "sunrise", 45),)
    },
    "dinner, then an event": {
        "commitments": (
            fixed(CommitmentKind.MEAL, "2027-05-11T19:00", "early dinner", 75),
            fixed(CommitmentKind.EVENT, "2027-05-11T21:00", "late show", 90),
        )
    },
    "from Hamburg": {"origin": home("Hamburg")},
    "from Hamburg, flights booked": {
        "origin": home("Hamburg"),
        "commitments": (ARRIVES, LEAVES),
    },
    "overnight to Tokyo": {"days": 6, "destinations": ("tokyo",), "origin": home("Berlin")},
    "west to New York": {"days": 5, "destinations": ("new-york",), "origin": home("Berlin")},
    "home from the west": {"days": 4, "origin": home("New York")},
    "two stops by train": {
        "days": 5,
        "destinations": ("lisbon", "porto"),
        "relation": Relation.THEN,
    },
    "three stops with an origin": {
        "days": 8,
        "destinations": ("paris", "amsterdam", "berlin"),
        "relation": Relation.THEN,
        "origin": home("London"),
    },
    "two stops an ocean apart": {
        "days": 9,
        "destinations": ("london", "tokyo"),
        "relation": Relation.THEN,
    },
    "round the world": {
        "days": 12,
        "destinations": ("new-york", "kyoto", "berlin"),
        "relation": Relation.THEN,
        "origin": home("London"),
    },
    "as many stops as nights allow": {
        "days": 3,
        "destinations": ("lisbon", "porto"),
        "relation": Relation.THEN,
        "stay_nights": (1, 1),
    },
    "a day out abroad": {"days": 1, "destinations": ("paris",), "origin": home("London")},
    "by rail only": {
        "days": 4,
        "destinations": ("paris",),
        "origin": home("Berlin"),
        "needs": Needs(no_flying=True),
    },
    "with children": {"travellers": (Traveller(), Traveller(), Traveller(age=4), Traveller(age=8))},
    "step-free": {"needs": Needs(step_free=True)},
    "vegan": {"needs": Needs(diets=(Diet.VEGAN,))},
    "alone": {"travellers": (Traveller(),)},
    "a dozen": {"travellers": (Traveller(),) * 12},
    "relaxed": {"pace": Pace.RELAXED},
    "full": {"pace": Pace.FULL},
    "a budget that just holds": {"budget": Budget(amount=Decimal(640))},
    "in yen": {"budget": Budget(amount=Decimal(300_000), currency="JPY")},
    "in winter": {"dates": Dates(start=date(2027, 12, 20), end=date(2027, 12, 22))},
    "over Christmas": {"dates": Dates(start=date(2027, 12, 24), end=date(2027, 12, 26))},
    "over the change of clocks": {"dates": Dates(start=date(2027, 3, 26), end=date(2027, 3, 29))},
    "over New Year": {"dates": Dates(start=date(2027, 12, 30), end=date(2028, 1, 2))},
    "in a hurry": {"effort": Effort.INSTANT},
}


@pytest.mark.parametrize("case", ORDINARY)
def test_an_ordinary_request_has_a_plan_that_passes_every_hard_check(case: str) -> None:
    plan = planned(**ORDINARY[case])
    assert [(c.id, c.detail) for c in plan.failed_checks] == []
    assert plan.complete
    assert plan.missing == ()


@pytest.mark.parametrize("case", ORDINARY)
def test_every_day_is_there_once_in_order_and_without_overlap(case: str) -> None:
    plan = planned(**ORDINARY[case])
    dates = plan.request.dates
    assert [d.date for d in plan.days] == [
        dates.start + timedelta(days=n) for n in range(dates.days)
    ]
    for earlier, later in pairwise(everything(plan)):
        assert earlier.start < earlier.end <= later.start < later.end, (earlier, later)


@pytest.mark.parametrize("case", ORDINARY)
def test_the_costs_are_the_sum_of_the_items(case: str) -> None:
    plan = planned(**ORDINARY[case])
    assert plan.costs.total == spent(plan.days)
    assert sum(c.expected for c in plan.costs.categories) == plan.costs.total
    assert plan.costs.low <= plan.costs.total <= plan.costs.high
    if plan.costs.budget is not None:
        assert plan.costs.left == plan.costs.budget - plan.costs.total >= 0


@pytest.mark.parametrize("case", ORDINARY)
def test_no_meal_comes_twice_and_nobody_eats_at_night(case: str) -> None:
    plan = planned(**ORDINARY[case])
    for number in range(len(plan.days)):
        had = meals(plan, number)
        assert len(had) == len(set(had))
        for meal in items(plan, Meal, number):
            assert 5 <= meal.start.hour <= 22


@pytest.mark.parametrize("case", ORDINARY)
def test_every_night_in_town_has_a_bed(case: str) -> None:
    plan = planned(**ORDINARY[case])
    in_town = [i for i in everything(plan) if not isinstance(i, (Leg, Stay, Free))]
    first, last = in_town[0].start.date(), in_town[-1].start.date()
    slept = {s.start.date() - timedelta(days=s.start.hour < 12) for s in items(plan, Stay)}
    nights = {first + timedelta(days=n) for n in range((last - first).days)}
    travelled = {leg.start.date() for leg in items(plan, Leg) if leg.end.date() > leg.start.date()}
    assert nights <= slept | travelled
    assert len(items(plan, Stay)) == sum(s.nights for s in plan.stops)


def test_nothing_comes_before_the_arrival_or_after_the_departure() -> None:
    plan = planned(commitments=(ARRIVES, LEAVES))
    first, last = everything(plan)[0], everything(plan)[-1]
    assert (first.title, clock(first.start)) == ("flight TP571", "10 10:30")
    assert (last.title, clock(last.start)) == ("flight TP572", "12 18:00")
    transfers = [leg for leg in items(plan, Leg) if "airport" in leg.title]
    assert [leg.title.split()[1] for leg in transfers] == ["from", "to"]
    assert transfers[1].end <= last.start - timedelta(minutes=90)
    assert not any("no arrival given" in a for a in plan.assumptions)


def test_without_an_origin_the_way_is_left_out_and_said() -> None:
    plan = planned()
    assert not [leg for leg in items(plan, Leg) if leg.cost and leg.cost.category == "travel"]
    assert any("since no origin" in x for x in plan.costs.excluded)
    assert any("no arrival given" in a for a in plan.assumptions)


def test_a_booked_dinner_is_where_and_when_it_was_booked_and_the_only_one() -> None:
    plan = planned(commitments=(DINNER,))
    (booked,) = items(plan, Committed)
    assert (booked.place_id, clock(booked.start)) == ("ramiro", "11 20:00")
    assert booked.coordinates == activity("lisbon", "ramiro").coordinates
    assert meals(plan, 1) == ["breakfast", "lunch"]
    assert "ramiro" not in {i.place_id for i in everything(plan) if i is not booked}


def test_before_an_event_in_the_evening_there_is_time_to_eat() -> None:
    plan = planned(commitments=(CONCERT,))
    (event,) = items(plan, Committed)
    assert (clock(event.start), clock(event.end)) == ("11 21:00", "11 23:00")
    assert meals(plan, 1) == ["breakfast", "lunch", "dinner"]
    assert next(m for m in items(plan, Meal, 1) if m.meal == "dinner").end <= event.start
    assert not [v for v in items(plan, Visit, 1) if v.start > event.start]


def test_who_arrives_after_midnight_still_has_a_bed() -> None:
    late = fixed(CommitmentKind.ARRIVAL, "2027-05-10T23:30", minutes=0)
    plan = planned(commitments=(late,))
    assert len(items(plan, Stay)) == 2
    assert plan.stops[0].nights == 2


def test_a_night_in_the_air_is_no_night_in_a_room() -> None:
    plan = planned(days=6, destinations=("tokyo",), origin=home("Berlin"))
    out, back = (i for i in items(plan, Leg) if i.mode is Mode.FLIGHT)
    assert out.start.date() == MONDAY < out.end.date()
    assert out.start.utcoffset() != out.end.utcoffset()
    assert plan.stops[0].nights == len(items(plan, Stay)) == 4
    assert plan.stops[0].arrive == MONDAY + timedelta(days=1)
    assert back.start.date() == plan.request.dates.end
    assert items(plan, Visit, 0) == []
    assert (out.end - out.start) == (back.end - back.start)


def test_two_stops_are_joined_by_a_train_and_divide_the_nights() -> None:
    plan = planned(
        days=5, destinations=("lisbon", "porto"), relation=Relation.THEN, stay_nights=(3, 1)
    )
    assert [(s.destination, s.nights) for s in plan.stops] == [("lisbon", 3), ("porto", 1)]
    (train,) = [i for i in items(plan, Leg) if i.cost and i.cost.category is Category.TRAVEL]
    assert train.mode is Mode.TRAIN
    assert (train.origin, train.target, train.start.date()) == (
        "Lisbon",
        "Porto",
        date(2027, 5, 13),
    )
    assert [s.destination for s in items(plan, Stay)] == ["lisbon"] * 3 + ["porto"]
    assert all((v.destination == "lisbon") == (v.end <= train.start) for v in items(plan, Visit))


@pytest.mark.parametrize("days", [3, 4, 5])
def test_a_short_hop_across_the_world_is_planned_or_told(days: int) -> None:
    plan = planned(
        days=days, destinations=("lisbon", "kyoto"), relation=Relation.THEN, origin=home("London")
    )
    assert len(plan.days) == days
    assert plan.complete or plan.failed_checks


def test_nobody_travels_from_home_to_home() -> None:
    plan = planned(days=2, destinations=("new-york",), origin=home("New York"))
    assert "New York to New York" not in " ".join(i.title for i in everything(plan))
    assert {"overlap", "travel_time"}.isdisjoint(c.id for c in plan.failed_checks)


def test_one_day_has_no_night() -> None:
    plan = planned(days=1)
    assert items(plan, Stay) == []
    assert meals(plan, 0) == ["lunch", "dinner"]
    assert items(plan, Visit)
    assert plan.stops[0].nights == 0


def test_children_are_back_by_their_bedtime() -> None:
    family = (Traveller(), Traveller(), Traveller(age=4), Traveller(age=8))
    plan = planned(travellers=family)
    assert items(plan, Visit)
    for item in everything(plan):
        if isinstance(item, (Visit, Meal, Leg)):
            assert item.end.hour * 60 + item.end.minute <= CHILD_BEDTIME + 45, item.title
    for visit in items(plan, Visit):
        record = activity(visit.destination, visit.place_id)
        assert record.kind is not ActivityKind.EVENING or record.children


def test_small_children_walk_less() -> None:
    family = (Traveller(), Traveller(), Traveller(age=4))
    plan = planned(travellers=family)
    most = walk_limit(plan.request)
    assert most == 60
    for day in plan.days:
        assert sum(i.walk_minutes for i in day.items if isinstance(i, Leg)) <= most


def test_a_budget_too_small_is_said_and_the_closest_plan_is_given() -> None:
    plan = planned(budget=Budget(amount=Decimal(150)))
    assert [c.id for c in plan.failed_checks] == ["budget"]
    assert not plan.complete
    assert plan.costs.left is not None
    assert plan.costs.left < 0
    assert items(plan, Visit)
    assert not [v for v in items(plan, Visit) if v.cost]
    assert [c.check for c in plan.conflicts] == ["budget"]


def test_more_budget_is_never_worse() -> None:
    plans = [planned(budget=Budget(amount=Decimal(amount))) for amount in (400, 640, 900, 2000)]
    left = [p.costs.left for p in plans]
    assert all(x is not None and x >= 0 for x in left)
    comforts = [list(Tier).index(p.costs.tier) for p in plans]
    assert comforts == sorted(comforts)
    seen = [len(items(p, Visit)) for p in plans]
    assert seen == sorted(seen)


@pytest.mark.parametrize("pace", list(Pace))
def test_the_pace_sets_how_many_places_a_day_holds(pace: Pace) -> None:
    plan = planned(days=4, pace=pace)
    assert max(len(items(plan, Visit, n)) for n in range(4)) <= VISITS[pace]


def test_a_faster_pace_sees_more() -> None:
    relaxed, normal, full = (len(items(planned(days=4, pace=p), Visit)) for p in Pace)
    assert relaxed < normal <= full


def test_a_must_is_in_and_a_never_is_out() -> None:
    plan = planned(musts=("lisbon/fronteira",), nevers=("lisbon/jeronimos", "kind:museum"))
    been = {v.place_id for v in items(plan, Visit)}
    assert "fronteira" in been
    assert "jeronimos" not in been
    assert all(activity("lisbon", id).kind is not ActivityKind.MUSEUM for id in been)
    assert [x.detail for x in plan.left_out if x.place_id == "jeronimos"]


def test_a_must_on_its_closing_day_is_a_conflict() -> None:
    plan = planned(days=1, musts=("lisbon/jeronimos",))  # closed on Mondays
    assert [c.id for c in plan.failed_checks] == ["musts"]
    assert plan.failed_checks[0].places == ("lisbon/jeronimos",)


def test_what_is_left_out_says_why() -> None:
    plan = planned(days=1)
    assert plan.left_out
    assert all(x.reason and x.detail for x in plan.left_out)
    been = {i.place_id for i in everything(plan)}
    assert not been & {x.place_id for x in plan.left_out}


@pytest.mark.parametrize("city", ["lisbon", "berlin", "tokyo"])
def test_a_vegan_is_only_sent_to_tables_with_vegan_food(city: str) -> None:
    plan = planned(days=4, destinations=(city,), needs=Needs(diets=(Diet.VEGAN,)))
    for meal in items(plan, Meal):
        assert meal.place_id is None or Diet.VEGAN in activity(city, meal.place_id).diets


def test_meals_are_at_the_hours_of_the_country() -> None:
    hours = country(destination("lisbon").country)
    for day in (1, 2):
        lunch = next(m for m in items(planned(days=4), Meal, day) if m.meal == "lunch")
        latest = f"{int(hours.lunch[1][:2]) + 1:02d}{hours.lunch[1][2:]}"
        assert "11:30" <= f"{lunch.start:%H:%M}" <= latest


def test_a_place_whose_hours_nobody_knows_is_tried_in_the_middle_of_the_day() -> None:
    record = activity("lisbon", "maat").model_copy(update={"hours": None})
    merged = Merged(
        stops=planned().stops,
        tier=planned().costs.tier,
        candidates=(
            Candidate(
                destination="lisbon",
                activity=record,
                fit=0.8,
                proposed_by=("activities",),
                reason="",
                evidence=(),
            ),
        ),
        themes=(None, None, None),
        comparison=(),
        decisions=(),
        left_out=(),
        tips=(),
        unverified=(),
    )
    schedule = make_schedule(ask(), merged, Ledger())
    (visit,) = [i for d in schedule.days for i in d.items if isinstance(i, Visit)]
    assert visit.start.hour >= 10
    assert (visit.end.hour, visit.end.minute) <= (17, 0)


def test_two_events_at_the_same_time_cannot_both_be_kept() -> None:
    one = fixed(CommitmentKind.EVENT, "2027-05-11T20:00", "opera", 120)
    other = fixed(CommitmentKind.EVENT, "2027-05-11T20:30", "football", 120)
    plan = planned(commitments=(one, other))
    assert not plan.complete
    assert {c.id for c in plan.failed_checks} & {"commitments", "overlap"}


def test_an_event_before_the_arrival_is_told() -> None:
    early = fixed(CommitmentKind.EVENT, "2027-05-10T08:00", "breakfast talk", 60)
    plan = planned(commitments=(ARRIVES, early))
    assert not plan.complete


def test_the_clocks_change_and_nothing_shifts() -> None:
    plan = planned(dates=Dates(start=date(2027, 3, 26), end=date(2027, 3, 29)))
    offsets = {d.date: i.start.utcoffset() for d in plan.days for i in d.items}
    assert offsets[date(2027, 3, 26)] != offsets[date(2027, 3, 29)]


def test_a_holiday_closes_doors() -> None:
    plan = planned(dates=Dates(start=date(2027, 5, 1), end=date(2027, 5, 1)))
    assert not {"jeronimos", "maat", "castelo-sao-jorge"} & {v.place_id for v in items(plan, Visit)}


@pytest.mark.parametrize("case", ["no origin", "two stops by train", "dinner booked"])
def test_the_same_request_gives_the_same_plan(case: str) -> None:
    how = dict(ORDINARY[case])
    request = ask(how.pop("days", 3), **how)
    again = anyio.run(plan_trip, request)
    assert again.model_dump_json() == planned(**ORDINARY[case]).model_dump_json()


def test_the_city_in_the_atlas_is_the_one_asked_for() -> None:
    match = resolve("Lissabon")
    assert match is not None
    assert match.code == "lisbon"
