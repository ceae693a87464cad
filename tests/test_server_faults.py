"""What is told of a server that fails: what happened, where and what to do, and what is tried again.

Against a server on loopback that answers everything alike. Nobody waits: how long is written down.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import pytest

from agents.backends.servers.error_answers import asked_to_wait, of_answer
from agents.backends.servers.faults import Fault
from agents.backends.servers.patience import Patience, retried
from agents.backends.servers.urls import server_at
from agents.backends.talking.wire import line_to
from agents.errors import BackendError, ContextOverflow, NotUsable

KEY = "sk-test-1234567890-abcdef"
LINE = 300
"""Characters of a line of an event."""
SENTENCE = "Your organization must be verified to use the model. "
ATTEMPTS = 4


def http(status: str, body: bytes | str = b"", **headers: str) -> bytes:
    body = body.encode() if isinstance(body, str) else body
    head = {"Content-Length": str(len(body)), "Connection": "close", **headers}
    lines = (f"{name.replace('_', '-')}: {value}" for name, value in head.items())
    return "\r\n".join((f"HTTP/1.1 {status}", *lines, "", "")).encode() + body


def error(message: str) -> str:
    return json.dumps({"error": {"message": message}})


@asynccontextmanager
async def serving(answer: bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port of a server that reads a request, answers with `answer` and closes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls) as server:
        yield server.sockets[0].getsockname()[1]


@dataclass
class GivenUp:
    """How asking a server ended."""

    error: BackendError
    waits: list[float]

    @property
    def told(self) -> str:
        return str(self.error)


async def given_up(url: str, key: str | None = KEY) -> GivenUp:
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    patience = Patience(attempts=ATTEMPTS, sleep=wait)
    line = await line_to(server_at(url), "some-model", patience, key)

    async def once() -> object:
        return await line.ask(b"{}", lambda text, reasoning: None, lambda text, answer: None)

    try:
        await retried(patience, once, lambda fault, attempt, seconds: None)
    except Fault as fault:
        return GivenUp(fault.error(), waits)
    raise AssertionError("it answered")


async def given_up_after(answer: bytes) -> GivenUp:
    async with serving(answer) as port:
        return await given_up(f"http://127.0.0.1:{port}/v1")


# However much a server says, what to do stands behind it


@pytest.mark.parametrize("repeated", [1, 3, 300])
@pytest.mark.parametrize(
    ("status", "headers", "advice"),
    [
        ("403 Forbidden", {}, "; check what the key may do, or take another model"),
        ("400 Bad Request", {}, "; take another model or server"),
        (
            "429 Too Many Requests",
            {},
            f", tried {ATTEMPTS} times; try again later, or take another model",
        ),
        (
            "429 Too Many Requests",
            {"Retry-After": "86400"},
            "; it wants 86400 s of quiet, we wait 30 s at most: try again later, or take another "
            "model",
        ),
    ],
)
async def test_what_to_do_is_never_cut_off(
    status: str, headers: dict[str, str], advice: str, repeated: int
) -> None:
    told = (await given_up_after(http(status, error(SENTENCE * repeated), **headers))).told
    assert told.endswith(f"”{advice}")
    assert "“Your organization must be verified" in told
    assert len(told) <= LINE
    assert "on in small steps" in f"{told.rpartition('; ')[0]}; on in small steps"[:LINE]


def test_a_long_name_and_a_long_address_leave_room_for_what_happened() -> None:
    server = server_at(f"https://models.example.com/{'deployments/' * 12}v1")
    fault = of_answer(server, "m" * 150, 403, error(SENTENCE * 9), {}, keyed=True)
    told = str(fault.error())
    assert len(told) <= LINE
    assert "https://models.example.com/" in told
    assert "with this key (403)" in told
    assert told.endswith("; check what the key may do, or take another model")


# How long a server wants to be left alone


@pytest.mark.parametrize(
    "wanted",
    [
        "0",
        "-5",
        "Wed, 21 Oct 2015 07:28:00 GMT",
        "Mon, 01 Jan 2027 00:00:00 +999999999999999999999",
        "Mon, 01 Jan 99999 00:00:00 GMT",
        "nan",
        "soon",
    ],
)
async def test_a_time_to_wait_that_is_none_is_the_usual_one(wanted: str) -> None:
    ended = await given_up_after(http("429 Too Many Requests", **{"Retry-After": wanted}))
    assert len(ended.waits) == ATTEMPTS - 1
    assert ended.waits[0] >= 0.5
    assert ended.waits == sorted(ended.waits)
    assert "takes no more requests for now (429)" in ended.told


def test_a_time_to_wait_is_kept_to() -> None:
    assert asked_to_wait({"Retry-After": "2.5"}) == 2.5
    assert asked_to_wait({"retry-after-ms": "20"}) == 0.02
    assert 50 < (asked_to_wait({"Retry-After": formatdate(usegmt=True)[:-4] + " -0001"}) or 0) < 61


# The key, the address and the size


@pytest.mark.parametrize("wrapped", [True, False])
async def test_a_bad_key_is_told_as_such_whatever_the_status(wrapped: bool) -> None:
    """As by Gemini."""
    said = {"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}
    ended = await given_up_after(http("400 Bad Request", json.dumps([said] if wrapped else said)))
    assert ended.told.endswith("/v1 refused the key (400); check TRIPARTITE_API_KEY")
    assert not ended.waits


def test_a_bad_key_is_nothing_that_another_form_of_the_request_could_help() -> None:
    server = server_at("http://127.0.0.1:1/v1")
    fault = of_answer(server, "m", 400, error("API key not valid."), {}, keyed=True)
    assert fault.settled and not fault.passing


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("http://[bad/x", "elsewhere"),
        ("https://a\x1b[31mb.example.com/", "elsewhere"),
        ("/login?next=/v1", "elsewhere"),
        ("", "elsewhere"),
        ("//other.example/x", "to http://other.example"),
        ("http://other.example:8080/v1?key=x", "to http://other.example:8080"),
        ("http://me:secret@other.example/", "to http://other.example"),
        ("https://models.example.com/v1", "to https://models.example.com"),
    ],
)
def test_where_a_server_sends_requests_on_is_told(location: str, told: str) -> None:
    server = server_at("http://models.example.com/v1")
    fault = of_answer(server, "m", 308, "", {"Location": location}, keyed=True)
    assert f"sends requests on {told}, and a key is not sent there" in fault.what
    assert not fault.passing
    assert fault.kind is NotUsable


def test_an_address_that_takes_no_requests_is_told_as_such() -> None:
    fault = of_answer(server_at("http://127.0.0.1:1/v1"), "m", 405, "", {}, keyed=True)
    assert "(405)" in fault.what
    assert fault.advice == "check the URL: most end in /v1"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<html>413 Request Entity Too Large</html>", "takes no request of this size (413)"),
        ("Payload Too Large", "takes no request of this size (413): “Payload Too Large”"),
        (error("Request too large for model m"), "says that 'm' cannot hold so much (413)"),
        (error("maximum context length is 8192"), "says that 'm' cannot hold so much (413)"),
    ],
)
def test_a_body_that_is_too_large_is_no_model_that_is_too_small(body: str, told: str) -> None:
    fault = of_answer(server_at("http://127.0.0.1:1/v1"), "m", 413, body, {}, keyed=True)
    assert told in fault.what
    assert fault.kind is ContextOverflow  # in either case less may go through
    assert ("larger context" in fault.advice) is ("cannot hold" in told)


def test_half_a_character_does_not_hide_what_an_error_says() -> None:
    body = r'{"error":{"message":"bad \ud83d thing","type":"x\ud800"}}'
    fault = of_answer(server_at("http://127.0.0.1:1/v1"), "m", 400, body, {}, keyed=True)
    assert fault.what.endswith("(400): “bad thing”")


# Connections


async def test_a_connection_that_closes_without_an_answer_has_not_broken_off_in_one() -> None:
    ended = await given_up_after(b"")
    assert ended.told.endswith(
        f"/v1 closed the connection without an answer, tried {ATTEMPTS} times; "
        "try again later, or write https:// if it speaks TLS"
    )


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    file = tmp_path / "both.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout {file}"
    made = subprocess.run(command.split(), check=True, capture_output=True, text=True)
    file.write_text(file.read_text() + made.stdout)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_a_server_that_expects_tls_is_hinted_at(tls: ssl.SSLContext) -> None:
    async with serving(b"", tls) as port:
        ended = await given_up(f"http://127.0.0.1:{port}/v1")
    assert ended.told.endswith("or write https:// if it speaks TLS")


@pytest.mark.parametrize(
    "body",
    [
        "<html><h1>400</h1>The plain HTTP request was sent to HTTPS port</html>",
        "Client sent an HTTP request to an HTTPS server.\n",
        "<html>Reason: You're speaking plain HTTP to an SSL-enabled server port.</html>",
    ],
)
def test_a_server_that_says_that_it_speaks_tls_is_believed(body: str) -> None:
    fault = of_answer(server_at("http://127.0.0.1:1/v1"), "m", 400, body, {}, keyed=True)
    assert str(fault.error()) == "http://127.0.0.1:1/v1 speaks TLS (400); write https:// in its URL"
    assert fault.settled and not fault.passing


async def test_an_answer_that_stops_half_way_has_broken_off() -> None:
    half = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"choices":'
    told = (await given_up_after(half)).told
    assert "broke off in the middle of its answer: the connection was lost" in told
    assert "https" not in told


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b'{"choices": []}'),
        ("gzip", gzip.compress(b'{"choices": []}', mtime=0)[:-8] + b"checksum"),
        ("br", b"\x0b\x02\x80hello\x03"),
        ("zstd", b"\x28\xb5\x2f\xfd\x00"),
    ],
)
async def test_what_cannot_be_unpacked_cannot_be_read(encoding: str, body: bytes) -> None:
    told = (await given_up_after(http("200 OK", body, Content_Encoding=encoding))).told
    assert "sent an answer that cannot be read: it is compressed, and cannot be unpacked" in told
    assert "install" not in told


async def test_a_head_without_an_end_is_told_in_our_words() -> None:
    told = (await given_up_after(http("200 OK", X="a" * 100_000))).told
    assert "does not speak HTTP as agreed: the head of its answer is too long" in told
    assert "aaa" not in told


# Proxies


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            http("407 Proxy Authentication Required", "no"),
            "the proxy on the way to https://models.example.com/v1 wants a login (407); put a "
            "name and password into HTTPS_PROXY: http://name:password@proxy:3128",
        ),
        (
            http("403 Forbidden", "no"),
            "the proxy on the way to https://models.example.com/v1 did not let us through (403); "
            "check HTTPS_PROXY and NO_PROXY",
        ),
    ],
)
async def test_what_a_proxy_answers_is_told(
    answer: bytes, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with serving(answer) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{port}")
        monkeypatch.setenv("https_proxy", f"http://me:secret@127.0.0.1:{port}")
        ended = await given_up("https://models.example.com/v1")
    assert ended.told == told
    assert not ended.waits


def test_a_proxy_for_plain_http_answers_in_the_place_of_the_server() -> None:
    fault = of_answer(server_at("http://models.example.com/v1"), "m", 407, "", {}, keyed=False)
    assert "the proxy on the way to" in fault.what and "wants a login (407)" in fault.what
    assert "HTTP_PROXY" in fault.advice
