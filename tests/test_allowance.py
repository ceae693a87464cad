"""What an agent may still use of its limits and the run's, and when it must hand in."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest

from agents.backends.servers.allowance import LEAST_KEPT_BACK, MOST_IDLE, MOST_LAST, Allowance
from agents.backends.servers.places import host_of, is_loopback
from agents.errors import BackendError, LimitReached
from agents.usage import Limits, Meter, Usage

NO_LIMITS = Limits()


class Spending(Allowance):
    """Counts what is spent at once, as a backend does."""

    def __init__(self, meter: Meter, seconds: float | None) -> None:
        super().__init__("wells: 'deep'", meter, seconds)
        self.meter = meter

    def spend(self, usage: Usage) -> None:
        self.meter.spend(usage)
        self.count(usage, 0.1)


def allowance(run: Limits = NO_LIMITS, seconds: float | None = None, **limits: int) -> Spending:
    return Spending(Meter("agent wells", Limits(**limits), Meter("the run", run)), seconds)


async def test_the_last_request_and_the_last_tool_call_are_told() -> None:
    own = allowance(requests=2)
    assert own.why_last() == ""
    own.spend(Usage(requests=1))
    assert "number of requests" in own.why_last()
    own = allowance(tool_calls=1)
    own.spend(Usage(tool_calls=1))
    assert "number of tool calls" in own.why_last()


async def test_what_the_largest_request_took_must_be_there_more_than_twice() -> None:
    own = allowance(run=Limits(tokens=300))
    own.spend(Usage(requests=1, input_tokens=100))
    assert own.nearly_used_up() == "number of tokens"
    own = allowance(run=Limits(cost_usd=0.3))
    own.spend(Usage(requests=1, cost_usd=0.1))
    assert own.nearly_used_up() == "money"
    own = allowance(seconds=10)
    own.count(Usage(), 5)
    assert own.nearly_used_up() == "time"


async def test_the_time_of_whoever_is_around_it_counts_too() -> None:
    own = allowance()
    own.count(Usage(), 5)
    assert not own.nearly_used_up()
    with anyio.move_on_after(10):
        await anyio.lowlevel.checkpoint()
        assert own.nearly_used_up() == "time"


async def test_all_at_work_in_a_run_keep_a_last_request_whatever_backend_they_have() -> None:
    run = Meter("the run", Limits(requests=3))
    several = [Allowance("a", Meter(f"agent {n}", NO_LIMITS, run), None) for n in range(3)]
    assert not several[0].nearly_used_up()
    with several[0].at_work(), several[1].at_work(), several[2].at_work():
        assert several[0].nearly_used_up() == "number of requests"
    assert not several[0].nearly_used_up()


async def test_a_part_is_kept_back_for_another_way_unless_it_is_too_little() -> None:
    own = allowance(requests=4 * LEAST_KEPT_BACK)
    own.spend(Usage(requests=2 * LEAST_KEPT_BACK - 1))
    assert not own.nearly_used_up()
    own.share = 0.5
    assert own.nearly_used_up() == "number of requests"
    small = allowance(requests=LEAST_KEPT_BACK)
    small.share = 0.5
    small.spend(Usage(requests=LEAST_KEPT_BACK - 2))
    assert not small.nearly_used_up()


async def test_what_should_be_the_last_request_has_an_end() -> None:
    own = allowance(requests=1)
    assert [bool(own.why_last()) for _ in range(MOST_LAST)] == [True] * MOST_LAST
    with pytest.raises(LimitReached, match="hands nothing in"):
        own.why_last()


async def test_going_round_in_circles_has_an_end_and_something_new_begins_anew() -> None:
    own = allowance()
    for _ in range(MOST_IDLE - 1):
        own.looked_up(anything_new=False)
    own.looked_up(anything_new=True)
    assert own.why_last() == ""
    for _ in range(MOST_IDLE):
        own.looked_up(anything_new=False)
    assert "again and again" in own.why_last() and own.first_of_last
    for _ in range(MOST_LAST - 1):
        assert own.why_last() and not own.first_of_last
    with pytest.raises(BackendError, match="again and again") as error:
        own.why_last()
    assert not isinstance(error.value, LimitReached)


def test_a_request_for_which_nothing_is_left_is_not_counted_and_what_was_spent_is() -> None:
    run = Meter("the run", Limits(requests=2, tokens=50))
    first, second = (Meter(f"agent {n}", Limits(requests=5), run) for n in range(2))
    first.spend(Usage(requests=1))
    second.spend(Usage(requests=1))
    with pytest.raises(LimitReached, match="the run: 2 requests used, the limit is 2"):
        second.spend(Usage(requests=1))
    assert (second.used.requests, run.used.requests) == (1, 2)
    with pytest.raises(LimitReached, match="60 tokens used, the limit is 50"):
        first.spend(Usage(input_tokens=60))
    assert first.used.tokens == run.used.tokens == 60


@pytest.mark.parametrize(
    "place",
    [
        "localhost",
        "LOCALHOST:8000",
        "127.0.0.1",
        "http://127.3.2.1:11434/v1",
        "[::1]:8000",
        "::1",
        "http://[::1]/v1",
        "http://me:secret@localhost/v1",
        "box.localhost",
        "localhost.",
        "0.0.0.0:8000",
        "::ffff:127.0.0.1",
    ],
)
def test_this_computer_is_known_by_any_name(place: str) -> None:
    assert is_loopback(place)


@pytest.mark.parametrize(
    "place",
    [
        "",
        "https://ollama.com/v1",
        "box:8000",
        "192.168.1.4",
        "localhost.example.com",
        "http://localhost@evil.example/v1",
        "http://[::1",
        "fe80::1",
    ],
)
def test_any_other_place_is_away_from_this_computer(place: str) -> None:
    assert not is_loopback(place)


def test_a_host_is_had_of_an_address_in_any_form() -> None:
    assert host_of("https://me:pw@API.example.com:443/v1") == "api.example.com"
    assert (host_of("box:8000"), host_of("[::1]:8000"), host_of("::1")) == ("box", "::1", "::1")
