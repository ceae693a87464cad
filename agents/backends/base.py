"""The seam: a backend carries out one agent's whole task, by whatever intelligence it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from agents.agent import Output, Task
from agents.events import Emit


class Backend(Protocol):
    """One method. Raise BackendError (or anything: the orchestrator contains it) to give up."""

    @property
    def name(self) -> str: ...

    async def run(self, task: Task[Output], emit: Emit) -> Output: ...


def names_for(backend: Backend, agent: str) -> tuple[str, ...]:
    """The names of who may carry out this agent's task, in the order they are asked.

    A backend made of others has a method of this name; for any other it is its own name.
    """
    several: Callable[[str], tuple[str, ...]] | None = getattr(backend, "names_for", None)
    return several(agent) if several is not None else (backend.name,)


def doer_of(backend: Backend, agent: str) -> str:
    """The name of who did this agent's work, once it is done; of a chain, the first.

    A backend that only tells what others did has a method of this name.
    """
    known: Callable[[str], str] | None = getattr(backend, "doer_of", None)
    return known(agent) if known is not None else names_for(backend, agent)[0]


def was_stopped(backend: Backend) -> bool:
    """Whether the run is over for its agents: where one is played that the traveller stopped."""
    return bool(getattr(backend, "was_stopped", False))


def secrets_of(backend: Backend) -> tuple[str, ...]:
    """What `backend` may send that nobody must see: keys, and what stands in a URL.

    A backend that has such has a method `secrets`; any other has none.
    """
    known: Callable[[], tuple[str, ...]] | None = getattr(backend, "secrets", None)
    return known() if known is not None else ()
