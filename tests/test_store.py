"""Trips last: what is kept comes back the same, and a bad file harms neither us nor itself."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import unicodedata
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from agents.errors import StoreError
from agents.events import AgentSaid, Event, ToolCalled
from planner.intake import Options, read
from planner.plan import TripPlan
from planner.store import TripStore
from planner.trip import plan_trip
from planner.tripfile import MIGRATIONS, OUR_FILE

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
WORDS = "2 days in Lisbon or Porto\nfrom 11 May 2027"
HOSTILE = "\x1b]0;owned\x07\x1b[5mblink\u202eevil\nline"


@pytest.fixture(scope="module")
def trip() -> dict[str, Any]:
    """A real trip, as a run would keep it."""
    request, events = read(WORDS, today=date(2026, 11, 21)).request, list[Event]()

    async def planned() -> TripPlan:
        return await plan_trip(request, emit=events.append)

    plan = anyio.run(planned)
    return {
        "words": WORDS,
        "options": Options(days=2, to=("Lisbon",)).model_dump(mode="json", exclude_none=True),
        "request": request,
        "plan": plan,
        "events": events,
        "backend": "offline",
        "overrides": {"destination": "porto"},
        "at": AT,
    }


@pytest.fixture
def store(tmp_path: Path) -> TripStore:
    return TripStore(tmp_path / "made" / "here" / "trips.sqlite3", wait_seconds=0.05)


def change(store: TripStore, statement: str, *values: object) -> None:
    """What somebody with an SQLite tool could do."""
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute(statement, values)


def unseen(text: str) -> list[str]:
    return [c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs", "Cn"}]


def test_a_trip_comes_back_as_it_was_kept(store: TripStore, trip: dict[str, Any]) -> None:
    kept = store.load(store.keep(**trip))
    for name in ("words", "options", "request", "plan", "backend", "overrides", "at"):
        assert getattr(kept, name) == trip[name]
    assert kept.events == tuple(trip["events"])
    assert kept.title == trip["plan"].summary
    assert kept.complete
    assert kept.at.tzinfo is not None
    assert kept.plan.model_dump_json() == trip["plan"].model_dump_json()


def test_the_trips_planned_last_come_first(store: TripStore, trip: dict[str, Any]) -> None:
    ids = [store.keep(**trip | {"at": AT + timedelta(hours=h)}) for h in (0, 2, 1)]
    assert [t.id for t in store.recent()] == [ids[1], ids[2], ids[0]]
    assert [t.id for t in store.recent(limit=1)] == [ids[1]]
    assert store.recent()[0].words == "2 days in Lisbon or Porto from 11 May 2027"


def test_a_trip_that_is_planned_again_keeps_its_id_and_its_first_moment(
    store: TripStore, trip: dict[str, Any]
) -> None:
    first, second = store.keep(**trip), store.keep(**trip)
    later = AT + timedelta(days=1)
    store.replace(first, **trip | {"at": later, "backend": "another", "overrides": {}})
    kept = store.load(first)
    assert (kept.at, kept.changed, kept.backend, kept.overrides) == (AT, later, "another", {})
    assert [t.id for t in store.recent()] == [first, second]


def test_an_id_is_never_given_twice(store: TripStore, trip: dict[str, Any]) -> None:
    first = store.keep(**trip)
    store.remove(first)
    store.remove(first)
    assert store.recent() == []
    assert store.keep(**trip) != first
    with pytest.raises(StoreError, match=f"there is no trip {first}"):
        store.load(first)
    with pytest.raises(StoreError, match=f"there is no trip {first}"):
        store.replace(first, **trip)
    assert len(store.recent()) == 1


def test_looking_makes_no_file(store: TripStore) -> None:
    assert store.recent() == []
    assert store.past_words() == []
    with pytest.raises(StoreError, match="there is no trip 1"):
        store.load(1)
    assert not store.path.parent.exists()


def test_words_are_remembered_once_each_newest_first(store: TripStore) -> None:
    for words in ("Rome", "Porto in May", " Rome ", "", "  ", "two\nlines"):
        store.remember(words)
    assert store.past_words() == ["two\nlines", "Rome", "Porto in May"]
    assert store.past_words(limit=1) == ["two\nlines"]
    assert TripStore(store.path).past_words() == store.past_words()


def test_no_more_words_are_kept_than_anybody_looks_through(
    store: TripStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.store.WORDS_KEPT", 3)
    for number in range(6):
        store.remember(f"trip {number}")
    assert store.past_words() == ["trip 5", "trip 4", "trip 3"]


def test_many_threads_may_keep_at_once(tmp_path: Path, trip: dict[str, Any]) -> None:
    store = TripStore(tmp_path / "trips.sqlite3", wait_seconds=20)
    meeting = threading.Barrier(8)

    def keep(number: int) -> int:
        meeting.wait(timeout=20)
        store.remember(f"trip {number}")
        return store.keep(**trip)

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(keep, range(8)))
    assert len(set(ids)) == 8
    assert {t.id for t in store.recent()} == set(ids)
    assert len(store.past_words()) == 8


def test_a_file_that_another_makes_just_now_is_ours(tmp_path: Path) -> None:
    for number in range(30):
        store = TripStore(tmp_path / f"{number}.sqlite3", wait_seconds=20)
        meeting = threading.Barrier(6)

        def use(writes: bool, store: TripStore = store, meeting: Any = meeting) -> None:
            meeting.wait(timeout=20)
            if writes:
                store.remember("Rome")
            else:
                store.past_words()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(use, [True, False] * 3))
        assert store.past_words() == ["Rome"]


def test_what_is_kept_is_cleaned(store: TripStore, trip: dict[str, Any]) -> None:
    id = store.keep(**trip | {"words": HOSTILE, "backend": HOSTILE})
    store.remember(HOSTILE)
    kept = store.load(id)
    assert kept.words == "blinkevil\nline"
    assert unseen(kept.backend + store.recent()[0].words) == []
    assert store.past_words() == ["blinkevil\nline"]


@pytest.mark.parametrize(
    "value", [HOSTILE, HOSTILE.encode(), b"\xff\xfe", "", 17, 1e300, "x" * 10**6]
)
def test_a_row_that_somebody_changed_cannot_write_escapes_on_the_first_screen(
    store: TripStore, trip: dict[str, Any], value: object
) -> None:
    id = store.keep(**trip)
    columns = ("title", "words", "backend", "created", "changed", "complete")
    change(store, f"UPDATE trips SET {', '.join(f'{c} = ?' for c in columns)}", *[value] * 6)
    [seen] = store.recent()
    assert seen.id == id
    assert unseen(seen.title + seen.words + seen.backend) == []
    assert max(map(len, (seen.title, seen.words, seen.backend))) <= 300
    assert seen.at.tzinfo is UTC
    store.remember("Rome")
    change(store, "UPDATE past_words SET words = ?", value)
    assert unseen("".join(store.past_words()).replace("\n", "")) == []


def test_names_and_ids_in_a_changed_plan_come_out_clean(
    store: TripStore, trip: dict[str, Any]
) -> None:
    text = trip["plan"].model_dump_json().replace('"porto"', '"porto\\u001b[31m\\u202e"')
    assert "\\u001b" in text
    id = store.keep(**trip)
    change(store, "UPDATE trips SET plan = ?", zlib.compress(text.encode()))
    assert store.load(id).plan == trip["plan"]


def test_arguments_of_a_tool_come_out_clean(store: TripStore, trip: dict[str, Any]) -> None:
    call = ToolCalled(agent="a", call=1, tool="t", arguments={HOSTILE: [{"x": HOSTILE}, 1, None]})
    kept = store.load(
        store.keep(**trip | {"events": [call, AgentSaid(agent="a", text="a\u2028b")]})
    )
    assert isinstance(kept.events[0], ToolCalled)
    [(name, [inner, *rest])] = kept.events[0].arguments.items()
    assert (name, rest) == ("blinkevil line", [1, None])
    assert " ".join(inner["x"].split()) == "blinkevil line"
    assert isinstance(kept.events[1], AgentSaid)
    assert kept.events[1].text == "a\u2028b"


BOMB = zlib.compress(b"x" * 70_000_000)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("plan", b"not packed"),
        ("plan", zlib.compress(b'{"summary": "half a plan"}')),
        ("plan", zlib.compress(b"{}")[:-4]),
        ("plan", BOMB),
        ("plan", "text"),
        ("events", zlib.compress(b'{"type": "no_such_event"}')),
        ("events", zlib.compress(b"[" * 100_000)),
        ("request", "{}"),
        ("request", "[" * 100_000),
        ("options", '{"no_such_option": 1}'),
        ("options", "\ud7ff not json"),
        ("overrides", "[1]"),
        ("overrides", 4),
    ],
)
def test_a_trip_that_cannot_be_read_is_named_and_stays(
    store: TripStore, trip: dict[str, Any], column: str, value: object
) -> None:
    id, other = store.keep(**trip), store.keep(**trip)
    change(store, f"UPDATE trips SET {column} = ? WHERE id = ?", value, id)
    with pytest.raises(StoreError) as caught:
        store.load(id)
    said = str(caught.value)
    assert said.startswith(f"trip {id} (2 days in")
    assert "plan it anew" in said
    assert said.isprintable()
    assert {t.id for t in store.recent()} == {id, other}
    assert store.load(other).plan == trip["plan"]
    store.remove(id)
    assert [t.id for t in store.recent()] == [other]


def test_a_trip_too_large_to_be_read_is_not_kept(
    store: TripStore, trip: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.packing.MAX_BYTES", 1000)
    with pytest.raises(StoreError, match="export it instead"):
        store.keep(**trip)
    assert store.recent() == []


def test_a_trip_is_as_large_when_it_is_kept_as_when_it_is_read(
    store: TripStore, trip: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tuple(AgentSaid(agent="activities", text="東" * 1000) for _ in range(300))
    trip = {**trip, "events": said}
    text = "\n".join(event.model_dump_json() for event in said)
    assert len(trip["plan"].model_dump_json().encode()) < len(text)
    monkeypatch.setattr("planner.packing.MAX_BYTES", (len(text) + len(text.encode())) // 2)
    with pytest.raises(StoreError, match="export it instead"):
        store.keep(**trip)
    monkeypatch.setattr("planner.packing.MAX_BYTES", len(text.encode()))
    assert store.load(store.keep(**trip)).events == said


def refused(store: TripStore, trip: dict[str, Any], *, reading_too: bool = True) -> str:
    """What every use of the file is answered with."""
    said = set()
    uses = [lambda: store.keep(**trip), lambda: store.remember("Rome"), lambda: store.remove(1)]
    looks = [store.recent, store.past_words, lambda: store.load(1)]
    for use in [*uses, *(looks if reading_too else [])]:
        with pytest.raises(StoreError) as caught:
            use()
        said.add(str(caught.value))
    [only] = said
    assert str(store.path) in only
    return only


@pytest.mark.parametrize(
    "content",
    [b"no database at all", b"SQLite format 3\x00" + b"\xff" * 5000, b"\x00" * 5000],
    ids=["text", "head", "zeros"],
)
def test_a_damaged_file_is_told_and_left(
    store: TripStore, trip: dict[str, Any], content: bytes
) -> None:
    store.path.parent.mkdir(parents=True)
    store.path.write_bytes(content)
    assert "it is left as it is, move it away" in refused(store, trip)
    assert store.path.read_bytes() == content


def test_a_file_that_was_cut_is_told_and_left(store: TripStore, trip: dict[str, Any]) -> None:
    for _ in range(3):
        store.keep(**trip)
    cut = store.path.read_bytes()[:9000]
    store.path.write_bytes(cut)
    with pytest.raises(StoreError, match="move it away"):
        store.recent()
    assert store.path.read_bytes() == cut


def test_a_file_from_a_newer_version_is_told_and_left(
    store: TripStore, trip: dict[str, Any]
) -> None:
    store.keep(**trip)
    change(store, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = store.path.read_bytes()
    assert "newer version of Tripartite; update" in refused(store, trip)
    assert store.path.read_bytes() == before


def test_another_programs_database_is_left_alone(store: TripStore, trip: dict[str, Any]) -> None:
    store.path.parent.mkdir(parents=True)
    change(store, "CREATE TABLE bookmarks (url TEXT)")
    before = store.path.read_bytes()
    assert "another program" in refused(store, trip)
    assert store.path.read_bytes() == before


def test_a_store_without_its_tables_is_told(store: TripStore, trip: dict[str, Any]) -> None:
    store.keep(**trip)
    change(store, "DROP TABLE trips")
    with pytest.raises(StoreError, match="does not hold what it should"):
        store.recent()


def test_a_file_that_is_in_use_is_told_after_a_short_wait(
    store: TripStore, trip: dict[str, Any]
) -> None:
    store.keep(**trip)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "in use by another program; try again" in refused(store, trip)
    assert len(store.recent()) == 1


def test_reading_goes_on_while_another_program_prepares_to_write(
    store: TripStore, trip: dict[str, Any]
) -> None:
    id = store.keep(**trip)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert [t.id for t in store.recent()] == [id]
        assert "in use" in refused(store, trip, reading_too=False)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, trip: dict[str, Any]) -> None:
    (tmp_path / "file").touch()
    store = TripStore(tmp_path / "file" / "trips.sqlite3")
    assert store.recent() == []
    assert "check its folder" in refused(store, trip, reading_too=False)


def test_a_folder_in_the_files_place_is_told(tmp_path: Path, trip: dict[str, Any]) -> None:
    assert "check the rights" in refused(TripStore(tmp_path), trip)


READ_ONLY = """
import sys
from pathlib import Path
from agents.errors import StoreError
from planner.store import TripStore

