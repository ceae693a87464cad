"""How long it takes from place to place, and whether a day of places works out."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from agents.atlas import loader
from agents.atlas.hours import Intervals
from agents.atlas.local import way_within
from agents.atlas.records import Activity, Area, Coordinates
from agents.atlas.vocabulary import Mode
from agents.errors import ToolError
from agents.evidence import Fact, Status
from agents.tools.calendar import clock, hours_fact

TRAVEL_SOURCES = (
    "Walking speed: Finnis and Walton 2008; detours: Newell 1980, O'Sullivan and Morrall 1996",
    "Transit speeds: Brussels Mobility, Transport for London",
)
DAY_END = 1440
_AREA = "area:"
_WORDS = {
    **{Mode.WALK: "on foot", Mode.METRO: "by public transport"},
    **{Mode.TRAIN: "by train", Mode.BUS: "by taxi or bus"},
}


class TravelFact(Fact):
    """From one place of a destination to another: estimated minutes door to door."""

    destination: str
    origin: str
    target: str
    origin_name: str
    target_name: str
    mode: Mode
    minutes: int
    walk_minutes: int
    km: float

    @property
    def key(self) -> str:
        return f"travel/{self.destination}/{self.origin}/{self.target}"

    @property
    def claim(self) -> str:
        way = f"about {self.minutes} min {_WORDS[self.mode]} ({self.km:.1f} km)"
        return f"{self.origin_name} to {self.target_name}: {way}"


class FeasibilityFact(Fact):
    """Whether `places` can be visited on `day` in this order.

    `arrivals` are minutes after local midnight, one a place; `unknown_hours` the places that were
    taken as open for want of hours.
    """

    destination: str
    day: date
    places: tuple[str, ...]
    start_minute: int
    feasible: bool
    arrivals: tuple[int, ...]
    end_minute: int
    problems: tuple[str, ...]
    unknown_hours: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"feasible/{self.destination}/{self.day}/{self.start_minute}/{'+'.join(self.places)}"

    @property
    def claim(self) -> str:
        day = f"{self.day:%a} {self.day.day} {self.day:%b %Y}, {', '.join(self.places)}"
        if self.feasible:
            return f"{day}: works out, from {clock(self.start_minute)} to {clock(self.end_minute)}"
        return f"{day}: does not work out: {'; '.join(self.problems)}"


def area_id(id: str) -> str:
    """The id of an area where that of an activity may stand: Arrowtown is both in Queenstown."""
    return f"{_AREA}{id}"


def _spot(destination: str, place: str) -> tuple[str, Coordinates]:
    """Name and coordinates of an activity or area; a bare id is an activity's if there is one."""
    if place.startswith(_AREA):
        meant = loader.area(destination, place.removeprefix(_AREA))
        return meant.name, meant.coordinates
    where = loader.destination(destination)
    known: tuple[Activity | Area, ...] = (*where.activities, *where.areas)
    spot = next((x for x in known if x.id == place), None) or loader.activity(destination, place)
    return spot.name, spot.coordinates


def travel_fact(destination: str, origin_place: str, target_place: str) -> TravelFact:
    """Between two activities or areas, see `agents.atlas.local`; raises UnknownPlace."""
    origin_name, origin = _spot(destination, origin_place)
    target_name, target = _spot(destination, target_place)
    way = way_within(loader.destination(destination), origin, target)
    return TravelFact(
        destination=destination,
        origin=origin_place,
        target=target_place,
        origin_name=origin_name,
        target_name=target_name,
        mode=way.mode,
        minutes=way.minutes,
        walk_minutes=way.walk_minutes,
        km=round(way.km, 3),
        sources=TRAVEL_SOURCES,
        status=Status.ESTIMATE,
    )


def feasibility_fact(
    destination: str, day: date, places: tuple[str, ...], start_minute: int = 540
) -> FeasibilityFact:
    """Visits in the order given, waiting for doors to open; raises UnknownPlace, ToolError."""
    if not places:
        raise ToolError("places: name at least one place id of the destination")
    time, arrivals, problems, unknown = start_minute, [], [], []
    for number, place in enumerate(places):
        visit = loader.activity(destination, place)
        if number:
            time += travel_fact(destination, places[number - 1], place).minutes
        if place in places[:number]:
            problems.append(f"{visit.name} is named twice")
        arrivals.append(time)
        hours = hours_fact(destination, place, day)
        if hours.intervals is None:
            unknown.append(place)
        start = _first_fit(hours.intervals, time, visit.minutes)
        if start is None:
            problems.append(
                f"{clock(time)} for {visit.minutes} min is too late or does not fit: {hours.claim}"
                if hours.intervals
                else hours.claim
            )
        time = (time if start is None else start) + visit.minutes
    if time > DAY_END and not problems:
        problems.append(f"the day would end at {clock(time)} after midnight; leave out a place")
    return FeasibilityFact(
        destination=destination,
        day=day,
        places=places,
        start_minute=start_minute,
        feasible=not problems,
        arrivals=tuple(arrivals),
        end_minute=time,
        problems=tuple(problems),
        unknown_hours=tuple(unknown),
        sources=(*loader.destination(destination).sources, *TRAVEL_SOURCES),
        status=Status.UNVERIFIED if unknown else Status.ESTIMATE,
    )


def _first_fit(intervals: Intervals | None, time: int, minutes: int) -> int | None:
    """When a visit of `minutes` can start at `time` or later; None when it can't on that day."""
    if intervals is None:
        return time
    starts = ((max(time, opens), closes) for opens, closes in intervals)
    return next((start for start, closes in starts if start + minutes <= closes), None)


async def travel_time(destination: str, origin_place: str, target_place: str) -> TravelFact:
    """How long it takes from one place to another within a destination, estimated.

    destination: a destination id. origin_place, target_place: ids of places, or area:ID.
    Answers the mode, minutes door to door, minutes of walking in them, and the straight line in km.
    """
    return travel_fact(destination, origin_place, target_place)


async def day_feasibility(
    destination: str,
    day: date,
    places: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)],
    start_minute: Annotated[int, Field(ge=0, lt=1440)] = 540,
) -> FeasibilityFact:
    """Whether places can be visited in this order on one day, with hours, travel and visit times.

    destination: a destination id. day: an ISO date. places: place ids in the order of visiting.
    start_minute: when the first visit begins, in minutes after midnight (540 is 09:00). Answers
    arrival minutes and what does not work out: closed, too late, named twice.
    """
    return feasibility_fact(destination, day, places, start_minute)
