"""How money, times, ways and doubts are said: one wording for every face and export."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from agents.amounts import money as money
from agents.amounts import money_range as money_range
from agents.atlas.hours import DAY_MINUTES, Intervals
from agents.atlas.vocabulary import Mode, StepFree
from agents.crowds import CROWDED, QUIET
from agents.evidence import Status
from agents.request import TripRequest
from agents.text import clean_line, short_date
from agents.tools.calendar import clock
from planner.plan import Leg

MARKS = {Status.VERIFIED: "✓", Status.ESTIMATE: "≈", Status.UNVERIFIED: "?"}
"""How sure something is; of an item, the weakest thing that it rests on."""
SURE = {
    Status.VERIFIED: "verified, from a record",
    Status.ESTIMATE: "an estimate",
    Status.UNVERIFIED: "unverified, check before you go",
}
_PART = re.compile(r"(the|some of the) (\w+) agent's part: (.*)", re.DOTALL)
_USED = re.compile(r"\$?\d[\d,.]*( [a-z ]+)? used, the limit is")
MODE_WORDS = {Mode.WALK: "on foot", Mode.METRO: "public transport", Mode.TAXI: "taxi"}
STEP_FREE_WORDS = {
    StepFree.YES: "step-free",
    StepFree.PARTLY: "partly step-free",
    StepFree.NO: "not step-free",
    None: "not known to be step-free",
}
CROWD_WORDS = ((CROWDED, "crowded in season"), (0.6, "busy"), (QUIET, "lively"))
"""From how much popularity on a place is called so."""


def long_date(day: date) -> str:
    """ "Wed 12 May 2027"."""
    return f"{short_date(day)} {day:%Y}"


def length(minutes: float) -> str:
    """ "50 min", "2 h", "1 h 35 min"."""
    hours, rest = divmod(round(minutes), 60)
    return " ".join(
        [*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])]
    )


def moment(at: datetime) -> str:
    """ "Thu 13 May 09:42"."""
    return f"{short_date(at)} {at:%H:%M}"


def span(start: datetime, end: datetime) -> str:
    """ "Thu 13 May, 09:56–10:46, 50 min"; each time is local where it is."""
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{moment(end)}"
    minutes = (end - start).total_seconds() / 60
    return f"{short_date(start)}, {start:%H:%M}–{last}, {length(minutes)}"


def hours_words(intervals: Intervals | None) -> str:
    """ "open 09:00–18:30", "open all day", "closed", "not known"."""
    if intervals is None:
        return "not known"
    if intervals == ((0, DAY_MINUTES),):
        return "open all day"
    spans = ", ".join(f"{clock(start)}–{clock(end)}" for start, end in intervals)
    return f"open {spans}" if spans else "closed"


def crowd_words(popularity: float) -> str:
    """ "quiet", "lively", "busy" or "crowded in season"."""
    if popularity <= QUIET:
        return "quiet"
    return next(words for least, words in CROWD_WORDS if popularity >= least)


def people(request: TripRequest) -> str:
    """ "2 adults, 1 child"."""
    adults, children = request.adults, len(request.children)
    words = [f"{adults} adult{'s' * (adults != 1)}"]
    if children:
        words.append("1 child" if children == 1 else f"{children} children")
    return ", ".join(words)


def way_words(leg: Leg) -> str:
    """ "on foot", "train", "taxi or bus": how one gets there."""
    if leg.mode is Mode.BUS and any(id.startswith("travel/") for id in leg.evidence):
        return "taxi or bus"
    return MODE_WORDS.get(leg.mode, leg.mode.value)


def listed(words: Iterable[str]) -> str:
    """ "a, b and c"."""
    *most, last = list(words) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def missing_parts(missing: Iterable[str], *, why: bool = True) -> list[str]:
    """Parts of a plan that are missing, those for the same reason in one: a server that is down.

    Of a limit that several reached the latest amount is told. Without `why`, only what is missing.
    """
    names: dict[tuple[str, str], list[str]] = {}
    reasons: dict[tuple[str, str], str] = {}
    for words in missing:
        found = _PART.fullmatch(words)
        amount, name, reason = found.groups() if found else ("", "", words)
        key = amount, alike(reason) if why or not amount else ""
        names.setdefault(key, []).append(name)
        reasons[key] = reason
    told = []
    for (amount, same), of in names.items():
        reason = reasons[amount, same]
        parts = "agents' parts" if len(of) > 1 else "agent's part"
        because = f": {reason}" if why else ""
        told.append(f"{amount} {listed(of)} {parts}{because}" if amount else reason)
    return told


def alike(reason: str) -> str:
    """A reason without what each agent has a number of its own for: how much it used."""
    return _USED.sub("used, the limit is", reason)


def agents_words(names: Iterable[str]) -> str:
    """ "activities and itinerary agents"; the traveller is "you"."""
    known = list(dict.fromkeys(map(clean_line, names)))
    agents = [name for name in known if name != "traveller"]
    said = f"{listed(agents)} agent{'s' * (len(agents) != 1)}" if agents else ""
    return " and ".join([*(["you"] if "traveller" in known else []), *([said] if said else [])])


def spaced(value: str) -> str:
    """An id as words: "day-trip" is "day trip"."""
    return clean_line(value).replace("-", " ").replace("_", " ")
