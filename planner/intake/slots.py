"""Where in a passage a place is expected, and which unread words could be the name of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from agents.atlas import loader, names
from agents.atlas.airports import Airport, plain
from agents.atlas.elsewhere import Elsewhere
from agents.atlas.geo import distance_km
from agents.atlas.records import Coordinates
from agents.atlas.vocabulary import ActivityKind
from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern
from planner.intake.windows import MONTH, WEEKDAY
from planner.intake.wishes import vocabulary

ORDINARY = (
    *("nice", "bath", "cork", "split", "tours", "reading", "male", "rom", "mobile", "of", "soul"),
    *("amber", "pest", "grenade", "hollywood", "red city", "pink city", "lion city"),
    *("buffalo", "jasper", "jersey", "phoenix", "savannah", "turkey", "china", "zion"),
)
"""Names that are words of their own: they count only where a place is expected."""
SHORT = 3
"""Letters of a name that counts in capitals, or where a place is expected: LA, Rio."""
LANDSCAPES = frozenset(
    ("desert", "deserts", "fjords", "riviera", "safari", "safaris", "savanna", "tropics")
)
"""Lands that are words of their own: beside a place they count with a capital, or after "to"."""
NOT_A_PLACE = r"\s+(?:tonic|style|duck|toast|fries|sprouts|diet)(?![a-z])"
NOT_ONE_MORE = r"\s+(?:wines?|tasting|marathon|food|cuisine|cooking|dishes)(?![a-z])"
"""After these a name is the one to go to only where there is no other: "Lyon food weekend"."""
NEAR_KM = 60.0
"""How far from its destination a sight may have an airport of its name."""
DAY_TRIP_KM = 200.0
"""How far a sight of its destination may be: Java is no quarter of Amsterdam."""
WELL_KNOWN = ("lisbon", "paris", "rome", "tokyo", "new-york")
_PLACE_COMES = (
    r"(?:^|[,:/&+(]|(?<![a-z])(?:in|into|to|at|from|visit|visiting|see|or|and"
    r"|then|vs\.?|versus|compare|between|around|explore|exploring))\s*$"
)
_PLACE_ENDS = (
    r"\s*(?:$|[,.;:!?/&)+\0-]|(?:in|for|from|with|and|or|vs|versus|then"
    r"|on|this|next|over|at|to)(?![a-z]))"
)
_STRONG_SLOT = (
    r"(?:(?<![a-z])(?:days?|nights?|weeks?|week-?ends?|fortnight|trip|break"
    r"|holidays?|vacation|getaway|tour|stay|honeymoon"
    r"|time|go|going|travel(?:l?ing)?|fly(?:ing)?|head(?:ing)?|itinerary"
    r"|away|visit|\0)\s*(?:in|into|to|at|around|through|for)|(?<![a-z])(?:compare"
    r"|between))"
    r"(?:\s+the)?\s*$"
)
_WEAK_SLOT = (
    r"(?<![a-z])(?:in|into|to|visit|visiting|explore|exploring|see|around|or"
    r"|and|then|vs\.?|versus|from|for)(?:\s+the)?\s*$|(?:^|[,/&+:-])\s*$"
)
_COMES_AFTER = r"(?<![a-z])(?:in|into|to|visit|visiting|around)(?: the)?\s*$"
_OF_A_HOUSE = r" (?:hotel|hostel|inn|guest ?house|restaurant|cafe|bar)(?![a-z])"
_LENGTH = r"(?<![a-z])(?:days?|nights?|weeks?|weekends?)\s*$"
_OPENS = rf"(?:^|{_LENGTH[:-1]})\s*(?:(?:north|south|east|west)(?:ern)? )?$"
_FIRST = r"^\s*(?:(?:a|an|the|trip to|visit) )*$"
_OPENING_ENDS = rf"{_PLACE_ENDS}| (?:\d|trip|tour|holiday|vacation|itinerary|during|next)"
_BESIDE_A_PLACE = r"\0\s*(?:,|/|&|\+|or|and|then|vs\.?|versus|,\s*(?:or|and|then))\s*$"
_BEFORE_A_PLACE = r"\s*(?:,|/|&|\+|or|and|then|vs\.?|versus)\s*\0"
_SEVERAL = re.compile(r"[,:(]| and ")
_COMPASS = frozenset(("north", "south", "east", "west"))
_WORD = re.compile(r"[^\W\d_][\w'.-]*[^\W_]|[^\W\d_]")
_JOINERS = {"de", "del", "da", "do", "la", "le", "san", "santa", "saint", "st"}


def is_place_slot(passage: Passage, start: int, end: int) -> bool:
    """Whether a word such as "nice" stands where a name would: "in Nice or Rome", not "a nice trip"."""
    before, after = passage.folded[:start], passage.folded[end:]
    return bool(pattern(_PLACE_COMES).search(before) and re.match(_PLACE_ENDS, after))


def is_land_slot(passage: Passage, start: int, end: int) -> bool:
    """Whether a land stands beside other places as one more: "Rome and the Alps", not "Alps hotel"."""
    article = pattern(r"(?<![a-z])(?:the|a) $").search(passage.folded, 0, start)
    land = passage.folded[start:end].removeprefix("the ").removeprefix("a ")
    capital = passage.text[end - len(land)].isupper()
    comes_after = pattern(_COMES_AFTER).search(passage.folded, 0, start)
    if land in LANDSCAPES and not (capital or comes_after):
        return False
    return is_place_slot(passage, article.start() if article else start, end)


def is_code_slot(passage: Passage, start: int) -> bool:
    """Whether the code of an airport may stand here: after "3 days", in words that do not all shout."""
    return bool(pattern(_LENGTH).search(passage.folded, 0, start)) and not passage.text.isupper()


def candidates(passage: Passage) -> Iterator[tuple[int, int]]:
    """Unread words that could be a name: neighbours form one, common words never do."""
    filler = _filler()
    span: tuple[int, int] | None = None
    for match in _WORD.finditer(passage.rest):
        word = match.group().rstrip(".")
        joined = span is not None and passage.rest[span[1] : match.start()] in {" ", "-"}
        common = word in filler or bool(pattern(rf"(?:{MONTH}|{WEEKDAY})$").match(word))
        if word in ORDINARY and passage.text[match.start()].isupper():
            common = not is_place_slot(passage, *match.span())
        if common and not (joined and word in _JOINERS):
            if span:
                yield span
            span = None
        elif joined and span:
            span = span[0], match.start() + len(word)
        else:
            if span:
                yield span
            span = match.start(), match.start() + len(word)
    if span:
        yield span


@cache
def _filler() -> frozenset[str]:
    return frozenset(vocabulary()["filler"]["words"])


def slot_strength(passage: Passage, span: tuple[int, int]) -> int:
    """How much the words around expect a place here: 2 surely, 1 perhaps, 0 not."""
    if pattern(_OF_A_HOUSE).match(passage.folded, span[1]):
        return 0
    before = passage.folded[: span[0]]
    if pattern(_STRONG_SLOT).search(before):
        return 2
    capital = passage.text[span[0]].isupper()
    beside = pattern(_BESIDE_A_PLACE).search(passage.rest[: span[0]])
    ahead = pattern(_BEFORE_A_PLACE).match(passage.rest, span[1])
    if capital and (
        (beside and passage.is_place(beside.start()))
        or (ahead and passage.is_place(ahead.end() - 1))
    ):
        return 2
    return 1 if capital and pattern(_WEAK_SLOT).search(before) else 0


def may_be_lower_case(passage: Passage, span: tuple[int, int]) -> bool:
    """Whether a country or region in lower case may stand here: after "in", or beside a place."""
    comes_after = pattern(_COMES_AFTER).search(passage.folded, 0, span[0])
    beside = pattern(_BESIDE_A_PLACE).search(passage.rest[: span[0]])
    return bool(comes_after or (beside and passage.is_place(beside.start())))


def is_beside_a_place(passage: Passage, start: int, end: int, *, close: bool = False) -> bool:
    """Whether this is added to a place, or one to it: "London and the Highlands".

    `close` is whether nothing need be between them: "Oslo Bergen, 7 days".
    """
    beside, ahead = _BESIDE_A_PLACE, _BEFORE_A_PLACE
    if close:
        beside, ahead = rf"{beside}|\0 $", rf"{ahead}| \0"
    before = pattern(beside).search(passage.rest[:start].removesuffix("the "))
    after = pattern(ahead).match(passage.rest, end)
    return bool(
        (before and passage.is_place(before.start()))
        or (after and passage.is_place(after.end() - 1))
    )


def opens(passage: Passage, start: int, end: int) -> bool:
    """Whether a country in lower case stands first, or after a length: "japan, 8 days", "northern spain"."""
    first = pattern(_OPENS).search(passage.folded, 0, start)
    return bool(first and pattern(_OPENING_ENDS).match(passage.folded, end))


def stands_first(passage: Passage, start: int) -> bool:
    """Whether the words begin with this: "ibiza party", "the maldives honeymoon"."""
    return bool(pattern(_FIRST).search(passage.folded, 0, start))


def object_to_unknown(name: str, log: Log) -> None:
    """Reports a name that no destination has, with what could be said instead."""
    country = names.resolve(name)
    if country and not country.ids:
        log.object_to("destinations", nothing_in(country))
    else:
        log.object_to(
            "destinations", f"no destination {_known_as(name)} in the atlas; {_instead(name)}"
        )


def _known_as(name: str) -> str:
    """The name, with the country that it is taken to be in: there is more than one York."""
    at = names.where_is(name)
    country = loader.find_country(at.country) if at else None
    return f"{name!r} ({country.name})" if country else repr(name)


def _instead(name: str) -> str:
    """The destinations that have a sight of this name, or are nearest to it, or are spelt like it."""
    if at := names.where_is(name):
        return f"nearest to it: {near_to(at.coordinates)}"
    if inside := destinations_around(name):
        return f"it is in {_listed(inside)}; name the destination"
    found = ((known, names.resolve(known)) for known in names.nearest_names(name, 12))
    near = [
        known
        for known, match in found
        if match and match.ids and match.kind is not names.MatchKind.REGION
    ]
    return f"nearest known: {', '.join(near[:3])}" if near else f"known are {known_names()}"


def nothing_in(country: names.Match) -> str:
    """What to say of a country without a destination."""
    at = names.middle_of(country.code)
    near = f"nearest to it: {near_to(at)}" if at else f"known are {known_names()}"
    return f"no destination in {country.name} is known yet; {near}"


def near_to(at: Coordinates) -> str:
    """The destinations nearest to a point, with how far they are."""
    return ", ".join(f"{close.name} ({close.km:.0f} km)" for close in names.nearest_to(at))


def is_around(name: str, id: str) -> bool:
    """Whether a quarter or a sight of the destination has all words of this name."""
    wanted = set(plain(name).split())
    return bool(wanted) and any(wanted <= set(plain(n).split()) for n in loader.sights()[id])


def destinations_around(name: str) -> tuple[str, ...]:
    """The destinations with a quarter or a sight of this name, or of one with these words in it.

    One word alone must be the whole name: York is not where the New York Café is. With an airport
    of its own the name is that of a city, and only a destination near it is around it.
    """
    if _bare(name) in _COMPASS:
        return ()
    there = names.where_is(name)
    return tuple(id for id in loader.destination_ids() if _has(id, name, there))


def _has(id: str, name: str, there: Elsewhere | Airport | None) -> bool:
    km = distance_km(there.coordinates, loader.index_entry(id).coordinates) if there else 0.0
    if isinstance(there, Airport):
        return km <= NEAR_KM and is_around(name, id)
    if km > DAY_TRIP_KM:
        return False
    wanted = _bare(name)
    named = (sight for sight in loader.sights()[id] if _is_named(sight, wanted))
    return bool(wanted) and any(not _is_for_a_meal(id, sight) for sight in named)


def _is_named(sight: str, wanted: str) -> bool:
    """Whether it is the name of a sight, of one of several quarters, or words in a row of either."""
    if wanted in map(_bare, _SEVERAL.split(sight)):
        return True
    return " " in wanted and f" {wanted} " in f" {plain(sight)} "


def _bare(name: str) -> str:
    return plain(name).removeprefix("the ")


def _is_for_a_meal(id: str, name: str) -> bool:
    """Whether it is a place to eat: the Taj Mahal of Dubrovnik is a restaurant."""
    return any(
        activity.name == name and activity.kind is ActivityKind.FOOD
        for activity in loader.destination(id).activities
    )


def known_names() -> str:
    """How many destinations there are, and a few to begin with."""
    shown = _listed(WELL_KNOWN)
    return f"{len(loader.index())} places, among them {shown}; `tripartite destinations` lists all"


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(loader.index_entry(id).name for id in ids)
