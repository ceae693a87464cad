"""Answers as servers that are not ours write them: cut anywhere, with endings and characters of all kinds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.backends.stream import Answer, ErrorSent, Reading, Unreadable

TEXT = "Grüße aus Łódź 🌍, 京都"
ARGUMENTS = '{"where": "Łódź 🌍"}'


def event(value: object, ending: str = "\n") -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}{ending}{ending}".encode()


def delta(**message: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": message}]}


def call(**function: str) -> dict[str, Any]:
    return {"index": 0, "id": "a", "type": "function", "function": function}


def stream(ending: str = "\n") -> bytes:
    """Text, a call in three pieces, the end and the usage."""
    pieces = [
        *(delta(content=c) for c in TEXT),
        delta(tool_calls=[call(name="climate", arguments="")]),
        *(delta(tool_calls=[{"index": 0, "function": {"arguments": a}}]) for a in ARGUMENTS),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]},
        {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}},
    ]
    done = f"data: [DONE]{ending}{ending}".encode()
    return b"".join(event(p, ending) for p in pieces) + done


def read(chunks: Sequence[bytes]) -> tuple[Answer, str]:
    """The answer, and the text that was told on the way."""
    told: list[str] = []
    reading = Reading(lambda text, reasoning: told.append(text))
    for chunk in chunks:
        reading.feed(chunk)
    return reading.end(), "".join(told)


@given(st.data(), st.sampled_from(["\n", "\r\n", "\r"]))
def test_an_answer_is_the_same_wherever_its_bytes_are_cut(data: st.DataObject, ending: str) -> None:
    whole = stream(ending)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(whole)), max_size=20)) | {0, len(whole)})
    answer, told = read([whole[a:b] for a, b in pairwise(cuts)])
    assert (answer.text, told, answer.finish) == (TEXT, TEXT, "tool_calls")
    assert [(c.name, c.arguments) for c in answer.calls] == [("climate", ARGUMENTS)]
    assert (answer.input_tokens, answer.output_tokens) == (3, 4)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_an_answer_may_come_byte_by_byte(ending: str) -> None:
    assert read([bytes([b]) for b in stream(ending)])[0].text == TEXT


def test_a_character_cut_into_its_halves_is_put_together_again() -> None:
    """As servers do that count characters by UTF-16."""
    halves = rb'{"choices":[{"delta":{"content":"%s"}}]}'
    pieces = [rb"by sea \ud83c", rb"\udf0a, \ud83c"]
    answer, told = read([b"data: " + halves % p + b"\n\n" for p in pieces])
    assert answer.text == "by sea 🌊, �"
    assert told.isascii() is False and told.encode()


def test_a_byte_that_is_no_text_costs_only_its_character() -> None:
    answer, _ = read([event(delta(content="Łódź")).replace("ź".encode(), b"\xff")])
    assert answer.text == "Łód�"


@pytest.mark.parametrize(
    "sent",
    [
        b'event: error\ndata: {"message": "boom", "code": 500}\n\n',
        b'error: {"code": 500, "message": "boom", "type": "server_error"}\n\n',
        b'data: {"object": "error", "message": "boom"}\n\n',
        b'data: {"error": {"message": "boom"}}\n\n',
        b'{"object": "error", "message": "boom"}',
    ],
)
def test_an_error_in_an_answer_is_told_however_it_is_written(sent: bytes) -> None:
    with pytest.raises(ErrorSent) as error:
        read([sent])
    assert error.value.error["message"] == "boom"


def test_a_piece_that_broke_off_is_no_end_and_a_broken_piece_is_unreadable() -> None:
    told: list[str] = []
    reading = Reading(lambda text, reasoning: told.append(text))
    reading.feed(event(delta(content="Lisbon")) + b'data: {"choices": [{"del')
    assert reading.end().text == "Lisbon"
    assert not (reading.finished or reading.done)
    with pytest.raises(Unreadable):
        reading.feed(b"\n\n")
