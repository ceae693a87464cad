"""How untrusted text is made harmless. `agents.text` has the pydantic types that do it.

Only the standard library is imported, so that the first screen can clean what it shows.
"""

from __future__ import annotations

import re
import unicodedata

ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?|\x9b[0-?]*[@-~]"
)
"""Sequences that a terminal obeys."""
_KEPT_CONTROLS = "\n\t"
MAX_CHARACTERS = 4000


def clean(value: object, limit: int = MAX_CHARACTERS) -> str:
    """`value` as text without escape sequences, control, bidirectional or private characters.

    At most `limit` characters; a cut is marked with "…".
    """
    text = str(value)
    if len(text) <= limit and text.replace("\n", "").replace("\t", "").isprintable():
        return text  # nearly always, and a hundred times as fast
    text = ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(
        c
        for c in text
        if c in _KEPT_CONTROLS or unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs", "Cn"}
    )
    return text if len(text) <= limit else text[: limit - 1] + "…"


def clean_line(value: object, limit: int = 300) -> str:
    """Like `clean`, on one line."""
    text = str(value)
    if len(text) <= limit and text.isprintable() and "  " not in text and text == text.strip(" "):
        return text  # nearly always: of all blanks only the space is printable
    text = " ".join(clean(text).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
