"""What a text must hold for an expression to match, so that most expressions need not be compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

DIGIT = "\\d"
"""Stands for any digit among the triggers."""
_TOKEN = re.compile(
    r"(?P<quantity>[*?]|\{\d*,?\d*\})|(?P<digit>\\d)|(?P<open>\((?:\?(?:P<\w+>|<?[:!=]))?)|(?P<close>\))"
    r"|(?P<either>\|)|(?P<gap>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[.^$+ ])|(?P<literal>[^\\\[\](){}|.^$*+? ]+(?![*?{])|[^\\\[\](){}|.^$*+? ])"
)
_Triggers = frozenset[str]
_NONE: _Triggers = frozenset()


@cache
def triggers(expression: str) -> frozenset[str]:
    """Pieces of text of which every match of `expression` holds at least one; empty when there are none.

    >>> sorted(triggers("(?:very )?(?:cheap|low) prices?"))
    ['price']
    """
    return _either(_TOKEN.finditer(expression))


def _either(tokens: Iterator[re.Match[str]]) -> _Triggers:
    """The triggers of alternatives up to the end of their group: those of all, if each has some."""
    branches, sequence = [], _Sequence()
    for token in tokens:
        kind, text = token.lastgroup, token.group()
        if kind == "literal":
            sequence.literal(text)
        elif kind == "quantity":
            sequence.quantity(text)
        elif kind == "open":
            inner = _either(tokens)
            sequence.add(_NONE if text[-1] in "!=" else inner)
        elif kind == "either":
            branches.append(sequence.best())
            sequence = _Sequence()
        elif kind == "close":
            break
        else:
            sequence.add(frozenset({DIGIT}) if kind == "digit" else _NONE)
    branches.append(sequence.best())
    return frozenset().union(*branches) if all(branches) else _NONE


class _Sequence:
    """Parts that follow each other; the one that is hardest to find is the trigger of all."""

    def __init__(self) -> None:
        self._parts: list[_Triggers] = []
        self._run = ""

    def literal(self, characters: str) -> None:
        self._run += characters

    def quantity(self, text: str) -> None:
        """The last character or group may be missing, unless it must come at least once."""
        needed = text.startswith("{") and not text.startswith(("{0", "{,"))
        if self._run:
            last, run = self._run[-1], self._run[:-1]
            self._run = run
            self.add(frozenset({last}) if needed else _NONE)
        elif self._parts and not needed:
            self._parts[-1] = _NONE

    def add(self, part: _Triggers) -> None:
        if self._run:
            self._parts.append(frozenset({self._run}))
            self._run = ""
        self._parts.append(part)

    def best(self) -> _Triggers:
        self.add(_NONE)
        return max(
            self._parts,
            key=lambda part: (min(map(len, part), default=0), -len(part)),
            default=_NONE,
        )
