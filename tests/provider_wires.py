"""The wire formats of providers that speak another dialect than chat completions.

Each `..._body` reads a provider's request as a chat-completions body, so that one set of scripted
models serves all of them; each `..._pieces` tells the scripted reply as that provider streams it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from model_scripts import Reply, pieces

PIECE = 48
"""Characters of one streamed piece."""
TOKENS_IN, TOKENS_OUT = 1200, 90
Body = Mapping[str, Any]


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _object(arguments: Any) -> Any:
    try:
        return json.loads(arguments) if isinstance(arguments, str) else arguments
    except ValueError:
        return {}


def _text(content: Any) -> str:
    """The text of a string or of a list of blocks."""
    if isinstance(content, str):
        return content
    return "\n".join(str(part["text"]) for part in content or () if part.get("text"))


def _called(calls: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    told = [{"function": {"name": name, "arguments": _json(args)}} for name, args in calls]
    return {"tool_calls": told} if told else {}


def _tools(tools: Sequence[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [{"function": {"name": name, "parameters": schema}} for name, schema in tools]


def server_sent(data: Any, event: str = "") -> bytes:
    return f"{f'event: {event}' + chr(10) if event else ''}data: {json.dumps(data)}\n\n".encode()


# Anthropic


def anthropic_body(body: Body, model: str) -> dict[str, Any]:
    messages: list[dict[str, Any]] = [{"role": "system", "content": _text(body.get("system"))}]
    for message in body["messages"]:
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        results = [b for b in blocks if b["type"] == "tool_result"]
        messages += [{"role": "tool", "content": _text(b["content"])} for b in results]
        calls = [(b["name"], b["input"]) for b in blocks if b["type"] == "tool_use"]
        said = _text([b for b in blocks if b["type"] == "text"])
        if said or calls:
            messages.append({"role": message["role"], "content": said, **_called(calls)})
    tools = _tools([(t["name"], t["input_schema"]) for t in body.get("tools") or ()])
    form = (body.get("output_config") or {}).get("format") or {}
    return {"model": model, "messages": messages, "tools": tools, "response_format": form}


def anthropic_pieces(reply: Reply, model: str) -> Iterator[bytes]:
    def event(name: str, **data: Any) -> bytes:
        return server_sent({"type": name, **data}, name)

    usage = {"input_tokens": TOKENS_IN, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": model}
    start = {**message, "content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}
    yield event("message_start", message=start)
    yield event("ping")
    index = 0
    for kind, text in (("thinking", reply.reasoning), ("text", reply.text)):
        if not text:
            continue
        block = {"type": kind, kind: ""} | ({"signature": ""} if kind == "thinking" else {})
        yield event("content_block_start", index=index, content_block=block)
        for piece in pieces(text, PIECE):
            delta = {"type": f"{kind}_delta", kind: piece}
            yield event("content_block_delta", index=index, delta=delta)
        if kind == "thinking":
            signed = {"type": "signature_delta", "signature": "c2lnbmVk"}
            yield event("content_block_delta", index=index, delta=signed)
        yield event("content_block_stop", index=index)
        index += 1
    for number, (name, arguments) in enumerate(reply.calls):
        block = {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": {}}
        yield event("content_block_start", index=index, content_block=block)
        for piece in pieces(_json(arguments), PIECE):
            delta = {"type": "input_json_delta", "partial_json": piece}
            yield event("content_block_delta", index=index, delta=delta)
        yield event("content_block_stop", index=index)
        index += 1
    reasons = {"tool_calls": "tool_use", "length": "max_tokens", "content_filter": "refusal"}
    stopped = {"stop_reason": reasons.get(reply.finish_reason, "end_turn"), "stop_sequence": None}
    yield event("message_delta", delta=stopped, usage={"output_tokens": TOKENS_OUT})
    yield event("message_stop")


def anthropic_error(status: int, words: str) -> tuple[Any, dict[str, str]]:
    kinds = {
        400: "invalid_request_error",
        401: "authentication_error",
        404: "not_found_error",
        429: "rate_limit_error",
        529: "overloaded_error",
    }
    error = {"type": kinds.get(status, "api_error"), "message": words}
    return {"type": "error", "error": error, "request_id": "req_1"}, {}


# Google


def google_body(body: Body, model: str) -> dict[str, Any]:
    system = _text((body.get("systemInstruction") or {}).get("parts"))
    messages: list[dict[str, Any]] = [{"role": "system", "content": system}]
    for content in body["contents"]:
        parts = content["parts"]
        results = [p["functionResponse"]["response"] for p in parts if "functionResponse" in p]
        messages += [{"role": "tool", "content": _result(r)} for r in results]
        calls = [
            (p["functionCall"]["name"], p["functionCall"].get("args", {}))
            for p in parts
            if "functionCall" in p
        ]
        said = _text([p for p in parts if "text" in p and not p.get("thought")])
        if said or calls:
            role = "assistant" if content["role"] == "model" else "user"
            messages.append({"role": role, "content": said, **_called(calls)})
    declared = [d for t in body.get("tools") or () for d in t.get("functionDeclarations", ())]
    tools = _tools([(d["name"], _parameters(d)) for d in declared])
    config = body.get("generationConfig") or {}
    form = {"schema": config.get("responseJsonSchema") or config.get("responseSchema")}
    return {"model": model, "messages": messages, "tools": tools, "response_format": form}


def _parameters(declared: Body) -> Any:
    """A tool's schema: Google takes names in both spellings, and its client sends them in both."""
    names = ("parametersJsonSchema", "parameters_json_schema", "parameters")
    return next((declared[name] for name in names if name in declared), {})


