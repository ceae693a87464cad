"""Every error of ours, in one tree.

    TripartiteError
    ├── RequestError        the request cannot be read or cannot be met as stated; names the fields
    ├── AtlasError          the embedded world
    │   ├── UnknownPlace    no such destination, place, airport or country; names the nearest
    │   └── InvalidRecord   a record breaks the rules of the format
    ├── ToolError           a tool was called with arguments it cannot take
    ├── BackendError        an agent's work could not be carried out
    │   ├── Interrupted     it was cancelled when it was recorded, and so it is when it is played
    │   ├── LimitReached    the agent or the run used up its seconds, requests, tokens or cost
    │   ├── InvalidOutput   what came back does not fit the agreed type
    │   ├── NotUsable       a package or a key is missing, or the key or the model is refused
    │   ├── Unreachable     no connection, no answer in time, a broken one, or a server in trouble
    │   ├── ContextOverflow more was sent than the model can hold
    │   └── Declined        the model or a filter in front of it will not answer this
    └── FileError           a file of the traveller's, named in the message
        ├── StoreError      the kept trips cannot be read or written
        ├── SettingsError   the settings cannot be saved
        ├── ExportError     a plan cannot be written where it was wanted
        └── RecordingError  a recorded run cannot be written, read or played

A message says what happened, where, and what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class TripartiteError(Exception):
    """The root: `except TripartiteError` catches whatever we raise on purpose."""


class FieldProblem(NamedTuple):
    """What is wrong with one field of a request, and what would be right."""

    field: str
    message: str


class RequestError(TripartiteError):
    """The request cannot be planned as it stands; `problems` names each field."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{field}: {message}" for field, message in self.problems))


class AtlasError(TripartiteError):
    """Something about the embedded world."""


class UnknownPlace(AtlasError):
    """No such name. `nearest` holds known names that come close, best first."""

    def __init__(self, message: str, nearest: Sequence[str] = ()) -> None:
        self.nearest = tuple(nearest)
        hint = f"; did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        super().__init__(message + hint)


class InvalidRecord(AtlasError):
    """A record breaks the format; the message names file, key and rule."""


class ToolError(TripartiteError):
    """A tool cannot answer for these arguments; the message says which would do."""


class BackendError(TripartiteError):
    """A backend could not carry out an agent's task."""


class Interrupted(BackendError):
    """The work was cancelled when it was recorded, and so it is when it is played."""


class LimitReached(BackendError):
    """A limit in seconds, requests, tokens or cost was used up."""


class InvalidOutput(BackendError):
    """The answer does not fit the agreed output type."""


class NotUsable(BackendError):
    """A backend cannot be used as it is set up; trying again will not help."""


class Unreachable(BackendError):
    """No answer could be had from a server, after the retries there are."""


class ContextOverflow(BackendError):
    """The conversation is longer than the model can hold."""


class Declined(BackendError):
    """A model refused, or a content filter stopped its answer."""


class FileError(TripartiteError):
    """A file cannot be used; the message names it and says what would help."""


class StoreError(FileError):
    """The kept trips cannot be read or written; nothing in the file was changed."""


class SettingsError(FileError):
    """The settings cannot be saved."""


class ExportError(FileError):
    """A plan cannot be written where it was wanted."""


class RecordingError(FileError):
    """A recorded run cannot be written, read or played; names the line where there is one."""
