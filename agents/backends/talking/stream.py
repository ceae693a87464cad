"""Puts one answer together from the values in which it comes: pieces of a stream, or all at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from agents.backends.talking.answer import Answer, Calls, whole_characters
from agents.backends.talking.framing import Framing, Unreadable

_THOUGHT = re.compile(r"\s*<think(?:ing)?>(.*?)(?:</think(?:ing)?>|\Z)", re.DOTALL)
_OPEN, _SHUT = re.compile(r"\s*<think(?:ing)?>"), re.compile(r"</think(?:ing)?>")

Said = Callable[[str, bool], object]
"""Told a piece of text, and whether it is reasoning."""


class ErrorSent(Exception):
    """The server sent an error in the place of an answer or in the middle of one."""

    def __init__(self, error: Any) -> None:
        self.error = error
        super().__init__("an error in the answer")


class Reading:
    """Takes the bytes of one answer as they come. `said` is told of text as soon as it is there.

    It reads nothing itself, so it can be fed by anything, in pieces of any size.
    """

    def __init__(
        self,
        said: Said,
        *,
        reasoning: Sequence[str] = (),
        returned: Sequence[str] = (),
    ) -> None:
        self._said = said
        self._reasoning_fields = reasoning
        self._returned = returned
        self._answer = Answer()
        self._text: list[str] = []
        self._thought: list[str] = []
        self._calls = Calls()
        self._framing = Framing()
        self._values = self._choices = 0
        self._tagged = False

    @property
    def done(self) -> bool:
        """The server has said that this is all."""
        return self._framing.done

    @property
    def pieces(self) -> int:
        """Of the answer; what keeps a connection alive is none."""
        return self._values + len(self._framing.chunks)

    @property
    def finished(self) -> bool:
        """The model has come to an end, whether or not the server has."""
        return bool(self._answer.finish)

    @property
    def begun(self) -> bool:
        return self._framing.size > 0

    @property
    def answering(self) -> bool:
        """Whether something of an answer came: it is paid for, though it may break off."""
        return self._choices > 0 or (bool(self._framing.chunks) and not self.done)

    def so_far(self) -> Answer:
        """What came of an answer that broke off."""
        return self._assembled()

    def written(self) -> str:
        """The longest thing that the model has written so far: a call's arguments, or its text."""
        return max("".join(self._text), *self._calls.written(), "", key=len)

    def feed(self, chunk: bytes) -> None:
        """Raises Unreadable for what is no answer, ErrorSent for an error of the server's."""
        for value in self._framing.feed(chunk):
            self._value(value, "delta")

    def end(self) -> Answer:
        """The answer, after the last byte. Raises as `feed` does."""
        part = "message" if self._framing.whole else "delta"
        for value in self._framing.end():
            self._value(value, part)
        return self._assembled()

    def _value(self, value: Any, part: str) -> None:
        if not isinstance(value, dict):
            raise Unreadable("a piece of it is no object")
        self._values += 1
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
        content, pieces = message.get("content"), message.get("tool_calls")
        if len(message) == 1 and (content or pieces):  # nearly always
            if content:
                self._content(content)
            else:
                self._calls.take(pieces, whole)
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
        if pieces:
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
