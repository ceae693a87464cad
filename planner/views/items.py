"""One item of a plan, looked at closely, and the head of a day."""

from __future__ import annotations

from calendar import month_name
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agents.atlas import dates
from agents.atlas.records import Activity, Coordinates, Destination
from agents.atlas.vocabulary import Mode
from agents.errors import TripartiteError
from planner.plan import Committed, Free, Item, Leg, Meal, Stay, TripPlan, Visit
from planner.views import places
from planner.views.grounds import Ground, Link, grounds, map_link, source_links, wikidata_link
from planner.views.slots import SlotAlternative, alternatives
from planner.views.words import (
    STEP_FREE_WORDS,
    agents_words,
    hours_words,
    length,
    long_date,
    money,
    money_range,
    people,
    spaced,
    span,
    way_words,
)

__all__ = ["DayHead", "ItemDetail", "SlotAlternative", "day_head", "item_detail"]


@dataclass(frozen=True)
class ItemDetail:
    """All there is to tell of one item. Texts are one line, "" where there is nothing to say."""

    kind: str
    """The item's kind in the plan: "visit", "meal", "leg", "stay", "commitment", "free"."""
    title: str
    when: str
    """ "Thu 13 May, 09:56–10:46, 50 min"."""
    kind_words: str
    why: str
    about: str
    hours: str
    """ "open 09:00–18:30", "closed" or "not known" on that very date; "" where hours mean nothing."""
    holiday: str
    """The public holiday's name, if it is one."""
    cost: tuple[str, ...]
    area: str
    step_free: str
    book_ahead: bool
    proposed_by: str
    rests_on: tuple[Ground, ...]
    links: tuple[Link, ...]
    alternatives: tuple[SlotAlternative, ...]


@dataclass(frozen=True)
class DayHead:
    """What stands above a day."""

    day: int
    date: str
    """ "Thu 13 May 2027"."""
    city: str
    theme: str
    cost: str
    """What is expected, "€312"; "" when nothing is paid that day."""
    places: int
    walking_minutes: int
    weather: str
    sun: str
    """ "sunrise 06:21, sunset 20:42"."""
    holiday: str


def item_detail(plan: TripPlan, day_index: int, item_index: int) -> ItemDetail:
    """The item at `plan.days[day_index].items[item_index]`; raises IndexError."""
    day = plan.days[day_index]
    item = day.items[item_index]
    where, record = (
        places.destination(item.destination),
        places.place(item.destination, item.place_id),
    )
    rests_on = grounds(plan, item.evidence)
    return ItemDetail(
        kind=item.kind,
        title=item.title,
        when=span(item.start, item.end),
        kind_words=_kind(item, record),
        why=item.reason,
        about=_about(item, where, record),
        hours=_hours(item, where, record, day.date, rests_on),
        holiday=places.holiday(where, day.date) if where else "",
        cost=_cost(plan, item, record),
        area=_area(item, where, record),
        step_free=STEP_FREE_WORDS[record.step_free] if record else "",
        book_ahead=record.book_ahead if record else False,
        proposed_by=agents_words(item.proposed_by),
        rests_on=rests_on,
        links=_links(plan, item, record, rests_on),
        alternatives=alternatives(plan, day_index, item_index),
    )


def _kind(item: Item, record: Activity | None) -> str:
    match item:
        case Meal():
            return item.meal
        case Leg():
            return way_words(item)
        case Stay():
            return "night"
        case Committed():
            return "fixed by you"
        case Free():
            return "free time"
        case _:
            return spaced(record.kind.value) if record else "visit"


def _about(item: Item, where: Destination | None, record: Activity | None) -> str:
    if isinstance(item, Leg):
        walk = f", {length(item.walk_minutes)} of it on foot" if _partly_walked(item) else ""
        carbon = f", {item.kg_co2e:.0f} kg CO₂e a person" if item.kg_co2e else ""
        return f"{item.origin} to {item.target}: {item.km:.1f} km{walk}{carbon}"
    if record is not None:
        return record.why
    base = places.area(where, where.base) if where and isinstance(item, Stay) else None
    return base.character if base else ""


