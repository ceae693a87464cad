"""Bars of block characters, exact to an eighth of a column."""

from __future__ import annotations

from textual.content import Content

FULL, HALF, LIGHT = "█", "▓", "░"
EIGHTHS = "▏▎▍▌▋▊▉"
LINE = "┃"


def bar(share: float, width: int) -> str:
    """`share` (0 to 1) of `width` columns, padded to `width`; what is not nothing shows."""
    eighths = round(min(1.0, max(0.0, share)) * width * 8)
    if share > 0 and width > 0:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, 8)
    return (FULL * full + (EIGHTHS[rest - 1] if rest else "")).ljust(width)


def range_bar(low: float, middle: float, high: float, width: int) -> str:
    """Full up to `low`, half up to `middle`, light up to `high`; each 0 to 1 of `width`."""
    ends = [round(min(1.0, max(0.0, share)) * width) for share in (low, middle, high)]
    if high > 0 and width > 0:
        ends[2] = max(1, ends[2])
    full, half, light = ends[0], max(0, ends[1] - ends[0]), max(0, ends[2] - max(ends[:2]))
    return (FULL * full + HALF * half + LIGHT * light)[:width].ljust(width)


def marked_bar(share: float, mark: float, width: int, *, within: str, beyond: str) -> Content:
    """A bar with a line at `mark`; what lies beyond the line has the style `beyond`."""
    cells = bar(share, width)
    at = round(min(1.0, max(0.0, mark)) * width)
    if not 0 < at < width:
        return Content.styled(cells, within)
    return Content.assemble((cells[:at], within), (LINE, "$foreground"), (cells[at + 1 :], beyond))
