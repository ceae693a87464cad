"""Money in words, and what is said of how comfortably to stay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from babel.numbers import get_currency_symbol
from hypothesis import given
from hypothesis import strategies as st

from agents.amounts import exact_money, money, money_range
from agents.atlas import loader
from agents.request import Tier
from planner.intake import describe, read
from planner.plan import Decision, Stop
from planner.tier import choose_tier, fixed_cost

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("amount", "currency", "whole", "exact"),
    [
        ("1500", "EUR", "€1,500", "€1,500"),
        ("1200.50", "CHF", "CHF 1,200", "CHF 1,200.50"),
        ("150000", "JPY", "¥150,000", "¥150,000"),
        ("-56.2", "USD", "-$56", "-$56.20"),
        ("0.4", "GBP", "£0", "£0.40"),
        ("-0.4", "GBP", "£0", "-£0.40"),
    ],
)
def test_an_amount_has_one_form(amount: str, currency: str, whole: str, exact: str) -> None:
    assert money(Decimal(amount), currency) == whole
    assert exact_money(Decimal(amount), currency) == exact


def test_a_range_names_its_currency_once() -> None:
    assert money_range(Decimal(10), Decimal("15.2"), "EUR") == "€10–15"
    assert money_range(Decimal(10), Decimal("10.2"), "CHF") == "CHF 10"


@given(st.decimals(-10_000_000, 10_000_000, places=2))
def test_signs_are_those_of_cldr_but_for_francs(amount: Decimal) -> None:
    for code in {country.currency for country in loader.countries()} | {"EUR", "USD"}:
        sign = get_currency_symbol(code, locale="en")
        if "F" in sign:
            sign = code
        blank = " " * sign[-1].isalpha()
        minus = "-" * (round(amount) < 0)
        assert money(amount, code) == f"{minus}{sign}{blank}{round(abs(amount)):,}"


def test_a_request_says_its_budget_like_everything_else() -> None:
    for words, said in (("9000 CHF", "CHF 9,000"), ("150000 yen", "¥150,000")):
        request = read(f"Rome 12-16 May 2027, budget {words}", today=TODAY).request
        assert said in describe(request)


def decided(budget: Decimal) -> tuple[Tier, Decision, dict[Tier, Decimal]]:
    request = read(f"Rome 12-16 May 2027, budget {budget} EUR", today=TODAY).request
    stop = Stop(
        destination="rome",
        name="Rome",
        arrive=request.dates.start,
        leave=request.dates.end,
        nights=request.dates.nights,
    )
    tier, (decision,) = choose_tier(request, [stop], {})
    return tier, decision, {t: fixed_cost(request, [stop], t) for t in Tier}


@given(st.integers(20, 6000))
def test_the_reason_for_a_tier_is_true_to_the_numbers(budget: int) -> None:
    tier, decision, costs = decided(Decimal(budget))
    left = budget - costs[tier]
    said = money(Decimal(budget), "EUR")
    if left >= budget * Decimal("0.12"):
        assert decision.rule == f"the better tier that leaves an eighth of your {said}"
    elif left >= 0:
        assert (
            decision.rule == f"the cheapest there is; it leaves less than an eighth of your {said}"
        )
    else:
        assert (
            decision.rule == f"the cheapest there is; still {money(-left, 'EUR')} over your {said}"
        )
        assert tier is Tier.BUDGET
    told = [decision.reverse, *(p.value for p in decision.proposals)]
    assert not [words for words in told if "--" in words or "EUR" in words]
