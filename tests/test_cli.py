"""The command line, run as a real process: what it prints where, and how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from terminal import Terminal

from agents.atlas.loader import destination_ids
from agents.events import EVENT
from planner.plan import TripPlan
from planner.store import TripStore

TRIPARTITE = str(Path(sys.executable).with_name("tripartite"))
TODAY = ("--today", "2026-11-21")
SHORT = ("plan", *TODAY, "--mode", "instant", "2 days in Lisbon from 11 May 2027")
EITHER = ("plan", *TODAY, "--mode", "instant", "2 days in Lisbon or Porto from 11 May 2027")
LONG = ("plan", *TODAY, "--mode", "contemplating", "21 days in Rome from 3 May 2027")
HOSTILE = "\x1b]0;owned\x07\x1b[5mblink\u202eevil"
SECONDS = 20


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of our own: nothing here may touch the trips of who runs the tests."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            patch.setenv(name, str(folder / name.lower()))
        yield folder


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
    return {**kept, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **more}


@lru_cache
def run(*arguments: str, cwd: str | None = None) -> subprocess.CompletedProcess[str]:
    """The command, run to its end without a terminal."""
    return subprocess.run(
        [TRIPARTITE, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
    )


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [TRIPARTITE, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment(PYTHONUNBUFFERED="1"),
        stdin=subprocess.DEVNULL,
    )


def until_at_work(process: subprocess.Popen[str]) -> list[str]:
    """The lines of a process with --events up to the first agent that has begun."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if '"agent_started"' in line:
            break
    return lines


def on_a_terminal(columns: int, rows: int, *arguments: str, **more: str) -> tuple[int, str]:
    """Exit code and all that a terminal of that size was sent; `more` are variables."""
    size = (columns, rows)
    with Terminal([TRIPARTITE, *arguments], environment(**more), size=size) as terminal:
        return terminal.ended(SECONDS), terminal.written.decode()


