"""`tripartite serve`: a real server on loopback, spoken to over HTTP, sockets and a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import anyio
import pyte
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from playwright.async_api import BrowserContext, Page, async_playwright
from yarl import URL

from planner.web.access import Access, is_loopback
from planner.web.process import environment
from planner.web.wire import (
    MAX_COLUMNS,
    MAX_ROWS,
    Pong,
    Size,
    attachment,
    meta_packet,
    read_envelope,
    url_to_open,
)

TRIPARTITE = str(Path(sys.executable).with_name("tripartite"))
SECONDS = 20
TOKEN = "correct-horse-battery"
LIMIT = 2

STAND_IN = r"""
import io, os, signal
from textual.app import App
from textual.widgets import Input, Static

class StandIn(App):
    def compose(self):
        yield Input(placeholder="Where to?")
        yield Static(f"pid {os.getpid()} here", markup=False)

    def on_input_submitted(self, submitted):
        submitted.input.clear()
        if submitted.value == "save":
            self.deliver_text(io.StringIO("é" * 100_000), save_filename='a"b;\r\nX: é.html')
        elif submitted.value == "hang":
            self.query_one(Static).update("busy")
            self.call_after_refresh(self.hang)
        elif submitted.value == "crash":
            raise ValueError("\x1b]0;owned\x07on purpose")
        else:
            self.query_one(Static).update(f"heard {submitted.value} at {self.size}")

    def hang(self):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            signal.pause()

StandIn().run()
"""
SERVER = """
import json, sys
import anyio
from planner.web.access import Access
from planner.web.server import Place, serve

command, token, sessions = json.loads(sys.argv[1])
place = Place(command, Access("127.0.0.1", token), 0, sessions)
anyio.run(serve, place, lambda url: print(url, flush=True), lambda text: print(text, file=sys.stderr))
"""
needs_pidfd = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="waiting for another's process needs Linux"
)


class Served:
    """A server in a process of its own; `url` ends with a slash."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        self.url = process.stdout.readline().strip()
        self.origin = self.url.rstrip("/")

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """The exit code, and all that it wrote to standard error."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, errors


@contextmanager
def started(*command: str, **env: str) -> Iterator[Served]:
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, **env},
    )
    try:
        yield Served(process)
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=SECONDS)


def serving(*app: str, token: str | None = None, sessions: int = LIMIT, **env: str) -> Any:
    command = app or (sys.executable, "-c", STAND_IN)
    return started(sys.executable, "-c", SERVER, json.dumps([command, token, sessions]), **env)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """One server for all tests that leave it as it was."""
    with serving() as server:
        yield server
        code, errors = server.end()
        assert (code, errors) == (0, "")


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    cookies = aiohttp.CookieJar(unsafe=True)  # from an address, too
    timeout = aiohttp.ClientTimeout(SECONDS)
    async with aiohttp.ClientSession(cookie_jar=cookies, timeout=timeout) as session:
        yield session


class Screen:
    """What a terminal would show of the bytes it was sent."""

    def __init__(self, columns: int = 100, rows: int = 30) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = anyio.Event()

    def feed(self, data: bytes) -> None:
        self._stream.feed(data)
        self._changed.set()
        self._changed = anyio.Event()

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    async def shows(self, *patterns: str) -> str:
        """What the last of `patterns` found, once all of them are there."""
        with anyio.fail_after(SECONDS):
            while not all(found := [re.search(pattern, self.text) for pattern in patterns]):
                await self._changed.wait()
        assert found[-1]
        return found[-1][0]


class Tab:
    """A session, driven as the page's own script would."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, screen: Screen) -> None:
        self.socket = socket
        self.screen = screen

    async def shows(self, pattern: str) -> str:
        with anyio.fail_after(SECONDS):
            while not (found := re.search(pattern, self.screen.text)):
                message = await self.socket.receive()
                assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), message
                if message.type is aiohttp.WSMsgType.BINARY:
                    self.screen.feed(message.data)
            return found[0]

    async def type(self, text: str) -> None:
        await self.socket.send_json(["stdin", text])

    async def told(self) -> Any:
        """The next text message."""
        with anyio.fail_after(SECONDS):
            while (message := await self.socket.receive()).type is aiohttp.WSMsgType.BINARY:
                pass
            return message.json()

    async def closed(self) -> int | None:
        """The code that the server closed with."""
        with anyio.fail_after(SECONDS):
            async for _ in self.socket:
                pass
        return self.socket.close_code

    async def process(self) -> ProcessWatch:
        return ProcessWatch(int((await self.shows(r"pid \d+ here")).split()[1]))


