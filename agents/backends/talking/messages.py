"""The messages of a conversation, each written as JSON once, when it comes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agents.backends.talking.answer import as_json

SHORTENED = 400
"""Characters that stay of an old tool result when the conversation is too long."""


@dataclass(frozen=True)
class _Result:
    """Where a tool's answer stands, and what it says."""

    place: int
    call: str
    content: str


class Messages:
    """What has been said so far. `bridge` is said by the assistant where a dialect wants it."""

    def __init__(self, bridge: str = "") -> None:
        self._bridge = bridge
        self._written: list[bytes] = []
        self._results: list[_Result] = []
        self._last_role = ""
        self.shortenings = 0
        """How often something was cut."""

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(map(len, self._written))

    def written(self) -> bytes:
        """All of them, a JSON list."""
        return b"[" + b",".join(self._written) + b"]"

    def say(self, role: str, content: str) -> None:
        if self._bridge and role == "user" and self._last_role == "tool":
            self.add({"role": "assistant", "content": self._bridge})
        self.add({"role": role, "content": content})

    def add(self, message: dict[str, Any]) -> None:
        self._written.append(as_json(message))
        self._last_role = message["role"]

    def result(self, call: str, content: str) -> None:
        """What the tool of the call with that id returned."""
        if len(content) > SHORTENED:
            self._results.append(_Result(len(self._written), call, content))
        self.add(_tool_message(call, content))

    def shorten(self) -> bool:
        """Cut the oldest tool results until half of the size is left; whether there were any."""
        if not self._results:
            return False
        self.shortenings += 1
        target = self.size // 2
        while self._results and self.size > target:
            result = self._results.pop(0)
            cut = f"{result.content[:SHORTENED]}… (shortened; ask again for what is still needed)"
            self._written[result.place] = as_json(_tool_message(result.call, cut))
        return True


def _tool_message(call: str, content: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call, "content": content}
