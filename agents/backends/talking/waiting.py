"""How long one request waits for a server, such that there is time to say that it was late."""

from __future__ import annotations

from math import inf

import anyio

LAST_MOMENT = 1.0
"""So many seconds before its caller's time is over a wait ends, or by half of what is left: so
there is time to say that the server was late."""
FAIR = 0.1
"""Of the caller's time: a server that had less of it for an answer is not to blame."""


class Wait:
    """How long to wait for a server: until its time is over, or a moment before the caller's."""

    def __init__(self, began: float, seconds: float) -> None:
        """`began` is when the caller's time began."""
        self._first = now = anyio.current_time()
        end = anyio.current_effective_deadline()
        left = end - now
        fair = left >= FAIR * (end - began)
        self._latest = end - min(LAST_MOMENT, left / 2) if fair else inf
        self.scope = anyio.CancelScope()
        self.on(seconds)

    def on(self, seconds: float) -> None:
        """Begin anew, for so long."""
        self._seconds, until = seconds, anyio.current_time() + seconds
        self.cut_short = until > self._latest
        """Whether the caller's time is over before the server's."""
        self.scope.deadline = min(until, self._latest)

    @property
    def seconds(self) -> float:
        if not self.cut_short:
            return self._seconds
        seconds = anyio.current_time() - self._first
        return round(seconds, 1) if seconds < 10 else round(seconds)
