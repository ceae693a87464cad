"""Numbers in English words, written in digits."""

from __future__ import annotations

import re
import unicodedata

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TIMES = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000}
_VALUES = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: value for value, word in zip(range(20, 100, 10), _TENS, strict=True)},
    **dict.fromkeys(("a", "an"), 1),
}
_TIMES_OF = "|".join(_TIMES)
_PART = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[-\s](?:{'|'.join(_SMALL[1:10])})\b)?|{'|'.join(_SMALL)}"
    rf"|an?(?=\s(?:{_TIMES_OF})\b))\b"
)
_MANY = rf"(?:[-\s](?:{_TIMES_OF})\b)"
_WORDS = re.compile(
    rf"\b(?:(?:{_PART}{_MANY}+(?:\sand)?[-\s])*{_PART}{_MANY}*|(?:{_TIMES_OF})\b{_MANY}*)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"[a-z]+", re.IGNORECASE)


def in_digits(text: str) -> str:
    """ "five hundred and two euros" as "502 euros"; digits of any script as 0 to 9."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.replace("º", "°"))
    return _WORDS.sub(lambda match: f"{_value(match[0]):,}", text)


def _value(words: str) -> int:
    whole = part = 0
    for word in _SPLIT.findall(words.casefold()):
        if word in ("hundred", "dozen"):
            part = max(1, part) * _TIMES[word]
        elif word in _TIMES:
            whole, part = whole + max(1, part) * _TIMES[word], 0
        else:
            part += _VALUES.get(word, 0)
    return whole + part
