"""The agent loop over chat completions: what it asks, what it makes of the answers, how it ends.

Against a scripted server in this process; whole plans, and all that can go wrong on the way, are in
`test_chat_faults.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from agents.agent import Agent, Brief, Exchange, Task
from agents.backends.chat import ChatBackend
from agents.backends.routing import FallbackBackend
from agents.backends.servers.dialects import SERVERS, Dialect, Server
from agents.backends.servers.listening import Listening
from agents.backends.servers.patience import Patience
from agents.backends.servers.urls import server_at
from agents.errors import BackendError, ContextOverflow, InvalidOutput, LimitReached, NotUsable
from agents.events import (
    AgentSaid,
    AnswerRefused,
    ApproachChanged,
    Event,
    ModelAnswered,
    ModelAsked,
    Retrying,
    ToolCalled,
)
from agents.evidence import Fact, Ledger
from agents.findings import ActivityFinds
from agents.request import Dates, Frozen, TripRequest
from agents.toolbox import Toolbox, ToolFunction
from agents.tools import find_activities
from agents.usage import Limits, Meter

KEY = "sk-a-key-of-ours-0123456789"
HURRIED = Patience(
    connect=2,
    first=5,
    between=5,
    attempts=3,
    longest_wait=5,
    sleep=lambda s: anyio.lowlevel.checkpoint(),
)
NO_LIMITS = Limits()
BRIEF = Brief(
    TripRequest(
        words="two days in Lisbon",
        destinations=("lisbon",),
        dates=Dates(start=date(2027, 5, 12), end=date(2027, 5, 13)),
    )
)


class Depth(Fact):
    """What the test's tool returns."""

    well: str
    metres: int
    sources: tuple[str, ...] = ("a plumb line",)

    @property
    def key(self) -> str:
        return f"depth/{self.well}"

    @property
    def claim(self) -> str:
        return f"{self.well} is {self.metres} m deep"


class Wells(Frozen):
    """What the test's agent hands in."""

    deepest: str
    metres: int


async def depth(well: str) -> Depth:
    """How deep a well is."""
    return Depth(well=well, metres=len(well))


# What a model says


def calls(*made: tuple[str, object], text: str = "", **more: Any) -> dict[str, Any]:
    return {
        "role": "assistant",
        "content": text or None,
        "tool_calls": [
            {
                "id": f"id{place}",
                "type": "function",
                "function": {
                    "name": name,
                    "arguments": given if isinstance(given, str) else json.dumps(given),
                },
            }
            for place, (name, given) in enumerate(made)
        ],
        **more,
    }


def says(text: str, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": text, **more}


ANSWER = {"deepest": "north", "metres": 5}
HANDS_IN = calls(("hand_in", ANSWER))
LOOKS = calls(("depth", {"well": "north"}), ("depth", {"well": "east"}))


def refuses(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message}}, status=status)


Reply = dict[str, Any] | web.Response | Callable[[dict[str, Any]], Awaitable[Any]]


@dataclass
class Scripted:
    """A model server that gives one reply after another; the last one again and again."""

    replies: Sequence[Reply]
    usage: bool = True
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        reply = self.replies[min(len(self.asked), len(self.replies) - 1)]
        self.asked.append(body)
        if callable(reply):
            reply = await reply(body)
        if isinstance(reply, web.Response):
            return web.Response(body=reply.body, status=reply.status, headers=reply.headers)
        message = dict(reply)
        finish = message.pop("finish", "tool_calls" if "tool_calls" in message else "stop")
        usage = {"usage": {"prompt_tokens": 100, "completion_tokens": 10}} if self.usage else {}
        if not body.get("stream"):
            choice = {"index": 0, "message": message, "finish_reason": finish}
            return web.json_response({"model": "m-1", "choices": [choice], **usage})
        return await self._streamed(request, message, finish, usage)

    async def _streamed(
        self, request: web.Request, message: dict[str, Any], finish: str, usage: dict[str, Any]
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)

        async def send(delta: dict[str, Any], finish: str | None = None, **more: Any) -> None:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            event = {"model": "m-1", "choices": [choice], **more}
            await response.write(f"data: {json.dumps(event)}\n\n".encode())

        for name in ("reasoning_content", "content"):
            for word in (message.get(name) or "").split(" "):
                await send({name: f"{word} "})
        for place, call in enumerate(message.get("tool_calls", ())):
            written = call["function"]["arguments"]
            begun = {**call, "index": place, "function": {**call["function"], "arguments": ""}}
            await send({"tool_calls": [begun]})
            for half in (written[:7], written[7:]):
                await send({"tool_calls": [{"index": place, "function": {"arguments": half}}]})
        await send({}, finish, **usage)
        await response.write(b"data: [DONE]\n\n")
        return response

    def said(self, role: str, request: int = -1) -> list[str]:
        return [m["content"] for m in self.asked[request]["messages"] if m["role"] == role]


