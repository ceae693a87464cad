"""Dates and durations in words, as facts that `stay.py` settles."""

from __future__ import annotations

import re
from datetime import date, timedelta

from planner.intake.dates import YEAR, DateReader, When
from planner.intake.durations import read_durations
from planner.intake.passage import NUMBER, number, pattern
from planner.intake.windows import (
    FEAST,
    FRIDAY,
    MONTH,
    PART,
    SEASON,
    WEEKDAY,
    Window,
    coming,
    feast_days,
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
_PRONOUN = r"(?:i|we|you|he|she|it|they|that|who|which|there|kids|one)$"
_VERB = r"(?:be|also|not|have|want|need|like|i|we|you|go|come|join|change)$"


class WhenReader(DateReader):
    """Reads everything about time in one passage."""

    def read(self) -> When:
        """All facts; each reader takes its words, so the order matters."""
        try:
            self._feasts()
            self.read_days()
            self._relative()
            self._weekends()
            self._windows()
            self._weekdays()
            self._said += read_durations(self._passage, self.when, self._log)
        except ValueError as error:
            self._log.object_to(
                "dates", f"{error} in {self._passage.text!r}; give a day of the calendar"
            )
        self.when.words = ", ".join(self._said)
        return self.when

    def _feasts(self) -> None:
        lead = r"(?<![a-z])(?:(?:over|at|around|during|for|the|this|next|in|from) )*(?P<between>between )?"
        match = self._take(
            rf"{lead}(?<![a-z])(?P<feast>{FEAST})(?: ?(?:-|to|and|until|till|through) (?P<feast2>{FEAST}))?"
            rf"(?: (?:holidays?|hols|weekend|wknd|week|break|time))?(?: (?P<year>{YEAR}))?(?![a-z])"
        )
        if not match or self.when.start:
            return
        feast = match["feast"]
        if window := between_feasts(match, self._today):
            self.when.window = window if match["between"] else None
            self.when.feast = None if match["between"] else window
        elif match["year"]:
            self.when.feast = feast_days(feast, int(match["year"]))
        else:
            self.when.feast = next_year_of(
                lambda year: feast_days(feast, year), self._today, whole=True
            )

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
        if match:
            self._take(ahead)
            n = number(match["n"] or match["n2"] or match["n3"])
            unit = (match["unit"] or match["unit2"] or match["unit3"]).rstrip("s")
            when.start = self._parsed(f"in {n} {unit}s")

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
        position = len(found)
        found += self._named_windows("season", SEASON) if not found else []
        if not position:
            self._season_said_beside = None
        if not found and (near := near_window(self._passage, self._today, self._log)):
            found.append(near[0])
            self._said.append(near[1])
        if self.when.start or self.when.window or self.when.feast:
            return
        if not found and (window := occasion_window(self._passage, self._today, self._log)):
            found.append(window)
        if found:
            self.when.window = min(w[0] for w in found), max(w[1] for w in found)

    def _window(self, kind: str, match: re.Match[str]) -> Window:
        name = match["name"].rstrip(".")

        def whole(year: int) -> Window:
            window = (
                month_window(year, month_number(name))
                if kind == "month"
                else season_window(year, name)
            )
            return section_of(part_of(window, match["part"]), match["half"], match["week"])

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

    def _is_month(self, match: re.Match[str]) -> bool:
        """Whether "may", "march" and the like are meant as months here."""
        if match["name"] not in {"may", "march", "mar", "sep", "jan", "dec"}:
            return True
        start, end = match.span("name")
        if (
            match["year"]
            or match["part"]
            or match["week"]
            or match["half"]
            or match.start() < start
        ):
            return not re.match(r"\s+(?:i|we|you)\b", self._passage.folded[end:])
        before = self._passage.folded[:start].split()[-1:] or [""]
        after = self._passage.folded[end:].split()[:1] or [""]
        if re.match(_PRONOUN, before[0]) or re.match(_VERB, after[0]):
            return False
        return self._passage.text[start].isupper() or before[0] in {"or", "and"}

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
