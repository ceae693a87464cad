"""Dates and durations in words, as facts that `stay.py` settles."""

from __future__ import annotations

import re
from datetime import timedelta

from planner.intake.dates import YEAR, DateReader, When
from planner.intake.durations import read_durations
from planner.intake.leftovers import unread_times
from planner.intake.occasions import (
    around_feast,
    is_excluded,
    is_month,
    near_window,
    occasion_window,
)
from planner.intake.passage import NUMBER, number, pattern
from planner.intake.windows import (
    FEAST,
    FRIDAY,
    MONTH,
    NTH,
    PART,
    SEASON,
    WEEKDAY,
    UndatedFeast,
    Window,
    coming,
    edge_of,
    friday_of_week,
    month_number,
    month_window,
    next_year_of,
    part_of,
    season_window,
    section_of,
    weekday_number,
)

_DAYS_AHEAD = {"tomorrow": 1}
_SEASON_LEFT_DAYS = 30
"""A season that is over sooner than this means the next one."""


class WhenReader(DateReader):
    """Reads everything about time in one passage."""

    _edge_days: int | None = None
    """The days of "the first two weeks of August"."""

    def read(self) -> When:
        """All facts; each reader takes its words, so the order matters."""
        try:
            self._feasts()
            self.read_days()
            self._relative()
            self._weekends()
            self._windows()
            self._weekdays()
            self._weekday_of_return()
        except ValueError as error:
            self._log.object_to(
                "dates", f"{error} in {self._passage.text!r}; give a day of the calendar"
            )
        self.when.words = ", ".join(self._said)
        self.when.days_words = ", ".join(read_durations(self._passage, self.when, self._log))
        if self.when.days is None:
            self.when.days = self._edge_days
        for words in unread_times(self._passage):
            self._log.miss(words)
        return self.when

    def _feasts(self) -> None:
        lead = r"(?<![a-z])(?:(?:over|at|around|during|for|the|this|next|in|from|just|right) )*(?:(?P<side>(?:week )?(?:before|after)) )?(?P<between>between )?"
        match = self._passage.take(
            rf"{lead}(?<![a-z])(?P<feast>{FEAST})(?: ?(?:-|to|and|until|till|through) (?P<feast2>{FEAST}))?"
            rf"(?: (?:holidays?|hols|weekend|wknd|week|break|time))?(?:,?(?: in)? (?P<year>{YEAR}))?(?![a-z])"
        )
        if not match:
            return
        words = self._passage.said(match.span())
        if is_excluded(self._passage, match.start()):
            self._log.miss(f"not {words}")
            return
        try:
            feast, window = around_feast(match, self._today)
        except UndatedFeast:
            self._log.miss(words)
            return
        self._said.append(words)
        if not self.when.start:
            self.when.feast, self.when.window = feast, window

    def _relative(self) -> None:
        when, today = self.when, self._today
        if match := self._take(
            r"(?:the )?day after tomorrow|tomorrow|today|tonight|(?:right )?now(?= for)"
        ):
            when.start = when.start or today + timedelta(
                days=_DAYS_AHEAD.get(match.group().split()[-1], 0) + ("after" in match.group())
            )
        if not when.start and self._take(r"in a fortnight(?:'?s)?(?: time)?(?! in )"):
            when.start = today + timedelta(weeks=2)
        ahead = (
            rf"(?:in|within) (?:about )?(?P<n>{NUMBER}|a) (?P<unit>weeks?|months?)(?:'s?)?(?: "
            rf"time)?(?! (?:in|of) )|(?P<n2>{NUMBER}|a) (?P<unit2>days?|weeks?|months?) from (?:now"
            rf"|today)|(?:leaving|starting|going|departing) in (?P<n3>{NUMBER}) (?P<unit3>days?)"
        )
        far = self._passage.has("in ", "from now", "from today", "within") and not when.start
        match = self._passage.find(ahead) if far else None
        if match and match["n"] and self._is_a_tour(match):
            return
        if match:
            self._take(ahead)
            n = number(match["n"] or match["n2"] or match["n3"])
            unit = (match["unit"] or match["unit2"] or match["unit3"]).rstrip("s")
            when.start = self._parsed(f"in {n} {unit}s")

    def _is_a_tour(self, ahead: re.Match[str]) -> bool:
        """Whether it is how long a place takes: "Japan in 2 weeks", not "we fly to Rome in 2 weeks"."""
        rest = self._passage.rest
        before = pattern(
            r"(?<![a-z])(?P<goes>(?:fly|go|leav|depart|travel)\w* (?:\w+ )?)?\0+ ?$"
        ).search(rest, 0, ahead.start())
        others = rest[: ahead.start()] + rest[ahead.end() :]
        return bool(
            before
            and not before["goes"]
            and self._passage.is_place(ahead.start() - 2)
            and not pattern(r"(?<![a-z])(?:days?|nights?|weeks?|week-?end)(?![a-z])").search(others)
        )

    def _weekends(self) -> None:
        match = self._take(
            r"(?<![a-z])(?:(?:over|for|on|during|at) )?(?:(?P<which>next|this|coming"
            rf"|the coming|this coming|{NTH}) )?(?:(?:a|an|one"
            r"|the) )?(?P<long>(?:extended|long|three-day|3-day) )?(?:week-?end|wk-?e?nd)s?(?! (?:of"
            rf"|around) \d)(?P<of>(?: (?:of|in) (?={MONTH}))?)"
        )
        when = self.when
        if not match or (when.start and when.end):
            return
        saturday = when.start is not None and when.start.weekday() > FRIDAY
        when.days = when.days or (4 if match["long"] else 3) - saturday
        which = (match["which"] or "").split(" ")[-1]
        if which in {"this", "coming", "next"} and not when.start:
            friday = (
                friday_of_week(self._today) if which != "coming" else coming(FRIDAY, self._today)
            )
            when.start = friday + timedelta(days=7) if which == "next" else max(friday, self._today)
            if which == "this" and when.start > friday:
                when.days = max(1, when.days - (when.start - friday).days)
        elif not when.start:
            when.weekday = FRIDAY
            when.nth = which

    def _windows(self) -> None:
        """Months, else seasons, else what happens then; with "or" between, the window spans both."""
        found = self._named_windows("month", MONTH)
        for words, season in self._named_windows("season", SEASON):
            if not found or all(season[0] <= w[0] <= season[1] for _, w in found):
                found = found or [(words, season)]
            else:
                self._log.miss(words)
        if not found and (near := near_window(self._passage, self._today, self._log)):
            found = [near]
        self._said += [words for words, _ in found]
        when, windows = self.when, [window for _, window in found]
        if when.start or when.window or when.feast:
            return
        if not windows and (window := occasion_window(self._passage, self._today, self._log)):
            windows = [window]
        if windows:
            when.window = min(w[0] for w in windows), max(w[1] for w in windows)

    def _named_windows(self, kind: str, name: str) -> list[tuple[str, Window]]:
        """The words for each month or season that is named, and its days."""
        year_words = rf"(?:,? (?:of )?(?P<year>{YEAR}|next year|this year))?"
        lead = (
            r"(?<![a-z])(?:(?:in|during|for|sometime|anytime|any time|around|about"
            r"|of|the|on|at|by|some) )*(?P<which>(?:this|next|coming) )?"
        )
        part = (
            rf"(?:(?P<part>{PART})[ -]*(?:of )?(?:the )?|(?P<half>first|second) half of "
            rf"|(?P<week>{NTH}) week (?:of|in) |(?P<edge>first|last) (?P<many>{NUMBER}) (?P<unit>weeks|days) (?:of|in) )?"
        )
        ends = r"(?![a-z'-])(?! (?:leaves|colou?rs|foliage|in love))"
        found, excluded = [], 0
        for match in self._passage.matches(
            rf"{lead}{part}(?<![a-z'])(?P<name>{name}){ends}{year_words}(?P<term> half[- ]?term)?"
        ):
            words = self._passage.said(match.span())
            joined = pattern(r" (?:or|and) $|[,/] ?$").search(
                self._passage.folded, 0, match.start()
            )
            if is_excluded(self._passage, match.start()) or (
                excluded and joined and joined.start() == excluded
            ):
                excluded = match.end()
                self._passage.read(*match.span())
                self._log.miss(f"not {words}")
            elif kind == "season" or is_month(self._passage, match, self._log):
                self._passage.read(*match.span())
                found.append((words, self._window(kind, match)))
        return found

    def _window(self, kind: str, match: re.Match[str]) -> Window:
        name = match["name"].rstrip(".")

        def whole(year: int) -> Window:
            window = (
                month_window(year, month_number(name))
                if kind == "month"
                else season_window(year, name)
            )
            term = "third" if name.startswith("feb") else "last"
            week = term if match["term"] else match["week"]
            if match["edge"]:
                days = number(match["many"]) * (7 if match["unit"] == "weeks" else 1)
                self._edge_days = days
                return edge_of(window, match["edge"], days)
            return section_of(part_of(window, match["part"]), match["half"], week)

        said = match["year"]
        if said:
            year = (
                self._today.year + (said.startswith("next")) if said.endswith("year") else int(said)
            )
            return whole(year)
        which = match["which"] or ""
        window = next_year_of(whole, self._today, whole=which.startswith("next"))
        if kind == "season" and not which and (window[1] - self._today).days < _SEASON_LEFT_DAYS:
            window = next_year_of(whole, self._today, whole=True)
        self.when.next_window = whole(window[0].year + 1)
        return window

    def _weekday_of_return(self) -> None:
        """The last day by its weekday: "back Sunday evening", "until Monday"."""
        when = self.when
        match = self._passage.find(
            r"(?<![a-z])(?:(?:back|return(?:ing)?|until|till|through|ending|home|fly(?:ing)? (?:back|home))"
            rf"(?: home)?(?: late| early)?(?: on| by| the)* )(?P<a>{WEEKDAY})(?: (?:morning|evening|afternoon|night))?"
        )
        if not match or when.end:
            return
        last = weekday_number(match["a"])
        if when.start:
            when.end, when.days = coming(last, when.start), None
        elif when.weekday is not None:
            when.days = (last - when.weekday) % 7 + 1
        else:
            return
        self._passage.read(*match.span())
        self._said.append(self._passage.said(match.span()))

    def _weekdays(self) -> None:
        undated = self.when.weekday is not None
        if match := self._take(
            rf"(?:from )?(?:a )?(?P<a>{WEEKDAY})(?: (?:morning|evening|afternoon"
            rf"|night))? ?(?:-|to|until|till|through) ?(?P<b>{WEEKDAY})"
        ):
            first, last = weekday_number(match["a"]), weekday_number(match["b"])
            self.when.days = (last - first) % 7 + 1
            self.when.weekday = first
        elif match := self._take(
            rf"(?:(?:on|leaving|starting|arriving|from|this|next|coming) )+(?:a )?(?P<a>{WEEKDAY})"
        ):
            self.when.weekday = weekday_number(match["a"])
        else:
            return
        when = self.when
        if undated or when.start or when.window:
            return
        if when.weekday is not None:
            when.start = coming(when.weekday, self._today)
            if "next" in match.group() and when.start <= self._today + timedelta(
                days=6 - self._today.weekday()
            ):
                when.start += timedelta(days=7)
