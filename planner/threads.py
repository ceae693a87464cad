"""Work that takes long and cannot await, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from anyio import to_thread

T = TypeVar("T")
Stopped = Callable[[], bool]
"""Asked from the thread, now and then: whether to come to an end."""


async def in_a_thread(work: Callable[[Stopped], T], stopped: Stopped) -> T:
    """What `work` returns; it ends early once `stopped`.

    When we are cancelled nobody waits for it, and it is told that it is stopped.
    """
    given_up = threading.Event()
    try:
        return await to_thread.run_sync(
            work, lambda: stopped() or given_up.is_set(), abandon_on_cancel=True
        )
    finally:
        given_up.set()
