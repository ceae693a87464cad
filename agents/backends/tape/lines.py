"""A recorded run as lines of JSON: written as it happens, read with distrust.

The first line says what the file is and what was asked. All others carry `at`, seconds since the
recording began, in the order of what happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import AwareDatetime, ConfigDict, Field, TypeAdapter, ValidationError

from agents.errors import RecordingError
from agents.events import Count, Event, Seconds
from agents.evidence import Fact
from agents.request import Frozen, TripRequest
from agents.text import Line, Text, clean_line, cleaned_json

VERSION: Literal[1] = 1
MOST_BYTES = 200_000_000
MOST_LINE_BYTES = 16_000_000


class Header(Frozen):
    """What was asked, of whom and when; `options` are those of intake, as JSON."""

    type: Literal["recording"] = "recording"
    format: Literal["tripartite"] = "tripartite"
    version: Literal[1] = VERSION
    product: Line
    """The version of Tripartite that wrote the file."""
    recorded: AwareDatetime
    backend: Line
    team: tuple[Line, ...] = ()
    words: Text = ""
    request: TripRequest
    options: Annotated[dict[str, Any], Field(default_factory=dict)]
    assumptions: tuple[Line, ...] = ()
    overrides: Annotated[dict[str, str], Field(default_factory=dict)]
    today: date | None = None
    """The day that words as "in May" were read on."""


class _Moment(Frozen):
    at: Seconds


class EventLine(_Moment):
    type: Literal["event"] = "event"
    event: Event


class _OfATask(_Moment):
    task: Count
    """Which of the run's tasks, from 1: an agent has one in each round and attempt."""
    agent: Line


class RecordedFeedback(Frozen):
    check: Line
    detail: Text
    places: tuple[Line, ...] = ()


class TaskLine(_OfATask):
    """An agent begins; `attempt` is the agent's first, second and so on."""

    type: Literal["task"] = "task"
    attempt: Count
    feedback: tuple[RecordedFeedback, ...] = ()


class ExchangeLine(_OfATask):
    """One request to a model and what came back, without headers and keys."""

    type: Literal["exchange"] = "exchange"
    number: Count
    request: Any
    answer: Any = None
    seconds: Seconds
    failed: Text = ""


class RecordedFact(Fact):
    """What a tool returned: enough for the ledger, and the `whole` fact for who reads the file."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    id: Annotated[str, Field(alias="key")]
    said: Annotated[Line, Field(alias="claim")]
    whole: Annotated[dict[str, Any], Field(alias="fact", default_factory=dict)]

    @property
    def key(self) -> str:
        return self.id

    @property
    def claim(self) -> str:
        return self.said


class ToolLine(_OfATask):
    """A tool has answered. Calls that failed are in the events alone."""

    type: Literal["tool"] = "tool"
    call: Count
    tool: Line
    arguments: Annotated[dict[str, Any], Field(default_factory=dict)]
    facts: tuple[RecordedFact, ...] = ()


class KeptLine(_OfATask):
    """Partial findings that the agent put in safety."""

    type: Literal["kept"] = "kept"
    findings: Any


class Failure(Frozen):
    """The name of an error's class and its message."""

    kind: Line
    message: Text = ""


class OutcomeLine(_OfATask):
    """How a task ended: with an output, with a failure, or cancelled from outside."""

    type: Literal["outcome"] = "outcome"
    output: Any = None
    failed: Failure | None = None
    cancelled: bool = False


class PlanLine(_Moment):
    type: Literal["plan"] = "plan"
    plan: dict[str, Any]


TapeLine = Annotated[
    EventLine | TaskLine | ExchangeLine | ToolLine | KeptLine | OutcomeLine | PlanLine,
    Field(discriminator="type"),
]
_LINE: TypeAdapter[TapeLine] = TypeAdapter(TapeLine, config={"defer_build": True})


@dataclass(frozen=True)
class Tape:
    """A recording that was read. `exchanges` with the model are counted, all else is kept."""

    path: Path
    header: Header
    lines: tuple[TapeLine, ...]
    exchanges: int

    @property
    def plan(self) -> dict[str, Any] | None:
        """The plan that came out, as JSON, not validated; None when the run came to none."""
        return next((x.plan for x in reversed(self.lines) if isinstance(x, PlanLine)), None)


def read_tape(path: Path) -> Tape:
    """Read and validate. Raises RecordingError with the line that is wrong.

    A last line without an end is left out: the run was ended in the midst of it.
    """
    with _opened(path) as file:
        raw_lines = _whole_lines(path, file)
        header = _header(path, raw_lines)
        lines: list[TapeLine] = []
        exchanges = 0
        for number, raw in raw_lines:
            with _readable(path, number):
                line = _LINE.validate_python(cleaned_json(raw.decode()))
            if isinstance(line, ExchangeLine):
                exchanges += 1
            else:
                lines.append(line)
        return Tape(path, header, tuple(lines), exchanges)


def read_header(path: Path) -> Header:
    """The first line alone, however long the recording is. Raises RecordingError."""
    with _opened(path) as file:
        return _header(path, _whole_lines(path, file))


def is_recording(path: Path) -> bool:
    """Whether the file's first line is that of a recording, of whatever version."""
    try:
        with path.expanduser().open("rb") as file:
            first = cleaned_json(file.readline(MOST_LINE_BYTES).decode())
    except (OSError, ValueError, RuntimeError):
        return False
    return isinstance(first, dict) and first.get("type") == "recording"


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.expanduser().open("rb") as file:
            yield file
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else clean_line(error, 120)
        raise RecordingError(
            f"the recording {clean_line(path)} cannot be read ({why}); check the name"
        ) from error


@contextmanager
def _readable(path: Path, number: int) -> Iterator[None]:
    """Says of a line that cannot be read which one it is."""
    try:
        yield
    except ValidationError as error:
        raise _broken(path, number, _first(error)) from error
    except (ValueError, RecursionError) as error:
        raise _broken(path, number, clean_line(error, 160)) from error


def _whole_lines(path: Path, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    total, number = 0, 0
    while raw := file.readline(MOST_LINE_BYTES + 1):
        number += 1
        total += len(raw)
        if len(raw) > MOST_LINE_BYTES or total > MOST_BYTES:
            raise _broken(path, number, f"it is too long; a file may have {MOST_BYTES:,} bytes")
        if raw.endswith(b"\n"):
            yield number, raw


def _header(path: Path, lines: Iterator[tuple[int, bytes]]) -> Header:
    for number, raw in lines:
        try:
            value = cleaned_json(raw.decode())
        except (ValueError, RecursionError) as error:
            raise _foreign(path) from error
        with _readable(path, number):
            return _ours(path, value)
    raise _foreign(path)


def _ours(path: Path, value: object) -> Header:
    if not isinstance(value, dict) or (value.get("type"), value.get("format")) != (
        "recording",
        "tripartite",
    ):
        raise _foreign(path)
    version = value.get("version")
    if isinstance(version, int) and version > VERSION:
        raise RecordingError(
            f"the recording {clean_line(path)} was written by a newer Tripartite "
            f"({clean_line(value.get('product', '?'), 40)}); update, or record the run anew"
        )
    return Header.model_validate(value)


def _foreign(path: Path) -> RecordingError:
    return RecordingError(
        f"{clean_line(path)} is no recording of Tripartite; make one with "
        '`tripartite plan "…" --record FILE`'
    )


def _broken(path: Path, number: int, why: str) -> RecordingError:
    return RecordingError(
        f"the recording {clean_line(path)} is broken in line {number} ({why}); record the run anew"
    )


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    return clean_line(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", 160)
