"""What a model says while it answers, told in pieces of some words, not token by token."""

from __future__ import annotations

import time
from collections.abc import Sequence

from agents.backends.servers.secrets import settled, without
from agents.cleaning import MAX_CHARACTERS
from agents.events import AgentSaid, Emit

SECONDS = 0.25
"""Between two pieces; words and reasoning together are told at most eight times a second."""
DATA = ("{", "[", "```")
"""How text begins that is an answer for us, not words for anybody."""


class Listening:
    """Gathers one answer's words and reasoning. Nothing is lost: `end` tells what is left."""

    def __init__(
        self,
        agent: str,
        emit: Emit,
        secrets: Sequence[str],
        *,
        quiet: bool,
        seconds: float = SECONDS,
    ) -> None:
        """`quiet` when the text is data; `seconds` between two pieces."""
        self._agent = agent
        self._emit = emit
        self._secrets = secrets
        self._quiet = quiet
        self._seconds = seconds
        self._waiting: dict[bool, list[str]] = {False: [], True: []}
        self._told: dict[bool, float] = {}
        self._begun = False

    def hear(self, text: str, reasoning: bool) -> None:
        if not reasoning:
            if not self._begun and text.strip():
                self._begun = True
                self._quiet = self._quiet or text.lstrip().startswith(DATA)
            if self._quiet:
                return
        self._waiting[reasoning].append(text)
        now = time.perf_counter()
        if now - self._told.setdefault(reasoning, now) >= self._seconds:
            self._told[reasoning] = now
            self._tell(reasoning)

    def end(self) -> None:
        for reasoning in (True, False):
            self._tell(reasoning, last=True)

    def _tell(self, reasoning: bool, last: bool = False) -> None:
        text = without("".join(self._waiting[reasoning]), self._secrets)
        told = len(text) if last else settled(text, self._secrets)
        self._waiting[reasoning] = [text[told:]] if told < len(text) else []
        text = text[:told]
        if last and text.strip():
            text = text.rstrip() + "\n"
        if not text.strip():
            if text and not last:
                self._waiting[reasoning].insert(0, text)
            return
        for start in range(0, len(text), MAX_CHARACTERS):
            piece = text[start : start + MAX_CHARACTERS]
            self._emit(AgentSaid(agent=self._agent, text=piece, reasoning=reasoning))
