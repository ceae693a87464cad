"""One task's talk with a model: each request told, counted, repeated where that may help."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic_ai.messages import (
    ModelMessage,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from agents.agent import Task
from agents.backends.answers import keep_cut_answer
from agents.backends.prompting import HAND_IN
from agents.backends.providers import faults
from agents.backends.providers.attempts import ONE_REQUEST, Attempt
from agents.backends.providers.plain import with_plain_parts, without_secrets
from agents.backends.providers.receiving import Late, Request, received, streams
from agents.backends.providers.turns import Turns
from agents.backends.servers import connections
from agents.backends.servers.dialects import Server
from agents.backends.servers.faults import Fault
from agents.backends.servers.listening import Listening
from agents.backends.servers.patience import Patience, retried
from agents.errors import LimitReached, NotUsable, Unreachable
from agents.events import AnswerRefused, ApproachChanged, Emit, Retrying
from agents.text import clean_line

EXTRAS = ("cache", "thinking")
"""Settings that not every server of a provider's dialect takes."""
CANCELLED = "cancelled"


@dataclass
class Asking:
    """What is asked for one task, and what came of it."""

    task: Task[Any]
    emit: Emit
    server: Server
    """Where, as it is told."""
    model: str
    patience: Patience
    turns: Turns
    secrets: tuple[str, ...] = ()
    """What must not be shown, in all its spellings."""
    stream: bool = True
    tells_the_end: bool = True
    """Whether an answer that does not say why it ends was cut off."""
    whole: bool = True
    """Whether the answers are the task's, not those of small steps."""
    left_out: set[str] = field(default_factory=set)
    """Settings that the server does not take; one set for all tasks of a backend."""
    refused: str = ""
    """Why the latest answer was refused."""
    no_tools: bool = field(default=False, init=False)
    """The model, or who serves it, has said that it knows no tools."""
    spent: LimitReached | None = field(default=None, init=False)
    """The limit that an answer went past; the answer is there all the same."""

    _requests: int = field(default=0, init=False)
    _latest: ModelResponse | None = field(default=None, init=False)
    _told: bool = field(default=False, init=False)

    async def answer(self, model: Model, request: Request) -> ModelResponse:
        """The answer to one request of the loop; raises what the task ends in."""
        if self.spent is not None:
            raise self.spent
        self._tell_refusal(request)
        if self.whole:
            request = self.turns.with_a_last_word(request)
        self._requests += 1
        number, attempts = self._requests, 0

        async def once() -> ModelResponse:
            nonlocal attempts
            attempts += 1
            return await self._once(model, request, number)

        def again(fault: Fault, attempt: int, wait: float) -> None:
            self.emit(
                Retrying(
                    agent=self.task.name,
                    request=number,
                    attempt=attempt,
                    of=self.patience.most(fault),
                    wait=wait,
                    reason=fault.what,
                )
            )

        try:
            try:
                response = await retried(self.patience, once, again)
            except Fault as fault:
                if not self._leaves_out(fault, request):
                    raise
                response = await retried(self.patience, once, again)
        except Fault as fault:
            self.no_tools = self.no_tools or fault.no_tools
            if fault.passing:
                fault.tries = attempts
            raise fault.error() from fault.__cause__
        if response.finish_reason in ("length", "content_filter"):
            self._keep(response)
        if response.finish_reason == "content_filter":
            details = response.provider_details
            raise faults.declined(self.server, self.model, details, self.secrets)
        response = self._latest = with_plain_parts(response, HAND_IN)
        self.turns.notice(response)
        return response

    def _leaves_out(self, fault: Fault, request: Request) -> bool:
        """Go on without the extras, where a server may have refused the request for them."""
        extras = self._extras(request)
        if not extras or fault.status not in (400, 422, 500, 501) or fault.overflow:
            return False
        if fault.no_tools or fault.kind not in (NotUsable, Unreachable):
            return False
        self.left_out.update(extras)
        how = f"asked again without {', '.join(extras)}"
        self.emit(ApproachChanged(agent=self.task.name, reason=f"{fault.what}; {how}"))
        return True

    def _extras(self, request: Request) -> list[str]:
        """The extras that still go with a request."""
        return [e for e in EXTRAS if e in (request.settings or {}) and e not in self.left_out]

    def refuse(self, reason: str) -> None:
        """Tell that the latest answer does not hold."""
        self._told, self.refused = True, clean_line(reason)
        self.emit(AnswerRefused(agent=self.task.name, reason=self.refused))

    def _tell_refusal(self, request: Request) -> None:
        """Tell why the library has refused the latest answer, if it has."""
        told, self._told = self._told, False
        if told or self._latest is None:
            return
        for part in request.messages[-1].parts:
            if isinstance(part, ToolReturnPart) and _refused(part):
                self.refuse(_words(part.content))
        if not any(isinstance(p, ToolCallPart | TextPart) for p in self._latest.parts):
            self.refuse("the answer is empty")
        self._told = False

    async def _once(self, model: Model, request: Request, number: int) -> ModelResponse:
        """Counted, told, and what it costs entered. Raises Fault, or what is none of a server's."""
        task, emit = self.task, self.emit
        task.meter.spend(ONE_REQUEST)
        listening = Listening(task.name, emit, self.secrets, quiet=not self.whole)
        attempt = Attempt(task, emit, self.server, self.model, request, number, listening)
        try:
            response = await self._received(model, request, attempt)
        except BaseException as error:
            failed = CANCELLED if not isinstance(error, Exception) else clean_line(error)
            self._count(attempt, failed=failed)
            raise
        finally:
            listening.end()
        self._count(attempt, response)
        return response

    async def _received(self, model: Model, request: Request, attempt: Attempt) -> ModelResponse:
        stream = self.stream and streams(model)
        extras = self._extras(request)
        break_off = partial(self._break_off, attempt)
        try:
            response = await received(
                model,
                request.without(self.left_out),
                self.patience,
                attempt.hear,
                break_off,
                stream=stream,
            )
        except Late as late:
            raise connections.late(self.server, late.seconds, late.waiting_for) from late
        except Exception as error:  # each SDK has kinds of its own; what is no fault goes on
            fault = faults.of_request(self.server, self.model, error, self.secrets)
            if fault is None:
                raise
            if extras and fault.status in (500, 501):
                fault.attempts = 2
            raise fault from error
        response = without_secrets(response, self.secrets)
        if self.tells_the_end and not _has_an_end(response):
            break_off(response)
            raise connections.cut(self.server, "it has no end")
        return response

    def _count(
        self, attempt: Attempt, response: ModelResponse | None = None, failed: str = ""
    ) -> None:
        """Tell of an attempt and enter what it took, also if the answer broke off."""
        usage = attempt.tell(response, failed)
        # One that was cancelled says nothing of how long a request takes.
        self.turns.allowance.count(usage, 0 if failed == CANCELLED else attempt.seconds)
        try:
            self.task.meter.spend(usage)
        except LimitReached as limit:
            self.spent = limit
            if response is not None:
                self._keep(response)

    def _break_off(self, attempt: Attempt, response: ModelResponse) -> None:
        """What there is of an answer that does not go on."""
        attempt.broken_off = without_secrets(response, self.secrets)
        self._keep(attempt.broken_off)

    def _keep(self, response: ModelResponse) -> None:
        """Put what is whole of an answer in safety."""
        if not self.whole:
            return
        for part in response.parts:
            if isinstance(part, ToolCallPart) and part.tool_name == HAND_IN:
                written = part.args
                text = written if isinstance(written, str) else part.args_as_json_str()
                keep_cut_answer(self.task, text)
            elif isinstance(part, TextPart) and "{" in part.content:
                keep_cut_answer(self.task, part.content)


def _has_an_end(response: ModelResponse) -> bool:
    """Whether it says why it ends, be it for a reason that the library does not know."""
    told = (response.provider_details or {}).get("finish_reason")
    return response.finish_reason is not None or bool(told)


def _refused(part: ToolReturnPart) -> bool:
    return part.tool_name == HAND_IN and part.outcome == "retried"


def _words(content: object) -> str:
    """Why something was refused, as the library has it: words, or pydantic's errors."""
    if isinstance(content, list):
        return "; ".join(str(e.get("msg", e)) if isinstance(e, dict) else str(e) for e in content)
    return str(content)


class AskedModel(WrapperModel):
    """The library's model for the library's loop, which asks it without knowing of us.

    A request is streamed, so that what comes is told as it comes and a stream that stops is
    noticed; the loop gets the whole answer.
    """

    def __init__(self, wrapped: Model, asking: Asking) -> None:
        super().__init__(wrapped)
        self._asking = asking

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        request = Request(messages, model_settings, model_request_parameters)
        return await self._asking.answer(self.wrapped, request)
