"""Turns routes into the items of each day: visits, meals, the ways between, nights, free time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from agents.atlas.loader import area
from agents.atlas.local import way_within
from agents.atlas.records import Destination
from agents.atlas.vocabulary import Mode
from agents.evidence import Fact, Ledger, SaidByTraveller
from agents.request import TripRequest
from agents.tools import (
    costs_fact,
    destination_fact,
    hours_fact,
    travel_fact,
)
from planner.candidates import Candidate
from planner.frame import DayFrame, Frame
from planner.openings import Fixture
from planner.orienteering import Entry, Solution
from planner.pace import walk_limit
from planner.plan import Committed, Day, Free, Item, Leg, Meal, Stay, Visit
from planner.prices import Pricing
from planner.problem import TripProblem
from planner.tables import MEAL_MINUTES, Gap, Seat, Spot, Tables

BREAKFAST_MINUTES = 45
FREE_FROM_MINUTES = 45
"""Shorter gaps are just slack."""
NIGHT_FROM = 22 * 60
LAST_MINUTE = 24 * 60 - 1


@dataclass
class DayWriter:
    """Writes one day after the other, each from where one wakes to where one sleeps."""

    request: TripRequest
    frame: Frame
    trip: TripProblem
    solution: Solution
    tables: Tables
    pricing: Pricing
    ledger: Ledger

    def write(self) -> tuple[Day, ...]:
        days = [self._day(n, day) for n, day in enumerate(self.frame.days)]
        return tuple(self._with_night(days, n) for n in range(len(days)))

    def _day(self, number: int, frame: DayFrame) -> Day:
        items: list[Item] = []
        self._breakfast(frame, items)
        items += frame.before
        here = self._base(frame.place)
        route = self.solution.routes[number]
        self.tables.spare_steps = walk_limit(self.request) - self._walked(number)
        for position, entry in enumerate(route):
            following = route[position + 1 :]
            if entry.stop is None:
                here = self._meal(number, frame, entry, following, here, items)
            else:
                here = self._stop(frame, entry, here, items)
        if items:
            self._go(frame, here, self._base(frame.place), items, leave=items[-1].end)
        items += frame.after
        return Day(date=frame.date, stop=frame.place.id, items=tuple(items))

    def _walked(self, number: int) -> int:
        """Minutes on foot of a route as the search left it."""
        day, walk = self.trip.problem.days[number], self.trip.problem.walk
        spots = [e.stop for e in self.solution.routes[number] if e.stop is not None]
        ways = pairwise((day.origin, *spots, day.destination))
        return sum(walk[a][b] for a, b in ways) if walk else 0

    def _base(self, place: Destination) -> Spot:
        return Spot.of(area(place.id, place.base))

    def _breakfast(self, frame: DayFrame, items: list[Item]) -> None:
        place = frame.breakfast_at
        if place is None:
            return
        first = frame.before[0] if frame.before else None
        end = first.start if first else frame.at(frame.start)
        end = end.astimezone(ZoneInfo(place.time_zone))
        if frame.after and frame.after[0].start < end:
            return
        base = self._base(place)
        items.append(
            Meal(
                start=end - timedelta(minutes=BREAKFAST_MINUTES),
                end=end,
                title=f"Breakfast near {base.name}",
                destination=place.id,
                coordinates=base.coordinates,
                meal="breakfast",
                area=base.name,
                cost=self.pricing.meal(place, "breakfast"),
                evidence=self._meal_evidence(place),
            )
        )

    def _meal_evidence(self, place: Destination) -> tuple[str, ...]:
        price = self._enter(costs_fact(place.id, self.pricing.tier, self.pricing.currency), "costs")
        if not self.request.needs.diets:
            return (price,)
        return price, self._enter(destination_fact(place.id), "destination_facts")

    def _enter(self, fact: Fact, tool: str) -> str:
        return self.ledger.enter(fact, tool=tool, asked_by="schedule")

    def _stop(self, frame: DayFrame, entry: Entry, here: Spot, items: list[Item]) -> Spot:
        assert entry.stop is not None
        number, start = entry.stop, frame.at(entry.start)
        if number < len(self.trip.candidates):
            candidate = self.trip.candidates[number]
            spot = Spot.of(candidate.activity)
            self._go(frame, here, spot, items, arrive=start)
            items.append(self._visit(frame, candidate, start))
            return spot
        fixture = self.trip.fixtures[number - len(self.trip.candidates)]
        spot = Spot.of(fixture.place) if fixture.place else self._base(frame.place)
        self._go(frame, here, spot, items, arrive=start)
        items.append(self._committed(frame, fixture, start))
        return spot

    def _visit(self, frame: DayFrame, candidate: Candidate, start: datetime) -> Visit:
        place = candidate.activity
        hours = hours_fact(frame.place.id, place.id, frame.date)
        return Visit(
            start=start,
            end=start + timedelta(minutes=place.minutes),
            title=place.name,
            destination=frame.place.id,
            place_id=place.id,
            coordinates=place.coordinates,
            cost=self.pricing.entry(frame.place, place),
            evidence=tuple(
                dict.fromkeys((*candidate.evidence, self._enter(hours, "opening_hours")))
            ),
            reason=candidate.reason,
            proposed_by=candidate.proposed_by,
        )

    def _committed(self, frame: DayFrame, fixture: Fixture, start: datetime) -> Committed:
        commitment = fixture.commitment
        said = SaidByTraveller(subject=commitment.label, words=commitment.label)
        return Committed(
            start=start,
            end=start + timedelta(minutes=max(commitment.minutes, 1)),
            title=commitment.label,
            destination=frame.place.id,
            place_id=fixture.place.id if fixture.place else None,
            coordinates=fixture.coordinates,
            evidence=(self._enter(said, "request"),),
        )

    def _meal(
        self,
        number: int,
        frame: DayFrame,
        entry: Entry,
        following: Sequence[Entry],
        here: Spot,
        items: list[Item],
    ) -> Spot:
        assert entry.brk is not None
        name = self.trip.meals[number][entry.brk]
        brk = self.trip.problem.days[number].breaks[entry.brk]
        free_from = frame.minute(items[-1].end) if items else frame.start
        free_from = max(free_from, frame.start)
        target, latest_end = self._next(frame, following)
        gap = Gap(name, here, target, free_from, latest_end, brk.window, entry.start)
        seat = self.tables.seat(frame, gap)
        start = frame.at(seat.start)
        if seat.table is None:
            self._go(frame, here, seat.spot, items, leave=frame.at(free_from))
        else:
            self._go(frame, here, seat.spot, items, arrive=start)
        items.append(self._meal_item(frame, name, start, seat))
        return seat.spot

    def _next(self, frame: DayFrame, following: Sequence[Entry]) -> tuple[Spot | None, int]:
        """Where one has to be after this meal, and when; None when another meal comes first."""
        if not following:
            return self._base(frame.place), frame.end
        entry = following[0]
        if entry.stop is None:
            return None, 0
        count = len(self.trip.candidates)
        if entry.stop < count:
            return Spot.of(self.trip.candidates[entry.stop].activity), entry.start
        fixture = self.trip.fixtures[entry.stop - count]
        return (Spot.of(fixture.place) if fixture.place else self._base(frame.place)), entry.start

    def _meal_item(self, frame: DayFrame, name: str, start: datetime, seat: Seat) -> Meal:
        evidence, table = self._meal_evidence(frame.place), seat.table
        if table is not None:
            hours = hours_fact(frame.place.id, table.activity.id, frame.date)
            evidence = (*table.evidence, self._enter(hours, "opening_hours"), *evidence)
        return Meal(
            start=start,
            end=start + timedelta(minutes=MEAL_MINUTES[name]),
            title=seat.title(name),
            destination=frame.place.id,
            place_id=table.activity.id if table else None,
            coordinates=seat.spot.coordinates,
            meal=name,
            area=seat.spot.name,
            cost=self.pricing.meal(frame.place, name, table.activity if table else None),
            evidence=tuple(dict.fromkeys(evidence)),
            reason=table.reason if table else "",
            proposed_by=table.proposed_by if table else (),
        )

    def _go(
        self,
        frame: DayFrame,
        here: Spot,
        target: Spot,
        items: list[Item],
        *,
        arrive: datetime | None = None,
        leave: datetime | None = None,
    ) -> None:
        """The way from `here` to `target`, in time to `arrive`; nothing when one is there."""
        way = way_within(frame.place, here.coordinates, target.coordinates)
        if way.minutes == 0:
            return
        length = timedelta(minutes=way.minutes)
        start = leave if leave is not None else (arrive or frame.at(frame.start)) - length
        fact = travel_fact(frame.place.id, here.id, target.id)
        walking = way.mode is Mode.WALK
        items.append(
            Leg(
                start=start,
                end=start + length,
                title=f"{'Walk' if walking else 'Ride'} to {target.name}",
                destination=frame.place.id,
                mode=way.mode,
                origin=here.name,
                target=target.name,
                from_coordinates=here.coordinates,
                to_coordinates=target.coordinates,
                km=round(way.km, 2),
                walk_minutes=way.walk_minutes,
                cost=None if walking else self.pricing.ride(frame.place, way.mode, way.km),
                evidence=(self._enter(fact, "travel_time"),),
            )
        )

    def _with_night(self, days: Sequence[Day], number: int) -> Day:
        """The day in order, with its free time and its night."""
        day, frame = days[number], self.frame.days[number]
        items = sorted(day.items, key=lambda i: i.start)
        if frame.sleeps:
            morning = frame.at(24 * 60 + 8 * 60)
            later = [i for d in days[number + 1 :] for i in d.items]
            if later:
                morning = min(i.start for i in later)
            ends = (i.end for d in days[: number + 1] for i in d.items)
            night = max(frame.at(NIGHT_FROM), *ends)
            base = self._base(frame.place)
            items.append(
                Stay(
                    start=night,
                    end=max(morning, night + timedelta(minutes=1)),
                    title=f"Night in {base.name}, {frame.place.name}",
                    destination=frame.place.id,
                    coordinates=base.coordinates,
                    cost=self.pricing.night(frame.place),
                    evidence=(
                        self._enter(
                            costs_fact(frame.place.id, self.pricing.tier, self.pricing.currency),
                            "costs",
                        ),
                    ),
                )
            )
        elif items and frame.end > frame.start and not frame.after:
            until = frame.at(min(frame.end, LAST_MINUTE))
            if until - items[-1].end >= timedelta(minutes=FREE_FROM_MINUTES):
                items.append(self._free(frame, items[-1].end, until))
        filled: list[Item] = []
        for item in items:
            if filled and item.start - filled[-1].end >= timedelta(minutes=FREE_FROM_MINUTES):
                filled.append(self._free(frame, filled[-1].end, item.start))
            filled.append(item)
        return day.model_copy(update={"items": tuple(filled)})

    def _free(self, frame: DayFrame, start: datetime, end: datetime) -> Free:
        return Free(start=start, end=end, title="Free time", destination=frame.place.id)
