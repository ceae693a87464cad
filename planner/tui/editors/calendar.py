"""Two months to pick a first and a last day from."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_MONTHS = 2
_WIDTH = 22
"""Of a month: seven days of two figures, with a space or a bracket around each."""
_GAP = 4
_WEEKS = 6
_HEAD = 2
"""Lines above the days: the month and the weekdays."""


class Calendar(Widget, can_focus=True):
    """The arrow keys move by days and weeks, PageUp and PageDown by months, Home goes to the start.

    Enter, Space or a click takes the first day, then the last; Delete takes nothing. Days before
    `first_day` and after `last_day` cannot be taken.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "calendar--month",
        "calendar--weekday",
        "calendar--closed",
        "calendar--taken",
        "calendar--cursor",
        "calendar--today",
    }
    DEFAULT_CSS = f"""
    Calendar {{ width: {_MONTHS * _WIDTH + _GAP}; height: {_HEAD + _WEEKS}; }}
    Calendar > .calendar--month {{ text-style: bold; }}
    Calendar > .calendar--weekday {{ color: $text-muted; }}
    Calendar > .calendar--closed {{ color: $text-disabled; }}
    Calendar > .calendar--taken {{ background: $primary-muted; text-style: bold; }}
    Calendar > .calendar--today {{ text-style: underline; }}
    Calendar > .calendar--cursor {{
        background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground;
    }}
    Calendar:focus > .calendar--cursor {{
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Day before", show=False),
        Binding("right", "move(1)", "Next day", show=False),
        Binding("up", "move(-7)", "Week before", show=False),
        Binding("down", "move(7)", "Next week", show=False),
        Binding("enter,space", "take", "Take"),
        Binding("delete,backspace", "clear", "Any day"),
        Binding("pageup", "move_month(-1)", "Month before", show=False),
        Binding("pagedown", "move_month(1)", "Month", key_display="pgup/dn"),
        Binding("home", "home", "First day", show=False),
    ]
    cursor: reactive[date] = reactive(date.today, init=False)
    taken: reactive[tuple[date, date | None] | None] = reactive(None, init=False)
    """The first day and, when it is known, the last."""

    class Taken(Message):
        """A day was taken or all were given up: see `Calendar.taken`."""

    def __init__(
        self,
        first_day: date,
        last_day: date,
        taken: tuple[date, date | None] | None = None,
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._first_day, self._last_day = first_day, last_day
        self.set_reactive(Calendar.taken, taken)
        self.set_reactive(Calendar.cursor, self.validate_cursor(taken[0] if taken else first_day))
        self._month = self.cursor.replace(day=1)

    def validate_cursor(self, cursor: date) -> date:
        return max(self._first_day, min(cursor, self._last_day))

    def watch_cursor(self, cursor: date) -> None:
        """Turns the page so far that the cursor is on it."""
        if cursor < self._month:
            self._month = cursor.replace(day=1)
        elif cursor >= _month_after(self._month, _MONTHS):
            self._month = _month_after(cursor.replace(day=1), 1 - _MONTHS)
        self.refresh()

    def action_move(self, days: int) -> None:
        self.cursor += timedelta(days=days)

    def action_move_month(self, months: int) -> None:
        month = _month_after(self.cursor.replace(day=1), months)
        last = calendar.monthrange(month.year, month.month)[1]
        self.cursor = month.replace(day=min(self.cursor.day, last))

    def action_home(self) -> None:
        self.cursor = self.taken[0] if self.taken else self._first_day

    def action_take(self) -> None:
        if self.taken and self.taken[1] is None and self.cursor >= self.taken[0]:
            self.taken = self.taken[0], self.cursor
        else:
            self.taken = self.cursor, None
        self.post_message(self.Taken())

    def action_clear(self) -> None:
        self.taken = None
        self.post_message(self.Taken())

    def on_click(self, event: Click) -> None:
        if event.y == 0:
            self.action_move_month(-1 if event.x < self.size.width // 2 else 1)
        elif day := self._day_at(event.x, event.y):
            self.cursor = day
            self.action_take()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return _MONTHS * _WIDTH + _GAP

    def render(self) -> Content:
        months = [self._lines(_month_after(self._month, n), n) for n in range(_MONTHS)]
        gap = " " * _GAP
        return Content("\n").join(Content(gap).join(line) for line in zip(*months, strict=True))

    def _lines(self, month: date, n: int) -> list[Content]:
        heading = f"{month:%B %Y}".center(_WIDTH)
        before, after = ("‹" if n == 0 else " "), ("›" if n == _MONTHS - 1 else " ")
        title = before + heading[1:-1] + after
        weekdays = "".join(f" {name[:2]}" for name in calendar.day_abbr)
        return [
            Content.styled(title, self.get_visual_style("calendar--month")),
            Content.styled(f"{weekdays} ", self.get_visual_style("calendar--weekday")),
            *(self._week(week, month) for week in _weeks(month)),
        ]

    def _week(self, week: list[date], month: date) -> Content:
        """Seven days; the range that is taken stands in brackets, so that it shows without colour."""
        first, last = self._range()
        line = Content()
        for day in week:
            after_last = day.weekday() > 0 and day - timedelta(days=1) == last
            bracket = "[" if day == first else "]" if after_last else " "
            if day.month == month.month:
                within = bool(first and last and first < day <= last)
                edge = Content(bracket)
                line += edge.stylize(self.get_visual_style("calendar--taken")) if within else edge
                line += self._day(day, taken=within or day == first)
            else:
                closes = bracket == "]" and (day - timedelta(days=1)).month == month.month
                line += Content("]  " if closes else "   ")
        ends = week[-1] == last and week[-1].month == month.month
        return line + Content("]" if ends else " ")

    def _day(self, day: date, *, taken: bool) -> Content:
        content = Content(f"{day.day:>2}")
        closed = not self._first_day <= day <= self._last_day
        for applies, name in (
            (closed, "calendar--closed"),
            (taken, "calendar--taken"),
            (day == self._first_day, "calendar--today"),
            (day == self.cursor, "calendar--cursor"),
        ):
            if applies:
                content = content.stylize(self.get_visual_style(name))
        return content

    def _range(self) -> tuple[date | None, date | None]:
        if self.taken is None:
            return None, None
        return self.taken[0], self.taken[1] or self.taken[0]

    def _day_at(self, x: int, y: int) -> date | None:
        """The day under a place in the calendar, when it can be taken."""
        n, column = divmod(x, _WIDTH + _GAP)
        week, weekday = y - _HEAD, (column - 1) // 3
        if not (0 <= n < _MONTHS and 0 <= week < _WEEKS and column >= 1 and weekday < 7):
            return None
        month = _month_after(self._month, n)
        day = _weeks(month)[week][weekday]
        open_day = self._first_day <= day <= self._last_day
        return day if open_day and day.month == month.month else None


def _month_after(month: date, months: int) -> date:
    """The first day of a month so many later, or earlier when negative."""
    years, index = divmod(month.month - 1 + months, 12)
    return date(month.year + years, index + 1, 1)


def _weeks(month: date) -> list[list[date]]:
    """Six weeks from the Monday before or at the first of the month."""
    monday = month - timedelta(days=month.weekday())
    return [[monday + timedelta(days=7 * week + day) for day in range(7)] for week in range(_WEEKS)]
