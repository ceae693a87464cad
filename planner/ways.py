"""Lays out a trip's frame: arrival, departure and the ways between its destinations.

What nobody said is assumed, and noted; what cannot be is noted too, and left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from agents.atlas.loader import country, destination
from agents.atlas.records import Destination
from agents.evidence import Ledger
from agents.request import Commitment, CommitmentKind, Origin, TripRequest
from agents.tools import JourneyFact
from planner.frame import SETTLE_MINUTES, SMALL_HOURS, DayFrame, Frame, base_of
from planner.journeys import Journey, at_home, booked_by_land, journey_between, journey_from_home
from planner.legs import Legs
from planner.pace import DINNER_MINUTES, EARLY, WAY_HOME_MINUTES, minute_of, out_from_to
from planner.plan import Stop
from planner.prices import Pricing

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LANDING_MINUTES = 30
"""From touch-down to the airport's door."""
CHECK_IN_MINUTES = 90
"""At the airport before a booked flight."""
BOARDING_MINUTES = 15
ASSUMED_ARRIVAL = 11 * 60
ASSUMED_DEPARTURE = 17 * 60
EARLIEST_HOUR = 5
LONG_JOURNEY_MINUTES = 600
HOME_BY = 22
"""The hour by which one would like to be home again."""


def build_frame(
    request: TripRequest, stops: tuple[Stop, ...], pricing: Pricing, ledger: Ledger
) -> Frame:
    """Lay out the days of a trip over `stops`, whose dates span the request's."""
    begins, ends = out_from_to(request)
    days: list[DayFrame] = []
    for offset in range(request.dates.days):
        day = request.dates.start + timedelta(days=offset)
        place = destination(next(s for s in reversed(stops) if s.arrive <= day).destination)
        woke = days[-1].place if days else None
        first = minute_of(country(place.country).dinner[0]) - EARLY["dinner"]
        end = max(ends, first + DINNER_MINUTES + WAY_HOME_MINUTES)
        days.append(DayFrame(day, place, begins, end, ends, woke, day < request.dates.end))
    frame = Frame(days, stops)
    ways = _Ways(request, frame, Legs(request, pricing, ledger))
    ways.arrive()
    for number, earlier in enumerate(stops[:-1], 1):
        ways.move(destination(earlier.destination), number)
    ways.depart()
    return frame


