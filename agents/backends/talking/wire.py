"""Asks a server: one request and its answer, again where that may help, with limits on all of it.

What a server, or whoever poses as one, sends is untrusted; a key goes to the configured host and
nowhere else.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import anyio

from agents.backends.servers import connections, error_answers
from agents.backends.servers.dialects import Server
from agents.backends.servers.faults import Fault
from agents.backends.servers.patience import Patience
from agents.backends.servers.secrets import (
    plainly_written,
    spellings,
    without_in,
    without_secrets,
)
from agents.backends.talking.answer import Answer
from agents.backends.talking.framing import A_PAGE, Unreadable
from agents.backends.talking.session import Session, headers_for, session_with
from agents.backends.talking.stream import ErrorSent, Reading, Said

if TYPE_CHECKING:
    from aiohttp import ClientResponse
    from yarl import URL

MOST_ERROR_BYTES = 65_536
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
        self._address = _address(server.url, "/chat/completions", self._keyed)

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
            fault = self._fault(error, reading)
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
        with anyio.move_on_after(self.patience.first) as limit:
            async with await self._sent(body) as response:
                try:
                    if not 200 <= response.status < 300:
                        raise await self._refused(response)
                    async for chunk in response.content.iter_any():
                        first = first or time.perf_counter()
                        pieces, ended = reading.pieces, reading.done or reading.finished
                        reading.feed(chunk)
                        if reading.done or reading.finished:
                            if not ended:  # after that the clock is not set again
                                limit.deadline = anyio.current_time() + linger
                        elif reading.pieces > pieces:
                            limit.deadline = anyio.current_time() + between
                except BaseException as error:
                    response.close()
                    if not (reading.finished and isinstance(error, OSError | _client_error())):
                        raise  # else it broke off after its end
        if limit.cancelled_caught and not (reading.done or reading.finished):
            raise TimeoutError
        return first or time.perf_counter()

    async def _sent(self, body: bytes) -> ClientResponse:
        """The answer's head. Raises what may be tried again at once where the server has closed a
        kept connection while the request was on its way."""
        session = self._session
        kept = session.keeps and session.answered
        try:
            response = await session.client.post(
                self._address,
                data=body,
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

    def _fault(self, error: Exception, reading: Reading) -> Fault:
        server, patience = self.server, self.patience
        if isinstance(error, Fault):
            return error
        if isinstance(error, Unreadable):
            page = str(error) == A_PAGE
            return connections.a_page(server) if page else connections.malformed(server, str(error))
        if isinstance(error, ErrorSent):
            return error_answers.of_error(server, self.model, self._clean(error.error))
        if isinstance(error, TimeoutError) and not isinstance(error, _client_error()):
            if reading.pieces:
                return connections.late(server, patience.between, "nothing more")
            return connections.late(server, patience.first, "nothing")
        if isinstance(error, TimeoutError):
            return connections.late(server, patience.connect, "no sign of life")
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
                call.arguments = self._clean(plainly_written(call.arguments))
                call.extra = self._clean(call.extra)
        return answer

    async def get(self, path: str) -> bytes:
        """The body of a plain request, once. Raises Fault."""
        fault: Fault | None = None
        try:
            with anyio.fail_after(self.patience.first):
                async with self._session.client.get(
                    _address(self.server.url, path, self._keyed),
                    headers=self._headers,
                    proxy=self._session.proxy_url,
                    allow_redirects=False,
                ) as response:
                    if 200 <= response.status < 300:
                        return await _beginning(response, MOST_LIST_BYTES)
                    fault = await self._refused(response)
                    response.close()
        except Exception as error:  # `_fault` raises again what is no fault of a connection
            fault = self._fault(error, Reading(lambda text, reasoning: None))
        raise fault

    async def _refused(self, response: ClientResponse) -> Fault:
        sent = (await _beginning(response, MOST_ERROR_BYTES)).decode(errors="replace")
        body = without_secrets(plainly_written(sent), self.secrets)
        return error_answers.of_answer(
            self.server, self.model, response.status, body, response.headers, keyed=self._keyed
        )

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


async def _beginning(response: ClientResponse, most: int) -> bytes:
    """The first `most` bytes of a body."""
    pieces: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        pieces.append(chunk)
        size += len(chunk)
        if size >= most:
            response.close()
            break
    return b"".join(pieces)[:most]


@lru_cache(maxsize=64)
def _address(url: str, path: str, keyed: bool) -> URL:
    """Where to send a request. A name and password in the URL give way to a key."""
    from yarl import URL

    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2] if keyed else parts.netloc
    whole = (parts.scheme, host, parts.path.rstrip("/") + path, parts.query, "")
    return URL(urlunsplit(whole))