class ProcessWatch:
    def __init__(self, pid: int) -> None:
        self._file = os.pidfd_open(pid)

    async def gone(self) -> None:
        with anyio.fail_after(SECONDS):
            await anyio.wait_readable(self._file)
        os.close(self._file)


@asynccontextmanager
async def tab(
    client: aiohttp.ClientSession, server: Served, columns: int = 100, rows: int = 30
) -> AsyncIterator[Tab]:
    url = f"{server.url}ws?width={columns}&height={rows}"
    async with client.ws_connect(url, origin=server.origin) as socket:
        yield Tab(socket, Screen(min(columns, MAX_COLUMNS), min(rows, MAX_ROWS)))


# The page and its files


async def test_the_page_is_ours_and_lets_nothing_in_from_elsewhere(
    client: aiohttp.ClientSession, served: Served
) -> None:
    async with client.get(served.url) as answer:
        page = await answer.text()
        assert answer.status == 200
    assert "<title>Tripartite</title>" in page
    assert not re.search(r"(src|href)=\"(?!/)", page)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "aiohttp" not in answer.headers["Server"]


@pytest.mark.parametrize(
    "name", ["js/textual.js", "css/xterm.css", "page.js", "page.css", "icon.svg"]
)
async def test_what_the_page_needs_is_served(
    client: aiohttp.ClientSession, served: Served, name: str
) -> None:
    async with client.get(f"{served.url}static/{name}") as answer:
        assert answer.status == 200
        assert await answer.read()
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        *("static", "static/", "static/js", "static/js/", "static/fonts/", "static/token.html"),
        *("static/../server.py", "static/%2e%2e/server.py", "static/..%2fserver.py"),
        *("static//etc/passwd", "static/%2fetc%2fpasswd", "static/..%5cserver.py", "download/"),
    ],
)
async def test_nothing_else_is_served_and_no_folder_listed(
    client: aiohttp.ClientSession, served: Served, path: str
) -> None:
    async with client.get(URL(served.url + path, encoded=True)) as answer:
        assert answer.status == 404
        assert "<" not in await answer.text()


# Who may come in


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.", "user@127.0.0.1", "10.0.0.1", ""],
)
async def test_a_name_that_is_not_ours_is_refused(
    client: aiohttp.ClientSession, served: Served, host: str
) -> None:
    async with client.get(served.url, headers={"Host": host}) as answer:
        assert answer.status == 403
        assert "name" in await answer.text()


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9000", "127.0.0.1:1", "[::1]:8000"])
async def test_names_of_this_machine_are_ours_on_any_port(
    client: aiohttp.ClientSession, served: Served, host: str
) -> None:
    async with client.get(served.url, headers={"Host": host}) as answer:
        assert answer.status == 200


def test_listening_everywhere_any_address_is_ours_but_no_foreign_name() -> None:
    access = Access("0.0.0.0", TOKEN)
    assert access.is_our_host("192.168.1.5:8000") and access.is_our_host("[fe80::1]:8000")
    assert not access.is_our_host("evil.example:8000")
    assert not Access("192.168.1.5", TOKEN).is_our_host("192.168.1.6")
    assert TOKEN not in repr(access) and access.cookie not in repr(access)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_only_this_machine_reaches_a_loopback_address(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "box.local", "", "localhost."])
def test_whatever_else_may_be_reached_by_others(host: str) -> None:
    assert not is_loopback(host)


async def socket_refusal(client: aiohttp.ClientSession, url: str, **headers: str) -> int:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await client.ws_connect(f"{url}ws", headers=headers)
    return refusal.value.status


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "", "http://127.0.0.1:1", "http://localhost:{port}"]
)
async def test_a_socket_opens_for_no_page_but_ours(
    client: aiohttp.ClientSession, served: Served, origin: str
) -> None:
    origin = origin.format(port=urlsplit(served.url).port)
    assert await socket_refusal(client, served.url, Origin=origin) == 403
    assert await socket_refusal(client, served.url) == 403
    https = served.origin.replace("http:", "https:")
    assert await socket_refusal(client, served.url, Origin=https) == 403


