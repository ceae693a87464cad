"""Usual weather and daylight."""

from __future__ import annotations

from calendar import month_name, monthrange
from collections import Counter
from datetime import date, datetime, timedelta

from agents.atlas import dates, loader
from agents.errors import ToolError
from agents.evidence import Fact

MAX_DAYS = 366
SUN_SOURCE = "astral: sunrise and sunset by NOAA's equations"


class ClimateFact(Fact):
    """Usual weather from `start` to `end`: mean daily high and low in °C, rain in mm a month."""

    destination: str
    name: str
    start: date
    end: date
    high_c: float
    low_c: float
    rain_mm: float

    @property
    def key(self) -> str:
        one_month = (self.start.year, self.start.month) == (self.end.year, self.end.month)
        when = f"{self.start:%Y-%m}" if one_month else f"{self.start}..{self.end}"
        return f"climate/{self.destination}/{when}"

    @property
    def claim(self) -> str:
        first, last = month_name[self.start.month], month_name[self.end.month]
        months = first if first == last else f"{first} to {last}"
        return (
            f"{self.name} in {months}: usually up to {self.high_c:.0f} °C by day, "
            f"{self.low_c:.0f} °C at night, {self.rain_mm:.0f} mm of rain a month"
        )


class SunFact(Fact):
    """Sunrise and sunset in local time; both None on a polar day or night."""

    destination: str
    name: str
    day: date
    rise: datetime | None
    set: datetime | None
    up_all_day: bool = False

    @property
    def key(self) -> str:
        return f"sun/{self.destination}/{self.day}"

    @property
    def claim(self) -> str:
        when = f"{self.name}, {self.day.day} {self.day:%b %Y}"
        if self.rise is None or self.set is None:
            return f"{when}: the sun {'does not set' if self.up_all_day else 'does not rise'}"
        return f"{when}: sunrise {self.rise:%H:%M}, sunset {self.set:%H:%M}"


def ordered(start: date, end: date) -> None:
    """Raises ToolError unless `start` to `end` is a stretch of at most a year."""
    if end < start:
        raise ToolError(f"end {end} is before start {start}; swap them")
    if (end - start).days >= MAX_DAYS:
        raise ToolError(f"{start} to {end} is more than a year; ask for less")


def climate_fact(destination: str, start: date, end: date) -> ClimateFact:
    """Monthly normals, weighted by the days in each month; raises UnknownPlace, ToolError."""
    ordered(start, end)
    place = loader.destination(destination)
    if (start.year, start.month) == (end.year, end.month):
        start, end = start.replace(day=1), end.replace(day=monthrange(end.year, end.month)[1])
    days = Counter((start + timedelta(days=n)).month for n in range((end - start).days + 1))

    def mean(monthly: tuple[float, ...]) -> float:
        return round(sum(monthly[month - 1] * n for month, n in days.items()) / days.total(), 1)

    return ClimateFact(
        destination=destination,
        name=place.name,
        start=start,
        end=end,
        high_c=mean(place.climate.high_c),
        low_c=mean(place.climate.low_c),
        rain_mm=mean(place.climate.rain_mm),
        sources=(place.climate.source,),
    )


def sun_fact(destination: str, day: date) -> SunFact:
    """Sunrise and sunset there on `day`; raises UnknownPlace."""
    place = loader.destination(destination)
    sun = dates.sun(place.coordinates, place.time_zone, day)
    return SunFact(
        destination=destination,
        name=place.name,
        day=day,
        rise=sun.rise,
        set=sun.set,
        up_all_day=sun.up_all_day,
        sources=(SUN_SOURCE,),
    )


async def climate(destination: str, start: date, end: date) -> ClimateFact:
    """The usual weather at a destination: mean daily high and low in °C, rain in mm a month.

    destination: a destination id. start, end: ISO dates, both included. These are normals of many
    years, not a forecast.
    """
    return climate_fact(destination, start, end)


async def sun_times(destination: str, day: date) -> SunFact:
    """When the sun rises and sets at a destination on one day, in local time.

    destination: a destination id. day: an ISO date.
    """
    return sun_fact(destination, day)
