"""Where a trip starts from."""

from __future__ import annotations

import re

from agents.atlas import airports, loader
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
        r"|going|flights?|driving|trains?|by train|by rail) )?(?:out )?(?<![a-z])from",
    ),
    (("leaving", "departing", "out of"), r"(?<![a-z])(?:leaving|departing|flying out of|out of)"),
    (
        ("live", "living", "based"),
        r"(?<![a-z])(?:(?:we|i) (?:live|are based|am based)|we're based|i'm based|based|living) in",
    ),
    (("home", "origin"), r"(?<![a-z])(?:home is|origin:?|home:)"),
)
"""Words of which one must be there, and the expression that comes before an origin."""
_STOP = (
    r"\b(?:to|in|on|for|and|with|by|at|or|via|we|i|during|over|around|next"
    r"|this|then|until|sometime|as|please)\b"
)
_CITY_TO_CITY = (
    r"^\s*(?P<name>[^\W\d_][\w']*(?:[ -][^\W\d_][\w']*){0,2})(?: to(?= )| ?(?:->|→|=>|>)) ?(?=[\w])"
)
_GOES_ON = rf" ?[^\W\d_][\w']*(?:[ -][^\W\d_][\w']*){{0,2}}(?: ?(?:->|→|=>|>)| to(?= )) ?(?!{MONTH}|{WEEKDAY})(?P<next>[^\W\d_][\w']*)"


def read_origin(passage: Passage, log: Log) -> Origin | None:
    """The place after "from", "leaving", "we live in"; it is then no destination."""
    for words_there, lead in _LEADS:
        expression = rf"{lead}:? {_NO_NAME}{_NAME}"
        found_here = pattern(expression).finditer(passage.rest) if passage.has(*words_there) else ()
        for match in list(found_here):
            name_start = match.start("name")
            name = re.split(_STOP, match["name"])[0].rstrip(" -.")
            words = passage.text[name_start : name_start + len(name)]
            if not name or not (found := _longest(words, sure=words[:1].isupper())):
                if words[:1].isupper() and "from" in match.group():
                    _object(words, log)
                    passage.read(match.start(), name_start + len(name))
                continue
            origin, length = found
            passage.read(match.start(), name_start + length)
            log.saw("origin", origin.name, passage.said((match.start(), name_start + length)))
            return origin
    if city := passage.find(_CITY_TO_CITY):
        start, end = city.span("name")
        back = _end_of_route(passage, city)
        found = _longest(passage.text[start:end], sure=passage.text[start].isupper())
        if found and found[1] == end - start and back != (0, 0):
            for span in (start, end), *([back] if back else []):
                passage.read(*span)
            log.saw("origin", found[0].name, passage.said(city.span()))
            return found[0]
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
    """The origin an option names; a problem when it is unknown."""
    found = _origin(name)
    if found is None:
        _object(name, log)
    return found


def _object(name: str, log: Log) -> None:
    try:
        airports.airports_of_city(name)
    except UnknownPlace as error:
        log.object_to("origin", f"{error}; give a city with an airport, or its code")


def _longest(words: str, *, sure: bool) -> tuple[Origin, int] | None:
    """The longest beginning of `words` that is a known place, and how many characters it takes."""
    ends = [m.start() for m in re.finditer(r"[ -]", words)]
    for end in (len(words), *reversed(ends)):
        if found := _origin(words[:end], exact=not sure):
            return found, end
    return None


def _origin(name: str, *, exact: bool = False) -> Origin | None:
    entry = next(
        (e for e in loader.index() if fold(name) in {fold(n) for n in (e.id, e.name, *e.names)}),
        None,
    )
    if entry:
        place = loader.destination(entry.id)
        return Origin(
            name=entry.name,
            coordinates=entry.coordinates,
            time_zone=place.time_zone,
            country=entry.country,
            airport=entry.airports[0] if entry.airports else None,
        )
    try:
        by_code = len(name) == 3 and name.isupper()
        airport = airports.airport(name) if by_code else airports.airports_of_city(name)[0]
    except UnknownPlace:
        return None
    if exact and fold(airport.city) != fold(name):
        return None
    return Origin(
        name=airport.city or name if by_code else name.title() if name.islower() else name,
        coordinates=airport.coordinates,
        time_zone=airport.time_zone,
        country=airport.country,
        airport=airport.iata,
    )
