"""The app in a process of its own, spoken to in packets over its standard input and output."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress

import anyio
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from planner.web.wire import Size, meta_packet

READY = b"__GANGLION__\n"
"""What the driver in the app writes once, ahead of its packets."""
LONGEST_PRELUDE = 64 * 1024
QUIT_SECONDS, TERMINATE_SECONDS, KILL_SECONDS = 3.0, 2.0, 5.0
STUCK_SECONDS = 10.0  # an app that takes nothing in for so long is given up
ERRORS_KEPT = 4000  # bytes, the last

NOT_FOR_THE_APP = {
    *("TRIPARTITE_TOKEN", "TEXTUAL", "LINES", "FORCE_COLOR", "CLICOLOR_FORCE"),
    *("TERMINFO", "TMUX", "STY"),
}


class NotStarted(Exception):
    """The process ended, or wrote something else, where the app should have begun to draw."""


def environment(size: Size, ours: Mapping[str, str]) -> dict[str, str]:
    """Our own environment, but the browser's terminal in place of ours.

    NO_COLOR stays: it is the traveller's wish. The token and Textual's own switches do not.
    """
    kept = {
        name: value
        for name, value in ours.items()
        if name not in NOT_FOR_THE_APP and not name.startswith("TEXTUAL_")
    }
    return kept | {
        "TEXTUAL_DRIVER": "planner.tui.browser_driver:BrowserDriver",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TERM_PROGRAM": "textual",
        "COLUMNS": str(size.columns),
        "ROWS": str(size.rows),
    }


class AppProcess:
    """A running app; whoever opens it must `end` it."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._errors = b""

    @classmethod
    async def open(cls, command: Sequence[str], size: Size) -> AppProcess:
        return cls(
            await anyio.open_process(
                command,
                env=environment(size, os.environ),
                start_new_session=True,  # Ctrl-C in the server's terminal is for the server alone
            )
        )

    @property
    def errors(self) -> str:
        """The last of what it wrote to its standard error."""
        return self._errors.decode("utf-8", "replace")

    async def send(self, packet: bytes) -> None:
        """Raises BrokenResourceError when the process is gone, TimeoutError when it is stuck."""
        assert self._process.stdin is not None
        with anyio.fail_after(STUCK_SECONDS):
            await self._process.stdin.send(packet)

    async def packets(self) -> AsyncIterator[tuple[bytes, bytes]]:
        """Kind and payload of each packet, until the process ends. Raises NotStarted."""
        assert self._process.stdout is not None
        output = BufferedByteReceiveStream(self._process.stdout)
        try:
            await output.receive_until(READY, LONGEST_PRELUDE)
        except (anyio.IncompleteRead, anyio.DelimiterNotFound, anyio.BrokenResourceError):
            raise NotStarted from None
        with suppress(anyio.IncompleteRead, anyio.BrokenResourceError):
            while True:
                kind = await output.receive_exactly(1)
                length = int.from_bytes(await output.receive_exactly(4), "big")
                yield kind, await output.receive_exactly(length)

    async def keep_errors(self) -> None:
        """Reads standard error to its end, so that the app never waits for a reader."""
        assert self._process.stderr is not None
        with suppress(anyio.BrokenResourceError):
            async for part in self._process.stderr:
                self._errors = (self._errors + part)[-ERRORS_KEPT:]

    async def end(self) -> None:
        """Asks it to quit, then tells it to, then kills it and what it started."""
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, TimeoutError):
            await self.send(meta_packet(type="quit"))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._discard_output)
            tasks.start_soon(self.keep_errors)
            for urge, seconds in (
                (None, QUIT_SECONDS),
                (self._process.terminate, TERMINATE_SECONDS),
                (self._kill_group, KILL_SECONDS),
            ):
                if urge:
                    urge()
                with anyio.move_on_after(seconds):
                    await self._process.wait()
                    break
            tasks.cancel_scope.cancel()
        await self._process.aclose()

    async def _discard_output(self) -> None:
        assert self._process.stdout is not None
        with suppress(anyio.BrokenResourceError):
            async for _ in self._process.stdout:
                pass

    def _kill_group(self) -> None:
        if sys.platform == "win32":
            self._process.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
