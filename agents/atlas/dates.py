"""Public holidays, sunrise and sunset, time zones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agents.atlas.records import Coordinates
from agents.errors import UnknownPlace


class Sun(NamedTuple):
    """Sunrise and sunset in local time; both None when the sun stays up or down all day."""

    rise: datetime | None
    set: datetime | None
    up_all_day: bool = False


@lru_cache(maxsize=512)
def _holidays(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    import holidays

    try:
        known = holidays.country_holidays(country, subdiv=subdivision, years=year, language="en_US")
    except NotImplementedError as error:
        where = f"{country}-{subdivision}" if subdivision else country
        raise UnknownPlace(
            f"no public holidays known for {where!r}; "
            "give an ISO 3166 code, without a region if need be"
        ) from error
    return dict(known.items())


def is_holiday(country: str, subdivision: str | None, day: date) -> bool:
    """Whether `day` is a public holiday there."""
    return day in _holidays(country, subdivision, day.year)


def holidays_between(
    country: str, subdivision: str | None, start: date, end: date
) -> tuple[tuple[date, str], ...]:
    """Public holidays from `start` to `end`, both included, by date; English names where known.

    `country` is an ISO 3166-1 code, `subdivision` the part after the dash of an ISO 3166-2 one.
    Raises UnknownPlace.
    """
    years = range(start.year, end.year + 1)
    known = (item for year in years for item in _holidays(country, subdivision, year).items())
    return tuple(sorted((day, name) for day, name in known if start <= day <= end))


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The IANA time zone `name`; raises UnknownPlace."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownPlace(f"no time zone {name!r}; use a name like Europe/Lisbon") from error


@lru_cache(maxsize=4096)
def sun(coordinates: Coordinates, time_zone: str, day: date) -> Sun:
    """Sunrise and sunset on `day` (NOAA's equations, by astral, to about a minute)."""
    from astral import Observer
    from astral.sun import elevation, noon, sunrise, sunset

    place, tz = Observer(*coordinates), zone(time_zone)
    try:
        return Sun(sunrise(place, day, tzinfo=tz), sunset(place, day, tzinfo=tz))
    except ValueError:
        midday = noon(place, day, tzinfo=tz)
        return Sun(None, None, up_all_day=elevation(place, midday) > 0)
