"""The times of a day: what is booked, and when meals and visits may begin around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.atlas.dates import sun
from agents.atlas.geo import travel
from agents.atlas.hours import open_intervals
from agents.atlas.loader import activity, country
from agents.atlas.records import Activity, Coordinates, Destination
from agents.atlas.vocabulary import ActivityKind
from agents.request import Commitment, CommitmentKind, TripRequest
from planner.frame import DayFrame, Frame, base_of
from planner.orienteering import Break
from planner.pace import (
    DINNER_MINUTES,
    EARLY,
    LUNCH_MINUTES,
    TABLE_MINUTES,
    after_sunset,
    minute_of,
)

LUNCH_BY = 17 * 60
"""No lunch begins later, the way to its table included."""
LATE_LUNCH = 105
"""How much after them lunch may begin on a day out of town."""
EVENING_EVENT = 17 * 60
EVENING_FROM = 18 * 60
DAY_OUT = (8 * 60 + 30, 21 * 60)
"""When one would stroll where it is always open."""
UNKNOWN_OPEN = ((10 * 60, 17 * 60),)
"""Where nobody knows the hours, only the middle of the day is tried."""
DAY_TRIP_BY = 14 * 60 + 30
"""Who is there later sees little of the day out."""


@dataclass(frozen=True)
class Fixture:
    """A commitment that takes place during the day."""

    commitment: Commitment
    destination: Destination
    coordinates: Coordinates
    place: Activity | None


def fixtures_of(request: TripRequest, frame: Frame) -> tuple[Fixture, ...]:
    """The booked meals and events, each where it is, or at the base where that is unknown."""
    found = []
    for commitment in request.commitments:
        if commitment.kind in (CommitmentKind.ARRIVAL, CommitmentKind.DEPARTURE):
            continue
        day = frame.day_of(commitment.start.date())
        place = None
        if commitment.place_id:
            where, _, id = commitment.place_id.rpartition("/")
            place = activity(where or day.place.id, id)
        at = place.coordinates if place else base_of(day.place)
        found.append(Fixture(commitment, day.place, at, place))
    return tuple(found)


def make_room(day: DayFrame, fixtures: Sequence[Fixture]) -> None:
    """A booking outside the usual hours stretches the day."""
    for f in fixtures:
        begins = day.minute(f.commitment.start.replace(tzinfo=day.zone))
        way = travel(base_of(day.place), f.coordinates, day.place.hilly).minutes
        if begins - way >= 0 and not day.before:
            day.start = min(day.start, begins - way)
        if not day.after:
            ends = begins + f.commitment.minutes + way
            if f.commitment.kind is CommitmentKind.EVENT and begins >= EVENING_EVENT:
                ends += DINNER_MINUTES  # dinner may have to wait for it
            day.end = max(day.end, ends)


def breaks_of(
    day: DayFrame, fixtures: Sequence[Fixture], *, outing: bool
) -> list[tuple[str, Break]]:
    """Lunch and dinner, where the day has room and no meal is booked.

    They may begin somewhat before the country's hours, so that an evening or an outing fits; the
    days are then written as close to those hours as the rest allows.
    """
    if day.start >= day.end:
        return []
    home = country(day.place.country)
    booked = {
        "lunch" if f.commitment.start.hour < 16 else "dinner"
        for f in fixtures
        if f.commitment.kind is CommitmentKind.MEAL
    }
    eventful = any(f.commitment.kind is CommitmentKind.EVENT for f in fixtures)
    late = {"lunch": LATE_LUNCH if outing else 0, "dinner": 30 if eventful else 0}
    named = []
    for name, usual, minutes in (
        ("lunch", home.lunch, LUNCH_MINUTES + TABLE_MINUTES),
        ("dinner", home.dinner, DINNER_MINUTES + TABLE_MINUTES),
    ):
        if name in booked:
            continue
        early = EARLY[name] * (2 if eventful else 1)
        if name == "dinner":
            early += TABLE_MINUTES  # so that the way to a table costs no evening out
        earliest = max(minute_of(usual[0]) - early, day.start)
        latest = min(minute_of(usual[1]) + late[name], day.end - minutes)
        if name == "lunch":
            latest = min(latest, LUNCH_BY - TABLE_MINUTES)
        if earliest <= latest:
            named.append((name, Break(minutes, (earliest, latest))))
    return named


def start_windows(day: DayFrame, place: Activity) -> tuple[tuple[int, int], ...]:
    """When a visit may begin on that date: open until its end, and at a sensible time."""
    place_of = day.place
    intervals = open_intervals(place.hours, day.date, place_of.country, place_of.subdivision)
    if intervals is None:
        intervals = (
            UNKNOWN_OPEN if place.kind is not ActivityKind.EVENING else ((19 * 60, 23 * 60),)
        )
    first, last = DAY_OUT
    if place.kind is ActivityKind.EVENING:
        first, last = EVENING_FROM, 24 * 60
    lamplight = after_sunset(place)
    if lamplight is not None:
        light = sun(place.coordinates, place_of.time_zone, day.date)
        if light.rise is not None and light.set is not None:
            first = max(first, day.minute(light.rise) - lamplight)
            last = min(last, day.minute(light.set) + lamplight)
    begins_by = DAY_TRIP_BY if place.kind is ActivityKind.DAY_TRIP else last
    windows = []
    for opens, closes in intervals:
        earliest = max(opens, first)
        latest = min(min(closes, last, day.last_visit) - place.minutes, begins_by)
        if earliest <= latest:
            windows.append((earliest, latest))
    return tuple(windows)
