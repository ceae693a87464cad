"""A conversation in whole lines: over a terminal, however dumb, or a pipe."""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from pathlib import Path

from agents.cleaning import clean

LONGEST = 4000
"""Characters of one typed line; the rest is thrown away."""
_IN_LETTERS = "tripartite.letters"


class Lines:
    """Says and asks. Nothing here is coloured, moves the cursor or depends on a width."""

    def __init__(self) -> None:
        tell_in_letters()
        self.by_hand = sys.stdin is not None and sys.stdin.isatty()
        self.gone = False
        """Whether nobody reads any more what is said."""
        if isinstance(sys.stdin, io.TextIOWrapper):
            ascii_only = codecs.lookup(sys.stdin.encoding).name == "ascii"
            sys.stdin.reconfigure(encoding="utf-8" if ascii_only else None, errors="replace")

    def say(self, *lines: str) -> None:
        """Each on a line of its own."""
        self._write("".join(f"{line}\n" for line in lines))

    def ask(self, prompt: str) -> str | None:
        """What is typed, cleaned and on one line; None at the end of the input.

        Out of a pipe nothing is echoed, so the prompt gets a line of its own.
        """
        self._write(f"{prompt} " if self.by_hand else f"{prompt}\n")
        if self.gone or sys.stdin is None:
            return None
        line = rest = sys.stdin.readline(LONGEST)
        while rest and not rest.endswith("\n"):
            rest = sys.stdin.readline(LONGEST)
        if not line:
            if self.by_hand:
                self._write("\n")
            return None
        return " ".join(clean(line).split())

    def _write(self, text: str) -> None:
        if self.gone:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:  # nobody reads any more, or the terminal has gone
            self.gone = True
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  closed with the process


def tell_in_letters() -> None:
    """Let what the output cannot encode come out as the letters that it can: "Sao Bento"."""
    codecs.register_error(_IN_LETTERS, _letters)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_IN_LETTERS)


def _letters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    split = unicodedata.normalize("NFKD", error.object[error.start : error.end])
    known = "".join(c if c.isascii() else "?" for c in split if not unicodedata.combining(c))
    return known, error.end
