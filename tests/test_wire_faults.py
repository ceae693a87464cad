"""What a server does wrong is told as what it is, and in time: its head counts, its silence is its own."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import warnings

import anyio
import anyio.lowlevel
import pytest
from raw_server import Sends, raw_server, sending, streamed

from agents.backends.servers.faults import Fault
from agents.backends.servers.patience import Patience
from agents.backends.servers.urls import server_at
from agents.backends.talking.answer import Answer
from agents.backends.talking.waiting import LAST_MOMENT, Wait
from agents.backends.talking.wire import MOST_AT_ONCE, Line, line_to
from agents.errors import NotUsable, Unreachable

SHORT = Patience(between=0.1)


async def asked(line: Line, body: bytes = b"{}") -> Answer:
    return await line.ask(body, lambda text, reasoning: None, lambda text, answer: None)


async def fault_of(sends: Sends, patience: Patience = SHORT) -> Fault:
    """Of a server that answers so, with the key that it was sent."""
    async with raw_server(sends) as url:
        line = await line_to(server_at(url), "m", patience, "sk-a-key-of-ours")
        with pytest.raises(Fault) as fault:
            await asked(line)
        return fault.value


def head(status: str, *headers: str) -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "\r\n")).encode()


# Errors whose bodies cannot be read


async def breaks_off(writer: asyncio.StreamWriter) -> None:
    writer.write(head("401 Unauthorized", "Content-Length: 100") + b'{"error":')
    writer.close()


async def resets(writer: asyncio.StreamWriter) -> None:
    writer.write(head("401 Unauthorized", "Content-Length: 100") + b"{")
    await writer.drain()
    lingers_not = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingers_not)
    await anyio.lowlevel.checkpoint()
    writer.transport.abort()


async def says_no_more(writer: asyncio.StreamWriter) -> None:
    writer.write(head("401 Unauthorized", "Content-Length: 100") + b'{"error":')
    await anyio.sleep_forever()


async def goes_on_and_on(writer: asyncio.StreamWriter) -> None:
    writer.write(head("401 Unauthorized", "Transfer-Encoding: chunked"))
    while not writer.is_closing():
        writer.write(b"3e8\r\n" + b"x" * 1000 + b"\r\n")
        await writer.drain()
        await anyio.lowlevel.checkpoint()


@pytest.mark.parametrize(
    "sends",
    [
        breaks_off,
        resets,
        says_no_more,
        goes_on_and_on,
        sending("not packed", "401 Unauthorized", Content_Encoding="gzip"),
        sending(gzip.compress(b"x" * 9000)[:30], "401 Unauthorized", Content_Encoding="gzip"),
    ],
    ids=["breaks off", "resets", "says no more", "has no end", "not packed", "half packed"],
)
async def test_the_head_of_an_error_counts_whatever_becomes_of_its_body(sends: Sends) -> None:
    fault = await fault_of(sends)
    assert fault.kind is NotUsable and not fault.passing
    assert "refused the key (401)" in str(fault)


async def test_how_long_to_wait_stands_in_the_head() -> None:
    async def says_no_more(writer: asyncio.StreamWriter) -> None:
        writer.write(head("429 Too Many", "Content-Length: 100", "Retry-After: 7"))
        await anyio.sleep_forever()

    fault = await fault_of(says_no_more)
    assert (fault.status, fault.wait, fault.passing) == (429, 7.0, True)


# Servers that are late


async def is_silent(writer: asyncio.StreamWriter) -> None:
    await anyio.sleep_forever()


async def sends_no_end(writer: asyncio.StreamWriter) -> None:
    writer.write(head("200 OK", "Content-Type: text/event-stream"))
    while not writer.is_closing():
        writer.write(streamed({"content": "and "}, finish=None).encode())
        await writer.drain()
        await anyio.sleep(0.01)  # a piece now and then


@pytest.mark.parametrize(
    ("sends", "what"), [(is_silent, "nothing"), (sends_no_end, "no end of its answer")]
)
async def test_a_late_server_is_told_before_the_time_of_its_caller_is_over(
    sends: Sends, what: str
) -> None:
    async with raw_server(sends) as url:
        line = await line_to(server_at(url), "m", Patience(), None)
        with anyio.fail_after(0.5), pytest.raises(Fault, match=f"sent {what} within 0") as late:
            await asked(line)
    assert late.value.kind is Unreachable and line.cut_short
    assert not late.value.passing  # there is no time to ask again


async def test_a_server_that_was_late_by_our_patience_alone_is_told_so() -> None:
    async with raw_server(is_silent) as url:
        line = await line_to(server_at(url), "m", Patience(first=0.05), None)
        with anyio.fail_after(9), pytest.raises(Fault, match=r"sent nothing within 0\.05 s"):
            await asked(line)
    assert not line.cut_short


async def wait_within(left: float, seconds: float, before: float = 0.0) -> tuple[float, bool]:
    """For how long such a wait is, where the caller has so much time left, and whether that is
    shorter than it would be."""
    now = anyio.current_time()
    with anyio.CancelScope(deadline=now + left):
        await anyio.lowlevel.checkpoint()
        wait = Wait(now - before, seconds)
        return round(wait.scope.deadline - now, 1), wait.cut_short


async def test_a_wait_ends_a_moment_before_the_time_of_its_caller() -> None:
    assert await wait_within(60, 75) == (60 - LAST_MOMENT, True)
    assert await wait_within(60, 5) == (5, False)
    assert await wait_within(0.4, 75) == (0.2, True)  # half of what is left is waited


async def test_a_server_that_had_hardly_any_time_is_not_to_blame() -> None:
    assert await wait_within(2, 75, before=58) == (75, False)


# What is sent


async def test_a_large_body_is_sent_whole_and_without_a_warning() -> None:
    async with raw_server(sending(streamed({"content": "Lisbon"}))) as url:
        line = await line_to(server_at(url), "m", Patience(), None)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert (await asked(line, b" " * (MOST_AT_ONCE + 1))).text == "Lisbon"
