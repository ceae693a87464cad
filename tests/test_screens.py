"""What each screen looks like in each state, at both sizes: compare with `--snapshot-update`.

A snapshot is the text on the screen; the clock stands still.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio
import pytest
from fakes import FakeBackend, fails_with
from syrupy.assertion import SnapshotAssertion
from test_app import SECONDS, TODAY, session, shown, until
from textual.pilot import Pilot
from textual.widgets import Footer, Input
from textual.widgets._footer import FooterKey
from textual.widgets._tabs import Underline

from agents.backends.offline import OfflineBackend
from agents.errors import BackendError
from agents.events import (
    AgentFailed,
    AgentSaid,
    AgentStarted,
    AnswerRefused,
    ApproachChanged,
    Event,
    Found,
    ModelAnswered,
    ModelAsked,
    Retrying,
    RunStarted,
    ToolCalled,
    ToolReturned,
    UsageChanged,
)
from agents.usage import AGENT_LIMITS, Usage
from planner.backends import BACKENDS
from planner.intake import Options, survey
from planner.run import TripRun
from planner.tui.app import TripartiteApp
from planner.tui.screens.backend import BackendScreen
from planner.tui.screens.start import StartScreen
from planner.tui.screens.trip import TripScreen
from planner.tui.widgets.prompt import Prompt

SIZES = [(120, 40), (80, 24)]
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC).timestamp()
DONE = "3 days in Lisbon or Porto from 12 May 2027, two adults, €900, food and tiles, quick"
MADE: dict[tuple[str, str], TripRun] = {}
IMPOSSIBLE = "5 days in Paris from 12 May 2027, two adults, €100, quick"


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: NOON + 4)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose name has the same length on every machine and fits in a field."""
    with TemporaryDirectory(prefix="trip-", dir="/tmp") as name:
        yield Path(name)


@asynccontextmanager
async def an_app(
    folder: Path, size: tuple[int, int]
) -> AsyncIterator[tuple[TripartiteApp, Pilot[None]]]:
    app = TripartiteApp(session(folder))
    app.animation_level = "none"
    with anyio.fail_after(SECONDS):
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: isinstance(app.screen, StartScreen) and app.screen.is_warm)
            start = app.screen
            assert isinstance(start, StartScreen)
            start.query_one(Prompt).cursor_blink = False
            await until(pilot, lambda: start.has_read(""))
            yield app, pilot


async def made(words: str, failing: str = "") -> TripRun:
    """A finished run of these words; each is made once."""
    if (words, failing) in MADE:
        return MADE[words, failing]
    found = survey(words, today=TODAY, options=Options())
    parts: dict[str, Any] = (
        {failing: fails_with(BackendError("the line is dead"))} if failing else {}
    )
    run = TripRun.of_survey(
        found, lambda: FakeBackend(**parts), words=words, options=Options(), store=None
    )
    await run.start()
    return MADE.setdefault((words, failing), run)


def as_from_the_store(run: TripRun) -> TripRun:
    """The same trip with events that say the same times on every machine."""
    again = TripRun(
        run.request, OfflineBackend, words=run.words, options=Options(), overrides=run.overrides
    )
    again.plan = run.plan
    for number, event in enumerate(run.events):
        changes: dict[str, Any] = {"at": NOON + number / 100}
        if hasattr(event, "seconds"):
            changes["seconds"] = 0.01
        again._note(event.model_copy(update=changes))
    return again


async def settled(stage: tuple[TripartiteApp, Pilot[None]]) -> str:
    """What stands on the screen when nothing more is to be drawn: the footer and the line under a
    tab come a refresh after all else."""
    app, pilot = stage
    screen = app.screen
    await until(pilot, lambda: screen.is_mounted and bool(shown(app).strip()))
    before, text = "", shown(app)
    while text != before:
        drawn = anyio.Event()
        screen.call_after_refresh(drawn.set)
        await until(pilot, drawn.is_set)
        await until(pilot, lambda: all(f.query(FooterKey) for f in screen.query(Footer)))
        await until(pilot, lambda: all(u.highlight_end for u in screen.query(Underline)))
        before, text = text, shown(app)
    return text


