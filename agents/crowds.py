"""What a wish about crowds makes of how popular a place is."""

from __future__ import annotations

from agents.request import Crowds

CROWDED = 0.85
"""From this popularity a place is called crowded in season."""
QUIET = 0.35
"""Up to this popularity a place is called quiet."""


def worth(crowds: Crowds, popularity: float, *, icon: bool) -> float:
    """By how much the wish raises or lowers what a place is worth: 0.4 to 1.3.

    Our own choice: to avoid crowds, a place in the quiet third gains and a queue round the block
    loses more than half; for icons, what is neither famous nor full loses up to half.
    """
    match crowds:
        case Crowds.AVOID:
            return 1.3 - 0.9 * popularity
        case Crowds.ICONS:
            return 0.5 + 0.5 * popularity + 0.3 * icon
        case Crowds.MIXED:
            return 1.0
