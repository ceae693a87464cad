"""Comparing destinations in small questions: one for each, with the figures that there are."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, create_model

from agents.agent import Task
from agents.backends.prompting import fenced
from agents.backends.rules.criteria import criteria_of, sent_back
from agents.backends.rules.wishes import candidates
from agents.backends.steps.questions import MOST_POINTS, Ask, Points, Questions, reason_from
from agents.errors import AtlasError, ToolError
from agents.events import Emit, Found
from agents.findings import Criterion, DestinationComparison, RatedDestination, RuledOut
from agents.text import Line
from agents.tools import destination_facts

_QUESTION = """\
How well does {name} suit this trip? These are the facts:
{facts}
Score each from 0 (speaks against it) to 10 (as good as can be) for these travellers, and say why
in a few words. Use no figure that is not in the facts."""


async def compare(task: Task[DestinationComparison], emit: Emit, ask: Ask) -> DestinationComparison:
    """Rate every candidate; keeps what is rated after each."""
    questions = Questions(task, emit, ask)
    rated: list[RatedDestination] = []
    ruled_out: list[RuledOut] = []
    names: dict[str, str] = {}
    for id in await candidates(task):
        try:
            facts = await task.tools(destination_facts, id)
            given, out = await criteria_of(task, facts)
        except (AtlasError, ToolError) as error:
            questions.say(f"{id}: left out, {error}.")
            continue
        names[id] = facts.name
        ruled_out += out
        told = {c.name: c.reason for c in given}
        words = _QUESTION.format(name=facts.name, facts=fenced(told))
        scores = await questions.ask(facts.name, words, _scores(given))
        if scores is None:
            continue
        criteria = [_scored(task, criterion, scores) for criterion in given]
        place = RatedDestination(
            destination=id, criteria=(*criteria, *sent_back(task, id, (facts.key,)))
        )
        rated.append(place)
        best = max(criteria, key=lambda c: c.score)
        questions.say(f"{facts.name} comes to {place.total:.2f}. For it: {best.reason}.")
        task.keep(_comparison(rated, ruled_out))
    if not rated:
        raise questions.nothing_found()
    result = _comparison(rated, ruled_out)
    if len(rated) > 1:
        first, second = result.rated[:2]
        lead = f"leads by {first.total - second.total:.2f} over {names[second.destination]}"
        emit(Found(agent=task.name, subject=names[first.destination], reason=lead))
    return result


def _comparison(rated: list[RatedDestination], ruled_out: list[RuledOut]) -> DestinationComparison:
    ranked = sorted(rated, key=lambda r: (-r.total, r.destination))
    return DestinationComparison(rated=tuple(ranked), ruled_out=tuple(ruled_out))


def _scores(given: list[Criterion]) -> type[BaseModel]:
    """A score and a reason for each criterion, all side by side."""
    fields: dict[str, Any] = {}
    for criterion in given:
        fields[criterion.name] = (Points, ...)
        fields[f"{criterion.name}_why"] = (Annotated[Line, Field(max_length=300)], "")
    return create_model("Scores", **fields)


def _scored(task: Task[Any], given: Criterion, scores: BaseModel) -> Criterion:
    """The criterion with the model's score, and its reason unless that says more than is known."""
    said = getattr(scores, f"{given.name}_why")
    reason = reason_from(said, given.reason, task.brief.request)
    score = getattr(scores, given.name) / MOST_POINTS
    return given.model_copy(update={"score": score, "reason": reason})
