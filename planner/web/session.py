"""One session: an app drawn in one browser tab, for as long as both are there."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from typing import Any

import anyio
from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve._binary_encode import load

from agents.cleaning import clean
from planner.web.process import AppProcess, NotStarted
from planner.web.wire import Pong, Size, meta_packet, read_envelope, url_to_open

CHUNK = 64 * 1024
CHUNK_SECONDS = 10.0

NOT_STARTED = "The app could not start. The terminal of `tripartite serve` says why."


class Download:
    """A file that the app offers under a key, to be fetched once."""

    def __init__(self, key: str, path: str, name: str | None) -> None:
        self.key = key
        self.path = path
        self.name = name
        self.arrived, self.chunks = anyio.create_memory_object_stream[bytes](1)

    def close(self) -> None:
        self.arrived.close()
        self.chunks.close()


class Session:
    """Carries what is typed to an app and what the app draws to `websocket`.

    `report` gets what the app wrote to its standard error, cleaned.
    """

    def __init__(
        self,
        websocket: web.WebSocketResponse,
        command: Sequence[str],
        report: Callable[[str], object],
    ) -> None:
        self._websocket = websocket
        self._command = command
        self._report = report
        self._scope = anyio.CancelScope()
        self._close_code = WSCloseCode.OK
        self._offered: dict[str, Download] = {}
        self._fetched: dict[str, Download] = {}

    async def run(self, size: Size) -> None:
        """Returns when the connection is closed and the process is gone."""
        with self._scope:
            self._app = await AppProcess.open(self._command, size)
            try:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._app.keep_errors)
                    tasks.start_soon(self._listen)
                    tasks.start_soon(self._draw)
            finally:
                with anyio.CancelScope(shield=True):
                    await self._app.end()
                for download in (*self._offered.values(), *self._fetched.values()):
                    download.close()
                if errors := clean(self._app.errors).strip():
                    self._report(errors)
        await close(self._websocket, self._close_code)

    def stop(self, code: WSCloseCode = WSCloseCode.GOING_AWAY) -> None:
        """Ends the session; `run` returns when that is done."""
        self._close_code = code
        self._scope.cancel()

    async def _listen(self) -> None:
        try:
            async for message in self._websocket:
                if message.type is not WSMsgType.TEXT:
                    raise ValueError("not text")
                heard = read_envelope(message.data)
                if isinstance(heard, Pong):
                    await self._websocket.send_json(["pong", heard.data])
                else:
                    await self._app.send(heard)
        except ValueError:  # our own page would not have written that
            return self.stop(WSCloseCode.UNSUPPORTED_DATA)
        except (ConnectionError, anyio.BrokenResourceError, TimeoutError):
            pass
        self.stop(WSCloseCode.OK)

    async def _draw(self) -> None:
        try:
            async for kind, payload in self._app.packets():
                match kind:
                    case b"D":
                        await self._websocket.send_bytes(payload)
                    case b"M":
                        await self._on_meta(json.loads(payload))
                    case b"P":
                        self._on_part(load(payload))
                    case _:
                        self._report("the app wrote into the stream of its screen; it was ended")
                        break
        except NotStarted:
            await show(self._websocket, NOT_STARTED)
        except ConnectionError:  # the browser is gone
            pass
        self.stop(WSCloseCode.OK)

    async def _on_meta(self, meta: dict[str, Any]) -> None:
        match meta:
            case {"type": "exit"}:
                self.stop(WSCloseCode.OK)
            case {"type": "open_url", "url": str(url)}:
                if message := url_to_open(url):
                    await self._websocket.send_str(message)
            case {"type": "deliver_file_start", "key": str(key), "path": str(path)}:
                self._offered[key] = Download(key, path, meta.get("name"))
                await self._websocket.send_str(json.dumps(["deliver_file_start", key]))

    def _on_part(self, part: object) -> None:
        match part:
            case ("deliver_chunk", str(key), str() | bytes() as chunk) if key in self._fetched:
                # Asked for one by one: there is room, unless the browser has gone away.
                with suppress(anyio.WouldBlock, anyio.BrokenResourceError):
                    self._fetched[key].arrived.send_nowait(
                        chunk.encode() if isinstance(chunk, str) else chunk
                    )

    def take_offer(self, key: str) -> Download | None:
        """The file offered under `key`; the second time there is none."""
        if download := self._offered.pop(key, None):
            self._fetched[key] = download
        return download

    async def chunks(self, download: Download) -> AsyncGenerator[bytes, None]:
        """The file in parts. Raises TimeoutError or an error of the stream when the app is gone."""
        try:
            while True:
                await self._app.send(
                    meta_packet(
                        type="deliver_chunk_request",
                        key=download.key,
                        size=CHUNK,
                        name=download.name,
                    )
                )
                with anyio.fail_after(CHUNK_SECONDS):
                    chunk = await download.chunks.receive()
                if not chunk:
                    return
                yield chunk
        finally:
            del self._fetched[download.key]
            download.close()


async def show(websocket: web.WebSocketResponse, text: str) -> None:
    """Writes `text` where the app would be."""
    with suppress(ConnectionError):
        await websocket.send_bytes(f"\x1b[2J\x1b[H\r\n  {text}\r\n".encode())


async def close(websocket: web.WebSocketResponse, code: WSCloseCode) -> None:
    with suppress(ConnectionError):
        await websocket.close(code=code)
