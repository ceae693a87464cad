"""Journeys, airport transfers and what is booked around them, as items of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agents.atlas.geo import distance_km
from agents.atlas.records import Coordinates, Destination
from agents.evidence import Ledger, SaidByTraveller
from agents.request import Commitment, TripRequest
from agents.tools import transfer_fact
from planner.frame import DayFrame, airport_of, base_of
from planner.journeys import Journey, booked_by_land
from planner.plan import Committed, Leg
from planner.prices import Pricing


@dataclass(frozen=True)
class Legs:
    """Makes the items; what they rest on is entered in the ledger."""

    request: TripRequest
    pricing: Pricing
    ledger: Ledger

    def journey(
        self,
        journey: Journey,
        start: datetime,
        origin: Coordinates,
        target: Coordinates,
        place: Destination,
        *,
        outward: bool,
        from_name: str | None = None,
    ) -> Leg:
        """A journey as an item of the plan; `place` is the end of it that lies in the plan."""
        home = from_name or (self.request.origin.name if self.request.origin else "home")
        names = (home, place.name) if outward else (place.name, home)
        arrival_zone = place.time_zone
        if not outward and self.request.origin is not None:
            arrival_zone = self.request.origin.time_zone
        end = (start.astimezone(ZoneInfo("UTC")) + timedelta(minutes=journey.minutes)).astimezone(
            ZoneInfo(arrival_zone)
        )
        return Leg(
            start=start,
            end=end,
            title=f"{journey.mode.value.capitalize()} from {names[0]} to {names[1]}",
            destination=place.id,
            mode=journey.mode,
            origin=names[0],
            target=names[1],
            from_coordinates=origin,
            to_coordinates=target,
            km=round(journey.km, 1),
            kg_co2e=round(journey.kg_co2e, 1),
            cost=self.pricing.journey(place, journey.fare),
            evidence=(journey.evidence,),
        )

    def transfer(
        self, day: DayFrame, booking: Commitment, moment: datetime, *, to_airport: bool
    ) -> Leg | None:
        """Between airport and base; `moment` is its start, or its end when `to_airport`.

        None for a train or bus, which stops in town, and where no way is known.
        """
        if not day.place.transfers or booked_by_land(booking):
            return None
        fact = transfer_fact(day.place.id)
        self.ledger.enter(fact, tool="airport_transfer", asked_by="schedule")
        base, port = base_of(day.place), airport_of(day.place)
        length = timedelta(minutes=fact.minutes)
        start = moment - length if to_airport else moment
        port_name, town = f"{fact.airport} airport", day.place.name
        price = (float(fact.price[0]), float(fact.price[1]))
        return Leg(
            start=start,
            end=start + length,
            title=f"{fact.mode.value.capitalize()} {'to' if to_airport else 'from'} {port_name}",
            destination=day.place.id,
            mode=fact.mode,
            origin=town if to_airport else port_name,
            target=port_name if to_airport else town,
            from_coordinates=base if to_airport else port,
            to_coordinates=port if to_airport else base,
            km=round(distance_km(base, port), 1),
            cost=self.pricing.airport_transfer(day.place, price),
            evidence=(fact.key,),
        )

    def committed(self, commitment: Commitment, day: DayFrame, minutes: int) -> Committed:
        said = SaidByTraveller(subject=commitment.label, words=commitment.label)
        self.ledger.enter(said, tool="request", asked_by="schedule")
        start = commitment.start.replace(tzinfo=day.zone)
        return Committed(
            start=start,
            end=start + timedelta(minutes=minutes),
            title=commitment.label,
            destination=day.place.id,
            coordinates=base_of(day.place) if booked_by_land(commitment) else airport_of(day.place),
            evidence=(said.key,),
        )
