"""The app as a traveller's terminal sees it: a real process on a real pseudo-terminal."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from app_with import HOSTILE
from terminal import FRAME_ENDS, Terminal, environment

from planner.tui.leaving import ENDING_SIGNALS
from planner.tui.widgets.prompt import PLACEHOLDER

TRIPARTITE = str(Path(sys.executable).with_name("tripartite"))
APP_WITH = str(Path(__file__).with_name("app_with.py"))
WORDS = "2 days in Lisbon in May, two adults"
READY, PLANNED, AT_WORK = "Where to?", "1 Itinerary", "waiting to be cancelled"
TALKING = "The old town"
FAILED = "Something went wrong"
TABS = {"2": "The climate of", "3": "/ to filter", "4": "N ↑", "5": "By category", "6": "added up"}
"""The key of each tab but the first, and words that only it has."""
SIZES = [(80, 24), (120, 40), (200, 60)]
TEAM = {"itinerary", "destinations", "activities"}
MODES = ("1049", "1000", "1003", "1006", "2004", "1004")
"""Alternate screen, mouse, bracketed paste and focus: on while the app runs."""
OURS = re.compile(
    r"\x1b\[\d+;\d+H|\x1b\[[0-9;]*m|\x1b\[\?(?:25|7|1000|1003|1004|1006|1015|1049|2004|2026)[hl]"
    r"|\x1b\[>\d+u|\x1b\[<u|\x1b\[\?(?:2026|2048)\$p|\x1b\]22;[a-z-]*\x07"
)
"""All that Textual sends: cursor, colours, modes, two questions, the pointer's shape."""
COPIED = re.compile(r"\x1b\]52;c;[A-Za-z0-9+/=]*\x07")
"""What a traveller puts on the clipboard."""
COLOUR = re.compile(r"[34]8;2;\d+;\d+;\d+")


def app(
    home: Path,
    backend: str | None = None,
    *,
    size: tuple[int, int] = (120, 40),
    **variables: str | None,
) -> Terminal:
    """The app in a terminal of its own: the installed command, or with a backend for tests."""
    command = [sys.executable, APP_WITH, backend] if backend else [TRIPARTITE]
    variables = {"FILES": str(home), **variables}
    return Terminal(command, environment(home, **variables), size=size, cwd=home)


def plan(terminal: Terminal, words: str, until: str) -> str:
    """Ask for a trip; returns the screen that has `until`."""
    terminal.until(READY)
    terminal.send(words)
    terminal.press("enter")
    return terminal.until(until)


def assert_restored(terminal: Terminal) -> None:
    """Everything that was switched on is off, and keys are handled as before."""
    sent = terminal.written
    for mode in MODES:
        on, off = (sent.rfind(f"\x1b[?{mode}{end}".encode()) for end in "hl")
        assert 0 <= on < off, f"mode {mode} is still on"
    assert sent.rfind(b"\x1b[?25l") < sent.rfind(b"\x1b[?25h"), "the cursor is hidden"
    assert sent.rfind(b"\x1b[?7l") < sent.rfind(b"\x1b[?7h"), "long lines are cut"
    assert sent.count(b"\x1b[<u") == len(re.findall(rb"\x1b\[>\d+u", sent)), "keys are coded"
    assert terminal.modes == terminal.modes_before


def assert_left(terminal: Terminal, code: int) -> None:
    """The process has ended as it should, alone, without a word on the shell's screen."""
    assert terminal.ended() == code
    after = terminal.written.decode().rpartition("\x1b[?1049l")[2]
    assert OURS.sub("", after).strip() == ""
    assert FAILED.encode() not in terminal.written
    with pytest.raises(ProcessLookupError):
        os.killpg(terminal.process.pid, 0)


def assert_left_well(terminal: Terminal, code: int = 0) -> None:
    assert_left(terminal, code)
    assert_restored(terminal)


def cleaned_up(home: Path) -> set[str]:
    """The agents that wrote their file as they were cancelled."""
    return TEAM & {path.name for path in home.iterdir()}


def assert_harmless(terminal: Terminal, *, may_copy: bool = False) -> None:
    """Nothing was sent but text and what Textual itself sends; no colour but those of the theme."""
    sent = terminal.written.decode()
    if may_copy:
        sent = COPIED.sub("", sent)
    rest = OURS.sub("", sent)
    assert {c for c in rest if not c.isprintable() and c not in "\r\n"} == set()
    for codes in set(re.findall(r"\x1b\[([0-9;]*)m", sent)):
        plain = COLOUR.sub("", codes)
        assert set(plain.split(";")) <= {"", "0", "1", "2", "3", "4", "7", "9"}, codes
    assert not {"38;2;255;0;0", "48;2;255;0;0", "38;2;128;0;0"} & set(COLOUR.findall(sent))