@asynccontextmanager
async def serving(*replies: Reply, usage: bool = True) -> AsyncIterator[Scripted]:
    model = Scripted(replies, usage)
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/v1/chat/completions", model.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        with anyio.fail_after(10):
            yield model
    finally:
        await runner.cleanup()


def backend(model: Scripted, **how: Any) -> ChatBackend:
    return ChatBackend(server_at(model.url), "deep", key=KEY, patience=HURRIED, **how)


@dataclass
class Work:
    """One task, and what was told of it."""

    task: Task[Any]
    events: list[Event]

    def told(self, kind: type[Any]) -> list[Any]:
        return [e for e in self.events if isinstance(e, kind)]

    async def by(self, backend: ChatBackend) -> Any:
        return await backend.run(self.task, self.events.append)


def work(
    *,
    tools: tuple[ToolFunction, ...] = (depth,),
    output: type[BaseModel] = Wells,
    run: Limits = NO_LIMITS,
    **limits: Any,
) -> Work:
    events: list[Event] = []
    agent = Agent("wells", "looks into wells", "Find the deepest well.", tools, output)
    meter = Meter("agent wells", Limits(**limits), Meter("the run", run))
    box = Toolbox(tools, agent="wells", ledger=Ledger(), emit=events.append, meter=meter)
    return Work(Task(agent, BRIEF, box, meter), events)


# The conversation


@pytest.mark.parametrize("stream", [True, False])
async def test_a_task_is_looked_up_and_handed_in(stream: bool) -> None:
    job = work()
    async with serving(LOOKS, HANDS_IN) as model:
        output = await job.by(backend(model, stream=stream))
    assert output == Wells(**ANSWER)
    first, second = model.asked
    assert [m["role"] for m in first["messages"]] == ["system", "user"]
    assert [t["function"]["name"] for t in first["tools"]] == ["depth", "hand_in"]
    assert second["messages"][:2] == first["messages"]
    assert [m["role"] for m in second["messages"][2:]] == ["assistant", "tool", "tool"]
    north, east = (json.loads(words) for words in model.said("tool"))
    assert (north["metres"], east["metres"]) == (5, 4)
    assert [e.usage.tokens for e in job.told(ModelAnswered)] == [110, 110]
    assert job.task.meter.used.model_dump(include={"requests", "tool_calls", "input_tokens"}) == {
        "requests": 2, "tool_calls": 2, "input_tokens": 200,
    }  # fmt: skip
    asked, answered = job.told(ModelAsked), job.told(ModelAnswered)
    assert [e.request for e in asked] == [e.request for e in answered] == [1, 2]
    assert all(e.model == "m-1" and e.first_seconds <= e.seconds for e in answered)


async def test_tools_of_one_answer_run_at_once_and_answer_in_the_order_of_the_calls() -> None:
    here: list[str] = []
    both = anyio.Event()

    async def meet(well: str) -> Depth:
        """Waits for the other."""
        here.append(well)
        if len(here) == 2:
            both.set()
        await both.wait()
        if well == "north":
            await anyio.lowlevel.checkpoint()
        return Depth(well=well, metres=1)

    looks = calls(("meet", {"well": "north"}), ("meet", {"well": "east"}))
    async with serving(looks, HANDS_IN) as model:
        await work(tools=(meet,)).by(backend(model))
    assert [json.loads(w)["well"] for w in model.said("tool")] == ["north", "east"]


