"""From the addresses under a text to one that the traveller may open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from planner.tui.messages import LinkChosen

if TYPE_CHECKING:
    from planner.views.grounds import Link


def open_one_of(widget: Widget, links: Sequence[Link]) -> None:
    """Ask which of `links` when there are several; the app then asks for leave to open it."""
    if not links:
        widget.notify("There is no address to open here.", markup=False)
    elif len(links) == 1:
        widget.post_message(LinkChosen(links[0].url))
    else:
        from planner.tui.screens.choose import ChooseScreen

        def chosen(url: str | None) -> None:
            if url:
                widget.post_message(LinkChosen(url))

        listed = [
            (link.url, Content.assemble(f"{link.label}\n", (link.url, "$foreground-muted")))
            for link in links
        ]
        widget.app.push_screen(ChooseScreen("Open which?", listed), chosen)
