"""The tools: what they answer, how they are cited, and what they say when they can't."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agents.atlas import loader
from agents.atlas.vocabulary import ActivityKind, Interest, Kind, Mode, Region, StepFree
from agents.errors import ToolError, UnknownPlace
from agents.events import Event
from agents.evidence import Ledger, Status
from agents.request import Tier
from agents.toolbox import Tool, Toolbox
from agents.tools import (
    ALL_TOOLS,
    activity_facts,
    airport_transfer,
    area_id,
    climate,
    costs,
    day_feasibility,
    destination_facts,
    find_activities,
    getting_there,
    journey_fact,
    list_destinations,
    opening_hours,
    place,
    public_holidays,
    sun_times,
    transfer_fact,
    travel_time,
)
from agents.usage import Limits, Meter

TUESDAY = date(2027, 5, 11)
CALLS: dict[str, dict[str, Any]] = {
    "destination_facts": {"destination": "lisbon"},
    "list_destinations": {"kinds": ["coast"], "region": "europe"},
    "climate": {"destination": "lisbon", "start": "2027-05-10", "end": "2027-05-14"},
    "sun_times": {"destination": "lisbon", "day": "2027-05-11"},
    "public_holidays": {"destination": "lisbon", "start": "2027-05-01", "end": "2027-06-30"},
    "opening_hours": {"destination": "lisbon", "place": "jeronimos", "day": "2027-05-11"},
    "costs": {"destination": "lisbon", "tier": "mid"},
    "getting_there": {"origin": "Hamburg", "destination": "lisbon"},
    "airport_transfer": {"destination": "lisbon"},
    "place": {"destination": "lisbon", "place": "jeronimos"},
    "find_activities": {"destination": "lisbon", "interests": ["tiles"], "limit": 3},
    "travel_time": {
        "destination": "lisbon",
        "origin_place": "jeronimos",
        "target_place": "jeronimos",
    },
    "day_feasibility": {"destination": "lisbon", "day": "2027-05-11", "places": ["jeronimos"]},
}


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def tools(ledger: Ledger) -> Toolbox:
    told: list[Event] = []
    return Toolbox(
        ALL_TOOLS,
        agent="activities",
        ledger=ledger,
        emit=told.append,
        meter=Meter("activities", Limits()),
    )


def test_every_tool_has_a_call_here() -> None:
    assert CALLS.keys() == {tool.__name__ for tool in ALL_TOOLS}


@pytest.mark.parametrize("tool", ALL_TOOLS, ids=lambda tool: tool.__name__)
def test_a_tool_is_described_for_a_model(tool: Any) -> None:
    described = Tool(tool)
    assert json.dumps(described.parameters)
    assert described.parameters["type"] == "object"
    for argument in described.parameters["properties"]:
        assert argument in described.description or argument in ("kinds", "start", "end")


@pytest.mark.parametrize("name", CALLS)
async def test_what_a_tool_answers_is_in_the_ledger(
    name: str, tools: Toolbox, ledger: Ledger
) -> None:
    answer = await tools.call(name, CALLS[name])
    for fact in answer if isinstance(answer, tuple) else (answer,):
        entry = ledger.get(fact.key)
        assert entry is not None
        assert entry.claim == fact.claim
        assert entry.sources and all(entry.sources)
        assert fact.model_validate_json(fact.model_dump_json()) == fact


@pytest.mark.parametrize("name", [n for n in CALLS if "destination" in CALLS[n]])
async def test_an_unknown_destination_is_answered_with_the_nearest(
    name: str, tools: Toolbox
) -> None:
    with pytest.raises(UnknownPlace, match=r"'lisbn'.*lisbon"):
        await tools.call(name, {**CALLS[name], "destination": "lisbn"})


async def test_arguments_that_do_not_fit_are_named(tools: Toolbox) -> None:
    with pytest.raises(ToolError, match="tier"):
        await tools.call("costs", {"destination": "lisbon", "tier": "lavish"})


async def test_a_destination_is_described() -> None:
    fact = await destination_facts("lisbon")
    assert fact.key == "destination/lisbon"
    assert (fact.country_name, fact.currency) == ("Portugal", "EUR")
    assert fact.claim.startswith("Lisbon, Portugal: ")
    assert any(area.id == fact.base for area in fact.areas)


async def test_destinations_are_filtered_and_those_with_shared_interests_come_first() -> None:
    found = await list_destinations(
        kinds=(Kind.COAST,), region=Region.EUROPE, interests=(Interest.TILES,)
    )
    assert found
    assert all(Kind.COAST in fact.kinds and fact.region is Region.EUROPE for fact in found)
    shared = [Interest.TILES in fact.interests for fact in found]
    assert shared == sorted(shared, reverse=True)
    assert len(await list_destinations()) == len(loader.index())


async def test_the_climate_of_one_month_is_the_records() -> None:
    fact = await climate("lisbon", date(2027, 5, 10), date(2027, 5, 14))
    record = loader.destination("lisbon").climate
    assert (fact.high_c, fact.low_c) == (record.high_c[4], record.low_c[4])
    assert fact.key == "climate/lisbon/2027-05"
    assert fact == await climate("lisbon", date(2027, 5, 1), date(2027, 5, 2))


async def test_the_climate_of_two_months_is_weighted_by_days() -> None:
    fact = await climate("lisbon", date(2027, 5, 31), date(2027, 6, 2))
    high = loader.destination("lisbon").climate.high_c
    assert fact.high_c == pytest.approx((high[4] + 2 * high[5]) / 3, abs=0.05)


async def test_dates_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ToolError, match="swap"):
        await climate("lisbon", date(2027, 5, 14), date(2027, 5, 10))


async def test_the_sun_is_told_in_local_time() -> None:
    assert (await sun_times("lisbon", TUESDAY)).claim == (
        "Lisbon, 11 May 2027: sunrise 06:28, sunset 20:37"
    )


async def test_public_holidays_are_named() -> None:
    fact = await public_holidays("lisbon", date(2027, 6, 1), date(2027, 6, 12))
    assert [day for day, _ in fact.days] == [date(2027, 6, 10)]
    assert "10 Jun" in fact.claim


async def test_opening_hours_say_open_and_closed() -> None:
    tuesday = await opening_hours("lisbon", "jeronimos", TUESDAY)
    monday = await opening_hours("lisbon", "jeronimos", date(2027, 5, 10))
    assert tuesday.key == "hours/lisbon/jeronimos/2027-05-11"
    assert tuesday.claim.startswith("Jerónimos Monastery: Tue 11 May 2027 open 09:30–")
    assert tuesday.status is Status.VERIFIED
    assert monday.intervals == ()
    assert monday.claim == "Jerónimos Monastery: Mon 10 May 2027 closed"


async def test_unknown_hours_are_unverified(monkeypatch: pytest.MonkeyPatch) -> None:
    without_hours = loader.activity("lisbon", "jeronimos").model_copy(update={"hours": None})
    monkeypatch.setattr(loader, "activity", lambda destination, place: without_hours)
    fact = await opening_hours("lisbon", "jeronimos", TUESDAY)
    assert (fact.intervals, fact.status) == (None, Status.UNVERIFIED)
    assert fact.claim.endswith("hours unknown")
    day = await day_feasibility("lisbon", TUESDAY, ("jeronimos",))
    assert (day.feasible, day.unknown_hours) == (True, ("jeronimos",))
    assert day.status is Status.UNVERIFIED


async def test_costs_are_estimates_in_the_currency_asked_for() -> None:
    euros, dollars = await costs("lisbon", Tier.MID), await costs("lisbon", Tier.MID, "USD")
    low = Decimal(str(loader.destination("lisbon").costs.room_mid[0]))
    assert euros.room[0] == low
    assert dollars.room[0] == loader.convert(low, "EUR", "USD")
    assert (euros.key, dollars.key) == ("costs/lisbon/mid", "costs/lisbon/mid/USD")
    assert euros.status is Status.ESTIMATE and euros.as_of


async def test_a_place_has_its_price_in_both_currencies() -> None:
    fact = await place("london", loader.destination("london").activities[0].id)
    assert fact.currency == "GBP"
    assert fact.price_eur == tuple(loader.convert(end, "GBP", "EUR") for end in fact.price)


async def test_activities_meet_every_condition() -> None:
    found = await find_activities("lisbon", step_free=True, free=True)
    assert found
    assert all(f.step_free is StepFree.YES and f.price[1] == 0 for f in found)
    indoor = await find_activities("lisbon", kinds=(ActivityKind.MUSEUM,), indoor=True)
    assert all(f.kind is ActivityKind.MUSEUM and f.indoor for f in indoor)


async def test_activities_come_best_match_first_and_the_same_each_time() -> None:
    first = await find_activities("lisbon", interests=(Interest.TILES,), limit=5)
    assert Interest.TILES in first[0].interests
    assert len(first) == 5
    assert first == activity_facts("lisbon", (Interest.TILES,), limit=5)


async def test_an_unknown_area_is_named() -> None:
    with pytest.raises(UnknownPlace, match="no area 'atlantis' in lisbon"):
        await find_activities("lisbon", areas=("atlantis",))


async def test_travel_time_takes_places_and_areas() -> None:
    base = loader.destination("lisbon").base
    fact = await travel_time("lisbon", "jeronimos", base)
    back = await travel_time("lisbon", base, "jeronimos")
    assert fact.minutes == back.minutes > 20
    assert fact.key == f"travel/lisbon/jeronimos/{base}"
    assert "by public transport" in fact.claim


async def test_an_area_is_told_from_a_sight_of_the_same_id() -> None:
    sight = await travel_time("honolulu", "iolani-palace", "pearl-harbor")
    area = await travel_time("honolulu", "iolani-palace", area_id("pearl-harbor"))
    assert sight.target_name == "Pearl Harbor National Memorial"
    assert area.target_name == "Pearl Harbor and Kalihi"
    assert area.km != sight.km and area.key != sight.key
    with pytest.raises(UnknownPlace, match="no area 'iolani-palace' in honolulu"):
        await travel_time("honolulu", area_id("iolani-palace"), "pearl-harbor")


async def test_a_day_on_the_closing_day_does_not_work_out() -> None:
    fact = await day_feasibility("lisbon", date(2027, 5, 10), ("jeronimos",))
    assert not fact.feasible
    assert "closed" in fact.problems[0]


async def test_a_day_waits_for_the_doors_to_open() -> None:
    fact = await day_feasibility("lisbon", TUESDAY, ("jeronimos",), start_minute=480)
    opens = (await opening_hours("lisbon", "jeronimos", TUESDAY)).intervals
    visit = loader.activity("lisbon", "jeronimos").minutes
    assert fact.feasible and opens
    assert (fact.arrivals, fact.end_minute) == ((480,), opens[0][0] + visit)


async def test_a_place_named_twice_or_too_late_is_told() -> None:
    twice = await day_feasibility("lisbon", TUESDAY, ("jeronimos", "jeronimos"))
    late = await day_feasibility("lisbon", TUESDAY, ("jeronimos",), start_minute=1020)
    assert "twice" in twice.problems[0]
    assert "too late" in late.problems[0]


async def test_a_far_place_is_reached_by_air() -> None:
    fact = await getting_there("Hamburg", "lisbon")
    assert fact.mode is Mode.FLIGHT
    assert fact.minutes is not None and 5 * 60 < fact.minutes < 8 * 60
    assert fact.fare is not None and fact.fare[0] < fact.fare[1]
    assert fact.kg_co2e == pytest.approx(0.18 * fact.km, abs=0.1)
    assert (fact.key, fact.status) == ("journey/hamburg/lisbon", Status.ESTIMATE)


async def test_a_near_place_is_reached_by_train() -> None:
    fact = await getting_there("Hamburg", "berlin")
    assert fact.mode is Mode.TRAIN
    assert fact.minutes is not None and 120 <= fact.minutes <= 240


async def test_the_records_own_link_replaces_the_estimate() -> None:
    fact = await getting_there("porto", "lisbon")
    link = next(n for n in loader.destination("lisbon").neighbours if n.id == "porto")
    assert (fact.mode, fact.minutes) == (link.mode, link.minutes)


async def test_without_flying_the_sea_is_in_the_way() -> None:
    fact = await getting_there("JFK", "lisbon", flying=False)
    assert (fact.possible, fact.mode, fact.fare) == (False, None, None)
    assert "without flying" in fact.claim
    assert fact.key.endswith("/no-flying")


async def test_without_flying_a_far_place_on_the_same_land_is_a_long_train() -> None:
    fact = await getting_there("Berlin", "barcelona", flying=False)
    assert fact.mode is Mode.TRAIN
    assert fact.kg_co2e is not None and fact.kg_co2e < 100


async def test_a_journey_can_be_asked_for_with_the_origin_resolved() -> None:
    berlin = loader.index_entry("berlin")
    fact = journey_fact(berlin.coordinates, "Berlin", "DE", "BER", "lisbon")
    assert fact == await getting_there("berlin", "lisbon")


async def test_an_unknown_origin_is_told() -> None:
    with pytest.raises(UnknownPlace, match="Xyzzyville"):
        await getting_there("Xyzzyville", "lisbon")


async def test_the_airport_transfer_prefers_public_transport() -> None:
    fact = await airport_transfer("lisbon")
    assert fact.airport == "LIS"
    assert fact.mode is not Mode.TAXI
    with pytest.raises(ToolError, match="LIS"):
        transfer_fact("lisbon", "OPO")


def test_importing_the_tools_loads_no_heavy_library() -> None:
    """Each is imported where it is used, so that the program starts fast."""
    heavy = {"airportsdata", "astral", "holidays", "opening_hours", "rapidfuzz"}
    code = "import sys, agents.tools; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not heavy & set(loaded.stdout.split())
