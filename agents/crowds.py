"""What a wish about crowds makes of how popular a place is."""

from __future__ import annotations

from agents.atlas.records import CROWDED, QUIET
from agents.request import Crowds

__all__ = ["CROWDED", "QUIET", "worth"]


def worth(crowds: Crowds, popularity: float, *, icon: bool) -> float:
    """By how much the wish raises or lowers what a place is worth: 0.15 to 1.5.

    Our own choice: to avoid crowds, a place in the quiet third gains and a queue round the block
    is worth little; for icons, what is neither famous nor full loses up to half.
    """
    match crowds:
        case Crowds.AVOID:
            return 1.5 - 1.35 * popularity
        case Crowds.ICONS:
            return 0.5 + 0.5 * popularity + 0.3 * icon
        case Crowds.MIXED:
            return 1.0
