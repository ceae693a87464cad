"""The seam: a backend carries out one agent's whole task, by whatever intelligence it has."""

from __future__ import annotations

from typing import Protocol

from agents.agent import Output, Task
from agents.events import Emit


class Backend(Protocol):
    """One method. Raise BackendError (or anything: the orchestrator contains it) to give up."""

    @property
    def name(self) -> str: ...

    async def run(self, task: Task[Output], emit: Emit) -> Output: ...
