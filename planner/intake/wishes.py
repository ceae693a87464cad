"""Interests, crowds, pace, tier, effort and needs: words with one meaning each, kept in `words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TypeVar

from agents.atlas.vocabulary import Diet, Interest, Kind, Region
from agents.request import Crowds, Effort, Needs, OpenWish, Pace, Tier, Warmth
from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern

_REFUSED = (
    r"(?<![a-z])(?:skip(?:ping)?|avoid(?:ing)?|no|not|none|never|without|hates?|dislikes?|less(?:er)?"
    r"|least|leav(?:e|ing) out|except(?: for)?|away from|instead|rather than|tired|apart from"
    r"|no need(?: for| to see)?|(?:don't|do not|doesn't|not) (?:really )?(?:need|want|like|care (?:about|for)|see|do)"
    r"|not (?:a fan|into|interested in|keen on)|(?<!not\s)(?<!n't\s)(?<!never\s)(?:seen|done|been to))"
    r" (?:to see )?(?:any )?(?:of )?(?:the )?$"
)
_AND_MORE = r"(?<![a-z])(?:more than|beyond|besides) $"
_ONLY = r"(?:all|only|just|mainly|mostly) "
_OF_ONE = r"(?<![a-z])(?:is|are) (?:an? )?$"
_SPELT = {"step_free": "step-free", "no_flying": "no flying"}
Meanings = dict[str, list[str]]
_Choice = TypeVar("_Choice", Effort, Pace, Tier, Warmth)


@cache
def vocabulary() -> dict[str, Meanings]:
    """Each table of `words.toml`: a meaning, and the expressions for it."""
    table: dict[str, Meanings] = tomllib.loads(
        resources.files("planner.intake").joinpath("words.toml").read_text(encoding="utf-8")
    )
    return table


@cache
def any_of(table: str, meaning: str) -> str:
    """One expression for all that `words.toml` lists for a meaning, as whole words."""
    return rf"(?<![\w-])(?:{'|'.join(vocabulary()[table][meaning])})(?![\w])"


@dataclass(frozen=True)
class Manner:
    """What was said about the manner of the trip; None and empty where nothing was."""

    crowds: Crowds | None
    pace: Pace | None
    tier: Tier | None
    effort: Effort | None
    needs: Needs


def read_manner(passage: Passage, log: Log, *, on_land: bool = False) -> Manner:
    """Needs go first: "can't walk far" is no wish for a walk, "no flying" no dislike."""
    needs = _needs(passage, log, on_land=on_land)
    return Manner(
        crowds=_crowds(passage, log),
        pace=_one(passage, log, "pace", Pace),
        tier=_one(passage, log, "tier", Tier),
        effort=_one(passage, log, "effort", Effort),
        needs=needs,
    )


def read_open_wish(
    passage: Passage,
    log: Log,
    *,
    countries: Sequence[str],
    regions: Sequence[str],
    lands: Sequence[str],
) -> OpenWish:
    """What an open request asks of a destination; "beach" is a wish about the place and an interest."""
    warmth = _one(passage, log, "warmth", Warmth, field="open")
    said = [*regions, *_all(passage, log, "regions", "open")]
    kinds = [kind for kind in vocabulary()["kinds"] if passage.find(any_of("kinds", kind))]
    spans = {kind: [m.span() for m in passage.matches(any_of("kinds", kind))] for kind in kinds}
    for kind, found in spans.items():
        log.saw("open", kind, ", ".join(passage.said(span) for span in found))
        for span in found:
            if not interests_of(passage.text[slice(*span)]):
                passage.read(*span)
    return OpenWish(
        kinds=tuple(Kind(kind) for kind in kinds),
        warmth=warmth,
        regions=tuple(Region(region) for region in dict.fromkeys(said)),
        countries=tuple(dict.fromkeys(countries)),
        lands=tuple(dict.fromkeys(lands)),
    )


def interests_of(word: str) -> tuple[Interest, ...]:
    """The interests one word or phrase stands for; empty when it stands for none."""
    passage = Passage(word)
    return tuple(
        Interest(i) for i in vocabulary()["interests"] if passage.find(any_of("interests", i))
    )


def diet_of(word: str) -> Diet | None:
    """The diet one word stands for."""
    passage = Passage(word)
    return next((Diet(d) for d in vocabulary()["diets"] if passage.find(any_of("diets", d))), None)


def read_interests(passage: Passage, log: Log) -> tuple[Interest, ...]:
    """In the order of the words; one word may stand for several interests, and be a place as well."""
    spans = _landscapes(passage) | {
        meaning: [match.span() for match in matches]
        for meaning in vocabulary()["interests"]
        if (matches := passage.matches(any_of("interests", meaning)))
    }
    found = sorted(spans, key=lambda meaning: spans[meaning][0])
    for meaning in found:
        log.saw("interests", meaning, passage.said(spans[meaning][0]))
        for span in spans[meaning]:
            passage.read(*span)
    return tuple(Interest(meaning) for meaning in found)


def _landscapes(passage: Passage) -> dict[str, list[tuple[int, int]]]:
    """Where a word that has been read as a place tells an interest: the fjords are for nature."""
    return {
        meaning: spans
        for meaning in vocabulary()["landscapes"]
        if (
            spans := [
                found.span()
                for found in pattern(any_of("landscapes", meaning)).finditer(passage.folded)
                if passage.is_place(found.start())
            ]
        )
    }


def _words_taken(passage: Passage, expression: str) -> list[str]:
    """Takes every match and hands back the words."""
    return [passage.said(match.span()) for match in passage.take_all(expression)]


def _crowds(passage: Passage, log: Log) -> Crowds | None:
    """Words that say more than this are left for who reads that: "hidden gems" is an interest too,
    "see all the highlights" a pace."""
    said = [
        found
        for meaning in vocabulary()["crowds"]
        for match in passage.matches(any_of("crowds", meaning))
        if (found := _crowds_meant(passage, Crowds(meaning), *match.span()))
    ]
    if not said:
        return None
    spans = sorted(span for _, span in said)
    meanings = {meaning for meaning, _ in said}
    meant = meanings.pop() if len(meanings) == 1 else Crowds.MIXED
    log.saw("crowds", meant, passage.said(spans[0]))
    paces = [
        m for meaning in vocabulary()["pace"] for m in passage.matches(any_of("pace", meaning))
    ]
    for start, end in spans:
        of_pace = any(m.start() < end and start < m.end() for m in paces)
        if not of_pace and not interests_of(passage.text[start:end]):
            passage.read(start, end)
    return meant


def _crowds_meant(
    passage: Passage, meaning: Crowds, start: int, end: int
) -> tuple[Crowds, tuple[int, int]] | None:
    """What is said with what comes before: "skip the highlights" is the contrary of the highlights,
    "not only the highlights" both, and "the Colosseum is a must-see" nothing of the kind."""
    if meaning is not Crowds.ICONS:
        return meaning, (start, end)
    if more := pattern(_AND_MORE).search(passage.folded, 0, start):
        return Crowds.MIXED, (more.start(), end)
    if refused := pattern(_REFUSED).search(passage.folded, 0, start):
        partly = pattern(_ONLY).match(passage.folded, start)
        return Crowds.MIXED if partly else Crowds.AVOID, (refused.start(), end)
    if pattern(_OF_ONE).search(passage.folded, 0, start):
        return None
    return Crowds.ICONS, (start, end)


def _needs(passage: Passage, log: Log, *, on_land: bool) -> Needs:
    """`on_land` is whether the way there was said to be by land or sea."""
    diets = tuple(Diet(d) for d in _all(passage, log, "diets", "needs"))
    said = _all(passage, log, "needs", "needs")
    no_flying = on_land or "no_flying" in said
    return Needs(step_free="step_free" in said, diets=diets, no_flying=no_flying)


def _all(passage: Passage, log: Log, table: str, field: str) -> list[str]:
    found = []
    for meaning in vocabulary()[table]:
        if words := _words_taken(passage, any_of(table, meaning)):
            log.saw(field, _SPELT.get(meaning, meaning), ", ".join(words))
            found.append(meaning)
    return found


def _one(
    passage: Passage, log: Log, table: str, choice: type[_Choice], field: str | None = None
) -> _Choice | None:
    """The first meaning in the order of the table; a contradiction is reported as unread."""
    found: _Choice | None = None
    for meaning in vocabulary()[table]:
        words = _words_taken(passage, any_of(table, meaning))
        if words and found is None:
            found = choice(meaning)
            log.saw(field or table, meaning, ", ".join(words))
        elif words:
            log.miss(", ".join(words))
    return found
