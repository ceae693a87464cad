"""The toolbox: every call is checked, counted, told and entered in the ledger."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import pytest

from agents.errors import LimitReached, ToolError, UnknownPlace
from agents.events import EVENT, Event, ToolCalled, ToolReturned
from agents.evidence import Fact, Ledger
from agents.toolbox import Toolbox, ToolFunction
from agents.tools import ALL_TOOLS, climate, destination_facts, find_activities
from agents.usage import Limits, Meter

MAY = (date(2027, 5, 10), date(2027, 5, 14))


class Rumour(Fact):
    """A fact from a source that cannot be trusted."""

    words: str
    sources: tuple[str, ...] = ("hear\x1b[31msay\u202e",)

    @property
    def key(self) -> str:
        return "rumour"

    @property
    def claim(self) -> str:
        return self.words


async def rumour(words: str) -> Rumour:
    """What people say."""
    return Rumour(words=words)


class Desk:
    """A toolbox, what it tells and where it enters."""

    def __init__(
        self,
        *tools: ToolFunction,
        agent: str = "activities",
        ledger: Ledger | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.told: list[Event] = []
        self.ledger = ledger or Ledger()
        self.meter = Meter(f"agent {agent}", limits or Limits())
        self.tools = Toolbox(
            tools or ALL_TOOLS,
            agent=agent,
            ledger=self.ledger,
            emit=self.told.append,
            meter=self.meter,
        )

    def returned(self) -> ToolReturned:
        """The answer told last."""
        answer = self.told[-1]
        assert isinstance(answer, ToolReturned)
        return answer


def is_harmless(text: str) -> bool:
    return not any(unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs"} for c in text)


async def test_a_tool_is_called_from_python_with_its_types() -> None:
    desk = Desk()
    fact = await desk.tools(climate, "lisbon", *MAY)
    assert fact.key in desk.ledger
    assert 15 < fact.high_c < 30


async def test_a_tool_is_called_by_name_with_words_as_a_model_sends_them() -> None:
    desk = Desk()
    typed = await desk.tools(climate, "lisbon", *MAY)
    named = await desk.tools.call(
        "climate", {"destination": "lisbon", "start": "2027-05-10", "end": "2027-05-14"}
    )
    assert named == typed


async def test_an_unknown_tool_is_refused_with_those_there_are() -> None:
    desk = Desk(climate, destination_facts)
    with pytest.raises(ToolError, match=r"'book_flight'.*climate, destination_facts"):
        await desk.tools.call("book_flight", {})
    assert desk.meter.used.tool_calls == 0


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"destination": "lisbon", "start": "2027-05-10", "end": "soon"}, "end"),
        ({"destination": "lisbon", "start": "2027-05-10"}, "end"),
        ({"destination": 7, "start": "2027-05-10", "end": "2027-05-14"}, "destination"),
        (
            {"destination": "lisbon", "start": "2027-05-10", "end": "2027-05-14", "mood": "good"},
            "mood",
        ),
    ],
)
async def test_an_argument_that_does_not_fit_is_named(
    arguments: dict[str, Any], named: str
) -> None:
    desk = Desk()
    with pytest.raises(ToolError, match=named):
        await desk.tools.call("climate", arguments)


async def test_a_call_and_its_answer_are_told_in_order_with_one_number() -> None:
    desk = Desk()
    await desk.tools(destination_facts, "lisbon")
    await desk.tools(find_activities, "lisbon", limit=3)
    assert [(e.type, e.call) for e in desk.told if isinstance(e, (ToolCalled, ToolReturned))] == [
        ("tool_called", 1),
        ("tool_returned", 1),
        ("tool_called", 2),
        ("tool_returned", 2),
    ]
    assert len(desk.returned().evidence) == 3
    assert all(id in desk.ledger for id in desk.returned().evidence)


async def test_a_failed_call_is_told_as_failed_and_enters_nothing() -> None:
    desk = Desk()
    with pytest.raises(UnknownPlace, match="lisbon"):
        await desk.tools(destination_facts, "lisbn")
    assert desk.returned().failed
    assert desk.returned().evidence == ()
    assert desk.ledger.entries() == ()


async def test_the_ledger_knows_who_asked_and_keeps_a_fact_once() -> None:
    ledger = Ledger()
    for agent in ("itinerary", "activities", "itinerary"):
        await Desk(agent=agent, ledger=ledger).tools(destination_facts, "lisbon")
    (entry,) = ledger.entries()
    assert entry.asked_by == ("activities", "itinerary")
    assert entry.tool == "destination_facts"


async def test_calls_are_counted_until_the_limit() -> None:
    desk = Desk(limits=Limits(tool_calls=2))
    await desk.tools(destination_facts, "lisbon")
    await desk.tools(destination_facts, "porto")
    with pytest.raises(LimitReached, match="the limit is 2"):
        await desk.tools(destination_facts, "rome")
    assert desk.meter.used.tool_calls == 2


async def test_calls_that_fail_are_counted_too() -> None:
    desk = Desk(limits=Limits(tool_calls=2))
    for _ in range(2):
        with pytest.raises(ToolError):
            await desk.tools.call("climate", {})
    with pytest.raises(LimitReached):
        await desk.tools(destination_facts, "lisbon")


async def test_what_an_untrusted_source_says_is_told_and_entered_without_escapes() -> None:
    desk = Desk(rumour)
    await desk.tools(rumour, "a \x1b[31mred\x1b[0m\x07 rumour\u202e\nof two lines")
    (entry,) = desk.ledger.entries()
    assert desk.returned().summary == entry.claim
    assert is_harmless(entry.claim)
    assert all(map(is_harmless, entry.sources))


async def test_what_a_model_asks_is_told_without_escapes() -> None:
    desk = Desk(rumour)
    await desk.tools.call("rumour", {"words": "\x1b[31mred\u202e"})
    called = desk.told[0]
    assert isinstance(called, ToolCalled)
    assert is_harmless(str(called.arguments["words"]))


async def test_what_a_tool_tells_survives_as_json() -> None:
    desk = Desk()
    await desk.tools(climate, "lisbon", *MAY)
    await desk.tools(find_activities, "lisbon", limit=2)
    for event in desk.told:
        text = event.model_dump_json()
        assert EVENT.validate_json(text).model_dump_json() == text
