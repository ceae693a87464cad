"""Places of a destination by their names: exact ones in running text, near misses, nearest names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from agents.atlas import loader
from agents.atlas.airports import plain
from agents.atlas.records import Activity
from planner.intake.passage import Passage, fold
from planner.intake.wishes import interests_of, vocabulary

_SURE = 85.0
_NEAR = 60.0
_SHORTEST_NAME = 5
"""A single word must have so many letters to be a place by itself."""


def named_whole(passage: Passage, ids: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The places of `ids` whose whole name stands in the words, longest first, with its span."""
    text = passage.folded
    names = {name: id for where in ids for name, id in _names(where).items() if name in text}
    for name in sorted(names, key=len, reverse=True):
        if _is_telling(name):
            for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
                yield names[name], *match.span()


@cache
def _names(id: str) -> dict[str, str]:
    """What the places of a destination are called, folded, and their ids."""
    found: dict[str, str] = {}
    for activity in loader.destination(id).activities:
        short = re.split(r",| \(| [–—] | by night$| and cloister$", activity.name)[0]
        for name in (activity.name, short, activity.id.replace("-", " ")):
            found.setdefault(fold(name), f"{id}/{activity.id}")
    return found


def _is_telling(name: str) -> bool:
    """Whether a name can stand for nothing else, as "food market" or "garden" could."""
    common = vocabulary()["filler"]
    words = [word for word in name.split() if word not in common["generic"]]
    if len(name.split()) == 1:
        return (
            len(name) >= _SHORTEST_NAME and name not in common["words"] and not interests_of(name)
        )
    return any(not interests_of(word) for word in words)


def place_named(words: str, destinations: Sequence[str], sure: float = _SURE) -> str | None:
    """The id of the place that `words` name in one of the destinations, typos allowed; or None."""
    wanted = plain(words).removeprefix("the ")
    if not wanted or len(wanted) > 80:
        return None
    if " " not in wanted and words.islower() and interests_of(wanted):
        sure = 100.0
    best = max(
        (
            (_likeness(wanted, a), a.icon, a.popularity, f"{d}/{a.id}")
            for d in destinations
            for a in loader.destination(d).activities
        ),
        default=None,
    )
    return best[3] if best and best[0] >= sure else None


def nearest_places(words: str, destinations: Sequence[str], n: int = 3) -> tuple[str, ...]:
    """Names of places that come close, best first; none when none is really near."""
    wanted = plain(words)
    scored = [
        (_likeness(wanted, a), a.name)
        for d in destinations
        for a in loader.destination(d).activities
    ]
    near = sorted((score, name) for score, name in scored if score >= _NEAR)
    return tuple(name for _, name in reversed(near[-n:]))


def _likeness(wanted: str, activity: Activity) -> float:
    """0 to 100: every telling word must be in the name, or the whole be spelt alike."""
    from rapidfuzz import fuzz

    name, slug = plain(activity.name), activity.id.replace("-", " ")
    if wanted in {name, slug}:
        return 100.0
    whole = max(fuzz.ratio(wanted, name), fuzz.ratio(wanted, slug) if len(wanted) > 4 else 0)
    generic = vocabulary()["filler"]["generic"]
    telling = [word for word in wanted.split() if word not in generic]
    if not telling:
        return whole
    if set(telling) <= set(vocabulary()["filler"]["words"]):
        return whole if whole > 95 else 0.0
    known = [*name.split(), *slug.split()]
    scores = [max(fuzz.ratio(word, other) for other in known) for word in telling]
    if min(scores) < 80:
        return whole
    return max(whole, min(scores) * 0.9 + fuzz.token_sort_ratio(wanted, name) * 0.1)
