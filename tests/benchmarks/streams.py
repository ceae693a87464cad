"""A backend that does nothing but talk: tokens at an even pace, as a model's answer streams in."""

from __future__ import annotations

import anyio

from agents.agent import Output, Task
from agents.backends.offline import OfflineBackend
from agents.events import AgentSaid, Emit, UsageChanged
from agents.usage import Usage

TOKENS_A_SECOND = 100
ANSWER = (
    "The old town is best seen before ten, when the trams are still empty. From the viewpoint it "
    "is a short walk downhill to the market; lunch there costs about twelve euros. A museum for "
    "the hot hours, tiles from five centuries, and the river at sunset.\n\n"
)
"""Prose with paragraphs; a token is four characters of it."""


class StreamsBackend:
    """Each agent says `tokens_a_second` tokens for `seconds`, then works by the offline rules."""

    name = "streams"

    def __init__(self, seconds: float = 3600.0, tokens_a_second: float = TOKENS_A_SECOND) -> None:
        self._seconds, self._pace = seconds, tokens_a_second

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        began, said, shift = anyio.current_time(), 0, len(task.name)
        while said < self._seconds * self._pace:
            start = (4 * (said + shift)) % len(ANSWER)
            emit(AgentSaid(agent=task.name, text=(ANSWER + ANSWER)[start : start + 4]))
            said += 1
            if said % self._pace == 0:
                emit(UsageChanged(agent=task.name, usage=Usage(requests=1, output_tokens=said)))
            await anyio.sleep_until(began + said / self._pace)
        return await OfflineBackend().run(task, emit)
