"""The bodies of answers that are no stream: only so much of them is read."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from aiohttp import ClientResponse


async def beginning(response: ClientResponse, most: int) -> bytes:
    """The first `most` bytes of a body."""
    pieces: list[bytes] = []
    await _read(response, most, pieces)
    return b"".join(pieces)[:most]


async def beginning_at_best(response: ClientResponse, most: int, seconds: float) -> bytes:
    """As far as it can be had in so many seconds, whatever is wrong with it. Nothing more is then
    read from that connection."""
    pieces: list[bytes] = []
    with anyio.move_on_after(seconds), suppress(Exception):
        await _read(response, most, pieces)
    response.close()
    return b"".join(pieces)[:most]


async def _read(response: ClientResponse, most: int, pieces: list[bytes]) -> None:
    async for chunk in response.content.iter_any():
        pieces.append(chunk)
        most -= len(chunk)
        if most <= 0:
            response.close()
            break
