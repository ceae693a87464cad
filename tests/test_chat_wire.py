"""Answers as servers that are not ours write them: cut anywhere, with endings and characters of all kinds."""

from __future__ import annotations

import asyncio
import json
import queue
import socketserver
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import pairwise
from typing import Annotated, Any, Literal

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from agents.backends.answers import answer_schema
from agents.backends.servers.dialects import Server
from agents.backends.servers.error_answers import of_answer, of_error
from agents.backends.servers.faults import Fault
from agents.backends.servers.patience import Patience
from agents.backends.servers.proxies import proxy_for
from agents.backends.servers.urls import server_at
from agents.backends.talking.answer import Answer
from agents.backends.talking.framing import TooLarge, Unreadable
from agents.backends.talking.messages import Messages
from agents.backends.talking.request import Asking, Learned, Wanted
from agents.backends.talking.stream import ErrorSent, Reading
from agents.backends.talking.wire import Line, line_to
from agents.errors import InvalidOutput, NotUsable, Unreachable

TEXT = "Grüße aus Łódź 🌍, 京都"
ARGUMENTS = '{"where": "Łódź 🌍"}'


def event(value: object, ending: str = "\n") -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}{ending}{ending}".encode()


def delta(**message: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": message}]}


def finish(reason: str) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}


def call(**function: str) -> dict[str, Any]:
    return {"index": 0, "id": "a", "type": "function", "function": function}


def stream(ending: str = "\n") -> bytes:
    """Text, a call in three pieces, the end and the usage."""
    pieces = [
        *(delta(content=c) for c in TEXT),
        delta(tool_calls=[call(name="climate", arguments="")]),
        *(delta(tool_calls=[{"index": 0, "function": {"arguments": a}}]) for a in ARGUMENTS),
        finish("tool_calls"),
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


@pytest.mark.parametrize("end", [b"[DONE]", b"[done]"])
def test_the_data_of_an_event_may_stand_on_many_lines(end: bytes) -> None:
    """As the standard of such streams has it, for each of a hundred events."""
    pieces = [delta(content=f"{n} ") for n in range(100)] + [finish("stop")]
    sent = b"".join(
        b"data: " + json.dumps(piece, indent=1).encode().replace(b"\n", b"\ndata: ") + b"\n\n"
        for piece in pieces
    )
    answer, _ = read([sent + b"data: " + end + b"\n\n"])
    assert (answer.text.split(), answer.finish) == ([str(n) for n in range(100)], "stop")


def test_what_follows_the_end_of_an_answer_does_not_undo_it() -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}}
    late: list[bytes] = [
        event({"error": {"message": "late trouble"}}),
        b"event: error\ndata: late trouble\n\n",
        b"data: [finished]\n\n",
        event({"choices": ["?"]}),
        event([1]),
        b"That was all.\n",
    ]
    answer, _ = read(
        [event(delta(content="yes")) + event(finish("stop")) + b"".join(late), event(usage)]
    )
    assert (answer.text, answer.output_tokens) == ("yes", 4)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b'{"detail": "Not Found"}', "Not Found"),
        (b'{"code": 1302, "msg": "rate limit", "success": false}', "rate limit"),
        (b'{"choices": null, "base_resp": {"status_code": 1004, "status_msg": "login fail"}}', "login fail"),
        (b'{"errors": [{"code": 7003, "message": "no route"}]}', "no route"),
        (b"event: error\ndata: Rate limit exceeded\n\n", "Rate limit exceeded"),
        (b'event: error\ndata: {"detail": "boom"}', "boom"),
        (event(delta(content="a")) + b'{"error": {"message": "boom"}}', "boom"),
        (event(delta(content="a")) + b"upstream connect error\n", "upstream connect error"),
        (b"This is no model.", "This is no model."),
    ],
)  # fmt: skip
def test_the_words_of_a_server_that_fails_are_had_where_it_sends_them(
    sent: bytes, said: str
) -> None:
    with pytest.raises(ErrorSent) as error:
        read([sent])
    assert said in json.dumps(error.value.error)


@pytest.mark.parametrize("rest", [b"dat", b": pi", b"event: mess", b"<html>gone</html>", b"  "])
def test_the_beginning_of_a_line_is_no_word_of_the_server(rest: bytes) -> None:
    assert read([event(delta(content="a")) + rest])[0].text == "a"


def test_a_long_answer_in_small_pieces_is_read_and_one_without_end_is_not() -> None:
    wide = {"id": "chatcmpl-" + "0" * 100, "object": "chat.completion.chunk", "created": 1}
    thousand = event(delta(content="a") | wide) * 1000
    assert len(read([thousand] * 100)[0].text) == 100_000
    for endless in (event(delta(content="a" * 10**6)), b": " + b"a" * 10**6 + b"\n", b"\n" * 10**6):
        with pytest.raises(TooLarge):
            read([endless] * 100)
    with pytest.raises(TooLarge, match="line"):
        read([b"data: ", *[b"a" * 10**6] * 5])


