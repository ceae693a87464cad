"""What a pace, the dark and the rain mean for a day: one definition for schedule and gate."""

from __future__ import annotations

from agents.atlas.records import Activity
from agents.atlas.vocabulary import ActivityKind
from agents.request import Pace, TripRequest

HOURS = {
    Pace.RELAXED: (10 * 60, 22 * 60),
    Pace.NORMAL: (9 * 60, 23 * 60),
    Pace.FULL: (8 * 60 + 30, 23 * 60 + 30),
}
"""From when to when one is out, minutes after midnight."""
CHILD_BEDTIME = 21 * 60
YOUNG = 12
"""Children under this age set the evening's end."""
SMALL = 6
"""Children under this age set how far one walks."""
WALK_MINUTES = {Pace.RELAXED: 60, Pace.NORMAL: 100, Pace.FULL: 150}
"""How long one is on foot between places in a day."""
SLOW_WALK_MINUTES = 60
"""The same when somebody avoids stairs or is small."""
VISITS = {Pace.RELAXED: 4, Pace.NORMAL: 6, Pace.FULL: 8}
"""How many places in a day."""


LUNCH_MINUTES = 60
DINNER_MINUTES = 90
TABLE_MINUTES = 15
"""Set aside at a meal for the way to a table worth it."""
WAY_HOME_MINUTES = 45
EARLY = {"lunch": 30, "dinner": 60}
"""How much before the country's hours a meal may begin."""
WET_MM = 100
"""A month with more rain than this is wet: about every second day."""
AFTER_SUNSET = {
    ActivityKind.OUTDOORS: 20,
    ActivityKind.VIEWPOINT: 20,
    ActivityKind.DAY_TRIP: 20,
    ActivityKind.SIGHT: 60,
    ActivityKind.FAMILY: 60,
    ActivityKind.NEIGHBOURHOOD: 120,
    ActivityKind.MARKET: 120,
}
"""Minutes after sunset by which a visit has to be over: nature is dark at once, sights have lamps,
streets are lit and alive for a while."""
IN_DAYLIGHT = (ActivityKind.OUTDOORS, ActivityKind.VIEWPOINT, ActivityKind.DAY_TRIP)
STREETS = (ActivityKind.NEIGHBOURHOOD, ActivityKind.MARKET)
ALWAYS_OPEN = "24/7"


def minute_of(clock: str) -> int:
    """ "19:30" as minutes after midnight."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def out_from_to(request: TripRequest) -> tuple[int, int]:
    """When a day with sights starts and when one is back, minutes after midnight."""
    begins, ends = HOURS[request.pace]
    young = any(age < YOUNG for age in request.children)
    return begins, min(ends, CHILD_BEDTIME) if young else ends


def walk_limit(request: TripRequest) -> int:
    """Minutes on foot between places in a day."""
    slow = request.needs.step_free or any(age < SMALL for age in request.children)
    usual = WALK_MINUTES[request.pace]
    return min(usual, SLOW_WALK_MINUTES) if slow else usual


def after_sunset(place: Activity) -> int | None:
    """Minutes after sunset by which a visit has to be over; None where the dark does not matter.

    Streets and markets that have opening hours are lit as long as those last.
    """
    sheltered = place.indoor and place.kind not in IN_DAYLIGHT
    if sheltered or (place.kind in STREETS and place.hours != ALWAYS_OPEN):
        return None
    return AFTER_SUNSET.get(place.kind)
