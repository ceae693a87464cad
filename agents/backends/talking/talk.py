"""One agent's talk with a model: what is sent, what is told of it, and what it costs.

A request that the server refuses in the form it has is sent in another one, by the table of the
server's dialect; what is learned so is kept for all agents of the backend.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf
from typing import Any

import anyio
from pydantic_core import from_json, to_json

from agents.agent import Exchange, Task
from agents.backends.answers import keep_cut_answer
from agents.backends.servers.dialects import SERVERS
from agents.backends.servers.faults import Fault
from agents.backends.servers.listening import Listening
from agents.backends.servers.patience import retried
from agents.backends.servers.prices import cost_usd
from agents.backends.talking.answer import Answer
from agents.backends.talking.messages import Messages
from agents.backends.talking.request import Asking, Learned, Wanted
from agents.backends.talking.wire import Line
from agents.errors import BackendError, LimitReached, NotUsable
from agents.events import ApproachChanged, Emit, ModelAnswered, ModelAsked, Retrying
from agents.usage import Usage

LEAST_TOKENS, MOST_TOKENS = 256, 16_384
"""Of one answer, reasoning included: the most that is asked for, and what is asked for at least."""
CHARACTERS_PER_TOKEN = 4
"""For an estimate, when a server does not say how many there were."""
SPARE = 2.5
"""So many times what the largest request took must be left, or the next one is the last."""
_ONE_REQUEST, _NOTHING = Usage(requests=1), Usage()


class ToolsRefused(NotUsable):
    """The server, or the model, has no tools."""


class Talk:
    """All requests of one agent for one task."""

    def __init__(
        self,
        line: Line,
        task: Task[Any],
        emit: Emit,
        learned: Learned,
        *,
        effort: str | None,
        stream: bool,
        sharing: Callable[[], int],
    ) -> None:
        """`sharing` tells how many agents draw on the run's limits at the moment."""
        self.line = line
        self.learned = learned
        self.most_tokens = MOST_TOKENS
        self.spent: LimitReached | None = None
        """The limit that an answer went past; the answer is there all the same."""
        self._task, self._emit, self._sharing = task, emit, sharing
        self._effort, self._stream = effort, stream
        self._model = to_json(line.model)
        self._provider = line.server.name if line.server.name in SERVERS else line.server.where
        self._requests = 0
        self._largest = {"tokens": 0.0, "cost_usd": 0.0}
        self._slowest = 0.0
        self._deadline = anyio.current_time() + (task.agent.limits.seconds or inf)

    def nearly_used_up(self) -> str:
        """What leaves room for one more request only, in words; empty when there is more of all."""
        meter, whole = self._task.meter, self._task.meter.whole
        if meter.left("requests") <= 1 or whole.left("requests") <= self._sharing():
            return "number of requests"
        for what, largest in self._largest.items():
            if self._left(what) < SPARE * largest:
                return "number of tokens" if what == "tokens" else "money"
        deadline = min(self._deadline, anyio.current_effective_deadline())
        return "time" if deadline - anyio.current_time() < SPARE * self._slowest else ""

    def _left(self, what: str) -> float:
        meter = self._task.meter
        return min(meter.left(what), meter.whole.left(what))

    async def ask(self, messages: Messages, wanted: Wanted) -> Answer:
        """The model's answer. Raises the error of a fault that nothing helps against, and
        LimitReached before a request for which nothing is left."""
        self._requests += 1
        asking = Asking(self._requests, messages, wanted, self.learned)

        async def once() -> Answer:
            return await self._once(asking)

        def again(fault: Fault, attempt: int, wait: float) -> None:
            self._emit(
                Retrying(
                    agent=self._task.name,
                    request=asking.number,
                    attempt=asking.attempts + 1,
                    wait=wait,
                    reason=fault.what,
                )
            )

        while True:
            try:
                answer = await retried(self.line.patience, once, again)
            except Fault as fault:
                change = asking.change(fault, self.line.model)
                if not change:
                    raise self._error(fault, asking) from None
                reason = f"{fault.what}; asked again {change}"
                self._emit(ApproachChanged(agent=self._task.name, reason=reason))
            else:
                self.learned.leave_out(asking.left_out)
                return answer

    def _error(self, fault: Fault, asking: Asking) -> BackendError:
        if fault.status not in (400, 422):
            fault.tries = asking.attempts
        error = fault.error()
        if asking.refuses_tools(fault):
            self.learned.no_tools = True
            return ToolsRefused(str(error))
        return error

    async def _once(self, asking: Asking) -> Answer:
        """One attempt: counted, told, and what it costs entered. Raises Fault."""
        task, model = self._task, self.line.model
        task.meter.spend(_ONE_REQUEST)
        body = asking.body(
            self._model,
            stream=self._stream,
            effort=self._effort,
            most_tokens=max(LEAST_TOKENS, int(min(self.most_tokens, self._left("tokens")))),
        )
        asking.attempts += 1
        self._emit(ModelAsked(agent=task.name, request=asking.number, model=model, bytes=len(body)))
        quiet = asking.wanted.shape is not None
        listening = Listening(task.name, self._emit, self.line.secrets, quiet=quiet)
        began = time.perf_counter()

        def cut(text: str) -> None:
            if asking.wanted.tools:
                keep_cut_answer(task, text)

        try:
            answer = await self.line.ask(body, listening.hear, cut)
        except BaseException as error:
            seconds = time.perf_counter() - began
            failed = error.what if isinstance(error, Fault) else "cancelled"
            self._tell(asking, body, seconds, failed=failed)
            if isinstance(error, Fault):
                self._judge(error, asking)
            raise
        finally:
            listening.end()
        self._count(asking, body, answer)
        return answer

    def _judge(self, fault: Fault, asking: Asking) -> None:
        """How often a fault is worth another attempt in the same form."""
        if asking.names(fault, self.line.model) or asking.refuses_tools(fault):
            fault.passing = False
        elif fault.status in (500, 501) and asking.left_out:
            fault.attempts = self.line.patience.attempts - 2
        elif fault.status in (500, 501):
            fault.attempts = 2  # then without any option

    def _count(self, asking: Asking, body: bytes, answer: Answer) -> None:
        read, written = answer.input_tokens, answer.output_tokens
        usage = Usage(
            input_tokens=len(body) // CHARACTERS_PER_TOKEN if read is None else read,
            output_tokens=answer.characters // CHARACTERS_PER_TOKEN if written is None else written,
        )
        cost = answer.cost_usd
        if cost is None:
            cost = cost_usd(self._provider, self.line.model, usage)
        if cost:
            usage = usage.model_copy(update={"cost_usd": cost})
        self._largest["tokens"] = max(self._largest["tokens"], usage.tokens)
        self._largest["cost_usd"] = max(self._largest["cost_usd"], usage.cost_usd)
        self._slowest = max(self._slowest, answer.seconds)
        self._tell(asking, body, answer.seconds, answer, usage)
        try:
            self._task.meter.spend(usage)
        except LimitReached as limit:
            self.spent = limit

    def _tell(
        self,
        asking: Asking,
        body: bytes,
        seconds: float,
        answer: Answer | None = None,
        usage: Usage = _NOTHING,
        failed: str = "",
    ) -> None:
        self._emit(
            ModelAnswered(
                agent=self._task.name,
                request=asking.number,
                model=answer.model if answer and answer.model else self.line.model,
                seconds=seconds,
                first_seconds=answer.first_seconds if answer else None,
                usage=usage + _ONE_REQUEST,
                finish=answer.finish if answer else "",
                failed=failed,
            )
        )
        if self._task.exchanged is not None:
            got = answer.exchanged() if answer else None
            self._task.exchanged(Exchange(from_json(body), got, seconds, failed))
