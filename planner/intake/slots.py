"""Where in a passage a place is expected, and which unread words could be the name of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from agents.atlas import loader, names
from agents.atlas.airports import plain
from agents.atlas.records import Coordinates
from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern
from planner.intake.windows import MONTH, WEEKDAY
from planner.intake.wishes import vocabulary

ORDINARY = (
    *("nice", "bath", "cork", "split", "tours", "reading", "male", "rom", "mobile", "of", "soul"),
    *("amber", "pest", "grenade", "hollywood", "red city", "pink city", "lion city"),
)
"""Names that are words of their own: they count only where a place is expected."""
SHORT = 3
"""Letters of a name that counts in capitals, or where a place is expected: LA, Rio."""
FEW = 20
"""So many destinations can be listed in a sentence."""
WELL_KNOWN = ("lisbon", "paris", "rome", "tokyo", "new-york")
_PLACE_COMES = (
    r"(?:^|[,:/&+(]|(?<![a-z])(?:in|to|at|from|visit|visiting|see|or|and"
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
    r"|away|visit|\0)\s*(?:in|to|at|around|through|for)|(?<![a-z])(?:compare"
    r"|between))"
    r"(?:\s+the)?\s*$"
)
_WEAK_SLOT = (
    r"(?<![a-z])(?:in|to|visit|visiting|explore|exploring|see|around|or"
    r"|and|then|vs\.?|versus|from|for)(?:\s+the)?\s*$|(?:^|[,/&+:-])\s*$"
)
_COMES_AFTER = r"(?<![a-z])(?:in|to|visit|visiting|around)(?: the)?\s*$"
_BESIDE_A_PLACE = r"\0\s*(?:,|/|&|\+|or|and|then|vs\.?|versus|,\s*(?:or|and|then))\s*$"
_BEFORE_A_PLACE = r"\s*(?:,|/|&|\+|or|and|then|vs\.?|versus)\s*\0"
_WORD = re.compile(r"[^\W\d_][\w'.-]*[^\W_]|[^\W\d_]")
_JOINERS = {"de", "del", "da", "do", "la", "le", "san", "santa", "saint", "st"}


def is_place_slot(passage: Passage, start: int, end: int) -> bool:
    """Whether a word such as "nice" stands where a name would: "in Nice or Rome", not "a nice trip"."""
    before, after = passage.folded[:start], passage.folded[end:]
    return bool(pattern(_PLACE_COMES).search(before) and re.match(_PLACE_ENDS, after))


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
    before = passage.folded[: span[0]]
    with_gaps_before, with_gaps_after = passage.rest[: span[0]], passage.rest[span[1] :]
    if pattern(_STRONG_SLOT).search(before):
        return 2
    capital = passage.text[span[0]].isupper()
    beside = pattern(_BESIDE_A_PLACE).search(with_gaps_before)
    ahead = pattern(_BEFORE_A_PLACE).match(with_gaps_after)
    if capital and (
        (beside and passage.is_place(beside.start()))
        or (ahead and passage.is_place(span[1] + ahead.end() - 1))
    ):
        return 2
    return 1 if capital and pattern(_WEAK_SLOT).search(before) else 0


def may_be_lower_case(passage: Passage, span: tuple[int, int]) -> bool:
    """Whether a country or region in lower case may stand here: after "in", or beside a place."""
    beside = pattern(_BESIDE_A_PLACE).search(passage.rest[: span[0]])
    return bool(
        pattern(_COMES_AFTER).search(passage.folded[: span[0]])
        or (beside and passage.is_place(beside.start()))
    )


def object_to_unknown(name: str, log: Log) -> None:
    """Reports a name that no destination has, with the nearest that are known: those nearest to it
    where it is known where it lies, else those spelt most like it."""
    found = ((known, names.resolve(known)) for known in names.nearest_names(name, 12))
    near = [
        known
        for known, match in found
        if match and match.ids and match.kind is not names.MatchKind.REGION
    ]
    if at := names.where_is(name):
        hint = f"nearest to it: {_near(at)}"
    else:
        hint = f"nearest known: {', '.join(near[:3])}" if near else f"known are {known_names()}"
    log.object_to("destinations", f"no destination {name!r} in the atlas; {hint}")


def nothing_in(country: names.Match) -> str:
    """What to say of a country without a destination."""
    at = names.middle_of(country.code)
    near = f"nearest to it: {_near(at)}" if at else f"known are {known_names()}"
    return f"no destination in {country.name} is known yet; {near}"


def _near(at: Coordinates) -> str:
    return ", ".join(f"{close.name} ({close.km:.0f} km)" for close in names.nearest_to(at))


def destination_around(name: str, ids: Sequence[str] = ()) -> str | None:
    """The destination, of `ids` or of all, with a quarter or a sight of this name."""
    wanted = set(plain(name).split())
    for id in (ids or loader.destination_ids()) if wanted else ():
        if any(wanted <= set(plain(known).split()) for known in loader.sights()[id]):
            return id
    return None


def known_names() -> str:
    """How many destinations there are, and a few to begin with."""
    index = loader.index()
    if len(index) <= FEW:
        return ", ".join(entry.name for entry in index)
    shown = ", ".join(loader.index_entry(id).name for id in WELL_KNOWN)
    return f"{len(index)} places, among them {shown}; `tripartite destinations` lists all"
