"""One line of facts: what does not fit is left out or cut, the least important first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content
from textual.widget import Widget

GAP = "   "


class Fact(NamedTuple):
    """A few words and how much they matter: a higher `weight` stays longer.

    One with a `least` of cells is cut to no fewer, and before it goes all others do.
    """

    words: str
    weight: int
    style: str = ""
    least: int = 0


def fitting(facts: Sequence[Fact], width: int) -> list[Fact]:
    """Those of `facts` that fit into `width` cells, in their order."""
    kept = list(facts)
    while len(kept) > 1 and (over := _width(kept) - width) > 0:
        lightest = min(kept, key=lambda fact: fact.weight)
        room = Content(lightest.words).cell_length - over
        if 0 < lightest.least <= room:
            kept[kept.index(lightest)] = _cut(lightest, room)
        else:
            kept.remove(min(kept, key=lambda fact: (fact.least > 0, fact.weight)))
    return kept


def _cut(fact: Fact, width: int) -> Fact:
    return fact._replace(words=Content(fact.words).truncate(width, ellipsis=True).plain)


def _width(facts: Sequence[Fact]) -> int:
    return sum(Content(fact.words).cell_length for fact in facts) + len(GAP) * (len(facts) - 1)


class StatusLine(Widget):
    """The line at the top."""

    def __init__(self) -> None:
        super().__init__()
        self._facts: tuple[Fact, ...] = ()

    def tell(self, facts: Sequence[Fact]) -> None:
        """Show `facts`, from left to right."""
        if tuple(facts) != self._facts:
            self._facts = tuple(facts)
            self.refresh()

    def render(self) -> Content:
        shown = fitting(self._facts, self.size.width)
        line = Content(GAP).join(Content.styled(fact.words, fact.style) for fact in shown)
        return line.truncate(self.size.width, ellipsis=True)
