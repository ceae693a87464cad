"""What the length of a visit makes of its worth."""

from __future__ import annotations

LENGTH, USUAL_MINUTES = 0.65, 90
"""The power of its length that the worth of a visit grows with: with the root, two short fillers
beat what people come for; with more, a day is one long visit."""


def weight(minutes: float) -> float:
    """1 for a visit of the usual length, 1.6 for one of twice that."""
    return float((minutes / USUAL_MINUTES) ** LENGTH)