def _result(response: Any) -> str:
    """What a tool returned, out of the object that Google wants around it."""
    if isinstance(response, dict) and len(response) == 1:
        only = next(iter(response.values()))
        return only if isinstance(only, str) else json.dumps(only)
    return json.dumps(response)


def google_pieces(reply: Reply, model: str) -> Iterator[bytes]:
    usage = {
        "promptTokenCount": TOKENS_IN,
        "candidatesTokenCount": TOKENS_OUT,
        "totalTokenCount": TOKENS_IN + TOKENS_OUT,
    }

    def chunk(parts: list[Any], finish: str = "") -> bytes:
        candidate = {"content": {"role": "model", "parts": parts}, "index": 0}
        ended = {"finishReason": finish} if finish else {}
        more = {"usageMetadata": usage, "modelVersion": model, "responseId": "r1"}
        return server_sent({"candidates": [candidate | ended], **more})

    for piece in pieces(reply.reasoning, PIECE):
        yield chunk([{"text": piece, "thought": True}])
    for piece in pieces(reply.text, PIECE):
        yield chunk([{"text": piece}])
    calls = [{"functionCall": {"name": n, "args": _object(a)}} for n, a in reply.calls]
    if calls:
        yield chunk(calls)
    reasons = {"length": "MAX_TOKENS", "content_filter": "SAFETY", "odd": "FUNCTION_CALL"}
    yield chunk([{"text": ""}], reasons.get(reply.finish_reason, "STOP"))


def google_error(status: int, words: str) -> tuple[Any, dict[str, str]]:
    kinds = {
        400: "INVALID_ARGUMENT",
        401: "UNAUTHENTICATED",
        404: "NOT_FOUND",
        429: "RESOURCE_EXHAUSTED",
        503: "UNAVAILABLE",
    }
    error = {"code": status, "message": words, "status": kinds.get(status, "INTERNAL")}
    return {"error": error}, {}


# Amazon Bedrock


def bedrock_body(body: Body, model: str) -> dict[str, Any]:
    messages: list[dict[str, Any]] = [{"role": "system", "content": _text(body.get("system"))}]
    for message in body["messages"]:
        blocks = message["content"]
        results = [b["toolResult"]["content"] for b in blocks if "toolResult" in b]
        messages += [
            {"role": "tool", "content": _text(r) or json.dumps([p.get("json") for p in r])}
            for r in results
        ]
        calls = [(b["toolUse"]["name"], b["toolUse"]["input"]) for b in blocks if "toolUse" in b]
        said = _text([b for b in blocks if "text" in b])
        if said or calls:
            messages.append({"role": message["role"], "content": said, **_called(calls)})
    specs = [
        t["toolSpec"] for t in (body.get("toolConfig") or {}).get("tools", ()) if "toolSpec" in t
    ]
    tools = _tools([(s["name"], s["inputSchema"]["json"]) for s in specs])
    return {"model": model, "messages": messages, "tools": tools}


def event_message(kind: str, payload: Any) -> bytes:
    """One message of Amazon's event stream: lengths and checksums around headers and JSON."""

    def header(name: str, value: str) -> bytes:
        return struct.pack(f"!B{len(name)}sBH", len(name), name.encode(), 7, len(value)) + (
            value.encode()
        )

    told = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(header(n, v) for n, v in told.items())
    data = json.dumps(payload).encode()
    prelude = struct.pack("!II", 12 + len(headers) + len(data) + 4, len(headers))
    message = prelude + struct.pack("!I", crc32(prelude)) + headers + data
    return message + struct.pack("!I", crc32(message))


