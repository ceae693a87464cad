"""Asks a server: one request and its answer, again where that may help, with limits on all of it.

What a server, or whoever poses as one, sends is untrusted; a key goes to the configured host and
nowhere else.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from functools import cache
from math import inf
from typing import TYPE_CHECKING, Any

import anyio

from agents.backends.servers import connections, error_answers
from agents.backends.servers.dialects import Server
from agents.backends.servers.faults import Fault
from agents.backends.servers.patience import Patience
from agents.backends.servers.secrets import (
    address_without,
    spellings,
    without_in,
    without_secrets,
)
from agents.backends.talking.answer import Answer
from agents.backends.talking.bodies import beginning, beginning_at_best
from agents.backends.talking.framing import A_PAGE, Unreadable
from agents.backends.talking.session import Session, address_of, headers_for, session_with
from agents.backends.talking.stream import ErrorSent, Reading, Said
from agents.backends.talking.waiting import Wait
from agents.cleaning import clean

if TYPE_CHECKING:
    from aiohttp import ClientResponse
    from multidict import CIMultiDict

MOST_AT_ONCE = 2**20
"""A body of more bytes is sent in pieces, so that the event loop goes on meanwhile."""
MOST_ERROR_BYTES = 65_536
ERROR_SECONDS = 2.0
"""What an error is about stands in its head: its body is not worth a longer wait, nor the time to
ask again."""
MOST_LIST_BYTES = 8_000_000
LINGER_SECONDS = 2.0
"""After the model's end its server may take so long for its own; then the connection is closed."""


async def line_to(server: Server, model: str, patience: Patience, key: str | None) -> Line:
    """One task's way to `server`. Raises NotUsable when `key` cannot be one, or must not be sent
    there."""
    headers = headers_for(server, key)
    session = await session_with(server, patience)
    return Line(server, model, patience, session, headers, key)


