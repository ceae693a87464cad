"""Numbers in words become digits in their place: "two thousand euros", "the twenty-first of May"."""

from __future__ import annotations

import re
from functools import cache

from planner.intake.windows import MONTH

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_CARDINALS = {word: n for n, word in enumerate(_UNITS)} | {
    word: 10 * n for n, word in enumerate(_TENS, 2)
}
_ORDINALS = {
    **dict(zip(("first", "second", "third"), (1, 2, 3), strict=True)),
    **{"fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12, "twentieth": 20, "thirtieth": 30},
    **{_UNITS[n] + "th": n for n in (4, 6, 7, 10, 11, 13, 14, 15, 16, 17, 18, 19)},
}
_SCALES = {"hundred": 100, "thousand": 1000}
_ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
_MONEY = r"euros?|eur|pounds?|quid|dollars?|bucks|usd|gbp|yen|francs?|grand|k"


@cache
def _cardinal() -> re.Pattern[str]:
    word = "|".join(sorted((*_CARDINALS, *_SCALES), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w-])(?:(?:a|{word})(?=[\s-]+(?:{word}|{_MONEY})\b)|(?:{word}))"
        rf"(?:(?:[\s-]+|(?:(?<=hundred)|(?<=thousand))\s+and\s+)(?:{word}))*(?![\w]|-[a-z])(?P<money>(?=\s+(?:{_MONEY})\b))?"
    )


@cache
def _ordinal() -> re.Pattern[str]:
    word = rf"(?:(?:twenty|thirty)[\s-])?(?:{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})"
    month = MONTH.replace(" ", r"\s+")
    return re.compile(
        rf"(?<![\w-])(?P<a>{word})(?=(?:\s+of)?(?:\s+the)?\s+{month}(?!\s+(?:week|days))|\s*(?:-|to|until|till|through|and)\s*(?:the\s+)?"
        rf"(?:{word}|\d{{1,2}}(?:st|nd|rd|th)?)(?:\s+of)?\s+{month})"
        rf"|(?<![a-z]){month}\s+(?:the\s+)?(?P<b>{word})(?!\s+(?:week|half|weekend|time))(?!\w)"
        rf"|(?<=\d)(?:st|nd|rd|th)?\s*(?:-|to|until|till|through)\s*(?:the\s+)?(?P<c>{word})(?!\w)"
    )


def with_digits(folded: str) -> str:
    """`folded` with the numbers written out as digits, padded by spaces to the same length.

    Small numbers stay words unless they are money; ordinals are changed beside a month only.
    """
    if any(word in folded for word in ("hundred", "thousand", *_TENS)) or re.search(
        rf"[a-z]\s(?:{_MONEY})\b", folded
    ):
        folded = _cardinal().sub(_counted, folded)
    if re.search(r"[a-z](?:th|rst|ond|ird)(?![a-z])", folded):
        folded = _ordinal().sub(_ordered, folded)
        folded = _ordinal().sub(_ordered, folded)
    return folded


def _counted(match: re.Match[str]) -> str:
    words = re.split(r"[\s-]+", match.group())
    if len(words) == 1 and words[0] in _CARDINALS and match["money"] is None:
        value = _CARDINALS[words[0]]
        return f"{value}".ljust(len(match.group())) if value > 20 else match.group()
    total = part = 0
    for word in words:
        if word in _SCALES:
            part = max(part, 1) * _SCALES[word]
            if word == "thousand":
                total, part = total + part, 0
        else:
            part += 1 if word == "a" else _CARDINALS.get(word, 0)
    return f"{total + part}".ljust(len(match.group()))


def _ordered(match: re.Match[str]) -> str:
    name = match.lastgroup or "a"
    words = re.split(r"[\s-]", match[name])
    day = sum(_ORDINALS.get(word, 0) or _CARDINALS.get(word, 0) for word in words)
    start, end = (position - match.start() for position in match.span(name))
    said = f"{day}{_ENDINGS.get(day, 'th')}".ljust(end - start)
    return match.group()[:start] + said + match.group()[end:]
