"""A task by the library's loop: its tools, its answer, and the feedback that an answer gets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pydantic_ai
from pydantic import BaseModel
from pydantic_ai import Agent, ModelRetry, StructuredDict, TextOutput, Tool, ToolFailed, ToolOutput
from pydantic_ai.models import Model
from pydantic_ai.output import NativeOutput, PromptedOutput
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import UsageLimits

from agents.agent import Output, Task
from agents.backends.answers import answer_schema, read_answer, read_as
from agents.backends.facts import facts_words
from agents.backends.prompting import HAND_IN, brief_words, step_words, system_words, tool_schemas
from agents.backends.providers import faults
from agents.backends.providers.requests import AskedModel, Asking
from agents.backends.steps import in_steps
from agents.backends.talking.lookups import TOO_LATE
from agents.errors import InvalidOutput, LimitReached, TripartiteError
from agents.events import ApproachChanged

pydantic_ai.BANNER_ENABLED = False  # it would be written over the app

MOST_REFUSALS = 3
"""After so many answers in a row that do not fit, the loop ends."""
HAND_IN_WORDS = "Hand in the whole answer"
NO_LIMIT = UsageLimits(request_limit=None)
"""The task's own meter counts."""

A = TypeVar("A", bound=BaseModel)


async def carry_out(
    model: Model, asking: Asking, task: Task[Output], settings: ModelSettings
) -> Output:
    """The whole task in one conversation, with the agent's tools."""

    def taken(value: object) -> Output:
        try:
            return read_answer(task, value)
        except InvalidOutput as error:
            asking.refuse(str(error))
            raise ModelRetry(str(error)) from error

    answer = StructuredDict(dict(answer_schema(task.agent.output)), name=HAND_IN)
    agent: Agent[None, Any] = Agent(
        AskedModel(model, asking),
        output_type=[
            ToolOutput(answer, name=HAND_IN, description=HAND_IN_WORDS),
            TextOutput(_as_it_is),
        ],
        instructions=system_words(task.agent),
        tools=_tools(task, asking),
        retries=MOST_REFUSALS,
        model_settings=settings,
        deps_type=type(None),
    )
    agent.output_validator(taken)
    result: Output = await _run(agent, brief_words(task.brief), asking)
    return result


def _as_it_is(text: str) -> object:
    return text


def _tools(task: Task[Any], asking: Asking) -> list[Tool[None]]:
    return [
        Tool.from_schema(_caller(task, asking, schema["name"]), json_schema=schema["parameters"],
                         name=schema["name"], description=schema["description"])
        for schema in tool_schemas(task.agent)
    ]  # fmt: skip


def _caller(task: Task[Any], asking: Asking, name: str) -> Callable[..., Awaitable[str]]:
    async def call(**arguments: Any) -> str:
        if asking.turns.last:
            return TOO_LATE
        try:
            return facts_words(await task.tools.call(name, arguments))
        except LimitReached:  # the next request must be the last, and says so
            return TOO_LATE
        except TripartiteError as error:
            raise ToolFailed(str(error)) from error

    return call


async def carry_out_in_steps(
    model: Model, asking: Asking, task: Task[Output], settings: ModelSettings
) -> Output:
    """The task in small questions, each answered by JSON of a schema.

    The surest way to JSON that the model should have is tried first, and the next one where that
    has not had a single answer yet: not all who serve a model know all of its dialect.
    """
    asking.whole = False
    ways = _ways(model)
    proven = False

    async def ask(words: str, answer: type[A]) -> A:
        nonlocal proven
        while len(ways) > 1 and not proven:
            try:
                given = await asked(words, answer, most_refusals=1)
            except InvalidOutput as error:
                ways.pop(0)
                asking.emit(ApproachChanged(agent=task.name, reason=f"{error}; asked another way"))
            else:
                proven = True
                return given
        return await asked(words, answer, MOST_REFUSALS)

    async def asked(words: str, answer: type[A], most_refusals: int) -> A:
        def taken(value: object) -> A:
            try:
                return read_as(answer, value)
            except InvalidOutput as error:
                asking.refuse(str(error))
                raise ModelRetry(str(error)) from error

        agent: Agent[None, Any] = Agent(
            AskedModel(model, asking),
            output_type=ways[0](answer),
            instructions=step_words(task.agent),
            name=task.name,
            retries={"output": most_refusals},
            model_settings=settings,
            deps_type=type(None),
        )
        agent.output_validator(taken)
        result: A = await _run(agent, words, asking)
        return result

    return await in_steps(task, asking.emit, ask)


def _ways(model: Model) -> list[Callable[[type[BaseModel]], Any]]:
    """The ways to JSON that the model should have, the surest first."""
    return [
        *([_by_schema] if model.profile.get("supports_json_schema_output") else []),
        *([_by_tool] if model.profile.get("supports_tools", True) else []),
        _by_words,
    ]


def _by_schema(answer: type[BaseModel]) -> Any:
    return NativeOutput(_shape(answer), strict=True)


def _by_tool(answer: type[BaseModel]) -> Any:
    return ToolOutput(_shape(answer), name=HAND_IN, description=HAND_IN_WORDS)


def _by_words(answer: type[BaseModel]) -> Any:
    return PromptedOutput(_shape(answer))


def _shape(answer: type[BaseModel]) -> Any:
    return StructuredDict(dict(answer_schema(answer, strict=True)), name=answer.__name__)


async def _run(agent: Agent[None, Any], words: str, asking: Asking) -> Any:
    agent.name = asking.task.name
    agent.instrument = False  # what there is to tell is told by our events
    try:
        return (await agent.run(words, usage_limits=NO_LIMIT)).output
    except TripartiteError:
        raise
    except Exception as error:  # each SDK has kinds of its own; what is no fault goes on
        ours = faults.of_loop(asking.server, asking.model, error, asking.refused)
        if ours is None:
            raise
        raise ours from error