# Calls, however a server tells which pieces are of the same


def called(*pieces: Any, name: str = "tool_calls") -> list[tuple[str, str]]:
    answer, _ = read([event(delta(**{name: piece})) for piece in pieces])
    return [(c.name, c.arguments) for c in answer.calls]


TWO = [("climate", '{"where":"}{"}'), ("climate", "{}")]


@pytest.mark.parametrize("known", [{"index": 0, "id": ""}, {"index": 0}, {"id": "a"}])
def test_calls_that_all_have_the_same_number_are_told_apart(known: dict[str, Any]) -> None:
    one, two = ([known | {"function": {"name": n, "arguments": a}}] for n, a in TWO)
    assert called(one, two) == TWO
    first = [known | {"function": {"name": "costs", "arguments": ""}}]
    rest = [known | {"function": {"arguments": "{}"}}]
    assert called(one, first, rest) == [TWO[0], ("costs", "{}")]


def test_a_name_that_comes_with_each_piece_begins_no_call() -> None:
    pieces = ({"index": 0, "id": "a", "function": {"name": "climate", "arguments": a}}
              for a in ('{"where":', '"}', "{", '"}', "", " "))  # fmt: skip
    assert called(*([piece] for piece in pieces)) == [("climate", '{"where":"}{"} ')]


def test_calls_are_read_in_older_and_in_flatter_forms() -> None:
    old = {"name": "climate", "arguments": '{"where":"}{"}'}
    assert called(old, name="function_call") == TWO[:1]
    halves = {"name": "climate", "arguments": '{"where":'}, {"arguments": '"}{"}'}
    assert called(*halves, name="function_call") == TWO[:1]
    assert called({"index": 0, "function": old}) == TWO[:1]
    flat = [
        {"index": 0, "id": "a", **old},
        {"index": 1, "id": "b", "name": "climate", "arguments": {}},
    ]
    assert called(flat) == [TWO[0], ("climate", "")]
    assert called([{"index": 0, "id": "a", "name": "climate", "arguments": {"where": 1}}]) == [
        ("climate", '{"where":1}')
    ]  # fmt: skip


def test_half_a_character_anywhere_in_a_call_is_no_reason_to_fail() -> None:
    piece = rb'{"id":"a\ud83d","function":{"name":"cli\udc00mate","arguments":{"where":"\ud83d"}}}'
    sent = b'data: {"model":"m\\ud83d","choices":[{"delta":{"tool_calls":[' + piece + b"]}}]}\n\n"
    answer, _ = read([sent])
    assert (answer.model, answer.calls[0].id, answer.calls[0].name) == ("m�", "a�", "cli�mate")
    assert json.loads(answer.calls[0].arguments) == {"where": "\ud83d"}


def test_names_are_cut_where_they_are_told_and_not_before() -> None:
    """A secret in them is taken out on the way, which must not find the half of it."""
    long = "x" * 1000
    answer, _ = read([
        event(delta(tool_calls=[call(name=long, arguments="{}")]) | {"model": long}),
        event(finish(long)),
    ])  # fmt: skip
    assert (answer.model, answer.finish, answer.calls[0].name) == (long, long, long)
    answer.shorten()
    told = answer.exchanged()
    assert max(len(answer.model), len(answer.finish), len(answer.calls[0].name)) <= 200
    assert "x" * 201 not in json.dumps(told)


USUAL = Patience()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
Handled = Callable[[int, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]]


@asynccontextmanager
async def line_to_one(handle: Handled, patience: Patience = USUAL) -> AsyncIterator[Line]:
    """A way to a server that calls `handle` with the number of each connection, from 1."""
    writers: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            await handle(len(writers), reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away
        finally:
            writer.close()

    served = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = served.sockets[0].getsockname()[1]
    with anyio.fail_after(10):
        async with served:
            yield await line_to(server_at(f"http://127.0.0.1:{port}/v1"), "m", patience, None)
            for writer in writers:
                writer.close()


async def request(reader: asyncio.StreamReader) -> None:
    """Read one request."""
    head = await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))


async def asked(line: Line) -> Answer:
    return await line.ask(b"{}", lambda text, reasoning: None, lambda text, answer: None)


async def answered(writer: asyncio.StreamWriter) -> None:
    body = stream()
    writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()


