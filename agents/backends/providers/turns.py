"""When it is time to hand in: what is left of the limits, and talk that goes round in circles."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import anyio
from pydantic_ai.messages import ModelResponse, ToolCallPart

from agents.agent import Task
from agents.backends.prompting import HAND_IN
from agents.backends.providers.receiving import Request
from agents.errors import BackendError, LimitReached
from agents.usage import Usage

SPARE = 2.5
"""So many times what the largest request took must be left, or the next one is the last."""
MOST_LAST = 3
"""So many requests may follow each other that must be the last."""
MOST_IDLE = 3
"""So many rounds with nothing but calls that were made before; then it must hand in."""
TOO_LONG = "Your answer broke off at the limit of its length. Hand in a shorter one."


class Turns:
    """The turns of one task's talk, and which of them must be the last."""

    def __init__(
        self, task: Task[Any], model: str, *, forces: bool, sharing: Callable[[], int]
    ) -> None:
        """`forces`: the model can be made to call the final tool. `sharing` tells how many agents
        draw on the run's limits at the moment."""
        self._task, self._model, self._forces, self._sharing = task, model, forces, sharing
        self._lasts = self._idle = 0
        self._made: set[str] = set()
        self._cut_off = False
        self._largest = {"tokens": 0.0, "cost_usd": 0.0}
        self._slowest = 0.0
        self._deadline = anyio.current_time() + (task.agent.limits.seconds or inf)

    def nearly_used_up(self) -> str:
        """What leaves room for one more request only, in words; empty when there is more of all."""
        meter, run = self._task.meter, self._task.meter.whole
        if meter.left("requests") <= 1 or run.left("requests") <= self._sharing():
            return "number of requests"
        for what, largest in self._largest.items():
            if min(meter.left(what), run.left(what)) < SPARE * largest:
                return "number of tokens" if what == "tokens" else "money"
        deadline = min(self._deadline, anyio.current_effective_deadline())
        return "time" if deadline - anyio.current_time() < SPARE * self._slowest else ""

    def with_a_last_word(self, request: Request) -> Request:
        """The request, and what the model must be told besides. Raises when that does not help."""
        short = self.nearly_used_up()
        why = f"The {short} for this task is nearly used up." if short else ""
        if self._idle >= MOST_IDLE:
            why = "You have asked the same again and again."
        self._lasts = self._lasts + 1 if why else 0
        if self._lasts > MOST_LAST:
            raise self._never(why)
        if why:
            words = f"{why} Call {HAND_IN} now, with what you have found so far."
            return request.with_words(words, HAND_IN if self._forces else "")
        return request.with_words(TOO_LONG) if self._cut_off else request

    def _never(self, why: str) -> BackendError:
        who = f"{self._task.name}: {self._model!r}"
        if self._idle >= MOST_IDLE:
            return BackendError(
                f"{who} asks its tools the same again and again and hands nothing in; "
                "try again, or take another model"
            )
        return LimitReached(f"{who} hands nothing in. {why} Raise the limit or ask for less")

    def notice(self, response: ModelResponse) -> None:
        """What the model does in this turn."""
        calls = {
            f"{part.tool_name} {part.args_as_json_str()}"
            for part in response.parts
            if isinstance(part, ToolCallPart) and part.tool_name != HAND_IN
        }
        self._idle = self._idle + 1 if calls and calls <= self._made else 0
        self._made |= calls
        self._cut_off = response.finish_reason == "length"

    def count(self, usage: Usage, seconds: float) -> None:
        """What the turn took."""
        for what, largest in self._largest.items():
            self._largest[what] = max(largest, getattr(usage, what))
        self._slowest = max(self._slowest, seconds)
