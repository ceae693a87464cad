"""How long in each place of a trip with several stops: "3 nights in Rome, then a week in Paris"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from agents.atlas.names import Match, MatchKind
from agents.request import Dates, Relation
from planner.intake.passage import NUMBER, Passage, number, pattern

_STAY_BEFORE = rf"(?<![a-z])(?P<n>{NUMBER}|a(?= week))(?: ?(?P<unit>nights?|n|days?|weeks?))? ?(?:in|at|-|:)?(?: the)?\s*$"
_ONWARDS = r"(?<![a-z])(?:then|followed by|after(?:wards| that))(?![a-z])|->|→|=>"
_STAY_EACH = rf"(?P<n>{NUMBER}) nights? (?:in )?each(?: city| place| one)?"
_STAY_AFTER = rf"\s*[(:,-]?\s*(?:for |x ?)?(?P<n>{NUMBER}|a(?= week)) ?(?P<unit>nights?|n(?![a-z])|days?|weeks?)\)?"


@dataclass(frozen=True)
class Mention:
    """A destination, or a part of the world with the destinations there, where it is named."""

    what: Match
    words: str
    start: int = 0
    end: int = 0

    @property
    def id(self) -> str:
        """The destination, also where a part of the world has no other; "" where it has several."""
        return self.what.ids[0] if len(self.what.ids) == 1 else ""

    @property
    def is_part(self) -> bool:
        """Whether a part of the world is named, and no destination."""
        return self.what.kind is not MatchKind.DESTINATION


@dataclass
class Places:
    """What was said about where to go."""

    ids: list[str] = field(default_factory=list)
    relation: Relation | None = None
    onwards: bool = False
    """Whether it goes from one to the next, rather than to one or another."""
    stay_nights: tuple[int, ...] = ()
    ends_with_rest: bool = False
    stay_words: str = ""
    mentions: list[Mention] = field(default_factory=list)
    """All that is named, in the order of the words."""
    refused: tuple[str, ...] = ()
    """Destinations that are not wanted, as "anywhere but Luxor" says."""
    refused_names: str = ""
    refused_words: str = ""

    @property
    def parts(self) -> list[Match]:
        """The parts of the world that are named."""
        return [mention.what for mention in self.mentions if mention.is_part]

    def codes(self, kind: MatchKind) -> list[str]:
        """The codes of all that is named and of this kind."""
        return [mention.what.code for mention in self.mentions if mention.what.kind is kind]

    @property
    def stops(self) -> list[Mention]:
        """Where each destination stands; that Bergen is in Norway is no second stop."""
        ids = {m.id for m in self.mentions if not m.is_part}
        return [m for m in self.mentions if m.id and not (m.is_part and m.id in ids)]

    @property
    def named(self) -> bool:
        """Whether anything says where."""
        return bool(self.ids or self.mentions)


def goes_on(passage: Passage, mentions: Sequence[Mention]) -> bool:
    """Whether it is said to go from one to the next."""
    gaps = (passage.folded[a.end : b.start] for a, b in pairwise(mentions))
    return any(pattern(_ONWARDS).search(gap) for gap in gaps)


def read_stays(passage: Passage, places: Places) -> None:
    """Nights in each place of a trip with several stops, when every one has a number or the rest."""
    stops = places.stops
    if places.relation is not Relation.THEN or len(stops) != len(places.ids):
        return
    if each := passage.take(_STAY_EACH):
        places.stay_nights = (number(each["n"]),) * len(places.ids)
        places.stay_words = passage.said(each.span())
        return
    found: list[tuple[int, str, tuple[int, int]] | None] = []
    unit = "nights"
    for mention in stops:
        match = pattern(_STAY_BEFORE).search(passage.rest[: mention.start])
        offset = 0
        if match is None:
            match, offset = pattern(_STAY_AFTER).match(passage.rest[mention.end :]), mention.end
        if match is None:
            found.append(None)
            continue
        unit = match["unit"] or unit
        count = number(match["n"]) * (7 if unit.startswith("week") else 1)
        found.append((count, unit, (match.start() + offset, match.end() + offset)))
    stays = [stay for stay in found if stay]
    resting = found[-1] is None and pattern(r"rest(?: of [\w ]+)? (?:in|at)\s*$").search(
        passage.folded[: stops[-1].start]
    )
    if len(stays) < len(found) - bool(resting):
        return
    nights = [n for n, _, _ in stays]
    if not resting and stays[-1][1].startswith(("day", "week")):
        nights[-1] -= 1
    for _, _, span in stays:
        passage.read(*span)
    places.stay_nights = tuple(nights)
    places.stay_words = ", ".join(passage.said(span) for _, _, span in stays)
    places.ends_with_rest = bool(resting)


def nights(
    places: Places,
    ids: Sequence[str],
    relation: Relation,
    dates: Dates,
    option: Sequence[int] | None,
) -> tuple[int, ...]:
    """Nights in each destination of a route; whatever is left goes to "the rest"."""
    if option is not None:
        return tuple(option)
    if relation is Relation.OR:
        return ()
    if places.ends_with_rest:
        return (*places.stay_nights, dates.nights - sum(places.stay_nights))
    return places.stay_nights if len(places.stay_nights) == len(ids) else ()
