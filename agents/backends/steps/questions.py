"""One small question at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, Field

from agents.agent import Task
from agents.backends.answers.contacts import without_contacts
from agents.backends.answers.figures import figures_in
from agents.backends.answers.known import Known
from agents.backends.facts import as_json
from agents.backends.prompting import brief_words
from agents.backends.rules.saying import say
from agents.errors import ContextOverflow, Declined, InvalidOutput
from agents.events import Emit
from agents.request import TripRequest
from agents.text import clean_line
from agents.tools import PlaceFact

MOST_QUESTIONS = 24
"""One agent asks no more, those that are asked again included."""
MOST_IN_VAIN = 2
"""After so many without an answer, and none before, there is no use in asking on."""
LONGEST_LINE = 260

Points = Annotated[int, Field(ge=0, le=10)]
"""A score as a weak model gives it: a grammar keeps to the limits of whole numbers, not of shares."""
MOST_POINTS = 10
Answer = TypeVar("Answer", bound=BaseModel)
A = TypeVar("A", bound=BaseModel)


class Ask(Protocol):
    """Puts one question to a model that knows nothing but `words`; `answer` is what it must fit.

    Raises InvalidOutput when no try fits, and what else a backend raises.
    """

    async def __call__(self, words: str, answer: type[A]) -> A: ...


class Questions:
    """The questions of one task. One without a fitting answer is left out, and said."""

    def __init__(self, task: Task[Any], emit: Emit, ask: Ask) -> None:
        self._task, self._emit, self._ask = task, emit, ask
        self._beginning = brief_words(task.brief)
        self._asked = self._answered = 0
        self._before = task.meter.used.requests
        self._why = ""

    @property
    def left(self) -> int:
        """How many may still be asked, by what was asked so far and by the limits."""
        meter = self._task.meter
        rest = min(meter.left("requests"), meter.whole.left("requests"))
        return int(max(0, min(MOST_QUESTIONS - self._taken, rest)))

    @property
    def _taken(self) -> int:
        """Requests: a question that is asked again takes more than one."""
        return max(self._asked, self._task.meter.used.requests - self._before)

    @property
    def last(self) -> bool:
        """Whether there is room for no more than one, by what one took so far."""
        return self.left < 2 * max(1.0, self._taken / max(1, self._asked))

    async def ask(self, about: str, words: str, answer: type[Answer]) -> Answer | None:
        """The answer to `words`, which follow the request; None when there was none that fits.

        Raises InvalidOutput when nothing that was asked so far was answered, and more is in vain.
        """
        if self.left <= 0:
            return None
        self._asked += 1
        try:
            given = await self._ask(f"{self._beginning}\n{words}", answer)
        except (InvalidOutput, Declined, ContextOverflow) as error:
            self._why = clean_line(error, 160)
            self.say(f"{about}: no usable answer, left out ({self._why}).")
            if not self._answered and self._asked >= MOST_IN_VAIN:
                raise self.nothing_found() from error
            return None
        self._answered += 1
        return given

    def say(self, words: str) -> None:
        say(self._task, self._emit, words)

    def nothing_found(self) -> InvalidOutput:
        return InvalidOutput(
            "the model answered none of the small questions as it was asked"
            f"{f' ({self._why})' if self._why else ''}; try again, or choose another model"
        )


def listed(lines: Sequence[str]) -> str:
    """Lines as data: one JSON text each, between tags that nothing in them can close."""
    rows = ",\n".join(as_json(clean_line(line, LONGEST_LINE)) for line in lines)
    return f"<data>\n[{rows}]\n</data>"


def described(place: PlaceFact) -> str:
    """What matters for choosing a place, its id first."""
    low, high = place.price_eur
    price = "free" if high == 0 else f"€{low:.0f}–{high:.0f}"
    about = [
        place.name,
        f"{place.kind.value} in {place.area}",
        f"{place.minutes} min",
        price,
        "indoors" if place.indoor else "outdoors",
        "famous" if place.icon else "",
        "suits children" if place.children else "",
        f"step-free: {place.step_free.value}" if place.step_free else "",
        ", ".join(i.value for i in place.interests),
    ]
    return f"{place.place}: {'; '.join(filter(None, about))}. {place.why}"


def reason_from(said: str, given: str, request: TripRequest) -> str:
    """What the model said, if it is something and has no figure that it was not given."""
    text = without_contacts(said)
    known = Known()
    known.add_text(given)
    known.add_request(request)
    return text if text and all(map(known.holds, figures_in(text))) else given
