"""Answers as servers that are not ours write them: cut anywhere, with endings and characters of all kinds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Annotated, Any, Literal

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from agents.backends.answers import answer_schema
from agents.backends.servers.dialects import server_at
from agents.backends.servers.faults import of_answer, of_error
from agents.backends.servers.patience import Patience
from agents.backends.talking.answer import Answer
from agents.backends.talking.messages import Messages
from agents.backends.talking.request import Asking, Learned, Wanted
from agents.backends.talking.stream import ErrorSent, Reading, Unreadable
from agents.backends.talking.wire import Line, Wire
from agents.errors import InvalidOutput, Unreachable

TEXT = "Grüße aus Łódź 🌍, 京都"
ARGUMENTS = '{"where": "Łódź 🌍"}'


def event(value: object, ending: str = "\n") -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}{ending}{ending}".encode()


def delta(**message: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": message}]}


def call(**function: str) -> dict[str, Any]:
    return {"index": 0, "id": "a", "type": "function", "function": function}


def stream(ending: str = "\n") -> bytes:
    """Text, a call in three pieces, the end and the usage."""
    pieces = [
        *(delta(content=c) for c in TEXT),
        delta(tool_calls=[call(name="climate", arguments="")]),
        *(delta(tool_calls=[{"index": 0, "function": {"arguments": a}}]) for a in ARGUMENTS),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]},
        {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}},
    ]
    done = f"data: [DONE]{ending}{ending}".encode()
    return b"".join(event(p, ending) for p in pieces) + done


def read(chunks: Sequence[bytes]) -> tuple[Answer, str]:
    """The answer, and the text that was told on the way."""
    told: list[str] = []
    reading = Reading(lambda text, reasoning: told.append(text))
    for chunk in chunks:
        reading.feed(chunk)
    return reading.end(), "".join(told)


@given(st.data(), st.sampled_from(["\n", "\r\n", "\r"]))
def test_an_answer_is_the_same_wherever_its_bytes_are_cut(data: st.DataObject, ending: str) -> None:
    whole = stream(ending)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(whole)), max_size=20)) | {0, len(whole)})
    answer, told = read([whole[a:b] for a, b in pairwise(cuts)])
    assert (answer.text, told, answer.finish) == (TEXT, TEXT, "tool_calls")
    assert [(c.name, c.arguments) for c in answer.calls] == [("climate", ARGUMENTS)]
    assert (answer.input_tokens, answer.output_tokens) == (3, 4)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_an_answer_may_come_byte_by_byte(ending: str) -> None:
    assert read([bytes([b]) for b in stream(ending)])[0].text == TEXT


def test_a_character_cut_into_its_halves_is_put_together_again() -> None:
    """As servers do that count characters by UTF-16."""
    halves = rb'{"choices":[{"delta":{"content":"%s"}}]}'
    pieces = [rb"by sea \ud83c", rb"\udf0a, \ud83c"]
    answer, told = read([b"data: " + halves % p + b"\n\n" for p in pieces])
    assert answer.text == "by sea 🌊, �"
    assert told.isascii() is False and told.encode()


def test_a_byte_that_is_no_text_costs_only_its_character() -> None:
    answer, _ = read([event(delta(content="Łódź")).replace("ź".encode(), b"\xff")])
    assert answer.text == "Łód�"


@pytest.mark.parametrize(
    "sent",
    [
        b'event: error\ndata: {"message": "boom", "code": 500}\n\n',
        b'error: {"code": 500, "message": "boom", "type": "server_error"}\n\n',
        b'data: {"object": "error", "message": "boom"}\n\n',
        b'data: {"error": {"message": "boom"}}\n\n',
        b'{"object": "error", "message": "boom"}',
    ],
)
def test_an_error_in_an_answer_is_told_however_it_is_written(sent: bytes) -> None:
    with pytest.raises(ErrorSent) as error:
        read([sent])
    assert error.value.error["message"] == "boom"


def test_a_piece_that_broke_off_is_no_end_and_a_broken_piece_is_unreadable() -> None:
    told: list[str] = []
    reading = Reading(lambda text, reasoning: told.append(text))
    reading.feed(event(delta(content="Lisbon")) + b'data: {"choices": [{"del')
    assert reading.end().text == "Lisbon"
    assert not (reading.finished or reading.done)
    with pytest.raises(Unreadable):
        reading.feed(b"\n\n")


USUAL = Patience()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
Handled = Callable[[int, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]]


@asynccontextmanager
async def line_to(handle: Handled, patience: Patience = USUAL) -> AsyncIterator[Line]:
    """A way to a server that calls `handle` with the number of each connection, from 1."""
    connections = 0

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        try:
            await handle(connections, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away
        finally:
            writer.close()

    served = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = served.sockets[0].getsockname()[1]
    wire = Wire(server_at(f"http://127.0.0.1:{port}/v1"), "m", patience)
    with anyio.fail_after(10):
        async with served, wire.open(None) as line:
            yield line


async def request(reader: asyncio.StreamReader) -> None:
    """Read one request."""
    head = await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))


async def asked(line: Line) -> Answer:
    return await line.ask(b"{}", lambda text, reasoning: None, lambda text: None)


async def answered(writer: asyncio.StreamWriter) -> None:
    body = stream()
    writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()


async def test_a_request_on_a_connection_that_closes_is_sent_again_at_once() -> None:
    """As by llama.cpp's server, which says nothing of it and closes after each streamed answer."""
    seen: list[int] = []

    async def one_answer_each(
        connection: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await request(reader)
        seen.append(connection)
        await answered(writer)
        await reader.read(1)  # the next request is on its way

    async with line_to(one_answer_each) as line:
        assert [(await asked(line)).text for _ in range(4)] == [TEXT] * 4
    assert seen == [1, 2, 3, 4]


async def test_connections_are_kept_from_one_request_to_the_next() -> None:
    seen: list[int] = []

    async def all_answers(
        connection: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while True:
            await request(reader)
            seen.append(connection)
            await answered(writer)

    async with line_to(all_answers) as line:
        for _ in range(4):
            await asked(line)
    assert seen == [1, 1, 1, 1]


async def test_what_follows_the_end_of_an_answer_does_not_hold_it_up() -> None:
    async def pings_for_ever(
        _: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await request(reader)
        writer.write(HEAD + b"\r\n" + stream())
        while True:
            writer.write(b": ping\n\n")
            await writer.drain()
            await asyncio.sleep(0.01)  # slow enough not to be too much, quick enough to go on

    async with line_to(pings_for_ever, Patience(between=0.1)) as line:
        assert (await asked(line)).text == TEXT


# Schemas for those that decode by a grammar


class Small(BaseModel):
    points: Annotated[int, Field(ge=0, le=10)]
    places: Annotated[tuple[Literal["a", "b"], ...], Field(min_length=1, max_length=3)]


def test_a_grammar_gets_limits_that_others_get_in_words() -> None:
    plain = answer_schema(Small, strict=True)["properties"]
    limited = answer_schema(Small, strict=True, limits=True)["properties"]
    assert plain["points"]["description"] == "at least 0; at most 10"
    assert "minItems" not in plain["places"]
    assert limited["points"] == {"type": "integer", "minimum": 0, "maximum": 10}
    assert (limited["places"]["minItems"], limited["places"]["maxItems"]) == (1, 3)


def test_a_server_that_refuses_limits_is_asked_with_words_before_it_is_asked_without_a_schema() -> (
    None
):
    server = server_at("http://127.0.0.1:1/v1")
    schemas = answer_schema(Small, strict=True), answer_schema(Small, strict=True, limits=True)
    asking = Asking(1, Messages(), Wanted(shape=("Small", *schemas)), Learned(server.dialect))
    refused = json.dumps({"error": {"message": "response_format: minItems is not supported"}})

    def sent() -> Any:
        body = asking.body(b'"m"', stream=True, effort=None, most_tokens=100)
        return json.loads(body)["response_format"]

    assert "minItems" in json.dumps(sent())
    fault = of_answer(server, "m", 400, refused, {}, keyed=False)
    assert "another form of response_format" in asking.change(fault, "m")
    assert sent()["type"] == "json_schema" and "minItems" not in json.dumps(sent())
    asking.change(fault, "m")
    assert sent() == {"type": "json_object"}


def test_what_a_server_cannot_read_of_its_own_model_is_no_trouble_of_the_server() -> None:
    """As llama.cpp's says in the middle of a stream: the question may be asked in another way."""
    error = {"code": 500, "message": "The model produced output that does not match the expected"}
    fault = of_error(server_at("http://127.0.0.1:1/v1"), "m", error)
    assert fault.kind is InvalidOutput and fault.passing


def test_a_code_may_be_written_as_text() -> None:
    """As by a proxy that counts on its SDK to read it."""
    error = {"message": "str is not valid UTF-8", "type": "None", "param": "None", "code": "500"}
    fault = of_error(server_at("http://127.0.0.1:1/v1"), "m", error)
    assert fault.kind is Unreachable and fault.passing
