"""Two examiners that share no code, the independent checker and the gate, on sound and broken plans."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import anyio
import pytest
from independent_checker import check

from agents.atlas.loader import DATA
from planner.gate import inspect
from planner.intake import read
from planner.plan import TripPlan
from planner.trip import plan_trip

Json = dict[str, Any]
TODAY = date(2026, 11, 21)
LISBON = (
    "Lisbon, Monday 10 to Thursday 13 May 2027, from Berlin, 2 adults and a child of 8, €3,500, vegetarian, "
    "must see Jerónimos Monastery, no markets, concert on 12 May at 18:30"
)
SOUND = (
    LISBON,
    "Paris for 2 nights, then Amsterdam for 2 nights, from 3 June 2027, from London, no flying",
    "4 days in New York from 6 May 2027, landing on 6 May at 15:20, wheelchair, 2 adults",
    "5 days in Kyoto in May, vegan, relaxed",
)


@cache
def _planned(words: str) -> str:
    return anyio.run(plan_trip, read(words, today=TODAY).request).model_dump_json()


def plan_of(words: str) -> Json:
    plan: Json = json.loads(_planned(words))
    return plan


@pytest.mark.parametrize("words", SOUND)
def test_a_sound_plan_passes_both(words: str) -> None:
    plan = plan_of(words)
    assert check(plan, DATA) == []
    assert [c for c in inspect(TripPlan.model_validate(plan)) if c.hard and not c.passed] == []
    assert plan["complete"]


def items(plan: Json, *kinds: str) -> list[Json]:
    return [i for d in plan["days"] for i in d["items"] if i["kind"] in kinds]


def shift(item: Json, by: timedelta, *ends: str) -> None:
    for end in ends or ("start", "end"):
        item[end] = (datetime.fromisoformat(item[end]) + by).isoformat()


def become(item: Json, record: Json) -> None:
    """Sends a visit to another place, with all that its record says."""
    item.update(place_id=record["id"], title=record["name"], coordinates=record["coordinates"])


def lisbon(fits: Callable[[Json], bool]) -> Json:
    records = tomllib.loads((DATA / "lisbon.toml").read_text(encoding="utf-8"))["activities"]
    return next(r for r in records if fits(r))


def visit(plan: Json, id: str) -> Json:
    return next(i for i in items(plan, "visit") if i["place_id"] == id)


def between_cities(plan: Json) -> Json:
    return next(i for i in items(plan, "leg") if i["cost"] and i["cost"]["category"] == "travel")


Break = Callable[[Json], object]
BROKEN: dict[str, tuple[Break, str, str]] = {}
"""What is done to the plan, by name; the rule of the checker and the check of the gate that must see it."""


def breaks(rule: str, id: str) -> Callable[[Break], Break]:
    def register(breaking: Break) -> Break:
        BROKEN[breaking.__name__] = breaking, rule, id
        return breaking

    return register


@breaks("hours", "hours")
def a_visit_is_after_closing_time(plan: Json) -> None:
    shift(visit(plan, "jeronimos"), timedelta(hours=9))


@breaks("hours", "hours")
def a_visit_is_on_the_weekly_closing_day(plan: Json) -> None:
    closed = lisbon(lambda r: r.get("hours", "").startswith("Tu-Su") and r["minutes"] <= 120)
    become(items(plan, "visit")[0], closed)


@breaks("hours", "hours")
def a_visit_ends_after_the_doors_close(plan: Json) -> None:
    item = visit(plan, "jeronimos")
    item["end"] = item["end"][:11] + "20:30:00" + item["end"][19:]


@breaks("places", "unique_places")
def a_place_comes_twice(plan: Json) -> None:
    first, second, *_ = items(plan, "visit")
    second.update(
        place_id=first["place_id"], title=first["title"], coordinates=first["coordinates"]
    )


@breaks("places", "evidence")
def a_place_has_a_name_nobody_knows(plan: Json) -> None:
    items(plan, "visit")[0]["place_id"] = "palace-of-clouds"


@breaks("places", "evidence")
def a_place_goes_without_its_id(plan: Json) -> None:
    items(plan, "visit")[0].update(place_id=None, title="Palace of Clouds")


@breaks("places", "evidence")
def a_known_place_is_sold_under_another_name(plan: Json) -> None:
    items(plan, "visit")[0]["title"] = "Palace of Clouds"


@breaks("places", "evidence")
def a_place_lies_half_a_kilometre_off(plan: Json) -> None:
    items(plan, "visit")[0]["coordinates"][0] += 0.005


@breaks("ways", "travel_time")
def a_way_is_missing(plan: Json) -> None:
    day = plan["days"][1]
    day["items"].remove(next(i for i in day["items"] if i["kind"] == "leg"))


@breaks("ways", "travel_time")
def a_way_takes_a_minute(plan: Json) -> None:
    leg = max(items(plan, "leg")[1:-1], key=lambda i: i["km"])
    leg["start"] = leg["end"]
    shift(leg, timedelta(minutes=-1), "start")


@breaks("ways", "travel_time")
def a_flight_takes_an_hour(plan: Json) -> None:
    flight = between_cities(plan)
    flight["start"] = flight["end"]
    shift(flight, timedelta(hours=-1), "start")


@breaks("overlap", "overlap")
def a_visit_runs_into_what_comes_next(plan: Json) -> None:
    shift(items(plan, "visit")[0], timedelta(minutes=50), "end")


@breaks("overlap", "overlap")
def a_visit_ends_before_it_begins(plan: Json) -> None:
    shift(items(plan, "visit")[0], timedelta(hours=-5), "end")


@breaks("zones", "zones")
def a_visit_is_in_another_time_zone(plan: Json) -> None:
    item = items(plan, "visit")[0]
    for end in ("start", "end"):
        item[end] = item[end].replace("+01:00", "+02:00")


@breaks("calendar", "calendar")
def a_day_is_dropped(plan: Json) -> None:
    del plan["days"][2]


@breaks("calendar", "calendar")
def a_visit_stands_under_the_wrong_day(plan: Json) -> None:
    item = items(plan, "visit")[0]
    plan["days"][0]["items"].remove(item)
    plan["days"][1]["items"].append(item)


@breaks("nights", "nights")
def a_night_has_no_bed(plan: Json) -> None:
    plan["days"][1]["items"] = [i for i in plan["days"][1]["items"] if i["kind"] != "stay"]


@breaks("nights", "calendar")
def a_stop_claims_a_night_too_many(plan: Json) -> None:
    plan["stops"][0]["nights"] += 1


@breaks("evidence", "evidence")
def an_item_rests_on_nothing(plan: Json) -> None:
    items(plan, "stay")[0]["evidence"] = []


@breaks("evidence", "evidence")
def an_entry_is_taken_out_of_the_ledger(plan: Json) -> None:
    cited = items(plan, "visit")[0]["evidence"][0]
    plan["evidence"] = [e for e in plan["evidence"] if e["id"] != cited]


@breaks("evidence", "evidence")
def a_visit_cites_another_place(plan: Json) -> None:
    first, second, *_ = items(plan, "visit")
    first["evidence"] = second["evidence"]


@breaks("evidence", "evidence")
def an_entry_has_no_source(plan: Json) -> None:
    plan["evidence"][0]["sources"] = []


@breaks("evidence", "evidence")
def an_unverified_name_is_scheduled(plan: Json) -> None:
    name = items(plan, "visit")[0]["title"]
    plan["unverified"] = [{"named_by": "activities", "name": name, "why": "no record"}]


@breaks("sums", "sums")
def a_fare_is_left_out_of_the_sum(plan: Json) -> None:
    between_cities(plan)["cost"]["expected"] += 40


@breaks("sums", "sums")
def the_total_is_a_cent_short(plan: Json) -> None:
    plan["costs"]["total"] = round(plan["costs"]["total"] - 0.01, 2)


@breaks("sums", "sums")
def the_highest_total_is_made_up(plan: Json) -> None:
    plan["costs"]["high"] += 100


@breaks("sums", "sums")
def one_price_is_in_dollars(plan: Json) -> None:
    items(plan, "stay")[0]["cost"]["currency"] = "USD"


@breaks("prices", "prices")
def a_room_costs_nothing_and_the_sums_agree(plan: Json) -> None:
    cost, costs = items(plan, "stay")[0].pop("cost"), plan["costs"]
    stays = next(c for c in costs["categories"] if c["category"] == "stay")
    for amount, total in (("low", "low"), ("expected", "total"), ("high", "high")):
        stays[amount] = round(stays[amount] - cost[amount], 2)
        costs[total] = round(costs[total] - cost[amount], 2)
    costs["left"] = round(costs["left"] + cost["expected"], 2)
    items(plan, "stay")[0]["cost"] = None


@breaks("budget", "budget")
def the_budget_is_below_the_total(plan: Json) -> None:
    plan["request"]["budget"]["amount"] = plan["costs"]["budget"] = 500.0
    plan["costs"]["left"] = round(500 - plan["costs"]["total"], 2)


@breaks("budget", "budget")
def more_seems_to_be_left_than_is(plan: Json) -> None:
    plan["costs"]["left"] += 100


@breaks("commitments", "commitments")
def the_concert_begins_five_minutes_late(plan: Json) -> None:
    shift(items(plan, "commitment")[0], timedelta(minutes=5))


@breaks("musts", "musts")
def the_must_is_swapped_for_another_place(plan: Json) -> None:
    taken = {i["place_id"] for i in plan["days"][1]["items"]}
    become(
        visit(plan, "jeronimos"),
        lisbon(lambda r: r["id"] not in taken and r.get("hours") == "24/7"),
    )


@breaks("nevers", "nevers")
def a_market_is_in(plan: Json) -> None:
    become(items(plan, "visit")[0], lisbon(lambda r: r["kind"] == "market"))


@breaks("step_free", "step_free")
def somebody_sits_in_a_wheelchair(plan: Json) -> None:
    plan["request"]["needs"]["step_free"] = True


@breaks("diet", "diet")
def somebody_eats_kosher(plan: Json) -> None:
    plan["request"]["needs"]["diets"] = ["kosher"]


@breaks("children", "children")
def the_child_is_taken_to_a_night_club(plan: Json) -> None:
    adults_only = lisbon(lambda r: r["kind"] == "evening" and not r.get("children"))
    become(items(plan, "visit")[0], adults_only)


@breaks("no_flying", "no_flying")
def nobody_wanted_to_fly(plan: Json) -> None:
    plan["request"]["needs"]["no_flying"] = True


@breaks("no_flying", "no_flying")
def there_is_no_way_home(plan: Json) -> None:
    plan["days"][-1]["items"].pop()


@breaks("destinations", "destinations")
def another_city_was_asked_for(plan: Json) -> None:
    plan["request"]["destinations"] = ["porto"]


@breaks("lengths", "pace")
def the_pace_was_to_be_relaxed(plan: Json) -> None:
    """Two days' visits on one are more than a relaxed day holds, though not a full one."""
    plan["request"]["pace"] = "relaxed"
    plan["days"][1]["items"] += [i for i in plan["days"][2]["items"] if i["kind"] == "visit"]


@breaks("lengths", "pace")
def a_visit_lasts_five_minutes(plan: Json) -> None:
    item = visit(plan, "jeronimos")
    item["end"] = item["start"]
    shift(item, timedelta(minutes=5), "end")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plan_fails_with_both(name: str) -> None:
    breaking, rule, id = BROKEN[name]
    plan = copy.deepcopy(plan_of(LISBON))
    breaking(plan)
    assert rule in {v.partition(":")[0] for v in check(plan, DATA)}
    failed = {c.id for c in inspect(TripPlan.model_validate(plan)) if c.hard and not c.passed}
    assert id in failed, f"the gate saw {failed or 'nothing'}"


def test_a_failed_wish_is_no_violation_when_the_plan_says_so_and_is_one_when_it_boasts() -> None:
    plan = plan_of("Berlin from 3 May 2027, 3 days, 2 adults, €90")
    failed = [c["id"] for c in plan["checks"] if c["hard"] and not c["passed"]]
    assert failed == ["budget"]
    assert not plan["complete"]
    assert check(plan, DATA) == []
    plan["complete"] = True
    assert {v.partition(":")[0] for v in check(plan, DATA)} == {"budget", "honesty"}
