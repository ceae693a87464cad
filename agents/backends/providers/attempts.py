"""One request sent once: told when it goes, while it is answered, and with what it took."""

from __future__ import annotations

import time
from typing import Any

from pydantic_ai.messages import ModelMessagesTypeAdapter, ModelResponse

from agents.agent import Exchange, Task
from agents.backends.providers.receiving import Request, written_in
from agents.backends.servers.dialects import Server
from agents.backends.servers.listening import Listening
from agents.backends.servers.prices import cost_usd
from agents.events import Emit, ModelAnswered, ModelAsked
from agents.usage import Usage

CHARACTERS_PER_TOKEN = 4
"""For an estimate, when a provider does not say how many there were."""
ONE_REQUEST = Usage(requests=1)


class Attempt:
    """From the moment it goes."""

    def __init__(
        self,
        task: Task[Any],
        emit: Emit,
        server: Server,
        model: str,
        request: Request,
        number: int,
        listening: Listening,
    ) -> None:
        self.broken_off: ModelResponse | None = None
        """What there is of an answer that did not go on."""
        self.seconds = 0.0
        """What it took, once it has been told."""
        self._task, self._emit, self._server, self._model = task, emit, server, model
        self._request, self._number, self._listening = request, number, listening
        self._first: float | None = None
        self._began = time.perf_counter()
        emit(ModelAsked(agent=task.name, request=number, model=model, bytes=request.bytes))

    def hear(self, text: str, reasoning: bool) -> None:
        """Take a piece of the answer."""
        if self._first is None:
            self._first = time.perf_counter() - self._began
        self._listening.hear(text, reasoning)

    def tell(self, response: ModelResponse | None = None, failed: str = "") -> Usage:
        """Tell what it came to: an answer, or why there is none. Returns what it took."""
        self.seconds = time.perf_counter() - self._began
        usage = self._usage(response or self.broken_off)
        self._emit(
            ModelAnswered(
                agent=self._task.name,
                request=self._number,
                model=response.model_name or self._model if response else self._model,
                seconds=self.seconds,
                first_seconds=self._first,
                usage=usage + ONE_REQUEST,
                finish=response.finish_reason or "" if response else "",
                failed=failed,
            )
        )
        if self._task.exchanged is not None:
            got = ModelMessagesTypeAdapter.dump_python([response], mode="json") if response else []
            answer = got[0] if got else None
            self._task.exchanged(Exchange(self._request.as_json(), answer, self.seconds, failed))
        return usage

    def _usage(self, response: ModelResponse | None) -> Usage:
        """Of one answer, estimated where the provider does not say; none where none has begun."""
        if response is None:
            return Usage()
        read, written = response.usage.input_tokens, response.usage.output_tokens
        sent = self._request.bytes
        usage = Usage(
            input_tokens=read if read > 0 else sent // CHARACTERS_PER_TOKEN,
            output_tokens=written if written > 0 else written_in(response) // CHARACTERS_PER_TOKEN,
        )
        cached = response.usage.cache_read_tokens
        cost = cost_usd(self._server.where, self._model, usage, cached_tokens=cached)
        return usage.costing(cost)
