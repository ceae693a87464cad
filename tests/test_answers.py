"""What a model hands in is read with patience, validated without, and kept as far as it holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from answering import either, task_of, wish
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from agents.activities import ACTIVITIES
from agents.agent import Agent
from agents.backends.answers import answer_schema, keep_cut_answer, read_answer, read_as
from agents.destinations import DESTINATIONS
from agents.errors import InvalidOutput
from agents.findings import ActivityFinds
from agents.itinerary import ITINERARY
from agents.request import Relation
from agents.solo import SOLO

TEAM: tuple[Agent[Any], ...] = (ITINERARY, DESTINATIONS, ACTIVITIES, SOLO)


def a_find(place: str = "jeronimos", fit: Any = 0.8, **more: Any) -> dict[str, Any]:
    return {"destination": "lisbon", "place": place, "fit": fit, **more}


def finds(value: object) -> dict[str, float]:
    """The places of an answer and how well each fits."""
    return {f.place: f.fit for f in read_answer(task_of(ACTIVITIES), value).finds}


GOOD = {"finds": [a_find(), a_find("maat", 0.5)]}


@pytest.mark.parametrize(
    "value",
    [
        GOOD,
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD)}\n```",
        f"Here is what I found:\n{json.dumps(GOOD)}\nI hope this helps!",
        f'<think>Perhaps {{"finds": []}}? No.</think>\n{json.dumps(GOOD)}',
        {"answer": GOOD},
        {"arguments": json.dumps(GOOD)},
        [GOOD],
        GOOD["finds"],
        {"finds": json.dumps(GOOD["finds"])},
        {**GOOD, "confidence": "high", "ruled_out": None},
        {"finds": [a_find(rank=1), a_find("maat", "0.5", notes=["new"])]},
        {"finds": [a_find(fit="80%"), a_find("maat", "5/10")]},
        {"finds": [a_find(fit=80), a_find("maat", 50)]},
    ],
)
def test_what_is_plainly_meant_is_read(value: object) -> None:
    assert finds(value) == {"jeronimos": 0.8, "maat": 0.5}


def test_a_single_thing_is_a_list_of_one_and_a_name_alone_is_the_thing() -> None:
    assert finds({"finds": a_find()}) == {"jeronimos": 0.8}
    day = {"destination": "lisbon", "theme": "Belém", "anchors": "jeronimos"}
    draft = {"stops": "lisbon", "nights": 3, "days": [day, day]}
    found = read_answer(task_of(ITINERARY), {"drafts": draft})
    assert found.drafts[0].nights == (3,)
    assert [a.place for a in found.drafts[0].days[0].anchors] == ["jeronimos"]


@pytest.mark.parametrize("scores", [(3,), (8, 9), (1, 90), (0.5, 70), (4, 5, 3), (90, 120)])
def test_scores_that_can_be_meant_in_two_ways_are_asked_again(scores: tuple[float, ...]) -> None:
    places = ("jeronimos", "maat", "belem-tower")
    value = {"finds": [a_find(p, s) for p, s in zip(places, scores, strict=False)]}
    with pytest.raises(InvalidOutput, match="is more than 1"):
        read_answer(task_of(ACTIVITIES), value)


def test_three_scores_out_of_ten_are_read_as_such() -> None:
    value = {"finds": [a_find(fit=9), a_find("maat", 5), a_find("belem-tower", 0)]}
    assert finds(value) == {"jeronimos": 0.9, "maat": 0.5, "belem-tower": 0.0}


def test_the_faults_are_named_in_one_message_the_first_eight_of_them() -> None:
    wrong = [a_find(fit=3.0), {"place": "maat"}, *(a_find(fit="much") for _ in range(9))]
    with pytest.raises(InvalidOutput) as caught:
        read_answer(task_of(ACTIVITIES), {"finds": wrong})
    message = str(caught.value)
    assert message.startswith("finds.0.fit: 3.0 is more than 1")
    assert "finds.1.destination: it is missing" in message
    assert "finds.2.fit: much is no number" in message
    assert message.endswith("; and 4 more")
    assert "\n" not in message


def test_the_valid_part_of_a_refused_answer_is_kept() -> None:
    task = task_of(ACTIVITIES)
    wrong = {"finds": [a_find(), a_find("maat", 7.5), "?", {"place": 1}], "tips": [3]}
    with pytest.raises(InvalidOutput):
        read_answer(task, wrong)
    assert task.kept is not None
    assert [f.place for f in task.kept.finds] == ["jeronimos"]


def test_a_refused_criterion_does_not_take_the_destination_with_it() -> None:
    task = task_of(DESTINATIONS)
    criteria = [{"name": "weather", "score": 0.7}, {"name": "cost", "score": "low"}]
    with pytest.raises(InvalidOutput, match=r"rated\.0\.criteria\.1\.score: low is no number"):
        read_answer(task, {"rated": [{"destination": "lisbon", "criteria": criteria}]})
    assert task.kept is not None
    assert [c.name for c in task.kept.rated[0].criteria] == ["weather"]


def test_days_after_a_refused_one_are_not_kept_since_they_would_move() -> None:
    task = task_of(ITINERARY)
    days = [{"destination": "lisbon", "theme": t} for t in ("one", "two", "three")]
    del days[1]["theme"]
    with pytest.raises(InvalidOutput):
        read_answer(task, {"drafts": [{"stops": ["lisbon"], "nights": [3], "days": days}]})
    assert task.kept is not None
    assert [d.theme for d in task.kept.drafts[0].days] == ["one"]


def test_a_later_refused_answer_does_not_replace_more_that_was_kept() -> None:
    task = task_of(ACTIVITIES)
    for wrong in ([a_find(), a_find("maat", 5.5)], [a_find("maat", -1)]):
        with pytest.raises(InvalidOutput):
            read_answer(task, {"finds": wrong})
    assert task.kept is not None
    assert [f.place for f in task.kept.finds] == ["jeronimos"]


@pytest.mark.parametrize("half", ["\\ud83c", "\\uDF89", "\\ud83c\\ud83c", "\ud83c"])
def test_half_a_character_costs_an_answer_nothing(half: str) -> None:
    text = json.dumps({"finds": [a_find(reason="A cloister@")]}).replace("@", half)
    task = task_of(ACTIVITIES)
    assert read_answer(task, text).finds[0].reason.rstrip("?") == "A cloister"
    keep_cut_answer(task, text[:-2])
    assert task.kept is not None
    whole = json.dumps({"finds": [a_find(reason=r"A \udabc cloister 🎉")]})
    assert read_answer(task, whole).finds[0].reason == r"A \udabc cloister 🎉"


@pytest.mark.parametrize("cut", range(0, 140, 7))
def test_an_answer_that_broke_off_is_kept_as_far_as_it_is_whole(cut: int) -> None:
    task = task_of(ACTIVITIES)
    text = json.dumps({"finds": [a_find(), a_find("maat", 0.5)]})
    keep_cut_answer(task, text[:cut])
    found = {f.place: f.fit for f in task.kept.finds} if task.kept else {}
    first_is_whole = '"fit": 0.8' in text[:cut]
    assert bool(found) == first_is_whole
    assert set(found) <= {"jeronimos", "maat"}


@pytest.mark.parametrize("text", ["", "I cannot do that.", "<think>hm", '{"finds": [{"pl', "[[["])
def test_nothing_is_kept_of_an_answer_that_broke_off_too_soon(text: str) -> None:
    task = task_of(ACTIVITIES)
    keep_cut_answer(task, text)
    assert task.kept is None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "the answer is empty"),
        ("I could not find anything.", "the answer is no JSON"),
        ('{"finds": [', "the answer is no JSON"),
        ("null", "no object"),
        (7, "no object"),
        ('{"finds": ' + "[" * 300 + "]" * 300 + "}", "no JSON|nested too deeply"),
        ({"finds": [[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]}, "nested too deeply"),
        ("x" * 500_000, "longer than"),
        ('{"finds": [' + "1," * 220_000 + "1]}", "longer than"),
        ({"finds": [{"destination": "lisbon"}] * 500_000}, "longer than"),
        ("<think>" * 50_000, "no JSON"),
        ("```\n" * 90_000, "no JSON"),
    ],
)
def test_what_is_no_answer_is_refused_with_what_to_do(value: object, message: str) -> None:
    with pytest.raises(InvalidOutput, match=message):
        read_answer(task_of(ACTIVITIES), value)


def test_far_too_many_things_are_cut_to_what_an_answer_may_hold() -> None:
    value = {"finds": [a_find(evidence=["place/lisbon/maat"] * 90) for _ in range(900)]}
    found = read_answer(task_of(ACTIVITIES), value)
    assert len(found.finds) == 400


@pytest.mark.parametrize("agent", TEAM)
def test_an_empty_answer_is_one_only_after_tools_were_asked(agent: Agent[Any]) -> None:
    empty = {"itinerary": {}, "destinations": {}, "activities": {}} if agent is SOLO else {}
    with pytest.raises(InvalidOutput, match="no tool was asked; look things up first"):
        read_answer(task_of(agent, asked=False), empty)
    assert read_answer(task_of(agent), empty) == agent.output()


def test_all_destinations_that_the_request_names_are_asked_for() -> None:
    rated = {"destination": "lisbon", "criteria": [{"name": "weather", "score": 0.7}]}
    with pytest.raises(InvalidOutput, match="rated: nothing about porto"):
        read_answer(task_of(DESTINATIONS, either()), {"rated": [rated]})
    out = {"subject": "Porto", "reason": "no step-free way"}
    found = read_answer(task_of(DESTINATIONS, either()), {"rated": [rated], "ruled_out": [out]})
    assert [r.subject for r in found.ruled_out] == ["porto"]


def test_a_destination_that_is_lacking_is_asked_for_once_then_the_answer_is_taken() -> None:
    task = task_of(DESTINATIONS, either())
    rated = {"destination": "lisbon", "criteria": [{"name": "weather", "score": 0.7}]}
    with pytest.raises(InvalidOutput, match="nothing about porto"):
        read_answer(task, {"rated": [rated]})
    assert [r.destination for r in read_answer(task, {"rated": [rated]}).rated] == ["lisbon"]


def test_a_draft_has_the_stops_that_were_asked_for_in_their_order() -> None:
    request = wish(destinations=("lisbon", "porto"), relation=Relation.THEN)
    day = {"destination": "lisbon", "theme": "tiles"}
    draft = {"stops": ["Porto", "Lisbon"], "nights": [1, 2], "days": [day] * 4}
    with pytest.raises(InvalidOutput, match="none with the stops lisbon, then porto"):
        read_answer(task_of(ITINERARY, request), {"drafts": [draft]})


class Choice(BaseModel):
    """A small answer."""

    kind: str
    place: Any = None


def test_a_small_answer_is_read_the_same_way() -> None:
    assert read_as(Choice, '{"kind": 3, "more": 1}').kind == "3"
    with pytest.raises(InvalidOutput, match="kind: it is missing"):
        read_as(Choice, "{}")


def objects_of(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for inner in schema.values():
            yield from objects_of(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from objects_of(inner)


@pytest.mark.parametrize("agent", TEAM)
def test_a_strict_schema_requires_all_and_allows_nothing_else(agent: Agent[Any]) -> None:
    schema = answer_schema(agent.output, strict=True)
    assert schema is answer_schema(agent.output, strict=True)
    for one in objects_of(schema):
        assert one["required"] == list(one["properties"])
        assert one["additionalProperties"] is False
    text = json.dumps(schema)
    for keyword in ("minimum", "maxItems", "minItems", "default", "title", "$ref", "pattern"):
        assert f'"{keyword}"' not in text


@pytest.mark.parametrize("agent", TEAM)
def test_a_schema_is_much_shorter_than_the_library_writes_it(agent: Agent[Any]) -> None:
    short = json.dumps(answer_schema(agent.output), separators=(",", ":"))
    assert len(short) < 0.75 * len(json.dumps(agent.output.model_json_schema()))
    assert "$ref" not in short


class Tree(BaseModel):
    name: str
    branches: tuple[Tree, ...] = ()


def test_a_type_that_holds_itself_still_has_a_schema() -> None:
    for strict in (False, True):
        schema = answer_schema(Tree, strict=strict)
        assert schema["properties"]["branches"]["items"] == {"$ref": "#/$defs/Tree"}
        assert schema["$defs"]["Tree"]["properties"]["name"] == {"type": "string"}


ODD = ("€99 a head", "http://x.com", "lisbon/maat", "9" * 400, "[1,2]", "{}", "\ud800", "\x1b[2J")
WORDS = st.sampled_from(
    ("lisbon", "Porto", "jeronimos", "Jerónimos Monastery", "place/lisbon/maat", "80%", *ODD)
)
NAMES = st.sampled_from(
    sorted(
        {name for agent in TEAM for name in re.findall(r"\w+", str(answer_schema(agent.output)))}
    )
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=30,
)


def nearly(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that follow a schema, but for a field or an item here and there."""
    if schema.get("type") == "object":
        fields = {name: nearly(inner) for name, inner in schema["properties"].items()}
        return st.fixed_dictionaries({}, optional=fields) | LEAVES
    if schema.get("type") == "array":
        return st.lists(nearly(schema["items"]), max_size=3) | LEAVES
    return LEAVES | st.sampled_from(["lisbon", "jeronimos", 0.5, 1, 50])