def named(state: str, size: tuple[int, int]) -> str:
    return f"{state}-{size[0]}x{size[1]}"


async def opened(
    stage: tuple[TripartiteApp, Pilot[None]], run: TripRun, keys: Sequence[str]
) -> str:
    app, pilot = stage
    app.open_run(run, begin=False)
    await until(pilot, lambda: isinstance(app.screen, TripScreen))
    await pilot.press(*keys)
    return await settled(stage)


@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
async def test_start(tmp_path: Path, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with an_app(tmp_path, size) as (app, pilot):
        assert await settled((app, pilot)) == snapshot(name=named("start", size))


@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
@pytest.mark.parametrize("state", ["model_chosen", "key_missing", "backends"])
async def test_models(
    tmp_path: Path,
    size: tuple[int, int],
    snapshot: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "a key")
    async with an_app(tmp_path, size) as (app, pilot):
        app.session.backends = BACKENDS
        for spec in ("anthropic:opus", "ollama:qwen3:8b", "openai:gpt-5"):
            app.session.choose_backend(spec)
        if state == "key_missing":
            app.session.choose_backend("anthropic:opus")
        app._settings_changed()
        if state == "backends":
            await pilot.press("f8")
            await until(pilot, lambda: isinstance(app.screen, BackendScreen))
            app.screen.query_one(Input).cursor_blink = False
            await pilot.press("tab", *"olama:x")
        assert await settled((app, pilot)) == snapshot(name=named(state, size))


@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("understood", DONE),
        ("half_typed", "5 days in Lisb"),
        ("not_understood", "a weekend in Rome with a zeppelin"),
    ],
)
async def test_typing(
    tmp_path: Path, size: tuple[int, int], snapshot: SnapshotAssertion, state: str, words: str
) -> None:
    async with an_app(tmp_path, size) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, StartScreen)
        screen.query_one(Prompt).value = words
        await until(pilot, lambda: screen.has_read(words))
        assert await settled((app, pilot)) == snapshot(name=named(state, size))


@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
@pytest.mark.parametrize(
    ("state", "keys"),
    [
        ("itinerary", ()),
        ("itinerary_item", ("down", "down", "down")),
        ("compare", ("2",)),
        ("activities", ("3",)),
        ("activities_filtered", ("3", "slash", "m", "u", "s", "e", "u", "m")),
        ("map", ("4",)),
        ("budget", ("5",)),
        ("trace", ("6",)),
        ("decision", ("6", "d")),
        ("agents", ("v",)),
        ("export", ("x",)),
        ("help", ("f1",)),
    ],
)
async def test_done(
    short_folder: Path,
    size: tuple[int, int],
    snapshot: SnapshotAssertion,
    state: str,
    keys: tuple[str, ...],
) -> None:
    async with an_app(short_folder, size) as stage:
        text = await opened(stage, as_from_the_store(await made(DONE)), keys)
        assert text.replace(str(short_folder), "a/folder/for-trips") == snapshot(
            name=named(state, size)
        )


@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
@pytest.mark.parametrize(("state", "keys"), [("failed", ()), ("failed_agents", ("v",))])
async def test_one_agent_failed(
    tmp_path: Path,
    size: tuple[int, int],
    snapshot: SnapshotAssertion,
    state: str,
    keys: tuple[str, ...],
) -> None:
    async with an_app(tmp_path, size) as stage:
        run = as_from_the_store(await made(DONE, failing="activities"))
        assert await opened(stage, run, keys) == snapshot(name=named(state, size))


@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
@pytest.mark.parametrize(("state", "keys"), [("infeasible", ()), ("infeasible_budget", ("5",))])
async def test_infeasible(
    tmp_path: Path,
    size: tuple[int, int],
    snapshot: SnapshotAssertion,
    state: str,
    keys: tuple[str, ...],
) -> None:
    async with an_app(tmp_path, size) as stage:
        assert await opened(stage, as_from_the_store(await made(IMPOSSIBLE)), keys) == snapshot(
            name=named(state, size)
        )


