"""Public holidays, and opening hours on a very date."""

from __future__ import annotations

from datetime import date

from agents.atlas import dates, hours, loader
from agents.atlas.hours import Intervals
from agents.evidence import Fact, Status
from agents.tools.weather import ordered

HOLIDAYS_SOURCE = "Python holidays package: public holidays by country and region"


class HolidaysFact(Fact):
    """Public holidays from `start` to `end`, both included, with their names."""

    destination: str
    name: str
    start: date
    end: date
    days: tuple[tuple[date, str], ...]

    @property
    def key(self) -> str:
        return f"holidays/{self.destination}/{self.start}..{self.end}"

    @property
    def claim(self) -> str:
        listed = ", ".join(f"{day.day} {day:%b} {name}" for day, name in self.days)
        days = f"{self.start.day} {self.start:%b} to {self.end.day} {self.end:%b %Y}"
        return f"Public holidays in {self.name}, {days}: {listed or 'none'}"


class HoursFact(Fact):
    """When a place is open on `day`: minutes after local midnight; empty closed, None unknown."""

    destination: str
    place: str
    name: str
    day: date
    intervals: Intervals | None

    @property
    def key(self) -> str:
        return f"hours/{self.destination}/{self.place}/{self.day}"

    @property
    def claim(self) -> str:
        day = f"{self.day:%a} {self.day.day} {self.day:%b %Y}"
        return f"{self.name}: {day} {_in_words(self.intervals)}"


def clock(minute: int) -> str:
    """A minute of the day as "HH:MM"; past midnight it starts again at 00:00, and 1440 is 24:00."""
    return "24:00" if minute == hours.DAY_MINUTES else f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _in_words(intervals: Intervals | None) -> str:
    if intervals is None:
        return "hours unknown"
    if intervals == ((0, hours.DAY_MINUTES),):
        return "open all day"
    spans = (f"{clock(start)}–{clock(end)}" for start, end in intervals)
    return f"open {', '.join(spans)}" if intervals else "closed"


def holidays_fact(destination: str, start: date, end: date) -> HolidaysFact:
    """Public holidays there; raises UnknownPlace, ToolError."""
    ordered(start, end)
    place = loader.destination(destination)
    return HolidaysFact(
        destination=destination,
        name=place.name,
        start=start,
        end=end,
        days=dates.holidays_between(place.country, place.subdivision, start, end),
        sources=(HOLIDAYS_SOURCE,),
    )


def hours_fact(destination: str, place: str, day: date) -> HoursFact:
    """When `place` is open on `day`, public holidays minded; raises UnknownPlace."""
    where, activity = loader.destination(destination), loader.activity(destination, place)
    intervals = hours.open_intervals(activity.hours, day, where.country, where.subdivision)
    return HoursFact(
        destination=destination,
        place=place,
        name=activity.name,
        day=day,
        intervals=intervals,
        sources=where.sources,
        status=Status.UNVERIFIED if intervals is None else Status.VERIFIED,
        as_of=where.as_of,
    )


async def public_holidays(destination: str, start: date, end: date) -> HolidaysFact:
    """Which days are public holidays at a destination, with their names.

    destination: a destination id. start, end: ISO dates, both included, at most a year apart.
    """
    return holidays_fact(destination, start, end)


async def opening_hours(destination: str, place: str, day: date) -> HoursFact:
    """When a place is open on one date, with seasons, weekly closing days and holidays minded.

    destination: a destination id. place: a place id from find_activities. day: an ISO date.
    Answers intervals in minutes after local midnight: empty when closed, null when unknown; an end
    past 1440 is after midnight.
    """
    return hours_fact(destination, place, day)