async def test_calls_that_cannot_be_made_are_answered_with_the_reason() -> None:
    odd = calls(("dig", {}), ("depth", {"hole": 1}), ("depth", '{"well": "nor'), ("depth", "[1]"))
    async with serving(odd, HANDS_IN) as model:
        await work().by(backend(model))
    unknown, unfit, broken, listed = (json.loads(w)["error"] for w in model.said("tool"))
    assert "no tool 'dig'; there are depth" in unknown
    assert "hole" in unfit
    assert broken == listed
    assert "no JSON object" in broken
    sent = model.asked[1]["messages"][2]["tool_calls"]
    assert [json.loads(c["function"]["arguments"]) for c in sent] == [{}, {"hole": 1}, {}, {}]


async def test_an_error_of_a_tool_that_is_not_ours_is_not_hidden_in_a_group() -> None:
    async def breaks(well: str) -> Depth:
        """Breaks."""
        raise ZeroDivisionError(well)

    looks = calls(("breaks", {"well": "a"}), ("breaks", {"well": "b"}))
    async with serving(looks) as model:
        with pytest.raises(ZeroDivisionError):
            await work(tools=(breaks,)).by(backend(model))


async def test_an_answer_that_does_not_fit_is_told_why_and_mended() -> None:
    job = work()
    async with serving(calls(("hand_in", {"deepest": "north"})), HANDS_IN) as model:
        assert await job.by(backend(model)) == Wells(**ANSWER)
    assert "metres" in model.said("tool")[0]
    (refused,) = job.told(AnswerRefused)
    assert "metres" in refused.reason


async def test_a_model_is_told_only_so_often_and_what_was_valid_is_kept() -> None:
    finds = [{"destination": "lisbon", "place": "maat", "fit": 0.9, "reason": "light"}]
    half = calls(("hand_in", {"finds": [*finds, {"place": 3}]}))
    looks = calls(("find_activities", {"destination": "lisbon"}))
    job = work(tools=(find_activities,), output=ActivityFinds)
    async with serving(looks, half) as model:
        with pytest.raises(InvalidOutput, match="told 3 times"):
            await job.by(backend(model))
    assert len(model.asked) == 5
    assert [f.place for f in job.task.kept.finds] == ["maat"]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ANSWER),
        f"Here it is:\n```json\n{json.dumps(ANSWER)}\n```",
        f"<think>{{}} north, surely</think>{json.dumps(ANSWER)}",
        f'{{"name": "hand_in", "arguments": {json.dumps(ANSWER)}}}',
    ],
)
async def test_an_answer_in_the_text_is_an_answer(text: str) -> None:
    async with serving(says(text)) as model:
        assert await work().by(backend(model)) == Wells(**ANSWER)
    assert len(model.asked) == 1


async def test_a_call_in_the_text_is_made() -> None:
    job = work()
    async with serving(says('{"name": "depth", "arguments": {"well": "x"}}'), HANDS_IN) as model:
        await job.by(backend(model))
    assert [e.tool for e in job.told(ToolCalled)] == ["depth"]
    assert model.asked[1]["messages"][2]["tool_calls"][0]["function"]["name"] == "depth"


@pytest.mark.parametrize(("text", "how"), [("The north one.", "in words"), ("", "empty")])
async def test_a_model_that_hands_nothing_in_is_reminded_once(text: str, how: str) -> None:
    async with serving(says(text), HANDS_IN) as model:
        assert await work().by(backend(model)) == Wells(**ANSWER)
        assert "hand_in" in model.said("user")[-1]
    async with serving(says(text)) as model:
        with pytest.raises(InvalidOutput, match=f"'deep' .*{how}.* hands nothing in"):
            await work().by(backend(model, steps="whole"))
    assert len(model.asked) == 2


async def test_the_same_call_is_made_once_and_going_on_with_it_has_an_end() -> None:
    job = work()
    async with serving(calls(("depth", {"well": "north"}))) as model:
        with pytest.raises(BackendError, match="the same again and again"):
            await job.by(backend(model, steps="whole"))
    assert len(job.told(ToolCalled)) == 1
    assert "further up" in model.said("tool")[1]
    assert model.asked[4]["tool_choice"]["function"]["name"] == "hand_in"
    assert "tool_choice" not in model.asked[3]
    assert len(model.asked) == 7


async def test_a_call_that_failed_fails_again_in_the_same_words() -> None:
    looks = calls(("depth", {"hole": 1}))
    job = work()
    async with serving(looks, looks, HANDS_IN) as model:
        await job.by(backend(model))
    first, second = model.said("tool")
    assert first == second and "hole" in first
    assert len(job.told(ToolCalled)) == 1


