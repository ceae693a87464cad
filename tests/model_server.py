"""A model server of ours: a process on loopback that speaks the chat-completions wire format.

    python tests/model_server.py --port 0

prints its address as one line of JSON and serves until it is ended. The name of the model asked
for says how it behaves, by the table below: "good", or "429-once", or for one agent only
"activities=hangs", or from a later turn on "itinerary=cut@2" (0 is the first request, 2 the one
that hands in), or several with commas; "latency=0.2" among them waits before each answer,
"together=3" before the first ones until so many requests are there. It refuses what OpenAI would
refuse too: calls without results, schemas that are not objects, options that nobody knows.

`ModelServer` is such a process for a test: `with ModelServer() as server: …`, `server.asked()`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import model_scripts as scripts
from aiohttp import web
from model_scripts import Conversation, Play, Reply, first, pieces


@dataclass(frozen=True)
class Refusal:
    """An answer other than 200, or one that is no chat completion. "{model}" and "{key}" are put in."""

    status: int
    message: str
    code: object = None
    type: str = "invalid_request_error"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    """All of the body, when it is not the usual object."""

    def written(self, model: str, key: str) -> str:
        if self.body is not None:
            return self.body
        told = self.message.replace("{model}", model).replace("{key}", key)
        error = {"message": told, "type": self.type, "param": None, "code": self.code}
        return json.dumps({"error": error})


@dataclass(frozen=True)
class Wire:
    """How answers are written."""

    size: int = 12
    """Characters of a delta; 0 for each text and each call in one."""
    index: str = "counted"
    """Of streamed calls: "counted", always "zero", or "none"."""
    arguments: str = "text"
    """Of calls: "text" as agreed, or an "object"."""
    ids: bool = True
    reasoning: str = "reasoning_content"
    usage: str = "asked"
    """"asked": when stream_options asks for it; or "never", or "always"."""
    done: bool = True
    comments: bool = False
    ending: str = "\n"
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else is in the last piece, or in the answer."""
    broken: str = ""
    """Half-way: "cut", "malformed", "hang", "error", or "drips" or "comments" without an end."""


@dataclass(frozen=True)
class Behaviour:
    """What a model does. `times` is how often its fault happens to one agent; None is always."""

    play: Play = scripts.good
    refuses: Refusal | None = None
    denies: Mapping[str, Refusal] = field(default_factory=dict)
    """Refusals by option; "forced" is a tool choice other than auto, "*" any but the plainest."""
    wire: Wire = Wire()
    times: int | None = None


PLAINEST = frozenset({"model", "messages", "tools", "stream"})
KNOWN_OPTIONS = PLAINEST | {
    "tool_choice", "parallel_tool_calls", "stream_options", "max_tokens", "max_completion_tokens",
    "temperature", "top_p", "seed", "stop", "response_format", "reasoning_effort", "reasoning",
    "user", "n", "metadata", "store", "presence_penalty", "frequency_penalty", "prompt_cache_key",
    "verbosity", "service_tier", "safety_identifier", "think",
}  # fmt: skip


def _unsupported(option: str, instead: str = "") -> dict[str, Refusal]:
    hint = f" Use '{instead}' instead." if instead else ""
    words = f"Unsupported parameter: '{option}' is not supported with this model.{hint}"
    return {option: Refusal(400, words, "unsupported_parameter")}


def _extra(option: str) -> dict[str, Refusal]:
    detail = {
        "type": "extra_forbidden",
        "loc": ["body", option],
        "msg": "Extra inputs are not permitted",
    }
    return {option: Refusal(422, "", body=json.dumps({"detail": [detail]}))}


def _limited(retry_after: str | None = None, **headers: str) -> Refusal:
    after = {} if retry_after is None else {"Retry-After": retry_after}
    words = "Rate limit reached for {model} on requests per min. Please try again later."
    return Refusal(429, words, "rate_limit_exceeded", "requests", {**after, **headers})


