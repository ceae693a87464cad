"""Words and options become one request, with a note on everything that was read or assumed."""

from __future__ import annotations

from datetime import date

from agents.errors import FieldProblem, RequestError
from agents.request import Effort, Frozen, TripRequest
from planner.intake.draft import Draft
from planner.intake.notes import Log, Note
from planner.intake.options import Options
from planner.intake.passage import Passage
from planner.intake.reader import Reader


class Reading(Frozen):
    """A request, and how it came about."""

    request: TripRequest
    understood: tuple[Note, ...]
    assumed: tuple[Note, ...]
    """What was filled in, and why."""
    unread: tuple[str, ...]
    """Words that look meaningful and could not be read."""


class Survey(Frozen):
    """What is known of a request that may still be half typed."""

    request: TripRequest | None = None
    """None as long as there is a problem."""
    understood: tuple[Note, ...] = ()
    assumed: tuple[Note, ...] = ()
    unread: tuple[str, ...] = ()
    problems: tuple[FieldProblem, ...] = ()
    draft: Draft = Draft()
    """What is resolved of the request, which may be None."""
    usual_effort: Effort = Effort.THINKING
    """The mode when none is said."""


def survey(
    words: str = "",
    *,
    today: date,
    options: Options | None = None,
    usual_effort: Effort = Effort.THINKING,
) -> Survey:
    """How far the words and options go towards a request, whatever is typed.

    The options override the words field by field; the effort is the usual one unless one of them
    says another. The same words on the same day give the same
    survey.
    """
    log = Log()
    reader = Reader(Passage(words), today, options or Options(), log, usual_effort)
    request = reader.request()
    return Survey(
        request=request,
        understood=tuple(log.understood),
        assumed=tuple(log.assumed),
        unread=tuple(log.unread),
        problems=tuple(dict.fromkeys(log.problems)),
        draft=reader.draft,
        usual_effort=usual_effort,
    )


def read(words: str = "", *, today: date, options: Options | None = None) -> Reading:
    """The request in a traveller's words, overridden field by field by the options.

    Raises RequestError with a problem for each field that cannot be planned.
    """
    found = survey(words, today=today, options=options)
    if found.request is None:
        raise RequestError(found.problems)
    return Reading(
        request=found.request,
        understood=found.understood,
        assumed=found.assumed,
        unread=found.unread,
    )
