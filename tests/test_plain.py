"""The story told line by line: the plan for the ear, the run as it is told, the conversation."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import anyio
import pytest
from icalendar import Calendar

from agents.events import (
    AgentFailed,
    AgentFinished,
    AgentSaid,
    AgentStarted,
    Event,
    Found,
    RunFailed,
    ToolCalled,
    ToolReturned,
)
from agents.usage import Usage
from planner.cli.narrator import Narrator, asked
from planner.export.plain import PlainPlan, plain
from planner.export.spoken import sentence, spoken
from planner.intake import read
from planner.plan import TripPlan
from planner.trip import plan_trip

TRIPARTITE = str(Path(sys.executable).with_name("tripartite"))
TODAY = date(2026, 11, 21)
EARLY_MAY = f"from 11 May {date.today().year + 1}"
SHORT = f"2 days in Lisbon {EARLY_MAY}"
EITHER = f"2 days in Lisbon or Porto {EARLY_MAY}, 900 EUR"
LONG = f"21 days in Rome from 3 May {date.today().year + 1}"
HOSTILE = "\x1b]0;owned\x07\x1b[5mblink\u202eevil [/] [@click=x]y"
SIGNS = set("€$£¥≈✓✗→–—·•★⚙│─█▁⠿₂°×|\t\x1b")
"""What an ear would miss, or hear as noise."""
SECONDS = 30


def traveller(folder: Path) -> dict[str, str]:
    """The environment of a traveller who has never been here."""
    kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
    own = {name: str(folder / name.lower()) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    return {**kept, **own, "TERM": "xterm-256color", "PYTHONUTF8": "1"}


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return traveller(tmp_path)


def talk(home: dict[str, str], *typed: str | bytes, options: tuple[str, ...] = ()) -> str:
    """All that the command says when these lines are typed into a pipe; it must end with 0."""
    lines = [line.encode() if isinstance(line, str) else line for line in typed]
    done = subprocess.run(
        [TRIPARTITE, *(options or ("--plain",))],
        input=b"".join(line + b"\n" for line in lines),
        capture_output=True,
        timeout=SECONDS,
        env=home,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    return done.stdout.decode(errors="surrogateescape")


@lru_cache
def planned(words: str) -> TripPlan:
    reading = read(words, today=TODAY)
    assumed = [f"{n.field}: {n.value} ({n.words})" for n in reading.assumed]
    return anyio.run(lambda: plan_trip(reading.request, assumptions=assumed))


# The plan for the ear


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("€72–226 one way, 6 h 05 min", "72 to 226 euros one way, 6 hours 5 minutes"),
        ("€1, 1 h, 1 km", "1 euro, 1 hour, 1 kilometre"),
        ("a room 110–185 EUR a night", "a room 110 to 185 euros a night"),
        ("about £1,500.", "about 1,500 British pounds."),
        ("¥3,000–4,000 or CHF 20", "3,000 to 4,000 Japanese yen or 20 Swiss francs"),
        ("open 10:00–13:00, 14:00–18:00", "open 10:00 to 13:00, 14:00 to 18:00"),
        ("12–16 May 2027", "12 to 16 May 2027"),
        ("30 April – 3 May 2027", "30 April to 3 May 2027"),
        ("Thu 13 May, as of 2025-10-01", "Thursday 13 May, as of 1 October 2025"),
        ("on 2025-99-99", "on 2025-99-99"),
        ("up to 20 °C, 90 mm", "up to 20 degrees Celsius, 90 millimetres"),
        ("374 kg CO₂e a person", "374 kilograms of CO2 a person"),
        ("Porto (0.77)", "Porto (77 out of 100)"),
        ("0 h 58 min", "58 minutes"),
        ("from BER 400 to nowhere", "from BER 400 to nowhere"),
        ("a – b → c", "a, b to c"),
        ("two\nlines\x1b[31m", "two lines"),
    ],
)
def test_what_is_written_is_said_in_words(written: str, said: str) -> None:
    assert spoken(written) == said


def test_what_is_said_twice_is_said_the_same() -> None:
    for line in plain(planned("2 days in Porto from 11 May 2027, from Berlin, 900 EUR")).split(
        "\n"
    ):
        assert sentence(line) == line


PLANS = (
    "2 days in Lisbon or Porto from 11 May 2027, from Berlin, 900 EUR",
    "3 days in Paris from 11 May 2027, 300 EUR, from Amsterdam, no stairs",
    "4 nights in Tokyo and then 3 in Kyoto from 14 April 2027, from Berlin",
    "a weekend in London from 8 May 2027, alone, dinner booked 9 May 2027 20:00",
)


@pytest.mark.parametrize("words", PLANS)
def test_every_line_of_a_plan_is_a_sentence_without_signs(words: str) -> None:
    told = plain(planned(words))
    assert not SIGNS & set(told)
    lines = [line for line in told.splitlines() if line]
    assert all(line == line.strip() and line.endswith((".", "!", "?")) for line in lines)
    assert all(line[0].isupper() or line[0].isdigit() for line in lines)


@pytest.mark.parametrize("words", PLANS)
def test_the_whole_plan_is_told(words: str) -> None:
    plan = planned(words)
    told = plain(plan)
    for text in (
        *(spoken(item.title) for day in plan.days for item in day.items),
        *(left.name[1:] for left in plan.left_out),
        *(f"Decide {d.id}={a.value} " for d in plan.decisions for a in d.alternatives),
        *(spoken(tip.text) for tip in plan.tips),
        *(spoken(check.detail) for check in plan.checks if not check.passed),
        *(spoken(change) for conflict in plan.conflicts for change in conflict.relaxations),
        *(report.name.capitalize() for report in plan.agents),
    ):
        assert text in told


def test_the_sections_come_in_the_order_in_which_one_wants_to_hear_them() -> None:
    told = plain(planned(PLANS[0]))
    heads = [part.splitlines()[0] for part in told.split("\n\n")]
    assert [re.split(r"[.,:]", head)[0] for head in heads[1:]] == [
        "Assumed", "Day 1 of 2", "Day 2 of 2", "Costs", "Why here", "Decisions", "Left out",
        "Checks", "Good to know", "Agents", "Sources",
    ]  # fmt: skip
    assert heads[0].startswith("2 days in ")
    first = told.split("\n\n")[0]
    assert "Checked by code: 23 of 23 hard checks passed" in first
    assert re.search(
        r"Cost for 2 adults: about [\d,]+ euros, between .* left of 900 euros\.", first
    )


def test_a_heading_counts_what_follows_it() -> None:
    plan = planned(PLANS[0])
    told = PlainPlan(plan)
    assert told.left_out()[0] == f"Left out. {len(plan.left_out)} places."
    assert len(told.left_out()) == 1 + len(plan.left_out)
    assert told.checks()[0].startswith(f"Checks. {len(plan.checks)} checks, ")
    places = sum(item.kind == "visit" for item in plan.days[0].items)
    assert told.day(0)[0].endswith(f" {places} places.")


def test_a_plan_that_does_not_fit_says_so_first_and_what_would_help() -> None:
    head = PlainPlan(planned(PLANS[1])).head()
    assert head[1].startswith("Not complete: ")
    assert any(line.startswith("Failed: ") for line in head)
    assert any("What would do: raise the budget by" in line for line in head)


def test_an_item_says_when_what_how_much_and_how_sure() -> None:
    lines = PlainPlan(planned(PLANS[0])).day(0)[1:]
    paid = re.compile(
        r"\d+\. \d\d:\d\d to \d\d:\d\d: .*\. Open .* About \d+ euros for all, "
        r"an estimate of [A-Z][a-z]+ \d{4}\. Verified, source \d+\."
    )
    assert any(paid.fullmatch(line) for line in lines)
    assert any("the next morning: Night in" in line for line in lines)


# The run as it is told


def narrated(*events: Event) -> list[str]:
    told: list[str] = []
    narrator = Narrator(told.append)
    for event in events:
        narrator(event)
    return told


def call(at: float, number: int, tool: str = "climate", **more: object) -> Iterator[Event]:
    yield ToolCalled(at=at, agent="a", call=number, tool=tool, arguments={"destination": "rome"})
    yield ToolReturned.model_validate(
        {"at": at, "agent": "a", "call": number, "tool": tool, "summary": f"answer {number}",
         "seconds": 0.1, **more}
    )  # fmt: skip


START = AgentStarted(at=0, agent="a", role="compares", backend="fake")


def test_more_of_the_same_is_counted_and_not_told() -> None:
    events = [e for n in range(30) for e in call(0.1, n)]
    done = AgentFinished(at=0.2, agent="a", seconds=0.2, usage=Usage(), summary="")
    assert narrated(START, *events, done) == [
        "A starts: compares.",
        "A: climate for rome. Answer 0.",
        "A is done after 0.2 seconds. 30 tool calls: climate 30.",
    ]


def test_a_run_without_a_plan_is_told_to_its_end() -> None:
    ends = [
        RunFailed(at=3, seconds=3, reason="no agent got there", cancelled=cancelled)
        for cancelled in (False, True)
    ]
    assert narrated(START, *ends)[1:] == [
        "Broken off after 3.0 seconds, without a plan.",
        "Cancelled after 3.0 seconds, without a plan.",
    ]


def test_after_a_silence_more_of_the_same_is_a_sign_of_life() -> None:
    told = narrated(START, *call(1, 1), *call(1.5, 2), *call(4, 3))
    assert [line for line in told if "climate" in line] == [
        "A: climate for rome. Answer 1.",
        "A: climate for rome. Answer 3.",
    ]


def test_a_tool_that_fails_is_always_told() -> None:
    told = narrated(START, *call(1, 1), *call(1, 2, failed=True), *call(1, 3, failed=True))
    assert told[-2:] == [
        "A: climate for rome. Failed: answer 2.",
        "A: climate for rome. Failed: answer 3.",
    ]


def test_pieces_of_text_are_joined_to_whole_lines() -> None:
    pieces = [AgentSaid(at=1, agent="a", text=text) for text in ("I com", "pare", " both.\nSe")]
    assert narrated(START, *pieces)[1:] == ["A: I compare both."]
    assert narrated(START, *pieces[:2], *call(1, 1))[1] == "A: I compare."


def test_a_long_text_without_an_end_of_line_ends_at_a_sentence() -> None:
    said = AgentSaid(at=1, agent="a", text="One sentence. " * 20 + "And hal")
    [line] = narrated(START, said)[1:]
    assert line.endswith("One sentence.")
    assert "And hal" not in line


def test_what_is_found_and_what_fails_is_told() -> None:
    told = narrated(
        START,
        Found(at=1, agent="a", subject="Time Out Market", reason="for food; €5"),
        AgentFailed(at=2, agent="a", seconds=2, reason="it stalled", kept=True),
    )
    assert told[1:] == [
        "A: found Time Out Market: for food; 5 euros.",
        "A failed: it stalled; what it had found is kept.",
    ]


def test_a_question_to_a_tool_is_told_in_words() -> None:
    assert asked("find_activities", {"destination": "rome", "interests": ["food"], "step_free": True,
                                     "kinds": None, "limit": 60}) == (
        "find activities for rome, food, step free, limit 60"
    )  # fmt: skip
    assert asked("climate", {}) == "climate"


# `tripartite plan --plain`


def test_a_plan_by_lines_keeps_the_story_and_the_plan_apart(home: dict[str, str]) -> None:
    done = subprocess.run(
        [TRIPARTITE, "plan", "--plain", SHORT], capture_output=True, text=True, env=home,
        encoding="utf-8", timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.startswith("2 days in Lisbon, ")
    assert done.stderr.startswith("Understood: 2 days in Lisbon, 11 to 12 May ")
    assert "Assumed travellers: 2 adults, nobody said how many adults." in done.stderr
    assert "3 agents start together: itinerary, destinations and activities." in done.stderr
    for name in ("Itinerary", "Destinations", "Activities"):
        assert re.search(rf"^{name} is done after .*tool calls: ", done.stderr, re.M)
    assert not SIGNS & set(done.stdout + done.stderr)


def test_a_plan_by_lines_ends_as_any_other(home: dict[str, str]) -> None:
    def code(*words: str) -> int:
        return subprocess.run(
            [TRIPARTITE, "plan", "--plain", *words], capture_output=True, env=home, timeout=SECONDS
        ).returncode

    assert code(SHORT, "--budget", "50 EUR") == 1
    assert code("--to", "Atlantis") == 2


# The conversation


def test_a_whole_story_from_the_first_word_to_a_calendar(
    home: dict[str, str], tmp_path: Path
) -> None:
    told = talk(home, EITHER, "", f"export calendar {tmp_path}", "quit")
    for words in (
        "three agents search at the same time",
        "Backend: offline, ",
        "Example 1: ",
        "Where to?",
        "Understood: 2 days in Lisbon or Porto, ",
        "Assumed travellers: 2 adults",
        "3 agents start together",
        "Checked by code: ",
        "Day 1 of 2, ",
        "Decide destination=",
        "What next?",
    ):
        assert words in told
    [file] = tmp_path.glob("*.ics")
    assert f"Written: {file}" in told
    assert len(Calendar.from_ical(file.read_bytes()).events) > 5
    assert not SIGNS & set(told)


def test_without_a_terminal_the_conversation_opens_by_itself(home: dict[str, str]) -> None:
    done = subprocess.run(
        [TRIPARTITE], stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, env=home
    )
    assert done.returncode == 0
    assert b"Where to?" in done.stdout


def test_a_wish_out_of_a_pipe_needs_no_empty_line(home: dict[str, str]) -> None:
    assert "Day 2 of 2, " in talk(home, SHORT)


def test_a_decision_is_turned_round_and_back(home: dict[str, str]) -> None:
    told = talk(home, EITHER, "", "decide 1", "decide", "decide destination", "quit")
    towns = re.findall(r"^2 days in (\w+), ", told, re.M)
    assert len(towns) == 3
    assert towns[0] == towns[2] != towns[1]
    assert "Rule: your own choice." in told


@pytest.mark.parametrize("words", ["decide destination=porto", "decide destination PORTO"])
def test_the_other_side_is_taken_by_name(home: dict[str, str], words: str) -> None:
    told = talk(home, EITHER, "", "decide destination lisbon", words, "trips", "quit")
    assert re.search(r"^Trip 1: 2 days in Porto, ", told, re.M)
    assert "Trip 2: " not in told


def test_a_side_that_is_none_is_answered_with_those_there_are(home: dict[str, str]) -> None:
    told = talk(home, EITHER, "", "decide destination mars", "decide weather sunny", "quit")
    assert re.search(r"Problem with destination: 'mars' is no other side; there is \w+\.", told)
    assert "Problem with decide: there is no decision 'weather'; there is destination" in told


def test_a_wish_is_corrected_before_and_after_its_plan(home: dict[str, str]) -> None:
    told = talk(
        home, "2 days in Lisbin", "undo", SHORT, "two adults", "change budget 900 EUR", "",
        "change budget 50 EUR", "", "quit",
    )  # fmt: skip
    assert "Problem with destinations: no destination 'Lisbin' in the atlas; nearest" in told
    assert "Taken back: 2 days in Lisbin." in told
    assert "2 adults, 900 euros." in told
    assert "left of 900 euros." in told
    assert "more than the 50 euros you gave." in told
    assert told.count("3 agents start together") == 2


def test_what_was_told_of_a_wish_is_not_repeated(home: dict[str, str]) -> None:
    told = talk(home, "2 days in Lisbon", EARLY_MAY, "for 2 adults", "quit")
    assert told.count("Assumed travellers") == 1
    assert told.count("Understood: ") == 3


def test_a_command_that_is_none_is_answered_with_the_nearest(home: dict[str, str]) -> None:
    told = talk(home, "costs", SHORT, "", "exprot", "costs please", "day 9", "trip 7", "quit")
    assert "There is no plan yet: type a wish, then an empty line." in told
    assert "There is no command exprot; did you mean export" in told
    assert "Type it as: costs." in told
    assert "Problem with day: there is no 9; there are 1 to 2." in told
    assert "Problem with trip: there is no 7; there are 1 to 1." in told


def test_words_of_a_wish_are_no_commands(home: dict[str, str]) -> None:
    told = talk(home, "day trips from Porto", "undo", "new york for 3 days", "quit")
    assert "Taken back: day trips from Porto." in told
    assert "Understood: 3 days in New York" in told


ANSWERS = {
    "day": r"^Day 2 of 2, .*\d places\.$",
    "day 2": r"^1\. \d\d:\d\d to ",
    "item 1.2": r"^Rests on: .*source \d",
    "item 1 2": r"^Rests on: ",
    "activities museum": r"^\d+ places found with museum, \d in the plan\.$",
    "costs": r"^Total: about ",
    "why": r"^Lisbon, weather: \d+ out of 100\.",
    "left": r"^Left out\. \d+ places",
    "checks": r"^Passed, hours: every place is open",
    "tips": r"^Good to know\. ",
    "sources": r"^Source 1: ",
    "trace": r"^Activities done after .* \d+ tool calls",
    "trace act": r"^1\. Asked destination facts for lisbon",
    "retry itinerary": r"^Round 2: asked again: itinerary\.$",
    "again": r"^Round 3: asked again: itinerary, destinations and activities\.$",
    "request": r"^You typed: 2 days in Lisbon",
    "export": r"^Export calendar: ",
    "export ics /nowhere": r"^There is no folder /nowhere; make it first",
    "mode instant": r"Mode: instant\.$",
    "backend": r"^Backend offline: .*Nothing is sent anywhere",
    "backend oracle": r"^Problem with backend: no backend 'oracle'; ",
    "backend openai:m": r"^Backend: openai:m, OpenAI's models\. But openai:m cannot be used: ",
    "help": r"^Item N\.M: look closer",
    "example 9": r"^Problem with example: there is no 9; there are 1 to 5\.$",
    "change days x": r"^Problem with days: 'x' does not fit: ",
    "plan": r"^Day 1 of 2, ",
}
"""What can be typed after a plan, and a line of the answer."""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What was said to each command of ANSWERS, in one sitting."""
    told = talk(traveller(tmp_path_factory.mktemp("home")), SHORT, "", *ANSWERS, "quit")
    return dict(zip(ANSWERS, told.split("What next?\n")[1:], strict=False))


