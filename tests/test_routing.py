"""Another backend for some agents, a chain to fall back on, and limits over all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import anyio
import pytest
from fakes import ONE_FIND, FakeBackend, Gate, Part, answers, fails_with, keeps_then
from hypothesis import given
from hypothesis import strategies as st

from agents.agent import Agent, Brief, Output, Task
from agents.backends.base import Backend, names_for
from agents.backends.offline import OfflineBackend
from agents.backends.routing import FallbackBackend, RoutingBackend
from agents.backends.servers.allowance import Allowance
from agents.errors import BackendError, LimitReached, NotUsable, Unreachable
from agents.events import (
    AgentFailed,
    AgentStarted,
    ApproachChanged,
    Emit,
    Event,
    ModelAnswered,
    RunStarted,
    UsageChanged,
)
from agents.evidence import Ledger
from agents.findings import ActivityFinds
from agents.request import Dates, Effort, TripRequest
from agents.usage import Limits, Meter, Usage
from planner.backends import backend_named
from planner.control import RunControl
from planner.lineup import LineUp, lineup_choice
from planner.orchestrator import TEAM, new_meter, run_team
from planner.plan import AgentStatus, TripPlan
from planner.results import AgentResult
from planner.trip import plan_trip

REQUEST = TripRequest(
    destinations=("lisbon",),
    dates=Dates(start=date(2027, 5, 12), end=date(2027, 5, 13)),
    effort=Effort.INSTANT,
)
TWO_FINDS = ActivityFinds(
    finds=(*ONE_FIND.finds, ONE_FIND.finds[0].model_copy(update={"place": "pasteis-de-belem"}))
)


class Named(FakeBackend):
    """A fake with a name of its own."""

    def __init__(self, name: str, part: Part | None = None, agent: str = "activities") -> None:
        super().__init__(**({agent: part} if part else {}))
        self.name = name


async def teamwork(
    backend: Backend, told: list[Event] | None = None, **how: Any
) -> dict[str, AgentResult]:
    with anyio.fail_after(5):
        return await run_team(
            how.pop("team", TEAM),
            Brief(REQUEST),
            backend=backend,
            ledger=Ledger(),
            emit=(told if told is not None else []).append,
            run_meter=new_meter(how.pop("limits", Limits())),
            **how,
        )


async def planned(backend: Backend, told: list[Event], **how: Any) -> TripPlan:
    with anyio.fail_after(5):
        return await plan_trip(REQUEST, backend=backend, emit=told.append, **how)


def changes(told: Sequence[Event]) -> list[str]:
    return [e.reason for e in told if isinstance(e, ApproachChanged)]


def asks(model: str, usage: Usage, *, then: Part | None = None) -> Part:
    """A part that asks a model for ever, or once and goes on."""

    async def part(task: Task[Any], emit: Emit) -> Any:
        while True:
            task.meter.spend(usage)
            emit(ModelAnswered(agent=task.name, request=1, model=model, seconds=0.1, usage=usage))
            await anyio.lowlevel.checkpoint()
            if then is not None:
                return await then(task, emit)

    return part


async def hangs(task: Task[Any], emit: Emit) -> Any:
    await anyio.sleep_forever()


async def offline(task: Task[Any], emit: Emit) -> Any:
    return await OfflineBackend().run(task, emit)


async def test_each_agent_gets_its_own_backend_and_all_others_the_default() -> None:
    small, strong, told = Named("small"), Named("strong"), list[Event]()
    await planned(RoutingBackend(strong, {"activities": small}), told)
    assert [name for name, _ in small.briefs] == ["activities"]
    assert sorted(name for name, _ in strong.briefs) == ["destinations", "itinerary"]
    assert {e.agent: e.backend for e in told if isinstance(e, AgentStarted)} == {
        "itinerary": "strong",
        "destinations": "strong",
        "activities": "small",
    }
    (started,) = (e for e in told if isinstance(e, RunStarted))
    assert started.backend == "strong · activities: small"


@pytest.mark.parametrize("error", [NotUsable("no key"), Unreachable("gone"), KeyError("mine")])
async def test_when_one_gives_up_the_next_goes_on_and_it_is_told(error: Exception) -> None:
    told: list[Event] = []
    chain = FallbackBackend([Named("first", fails_with(error)), Named("second"), Named("third")])
    results = await teamwork(chain, told)
    assert results["activities"].status is AgentStatus.FINISHED
    (reason,) = changes(told)
    assert "first gave up" in reason
    assert str(error) in reason
    assert reason.endswith("now second")


async def test_one_that_hangs_leaves_time_for_the_next() -> None:
    told: list[Event] = []
    chain = FallbackBackend([Named("first", hangs), Named("second")])
    team = tuple(replace(a, limits=Limits(seconds=1)) for a in TEAM)
    results = await teamwork(chain, told, team=team)
    assert {r.status for r in results.values()} == {AgentStatus.FINISHED}
    (reason,) = changes(told)
    assert "no answer in 0.6 s, its share of the time; now second" in reason


async def test_when_all_give_up_each_is_named_with_its_reason() -> None:
    chain = FallbackBackend(
        [Named("a", fails_with(NotUsable("no key"))), Named("b", fails_with(Unreachable("gone")))]
    )
    result = (await teamwork(chain))["activities"]
    assert result.status is AgentStatus.FAILED
    assert "a gave up: no key; b gave up: gone" in result.detail


async def test_a_limit_ends_the_chain_and_counts_over_all_of_it() -> None:
    one = Usage(requests=1)
    first = asks("m", one, then=fails_with(Unreachable("gone")))
    third = Named("third")
    chain = FallbackBackend([Named("first", first), Named("second", asks("m", one)), third])
    team = tuple(replace(a, limits=Limits(requests=3)) for a in TEAM)
    result = (await teamwork(chain, team=team))["activities"]
    assert "3 requests used, the limit is 3" in result.detail
    assert third.briefs == []


@pytest.mark.parametrize(
    "last", [fails_with(Unreachable("gone")), fails_with(LimitReached("over"))]
)
async def test_of_what_was_kept_the_fullest_stays(last: Part) -> None:
    chain = FallbackBackend(
        [
            Named("first", keeps_then(fails_with(Unreachable("gone")), TWO_FINDS)),
            Named("second", keeps_then(last, ONE_FIND)),
        ]
    )
    result = (await teamwork(chain))["activities"]
    assert result.status is AgentStatus.PARTIAL
    assert result.findings == TWO_FINDS


async def test_the_last_answer_counts_whatever_was_kept_before() -> None:
    chain = FallbackBackend(
        [
            Named("first", keeps_then(fails_with(Unreachable("gone")), TWO_FINDS)),
            Named("second", answers(ONE_FIND)),
        ]
    )
    assert (await teamwork(chain))["activities"].findings == ONE_FIND


async def test_cancelling_goes_through_the_chain() -> None:
    gate, third, told, control = Gate(), Named("third"), list[Event](), RunControl()
    chain = FallbackBackend(
        [
            Named("first", keeps_then(fails_with(Unreachable("gone")), TWO_FINDS)),
            Named("second", gate),
            third,
        ]
    )
    results: dict[str, AgentResult] = {}

    async def work() -> None:
        results.update(await teamwork(chain, told, control=control))

    async with anyio.create_task_group() as group:
        group.start_soon(work)
        with anyio.fail_after(5):
            await gate.arrived.wait()
            assert control.cancel("activities")
            await gate.left.wait()
    assert results["activities"].status is AgentStatus.CANCELLED
    kept = results["activities"].findings
    assert isinstance(kept, ActivityFinds)
    assert [f.place for f in kept.finds] == [f.place for f in TWO_FINDS.finds]
    assert "activities" not in [name for name, _ in third.briefs]


async def test_each_member_of_a_chain_begins_anew_and_what_was_kept_stays_in_sight() -> None:
    seen: list[tuple[object, bool, object]] = []

    async def first(task: Task[Any], emit: Emit) -> Any:
        task.keep(TWO_FINDS)
        task.told_of_gaps = True
        raise Unreachable("gone")

    async def second(task: Task[Any], emit: Emit) -> Any:
        kept_of_all = whole[0].kept
        seen.append((task.kept, task.told_of_gaps, kept_of_all))
        task.keep(ONE_FIND)
        assert whole[0].kept == TWO_FINDS
        raise Unreachable("gone as well")

    whole: list[Task[Any]] = []

    class Outside(FallbackBackend):
        async def run(self, task: Task[Output], emit: Emit) -> Output:
            if task.name == "activities":
                whole.append(task)
            return await super().run(task, emit)

    await teamwork(Outside([Named("first", first), Named("second", second)]))
    assert seen == [(None, False, TWO_FINDS)]


def test_a_chain_of_chains_names_all_of_its_members() -> None:
    inner = FallbackBackend([Named("a"), Named("b")])
    whole = RoutingBackend(inner, {"activities": FallbackBackend([Named("c"), inner])})
    assert names_for(whole, "itinerary") == ("a", "b")
    assert names_for(whole, "activities") == ("c", "a", "b")
    assert names_for(OfflineBackend(), "itinerary") == (OfflineBackend.name,)
    with pytest.raises(ValueError, match="one at least"):
        FallbackBackend([])


@given(st.lists(st.booleans(), min_size=1, max_size=5))
async def test_the_first_that_can_answers(able: list[bool]) -> None:
    class Counting:
        def __init__(self, number: int) -> None:
            self.name = str(number)

        async def run(self, task: Task[Output], emit: Emit) -> Output:
            asked.append(int(self.name))
            if not able[int(self.name)]:
                raise BackendError("no")
            return await OfflineBackend().run(task, emit)

    asked: list[int] = []
    team: tuple[Agent[Any], ...] = tuple(a for a in TEAM if a.name == "activities")
    results = await teamwork(FallbackBackend([Counting(n) for n in range(len(able))]), team=team)
    first = able.index(True) if any(able) else None
    assert asked == list(range(len(able) if first is None else first + 1))
    assert (results["activities"].status is AgentStatus.FINISHED) is (first is not None)


async def test_a_line_up_makes_each_backend_once_and_uses_it_for_all() -> None:
    from planner.backends import BackendChoice

    made: list[str] = []

    def choose(spec: str) -> BackendChoice:
        def make() -> Backend:
            made.append(spec)
            return Named(spec)

        return BackendChoice(spec, f"about {spec}", make)

    lineup = LineUp("a", {"activities": "b"}, ("c", "offline"))
    choice = lineup_choice(lineup, choose)
    assert choice.name == "a, then c, then offline · activities: b, then c, then offline"
    assert made == []
    assert choice.make().name == choice.name
    assert sorted(made) == ["a", "b", "c", "offline"]
    assert lineup_choice(LineUp("a", {"activities": "a"}), choose).name == "a"


# Limits


@pytest.mark.parametrize(
    ("limit", "usage", "told"),
    [
        ({"tokens": 1000}, Usage(input_tokens=400, output_tokens=50), "tokens used"),
        ({"cost_usd": 0.05}, Usage(input_tokens=1, cost_usd=0.02), "$0.06 used"),
        ({"requests": 2}, Usage(requests=1), "requests used"),
    ],
)
@pytest.mark.parametrize("whose", ["agent", "run"])
async def test_a_limit_ends_an_agent_with_what_it_has(
    limit: dict[str, Any], usage: Usage, told: str, whose: str
) -> None:
    events: list[Event] = []
    backend = Named("model", keeps_then(asks("m", usage), TWO_FINDS))
    own = Limits(**limit)
    how: dict[str, Any] = (
        {"team": tuple(replace(a, limits=own) for a in TEAM)}
        if whose == "agent"
        else {"limits": own}
    )
    plan = await planned(backend, events, **how)
    ended = [e for e in events if isinstance(e, AgentFailed)]
    failed = next(e for e in ended if e.agent == "activities")
    assert failed.kept
    assert told in failed.reason
    assert [m for m in plan.missing if "activities" in m]
    used = [e.usage for e in events if isinstance(e, UsageChanged) and e.agent == "activities"]
    assert len(used) > 1
    assert all(a.tokens <= b.tokens and a.cost_usd <= b.cost_usd for a, b in pairwise(used))


# Costs that nobody knows

SOME = Usage(requests=1, input_tokens=10, output_tokens=5)


Addressed = Callable[[str, Part], Backend]


@pytest.fixture
def addressed(monkeypatch: pytest.MonkeyPatch) -> Addressed:
    """The backend of a spec; a part stands for the server, for whoever is asked."""
    for name in ("OPENAI_BASE_URL", "OLLAMA_HOST", "OLLAMA_BASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def made(spec: str, part: Part) -> Backend:
        fake = FakeBackend(itinerary=part, activities=part, destinations=part)
        monkeypatch.setattr("planner.addresses._made", lambda *_: fake)
        return backend_named(spec)

    return made


async def test_a_model_without_a_price_is_told_once_where_cost_is_limited(
    addressed: Addressed,
) -> None:
    told: list[Event] = []
    part = asks("nonsense", SOME, then=asks("nonsense", SOME, then=offline))
    await planned(addressed("openai:nonsense", part), told)
    (reason,) = changes(told)
    assert reason.startswith("what nonsense costs is not known (genai-prices")
    assert "limit of $2" in reason


PAID = SOME.model_copy(update={"cost_usd": 0.1})
UP_TO_A_DOLLAR = Limits(cost_usd=1)


@pytest.mark.parametrize(
    ("spec", "usage", "limits", "known"),
    [
        ("ollama:m", SOME, UP_TO_A_DOLLAR, True),
        ("http://[::1]:8000/v1#m", SOME, UP_TO_A_DOLLAR, True),
        ("https://ollama.com/v1#m", SOME, UP_TO_A_DOLLAR, False),
        ("openai:m", PAID, Limits(cost_usd=9), True),
        ("openai:m", SOME, Limits(), True),
        ("openai:m", Usage(requests=1), UP_TO_A_DOLLAR, True),
    ],
    ids=["one's own", "here", "elsewhere", "a known price", "no limit", "no tokens"],
)
async def test_else_nothing_is_told_of_prices(
    spec: str, usage: Usage, limits: Limits, known: bool, addressed: Addressed
) -> None:
    told: list[Event] = []
    await planned(addressed(spec, asks("m", usage, then=offline)), told, limits=limits)
    assert (changes(told) == []) is known


async def test_a_server_that_was_moved_is_priced_by_where_it_is(
    addressed: Addressed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, url, spec, free in (
        ("OLLAMA_HOST", "https://ollama.example.com", "ollama:m", False),
        ("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1", "openai:nonsense", True),
    ):
        told: list[Event] = []
        backend = addressed(spec, asks("m", SOME, then=offline))
        monkeypatch.setenv(variable, url)
        await planned(backend, told, limits=UP_TO_A_DOLLAR)
        assert (changes(told) == []) is free


async def test_without_a_price_list_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, addressed: Addressed
) -> None:
    monkeypatch.setattr("planner.costs_unknown.price_list", lambda: "")
    monkeypatch.setattr("planner.costs_unknown.cost_usd", lambda *_: None)
    told: list[Event] = []
    await planned(addressed("openai:m", asks("m", SOME, then=offline)), told)
    assert ".[prices]" in changes(told)[0]


async def test_the_last_of_a_chain_shares_out_the_time_that_is_left() -> None:
    """Not that of the whole task: it would be over before its share is."""
    with anyio.CancelScope(deadline=anyio.current_time() + 1) as scope:  # noqa: ASYNC100
        allowance = Allowance("'model'", Meter("agent", Limits()), 120)
    allowance.share = 0.5
    assert allowance.deadline < scope.deadline
    assert "'model' has handed nothing in after 50% of its time" in str(allowance.share_used_up())
