"""Where to: the destinations a traveller names, and how they belong together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from agents.atlas import loader, names
from agents.atlas.vocabulary import Region
from agents.request import Relation
from planner.intake.elsewhere import set_elsewhere
from planner.intake.gazetteer import Found, Gazetteer
from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern
from planner.intake.persons import read_persons
from planner.intake.refused import (
    ASIDE,
    is_refused,
    led_by,
    set_refused,
    tell_refused,
    without_refused,
)
from planner.intake.slots import (
    NOT_A_PLACE,
    NOT_ONE_MORE,
    ORDINARY,
    SHORT,
    candidates,
    is_code_slot,
    is_land_slot,
    is_place_slot,
    may_be_lower_case,
    object_to_unknown,
    opens,
    slot_strength,
    stands_first,
)
from planner.intake.stops import Mention, Places, goes_on, read_stays
from planner.intake.unknown import read_longer_names, read_unknown

_PARTS = (names.MatchKind.COUNTRY, names.MatchKind.LAND, names.MatchKind.REGION)
_BACK = r"(?<![a-z])(?:back|return(?:ing)?|home)(?: to| in)?(?: the)?\s*$"
SURE_OF_THE_FIRST = 90
"""Letters in common out of 100, by which words in lower case that come first are a name."""
_COAST_OF = r"(?<=coast)\s+of(?![a-z])"
"""After "the west coast", which alone is that of the United States."""
_OR = r"(?<![a-z])(?:or|vs|versus|either|alternatively|ou|oder)(?![a-z])|/|\||^ o $"
_THEN = (
    r"(?<![a-z])(?:then|followed|after(?:wards| that)?|before|onwards?|continu\w+"
    r"|next|finally|to|via|rest)(?![a-z])|->|→|=>|>"
)
_CHOICE = (
    r"(?<![a-z])(?:compar(?:e|es|ed|ing|ison)|which (?:one|is|would|city"
    r"|of)|either|better|decid(?:e|ing)|choos(?:e|ing)"
    r"|torn between|vs|versus|best of|undecided|prefer|difference)(?![a-z])"
)


@cache
def _destinations() -> Gazetteer[names.Match]:
    """All destinations, by every name."""
    named = (name for e in loader.index() for name in (e.id, e.name, *e.names))
    matches = ((name, names.resolve(name)) for name in named)
    return Gazetteer({name: match for name, match in matches if match})


@cache
def _parts() -> Gazetteer[names.Match]:
    """Countries and other parts of the world, but those that are the name of a destination too."""
    named = [n for country in loader.countries() for n in (country.name, *country.aliases)]
    named += [n for land in loader.lands() for n in (land.name, *land.aliases)]
    named += [region.value for region in Region if "-" in region.value]
    # "the Balkans" would be found before "Balkans coast", which begins later
    known = {name.lower() for name in named}
    with_article = {f"the {name}" for name in known}
    matches = ((n, names.resolve(n)) for n in named if n.lower() not in with_article)
    return Gazetteer({name: match for name, match in matches if match and match.kind in _PARTS})


@cache
def _parts_abroad() -> Gazetteer[names.Match]:
    return Gazetteer(names.countries_abroad())


def destinations_in(folded: str) -> list[tuple[int, int]]:
    """Where names of destinations stand in some folded words."""
    return [found.span for found in _destinations().found_in(folded)]


def is_destination(words: str) -> bool:
    """Whether the words are the name of a destination."""
    return words in _destinations()


def read_places(passage: Passage, log: Log, named: Sequence[str] | None = None) -> Places:
    """The destinations in the words, by their names and by near misses, or those `named` instead."""
    places = _read_words(passage, log if named is None else Log())
    return places if named is None else _places_named(named, places, log)


def _read_words(passage: Passage, log: Log) -> Places:
    places = Places()
    read_persons(passage)
    for found in list(_destinations().found_in(passage.rest)):
        one_more = pattern(NOT_ONE_MORE).match(passage.folded, found.span[1]) is None
        if one_more and _is_meant(passage, found):
            _take(found.named, found.span, passage, places)
    _read_parts(passage, places, _parts())
    for found in [] if places.named else list(_destinations().found_in(passage.rest)):
        if _is_meant(passage, found):
            _take(found.named, found.span, passage, places)
    _by_resemblance(passage, places)
    if not places.named and any(True for _ in candidates(passage)):
        _read_parts(passage, places, _parts_abroad())
    places.mentions.sort(key=lambda mention: mention.start)
    set_elsewhere(passage, places, log)
    read_longer_names(passage, places, log)
    read_unknown(passage, places, log)
    set_refused(passage, places)
    _set_asides(passage, places, log)
    places.ids = list(dict.fromkeys(mention.id for mention in places.stops))
    places.relation = _relation(passage, places)
    places.onwards = goes_on(passage, places.mentions)
    read_stays(passage, places)
    for mention in places.mentions:
        log.saw("destinations", mention.what.name, mention.words)
    tell_refused(places, log)
    _tell_guesses(places, log)
    return places


def _tell_guesses(places: Places, log: Log) -> None:
    """Objects to what has no destination, and tells why one is meant by words not its very name."""
    for mention in places.mentions:
        name, words = mention.what.name, mention.words
        if not mention.what.ids and places.refused:
            log.object_to("destinations", f"no destination in {name} is left but what is refused")
        elif not mention.what.ids:
            object_to_unknown(words, log)
        if mention.what.score < 100:
            log.assume("destinations", name, f"{words!r} is spelt almost like it")
        elif names.is_airport_code(words):
            log.assume("destinations", name, f"{words!r} is its airport's code")
        if mention.is_part and mention in places.stops:
            only = loader.index_entry(mention.id).name
            what = "left" if places.refused else "known"
            log.assume("destinations", only, f"all that is {what} in {name}")


def _read_parts(passage: Passage, places: Places, parts: Gazetteer[names.Match]) -> None:
    """Countries and lands by their very names."""
    for found in list(parts.found_in(passage.rest)):
        span, part = found.span, found.named
        if pattern(rf"{NOT_A_PLACE}|{NOT_ONE_MORE}|{_COAST_OF}").match(passage.folded, span[1]):
            continue
        surely = part.kind is names.MatchKind.LAND or " " in found.words
        if found.words == "island" and not is_place_slot(passage, *span):
            continue  # Iceland to those who live there, and else a wish
        if is_refused(passage, span[0]):
            _take(part, span, passage, places)
        elif not _stands(part, span, passage, places):
            continue
        elif (
            surely
            or passage.text[span[0]].isupper()
            or opens(passage, *span)
            or (not places.named and found.words not in ORDINARY and stands_first(passage, span[0]))
        ):
            _take(part, span, passage, places)


def _stands(part: names.Match, span: tuple[int, int], passage: Passage, places: Places) -> bool:
    """Whether a land is meant: alone, with a destination in it, or where one more place stands."""
    ids = {mention.id for mention in places.mentions if not mention.is_part}
    inside = not ids or not ids.isdisjoint(part.ids)
    return part.kind is not names.MatchKind.LAND or inside or is_land_slot(passage, *span)


def _take(match: names.Match, span: tuple[int, int], passage: Passage, places: Places) -> None:
    """Enter what is named there."""
    places.mentions.append(Mention(match, passage.said(span), *span))
    passage.read_place(*span)


def _is_meant(passage: Passage, found: Found[names.Match]) -> bool:
    start, end = found.span
    if pattern(NOT_A_PLACE).match(passage.folded, end):
        return False
    if passage.is_foreign and passage.text[start].isupper():
        return True  # no word of English: "in Rom", "à Tours"
    letters = found.words.isascii() and not passage.text[start:end].isupper()
    short = letters and len(found.words) <= SHORT  # two signs are a whole name in Chinese
    if found.words not in ORDINARY and not short:
        return True
    first = start == 0 and passage.text[0].isupper()  # "Rio carnival"
    return (first and found.words not in ORDINARY) or is_place_slot(passage, start, end)


def _set_asides(passage: Passage, places: Places, log: Log) -> None:
    """Drops what is meant for an afternoon or the way home, when other places are named."""
    for lead in (ASIDE, _BACK):
        for mention, span in list(led_by(lead, passage, places.mentions)):
            if all(set(other.what.ids) & set(mention.what.ids) for other in places.mentions):
                continue
            places.mentions.remove(mention)
            passage.read(*span)
            log.miss(passage.said(span))


def _by_resemblance(passage: Passage, places: Places) -> None:
    """Regions, codes of airports and misspelt names, where a place is expected."""
    for span in list(candidates(passage)):
        strength = slot_strength(passage, span)
        words = passage.text[slice(*span)]
        refused = is_refused(passage, span[0])
        expected = strength or refused or may_be_lower_case(passage, span) or opens(passage, *span)
        expected = expected or (names.is_airport_code(words) and is_code_slot(passage, span[0]))
        match = names.resolve(words) if expected and len(words) <= 60 else None
        sure_from = (SURE_OF_THE_FIRST if opens(passage, *span) else 100, 88, 84)[strength]
        if match is None or match.score < sure_from:
            continue
        if refused and match.score < 100:
            continue
        if not (refused or _stands(match, span, passage, places)):
            continue
        _take(match, span, passage, places)


def _places_named(named: Sequence[str], said: Places, log: Log) -> Places:
    """The destinations an option lists; the words still say how they belong together."""
    places = Places()
    for name in named:
        if match := names.resolve(name):
            places.mentions.append(Mention(match, name))
        else:
            object_to_unknown(name, log)
        log.saw("destinations", match.name if match else name, "")
    places.refused = said.refused
    places.refused_names, places.refused_words = said.refused_names, said.refused_words
    without_refused(places)
    tell_refused(places, log)
    _tell_guesses(places, log)
    places.ids = list(dict.fromkeys(mention.id for mention in places.stops))
    if len(places.ids) > 1:
        places.relation = said.relation if set(said.ids) == set(places.ids) else Relation.OR
    if places.ids == said.ids:
        places.stay_nights, places.stay_words = said.stay_nights, said.stay_words
        places.ends_with_rest = said.ends_with_rest
    elif set(places.ids) <= set(said.ids) and len(said.ids) == len(said.stay_nights):
        nights = dict(zip(said.ids, said.stay_nights, strict=True))
        places.stay_nights = tuple(nights[id] for id in places.ids)
        places.stay_words = said.stay_words
    return places


def _relation(passage: Passage, places: Places) -> Relation | None:
    if len(places.ids) < 2:
        return Relation.ONE if places.ids else None
    gaps = [passage.folded[a.end : b.start] for a, b in pairwise(places.stops)]
    either = any(pattern(_OR).search(gap) for gap in gaps)
    then = any(pattern(_THEN).search(gap) for gap in gaps)
    if pattern(_CHOICE).search(passage.folded):
        return Relation.OR
    if either and then:
        return None
    return Relation.OR if either else Relation.THEN
