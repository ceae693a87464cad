"""Amounts of money in words: written in one way everywhere."""

from __future__ import annotations

from decimal import Decimal

from agents.text import clean_line

_SIGNS = {
    "AUD": "A$", "BRL": "R$", "CAD": "CA$", "CNY": "CN¥", "EUR": "€", "GBP": "£",
    "HKD": "HK$", "ILS": "₪", "INR": "₹", "JPY": "¥", "KRW": "₩", "MXN": "MX$",
    "NZD": "NZ$", "PHP": "₱", "TWD": "NT$", "USD": "$", "VND": "₫",
}  # fmt: skip
"""As CLDR has them in English. Other currencies are written with their code: "CHF 9,000"."""


def money(amount: Decimal, currency: str) -> str:
    """Whole units: "€1,500"."""
    return _signed(f"{round(abs(amount)):,}", currency, below_zero=round(amount) < 0)


def exact_money(amount: Decimal, currency: str) -> str:
    """With the cents, if there are any: "€1,500", "CHF 1,200.50"."""
    figure = abs(amount)
    places = 0 if figure == figure.to_integral() else 2
    return _signed(f"{figure:,.{places}f}", currency, below_zero=amount < 0)


def money_range(low: Decimal, high: Decimal, currency: str) -> str:
    """ "€10–15", or "€10" where both ends are the same whole amount."""
    if round(low) == round(high):
        return money(low, currency)
    return f"{money(low, currency)}–{round(high):,}"


def _signed(figure: str, currency: str, *, below_zero: bool) -> str:
    code = clean_line(currency)
    sign = _SIGNS.get(code, f"{code} ")
    return f"{'-' * below_zero}{sign}{figure}"
