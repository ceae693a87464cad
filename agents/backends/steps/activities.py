"""Finding activities in small questions: a short list of places each, to choose from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model

from agents.agent import Task
from agents.backends.answers.grounding import ground
from agents.backends.rules.gathering import BOOK_EARLY, Sieve, gather, tips_on
from agents.backends.rules.wishes import candidates, promise
from agents.backends.steps.questions import (
    MOST_POINTS,
    Ask,
    Points,
    Questions,
    described,
    listed,
)
from agents.errors import AtlasError, ToolError
from agents.events import Emit, Found
from agents.findings import ActivityFinds, Find, Tip
from agents.text import Line
from agents.tools import DestinationFact, PlaceFact, destination_facts

MOST_AT_ONCE = 15
_QUESTION = """\
Which of these places in {name} suit this trip? Each begins with its id:
{places}
Choose all that are worth the time, best first, and leave out the others. For each give its id, how
well it fits from 0 to 10, and why in a few words."""


async def find(task: Task[ActivityFinds], emit: Emit, ask: Ask) -> ActivityFinds:
    """Gather and sift by code, let the model choose; keeps what is found after each list."""
    questions, sieve = Questions(task, emit, ask), Sieve(task)
    finds: list[Find] = []
    tips: list[Tip] = []

    def so_far() -> ActivityFinds:
        return ActivityFinds(finds=tuple(finds), ruled_out=tuple(sieve.ruled_out), tips=tuple(tips))

    names = await candidates(task)
    for number, where in enumerate(names):
        try:
            facts = await task.tools(destination_facts, where)
            gathered = await gather(task, facts, emit)
            found = [place for place in gathered if await sieve.passes(place)]
        except (AtlasError, ToolError) as error:
            questions.say(f"{where}: left out, {error}.")
            continue
        share = max(1, questions.left // (len(names) - number))
        for places in _lists(task, found, share):
            chosen = await _choose(task, questions, facts, places)
            finds += chosen
            for one in chosen:
                if one.fit >= BOOK_EARLY:
                    place = next(p.name for p in places if p.place == one.place)
                    emit(Found(agent=task.name, subject=place, reason=one.reason))
            if finds:
                task.keep(so_far())
        kept = {f.place for f in finds if f.destination == where}
        tips += tips_on(facts, found, kept) if kept else []
        questions.say(f"{facts.name}: {len(kept)} of {len(found)} places chosen.")
    if not finds:
        raise questions.nothing_found()
    return so_far()


def _lists(task: Task[Any], found: list[PlaceFact], most: int) -> list[list[PlaceFact]]:
    """At most `most` short lists, those that promise most first."""
    ranked = sorted(found, key=lambda p: (-promise(p, task.brief.request), p.place))
    ranked = ranked[: most * MOST_AT_ONCE]
    return [ranked[i : i + MOST_AT_ONCE] for i in range(0, len(ranked), MOST_AT_ONCE)]


async def _choose(
    task: Task[ActivityFinds], questions: Questions, facts: DestinationFact, places: list[PlaceFact]
) -> list[Find]:
    words = _QUESTION.format(name=facts.name, places=listed([described(p) for p in places]))
    answer: Any = await questions.ask(facts.name, words, _choices(places))
    if answer is None:
        return []
    found: dict[str, Find] = {}
    for choice in answer.choices:
        found.setdefault(
            choice.place,
            Find(
                destination=facts.id,
                place=choice.place,
                fit=choice.fit / MOST_POINTS,
                reason=choice.why,
            ),
        )
    return list(ground(task, ActivityFinds(finds=tuple(found.values())))[0].finds)


def _choices(places: list[PlaceFact]) -> type[BaseModel]:
    ids: Any = Literal[tuple(p.place for p in places)]
    choice = create_model("Choice", place=(ids, ...), fit=(Points, ...), why=(Line, ""))
    chosen: Any = Annotated[tuple[choice, ...], Field(min_length=1, max_length=len(places))]
    return create_model("Choices", choices=(chosen, ...))
