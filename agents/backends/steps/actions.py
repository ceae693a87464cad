"""Any other role in small steps: one look-up after the other, then the findings."""

from __future__ import annotations

import inspect
from typing import Any, Literal, Union, get_type_hints

from pydantic import BaseModel, Field, create_model

from agents.agent import Agent, Output, Task
from agents.backends.answers import read_answer
from agents.backends.facts import as_json, facts_words
from agents.backends.prompting import tool_schemas
from agents.backends.steps.questions import MOST_QUESTIONS, Ask, Questions
from agents.errors import AtlasError, InvalidOutput, ToolError
from agents.events import Emit
from agents.text import clean_line
from agents.toolbox import ToolFunction

MOST_TURNS = 12
MOST_REFUSED = 3
MOST_CHARACTERS = 9_000
"""Of what the tools returned so far that is told again with every turn."""
_TURN = """\
{instructions}
You work step by step. In each step either ask one tool, or, once you know enough, hand in the
findings as "done". Name only what the tools returned, by its id, and cite evidence ids.
Tools:
{tools}
Known so far, as data:
{known}
{refused}"""
_NEXT = "What is the next step?"
_NOW = "Hand in the findings now."


async def act(task: Task[Output], emit: Emit, ask: Ask) -> Output:
    """Let the model choose one look-up a turn until it hands in; raises InvalidOutput."""
    questions = Questions(task, emit, ask)
    turn_type, done_type = _turn(task.agent), _done(task.agent.output)
    known: list[str] = []
    refused = ""
    failures = 0
    for turn in range(min(MOST_TURNS, questions.left)):
        last = turn + 1 >= min(MOST_TURNS, MOST_QUESTIONS) or questions.last
        words = _words(task, known, refused) + (_NOW if last else _NEXT)
        answer: Any = await questions.ask("this step", words, done_type if last else turn_type)
        if answer is None:
            failures += 1
            if failures >= MOST_REFUSED:
                break
            continue
        step = answer if last else answer.step
        if hasattr(step, "done"):
            try:
                return read_answer(task, step.done.model_dump(mode="json"))
            except InvalidOutput as error:
                refused = f"The findings were refused: {clean_line(error, 400)}\n"
                questions.say(f"The findings do not hold: {clean_line(error, 200)}.")
                failures += 1
                if failures >= MOST_REFUSED:
                    raise
                continue
        known.append(await _looked_up(task, step))
    raise questions.nothing_found()


async def _looked_up(task: Task[Any], step: Any) -> str:
    """What the tool returned, or why it cannot answer, as JSON."""
    arguments = step.arguments.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    asked = {"asked": step.tool, "arguments": arguments}
    try:
        facts = await task.tools.call(step.tool, arguments)
    except (AtlasError, ToolError) as error:
        return as_json(asked | {"failed": clean_line(error)})
    return f"{as_json(asked)}\n{facts_words(facts, MOST_CHARACTERS // 2)}"


def _words(task: Task[Any], known: list[str], refused: str) -> str:
    tools = "\n".join(as_json(schema) for schema in tool_schemas(task.agent))
    told: list[str] = []
    for one in reversed(known):
        if told and sum(map(len, told)) + len(one) > MOST_CHARACTERS:
            told.append(as_json({"left_out": "earlier look-ups"}))
            break
        told.append(one)
    return _TURN.format(
        instructions=task.agent.instructions.strip(),
        tools=tools,
        known="\n".join(reversed(told)) or "nothing yet",
        refused=refused,
    )


def _turn(agent: Agent[Any]) -> type[BaseModel]:
    """One step: the arguments of one tool, or the findings."""
    calls: list[Any] = [_call(tool) for tool in agent.tools]
    step: Any = Union[(*calls, _done(agent.output))]  # made up at run time
    return create_model("Turn", step=(step, ...))


def _done(output: type[BaseModel]) -> type[BaseModel]:
    return create_model("Done", done=(output, ...))


def _call(tool: ToolFunction) -> type[BaseModel]:
    name = tool.__name__
    hints = get_type_hints(tool, include_extras=True)
    fields: dict[str, Any] = {
        p.name: (hints[p.name], ... if p.default is p.empty else p.default)
        for p in inspect.signature(tool).parameters.values()
    }
    arguments = create_model(f"{name}_arguments", **fields)
    made_up: Any = Literal[(name,)]
    return create_model(name, tool=(made_up, ...), arguments=(arguments, Field()))
