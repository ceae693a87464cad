"""Writes a run down as it happens, line by line. Keys and other secrets are never in it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from pydantic import BaseModel

from agents.agent import Exchange, Task
from agents.backends.tape.lines import (
    MOST_LINE_BYTES,
    EventLine,
    ExchangeLine,
    Failure,
    Header,
    KeptLine,
    OutcomeLine,
    PlanLine,
    RecordedFact,
    RecordedFeedback,
    TaskLine,
    ToolLine,
)
from agents.backends.tape.secrets import Secrets, found_in
from agents.errors import RecordingError
from agents.events import Event
from agents.evidence import Fact
from agents.request import TripRequest
from agents.text import clean, clean_line

MODE = 0o600
"""For its owner alone: it has the traveller's words in it."""
TOO_LARGE = "[too large to be recorded]"


class Recorder:
    """Writes one run to a new file, line by line; use it as a context manager.

    Raises RecordingError when the file is there already or cannot be made. Later nothing is
    raised: what could not be written ends the recording and is told in `trouble`.
    """

    def __init__(
        self,
        file: Path,
        request: TripRequest,
        *,
        backend: str,
        team: Sequence[str] = (),
        words: str = "",
        options: Mapping[str, Any] | None = None,
        assumptions: Sequence[str] = (),
        overrides: Mapping[str, str] | None = None,
        today: date | None = None,
        environment: Mapping[str, str] | None = None,
        secrets: Iterable[str] = (),
    ) -> None:
        """Neither `secrets` nor what is one in the environment gets into the file."""
        self.path = file
        self.trouble = ""
        self._secrets = Secrets()
        self._secrets.add(found_in(os.environ if environment is None else environment))
        self._secrets.add(secrets)
        self._began = time.perf_counter()
        self._tasks = 0
        self._attempts: dict[str, int] = {}
        self._file: BinaryIO | None = _new(file)
        header = Header(
            product=_product(),
            recorded=datetime.now(UTC),
            backend=backend,
            team=tuple(team),
            words=words,
            request=request,
            options=dict(options or {}),
            assumptions=tuple(assumptions),
            overrides=dict(overrides or {}),
            today=today,
        )
        self._put(header)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the recording; what comes later is not recorded."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                self._broken_off(error)

    def leave_out(self, secrets: Iterable[str]) -> None:
        """Write none of these from now on."""
        self._secrets.add(secrets)

    def event(self, event: Event) -> None:
        """Record an event of the run; this is an `emit`."""
        self._put(EventLine(at=self._now(), event=event))

    def plan(self, plan: BaseModel) -> None:
        """Record what came out in the end."""
        self._put(PlanLine(at=self._now(), plan=plan.model_dump(mode="json")))

    def task(self, task: Task[Any]) -> TaskRecorder:
        """Record that an agent begins, and be told the rest of it."""
        self._tasks += 1
        attempt = self._attempts[task.name] = self._attempts.get(task.name, 0) + 1
        feedback = tuple(
            RecordedFeedback(check=f.check, detail=f.detail, places=f.places)
            for f in task.brief.feedback
        )
        self._put(
            TaskLine(
                at=self._now(),
                task=self._tasks,
                agent=task.name,
                attempt=attempt,
                feedback=feedback,
            )
        )
        return TaskRecorder(task, self._tasks, self._put, self._now)

    def _now(self) -> float:
        return round(time.perf_counter() - self._began, 6)

    def _put(self, line: BaseModel) -> None:
        if self._file is None:
            return
        try:
            raw = self._encoded(line)
            if len(raw) > MOST_LINE_BYTES and isinstance(line, ExchangeLine):
                lost = {"request": TOO_LARGE, "answer": TOO_LARGE}
                raw = self._encoded(line.model_copy(update=lost))
            self._file.write(raw)
            self._file.flush()
        except (OSError, ValueError, RecursionError) as error:
            self._broken_off(error)

    def _encoded(self, line: BaseModel) -> bytes:
        value = line.model_dump(mode="json", warnings=False, fallback=str)
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self._secrets.removed_from(text).encode(errors="replace") + b"\n"

    def _broken_off(self, error: Exception) -> None:
        why = error.strerror if isinstance(error, OSError) else clean_line(error, 120)
        self.trouble = (
            f"the recording {clean_line(self.path)} broke off ({why}); what came later is not in it"
        )
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                file.close()


class TaskRecorder:
    """Records one task of one agent while a backend carries it out."""

    def __init__(
        self,
        task: Task[Any],
        number: int,
        put: Callable[[BaseModel], None],
        now: Callable[[], float],
    ) -> None:
        self._task, self._number = task, number
        self._put, self._now = put, now
        self._kept: object = None
        self._exchanges = 0

    @property
    def _head(self) -> dict[str, Any]:
        return {"at": self._now(), "task": self._number, "agent": self._task.name}

    def exchange(self, exchange: Exchange) -> None:
        self._exchanges += 1
        self._put(
            ExchangeLine(
                **self._head,
                number=self._exchanges,
                request=exchange.request,
                answer=exchange.answer,
                seconds=exchange.seconds,
                failed=exchange.failed,
            )
        )

    def tool(
        self, call: int, tool: str, arguments: dict[str, Any], facts: tuple[Fact, ...]
    ) -> None:
        self.keep()
        self._put(
            ToolLine(
                **self._head,
                call=call,
                tool=tool,
                arguments=arguments,
                facts=tuple(map(_recorded, facts)),
            )
        )

    def keep(self) -> None:
        """Record what the task has kept, when it is another than before."""
        kept = self._task.kept
        if kept is not self._kept:
            self._kept = kept
            self._put(KeptLine(**self._head, findings=_value(kept)))

    def finished(self, output: object) -> None:
        self.keep()
        self._put(OutcomeLine(**self._head, output=_value(output)))

    def failed(self, error: Exception) -> None:
        self.keep()
        failure = Failure(kind=type(error).__name__, message=clean(error))
        self._put(OutcomeLine(**self._head, failed=failure))

    def cancelled(self) -> None:
        self.keep()
        self._put(OutcomeLine(**self._head, cancelled=True))


def _new(file: Path) -> BinaryIO:
    """A file that was not there before; a device or a pipe is taken as it is."""
    try:
        target = file.expanduser()
        if target.exists() and not target.is_file():
            return target.open("wb")
        return open(target, "xb", opener=_private)  # Path.open takes no opener
    except FileExistsError as error:
        raise RecordingError(
            f"there is a file {clean_line(file)} already; name another for the recording, "
            "or move it away"
        ) from error
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file can have this name"
        raise RecordingError(
            f"no recording can be made in {clean_line(file)} ({why}); name another file"
        ) from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, MODE)


def _recorded(fact: Fact) -> RecordedFact:
    return RecordedFact(
        id=fact.key,
        said=fact.claim,
        sources=fact.sources,
        status=fact.status,
        as_of=fact.as_of,
        whole=fact.model_dump(mode="json"),
    )


def _value(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", warnings=False)
    return value


def _product() -> str:
    try:
        return version("tripartite")
    except PackageNotFoundError:
        return "unknown"
