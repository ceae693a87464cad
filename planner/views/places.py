"""What the atlas knows of a plan's places; None where an old plan names what it no longer has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from agents.atlas import dates, hours, loader
from agents.atlas.hours import Intervals
from agents.atlas.records import Activity, Area, Destination
from agents.errors import TripartiteError
from planner.plan import Item, TripPlan
from planner.views.names import city as city


def destination(id: str) -> Destination | None:
    """The record, or None."""
    try:
        return loader.destination(id) if id in loader.destination_ids() else None
    except TripartiteError:
        return None


def place(destination_id: str, place_id: str | None) -> Activity | None:
    """The record of a place, or None."""
    where = destination(destination_id)
    found = where and next((a for a in where.activities if a.id == place_id), None)
    return found or None


def area(where: Destination, area_id: str) -> Area | None:
    """An area of a destination, or None."""
    return next((a for a in where.areas if a.id == area_id), None)


def opened(where: Destination, record: Activity, day: date) -> Intervals | None:
    """When a place is open on `day`, holidays minded; None when that is not known."""
    try:
        return hours.open_intervals(record.hours, day, where.country, where.subdivision)
    except TripartiteError:
        return None


def holiday(where: Destination, day: date) -> str:
    """The name of the public holiday that `day` is there, or ""."""
    try:
        named = dates.holidays_between(where.country, where.subdivision, day, day)
    except TripartiteError:
        return ""
    return named[0][1] if named else ""


def price(where: Destination, record: Activity, code: str) -> tuple[Decimal, Decimal, str]:
    """What one adult pays: low, high and the currency: `code`, or the local one without a rate."""
    low, high = (Decimal(str(end)) for end in record.price)
    local = code
    try:
        local = loader.country(where.country).currency
        return loader.convert(low, local, code), loader.convert(high, local, code), code
    except TripartiteError:
        return low, high, local


def items(plan: TripPlan) -> Iterator[tuple[int, int, Item]]:
    """Every item with the indices of its day and of itself."""
    for number, day in enumerate(plan.days):
        for index, item in enumerate(day.items):
            yield number, index, item