@pytest.mark.parametrize("command", ANSWERS)
def test_every_command_answers_in_lines(answers: dict[str, str], command: str) -> None:
    assert re.search(ANSWERS[command], answers[command], re.M), answers[command]
    assert not SIGNS & set(answers[command])


def test_trips_are_kept_opened_and_forgotten(home: dict[str, str]) -> None:
    talk(home, SHORT, "", "quit")
    told = talk(home, "trip 1", "costs", "change days 3", "", "trips", "forget 2", "quit")
    first, _, rest = told.partition("Where to?")
    assert re.search(r"^Trip 1: 2 days in Lisbon, .* Planned on .*, complete\.$", first, re.M)
    assert "Total: about " in rest
    assert re.search(r"^Trip 2: 2 days in Lisbon", rest, re.M)
    assert "Forgotten: 2 days in Lisbon" in rest
    assert rest.rstrip().endswith("What next?")


def test_a_store_that_is_broken_does_not_end_the_conversation(home: dict[str, str]) -> None:
    folder = Path(home["XDG_DATA_HOME"]) / "tripartite"
    folder.mkdir(parents=True)
    (folder / "trips.sqlite3").write_text("no database " * 100)
    told = talk(home, SHORT, "", "trips", "quit")
    assert "trips.sqlite3" in told
    assert "Day 2 of 2, " in told


