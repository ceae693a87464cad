"""Where not to go: "anywhere but Luxor", "Italy except Rome", "not Paris or London"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern
from planner.intake.stops import Mention, Places

_LEAD = (
    r"(?<![a-z])(?:(?:any|every)(?:thing|where) but|than|(?<!why\s)not(?: go(?:ing)?)?|never|except(?:ing)?(?: for)?"
    r"|excluding|apart from|avoid(?:ing)?|without|no|skip(?:ping)?|instead of|rather than"
    r"|(?:do not|don't) (?:want|like|fancy)(?: to (?:go|see|visit))?"
    r"|(?:already |just )?(?<!not\s)(?<!n't\s)(?<!never\s)(?<!yet\s)(?:been to|visited|seen)|was in|were in"
    r"|(?<!would\s)(?<!we\s)(?<!i\s)(?<!'d\s)like)(?: to| in| for)?(?: the)?\s*$"
)
_JOINED_BY_A_WORD = r"\s*,?\s*(?:and|or|nor)(?: not)?(?: in| to)?(?: the)?\s*$"
_JOINED = rf"\s*,(?: the)?\s*$|{_JOINED_BY_A_WORD}"
_INSTEAD = r"instead of|rather than|been to|visited|seen|was in|were in|like"
"""After these a comma ends what is refused: "instead of Spain, Lisbon"."""
ASIDE = (
    r"(?:(?:^|,|(?<![a-z])(?:a|an|one|the|with|and|plus|or|maybe|some) )\s*day[ -]?trips?(?: to)?"
    r"|excursions? to|side trips? to)(?: the)?\s*$"
)
"""Before what is seen on one day of a stay elsewhere."""
_COMMA = r"\s*,\s*$"


def is_refused(passage: Passage, start: int) -> bool:
    """Whether the words before refuse what stands there."""
    return pattern(_LEAD).search(passage.folded, 0, start) is not None


def led_by(
    lead: str, passage: Passage, mentions: Iterable[Mention]
) -> Iterator[tuple[Mention, tuple[int, int]]]:
    """The mentions after such words, with these words, and those that a comma or "or" adds to them."""
    last: Mention | None = None
    joined = _JOINED
    for mention in mentions:
        if found := pattern(lead).search(passage.folded, 0, mention.start):
            joined = _JOINED_BY_A_WORD if pattern(_INSTEAD).search(found.group()) else _JOINED
        elif last is None or not pattern(joined).match(passage.folded, last.end, mention.start):
            continue
        last = mention
        yield mention, (found.start() if found else mention.start, mention.end)


def set_refused(passage: Passage, places: Places) -> None:
    """Takes what is refused out of what is named, and its destinations out of the lands around it."""
    refused: dict[str, None] = {}
    names: list[str] = []
    words: list[str] = []
    before: Mention | None = None
    for mention, span in list(led_by(_LEAD, passage, places.mentions)):
        places.mentions.remove(mention)
        passage.read(*span)
        words.append(passage.said(span))
        if not (before and _is_where(mention, before, passage)):
            refused |= dict.fromkeys(mention.what.ids)
            names.append(mention.what.name)
        before = mention
    named = {id for m in places.mentions if not m.is_part for id in m.what.ids}
    places.refused = tuple(id for id in refused if id not in named)
    places.refused_names, places.refused_words = ", ".join(names), ", ".join(words)
    without_refused(places)


def _is_where(part: Mention, place: Mention, passage: Passage) -> bool:
    """Whether a land only tells where the place before it is: "not Luxor, Egypt"."""
    beside = pattern(_COMMA).match(passage.folded, place.end, part.start)
    return bool(beside) and part.is_part and set(place.what.ids) < set(part.what.ids)


def without_refused(places: Places) -> None:
    """Leaves in each land that is named only the destinations that are not refused."""
    places.mentions = [
        replace(mention, what=mention.what._replace(ids=_left(mention, places.refused)))
        if mention.is_part
        else mention
        for mention in places.mentions
    ]


def _left(mention: Mention, refused: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(id for id in mention.what.ids if id not in refused)


def tell_refused(places: Places, log: Log) -> None:
    """Notes what is refused."""
    if places.refused_words:
        log.saw("open", f"not {places.refused_names}", places.refused_words)
