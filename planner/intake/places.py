"""Where to: the destinations a traveller names, and how they belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from agents.atlas import loader, names
from agents.request import Relation
from planner.intake.notes import Log
from planner.intake.passage import NUMBER, Passage, fold, number, pattern
from planner.intake.windows import MONTH, WEEKDAY
from planner.intake.wishes import vocabulary

_ORDINARY = {"nice", "bath", "cork", "split", "tours", "reading", "male", "rom", "of", "victoria", "florence", "mobile"}
"""Names that are words of their own: they count only where a place is expected."""
_PLACE_COMES = r"(?:^|[,:/&+(]|(?<![a-z])(?:in|to|at|from|visit|visiting|see|or|and|then|vs\.?|versus|compare|between|around|explore|exploring))\s*$"
_PLACE_ENDS = r"\s*(?:$|[,.;:!?/&)+\0-]|(?:in|for|from|with|and|or|vs|versus|then|on|this|next|over|at|to)(?![a-z]))"
_REFUSED = r"(?:not|never|except|without|no|skip|instead of|rather than|(?:already |just )?(?:been to|visited|seen)|was in|were in|like)(?: to| in| for| the)?\s*$"
_ASIDE = r"(?:glass of|bottle of|day ?-?trips?(?: to)?|excursions? to|side trips? to)\s*$"
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
    ids = {fold(name): entry.id for entry in loader.index() for name in (entry.id, entry.name, *entry.names)}
    longest_first = sorted(ids, key=len, reverse=True)
    alternatives = "|".join(re.escape(name).replace(r"\ ", r"[ -]+").replace(r"\-", "[ -]+") for name in longest_first)
    return rf"(?<![\w-])(?:{alternatives})(?![\w]|-\w)", ids


def read_places(passage: Passage, log: Log) -> Places:
    """The destinations named, by their names and by near misses; unknown names come later."""
    places = Places()
    expression, ids = _gazetteer()
    for match in list(pattern(expression).finditer(passage.rest)):
        name = " ".join(match.group().split())
        id = ids.get(name) or ids.get(name.replace(" ", "-")) or ids.get(name.replace("-", " "))
        if id and _is_meant(passage, match, log):
            places.mentions.append(Mention(id, *match.span()))
    _by_resemblance(passage, places, log)
    places.mentions.sort(key=lambda mention: mention.start)
    places.ids = list(dict.fromkeys(mention.id for mention in places.mentions))
    places.relation = _relation(passage, places)
    _read_stays(passage, places)
    for mention in places.mentions:
        passage.read(mention.start, mention.end)
        log.saw("destinations", loader.index_entry(mention.id).name, passage.said((mention.start, mention.end)))
    return places


def _is_meant(passage: Passage, match: re.Match[str], log: Log) -> bool:
    start, end = match.span()
    before, after = passage.folded[:start], passage.folded[end:]
    if pattern(_NOT_A_PLACE).match(after):
        return False
    for refused in (_REFUSED, _ASIDE):
        if found := pattern(refused).search(before):
            log.miss(passage.said((found.start(), end)))
            passage.read(found.start(), end)
            return False
    if match.group() not in _ORDINARY:
        return True
    expected = pattern(_PLACE_COMES).search(before) and re.match(_PLACE_ENDS, after)
    return bool(expected) or (passage.text[start].isupper() and before.strip() != "" and before.rstrip()[-1] not in ".!?")


def candidates(passage: Passage) -> Iterator[tuple[int, int]]:
    """Unread words that could be a name: neighbours form one, common words never do."""
    filler = _filler()
    span: tuple[int, int] | None = None
    for match in _WORD.finditer(passage.rest):
        word = match.group().rstrip(".")
        joined = span is not None and passage.rest[span[1] : match.start()] in {" ", "-"}
        plain = word in filler or pattern(rf"(?:{MONTH}|{WEEKDAY})$").match(word)
        if plain and not (joined and word in _JOINERS):
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
    beside = pattern(_BESIDE_A_PLACE).search(with_gaps_before) or pattern(_BEFORE_A_PLACE).match(with_gaps_after)
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
            log.assume("destinations", match.name, f"{words!r} is spelt almost like it")
            continue
        if match.kind is names.MatchKind.COUNTRY:
            if not match.ids:
                log.object_to("destinations", f"no destination in {match.name} is known yet; known are {known_names()}")
            places.countries.append(match.code)
        else:
            places.regions.append(match.code)
        log.saw("destinations", match.name, words)
        passage.read(*span)


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
