"""Places that must be in the trip, and places or kinds of places that must not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from planner.intake.fixed import refused
from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern
from planner.intake.sights import named_whole, nearest_places, place_named
from planner.intake.slots import candidates
from planner.intake.wishes import any_of, interests_of, vocabulary

_ITEMS = r"(?=(?P<items>[^.;:!?\n\0]{2,160}))"
_MUST = (
    r"(?P<lead>(?<![a-z])(?:must(?:[ -](?:see|visit|do|include|go to|have))*s?(?: are"
    r"| is)?:?|(?:have|need) to (?:see|visit|include|go to)"
    r"|(?:definitely|absolutely|certainly)(?: (?:want to |need to |must )?(?:see"
    r"|visit|include|do|go to))?|(?:don't|do not|can't|cannot|not)(?: want to)? miss"
    r"|mandatory:?|at all costs)) (?:the |a |an )?"
)
_WISH = (
    r"(?P<lead>(?<![a-z])(?:(?:want|like|love|hope|wish|keen) to (?:see"
    r"|visit|go to|do)|including|includes?|especially|day[ -]?trips? to"
    r"|"
    r"excursions? to|such as|looking forward to|dream(?:ing)? of(?: seeing)?|see|visit)) (?:the )?"
)
_NEVER = (
    r"(?P<lead>(?<![a-z])(?:not (?:interested in|into|keen on|fussed about|bothered about)"
    r"|(?:(?:but|and|please|definitely|absolutely) )*(?:no"
    r"|not|without|skip(?:ping)?|avoid(?:ing)?|never|leave out|except(?: for)?"
    r"|excluding)"
    r"|(?:don't|do not|doesn't|can't|cannot)(?: really)? (?:want|like|need|care for|care about"
    r"|enjoy|eat|drink)|(?:hates?|dislikes?)|can't stand|allergic to|not (?:interested in|into"
    r"|keen on)|tired of|"
    r"(?:have |'ve )?already (?:seen|saw|been to|went to|visited|done|did)|(?:have|'ve) (?:seen|been to|done)))"
    r" (?:(?:to |see |visit |go to |do |visiting |the |any |more |another |a |in |into )*)"
)
_IS_A_MUST = (
    r"(?:^|[.;,\n]|(?<![a-z])and )(?:the )?(?P<items>[^.;,!?\n\0]{3,60}) (?:is|are) (?P<lead>(?:an? |absolute |definite )*"
    r"(?:musts?(?:[- ](?:see|do|visit|have)s?)?|non-?negotiable|essential|mandatory|a priority)(?![a-z]))"
)
_SPLIT = re.compile(
    r"\s*(?:,\s*(?:and|or)\b|,|\band\b|\bor\b|&|\bnor\b|\+|\bplus\b|\bno\b)\s*(?:the\s+)?"
)
_LISTS_ON = r"(?:skip|avoid|hate|dislike|leave|tired|seen|saw|been|went|visited|done|did)"
"""A refusal by one of these verbs goes on after a comma; after "no" or "without" it ends there."""
_BESIDE = r"(?<![a-z])(?:near|close to|next to|opposite|behind|not far from)(?: the)? $"
_TRAILING = (
    r"(?: at all| please| thanks| thank you| whatsoever| this time| either| for us| though)+$"
)
_ITEM_ENDS = (
    r"(?<![a-z])(?:but|because|since|with|while|for|during|in|on|if|when"
    r"|that|which|please|we|i|love|like|want|prefer|enjoy|from|budget|at least)(?![a-z])"
)


@dataclass(frozen=True)
class Choices:
    musts: tuple[str, ...] = ()
    nevers: tuple[str, ...] = ()

    def with_musts(self, more: Sequence[str]) -> Choices:
        return Choices((*self.musts, *more), self.nevers)


def read_choices(passage: Passage, destinations: Sequence[str], log: Log) -> Choices:
    """The musts and nevers; whatever cannot be placed is reported, never dropped."""
    nevers: list[str] = []
    musts: list[str] = []
    reader = _ChoiceReader(passage, destinations, log)
    for match in passage.matches(_NEVER + _ITEMS):
        nevers += reader.refused(match)
    for expression, strong in ((_MUST + _ITEMS, True), (_IS_A_MUST, True), (_WISH + _ITEMS, False)):
        for match in passage.matches(expression):
            musts += reader.wanted(match, strong=strong)
    return Choices(tuple(dict.fromkeys(musts)), tuple(dict.fromkeys(nevers)))


class _ChoiceReader:
    def __init__(self, passage: Passage, destinations: Sequence[str], log: Log) -> None:
        self._passage, self._destinations, self._log = passage, destinations, log

    def wanted(self, match: re.Match[str], *, strong: bool) -> list[str]:
        """The ids of the places in a phrase such as "must see A, B and C"."""
        ids: list[str] = []
        for n, (start, end) in enumerate(self._unread(_items(match))):
            words = self._passage.text[start:end]
            place = place_named(words, self._destinations)
            if place:
                ids.append(place)
                self._log.saw("musts", place, words)
                self._passage.read(start, end)
                if n == 0:
                    self._passage.read(*match.span("lead"))
            elif strong and self._report(words):
                self._passage.read(match.start("lead") if n == 0 else start, end)
            elif strong and len(words.split()) <= 3 and (meant := interests_of(words)):
                self._log.assume(
                    "interests", ", ".join(meant), f"{words!r} is no single place known there"
                )
            elif not strong:
                break
            elif n == 0:
                self._log.miss(words)
        return ids

    def refused(self, match: re.Match[str]) -> list[str]:
        """Ids and kinds in a phrase such as "no A, B or C"; "no A, B and C" refuses A alone."""
        ids: list[str] = []
        goes_on = bool(pattern(_LISTS_ON).search(match["lead"]))
        for n, (start, end) in enumerate(self._unread(_items(match, goes_on=goes_on))):
            words = self._passage.text[start:end]
            core = words[: end - start - _trailing(words)]
            found = self._refused_as(core)
            if found:
                ids.append(found)
                self._log.saw("nevers", found, self._passage.said((match.start("lead"), end)))
            elif interests_of(core) and len(core.split()) <= 3 and (n == 0 or not goes_on):
                self._log.miss(f"{self._passage.said(match.span('lead'))} {core}")
            else:
                break
            self._passage.read(match.start("lead") if n == 0 else start, end)
        return ids

    def _refused_as(self, words: str) -> str | None:
        """A place, or a kind of them; a kind for what may be one place is told."""
        kind = kind_named(words)
        may_be_one = kind is None or (" " in words.strip() and not words.endswith("s"))
        place = place_named(words, self._destinations) if may_be_one else None
        if place or not kind:
            return place
        if may_be_one and not _is_plain(words):
            self._log.assume(
                "nevers", refused(f"kind:{kind}"), f"{words!r} is no single place known there"
            )
        return f"kind:{kind}"

    def _unread(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Nothing when the first has been read as part of an earlier phrase."""
        return [] if spans and self._passage.is_read(spans[0][0]) else spans

    def _report(self, words: str) -> bool:
        """Whether the words look like a place that is unknown here, which is then reported."""
        if all(word[0].islower() or interests_of(word) for word in words.split()):
            return False
        self._log.miss(words)
        if near := nearest_places(words, self._destinations):
            self._log.assume(
                "musts",
                "left out",
                f"no place {words!r} is known there; nearest: {', '.join(near)}",
            )
        return True