store = TripStore(Path(sys.argv[1]))
assert len(store.recent()) == 1 and store.load(1).complete
try:
    store.remember("Rome")
except StoreError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others there")
def test_a_read_only_folder_can_be_read_and_is_told_on_writing(
    store: TripStore, trip: dict[str, Any]
) -> None:
    store.keep(**trip)
    before = store.path.read_bytes()
    store.path.chmod(0o444)
    store.path.parent.chmod(0o555)
    try:
        # One who may do anything gives that up first, or nothing would be refused.
        drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*drop, sys.executable, "-c", READ_ONLY, str(store.path)],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=Path(__file__).parent.parent,
        )
    except FileNotFoundError:
        pytest.skip("the superuser is refused nothing")
    finally:
        store.path.parent.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert "check the rights of the file and its folder" in done.stdout
    assert store.path.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_a_device_in_the_files_place_is_told(trip: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match="/dev/full"):
        TripStore(Path("/dev/full")).keep(**trip)


def test_the_file_says_whose_it_is_and_how_far_it_has_come(
    store: TripStore, trip: dict[str, Any]
) -> None:
    store.keep(**trip)
    with closing(sqlite3.connect(store.path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (OUR_FILE,)
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert [p.name for p in store.path.parent.iterdir()] == [store.path.name]


def test_an_older_file_is_taken_further_without_losing_a_trip(
    store: TripStore, trip: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    id = store.keep(**trip)
    step = ("ALTER TABLE trips ADD COLUMN note TEXT NOT NULL DEFAULT ''",)
    monkeypatch.setattr("planner.tripfile.MIGRATIONS", (*MIGRATIONS, step))
    assert [t.id for t in store.recent()] == [id]
    change(store, "UPDATE trips SET note = 'kept'")
    store.replace(id, **trip)
    assert store.load(id).plan == trip["plan"]


def test_a_step_that_fails_leaves_the_file_as_it_was(
    store: TripStore, trip: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep(**trip)
    before = store.path.read_bytes()
    step = ("ALTER TABLE trips ADD COLUMN note TEXT", "ALTER TABLE nothing ADD COLUMN note TEXT")
    with monkeypatch.context() as later:
        later.setattr("planner.tripfile.MIGRATIONS", (*MIGRATIONS, step))
        with pytest.raises(StoreError):
            store.recent()
    assert store.path.read_bytes() == before
    assert len(store.recent()) == 1


def test_the_usual_place_is_the_platforms_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_DATA_HOME", "/nowhere/data")
        assert TripStore().path == Path("/nowhere/data/tripartite/trips.sqlite3")
    assert TripStore().path.name == "trips.sqlite3"


def test_the_list_for_the_first_screen_needs_no_pydantic(
    store: TripStore, trip: dict[str, Any]
) -> None:
    store.keep(**trip)
    script = f"""
import sys
from pathlib import Path
from planner.store import TripStore
store = TripStore(Path({str(store.path)!r}))
assert "sqlite3" not in sys.modules
assert len(store.recent()) == 1 and store.past_words() == []
print(sorted({{"pydantic", "anyio", "babel", "click"}} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "[]\n", done.stderr


def test_a_summary_is_plain_data(store: TripStore, trip: dict[str, Any]) -> None:
    store.keep(**trip)
    [seen] = store.recent()
    assert [f.name for f in fields(seen)] == [
        *("id", "at", "changed", "title", "words", "complete", "backend"),
    ]
