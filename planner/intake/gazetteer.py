"""Many names at once, found in running words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

from planner.intake.passage import fold

Named = TypeVar("Named")
_WORD = re.compile(r"\w+")


class Found(NamedTuple, Generic[Named]):
    """A name where it stands, and what it is the name of."""

    span: tuple[int, int]
    words: str
    named: Named


class Gazetteer(Generic[Named]):
    """What each name stands for. Case, accents and hyphens do not matter; the longest name wins."""

    def __init__(self, named: Mapping[str, Named]) -> None:
        self._named = {_plain(fold(name)): what for name, what in named.items()}
        self._by_first_word: dict[str, list[str]] = {}
        for name in self._named:
            for first in _WORD.findall(name)[:1]:
                self._by_first_word.setdefault(first, []).append(name)

    def __contains__(self, name: str) -> bool:
        return _plain(fold(name)) in self._named

    def found_in(self, folded: str) -> Iterator[Found[Named]]:
        """The names in folded words, in their order."""
        words = dict.fromkeys(_WORD.findall(folded))
        names = [name for word in words for name in self._by_first_word.get(word, ())]
        # All names in one expression would take longer to compile than all else takes to read.
        for match in re.finditer(_any_of(names), folded) if names else ():
            words_there = match.group()
            yield Found(match.span(), words_there, self._named[_plain(words_there)])


def _plain(folded: str) -> str:
    return " ".join(folded.replace("-", " ").split())


def _any_of(names: list[str]) -> str:
    longest_first = sorted(names, key=len, reverse=True)
    alternatives = "|".join(re.escape(name).replace(r"\ ", r"[\s-]+") for name in longest_first)
    return rf"(?<![\w-])(?:{alternatives})(?![\w]|-\w)"
