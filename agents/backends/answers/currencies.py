"""Currencies by their signs, codes and words."""

from __future__ import annotations

import re

_DOLLARS = ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "TWD")
_CROWNS = ("SEK", "NOK", "DKK", "ISK", "CZK")
_RUPEES = ("INR", "PKR", "LKR", "NPR", "MUR")
_PESOS = ("MXN", "ARS", "CLP", "COP", "PHP")
_SIGNS = {
    "€": ("EUR",), "euro": ("EUR",), "£": ("GBP",), "pound": ("GBP",), "quid": ("GBP",),
    "$": _DOLLARS, "dollar": _DOLLARS, "buck": _DOLLARS, "¥": ("JPY", "CNY"), "yen": ("JPY",),
    "₹": ("INR",), "₩": ("KRW",), "₫": ("VND",), "₱": ("PHP",), "₪": ("ILS",), "฿": ("THB",),
    "₺": ("TRY",), "lira": ("TRY",), "franc": ("CHF",), "kr": _CROWNS, "crown": _CROWNS,
    "koruna": ("CZK",), "kč": ("CZK",), "zł": ("PLN",), "zloty": ("PLN",), "rs": _RUPEES,
    "rupee": _RUPEES, "peso": _PESOS, "forint": ("HUF",), "baht": ("THB",),
    "dirham": ("AED", "MAD"), "shekel": ("ILS",), "yuan": ("CNY",), "rmb": ("CNY",),
    "₽": ("RUB",), "rub": ("RUB",), "lei": ("RON",), "₴": ("UAH",),
}  # fmt: skip
"""Which currencies a sign or a word may stand for."""
CODES = (
    "EUR|USD|GBP|CHF|JPY|CNY|AUD|CAD|NZD|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|TRY|MAD|ILS|AED|INR|"
    "THB|VND|IDR|SGD|HKD|KRW|TWD|MYR|PHP|ZAR|EGP|BRL|MXN|ARS|CLP|COP|PEN|RUB|UAH"
)
SIGN = rf"(?:[A-Z]{{0,2}}\$|[€£¥₹₩₫₱₪₺฿₽₴]|\b(?:{CODES}|Rs\.?|kr\.?)(?=[\s\d]|\Z))"
MONEY_WORDS = (
    "euros?|dollars?|pounds?|yen|francs?|quid|bucks|lira|crowns?|kron[eo]r?|kr|kč|korunas?|zł|"
    "zloty(?:ch|s)?|rs|rupees?|pesos?|forints?|baht|dirhams?|shekels?|yuan|rmb|rub(?:les?)?|lei"
)
_LOOSE = re.compile(r"[€£¥₹₩₫₱₪₺฿₽₴]|\b(?:euros?|dollars?|yen|rupees?|pesos?)\b", re.IGNORECASE)
_NUMBER_BEFORE, _NUMBER_AFTER = re.compile(r"\d[\s,.-]*\Z"), re.compile(r"[\s-]*\d")


def currencies(sign: str) -> tuple[str, ...]:
    """The codes that a sign, a code or a word may stand for."""
    word = sign.strip(" .").casefold()
    if word.upper() in CODES.split("|"):
        return (word.upper(),)
    return next((c for spelt, c in _SIGNS.items() if word.startswith(spelt) or spelt in word), ())


def names_money_without_digits(text: str) -> bool:
    """Whether a currency stands there with no number beside it, as in "doce euros"."""
    return any(
        not _NUMBER_BEFORE.search(text, max(0, m.start() - 8), m.start())
        and not _NUMBER_AFTER.match(text, m.end())
        for m in _LOOSE.finditer(text)
    )