def bedrock_pieces(reply: Reply, model: str) -> Iterator[bytes]:
    yield event_message("messageStart", {"role": "assistant"})
    index = 0
    for text, wrap in ((reply.reasoning, True), (reply.text, False)):
        for piece in pieces(text, PIECE):
            delta = {"reasoningContent": {"text": piece}} if wrap else {"text": piece}
            yield event_message("contentBlockDelta", {"contentBlockIndex": index, "delta": delta})
        if text:
            yield event_message("contentBlockStop", {"contentBlockIndex": index})
            index += 1
    for number, (name, arguments) in enumerate(reply.calls):
        start = {"toolUse": {"toolUseId": f"tooluse_{number}", "name": name}}
        yield event_message("contentBlockStart", {"contentBlockIndex": index, "start": start})
        for piece in pieces(_json(arguments), PIECE):
            delta = {"toolUse": {"input": piece}}
            yield event_message("contentBlockDelta", {"contentBlockIndex": index, "delta": delta})
        yield event_message("contentBlockStop", {"contentBlockIndex": index})
        index += 1
    reasons = {
        "tool_calls": "tool_use",
        "length": "max_tokens",
        "content_filter": "content_filtered",
    }
    yield event_message("messageStop", {"stopReason": reasons.get(reply.finish_reason, "end_turn")})
    usage = {"inputTokens": TOKENS_IN, "outputTokens": TOKENS_OUT}
    usage["totalTokens"] = TOKENS_IN + TOKENS_OUT
    yield event_message("metadata", {"usage": usage, "metrics": {"latencyMs": 5}})


def bedrock_error(status: int, words: str) -> tuple[Any, dict[str, str]]:
    kinds = {
        400: "ValidationException",
        401: "UnrecognizedClientException",
        404: "ResourceNotFoundException",
        429: "ThrottlingException",
        503: "ServiceUnavailableException",
    }
    kind = kinds.get(status, "InternalServerException")
    return {"message": words}, {"x-amzn-ErrorType": kind}


# Chat completions, as Groq's and Mistral's own clients read them


def chat_body(body: Body, model: str) -> dict[str, Any]:
    messages = [{**m, "content": _text(m.get("content"))} for m in body["messages"]]
    return {**body, "messages": messages, "tools": body.get("tools") or []}


def chat_pieces(reply: Reply, model: str) -> Iterator[bytes]:
    def chunk(delta: Any, finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        head = {"id": "c1", "object": "chat.completion.chunk", "created": 1_800_000_000}
        return server_sent({**head, "model": model, "choices": [choice], **more})

    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces(reply.text, PIECE):
        yield chunk({"content": piece})
    for index, (name, arguments) in enumerate(reply.calls):
        call = {"index": index, "id": f"call{index:05}", "type": "function"}
        yield chunk(
            {"tool_calls": [{**call, "function": {"name": name, "arguments": _json(arguments)}}]}
        )
    usage = {"prompt_tokens": TOKENS_IN, "completion_tokens": TOKENS_OUT}
    usage["total_tokens"] = TOKENS_IN + TOKENS_OUT
    yield chunk({}, reply.finish_reason, usage=usage, x_groq={"id": "req_1", "usage": usage})
    yield b"data: [DONE]\n\n"


def chat_whole(reply: Reply, model: str) -> Any:
    """The answer at once, for a request that does not ask for a stream."""
    calls = [
        {
            "id": f"call{n:05}",
            "type": "function",
            "function": {"name": c[0], "arguments": _json(c[1])},
        }
        for n, c in enumerate(reply.calls)
    ]
    message = {"role": "assistant", "content": reply.text, "tool_calls": calls or None}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason}
    usage = {"prompt_tokens": TOKENS_IN, "completion_tokens": TOKENS_OUT}
    usage["total_tokens"] = TOKENS_IN + TOKENS_OUT
    head = {"id": "c1", "object": "chat.completion", "created": 1_800_000_000, "model": model}
    return {**head, "choices": [choice], "usage": usage}


def chat_error(status: int, words: str) -> tuple[Any, dict[str, str]]:
    return {"error": {"message": words, "type": "error", "code": None}, "message": words}, {}


# OpenAI's Responses


