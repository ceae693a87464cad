"""What a party pays: shares, rooms, currencies and exact sums."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.atlas.loader import activity, country, destination, destination_ids
from agents.atlas.vocabulary import Mode
from agents.errors import UnknownPlace
from agents.request import Budget, Dates, Origin, Tier, Traveller, TripRequest
from planner.plan import Category
from planner.prices import MEAL_SHARES, Party, Pricing, exchange_rate, make_cost

LISBON, TOKYO = destination("lisbon"), destination("tokyo")
money = st.decimals(0, 100_000, places=4)
families = st.builds(Party, st.integers(1, 8), st.lists(st.integers(0, 17), max_size=4).map(tuple))


def request(*ages: int | None, **changes: Any) -> TripRequest:
    """Lisbon for the given travellers; None is an adult."""
    return TripRequest(
        destinations=("lisbon",),
        dates=Dates(start=date(2027, 5, 12), end=date(2027, 5, 14)),
        travellers=tuple(Traveller(age=age) for age in ages or (None, None)),
        **changes,
    )


TWO = Party(2)


def pricing(party: Party = TWO, currency: str = "EUR", tier: Tier = Tier.MID) -> Pricing:
    return Pricing(party, currency, tier)


@pytest.mark.parametrize(
    ("party", "tickets", "eaters", "seats"),
    [
        (Party(1), "1", "1", "1"),
        (Party(2), "2", "2", "2"),
        (Party(2, (1,)), "2", "2.5", "2.1"),
        (Party(2, (5,)), "2", "2.5", "2.75"),
        (Party(2, (6,)), "2.5", "2.75", "2.75"),
        (Party(2, (4, 17)), "2.5", "3.25", "3.5"),
    ],
)
def test_children_pay_a_share(party: Party, tickets: str, eaters: str, seats: str) -> None:
    assert (party.tickets, party.eaters, party.seats) == tuple(
        map(Decimal, (tickets, eaters, seats))
    )


@pytest.mark.parametrize(
    ("party", "rooms"),
    [
        (Party(1), 1),
        (Party(2), 1),
        (Party(3), 2),
        (Party(4), 2),
        (Party(2, (8,)), 1),
        (Party(2, (8, 5)), 2),
        (Party(1, (8, 5)), 1),
        (Party(1, (8, 5, 2)), 2),
        (Party(12), 6),
    ],
)
def test_a_room_sleeps_two_adults_or_three_with_children(party: Party, rooms: int) -> None:
    assert party.rooms == rooms


@given(families)
def test_nobody_sleeps_on_the_floor(party: Party) -> None:
    assert party.rooms * 2 >= party.adults
    assert party.rooms * 3 >= party.adults + len(party.children)


@given(families, st.integers(0, 17))
def test_one_more_child_never_makes_it_cheaper(party: Party, age: int) -> None:
    more = Party(party.adults, (*party.children, age))
    assert more.tickets >= party.tickets
    assert more.eaters > party.eaters
    assert more.seats > party.seats
    assert more.rooms >= party.rooms


def test_the_party_is_read_from_the_request() -> None:
    assert Party.of(request(None, None, 7)) == Party(2, (7,))


def test_the_meals_of_a_day_are_the_whole_food_money() -> None:
    assert sum(MEAL_SHARES.values()) == 1
    day = sum(pricing().meal(LISBON, m).expected for m in MEAL_SHARES)
    low, high = LISBON.costs.food_mid
    assert day == Decimal(str(low + high))  # the middle of the range, for two


def test_a_night_costs_every_room_once() -> None:
    low, high = (Decimal(str(x)) for x in LISBON.costs.room_mid)
    cost = pricing(Party(3)).night(LISBON)
    assert (cost.low, cost.high) == (2 * low, 2 * high)
    assert cost.category is Category.STAY


def test_a_dearer_tier_costs_more() -> None:
    budget, mid, comfort = (pricing(tier=t).night(LISBON).expected for t in Tier)
    assert budget < mid < comfort


def test_an_entry_is_paid_by_adults_and_half_by_older_children() -> None:
    cost = pricing(Party(2, (4, 8))).entry(LISBON, activity("lisbon", "jeronimos"))
    assert cost is not None
    assert (cost.low, cost.expected, cost.high) == tuple(map(Decimal, ("42.5", "46.25", "50")))


def test_what_is_free_has_no_cost() -> None:
    assert pricing().entry(LISBON, activity("lisbon", "alfama-lanes")) is None


def test_a_regional_train_costs_more_than_a_ride_in_town() -> None:
    ride, train = pricing().ride(LISBON), pricing().ride(LISBON, Mode.TRAIN, 25)
    assert ride.low < train.low
    assert ride.expected < train.expected
    assert ride.category is train.category is Category.TRANSIT


@given(st.sampled_from(sorted(destination_ids())), st.floats(0, 150), st.floats(0, 150))
def test_a_ride_further_never_costs_less(id: str, one: float, other: float) -> None:
    place = destination(id)
    for mode in (Mode.TRAIN, Mode.BUS):
        near, far = (pricing().ride(place, mode, km) for km in sorted((one, other)))
        assert (near.low, near.high) <= (far.low, far.high)


def test_a_long_ride_without_a_railway_costs_more_than_the_train() -> None:
    train, bus = (pricing().ride(LISBON, mode, 60) for mode in (Mode.TRAIN, Mode.BUS))
    assert train.low < bus.low and train.high < bus.high
    to_the_ruins = pricing(Party(1), "PEN").ride(destination("cusco"), Mode.BUS, 73)
    assert 15 < to_the_ruins.low < 30 and 60 < to_the_ruins.high < 120


def test_a_meal_at_a_table_costs_what_the_table_asks() -> None:
    """A hot-dog kiosk is no restaurant, and a restaurant no hot-dog kiosk."""
    bergen, kiosk = destination("bergen"), activity("bergen", "trekroneren")
    cost = pricing(Party(2, (8,)), "NOK").meal(bergen, "dinner", kiosk)
    low, high = (Decimal(str(end)) * Decimal("2.75") for end in kiosk.price)
    assert (cost.low, cost.high, cost.category) == (low, high, Category.FOOD)
    usual = [pricing(currency="NOK", tier=t).meal(bergen, "dinner", kiosk) for t in Tier]
    assert len(set(usual)) == 1


def test_a_table_without_a_price_of_its_own_costs_the_usual() -> None:
    free = activity("bangkok", "asiatique")
    bangkok = destination("bangkok")
    assert free.price == (0, 0)
    assert pricing().meal(bangkok, "dinner", free) == pricing().meal(bangkok, "dinner")
    museum = activity("cape-town", "jewish-museum")
    place = destination("cape-town")
    assert pricing().meal(place, "lunch", museum) == pricing().meal(place, "lunch")


def test_a_journey_is_paid_for_every_seat_in_the_plans_currency() -> None:
    fare = (Decimal(100), Decimal(200))
    cost = pricing(Party(2, (8,)), "GBP").journey(TOKYO, fare)
    rate = exchange_rate("EUR", "GBP")
    assert cost.currency == "GBP"
    assert cost.low == (100 * rate * Decimal("2.75")).quantize(Decimal("0.01"))


def test_the_same_stay_in_another_currency_is_the_same_money() -> None:
    euros, yen = (pricing(currency=c).night(TOKYO).expected for c in ("EUR", "JPY"))
    low, high = TOKYO.costs.room_mid
    assert yen == Decimal(str((low + high) / 2))
    assert abs(euros * exchange_rate("EUR", "JPY") - yen) < 2


def test_a_rate_there_and_back_is_one() -> None:
    assert exchange_rate("EUR", "EUR") == 1
    assert round(exchange_rate("JPY", "GBP") * exchange_rate("GBP", "JPY"), 20) == 1


def test_a_currency_without_a_rate_is_named() -> None:
    with pytest.raises(UnknownPlace, match="XXX"):
        exchange_rate("EUR", "XXX")


@pytest.mark.parametrize(
    ("changes", "currency"),
    [
        ({"budget": Budget(amount=Decimal(900), currency="GBP")}, "GBP"),
        ({}, "EUR"),
        (
            {
                "origin": Origin(
                    name="Tokyo",
                    coordinates=(35.7, 139.7),
                    time_zone="Asia/Tokyo",
                    country="JP",
                )
            },
            "JPY",
        ),
    ],
    ids=["the budget's", "the destination's", "the one at home"],
)
def test_the_plan_is_in_one_currency(changes: dict[str, Any], currency: str) -> None:
    assert Pricing.of(request(**changes), Tier.MID, "lisbon").currency == currency


def test_a_budget_for_each_is_multiplied_by_the_people() -> None:
    each = Budget(amount=Decimal("250.50"), per_person=True)
    assert each.total(3) == Decimal("751.50")
    assert Budget(amount=Decimal("250.50")).total(3) == Decimal("250.50")


@given(money, money)
def test_a_cost_is_in_whole_cents_with_what_is_expected_in_between(a: Decimal, b: Decimal) -> None:
    cost = make_cost(Category.FOOD, min(a, b), max(a, b), "EUR", LISBON)
    assert cost.low <= cost.expected <= cost.high
    assert all(x == x.quantize(Decimal("0.01")) for x in (cost.low, cost.expected, cost.high))
    assert cost.as_of == LISBON.as_of


@given(families, st.sampled_from(sorted(destination_ids())), st.sampled_from(list(Tier)))
def test_every_price_of_the_atlas_is_dated_and_in_order(party: Party, id: str, tier: Tier) -> None:
    place = destination(id)
    prices = Pricing(party, country(place.country).currency, tier)
    entries = [prices.entry(place, a) for a in place.activities]
    for cost in (prices.night(place), prices.ride(place), prices.meal(place, "lunch"), *entries):
        if cost is not None:
            assert 0 <= cost.low <= cost.expected <= cost.high
            assert cost.as_of is not None
