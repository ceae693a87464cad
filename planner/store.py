"""Trips that last: every finished plan with its request and events, and the words that were typed.

The first screen lists them, so pydantic and sqlite3 are imported where they are used. Whoever can
write the file can put anything in it: what comes out is limited in size, cleaned, and validated
anew by the models.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from agents.cleaning import MAX_CHARACTERS, clean, clean_line
from agents.errors import StoreError
from planner.packing import MAX_BYTES, PARTS, TripParts, packed, unpacked
from planner.tripfile import TripFile

if TYPE_CHECKING:
    from agents.events import Event
    from agents.request import TripRequest
    from planner.plan import TripPlan

MOST_NAMED = 5
"""Numbers of trips that are told when another one is asked for."""
WAIT_SECONDS = 3.0
"""How long a call waits for another program that is writing."""
WORDS_KEPT = 500
_SUMMARY = f"""CAST(id AS INTEGER), created, changed, substr(title, 1, {MAX_CHARACTERS}),
    substr(words, 1, {MAX_CHARACTERS}), complete, substr(backend, 1, 100)"""


@dataclass(frozen=True)
class TripSummary:
    """A trip in a list: when it was first planned, and when last. `words` are on one line."""

    id: int
    at: datetime
    changed: datetime
    title: str
    words: str
    complete: bool
    backend: str


@dataclass(frozen=True)
class KeptTrip(TripSummary):
    """A whole trip; `words` are as they were typed, `options` the JSON of intake's `Options`."""

    options: dict[str, Any]
    overrides: dict[str, str]
    request: TripRequest
    plan: TripPlan
    events: tuple[Event, ...]


class TripStore:
    """Keeps trips in the file at `path`, by default in the platform's data folder.

    Any thread may call. Every method raises StoreError when the file cannot be used, and leaves
    it as it was.
    """

    def __init__(self, path: Path | None = None, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self._path = path
        self._wait_seconds = wait_seconds

    @property
    def path(self) -> Path:
        if self._path is not None:
            return self._path
        from platformdirs import user_data_path

        return user_data_path("tripartite", appauthor=False) / "trips.sqlite3"

    @property
    def _file(self) -> TripFile:
        return TripFile(self.path, self._wait_seconds)

    def keep(self, **trip: Unpack[TripParts]) -> int:
        """Keep a new trip; its id never changes and is never given to another."""
        row = self._packed(trip)
        row["created"] = row["changed"]
        values = ", ".join(f":{name}" for name in row)
        with self._file.writing() as file:
            done = file.execute(f"INSERT INTO trips ({', '.join(row)}) VALUES ({values})", row)
            return int(done.lastrowid or 0)

    def replace(self, id: int, **trip: Unpack[TripParts]) -> None:
        """Put a new plan of the same trip in the kept one's place; its first `at` stays."""
        row = self._packed(trip)
        values = ", ".join(f"{name} = :{name}" for name in row)
        with self._file.writing() as file:
            done = file.execute(f"UPDATE trips SET {values} WHERE id = :id", {**row, "id": id})
            if not done.rowcount:
                raise self._no_trip(id)

    def recent(self, limit: int = 20) -> list[TripSummary]:
        """The trips that were planned last, newest first."""
        with self._file.reading() as file:
            if file is None:
                return []
            rows = file.execute(
                f"SELECT {_SUMMARY} FROM trips ORDER BY changed DESC, id DESC LIMIT ?", (limit,)
            )
            return [TripSummary(**_summary(row, clean_line)) for row in rows]

    def load(self, id: int) -> KeptTrip:
        """A trip as it was kept. Raises StoreError also when it can no longer be read."""
        sizes = ", ".join(f"length({part})" for part in PARTS)
        with self._file.reading() as file:
            columns = f"SELECT {_SUMMARY}, max({sizes}) FROM trips WHERE id = ?"
            row = file.execute(columns, (id,)).fetchone() if file else None
            if file is None or row is None:
                raise self._no_trip(id)
            *head, size = row
            if not isinstance(size, int) or size > MAX_BYTES:
                raise self._unreadable(head, "a part is too large or missing")
            columns = f"SELECT {', '.join(PARTS)} FROM trips WHERE id = ?"
            parts = file.execute(columns, (id,)).fetchone()
        try:
            return KeptTrip(**_summary(head, clean), **unpacked(parts))
        except ValueError as error:
            raise self._unreadable(head, str(error)) from error

    def remove(self, id: int) -> None:
        """Forget a trip; one that is gone already is no error."""
        with self._file.writing() as file:
            file.execute("DELETE FROM trips WHERE id = ?", (id,))

    def remember(self, words: str) -> None:
        """Put `words` first among what was typed, whatever comes of them."""
        said = clean(words).strip()
        if not said:
            return
        with self._file.writing() as file:
            file.execute(
                "INSERT OR REPLACE INTO past_words "
                "SELECT ?, 1 + coalesce(max(used), 0) FROM past_words",
                (said,),
            )
            file.execute(
                "DELETE FROM past_words WHERE words NOT IN "
                "(SELECT words FROM past_words ORDER BY used DESC LIMIT ?)",
                (WORDS_KEPT,),
            )

    def past_words(self, limit: int = 100) -> list[str]:
        """What was typed before, each once, newest first."""
        with self._file.reading() as file:
            if file is None:
                return []
            rows = file.execute(
                "SELECT substr(words, 1, ?) FROM past_words ORDER BY used DESC LIMIT ?",
                (MAX_CHARACTERS, limit),
            )
            return [said for [words] in rows if (said := clean(words).strip())]

    def _packed(self, trip: TripParts) -> dict[str, Any]:
        try:
            return packed(trip)
        except ValueError as error:
            raise StoreError(f"this trip cannot be kept ({error}); export it instead") from error

    def _unreadable(self, head: Sequence[Any], why: str) -> StoreError:
        summary = _summary(head, clean_line)
        return StoreError(
            f"trip {summary['id']} ({summary['title']}) cannot be read any more: {why}; "
            f"it stays in {clean_line(self.path)}, plan it anew from its words"
        )

    def _no_trip(self, id: int) -> StoreError:
        latest = ", ".join(str(trip.id) for trip in self.recent(MOST_NAMED))
        there = f"the latest are {latest}" if latest else "none is kept there"
        return StoreError(f"there is no trip {id} in {clean_line(self.path)}; {there}")


def _summary(row: Sequence[Any], cleaned: Callable[[Any], str]) -> dict[str, Any]:
    """The fields of a summary, whatever is in the row, so that it can be seen and removed."""
    id, created, changed, title, words, complete, backend = row
    return {
        "id": id,
        "at": _moment(created),
        "changed": _moment(changed),
        "title": clean_line(title),
        "words": cleaned(words),
        "complete": complete == 1,
        "backend": clean_line(backend),
    }


def _moment(seconds: Any) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