async def test_a_socket_under_a_foreign_name_is_refused_even_to_a_page_of_that_name(
    client: aiohttp.ClientSession, served: Served
) -> None:
    port = urlsplit(served.url).port
    host = f"evil.example:{port}"
    assert await socket_refusal(client, served.url, Host=host, Origin=f"http://{host}") == 403


async def test_a_plain_request_to_the_socket_is_told_so(
    client: aiohttp.ClientSession, served: Served
) -> None:
    async with client.get(f"{served.url}ws", headers={"Origin": served.origin}) as answer:
        assert answer.status == 400


@pytest.mark.parametrize("path", ["download/0", "static/page.js"])
@pytest.mark.parametrize(
    "sign", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}]
)
async def test_other_pages_get_neither_files_nor_scripts(
    client: aiohttp.ClientSession, served: Served, path: str, sign: dict[str, str]
) -> None:
    async with client.get(served.url + path, headers=sign) as answer:
        assert answer.status == 403


async def test_a_token_is_given_once_and_becomes_a_cookie(client: aiohttp.ClientSession) -> None:
    with serving(token=TOKEN) as server:
        origin = {"Origin": server.origin}
        for path, status in (("", 401), ("?token=wrong", 403), ("static/page.js", 401)):
            async with client.get(server.url + path, headers=origin) as answer:
                assert answer.status == status
                assert "token" in await answer.text()
        async with client.get(f"{server.url}static/page.js?token={TOKEN}") as answer:
            assert answer.status == 401  # the page alone takes it
        assert await socket_refusal(client, server.url, **origin) == 401

        async with client.get(f"{server.url}?token={TOKEN}", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/")
            (cookie,) = answer.cookies.values()
        assert cookie["httponly"] and cookie["samesite"] == "Strict"
        assert TOKEN not in cookie.value

        async with client.get(server.url) as answer:
            assert "terminal" in await answer.text()
        async with tab(client, server) as opened:
            await opened.shows("Where to")
            await opened.socket.close()
        assert await socket_refusal(client, server.url, Origin="http://evil.example") == 403
        assert server.end() == (0, "")


async def test_a_request_that_is_no_http_is_refused_and_its_words_are_not_logged() -> None:
    with serving(token=TOKEN) as server:
        port = urlsplit(server.url).port
        for line in (
            f"GET /?token={TOKEN} HTTP/9.9",
            f"{TOKEN}",
            f"GET /?token={TOKEN}\xff HTTP/1.1",
        ):
            with anyio.fail_after(SECONDS):
                async with await anyio.connect_tcp("127.0.0.1", port) as stream:
                    await stream.send(f"{line}\r\n\r\n".encode("latin-1"))
                    assert b" 400 " in await stream.receive()
        assert server.end() == (0, "")


# Sessions


async def test_an_app_is_drawn_and_hears_what_is_typed(
    client: aiohttp.ClientSession, served: Served
) -> None:
    async with tab(client, served) as opened:
        await opened.shows("Where to")
        await opened.type("Lisbon, é 🙂\r")
        await opened.shows("heard Lisbon, é 🙂 .*width=100, height=30")
        await opened.socket.send_json(["ping", "17"])
        assert await opened.told() == ["pong", "17"]


async def test_a_terminal_has_bounds(client: aiohttp.ClientSession, served: Served) -> None:
    async with tab(client, served, 999_999, 999_999) as opened:
        await opened.shows("Where to")
        await opened.type("one\r")
        await opened.shows(f"heard one at Size.width={MAX_COLUMNS}, height={MAX_ROWS}")
        await opened.socket.send_json(["resize", {"width": 70, "height": 9**9}])
        await opened.type("two\r")
        await opened.shows(f"heard two at Size.width=70, height={MAX_ROWS}")


def test_a_terminal_is_never_smaller_than_a_cell() -> None:
    assert Size.of_query({"width": "-5", "height": "0"}) == (1, 1)
    assert Size.of_query({"width": "NaN", "height": "24"}) == (80, 24)
    assert read_envelope('["resize", {"width": -5, "height": 0}]') == meta_packet(
        type="resize", width=1, height=1
    )


@needs_pidfd
@pytest.mark.parametrize(
    "message",
    [
        *("", "{", "null", "{}", "[]", '["stdin"]', '["stdin", 5]', '["stdin", "\\ud800"]'),
        *('["resize", {"width": "80", "height": 24}]', '["resize", [80, 24]]', '["shout", "x"]'),
        *("[" * 100_000, '["ping", {"a": 1}]', b'["focus"]', "9" * 10_000),
    ],
)
async def test_a_malformed_message_ends_its_session_alone_and_quietly(
    client: aiohttp.ClientSession, served: Served, message: str | bytes
) -> None:
    async with tab(client, served) as other, tab(client, served) as opened:
        process = await opened.process()
        if isinstance(message, bytes):
            await opened.socket.send_bytes(message)
        else:
            await opened.socket.send_str(message)
        assert await opened.closed() == aiohttp.WSCloseCode.UNSUPPORTED_DATA
        await process.gone()
        await other.shows("Where to")


@needs_pidfd
async def test_a_message_that_is_too_long_ends_its_session(
    client: aiohttp.ClientSession, served: Served
) -> None:
    async with tab(client, served) as opened:
        process = await opened.process()
        await opened.type("x" * 300_000)
        assert await opened.closed() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        await process.gone()


@needs_pidfd
@pytest.mark.parametrize("how", ["closed", "lost"])
async def test_a_process_ends_with_its_connection(
    client: aiohttp.ClientSession, served: Served, how: str
) -> None:
    async with tab(client, served) as opened:
        process = await opened.process()
        if how == "closed":
            await opened.socket.close()
        else:
            connection = opened.socket._response.connection
            assert connection and connection.transport
            connection.transport.abort()
        await process.gone()


@needs_pidfd
async def test_an_app_that_hangs_is_killed(client: aiohttp.ClientSession, served: Served) -> None:
    async with tab(client, served) as opened:
        process = await opened.process()
        await opened.type("hang\r")
        await opened.shows("busy")
        await opened.socket.close()
        await process.gone()


@needs_pidfd
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
async def test_processes_end_with_the_server(client: aiohttp.ClientSession, number: int) -> None:
    with serving() as server:
        async with tab(client, server) as opened:
            process = await opened.process()
            server.process.send_signal(number)
            await process.gone()
            if number != signal.SIGKILL:
                assert await opened.closed() == aiohttp.WSCloseCode.GOING_AWAY
        code = await anyio.to_thread.run_sync(server.process.wait)
        assert code == (-number if number == signal.SIGKILL else 0)


async def test_leaving_the_app_closes_the_connection(
    client: aiohttp.ClientSession, served: Served
) -> None:
    async with tab(client, served) as opened:
        await opened.shows("Where to")
        await opened.type("\x11")
        assert await opened.closed() == aiohttp.WSCloseCode.OK


async def test_there_are_no_more_sessions_than_allowed(
    client: aiohttp.ClientSession, served: Served
) -> None:
    async with tab(client, served) as first, tab(client, served) as second:
        await first.shows("Where to")
        await second.shows("Where to")
        async with tab(client, served) as third:
            await third.shows(f"All {LIMIT} sessions of this server are taken")
            assert await third.closed() == aiohttp.WSCloseCode.TRY_AGAIN_LATER
        await first.socket.close()
        async with tab(client, served) as fourth:  # as a page that is reloaded
            await fourth.shows("Where to")


async def test_an_app_that_cannot_start_is_told_in_both_places(
    client: aiohttp.ClientSession,
) -> None:
    with serving(sys.executable, "-c", r"raise SystemExit('no map \x1b]0;owned\x07')") as server:
        async with tab(client, server) as opened:
            await opened.shows("could not start")
            assert await opened.closed() == aiohttp.WSCloseCode.OK
        code, errors = server.end()
        assert code == 0
        assert "no map" in errors
        assert "\x1b" not in errors


async def test_an_app_that_crashes_ends_its_session(client: aiohttp.ClientSession) -> None:
    with serving() as server:
        async with tab(client, server) as opened:
            await opened.shows("Where to")
            await opened.type("crash\r")
            assert await opened.closed() == aiohttp.WSCloseCode.OK
        code, errors = server.end()
        assert code == 0
        assert "\x1b" not in errors


def test_the_app_gets_the_browsers_terminal_and_the_travellers_wishes() -> None:
    ours = {
        **{"NO_COLOR": "1", "TERM": "dumb", "COLORTERM": "", "COLUMNS": "10", "LINES": "10"},
        **{"TRIPARTITE_TOKEN": TOKEN, "TEXTUAL": "debug", "TEXTUAL_LOG": "x", "HOME": "/home/ada"},
    }
    theirs = environment(Size(80, 24), ours)
    assert theirs["NO_COLOR"] == "1"
    assert theirs["HOME"] == "/home/ada"
    assert (theirs["COLUMNS"], theirs["ROWS"]) == ("80", "24")
    assert (theirs["TERM"], theirs["COLORTERM"]) == ("xterm-256color", "truecolor")
    assert not {"TRIPARTITE_TOKEN", "TEXTUAL", "TEXTUAL_LOG", "LINES"} & set(theirs)


# Files to save


async def test_a_file_is_saved_once_and_never_shown(
    client: aiohttp.ClientSession, served: Served
) -> None:
    async with tab(client, served) as opened:
        await opened.shows("Where to")
        await opened.type("save\r")
        what, key = await opened.told()
        assert what == "deliver_file_start"
        url = f"{served.url}download/{key}"
        async with client.get(url, headers={"Sec-Fetch-Site": "cross-site"}) as refused:
            assert refused.status == 403

        async def keep_drawing() -> None:
            async for _ in opened.socket:
                pass

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(keep_drawing)
            async with client.get(url) as answer:
                assert await answer.text("utf-8") == "é" * 100_000
            tasks.cancel_scope.cancel()
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        disposition = answer.headers["Content-Disposition"]
        assert disposition.startswith("attachment; ")
        assert "%C3%A9.html" in disposition
        assert "X" not in answer.headers
        async with client.get(url) as again:
            assert again.status == 404


@given(st.text())
def test_a_header_cannot_be_broken_by_a_name(path: str) -> None:
    header = attachment(path)
    assert header.isascii() and header.isprintable()
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    assert not {"/", "\\"} & set(message.get_filename() or "")


@given(st.text() | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_an_envelope_is_a_packet_or_a_pong_or_a_value_error(text: str) -> None:
    try:
        heard = read_envelope(text)
    except ValueError:
        return
    assert isinstance(heard, Pong) or int.from_bytes(heard[1:5], "big") == len(heard) - 5


def test_only_web_pages_are_opened() -> None:
    opened = url_to_open("https://example.org/")
    assert opened and json.loads(opened)[1]["url"] == "https://example.org/"
    for url in ("javascript:alert(1)", "file:///etc/passwd", " https://x", "data:text/html,x"):
        assert url_to_open(url) is None


# The command


def command(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TRIPARTITE, "serve", *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**os.environ, **env},
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "box.local"])
def test_other_machines_are_let_in_only_when_told_to(host: str) -> None:
    done = command("--host", host, "--port", "0")
    assert done.returncode == 2
    assert "--allow-remote" in done.stderr
    assert not done.stdout


