"""What a party pays: one definition for the schedule, the gate and the comparison.

Everything is an estimate `(low, high)` in the plan's currency; `expected` is the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from agents.atlas.geo import TRAIN_FROM_KM
from agents.atlas.loader import country, currency, find_country
from agents.atlas.loader import destination as load
from agents.atlas.records import Activity, Destination, PriceRange
from agents.atlas.vocabulary import ActivityKind, Mode
from agents.request import Tier, TripRequest
from planner.plan import CENT, Category, Cost

MEAL_SHARES = {"breakfast": Decimal("0.15"), "lunch": Decimal("0.35"), "dinner": Decimal("0.5")}
"""How a day's food money divides over its meals."""

REGIONAL_FARES = 4
"""A ride out of town, such as Lisbon to Sintra, costs up to so many city fares: our estimate."""
TAXI_SHARES = {Mode.TRAIN: (0.04, 0.08), Mode.BUS: (0.10, 0.25)}
"""What each km further than a city's ride adds, in shares of the record's taxi price for a km.

A train costs a twelfth to a twenty-fifth of a taxi; where none runs one sits in a full minibus at
the least and in a taxi for four at the most: our estimate.
"""
SELLS_MEALS = (ActivityKind.FOOD, ActivityKind.MARKET, ActivityKind.EVENING)
"""Kinds of places whose price is that of what one eats there; elsewhere it is an entry."""


@dataclass(frozen=True)
class Party:
    """Who travels. Children count for a share of an adult's price: an assumption, stated here."""

    adults: int
    children: tuple[int, ...] = ()

    @classmethod
    def of(cls, request: TripRequest) -> Party:
        return cls(request.adults, request.children)

    def _shares(self, under_six: str, older: str) -> Decimal:
        return Decimal(self.adults) + sum(
            (Decimal(under_six if age < 6 else older) for age in self.children), Decimal(0)
        )

    @property
    def tickets(self) -> Decimal:
        """Adult prices paid for entries and rides: under six free, older children half."""
        return self._shares("0", "0.5")

    @property
    def eaters(self) -> Decimal:
        """Adult portions: under six half, older children three quarters."""
        return self._shares("0.5", "0.75")

    @property
    def seats(self) -> Decimal:
        """Fares on planes and trains between cities: every child above two sits."""
        return Decimal(self.adults) + sum(
            (Decimal("0.1") if age < 2 else Decimal("0.75") for age in self.children), Decimal(0)
        )

    @property
    def rooms(self) -> int:
        """Double rooms: at most two adults, or three people with children, in one."""
        people = self.adults + len(self.children)
        return max(ceil(self.adults / 2), ceil(people / 3))


def _range(destination: Destination, what: str, tier: Tier) -> PriceRange:
    prices: PriceRange = getattr(destination.costs, f"{what}_{tier.value}")
    return prices


@dataclass(frozen=True)
class Pricing:
    """Prices for one party, in one currency, in one tier of comfort."""

    party: Party
    currency: str
    tier: Tier

    @classmethod
    def of(cls, request: TripRequest, tier: Tier, destination: str) -> Pricing:
        """In the budget's currency, else the one at home if it has a rate, else `destination`'s."""
        home = find_country(request.origin.country) if request.origin else None
        if request.budget is not None:
            code = request.budget.currency
        else:
            code = (home or country(load(destination).country)).currency
        return cls(Party.of(request), code, tier)

    def rate(self, destination: Destination) -> Decimal:
        """Units of the plan's currency for one unit of the local one."""
        local = country(destination.country).currency
        return exchange_rate(local, self.currency)

    def journey(self, destination: Destination, fare: Sequence[Decimal]) -> Cost:
        """Everybody's seats for a one-way `fare`, given in euros for one adult."""
        rate = exchange_rate("EUR", self.currency) * self.party.seats
        low, high = (price * rate for price in fare)
        return make_cost(Category.TRAVEL, low, high, self.currency, destination)

    def _cost(
        self,
        category: Category,
        destination: Destination,
        price: Sequence[float | Decimal],
        times: Decimal,
    ) -> Cost:
        rate = self.rate(destination)
        low, high = (Decimal(str(p)) * rate * times for p in price)
        return make_cost(category, low, high, self.currency, destination)

    def entry(self, destination: Destination, activity: Activity) -> Cost | None:
        """Entry for everybody; None where it is free."""
        if activity.price[1] == 0:
            return None
        return self._cost(Category.ACTIVITIES, destination, activity.price, self.party.tickets)

    def night(self, destination: Destination) -> Cost:
        return self._cost(
            Category.STAY,
            destination,
            _range(destination, "room", self.tier),
            Decimal(self.party.rooms),
        )

    def meal(self, destination: Destination, meal: str, table: Activity | None = None) -> Cost:
        """A meal for everybody: at a table that has a price, that price, else the tier's share."""
        if table is not None and table.kind in SELLS_MEALS and table.price[1] > 0:
            return self._cost(Category.FOOD, destination, table.price, self.party.eaters)
        return self._cost(
            Category.FOOD,
            destination,
            _range(destination, "food", self.tier),
            self.party.eaters * MEAL_SHARES[meal],
        )

    def ride(self, destination: Destination, mode: Mode = Mode.METRO, km: float = 0.0) -> Cost:
        """One ride for everybody, over `km` as the crow flies.

        A city fare in town; from there on up to `REGIONAL_FARES` of them, and `TAXI_SHARES` more
        for each km.
        """
        low, high = destination.costs.transit_ride
        further = km - TRAIN_FROM_KM
        if further > 0 and mode in TAXI_SHARES:
            least, most = TAXI_SHARES[mode]
            low += further * least * destination.costs.taxi_km[0]
            high = high * REGIONAL_FARES + further * most * destination.costs.taxi_km[1]
        return self._cost(Category.TRANSIT, destination, (low, high), self.party.tickets)

    def airport_transfer(self, destination: Destination, price: PriceRange) -> Cost:
        return self._cost(Category.TRANSIT, destination, price, self.party.tickets)


def exchange_rate(source: str, target: str) -> Decimal:
    """How many units of `target` one unit of `source` buys: an estimate, dated in the atlas."""
    return Decimal(str(currency(target).per_eur)) / Decimal(str(currency(source).per_eur))


def make_cost(
    category: Category, low: Decimal, high: Decimal, currency: str, destination: Destination
) -> Cost:
    """A cost rounded to cents, with the middle as what is expected."""
    low, high = (x.quantize(CENT, ROUND_HALF_UP) for x in (low, high))
    return Cost(
        category=category,
        low=low,
        expected=((low + high) / 2).quantize(CENT, ROUND_HALF_UP),
        high=high,
        currency=currency,
        as_of=destination.as_of,
    )
