"""A server of bytes, for what no web framework would send."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio

Sends = Callable[[asyncio.StreamWriter], Awaitable[object]]


@asynccontextmanager
async def raw_server(sends: Sends) -> AsyncIterator[str]:
    """The URL of a server that reads requests whole, and lets `sends` answer each."""
    writers: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                await sends(writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client went away, or the test is over
        finally:
            writer.close()

    served = await asyncio.start_server(connected, "127.0.0.1", 0)
    with anyio.fail_after(10):
        async with served:
            yield f"http://127.0.0.1:{served.sockets[0].getsockname()[1]}/v1"
            for writer in writers:
                writer.close()


def sending(body: bytes | str, status: str = "200 OK", **headers: str) -> Sends:
    """Whoever sends that, and closes the connection."""
    content = body if isinstance(body, bytes) else body.encode()
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\n{head}Connection: close\r\n\r\n".encode() + content)
        await writer.drain()
        writer.close()

    return send


def streamed(*deltas: dict[str, Any], finish: str | None = "stop") -> str:
    """An answer in server-sent events; without its end where `finish` is None."""
    pieces = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    end = [{"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}] if finish else []
    return "".join(f"data: {json.dumps(piece)}\n\n" for piece in (*pieces, *end))
