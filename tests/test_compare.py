"""Runs laid side by side, and the commands that record, play and compare them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from agents.backends.offline import OfflineBackend
from agents.backends.recording import Recorder, RecordingBackend
from agents.errors import FileError, RecordingError, StoreError
from agents.events import (
    AgentStarted,
    AnswerRefused,
    ApproachChanged,
    Event,
    ModelAnswered,
    ModelAsked,
    Retrying,
    RunFailed,
    UsageChanged,
)
from agents.usage import Usage
from planner.cli.compare import head, lines, rows
from planner.figures import Comparison, compare, figures
from planner.intake import Options, read
from planner.plan import TripPlan
from planner.runs import Run, read_run
from planner.store import TripStore
from planner.trip import plan_trip

TRIPARTITE = str(Path(sys.executable).with_name("tripartite"))
TODAY = date(2026, 11, 21)
WORDS = "a weekend in Porto in May, tiles"
OTHER_WORDS = "a weekend in Rome in May"
SECONDS = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def store(folder: Path) -> TripStore:
    return TripStore(folder / "trips.sqlite3")


@pytest.fixture(scope="module", autouse=True)
def runs(folder: Path, store: TripStore) -> Iterator[None]:
    """Two recordings of one request, one of another, a plan as JSON and a kept trip."""
    import anyio

    async def record(name: str, words: str) -> tuple[TripPlan, list[Event]]:
        request, backend = read(words, today=TODAY).request, OfflineBackend()
        events: list[Event] = []
        with Recorder(folder / name, request, backend=backend.name, words=words) as recorder:
            plan = await plan_trip(
                request,
                backend=RecordingBackend(backend, recorder),
                emit=lambda e: (events.append(e), recorder.event(e)),
            )
            recorder.plan(plan)
        return plan, events

    async def all_of_them() -> None:
        plan, events = await record("one.ndjson", WORDS)
        await record("two.ndjson", WORDS)
        await record("rome.ndjson", OTHER_WORDS)
        (folder / "plan.json").write_text(plan.model_dump_json())
        store.keep(
            words=WORDS,
            options=Options().model_dump(mode="json", exclude_none=True),
            request=plan.request,
            plan=plan,
            events=events,
            backend="offline rules",
            overrides={},
            at=datetime.now(UTC),
        )

    anyio.run(all_of_them)
    yield


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    homes = {name: str(folder / "home") for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
    return subprocess.run(
        [TRIPARTITE, *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        cwd=folder,
        env={**kept, **homes, "PYTHONIOENCODING": "utf-8", "TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        check=False,
    )


def compared(folder: Path, store: TripStore, *names: str) -> Comparison:
    found = [n if n.isdecimal() else str(folder / n) for n in names]
    return compare([read_run(name, store) for name in found])


def row(comparison: Comparison, label: str) -> list[str]:
    return dict(rows(comparison))[label]


def test_a_recording_a_plan_and_a_kept_trip_can_be_compared(folder: Path, store: TripStore) -> None:
    found = compared(folder, store, "one.ndjson", "plan.json", "1")
    assert [run.run for run in found.runs] == ["one.ndjson", "plan.json", "trip 1"]
    assert found.same_request
    assert head(found) == "The same request: 3 days in Porto, 14–16 May 2027, 2 adults, tiles"
    assert row(found, "destination") == ["Porto"] * 3
    assert len(set(row(found, "checks passed"))) == 1
    assert row(found, "backend") == ["offline rules", "–", "offline rules"]
    assert row(found, "models") == ["none", "–", "none"]
    assert len(set(row(found, "tool calls"))) == 1
    assert [run.seconds is None for run in found.runs] == [False, True, False]
    assert row(found, "retries") == ["0", "–", "0"]
    assert row(found, "only here") == ["none"] * 3
    assert found.in_all == found.runs[0].places


def test_other_requests_and_other_places_are_told(folder: Path, store: TripStore) -> None:
    found = compared(folder, store, "one.ndjson", "rome.ndjson")
    assert not found.same_request
    assert head(found).startswith("These are not runs of the same request: one.ndjson is of 3 days")
    assert found.in_all == ()
    assert found.only_in == (found.runs[0].places, found.runs[1].places)
    assert row(found, "destination") == ["Porto", "Rome"]
    assert lines(found)[-1] == "In all of them: none."


def test_of_what_is_missing_only_the_agents_are_named(folder: Path, store: TripStore) -> None:
    kept = read_run("1", store)
    assert kept.plan is not None
    broken = kept.plan.model_copy(
        update={"missing": tuple(f"the {n} agent's part: {n} is down; wait" for n in ("a", "b"))}
    )
    found = compare([kept, Run("two", kept.request, broken)])
    assert row(found, "missing") == ["none", "the a and b agents' parts"]


def test_what_models_did_is_counted_from_the_events() -> None:
    request = read(WORDS, today=TODAY).request
    used = Usage(requests=3, tool_calls=4, input_tokens=2000, output_tokens=50, cost_usd=0.0123)
    events: tuple[Event, ...] = (
        AgentStarted(agent="solo", role="all", backend="b"),
        ModelAsked(agent="solo", request=1, model="small"),
        Retrying(agent="solo", request=1, attempt=2, wait=1, reason="busy"),
        ModelAnswered(agent="solo", request=1, model="small-2027", seconds=1),
        AnswerRefused(agent="solo", reason="no"),
        ApproachChanged(agent="solo", reason="smaller"),
        ApproachChanged(agent="solo", reason="another"),
        UsageChanged(agent="solo", usage=used),
        RunFailed(seconds=2.5, reason="no plan"),
    )
    found = compare([Run("one", request, None, events, "b"), Run("two", request, None)])
    first, second = found.runs
    assert (first.models, first.agents) == (("small-2027",), ("solo",))
    assert (first.retries, first.refused, first.approach_changes) == (1, 1, 2)
    assert (first.requests, first.input_tokens, first.output_tokens) == (3, 2000, 50)
    assert row(found, "tokens") == ["2,000 in, 50 out", "–"]
    assert row(found, "model costs") == ["about $0.0123", "–"]
    assert row(found, "seconds") == ["2.5", "–"]
    assert row(found, "plan") == ["no plan", "no plan"]
    assert second.model_dump(exclude={"run", "agents"}).values() and second.requests is None


def test_tokens_and_money_that_nobody_told_are_unknown() -> None:
    request = read(WORDS, today=TODAY).request
    started = AgentStarted(agent="solo", role="all", backend="b")

    def seen(usage: Usage) -> Any:
        changed = UsageChanged(agent="solo", usage=usage)
        return figures(Run("one", request, None, (started, changed)))

    untold = seen(Usage(requests=2))
    assert (untold.input_tokens, untold.output_tokens, untold.cost_usd) == (None, None, None)
    assert seen(Usage(requests=2, input_tokens=9)).cost_usd is None
    assert seen(Usage(requests=2, input_tokens=9).costing(0)).cost_usd == 0
    assert seen(Usage(tool_calls=2)).cost_usd == 0


def test_what_is_no_run_is_refused(folder: Path, store: TripStore) -> None:
    with pytest.raises(StoreError, match=r"there is no trip 77 in .*; the latest are 1$"):
        read_run("77", store)
    with pytest.raises(FileError, match=r"nowhere\.json cannot be read \(No such file"):
        read_run(str(folder / "nowhere.json"), store)
    for name in ("~nobody-of-that-name/run.json", "x" * 5000):
        with pytest.raises(FileError, match="cannot be read"):
            read_run(name, store)
    for text in ("{}", "dear diary", "[" * 100_000, '{"schema_version": "9.0"}'):
        (folder / "bad.json").write_text(text)
        with pytest.raises(RecordingError, match="is neither a recording nor a plan as JSON"):
            read_run(str(folder / "bad.json"), store)


def test_what_a_plan_from_elsewhere_says_is_cleaned_before_it_is_shown(folder: Path) -> None:
    """Names and ids too, which a model of the plan takes as they are."""
    plan = json.loads((folder / "plan.json").read_text())
    plan["costs"]["currency"] = "\x1b]0;owned\x07EUR"
    plan["checks"][0] |= {"id": "calendar\x1b[2J\u202e", "passed": False}
    (folder / "elsewhere.json").write_text(json.dumps(plan))
    for how in ((), ("--plain",)):
        done = command("compare", "elsewhere.json", "one.ndjson", *how, folder=folder)
        assert done.returncode == 0, done.stderr
        assert "calendar" in done.stdout
        assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout)


def test_the_table_fits_eighty_columns_and_holds_no_markup(folder: Path) -> None:
    done = command("compare", "one.ndjson", "rome.ndjson", folder=folder)
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert re.search(r"^ destination +Porto +Rome", done.stdout, re.MULTILINE)
    assert "\x1b" not in done.stdout


def test_compare_speaks_json_and_in_whole_lines(folder: Path) -> None:
    done = command("compare", "one.ndjson", "two.ndjson", "plan.json", "--json", folder=folder)
    told = Comparison.model_validate_json(done.stdout)
    assert told.same_request and len(told.runs) == len(told.only_in) == 3
    plain = command("compare", "one.ndjson", "two.ndjson", "--plain", folder=folder).stdout
    assert "destination. one.ndjson: Porto; two.ndjson: Porto." in plain.splitlines()


def test_compare_says_what_it_cannot_read(folder: Path) -> None:
    for names, words in (
        (("one.ndjson",), "name 2 to 4 runs, not 1"),
        (("one.ndjson", "nowhere"), "nowhere cannot be read"),
        (("one.ndjson", "1"), "there is no trip 1"),
    ):
        done = command("compare", *names, folder=folder)
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_a_run_is_recorded_and_played_on_the_command_line(folder: Path) -> None:
    plan = ("plan", "--today", "2026-11-21", WORDS, "--decide", "tier=budget", "--json")
    first = command(*plan, "--record", "cli.ndjson", folder=folder)
    assert first.returncode == 0, first.stderr
    assert "recorded in cli.ndjson" in first.stderr
    again = command("plan", "--backend", "replay:cli.ndjson", "--json", folder=folder)
    assert "playing the run of offline rules, recorded" in again.stderr
    assert timeless(again.stdout) == timeless(first.stdout)
    alike = command("plan", WORDS, "--backend", "replay:cli.ndjson", "--json", folder=folder)
    assert timeless(alike.stdout) == timeless(first.stdout)
    twice = command(*plan, "--record", "cli.ndjson", folder=folder)
    assert twice.returncode == 2
    assert "record: there is a file cli.ndjson already" in twice.stderr


def test_other_words_than_the_recorded_ones_are_refused(folder: Path) -> None:
    for arguments in (("a week in Rome",), (WORDS, "--nights", "5"), ("--to", "Rome")):
        done = command("plan", *arguments, "--backend", "replay:one.ndjson", folder=folder)
        assert done.returncode == 2
        assert f"one.ndjson is the recording of “{WORDS}” (3 days in Porto" in done.stderr


def test_what_cannot_be_played_is_said_before_any_work(folder: Path) -> None:
    (folder / "diary").write_text("dear diary\n")
    begun = (folder / "one.ndjson").read_text().partition("\n")[0]
    (folder / "broken").write_text(f"{begun}\ndear diary\n")
    for spec, words in (
        ("replay:diary", "'diary' is no recording"),
        ("replay:plan.json", "'plan.json' is no recording"),
        ("replay:broken", "the recording broken is broken in line 2"),
        ("replay:nowhere", "there is no file 'nowhere'"),
    ):
        done = command("plan", "--backend", spec, folder=folder)
        assert done.returncode == 2
        assert words in done.stderr


def test_one_agent_is_recorded_and_played_as_one(folder: Path) -> None:
    plan = ("plan", "--today", "2026-11-21", WORDS, "--team", "one", "--plain")
    first = command(*plan, "--record", "solo.ndjson", folder=folder)
    assert first.returncode == 0, first.stderr
    again = command("plan", "--backend", "replay:solo.ndjson", "--events", folder=folder)
    started = json.loads(again.stdout.splitlines()[0])
    assert started["agents"] == ["solo"]
    other = command("plan", "--backend", "replay:solo.ndjson", "--team", "three", folder=folder)
    assert other.returncode == 2
    assert "solo.ndjson is of team one; leave --team away" in other.stderr
    both = command("compare", "one.ndjson", "solo.ndjson", folder=folder)
    assert re.search(r"^ agents +itinerary, .*solo", both.stdout, re.MULTILINE)


def timeless(plan: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(plan)
    for report in value["agents"]:
        del report["seconds"]
    return value
