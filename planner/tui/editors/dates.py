"""When, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Static

from agents.request import MAX_DAYS
from agents.text import short_date
from planner.intake import MAX_YEARS_AHEAD
from planner.tui.editors.calendar import Calendar
from planner.tui.editors.frame import Editor, Unreadable


class DatesEditor(Editor):
    """A first and a last day in a calendar, or a number of days when the day does not matter.

    A number of days alone leaves the day to the words; with the days given up, any day will do.
    """

    heading = "When?"
    corrects: ClassVar[tuple[str, ...]] = ("when",)
    DEFAULT_CSS = """
    DatesEditor .field { height: 1; margin-top: 1; }
    DatesEditor .label { width: 6; }
    DatesEditor #days { width: 6; margin-right: 2; }
    DatesEditor #length { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
    DatesEditor Calendar { margin-left: 3; }
    """

    def body(self) -> ComposeResult:
        start, end = self.shown.start, self.shown.end
        self._by_hand = self.options.start is not None or self.options.end is not None
        ahead = self.today + timedelta(days=365 * MAX_YEARS_AHEAD)
        yield Calendar(self.today, ahead, (start, end) if start else None)
        days = (end - start).days + 1 if start and end else self.shown.days
        with Horizontal(classes="field"):
            yield Static("Days", classes="label")
            yield Input(str(days or ""), type="integer", max_length=3, compact=True, id="days")
            yield Static(id="length")

    def on_mount(self) -> None:
        self.query_one(Calendar).focus()
        self._tell()

    @on(Calendar.Taken)
    def _days_follow(self) -> None:
        """The number of days is that of the range; with both its ends known, Save is next."""
        taken = self.query_one(Calendar).taken
        self._by_hand = True
        if taken and taken[1]:
            with self.prevent(Input.Changed):
                self.query_one("#days", Input).value = str((taken[1] - taken[0]).days + 1)
            self.query_one("#save", Button).focus()
        self._tell()

    @on(Input.Changed, "#days")
    def _range_follows(self) -> None:
        """A number of days moves the last day, when there is a first."""
        shown, days = self.query_one(Calendar), self._days()
        if shown.taken and days and 0 < days <= MAX_DAYS:
            shown.taken = shown.taken[0], shown.taken[0] + timedelta(days=days - 1)
        self._tell()

    def corrections(self) -> Mapping[str, object]:
        taken, days = self.query_one(Calendar).taken, self._days()
        found: dict[str, object] = dict.fromkeys(("start", "end", "days", "nights", "any_day"))
        if wrong := _fault_of(days):
            raise Unreadable(wrong)
        if taken and taken[1] and not self._only_days_changed(taken):
            return {**found, "start": taken[0], "end": taken[1]}
        if days is None:
            raise Unreadable("take a first and a last day, or give a number of days")
        if taken and taken[1] is None:
            return {**found, "start": taken[0], "days": days}
        return {**found, "days": days, "any_day": None if taken else True}

    def _only_days_changed(self, taken: tuple[date, date | None]) -> bool:
        """Whether the first day is still only the one that was assumed, and the length is not."""
        assumed = any(note.field == "dates" for note in self.survey.assumed)
        return assumed and not self._by_hand and taken[1] != self.shown.end

    def _days(self) -> int | None:
        typed = self.query_one("#days", Input).value
        return int(typed) if typed.isascii() and typed.isdecimal() else None

    def _tell(self) -> None:
        """The range and its length in words; too many days show at once."""
        taken, days = self.query_one(Calendar).taken, self._days()
        if taken and taken[1]:
            nights = (taken[1] - taken[0]).days
            words = (
                f"{short_date(taken[0])} – {short_date(taken[1])} {taken[1].year}, {nights} nights"
            )
        elif taken:
            words = f"from {short_date(taken[0])} {taken[0].year}; take the last day"
        else:
            words = "any day will do" if days else "take a first day"
        self.query_one("#length", Static).update(Content(words))
        self.show_fault(_fault_of(days))


def _fault_of(days: int | None) -> str:
    if days is None or 1 <= days <= MAX_DAYS:
        return ""
    return f"{days} days cannot be planned; give 1 to {MAX_DAYS}"
