"""A place of the same name elsewhere: "Naples, Florida" is not Naples, "Florence, Tuscany" is Florence."""

from __future__ import annotations

from agents.atlas import loader, names
from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern
from planner.intake.slots import known_names
from planner.intake.stops import Mention, Places

_STATES = {
    "US": (
        "alabama al|alaska ak|arizona az|arkansas ar|california ca|colorado co|connecticut ct|delaware de"
        "|florida fl|georgia ga|hawaii hi|idaho id|illinois il|indiana in|iowa ia|kansas ks|kentucky ky"
        "|louisiana la|maine me|maryland md|massachusetts ma|michigan mi|minnesota mn|mississippi ms"
        "|missouri mo|montana mt|nebraska ne|nevada nv|new hampshire nh|new jersey nj|new mexico nm|ny ny"
        "|north carolina nc|north dakota nd|ohio oh|oklahoma ok|oregon or|pennsylvania pa|rhode island ri"
        "|south carolina sc|south dakota sd|tennessee tn|texas tx|utah ut|vermont vt|virginia va"
        "|washington wa|west virginia wv|wisconsin wi|wyoming wy|dc dc"
    ),
    "CA": (
        "alberta ab|british columbia bc|manitoba mb|new brunswick nb|newfoundland nl|nova scotia ns"
        "|ontario on|prince edward island pe|quebec qc|saskatchewan sk"
    ),
}
_HOME = {
    "banff": "ab",
    "boston": "ma",
    "chicago": "il",
    "honolulu": "hi",
    "los-angeles": "ca",
    "miami": "fl",
    "montreal": "qc",
    "new-orleans": "la",
    "new-york": "ny",
    "san-francisco": "ca",
    "vancouver": "bc",
    "washington": "dc",
}
"""The state or province of the destinations that have one."""
_CITIES_TOO = {"washington": ("vancouver",)}
"""States that are a destination's name as well: they count as a state only after these."""
_BY_NAME = {
    name: (code, country)
    for country, states in _STATES.items()
    for name, code in (state.rsplit(" ", 1) for state in states.split("|"))
}
_BY_CODE = {code.upper(): (code, country) for code, country in _BY_NAME.values()}
_AFTER_COMMA = rf"\s*,\s*(?P<state>{'|'.join([*_BY_NAME, *map(str.lower, _BY_CODE)])})(?![\w-])"
_COMMA = r"\s*,\s*$"
_GOES_ON = r"\s*(?:,|and|or|&|/)\s*$"


def set_elsewhere(passage: Passage, places: Places, log: Log) -> None:
    """Objects to a destination's name before a country or state in which it does not lie."""
    for mention in [m for m in places.mentions if not m.is_part]:
        if state := _state_after(passage, mention):
            (code, country), end = state
            if _HOME.get(mention.id) == code:
                passage.read(mention.end, end)
                continue
        elif part := _country_after(passage, places, mention):
            code, country, end = "", part.what.code, part.end
        else:
            continue
        words = passage.said((mention.start, end))
        passage.read(mention.start, end)
        places.mentions = [m for m in places.mentions if not mention.start <= m.start < end]
        known = _known_there(country, code)
        log.object_to("destinations", f"no destination {words!r} in the atlas; {known}")


def _state_after(passage: Passage, mention: Mention) -> tuple[tuple[str, str], int] | None:
    """The state or province named after a comma, a code in capitals, and where it ends."""
    match = pattern(_AFTER_COMMA).match(passage.folded, mention.end)
    if match is None:
        return None
    said = passage.text[slice(*match.span("state"))]
    state = _BY_CODE.get(said) or (_BY_NAME.get(match["state"]) if len(said) > 2 else None)
    only_after = _CITIES_TOO.get(match["state"])
    is_meant = state and (only_after is None or mention.id in only_after)
    return (state, match.end()) if state and is_meant else None


def _country_after(passage: Passage, places: Places, mention: Mention) -> Mention | None:
    """The country named after a comma that the destination is not in, when it ends the list there."""
    after = [m for m in places.mentions if m.start >= mention.end][:2]
    if not after or after[0].what.kind is not names.MatchKind.COUNTRY:
        return None
    part, *more = after
    beside = pattern(_COMMA).match(passage.folded, mention.end, part.start)
    a_list = more and pattern(_GOES_ON).match(passage.folded, part.end, more[0].start)
    return None if a_list or not beside or mention.id in part.what.ids else part


def _known_there(country: str, state: str) -> str:
    """The destinations in that state, else in that country, else nearest to it."""
    inside = [entry for entry in loader.index() if entry.country == country]
    if found := [e for e in inside if state and _HOME.get(e.id) == state] or inside:
        return f"known there: {', '.join(entry.name for entry in found)}"
    at = names.middle_of(country)
    near = ", ".join(place.name for place in names.nearest_to(at)) if at else ""
    return f"nearest to it: {near}" if near else f"known are {known_names()}"
