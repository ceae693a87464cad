"""One agent's talk with a model: what is sent, what is told of it, and what it costs.

A request that the server refuses in the form it has is sent in another one, by the table of the
server's dialect; what is learned so is kept for all agents of the backend.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pydantic_core import to_json

from agents.agent import Exchange, Task
from agents.backends.answers import keep_cut_answer
from agents.backends.servers import connections
from agents.backends.servers.allowance import Allowance
from agents.backends.servers.faults import Fault
from agents.backends.servers.listening import Listening
from agents.backends.servers.patience import retried
from agents.backends.servers.prices import cost_usd
from agents.backends.talking.answer import Answer
from agents.backends.talking.framing import TooLarge, json_value
from agents.backends.talking.messages import Messages
from agents.backends.talking.request import Asking, Learned, Wanted
from agents.backends.talking.stream import Said
from agents.backends.talking.wire import Line
from agents.errors import BackendError, LimitReached, NotUsable
from agents.events import ApproachChanged, Emit, ModelAnswered, ModelAsked, Retrying
from agents.usage import Usage

LEAST_TOKENS, MOST_TOKENS = 256, 16_384
"""Of one answer, reasoning included: the most that is asked for, and what is asked for at least."""
CHARACTERS_PER_TOKEN = 4
"""For an estimate, when a server does not say how many there were."""
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
    ) -> None:
        self.who = repr(line.model)
        self.allowance = Allowance(self.who, task.meter, task.agent.limits.seconds)
        self.line = line
        self.learned = learned
        self.most_tokens = MOST_TOKENS
        self.spent: LimitReached | None = None
        """The limit that an answer went past; the answer is there all the same."""
        self._task, self._emit = task, emit
        self._effort, self._stream = effort, stream
        self._model = to_json(line.model)
        self._requests = 0

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
                    of=self.line.patience.most(fault) if attempt == asking.attempts + 1 else 0,
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
                self.learned.note(asking)
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
            most_tokens=max(
                LEAST_TOKENS, int(min(self.most_tokens, self.allowance.left("tokens")))
            ),
        )
        asking.attempts += 1
        self._emit(ModelAsked(agent=task.name, request=asking.number, model=model, bytes=len(body)))
        quiet = asking.wanted.shape is not None
        listening = Listening(task.name, self._emit, self.line.secrets, quiet=quiet)
        began = time.perf_counter()

        usage = _NOTHING

        def cut(text: str, answer: Answer) -> None:
            nonlocal usage
            usage = self._usage(body, answer)
            if text and asking.wanted.tools:
                keep_cut_answer(task, text)

        try:
            answer = await self._answer(body, listening.hear, cut)
        except BaseException as error:
            seconds = time.perf_counter() - began
            failed = error.what if isinstance(error, Fault) else "cancelled"
            self._tell(asking, body, seconds, usage=usage, failed=failed)
            self._spend(usage)
            if isinstance(error, Fault):
                self._judge(error, asking)
            raise
        finally:
            listening.end()
        usage = self._usage(body, answer)
        self.allowance.count(usage, answer.seconds)
        self._tell(asking, body, answer.seconds, answer, usage)
        self._spend(usage)
        return answer

    async def _answer(
        self, body: bytes, said: Said, cut: Callable[[str, Answer], object]
    ) -> Answer:
        try:
            answer = await self.line.ask(body, said, cut)
        except TooLarge as error:
            fault = connections.malformed(self.line.server, str(error))
            fault.passing = False
            raise fault from None
        answer.shorten()
        return answer

    def _judge(self, fault: Fault, asking: Asking) -> None:
        """How often a fault is worth another attempt in the same form."""
        if asking.names(fault, self.line.model) or asking.refuses_tools(fault):
            fault.passing = False
        elif fault.status in (500, 501) and asking.left_out:
            fault.attempts = self.line.patience.attempts - 2
        elif fault.status in (500, 501):
            fault.attempts = 2  # then without any option

    def _usage(self, body: bytes, answer: Answer) -> Usage:
        """What the server says that it took, or an estimate."""
        read, written = answer.input_tokens, answer.output_tokens
        if written is None:  # more than was asked for no server lets a model write
            written = min(answer.characters // CHARACTERS_PER_TOKEN, self.most_tokens)
        usage = Usage(
            input_tokens=len(body) // CHARACTERS_PER_TOKEN if read is None else read,
            output_tokens=written,
        )
        cost = answer.cost_usd
        if cost is None:
            cached = answer.cached_tokens
            cost = cost_usd(self.line.server.where, self.line.model, usage, cached_tokens=cached)
        return usage.costing(cost)

    def _spend(self, usage: Usage) -> None:
        if usage is _NOTHING:
            return
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
            self._task.exchanged(Exchange(json_value(body), got, seconds, failed))
