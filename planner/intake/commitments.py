"""Fixed appointments in words: "dinner booked Friday 20:00", "we land Tuesday 14:30"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from agents.request import Commitment, CommitmentKind, Dates
from agents.text import short_date
from planner.intake.days import day_in, day_meant
from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern
from planner.intake.places import destinations_in, is_destination
from planner.intake.sights import place_named
from planner.intake.stay import Anchors
from planner.intake.times import LASTING, TIME, minutes_lasting, read_times
from planner.intake.windows import WEEKDAY, WEEKDAYS

_KINDS = {
    CommitmentKind.DEPARTURE: r"(?:(?:our|my|the) )?(?:(?:return )?(?:flight|train|plane|bus|ferry)(?: (?:back"
    r"|home|out))? ?(?:leaves|departs|is|goes|at|on)?"
    r"|fly(?:ing)? (?:back|home|out)|return (?:flight|train)|(?:have to "
    r"|must |need to )?leav(?:e|es|ing)|depart(?:s|ing|ure)?|head(?:ing)? (?:back"
    r"|home))(?![a-z])",
    CommitmentKind.ARRIVAL: (
        r"(?:(?:our|my|the) )?(?:(?:flight|train|plane) )?(?:land(?:s|ing)?"
        r"|arriv(?:e|es|ing|al)|gets? in|touch(?:es|ing)? down|comes? in|check(?:ing)?[ -]?in)(?"
        r"![a-z])"
    ),
    CommitmentKind.MEAL: r"(?:dinner|lunch|breakfast|brunch|supper|table|restaurant|tasting menu)(?![a-z])",
    CommitmentKind.EVENT: r"(?:concert|show|tickets?|wedding|meeting|match|game|opera|conference"
    r"|guided tour|tour|gig|play|musical|ballet|appointment|ceremony|exhibition"
    r"|theatre|theater|booked|booking|reservation|reserved|slot|entry|class"
    r"|party|workshop|interview|call|performance|screening|recital|talk)(?![a-z])",
}
_KIND_ORDER = (
    CommitmentKind.ARRIVAL,
    CommitmentKind.MEAL,
    CommitmentKind.EVENT,
    CommitmentKind.DEPARTURE,
)
_CLAUSE_ENDS = re.compile(r"[;!?\n\0]|\.(?=\s|$)|,|\b(?:and|but|then)\b")
_AT_A_PLACE = re.compile(
    r"\s+(?:at|in)\s+(?:the\s+)?[A-Z][\w'’]+(?:\s+(?:[A-Z][\w'’]+|de|da|do|of))*"
)
_A_PLACE_BEFORE = re.compile(
    r"(?:[A-Z][\w'’]+(?:\s+(?:[A-Z][\w'’]+|of|de|da|do))*)\s+(?:is\s+|are\s+|guided\s+)?$"
)
_MINUTES = {
    CommitmentKind.ARRIVAL: 0,
    CommitmentKind.DEPARTURE: 0,
    CommitmentKind.MEAL: 90,
    CommitmentKind.EVENT: 120,
}
MAX_TIMES = 24
"""More times of day than this in one request are not looked at."""


@dataclass(frozen=True)
class Appointment:
    """A commitment before the dates of the trip are known."""

    kind: CommitmentKind
    label: str
    at: time
    day: date | int | None
    """A date, a weekday (Monday 0), or None for one that was not said."""
    nth: int | None = None
    """The number of the day in the trip, -1 for the last."""
    of_month: int | None = None
    """The number of the day in its month."""
    minutes: int | None = None
    """How long it takes, where that was said."""


def read_appointments(passage: Passage, today: date) -> list[Appointment]:
    """Every time of day with a word that says what happens then; other times are left unread."""
    found = (
        _appointment(passage, match, today)
        for match in islice(pattern(TIME).finditer(passage.rest), MAX_TIMES)
    )
    return [appointment for appointment in found if appointment]


def anchors(appointments: Sequence[Appointment]) -> Anchors:
    """What the appointments say about the dates of the trip."""

    def first(kind: CommitmentKind) -> date | int | None:
        return next((a.day for a in appointments if a.kind is kind and a.day is not None), None)

    within = tuple(a.day for a in appointments if a.day is not None)
    return Anchors(first(CommitmentKind.ARRIVAL), first(CommitmentKind.DEPARTURE), within)


def fix(
    appointment: Appointment, dates: Dates, destinations: Sequence[str], log: Log
) -> Commitment | None:
    """The appointment on its day of the trip; a problem when the trip has no such day."""
    days = [dates.start + timedelta(days=n) for n in range(dates.days)]
    day = _day_of(appointment, days)
    if day not in days:
        wanted = (
            WEEKDAYS[appointment.day].title()
            if isinstance(appointment.day, int)
            else day or (f"day {appointment.of_month}" if appointment.of_month else "that day")
        )
        log.object_to(
            "commitments",
            f"{appointment.label!r}: {wanted} is not between {dates.start:%a} {dates.start} and "
            f"{dates.end:%a} {dates.end}; "
            "change the dates, or the day",
        )
        return None
    if appointment.day is None and appointment.nth is None and appointment.of_month is None:
        log.assume("commitments", f"{appointment.label} on {day}", "no day given")
    start = datetime.combine(day, appointment.at)
    at_place = _place_words(appointment.label)
    place = place_named(at_place, destinations, sure=90) if at_place else None
    log.saw(
        "commitments", f"{appointment.kind} {short_date(start)} {start:%H:%M}", appointment.label
    )
    return Commitment(
        kind=appointment.kind,
        label=appointment.label,
        start=start,
        minutes=_MINUTES[appointment.kind] if appointment.minutes is None else appointment.minutes,
        place_id=place,
    )


def _day_of(appointment: Appointment, days: list[date]) -> date | None:
    if isinstance(appointment.day, date):
        if re.search(r"20\d\d", appointment.label):
            return appointment.day
        named = (appointment.day.month, appointment.day.day)
        return next((d for d in days if (d.month, d.day) == named), appointment.day)
    backwards = appointment.kind is CommitmentKind.DEPARTURE
    ordered = days[::-1] if backwards else days
    if isinstance(appointment.day, int):
        return next((d for d in ordered if d.weekday() == appointment.day), None)
    if appointment.of_month is not None:
        return next((d for d in days if d.day == appointment.of_month), None)
    if appointment.nth is not None:
        n = appointment.nth
        return days[-1] if n < 0 else days[n - 1] if 0 < n <= len(days) else None
    return ordered[0]


def _place_words(label: str) -> str:
    """What comes after "at" or "in", or at the front, unless it is the destination itself."""
    if match := _AT_A_PLACE.search(label):
        words = re.sub(r"^\s+(?:at|in)\s+(?:the\s+)?", "", match.group())
    elif match := re.match(r"[A-Z][\w'’]+(?:\s+(?:[A-Z][\w'’]+|of|de|da|do)(?![\w'’]))*", label):
        words = match.group()
    else:
        return ""
    return "" if is_destination(words) or pattern(WEEKDAY).match(words.lower()) else words


def _appointment(passage: Passage, match: re.Match[str], today: date) -> Appointment | None:
    start, end = _clause(passage, match.start(), match.end())
    kind_span = _kind(passage.rest, start, end)
    if kind_span is None:
        start = _clause(passage, max(0, start - 2), start)[0]
        kind_span = _kind(passage.rest, start, end)
    if kind_span is None:
        return None
    kind, what = kind_span
    if kind is CommitmentKind.DEPARTURE and _is_way_out(passage, what):
        return None
    day = day_in(passage, start, end)
    at, until, when = read_times(passage, match, passage.folded[start:end])
    lasting = _search(LASTING, passage.rest, start, end)
    spans = [when, what] + ([day.span()] if day else []) + ([lasting.span()] if lasting else [])
    first, last = min(s[0] for s in spans), max(s[1] for s in spans)
    if not day and (day := _nearby_day(passage, start, end)):
        passage.read(*day.span())
    if "\0" in passage.rest[first:last] or at is None:
        return None
    if kind in {CommitmentKind.MEAL, CommitmentKind.EVENT}:
        if place := _AT_A_PLACE.match(passage.text, last):
            last = place.end()
        elif place := _A_PLACE_BEFORE.search(passage.text, start, first):
            first = place.start()
    for span in spans if kind is CommitmentKind.ARRIVAL else [(first, last)]:
        passage.read(*span)
    if kind in {CommitmentKind.MEAL, CommitmentKind.EVENT}:
        for name in destinations_in(passage.folded[first:last]):
            passage.give_back(first + name[0], first + name[1])
    label = passage.said((first, last))
    return Appointment(
        kind, label, at, *day_meant(day, today), minutes=minutes_lasting(at, until, lasting)
    )


def _is_way_out(passage: Passage, what: tuple[int, int]) -> bool:
    """Whether "leaving Friday at 4" is from home: the words speak of the way back later on."""
    leaves = re.match(r"(?:leav|depart)", passage.folded[slice(*what)])
    return bool(leaves and re.search(r"\b(?:back|return\w*|home)\b", passage.folded[what[1] :]))


def _search(expression: str, text: str, start: int, end: int) -> re.Match[str] | None:
    return pattern(expression).search(text, start, end)


def _nearby_day(passage: Passage, start: int, end: int) -> re.Match[str] | None:
    """A day just before the clause, or just after it: "on Friday, dinner at 20:00"."""
    before = _clause(passage, max(0, start - 2), start)[0]
    for span in ((before, start), (end, _clause(passage, end, min(len(passage.rest), end + 2))[1])):
        found = day_in(passage, *span)
        if found and not _search(TIME, passage.rest, *span):
            return found
    return None


def _clause(passage: Passage, start: int, end: int) -> tuple[int, int]:
    before = [m.end() for m in _CLAUSE_ENDS.finditer(passage.rest, 0, start)]
    after = _CLAUSE_ENDS.search(passage.rest, end)
    return (before[-1] if before else 0), (after.start() if after else len(passage.rest))


def _kind(text: str, start: int, end: int) -> tuple[CommitmentKind, tuple[int, int]] | None:
    for kind in _KIND_ORDER:
        if found := _search(r"(?<![a-z])" + _KINDS[kind], text, start, end):
            return kind, found.span()
    return None
