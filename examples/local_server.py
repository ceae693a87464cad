"""A model on a server of your own: any that speaks chat completions, by its address and a name.

    python examples/local_server.py http://127.0.0.1:11434/v1#qwen3:8b    Ollama
    python examples/local_server.py http://127.0.0.1:8080/v1#any          llama.cpp: llama-server -m FILE

(`ollama:qwen3:8b` and `llamacpp:any` are shorter.) Without an address a server is started here on
loopback, in which a few lines of Python stand in for a model: they look up, then hand in.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

import anyio
from aiohttp import web

from agents.activities import ACTIVITIES
from agents.events import AgentFailed, Event, Found, ModelAnswered, ModelAsked, ToolCalled
from planner.backends import backend_named
from planner.intake import read
from planner.trip import plan_trip


def answer(messages: list[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    """The tool that the "model" calls next, and with what."""
    looked_up = [json.loads(m["content"]) for m in messages if m["role"] == "tool"]
    if not looked_up:
        return "find_activities", {"destination": "porto", "limit": 14}
    places = [dict(zip(looked_up[0]["columns"], r, strict=True)) for r in looked_up[0]["rows"]]
    finds = [{"destination": "porto", "place": p["place"], "fit": p["popularity"]} for p in places]
    return "hand_in", {"finds": finds}


async def complete(request: web.Request) -> web.Response:
    name, arguments = answer((await request.json())["messages"])
    function = {"name": name, "arguments": json.dumps(arguments)}
    call = {"id": "call-1", "type": "function", "function": function}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    usage = {"prompt_tokens": 900, "completion_tokens": 90}
    return web.json_response({"model": "twenty-lines", "choices": [choice], "usage": usage})


def listen(event: Event) -> None:
    match event:
        case ModelAsked():
            print(f"{event.agent} asks {event.model}: {event.bytes:,} bytes")
        case ModelAnswered(failed=""):
            print(f"  {event.model} answers: {event.usage.tokens} tokens")
        case ToolCalled():
            print(f"  it calls {event.tool}")
        case Found():
            print(f"  found {event.subject}")
        case AgentFailed():
            print(f"  {event.reason}")


async def main() -> None:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", complete)
    server = web.AppRunner(app)
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", 0).start()
    try:
        spec = sys.argv[1] if sys.argv[1:] else f"http://127.0.0.1:{server.addresses[0][1]}/v1#tiny"
        request = read("a weekend in Porto in May", today=date(2026, 11, 21)).request
        team = (ACTIVITIES,)  # one agent is enough to see; leave it away for all three
        plan = await plan_trip(request, backend=backend_named(spec), team=team, emit=listen)
        print(f"{plan.summary}, {'complete' if plan.complete else 'not complete'}")
    finally:
        await server.cleanup()


if __name__ == "__main__":
    anyio.run(main)
