"""From bytes to JSON values: a stream of server-sent events, or one JSON text that comes at once.

It reads nothing itself, so it can be fed by anything, in pieces of any size.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

MOST_BYTES = 16_000_000
"""Of one answer, unpacked."""
MOST_LINE_BYTES = 4_000_000
MOST_DATA_LINES = 64
"""Of one event."""
A_PAGE = "it is a web page"
_BLANK = b"\xef\xbb\xbf \t\r\n"


class Unreadable(ValueError):
    """What came is no answer; says why."""


class Framing:
    """Takes the bytes of one answer as they come, and gives the values in them."""

    def __init__(self) -> None:
        self.done = False
        """The server has said that this is all."""
        self.whole: bool | None = None
        """Whether it comes at once; None as long as that is not known."""
        self.size = 0
        """Of what came, in bytes."""
        self.chunks: list[bytes] = []
        """Of an answer that comes at once."""
        self._rest = b""
        self._pending: list[bytes] = []
        self._data_lines = 0

    def feed(self, chunk: bytes) -> Iterator[Any]:
        """The values of a stream that are there now. Raises Unreadable for what is no answer."""
        self.size += len(chunk)
        if self.size > MOST_BYTES:
            raise Unreadable(f"it is larger than {MOST_BYTES // 1_000_000} MB")
        if self.whole is None:
            chunk, self._rest = self._rest + chunk, b""
            self.whole = _is_whole(chunk)
            if self.whole is None:
                self._rest = chunk
                return
        if self.whole:
            self.chunks.append(chunk)
            return
        text = self._rest + chunk if self._rest else chunk
        half = b""
        if b"\r" in text:  # a line ends with \n, \r\n or \r; the last \r may be half of an ending
            half = b"\r" if text.endswith(b"\r") else b""
            text = text.removesuffix(half).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = text.split(b"\n")
        self._rest = lines.pop() + half
        if len(self._rest) > MOST_LINE_BYTES:
            raise Unreadable(f"a line of it is longer than {MOST_LINE_BYTES // 1_000_000} MB")
        for line in lines:
            if line:
                value = self._line(line)
                if value is not None:
                    yield value
            elif self._pending:
                raise Unreadable("a piece of it is no JSON")

    def end(self) -> Iterator[Any]:
        """What is left after the last byte. Raises as `feed` does."""
        if self.whole:
            try:
                value = _json(b"".join(self.chunks).lstrip(_BLANK))
            except ValueError as error:
                raise Unreadable("it is no JSON, or breaks off") from error
            self.done = True
            yield value
        elif self._rest:
            value = self._line(self._rest)  # what is no JSON now is a piece that broke off
            if value is not None:
                yield value

    def _line(self, line: bytes) -> Any:
        """The value of an event's line, which mostly is its only one; None when there is none, or
        none yet: of a comment, say."""
        if not line.startswith((b"data:", b"error:")):
            return None
        data = line[line.index(b":") + 1 :]
        if self._pending:
            data = b"\n".join((*self._pending, data))
        try:
            value = from_json(data)
        except ValueError:
            value = self._hardly_read(data)
            if value is None:
                return None
        self._pending.clear()
        return value

    def _hardly_read(self, data: bytes) -> Any:
        """What is no JSON at first sight: a mark of the end, broken characters, or the beginning
        of data that has more lines; None for what is no value, or none yet."""
        stripped = data.strip()
        if stripped == b"[DONE]":
            self.done = True
        elif stripped:
            try:
                return _json(data)
            except ValueError as error:
                self._pending = [data]
                self._data_lines += 1
                if self._data_lines > MOST_DATA_LINES:
                    raise Unreadable("a piece of it is no JSON") from error
        return None


def _is_whole(start: bytes) -> bool | None:
    """Whether one JSON text comes, or a stream; None as long as that is not known."""
    first = start.lstrip(_BLANK)[:1]
    if first == b"<":
        raise Unreadable(A_PAGE)
    return first in b"{[" if first else None


def _json(data: bytes) -> Any:
    """Raises ValueError for what is no JSON. Broken characters alone do not make it so: servers cut
    text between the bytes, or the halves, of one."""
    try:
        return from_json(data)
    except ValueError:
        try:
            return json.loads(data.decode(errors="replace"), strict=False)
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error
