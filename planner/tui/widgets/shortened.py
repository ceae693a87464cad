"""Words in so many lines at most."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget


class Shortened(Widget):
    """Wraps its words; what does not fit ends in an ellipsis, and all of it is in the tooltip."""

    DEFAULT_CSS = "Shortened { height: auto; }"

    def __init__(self, words: str | Content = "", lines: int = 2, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._most = lines
        self.update(words)

    def update(self, words: str | Content) -> None:
        """Shows other words; a plain text is never read as markup."""
        self._words = words if isinstance(words, Content) else Content(words)
        self.tooltip = self._words or None
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        width = max(1, width)
        lines = self._words.wrap(width) if self._words else []
        if len(lines) <= self._most:
            return lines
        rest = Content(" ").join(lines[self._most - 1 :])
        return [*lines[: self._most - 1], rest.truncate(width, ellipsis=True)]
