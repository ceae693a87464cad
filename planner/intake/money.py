"""Budgets in words: an amount, its currency, and whether for each person or each day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from agents.amounts import exact_money
from agents.request import Budget
from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern

_SPELLINGS = {
    "EUR": "€,eur,euro,euros",
    "USD": "$,us$,usd,us dollar,us dollars,dollar,dollars,bucks",
    "GBP": "£,gbp,pound,pounds,quid",
    "JPY": "¥,jpy,yen",
    "CHF": "chf,franc,francs,swiss francs",
    "CAD": "c$,ca$,cad,canadian dollars",
    "AUD": "a$,au$,aud,australian dollars",
    "NZD": "nz$,nzd",
    "CZK": "czk,kc,czech crowns",
    "PLN": "pln,zł,zl,zloty,zlotys",
    "SEK": "sek,swedish kronor",
    "NOK": "nok,norwegian kroner",
    "DKK": "dkk,danish kroner",
    "HUF": "huf,forint,forints",
    "TRY": "₺,lira,turkish lira",
    "INR": "₹,inr,rupees",
    "KRW": "₩,krw",
    "CNY": "cny,rmb,yuan",
    "SGD": "s$,sgd",
    "HKD": "hk$,hkd",
    "THB": "฿,thb,baht",
    "MXN": "mxn,pesos",
    "BRL": "r$,brl,reais",
    "ZAR": "zar,rand",
    "AED": "aed,dirhams",
}
_CODES = {spelling: code for code, names in _SPELLINGS.items() for spelling in names.split(",")}
_CURRENCY = "|".join(
    re.escape(s).replace(r"\ ", " ") for s in sorted(_CODES, key=len, reverse=True)
)
_LIRA = r"\bTRY\b"
_SCALES = {"k": 1000, "thousand": 1000, "grand": 1000, "m": 1_000_000, "million": 1_000_000}
_FIGURE = r"(?:\d{1,3}(?:[,.'\s]\d{3})+(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?)(?![.,]?\d)"


def _amount(n: int) -> str:
    return rf"(?P<figure{n}>{_FIGURE})(?: ?(?P<scale{n}>{'|'.join(_SCALES)})(?![a-z]))?"


_RANGE = rf"{_amount(1)}(?:(?: ?- ?| to | and | or )(?:{_CURRENCY})? ?{_amount(2)})?"
_EACH = (
    r"each|apiece|pp(?![a-z])|p\.p\.|/ ?(?:person|head|adult)|(?:per|a|for each) (?:person"
    r"|head|adult)"
)
_PER = (
    rf"(?: ?(?P<person>{_EACH}))?"
    r"(?: ?(?P<day>(?:a|per|each|every) day|/ ?day|daily))?"
    rf"(?: ?(?P<person2>{_EACH}))?"
    r"(?: ?(?P<night>(?:a|per|each) night|/ ?night))?"
    r"(?: (?:in total|total|all in|altogether|overall|max(?:imum)?|at most"
    r"|or less|budget|tops|for everything"
    r"|for (?:all|both|the \w+) of us))*"
)
_ABOUT = (
    r"(?:(?:under|below|less than|up to|at most|(?:no|not) more than|max(?:imum)?\.?"
    r"|about|around|roughly|some|maybe|say|like"
    r"|approximately|circa|within|over|total|of|is|for|with|limit|cap|minus|negative) )*"
)
_LEAD = (
    r"(?:(?:(?:with|on|have|a|an|our|my|the|total|overall|negative) )*budget ?:? ?(?:minus |negative )?"
    rf"|(?:can |to )?(?:spend|afford|pay) |){_ABOUT}"
)
_MINUS = r"(?P<minus>(?<![\w-])-)?"
_BELOW_ZERO = r"(?<![a-z])(?:minus|negative) "
_NO_UNIT = (
    r"(?! ?(?:(?:-|to|and|or) ?\d|-? ?(?:days?|nights?|weeks?|hours?|h\b"
    r"|minutes?|min\b|km|people|adults?|friends"
    r"|kids|children|years?|degrees|c\b|°|%|steps|stairs|am\b|pm\b|:)))"
)
_LARGE = r"(?=\d{3}|\d,\d|[\d.,]+ ?k)"
_WAY = (
    r"(?:the |my |our |any )?(?:return )?(?:flights?|air ?fares?|plane tickets?|train tickets?"
    r"|travel|transport(?:ation)?|getting there|the journey)(?![a-z])"
)
_WITHOUT_WAY = (
    rf"(?: ?[,(]? ?(?:without|w/o|excluding|excl\.?|ex|exclusive of|not (?:including|counting)|before|plus|\+"
    rf"|on top of|besides|apart from) {_WAY}\)?)"
)
_WAY_APART = (
    r"(?:(?:and |with )?(?:the |our |my )?(?:flights?|air ?fares?) (?:(?:are|is|will be) )?(?:already )?"
    r"(?:not included|extra|separate(?:ly)?|on top|excluded|booked|bought|paid(?: for)?|sorted)"
    r"|(?:excluding|excl\.?|not (?:including|counting)) (?:the |our |my )?(?:flights?|air ?fares?))(?![a-z])"
)
_WITH_WAY = rf"(?:(?:including|incl?\.?) {_WAY}|(?:the |our )?flights? (?:are |is )?(?:included|incl))(?![a-z])"
_FIGURE_GRAND = rf"(?P<figure1>{_FIGURE}) ?(?P<scale1>grand)(?![a-z])"
_EXPRESSIONS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        tuple(_CODES),
        rf"{_LEAD}{_MINUS}(?<!\w)(?P<before>{_CURRENCY}) ?(?P<minus2>-)?{_RANGE}"
        rf"(?: ?(?:{_CURRENCY})(?![a-z]))?{_PER}",
    ),
    (
        tuple(_CODES),
        rf"{_LEAD}(?<![\w.,]){_MINUS}{_RANGE} ?-?(?P<after>{_CURRENCY})(?![a-z]){_PER}",
    ),
    (
        ("budget",),
        rf"(?<![a-z])(?:negative )?budget{_WITHOUT_WAY}? ?[:=?]? ?{_ABOUT}{_MINUS}{_RANGE}{_PER}{_NO_UNIT}",
    ),
    (
        ("spend", "afford", "pay"),
        rf"(?<![a-z])(?:spend|afford|pay) {_ABOUT}{_LARGE}{_RANGE}{_PER}{_NO_UNIT}",
    ),
    (
        ("budget", "total", "all in", "max", "tops"),
        rf"(?<![\w.,]){_LARGE}{_RANGE} (?:(?:as )?(?:a |our |my )?budget|in total"
        r"|all in|max|tops)(?![a-z])",
    ),
    (("grand",), rf"{_LEAD}(?<![\w.,]){_FIGURE_GRAND}{_PER}"),
    (
        (" day", "daily"),
        rf"(?<![\w.,])(?P<figure1>\d{{2,6}}) (?P<day>(?:a|per|each) day|daily)(?: (?P<person>{_EACH}))?",
    ),
    (
        ("under ", "up to ", "at most ", " than "),
        rf"(?<![a-z])(?:under|up to|at most|less than|no more than) {_LARGE}{_RANGE}{_PER}{_NO_UNIT}",
    ),
)
"""Words of which one must be there, and the expression that is then worth a try."""
_UNLIMITED = (
    r"(?:no|without an?y?|unlimited) budget(?: (?:limit|cap|constraints?|restrictions?|worries|issues))?"
    r"|(?:money|budget|cost|price) is (?:no|not an?) (?:object|issue|problem"
    r"|concern)|budget is unlimited"
)
_PART = (
    r" (?:(?:for|on) (?:the |a |our )?)?(?:hotels?|rooms?|accommodation"
    r"|lodging|flights?|food|dinners?|meals?)(?![a-z])"
)


def currency_codes() -> tuple[str, ...]:
    """The currencies that are read, by their ISO 4217 codes."""
    return tuple(_SPELLINGS)


@dataclass(frozen=True)
class Money:
    """An amount as it was said; `per_day` becomes a total when the days are known."""

    amount: Decimal
    currency: str
    per_person: bool
    per_day: bool
    words: str

    def __str__(self) -> str:
        each = " per person" if self.per_person else ""
        return f"{exact_money(self.amount, self.currency)}{each}{' a day' if self.per_day else ''}"


def read_money(passage: Passage, log: Log) -> Money | None:
    """The budget in the words, if there is one; a second amount, or one for a part, is unread."""
    if match := passage.take(_UNLIMITED):
        log.saw("budget", "no limit", passage.said(match.span()))
    found: Money | None = None
    apart: list[str] = []
    for words, expression in _EXPRESSIONS:
        while passage.has(*words) and (match := passage.find(expression)):
            if way := pattern(_WITHOUT_WAY).match(passage.rest, match.end()):
                passage.read(*way.span())
                apart.append(passage.said(way.span()))
            part = pattern(_PART).match(passage.rest, match.end())
            span = match.start(), part.end() if part else match.end()
            passage.read(*span)
            if part or found or match.groupdict().get("night"):
                log.miss(passage.said(span))
            else:
                found = _money(match, passage.said(span), log)
    _way_there(passage, found, apart, log)
    return found


def _way_there(passage: Passage, money: Money | None, apart: list[str], log: Log) -> None:
    """Notes what the words say about the journey and the budget: a request has one sum for all."""
    apart += [passage.said(match.span()) for match in passage.take_all(_WAY_APART)]
    if apart and money:
        log.assume(
            "budget",
            f"{money}, the way there included",
            f"{apart[0]!r}: one sum is for everything; name no start, and the way costs nothing",
        )
    for words in apart if money is None else ():
        log.miss(words)
    for match in passage.take_all(_WITH_WAY):
        log.saw("budget", "the way there included", passage.said(match.span()))


def read_budget(said: str, log: Log) -> Money | None:
    """The budget in an option; "TRY" in capitals is the Turkish lira there, not the word."""
    return read_money(Passage(f"budget {re.sub(_LIRA, 'lira', said)}"), log)


def total(money: Money, days: int, log: Log) -> Budget | None:
    """The budget for a trip of so many days; a problem when nothing or too much is left."""
    amount = money.amount * days if money.per_day else money.amount
    if amount <= 0:
        log.object_to(
            "budget", f"{money.words!r} is not more than zero; give an amount, or leave it out"
        )
        return None
    if amount > 10_000_000:
        log.object_to(
            "budget", f"{money.words!r} is more than one plan can hold; give at most 10,000,000"
        )
        return None
    if money.per_day:
        log.assume(
            "budget", exact_money(amount, money.currency), f"{money.words!r} for {days} days"
        )
    return Budget(amount=amount, currency=money.currency, per_person=money.per_person)


def _money(match: re.Match[str], words: str, log: Log) -> Money:
    said = match.groupdict()
    n = 2 if said.get("figure2") else 1
    amount = _decimal(said[f"figure{n}"]) * _SCALES.get(said.get(f"scale{n}") or "", 1)
    if said.get("minus") or said.get("minus2") or pattern(_BELOW_ZERO).search(match.group()):
        amount = -amount
    spelling = said.get("before") or said.get("after")
    money = Money(
        amount,
        _CODES[" ".join(spelling.split())] if spelling else "EUR",
        per_person=bool(said.get("person") or said.get("person2")),
        per_day=bool(said.get("day")),
        words=words,
    )
    log.saw("budget", money, words)
    if not spelling:
        log.assume("budget", "EUR", "no currency given")
    if n == 2:
        log.assume("budget", money, f"the upper end of {words!r}")
    return money


def _decimal(figure: str) -> Decimal:
    if re.fullmatch(r"\d+|\d{1,3}(?:,\d{3})+", figure):
        return Decimal(figure.replace(",", ""))
    from price_parser import Price

    try:
        return Price.fromstring(figure).amount or Decimal(0)
    except InvalidOperation:
        return Decimal(0)