def test_a_short_token_is_refused() -> None:
    done = command("--token", "secret")
    assert done.returncode == 2
    assert "too short" in done.stderr


def test_a_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("--port", str(port))
    assert done.returncode == 1
    assert f"port {port}" in done.stderr and "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_host_that_is_not_here_is_told() -> None:
    done = command("--host", "nowhere.invalid", "--allow-remote", "--port", "0")
    assert done.returncode == 1
    assert "cannot listen at nowhere.invalid" in done.stderr


def test_without_the_extra_the_command_says_what_to_install() -> None:
    script = """
import sys
sys.meta_path.insert(0, type("Missing", (), {"find_spec": staticmethod(
    lambda name, *_: sys.exit("imported") if name == "aiohttp" else None)}))
import importlib.util
importlib.util.find_spec = lambda name: None
from planner.cli import main
main(["serve"])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 2
    assert "pip install -e '.[web]'" in done.stderr


async def test_a_made_up_token_is_printed_once_and_asked_for(client: aiohttp.ClientSession) -> None:
    arguments = ("--host", "0.0.0.0", "--allow-remote", "--port", "0")
    with started(TRIPARTITE, "serve", *arguments) as server:
        address, _, token = server.url.partition("?token=")
        assert len(token) >= 32
        async with client.get(address) as answer:
            assert answer.status == 401
        async with client.get(server.url) as answer:
            assert answer.status == 200 and answer.url == URL(address)
        code, errors = server.end()
        assert code == 0
        assert token not in errors
        assert "not encrypted" in errors


# A real browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@pytest.fixture
async def browser() -> AsyncIterator[BrowserContext]:
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    assert CHROMIUM, "CI must run the tests in a browser: apt-get install chromium"
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield await chromium.new_context()
        await chromium.close()


class Watched:
    """A page, the screen it draws, and all that it asked for or complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screen = Screen(250, 80)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", self._watch)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda m: m.type == "error" and self.complaints.append(m.text))

    def _watch(self, socket: Any) -> None:
        self.requests.append(socket.url)
        socket.on("framereceived", lambda data: isinstance(data, bytes) and self.screen.feed(data))

    def asked_only(self, host: str) -> bool:
        return {urlsplit(url).netloc for url in self.requests} == {host}


