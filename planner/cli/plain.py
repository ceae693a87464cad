"""`tripartite --plain`: the whole story told and asked line by line.

For a screen reader, a script or a dumb terminal. Exit codes: 0 the traveller has left, 2 there is
no such backend, 130 ended with Ctrl-C, 128 and its number for another signal.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.errors import FieldProblem, RequestError, TripartiteError
from planner.cli.attend import ENDED, attend
from planner.cli.lines import Lines
from planner.cli.narrator import Narrator
from planner.cli.plain_commands import command_for, nearest
from planner.cli.wish import Wish, problems, understood
from planner.export.plain import PlainPlan, plain
from planner.export.spoken import sentence, spoken_date
from planner.session import EXAMPLES, Session

if TYPE_CHECKING:
    from planner.plan import TripPlan
    from planner.run import TripRun
    from planner.store import TripSummary

TRIPS_AT_FIRST = 5
WHAT_NEXT = "Now you can say: export calendar, decide, day 1, item 1.2, change, new, help or quit."
PLAN_AGAIN = "Type plan to hear all of it, decide for its decisions, help for what else there is."


def converse(backend: str | Sequence[str] | None = None, fallback: Sequence[str] = ()) -> int:
    """Talk until the traveller leaves, with what `Session.open` takes; returns the exit code."""
    lines = Lines()
    try:
        session = Session.open(backend, fallback)
    except RequestError as error:
        lines.say(*problems(error.problems))
        return 2
    return Conversation(session, lines).hold()


class Leave(Exception):
    """The conversation is over."""

    def __init__(self, code: int = 0) -> None:
        super().__init__()
        self.code = code


@dataclass
class Conversation:
    """What is being talked about: a wish, then a run and its plan."""

    session: Session
    lines: Lines
    wish: Wish = field(init=False)
    run: TripRun | None = None
    asking: bool = True
    """Whether what is typed belongs to the wish; else there is a plan, and only commands."""
    trips: list[TripSummary] = field(default_factory=list)
    """As they were listed last."""
    _told: set[str] = field(default_factory=set)
    _loop: asyncio.Runner = field(default_factory=asyncio.Runner)
    """One for the whole sitting, as a run belongs to the loop it was started in."""

    def __post_init__(self) -> None:
        self.wish = Wish(self.session)

    def hold(self) -> int:
        """The whole conversation; returns the exit code."""
        try:
            with self._loop:
                self._welcome()
                while (line := self.lines.ask(self._prompt)) is not None:
                    self._answer(line)
                self._plan_what_is_left()
        except Leave as leave:
            return leave.code
        except KeyboardInterrupt:
            self.lines.say("", "Ended.")
            return ENDED + signal.SIGINT
        return 0

    def leave(self) -> None:
        """End it. Raises Leave."""
        raise Leave

    def say(self, *lines: str) -> None:
        self.lines.say(*lines)

    def _welcome(self) -> None:
        self.say(
            "Tripartite plans trips: three agents search at the same time, code checks the plan.",
            self.who_works(),
        )
        if self.session.warning:
            self.say(sentence(self.session.warning))
        self.tell_examples()
        self.tell_trips(TRIPS_AT_FIRST)
        self.say(
            "Type what you wish for, in one line or more; an empty line then plans it. "
            "A number takes an example. Type help for the commands, quit to leave."
        )

    def who_works(self) -> str:
        """Which backend and mode are active, and where words go that leave this computer."""
        backend, mode = self.session.backend, self.session.settings.effort
        sent, bad = self.session.sent()
        where = f"But {sent}" if bad else f"{sent[:1].upper()}{sent[1:]}"
        return sentence(f"Backend: {backend.name}, {backend.about}", where, f"Mode: {mode}")

    @property
    def _prompt(self) -> str:
        if not self.asking:
            return "What next?"
        if self.wish.empty:
            return "Where to?"
        ready = self.wish.survey().request is not None
        return f"Anything else? {'An empty line plans it.' if ready else 'Or type undo.'}"

    def _answer(self, line: str) -> None:
        try:
            found = command_for(line, asking=self.asking)
            if found is not None:
                command, words = found
                if command.of_a_plan and self.plan is None:
                    self.say("There is no plan yet: type a wish, then an empty line.")
                else:
                    command.act(self, words)
            elif not self.asking:
                self.say(nearest(line))
            elif line.isdecimal() and self.wish.empty:
                self.take_example(int(line))
            else:
                self.add(line)
        except RequestError as error:
            self.say(*problems(error.problems))
        except TripartiteError as error:
            self.say(sentence(str(error)))
        except KeyboardInterrupt:
            self.say("", "Stopped.")

    def _plan_what_is_left(self) -> None:
        """A wish that came out of a pipe needs no empty line after it."""
        if self.asking and not self.wish.empty and not self.lines.by_hand and not self.lines.gone:
            try:
                self.go()
            except TripartiteError as error:
                self.say(sentence(str(error)))

    # The wish

    def add(self, line: str) -> None:
        """Take `line` into the wish, or plan it when there is none."""
        if not line:
            self.go()
            return
        self.wish.typed.append(line)
        self.tell_understood()

    def new(self, wish: Wish | None = None) -> None:
        """Talk about another wish."""
        self.wish = wish or Wish(self.session)
        self.asking = True
        self._told.clear()

    def tell_understood(self, *, whole: bool = False) -> None:
        """What is understood now; what was told before of this wish is not repeated."""
        if whole:
            self._told.clear()
        for line in understood(self.wish.survey()):
            if line not in self._told or line.startswith(("Understood", "Problem")):
                self._told.add(line)
                self.say(line)

    def tell_examples(self) -> None:
        self.say(*(sentence(f"Example {n}: {words}") for n, words in enumerate(EXAMPLES, start=1)))

    def take_example(self, number: int) -> None:
        """Make an example the wish. Raises RequestError."""
        if not 1 <= number <= len(EXAMPLES):
            raise RequestError(
                [FieldProblem("example", f"there is no {number}; there are 1 to {len(EXAMPLES)}")]
            )
        self.new(Wish(self.session, [EXAMPLES[number - 1]]))
        self.tell_understood()

    # Trips

    def tell_trips(self, most: int) -> None:
        """The trips that were planned last, by number. An unreadable store is told, not raised."""
        try:
            self.trips = self.session.store.recent(most)
        except TripartiteError as error:
            self.say(sentence(str(error)))
            return
        for number, trip in enumerate(self.trips, start=1):
            state = "complete" if trip.complete else "not complete"
            planned = f"planned on {spoken_date(trip.changed)}, {state}"
            self.say(sentence(f"Trip {number}: {trip.title}", planned))

    def trip(self, number: int) -> TripSummary:
        """A trip by its number in the list. Raises RequestError."""
        if not self.trips:
            self.trips = self.session.store.recent()
        if not 1 <= number <= len(self.trips):
            known = f"there are 1 to {len(self.trips)}" if self.trips else "none is kept yet"
            raise RequestError([FieldProblem("trip", f"there is no {number}; {known}")])
        return self.trips[number - 1]

    # The plan

    @property
    def plan(self) -> TripPlan | None:
        return self.run.plan if self.run else None

    def go(self) -> None:
        """Plan the wish, or say what is wrong with it."""
        if self.wish.empty:
            self.say("Nothing is asked for yet: say where to, when, for whom, for how much.")
            return
        survey = self.wish.survey()
        if survey.request is None:
            self.say(*problems(survey.problems))
            return
        self._remember()
        run = self.session.run(survey, self.wish.words, self.wish.options)
        self.work(run, run.start)

    def open(self, run: TripRun) -> None:
        """Go on with a trip from the store."""
        self.new(Wish(self.session, [run.words] if run.words else [], run.options))
        self._tell_again(run)

    def work(self, run: TripRun, step: Callable[[], Awaitable[None]]) -> None:
        """Carry out a step of a run, tell what happens, then the plan. Raises Leave."""
        first = run.plan is None
        run.follow = Narrator(self.say)
        stopping = "Stopping: what was found so far is planned. Ctrl-C again ends all."
        code = attend(self._loop.run, run, step, lambda: self.say(stopping))
        if code is not None:
            raise Leave(code)
        if run.warning:
            self.say(sentence(run.warning))
        if run.error:
            self.say(*(sentence(f"No new plan: {line}") for line in run.error.splitlines()))
        elif first and run.plan is not None:
            self.run, self.asking = run, False
            self.say("", plain(run.plan), WHAT_NEXT)
        else:
            self._tell_again(run)

    def _tell_again(self, run: TripRun) -> None:
        """The head of a plan that is not heard in full."""
        self.run, self.asking = run, False
        if run.plan is not None:
            self.say("", *PlainPlan(run.plan).head(), PLAN_AGAIN)

    def _remember(self) -> None:
        if self.wish.typed:
            try:
                self.session.store.remember(self.wish.words)
            except TripartiteError as error:
                self.say(sentence(str(error)))
