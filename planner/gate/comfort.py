"""What a good plan has beyond a possible one. These checks warn and never fail a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from agents.atlas.dates import sun
from agents.crowds import CROWDED
from agents.request import CommitmentKind, Crowds
from agents.text import short_date
from planner.gate.base import Fault, View, clock, name_of, place_of, soft
from planner.pace import WET_MM, after_sunset
from planner.plan import Free, Meal, Visit

MOST_CROWDED = {Crowds.AVOID: 0.25, Crowds.MIXED: 0.5, Crowds.ICONS: 1.0}
"""So much of a plan may be crowded places, by what was asked for."""
LONGEST_GAP = timedelta(hours=4)
MOST_OF_A_KIND = 0.6


@soft("hours_known", "the opening hours of every place are known")
def hours_known(view: View) -> Iterator[Fault]:
    for _, item, record in view.at_places:
        if record.hours is None:
            yield Fault(f"{item.title}: hours unknown, check before you go", name_of(item))


@soft("meals", "there is a lunch and a dinner on every full day")
def meals(view: View) -> Iterator[Fault]:
    booked = {c.start.date() for c in view.request.commitments if c.kind is CommitmentKind.MEAL}
    for day in view.plan.days[1:-1]:
        had = {i.meal for i in day.items if isinstance(i, Meal)}
        if day.date not in booked and day.items and not {"lunch", "dinner"} <= had:
            yield Fault(
                f"{short_date(day.date)}: no time for {'lunch' if 'lunch' not in had else 'dinner'}"
            )


@soft("full_days", "no afternoon is empty")
def full_days(view: View) -> Iterator[Fault]:
    for day in view.plan.days:
        for item in day.items:
            if isinstance(item, Free) and item.end - item.start >= LONGEST_GAP:
                hours = (item.end - item.start) / timedelta(hours=1)
                yield Fault(f"{clock(item)}: {hours:.0f} h with nothing planned")


@soft("rain", "wet months have something under a roof every day")
def rain(view: View) -> Iterator[Fault]:
    for day in view.plan.days:
        inside = [
            r.indoor for d, i, r in view.at_places if d.date == day.date and isinstance(i, Visit)
        ]
        if not inside or any(inside):
            continue
        place = place_of(day.items[0])
        if place.climate.rain_mm[day.date.month - 1] > WET_MM:
            yield Fault(f"{short_date(day.date)}: all outdoors in a month with much rain")


@soft("crowds", "no more of it is crowded than you like")
def crowds(view: View) -> Iterator[Fault]:
    visits = [(i, r) for _, i, r in view.at_places if isinstance(i, Visit)]
    busy = [i for i, r in visits if r.popularity >= CROWDED]
    most = MOST_CROWDED[view.request.crowds]
    if len(visits) >= 4 and len(busy) > most * len(visits):
        yield Fault(f"{len(busy)} of {len(visits)} places are crowded in season")


@soft("variety", "no kind of place fills the plan")
def variety(view: View) -> Iterator[Fault]:
    kinds = Counter(r.kind for _, i, r in view.at_places if isinstance(i, Visit))
    total = sum(kinds.values())
    for kind, count in kinds.items():
        if total >= 5 and count > total * MOST_OF_A_KIND:
            yield Fault(f"{count} of {total} places are of the kind {kind.value}")


@soft("daylight", "what is outdoors is seen by daylight or early lamplight")
def daylight(view: View) -> Iterator[Fault]:
    for day, item, record in view.at_places:
        lamplight = after_sunset(record)
        if lamplight is None or not isinstance(item, Visit):
            continue
        place = place_of(item)
        light = sun(record.coordinates, place.time_zone, day.date)
        end = item.end.astimezone(ZoneInfo(place.time_zone))
        if light.set is not None and end > light.set + timedelta(minutes=lamplight):
            yield Fault(
                f"{item.title} until {end:%H:%M}, sunset is {light.set:%H:%M}", name_of(item)
            )