def test_an_unknown_backend_is_refused_with_who_lists_them(home: dict[str, str]) -> None:
    done = subprocess.run(
        [TRIPARTITE, "--plain", "--backend", HOSTILE], input=b"", capture_output=True, env=home,
        timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 2
    assert b"tripartite doctor" in done.stdout
    assert b"\x1b" not in done.stdout


def test_hostile_words_are_cleaned_before_they_are_told(home: dict[str, str]) -> None:
    booked = f"change booked {HOSTILE} dinner 20:00"
    told = talk(
        home, f"{SHORT}, must see {HOSTILE}", "request", booked, "change to Lisbon", b"\xff\xfe",
        "\udcff".encode(errors="surrogatepass"), "x" * 100_000, "undo", "undo", "undo",
        "change booked", "", "activities [/]", HOSTILE, f"export {HOSTILE}", f"decide {HOSTILE}",
        f"export json {HOSTILE}", f"trace {HOSTILE}", "trips", "quit",
    )  # fmt: skip
    assert not {"\x1b", "\x07", "\u202e", "\x00"} & set(told)
    assert "owned" not in told
    assert max(map(len, told.splitlines())) < 6000


@pytest.mark.parametrize(
    ("encoding", "letters"),
    [("ascii", b"Sao Jorge"), ("latin-1", "São Jorge".encode("latin-1"))],
)
def test_what_cannot_be_encoded_comes_out_in_letters(
    home: dict[str, str], encoding: str, letters: bytes
) -> None:
    old = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for arguments in (("--plain",), ("plan", "--plain", f"{SHORT}, must see São Jorge")):
        done = subprocess.run(
            [TRIPARTITE, *arguments],
            input=f"{SHORT}, must see São Jorge\n\nquit\n".encode(
                "utf-8" if encoding == "ascii" else encoding
            ),
            capture_output=True,
            timeout=SECONDS,
            env={**home, **old, "PYTHONIOENCODING": encoding},
        )
        assert done.returncode == 0, done.stderr
        if arguments == ("--plain",) or encoding != "ascii":
            assert letters in done.stdout


def test_a_listener_that_goes_away_is_no_error(home: dict[str, str]) -> None:
    process = subprocess.Popen(
        [TRIPARTITE, "--plain"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=home,
    )  # fmt: skip
    assert process.stdin and process.stdout and process.stderr
    process.stdout.readline()
    process.stdout.close()
    process.stdin.write(f"{SHORT}\n\n".encode())
    process.stdin.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=SECONDS) == 0
    assert errors == b""


# On a terminal


class Terminal:
    """The command on a pseudo-terminal: type, and wait for what it says."""

    def __init__(self, home: dict[str, str], *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [TRIPARTITE, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=home,
            start_new_session=True,
            preexec_fn=lambda: os.close(os.open(os.ttyname(theirs), os.O_RDWR)),
        )  # fmt: skip
        os.close(theirs)
        self.told = ""
        self._seen = 0

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def wait_for(self, words: str) -> None:
        """Until `words` have been said after what was waited for last."""
        deadline = time.monotonic() + SECONDS
        while (found := self.told.find(words, self._seen)) < 0:
            assert self._read(deadline), self.told
        self._seen = found + len(words)

    def end(self) -> int:
        """The exit code, once it has ended and all that it said was read."""
        deadline = time.monotonic() + SECONDS
        while self._read(deadline):
            continue
        os.close(self._ours)
        return self.process.wait(timeout=SECONDS)

    def _read(self, deadline: float) -> bool:
        if not select.select([self._ours], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return False
        try:
            piece = os.read(self._ours, 65536)
        except OSError:  # the other side is closed
            return False
        self.told += piece.decode(errors="replace")
        return bool(piece)


@pytest.fixture
def terminal(home: dict[str, str]) -> Iterator[Terminal]:
    opened = Terminal(home, "--plain")
    yield opened
    opened.process.kill()
    opened.process.wait()


def test_ctrl_c_stops_the_work_and_the_plan_follows(terminal: Terminal) -> None:
    terminal.wait_for("Where to?")
    terminal.type("mode contemplating\n")
    terminal.wait_for("Mode: contemplating")
    terminal.type(f"{LONG}\n\n")
    terminal.wait_for("Activities starts")
    terminal.type("\x03")
    terminal.wait_for("Stopping: what was found so far is planned.")
    terminal.wait_for("Day 21 of 21, ")
    terminal.wait_for("What next?")
    terminal.type("quit\n")
    assert terminal.end() == 0
    assert "Stopped after" in terminal.told
    assert "Traceback" not in terminal.told
    assert "\x1b" not in terminal.told


def test_ctrl_c_twice_ends_all(terminal: Terminal) -> None:
    terminal.wait_for("Where to?")
    terminal.type(f"mode contemplating\n{LONG}\n\n")
    terminal.wait_for("Activities starts")
    os.killpg(terminal.process.pid, signal.SIGINT)
    terminal.wait_for("Ctrl-C again ends all.")
    os.killpg(terminal.process.pid, signal.SIGINT)
    assert terminal.end() == 130
    assert "Traceback" not in terminal.told


def test_ctrl_c_and_the_end_of_the_input_leave_at_the_prompt(
    home: dict[str, str], terminal: Terminal
) -> None:
    terminal.wait_for("Where to?")
    terminal.type("\x03")
    assert terminal.end() == 130
    other = Terminal(home, "--plain")
    other.wait_for("Where to?")
    other.type("\x04")
    assert other.end() == 0
    assert "Traceback" not in terminal.told + other.told


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_from_outside_ends_a_run_after_its_clean_up(
    terminal: Terminal, number: signal.Signals, code: int
) -> None:
    terminal.wait_for("Where to?")
    terminal.type(f"mode contemplating\n{LONG}\n\n")
    terminal.wait_for("Activities starts")
    terminal.process.send_signal(number)
    assert terminal.end() == code
    assert "Traceback" not in terminal.told


def test_a_plan_by_lines_on_a_terminal_draws_and_colours_nothing(home: dict[str, str]) -> None:
    terminal = Terminal(home, "plan", "--plain", SHORT)
    terminal.wait_for("Understood: ")
    terminal.wait_for("3 agents start together")
    terminal.wait_for("Day 1 of 2, ")
    assert terminal.end() == 0
    assert not SIGNS & set(terminal.told)
    assert "\r" not in terminal.told.replace("\r\n", "\n")
