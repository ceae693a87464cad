"""A request to a model that failed, as one clear message of ours.

A fault says what happened and where, and what to do. Words of the server are quoted, but never a
secret: whoever makes a fault gives the secrets to take out. Those of a server that answers with an
error are made in `error_answers`, those without an answer that can be read in `connections`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.backends.servers.dialects import Server
from agents.backends.servers.refusals import NO_TOOLS
from agents.cleaning import clean_line
from agents.errors import BackendError, ContextOverflow, NotUsable

LONGEST_WHAT = 190
"""Characters of what happened: what to do and how often it was tried fit behind it into one line."""
LONGEST_QUOTE = 160
"""Of it for words of the server's."""
LONGEST_PLACE = 60


@dataclass(eq=False)  # an exception must have a hash
class Fault(Exception):
    """One failed request, the error that it becomes, and what may be done before it does."""

    kind: type[BackendError]
    what: str
    advice: str
    status: int = 0
    words: str = ""
    """The server's own words, in lower case, by which an option or a limit is recognised."""
    passing: bool = False
    """It may be different the next time."""
    attempts: int | None = None
    """At most so many, where more would be of no use."""
    wait: float | None = None
    """Seconds that the server wants us to wait."""
    settled: bool = False
    """It is about something else than the form of the request, unless it names an option."""
    tries: int = field(default=1, init=False)

    def __post_init__(self) -> None:
        if len(self.what) > LONGEST_WHAT:
            kept = self.what[: LONGEST_WHAT - 2].rstrip(" …")
            self.what = f"{kept}…{'”' if '“' in kept else ''}"

    @property
    def rejected(self) -> bool:
        """The request as it is was refused: it may be taken in another form."""
        return self.status in (200, 400, 404, 405, 415, 422, 500, 501) and not self.overflow

    @property
    def overflow(self) -> bool:
        return self.kind is ContextOverflow

    @property
    def no_tools(self) -> bool:
        return self.rejected and any(word in self.words for word in NO_TOOLS)

    def error(self) -> BackendError:
        tried = f", tried {self.tries} times" if self.tries > 1 else ""
        return self.kind(f"{self.what}{tried}; {self.advice}")

    def __str__(self) -> str:
        return self.what


def told(server: Server) -> str:
    where = clean_line(server.where, LONGEST_PLACE)
    apart = where and server.name not in server.where
    return f"{server.name} ({where})" if apart else where or server.name


def in_the_clear(server: Server) -> NotUsable:
    return NotUsable(
        f"the key for {told(server)} would be sent where anybody on the way can read it; "
        "write https://, or reach the server through a tunnel to localhost"
    )


def no_key(server: Server) -> NotUsable:
    return NotUsable(
        f"there is no key for {told(server)}; set {' or '.join(server.key_names) or 'its key'}"
    )
