"""Puts one answer together from the bytes in which it comes: server-sent events, or JSON at once.

It reads nothing itself, so it can be fed by anything, in pieces of any size.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from pydantic_core import from_json

from agents.backends.talking.answer import Answer, Calls, whole_characters

MOST_BYTES = 16_000_000
"""Of one answer, unpacked."""
MOST_LINE_BYTES = 4_000_000
MOST_DATA_LINES = 64
"""Of one event."""
_BLANK = b"\xef\xbb\xbf \t\r\n"
_THOUGHT = re.compile(r"\s*<think(?:ing)?>(.*?)(?:</think(?:ing)?>|\Z)", re.DOTALL)
_OPEN, _SHUT = re.compile(r"\s*<think(?:ing)?>"), re.compile(r"</think(?:ing)?>")

Said = Callable[[str, bool], object]
"""Told a piece of text, and whether it is reasoning."""
A_PAGE = "it is a web page"


class Unreadable(ValueError):
    """What came is no answer; says why."""


class ErrorSent(Exception):
    """The server sent an error in the place of an answer or in the middle of one."""

    def __init__(self, error: Any) -> None:
        self.error = error
        super().__init__("an error in the answer")


class Reading:
    """Takes the bytes of one answer as they come. `said` is told of text as soon as it is there."""

    def __init__(
        self,
        said: Said,
        *,
        reasoning: Sequence[str] = (),
        returned: Sequence[str] = (),
    ) -> None:
        self.done = False
        """The server has said that this is all."""
        self.pieces = 0
        """Of the answer; what keeps a connection alive is none."""
        self._said = said
        self._reasoning_fields = reasoning
        self._returned = returned
        self._answer = Answer()
        self._text: list[str] = []
        self._thought: list[str] = []
        self._calls = Calls()
        self._rest = b""
        self._chunks: list[bytes] = []
        self._pending: list[bytes] = []
        self._data_lines = 0
        self._size = 0
        self._choices = 0
        self._whole: bool | None = None
        self._tagged = False

    @property
    def finished(self) -> bool:
        """The model has come to an end, whether or not the server has."""
        return bool(self._answer.finish)

    @property
    def begun(self) -> bool:
        return self._size > 0

    @property
    def answering(self) -> bool:
        """Whether something of an answer came: it is paid for, though it may break off."""
        return self._choices > 0 or (bool(self._chunks) and not self.done)

    def so_far(self) -> Answer:
        """What came of an answer that broke off."""
        return self._assembled()

    def written(self) -> str:
        """The longest thing that the model has written so far: a call's arguments, or its text."""
        return max("".join(self._text), *self._calls.written(), "", key=len)

    def feed(self, chunk: bytes) -> None:
        """Raises Unreadable for what is no answer, ErrorSent for an error of the server's."""
        self._size += len(chunk)
        if self._size > MOST_BYTES:
            raise Unreadable(f"it is larger than {MOST_BYTES // 1_000_000} MB")
        if self._whole is None:
            chunk, self._rest = self._rest + chunk, b""
            self._whole = _is_whole(chunk)
            if self._whole is None:
                self._rest = chunk
                return
        if self._whole:
            self._chunks.append(chunk)
            self.pieces += 1
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
                self._line(line)
            elif self._pending:
                raise Unreadable("a piece of it is no JSON")

    def _line(self, line: bytes) -> None:
        """One line of an event, which mostly has no other; of comments and other fields nothing."""
        if not line.startswith((b"data:", b"error:")):
            return
        data = line[line.index(b":") + 1 :]
        if self._pending:
            data = b"\n".join((*self._pending, data))
        try:
            value = from_json(data)
        except ValueError:
            value = self._hardly_read(data)
            if value is None:
                return
        self._pending.clear()
        self._value(value, "delta")

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

    def end(self) -> Answer:
        """The answer, after the last byte. Raises as `feed` does."""
        if self._whole:
            try:
                value = _json(b"".join(self._chunks).lstrip(_BLANK))
            except ValueError as error:
                raise Unreadable("it is no JSON, or breaks off") from error
            self.done = True
            self._value(value, "message")
        elif self._rest:
            self._line(self._rest)  # what is no JSON now is a piece that broke off
        return self._assembled()

    def _value(self, value: Any, part: str) -> None:
        if not isinstance(value, dict):
            raise Unreadable("a piece of it is no object")
        self.pieces += 1
        choices = value.get("choices")
        error = value.get("error") or (not choices and _is_an_error(value) and value)
        if error:
            raise ErrorSent(error)
        if not self._answer.model and isinstance(value.get("model"), str):
            self._answer.model = value["model"][:200]
        if usage := value.get("usage") or value.get("x_groq"):
            self._usage(usage)
        if choices:
            self._choices += 1
            self._choice(choices[0] if isinstance(choices, list) else None, part)
        elif part == "message":
            raise Unreadable("there are no choices in it")

    def _choice(self, choice: Any, part: str) -> None:
        if not isinstance(choice, dict):
            raise Unreadable("its choices are none")
        if choice.get("error"):
            raise ErrorSent(choice["error"])
        message = choice.get(part) or choice.get("message") or choice.get("delta")
        if isinstance(message, dict):
            self._message(message, whole=part == "message")
        elif message or part == "message":
            raise Unreadable("there is no message in it")
        finish = choice.get("finish_reason")
        if finish and isinstance(finish, str):
            self._answer.finish = finish[:60]

    def _usage(self, usage: Any) -> None:
        usage = usage.get("usage", usage) if isinstance(usage, dict) else {}
        if not isinstance(usage, dict):
            return
        answer = self._answer
        answer.input_tokens = _count(usage.get("prompt_tokens"), answer.input_tokens)
        answer.output_tokens = _count(usage.get("completion_tokens"), answer.output_tokens)
        answer.cached_tokens = _cached(usage) or answer.cached_tokens
        cost = usage.get("cost")
        if isinstance(cost, int | float) and 0 <= cost < 1e6:
            answer.cost_usd = float(cost)

    def _message(self, message: dict[str, Any], whole: bool) -> None:
        content = message.get("content")
        if content and len(message) == 1:  # nearly always
            self._content(content)
            return
        for name in self._reasoning_fields:
            thought = message.get(name)
            if thought and isinstance(thought, str):
                self._thought.append(thought)
                self._said(whole_characters(thought), True)
                break
        if content:
            self._content(content)
        refusal = message.get("refusal")
        if refusal and isinstance(refusal, str):
            self._answer.refusal += refusal
        if pieces := message.get("tool_calls"):
            self._calls.take(pieces, whole)
        for name in self._returned:
            if message.get(name):
                self._give_back(name, message[name])

    def _content(self, content: Any) -> None:
        """Text, or parts of text and thought."""
        if isinstance(content, str):
            self._speak(content)
            return
        for part in content if isinstance(content, list) else ():
            if not isinstance(part, dict):
                continue
            if isinstance(part.get("thinking"), list):
                thought = "".join(_text(p) for p in part["thinking"])
                self._thought.append(thought)
                self._said(thought, True)
            elif text := _text(part):
                self._text.append(text)
                self._said(text, False)

    def _speak(self, piece: str) -> None:
        """Take a piece of text, or of a thought that the model marks with tags in its text."""
        self._text.append(piece)
        piece = whole_characters(piece)
        if len(self._text) == 1 and (opened := _OPEN.match(piece)):
            self._tagged, piece = True, piece[opened.end() :]
        if self._tagged and (shut := _SHUT.search(piece)):
            self._said(piece[: shut.start()], True)
            self._tagged, piece = False, piece[shut.end() :].lstrip()
        if piece:
            self._said(piece, self._tagged)

    def _give_back(self, name: str, value: Any) -> None:
        kept = self._answer.returned
        known: Any = kept.get(name)
        joined = isinstance(value, str | list) and type(value) is type(known)
        kept[name] = known + value if joined else value

    def _assembled(self) -> Answer:
        answer = self._answer
        answer.calls = self._calls.assembled()
        answer.text = whole_characters("".join(self._text))
        if thought := _THOUGHT.match(answer.text):
            self._thought.append(thought[1])
            answer.text = answer.text[thought.end() :].lstrip()
        answer.reasoning = whole_characters("".join(self._thought))
        return answer


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


def _is_an_error(value: dict[str, Any]) -> bool:
    return value.get("object") == "error" or ("message" in value and "choices" not in value)


def _count(value: Any, known: int | None) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**40 else known


def _cached(usage: dict[str, Any]) -> int:
    """How many of the tokens sent the server knew already."""
    details = usage.get("prompt_tokens_details")
    told = details.get("cached_tokens") if isinstance(details, dict) else None
    return _count(told, None) or _count(usage.get("prompt_cache_hit_tokens"), None) or 0


def _text(part: Any) -> str:
    text = part.get("text") if isinstance(part, dict) else None
    return text if isinstance(text, str) else ""
