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
_ANY_DIGIT: _Triggers = frozenset({DIGIT})


@cache
def triggers(expression: str) -> frozenset[str]:
    """Pieces of text of which every match of `expression` holds at least one; empty when there are none.

    >>> sorted(triggers("(?:very )?(?:cheap|low) prices?"))
    ['price']
    """
    return _either(_TOKEN.finditer(expression))


def _either(tokens: Iterator[re.Match[str]]) -> _Triggers:
    """The triggers of alternatives up to the end of their group: those of all, if each has some."""
    branches: list[_Triggers] = []
    parts: list[_Triggers] = []
    run = ""
    """Letters that follow each other; they become a part as soon as anything else comes."""
    for token in tokens:
        kind, text = token.lastgroup, token.group()
        if kind == "literal":
            run += text
            continue
        if kind == "quantity":
            needed = text[0] == "{" and text[1] not in "0,"
            last = frozenset({run[-1]}) if run else parts.pop() if parts else _NONE
            if run[:-1]:
                parts.append(frozenset({run[:-1]}))
            parts.append(last if needed else _NONE)
            run = ""
            continue
        if run:
            parts.append(frozenset({run}))
            run = ""
        if kind == "open":
            inner = _either(tokens)
            if text[-1] not in "!=":
                parts.append(inner)
            else:
                parts.append(_NONE)
        elif kind == "digit":
            parts.append(_ANY_DIGIT)
        elif kind == "gap":
            parts.append(_NONE)
        elif kind == "either":
            branches.append(_rarest(parts))
            parts = []
        else:
            break
    if run:
        parts.append(frozenset({run}))
    branches.append(_rarest(parts))
    return frozenset().union(*branches) if all(branches) else _NONE


def _rarest(parts: list[_Triggers]) -> _Triggers:
    """Of parts that must all be there, the one that is hardest to find."""
    told = [part for part in parts if part]
    return max(told, key=_rarity) if len(told) > 1 else told[0] if told else _NONE


def _rarity(part: _Triggers) -> tuple[int, int]:
    return min(map(len, part)), -len(part)
