"""What a model answered, and how its calls of tools are put together from their pieces."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json, to_json

MOST_CALLS = 64
MOST_LOOKS = 256
"""So often it is looked whether a call is complete: it takes time with what it is long."""
LONGEST_NAME = 4_000
"""As it is received: a secret that was cut could not be taken out."""
LONGEST_SHOWN, LONGEST_FINISH = 200, 60


@dataclass(slots=True)
class Call:
    """A tool that the model calls, with the arguments as it wrote them."""

    id: str = ""
    name: str = ""
    arguments: str = ""
    extra: Any = None
    """What the server has attached and wants back."""


@dataclass(slots=True)
class Answer:
    """What a model answered, and what the server says of it."""

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: list[Call] = field(default_factory=list)
    finish: str = ""
    model: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0
    """Of those sent: the server knew them already, which costs less."""
    cost_usd: float | None = None
    returned: dict[str, Any] = field(default_factory=dict)
    """Fields that the server wants back with the conversation."""
    seconds: float = 0.0
    first_seconds: float | None = None

    @property
    def characters(self) -> int:
        written = sum(len(c.name) + len(c.arguments) for c in self.calls)
        return len(self.text) + len(self.reasoning) + len(self.refusal) + written

    def message(self) -> dict[str, Any]:
        """The assistant's message, as it goes back into the conversation."""
        message: dict[str, Any] = {"role": "assistant", "content": self.text or None}
        if self.calls:
            message["tool_calls"] = [_as_sent(c) for c in self.calls]
        elif not self.text:
            message["content"] = ""
        return message | self.returned

    def shorten(self) -> None:
        """Cut what a server may have made long for no reason; secrets are taken out before."""
        self.model, self.finish = self.model[:LONGEST_SHOWN], self.finish[:LONGEST_FINISH]
        for call in self.calls:
            call.id, call.name = call.id[:LONGEST_SHOWN], call.name[:LONGEST_SHOWN]

    def exchanged(self) -> dict[str, Any]:
        """All of it as JSON values, for a record."""
        told = self.message() | {"finish_reason": self.finish, "model": self.model}
        if self.reasoning:
            told["reasoning"] = self.reasoning
        if self.refusal:
            told["refusal"] = self.refusal
        tokens = {"input_tokens": self.input_tokens, "output_tokens": self.output_tokens}
        return told | {"usage": tokens}


def _as_sent(call: Call) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    sent = {"id": call.id, "type": "function", "function": function}
    return sent if call.extra is None else sent | {"extra_content": call.extra}


class Calls:
    """Takes the pieces of calls as they come, however a server tells which belong together."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._arguments: list[list[str]] = []
        self._known: dict[int | str, int] = {}
        self._looks = 0

    def written(self) -> list[str]:
        """The arguments of each call so far."""
        return ["".join(pieces) for pieces in self._arguments]

    def assembled(self) -> list[Call]:
        for call, pieces in zip(self._calls, self._arguments, strict=True):
            call.arguments = whole_characters("".join(pieces))
        return [call for call in self._calls if call.name]

    def take(self, pieces: Any, whole: bool) -> None:
        """`whole` when each piece is a call of its own."""
        if isinstance(pieces, dict):
            pieces = (pieces,)
        for place, piece in enumerate(pieces if isinstance(pieces, list | tuple) else ()):
            if not isinstance(piece, dict):
                continue
            function = piece.get("function")
            if not isinstance(function, dict):
                function = piece  # name and arguments stand beside the id
            arguments = function.get("arguments") or ""
            if not isinstance(arguments, str):
                arguments = as_json(arguments).decode()
            index = place if whole else piece.get("index")
            number = self._number(index, piece.get("id"), function.get("name"), arguments)
            if number is None:
                continue
            if piece.get("extra_content") is not None:
                self._calls[number].extra = piece["extra_content"]
            if arguments:
                self._arguments[number].append(arguments)

    def _number(self, index: Any, identity: Any, name: Any, arguments: str) -> int | None:
        """Which call a piece belongs to: by its place, its id, or as the latest one. None for one
        more than there may be."""
        identity = whole_characters(identity[:LONGEST_NAME]) if isinstance(identity, str) else ""
        name = whole_characters(name[:LONGEST_NAME]) if isinstance(name, str) else ""
        key = index if isinstance(index, int) else identity
        latest = len(self._calls) - 1 if self._calls and not name else None
        number = latest if key == "" else self._known.get(key)
        if number is not None:
            call = self._calls[number]
            another = name and identity and call.id and identity != call.id
            if not (another or (name and self._begins_anew(number, name, arguments))):
                call.name = call.name or name
                return number
        if len(self._calls) == MOST_CALLS:
            return None
        self._calls.append(Call(identity, name))
        self._arguments.append([])
        if key != "":
            self._known[key] = len(self._calls) - 1
        return len(self._calls) - 1

    def _begins_anew(self, number: int, name: str, arguments: str) -> bool:
        """Whether a piece with a name begins another call than the one that it says it is of,
        which is complete: some servers give all of them the same index, or the same id."""
        known = self._arguments[number]
        if not (known and known[-1].rstrip().endswith("}")) or self._looks == MOST_LOOKS:
            return False
        if name == self._calls[number].name and not arguments.lstrip().startswith("{"):
            return False  # the name comes with each piece
        self._looks += 1
        try:
            from_json("".join(known))
        except ValueError:
            return False
        return True


def as_json(value: Any) -> bytes:
    """Half a character, which only escapes can say, is no reason to fail."""
    try:
        return to_json(value)
    except ValueError:
        return json.dumps(value).encode()


def whole_characters(text: str) -> str:
    """`text` with its halves of characters put together; one that is left alone becomes a "�"."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