async def test_an_answer_that_is_cut_off_is_kept_and_asked_for_again_shorter() -> None:
    cut = json.dumps({"finds": [{"destination": "lisbon", "place": "maat", "fit": 0.9}]})[:-1]
    looks = calls(("find_activities", {"destination": "lisbon"}))
    job = work(tools=(find_activities,), output=ActivityFinds)
    async with serving(looks, calls(("hand_in", cut), finish="length")) as model:
        with pytest.raises(InvalidOutput, match="cut off again"):
            await job.by(backend(model))
    assert [f.place for f in job.task.kept.finds] == ["maat"]
    assert "shorter" in model.said("tool")[-1]
    assert model.asked[2]["max_tokens"] > model.asked[1]["max_tokens"]


# Limits


async def test_with_no_tool_call_left_it_hands_in_what_it_has() -> None:
    job = work(tool_calls=1)
    async with serving(LOOKS, HANDS_IN) as model:
        assert await job.by(backend(model)) == Wells(**ANSWER)
    looked_up, not_looked_up = model.said("tool")
    assert "metres" in looked_up
    assert "Not looked up" in not_looked_up
    assert "number of tool calls" in model.said("user")[-1]
    assert model.asked[1]["tool_choice"]["function"]["name"] == "hand_in"
    assert job.task.meter.used.tool_calls == 1


# The whole first, then small steps


def in_steps_only(otherwise: Reply) -> Callable[[dict[str, Any]], Awaitable[Any]]:
    """A model that answers small questions only, and does `otherwise` with tools."""

    async def weak(body: dict[str, Any]) -> Any:
        if "tools" in body:
            return await otherwise(body) if callable(otherwise) else otherwise
        schema = body["response_format"]["json_schema"]["schema"]
        return says(json.dumps(filled_in(schema) | {"done": ANSWER}))

    return weak


async def test_after_an_endless_loop_it_goes_on_in_small_steps() -> None:
    job = work()
    async with serving(in_steps_only(calls(("depth", {"well": "north"})))) as model:
        await job.by(backend(model))
    (change,) = job.told(ApproachChanged)
    assert "the same again and again" in change.reason
    assert change.reason.endswith("on in small steps")
    assert ["tools" in body for body in model.asked[:8]] == [True] * 7 + [False]


async def test_a_part_of_the_requests_is_left_for_small_steps() -> None:
    wells = iter(range(99))

    async def looks_on(body: dict[str, Any]) -> Any:
        return calls(("depth", {"well": str(next(wells))}))

    job = work(requests=40)
    async with serving(in_steps_only(looks_on)) as model:
        assert isinstance(await job.by(backend(model)), Wells)
    whole = sum("tools" in body for body in model.asked)
    assert 20 <= whole <= 34
    assert "requests" in job.told(ApproachChanged)[0].reason


async def test_a_model_that_does_not_answer_in_half_of_the_time_gets_small_steps() -> None:
    async def never(body: dict[str, Any]) -> Any:
        await anyio.sleep_forever()

    job = work()
    job.task.agent = replace(job.task.agent, limits=Limits(seconds=2.0))
    async with serving(in_steps_only(never)) as model:
        assert isinstance(await job.by(backend(model)), Wells)
    reason = job.told(ApproachChanged)[0].reason
    assert re.search(r"sent nothing within \d\.\d s; on in small steps$", reason)
    assert "sent nothing within" in next(e.failed for e in job.told(ModelAnswered))


async def test_a_chain_hands_over_in_time_when_its_first_server_is_silent() -> None:
    async def never(body: dict[str, Any]) -> Any:
        await anyio.sleep_forever()

    job = work()
    job.task.agent = replace(job.task.agent, limits=Limits(seconds=2.0))
    async with serving(never) as silent, serving(HANDS_IN) as model:
        chain = FallbackBackend([backend(silent), backend(model)])
        with anyio.fail_after(2.0):
            assert isinstance(await job.by(chain), Wells)
    in_steps, handed_over = (e.reason for e in job.told(ApproachChanged))
    assert re.search(r"sent nothing within \d\.\d s; on in small steps$", in_steps)
    assert re.search(r"sent nothing within 0\.\d s.*; now ", handed_over)


