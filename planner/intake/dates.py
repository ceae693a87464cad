"""Days of the calendar in words: ranges, single dates, and dates relative to today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from planner.intake.describe import period
from planner.intake.notes import Log
from planner.intake.passage import Passage, pattern
from planner.intake.windows import (
    MONTH,
    WEEKDAY,
    WEEKDAYS,
    Window,
    friday_of_week,
    month_number,
    weekday_number,
)

YEAR = r"20\d\d(?!\d)"
_DAY_NAME = rf"(?:(?P<weekday{{n}}>{WEEKDAY}),? (?:the )?)?"
_UNIT = (
    r"(?!\d| ?-?(?:adults?|people|kids?|persons?|of us|nights?|days?|weeks?"
    r"|friends|children|child|euros?|eur|€|\$|£|k(?![a-z])"
    r"|:\d|am|pm|h(?![a-z])|hours?|museums?|months?))"
)
_TO = r" ?(?:-|to|until|till|thru|through|and) ?(?:the )?"
SHORT = r"(?<![\d/.])(?!24/7|9/11|50/50)(?:\d{1,2}/\d{1,2}|\d{1,2}\.\d{1,2}\.)(?![\d/]|[.,]\d)"
"""A day and a month without a year."""
NUMERIC = r"(?:20\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-](?:20)?\d\d)(?!\d)"


def _day(n: int) -> str:
    return _DAY_NAME.format(n=n) + rf"(?<![\d.,:])(?P<day{n}>\d{{1,2}})(?:st|nd|rd|th|\.)?{_UNIT}"


_LAST_DAY = rf"(?P<day2>\d{{1,2}})(?:st|nd|rd|th|(?= ?(?:$|[,.;)\0])))(?! ?(?:of )?{MONTH}){_UNIT}"
_BEFORE = r"(?<![a-z])(?:(?:from|between|on|for|dates?:?|starting|leaving|arriving) )?(?:the )?"
_RANGES = (
    (
        rf"{_BEFORE}{_day(1)}(?: ?(?:of )?(?P<month1>{MONTH}))?(?:,? ?(?P<year1>{YEAR}))?{_TO}{_day(2)}"
        rf" ?(?:of )?(?P<month2>{MONTH})(?:,? ?(?P<year2>{YEAR}))?"
    ),
    (
        rf"{_BEFORE}{_DAY_NAME.format(n=3)}(?P<month1>{MONTH}) {_day(1)}(?:,? ?(?P<year1>{YEAR})"
        rf")?{_TO}{_DAY_NAME.format(n=4)}(?:(?P<month2>{MONTH}) )?{_day(2)}(?:,? ?(?P<year2>{YEAR}"
        r"))?"
    ),
    (
        rf"{_BEFORE}{_day(1)} ?(?:of )?(?P<month1>{MONTH})(?:,? ?(?P<year1>{YEAR}))?{_TO}"
        rf"{_DAY_NAME.format(n=2)}{_LAST_DAY}"
    ),
)
_SINGLES = (
    rf"{_day(1)} ?(?:of )?(?P<month1>{MONTH})(?:,? ?(?P<year1>{YEAR}))?",
    rf"{_DAY_NAME.format(n=2)}(?P<month1>{MONTH}) (?:the )?{_day(1)}(?:,? ?(?P<year1>{YEAR}))?",
)
_END = (
    r"(?<![a-z])(?:until|till|ending|back (?:by|on)|returning(?: on)?|return(?: on)?"
    r"|to|home (?:by|on)) (?:the )?"
)
_START = (
    r"(?<![a-z])(?:from|on|starting(?: on)?|start|leaving(?: on)?|arriving(?: on)?"
    r"|beginning|departing(?: on)?|as of|after) (?:the )?"
)


@dataclass
class When:
    """What the words say about time; whatever is None was not said."""

    start: date | None = None
    end: date | None = None
    window: Window | None = None
    next_window: Window | None = None
    """The same a year later, for when the rest of `window` is too short."""
    days: int | None = None
    nth: str = ""
    """Which of the window's starts: "first", "second", "third", "last", or the usual one."""
    feast: Window | None = None
    """The days around a feast, which the trip is laid over."""
    weekday: int | None = None
    """The weekday on which to start, Monday 0."""
    loose: bool = False
    """Whether a shorter stay may lie anywhere between `start` and `end`."""
    words: str = ""
    """What was said about days of the calendar."""
    days_words: str = ""
    """What was said about how long."""

    def __str__(self) -> str:
        """The days of the calendar: "12–16 May 2027", "from 12 May 2027", "from a Friday"."""
        if self.start and self.end:
            return period(self.start, self.end)
        if day := self.start or self.end:
            return f"{'from' if self.start else 'until'} {period(day, day)}"
        if window := self.window or self.feast:
            return period(*window)
        return "" if self.weekday is None else f"from a {WEEKDAYS[self.weekday].title()}"


