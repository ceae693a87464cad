"""How long in each place of a trip with several stops: "3 nights in Rome, then a week in Paris"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.atlas.names import Match, MatchKind
from agents.request import Dates, Relation
from planner.intake.passage import NUMBER, Passage, number, pattern

_STAY_BEFORE = rf"(?<![a-z])(?P<n>{NUMBER}|a(?= week))(?: (?P<unit>nights?|days?|weeks?))? ?(?:in|at|-|:)?(?: the)?\s*$"
_STAY_EACH = rf"(?P<n>{NUMBER}) nights? (?:in )?each(?: city| place| one)?"
_STAY_AFTER = (
    rf"\s*[(:,-]?\s*(?:for )?(?P<n>{NUMBER}|a(?= week)) ?(?P<unit>nights?|days?|weeks?)\)?"
)


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
    lands: list[str] = field(default_factory=list)
    onwards: bool = False
    """Whether it goes from one to the next, rather than to one or another."""
    stay_nights: tuple[int, ...] = ()
    ends_with_rest: bool = False
    stay_words: str = ""
    mentions: list[Mention] = field(default_factory=list)

    def name(self, match: Match) -> None:
        """Enter a country, land or region."""
        lists = {
            MatchKind.COUNTRY: self.countries,
            MatchKind.LAND: self.lands,
            MatchKind.REGION: self.regions,
        }
        lists[match.kind].append(match.code)

    @property
    def named(self) -> bool:
        """Whether anything says where."""
        return bool(self.ids or self.countries or self.regions or self.lands)


def read_stays(passage: Passage, places: Places) -> None:
    """Nights in each place of a trip with several stops, when every one has a number or the rest."""
    if places.relation is not Relation.THEN or len(places.mentions) != len(places.ids):
        return
    if each := passage.take(_STAY_EACH):
        places.stay_nights = (number(each["n"]),) * len(places.ids)
        places.stay_words = passage.said(each.span())
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
        count = number(match["n"]) * (7 if unit.startswith("week") else 1)
        found.append((count, unit, (match.start() + offset, match.end() + offset)))
    stays = [stay for stay in found if stay]
    resting = found[-1] is None and pattern(r"rest(?: of [\w ]+)? (?:in|at)\s*$").search(
        passage.folded[: places.mentions[-1].start]
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