def _partly_walked(leg: Leg) -> bool:
    return leg.mode is not Mode.WALK and leg.walk_minutes > 0


def _hours(
    item: Item,
    where: Destination | None,
    record: Activity | None,
    day: date,
    rests_on: tuple[Ground, ...],
) -> str:
    if item.place_id is None:
        return ""
    if where is not None and record is not None:
        return hours_words(places.opened(where, record, day))
    told = (g.claim.partition(" open ") for g in rests_on)
    known = next((hours for _, found, hours in told if found and hours[:1].isdigit()), "")
    return f"open {known}" if known else "not known"


def _cost(plan: TripPlan, item: Item, record: Activity | None) -> tuple[str, ...]:
    cost = item.cost
    if cost is None:
        free = isinstance(item, Visit) and record is not None and record.price[1] == 0
        return ("free",) if free else ()
    party = people(plan.request)
    dated = f", as of {cost.as_of}" if cost.as_of else ""
    return (
        f"{money_range(cost.low, cost.high, cost.currency)} for {party}",
        f"about {money(cost.expected, cost.currency)} expected: an estimate{dated}",
    )


def _area(item: Item, where: Destination | None, record: Activity | None) -> str:
    area_id = record.area if record else where.base if where and isinstance(item, Stay) else None
    area = places.area(where, area_id) if where and area_id else None
    if area is not None:
        return area.name
    return item.area if isinstance(item, Meal) else ""


def _links(
    plan: TripPlan, item: Item, record: Activity | None, rests_on: tuple[Ground, ...]
) -> tuple[Link, ...]:
    at = _end(plan, item) if isinstance(item, Leg) else item.coordinates
    own = [map_link(at)] if at else []
    if record is not None and record.wikidata:
        own.append(wikidata_link(record.wikidata))
    return (*own, *source_links(rests_on))


def _end(plan: TripPlan, leg: Leg) -> Coordinates | None:
    """Where a way ends; None for one home by land, as home may be known by its airport alone."""
    origin = plan.request.origin
    if origin is not None and leg.mode is not Mode.FLIGHT:
        return None if leg.to_coordinates == origin.coordinates else leg.to_coordinates
    return leg.to_coordinates


def day_head(plan: TripPlan, day_index: int) -> DayHead:
    """The head of `plan.days[day_index]`; raises IndexError."""
    day = plan.days[day_index]
    where = places.destination(day.stop)
    costs = [i.cost.expected for i in day.items if i.cost]
    return DayHead(
        day=day_index,
        date=long_date(day.date),
        city=places.city(plan, day.stop),
        theme=day.theme,
        cost=money(sum(costs, Decimal(0)), plan.costs.currency) if costs else "",
        places=sum(isinstance(i, Visit) for i in day.items),
        walking_minutes=sum(i.walk_minutes for i in day.items if isinstance(i, Leg)),
        weather=_weather(where, day.date) if where else "",
        sun=_sun(where, day.date) if where else "",
        holiday=places.holiday(where, day.date) if where else "",
    )


def _weather(where: Destination, day: date) -> str:
    """Monthly normals; rain a day is the month's share, so that nobody reads it as a forecast."""
    climate, month = where.climate, day.month - 1
    return (
        f"{month_name[day.month]} is usually {climate.low_c[month]:.0f} to "
        f"{climate.high_c[month]:.0f} °C, {climate.rain_mm[month]:.0f} mm of rain in the month"
    )


def _sun(where: Destination, day: date) -> str:
    try:
        sun = dates.sun(where.coordinates, where.time_zone, day)
    except TripartiteError:
        return ""
    if sun.rise is None or sun.set is None:
        return "the sun does not set" if sun.up_all_day else "the sun does not rise"
    return f"sunrise {sun.rise:%H:%M}, sunset {sun.set:%H:%M}"
