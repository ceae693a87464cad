"""Calls and answers as models write them that are not quite what was agreed: they are taken all the same."""

from __future__ import annotations

import json

import pytest
from aiohttp import web
from test_chat import (
    ANSWER,
    HANDS_IN,
    KEY,
    LOOKS,
    Reply,
    Wells,
    backend,
    calls,
    says,
    serving,
    work,
)

from agents.agent import Exchange
from agents.errors import InvalidOutput, Unreachable
from agents.events import ModelAnswered, Retrying, ToolCalled
from agents.findings import ActivityFinds
from agents.tools import find_activities


async def test_a_tool_is_known_by_its_name_whatever_stands_around_it() -> None:
    names = "functions.{}", "default_api.{}", "functions.{}:0", "{}<|channel|>commentary", " {} "
    for form in names:
        job = work()
        looks = calls((form.format("depth"), {"well": "x"}), (form.format("moon"), {}))
        async with serving(looks, calls((form.format("hand_in"), ANSWER))) as model:
            assert await job.by(backend(model)) == Wells(**ANSWER)
        assert "metres" in model.said("tool")[0] and "no tool" in model.said("tool")[1]
        assert model.asked[1]["messages"][2]["tool_calls"][0]["function"]["name"] == "depth"


BLOCKS = "\n".join(
    f"<tool_call>\n{json.dumps({'name': name, 'arguments': {'well': well}})}\n</tool_call>"
    for name, well in (("depth", "north"), ("functions.depth", "east"), ("dig", "x"))
)


@pytest.mark.parametrize(
    "text",
    [
        BLOCKS,
        f"I look.\n{BLOCKS}",
        BLOCKS.replace("</tool_call>", ""),
        json.dumps([{"name": "depth", "parameters": {"well": w}} for w in ("north", "east")]),
    ],
)
async def test_all_calls_that_stand_in_a_text_are_made(text: str) -> None:
    job = work()
    async with serving(says(text), HANDS_IN) as model:
        assert await job.by(backend(model)) == Wells(**ANSWER)
    told = [json.loads(words) for words in model.said("tool")]
    assert [t.get("metres") for t in told[:2]] == [5, 4]
    assert all("no tool 'dig'" in t["error"] for t in told[2:])
    assert len(job.told(ToolCalled)) == 2


async def test_what_is_handed_in_as_marked_text_is_an_answer() -> None:
    call = json.dumps({"name": "hand_in", "arguments": ANSWER})
    async with serving(says(f"<tool_call>{call}</tool_call>")) as model:
        assert await work().by(backend(model)) == Wells(**ANSWER)


async def no_wells() -> tuple[()]:
    """Nothing at all."""
    return ()


@pytest.mark.parametrize("nothing", ["null", "", " ", "{}", '"null"'])
async def test_no_arguments_are_an_empty_object_however_they_are_written(nothing: str) -> None:
    job = work(tools=(no_wells,))
    async with serving(calls(("no_wells", nothing)), HANDS_IN) as model:
        await job.by(backend(model))
    assert "error" not in model.said("tool")[0]
    sent = model.asked[1]["messages"][2]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(sent) == {}


async def test_line_breaks_and_half_characters_in_arguments_are_no_reason_to_refuse_them() -> None:
    looks = calls(("depth", '{"well": "nor\tth\n"}'), ("depth", '{"well": "east\\ud83d"}'))
    answer = '{"deepest": "nor\nth", "metres": 5}'
    for hands_in in (calls(("hand_in", answer)), says(f"So:\n{answer}")):
        async with serving(looks, hands_in) as model:
            assert await work().by(backend(model)) == Wells(deepest="nor th", metres=5)
        assert ["error" in words for words in model.said("tool")] == [False, False]
        sent = model.asked[1]["messages"][2]["tool_calls"]
        assert json.loads(sent[1]["function"]["arguments"]) == {"well": "east"}


async def test_what_is_whole_of_an_answer_that_breaks_off_is_kept_whatever_the_server_calls_it() -> (
    None
):
    finds = [{"destination": "lisbon", "place": "maat", "fit": 0.9, "reason": "light"}]
    half = calls(("hand_in", json.dumps({"finds": finds})[:-2] + ', {"destination": "li'))
    looks = calls(("find_activities", {"destination": "lisbon"}))
    job = work(tools=(find_activities,), output=ActivityFinds)
    async with serving(looks, half) as model:
        with pytest.raises(InvalidOutput, match="told 3 times"):
            await job.by(backend(model))
    assert [f.place for f in job.task.kept.finds] == ["maat"]


def streamed(*pieces: str) -> Reply:
    return web.Response(text="".join(f"data: {piece}\n\n" for piece in pieces))


async def test_a_record_of_half_a_character_changes_nothing() -> None:
    function = {"name": "depth", "arguments": "{}"}
    piece = {"tool_calls": [{"id": "a", "function": function, "extra_content": "\udc00"}]}
    odd = streamed(json.dumps({"choices": [{"delta": piece}]}), "[DONE]")
    job, told = work(), list[Exchange]()
    job.task.exchanged = told.append
    async with serving(odd, HANDS_IN) as model:
        assert await job.by(backend(model)) == Wells(**ANSWER)
    assert told[1].request["messages"][2]["tool_calls"][0]["extra_content"] == "\udc00"


async def test_an_answer_without_end_is_asked_for_once_and_charged_as_one_of_the_longest() -> None:
    endless = streamed(*[json.dumps({"choices": [{"delta": {"content": "x" * 10**6}}]})] * 9)
    job = work(tokens=400_000)
    async with serving(LOOKS, endless, usage=False) as model:
        with pytest.raises(Unreachable, match="more than 4,000,000 characters; "):
            await job.by(backend(model))
    assert len(model.asked) == 2 and not job.told(Retrying)
    assert job.told(ModelAnswered)[-1].usage.output_tokens == 16_384


async def test_what_a_server_says_at_length_is_told_short_and_without_our_key() -> None:
    long = "x" * 190 + KEY + "y" * 100
    piece = {"model": long, "choices": [{"delta": {"content": ""}, "finish_reason": long}]}
    job, told = work(), list[Exchange]()
    job.task.exchanged = told.append
    async with serving(streamed(json.dumps(piece)), HANDS_IN) as model:
        await job.by(backend(model))
    answered = job.told(ModelAnswered)[0]
    assert (len(answered.model), len(answered.finish)) == (200, 60)
    assert "sk-a" not in f"{told[0].answer} {answered}"
