"""What a request holds so far."""

from __future__ import annotations

from agents.request import Commitment, Dates, Frozen


class Draft(Frozen):
    """The parts that are resolved, whether or not the whole can be planned yet."""

    destinations: tuple[str, ...] = ()
    """Destination ids."""
    dates: Dates | None = None
    musts: tuple[str, ...] = ()
    nevers: tuple[str, ...] = ()
    """As in a `TripRequest`."""
    commitments: tuple[Commitment, ...] = ()