NEARLY = {agent.name: nearly(answer_schema(agent.output)) for agent in TEAM}


def cited(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from inner if name == "evidence" else cited(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from cited(inner)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_handed_in_is_refused_or_holds(data: st.DataObject) -> None:
    agent = data.draw(st.sampled_from(TEAM))
    value = data.draw(JSON | NEARLY[agent.name])
    for attempt in (value, json.dumps(value, default=str)):
        task = task_of(agent, either())
        try:
            found = read_answer(task, attempt)
        except InvalidOutput as error:
            assert 0 < len(str(error)) < 2000
            found = task.kept
        if found is not None:
            assert agent.output.model_validate(found.model_dump()) == found
            assert json.loads(found.model_dump_json())
            assert all(e in task.tools.ledger for e in cited(found.model_dump()))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_broke_off_is_kept_as_something_that_holds_or_not_at_all(
    data: st.DataObject,
) -> None:
    agent = data.draw(st.sampled_from(TEAM))
    text = json.dumps(data.draw(NEARLY[agent.name]))
    task = task_of(agent, either())
    keep_cut_answer(task, text[: data.draw(st.integers(0, len(text)))])
    if task.kept is not None:
        assert agent.output.model_validate(task.kept.model_dump()) == task.kept


def test_findings_are_not_changed_by_being_read_twice() -> None:
    task = task_of(ACTIVITIES)
    first = read_answer(task, GOOD)
    assert read_answer(task, first.model_dump(mode="json")) == first
    assert isinstance(first, ActivityFinds)


class Dated(BaseModel):
    """An answer with a date."""

    day: date


def test_a_grammar_keeps_to_dates_and_words_tell_how_one_is_written() -> None:
    decoded = answer_schema(Dated, strict=True, limits=True)["properties"]["day"]
    assert decoded == {"type": "string", "format": "date"}
    told = answer_schema(Dated, strict=True)["properties"]["day"]
    assert told == {"type": "string", "description": "as 2027-05-12"}
