"""Backends made of others: another one for some agents, and a chain to fall back on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from agents.agent import Output, Task
from agents.backends.base import Backend, names_for, secrets_of
from agents.errors import BackendError, LimitReached
from agents.events import ApproachChanged, Emit
from agents.text import clean_line


class RoutingBackend:
    """Hands each task to the backend of the agent's name, or to `default`."""

    def __init__(self, default: Backend, agents: Mapping[str, Backend]) -> None:
        self._default = default
        self._agents = dict(agents)
        own = [f"{agent}: {backend.name}" for agent, backend in self._agents.items()]
        self.name = " · ".join([default.name, *own])

    def names_for(self, agent: str) -> tuple[str, ...]:
        return names_for(self._of(agent), agent)

    def secrets(self) -> tuple[str, ...]:
        several = (self._default, *self._agents.values())
        return tuple(secret for backend in several for secret in secrets_of(backend))

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        return await self._of(task.name).run(task, emit)

    def _of(self, agent: str) -> Backend:
        return self._agents.get(agent, self._default)


class FallbackBackend:
    """Asks one backend after the other until one carries the task out.

    All share the task's limits, so a limit that is reached ends the chain; so does cancelling.
    Of what they had kept the fullest stays, whoever kept something last.
    """

    def __init__(self, chain: Sequence[Backend]) -> None:
        if not chain:
            raise ValueError("a chain of backends needs one at least")
        self._chain = tuple(chain)
        self.name = ", then ".join(b.name for b in self._chain)

    def names_for(self, agent: str) -> tuple[str, ...]:
        return tuple(name for backend in self._chain for name in names_for(backend, agent))

    def secrets(self) -> tuple[str, ...]:
        return tuple(secret for backend in self._chain for secret in secrets_of(backend))

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        gave_up: list[str] = []
        best = task.kept
        try:
            for backend in self._chain:
                name = names_for(backend, task.name)[0]
                if gave_up:
                    emit(ApproachChanged(agent=task.name, reason=f"{gave_up[-1]}; now {name}"))
                try:
                    return await backend.run(task, emit)
                except LimitReached:
                    raise
                except Exception as error:  # a foreign backend may raise anything to give up
                    if len(self._chain) == 1:
                        raise
                    gave_up.append(clean_line(f"{name} gave up: {_said(error)}"))
                    cause = error
                best = _fuller(best, task.kept)
            raise BackendError(
                f"no backend of the chain could do it; {'; '.join(gave_up)}"
            ) from cause
        finally:
            if (fullest := _fuller(best, task.kept)) is not None:
                task.keep(fullest)


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, BackendError) else f"{type(error).__name__}: {error}"


def _fuller(one: Output | None, other: Output | None) -> Output | None:
    """The findings with more in them; the later ones where they are alike."""
    if one is None or other is None:
        return one or other
    return one if _weight(one) > _weight(other) else other


def _weight(value: object) -> int:
    """How many single values there are in `value`."""
    if isinstance(value, BaseModel):
        return sum(_weight(getattr(value, name)) for name in type(value).model_fields)
    if isinstance(value, Mapping):
        return sum(_weight(v) for v in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return sum(_weight(v) for v in value)
    return 0 if value is None or value == "" else 1
