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
