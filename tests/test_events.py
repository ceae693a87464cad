"""Events: whoever makes one, a backend, a tool or a file, it can be shown and kept."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.events import (
    EVENT,
    MOST_VALUES,
    AgentFinished,
    AgentStarted,
    Found,
    RunStarted,
    ToolCalled,
    ToolReturned,
)
from agents.request import Budget
from agents.usage import Usage

HOSTILE = "a \x1b[31mred\x1b[0m\u202e agent\nof two lines\x07"
CLEAN = "a red agent of two lines"

json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=30) | st.dictionaries(st.text(), inner, max_size=30) | st.just(())
    ),
    max_leaves=200,
)


def called(arguments: Any) -> ToolCalled:
    return ToolCalled(agent="activities", call=1, tool="climate", arguments=arguments)


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [t for k, v in value.items() for t in (k, *texts(v))]
    if isinstance(value, list):
        return [t for v in value for t in texts(v)]
    return [value] if isinstance(value, str) else []


def count(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value
    return 1 + (sum(map(count, inner)) if isinstance(value, dict | list) else 0)


def is_harmless(text: str) -> bool:
    bad = {"Cc", "Cf", "Co", "Cs", "Cn"}
    return len(text) <= 300 and not any(unicodedata.category(c) in bad for c in text)


def test_names_are_cleaned_whoever_says_them() -> None:
    assert AgentStarted(agent=HOSTILE, role="", backend="").agent == CLEAN
    assert RunStarted(agents=(HOSTILE,), backend="", effort=HOSTILE).agents == (CLEAN,)
    assert Found(agent="a", subject=HOSTILE).subject == CLEAN
    returned = ToolReturned(
        agent="a", call=1, tool=HOSTILE, summary="", evidence=(HOSTILE,), seconds=0
    )
    assert (returned.tool, returned.evidence) == (CLEAN, (CLEAN,))


def test_arguments_are_cleaned_all_the_way_down() -> None:
    event = called({HOSTILE: [{"words": (HOSTILE, {HOSTILE})}], "day": date(2027, 5, 12)})
    assert event.arguments == {CLEAN: [{"words": [CLEAN, [CLEAN]]}], "day": "2027-05-12"}


def test_arguments_of_any_type_can_be_told() -> None:
    event = called({"a": object(), "b": Budget(amount=Decimal(3)), "c": 10**5000, "d": b"x"})
    assert event.arguments["b"] == {"amount": "3", "currency": "EUR", "per_person": False}
    assert EVENT.validate_json(event.model_dump_json()) == event


def test_arguments_are_cut_in_width_and_in_depth() -> None:
    endless: list[Any] = []
    endless.append(endless)
    event = called({"wide": ["x" * 10_000] * 10_000, "deep": endless})
    assert count(event.arguments) <= MOST_VALUES
    assert len(event.model_dump_json()) < 100 * MOST_VALUES * 3
    assert "…" in texts(called({"deep": endless}).arguments)


@given(st.dictionaries(st.text(), json_like, max_size=30))
def test_whatever_the_arguments_are_they_are_harmless_and_survive_as_json(
    arguments: dict[str, Any],
) -> None:
    event = called(arguments)
    assert all(map(is_harmless, texts(event.arguments)))
    assert count(event.arguments) <= MOST_VALUES
    text = event.model_dump_json()
    assert EVENT.validate_json(text).model_dump_json() == text


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0])
def test_a_time_that_cannot_be_drawn_is_refused(seconds: float) -> None:
    with pytest.raises(ValidationError, match="seconds"):
        AgentFinished(agent="a", seconds=seconds, usage=Usage(), summary="")
    with pytest.raises(ValidationError, match="at"):
        AgentStarted(at=float("nan"), agent="a", role="", backend="")
