"""When it is time to hand in: what is left of the limits, and talk that goes round in circles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

import anyio

from agents.errors import BackendError, LimitReached
from agents.usage import Meter, Usage

SPARE = 2.5
"""So many times what the largest request took must be left, or the next one is the last."""
MOST_LAST = 3
"""So many requests that should be the last may follow each other."""
MOST_IDLE = 3
"""After so many rounds with nothing but calls that were made before it must hand in."""
LEAST_KEPT_BACK = 6
"""Fewer requests are not worth keeping back: they would not do for another way."""


class Allowance:
    """What one agent may still use for one task, and which of its requests must be the last."""

    def __init__(self, who: str, meter: Meter, seconds: float | None) -> None:
        """`who` is the model, in messages; `seconds` for the whole task, from now, as far as there
        are as many: another backend may have had its time before."""
        self._who, self._meter, self._run = who, meter, meter.whole
        self._began = anyio.current_time()
        self._seconds = min(seconds or inf, anyio.current_effective_deadline() - self._began)
        self._largest = {"tokens": 0.0, "cost_usd": 0.0}
        self._slowest = 0.0
        self._lasts = self._idle = 0
        self.share = 1.0
        """Of the agent's requests and seconds; the rest is kept back for another way."""

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While the agent draws on what the run may use, by whatever backend."""
        self._run.at_work += 1
        try:
            yield
        finally:
            self._run.at_work -= 1

    @property
    def deadline(self) -> float:
        """When the share of the seconds is over, on anyio's clock."""
        return self._began + self._seconds * self.share

    def share_used_up(self) -> LimitReached:
        """What ends an attempt that has taken its share of the seconds."""
        return LimitReached(
            f"{self._who} has handed nothing in after {self.share:.0%} of its time; "
            "raise the limit, or ask for less"
        )

    def left(self, what: str) -> float:
        """How much of "requests", "tool_calls", "tokens" or "cost_usd" agent and run may spend."""
        return min(self._meter.left(what), self._run.left(what))

    def nearly_used_up(self) -> str:
        """What leaves room for one more request only, in words; empty when there is more of all."""
        requests = self._meter.left("requests") - self._kept_back()
        if requests <= 1 or self._run.left("requests") <= self._run.at_work:
            return "number of requests"
        if self.left("tool_calls") <= 0:
            return "number of tool calls"
        for what, largest in self._largest.items():
            if self.left(what) < SPARE * largest:
                return "number of tokens" if what == "tokens" else "money"
        left = min(self.deadline, anyio.current_effective_deadline()) - anyio.current_time()
        return "time" if left < SPARE * self._slowest else ""

    def _kept_back(self) -> int:
        kept = int((self._meter.limits.requests or 0) * (1 - self.share))
        return kept if kept >= LEAST_KEPT_BACK else 0

    @property
    def circling(self) -> bool:
        """Whether it asks its tools the same again and again."""
        return self._idle >= MOST_IDLE

    def why_last(self) -> str:
        """Ask before each request: a sentence for the model when it must be the last, else empty.

        Raises BackendError, LimitReached if a limit is the reason, when that was said in vain.
        """
        short = self.nearly_used_up()
        why = f"The {short} for this task is nearly used up." if short else ""
        if self.circling:
            why = "You have asked the same again and again."
        self._lasts = self._lasts + 1 if why else 0
        if self._lasts <= MOST_LAST:
            return why
        if self.circling:
            raise BackendError(
                f"{self._who} asks its tools the same again and again and hands nothing in; "
                "try again, or take another model"
            )
        raise LimitReached(f"{self._who} hands nothing in. {why} Raise the limit, or ask for less")

    @property
    def first_of_last(self) -> bool:
        """Whether the latest request is the first in a row that must be the last."""
        return self._lasts == 1

    def looked_up(self, *, anything_new: bool) -> None:
        """A round of calls was asked for, with one among them that was not made before, or not."""
        self._idle = 0 if anything_new else self._idle + 1

    def count(self, usage: Usage, seconds: float) -> None:
        """What one request took."""
        for what, largest in self._largest.items():
            self._largest[what] = max(largest, getattr(usage, what))
        self._slowest = max(self._slowest, seconds)