@pytest.mark.parametrize("steps", ["whole", "auto"])
async def test_findings_without_worth_are_no_reason_to_stop(steps: Any) -> None:
    finds = [{"destination": "atlantis", "place": "palace", "fit": 0.9, "reason": "old"}]
    wrong = calls(("hand_in", {"finds": [*finds, {"place": 3}]}))
    job = work(tools=(find_activities,), output=ActivityFinds)
    async with serving(wrong) as model:
        with pytest.raises(BackendError):
            await job.by(backend(model, steps=steps))
    assert any("tools" not in body for body in model.asked) is (steps == "auto")


async def test_what_a_small_question_is_answered_with_has_no_calls() -> None:
    job = work()
    async with serving(calls(("depth", {"well": "north"}))) as model:
        with pytest.raises(InvalidOutput, match="none of the small questions"):
            await job.by(backend(model, steps="small"))
    assert not [m for body in model.asked for m in body["messages"] if m.get("tool_calls")]


async def test_a_server_that_closes_its_connections_is_known_after_the_first_request() -> None:
    """As llama.cpp's: what was lost on the way is told and counted, and is lost no more."""
    lost = 0
    answer = json.dumps({"choices": [{"message": HANDS_IN, "finish_reason": "tool_calls"}]})
    looks = json.dumps({"choices": [{"message": LOOKS, "finish_reason": "tool_calls"}]})
    replies = iter([looks, looks, answer])

    async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal lost
        with contextlib.closing(writer):
            head = await reader.readuntil(b"\r\n\r\n")
            size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(size)
            body = next(replies).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            await writer.drain()
            lost += bool(await reader.read(1))

    job = work()
    async with await asyncio.start_server(closes, "127.0.0.1", 0) as served:
        url = f"http://127.0.0.1:{served.sockets[0].getsockname()[1]}/v1"
        with anyio.fail_after(10):
            await job.by(ChatBackend(server_at(url), "deep", patience=HURRIED, environment={}))
    assert lost == 1
    (retry,) = job.told(Retrying)
    assert retry.wait == 0
    assert "closed the connection before it read the request" in retry.reason
    assert job.task.meter.used.requests == len(job.told(ModelAsked)) == 4


async def test_the_last_request_that_there_is_must_hand_in() -> None:
    numbers = iter(range(99))

    async def looks_or_hands_in(body: dict[str, Any]) -> Any:
        return HANDS_IN if "tool_choice" in body else calls(("depth", {"well": str(next(numbers))}))

    async with serving(looks_or_hands_in) as model:
        assert await work(requests=4).by(backend(model)) == Wells(**ANSWER)
    assert len(model.asked) == 4
    assert ["tool_choice" in b for b in model.asked] == [False, False, False, True]
    assert "requests" in model.said("user")[-1]


async def test_a_server_that_cannot_be_made_to_call_is_offered_one_tool_only() -> None:
    server = Server("own", "", dialect=Dialect(final=()))
    async with serving(HANDS_IN) as model:
        server = Server("own", model.url, dialect=Dialect(final=()))
        await work(requests=1).by(ChatBackend(server, "deep", key=KEY))
    (body,) = model.asked
    assert [t["function"]["name"] for t in body["tools"]] == ["hand_in"]
    assert "tool_choice" not in body


@pytest.mark.parametrize(
    "limits", [{"tokens": 350}, {"run": Limits(tokens=350)}, {"run": Limits(requests=3)}]
)
async def test_an_agent_hands_in_before_its_tokens_or_the_runs_are_used_up(
    limits: dict[str, Any],
) -> None:
    async def looks_or_hands_in(body: dict[str, Any]) -> Any:
        return (
            HANDS_IN
            if "tool_choice" in body
            else calls(("depth", {"well": str(len(body["messages"]))}))
        )

    job = work(**limits)
    async with serving(looks_or_hands_in) as model:
        assert await job.by(backend(model)) == Wells(**ANSWER)
    assert len(model.asked) == (3 if limits.get("run") == Limits(requests=3) else 2)


async def test_an_answer_that_goes_past_a_limit_is_taken_all_the_same() -> None:
    async with serving(HANDS_IN) as model:
        assert await work(tokens=50).by(backend(model)) == Wells(**ANSWER)


async def test_a_model_that_never_hands_in_ends_at_the_limit() -> None:
    async with serving(calls(("depth", {"well": "north"}))) as model:
        with pytest.raises(LimitReached):
            await work(requests=2).by(backend(model))
    assert len(model.asked) == 2


