"""Everything the agents found, in the plan or not, to filter and sort."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from agents.atlas.records import Activity, Coordinates, Destination
from agents.text import clean_line, short_date
from planner.plan import Committed, Item, LeftOut, Meal, TripPlan, Unverified, Visit
from planner.views import places
from planner.views.words import (
    STEP_FREE_WORDS,
    crowd_words,
    hours_words,
    moment,
    money_range,
    spaced,
)

PLANNED, LEFT_OUT, UNVERIFIED = "planned", "left out", "unverified, never planned"

SHORT_REASONS = MappingProxyType(
    {
        "closed": "closed then",
        "unreachable": "too far",
        "no_time": "no time left",
        "walk_limit": "too much walking",
        "category_limit": "enough like it",
        "budget": "too dear",
        "no_meal": "no meal near it",
        "ruled_out": "ruled out",
        "never": "not wanted",
        "step_free": "not step-free",
        "children": "not for children",
    }
)
"""Of each code of a reason; at most 16 columns, as wide as a day and a time."""


@dataclass(frozen=True)
class FoundActivity:
    """One place that was found. What is not known of it is None or ""."""

    name: str
    destination: str
    """The destination's id."""
    city: str
    state: str
    """ "planned", "left out", or "unverified, never planned"."""
    order: int = 0
    """As listed: planned by day and time, then left out as the plan lists them, then unverified."""
    in_plan: bool = False
    day: int | None = None
    """Index of the day in the plan."""
    item: int | None = None
    """Index of the item in that day."""
    start: datetime | None = None
    when: str = ""
    """ "Thu 13 May 09:42"."""
    why: str = ""
    why_not: str = ""
    short: str = ""
    """Why not in two or three words: "too dear"."""
    kind: str = ""
    price_low: Decimal | None = None
    """One adult, in `currency`, an estimate."""
    price_high: Decimal | None = None
    currency: str = ""
    price: str = ""
    """ "€10–15", "free", or ""."""
    hours: str = ""
    """On its day, or on the days of the trip that are spent there."""
    minutes: int | None = None
    crowd: float | None = None
    """0 hardly anyone, 1 a queue round the block."""
    crowd_words: str = ""
    step_free: str = ""
    indoor: bool | None = None
    area: str = ""
    interests: tuple[str, ...] = ()
    proposed_by: tuple[str, ...] = ()
    place_id: str | None = None
    coordinates: Coordinates | None = None


def activities(plan: TripPlan) -> tuple[FoundActivity, ...]:
    """Everything found, as listed."""
    rows = [_planned(plan, d, i, item) for d, i, item in places.items(plan) if _is_place(item)]
    there = {(row.destination, row.place_id) for row in rows}
    rows += [_left_out(plan, x) for x in plan.left_out if (x.destination, x.place_id) not in there]
    rows += [_unverified(plan, x) for x in plan.unverified]
    return tuple(replace(row, order=n) for n, row in enumerate(rows))


def _is_place(item: Item) -> bool:
    return isinstance(item, Visit) or (
        isinstance(item, (Meal, Committed)) and item.place_id is not None
    )


def _planned(plan: TripPlan, day: int, index: int, item: Item) -> FoundActivity:
    record = places.place(item.destination, item.place_id)
    row = FoundActivity(
        name=record.name if record else item.title,
        destination=item.destination,
        city=places.city(plan, item.destination),
        state=PLANNED,
        in_plan=True,
        day=day,
        item=index,
        start=item.start,
        when=moment(item.start),
        why=item.reason,
        kind="visit" if isinstance(item, Visit) else "food" if isinstance(item, Meal) else "fixed",
        proposed_by=tuple(map(clean_line, item.proposed_by)),
        place_id=item.place_id,
        coordinates=item.coordinates,
    )
    return _with_record(plan, row, (plan.days[day].date,))


