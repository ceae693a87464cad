"""What a closer look says: heads, facts and lists whose lines hang under their own beginning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    from planner.views.grounds import Ground

LABEL = 9
"""Columns for the labels of facts."""
NARROWEST = 10
MARK_STYLES = {
    "✓": "$text-success",
    "≈": "$text-warning",
    "!": "$text-warning",
    "?": "$text-error",
    "✗": "$text-error",
    "★": "$text-accent",
}


class Telling:
    """Blocks of text one below the other, each with what stands before its first line."""

    def __init__(self) -> None:
        self._blocks: list[tuple[Content | None, Content]] = []

    def head(self, title: str, under: str = "") -> Telling:
        """The title of it all."""
        self._add("", title, "bold $text-primary")
        return self.line(under, "$foreground-muted")

    def line(self, text: str, style: str = "") -> Telling:
        """A paragraph; nothing for no text."""
        if text:
            self._add("", text, style)
        return self

    def gap(self) -> Telling:
        """An empty line, if something stands above it."""
        if self._blocks and self._blocks[-1][1].plain:
            self._add("", "")
        return self

    def section(self, title: str) -> Telling:
        self.gap()
        self._add("", title, "bold")
        return self

    def fact(self, label: str, *texts: str, style: str = "") -> Telling:
        """A labelled text, or several below each other; nothing for no text."""
        for text in filter(None, texts):
            self._add(label.ljust(LABEL), text, style, "$foreground-muted")
            label = ""
        return self

    def point(self, text: str, mark: str = "•", note: str = "", *, style: str = "") -> Telling:
        """An entry of a list, and a note below it."""
        self._add(f"{mark} ", text, style, MARK_STYLES.get(mark, "$foreground-muted"))
        if note:
            self._add("  ", note, "$foreground-muted")
        return self

    def content(self, content: Content) -> Telling:
        """Lines that are laid out already; what does not fit is cut off."""
        self._blocks.append((None, content))
        return self

    def rests_on(self, entries: Iterable[Ground]) -> Telling:
        """What it all rests on, how sure that is, and who asked for it."""
        for number, ground in enumerate(entries):
            if number == 0:
                self.section("Rests on")
            dated = f"as of {ground.as_of}" if ground.as_of else ""
            asked = f"asked by {', '.join(ground.asked_by)}" if ground.asked_by else ""
            sure = ", ".join(filter(None, (ground.sure, dated, asked)))
            note = "\n".join(filter(None, (sure, "; ".join(ground.sources))))
            self.point(ground.claim, ground.mark, note=note)
        return self

    def fit(self, width: int) -> Content:
        """All of it in lines of at most `width` columns."""
        lines: list[Content] = []
        for before, text in self._blocks:
            if before is None:
                lines += [line.truncate(width) for line in text.split(allow_blank=True)]
                continue
            room = max(NARROWEST, width - before.cell_length)
            first, *rest = text.wrap(room) or [Content("")]
            lines.append(before + first)
            lines += [Content(" " * before.cell_length) + line for line in rest]
        return Content("\n").join(lines)

    def _add(self, before: str, text: str, style: str = "", before_style: str = "") -> None:
        self._blocks.append((Content.styled(before, before_style), Content.styled(text, style)))