def responses_body(body: Body, model: str) -> dict[str, Any]:
    messages: list[dict[str, Any]] = [{"role": "system", "content": body.get("instructions") or ""}]
    for item in body["input"]:
        match item.get("type", "message"):
            case "function_call_output":
                messages.append({"role": "tool", "content": _text(item["output"])})
            case "function_call":
                call = _called([(item["name"], item["arguments"])])
                if messages[-1].get("tool_calls"):
                    messages[-1]["tool_calls"] += call["tool_calls"]
                else:
                    messages.append({"role": "assistant", "content": "", **call})
            case "message":
                messages.append({"role": item["role"], "content": _text(item["content"])})
    tools = _tools([(t["name"], t["parameters"]) for t in body.get("tools") or ()])
    form = (body.get("text") or {}).get("format") or {}
    return {"model": model, "messages": messages, "tools": tools, "response_format": form}


def responses_pieces(reply: Reply, model: str) -> Iterator[bytes]:
    sequence = 0

    def event(name: str, **data: Any) -> bytes:
        nonlocal sequence
        sequence += 1
        return server_sent({"type": name, "sequence_number": sequence, **data}, name)

    details = {"input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0}}
    details["output_tokens_details"] = {"reasoning_tokens": 0}
    usage = {"input_tokens": TOKENS_IN, "output_tokens": TOKENS_OUT, **details}
    usage["total_tokens"] = TOKENS_IN + TOKENS_OUT
    response = {"id": "resp_1", "object": "response", "created_at": 1_800_000_000, "model": model}
    response |= {"status": "in_progress", "output": [], "parallel_tool_calls": True}
    response |= {"tool_choice": "auto", "tools": [], "usage": None, "error": None}
    yield event("response.created", response=response)
    output: list[dict[str, Any]] = []
    if reply.text:
        item: dict[str, Any] = {"id": "msg_1", "type": "message", "role": "assistant"}
        opened = {**item, "status": "in_progress", "content": []}
        yield event("response.output_item.added", output_index=0, item=opened)
        where = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
        part = {"type": "output_text", "text": "", "annotations": []}
        yield event("response.content_part.added", **where, part=part)
        for piece in pieces(reply.text, PIECE):
            yield event("response.output_text.delta", **where, delta=piece, logprobs=[])
        part = {**part, "text": reply.text}
        done = {**item, "status": "completed", "content": [part]}
        yield event("response.output_item.done", output_index=0, item=done)
        output.append(done)
    for name, arguments in reply.calls:
        number = len(output)
        call = {"id": f"fc_{number}", "call_id": f"call_{number}", "type": "function_call"}
        call |= {"name": name, "arguments": "", "status": "in_progress"}
        yield event("response.output_item.added", output_index=number, item=call)
        where = {"item_id": call["id"], "output_index": number}
        for piece in pieces(_json(arguments), PIECE):
            yield event("response.function_call_arguments.delta", **where, delta=piece)
        done = {**call, "arguments": _json(arguments), "status": "completed"}
        yield event("response.output_item.done", output_index=number, item=done)
        output.append(done)
    response |= {"status": "completed", "output": output, "usage": usage}
    yield event("response.completed", response=response)


@dataclass(frozen=True)
class Wire:
    """One provider's format, and where its client sends requests."""

    path: str
    body: Callable[[Body, str], dict[str, Any]]
    pieces: Callable[[Reply, str], Iterator[bytes]]
    error: Callable[[int, str], tuple[Any, dict[str, str]]]
    content_type: str = "text/event-stream"


WIRES: Mapping[str, Wire] = {
    "anthropic": Wire("/v1/messages", anthropic_body, anthropic_pieces, anthropic_error),
    "google": Wire(
        "/v1beta/models/{model}:streamGenerateContent",
        google_body,
        google_pieces,
        google_error,
    ),
    "google-vertex": Wire(
        "/v1beta1/publishers/google/models/{model}:streamGenerateContent",
        google_body,
        google_pieces,
        google_error,
    ),
    "bedrock": Wire(
        "/model/{model}/converse-stream",
        bedrock_body,
        bedrock_pieces,
        bedrock_error,
        "application/vnd.amazon.eventstream",
    ),
    "groq": Wire("/openai/v1/chat/completions", chat_body, chat_pieces, chat_error),
    "mistral": Wire("/v1/chat/completions", chat_body, chat_pieces, chat_error),
    "openai": Wire("/responses", responses_body, responses_pieces, chat_error),
}
