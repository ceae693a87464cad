"""A real pseudo-terminal for tests: a process in it, an emulator that shows what it draws.

Everything waits for something to be on the screen, never for time to pass.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyte

SECONDS = 40.0
"""How long anything may take on a machine that is busy."""
KEYS = {
    "enter": "\r", "escape": "\x1b[27u", "tab": "\t", "shift+tab": "\x1b[Z", "backspace": "\x7f",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "space": " ",
    "home": "\x1b[H", "end": "\x1b[F", "delete": "\x1b[3~", "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~", "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS",
    "ctrl+c": "\x03", "ctrl+l": "\x0c", "ctrl+p": "\x10", "ctrl+q": "\x11", "ctrl+s": "\x13",
}  # fmt: skip
"""What a terminal sends for a key; every other key is its own character."""


SYNC_ASKED, SYNC_KNOWN = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""The question whether frames may be sent as a whole, and the answer of today's terminals."""
FRAME_BEGINS, FRAME_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"
LONGEST_SEQUENCE = 64
"""Bytes of an escape sequence, at most."""


def environment(home: Path, **more: str | None) -> dict[str, str]:
    """Ours, with colours, no wishes of the developer's own, and settings and trips below `home`.

    None takes a variable away.
    """
    unwanted = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM_PROGRAM", "TEXTUAL")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(unwanted)}
    kept |= {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONUTF8": "1",
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
    }
    return {k: v for k, v in {**kept, **more}.items() if v is not None}


class Terminal:
    """One process with a terminal of its own, which it controls as a login shell would.

    `written` is every byte that the process has sent; `shows` is where the emulator stands.
    """

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        size: tuple[int, int] = (120, 40),
        cwd: Path | None = None,
        redirected: Mapping[str, Any] | None = None,
    ) -> None:
        self.ours, self._theirs = pty.openpty()
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._told = 0
        self.written = b""
        self.read_at = self.started = 0.0
        self._set_size(*size)
        self.modes_before = termios.tcgetattr(self._theirs)
        self.started = time.monotonic()
        streams = {"stdin": self._theirs, "stdout": self._theirs, "stderr": self._theirs}
        self.process = subprocess.Popen(
            command,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=self._take_control,
            **{**streams, **(redirected or {})},
        )

    def _take_control(self) -> None:
        """In the child: this terminal's signals are for it."""
        fcntl.ioctl(self._theirs, termios.TIOCSCTTY, 0)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.hang_up()
        if self._theirs >= 0:
            os.close(self._theirs)

    # What the process writes

    def read(self, seconds: float) -> bool:
        """Take what there is, waiting at most `seconds` for it; False when nothing came."""
        if self.ours < 0:  # hung up: all that can still come is the end of the process
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
            return False
        if not select.select([self.ours], [], [], max(0.0, seconds))[0]:
            return False
        try:
            piece = os.read(self.ours, 65536)
        except OSError:  # how Linux tells that the other side has closed
            return False
        self.read_at = time.monotonic()
        asked = self.written.count(SYNC_ASKED)
        self.written += piece
        if self.written.count(SYNC_ASKED) > asked:
            os.write(self.ours, SYNC_KNOWN)
        return bool(piece)

    @property
    def lines(self) -> list[str]:
        """The screen after the last whole frame, each line as wide as the terminal."""
        begun, done = self.written.rfind(FRAME_BEGINS), self.written.rfind(FRAME_ENDS)
        end = begun if begun > done else len(self.written)
        # The emulator loses its way in a sequence that comes in two pieces.
        cut = self.written.rfind(b"\x1b", max(self._told, end - LONGEST_SEQUENCE), end)
        end = cut if cut >= 0 else end
        if self._told < end:
            self._stream.feed(self.written[self._told : end])
            self._told = end
        return list(self.screen.display)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def until(self, seen: str | Callable[[str], object], seconds: float = SECONDS) -> str:
        """Read until the screen has these words, or suits; returns the screen."""
        suits = seen if callable(seen) else lambda text: seen in text
        deadline = time.monotonic() + seconds
        while True:
            text = self.text
            if suits(text):
                return text
            gone = self.process.poll() is not None
            if not self.read(min(0.2, deadline - time.monotonic())) and (
                gone or time.monotonic() > deadline
            ):
                wanted = seen if isinstance(seen, str) else "what was waited for"
                state = f"ended with {self.process.returncode}" if gone else "is still at work"
                raise AssertionError(f"the screen never showed {wanted!r}; it {state}:\n{text}")

    def drained(self, until: float) -> None:
        """Read, without looking, until this moment of the monotonic clock."""
        while (left := until - time.monotonic()) > 0:
            self.read(left)

    def ended(self, seconds: float = SECONDS) -> int:
        """Read until the process is gone; its exit code as a shell reports it (128 + a signal)."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"the process does not end; its screen:\n{self.text}")
            self.read(0.05)
        while self.read(0):
            pass
        code = self.process.returncode
        return code if code >= 0 else 128 - code

    @property
    def modes(self) -> list[Any]:
        """How the terminal handles keys and echo, as `termios.tcgetattr` tells it."""
        return termios.tcgetattr(self._theirs)

    # What the traveller does

    def send(self, raw: str | bytes) -> None:
        """Bytes as a terminal would send them; reads meanwhile, so that neither side waits."""
        data = raw.encode() if isinstance(raw, str) else raw
        while data:
            self.read(0)
            if select.select([], [self.ours], [], SECONDS)[1]:
                data = data[os.write(self.ours, data[:1024]) :]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.send(KEYS.get(key, key))

    def paste(self, raw: str | bytes) -> None:
        """As a terminal with bracketed paste hands it over."""
        data = raw.encode() if isinstance(raw, str) else raw
        self.send(b"\x1b[200~" + data + b"\x1b[201~")

    def click(self, column: int, row: int) -> None:
        """The left button, down and up; counted from 1, as the protocol does."""
        self.send(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")

    def click_on(self, words: str) -> None:
        """Click on the first place of the screen that has these words."""
        for row, line in enumerate(self.lines, 1):
            if words in line:
                self.click(line.index(words) + 1, row)
                return
        raise AssertionError(f"no {words!r} to click on:\n{self.text}")

    def resize(self, columns: int, rows: int) -> None:
        """As when the window is drawn larger: the kernel tells the process."""
        self.lines  # what was drawn for the old size  # noqa: B018
        self._set_size(columns, rows)
        self.screen.resize(rows, columns)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """The terminal goes away, as when a connection breaks."""
        if self.ours >= 0:
            if self._theirs >= 0:
                os.close(self._theirs)
                self._theirs = -1
            os.close(self.ours)
            self.ours = -1