def _left_out(plan: TripPlan, left: LeftOut) -> FoundActivity:
    row = FoundActivity(
        name=left.name,
        destination=left.destination,
        city=places.city(plan, left.destination),
        state=LEFT_OUT,
        why_not=left.detail,
        short=SHORT_REASONS.get(left.reason, left.detail),
        proposed_by=tuple(map(clean_line, left.proposed_by)),
        place_id=left.place_id,
    )
    return _with_record(plan, row, tuple(d.date for d in plan.days if d.stop == left.destination))


def _unverified(plan: TripPlan, named: Unverified) -> FoundActivity:
    """Named as "destination/place" by the merge, or freely."""
    where, slash, name = named.name.partition("/")
    known = bool(slash) and places.destination(where) is not None
    return FoundActivity(
        name=spaced(name) if known else named.name,
        destination=where if known else "",
        city=places.city(plan, where) if known else "",
        state=UNVERIFIED,
        why_not=named.why,
        short="unverified",
        proposed_by=(clean_line(named.named_by),),
    )


def _with_record(plan: TripPlan, row: FoundActivity, days: tuple[date, ...]) -> FoundActivity:
    """`row` with what the atlas knows of the place."""
    where, record = places.destination(row.destination), places.place(row.destination, row.place_id)
    if where is None or record is None:
        return row
    low, high, currency = places.price(where, record, plan.costs.currency)
    area = places.area(where, record.area)
    return replace(
        row,
        kind=spaced(record.kind.value),
        price_low=low,
        price_high=high,
        currency=currency,
        price="free" if high == 0 else money_range(low, high, currency),
        hours=_hours(where, record, days),
        minutes=record.minutes,
        crowd=record.popularity,
        crowd_words=crowd_words(record.popularity),
        step_free=STEP_FREE_WORDS[record.step_free],
        indoor=record.indoor,
        area=area.name if area else spaced(record.area),
        interests=tuple(spaced(i.value) for i in record.interests),
        coordinates=record.coordinates,
    )


def _hours(where: Destination, record: Activity, days: tuple[date, ...]) -> str:
    """ "open 10:00–18:00", or by date where they differ: "Thu 13 May closed; Fri 14 May open …"."""
    by_words: dict[str, list[date]] = {}
    for day in days:
        by_words.setdefault(hours_words(places.opened(where, record, day)), []).append(day)
    if len(by_words) == 1:
        return next(iter(by_words))
    return "; ".join(f"{', '.join(map(short_date, on))} {words}" for words, on in by_words.items())


def plain(text: str) -> str:
    """`text` without accents and in lower case, to compare by."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in split if not unicodedata.combining(c))


def filter_activities(rows: Iterable[FoundActivity], text: str) -> tuple[FoundActivity, ...]:
    """The rows in which every word of `text` occurs, accents and case aside."""
    words = plain(text).split()
    return tuple(row for row in rows if _matches(row, words))


def _matches(row: FoundActivity, words: list[str]) -> bool:
    said = (row.name, row.kind, row.city, row.area, row.state, row.why, row.why_not, row.price)
    text = plain(" ".join((*said, *row.interests, *row.proposed_by)))
    return all(word in text for word in words)


def _by_day(row: FoundActivity) -> Any:
    return (row.day is None, row.day or 0, row.order)


def _by_price(row: FoundActivity) -> Any:
    unknown = row.price_high is None or row.price_low is None
    return (unknown, (row.price_low or 0) + (row.price_high or 0), row.order)


SORTS: Mapping[str, Callable[[FoundActivity], Any]] = MappingProxyType(
    {
        "listed": lambda row: row.order,
        "day": _by_day,
        "name": lambda row: (plain(row.name), row.order),
        "kind": lambda row: (row.kind == "", plain(row.kind), row.order),
        "price": _by_price,
        "crowd": lambda row: (row.crowd is None, row.crowd or 0.0, row.order),
    }
)
"""Keys for `sorted`; "crowd" has the quietest first, "price" the cheapest."""
