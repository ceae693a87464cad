"""Untrusted text is made harmless once, and stays what it then is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from agents.text import MAX_CHARACTERS, Line, Text, clean, clean_line

PIECES = (
    *(
        "\x1b[31m",
        "\x1b[",
        "\x1b]0;title\x07",
        "\x1b]8;;https://example.org\x1b\\",
        "\x1b",
        "\x9b5m",
    ),
    *("\x00", "\x07", "\x08", "\x7f", "\x85", "\x9d", "\r", "\n", "\t", " ", "\u2028", "\u00a0"),
    *("\u202e", "\u2066", "\u2069", "\u200f", "\u200b", "\ufeff", "\ue000", "\ud800", "\U000e0041"),
    *("[31m", "0;", "m", "a", "ã", "旅", "🚋", "…", "[/]", "[@click=x]"),
)
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join)
NOT_SHOWN = {"Cc", "Cf", "Co", "Cs", "Cn"}


def unseen(text: str, kept: str = "") -> list[str]:
    """The characters in `text` that a terminal acts upon or nobody sees."""
    return [c for c in text if c not in kept and unicodedata.category(c) in NOT_SHOWN]


@given(hostile)
def test_no_control_escape_bidirectional_or_private_character_is_left(text: str) -> None:
    assert unseen(clean(text), kept="\n\t") == []


@given(hostile)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(hostile, st.integers(1, 20))
def test_clean_text_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(clean(text, limit)) <= limit


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=50))
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert clean(text) == text


@given(hostile)
def test_a_line_has_no_break_and_no_unseen_character(text: str) -> None:
    line = clean_line(text)
    assert unseen(line) == []
    assert len(line.splitlines()) <= 1


@given(hostile)
def test_a_line_that_is_cleaned_twice_is_the_same_line(text: str) -> None:
    once = clean_line(text)
    assert clean_line(once) == once


@pytest.mark.parametrize(
    ("hostile_text", "harmless"),
    [
        ("\x1b[2J\x1b[1;1HLisbon", "Lisbon"),
        ("\x1b]0;owned\x07Porto", "Porto"),
        ("\x1b]8;;https://example.org\x1b\\Click\x1b]8;;\x1b\\", "Click"),
        ("\x9b31mRome", "Rome"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("zero\u200bwidth", "zerowidth"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_what_would_act_on_a_terminal_is_taken_out(hostile_text: str, harmless: str) -> None:
    assert clean(hostile_text) == harmless


def test_a_cut_is_marked() -> None:
    assert clean("abcdef", 4) == "abc…"
    assert clean("x" * (MAX_CHARACTERS + 1)).endswith("…")


def test_anything_can_be_shown() -> None:
    assert clean(17) == "17"
    assert clean_line(None) == "None"


def test_the_types_clean_what_they_take() -> None:
    class Note(BaseModel):
        title: Line
        body: Text

    note = Note(title="two\nwords\x1b[0m", body="a\x07\nb")
    assert (note.title, note.body) == ("two words", "a\nb")


def test_every_kind_of_line_break_separates_words() -> None:
    for pause in ("\n", "\r", "\r\n", "\u2028"):
        assert clean_line(f"Rome{pause}then Paris") == "Rome then Paris"
