"""How long we wait for a server, and when and how often we ask it again."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import anyio

from agents.backends.servers.faults import Fault

if TYPE_CHECKING:
    import tenacity

T = TypeVar("T")

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server, in seconds, and how often to ask it again."""

    connect: float = 10.0
    first: float = 75.0
    """From the request to the first byte of the answer."""
    between: float = 60.0
    """From one piece of the answer to the next."""
    attempts: int = 4
    longest_wait: float = 30.0
    """A server that wants to be left alone for longer is given up."""
    sleep: Callable[[float], Awaitable[object]] = field(default=anyio.sleep, repr=False)

    def most(self, fault: Fault) -> int:
        """How many attempts such a fault is worth."""
        return min(self.attempts, fault.attempts or self.attempts)


async def retried(
    patience: Patience,
    ask: Callable[[], Awaitable[T]],
    again: Callable[[Fault, int, float], object],
) -> T:
    """The answer of `ask`, asked again while that may help. Raises the last Fault.

    `again` is told of the fault, the number of the next attempt and the seconds until then.
    """
    try:
        return await ask()
    except Fault as fault:
        if not fault.passing:
            raise
        first: Fault | None = fault

    async def next_time() -> T:
        nonlocal first
        if first is not None:
            fault, first = first, None
            raise fault
        return await ask()

    return await _policy(patience, again)(next_time)


def _policy(
    patience: Patience, again: Callable[[Fault, int, float], object]
) -> tenacity.AsyncRetrying:
    import tenacity

    backoff = tenacity.wait_exponential_jitter(initial=0.5, max=patience.longest_wait, jitter=0.5)

    def fault_of(state: tenacity.RetryCallState) -> Fault:
        fault = state.outcome.exception() if state.outcome else None
        assert isinstance(fault, Fault)
        return fault

    def may_pass(state: tenacity.RetryCallState) -> bool:
        fault = state.outcome.exception() if state.outcome else None
        if not isinstance(fault, Fault):
            return False
        fault.tries = state.attempt_number
        return fault.passing

    def wait(state: tenacity.RetryCallState) -> float:
        asked = fault_of(state).wait
        return backoff(state) if asked is None else asked + random.uniform(0, asked / 20)

    def stop(state: tenacity.RetryCallState) -> bool:
        fault = fault_of(state)
        if fault.wait is not None and fault.wait > patience.longest_wait:
            fault.advice = (
                f"it wants {fault.wait:g} s of quiet, we wait {patience.longest_wait:g} s at most: "
                f"{fault.advice}"
            )
            return True
        if anyio.current_time() + state.upcoming_sleep >= anyio.current_effective_deadline():
            return True
        return state.attempt_number >= patience.most(fault)

    def tell(state: tenacity.RetryCallState) -> None:
        again(fault_of(state), state.attempt_number + 1, state.upcoming_sleep)

    return tenacity.AsyncRetrying(
        sleep=patience.sleep,  # type: ignore[arg-type]  # whatever it awaits to is not looked at
        retry=may_pass,
        wait=wait,
        stop=stop,
        before_sleep=tell,
        reraise=True,
    )
