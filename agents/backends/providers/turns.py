"""The turns of one task's talk: which of them must be the last, and what the model is told then."""

from __future__ import annotations

from typing import Any

from pydantic_ai.messages import ModelResponse, ToolCallPart

from agents.agent import Task
from agents.backends.prompting import HAND_IN
from agents.backends.providers.receiving import Request
from agents.backends.servers.allowance import Allowance

TOO_LONG = "Your answer broke off at the limit of its length. Hand in a shorter one."


class Turns:
    """What has been looked up so far, and whether the time has come to hand in."""

    def __init__(self, task: Task[Any], model: str, *, forces: bool) -> None:
        """`forces`: the model can be made to call the final tool."""
        self.allowance = Allowance(repr(model), task.meter, task.agent.limits.seconds)
        self.last = False
        """Whether the latest request must be the last: nothing is looked up any more."""
        self._forces = forces
        self._made: set[str] = set()
        self._cut_off = False

    def with_a_last_word(self, request: Request) -> Request:
        """The request, and what the model must be told besides. Raises when that does not help."""
        why = self.allowance.why_last()
        self.last = bool(why)
        if why:
            words = f"{why} Call {HAND_IN} now, with what you have found so far."
            return request.with_words(words, HAND_IN if self._forces else "")
        return request.with_words(TOO_LONG) if self._cut_off else request

    def notice(self, response: ModelResponse) -> None:
        """What the model does in this turn."""
        calls = {
            f"{part.tool_name} {part.args_as_json_str()}"
            for part in response.parts
            if isinstance(part, ToolCallPart) and part.tool_name != HAND_IN
        }
        self.allowance.looked_up(anything_new=not calls or not calls <= self._made)
        self._made |= calls
        self._cut_off = response.finish_reason == "length"