async def test_in_a_browser_the_app_is_used_from_first_key_to_last(
    browser: BrowserContext, served: Served
) -> None:
    watched = Watched(await browser.new_page())
    page, screen = watched.page, watched.screen
    await page.goto(served.url)
    await screen.shows("Where to")
    await page.wait_for_selector("body.-first-byte")
    await page.keyboard.type("Lisbon")
    await page.keyboard.press("Enter")
    await screen.shows("heard Lisbon")
    assert watched.complaints == []
    await page.keyboard.press("Control+q")
    await page.get_by_text("This session has ended").wait_for(state="visible")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("body.-first-byte:not(.-closed)")
    assert watched.asked_only(urlsplit(served.url).netloc)


async def test_in_a_browser_a_file_is_saved(browser: BrowserContext, served: Served) -> None:
    saved: list[Any] = []
    arrived = anyio.Event()

    def save(download: Any) -> None:
        saved.append(download)
        arrived.set()

    watched = Watched(await browser.new_page())
    watched.page.on("download", save)  # which of the two tells of it is a race
    browser.on("page", lambda opened: opened.on("download", save))
    await watched.page.goto(served.url)
    await watched.page.wait_for_selector("body.-first-byte")
    await watched.screen.shows("Where to")
    await watched.page.keyboard.type("save")
    await watched.page.keyboard.press("Enter")
    with anyio.fail_after(SECONDS):
        await arrived.wait()
    assert await anyio.Path(await saved[0].path()).read_text("utf-8") == "é" * 100_000
    assert saved[0].suggested_filename.endswith("é.html")


