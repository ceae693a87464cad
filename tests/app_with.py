"""Runs the app with a backend made for tests: `python tests/app_with.py waiting`.

The names and what each does are in `BACKENDS`. `FILES` is a folder that some of them write to.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import anyio
from anyio.lowlevel import checkpoint
from benchmarks.streams import StreamsBackend

from agents.agent import Output, Task
from agents.backends.base import Backend
from agents.backends.offline import OfflineBackend
from agents.errors import BackendError, ToolError
from agents.events import (
    AgentSaid,
    AnswerRefused,
    ApproachChanged,
    Emit,
    Event,
    Found,
    ModelAnswered,
    ModelAsked,
    Retrying,
)
from planner.backends import BackendChoice
from planner.session import Session
from planner.tui.app import run

TODAY = date(2026, 11, 21)
HOSTILE = (
    "\x1b]52;c;b3duZWQ=\x07clipboard",
    "\x1b]8;;https://evil.example/\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]0;owned\x07title",
    "\x1b[31;45;5mcolour\x1b[0m",
    "\x1b[2J\x1b[1;1H\x1b[1000Amoved\x1b[?1049l\x1b[?25h",
    "\x1bPq#0;2;0;0;0#0~~\x1b\\sixel",
    "\x1b_Gf=24;AAAA\x1b\\kitty\x1bcreset",
    "\x9b31mc1\x9d0;owned\x9c\x90q\x9c\x85next",
    "\u202eevil\u2066hidden\u200f\u061cbidi",
    "[/] [/red] [red]red[/red] [b]bold",
    "[@click=app.quit]pressme[/] [@click=app.bell()]pressme[/]",
    "[link='https://evil.example']link[/link] $error {0} %s \\[",
    "x" * 100_000,
    "\0\0nul\0 \x7fdel \x08\x08back \rreturn \x0b\x0c",
    "\ud800 lone \udfff surrogates \ud83d",
    "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈 🇵🇹 zwj",
    "Z" + "\u0301\u0336\u035c" * 200 + "algo e\u0301 \u200b\ufeff\u2060",
    "\ue000\U000f0000 private \uffff",
    "",
    "\n\n\t\n",
)


class WaitingBackend:
    """Says that it is at work, waits until it is cancelled, and writes a file as it cleans up."""

    name = "waiting"

    def __init__(self, files: Path) -> None:
        self._files = files

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        emit(AgentSaid(agent=task.name, text="waiting to be cancelled"))
        try:
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                for _ in range(50):  # a clean-up of many steps, as closing a connection is
                    await checkpoint()
                (self._files / task.name).write_text("cleaned up")


class HostileBackend:
    """Says, finds, asks for and hands back the worst; one agent fails with it."""

    name = "hostile \x1b]0;owned\x07[red]"

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        for words in HOSTILE:
            emit(AgentSaid(agent=task.name, text=words))
            for event in of_a_model(task.name, words):
                emit(event)
            emit(Found(agent=task.name, subject=words, reason=words))
            for tool in ("climate", words):
                try:
                    await task.tools.call(tool, {words: words, "destination": words})
                except ToolError as error:
                    emit(AgentSaid(agent=task.name, text=str(error)))
            emit(AgentSaid(agent=task.name, text=words))
        if task.name == "destinations":
            raise BackendError("".join(HOSTILE[:12]) + "[@click=app.quit]pressme[/]")
        findings = await OfflineBackend().run(task, emit)
        return type(findings).model_validate(_hostile(findings.model_dump(), list(HOSTILE)))


def of_a_model(agent: str, words: str) -> list[Event]:
    """All that is told of a model, in these words."""
    request: dict[str, Any] = {"agent": agent, "request": 1}
    return [
        ModelAsked(model=words, **request),
        AgentSaid(agent=agent, text=words, reasoning=True),
        ModelAnswered(model=words, seconds=0.1, finish=words, failed=words, **request),
        Retrying(attempt=2, wait=0.1, reason=words, **request),
        AnswerRefused(agent=agent, reason=words),
        ApproachChanged(agent=agent, reason=words),
    ]


def _hostile(value: Any, words: list[str]) -> Any:
    """The same value with hostile words wherever words are free."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("reason", "theme", "text") and isinstance(item, str):
                words.append(words.pop(0))
                value[key] = words[-1] + item
            else:
                value[key] = _hostile(item, words)
    elif isinstance(value, list | tuple):
        return type(value)(_hostile(item, words) for item in value)
    return value


def backends(files: Path) -> dict[str, Backend]:
    return {
        "offline": OfflineBackend(),
        "waiting": WaitingBackend(files),
        "hostile": HostileBackend(),
        "streams": StreamsBackend(),
    }


def main() -> None:
    name = sys.argv[1]
    backend = backends(Path(os.environ.get("FILES", ".")))[name]
    choice = BackendChoice(name, "made for tests", lambda: backend)
    opened = Session.open()
    session = Session(
        settings=opened.settings,
        warning=opened.warning,
        backends={name: choice},
        today=lambda: TODAY,
    )
    sys.exit(run(session))


if __name__ == "__main__":
    main()
