"""A key that a server repeats on purpose is shown to nobody, however it is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_server import raw_server, sending, streamed

from agents.backends.servers.faults import Fault
from agents.backends.servers.listening import Listening
from agents.backends.servers.patience import Patience
from agents.backends.servers.secrets import DEEPEST, spellings, without
from agents.backends.servers.urls import server_at
from agents.backends.talking.answer import Answer
from agents.backends.talking.wire import line_to
from agents.cleaning import clean
from agents.events import AgentSaid

KEY = "zq/SECRET+keyabcDEFgh"
NOISE = ("\u200b", "\x00", "\u2066", "\ue000", "\x1b[31m", "\x1b]0;title\x07", "\x9b1m", "\b")
"""What is removed before anybody sees it."""


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


def with_noise(text: str, noise: str = "\u200b") -> str:
    return noise.join(text)


def in_json(text: str) -> str:
    """As it stands between the quotes of a JSON text."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def all_said(text: str, depth: int = 6) -> set[str]:
    """Whatever `text` comes to say by being decoded and cleaned, in any order."""
    known, latest = {text}, {text}
    for _ in range(depth):
        latest = {said for each in latest for said in _said_next(each)} - known
        known |= latest
    return known


def _said_next(text: str) -> Iterator[str]:
    yield clean(text, len(text))
    with suppress(ValueError):
        yield json.loads(f'"{text}"', strict=False)


def is_told_in(text: str) -> bool:
    return any(KEY in said for said in all_said(text))


@st.composite
def writings(draw: st.DrawFn) -> str:
    """The key within some words, escaped and sprinkled with what cannot be seen, in any order."""
    words = st.text(alphabet='ab \n"\\/é…', max_size=6)
    text = draw(words) + KEY + draw(words)
    for layer in draw(st.lists(st.sampled_from(("escapes", "noise", "json")), max_size=4)):
        if layer == "json":
            text = in_json(text)
        elif layer == "noise":
            noise = st.sampled_from(("", "", *NOISE))
            text = "".join(draw(noise) + character for character in text)
        else:
            plain = draw(st.sets(st.sampled_from(KEY + "u0 "), max_size=9))
            text = "".join(c if c in plain else escaped(c) for c in text.replace("…", ""))
    return text


@given(writings())
def test_no_way_of_writing_a_key_brings_it_through(written: str) -> None:
    assert not is_told_in(without(written, spellings([KEY])))


@given(st.data(), writings(), st.booleans())
def test_no_way_of_writing_a_key_brings_it_through_in_pieces(
    data: st.DataObject, written: str, reasoning: bool
) -> None:
    events: list[Any] = []
    listening = Listening("wells", events.append, spellings([KEY]), quiet=False, seconds=0.0)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(written)), max_size=8)) | {len(written)})
    for start, end in zip([0, *cuts], cuts, strict=False):
        listening.hear("w" * (not start) + written[start:end], reasoning)
    listening.end()
    told = [event.text for event in events if isinstance(event, AgentSaid)]
    assert not any(is_told_in(text) for text in (*told, "".join(told)))


@given(st.text(alphabet='ab1 .\n"\\/u0é\u200b'))
def test_what_holds_no_secret_stays_as_it_is(text: str) -> None:
    assert without(text, spellings([KEY])) == text


def test_what_stands_around_a_secret_stays_as_it_is() -> None:
    inner = in_json(f'say "{KEY}"\n') + "\\u00e9\u200b"
    written = f'{{"a": "{inner}", "b": "{with_noise(escaped(KEY))}"}}'
    assert json.loads(without(written, spellings([KEY]))) == {"a": 'say "…"\né\u200b', "b": "…"}


def test_nobody_is_waited_for_who_escapes_without_an_end() -> None:
    deep = KEY
    for _ in range(DEEPEST + 1):
        deep = escaped(deep[:1]) + in_json(deep[1:])
    for text in (deep, "\\u005c" + "u005c" * 50_000, "\\" * 50_000):
        assert without(text, spellings([KEY])) == "…"


# Over the wire