async def test_in_a_browser_a_page_of_another_origin_gets_no_socket_and_no_frame(
    browser: BrowserContext, served: Served
) -> None:
    async def foreign(_: web.Request) -> web.Response:
        return web.Response(text="<h1>Free holidays</h1>", content_type="text/html")

    application = web.Application()
    application.add_routes([web.get("/", foreign)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        opened = await page.evaluate(
            """url => new Promise(answer => {
                const socket = new WebSocket(url);
                socket.onopen = () => answer("open");
                socket.onerror = () => answer("refused");
            })""",
            f"{served.url.replace('http', 'ws')}ws",
        )
        assert opened == "refused"
        framed = await page.evaluate(
            """url => new Promise(answer => {
                const frame = document.createElement("iframe");
                frame.onload = () => answer(frame.contentDocument === null);
                frame.src = url;
                document.body.append(frame);
            })""",
            served.url,
        )
        assert framed  # loaded as an error page, which nobody can look into
        for frame in page.frames:
            assert "terminal" not in await frame.content()
    finally:
        await runner.cleanup()


async def test_in_a_browser_a_wish_becomes_a_plan(browser: BrowserContext, tmp_path: Path) -> None:
    homes = {name: str(tmp_path) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    with started(TRIPARTITE, "serve", "--port", "0", **homes) as server:
        watched = Watched(await browser.new_page())
        await watched.page.goto(server.url)
        await watched.page.wait_for_selector("body.-first-byte")
        await watched.page.keyboard.type("2 days in Lisbon in May")
        await watched.screen.shows("2 days in Lisbon in May")
        await watched.page.keyboard.press("Enter")
        await watched.screen.shows("Itinerary", "Compare", "Day 1|Lisbon")
        assert watched.asked_only(urlsplit(server.url).netloc)
        assert watched.complaints == []
        await browser.close()
        assert server.end() == (0, "Ctrl-C ends the server and its sessions\n")
