"""Where to: the destinations a traveller names, and how they belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from agents.atlas import loader, names
from agents.atlas.airports import plain
from agents.request import Dates, Relation
from planner.intake.notes import Log
from planner.intake.passage import NUMBER, Passage, fold, number, pattern
from planner.intake.windows import MONTH, WEEKDAY
from planner.intake.wishes import vocabulary

_ORDINARY = {
    "nice",
    "bath",
    "cork",
    "split",
    "tours",
    "reading",
    "male",
    "rom",
    "of",
    "victoria",
    "florence",
    "mobile",
}
"""Names that are words of their own: they count only where a place is expected."""
_PLACE_COMES = r"(?:^|[,:/&+(]|(?<![a-z])(?:in|to|at|from|visit|visiting|see|or|and|then|vs\.?|versus|compare|between|around|explore|exploring))\s*$"
_PLACE_ENDS = r"\s*(?:$|[,.;:!?/&)+\0-]|(?:in|for|from|with|and|or|vs|versus|then|on|this|next|over|at|to)(?![a-z]))"
_REFUSED = r"(?:not|never|except|without|no|skip|instead of|rather than|(?:already |just )?(?:been to|visited|seen)|was in|were in|like)(?: to| in| for| the)?\s*$"
_ASIDE = r"(?:(?:^|(?<![a-z])(?:a|an|one|the|with|and|plus|or|maybe|some|,) )day[ -]?trips?(?: to)?|excursions? to|side trips? to)\s*$"
_NOT_A_PLACE = r"\s+(?:wines?|tonic|tasting|style|marathon)(?![a-z])"
_OR = r"(?<![a-z])(?:or|vs|versus|either|alternatively)(?![a-z])|/|\|"
_THEN = r"(?<![a-z])(?:then|followed|after(?:wards| that)?|before|onwards?|continu\w+|next|finally|to|via|rest)(?![a-z])|->|→|=>|>"
_CHOICE = (
    r"(?<![a-z])(?:compar(?:e|es|ed|ing|ison)|which (?:one|is|would|city|of)|either|better|decid(?:e|ing)|choos(?:e|ing)"
    r"|torn between|vs|versus|best of|undecided|prefer|difference)(?![a-z])"
)
_STRONG_SLOT = (
    r"(?:(?<![a-z])(?:days?|nights?|weeks?|week-?ends?|fortnight|trip|break|holidays?|vacation|getaway|tour|stay|honeymoon"
    r"|time|go|going|travel(?:l?ing)?|fly(?:ing)?|head(?:ing)?|itinerary|away|visit|\0)\s*(?:in|to|at|around|through|for)|(?<![a-z])(?:compare|between))"
    r"(?:\s+the)?\s*$"
)
_WEAK_SLOT = r"(?<![a-z])(?:in|to|visit|visiting|explore|exploring|see|around|or|and|then|vs\.?|versus|from|for)(?:\s+the)?\s*$|(?:^|[,/&+:-])\s*$"
_BESIDE_A_PLACE = r"\0\s*(?:,|/|&|\+|or|and|then|vs\.?|versus|,\s*(?:or|and|then))\s*$"
_BEFORE_A_PLACE = r"\s*(?:,|/|&|\+|or|and|then|vs\.?|versus)\s*\0"
_STAY_BEFORE = rf"(?P<n>{NUMBER})(?: (?P<unit>nights?|days?))? ?(?:in|at|-|:)?(?: the)?\s*$"
_STAY_AFTER = rf"\s*[(:,-]?\s*(?:for )?(?P<n>{NUMBER}) ?(?P<unit>nights?|days?)\)?"
_WORD = re.compile(r"[^\W\d_][\w'.-]*[^\W_]|[^\W\d_]")
_JOINERS = {"de", "del", "da", "do", "la", "le", "san", "santa", "saint", "st"}


@dataclass(frozen=True)
class Mention:
    """A destination where it is named."""

    id: str
    start: int
    end: int


@dataclass
class Places:
    """What was said about where to go."""

    ids: list[str] = field(default_factory=list)
    relation: Relation | None = None
    countries: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    stay_nights: tuple[int, ...] = ()
    ends_with_rest: bool = False
    mentions: list[Mention] = field(default_factory=list)


@cache
def _gazetteer() -> tuple[str, dict[str, str]]:
    """One expression for all names of destinations, and the id of each."""
    ids = {
        fold(name): entry.id
        for entry in loader.index()
        for name in (entry.id, entry.name, *entry.names)
    }
    longest_first = sorted(ids, key=len, reverse=True)
    alternatives = "|".join(
        re.escape(name).replace(r"\ ", r"[ -]+").replace(r"\-", "[ -]+") for name in longest_first
    )
    return rf"(?<![\w-])(?:{alternatives})(?![\w]|-\w)", ids


def read_places(passage: Passage, log: Log, named: Sequence[str] | None = None) -> Places:
    """The destinations in the words, by their names and by near misses, or those `named` instead."""
    places = _read_words(passage, log if named is None else Log())
    return places if named is None else _places_named(named, places, log)


def _read_words(passage: Passage, log: Log) -> Places:
    places = Places()
    expression, ids = _gazetteer()
    for match in list(pattern(expression).finditer(passage.rest)):
        name = " ".join(match.group().split())
        id = ids.get(name) or ids.get(name.replace(" ", "-")) or ids.get(name.replace("-", " "))
        if id and _is_meant(passage, match):
            places.mentions.append(Mention(id, *match.span()))
            passage.read(*match.span())
    _set_asides(passage, places, log)
    _by_resemblance(passage, places, log)
    places.mentions.sort(key=lambda mention: mention.start)
    places.ids = list(dict.fromkeys(mention.id for mention in places.mentions))
    places.relation = _relation(passage, places)
    _read_stays(passage, places)
    for mention in places.mentions:
        log.saw(
            "destinations",
            loader.index_entry(mention.id).name,
            passage.said((mention.start, mention.end)),
        )
    return places


def _is_meant(passage: Passage, match: re.Match[str]) -> bool:
    start, end = match.span()
    before, after = passage.folded[:start], passage.folded[end:]
    if pattern(_NOT_A_PLACE).match(after):
        return False
    if match.group() not in _ORDINARY:
        return True
    return _is_place_slot(passage, start, end)


def _is_place_slot(passage: Passage, start: int, end: int) -> bool:
    """Whether a word such as "nice" stands where a name would: "in Nice or Rome", not "a nice trip"."""
    before, after = passage.folded[:start], passage.folded[end:]
    return bool(pattern(_PLACE_COMES).search(before) and re.match(_PLACE_ENDS, after))


def _set_asides(passage: Passage, places: Places, log: Log) -> None:
    """Drops the places that are refused, or meant for an afternoon when others are named."""
    for expression in (_REFUSED, _ASIDE):
        dropped = 0
        for mention in list(places.mentions):
            found = pattern(expression).search(passage.folded, 0, mention.start)
            alone = all(other.id == mention.id for other in places.mentions)
            if found and not (expression is _ASIDE and alone):
                places.mentions.remove(mention)
                passage.read(found.start(), mention.end)
                log.miss(passage.said((found.start(), mention.end)))
                dropped = mention.end
            elif dropped and pattern(r"\s*(?:,|and|or|,\s*and)\s*$").match(
                passage.folded, dropped, mention.start
            ):
                places.mentions.remove(mention)
                log.miss(passage.said((mention.start, mention.end)))
                dropped = mention.end


def candidates(passage: Passage) -> Iterator[tuple[int, int]]:
    """Unread words that could be a name: neighbours form one, common words never do."""
    filler = _filler()
    span: tuple[int, int] | None = None
    for match in _WORD.finditer(passage.rest):
        word = match.group().rstrip(".")
        joined = span is not None and passage.rest[span[1] : match.start()] in {" ", "-"}
        common = word in filler or pattern(rf"(?:{MONTH}|{WEEKDAY})$").match(word)
        if word in _ORDINARY and passage.text[match.start()].isupper():
            common = not _is_place_slot(passage, *match.span())
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
    before, after = passage.folded[: span[0]], passage.folded[span[1] :]
    with_gaps_before, with_gaps_after = passage.rest[: span[0]], passage.rest[span[1] :]
    if pattern(_STRONG_SLOT).search(before):
        return 2
    capital = passage.text[span[0]].isupper()
    beside = pattern(_BESIDE_A_PLACE).search(with_gaps_before) or pattern(_BEFORE_A_PLACE).match(
        with_gaps_after
    )
    if capital and beside:
        return 2
    return 1 if capital and pattern(_WEAK_SLOT).search(before) else 0


def _by_resemblance(passage: Passage, places: Places, log: Log) -> None:
    """Countries, regions and misspelt names, where a place is expected."""
    for span in list(candidates(passage)):
        strength = slot_strength(passage, span)
        words = passage.text[slice(*span)]
        match = names.resolve(words) if strength and len(words) <= 60 else None
        if match is None or (strength < 2 and match.score < 88):
            continue
        if pattern(_REFUSED).search(passage.folded[: span[0]]):
            continue
        if match.kind is names.MatchKind.DESTINATION:
            places.mentions.append(Mention(match.code, *span))
            passage.read(*span)
            log.assume("destinations", match.name, f"{words!r} is spelt almost like it")
            continue
        if match.kind is names.MatchKind.COUNTRY:
            if not match.ids:
                log.object_to(
                    "destinations",
                    f"no destination in {match.name} is known yet; known are {known_names()}",
                )
            places.countries.append(match.code)
        else:
            places.regions.append(match.code)
        log.saw("destinations", match.name, words)
        passage.read(*span)


def _places_named(named: Sequence[str], said: Places, log: Log) -> Places:
    """The destinations an option lists; the words still say how they belong together."""
    places = Places()
    for name in named:
        match = names.resolve(name)
        if match is None or not match.ids:
            object_to_unknown(name, log)
        elif match.kind is names.MatchKind.DESTINATION:
            places.ids.append(match.code)
        elif match.kind is names.MatchKind.COUNTRY:
            places.countries.append(match.code)
        else:
            places.regions.append(match.code)
        log.saw("destinations", match.name if match else name, "")
    places.ids = list(dict.fromkeys(places.ids))
    if len(places.ids) > 1:
        places.relation = said.relation if set(said.ids) == set(places.ids) else Relation.OR
    return places


def object_to_unknown(name: str, log: Log) -> None:
    """Reports a name that no destination has, with the nearest that are known."""
    found = ((known, names.resolve(known)) for known in names.nearest_names(name, 12))
    near = [
        known
        for known, match in found
        if match and match.ids and match.kind is not names.MatchKind.REGION
    ]
    hint = f"nearest known: {', '.join(near[:3])}" if near else f"known are {known_names()}"
    log.object_to("destinations", f"no destination {name!r} in the atlas; {hint}")


def destination_around(name: str, ids: Sequence[str] = ()) -> str | None:
    """The destination, of `ids` or of all, with a quarter or a sight of this name; opens the files."""
    wanted = plain(name).split()
    for id in (ids or loader.destination_ids()) if wanted else ():
        record = loader.destination(id)
        if any(
            set(wanted) <= set(plain(part.name).split())
            for part in (*record.areas, *record.activities)
        ):
            return id
    return None


def nights(
    places: Places, ids: Sequence[str], dates: Dates, option: Sequence[int] | None
) -> tuple[int, ...]:
    """Nights in each destination of a route; whatever is left goes to "the rest"."""
    if option is not None:
        return tuple(option)
    if places.ends_with_rest:
        return (*places.stay_nights, dates.nights - sum(places.stay_nights))
    return places.stay_nights if len(places.stay_nights) == len(ids) else ()


def known_names() -> str:
    """All destinations, to choose from."""
    return ", ".join(entry.name for entry in loader.index())


def _relation(passage: Passage, places: Places) -> Relation | None:
    mentions = places.mentions
    if len(places.ids) < 2:
        return Relation.ONE if places.ids else None
    gaps = [passage.folded[a.end : b.start] for a, b in zip(mentions, mentions[1:], strict=False)]
    either = any(pattern(_OR).search(gap) for gap in gaps)
    then = any(pattern(_THEN).search(gap) for gap in gaps)
    if pattern(_CHOICE).search(passage.folded):
        return Relation.OR
    if either and then:
        return None
    return Relation.OR if either else Relation.THEN


def _read_stays(passage: Passage, places: Places) -> None:
    """Nights in each place of a trip with several stops, when every one has a number or the rest."""
    if places.relation is not Relation.THEN or len(places.mentions) != len(places.ids):
        return
    found: list[tuple[int, str, tuple[int, int]] | None] = []
    unit = "nights"
    for mention in places.mentions:
        match = pattern(_STAY_BEFORE).search(passage.rest[: mention.start])
        offset = 0
        if match is None:
            match, offset = pattern(_STAY_AFTER).match(passage.rest[mention.end :]), mention.end
        if match is None:
            found.append(None)
            continue
        unit = match["unit"] or unit
        found.append((number(match["n"]), unit, (match.start() + offset, match.end() + offset)))
    stays = [stay for stay in found if stay]
    resting = found[-1] is None and pattern(r"rest(?: of [\w ]+)? (?:in|at)\s*$").search(
        passage.folded[: places.mentions[-1].start]
    )
    if len(stays) < len(found) - bool(resting):
        return
    nights = [n for n, _, _ in stays]
    if not resting and stays[-1][1].startswith("day"):
        nights[-1] -= 1
    for _, _, span in stays:
        passage.read(*span)
    places.stay_nights = tuple(nights)
    places.ends_with_rest = bool(resting)
