"""One request on its way to a plan, and after: what a face follows, holds back and keeps."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from agents.agent import Agent
from agents.backends.base import Backend
from agents.errors import TripartiteError
from agents.events import Emit, Event
from agents.request import TripRequest
from agents.text import clean
from agents.usage import RUN_LIMITS, Limits
from planner.control import RunControl
from planner.intake import Options, Reading, Survey, survey
from planner.orchestrator import TEAM
from planner.plan import TripPlan
from planner.progress import RunProgress
from planner.trip import Planning, ignore

if TYPE_CHECKING:
    from planner.store import KeptTrip, TripStore


class TripRun:
    """A request, the agents' work on it, its plan, and its place in the store.

    `start` and `again` return when the work has ended. An error of ours ends in `error`, what
    could not be kept in `warning`; neither is raised. Belongs to one event loop.
    """

    def __init__(
        self,
        request: TripRequest,
        backend: Callable[[], Backend],
        *,
        words: str,
        options: Options,
        assumptions: Sequence[str] = (),
        overrides: Mapping[str, str] | None = None,
        store: TripStore | None = None,
        team: Sequence[Agent[Any]] = TEAM,
        limits: Limits = RUN_LIMITS,
    ) -> None:
        self.request, self.words, self.options = request, words, options
        self.progress = RunProgress()
        self.events: list[Event] = []
        self.plan: TripPlan | None = None
        self.error = ""
        self.failure: TripartiteError | None = None
        """What `error` tells, for who must know of which kind it is."""
        self.warning = ""
        self.trip_id: int | None = None
        self.overrides = dict(overrides or {})
        self.team = tuple(team)
        self.limits = limits
        """What all agents together may use."""
        self.follow: Emit = ignore
        """Called with each event, for a face that tells what happens instead of drawing it."""
        self.assumptions = tuple(assumptions)
        self._make_backend = backend
        self._store = store
        self._planning: Planning | None = None
        self._control: RunControl | None = None
        self._trace: Emit = ignore

    @classmethod
    def of_survey(
        cls,
        reading: Survey | Reading,
        backend: Callable[[], Backend],
        *,
        words: str,
        options: Options,
        store: TripStore | None,
        team: Sequence[Agent[Any]] = TEAM,
        limits: Limits = RUN_LIMITS,
    ) -> TripRun:
        """A run for what intake has read; `reading.request` must be there."""
        if reading.request is None:
            raise ValueError("there is no request in this reading; show its problems instead")
        return cls(
            reading.request,
            backend,
            words=words,
            options=options,
            assumptions=_assumptions(reading),
            store=store,
            team=team,
            limits=limits,
        )

    @classmethod
    def of_kept(
        cls,
        trip: KeptTrip,
        backend: Callable[[], Backend],
        *,
        store: TripStore,
        team: Sequence[Agent[Any]] = TEAM,
        limits: Limits = RUN_LIMITS,
    ) -> TripRun:
        """A trip from the store, as it was when its plan was finished."""
        options = Options.model_validate(trip.options)
        day = trip.at.astimezone().date()
        run = cls(
            trip.request,
            backend,
            words=trip.words,
            options=options,
            assumptions=_assumptions(survey(trip.words, today=day, options=options)),
            overrides=trip.overrides,
            store=store,
            team=team,
            limits=limits,
        )
        run.plan, run.trip_id = trip.plan, trip.id
        for event in trip.events:
            run._note(event)
        return run

    def carried_out_by(self, backend: Backend) -> None:
        """Ask this backend instead; for who stands between the run and its own."""
        self._make_backend = lambda: backend

    @property
    def at_work(self) -> bool:
        """Whether agents work, or what they found is being planned and kept."""
        return self._control is not None

    async def start(self, *, overrides: Mapping[str, str] | None = None) -> None:
        """Plan from the beginning: all agents are asked, and what they found before is dropped."""
        self._planning = None
        await self._work(lambda planning, control: planning.plan(control, overrides=overrides))

    async def again(
        self, *, overrides: Mapping[str, str] | None = None, retry: Collection[str] = ()
    ) -> None:
        """Plan anew with other sides taken, or with some agents asked again.

        What the other agents found stays; only a trip from the store has nothing to stay, so all
        its agents are asked.
        """
        await self._work(
            lambda planning, control: planning.replan(
                overrides=overrides, retry=retry, control=control
            )
        )

    def use(self, backend: Callable[[], Backend]) -> None:
        """Let another backend do the thinking of whoever is asked from now on."""
        self._make_backend = backend
        if self._planning is not None:
            self._planning.use(backend())

    def stop(self) -> None:
        """End the work soon; what was found until then is planned."""
        if self._control is not None:
            self._control.stop()

    def cancel(self, agent: str) -> bool:
        """Cancel one agent; False when it is not at work."""
        return self._control is not None and self._control.cancel(agent)

    def retry(self, agent: str) -> bool:
        """Ask one agent again while the team is at work; else False, and `again` does it."""
        return self._control is not None and self._control.retry(agent)

    async def _work(self, step: Callable[[Planning, RunControl], Awaitable[TripPlan]]) -> None:
        self.error = self.warning = ""
        self.failure = None
        self._control = RunControl()
        try:
            self._trace = await self._traced()
            planning = self._planning = self._planning or Planning(
                self.request,
                backend=self._make_backend(),
                team=self.team,
                emit=self._note,
                limits=self.limits,
                overrides=self.overrides,
                assumptions=self.assumptions,
            )
            self.plan = await step(planning, self._control)
            self.overrides = dict(planning.overrides)
            await self._keep()
        except TripartiteError as error:
            self.error, self.failure = clean(error), error
        except Exception as error:  # told to the traveller, and raised again as it is
            self.error = clean(f"a fault of ours ({type(error).__name__}: {error}); try again")
            raise
        finally:
            self._control, self._trace = None, ignore

    async def _traced(self) -> Emit:
        """Makes spans of this work, where an exporter for them is configured and there."""
        if not any(name.startswith("OTEL_") for name in os.environ):
            return ignore
        from planner.telemetry import exporters, spans_of_a_run

        if not exporters(os.environ):
            return ignore
        try:
            return await asyncio.to_thread(spans_of_a_run, os.environ)
        except TripartiteError as error:
            self.warning = clean(error)
            return ignore

    def _note(self, event: Event) -> None:
        self.events.append(event)
        self.progress(event)
        self._trace(event)
        self.follow(event)

    async def _keep(self) -> None:
        """Put the plan in the store, to the end even when the app is being left."""
        store, plan = self._store, self.plan
        if store is None or plan is None:
            return
        facts: dict[str, Any] = {
            "words": self.words,
            "options": self.options.model_dump(mode="json", exclude_none=True),
            "request": self.request,
            "plan": plan,
            "events": tuple(self.events),
            "backend": self.progress.backend,
            "overrides": self.overrides,
            "at": datetime.now(UTC),
        }

        def keep() -> None:
            try:
                if self.trip_id is None:
                    self.trip_id = store.keep(**facts)
                else:
                    store.replace(self.trip_id, **facts)
            except TripartiteError as error:
                self.warning = clean(error)

        await _to_the_end(asyncio.to_thread(keep))


def _assumptions(reading: Survey | Reading) -> list[str]:
    return [f"{n.field}: {n.value} ({n.words})" for n in reading.assumed]


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Wait for `work` whatever comes; who was cancelled meanwhile is cancelled after it.

    A worker of the app is cancelled as a task, which no cancel scope shields from.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
