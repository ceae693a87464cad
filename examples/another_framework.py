"""Another agent framework as a backend: here pydantic-ai, with a function standing in for a model.

Whatever takes functions as tools and hands back a typed answer can carry out an agent's task. Its
calls go through the task's toolbox, so each is counted and in the ledger, and what it says is held
against that ledger. (Anthropic, Google and Amazon need nothing of this: `--backend anthropic:MODEL`.)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

import anyio
import pydantic_ai
from pydantic_ai.messages import ModelMessage, ModelResponse, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents.activities import ACTIVITIES
from agents.backends.kit import Emit, Output, Task, brief_words, system_words
from agents.events import Event, ToolReturned
from agents.toolbox import ToolFunction
from planner.intake import read
from planner.trip import plan_trip


class Framework:
    """Carries out any agent's task by an agent of the framework."""

    name = "pydantic-ai"

    def __init__(self, model: FunctionModel) -> None:
        self._model = model

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        agent: pydantic_ai.Agent[object, Output] = pydantic_ai.Agent(
            self._model,
            instructions=system_words(task.agent),
            output_type=task.agent.output,
            tools=[through_the_toolbox(task, tool) for tool in task.agent.tools],
        )
        return (await agent.run(brief_words(task.brief))).output


def through_the_toolbox(task: Task[Any], tool: ToolFunction) -> Callable[..., Any]:
    @wraps(tool)  # name, docstring and types are the original's
    async def call(*args: Any, **kwargs: Any) -> Any:
        return await task.tools(tool, *args, **kwargs)

    return call


def stand_in(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """What a model would do: look up first, then hand in what it found."""
    returned: list[Any] = [p for m in messages for p in m.parts if isinstance(p, ToolReturnPart)]
    if not returned:
        return ModelResponse([ToolCallPart("find_activities", {"destination": "porto"})])
    finds = [
        {"destination": p.destination, "place": p.place, "fit": p.popularity, "evidence": [p.key]}
        for p in returned[0].content[:14]
    ]
    return ModelResponse([ToolCallPart(info.output_tools[0].name, {"finds": finds})])


def listen(event: Event) -> None:
    if isinstance(event, ToolReturned):
        print(f"{event.agent}: {event.tool}, {event.summary}")


async def main() -> None:
    pydantic_ai.BANNER_ENABLED = False
    request = read("a weekend in Porto in May", today=date(2026, 11, 21)).request
    backend = Framework(FunctionModel(stand_in))
    plan = await plan_trip(request, backend=backend, team=[ACTIVITIES], emit=listen)
    print(f"{plan.summary}, {'complete' if plan.complete else 'not complete'}")


if __name__ == "__main__":
    anyio.run(main)
