"""The ways on the ground and by sea: which there are, how long they take, and by what."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.atlas import loader, routes
from agents.atlas.crossings import LAND_CROSSINGS, Crossing
from agents.atlas.ferries import FERRIES, PORTS
from agents.atlas.geo import distance_km
from agents.atlas.landmass import landmass, region
from agents.atlas.records import Destination
from agents.atlas.roads import RAIL, rails_at
from agents.atlas.routes import Route, Start
from agents.atlas.vocabulary import Mode
from agents.tools import getting_there

BY_LAND = st.sampled_from([e.id for e in loader.index() if e.region in ("europe", "africa")])


def way(origin: str, target: str) -> Route | None:
    place = loader.destination(origin)
    start = Start(place.id, place.name, place.coordinates, place.country, None)
    return routes.by_land(start, loader.destination(target))


@pytest.mark.parametrize(
    ("origin", "target", "mode", "hours"),
    [
        ("helsinki", "tallinn", Mode.FERRY, (3, 4)),
        ("stockholm", "tallinn", Mode.FERRY, (15, 18)),
        ("Bari", "dubrovnik", Mode.FERRY, (10, 13)),
        ("venice", "dubrovnik", Mode.BUS, (12, 17)),
        ("athens", "istanbul", Mode.BUS, (13, 17)),
        ("naples", "palermo", Mode.TRAIN, (8, 11)),
        ("copenhagen", "bergen", Mode.TRAIN, (13, 17)),
        ("berlin", "stockholm", Mode.TRAIN, (11, 16)),
        ("berlin", "copenhagen", Mode.TRAIN, (6, 9)),
        ("Oslo", "bergen", Mode.TRAIN, (7, 9)),
        ("london", "dublin", Mode.FERRY, (8, 10)),
        ("barcelona", "palma", Mode.FERRY, (8, 10)),
        ("valencia", "palma", Mode.FERRY, (8, 10)),
        ("palermo", "valletta", Mode.TRAIN, (6, 9)),
        ("Catania", "valletta", Mode.FERRY, (4, 7)),
        ("athens", "crete", Mode.FERRY, (9, 12)),
        ("athens", "santorini", Mode.FERRY, (5, 9)),
        ("Gibraltar", "seville", Mode.BUS, (3, 5)),
        ("lisbon", "madrid", Mode.BUS, (7, 11)),
        ("Dar es Salaam", "zanzibar", Mode.FERRY, (2, 5)),
        ("Bangkok", "phuket", Mode.BUS, (11, 15)),
        ("Calgary", "banff", Mode.BUS, (1, 3)),
        ("auckland", "queenstown", Mode.BUS, (24, 36)),
        ("tenerife", "madrid", Mode.FERRY, (35, 48)),
    ],
)
async def test_a_well_known_way_takes_about_as_long_as_it_does(
    origin: str, target: str, mode: Mode, hours: tuple[int, int]
) -> None:
    fact = await getting_there(origin, target, flying=False)
    assert fact.mode is mode, fact.claim
    assert fact.minutes is not None and hours[0] * 60 <= fact.minutes <= hours[1] * 60, fact.claim


@pytest.mark.parametrize(
    ("origin", "target"),
    [("new-york", "lisbon"), ("london", "reykjavik"), ("cairo", "marrakech"), ("tokyo", "taipei")],
)
def test_where_no_ship_for_travellers_sails_there_is_no_way(origin: str, target: str) -> None:
    assert way(origin, target) is None


@settings(deadline=None)  # the first time, records are read
@given(BY_LAND, BY_LAND)
def test_the_way_back_is_the_way_there(one: str, other: str) -> None:
    there, back = way(one, other), way(other, one)
    assert (there is None) == (back is None)
    if there and back:
        assert (there.mode, abs(there.minutes - back.minutes) <= 1) == (back.mode, True)
        assert sorted(there.ferries) == sorted(back.ferries)


@settings(deadline=None)  # the first time, records are read
@given(BY_LAND, BY_LAND)
def test_no_way_is_shorter_than_the_straight_line_nor_faster_than_a_fast_train(
    one: str, other: str
) -> None:
    a, b = loader.destination(one), loader.destination(other)
    found, straight = way(one, other), distance_km(a.coordinates, b.coordinates)
    if found:
        assert found.km >= straight - 0.1
        assert found.minutes >= straight / 150 * 60
        assert found.fare[0] <= found.fare[1]


async def test_the_ferries_are_named_in_the_claim() -> None:
    fact = await getting_there("palermo", "valletta", flying=False)
    assert fact.ferries == ("Pozzallo–Valletta",)
    assert "by train and ferry (Pozzallo–Valletta)" in fact.claim
    assert "train" not in (await getting_there("helsinki", "tallinn", flying=False)).claim


def test_a_voyage_costs_and_emits_what_its_parts_do() -> None:
    found = way("palermo", "valletta")
    ferry = next(f for f in FERRIES if f.name == "Pozzallo–Valletta")
    assert found is not None
    assert found.fare[0] > ferry.fare[0] and found.fare[1] > ferry.fare[1]
    assert found.kg_co2e < routes.emissions_kg(Mode.TRAIN, found.km)


async def test_a_link_counts_though_only_the_start_names_it() -> None:
    milan, nice = loader.destination("milan"), loader.destination("nice")
    assert all(n.id != "nice" for n in milan.neighbours)
    link = next(n for n in nice.neighbours if n.id == "milan")
    for pair in (("nice", "milan"), ("milan", "nice")):
        fact = await getting_there(*pair)
        assert (fact.mode, fact.minutes) == (link.mode, link.minutes)
        assert fact.sources[0] == "Tripartite atlas, record of Nice"


@pytest.mark.parametrize("crossing", FERRIES, ids=lambda c: c.name)
def test_a_ferry_sails_as_fast_as_ships_do(crossing: Crossing) -> None:
    km = distance_km(crossing.one.coordinates, crossing.other.coordinates)
    assert 5 <= km / (crossing.minutes / 60) <= 90
    assert 0 < crossing.fare[0] <= crossing.fare[1]


@pytest.mark.parametrize("crossing", [*LAND_CROSSINGS, *FERRIES], ids=lambda c: c.name)
def test_a_crossing_leads_from_one_region_to_another(crossing: Crossing) -> None:
    ends = (crossing.one, crossing.other)
    apart = {region(end.coordinates, end.country) for end in ends}
    on_one_land = {"Hong Kong–Macau"}
    assert len(apart) == 2 or crossing.name in on_one_land
    assert all(loader.find_country(end.country) for end in ends)


def test_every_port_has_a_ferry_and_no_ferry_is_there_twice() -> None:
    assert {end.name for f in FERRIES for end in (f.one, f.other)} == PORTS.keys()
    assert len({frozenset((f.one.name, f.other.name)) for f in FERRIES}) == len(FERRIES)


def test_every_destination_on_an_island_has_a_region_of_its_own() -> None:
    apart = ("crete", "santorini", "palma", "tenerife", "funchal", "valletta", "zanzibar", "bali")
    regions = [_region(loader.destination(id)) for id in apart]
    assert len(set(regions)) == len(apart)
    for one, other in pairwise(("phuket", "bangkok", "kuala-lumpur", "singapore")):
        assert _region(loader.destination(one)) == _region(loader.destination(other))


def _region(place: Destination) -> str:
    return region(place.coordinates, place.country)


def test_a_region_is_part_of_one_landmass() -> None:
    assert landmass((38.1, 13.4), "IT") == landmass((45.4, 12.3), "IT") == "europe"
    assert region((38.1, 13.4), "IT") == "sicily" != region((45.4, 12.3), "IT")
    assert landmass((36.14, -5.35), "GI") == "europe"


def test_trains_are_where_there_are_rails() -> None:
    for id in ("dubrovnik", "crete", "santorini", "tenerife", "funchal", "honolulu", "phuket"):
        place = loader.destination(id)
        assert place.country in RAIL
        assert rails_at(place.coordinates, place.country) is None, id
    assert rails_at((54.6, -5.9), "GB") == rails_at((53.3, -6.3), "IE")
