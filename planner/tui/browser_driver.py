"""How the app is drawn when `tripartite serve` runs it."""

from __future__ import annotations

import os
from threading import Lock
from typing import Any

from textual.app import App
from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp


class BrowserDriver(WebDriver):
    """Textual's own, made safe for two threads, and for a server that is gone.

    The screen and the files to save are written by different threads into one pipe, which takes a
    long packet in pieces: unguarded, one packet can end up inside another.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._writing = Lock()
        self._write = self._write_whole  # type: ignore[assignment]  # there, a partial of os.write

    def _write_whole(self, data: bytes) -> int:
        with self._writing:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self.fileno, rest) :]
        return len(data)

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():  # the server closed our standard input, or was killed
            self._app.post_message(ExitApp())