NO_TOOLS = Refusal(
    400, "registry.ollama.ai/library/{model} does not support tools", type="api_error"
)
NOT_FOUND = Refusal(
    404, "The model `{model}` does not exist or you do not have access to it.", "model_not_found"
)
TROUBLE = Refusal(
    500, "The server had an error while processing your request.", type="server_error"
)
PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome</body></html>"
CUT_ONCE = Wire(broken="cut")
OLLAMA = Wire(size=0, index="zero", reasoning="reasoning", more={"system_fingerprint": "fp_ollama"})
LLAMACPP = Wire(size=4, more={"timings": {"prompt_n": 12, "predicted_per_second": 41.5}})

BEHAVIOURS: Mapping[str, Behaviour] = {
    "good": Behaviour(),
    "brief": Behaviour(scripts.brief),
    # What the model says
    "reasoning": Behaviour(scripts.thinking_aloud),
    "text-answer": Behaviour(first(scripts.always(Reply("Lisbon is lovely in May.")), 99)),
    "text-answer-then-good": Behaviour(first(scripts.always(Reply("Lisbon is lovely in May.")))),
    "bad-schema-then-good": Behaviour(first(scripts.of_the_wrong_form)),
    "half-right-then-good": Behaviour(first(scripts.half_right)),
    "broken-json-then-good": Behaviour(first(scripts.broken_json)),
    "never-fits": Behaviour(first(scripts.of_the_wrong_form, 99)),
    "half-right": Behaviour(first(scripts.half_right, 99)),
    "broken-json": Behaviour(first(scripts.broken_json, 99)),
    "too-long": Behaviour(first(scripts.too_long, 99)),
    "fenced": Behaviour(first(scripts.fenced, 99)),
    "endless-tools": Behaviour(scripts.never_done),
    "calls-nonsense": Behaviour(scripts.calls_nonsense),
    "empty": Behaviour(scripts.always(Reply())),
    "empty-once": Behaviour(first(scripts.always(Reply()))),
    "refuses": Behaviour(scripts.always(Reply(refusal="I'm sorry, I can't help with that."))),
    "filtered": Behaviour(scripts.always(Reply("Here is", finish="content_filter"))),
    "hostile": Behaviour(scripts.invented),
    "adds-an-invention": Behaviour(scripts.adds_an_invention),
    "repeats-the-key": Behaviour(scripts.repeats_the_key),
    # What the server refuses
    "401": Behaviour(refuses=Refusal(401, "Incorrect API key provided.", "invalid_api_key")),
    "echoes-the-key": Behaviour(
        refuses=Refusal(401, "Incorrect API key provided: {key}. Find yours.", "invalid_api_key")
    ),
    "403": Behaviour(refuses=Refusal(403, "Your country is not supported.", "unsupported_country")),
    "404": Behaviour(refuses=NOT_FOUND),
    "429-once": Behaviour(refuses=_limited("1"), times=1),
    "429-date": Behaviour(refuses=_limited("Wed, 21 Oct 2015 07:28:00 GMT"), times=1),
    "429-milliseconds": Behaviour(refuses=_limited(**{"retry-after-ms": "20"}), times=1),
    "429-always": Behaviour(refuses=_limited()),
    "429-long": Behaviour(refuses=_limited("3600")),
    "429-quota": Behaviour(
        refuses=Refusal(
            429,
            "You exceeded your current quota, please check your plan and billing details.",
            "insufficient_quota",
            "insufficient_quota",
        )
    ),
    "402": Behaviour(refuses=Refusal(402, "Insufficient credits.", 402)),
    "500-once": Behaviour(refuses=TROUBLE, times=1),
    "500-always": Behaviour(refuses=TROUBLE),
    "503-once": Behaviour(refuses=Refusal(503, "Loading model", 503, "unavailable_error"), times=1),
    "502-page": Behaviour(refuses=Refusal(502, "", body="<html><h1>502 Bad Gateway</h1></html>")),
    "redirects": Behaviour(refuses=Refusal(302, "", headers={"Location": "http://evil.example/"})),
    "filtered-400": Behaviour(
        refuses=Refusal(
            400,
            "The response was filtered due to the prompt triggering the policy.",
            "content_filter",
        )
    ),
    "overflow": Behaviour(
        refuses=Refusal(
            400,
            "This model's maximum context length is 8192 tokens. However, your messages resulted in "
            "9301 tokens. Please reduce the length of the messages.",
            "context_length_exceeded",
        )
    ),
    "overflow-llamacpp": Behaviour(
        refuses=Refusal(
            400,
            "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
            400,
            "exceed_context_size_error",
        )
    ),
    "overflow-500": Behaviour(
        refuses=Refusal(500, "Context size has been exceeded.", 500, "server_error")
    ),
    "overflow-413": Behaviour(
        refuses=Refusal(413, "Request too large for model", "request_too_large")
    ),
    # What comes back is no answer
    "html": Behaviour(refuses=Refusal(200, "", body=PAGE)),
    "error-in-200": Behaviour(refuses=Refusal(200, "The provider is overloaded.", 503)),
    "nothing": Behaviour(refuses=Refusal(200, "", body="")),
    "null": Behaviour(refuses=Refusal(200, "", body="null")),
    "list": Behaviour(refuses=Refusal(200, "", body="[1, 2]")),
    "no-choices": Behaviour(refuses=Refusal(200, "", body='{"choices": []}')),
    "odd-choices": Behaviour(refuses=Refusal(200, "", body='{"choices": [{"message": "hi"}]}')),
    "cut": Behaviour(wire=CUT_ONCE),
    "cut-once": Behaviour(wire=CUT_ONCE, times=1),
    "malformed": Behaviour(wire=Wire(broken="malformed")),
    "malformed-once": Behaviour(wire=Wire(broken="malformed"), times=1),
    "error-half-way": Behaviour(wire=Wire(broken="error")),
    "error-half-way-once": Behaviour(wire=Wire(broken="error"), times=1),
    "hangs-half-way": Behaviour(wire=Wire(broken="hang")),
    "hangs": Behaviour(refuses=Refusal(0, "")),
    "hangs-once": Behaviour(refuses=Refusal(0, ""), times=1),
    "slow-drip": Behaviour(wire=Wire(broken="drips")),
    "comments-for-ever": Behaviour(wire=Wire(broken="comments")),
    # What a server cannot do
    "no-tools": Behaviour(denies={"tools": NO_TOOLS}),
    "schema-constrained": Behaviour(denies={"tools": Refusal(500, "Unsupported param: tools")}),
    "no-schema": Behaviour(denies=_unsupported("response_format")),
    "nothing-but-text": Behaviour(denies={"tools": NO_TOOLS, **_unsupported("response_format")}),
    "no-forced-choice": Behaviour(
        denies={"forced": Refusal(400, "tool_choice 'required' is not supported by this model.")}
    ),
    "unknown-option-500": Behaviour(
        denies={"*": Refusal(500, "Internal Server Error", body="oops")}
    ),
    "max-completion-tokens-only": Behaviour(
        denies=_unsupported("max_tokens", "max_completion_tokens")
    ),
    "max-tokens-only": Behaviour(denies=_extra("max_completion_tokens")),
    "no-stream-options": Behaviour(denies=_extra("stream_options")),
    "no-parallel-option": Behaviour(denies=_extra("parallel_tool_calls")),
    "no-effort": Behaviour(denies=_unsupported("reasoning_effort")),
    "no-stream": Behaviour(
        denies={"stream": Refusal(400, "stream is not supported", "unsupported")}
    ),
    # How it is written
    "no-usage": Behaviour(wire=Wire(usage="never")),
    "usage-unasked": Behaviour(wire=Wire(usage="always")),
    "whole-call-in-one-chunk": Behaviour(wire=Wire(size=0)),
    "one-character-at-a-time": Behaviour(wire=Wire(size=1)),
    "arguments-as-object": Behaviour(wire=Wire(size=0, arguments="object")),
    "no-index": Behaviour(wire=Wire(size=0, index="none")),
    "no-ids": Behaviour(wire=Wire(ids=False)),
    "no-done": Behaviour(wire=Wire(done=False)),
    "comments": Behaviour(wire=Wire(comments=True)),
    "crlf": Behaviour(wire=Wire(ending="\r\n")),
    "ollama": Behaviour(scripts.thinking_aloud, wire=OLLAMA),
    "llamacpp": Behaviour(scripts.thinking_aloud, wire=LLAMACPP),
    "llamacpp-without-jinja": Behaviour(
        denies={"tools": Refusal(500, "tools param requires --jinja flag", 500, "server_error")},
        wire=LLAMACPP,
    ),
}
BROKEN = {
    "malformed": 'data: {"choices": [{"index": 0, "delta": {"content": "hal',
    "error": 'data: {"error": {"code": 502, "message": "The provider went away."}}',
}
NEVER_COMES = 3600.0
DRIP = 0.02


