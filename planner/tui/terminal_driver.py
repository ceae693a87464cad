"""How the app draws on a terminal: as Textual does, and a terminal that goes away ends it cleanly."""

from __future__ import annotations

import os
import termios
from collections.abc import Callable
from typing import IO, Any

from textual.drivers.linux_driver import LinuxDriver


class TerminalDriver(LinuxDriver):
    """Textual's own, but a broken connection neither stops the writer nor starts the reader anew.

    Without this the app waits for ever on a full queue, and its agents are never cancelled.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._file: Any = _Lasting(self._file)

    def _sigcont_application(self, *_: object) -> None:
        """The kernel sends this signal after a hang-up too."""
        try:
            termios.tcgetattr(self.fileno)
        except termios.error:
            return
        super()._sigcont_application()


class _Lasting:
    """A file that takes what is written to it even when its terminal is gone."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        self._try(lambda: self._file.write(text))

    def flush(self) -> None:
        self._try(self._file.flush)

    def fileno(self) -> int:
        return self._file.fileno()

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except OSError:  # from now on, and for what is still in its buffer
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
