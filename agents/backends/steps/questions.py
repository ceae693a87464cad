"""One small question at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, Field

from agents.agent import Task
from agents.backends.answers.contacts import without_contacts
from agents.backends.answers.figures import figures_in
from agents.backends.answers.known import Known
from agents.backends.prompting import as_json, brief_words
from agents.backends.rules.saying import say
from agents.errors import ContextOverflow, Declined, InvalidOutput
from agents.events import Emit
from agents.request import TripRequest
from agents.text import clean_line
from agents.tools import PlaceFact

MOST_QUESTIONS = 24
"""One agent asks no more, those that are asked again included."""
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
        self.left = MOST_QUESTIONS
        limit = task.meter.limits.requests
        if limit is not None:
            self.left = min(self.left, limit - task.meter.used.requests)

    async def ask(self, about: str, words: str, answer: type[Answer]) -> Answer | None:
        """The answer to `words`, which follow the request; None when there was none that fits."""
        if self.left <= 0:
            return None
        self.left -= 1
        try:
            return await self._ask(f"{self._beginning}\n{words}", answer)
        except (InvalidOutput, Declined, ContextOverflow) as error:
            self.say(f"{about}: no usable answer, left out ({clean_line(error, 160)}).")
            return None

    def say(self, words: str) -> None:
        say(self._task, self._emit, words)

    def nothing_found(self) -> InvalidOutput:
        return InvalidOutput(
            f"{self._task.name}: the model answered none of the small questions as it was asked; "
            "try again, or choose another model"
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
