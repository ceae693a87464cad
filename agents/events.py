"""What happens in a run, as it happens. Events carry data only; the plan is never one of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from agents.request import Frozen
from agents.text import Line, Text
from agents.usage import Usage


class _Event(Frozen):
    at: float = Field(default_factory=time.time)
    """Seconds since the epoch."""


class RunStarted(_Event):
    type: Literal["run_started"] = "run_started"
    agents: tuple[str, ...]
    backend: Line
    effort: str


class RoundStarted(_Event):
    """The second round goes to the agents whose part failed a check."""

    type: Literal["round_started"] = "round_started"
    number: int
    agents: tuple[str, ...]


class AgentStarted(_Event):
    type: Literal["agent_started"] = "agent_started"
    agent: str
    role: Line
    backend: Line


class AgentSaid(_Event):
    """A piece of an agent's reasoning or answer, as it comes."""

    type: Literal["agent_said"] = "agent_said"
    agent: str
    text: Text


class ToolCalled(_Event):
    type: Literal["tool_called"] = "tool_called"
    agent: str
    call: int
    tool: str
    arguments: dict[str, Any]


class ToolReturned(_Event):
    type: Literal["tool_returned"] = "tool_returned"
    agent: str
    call: int
    tool: str
    summary: Line
    evidence: tuple[str, ...] = ()
    seconds: float
    failed: bool = False


class Found(_Event):
    """An agent keeps something: a destination, a place, a draft."""

    type: Literal["found"] = "found"
    agent: str
    subject: Line
    reason: Line = ""


class UsageChanged(_Event):
    type: Literal["usage_changed"] = "usage_changed"
    agent: str
    usage: Usage


class AgentFinished(_Event):
    type: Literal["agent_finished"] = "agent_finished"
    agent: str
    seconds: float
    usage: Usage
    summary: Line


class AgentFailed(_Event):
    """`kept` tells whether what the agent had found before stays in the plan."""

    type: Literal["agent_failed"] = "agent_failed"
    agent: str
    seconds: float
    reason: Line
    kept: bool
    cancelled: bool = False


class Merged(_Event):
    type: Literal["merged"] = "merged"
    stops: tuple[str, ...]
    candidates: int
    decisions: int


class Scheduled(_Event):
    type: Literal["scheduled"] = "scheduled"
    visits: int
    left_out: int
    iterations: int
    seconds: float


class Checked(_Event):
    """The gate has looked at the plan."""

    type: Literal["checked"] = "checked"
    passed: int
    failed: tuple[Line, ...] = ()


class RunFinished(_Event):
    type: Literal["run_finished"] = "run_finished"
    seconds: float
    complete: bool
    cancelled: bool = False


Event = Annotated[
    RunStarted
    | RoundStarted
    | AgentStarted
    | AgentSaid
    | ToolCalled
    | ToolReturned
    | Found
    | UsageChanged
    | AgentFinished
    | AgentFailed
    | Merged
    | Scheduled
    | Checked
    | RunFinished,
    Field(discriminator="type"),
]

Emit = Callable[[Event], object]
"""Takes an event and returns at once; it must not raise."""

EVENT: TypeAdapter[Event] = TypeAdapter(Event, config={"defer_build": True})
"""Reads an event back from JSON."""
