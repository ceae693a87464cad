"""The server of `tripartite serve`: one page, one socket for each session, and the files to save."""

from __future__ import annotations

import logging
import re
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import anyio
from aiohttp import WSCloseCode, web
from aiohttp.http_exceptions import HttpProcessingError

from planner.web.access import Access, is_our_origin, url_of
from planner.web.session import Session, close, show
from planner.web.wire import Size, attachment

MAX_MESSAGE = 256 * 1024  # bytes; the longest text that can be pasted at once
HEARTBEAT_SECONDS = 15.0
SLOT_SECONDS = 4.0  # a reloaded page comes back before its last session has quite ended
SHUTDOWN_SECONDS = 12.0

STATIC = {
    "page.css": "planner.web",
    "page.js": "planner.web",
    "icon.svg": "planner.web",
    "css/xterm.css": "textual_serve",
    "js/textual.js": "textual_serve",
}
"""What is served of which package's folder `static`: these files and no others."""

HEADERS = {
    # xterm writes style elements; nothing else is inline, and nothing comes from elsewhere.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

OTHER_HOST = "This server does not go by that name. Open the address that it printed.\n"
OTHER_PAGE = "This request does not come from the page of this server, so it is refused.\n"
NO_TOKEN = "This server asks for a token. Open its page first.\n"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Place:
    """Where to listen, what to run there, and for how many at once."""

    command: Sequence[str]
    access: Access
    port: int = 8000
    sessions: int = 8


async def serve(
    place: Place, announce: Callable[[str], object], report: Callable[[str], object]
) -> None:
    """Serves until it is signalled to end; when it returns, every session has ended.

    `announce` gets the page's URL once it can be opened, `report` what goes wrong in a session.
    Raises OSError when it cannot listen there.
    """
    faults = logging.getLogger("tripartite.web")
    faults.addFilter(_is_our_fault)
    runner = web.AppRunner(
        Site(place, report).application(),
        access_log=None,
        logger=faults,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )
    with anyio.open_signal_receiver(*_ending_signals()) as signals:
        await runner.setup()
        try:
            await web.TCPSite(runner, place.access.host, place.port).start()
            announce(url_of(place.access.host, runner.addresses[0][1]))
            async for _ in signals:
                break
        finally:
            with anyio.CancelScope(shield=True):
                await runner.cleanup()


def _ending_signals() -> list[signal.Signals]:
    ending = [signal.SIGINT, signal.SIGTERM]
    hang_up: signal.Signals | None = getattr(signal, "SIGHUP", None)
    if hang_up and signal.getsignal(hang_up) is not signal.SIG_IGN:  # nohup: to go on is wanted
        ending.append(hang_up)
    return ending


def _is_our_fault(record: logging.LogRecord) -> bool:
    """A malformed request is the sender's, and its words, maybe a token, stay out of the log."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


class Site:
    """The routes, what stands guard before them, and the sessions that are open."""

    def __init__(self, place: Place, report: Callable[[str], object]) -> None:
        self._access = place.access
        self._command = place.command
        self._report = report
        self._slots = anyio.Semaphore(place.sessions)
        self._full = (
            f"All {place.sessions} sessions of this server are taken. Close another tab, then try "
            "again; or start the server with a higher --sessions."
        )
        self._sessions: set[Session] = set()
        ours = files("planner.web") / "static"
        self._app_page = (ours / "page.html").read_text("utf-8")
        self._token_page = (ours / "token.html").read_text("utf-8")
        self._static_files = {
            name: Path(str(files(package) / "static" / name)) for name, package in STATIC.items()
        }

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._guard])
        application.add_routes(
            [
                web.get("/", self._page),
                web.get("/ws", self._socket, allow_head=False),
                web.get("/download/{key}", self._download, allow_head=False),
                web.get("/static/{name:.*}", self._static),
            ]
        )
        application.on_response_prepare.append(_add_headers)
        application.on_shutdown.append(self._end_sessions)
        return application

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        hosts = request.headers.getall("Host", [])
        if len(hosts) != 1 or not self._access.is_our_host(hosts[0]):
            raise web.HTTPForbidden(text=OTHER_HOST)
        if request.path != "/" and not _is_from_our_page(request, hosts[0]):
            raise web.HTTPForbidden(text=OTHER_PAGE)
        if self._access.token is None:
            return await handler(request)
        cookie = f"tripartite-{re.sub('[^0-9]', '', hosts[0])}"  # browsers share them among ports
        token = request.query.get("token", "") if request.path == "/" else ""
        if self._access.is_token(token):
            welcome = web.HTTPSeeOther("/")
            welcome.set_cookie(cookie, self._access.cookie, httponly=True, samesite="Strict")
            return welcome
        if self._access.is_cookie(request.cookies.get(cookie, "")):
            return await handler(request)
        if request.path != "/":
            raise web.HTTPUnauthorized(text=NO_TOKEN)
        status = 403 if token else 401
        return web.Response(text=self._token_page, content_type="text/html", status=status)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text=self._app_page, content_type="text/html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        path = self._static_files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        websocket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_MESSAGE, compress=False, timeout=2.0
        )
        if not websocket.can_prepare(request):
            raise web.HTTPBadRequest(text="This address is for the page's own socket.\n")
        has_slot = False
        with anyio.move_on_after(SLOT_SECONDS):
            await self._slots.acquire()
            has_slot = True
        try:
            await websocket.prepare(request)
            if has_slot:
                await self._run_session(websocket, Size.of_query(request.query))
            else:
                await show(websocket, self._full)
                await close(websocket, WSCloseCode.TRY_AGAIN_LATER)
        finally:
            if has_slot:
                self._slots.release()
        return websocket

    async def _run_session(self, websocket: web.WebSocketResponse, size: Size) -> None:
        session = Session(websocket, self._command, self._report)
        self._sessions.add(session)
        try:
            await session.run(size)
        finally:
            self._sessions.remove(session)

    async def _end_sessions(self, application: web.Application) -> None:
        for session in self._sessions:
            session.stop()

    async def _download(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        for session in self._sessions:
            if download := session.take_offer(key):
                break
        else:
            raise web.HTTPNotFound(text="No such file, or it was saved before.\n")
        response = web.StreamResponse(
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": attachment(download.path),
            }
        )
        await response.prepare(request)
        async with aclosing(session.chunks(download)) as chunks:
            async for chunk in chunks:
                await response.write(chunk)
        await response.write_eof()
        return response


def _is_from_our_page(request: web.Request, host: str) -> bool:
    """By what browsers tell of where a request comes from; a socket must tell it."""
    origin = request.headers.get("Origin")
    if origin is None:
        told = request.headers.get("Sec-Fetch-Site", "same-origin")
        return request.path != "/ws" and told in ("same-origin", "none")
    return is_our_origin(origin, host)


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "tripartite"  # and not the versions of what it runs on
