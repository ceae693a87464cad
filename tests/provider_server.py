"""A process of its own that speaks the wire formats of Anthropic, Google, Bedrock, Groq, Mistral
and OpenAI's Responses, with faults.

The model's name says what happens: `good` and the other plays of `model_scripts`, or a fault, as
`401`, `429-once`, `cut-once`, `overflow`. Run it as a script; it prints its port, and ends with the
one who started it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any
from urllib.request import urlopen

from aiohttp import web
from model_scripts import (
    Conversation,
    Play,
    Reply,
    always,
    calls_nonsense,
    fenced,
    first,
    good,
    half_right,
    invented,
    never_done,
    of_the_wrong_form,
    repeats_the_key,
    thinking_aloud,
    too_long,
)
from provider_wires import WIRES, Wire, chat_whole

KEY = "sk-secret-of-the-traveller"
KEY_HEADERS = ("x-api-key", "x-goog-api-key", "Authorization")
RETRY_AFTER = "0.01"
TOO_LONG: Mapping[str, str] = {
    "anthropic": "prompt is too long: 210000 tokens > 200000 maximum",
    "google": "The input token count (2100000) exceeds the maximum number of tokens allowed (1048576).",
    "bedrock": "Input is too long for requested model.",
    "groq": "Please reduce the length of the messages or completion.",
}
REFUSED = Reply(text="", finish="content_filter")
PLAYS: Mapping[str, Play] = {
    "good": good,
    "thinking": thinking_aloud,
    "wrong-once": first(of_the_wrong_form),
    "never-right": first(half_right, times=99),
    "fenced": first(fenced, times=99),
    "endless": never_done,
    "nonsense": calls_nonsense,
    "invented": invented,
    "cut-answer": first(too_long, times=99),
    "repeats-key": repeats_the_key,
    "refusal": always(REFUSED),
    "empty": always(Reply()),
    "halves": lambda talk: replace(good(talk), text="By sea \ud83c\udf0a, \ud83c"),
    "odd-end": lambda talk: replace(good(talk), finish="odd"),
    "no-schemas": lambda talk: good(talk) if talk.tools else Reply("Lisbon is nice."),
}


@dataclass
class Providers:
    """The server's state: what was asked, and how often of each model."""

    asked: Counter[str] = field(default_factory=Counter)
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def answer(self, wire_name: str, request: web.Request) -> web.StreamResponse:
        wire, body = WIRES[wire_name], await request.json()
        model = request.match_info.get("model") or body["model"]
        self.asked[model] += 1
        key = next((request.headers[name] for name in KEY_HEADERS if name in request.headers), "")
        self.seen.append({"provider": wire_name, "model": model, "key": key, "body": body})
        kind, _, when = model.partition("-")
        faulty = not when.startswith("once") or self.asked[model] == 1
        if kind.isdigit() and faulty:
            echo = f", {KEY} was sent" if "echo" in model else ""
            return self._refused(wire, int(kind), f"status {kind} for {model}{echo}")
        if model.endswith("uncached") and '"cache' in json.dumps(body):
            return self._refused(wire, 500, "An error occurred")
        if kind == "scrap" and faulty:
            return web.Response(text="{scrap", content_type="application/json")
        if model == "overflow":
            return self._refused(wire, 400, TOO_LONG[wire_name.removesuffix("-vertex")])
        play = PLAYS.get(model, good)
        reply = play(Conversation(wire.body(body, model), sent_key=KEY))
        told = list(wire.pieces(reply, model))
        content_type = wire.content_type
        if body.get("stream") is False:
            whole = json.dumps(chat_whole(reply, model)).encode()
            told, content_type = [whole[:90], whole[90:]], "application/json"
        cut = kind == "cut" and faulty and model not in PLAYS
        response = web.StreamResponse(headers={"Content-Type": content_type})
        await response.prepare(request)
        for piece in told[: len(told) // 2] if cut or kind == "hang" else told:
            await response.write(piece)
        if kind == "hang":
            await asyncio.Event().wait()  # until the client goes away
        if cut and request.transport is not None:
            request.transport.abort()
        return response

    def _refused(self, wire: Wire, status: int, words: str) -> web.Response:
        error, headers = wire.error(status, words)
        if status == 429:
            headers = {**headers, "Retry-After": RETRY_AFTER}
        return web.json_response(error, status=status, headers=headers)

    async def tell(self, request: web.Request) -> web.Response:
        return web.json_response(self.seen)


async def serve() -> None:
    providers = Providers()
    app = web.Application(client_max_size=16 * 2**20)
    for name, wire in WIRES.items():
        app.router.add_post(wire.path, partial(providers.answer, name))
    app.router.add_get("/seen", providers.tell)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)  # noqa: T201
    async for _ in _lines():
        pass
    await runner.cleanup()


async def _lines() -> AsyncIterator[bytes]:
    """What comes on standard input; it ends when the one who started this process does."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line


@dataclass(frozen=True)
class Running:
    """A running server, seen from a test."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def seen(self, model: str) -> list[dict[str, Any]]:
        """The requests there were for `model`, in order."""
        with urlopen(f"{self.url}/seen") as told:
            return [r for r in json.loads(told.read()) if r["model"] == model]


@contextmanager
def running() -> Iterator[Running]:
    """Start the server, and stop it in the end."""
    with Popen([sys.executable, str(Path(__file__))], stdin=PIPE, stdout=PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        yield Running(int(process.stdout.readline()))
        process.stdin.close()
        process.wait(timeout=5)


if __name__ == "__main__":
    asyncio.run(serve())
