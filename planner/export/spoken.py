"""Words as they are said: no sign that an ear would miss, no short form that it would spell out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from babel.numbers import format_decimal, get_currency_name, get_currency_symbol

from agents.atlas import loader
from agents.text import clean_line

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_DASH = r"\s?–\s?"
_CODED = re.compile(rf"\b({_NUMBER})(?:{_DASH}({_NUMBER}))? ([A-Z]{{3}})\b")
_UNITS = (
    (re.compile(rf"({_NUMBER}) kg CO[₂2]e?"), "kilogram of CO2", "kilograms of CO2"),
    (re.compile(rf"({_NUMBER}) km\b"), "kilometre", "kilometres"),
    (re.compile(rf"({_NUMBER}) mm\b"), "millimetre", "millimetres"),
    (re.compile(rf"({_NUMBER}) h\b"), "hour", "hours"),
    (re.compile(rf"({_NUMBER}) min\b"), "minute", "minutes"),
    (re.compile(rf"({_NUMBER}) s\b"), "second", "seconds"),
    (re.compile(rf"({_NUMBER}) ?°C"), "degree Celsius", "degrees Celsius"),
)
_DAYS = {f"{date(2001, 1, d):%a}": f"{date(2001, 1, d):%A}" for d in range(1, 8)}
_MONTHS = {f"{date(2000, m, 1):%b}": f"{date(2000, m, 1):%B}" for m in range(1, 13)}
_SHORT_DATE = re.compile(rf"\b({'|'.join(_DAYS)}) (\d{{1,2}}) ({'|'.join(_MONTHS)})\b")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NO_HOURS = re.compile(r"\b0 hours (?=\d)")
_UNIT_SCORE = re.compile(r"\((0\.\d\d|1\.00)\)")
_RANGE = re.compile(r"(?<=\w)–(?=\w)|\s–\s(?=\d)")
_SIGNS = (
    ("→", " to "),
    ("≈", "about "),
    ("×", " times "),
    ("–", ", "),
    ("—", ", "),
    ("·", ", "),
    ("⌂", "the bed"),
    ("₂", "2"),
    ("✓", "passed "),
    ("✗", "failed "),
    ("“", '"'),
    ("”", '"'),
    ("’", "'"),
)
_BEFORE_COMMA = re.compile(r"\s+(?=[,;.])")


def spoken(text: str) -> str:
    """`text` on one line with its money, dates, spans and units written out.

    "€72–226, 6 h 05 min" becomes "72 to 226 euros, 6 hours 5 minutes".
    """
    text = _signed().sub(_amount_after_sign, clean_line(text, limit=4000))
    text = _CODED.sub(_amount_before_code, text)
    text = _SHORT_DATE.sub(lambda m: f"{_DAYS[m[1]]} {m[2]} {_MONTHS[m[3]]}", text)
    text = _ISO_DATE.sub(_dated, text)
    text = _UNIT_SCORE.sub(lambda m: f"({out_of_100(float(m[1]))})", text)
    text = _RANGE.sub(" to ", text)
    for pattern, one, many in _UNITS:
        text = pattern.sub(lambda m, one=one, many=many: _counted(m[1], one, many), text)  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
    text = _NO_HOURS.sub("", text)
    for sign, words in _SIGNS:
        text = text.replace(sign, words)
    return _BEFORE_COMMA.sub("", " ".join(text.split()))


def sentence(*parts: str) -> str:
    """Each part that says something as a sentence of its own."""
    said = (spoken(part) for part in parts)
    return " ".join(_ended(part) for part in said if part)


def _ended(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", ":", "…")) else ".")


def spoken_money(amount: Decimal, code: str) -> str:
    """Whole units: "1,500 euros"."""
    figure = format_decimal(round(amount), locale="en")
    return f"{figure} {_name(clean_line(code), 1 if figure == '1' else 2)}"


def spoken_date(day: date) -> str:
    """ "Thursday 13 May 2027"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def spoken_month(day: date) -> str:
    """ "October 2025"."""
    return f"{day:%B} {day.year}"


def out_of_100(score: float) -> str:
    """A score from 0 to 1: "77 out of 100"."""
    return f"{score * 100:.0f} out of 100"


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 place", "3 places"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _counted(number: str, one: str, many: str) -> str:
    figure = number.lstrip("0") or "0"
    if figure.startswith("."):
        figure = f"0{figure}"
    return f"{figure} {one if figure == '1' else many}"


def _dated(found: re.Match[str]) -> str:
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return found[0]
    return f"{day.day} {day:%B} {day:%Y}"


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    """The ISO code of each sign or code that money is written with, of all that the atlas knows."""
    known = sorted({country.currency for country in loader.countries()} | {"EUR", "USD"})
    signs = {get_currency_symbol(code, locale="en"): code for code in known}
    return MappingProxyType(signs | {code: code for code in known})


@lru_cache(maxsize=1)
def _signed() -> re.Pattern[str]:
    signs = "|".join(re.escape(sign) for sign in sorted(_codes(), key=len, reverse=True))
    return re.compile(rf"(?<!\w)({signs})\s?({_NUMBER})(?:{_DASH}({_NUMBER}))?")


def _name(code: str, count: int) -> str:
    return get_currency_name(code, count=count, locale="en")


def _amount_after_sign(found: re.Match[str]) -> str:
    sign, low, high = found.groups()
    return _amount(low, high, _codes()[sign])


def _amount_before_code(found: re.Match[str]) -> str:
    low, high, code = found.groups()
    return _amount(low, high, code) if code in _codes().values() else found[0]


def _amount(low: str, high: str | None, code: str) -> str:
    figure = f"{low} to {high}" if high else low
    return f"{figure} {_name(code, 1 if figure == '1' else 2)}"