def _trailing(words: str) -> int:
    """How many characters at the end of `words` only give them weight."""
    found = pattern(_TRAILING).search(words.lower())
    return len(words) - found.start() if found else 0


def _items(match: re.Match[str], *, goes_on: bool = True) -> list[tuple[int, int]]:
    """The spans of the things listed in a phrase; up to its first comma, unless it `goes_on` or says "or"."""
    text = match["items"]
    if end := pattern(_ITEM_ENDS).search(text):
        text = text[: end.start()]
    if not goes_on and not re.search(r"\bn?or\b", text):
        text = text.partition(",")[0]
    spans, position = [], 0
    for separator in [*_SPLIT.finditer(text), None]:
        stop = separator.start() if separator else len(text)
        item = text[position:stop]
        if item.strip():
            start = match.start("items") + position + len(item) - len(item.lstrip())
            spans.append((start, start + len(item.strip())))
        position = separator.end() if separator else stop
    return spans


def _is_plain(words: str) -> bool:
    """Whether there is no word that tells one place of a kind from the others."""
    common = vocabulary()["filler"]
    return all(word in (*common["words"], *common["generic"]) for word in words.lower().split())


def kind_named(words: str) -> str | None:
    """The kind of activity that may be refused as a whole."""
    passage = Passage(words)
    for kind in vocabulary()["nevers"]:
        match = passage.find(any_of("nevers", kind))
        if match and match.start() <= 12 and match.end() == len(passage.folded.rstrip()):
            return kind
    return None


def mentioned(passage: Passage, destinations: Sequence[str], log: Log) -> list[str]:
    """Places of the destinations that are named without a word such as "must"."""
    ids: list[str] = []
    if not any(
        not interests_of(passage.said(span)) or _is_long(passage, span)
        for span in candidates(passage)
    ):
        return ids
    for place, start, end in named_whole(passage, destinations):
        if "\0" in passage.rest[start:end]:
            continue
        words = passage.said((start, end))
        if beside := pattern(_BESIDE).search(passage.folded, 0, start):
            log.miss(passage.said((beside.start(), end)))
        else:
            ids.append(place)
            log.saw("musts", place, words)
        passage.read(start, end)
    for span in list(candidates(passage)) if destinations else ():
        words = passage.said(span)
        if passage.text[span[0]].isupper() and (len(words.split()) > 1 or not interests_of(words)):
            near = place_named(words, destinations, sure=90)
            if near:
                ids.append(near)
                passage.read(*span)
                log.saw("musts", near, words)
    return ids


def give_back_names(
    passage: Passage, mentions: Sequence[tuple[int, int]], destinations: Sequence[str]
) -> None:
    """Unreads a destination inside the name of one of its places, as in "Tower of London"."""
    inside = [span for span in mentions if _has_neighbours(passage, span)]
    for _, start, end in named_whole(passage, destinations) if inside else ():
        for span in inside:
            if start <= span[0] and span[1] <= end:
                passage.give_back(*span)


def _has_neighbours(passage: Passage, span: tuple[int, int]) -> bool:
    """Whether a telling word stands beside the name: "Tokyo Tower", not "in Tokyo for"."""
    before = re.search(r"([a-z]+)(?: of| de)? $", passage.rest[: span[0]])
    after = re.match(r" ([a-z]+)", passage.rest[span[1] :])
    common = vocabulary()["filler"]["words"]
    return any(word[1] not in common for word in (before, after) if word)


def _is_long(passage: Passage, span: tuple[int, int]) -> bool:
    return " " in passage.text[slice(*span)]
