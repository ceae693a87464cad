"""From bytes to JSON values: a stream of server-sent events, or one JSON text that comes at once.

It reads nothing itself, so it can be fed by anything, in pieces of any size.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

MOST_BYTES = 16_000_000
"""Of an answer that comes at once, unpacked."""
MOST_STREAMED_BYTES = 2 * MOST_BYTES
"""Of a stream, in which most bytes stand around what the model writes."""
MOST_LINE_BYTES = 4_000_000
MOST_DATA_LINES = 100_000
"""Of one event."""
LONGEST_ASIDE = 4_000
A_PAGE = "it is a web page"
_BLANK = b"\xef\xbb\xbf \t\r\n"
_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b"error:")
_NO_WORDS = (*_FIELDS, b"<")


class Unreadable(ValueError):
    """What came is no answer; says why."""


class TooLarge(Exception):
    """More came than an answer has; says of what. The next time it would be no other."""


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
        self.aside = ""
        """What stands in a stream and is no part of one: the words of whoever has failed."""
        self._rest = b""
        self._held: list[bytes] | None = None
        """The data of an event that is not read line by line: it has several, or tells an error."""
        self._of_error = False

    def feed(self, chunk: bytes) -> Iterator[Any]:
        """The values of a stream that are there now, an Unreadable in the place of what is none.
        Raises Unreadable or TooLarge for what is no answer at all."""
        self.size += len(chunk)
        if self.size > MOST_BYTES:
            self._limit()
        if self.whole is None:
            chunk = chunk.lstrip(_BLANK)
            if not chunk:
                return
            self.whole = _is_whole(chunk)
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
            raise TooLarge(f"a line of it is longer than {MOST_LINE_BYTES // 1_000_000} MB")
        for line in lines:
            if line:
                value = self._line(line)
            elif self._held is None:  # nearly always: the event was read with its line
                continue
            else:
                value = self._event(self._held)
            if value is not None:
                yield value

    def end(self) -> Iterator[Any]:
        """What is left after the last byte. Raises as `feed` does."""
        if self.whole:
            try:
                value = json_value(b"".join(self.chunks))
            except ValueError as error:
                raise Unreadable("it is no JSON, or breaks off") from error
            self.done = True
            yield value
            return
        value = self._line(self._rest) if self._rest else None
        if self._held is not None:
            value = self._event(self._held)
        if value is not None and not isinstance(value, Unreadable):  # else a piece that broke off
            yield value

    def _limit(self) -> None:
        most = MOST_BYTES if self.whole is not False else MOST_STREAMED_BYTES
        if self.size > most:
            raise TooLarge(f"it is larger than {most // 1_000_000} MB")

    def _line(self, line: bytes) -> Any:
        """The value of an event's line, which mostly is its only one; None when there is none, or
        none yet: of a comment, say."""
        if not line.startswith(b"data:"):
            return self._other_line(line)
        data = line[5:]
        if self._held is not None:
            if len(self._held) == MOST_DATA_LINES:
                raise TooLarge(f"an event of it has more than {MOST_DATA_LINES:,} lines")
            self._held.append(data)
            return None
        try:
            return from_json(data, cache_strings="keys")  # what it says is another in each piece
        except ValueError:
            return self._hardly_read(data)

    def _hardly_read(self, data: bytes) -> Any:
        """What is no JSON at first sight: a mark of the end, broken characters, or the beginning
        of data that has more lines; None for what is no value, or none yet."""
        stripped = data.strip()
        if stripped.upper() == b"[DONE]":
            self.done = True
        elif stripped:
            try:
                return json_value(data)
            except ValueError:
                self._held = [data]
        return None

    def _other_line(self, line: bytes) -> Any:
        """Of lines that are no data those tell something that tell of an error."""
        if line.startswith(b":"):
            return None
        if line.startswith(b"event:"):
            if line[6:].strip() == b"error":
                self._held, self._of_error = [], True
        elif line.startswith(b"error:"):
            return _error(line[6:])
        elif not (self.aside or _is_of_a_stream(line)):
            said = _value_or_words(line)
            if isinstance(said, dict):
                return said
            self.aside = str(said or "")
        return None

    def _event(self, lines: list[bytes]) -> Any:
        """The value of an event whose lines are all there."""
        data, of_error = b"\n".join(lines), self._of_error
        self._held, self._of_error = None, False
        if of_error:
            return _error(data)
        try:
            return json_value(data)
        except ValueError:
            return Unreadable("a piece of it is no JSON")


def _is_whole(start: bytes) -> bool:
    """Whether one JSON text begins so, or a stream."""
    if start.startswith(b"<"):
        raise Unreadable(A_PAGE)
    return start.startswith((b"{", b"["))


def _is_of_a_stream(line: bytes) -> bool:
    """Whether it is a field, or the beginning of one; a page tells nobody anything either."""
    start = line.strip()[:8]
    return start.startswith(_NO_WORDS) or any(field.startswith(start) for field in _FIELDS)


def _error(data: bytes) -> Any:
    """The value of an event that tells of an error."""
    said = _value_or_words(data)
    told = isinstance(said, dict) and said.get("error")
    return said if told or not said else {"error": said}


def _value_or_words(data: bytes) -> Any:
    try:
        return json_value(data)
    except ValueError:
        return data.decode(errors="replace").strip()[:LONGEST_ASIDE] or None


def json_value(data: bytes) -> Any:
    """Raises ValueError for what is no JSON. Broken characters alone do not make it so: servers cut
    text between the bytes, or the halves, of one."""
    try:
        return from_json(data)
    except ValueError:
        try:
            return json.loads(data.decode(errors="replace"), strict=False)
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error
