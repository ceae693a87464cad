"""Records what a backend is asked and what comes back, by whatever intelligence it has."""

from __future__ import annotations

from typing import Any

import anyio

from agents.agent import Exchange, Output, Task
from agents.backends.base import Backend, names_for, secrets_of
from agents.backends.tape.recorder import Recorder
from agents.events import Emit, Event
from agents.evidence import Fact

__all__ = ["Recorder", "RecordingBackend"]


class RecordingBackend:
    """Hands each task on to `inner` and records what it does there."""

    def __init__(self, inner: Backend, recorder: Recorder) -> None:
        self._inner, self._recorder = inner, recorder
        recorder.leave_out(secrets_of(inner))

    @property
    def name(self) -> str:
        return self._inner.name

    def names_for(self, agent: str) -> tuple[str, ...]:
        return names_for(self._inner, agent)

    def secrets(self) -> tuple[str, ...]:
        return secrets_of(self._inner)

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        tape = self._recorder.task(task)
        exchanged, observe = task.exchanged, task.tools.observe

        def told(exchange: Exchange) -> None:
            tape.exchange(exchange)
            if exchanged is not None:
                exchanged(exchange)

        def seen(call: int, tool: str, given: dict[str, Any], facts: tuple[Fact, ...]) -> None:
            tape.tool(call, tool, given, facts)
            if observe is not None:
                observe(call, tool, given, facts)

        def follow(event: Event) -> None:
            emit(event)
            tape.keep()

        task.exchanged, task.tools.observe = told, seen
        try:
            output = await self._inner.run(task, follow)
        except anyio.get_cancelled_exc_class():
            tape.cancelled()
            raise
        except Exception as error:  # noted, and raised again as it is
            tape.failed(error)
            raise
        finally:
            task.exchanged, task.tools.observe = exchanged, observe
        tape.finished(output)
        return output
