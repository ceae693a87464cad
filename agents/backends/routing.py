"""Backends made of others: another one for some agents, and a chain to fall back on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf

import anyio

from agents.agent import Output, Task
from agents.backends.base import Backend, names_for, secrets_of
from agents.backends.worth import weight
from agents.errors import BackendError, LimitReached
from agents.events import ApproachChanged, Emit
from agents.text import clean_line

SHARE = 0.6
"""Of the seconds that are left to an agent, where another backend stands behind this one."""


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

    All share the task's limits, so a limit that is reached ends the chain; so does cancelling. Each
    but the last has a share of the seconds that are left, so that one that hangs is not the end.
    Each begins anew: what one had kept, or was told, says nothing of the next. Of all that was kept
    the fullest stays.
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
        for place, backend in enumerate(self._chain, 1):
            name = names_for(backend, task.name)[0]
            if gave_up:
                reason = f"{gave_up[-1]}; now {name}"
                emit(ApproachChanged(agent=task.name, reason=reason, backend=name))
            seconds = inf if place == len(self._chain) else SHARE * _seconds_left()
            try:
                with anyio.move_on_after(seconds):
                    return await backend.run(_Attempt(task), emit)
                raise BackendError(f"no answer in {seconds:.3g} s, its share of the time")
            except LimitReached:
                raise
            except Exception as error:  # a foreign backend may raise anything to give up
                if len(self._chain) == 1:
                    raise
                gave_up.append(clean_line(f"{name} gave up: {_said(error)}"))
                cause = error
        raise BackendError(f"no backend of the chain could do it; {'; '.join(gave_up)}") from cause


def _seconds_left() -> float:
    return anyio.current_effective_deadline() - anyio.current_time()


class _Attempt(Task[Output]):
    """The task as one backend of a chain sees it; what is kept is kept of the whole at once."""

    def __init__(self, whole: Task[Output]) -> None:
        super().__init__(whole.agent, whole.brief, whole.tools, whole.meter)
        self.exchanged = whole.exchanged
        self._vouched = whole._vouched
        self._whole, self._before = whole, whole.kept

    def keep(self, findings: Output) -> None:
        super().keep(findings)
        fuller = _fuller(self._before, findings)
        self._whole.keep(findings if fuller is None else fuller)


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, BackendError) else f"{type(error).__name__}: {error}"


def _fuller(one: Output | None, other: Output | None) -> Output | None:
    """The findings with more in them; the later ones where they are alike."""
    if one is None or other is None:
        return one or other
    return one if weight(one) > weight(other) else other