async def test_without_usage_tokens_are_estimated() -> None:
    job = work()
    async with serving(HANDS_IN, usage=False) as model:
        await job.by(backend(model))
    sent = job.told(ModelAsked)[0].bytes
    assert sent == len(
        json.dumps(model.asked[0], separators=(",", ":"), ensure_ascii=False).encode()
    )
    assert job.task.meter.used.input_tokens == sent // 4
    assert job.task.meter.used.output_tokens > 5


# What a server does differently


async def test_an_option_that_a_server_refuses_is_left_out_for_good() -> None:
    async def refuses_options(body: dict[str, Any]) -> Any:
        for option in ("stream_options", "parallel_tool_calls", "max_tokens", "reasoning_effort"):
            if option in body:
                return refuses(400, f"Unsupported parameter: '{option}' is not supported.")
        return HANDS_IN

    job, second = work(), work()
    async with serving(refuses_options) as model:
        one = backend(model, effort="low")
        await job.by(one)
        asked = len(model.asked)
        await second.by(one)
    assert asked == 5
    assert len(model.asked) == asked + 1
    assert "max_completion_tokens" in model.asked[-1]
    assert model.asked[-1]["reasoning"] == {"effort": "low"}
    reasons = [e.reason for e in job.told(ApproachChanged)]
    assert "without stream_options" in reasons[0]
    assert any("another form of max_tokens" in reason for reason in reasons)
    assert not second.told(ApproachChanged)
    assert {e.request for e in job.told(ModelAsked)} == {1}


async def test_when_it_is_not_said_which_option_all_are_left_out_at_once() -> None:
    async def minds(body: dict[str, Any]) -> Any:
        return HANDS_IN if body.keys() == {"model", "messages", "tools"} else refuses(400, "No.")

    jobs = [work() for _ in range(4)]
    async with serving(minds) as model:
        one = backend(model)
        for job in jobs:
            await job.by(one)
    assert len(model.asked) == 2 + 2 + 1 + 1  # from the second time on it is known
    (changed,) = jobs[0].told(ApproachChanged)
    assert "without stream, stream_options, parallel_tool_calls, max_tokens" in changed.reason


async def test_a_model_that_there_is_not_is_asked_for_once() -> None:
    unknown = refuses(400, "Invalid model name passed in model=deep. Call `/v1/models`.")
    job = work()
    async with serving(unknown) as model:
        with pytest.raises(NotUsable, match="has no model 'deep'"):
            await job.by(backend(model))
    assert len(model.asked) == 1


async def test_one_refusal_by_chance_takes_no_option_from_later_requests() -> None:
    job, second = work(), work()
    async with serving(refuses(400, "No."), HANDS_IN, HANDS_IN) as model:
        one = backend(model)
        await job.by(one)
        await second.by(one)
    assert [("stream_options" in body) for body in model.asked] == [True, False, True]


async def test_a_refusal_that_is_not_about_options_leaves_them_as_they_were() -> None:
    one_fault = iter([refuses(400, "Bad luck."), refuses(400, "Bad luck.")])

    async def fails_twice(body: dict[str, Any]) -> Any:
        return next(one_fault, HANDS_IN)

    async with serving(fails_twice) as model:
        one = backend(model)
        with pytest.raises(NotUsable, match=r"refused the request \(400\): “Bad luck\.”"):
            await work().by(one)
        await work().by(one)
    assert model.asked[-1]["stream_options"]


async def test_a_server_without_tools_is_asked_in_small_steps_from_then_on() -> None:
    async def no_tools(body: dict[str, Any]) -> Any:
        if "tools" in body:
            return refuses(400, "registry/deep does not support tools")
        schema = body["response_format"]["json_schema"]["schema"]
        return says(json.dumps(filled_in(schema)))

    job, second = work(), work()
    async with serving(no_tools) as model:
        one = backend(model)
        for each in (job, second):
            await each.by(one)
    assert "does not support tools" in job.told(ApproachChanged)[0].reason
    assert not second.told(ApproachChanged)
    assert sum("tools" in b for b in model.asked) == 1
    assert "{" not in "".join(e.text for e in (*job.told(AgentSaid), *second.told(AgentSaid)))
    assert len(job.told(ModelAnswered)) == job.task.meter.used.requests
    with pytest.raises(NotUsable, match="does not support tools"):
        async with serving(no_tools) as model:
            await work().by(backend(model, steps="whole"))


