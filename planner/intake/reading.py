"""Words and options become one request, with a note on everything that was read or assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pydantic import ValidationError

from agents.atlas import loader, names
from agents.atlas.records import Diet, Interest, Kind, Region
from agents.errors import FieldProblem, RequestError
from agents.request import (
    Budget,
    Commitment,
    Dates,
    Effort,
    Frozen,
    Needs,
    OpenWish,
    Origin,
    Pace,
    Relation,
    TripRequest,
)
from planner.intake import choices, commitments, money, origin, places, who, wishes
from planner.intake.checks import check
from planner.intake.dates import When
from planner.intake.notes import Log, Note
from planner.intake.options import Options
from planner.intake.passage import Passage
from planner.intake.stay import settle
from planner.intake.when import WhenReader

_ASKS_FOR_ANYWHERE = (
    r"(?:somewhere|anywhere|surprise (?:me|us)|where (?:should|can|could|to)|inspir\w+|any (?:city|place|destination)"
    r"|which (?:city|place|destination)|know where|no idea where|suggest\w*|recommend\w*)"
)


class Reading(Frozen):
    """A request, and how it came about."""

    request: TripRequest
    understood: tuple[Note, ...]
    assumed: tuple[Note, ...]
    """What was filled in, and why."""
    unread: tuple[str, ...]
    """Words that look meaningful and could not be read."""


def read(words: str = "", *, today: date, options: Options | None = None) -> Reading:
    """The request in a traveller's words, overridden field by field by the options.

    The same words on the same day give the same reading. Raises RequestError with a problem
    for each field that cannot be planned.
    """
    reader = _Reader(Passage(words), today, options or Options())
    return reader.read()


class _Reader:
    def __init__(self, passage: Passage, today: date, options: Options) -> None:
        self._passage, self._today, self._options = passage, today, options
        self._log = Log()

    def read(self) -> Reading:
        request = self._request()
        if request is None or self._log.problems:
            raise RequestError(self._log.problems)
        if problems := check(request, self._today):
            raise RequestError(problems)
        log = self._log
        return Reading(
            request=request,
            understood=tuple(log.understood),
            assumed=tuple(log.assumed),
            unread=tuple(log.unread),
        )

    def _request(self) -> TripRequest | None:
        passage, log, options = self._passage, self._log, self._options
        if passage.is_cut:
            log.assume("words", "the first 4,000 characters", "more than that is not read")
        amount = money.read_money(passage, log)
        appointments = commitments.read_appointments(passage, self._today, log)
        start = origin.read_origin(passage, log)
        where = places.read_places(passage, log)
        when = WhenReader(passage, self._today, log).read()
        travellers = who.read_travellers(passage, log, options.adults, options.children)
        manner = wishes.read_manner(passage, log)
        ids, relation, open_wish = self._where(where)
        chosen = choices.read_choices(passage, ids, log)
        interests = wishes.read_interests(passage, log)
        if relation is Relation.OPEN:
            open_wish = self._open_wish(where)
        mentioned = self._leftovers(ids)
        if options.commitments is not None:
            appointments = []
        if options.origin is not None:
            start = origin.origin_named(options.origin, log)
        when, appointments, ready = self._with_options(when, appointments)
        dates, stay_nights = self._dates(when, appointments, where, ids)
        if dates is None or travellers is None or not self._is_clear(ids, open_wish):
            return None
        fixed = [commitments.fix(a, dates, ids, log) for a in appointments]
        values = {
            "words": passage.text,
            "destinations": ids,
            "relation": relation,
            "open": open_wish,
            "stay_nights": stay_nights,
            "dates": dates,
            "origin": start,
            "travellers": travellers,
            "budget": self._budget(amount, dates),
            "tier": options.tier or manner.tier,
            "interests": self._interests(interests),
            "pace": options.pace or manner.pace or Pace.NORMAL,
            "needs": self._needs(manner.needs),
            "musts": self._places("musts", options.musts, (*chosen.musts, *mentioned), ids),
            "nevers": self._places("nevers", options.nevers, chosen.nevers, ids),
            "commitments": (*ready, *(c for c in fixed if c)),
            "effort": options.effort or manner.effort or Effort.THINKING,
        }
        return self._validated(values)

    def _validated(self, values: dict[str, object]) -> TripRequest | None:
        if self._log.problems:
            return None
        try:
            return TripRequest.model_validate(values)
        except ValidationError as error:
            for each in error.errors():
                field = ".".join(map(str, each["loc"]))
                message = each["msg"].removeprefix("Value error, ")
                named, _, rest = message.partition(": ")
                if not field and named in TripRequest.model_fields:
                    field, message = named, rest
                self._log.object_to(field or "request", message)
            return None
