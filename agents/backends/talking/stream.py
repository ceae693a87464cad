"""Puts one answer together from the values in which it comes: pieces of a stream, or all at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from agents.backends.talking.answer import LONGEST_NAME, Answer, Calls, whole_characters
from agents.backends.talking.framing import Framing, TooLarge, Unreadable
from agents.backends.talking.variants import error_in, joined, note_usage, parts_in

MOST_WRITTEN = 4_000_000
"""Characters that a model may write in one answer; how many they are is looked at now and then."""
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
        self._refusal: list[str] = []
        self._kept: dict[str, list[Any]] = {}
        self._calls = Calls()
        self._framing = Framing()
        self._values = self._choices = 0
        self._looked_at = 2 * MOST_WRITTEN
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
        """Raises Unreadable or TooLarge for what is no answer, ErrorSent for an error of the
        server's. Nothing that comes after the model's end undoes its answer."""
        try:
            self._take(self._framing.feed(chunk), "delta")
            if self._framing.size > self._looked_at:
                self._look_at_length()
        except TooLarge as error:
            self._refuse(error)

    def end(self) -> Answer:
        """The answer, after the last byte. Raises as `feed` does."""
        part = "message" if self._framing.whole else "delta"
        self._take(self._framing.end(), part)
        if self._framing.aside and not (self.finished or self.done):
            raise ErrorSent(self._framing.aside)
        return self._assembled()

    def _take(self, values: Iterator[Any], part: str) -> None:
        for value in values:
            try:
                self._value(value, part)
            except (Unreadable, ErrorSent) as error:
                self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        """Raises `error`, unless the model had come to a good end before."""
        if self._answer.finish in ("", "error"):
            raise error

    def _look_at_length(self) -> None:
        self._looked_at *= 2
        written = (*self._text, *self._thought, *self._refusal, *self._calls.written())
        if sum(map(len, written)) > MOST_WRITTEN:
            raise TooLarge(f"the model wrote more than {MOST_WRITTEN:,} characters")

    def _value(self, value: Any, part: str) -> None:
        if not isinstance(value, dict):
            broken = isinstance(value, Unreadable)
            raise value if broken else Unreadable("a piece of it is no object")
        self._values += 1
        choices = value.get("choices")
        if error := value.get("error") or (not choices and error_in(value)):
            raise ErrorSent(error)
        if not self._answer.model and isinstance(value.get("model"), str):
            self._answer.model = whole_characters(value["model"][:LONGEST_NAME])
        if usage := value.get("usage") or value.get("x_groq"):
            note_usage(self._answer, usage)
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
            self._answer.finish = whole_characters(finish[:LONGEST_NAME])

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
            self._refusal.append(refusal)
        if pieces := pieces or message.get("function_call"):
            self._calls.take(pieces, whole)
        for name in self._returned:
            if message.get(name):
                self._kept.setdefault(name, []).append(message[name])

    def _content(self, content: Any) -> None:
        """Text, or parts of text and thought."""
        if isinstance(content, str):
            self._speak(content)
            return
        for text, thought in parts_in(content):
            (self._thought if thought else self._text).append(text)
            self._said(whole_characters(text), thought)

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

    def _assembled(self) -> Answer:
        answer = self._answer
        answer.calls = self._calls.assembled()
        answer.refusal = whole_characters("".join(self._refusal))
        answer.returned = {name: joined(pieces) for name, pieces in self._kept.items()}
        answer.text = whole_characters("".join(self._text))
        thoughts = self._thought
        if thought := _THOUGHT.match(answer.text):
            thoughts = [*thoughts, thought[1]]
            answer.text = answer.text[thought.end() :].lstrip()
        answer.reasoning = whole_characters("".join(thoughts))
        return answer