def filled_in(schema: dict[str, Any]) -> Any:
    """The least that fits a schema."""
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return filled_in(schema["anyOf"][0])
    match schema.get("type"):
        case "object":
            return {k: filled_in(v) for k, v in schema.get("properties", {}).items()}
        case "array":
            return []
        case "integer" | "number":
            return 1
        case "boolean":
            return True
        case _:
            return "north"


async def test_in_small_steps_an_answer_is_mended_and_a_schema_need_not_be_known() -> None:
    async def old(body: dict[str, Any]) -> Any:
        form = body.get("response_format", {}).get("type")
        if form == "json_schema":
            return refuses(400, "response_format.type must be json_object")
        assert form == "json_object"
        if len(body["messages"]) == 2:
            return says("I would rather chat.")
        words = body["messages"][1]["content"]
        return says(json.dumps(filled_in(json.loads(words[words.rindex("schema: ") + 8 :]))))

    job = work()
    async with serving(old) as model:
        await job.by(backend(model, steps="small"))
    assert job.told(AnswerRefused)
    assert "another form of response_format" in job.told(ApproachChanged)[0].reason


async def test_a_conversation_that_is_too_long_is_shortened_once() -> None:
    job = work(tools=(find_activities,), output=ActivityFinds)
    finds = {"finds": [{"destination": "lisbon", "place": "maat", "fit": 0.9, "reason": "light"}]}
    looks = calls(("find_activities", {"destination": "lisbon"}))

    async def small(body: dict[str, Any]) -> Any:
        if len(json.dumps(body["messages"])) > 9000:
            return refuses(400, "This model's maximum context length is 2048 tokens.")
        return looks if len(body["messages"]) == 2 else calls(("hand_in", finds))

    async with serving(small) as model:
        output = await job.by(backend(model))
    assert [f.place for f in output.finds] == ["maat"]
    assert "shortened" in model.said("tool")[0]
    assert "older answers of tools shortened" in job.told(ApproachChanged)[0].reason
    async with serving(refuses(400, "context_length_exceeded")) as model:
        with pytest.raises(ContextOverflow, match="cannot hold so much"):
            await work().by(backend(model, steps="whole"))
    assert len(model.asked) == 1


# What is told


async def test_what_a_model_thinks_and_says_is_told_in_few_pieces_and_whole() -> None:
    thought = " ".join(f"thought{n}" for n in range(500))
    text = " ".join(f"word{n}" for n in range(500))
    job = work()
    speaking = calls(("depth", {"well": "north"}), text=text, reasoning_content=thought)
    async with serving(speaking, HANDS_IN) as model:
        began = anyio.current_time()
        await job.by(backend(model))
        seconds = anyio.current_time() - began
    said = job.told(AgentSaid)
    for reasoning, words in ((True, thought), (False, text)):
        assert "".join(e.text for e in said if e.reasoning is reasoning).strip() == words
    assert len(said) <= 4 + 8 * seconds


async def test_an_answer_in_the_text_is_not_told_as_said() -> None:
    job = work()
    async with serving(says(f"<think>Hm, north.</think>{json.dumps(ANSWER)}")) as model:
        await job.by(backend(model, stream=False))
    assert all("deepest" not in e.text for e in job.told(AgentSaid))


async def test_exchanges_are_told_without_key_or_headers() -> None:
    job, exchanges = work(), list[Exchange]()
    job.task.exchanged = exchanges.append
    async with serving(says(f"It is {KEY}."), HANDS_IN) as model:
        await job.by(backend(model))
    assert [e.request for e in exchanges] == model.asked
    assert exchanges[1].answer["tool_calls"][0]["function"]["name"] == "hand_in"
    assert KEY not in repr(exchanges) + repr(job.events) + repr(backend(model))


@given(
    st.lists(st.text(alphabet="ab1 .\n", max_size=9), max_size=30),
    st.booleans(),
    st.sampled_from([0.0, 99.0]),
)
def test_words_are_told_whole_and_a_secret_never(
    pieces: list[str], reasoning: bool, seconds: float
) -> None:
    events: list[Any] = []
    listening = Listening("wells", events.append, ("ab1ab",), quiet=False, seconds=seconds)
    for piece in pieces:
        listening.hear(piece, reasoning)
    listening.end()
    told = "".join(e.text for e in events)
    assert "ab1ab" not in told
    assert told.strip() == "".join(pieces).replace("ab1ab", "…").strip()


