"""Where the wish is typed: with completion of places and the words of earlier times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from agents.cleaning import clean_line

PLACEHOLDER = (
    "Where to? For example: a long weekend in Porto in May, two adults, €900, food and tiles"
)
MAX_LENGTH = 4000


class PlaceSuggester(Suggester):
    """Completes the last, half-typed name of a place, once `complete` has been given."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.complete: Callable[[str], str] | None = None

    async def get_suggestion(self, value: str) -> str | None:
        return (self.complete(value) if self.complete else "") or None


class Prompt(Input):
    """One line; up and down go through the words of earlier requests."""

    DEFAULT_CSS = """
    Prompt { border: round $primary 60%; background: $surface; padding: 0 1; height: 3; }
    Prompt:focus { border: round $primary; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Plan it"),
        Binding("up", "older", "Earlier words", show=False),
        Binding("down", "newer", "Later words, or the lists below", show=False),
        Binding("ctrl+l", "clear", "Clear the line", show=False),
    ]

    class Emptied(Message):
        """The traveller took all words away by hand."""

    class LeftDownwards(Message):
        """The traveller went down from the newest words: to what stands below."""

    def __init__(self) -> None:
        self.suggestions = PlaceSuggester()
        super().__init__(
            placeholder=PLACEHOLDER,
            suggester=self.suggestions,
            max_length=MAX_LENGTH,
            compact=False,
        )
        self._past: Sequence[str] = ()
        self._position = -1
        self._draft = ""
        self._is_written = False

    def remember(self, past: Sequence[str]) -> None:
        """Give the words of earlier requests, the newest first."""
        self._past, self._position = past, -1

    def action_older(self) -> None:
        if self._position + 1 < len(self._past):
            if self._position < 0:
                self._draft = self.value
            self._position += 1
            self.write(self._past[self._position])

    def action_newer(self) -> None:
        if self._position < 0:
            self.post_message(self.LeftDownwards())
            return
        self._position -= 1
        self.write(self._past[self._position] if self._position >= 0 else self._draft)

    def action_clear(self) -> None:
        self.value = ""

    def write(self, words: str) -> None:
        """Put other words there, on one line, the cursor behind them."""
        self._is_written = True
        self.value = clean_line(words, MAX_LENGTH)
        self._is_written = False
        self.cursor_position = len(self.value)

    def watch_value(self, before: str, now: str) -> None:
        if before and not now and not self._is_written:
            self.post_message(self.Emptied())

    def _on_paste(self, event: events.Paste) -> None:
        """Pasted lines become one, without anything a terminal could obey."""
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(clean_line(event.text, MAX_LENGTH))