async def answers_all(
    seen: list[int], connection: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while True:
        await request(reader)
        seen.append(connection)
        await answered(writer)


async def test_a_request_on_a_connection_that_closes_may_be_sent_again_at_once_and_only_once() -> (
    None
):
    """As by llama.cpp's server, which says nothing of it and closes after each streamed answer."""
    seen: list[int] = []

    async def one_answer_each(
        connection: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await request(reader)
        seen.append(connection)
        await answered(writer)
        await reader.read(1)  # the next request is on its way

    async with line_to_one(one_answer_each) as line:
        assert (await asked(line)).text == TEXT
        with pytest.raises(Fault, match="closed the connection before") as lost:
            await asked(line)
        assert (lost.value.passing, lost.value.wait) == (True, 0.0)
        assert [(await asked(line)).text for _ in range(3)] == [TEXT] * 3  # it is known from now on
    assert seen == [1, 2, 3, 4]


async def test_connections_are_kept_from_one_request_to_the_next() -> None:
    seen: list[int] = []
    async with line_to_one(partial(answers_all, seen)) as line:
        for _ in range(4):
            await asked(line)
    assert seen == [1, 1, 1, 1]


async def test_tasks_that_follow_each_other_share_a_connection() -> None:
    seen: list[int] = []
    async with line_to_one(partial(answers_all, seen)) as line:
        await asked(line)
        await asked(await line_to(line.server, "another model", USUAL, "sk-a-key"))
    assert seen == [1, 1]


def test_connections_are_closed_when_the_event_loop_ends() -> None:
    ended: queue.Queue[bytes] = queue.Queue()

    class Answers(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline() != b"\r\n":
                pass
            self.rfile.read(2)
            body = stream()
            self.wfile.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            ended.put(self.rfile.read())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answers) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        server = server_at(f"http://127.0.0.1:{served.server_address[1]}/v1")

        async def one() -> None:
            assert (await asked(await line_to(server, "m", USUAL, None))).text == TEXT
            assert ended.empty()

        for _ in range(2):  # each loop has connections of its own
            asyncio.run(one())
            assert ended.get(timeout=10) == b""
        served.shutdown()


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

    async with line_to_one(pings_for_ever, Patience(between=0.1)) as line:
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


@pytest.mark.parametrize(
    ("error", "again"),
    [
        ({"code": 503, "msg": "no worker"}, True),
        ({"code": 1004, "msg": "login fail"}, False),
        ("CUDA out of memory", True),
        ("invalid api key", False),
    ],
)
def test_trouble_in_the_place_of_an_answer_may_pass_and_what_lasts_does_not(
    error: object, again: bool
) -> None:
    assert of_error(server_at("http://127.0.0.1:1/v1"), "m", error).passing is again


# What a refusal is about


def told_apart(status: int, message: str) -> str:
    """The option that a refusal names, of a request with all of them."""
    server = server_at("http://127.0.0.1:1/v1")
    shape = ("Small", answer_schema(Small, strict=True), answer_schema(Small, strict=True))
    final = "hand_in" if "tool_choice" in message else ""
    wanted = Wanted(tools=b"[]", final=final, shape=shape)
    asking = Asking(1, Messages(), wanted, Learned(server.dialect))
    asking.body(b'"m"', stream=True, effort="low", most_tokens=100)
    sent = json.dumps({"error": {"message": message}})
    return asking.names(of_answer(server, "m", status, sent, {}, keyed=False), "m")


@pytest.mark.parametrize(
    ("status", "message", "option"),
    [
        (400, "stream_options: extra inputs are not permitted", "usage"),
        (400, "Unrecognized request argument supplied: parallel_tool_calls", "parallel"),
        (500, "Unsupported param: tool_choice", "final"),
        (400, "stream is not supported", "stream"),
        (500, "Streaming is not supported for this model", "stream"),
        (400, "This model does not support reasoning", "effort"),
        (400, "response_format.type must be json_object", "shape"),
        (400, "max_tokens is too large", "most"),
        (500, "upstream connect error or disconnect/reset before headers", ""),
        (400, "upstream connect error: unknown host", ""),
        (500, "error in the stream", ""),
        (500, "Unknown error while streaming", ""),
        (500, "model crashed while reasoning", ""),
        (500, "the schema cache is full", ""),
        (500, "invalid state while thinking", ""),
        (500, "max_tokens worker died", ""),
        (403, "stream is not supported in your country", ""),
        (400, "flagged by moderation; stream_options not allowed", ""),
    ],
)
def test_only_a_refusal_that_names_an_option_as_such_is_about_it(
    status: int, message: str, option: str
) -> None:
    assert told_apart(status, message) == option


def test_what_went_without_an_option_by_chance_keeps_it() -> None:
    server = server_at("http://127.0.0.1:1/v1")
    learned = Learned(server.dialect)
    refused = of_answer(server, "m", 400, "No.", {}, keyed=False)

    def begun() -> Asking:
        asking = Asking(1, Messages(), Wanted(tools=b"[]"), learned)
        asking.body(b'"m"', stream=True, effort=None, most_tokens=100)
        return asking

    def answered(asking: Asking, *, after: Any = None) -> None:
        if after is not None:
            assert asking.change(after, "m")
            asking.body(b'"m"', stream=True, effort=None, most_tokens=100)
        learned.note(asking)

    answered(begun(), after=refused)
    answered(begun())  # with all of them: it was by chance
    answered(begun(), after=refused)
    at_once = [begun(), begun()]
    for asking in at_once:
        answered(asking, after=refused)
    assert learned.form("stream") is None  # the second in a row
    learned = Learned(server.dialect)
    at_once = [begun(), begun()]
    for asking in at_once:
        answered(asking, after=refused)
    assert learned.form("stream") == 0  # two at the same time are one
    answered(begun(), after=refused)
    assert learned.form("stream") is None


# Proxies, keys in the clear


def proxied(monkeypatch: pytest.MonkeyPatch, url: str, **environment: str) -> str | None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    proxy = proxy_for(url)
    return proxy.url if proxy else None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "box.localhost"])