# Keys, addresses, ends


async def test_the_environment_is_read_when_a_task_is_run_and_not_before() -> None:
    environment: dict[str, str] = {}
    async with serving(HANDS_IN) as model:
        server = Server("own", model.url, ("OWN_KEY", "OTHER_KEY"))
        one = ChatBackend(server, "deep", environment=environment)
        with pytest.raises(NotUsable, match=r"no key for own .*; set OWN_KEY or OTHER_KEY"):
            await work().by(one)
        environment["OTHER_KEY"] = KEY
        await work().by(one)
    assert len(model.asked) == 1


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel"])
async def test_what_cannot_be_a_key_is_not_sent(key: str) -> None:
    async with serving(HANDS_IN) as model:
        with pytest.raises(NotUsable, match="characters no key has") as refused:
            await work().by(ChatBackend(server_at(model.url), "deep", key=key))
    assert not model.asked
    assert key not in str(refused.value)


async def test_cancelling_closes_the_connection_and_leaves_no_task() -> None:
    asked, left = anyio.Event(), anyio.Event()

    async def never(body: dict[str, Any]) -> Any:
        asked.set()
        try:
            await anyio.sleep_forever()
        finally:
            left.set()

    async with serving(never) as model:
        before = asyncio.all_tasks()
        async with anyio.create_task_group() as group:
            group.start_soon(work().by, backend(model))
            await asked.wait()
            group.cancel_scope.cancel()
        await left.wait()
        ours = {t for t in asyncio.all_tasks() - before if "RequestHandler" not in repr(t)}
        assert ours <= {asyncio.current_task()}


@pytest.mark.parametrize(
    ("url", "name", "whole"),
    [
        ("http://localhost:8123", "localhost:8123", "http://localhost:8123/v1"),
        ("http://box:1/v1/", "box:1", "http://box:1/v1"),
        ("https://a.example/api/v1/chat/completions", "a.example", "https://a.example/api/v1"),
        ("http://127.0.0.1:11434/v1", "ollama", "http://127.0.0.1:11434/v1"),
        ("https://api.openai.com/v1", "openai", "https://api.openai.com/v1"),
        ("https://api.openai.com:443/v1", "openai", "https://api.openai.com:443/v1"),
        ("https://API.openai.com/v1", "openai", "https://API.openai.com/v1"),
        ("http://api.openai.com/v1", "api.openai.com", "http://api.openai.com/v1"),
        ("https://localhost:11434/v1", "localhost:11434", "https://localhost:11434/v1"),
    ],
)
def test_a_server_is_had_by_its_address(url: str, name: str, whole: str) -> None:
    server = server_at(url)
    assert (server.name, server.url) == (name, whole)


def test_the_key_of_a_name_is_for_its_own_address_and_one_variable_for_any() -> None:
    assert server_at("http://api.openai.com/v1").key_names == ("TRIPARTITE_API_KEY",)
    assert server_at("https://api.openai.com:443/v1").key_names == (
        "OPENAI_API_KEY",
        "TRIPARTITE_API_KEY",
    )
    for port in (8000, 8080, 1234, 30000, 11434):
        assert server_at(f"http://localhost:{port}/v1").key_names[-1] == "TRIPARTITE_API_KEY"
    assert SERVERS["openai"].key_names == ("OPENAI_API_KEY",)


@pytest.mark.parametrize("url", ["ftp://x/v1", "lisbon", "http://", "http://a b/", "http://[::1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(NotUsable, match="no address of a model server"):
        server_at(url)


def test_a_password_in_an_address_is_never_shown() -> None:
    server = server_at("https://me:hunter22@box.example/v1?api-key=0123456789")
    shown = f"{server!r} {server.where} {server.name}"
    assert "hunter22" not in shown
    assert "0123456789" not in shown
    assert set(server.secrets) == {"hunter22", "0123456789"}


def test_every_server_of_the_table_can_be_asked() -> None:
    for name, server in SERVERS.items():
        assert server.name == name
        assert server.about
        assert server_at(server.url).name == name
        assert server.url.startswith("https://") or not server.needs_key
        assert server.key_names
