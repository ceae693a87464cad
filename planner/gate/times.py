"""Does the plan hold in time: calendar, opening hours, ways, nights, pace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from agents.atlas.geo import distance_km
from agents.atlas.hours import open_intervals
from agents.atlas.local import way_within
from agents.request import CommitmentKind
from agents.text import short_date
from planner.gate.base import Fault, View, clock, hard, known, name_of, place_of
from planner.pace import VISITS, out_from_to, walk_limit
from planner.plan import Category, Committed, Free, Leg, Meal, Stay, Visit

SAME_SPOT_KM = 0.05
FASTEST_KMH = 900
"""No way between cities is faster than a jet."""
DAY = timedelta(days=1)
SMALL_HOURS = timedelta(hours=5)
"""Who leaves before five has no night there."""
LONGEST_WAY = 2 * DAY
"""Nights on the way between two stops; each needs a way that spans it (see `nights`)."""


@hard("calendar", "days, stops and nights fit the dates")
def calendar(view: View) -> Iterator[Fault]:
    plan, dates = view.plan, view.request.dates
    expected = [dates.start + DAY * n for n in range(dates.days)]
    if [d.date for d in plan.days] != expected:
        yield Fault(f"the days are not {dates.start} to {dates.end}, one after the other")
    for stop in plan.stops:
        if (stop.leave - stop.arrive).days != stop.nights:
            yield Fault(f"{stop.name}: {stop.nights} nights do not fit {stop.arrive}–{stop.leave}")
    for earlier, later in pairwise(plan.stops):
        if not earlier.leave <= later.arrive <= earlier.leave + LONGEST_WAY:
            yield Fault(f"{later.name} does not begin when one gets there from {earlier.name}")
    for day in plan.days:
        for item in day.items:
            if isinstance(item, (Visit, Meal, Free)):
                local = item.start.astimezone(ZoneInfo(place_of(item).time_zone))
                if local.date() != day.date:
                    yield Fault(f"{item.title} on {local.date()} stands under {day.date}")


@hard("zones", "every time is local time at its place")
def zones(view: View) -> Iterator[Fault]:
    for item in view.items:
        if not isinstance(item, Leg):
            local = item.start.astimezone(ZoneInfo(place_of(item).time_zone))
            if local.utcoffset() != item.start.utcoffset():
                yield Fault(f"{item.title} at {clock(item)} is not in local time", name_of(item))


@hard("hours", "every place is open for the whole visit on that very date")
def hours(view: View) -> Iterator[Fault]:
    for day, item, record in view.at_places:
        place = place_of(item)
        opened = open_intervals(record.hours, day.date, place.country, place.subdivision)
        if opened is None:
            continue
        zone = ZoneInfo(place.time_zone)
        start, end = item.start.astimezone(zone), item.end.astimezone(zone)
        first = (start.date() - day.date).days * 1440 + start.hour * 60 + start.minute
        last = (end.date() - day.date).days * 1440 + end.hour * 60 + end.minute
        if not any(o <= first and last <= c for o, c in opened):
            yield Fault(f"{item.title} is not open {clock(item)}–{end:%H:%M}", name_of(item))


@hard("overlap", "nothing overlaps")
def overlap(view: View) -> Iterator[Fault]:
    for item in view.items:
        if item.end <= item.start:
            yield Fault(f"{item.title} at {clock(item)} ends before it begins", name_of(item))
    for earlier, later in view.pairs():
        if later.start < earlier.end:
            words = f"{later.title} begins {clock(later)} before {earlier.title} ends"
            yield Fault(words, name_of(later))


@hard("travel_time", "there is time for every way")
def travel_time(view: View) -> Iterator[Fault]:
    here: tuple[float, float] | None = None
    for item in view.items:
        if isinstance(item, Leg):
            minutes = (item.end - item.start) / timedelta(minutes=1)
            if here is not None and distance_km(here, item.from_coordinates) > SAME_SPOT_KM:
                yield Fault(f"{item.title} at {clock(item)} does not start where one is")
            if minutes < _least_minutes(item):
                words = f"{item.title} at {clock(item)} takes longer than {minutes:.0f} min"
                yield Fault(words)
            here = item.to_coordinates
        elif item.coordinates is not None:
            if here is not None and distance_km(here, item.coordinates) > SAME_SPOT_KM:
                yield Fault(f"no way leads to {item.title} at {clock(item)}", name_of(item))
            here = item.coordinates


def _least_minutes(leg: Leg) -> float:
    if leg.cost is not None and leg.cost.category is Category.TRAVEL:
        return distance_km(leg.from_coordinates, leg.to_coordinates) / FASTEST_KMH * 60
    if any(id.startswith("travel/") for id in leg.evidence):
        return way_within(place_of(leg), leg.from_coordinates, leg.to_coordinates).minutes
    return distance_km(leg.from_coordinates, leg.to_coordinates) / 100 * 60


@hard("arrival_departure", "nothing is planned before the arrival or after the departure")
def arrival_departure(view: View) -> Iterator[Fault]:
    for commitment in view.request.commitments:
        fixed = next(
            (i for i in view.items if isinstance(i, Committed) and i.title == commitment.label),
            None,
        )
        if fixed is None:
            continue
        for item in view.items:
            if isinstance(item, (Leg, Stay)):
                continue
            if commitment.kind is CommitmentKind.ARRIVAL and item.start < fixed.start:
                yield Fault(f"{item.title} is before {fixed.title}", name_of(item))
            if commitment.kind is CommitmentKind.DEPARTURE and item.end > fixed.end:
                yield Fault(f"{item.title} is after {fixed.title}", name_of(item))


@hard("nights", "there is a bed, or a way, for every night")
def nights(view: View) -> Iterator[Fault]:
    beds = {(i.start - timedelta(hours=12)).date() for i in view.items if isinstance(i, Stay)}
    legs = [i for i in view.items if isinstance(i, Leg)]
    leaving = [c for c in view.request.commitments if c.kind is CommitmentKind.DEPARTURE]
    last = (leaving[0].start - SMALL_HOURS).date() if leaving else view.request.dates.end
    for day in view.plan.days:
        under_way = any(
            leg.start.date() <= day.date < leg.end.date()
            for leg in legs
            if leg.cost is not None and leg.cost.category is Category.TRAVEL
        )
        waiting = day.date < view.plan.stops[0].arrive
        if day.date < last and day.date not in beds and not under_way and not waiting:
            yield Fault(f"no bed for the night after {short_date(day.date)}")


@hard("pace", "the days are as long and as full as asked for")
def pace(view: View) -> Iterator[Fault]:
    begins, ends = out_from_to(view.request)
    most = VISITS[view.request.pace]
    for day in view.plan.days:
        visits = [i for i in day.items if isinstance(i, Visit)]
        if len(visits) > most:
            yield Fault(f"{short_date(day.date)}: {len(visits)} places are more than {most}")
        booked = [i for i in day.items if isinstance(i, Committed)]
        begins = min([begins, *(i.start.hour * 60 for i in booked)])
        for visit in visits:
            zone = ZoneInfo(place_of(visit).time_zone)
            start, end = visit.start.astimezone(zone), visit.end.astimezone(zone)
            late = end.hour * 60 + end.minute > ends or end.date() > day.date
            if start.hour * 60 + start.minute < begins:
                yield Fault(f"{visit.title} at {clock(visit)} is too early", name_of(visit))
            if late:
                yield Fault(f"{visit.title} until {end:%H:%M} is too late", name_of(visit))
            record = known(visit.destination, visit.place_id or "")
            if record is not None and visit.end - visit.start < timedelta(minutes=record.minutes):
                yield Fault(f"{visit.title} takes {record.minutes} min", name_of(visit))


@hard("walking", "nobody walks further than the pace and needs allow")
def walking(view: View) -> Iterator[Fault]:
    most = walk_limit(view.request)
    for day in view.plan.days:
        minutes = sum(i.walk_minutes for i in day.items if isinstance(i, Leg))
        if minutes > most:
            yield Fault(f"{short_date(day.date)}: {minutes} min on foot, {most} are the limit")
