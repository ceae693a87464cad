"""What an agent says of its own steps."""

from __future__ import annotations

from typing import Any

from agents.agent import Task
from agents.events import AgentSaid, Emit


def say(task: Task[Any], emit: Emit, words: str) -> None:
    """Say it on a line of its own: what agents say is joined as it comes."""
    emit(AgentSaid(agent=task.name, text=f"{words}\n"))
