"""An agent: a role, instructions, tools and the type of what it hands back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from agents.request import Effort, TripRequest
from agents.toolbox import Toolbox, ToolFunction
from agents.usage import AGENT_LIMITS, Limits, Meter

Output = TypeVar("Output", bound=BaseModel)


@dataclass(frozen=True)
class Feedback:
    """What the gate refused in an earlier round, for the agent whose part it was."""

    check: str
    detail: str
    places: tuple[str, ...] = ()
    """Places as "destination/place", or destinations, that had better not come again."""


@dataclass(frozen=True)
class Brief:
    """What the agent is to work on."""

    request: TripRequest
    feedback: tuple[Feedback, ...] = ()

    @property
    def effort(self) -> Effort:
        return self.request.effort


@dataclass(frozen=True)
class Agent(Generic[Output]):
    """One member of the team. Stateless; `task` in `Task` is what a backend carries out."""

    name: str
    role: str
    instructions: str
    tools: tuple[ToolFunction, ...]
    output: type[Output]
    limits: Limits = AGENT_LIMITS


@dataclass(frozen=True)
class Exchange:
    """One request to a model and what came back, as JSON values; headers and keys are never in it."""

    request: dict[str, Any]
    answer: Any
    seconds: float
    failed: str = ""


@dataclass
class Task(Generic[Output]):
    """All that an agent's work needs, and the only thing a backend sees."""

    agent: Agent[Output]
    brief: Brief
    tools: Toolbox
    meter: Meter
    kept: Output | None = field(default=None, init=False)
    """The latest partial findings; used when the agent fails, stalls or is cancelled."""
    told_of_gaps: bool = field(default=False, init=False)
    """Whether the agent was told that its answer lacks something; a second time it is taken so."""
    exchanged: Callable[[Exchange], object] | None = field(default=None, init=False)
    """Told of each exchange with a model by a backend that has one; set by who records a run."""

    _vouched: list[Output] = field(default_factory=list, init=False, repr=False)

    @property
    def name(self) -> str:
        return self.agent.name

    def vouch(self, findings: Output) -> Output:
        """Say that all in `findings` was held against the ledger, or was made of it by rules.

        Whatever nobody vouches for is held against the ledger when it is handed back.
        """
        self._vouched.append(findings)
        return findings

    def vouched(self, findings: object) -> bool:
        """Whether somebody has vouched for these very findings."""
        return any(one is findings for one in self._vouched)

    def keep(self, findings: Output) -> None:
        """Put partial findings in safety."""
        self.kept = findings
