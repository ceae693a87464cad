"""The plan as a calendar file (RFC 5545): what one has to be at, at which time."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from agents.atlas.vocabulary import Mode
from planner.export.outline import Outline, Row, money, verdict
from planner.plan import Committed, Cost, Day, Item, Leg, Meal, Stop, TripPlan, Visit
from planner.views import places
from planner.views.names import city, country

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Tripartite//Trip plan//EN"
NAMESPACE = uuid.UUID("6f1f7c52-0d7b-5b0e-9c55-3c1b9f0a7d21")
"""Under it every item has its UID; it must never change."""
UNDATED = date(1970, 1, 1)
JOURNEYS = ("journey/", "transfer/")
"""How the evidence begins for a way between cities, or to and from an airport."""
HOW_SURE = {
    "✓": "How sure: from a record",
    "≈": "How sure: an estimate",
    "?": "How sure: unverified, check before you go",
}
"""A row's mark in words."""


def calendar(plan: TripPlan) -> str:
    """The plan as iCalendar text: visits, meals at real places, journeys, what is fixed, and an
    all-day event for each stop. The same plan gives the same text.

    Times are in UTC, with the local time in words: that alone is right in every calendar. Google
    and Apple go by the zone's name, but Outlook makes up a zone from the yearly rules of a
    VTIMEZONE, ignores single dates of change, and is then an hour off in summer. Nothing here
    recurs, so a moment in UTC says all; a phone shows it in the time of the place where it is.
    """
    from icalendar import Calendar, vText

    book = Calendar()
    book.add("version", "2.0")
    book.add("prodid", PRODUCT)
    book.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):  # RFC 7986, and what came before it
        book.add(name, vText(plan.summary))  # as vText, or these two would not be escaped
    for event in _Events(plan).all():
        book.add_component(event)
    text: str = book.to_ical().decode()
    return text


@dataclass
class _Events:
    plan: TripPlan
    _used: Counter[str] = field(default_factory=Counter)

    def all(self) -> Iterator[Event]:
        outline = Outline(self.plan)
        for stop in self.plan.stops:
            yield self._stop(stop)
        for day in self.plan.days:
            for item, row in zip(day.items, outline.rows(day), strict=True):
                if _belongs(item):
                    yield self._item(day, item, row)

    def _stop(self, stop: Stop) -> Event:
        record = places.destination(stop.destination)
        nights = "1 night" if stop.nights == 1 else f"{stop.nights} nights"
        return self._event(
            key=("stop", stop.destination),
            summary=stop.name,
            start=stop.arrive,
            end=stop.leave + timedelta(days=1),  # an all-day event ends before its DTEND
            category="stop",
            location=self._city(stop.destination),
            geo=record.coordinates if record else None,
            description=[nights, self.plan.summary, verdict(self.plan)],
            transp="TRANSPARENT",  # the traveller is not busy all day
        )

    def _item(self, day: Day, item: Item, row: Row) -> Event:
        return self._event(
            key=_key(day, item),
            summary=item.title,
            start=item.start.astimezone(UTC),
            end=item.end.astimezone(UTC),
            category=item.kind,
            location=item.origin if isinstance(item, Leg) else self._location(item),
            geo=item.from_coordinates if isinstance(item, Leg) else item.coordinates,
            description=[
                f"{row.start}–{row.end}, local time{_at_each_end(item)}",
                row.detail,
                _price(item.cost),
                "" if isinstance(item, Committed) else HOW_SURE.get(row.mark, ""),
            ],
        )

    def _location(self, item: Item) -> str:
        if item.place_id is None:
            return self._city(item.destination)
        record = places.place(item.destination, item.place_id)
        return f"{record.name if record else item.title}, {self._city(item.destination)}"

    def _city(self, id: str) -> str:
        name, record = city(self.plan, id), places.destination(id)
        return f"{name}, {country(record.country)}" if record else name

    def _event(
        self,
        *,
        key: Iterable[str],
        start: date,
        end: date,
        category: str,
        geo: tuple[float, float] | None,
        description: Iterable[str],
        **texts: str,
    ) -> Event:
        from icalendar import Event

        event = Event()
        event.add("uid", self._uid(key))
        event.add("dtstamp", self._stamp())
        event.add("dtstart", start)
        if end > start:  # a moment has no end
            event.add("dtend", end)
        event.add("categories", [category])
        optional: dict[str, Any] = {
            **texts,
            "geo": geo,
            "description": "\n".join(line for line in description if line),
        }
        for name, value in optional.items():
            if value:
                event.add(name, value)
        return event

    def _uid(self, key: Iterable[str]) -> str:
        """The same for the same item of this trip, however often it is planned anew.

        A calendar that takes the file again finds what it has and updates it.
        """
        name = "|".join((self.plan.request.dates.start.isoformat(), *key))
        self._used[name] += 1
        number = self._used[name]
        return str(uuid.uuid5(NAMESPACE, name if number == 1 else f"{name}|{number}"))

    def _stamp(self) -> datetime:
        """When what the plan rests on was last revised, which is what DTSTAMP means in a file.

        Not the time of writing: the same plan is to give the same bytes.
        """
        latest = max((e.as_of for e in self.plan.evidence if e.as_of), default=UNDATED)
        return datetime.combine(latest, time(), UTC)


def _belongs(item: Item) -> bool:
    """Whether one has to be somewhere on time: no walks, no free time, no meal just anywhere."""
    match item:
        case Visit() | Committed():
            return True
        case Meal():
            return item.place_id is not None
        case Leg():
            return item.mode is Mode.FLIGHT or any(e.startswith(JOURNEYS) for e in item.evidence)
        case _:
            return False


def _key(day: Day, item: Item) -> tuple[str, ...]:
    """What makes the item this one: a visit may move and a dinner go elsewhere, and be the same."""
    match item:
        case Meal():
            return (item.kind, day.date.isoformat(), item.meal)
        case Leg():
            return (item.kind, item.origin, item.target)
        case _:
            return (item.kind, item.destination, item.place_id or item.title)


def _at_each_end(item: Item) -> str:
    return " at each end" if item.start.utcoffset() != item.end.utcoffset() else ""


def _price(cost: Cost | None) -> str:
    if cost is None:
        return ""
    if cost.high == 0:
        return "Free"
    low, expected, high = (money(x, cost.currency) for x in (cost.low, cost.expected, cost.high))
    dated = f" as of {cost.as_of}" if cost.as_of else ""
    return f"About {expected} for everybody ({low} to {high}), an estimate{dated}"