# At work


def at_work() -> list[Event]:
    """Four seconds into a run with a model: one has thought and asks again, one must wait, one has
    failed."""
    started = {"limits": AGENT_LIMITS, "backend": "a model"}
    spent = Usage(requests=3, input_tokens=12_400, output_tokens=900, cost_usd=0.021)
    names = ("itinerary", "destinations", "activities")
    one, two, first = {"agent": names[0]}, {"agent": names[1]}, {"request": 1, "model": "m-large"}
    return [
        RunStarted(at=NOON, agents=names, backend="a model", effort="thinking"),
        *(AgentStarted(at=NOON + n / 100, agent=a, role="", **started) for n, a in enumerate(names)),
        ModelAsked(at=NOON + 0.1, bytes=8_200, **one, **first),
        AgentSaid(at=NOON + 0.6, text="Two days and a flat first one; how warm is May?", reasoning=True, **one),
        ModelAnswered(
            at=NOON + 0.9, seconds=0.8, first_seconds=0.5, finish="tool_calls", **one, **first,
            usage=Usage(requests=1, input_tokens=2_050, output_tokens=120, cost_usd=0.004),
        ),
        ToolCalled(at=NOON + 1, call=1, tool="climate", arguments={"id": "lisbon"}, **one),
        ToolReturned(
            at=NOON + 1.2, call=1, tool="climate", seconds=0.2, **one,
            summary="Lisbon in May: usually up to 22 °C, 54 mm of rain a month",
        ),
        AgentSaid(at=NOON + 2, text="Day one stays on the flat: Baixa, then the ", **one),
        AgentSaid(at=NOON + 2.1, text="river.\n\nDay two takes the train to Belém.", **one),
        UsageChanged(at=NOON + 2.2, usage=spent, **one),
        AnswerRefused(at=NOON + 2.3, reason="days: 3 are asked for, there are 2", **one),
        ModelAsked(at=NOON + 2.4, request=2, model="m-large", bytes=9_700, **one),
        ToolCalled(at=NOON + 0.9, call=1, tool="costs", arguments={"id": "porto"}, **two),
        ApproachChanged(at=NOON + 1, reason="the server takes no forced tool: in small steps", **two),
        ModelAsked(at=NOON + 1.1, bytes=4_100, **two, **first),
        ModelAnswered(at=NOON + 1.5, seconds=0.4, failed="429 from example", **two, **first),
        Retrying(at=NOON + 1.5, request=1, attempt=2, wait=12, reason="429 from example", **two),
        Found(at=NOON + 3.1, agent="activities", subject="Tile Museum", reason="for tiles"),
        AgentFailed(
            at=NOON + 3.5, agent="activities", seconds=3.5, reason="the line is dead", kept=True
        ),
    ]  # fmt: skip


class StandingRun(TripRun):
    """A run that has come this far and waits."""

    async def start(self) -> None:
        for event in at_work():
            self._note(event)
        await anyio.sleep_forever()

    @property
    def at_work(self) -> bool:
        return True


@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
@pytest.mark.parametrize(
    ("state", "keys"), [("live", ()), ("live_next", ("tab",)), ("live_trace", ("enter",))]
)
async def test_live(
    tmp_path: Path,
    size: tuple[int, int],
    snapshot: SnapshotAssertion,
    state: str,
    keys: tuple[str, ...],
) -> None:
    request = (await made(DONE)).request
    run = StandingRun(request, OfflineBackend, words=DONE, options=Options())
    async with an_app(tmp_path, size) as (app, pilot):
        app.open_run(run, begin=True)
        await until(pilot, lambda: len(app.screen.query("AgentColumn")) == 3)
        app.screen.query("AgentColumn").first().focus()
        await until(pilot, lambda: all(w in shown(app) for w in ("✗ activities", "13,300 tokens")))
        await pilot.press(*keys)
        assert await settled((app, pilot)) == snapshot(name=named(state, size))