class Line:
    """One task's way to the server."""

    def __init__(
        self,
        server: Server,
        model: str,
        patience: Patience,
        session: Session,
        headers: dict[str, str],
        key: str | None,
    ) -> None:
        self.server, self.model, self.patience = server, model, patience
        self.secrets = spellings((key or "", *server.secrets, *session.secrets))
        self._session = session
        self._headers = headers
        self._keyed = bool(key)
        self._address = address_of(server.url, "/chat/completions", self._keyed)
        self._began = anyio.current_time()
        self.cut_short = False
        """Whether the caller's time was over before the answer to the latest request was there."""

    async def ask(self, body: bytes, said: Said, cut: Callable[[str, Answer], object]) -> Answer:
        """One request, once. `said` is told of text as it comes, `cut` of what was written when
        it breaks off, and of all that came of the answer. Raises Fault."""
        dialect = self.server.dialect
        reading = Reading(said, reasoning=dialect.reasoning, returned=dialect.returned)
        whole = False
        try:
            answer = await self._answered(body, reading)
            whole = True
            return answer
        finally:
            if not whole and reading.answering:
                cut(self._clean(reading.written()), reading.so_far())

    async def _answered(self, body: bytes, reading: Reading) -> Answer:
        began = time.perf_counter()
        fault: Fault | None = None
        try:
            first = await self._receive(body, reading)
            answer = reading.end()
        except Exception as error:  # `_fault` raises again what is no fault of a connection
            fault = self._fault(error)
        # Raised here and without a cause: errors of the library hold the headers, and so the key.
        if fault is not None:
            raise fault
        if not (reading.finished or reading.done):
            raise self._unfinished(reading)
        if answer.finish == "error" and not answer.calls:
            raise connections.cut(self.server, "the model failed")
        answer.seconds, answer.first_seconds = time.perf_counter() - began, first - began
        return self._without_secrets(answer)

    async def _receive(self, body: bytes, reading: Reading) -> float:
        """Send `body`, read all that comes, and tell when the first piece came."""
        first, between = 0.0, self.patience.between
        linger = min(LINGER_SECONDS, between)
        wait = Wait(self._began, self.patience.first)
        self.cut_short = False
        with wait.scope:
            async with await self._sent(body) as response:
                try:
                    if not 200 <= response.status < 300:
                        wait.scope.deadline = inf
                        raise await self._refused(response)
                    async for chunk in response.content.iter_any():
                        first = first or time.perf_counter()
                        pieces, ended = reading.pieces, reading.done or reading.finished
                        reading.feed(chunk)
                        if reading.done or reading.finished:
                            if not ended:  # after that the clock is not set again
                                wait.scope.deadline = anyio.current_time() + linger
                        elif reading.pieces > pieces:
                            wait.on(between)
                except BaseException as error:
                    response.close()
                    if not (reading.finished and isinstance(error, OSError | _client_error())):
                        raise  # else it broke off after its end
        if wait.scope.cancelled_caught and not (reading.done or reading.finished):
            self.cut_short = wait.cut_short
            raise self._late(wait, reading)
        return first or time.perf_counter()

    def _late(self, wait: Wait, reading: Reading) -> Fault:
        what = "nothing"
        if reading.pieces:
            what = "no end of its answer" if wait.cut_short else "nothing more"
        fault = connections.late(self.server, wait.seconds, what)
        if wait.cut_short:  # there is no time to ask again
            fault.passing, fault.advice = False, "raise the limit of seconds, or take another model"
        return fault

    async def _sent(self, body: bytes) -> ClientResponse:
        """The answer's head. Raises what may be tried again at once where the server has closed a
        kept connection while the request was on its way."""
        session = self._session
        kept = session.keeps and session.answered
        try:
            response = await session.client.post(
                self._address,
                data=body if len(body) <= MOST_AT_ONCE else io.BytesIO(body),
                headers=self._headers,
                proxy=session.proxy_url,
                allow_redirects=False,
            )
        except _lost():
            if not kept:
                raise
        else:
            session.answered = True
            return response
        session.use_once()
        raise connections.closed(self.server)

    def _fault(self, error: Exception) -> Fault:
        server = self.server
        if isinstance(error, Fault):
            return error
        if isinstance(error, Unreadable):
            page = str(error) == A_PAGE
            return connections.a_page(server) if page else connections.malformed(server, str(error))
        if isinstance(error, ErrorSent):
            return error_answers.of_error(server, self.model, self._clean(error.error))
        if isinstance(error, TimeoutError):
            return connections.late(server, self.patience.connect, "no sign of life")
        if isinstance(error, OSError | ValueError | _client_error()):
            proxy = self._session.proxy
            variable = proxy.variable if proxy else ""
            return connections.of_exception(server, error, self.secrets, proxy=variable)
        raise error

    def _unfinished(self, reading: Reading) -> Fault:
        if not reading.pieces:
            why = "no answer is in it" if reading.begun else "it is empty"
            return connections.malformed(self.server, why)
        return connections.cut(self.server, "it has no end")

    def _without_secrets(self, answer: Answer) -> Answer:
        """A server may repeat what it was sent."""
        if self.secrets:
            for name in ("text", "reasoning", "refusal", "finish", "model", "returned"):
                setattr(answer, name, self._clean(getattr(answer, name)))
            for call in answer.calls:
                call.id, call.name = self._clean(call.id), self._clean(call.name)
                call.arguments, call.extra = self._clean(call.arguments), self._clean(call.extra)
        return answer

    async def get(self, path: str) -> bytes:
        """The body of a plain request, once, as it was sent. Raises Fault."""
        fault = connections.late(self.server, self.patience.first, "nothing")
        try:
            with anyio.move_on_after(self.patience.first) as limit:
                async with self._session.client.get(
                    address_of(self.server.url, path, self._keyed),
                    headers=self._headers,
                    proxy=self._session.proxy_url,
                    allow_redirects=False,
                ) as response:
                    if 200 <= response.status < 300:
                        return await beginning(response, MOST_LIST_BYTES)
                    limit.deadline = inf
                    fault = await self._refused(response)
        except Exception as error:  # `_fault` raises again what is no fault of a connection
            fault = self._fault(error)
        raise fault

    async def _refused(self, response: ClientResponse) -> Fault:
        """What an answer is about that is no success, with its body as far as that can be had."""
        left = anyio.current_effective_deadline() - anyio.current_time()
        seconds = min(ERROR_SECONDS, self.patience.between, left / 2)
        sent = await beginning_at_best(response, MOST_ERROR_BYTES, seconds)
        body = clean(sent.decode(errors="replace"), MOST_ERROR_BYTES)
        return error_answers.of_answer(
            self.server,
            self.model,
            response.status,
            without_secrets(body, self.secrets),
            self._clean_headers(response),
            keyed=self._keyed,
        )

    def _clean_headers(self, response: ClientResponse) -> CIMultiDict[str]:
        headers = response.headers.copy()
        for name, value in response.headers.items():
            headers[name] = self._clean(clean(value))
        if onwards := headers.get("Location"):
            headers["Location"] = address_without(onwards, self.secrets)
        return headers

    def _clean(self, value: Any) -> Any:
        """Words of the server without our secrets."""
        return without_in(value, self.secrets)


@cache
def _client_error() -> type[Exception]:
    import aiohttp

    return aiohttp.ClientError


@cache
def _lost() -> tuple[type[Exception], ...]:
    import aiohttp

    return aiohttp.ServerDisconnectedError, aiohttp.ClientOSError
