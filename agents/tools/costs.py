"""What a day costs at a destination, estimated."""

from __future__ import annotations

from decimal import Decimal

from agents.amounts import money_range
from agents.atlas import loader
from agents.atlas.records import Destination, PriceRange
from agents.evidence import Fact, Status
from agents.request import Amount, Tier

AmountRange = tuple[Amount, Amount]
"""An estimate, low and high."""


class CostsFact(Fact):
    """Estimates in `currency`: a room a night for two, food a person and day, rides an adult."""

    destination: str
    name: str
    tier: Tier
    currency: str
    room: AmountRange
    food: AmountRange
    ride: AmountRange
    day_ticket: AmountRange | None
    taxi_km: AmountRange

    @property
    def key(self) -> str:
        return f"costs/{self.destination}/{self.tier}" + (
            "" if self.currency == "EUR" else f"/{self.currency}"
        )

    @property
    def claim(self) -> str:
        room, food = self.room, self.food
        return (
            f"{self.name}, {self.tier}: a room for two {money_range(*room, self.currency)} a night, "
            f"food {money_range(*food, self.currency)} a person and day"
        )


def converted(price: PriceRange, source: str, target: str) -> AmountRange:
    """A price range of the atlas in another currency, to two places; raises UnknownPlace."""
    low, high = (loader.convert(Decimal(str(end)), source, target) for end in price)
    return low, high


def local_currency(place: Destination) -> str:
    """The currency in which a destination's prices are noted."""
    return loader.country(place.country).currency


def costs_fact(destination: str, tier: Tier, currency: str = "EUR") -> CostsFact:
    """Estimated prices of `tier` in `currency`; raises UnknownPlace."""
    place = loader.destination(destination)
    prices, local = place.costs, local_currency(place)
    room: PriceRange = getattr(prices, f"room_{tier}")
    food: PriceRange = getattr(prices, f"food_{tier}")
    day = prices.transit_day
    return CostsFact(
        destination=destination,
        name=place.name,
        tier=tier,
        currency=currency,
        room=converted(room, local, currency),
        food=converted(food, local, currency),
        ride=converted(prices.transit_ride, local, currency),
        day_ticket=None if day is None else converted(day, local, currency),
        taxi_km=converted(prices.taxi_km, local, currency),
        sources=place.sources,
        status=Status.ESTIMATE,
        as_of=place.as_of,
    )


async def costs(destination: str, tier: Tier, currency: str = "EUR") -> CostsFact:
    """What a stay costs, estimated as [low, high]: room, food, public transport, taxi.

    destination: a destination id. tier: "budget", "mid" or "comfort". currency: ISO code of three
    letters. room is a night for two people, food a person and day, ride and day_ticket one adult.
    """
    return costs_fact(destination, tier, currency)
