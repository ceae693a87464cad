"""Where a trip starts from."""

from __future__ import annotations

import re
from typing import NamedTuple

from agents.atlas import airports, loader, names
from agents.atlas.elsewhere import find_elsewhere
from agents.atlas.geo import distance_km
from agents.errors import UnknownPlace
from agents.request import Origin
from planner.intake.notes import Log
from planner.intake.passage import Passage, fold, pattern
from planner.intake.windows import FEAST, MONTH, WEEKDAY

_NAME = r"(?P<name>[^\W\d_][\w'.]*(?:[ -][^\W\d_][\w'.]*){0,3})"
_NO_NAME = (
    rf"(?!{MONTH}|{WEEKDAY}|{FEAST}|(?:the|a|an|my|our|there|here|home|scratch"
    r"|now|about|early|mid|late|next|this|tomorrow"
    r"|today|morning|one|two|three|four|five|six|seven|eight|nine|ten|each"
    r"|any|that|what|where|which|spring|summer|autumn|winter)(?![a-z]))"
)
_LEADS = (
    (
        ("from",),
        r"(?:(?:(?:we(?:'re| are)?|i(?:'m| am)?) )?(?:fly(?:ing)?|leav(?:e|ing)"
        r"|depart(?:ing|ure)?|start(?:ing)?|travel(?:l?ing)?|com(?:e|ing)"
        r"|going|flights?) )?(?:out )?(?<![a-z])from",
    ),
    (("leaving", "departing", "out of"), r"(?<![a-z])(?:leaving|departing|flying out of|out of)"),
    (
        ("live", "living", "based"),
        r"(?<![a-z])(?:(?:we|i) (?:live|are based|am based)|we're based|i'm based|based|living) in",
    ),
    (
        ("von", "ab ", "desde", "depuis", "partir", "partendo", "de ", "da "),
        r"(?<![a-z])(?:von|ab|desde|depuis|a partir de|au depart de|partendo da|d[ea](?= [\w-]+ a ))",
    ),
    (("home", "origin"), r"(?<![a-z])(?:home is|origin:?|home:)"),
)
"""Words of which one must be there, and the expression that comes before an origin."""
_INTO_ANOTHER = r"(?<![a-z])into (?:[\w'-]+ ){1,3}?(?:and|then|but) (?:\w+ )?$"
"""Who flies into Rome and out of Venice does not start in Venice."""
_STOP = (
    r"\b(?:to|in|on|for|and|with|by|at|or|via|we|i|during|over|around|next"
    r"|this|then|until|sometime|as|please)\b"
)
_CITY_TO_CITY = (
    r"^\s*(?P<name>[^\W\d_][\w']*(?:[ -][^\W\d_][\w']*){0,2})(?: to(?= )| ?(?:->|→|=>|>)) ?(?=[\w])"
)
_GOES_ON = rf" ?[^\W\d_][\w']*(?:[ -][^\W\d_][\w']*){{0,2}}(?: ?(?:->|→|=>|>)| to(?= )) ?(?!{MONTH}|{WEEKDAY})(?P<next>[^\W\d_][\w']*)"


class _Start(NamedTuple):
    """A place to start from; a guess is one that is spelt almost like what was typed."""

    origin: Origin
    is_a_guess: bool = False
    airport: str = ""
    """The airport of another city from which one flies, where the place has none."""


def read_origin(passage: Passage, log: Log) -> Origin | None:
    """The place after "from", "leaving", "we live in"; it is then no destination."""
    for words_there, lead in _LEADS:
        expression = rf"{lead}:? {_NO_NAME}{_NAME}"
        found_here = pattern(expression).finditer(passage.rest) if passage.has(*words_there) else ()
        for match in list(found_here):
            name_start = match.start("name")
            name = re.split(_STOP, match["name"])[0].rstrip(" -.")
            words = passage.text[name_start : name_start + len(name)]
            if pattern(_INTO_ANOTHER).search(passage.folded, 0, match.start()):
                continue
            if not name or not (found := _longest(words, sure=words[:1].isupper())):
                if words[:1].isupper() and "from" in match.group():
                    _object(words, log)
                    passage.read(match.start(), name_start + len(name))
                continue
            meant, length = found
            passage.read(match.start(), name_start + length)
            _note(meant, words[:length], passage.said((match.start(), name_start + length)), log)
            return meant.origin
    if city := passage.find(_CITY_TO_CITY):
        start, end = city.span("name")
        back = _end_of_route(passage, city)
        found = _longest(passage.text[start:end], sure=passage.text[start].isupper())
        if found and found[1] == end - start and back != (0, 0):
            for span in (start, end), *([back] if back else []):
                passage.read(*span)
            _note(found[0], passage.text[start:end], passage.said(city.span()), log)
            return found[0].origin
    return None


