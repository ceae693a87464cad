"""The SQLite file of the kept trips: opened, brought up to date, and its errors in our words.

Each use has a connection of its own, so any thread may come. The file keeps SQLite's usual
journal: it is small, and a write-ahead log would lay two more files beside it and does not work
in a home folder on a network.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from agents.cleaning import clean_line
from agents.errors import StoreError

if TYPE_CHECKING:
    from sqlite3 import Connection, Error

OUR_FILE = 0x54726970
"""The `application_id` in the file's head: "Trip"."""
MIGRATIONS = (
    (
        """CREATE TABLE trips (
            id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
            created REAL NOT NULL,                 -- seconds since the epoch
            changed REAL NOT NULL,
            title TEXT NOT NULL,
            words TEXT NOT NULL,
            complete INTEGER NOT NULL,
            backend TEXT NOT NULL,
            options TEXT NOT NULL,                 -- JSON, as overrides and request
            overrides TEXT NOT NULL,
            request TEXT NOT NULL,
            plan BLOB NOT NULL,                    -- JSON in zlib
            events BLOB NOT NULL                   -- NDJSON in zlib
        )""",
        "CREATE INDEX trips_by_change ON trips (changed DESC, id DESC)",
        "CREATE TABLE past_words (words TEXT PRIMARY KEY, used INTEGER NOT NULL)",
    ),
)
"""Each step takes the file one version further; `user_version` counts them. Only add at the end."""

_TROUBLES = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), "is in use by another program; try again in a moment"),
    (
        ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH"),
        "cannot be opened or may not be changed; check the rights of the file and its folder",
    ),
    (
        ("SQLITE_NOTADB", "SQLITE_CORRUPT"),
        "is damaged or no store of trips; it is left as it is, move it away to start a new one",
    ),
    (("SQLITE_FULL",), "cannot grow because the disk is full; make room and try again"),
    (("SQLITE_IOERR",), "cannot be read or written; check the disk and try again"),
)


class TripFile:
    """The file at `path`. `reading` and `writing` raise StoreError when it cannot be used."""

    def __init__(self, path: Path, wait_seconds: float) -> None:
        self._path = path
        self._wait_seconds = wait_seconds

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """A connection that changes nothing, or None when there is no file yet."""
        with self._errors_in_words():
            if not self._path.exists():
                yield None
                return
            with closing(self._connected()) as connection:
                connection.execute("PRAGMA query_only = ON")
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose changes are all kept at the end, or none after an error."""
        with self._errors_in_words():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with closing(self._connected()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")

    @contextmanager
    def _errors_in_words(self) -> Iterator[None]:
        import sqlite3

        try:
            yield
        except sqlite3.Error as error:
            raise self._trouble(_why(error)) from error
        except OSError as error:
            why = f"cannot be used ({error.strerror}); check its folder"
            raise self._trouble(why) from error

    def _trouble(self, why: str) -> StoreError:
        return StoreError(f"the file of your trips, {clean_line(self._path)}, {why}")

    def _connected(self) -> Connection:
        import sqlite3

        connection = sqlite3.connect(self._path, timeout=self._wait_seconds, isolation_level=None)
        try:
            connection.text_factory = _lenient
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            connection.execute("BEGIN")  # one view of the file, though another makes it just now
            version = self._version(connection)
            connection.execute("COMMIT")
            if version < len(MIGRATIONS):
                self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _version(self, connection: Connection) -> int:
        """How many steps the file has taken. Refuses what is not ours and what we do not know."""
        [version] = connection.execute("PRAGMA user_version").fetchone()
        [owner] = connection.execute("PRAGMA application_id").fetchone()
        [things] = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if owner != OUR_FILE and (things or version or owner):
            raise self._trouble("belongs to another program; move it away to start a new one")
        if not 0 <= version <= len(MIGRATIONS):
            raise self._trouble(
                "was written by a newer version of Tripartite; update, or move the file away"
            )
        return int(version)

    def _migrate(self, connection: Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        for number in range(self._version(connection), len(MIGRATIONS)):  # nobody else did it
            for statement in MIGRATIONS[number]:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {OUR_FILE}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")


def _lenient(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _why(error: Error) -> str:
    code = getattr(error, "sqlite_errorname", "")
    for codes, words in _TROUBLES:
        if code.startswith(codes):
            return words
    return f"does not hold what it should ({clean_line(error, 120)}); it is left as it is"
