"""What any agent loop must do at least, and nothing else: the measure for the chat backend.

For each agent: one POST a turn on a shared aiohttp session, the stream read line by line, each
event parsed once, pieces of calls joined; the tools called at once with arguments validated by
their types; results written as the backend writes them, so that the server sees the same requests;
in the end the answer parsed and validated as the role's type. No events, no ledger, no limits, no
retries, no checks of what the answer names.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import aiohttp
import anyio
from pydantic import BaseModel

from agents.agent import Agent, Brief
from agents.backends.answers import answer_schema
from agents.backends.facts import facts_words
from agents.backends.prompting import HAND_IN, brief_words, system_words, tool_schemas
from agents.toolbox import tool_of


async def run_bare(
    session: aiohttp.ClientSession, url: str, model: str, team: Sequence[Agent[Any]], brief: Brief
) -> dict[str, BaseModel]:
    """All agents at once; what each handed in, by name."""
    found: dict[str, BaseModel] = {}

    async def one(agent: Agent[Any]) -> None:
        found[agent.name] = await _agent(session, url, model, agent, brief)

    async with anyio.create_task_group() as group:
        for agent in team:
            group.start_soon(one, agent)
    return found


def opening(agent: Agent[Any], brief: Brief) -> dict[str, Any]:
    """The first request of one agent, but for the model's name."""
    final = {
        "name": HAND_IN,
        "description": "Hand in the whole answer.",
        "parameters": answer_schema(agent.output),
    }
    return {
        "messages": [
            {"role": "system", "content": system_words(agent)},
            {"role": "user", "content": brief_words(brief)},
        ],
        "tools": [{"type": "function", "function": f} for f in (*tool_schemas(agent), final)],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def _agent(
    session: aiohttp.ClientSession, url: str, model: str, agent: Agent[Any], brief: Brief
) -> BaseModel:
    tools = {f.__name__: tool_of(f) for f in agent.tools}
    body = {"model": model, **opening(agent, brief)}
    messages = body["messages"]
    while True:
        text, calls = await _turn(session, url, body)
        if HAND_IN in (c["function"]["name"] for c in calls):
            answer = json.loads(calls[-1]["function"]["arguments"])
            output: BaseModel = agent.output.model_validate(answer)
            return output
        messages.append({"role": "assistant", "content": text, "tool_calls": calls})
        for call in calls:
            function = call["function"]
            facts = await tools[function["name"]].run(json.loads(function["arguments"]))
            content = facts_words(facts)
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": content})


async def _turn(
    session: aiohttp.ClientSession, url: str, body: dict[str, Any]
) -> tuple[str, list[dict[str, Any]]]:
    """The text and the calls of one streamed answer."""
    text: list[str] = []
    calls: list[dict[str, Any]] = []
    async with session.post(f"{url}/chat/completions", json=body) as response:
        response.raise_for_status()
        async for line in response.content:
            if not line.startswith(b"data: {"):
                continue
            for choice in json.loads(line[6:])["choices"]:
                delta = choice["delta"]
                text.append(delta.get("content") or "")
                for piece in delta.get("tool_calls", ()):
                    if piece["index"] == len(calls):
                        calls.append(piece)
                    else:
                        arguments = piece["function"]["arguments"]
                        calls[piece["index"]]["function"]["arguments"] += arguments
    return "".join(text), calls