class DateReader:
    """Reads exact days; what it finds goes into `when`."""

    def __init__(self, passage: Passage, today: date, log: Log) -> None:
        self._passage, self._today, self._log = passage, today, log
        self.when = When()
        self._said: list[str] = []

    def read_days(self) -> None:
        """Ranges first, since a single date is a part of them."""
        if self._passage.find(
            rf"\d[-/.]\d|\d(?:st|nd|rd|th|\.)? ?(?:of )?{MONTH}|{MONTH} (?:the )?\d"
        ):
            self._ranges()
            self._singles()

    def _take(self, expression: str) -> re.Match[str] | None:
        match = self._passage.take(expression)
        if match:
            self._said.append(self._passage.said(match.span()))
        return match

    def _ranges(self) -> None:
        if match := self._take(rf"{_BEFORE}(?P<a>{NUMERIC}|{SHORT}){_TO}(?P<b>{NUMERIC}|{SHORT})"):
            self._numeric_range(match["a"], match["b"])
        elif match := self._take(
            rf"{_BEFORE}(?P<a>\d{{1,2}}) ?- ?(?P<b>\d{{1,2}}/(?P<m>\d{{1,2}})){_UNIT}(?!/)"
        ):
            self._numeric_range(f"{match['a']}/{match['m']}", match["b"])
        for expression in _RANGES:
            if self.when.start is None and (match := self._take(expression)):
                self._range(match)

    def _numeric_range(self, first: str, last: str) -> None:
        """Two dates in figures; the first may leave out the year, or both."""
        end = self._numeric(last, other=first)
        year = end.year if pattern(NUMERIC).match(last) else None
        start = self._numeric(first, other=last, year=year)
        if start > end and year and not pattern(NUMERIC).match(first):
            start = start.replace(year=year - 1)
        elif start > end and not year:
            end = end.replace(year=start.year + (end.month < start.month))
        self.when.start, self.when.end = start, end

    def _range(self, match: re.Match[str]) -> None:
        said = match.groupdict()
        second_month = said.get("month2") or match["month1"]
        first_month = month_number(match["month1"] or second_month)
        last_month = month_number(second_month)
        if "month2" not in said and int(match["day2"]) < int(match["day1"]):
            last_month = last_month % 12 + 1
        said_year = said.get("year2") or match["year1"]
        last_year = int(said_year) if said_year else None
        first_year = int(match["year1"]) if match["year1"] else last_year
        if match["year1"] is None and last_year and first_month > last_month:
            first_year = last_year - 1
        start = self._dated(int(match["day1"]), first_month, first_year)
        end_year = last_year or start.year + (last_month < first_month)
        if match["year1"] and not said.get("year2"):
            end_year = start.year + (last_month < first_month)
        self.when.start, self.when.end = start, date(end_year, last_month, int(match["day2"]))
        self.when.loose = match.group().startswith("between")
        self._check_weekday(match["weekday1"], start)

    def _singles(self) -> None:
        while match := self._passage.find(
            rf"(?P<lead>{_END}|{_START}|week(?:end)? (?:of|around) (?:the )?|)(?P<a>{NUMERIC})"
        ):
            self._place(match["lead"], self._numeric(match["a"]), match)
        while match := self._passage.find(rf"(?P<lead>{_END}|{_START})(?P<a>{SHORT}){_UNIT}"):
            self._place(match["lead"], self._numeric(match["a"]), match)
        for expression in _SINGLES:
            full = rf"(?P<lead>{_END}|{_START}|week(?:end)? (?:of|around) (?:the )?|){expression}"
            while match := self._passage.find(full):
                year = int(match["year1"]) if match["year1"] else None
                day = self._dated(int(match["day1"]), month_number(match["month1"]), year)
                self._check_weekday(match["weekday1"], day)
                self._place(match["lead"], day, match)

    def _place(self, lead: str, day: date, match: re.Match[str]) -> None:
        """Puts a single date where its leading word says: the end, the start, or a weekend around it."""
        self._passage.read(*match.span())
        words = self._passage.said(match.span())
        if pattern(_END).match(lead) and (self.when.end is None):
            self.when.end = day
        elif re.match(r"week\s", lead):
            self.when.window = day, day + timedelta(days=6)
        elif lead.startswith("weekend"):
            self.when.start, self.when.days = friday_of_week(day), self.when.days or 3
        elif self.when.start is None:
            self.when.start = day
        elif self.when.end is None and day > self.when.start:
            self.when.end = day
        else:
            self._log.miss(words)
            return
        self._said.append(words)

    def _dated(self, day: int, month: int, year: int | None) -> date:
        """The date itself; without a year, its next occurrence."""
        if year:
            return date(year, month, day)
        for candidate in range(self._today.year, self._today.year + 5):
            try:
                found = date(candidate, month, day)
            except ValueError:
                continue
            if found >= self._today:
                return found
        raise ValueError("there is no such day")

    def _numeric(self, words: str, other: str = "", year: int | None = None) -> date:
        """Year first, or day, month, year as most of the world writes; month first if it must be."""
        numbers = [int(n) for n in re.findall(r"\d+", words)]
        if len(numbers) == 2:
            american = any(int(n) > 12 for n in re.findall(r"\d+[/.](\d+)", f"{words} {other}")[:2])
            day, month = reversed(numbers) if american else numbers
            found = self._dated(day, month, year)
        else:
            found = self._parsed(words)
        if len(str(numbers[0])) < 4 and max(numbers[:2]) <= 12 and numbers[0] != numbers[1]:
            self._log.assume("dates", found, f"{words!r} is read as {found.day} {found:%B}")
        return found

    def _parsed(self, words: str) -> date:
        """A date in another notation, or relative to today, read by dateparser."""
        import dateparser

        american = any(
            int(m[1]) > 12
            for m in re.finditer(r"(?<!\d)\d{1,2}[/.-](\d{1,2})[/.-]\d", self._passage.folded)
        )
        order = "YMD" if re.match(r"\d{4}", words) else "MDY" if american else "DMY"
        found = dateparser.parse(
            words,
            languages=["en"],
            settings={
                "RELATIVE_BASE": datetime.combine(self._today, time(12)),
                "DATE_ORDER": order,
            },
        )
        if found is None:
            raise ValueError("there is no such day")
        day: date = found.date()
        return day

    def _check_weekday(self, said: str | None, day: date) -> None:
        if said and weekday_number(said) != day.weekday():
            self._log.assume("dates", f"{day:%A} {day}", f"it is not a {said.title()}")


def exact_day(words: str, today: date) -> date | None:
    """The day that `words` name, its next occurrence when they give no year; None when there is none."""
    reader = DateReader(Passage(words), today, Log())
    try:
        reader.read_days()
    except ValueError:
        return None
    return reader.when.start
