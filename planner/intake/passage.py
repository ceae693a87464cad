"""A traveller's words, and which of them have been read so far."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from agents.text import MAX_CHARACTERS, clean
from planner.intake.languages import in_english
from planner.intake.numerals import with_digits
from planner.intake.triggers import DIGIT, triggers

_READ = "\0"
_DIGIT = re.compile(r"\d")
_PLAIN = str.maketrans("’‘´`“”–—‑−‐~≈", "''''\"\"-----  ")
_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)
_VALUES = {word: value for value, word in enumerate(_NUMBERS)} | {"a": 1, "an": 1, "single": 1}

NUMBER = rf"(?:\d{{1,6}}|{'|'.join(_NUMBERS)})"
"""A count, in digits or as a word up to twenty."""


def number(word: str) -> int:
    """The value of what `NUMBER` matched; "a", "an" and "single" count as one."""
    return int(word) if word.isdigit() else _VALUES[word]


def fold(text: str) -> str:
    """`text` in lower case without accents, character for character: the length stays the same."""
    return "".join(_fold_character(c) for c in text.translate(_PLAIN))


@cache
def _fold_character(character: str) -> str:
    return (unicodedata.normalize("NFKD", character)[0].lower() or character)[0]


@lru_cache(maxsize=2048)
def pattern(expression: str) -> re.Pattern[str]:
    """`expression` compiled once: a space in it is any white space, an optional one none or any."""
    return re.compile(expression.replace(" ?", r"\s*").replace(" ", r"\s+"))


class Passage:
    """Words to read. What a reader has understood it takes, so that no other reads it again."""

    def __init__(self, words: str) -> None:
        self.text = unicodedata.normalize("NFC", clean(words))
        folded, self.folded = fold(self.text), with_digits(in_english(fold(self.text)))
        self.is_foreign = in_english(folded) != folded
        self.rest = self.folded
        """What has not been taken yet; the taken characters are NUL."""
        self.is_cut = len(words) > MAX_CHARACTERS
        self._places: list[tuple[int, int]] = []
        self._has_digit = bool(_DIGIT.search(self.folded))

    def has(self, *parts: str) -> bool:
        """Whether any of these characters in a row are left; far cheaper than a large expression."""
        return any(part in self.rest for part in parts)

    def can_match(self, expression: str) -> bool:
        """False when what is left surely holds no match; much cheaper than to compile and search."""
        needed = triggers(expression)
        return not needed or self.has(*needed) or (self._has_digit and DIGIT in needed)

    def find(self, expression: str) -> re.Match[str] | None:
        """The first match in what is left."""
        return pattern(expression).search(self.rest) if self.can_match(expression) else None

    def matches(self, expression: str) -> list[re.Match[str]]:
        """Every match in what is left."""
        return list(pattern(expression).finditer(self.rest)) if self.can_match(expression) else []

    def take(self, expression: str) -> re.Match[str] | None:
        """The first match in what is left, which is then read."""
        if match := self.find(expression):
            self.read(*match.span())
        return match

    def take_all(self, expression: str) -> list[re.Match[str]]:
        """Every match in what is left, all read."""
        found = self.matches(expression)
        for match in found:
            self.read(*match.span())
        return found

    def read(self, start: int, end: int) -> None:
        """Marks a span as read."""
        self.rest = self.rest[:start] + _READ * (end - start) + self.rest[end:]

    def read_place(self, start: int, end: int) -> None:
        """Marks a span as read, and as a place to go to."""
        self._places.append((start, end))
        self.read(start, end)

    def is_place(self, position: int) -> bool:
        """Whether a destination, country or region was read there."""
        return any(start <= position < end for start, end in self._places)

    def give_back(self, start: int, end: int) -> None:
        """Marks a span as unread again."""
        self.rest = self.rest[:start] + self.folded[start:end] + self.rest[end:]

    def is_read(self, position: int) -> bool:
        return self.rest[position] == _READ

    def said(self, span: tuple[int, int]) -> str:
        """What the traveller wrote there, on one line."""
        return " ".join(self.text[slice(*span)].split()).strip(" ,;.")
