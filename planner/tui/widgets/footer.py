"""The keys at the foot of a screen: as many as there is room for, none of them cut."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

HELP = "app.help"
PALETTE = "-command-palette"
BLANKS, BORDER = 3, 2
"""Columns around a key and after its words; and around the key of the palette."""


class FittingFooter(Footer):
    """Textual's own, without the last keys where there is no room; that of the help stays."""

    _drawn_for = 0

    def compose(self) -> ComposeResult:
        self._drawn_for = self.size.width
        # Textual lets go of the keys of before only when this changes.
        self.mutate_reactive(Footer.compact)
        keys = [key for key in super().compose() if isinstance(key, FooterKey)]
        yield from fitting(keys, self._drawn_for)

    def on_resize(self) -> None:
        if self._drawn_for != self.size.width:
            self.call_after_refresh(self.recompose)


def fitting(keys: Sequence[FooterKey], width: int) -> list[FooterKey]:
    """Those of `keys` that fit into `width` columns, in their order."""
    kept = list(keys)
    while sum(map(_columns, kept)) > width:
        others = [key for key in kept if key.action != HELP and not key.has_class(PALETTE)]
        if not others:
            break
        kept.remove(others[-1])
    return kept


def _columns(key: FooterKey) -> int:
    words = Content(key.key_display + key.description).cell_length
    return words + BLANKS + (BORDER if key.has_class(PALETTE) else 0)
