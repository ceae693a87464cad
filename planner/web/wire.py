"""What goes over the two wires of a session: envelopes from the browser, packets to and from the app.

An envelope is a JSON list, `["stdin", "a"]`. A packet is one letter, four bytes of length and a
payload: D what a terminal would show or type, M a JSON object about it, P a part of a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import quote

from agents.cleaning import clean_line

MAX_COLUMNS, MAX_ROWS = 500, 200
LONGEST_NAME = 120  # characters of a file's name


class Size(NamedTuple):
    """Of the terminal, in cells."""

    columns: int
    rows: int

    @classmethod
    def within_bounds(cls, columns: int, rows: int) -> Size:
        return cls(min(max(columns, 1), MAX_COLUMNS), min(max(rows, 1), MAX_ROWS))

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> Size:
        """From `?width=80&height=24`; 80 × 24 where that cannot be read."""
        try:
            return cls.within_bounds(int(query["width"]), int(query["height"]))
        except (KeyError, ValueError):
            return cls(80, 24)


class Pong(NamedTuple):
    """An answer that goes back to the browser, not on to the app."""

    data: str


def data_packet(payload: bytes) -> bytes:
    return b"D%s%s" % (len(payload).to_bytes(4, "big"), payload)


def meta_packet(**meta: str | int | None) -> bytes:
    payload = json.dumps(meta).encode()
    return b"M%s%s" % (len(payload).to_bytes(4, "big"), payload)


def read_envelope(text: str) -> bytes | Pong:
    """The packet for the app, or the answer to a ping.

    Raises ValueError for whatever the page's own script would not have sent.
    """
    try:
        envelope = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
    match envelope:
        case ["stdin", str(typed)]:
            return data_packet(typed.encode())  # half a surrogate pair is a ValueError, too
        case ["resize", {"width": int(width), "height": int(height)}]:
            columns, rows = Size.within_bounds(width, height)
            return meta_packet(type="resize", width=columns, height=rows)
        case ["focus" | "blur" as change]:
            return meta_packet(type=change)
        case ["ping", str(data)]:
            return Pong(data)
        case _:
            raise ValueError("not an envelope")


def url_to_open(url: str) -> str | None:
    """The message that makes the browser open a web page; None for any other kind of address."""
    if not re.match(r"https?://", url, re.IGNORECASE):
        return None
    return json.dumps(["open_url", {"url": url, "new_tab": True}])


def attachment(path: str) -> str:
    """A Content-Disposition that saves under the last part of `path` and never shows the file."""
    name = clean_line(PurePath(path).name, LONGEST_NAME) or "tripartite"
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