def visible(sent: str) -> str:
    """What was sent without the colours."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", sent)


def plan_of(result: subprocess.CompletedProcess[str]) -> TripPlan:
    return TripPlan.model_validate_json(result.stdout)


def test_a_plan_that_passes_ends_with_0_and_says_what_was_understood() -> None:
    result = run(*SHORT)
    assert result.returncode == 0
    assert "2 days in Lisbon" in result.stdout
    assert "hard checks passed" in result.stdout
    assert "2 days in Lisbon, 11–12 May 2027, 2 adults" in result.stderr
    assert "assumed travellers: 2 adults" in result.stderr


def test_json_is_the_plan_and_nothing_else() -> None:
    result = run(*SHORT, "--json")
    plan = plan_of(result)
    assert result.returncode == 0
    assert plan.complete
    assert json.loads(result.stdout)["schema_version"] == "1.1"
    assert all(f"{name}: done" in result.stderr for name in ("itinerary", "destinations"))


def test_the_same_command_gives_the_same_plan() -> None:
    first = run(*SHORT, "--json").stdout
    assert first == subprocess.run(
        [TRIPARTITE, *SHORT, "--json"], capture_output=True, text=True, env=environment()
    ).stdout  # fmt: skip


def test_markdown_is_a_document() -> None:
    result = run(*SHORT, "--markdown")
    assert result.returncode == 0
    assert result.stdout.startswith("# 2 days in Lisbon")
    assert "## Tue 11 May 2027, Lisbon" in result.stdout
    assert "\x1b" not in result.stdout


def test_without_a_terminal_there_are_no_colours() -> None:
    result = run(*SHORT)
    assert "\x1b" not in result.stdout + result.stderr


def test_every_line_of_events_is_an_event() -> None:
    result = run(*SHORT, "--events")
    told = [EVENT.validate_json(line) for line in result.stdout.splitlines()]
    assert result.returncode == 0
    assert told[0].type == "run_started"
    assert told[-1].type == "run_finished"
    assert {e.agent for e in told if e.type == "agent_finished"} == {
        "itinerary",
        "destinations",
        "activities",
    }
    assert [e.at for e in told] == sorted(e.at for e in told)


def test_a_failed_check_ends_with_1_and_the_plan_is_still_there() -> None:
    result = run(*SHORT, "--budget", "50 EUR", "--json")
    plan = plan_of(result)
    assert result.returncode == 1
    assert [c.id for c in plan.failed_checks] == ["budget"]
    shown = run(*SHORT, "--budget", "50 EUR")
    assert shown.returncode == 1
    assert "Not everything fits: a budget of €50" in shown.stdout
    assert "raise the budget by" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--to", "Atlantis", "--days", "3"), "destinations: "),
        (("--to", "Lisbon", "--days", "0"), "dates: "),
        (("--to", "Lisbon", "--adults", "0", "--days", "3"), "travellers: "),
        (("--to", "Lisbon", "--days", "3", "--budget", "lots"), "budget: "),
        (("--to", "Lisbon", "--days", "3", "--child", "-1"), "travellers: "),
        (("--to", "Lisbon", "--start", "2027-05-12", "--end", "2027-05-10"), "dates: "),
        (("--to", "Lisbon", "--start", "2020-05-12", "--days", "3"), "dates: "),
        (("--to", "Lisbon", "--days", "3", "--diet", "stones"), "diets: "),
        (("--to", "Lisbon", "--days", "3", "--backend", "oracle"), "backend: "),
        (("--to", "Lisbon", "--days", "3", "--decide", "destination"), "decide: "),
        (("--to", "Lisbon", "--days", "3", "--from", "Nowhereville"), "origin: "),
        (("--file", "no-such-file.toml"), "file: "),
        ((), "destinations: "),
        (tuple(x for id in destination_ids()[:9] for x in ("--to", id)), "to"),
    ],
    ids=lambda v: " ".join(v)[:40] if isinstance(v, tuple) else "",
)
def test_what_cannot_be_planned_is_named_by_field_and_ends_with_2(
    arguments: tuple[str, ...], named: str
) -> None:
    result = run("plan", *TODAY, *arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert "This request cannot be planned:" in result.stderr
    assert any(line.strip().startswith(named) for line in result.stderr.splitlines())
    assert "Traceback" not in result.stderr


def test_several_faults_are_named_at_once() -> None:
    result = run("plan", *TODAY, "--to", "Lisbon", "--days", "0", "--adults", "0")
    assert {"dates", "travellers"} <= {
        line.strip().partition(":")[0] for line in result.stderr.splitlines()
    }


def test_an_option_overrides_the_words() -> None:
    plan = plan_of(run(*SHORT, "--to", "Porto", "--adults", "1", "--json"))
    assert plan.request.destinations == ("porto",)
    assert plan.request.adults == 1


def test_options_come_from_a_file(tmp_path: Path) -> None:
    options = tmp_path / "trip.toml"
    options.write_text(
        'to = ["Porto"]\nstart = 2027-05-11\ndays = 2\nbudget = "900 EUR"\neffort = "instant"\n'
    )
    plan = plan_of(run("plan", *TODAY, "--file", str(options), "--days", "3", "--json"))
    assert plan.request.destinations == ("porto",)
    assert plan.request.dates.start == date(2027, 5, 11)
    assert plan.request.dates.days == 3
    assert plan.costs.budget == 900


def test_a_decision_can_be_turned_round() -> None:
    first = plan_of(run(*EITHER, "--json")).stops[0].destination
    other = "porto" if first == "lisbon" else "lisbon"
    plan = plan_of(run(*EITHER, "--decide", f"destination={other}", "--json"))
    assert plan.stops[0].destination == other
    assert plan.decisions[0].rule == "your own choice"


@pytest.mark.parametrize("choice", ["destination=nowhere", "weather=sunny"])
def test_a_choice_that_is_none_is_not_passed_over_in_silence(choice: str) -> None:
    result = run(*EITHER, "--decide", choice, "--json")
    assert choice.partition("=")[0] in result.stderr


@pytest.mark.parametrize(
    ("name", "begins"),
    [("trip.json", "{"), ("trip.md", "# 2 days"), ("trip.ICS", "BEGIN:VCALENDAR")],
)
def test_a_plan_is_written_to_a_file_at_once_or_not_at_all(
    tmp_path: Path, name: str, begins: str
) -> None:
    target = tmp_path / name
    target.write_text("what was there before")
    result = run(*SHORT, "--output", str(target))
    assert result.returncode == 0
    assert target.read_text(encoding="utf-8").startswith(begins)
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert "written to" in result.stderr
    assert result.stdout == ""


def test_a_calendar_is_asked_for_by_name_and_printed_as_it_is() -> None:
    done = subprocess.run(
        [TRIPARTITE, *SHORT, "--ics"], capture_output=True, timeout=SECONDS, env=environment()
    )
    assert done.stdout.startswith(b"BEGIN:VCALENDAR\r\n")
    assert done.stdout.endswith(b"END:VCALENDAR\r\n")


@pytest.mark.parametrize("name", ["trip.pdf", "trip"])
def test_a_file_whose_name_says_no_form_is_refused_before_the_work(
    tmp_path: Path, name: str
) -> None:
    result = run(*SHORT, "--output", str(tmp_path / name))
    assert result.returncode == 2
    assert "end it in one of .md, .ics, .json" in result.stderr
    assert "itinerary: started" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_form_asked_for_by_name_goes_before_the_files_name(tmp_path: Path) -> None:
    target = tmp_path / "trip.txt"
    assert run(*SHORT, "--markdown", "--output", str(target)).returncode == 0
    assert target.read_text(encoding="utf-8").startswith("# 2 days")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_a_plan_that_cannot_be_written_is_printed_instead() -> None:
    result = run(*SHORT, "--json", "--output", "/dev/full")
    assert result.returncode == 1
    assert "the disk is full" in result.stderr
    assert plan_of(result).complete


def test_a_directory_is_no_file_to_write_to(tmp_path: Path) -> None:
    result = run(*SHORT, "--output", str(tmp_path))
    assert result.returncode == 2
    assert "is a directory" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_no_directory_is_refused_before_the_work() -> None:
    result = run(*SHORT, "--output", "/no/such/place/trip.json")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert "itinerary: started" not in result.stderr


def test_the_team_is_shown_with_its_tools_and_limits() -> None:
    result = run("agents")
    assert result.returncode == 0
    for words in ("itinerary", "destinations", "activities", "find_activities", "tool calls"):
        assert words in result.stdout


def test_the_schema_describes_the_plan() -> None:
    schema = json.loads(run("schema").stdout)
    for arguments in (SHORT, (*EITHER, "--budget", "50 EUR", "--from", "Hamburg")):
        faults = list(
            misfits(json.loads(run(*arguments, "--json").stdout), schema, schema["$defs"])
        )
        assert faults == []


def test_the_schema_refuses_what_is_no_plan() -> None:
    schema = json.loads(run("schema").stdout)
    plan = json.loads(run(*SHORT, "--json").stdout)
    plan["costs"]["total"] = "much"
    del plan["summary"]
    plan["mood"] = "good"
    assert len(list(misfits(plan, schema, schema["$defs"]))) == 3


TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def misfits(value: Any, schema: dict[str, Any], defs: dict[str, Any], at: str = "$") -> Any:
    """Where `value` does not fit `schema`, by the keywords that our schema uses."""
    if "$ref" in schema:
        yield from misfits(value, defs[schema["$ref"].rpartition("/")[2]], defs, at)
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices and not any(not list(misfits(value, c, defs, at)) for c in choices):
        yield f"{at}: fits no choice"
    if "type" in schema:
        numeric = schema["type"] in ("integer", "number") and isinstance(value, bool)
        if numeric or not isinstance(value, TYPES[schema["type"]]):
            yield f"{at}: no {schema['type']}"
            return
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        yield f"{at}: {value!r} is not allowed"
    if isinstance(value, dict):
        yield from object_misfits(value, schema, defs, at)
    if isinstance(value, list):
        own = schema.get("prefixItems", [])
        for n, item in enumerate(value):
            inner = own[n] if n < len(own) else schema.get("items", {})
            yield from misfits(item, inner, defs, f"{at}[{n}]")


def object_misfits(
    value: dict[str, Any], schema: dict[str, Any], defs: dict[str, Any], at: str
) -> Any:
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}: no {name}"
    for name, inner in value.items():
        if name in properties:
            yield from misfits(inner, properties[name], defs, f"{at}.{name}")
        elif schema.get("additionalProperties", True) is False:
            yield f"{at}: {name} is unknown"


def test_ctrl_c_ends_the_work_within_a_second_and_gives_what_was_found(tmp_path: Path) -> None:
    target = tmp_path / "trip.json"
    process = start(*LONG, "--events", "--output", str(target))
    lines = until_at_work(process)
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    rest, errors = process.communicate(timeout=SECONDS)
    assert time.monotonic() - asked < 1.0
    assert process.returncode == 130
    told = [EVENT.validate_json(line) for line in (*lines, *rest.splitlines())]
    assert told[-1].type == "run_finished"
    assert told[-1].cancelled
    assert "stopping: planning with what was found so far" in errors
    plan = TripPlan.model_validate_json(target.read_text(encoding="utf-8"))
    assert len(plan.days) == 21


def test_ctrl_c_still_prints_the_plan() -> None:
    process = start(*LONG, "--json")
    assert process.stderr is not None
    for line in process.stderr:
        if "started" in line:
            break
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert TripPlan.model_validate_json(printed).stops[0].destination == "rome"


def test_a_second_ctrl_c_ends_with_the_same_code_and_no_traceback() -> None:
    process = start(*LONG, "--json")
    assert process.stderr is not None
    for sign in ("started", "stopping"):
        assert any(sign in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert "Traceback" not in errors


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = start(*SHORT, "--events")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    process.wait(timeout=SECONDS)
    process.stderr.close()
    assert "Traceback" not in errors


@pytest.mark.parametrize(("columns", "rows"), [(100, 30), (80, 24)])
def test_a_terminal_shows_the_three_agents_at_work_and_the_plan(columns: int, rows: int) -> None:
    code, sent = on_a_terminal(columns, rows, *SHORT)
    shown = visible(sent)
    assert code == 0
    for name in ("itinerary", "destinations", "activities"):
        assert f"{name} · done" in shown
    assert "2 days in Lisbon" in shown
    assert max(map(len, shown.replace("\r", "\n").splitlines())) <= columns


def test_wide_terminals_show_the_agents_side_by_side() -> None:
    _, sent = on_a_terminal(120, 40, *SHORT)
    assert re.search(r"itinerary · .*destinations · .*activities · ", visible(sent))


STORE = Path("tripartite") / "trips.sqlite3"


@pytest.mark.skipif(sys.platform != "linux", reason="the folder's place is the platform's")
@pytest.mark.parametrize("how", [(), ("--plain",)], ids=["drawn", "plain"])
def test_a_plan_for_a_traveller_is_kept_with_its_words(
    how: tuple[str, ...], tmp_path: Path
) -> None:
    first = plan_of(run(*EITHER, "--json")).stops[0].destination
    other = "porto" if first == "lisbon" else "lisbon"
    arguments = (*EITHER, "--adults", "1", "--decide", f"destination={other}", *how)
    code, _ = on_a_terminal(100, 30, *arguments, XDG_DATA_HOME=str(tmp_path))
    store = TripStore(tmp_path / STORE)
    (summary,) = store.recent()
    kept = store.load(summary.id)
    assert code == 0
    assert kept.words == EITHER[-1]
    assert kept.options == {"adults": 1, "effort": "instant"}
    assert kept.plan.stops[0].destination == other
    assert kept.overrides == {"destination": other}
    assert kept.backend.startswith("offline")
    assert kept.events[-1].type == "run_finished"


@pytest.mark.parametrize(
    "how",
    [("--json",), ("--markdown",), ("--ics",), ("--events",), ("--output", "trip.md")],
    ids=lambda how: how[0],
)
def test_a_plan_for_a_script_leaves_no_traces(how: tuple[str, ...], tmp_path: Path) -> None:
    target = [str(tmp_path / name) if "." in name else name for name in how]
    code, _ = on_a_terminal(100, 30, *SHORT, *target, XDG_DATA_HOME=str(tmp_path / "data"))
    assert code == 0
    assert not (tmp_path / "data").exists()


def test_a_plan_into_a_pipe_leaves_no_traces(home: Path) -> None:
    before = set(home.rglob("*"))
    assert run(*SHORT).returncode == 0
    assert set(home.rglob("*")) == before


@pytest.mark.skipif(sys.platform != "linux", reason="the folder's place is the platform's")
def test_a_store_that_fails_is_one_line_and_the_plan_is_there(tmp_path: Path) -> None:
    (tmp_path / "tripartite").write_text("a file in the folder's place")
    code, sent = on_a_terminal(200, 30, *SHORT, XDG_DATA_HOME=str(tmp_path))
    lines = [line for line in visible(sent).splitlines() if str(tmp_path) in line]
    assert code == 0
    assert len(lines) == 1
    assert "hard checks passed" in sent


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_from_outside_ends_the_work_after_its_clean_up(number: signal.Signals) -> None:
    process = start(*LONG, "--events")
    lines = until_at_work(process)
    process.send_signal(number)
    rest, errors = process.communicate(timeout=SECONDS)
    last = EVENT.validate_json((*lines, *rest.splitlines())[-1])
    assert process.returncode == 128 + number
    assert last.type == "run_failed"
    assert last.cancelled
    assert "Traceback" not in errors


def is_harmless(sent: str) -> bool:
    return not any(c in sent for c in ("\x1b]", "\x1b[5m", "\u202e", "\x07"))


def test_hostile_words_reach_a_terminal_harmlessly() -> None:
    words = f"2 days in Lisbon from 11 May 2027, must see {HOSTILE}, {HOSTILE} [/] [@click=x]y"
    booked = f"{HOSTILE} dinner 2027-05-11 20:00"
    code, sent = on_a_terminal(
        100, 30, "plan", *TODAY, "--mode", "instant", words, "--booked", booked
    )
    assert code in (0, 1, 2)
    assert "Traceback" not in sent
    assert is_harmless(sent)


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--to", HOSTILE, "--days", "3"),
        ("plan", "--to", "Lisbon", "--days", "3", "--backend", HOSTILE),
        ("plan", "--to", "Lisbon", "--days", "3", "--decide", HOSTILE),
        ("plan", "--to", "Lisbon", "--days", "3", "--budget", HOSTILE),
        ("plan", "--file", f"{HOSTILE}.toml"),
        ("destinations", HOSTILE),
        ("atlas", "show", HOSTILE),
        ("atlas", "near", HOSTILE, "1"),
        ("atlas", "new", HOSTILE, "--output", "/dev/null/x"),
    ],
    ids=lambda v: " ".join(v[:5:2]).replace(HOSTILE, "…"),
)
def test_hostile_options_are_refused_harmlessly(arguments: tuple[str, ...]) -> None:
    code, sent = on_a_terminal(100, 30, *arguments)
    assert code == 2
    assert is_harmless(sent)


def test_a_hostile_file_of_options_is_refused_harmlessly(tmp_path: Path) -> None:
    options = tmp_path / "trip.json"
    options.write_text(json.dumps({HOSTILE: 1, "pace": HOSTILE, "to": [HOSTILE]}))
    code, sent = on_a_terminal(100, 30, "plan", "--file", str(options))
    assert code == 2
    assert is_harmless(sent)


def test_help_names_every_command_and_the_exit_codes() -> None:
    result = run("--help")
    assert result.returncode == 0
    for words in ("plan", "destinations", "agents", "atlas", "schema", "Exit codes", "130"):
        assert words in result.stdout
    assert run("--version").returncode == 0