def test_this_computer_is_asked_without_a_proxy(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    everything = {f"{name}_PROXY": "http://p.example:1" for name in ("HTTP", "HTTPS", "ALL")}
    assert proxied(monkeypatch, f"http://{host}:11434/v1", **everything) is None
    assert proxied(monkeypatch, "http://box:11434/v1", **everything) == "http://p.example:1"


async def test_no_word_for_this_computer_goes_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked_of_the_proxy: list[int] = []

    async def proxy(
        number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        asked_of_the_proxy.append(number)

    async def model(_: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        await answered(writer)

    async with line_to_one(proxy) as other:
        monkeypatch.setenv("http_proxy", other.server.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        async with line_to_one(model) as line:
            assert (await asked(line)).text == TEXT
    assert not asked_of_the_proxy


def test_a_proxy_is_had_of_any_variable_also_without_a_scheme(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = "https://api.example/v1"
    assert proxied(monkeypatch, url, HTTPS_PROXY="p.example:3128") == "http://p.example:3128"
    assert proxied(monkeypatch, url, ALL_PROXY="http://p.example:3128") == "http://p.example:3128"
    assert proxied(monkeypatch, url, HTTP_PROXY="http://p.example:3128") is None
    assert proxied(monkeypatch, url, ALL_PROXY="http://p", NO_PROXY="api.example") is None


@pytest.mark.parametrize(
    ("proxy", "why"),
    [
        ("socks5://me:hunter22@p.example:1080", "ALL_PROXY names speaks socks5"),
        ("http://p.example:what", "ALL_PROXY names is no address"),
        ("http://[::1", "ALL_PROXY names is no address"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_told_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, proxy: str, why: str
) -> None:
    with pytest.raises(NotUsable, match=why) as refused:
        proxied(monkeypatch, "https://api.example/v1", ALL_PROXY=proxy)
    assert "hunter22" not in str(refused.value)
    assert "add api.example to NO_PROXY" in str(refused.value)


@pytest.mark.parametrize(
    ("server", "goes"),
    [
        (Server("openai", "https://api.openai.com/v1"), True),
        (Server("openai", "http://localhost:8000/v1"), True),
        (Server("openai", "http://box:8000/v1"), False),
        (Server("own", "http://box:8000/v1", needs_key=False), True),
        (Server("own", "http://192.168.1.4:8000/v1", needs_key=False), True),
        (Server("own", "http://models.example/v1", needs_key=False), False),
    ],
)
async def test_a_key_is_not_sent_in_the_clear_over_the_internet(server: Server, goes: bool) -> None:
    await line_to(server, "m", USUAL, None)
    if goes:
        await line_to(server, "m", USUAL, "sk-a-key-of-ours")
    else:
        with pytest.raises(NotUsable, match="anybody on the way can read it; write https://"):
            await line_to(server, "m", USUAL, "sk-a-key-of-ours")


def test_a_fault_can_be_kept_in_a_set_and_sends_nobody_anywhere() -> None:
    server = server_at("http://127.0.0.1:1/v1")
    said = "Pay at https://evil.example/pay, www.evil.example, evil.example or a@evil.example. v1.5"
    fault = of_answer(server, "m", 400, said, {}, keyed=False)
    assert len({fault, of_answer(server, "m", 400, said, {}, keyed=False)}) == 2
    assert "evil" not in str(fault.error())
    assert "v1.5" in str(fault.error())