# A story


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_from_start_to_an_exported_calendar_by_keys_alone(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with app(tmp_path, size=size) as terminal:
        terminal.until(lambda text: READY in text and "F2" in text)
        terminal.send(WORDS)
        terminal.until("May 2027")
        terminal.press("enter")
        terminal.until(PLANNED)
        for key, words in TABS.items():
            terminal.press(key)
            terminal.until(words)
        terminal.press("x")
        terminal.until("Calendar")
        terminal.press("enter")
        terminal.until("written")
        [calendar] = tmp_path.glob("*.ics")
        assert calendar.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
        assert calendar.name in terminal.text.replace("\n", "").replace(" ", "")
        terminal.press("escape")
        terminal.until(lambda text: "written" not in text)
        terminal.press("ctrl+q")
        assert_left_well(terminal)
        assert_harmless(terminal)
    with app(tmp_path, size=size) as terminal:
        terminal.until("✓ 2 days in Lisbon")
        terminal.press("ctrl+c")
        assert_left_well(terminal)


# The ends


@pytest.mark.parametrize("at_work", [True, False], ids=["in a run", "at rest"])
@pytest.mark.parametrize("name", ENDING_SIGNALS)
def test_a_signal_cancels_the_agents_and_gives_the_terminal_back(
    tmp_path: Path, name: str, at_work: bool
) -> None:
    with app(tmp_path, "waiting") as terminal:
        terminal.until(READY)
        if at_work:
            plan(terminal, WORDS, AT_WORK)
        terminal.signal(signal.Signals[name])
        assert_left_well(terminal, ENDING_SIGNALS[name])
    assert cleaned_up(tmp_path) == (TEAM if at_work else set())


def test_a_signal_before_the_first_screen_ends_the_app_too(tmp_path: Path) -> None:
    with app(tmp_path, "waiting") as terminal:
        while b"\x1b[?1049h" not in terminal.written:
            terminal.read(1)
        terminal.signal(signal.SIGTERM)
        assert terminal.ended() == ENDING_SIGNALS["SIGTERM"]
        assert_restored(terminal)


def test_a_broken_connection_ends_the_app_and_its_agents(tmp_path: Path) -> None:
    with app(tmp_path, "waiting") as terminal:
        plan(terminal, WORDS, AT_WORK)
        terminal.hang_up()
        assert terminal.ended() == ENDING_SIGNALS["SIGHUP"]
    assert cleaned_up(tmp_path) == TEAM


def test_quitting_in_a_run_waits_for_the_agents_clean_up(tmp_path: Path) -> None:
    with app(tmp_path, "waiting") as terminal:
        plan(terminal, WORDS, AT_WORK)
        terminal.press("ctrl+q")
        assert_left_well(terminal)
    assert cleaned_up(tmp_path) == TEAM


def test_ctrl_c_first_stops_the_run_and_then_leaves(tmp_path: Path) -> None:
    with app(tmp_path, "waiting") as terminal:
        plan(terminal, WORDS, AT_WORK)
        terminal.press("ctrl+c")
        terminal.until(lambda text: "working" not in text)
        assert cleaned_up(tmp_path) == TEAM
        terminal.press("ctrl+c")
        assert_left_well(terminal)


# Hostile words


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_hostile_agents_write_nothing_into_the_terminal_but_words(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with app(tmp_path, "hostile", size=size) as terminal:
        plan(terminal, WORDS, PLANNED)
        look_at_everything(terminal)
        terminal.press("ctrl+q")
        assert_left_well(terminal)
        assert_harmless(terminal)
    with app(tmp_path, "hostile", size=size) as terminal:
        reopen(terminal)
        look_at_everything(terminal)
        terminal.press("ctrl+q")
        assert_left_well(terminal)
        assert_harmless(terminal)


def look_at_everything(terminal: Terminal) -> None:
    """Every tab, the agents, a full trace; clicks on whatever looks like a link."""
    terminal.until("Overview")
    for key, words in TABS.items():
        open_tab(terminal, key, words)
        press_what_looks_like_a_link(terminal)
        terminal.press("down", "down", "end", "pageup")
    terminal.press("v")
    terminal.until(lambda text: PLANNED not in text)
    press_what_looks_like_a_link(terminal)
    terminal.press("enter")
    terminal.until("esc Back")
    press_what_looks_like_a_link(terminal)
    terminal.press("pagedown", "end")
    while "esc Back" in (before := terminal.text):  # from the closer look to the list, and out
        terminal.press("escape")
        terminal.until(lambda text, before=before: text != before)


def open_tab(terminal: Terminal, key: str, words: str) -> None:
    """Press a tab's key until it is open: one press comes too early for a plan just made."""
    for _ in range(4):
        terminal.press(key)
        try:
            terminal.until(words, seconds=3)
            return
        except AssertionError:
            continue
    terminal.until(words)


def press_what_looks_like_a_link(terminal: Terminal) -> None:
    for row, line in enumerate(terminal.lines, 1):
        if (column := line.find("pressme")) >= 0:
            terminal.click(column + 3, row)


def reopen(terminal: Terminal) -> None:
    """Open the trip that was planned last."""
    terminal.until(lambda text: READY in text and re.search(r"[✓!] 2 days", text))
    terminal.press("down")
    terminal.until("Open trip")
    terminal.press("enter")
    terminal.until(PLANNED)


def test_a_trip_that_somebody_changed_by_hand_is_shown_harmlessly(tmp_path: Path) -> None:
    with app(tmp_path, "offline") as terminal:
        plan(terminal, WORDS, PLANNED)
        terminal.press("ctrl+q")
        assert_left_well(terminal)
    [store] = (tmp_path / "data").rglob("trips.sqlite3")
    poison(store)
    with app(tmp_path, "offline") as terminal:
        reopen(terminal)
        assert "[/]" in terminal.text
        look_at_everything(terminal)
        terminal.press("e")
        terminal.until("Try one")
        terminal.press("ctrl+q")
        assert_left_well(terminal)
        assert_harmless(terminal)


def poison(store: Path) -> None:
    """Put hostile words wherever the stored trip has words for people."""
    bad = "".join(words for words in HOSTILE if len(words) < 1000)
    bad = bad.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    with closing(sqlite3.connect(store)) as file, file:
        [(packed,)] = file.execute("SELECT plan FROM trips")
        changed = json.dumps(poisoned(json.loads(zlib.decompress(packed)), "[/]" + bad))
        file.execute(
            "UPDATE trips SET title = ?, words = ?, backend = ?, plan = ?",
            (
                f"2 days in [/]{bad}",
                f"[/]{bad} 2 days in Lisbon",
                bad,
                zlib.compress(changed.encode()),
            ),
        )
        file.execute("INSERT INTO past_words VALUES (?, 1000)", (bad,))


def poisoned(value: Any, bad: str) -> Any:
    words = ("name", "title", "summary", "reason", "detail", "text", "note", "theme", "rule")
    if isinstance(value, dict):
        return {
            key: bad[:300] + item if key in words and isinstance(item, str) else poisoned(item, bad)
            for key, item in value.items()
        }
    return [poisoned(item, bad) for item in value] if isinstance(value, list) else value


def test_hostile_settings_are_shown_harmlessly(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "tripartite"
    folder.mkdir(parents=True)
    bad = json.dumps("[/][@click=app.quit]pressme[/]\x1b]0;owned\x07\u202e")
    (folder / "settings.toml").write_text(
        f"theme = {bad}\nbackend = '[/][red]'\neffort = {bad}\nexport_folder = '[@click=app.quit]'\n"
    )
    with app(tmp_path, "offline") as terminal:
        terminal.until("is used")
        terminal.until(READY)
        terminal.press("ctrl+p")
        terminal.until("Theme")
        terminal.press("escape", "ctrl+q")
        assert_left_well(terminal)
        assert_harmless(terminal)


def test_hostile_pasted_words_are_harmless_text(tmp_path: Path) -> None:
    pasted = "".join(words for words in HOSTILE if len(words) < 1000).encode("utf-8", "replace")
    with app(tmp_path, "offline") as terminal:
        terminal.until(READY)
        terminal.paste(b"[/] " + pasted + b" \x1b[31mred\x1b]52;c;b3du\x07")
        terminal.until("not understood")
        press_what_looks_like_a_link(terminal)
        terminal.press("ctrl+l")
        terminal.until(READY)
        terminal.paste("2 days in Lisbon in May\n[/][red]x\x1b[2J")
        terminal.press("enter")
        terminal.until(PLANNED)
        terminal.press("ctrl+q")
        assert_left_well(terminal)
        assert_harmless(terminal)


# Resizing and mashing


def test_resizing_in_the_middle_of_a_run_draws_the_new_size(tmp_path: Path) -> None:
    sizes = [(40, 10), (200, 60), (80, 24), (20, 5), (120, 40)] * 2
    with app(tmp_path, "streams", size=(100, 30)) as terminal:
        plan(terminal, WORDS, TALKING)
        for columns, rows in sizes:
            terminal.resize(columns, rows)
            terminal.until(fills(columns, rows))
        terminal.press("ctrl+q")
        assert_left_well(terminal)
        assert_harmless(terminal)


def fills(columns: int, rows: int) -> Any:
    """Whether the footer stands in the last row of a screen of this size."""

    def suits(text: str) -> bool:
        lines = text.split("\n")
        return len(lines) == rows and len(lines[0]) == columns and "^p" in lines[-1]

    return suits


@pytest.mark.parametrize("size", [(20, 5), (10, 3), (1, 1)], ids=str)
def test_a_tiny_terminal_is_no_reason_to_crash(tmp_path: Path, size: tuple[int, int]) -> None:
    with app(tmp_path, "offline", size=size) as terminal:
        terminal.until(lambda _: FRAME_ENDS in terminal.written)
        terminal.resize(120, 40)
        plan(terminal, WORDS, PLANNED)
        terminal.resize(*size)
        terminal.press("2", "3", "4", "5", "6", "1", "v")
        terminal.resize(120, 40)
        terminal.until("added up")
        terminal.press("ctrl+q")
        assert_left_well(terminal)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_five_hundred_random_keys_in_a_run_do_no_harm(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    keys = [
        *("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "space", "home"),
        *("end", "pageup", "pagedown", "f1", "f2", "ctrl+p", "ctrl+l", "delete", "backspace"),
        *"vxencr123456abq/?:[]é漢",
    ]
    with app(tmp_path, "streams", size=chance.choice(SIZES)) as terminal:
        plan(terminal, WORDS, TALKING)
        terminal.press(*chance.choices(keys, k=500))
        terminal.press("ctrl+q")
        assert_left_well(terminal)
        assert_harmless(terminal, may_copy=True)


# Few colours, none, and no terminal


def test_no_color_means_no_colour(tmp_path: Path) -> None:
    with app(tmp_path, "offline", NO_COLOR="1") as terminal:
        plan(terminal, WORDS, PLANNED)
        terminal.press("ctrl+q")
        assert_left_well(terminal)
        codes = {
            c for s in re.findall(rb"\x1b\[([0-9;]*)m", terminal.written) for c in s.split(b";")
        }
    assert not {int(c) for c in codes if c} & {*range(30, 39), *range(40, 49), *range(90, 108)}


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_sixteen_colours_are_enough_to_read_everything(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    few = {"TERM": "xterm-16color", "COLORTERM": None}
    with app(tmp_path, "offline", size=size, **few) as terminal:
        terminal.until(READY)
        assert invisible(terminal) == []
        plan(terminal, WORDS, PLANNED)
        assert invisible(terminal) == []
        for key, words in TABS.items():
            terminal.press(key)
            terminal.until(words)
            assert invisible(terminal) == []
        terminal.press("x")
        terminal.until("Calendar")
        assert invisible(terminal) == []
        terminal.press("escape", "ctrl+q")
        assert_left_well(terminal)
    assert not re.search(rb"[34]8;[25];", terminal.written)


def invisible(terminal: Terminal) -> list[str]:
    """The words drawn in the colour of their background, line by line."""
    hidden = []
    for row in range(terminal.screen.lines):
        cells = [terminal.screen.buffer[row][column] for column in range(terminal.screen.columns)]
        words = "".join(c.data if c.fg == c.bg != "default" else " " for c in cells).strip()
        if any(c.isalnum() for c in words):
            hidden.append(words)
    return hidden


def test_a_terminal_that_understands_no_escapes_gets_none(tmp_path: Path) -> None:
    with app(tmp_path, TERM="dumb", COLORTERM=None) as terminal:
        while not terminal.text.strip():
            terminal.read(1)
        terminal.press("ctrl+c")
        terminal.ended()
        assert b"\x1b" not in terminal.written


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_without_a_terminal_on_every_stream_there_are_no_escapes(
    tmp_path: Path, stream: str
) -> None:
    other = subprocess.DEVNULL if stream == "stdin" else subprocess.PIPE
    with Terminal(
        [TRIPARTITE], environment(tmp_path), cwd=tmp_path, redirected={stream: other}
    ) as terminal:
        pipe = getattr(terminal.process, stream)
        sent = b""
        if stream == "stdout":
            sent = pipe.read1()  # its first words: Python is past its own beginning
        elif stream == "stderr":
            terminal.until(str.strip)
        if stream != "stdin":
            terminal.press("ctrl+c")
        terminal.ended()
        sent += terminal.written
        if pipe:
            with pipe:
                sent += pipe.read()
        assert b"\x1b" not in sent
        assert b"Traceback" not in sent


def test_the_prompt_says_what_to_type() -> None:
    assert PLACEHOLDER.startswith(READY)