WRITTEN: dict[str, str] = {
    "plain": KEY,
    "escaped": escaped(KEY),
    "slashes": KEY.replace("/", "\\/"),
    "unseen": with_noise(KEY),
    "unseen, escaped": escaped(with_noise(KEY)),
    "colours": with_noise(KEY, "\x1b[31m"),
    "in an address": quote(KEY, safe=""),
    "twice": escaped(escaped(KEY)),
}
any_way = pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)


async def answered(body: str) -> tuple[Answer | None, Sequence[Any]]:
    """What came of an answer: the answer, or what was told of one that broke off."""
    told: list[Any] = []
    async with raw_server(sending(body)) as url:
        line = await line_to(server_at(url), "m", Patience(attempts=1), KEY)

        def cut(text: str, answer: Answer) -> None:
            told.append(text)

        try:
            return await line.ask(b"{}", lambda text, reasoning: None, cut), told
        except Fault as fault:
            return None, [*told, str(fault), str(fault.error()), fault.words]


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (key, *strings_in(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings_in(inner)


def check(*values: Any) -> None:
    for text in strings_in(values):
        assert not is_told_in(text)
        assert KEY.lower() not in text.lower()


def argued(arguments: str) -> dict[str, Any]:
    call = {"index": 0, "id": "a", "function": {"name": "hand_in", "arguments": arguments}}
    return {"tool_calls": [call]}


@any_way
async def test_an_answer_holds_no_key(written: str) -> None:
    body = streamed(
        {"content": f'Here: {{"why": "{written}"}}', "reasoning_content": written},
        {"refusal": written},
        argued(f'{{"why": "because {in_json(written)}", "n": 1}}'),
    )
    answer, _ = await answered(body)
    assert answer is not None
    assert answer.calls[0].arguments.endswith('", "n": 1}') and "…" in answer.text
    check(asdict(answer))


@any_way
@pytest.mark.parametrize("finish", ["length", None])
async def test_what_breaks_off_holds_no_key(written: str, finish: str | None) -> None:
    arguments = f'{{"finds": [{{"why": "{in_json(written)}"}}, {{"why": "and'
    answer, told = await answered(streamed(argued(arguments), finish=finish))
    if answer is None:
        assert told[0].startswith('{"finds"')
    check(asdict(answer) if answer else told)


@any_way
async def test_arguments_encoded_twice_hold_no_key(written: str) -> None:
    inner = json.dumps({"why": written})
    answer, _ = await answered(streamed(argued(json.dumps(inner))))
    assert answer is not None
    assert list(json.loads(json.loads(answer.calls[0].arguments))) == ["why"]
    check(asdict(answer))


@any_way
@pytest.mark.parametrize(
    "body",
    [
        lambda w: json.dumps({"error": {"message": f"bad {w} thing"}}),
        lambda w: f'{{"error": {{"message": "bad {in_json(w)} thing"',
        lambda w: f'{{"error": {{"message": "bad {w} thing"',
        lambda w: json.dumps({"error": {"message": "up", "metadata": {"raw": f'{{"k": "{w}"}}'}}}),
    ],
    ids=["whole", "broken off", "as it is", "of a provider"],
)
@pytest.mark.parametrize("status", ["200 OK", "400 Bad", "403 Forbidden", "503 Busy"])
async def test_an_error_tells_no_key(written: str, body: Callable[[str], str], status: str) -> None:
    async with raw_server(sending(body(written), status)) as url:
        line = await line_to(server_at(url), "m", Patience(attempts=1), KEY)
        with pytest.raises(Fault) as fault:
            await line.ask(b"{}", lambda text, reasoning: None, lambda text, answer: None)
        check(str(fault.value), str(fault.value.error()), fault.value.words)


@pytest.mark.parametrize("host", ["{}.evil.example", "evil.example:1/{}", "\t{}\t.evil.example"])
async def test_a_redirect_tells_no_key(host: str) -> None:
    key = "zqSECRETkeyabcDEFgh"
    for written in (key, key.upper(), "\t".join(key)):
        location = f"https://{host.format(written)}/"
        async with raw_server(sending("", "308 Moved", Location=location)) as url:
            line = await line_to(server_at(url), "m", Patience(attempts=1), key)
            with pytest.raises(Fault, match="sends requests on to https://") as fault:
                await line.ask(b"{}", lambda text, reasoning: None, lambda text, answer: None)
        assert key.lower() not in str(fault.value).lower()
