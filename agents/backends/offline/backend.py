"""The embedded backend: rules and arithmetic over the atlas. It is not a language model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from agents.agent import Output, Task
from agents.backends.offline.activities import find
from agents.backends.offline.destinations import compare
from agents.backends.offline.itinerary import draft
from agents.backends.offline.solo import alone
from agents.errors import BackendError
from agents.events import Emit

Policy = Callable[[Task[Any], Emit], Awaitable[Any]]
"""How the offline backend carries out one role: uses the task's tools, returns its output type."""

POLICIES: Mapping[str, Policy] = {
    "itinerary": draft,
    "destinations": compare,
    "activities": find,
    "solo": alone,
}


class OfflineBackend:
    """Carries out a task by the policy for the agent's name. Needs no key and no network."""

    name = "offline rules"

    def __init__(self, policies: Mapping[str, Policy] | None = None) -> None:
        self._policies = {**POLICIES, **(policies or {})}

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        policy = self._policies.get(task.name)
        if policy is None:
            raise BackendError(
                f"the offline backend has no policy for the agent {task.name!r}; "
                "give it one with OfflineBackend(policies={...})"
            )
        result: Output = await policy(task, emit)
        return task.vouch(result)
