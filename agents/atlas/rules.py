"""What the atlas asks of a destination and of the lands, beyond the form.

Each rule is one function that takes the whole record and yields its faults, as
`key: what is wrong; what would be right`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from math import ceil

from agents.atlas import airports, dates, hours, loader
from agents.atlas.airports import plain
from agents.atlas.geo import distance_km
from agents.atlas.records import QUIET, Activity, Destination, LandsFile
from agents.atlas.vocabulary import ActivityKind, Kind, Region, StepFree
from agents.errors import AtlasError, InvalidRecord, UnknownPlace

CITY_KM = 15
REGION_KM = 45
"""As far as a place of an island or of open country may lie without being a day trip."""
SPREAD_OUT = {Kind.ISLAND, Kind.NATURE, Kind.MOUNTAINS}
DAY_TRIP_KM = 150
AIRPORT_KM = 150
ACTIVITIES = 20
ICONS = (5, 10)
QUIET_SHARE = 0.2
COUNTS: tuple[tuple[str, int, Callable[[Activity], bool]], ...] = (
    ('kind = "museum"', 2, lambda a: a.kind is ActivityKind.MUSEUM),
    ('kind = "food" or "market"', 3, lambda a: a.kind in (ActivityKind.FOOD, ActivityKind.MARKET)),
    (
        'kind = "outdoors" or "viewpoint"',
        2,
        lambda a: a.kind in (ActivityKind.OUTDOORS, ActivityKind.VIEWPOINT),
    ),
    ('kind = "evening"', 2, lambda a: a.kind is ActivityKind.EVENING),
    ('kind = "day-trip"', 2, lambda a: a.kind is ActivityKind.DAY_TRIP),
    ("price = [0, 0]", 5, lambda a: a.price == (0, 0)),
    ("indoor = true", 6, lambda a: a.indoor),
    ("children = true", 4, lambda a: a.children),
    ('step_free = "yes"', 6, lambda a: a.step_free is StepFree.YES),
    ("hours", 15, lambda a: a.hours is not None),
)
"""What a file needs at least: how it is written, how many activities, which count."""

Faults = Iterator[str]


def _label(place: Destination, activity: Activity) -> str:
    return f"activities[{place.activities.index(activity)}] {activity.id!r}"


def _unique_ids(place: Destination) -> Faults:
    named = {
        "areas": [area.id for area in place.areas],
        "activities": [activity.id for activity in place.activities],
    }
    for key, ids in named.items():
        yield from _repeated(key, ids)


def _repeated(key: str, ids: Iterable[str]) -> Faults:
    for id, count in Counter(ids).items():
        if count > 1:
            yield f"{key}: {count} have the id {id!r}; each needs its own"


def _areas(place: Destination) -> Faults:
    known = {a.id for a in place.areas}
    listed = ", ".join(sorted(known))
    if place.base not in known:
        yield f"base: no area {place.base!r}; there are {listed}"
    for activity in place.activities:
        if activity.area not in known:
            yield f"{_label(place, activity)}: no area {activity.area!r}; there are {listed}"


def _positions(place: Destination) -> Faults:
    near = REGION_KM if SPREAD_OUT & set(place.kinds) else CITY_KM
    for activity in place.activities:
        km = distance_km(place.coordinates, activity.coordinates)
        far = f"{_label(place, activity)}: coordinates are {km:.0f} km from {place.id}'s centre"
        if activity.kind is not ActivityKind.DAY_TRIP and km > near:
            yield f'{far}; a place further than {near} km needs kind = "day-trip"'
        elif km > DAY_TRIP_KM:
            yield f"{far}; a day trip is within {DAY_TRIP_KM} km"
    trips = {a.area for a in place.activities if a.kind is ActivityKind.DAY_TRIP}
    for number, area in enumerate(place.areas):
        km = distance_km(place.coordinates, area.coordinates)
        limit = DAY_TRIP_KM if area.id in trips else near
        if km > limit:
            far = f"coordinates are {km:.0f} km from {place.id}'s centre"
            yield f"areas[{number}] {area.id!r}: {far}; at most {limit}"


def _prices(place: Destination) -> Faults:
    ranges = [(f"costs.{k}", v) for k, v in place.costs if v is not None]
    ranges += [(f"transfers[{i}].price", t.price) for i, t in enumerate(place.transfers)]
    ranges += [(f"neighbours[{i}].price", n.price) for i, n in enumerate(place.neighbours)]
    ranges += [(f"{_label(place, a)}: price", a.price) for a in place.activities]
    for key, (low, high) in ranges:
        if low > high:
            yield f"{key}: [{low:g}, {high:g}] has the higher first; give [low, high]"


def _hours(place: Destination) -> Faults:
    for activity in place.activities:
        if activity.hours and (fault := hours.validate(activity.hours)):
            yield f"{_label(place, activity)}: {fault}"


def _where(place: Destination) -> Faults:
    try:
        dates.zone(place.time_zone)
    except UnknownPlace as error:
        yield f"time_zone: {error}"
    try:
        loader.country(place.country)
    except AtlasError as error:
        yield f"country: {error}"
    try:
        dates.holidays_between(place.country, place.subdivision, place.as_of, place.as_of)
    except UnknownPlace as error:
        yield f"subdivision: {error}"


def _airports(place: Destination) -> Faults:
    for code in place.airports:
        try:
            km = distance_km(place.coordinates, airports.airport(code).coordinates)
        except UnknownPlace as error:
            yield f"airports: {error}"
            continue
        if km > AIRPORT_KM:
            yield f"airports: {code} is {km:.0f} km away; at most {AIRPORT_KM}"
    for number, transfer in enumerate(place.transfers):
        if transfer.airport not in place.airports:
            yield f"transfers[{number}]: {transfer.airport} is not among airports; add it there"
    for code in place.airports:
        if code not in {t.airport for t in place.transfers}:
            yield f"airports: {code} has no transfer; add [[transfers]] from it to the centre"


def _neighbours(place: Destination) -> Faults:
    known = _known_ids()
    for number, neighbour in enumerate(place.neighbours):
        if neighbour.id not in known:
            yield f"neighbours[{number}]: no destination {neighbour.id!r} in the atlas"
        elif neighbour.id == place.id:
            yield f"neighbours[{number}]: is the place itself; remove it"


def _known_ids() -> set[str]:
    return {path.stem for path in loader.destination_files()}


def _mix(place: Destination) -> Faults:
    activities = place.activities
    if len(activities) < ACTIVITIES:
        yield f"activities: {len(activities)}; at least {ACTIVITIES}"
    icons = sum(a.icon for a in activities)
    if not ICONS[0] <= icons <= ICONS[1]:
        yield f"activities: {icons} with icon = true; {ICONS[0]} to {ICONS[1]}"
    quiet = sum(a.off_the_usual_lists for a in activities)
    if quiet < QUIET_SHARE * len(activities):
        least = ceil(QUIET_SHARE * len(activities))
        yield f"activities: {quiet} off the usual lists (popularity up to {QUIET}); at least {least}"
    for written, least, counts in COUNTS:
        found = sum(map(counts, activities))
        if found < least:
            yield f"activities: {found} with {written}; at least {least}"
    known = sum(a.step_free is not None for a in activities)
    if known * 2 < len(activities):
        yield f"activities: {known} of {len(activities)} say step_free; at least half"


PLACE_RULES: tuple[Callable[[Destination], Faults], ...] = (
    _unique_ids,
    _areas,
    _positions,
    _prices,
    _hours,
    _where,
    _airports,
    _neighbours,
    _mix,
)


def _land_ids(file: LandsFile) -> Faults:
    yield from _repeated("lands", (land.id for land in file.lands))
    known = _known_ids()
    for land in file.lands:
        for id in land.destinations:
            if id not in known:
                yield f"lands {land.id!r}: no destination {id!r} in the atlas"


def _land_names(file: LandsFile) -> Faults:
    """A name leads to one place, so a land is never found by the name of another place."""
    owners = _names_of_places()
    for land in file.lands:
        spelt: set[str] = set()
        for name in (land.name, *land.aliases):
            owner = owners.setdefault(_bare(name), f"land {land.id}")
            if owner != f"land {land.id}" or plain(name) in spelt:
                yield f"lands {land.id!r}: {name!r} is a name of the {owner} already; leave it out"
            spelt.add(plain(name))


def _names_of_places() -> dict[str, str]:
    """Regions, countries and the destinations whose file can be read, by all their names."""
    names = {_bare(region): f"region {region}" for region in Region}
    for country in loader.countries():
        spelt = (country.name, *country.aliases)
        names |= {_bare(name): f"country {country.name}" for name in spelt}
    for path in loader.destination_files():
        with suppress(InvalidRecord):  # which the check of that file tells
            place = loader.read_record(path, Destination)
            names |= {_bare(name): f"destination {place.id}" for name in (place.id, *place.names)}
    return names


def _bare(name: str) -> str:
    """A name as it is found in a sentence, with or without its article."""
    return plain(name).removeprefix("the ")


LAND_RULES: tuple[Callable[[LandsFile], Faults], ...] = (_land_ids, _land_names)
