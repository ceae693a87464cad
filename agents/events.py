"""What happens in a run, as it happens. Events carry data only; the plan is never one of them.

Every word in one is cleaned and every number can be shown, whoever made it: a backend, a tool, a
file that events are read back from.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter

from agents.request import Frozen
from agents.text import Line, Text, clean_line
from agents.usage import Limits, Usage

MOST_VALUES, DEEPEST = 100, 5
"""Of a tool's arguments so many values are told, lists and objects counted, and so far down."""
CUT = "…"
_LARGEST = 2**53

Count = Annotated[int, Field(ge=0, le=_LARGEST)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def harmless(arguments: object) -> object:
    """Arguments as whoever called a tool wrote them: clean words, plain numbers, not too many."""
    return _Harmless().cleaned(arguments, 0)


class _Harmless:
    """What is left of the values that are told."""

    left = MOST_VALUES

    def cleaned(self, value: object, depth: int) -> object:
        self.left -= 1
        if isinstance(value, BaseModel):
            value = dict(value)
        if not isinstance(value, dict | list | tuple | set | frozenset):
            return _plain(value)
        if depth > DEEPEST or self.left == 0:
            return CUT
        if isinstance(value, dict):
            named: dict[str, object] = {}
            for key, item in value.items():
                if self.left == 0:
                    break
                named[clean_line(key)] = self.cleaned(item, depth + 1)
            return named
        listed: list[object] = []
        for item in value:
            if self.left == 0:
                break
            listed.append(self.cleaned(item, depth + 1))
        return listed


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) <= _LARGEST else CUT
    if isinstance(value, float) and isfinite(value):
        return value
    return clean_line(value)


class _Event(Frozen):
    at: float = Field(default_factory=time.time, allow_inf_nan=False)
    """Seconds since the epoch."""


class RunStarted(_Event):
    type: Literal["run_started"] = "run_started"
    agents: tuple[Line, ...]
    backend: Line
    effort: Line


class RoundStarted(_Event):
    """The second round goes to the agents whose part failed a check."""

    type: Literal["round_started"] = "round_started"
    number: Count
    agents: tuple[Line, ...]
    backend: Line = ""
    """Who does the thinking from now on; empty when nobody said."""


class AgentStarted(_Event):
    type: Literal["agent_started"] = "agent_started"
    agent: Line
    role: Line
    backend: Line
    limits: Limits = Limits()
    """What this agent may use."""


class AgentSaid(_Event):
    """A piece of an agent's reasoning or answer, as it comes."""

    type: Literal["agent_said"] = "agent_said"
    agent: Line
    text: Text
    reasoning: bool = False
    """Whether this is how it came to its answer, not the answer."""


class ToolCalled(_Event):
    type: Literal["tool_called"] = "tool_called"
    agent: Line
    call: Count
    tool: Line
    arguments: Annotated[dict[str, Any], BeforeValidator(harmless)]


class ToolReturned(_Event):
    type: Literal["tool_returned"] = "tool_returned"
    agent: Line
    call: Count
    tool: Line
    summary: Line
    evidence: tuple[Line, ...] = ()
    seconds: Seconds
    failed: bool = False


class ModelAsked(_Event):
    """A request has gone to a model. `bytes` is the size of what was sent."""

    type: Literal["model_asked"] = "model_asked"
    agent: Line
    request: Count
    """1 for the agent's first in this task; retries have the number of what they repeat."""
    model: Line
    bytes: Count = 0


class ModelAnswered(_Event):
    """A request to a model has ended: with an answer, or with `failed` saying why not."""

    type: Literal["model_answered"] = "model_answered"
    agent: Line
    request: Count
    model: Line
    """As the server names it."""
    seconds: Seconds
    first_seconds: Seconds | None = None
    """Until the first piece came."""
    usage: Usage = Usage()
    finish: Line = ""
    failed: Line = ""


class Retrying(_Event):
    """A request failed in a way that may pass; it is sent again in `wait` seconds."""

    type: Literal["retrying"] = "retrying"
    agent: Line
    request: Count
    attempt: Count
    """The number of the attempt that follows, 2 for the first repetition."""
    of: Count = 0
    """How many attempts there are at most; 0 when that is not known."""
    wait: Seconds
    reason: Line


class AnswerRefused(_Event):
    """What the model handed in does not hold; it was told why and asked again."""

    type: Literal["answer_refused"] = "answer_refused"
    agent: Line
    reason: Line


class ApproachChanged(_Event):
    """A backend goes on in another way: without an option, in smaller steps, with another model."""

    type: Literal["approach_changed"] = "approach_changed"
    agent: Line
    reason: Line
    backend: Line = ""
    """Who goes on, where another one does."""


class Found(_Event):
    """An agent keeps something: a destination, a place, a draft."""

    type: Literal["found"] = "found"
    agent: Line
    subject: Line
    reason: Line = ""


class UsageChanged(_Event):
    type: Literal["usage_changed"] = "usage_changed"
    agent: Line
    usage: Usage


class AgentFinished(_Event):
    type: Literal["agent_finished"] = "agent_finished"
    agent: Line
    seconds: Seconds
    usage: Usage
    summary: Line


class AgentFailed(_Event):
    """`kept` tells whether what the agent had found before stays in the plan.

    `error` is the name of the error's class, for programs; empty where nothing was raised.
    """

    type: Literal["agent_failed"] = "agent_failed"
    agent: Line
    seconds: Seconds
    reason: Line
    kept: bool
    cancelled: bool = False
    error: Line = ""


class Merged(_Event):
    type: Literal["merged"] = "merged"
    stops: tuple[Line, ...]
    candidates: Count
    decisions: Count


class Scheduled(_Event):
    """The places are in time: how many are visited, and how many of all found are not."""

    type: Literal["scheduled"] = "scheduled"
    visits: Count
    left_out: Count
    iterations: Count
    seconds: Seconds


class Checked(_Event):
    """The gate has looked at the plan: how many hard checks it passed, and which it failed."""

    type: Literal["checked"] = "checked"
    passed: Count
    failed: tuple[Line, ...] = ()


class RunFinished(_Event):
    type: Literal["run_finished"] = "run_finished"
    seconds: Seconds
    complete: bool
    cancelled: bool = False


class RunFailed(_Event):
    """The run has ended without a plan; `cancelled` tells that nobody waits for one any more."""

    type: Literal["run_failed"] = "run_failed"
    seconds: Seconds
    reason: Line
    cancelled: bool = False


Event = Annotated[
    RunStarted
    | RoundStarted
    | AgentStarted
    | AgentSaid
    | ToolCalled
    | ToolReturned
    | ModelAsked
    | ModelAnswered
    | Retrying
    | AnswerRefused
    | ApproachChanged
    | Found
    | UsageChanged
    | AgentFinished
    | AgentFailed
    | Merged
    | Scheduled
    | Checked
    | RunFinished
    | RunFailed,
    Field(discriminator="type"),
]

Emit = Callable[[Event], object]
"""Takes an event and returns at once; it must not raise."""

EVENT: TypeAdapter[Event] = TypeAdapter(Event, config={"defer_build": True})
"""Reads an event back from JSON."""