def _end_of_route(passage: Passage, city: re.Match[str]) -> tuple[int, int] | None:
    """Where a route of three or more places comes back to its first, (0, 0) if it does not; else None."""
    position, stops = city.end(), 1
    while match := pattern(_GOES_ON).match(passage.folded, position):
        position, stops = match.start("next"), stops + 1
    if stops == 1:
        return None
    returns = passage.folded.startswith(city["name"], position)
    return (position, position + len(city["name"])) if returns else (0, 0)


def origin_named(name: str, log: Log) -> Origin | None:
    """The origin an option names; a problem when it is unknown or spelt only almost like one."""
    found = _start(name)
    if found is None or found.is_a_guess:
        _object(name, log)
        return None
    return found.origin


def _object(name: str, log: Log) -> None:
    error = _unknown(name)
    hint = "" if error.nearest else "; give a city with an airport, or its code"
    log.object_to("origin", f"{error}{hint}")


def _unknown(name: str) -> UnknownPlace:
    """Why a name is none, with what it may stand for."""
    try:
        meant = [airports.city_meant(name)]
    except UnknownPlace as error:
        return error
    return UnknownPlace(f"no city {name!r} with an airport is known", meant)


def _note(start: _Start, typed: str, words: str, log: Log) -> None:
    log.saw("origin", start.origin.name, words)
    if start.is_a_guess:
        log.assume("origin", start.origin.name, f"{typed!r} is spelt almost like it")
    if start.airport:
        log.assume("origin", start.airport, f"the airport nearest to {start.origin.name}")


def _longest(words: str, *, sure: bool) -> tuple[_Start, int] | None:
    """The longest beginning of `words` that is a known place, and how many characters it takes."""
    ends = [m.start() for m in re.finditer(r"[ -]", words)]
    for end in (len(words), *reversed(ends)):
        found = _start(words[:end])
        if found and (sure or not found.is_a_guess):
            return found, end
    return None


def _start(name: str) -> _Start | None:
    entry = next(
        (e for e in loader.index() if fold(name) in {fold(n) for n in (e.id, e.name, *e.names)}),
        None,
    )
    if entry:
        place = loader.destination(entry.id)
        origin = Origin(
            name=entry.name,
            coordinates=entry.coordinates,
            time_zone=place.time_zone,
            country=entry.country,
            airport=entry.airports[0] if entry.airports else None,
        )
        return _Start(origin)
    if start := _without_airport(name):
        return start
    by_code = len(name) == 3 and name.isupper()
    try:
        meant = name if by_code else airports.city_meant(name)
        airport = airports.airport(name) if by_code else airports.airports_of_city(meant)[0]
    except UnknownPlace:
        return None
    origin = Origin(
        name=airport.city or name if by_code else meant.title() if meant.islower() else meant,
        coordinates=airport.coordinates,
        time_zone=airport.time_zone,
        country=airport.country,
        airport=airport.iata,
    )
    return _Start(origin, is_a_guess=meant != name)


def _without_airport(name: str) -> _Start | None:
    """A town without an airport of its own; an airport far away is that of another town so called."""
    town = find_elsewhere(name)
    own = airports.airports_at(name)
    if town is None or not town.country:
        return None
    if any(distance_km(town.coordinates, a.coordinates) <= names.OWN_AIRPORT_KM for a in own):
        return None
    airport = airports.nearest(town.coordinates)
    origin = Origin(
        name=town.name.removeprefix("the "),
        coordinates=town.coordinates,
        time_zone=airport.time_zone,
        country=town.country,
        airport=airport.iata,
    )
    return _Start(origin, airport=f"{airport.city} ({airport.iata})")