def behaviour(model: str, talk: Conversation) -> tuple[Behaviour, float, int]:
    """How `model` behaves in `talk`, the seconds before its first byte, and how many must meet."""
    chosen, latency, together = Behaviour(), 0.0, 1
    for part in model.split(","):
        whose, _, name = part.rpartition("=")
        if whose == "latency":
            latency = float(name)
            continue
        if whose == "together":
            together = int(name)
            continue
        name, _, turn = name.partition("@")
        if whose in ("", talk.role) and talk.round + talk.answers >= int(turn or 0):
            chosen = BEHAVIOURS.get(name) or Behaviour(refuses=NOT_FOUND)
    return chosen, latency, together


# What a strict server refuses


def faults(body: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a request, in OpenAI's words or nearly."""
    yield from (
        f"Unrecognized request argument supplied: {k}" for k in body if k not in KNOWN_OPTIONS
    )
    if "tools" not in body:
        yield from (
            f"'{option}' is only allowed when 'tools' are specified."
            for option in ("tool_choice", "parallel_tool_calls")
            if option in body
        )
    if "stream_options" in body and not body.get("stream"):
        yield "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    if {"max_tokens", "max_completion_tokens"} <= body.keys():
        yield "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
    for tool in body.get("tools") or ():
        function = tool.get("function", {})
        if tool.get("type") != "function" or function.get("parameters", {}).get("type") != "object":
            yield f"Invalid schema for function {function.get('name')!r}: type must be 'object'."
        if function.get("strict"):
            yield from _not_strict(function["parameters"], function["name"])
    form = (body.get("response_format") or {}).get("json_schema", {})
    if form.get("strict"):
        yield from _not_strict(form["schema"], form.get("name", ""))
    yield from _broken_talk(body["messages"])


def _not_strict(schema: Any, name: str) -> Iterator[str]:
    """Strict schemas name all properties as required, and forbid others."""
    if isinstance(schema, list):
        for part in schema:
            yield from _not_strict(part, name)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" and "properties" in schema:
        if schema.get("additionalProperties") is not False:
            yield f"Invalid schema for {name!r}: 'additionalProperties' must be false."
        if set(schema.get("required", ())) != schema["properties"].keys():
            yield f"Invalid schema for {name!r}: 'required' must name every property."
    for part in schema.values():
        yield from _not_strict(part, name)


def _broken_talk(messages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    open_calls: set[str] = set()
    for number, message in enumerate(messages):
        role = message.get("role")
        if role == "tool":
            if message.get("tool_call_id") not in open_calls:
                yield f"messages[{number}]: a 'tool' message must follow the call it answers."
            open_calls.discard(message.get("tool_call_id", ""))
            continue
        if open_calls:
            yield f"messages[{number}]: no response was given to tool calls {sorted(open_calls)}."
        open_calls = {c["id"] for c in message.get("tool_calls") or ()}
        if role not in ("system", "developer", "user", "assistant"):
            yield f"messages[{number}]: role {role!r} is not one of the allowed ones."
        if not open_calls and not isinstance(message.get("content"), str | list):
            yield f"messages[{number}]: 'content' must be text."
    if open_calls:
        yield f"no response was given to tool calls {sorted(open_calls)}."


def denied(body: Mapping[str, Any], denies: Mapping[str, Refusal]) -> Refusal | None:
    used = {key for key, value in body.items() if value not in (None, False)}
    if body.get("tool_choice", "auto") not in ("auto", "none"):
        used.add("forced")
    if used - PLAINEST:
        used.add("*")
    return next((refusal for option, refusal in denies.items() if option in used), None)


# Writing an answer


def _usage(body: Mapping[str, Any], reply: Reply) -> dict[str, int]:
    asked, told = len(json.dumps(body)) // 4, len(json.dumps(reply.calls) + reply.text) // 4
    return {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told}


def _arguments(value: Any, wire: Wire) -> Any:
    if wire.arguments == "object" and not isinstance(value, str):
        return value
    return value if isinstance(value, str) else json.dumps(value)


def whole(body: Mapping[str, Any], reply: Reply, wire: Wire) -> dict[str, Any]:
    """The answer in one piece."""
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.reasoning:
        message[wire.reasoning] = reply.reasoning
    if reply.refusal:
        message["refusal"] = reply.refusal
    if reply.calls:
        message["tool_calls"] = [
            {
                **({"id": f"call_{n}_{len(body['messages'])}"} if wire.ids else {}),
                "type": "function",
                "function": {"name": name, "arguments": _arguments(value, wire)},
            }
            for n, (name, value) in enumerate(reply.calls)
        ]
    choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason}
    answer = {"id": "chatcmpl-1", "object": "chat.completion", "created": int(time.time())}
    answer |= {"model": body["model"], "choices": [choice], **wire.more}
    return answer if wire.usage == "never" else {**answer, "usage": _usage(body, reply)}


def _deltas(body: Mapping[str, Any], reply: Reply, wire: Wire) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": ""}
    for key, text in ((wire.reasoning, reply.reasoning), ("content", reply.text)):
        yield from ({key: piece} for piece in pieces(text, wire.size or len(text) or 1))
    if reply.refusal:
        yield {"refusal": reply.refusal}
    for n, (name, value) in enumerate(reply.calls):
        index = {"counted": {"index": n}, "zero": {"index": 0}, "none": {}}[wire.index]
        identity = {"id": f"call_{n}_{len(body['messages'])}"} if wire.ids else {}
        arguments = _arguments(value, wire)
        split = isinstance(arguments, str) and wire.size
        begins = {"name": name, "arguments": "" if split else arguments}
        yield {"tool_calls": [{**index, **identity, "type": "function", "function": begins}]}
        for piece in pieces(arguments, wire.size) if split else ():
            yield {"tool_calls": [{**index, "function": {"arguments": piece}}]}


def events(body: Mapping[str, Any], reply: Reply, wire: Wire) -> list[bytes]:
    """The answer as server-sent events, one a delta."""
    asked = (body.get("stream_options") or {}).get("include_usage", False)
    wanted = wire.usage == "always" or (wire.usage == "asked" and asked)
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": int(time.time())}
    head |= {"model": body["model"], **({"usage": None} if asked and wanted else {})}

    def chunk(choices: list[Any], **more: Any) -> str:
        return "data: " + json.dumps({**head, "choices": choices, **more}, separators=(",", ":"))

    lines = [
        chunk([{"index": 0, "delta": delta, "finish_reason": None}])
        for delta in _deltas(body, reply, wire)
    ]
    lines.append(
        chunk([{"index": 0, "delta": {}, "finish_reason": reply.finish_reason}], **wire.more)
    )
    if wanted:
        lines.append(chunk([], usage=_usage(body, reply)))
    if wire.done:
        lines.append("data: [DONE]")
    if wire.comments:
        lines = [piece for line in lines for piece in (": PROCESSING", line)]
    return [(line + 2 * wire.ending).encode() for line in lines]


# Serving


class _Server:
    def __init__(self, *, burst: int, forget: bool, key: str | None) -> None:
        self.burst, self.forget, self.key = burst, forget, key
        self.reset()

    def reset(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.given: Counter[tuple[str, str]] = Counter()
        self.at_work = self.most_at_once = 0
        self.more_at_once = asyncio.Condition()
        self.connections: set[tuple[str, int]] = set()
        self.known: dict[bytes, tuple[float, list[bytes]]] = {}

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 2**20)
        app.add_routes(
            [
                web.post("/v1/chat/completions", self.chat),
                web.get("/v1/models", self.models),
                web.get("/control/requests", self.told),
                web.post("/control/reset", self.forgotten),
            ]
        )
        return app

    async def models(self, request: web.Request) -> web.Response:
        if refused := self._wrong_key(request):
            return _written(refused, "", _key(request))
        listed = [{"id": n, "object": "model", "owned_by": "us"} for n in BEHAVIOURS]
        return web.json_response({"object": "list", "data": listed})

    async def told(self, request: web.Request) -> web.Response:
        state = {"most_at_once": self.most_at_once, "connections": len(self.connections)}
        return web.json_response({"requests": self.asked, **state})

    async def forgotten(self, request: web.Request) -> web.Response:
        self.reset()
        return web.json_response({})

    def _wrong_key(self, request: web.Request) -> Refusal | None:
        right = self.key is None or _key(request) == self.key
        return None if right else BEHAVIOURS["401"].refuses

    async def chat(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        if raw in self.known:
            latency, parts = self.known[raw]
            await asyncio.sleep(latency)
            return await self._stream(request, parts, Wire())
        self.at_work += 1
        self.most_at_once = max(self.most_at_once, self.at_work)
        async with self.more_at_once:
            self.more_at_once.notify_all()
        try:
            return await self._answer(request, raw)
        finally:
            self.at_work -= 1

    async def _answer(self, request: web.Request, raw: bytes) -> web.StreamResponse:
        body, key = json.loads(raw), _key(request)
        talk = Conversation(body, key)
        note = self._note(request, talk)
        does, latency, together = behaviour(body["model"], talk)
        async with self.more_at_once:
            await self.more_at_once.wait_for(lambda: self.most_at_once >= together)
        await asyncio.sleep(latency)
        faulty = self._faulty(does, body["model"], talk)
        refused = self._wrong_key(request) or denied(body, does.denies)
        refused = refused or (does.refuses if faulty else None)
        for fault in faults(body):
            refused = refused or Refusal(400, fault)
            note["faults"].append(fault)
        if refused is not None:
            if not refused.status:
                await _never(note)
            return _written(refused, body["model"], key)
        wire = does.wire if faulty or not does.wire.broken else Wire()
        reply = does.play(talk)
        try:
            if not body.get("stream"):
                return await _whole(request, whole(body, reply, wire), wire)
            parts = events(body, reply, wire)
            if self.forget:
                self.known[raw] = (latency, parts := [b"".join(parts)])
            return await self._stream(request, parts, wire)
        except (asyncio.CancelledError, ConnectionError):
            note["dropped"] = True
            raise

    def _note(self, request: web.Request, talk: Conversation) -> dict[str, Any]:
        note = {
            "model": talk.body["model"],
            "role": talk.role,
            "round": talk.round,
            "answers": talk.answers,
            "headers": sorted(request.headers),
            "with_key": bool(_key(request)),
            "body": talk.body,
            "faults": [],
            "dropped": False,
        }
        if not self.forget:
            self.asked.append(note)
        if request.transport is not None:
            self.connections.add(request.transport.get_extra_info("peername")[:2])
        return note

    def _faulty(self, does: Behaviour, model: str, talk: Conversation) -> bool:
        """Whether the fault of this behaviour happens now; counts how often it did."""
        if not (does.refuses or does.wire.broken):
            return False
        self.given[model, talk.role] += 1
        return does.times is None or self.given[model, talk.role] <= does.times

    async def _stream(
        self, request: web.Request, parts: list[bytes], wire: Wire
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        if wire.broken:
            await _break(request, response, parts[: max(1, len(parts) // 2)], wire.broken)
        else:
            for start in range(0, len(parts), self.burst):
                await response.write(b"".join(parts[start : start + self.burst]))
        await response.write_eof()
        return response


def _key(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _written(refused: Refusal, model: str, key: str) -> web.Response:
    body = refused.written(model, key)
    kind = "text/html" if body.startswith("<") else "application/json"
    return web.Response(
        status=refused.status, text=body, content_type=kind, headers=dict(refused.headers)
    )


async def _never(note: dict[str, Any]) -> None:
    try:
        await asyncio.sleep(NEVER_COMES)
    except asyncio.CancelledError:
        note["dropped"] = True
        raise


async def _whole(request: web.Request, answer: Any, wire: Wire) -> web.StreamResponse:
    text = json.dumps(answer)
    if not wire.broken:
        return web.Response(text=text, content_type="application/json")
    if wire.broken == "malformed":
        return web.Response(text=text[: len(text) // 2], content_type="application/json")
    if wire.broken == "error":
        return web.json_response(json.loads(BROKEN["error"].removeprefix("data: ")))
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(text.encode())
    await response.prepare(request)
    await _break(request, response, [text[: len(text) // 2].encode()], wire.broken)
    return response


async def _break(
    request: web.Request, response: web.StreamResponse, begun: list[bytes], how: str
) -> None:
    for part in begun:
        await response.write(part)
    if how == "cut":
        assert request.transport is not None
        request.transport.close()  # what was sent still arrives; no chunk says that it was all
        return
    endless = {"drips": begun[-1], "comments": b": still there\n\n"}.get(how)
    while endless:
        await response.write(endless)
        await asyncio.sleep(DRIP)
    if how == "hang":
        await asyncio.sleep(NEVER_COMES)
    await response.write((BROKEN[how] + "\n\n").encode())


async def _serve(options: argparse.Namespace) -> None:
    server = _Server(burst=options.burst, forget=options.forget, key=options.key)
    runner = web.AppRunner(server.app(), access_log=None, handler_cancellation=True)
    await runner.setup()
    context = None
    if options.tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.tls)
    site = web.TCPSite(runner, "127.0.0.1", options.port, ssl_context=context, backlog=1024)
    await site.start()
    port = runner.addresses[0][1]
    scheme = "https" if context else "http"
    sys.stdout.write(
        json.dumps({"url": f"{scheme}://127.0.0.1:{port}/v1", "pid": os.getpid()}) + "\n"
    )
    sys.stdout.flush()
    await asyncio.Event().wait()


# For tests


class ModelServer:
    """The server as a process of its own, from `with` to its end."""

    def __init__(self, *arguments: str) -> None:
        self._command = [sys.executable, str(Path(__file__)), "--port", "0", *arguments]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        started = json.loads(self._process.stdout.readline())
        self.url: str = started["url"]
        self.pid: int = started["pid"]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def asked(self, role: str | None = None) -> list[dict[str, Any]]:
        """What it was asked since the start or `reset`, for one agent or all, oldest first."""
        return [r for r in self.state()["requests"] if role in (None, r["role"])]

    def state(self) -> dict[str, Any]:
        """The requests, "most_at_once" and the number of "connections"."""
        found: dict[str, Any] = self._control("requests", None)
        return found

    def reset(self) -> None:
        self._control("reset", b"")

    def _control(self, path: str, data: bytes | None) -> Any:
        url = self.url.removesuffix("/v1") + f"/control/{path}"
        with urllib.request.urlopen(url, data=data, timeout=10) as answer:
            return json.load(answer)


def main() -> None:
    parser = argparse.ArgumentParser(description="A model server for tests.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--key", help="the only key that it takes; any, or none, if left out")
    parser.add_argument("--tls", metavar="FILE", help="serve https with this certificate and key")
    parser.add_argument("--burst", type=int, default=1, metavar="N", help="events in one write")
    parser.add_argument(
        "--forget", action="store_true", help="keep no requests; answer from memory"
    )
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