@dataclass
class _Ways:
    """The journeys of one trip, each entered in its day."""

    request: TripRequest
    frame: Frame
    legs: Legs
    arrival: datetime = LONG_AGO
    """When one is there."""

    def arrive(self) -> None:
        first = self.frame.days[0]
        origin = self._home(first.place)
        landed = self._fixed(CommitmentKind.ARRIVAL)
        if landed is None and origin is None and len(self.frame.days) > 1:
            booked = self._booked(first)
            first.start = max(
                first.start, min([ASSUMED_ARRIVAL, *(start - 60 for start, _ in booked)])
            )
            self._assume(f"no arrival given: in town by {_clock(first.start)} on the first day")
        if origin is None:
            self.frame.excluded.append(
                f"the way to {first.place.name} and back, since no origin elsewhere was given"
            )
        if landed is not None:
            self._land(landed)
        elif origin is not None:
            journey = self._journey_with_home(first.place)
            if journey is not None:
                hour = self._leaving_hour(journey, origin, first)
                start = datetime.combine(first.date, time(hour), ZoneInfo(origin.time_zone))
                leg = self.legs.journey(
                    journey,
                    start,
                    origin.coordinates,
                    base_of(first.place),
                    first.place,
                    outward=True,
                )
                first.before.append(leg)
                self._begin_after(leg.end)
                self._assume(f"no departure time given: leaving {origin.name} at {hour:02d}:00")

    def _leaving_hour(self, journey: Journey, origin: Origin, first: DayFrame) -> int:
        """The usual hour, or as much earlier as what is booked on the first day needs."""
        hour = 11 if journey.minutes > LONG_JOURNEY_MINUTES else 8
        for start, _ in self._booked(first):
            due = first.at(max(start, 0)).astimezone(UTC)
            leave = due - timedelta(minutes=journey.minutes + WAY_HOME_MINUTES + SETTLE_MINUTES)
            local = leave.astimezone(ZoneInfo(origin.time_zone))
            if local.date() == first.date:
                hour = max(EARLIEST_HOUR, min(hour, local.hour))
        return hour

    def _land(self, landed: Commitment) -> None:
        day = self.frame.day_of(landed.start.date())
        item = self.legs.committed(landed, day, LANDING_MINUTES)
        origin = self._home(day.place)
        if origin is not None:
            journey = self._journey_with_home(day.place, landed)
            if journey is not None:
                start = item.start.astimezone(UTC) - timedelta(minutes=journey.minutes)
                start = start.astimezone(ZoneInfo(origin.time_zone))
                at = item.coordinates or base_of(day.place)
                day.before.append(
                    self.legs.journey(
                        journey, start, origin.coordinates, at, day.place, outward=True
                    )
                )
        day.before.append(item)
        arrival = item.end
        transfer = self.legs.transfer(day, landed, item.end, to_airport=False)
        if transfer is not None:
            day.before.append(transfer)
            arrival = transfer.end
        self._begin_after(arrival)

    def move(self, origin: Destination, number: int) -> None:
        """From `origin` to the stop `number`."""
        stop = self.frame.stops[number]
        target = destination(stop.destination)
        day = self.frame.day_of(stop.arrive)
        journey = self._usable(journey_between(origin, target, self.request))
        if journey is None:
            return
        begins, _ = out_from_to(self.request)
        start = datetime.combine(
            day.date, time(begins // 60, begins % 60), ZoneInfo(origin.time_zone)
        )
        rested = self.arrival.astimezone(start.tzinfo) + timedelta(minutes=SETTLE_MINUTES)
        leg = self.legs.journey(
            journey,
            max(start, rested),
            base_of(origin),
            base_of(target),
            target,
            outward=True,
            from_name=origin.name,
        )
        day.before.append(leg)
        self._begin_after(leg.end, number)

    def depart(self) -> None:
        last = self.frame.days[-1]
        origin = self._home(last.place)
        leaving = self._fixed(CommitmentKind.DEPARTURE)
        if leaving is not None:
            self._leave(leaving)
        elif origin is not None:
            journey = self._journey_with_home(last.place)
            if journey is not None:
                latest = 19 if len(self.frame.days) == 1 else 16
                hour = max(10, min(latest, HOME_BY - ceil(journey.minutes / 60)))
                hours = (ceil((end + WAY_HOME_MINUTES) / 60) for _, end in self._booked(last))
                hour = min(max([hour, *hours]), 23)
                if last.at(hour * 60) < self.arrival:
                    self.frame.impossible.append(
                        f"{journey.minutes // 60} h each way do not fit into {len(self.frame.days)} days"
                    )
                    return
                last.end = min(last.end, hour * 60)
                last.after.append(
                    self.legs.journey(
                        journey,
                        last.at(hour * 60),
                        base_of(last.place),
                        origin.coordinates,
                        last.place,
                        outward=False,
                    )
                )
        elif len(self.frame.days) > 1:
            ends = (end + WAY_HOME_MINUTES for _, end in self._booked(last))
            last.end = min(last.end, max([ASSUMED_DEPARTURE, *ends]))
            self._assume(f"no departure given: leaving town at {_clock(last.end)} on the last day")

    def _leave(self, leaving: Commitment) -> None:
        day = self.frame.day_of(leaving.start.date())
        item = self.legs.committed(leaving, day, BOARDING_MINUTES)
        ready = item.start - timedelta(minutes=CHECK_IN_MINUTES)
        transfer = self.legs.transfer(day, leaving, ready, to_airport=True)
        if day.minute(item.start) < SMALL_HOURS:
            day = self.frame.eve_of(day)  # one leaves on the day before
        day.end = min(day.end, day.minute(transfer.start if transfer else ready))
        if transfer is not None:
            day.after.append(transfer)
        day.after.append(item)
        origin = self._home(day.place)
        if origin is not None:
            journey = self._journey_with_home(day.place, leaving)
            if journey is not None:
                at = item.coordinates or base_of(day.place)
                home = origin.coordinates
                day.after.append(
                    self.legs.journey(journey, item.end, at, home, day.place, outward=False)
                )
        self.frame.end_with(day)

    def _booked(self, day: DayFrame) -> list[tuple[int, int]]:
        """Start and end of what is booked on `day`; an assumed journey gives way to it."""
        moving = (CommitmentKind.ARRIVAL, CommitmentKind.DEPARTURE)
        starts = (
            (day.minute(c.start.replace(tzinfo=day.zone)), c.minutes)
            for c in self.request.commitments
            if c.kind not in moving and c.start.date() == day.date
        )
        return [(start, start + minutes) for start, minutes in starts]

    def _fixed(self, kind: CommitmentKind) -> Commitment | None:
        return next((c for c in self.request.commitments if c.kind is kind), None)

    def _begin_after(self, arrival: datetime, number: int = 0) -> None:
        self.arrival = arrival
        self.frame.begin_after(arrival, number)

    def _assume(self, words: str) -> None:
        self.frame.assumptions.append(words)

    def _home(self, place: Destination) -> Origin | None:
        """Where the trip starts, unless that is where it goes."""
        origin = self.request.origin
        return None if origin is None or at_home(origin, place) else origin

    def _journey_with_home(
        self, place: Destination, booking: Commitment | None = None
    ) -> Journey | None:
        origin = self._home(place)
        if origin is None:
            return None
        by_land = booking is not None and booked_by_land(booking)
        return self._usable(journey_from_home(origin, place, self.request, by_land=by_land))

    def _usable(self, journey: JourneyFact) -> Journey | None:
        self.legs.ledger.enter(journey, tool="getting_there", asked_by="schedule")
        found = Journey.of(journey)
        if found is None and journey.claim not in self.frame.impossible:
            self.frame.impossible.append(journey.claim)
        return found


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
