"""The frame of a trip: what is fixed on each day before any activity is placed.

Arrival, departure and the ways between cities take their time first; what is left of each day is
the room that the search fills.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.atlas.airports import airport
from agents.atlas.loader import area
from agents.atlas.records import Coordinates, Destination
from planner.plan import Committed, Leg, Stop

DAY_MINUTES = 24 * 60
SETTLE_MINUTES = 30
"""Dropping the bags after an arrival."""
SMALL_HOURS = 5 * 60
"""Who arrives before five still needs a bed for that night."""


def base_of(place: Destination) -> Coordinates:
    """Where one sleeps: the centre of the area the record recommends."""
    return area(place.id, place.base).coordinates


def airport_of(place: Destination) -> Coordinates:
    """Where one lands and takes off: the main airport, or the base where none is known."""
    return airport(place.airports[0]).coordinates if place.transfers else base_of(place)


@dataclass
class DayFrame:
    """One date. `start` and `end` are minutes after local midnight; `start >= end` means full.

    `last_visit` is when the last visit has to be over; only meals and the way home come after.
    """

    date: date
    place: Destination
    start: int
    end: int
    last_visit: int
    breakfast_at: Destination | None
    sleeps: bool = True
    before: list[Leg | Committed] = field(default_factory=list)
    after: list[Leg | Committed] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.place.time_zone)

    def at(self, minute: int) -> datetime:
        """Local wall-clock time `minute` minutes after midnight of this date."""
        days, rest = divmod(minute, DAY_MINUTES)
        day = self.date + timedelta(days=days)
        return datetime.combine(day, time(rest // 60, rest % 60), self.zone)

    def minute(self, moment: datetime) -> int:
        """Wall-clock minutes from midnight of this date to `moment`, at this place."""
        local = moment.astimezone(self.zone)
        return (local.date() - self.date).days * DAY_MINUTES + local.hour * 60 + local.minute

    def close(self) -> None:
        """Leave no room on this day."""
        self.end = min(self.end, self.start)


@dataclass
class Frame:
    """The days, the stops as they come out, and what had to be assumed or cannot be."""

    days: list[DayFrame]
    stops: tuple[Stop, ...]
    assumptions: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    impossible: list[str] = field(default_factory=list)

    def day_of(self, date: date) -> DayFrame:
        return next(day for day in self.days if day.date == date)

    def eve_of(self, day: DayFrame) -> DayFrame:
        """The day before, or the first one itself."""
        return self.days[max(0, self.days.index(day) - 1)]

    def end_with(self, day: DayFrame) -> None:
        """Nobody sleeps there that night, and no later day has room."""
        day.sleeps = False
        for later in self.days[self.days.index(day) + 1 :]:
            later.close()
            later.sleeps, later.breakfast_at = False, None

    def begin_after(self, arrival: datetime, number: int) -> None:
        """Stop `number` begins at `arrival`: no room before, and no bed for a night on the way."""
        for day in self.days:
            minute = day.minute(arrival)
            if day.date < self.stops[number].arrive:
                continue
            if minute >= DAY_MINUTES:
                day.close()
                day.sleeps = day.sleeps and minute < DAY_MINUTES + SMALL_HOURS
            elif minute > 0:
                day.start = max(day.start, minute + SETTLE_MINUTES)
                if not any(isinstance(i, Leg) and i.start.date() == day.date for i in day.before):
                    day.breakfast_at = None
            if day.sleeps or minute < DAY_MINUTES:
                self._first_night(number, day.date)
                return

    def _first_night(self, number: int, arrive: date) -> None:
        """A stop begins when one is there: a night on the way belongs to none."""
        stops = list(self.stops)
        if stops[number].arrive < arrive:
            nights = max(0, (stops[number].leave - arrive).days)
            stops[number] = stops[number].model_copy(update={"arrive": arrive, "nights": nights})
            self.stops = tuple(stops)
