"""Facts about time become the first and last day of the trip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from agents.request import MAX_DAYS, Dates
from planner.intake.dates import When
from planner.intake.notes import Log
from planner.intake.windows import FRIDAY, ORDER, WEEKDAYS, Window, coming

DEFAULT_DAYS = 3
DEFAULT_WEEKS_AHEAD = 6
WEDNESDAY = 2


@dataclass
class Anchors:
    """What commitments say about the days: a weekday (0 to 6) or a date each."""

    arrival: int | date | None = None
    departure: int | date | None = None
    within: tuple[int | date, ...] = ()


def settle(when: When, anchors: Anchors, today: date, log: Log) -> Dates | None:
    """The dates of the trip, or None with the problem in the log."""
    when = _anchored(when, anchors)
    if when.days is not None and not 1 <= when.days <= MAX_DAYS:
        few = "give at least 1" if when.days < 1 else f"plan at most {MAX_DAYS} at a time"
        log.object_to("dates", f"{when.days} days cannot be planned; {few}")
        return None
    if when.start and when.end:
        if when.loose and when.days and when.days < (when.end - when.start).days:
            return _within((when.start, when.end), when.days, when, anchors, today, log)
        return _between(when.start, when.end, when, log)
    days = when.days or _assumed_days(when, log)
    if when.start:
        return _made(when.start, days, None, log)
    if when.end:
        return _made(when.end - timedelta(days=days - 1), days, None, log)
    if when.feast:
        first, last = when.feast
        length = (last - first).days + 1
        return _made(last - timedelta(days=days - 1) if days > length else first, days, None, log)
    if when.window:
        return _within(when.window, days, when, anchors, today, log)
    friday = coming(FRIDAY, today + timedelta(weeks=DEFAULT_WEEKS_AHEAD, days=-1))
    start = _holding(friday, days, when.weekday, anchors)
    log.assume("dates", f"{start:%A} {_day(start)}", "no date given: about six weeks ahead")
    return _made(start, days, None, log)


def _anchored(when: When, anchors: Anchors) -> When:
    """The facts with what an arrival or a departure adds to them."""
    arrival, departure = anchors.arrival, anchors.departure
    if isinstance(arrival, date) and when.start is None:
        when = replace(when, start=arrival)
    if (
        isinstance(departure, date)
        and when.end is None
        and (when.start is None or when.days is None)
    ):
        when = replace(when, end=departure)
    if isinstance(arrival, int) and when.weekday is None:
        when = replace(when, weekday=arrival)
    first = when.start.weekday() if when.start else when.weekday
    if isinstance(departure, int) and when.days is None and when.end is None and first is not None:
        when = replace(when, days=(departure - first) % 7 + 1)
    if isinstance(departure, int) and first is None and when.days:
        when = replace(when, weekday=(departure - when.days + 1) % 7)
    events = [day for day in anchors.within if isinstance(day, date)]
    if events and not (when.start or when.end or when.window or when.feast):
        days = max(when.days or DEFAULT_DAYS, (max(events) - min(events)).days + 1)
        lead = 1 if days > (max(events) - min(events)).days + 1 else 0
        when = replace(when, start=min(events) - timedelta(days=lead), days=when.days or days)
    return when


def _assumed_days(when: When, log: Log) -> int:
    if when.feast:
        days = (when.feast[1] - when.feast[0]).days + 1
    elif when.window and (when.window[1] - when.window[0]).days <= 7 and when.start is None:
        days = min(DEFAULT_DAYS, (when.window[1] - when.window[0]).days + 1)
    else:
        days = DEFAULT_DAYS
    log.assume("dates", f"{days} days", "no length given")
    return days


def _between(start: date, end: date, when: When, log: Log) -> Dates | None:
    days = (end - start).days + 1
    if days < 1:
        log.object_to("dates", f"the end {end} is before the start {start}; swap them")
        return None
    if when.days and when.days not in {days, days - 1}:
        log.object_to(
            "dates",
            f"{_day(start)} to {_day(end)} are {days} days, not {when.days}; leave one of them out",
        )
        return None
    return _made(start, days, None, log)


def _within(
    window: Window, days: int, when: When, anchors: Anchors, today: date, log: Log
) -> Dates | None:
    """The second Wednesday of the window, or Friday for a weekend, where the whole stay fits."""
    tomorrow = today + timedelta(days=1)
    if when.next_window and (window[1] - max(window[0], tomorrow)).days + 1 < days:
        window = when.next_window
    first = max(window[0], tomorrow)
    last = max(first, window[1] - timedelta(days=days - 1))
    if window[1] <= today:
        log.object_to("dates", f"{_day(window[0])} to {_day(window[1])} is over; give a later time")
        return None
    weekday = (
        when.weekday if when.weekday is not None else FRIDAY if when.days is None else WEDNESDAY
    )
    starts = [
        d
        for d in (first + timedelta(days=n) for n in range((last - first).days + 1))
        if d.weekday() == weekday
    ]
    n = -1 if when.nth == "last" else ORDER.get(when.nth, 1 if len(starts) > 2 else 0)
    start = starts[min(n, len(starts) - 1)] if starts else first
    start = _holding(start, days, when.weekday, anchors)
    ordinal = (
        ("the first", "the second", "the third")[starts.index(start)]
        if start in starts[:3]
        else "a"
    )
    which = f"{ordinal} {WEEKDAYS[start.weekday()].title()}"
    if start == window[0] and start not in starts:
        which = "the first day"
    log.assume(
        "dates", _day(start), f"no day given: {which} of {_day(window[0])} to {_day(window[1])}"
    )
    return _made(start, days, (first, last), log)


def _holding(start: date, days: int, weekday: int | None, anchors: Anchors) -> date:
    """`start`, moved by less than a week so that every weekday of a commitment is in the trip."""
    wanted = [day for day in anchors.within if isinstance(day, int)]
    dates = [day for day in anchors.within if isinstance(day, date)]
    for shift in (0, 1, 2, 3, 4, 5, 6):
        first = start + timedelta(days=shift)
        held = {(first.weekday() + n) % 7 for n in range(days)}
        on_day = weekday is None or first.weekday() == weekday
        if (
            on_day
            and held.issuperset(wanted)
            and all(first <= d < first + timedelta(days=days) for d in dates)
        ):
            return first
    if dates:
        return min(dates) - timedelta(days=1 if days > 1 else 0)
    return start


def _made(start: date, days: int, window: Window | None, log: Log) -> Dates | None:
    if days > MAX_DAYS:
        log.object_to("dates", f"{days} days are too many; plan at most {MAX_DAYS} at a time")
        return None
    return Dates(start=start, end=start + timedelta(days=days - 1), window=window)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
