"""A request in parts that a traveller can look at and correct one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from agents.errors import FieldProblem
from agents.request import Frozen, OpenWish, Tier, TripRequest
from agents.text import Line
from planner.intake.describe import COMFORT, amount, days, destinations, needs, party, period
from planner.intake.draft import Draft
from planner.intake.fixed import fixed
from planner.intake.notes import GIVEN, Note
from planner.intake.options import Options
from planner.intake.reader import NO_PLACE
from planner.intake.reading import Survey, survey

SHOWN_INTERESTS = 4


class Standing(StrEnum):
    """How a part of the request came about; what is only missing is not at fault."""

    OPEN = "not said"
    SAID = "said"
    ASSUMED = "assumed"
    CORRECTED = "corrected by hand"
    AT_FAULT = "at fault"


class Facet(Frozen):
    """One part of the request, and what it rests on."""

    value: Line
    standing: Standing
    reasons: tuple[Line, ...] = ()


class _Sort(NamedTuple):
    """What belongs to a part: its fields in the options, the notes and the problems."""

    options: tuple[str, ...]
    notes: tuple[str, ...]
    value: Callable[[TripRequest], str]
    so_far: Callable[[Survey], str] = lambda survey: ""
    """What is known of it without a whole request; "" for what its notes add up to."""
    unsaid: str = "not said"
    cleared: str = "none"
    also_faults: tuple[str, ...] = ()


def facets(survey: Survey, options: Options) -> dict[str, Facet]:
    """Every part by its name, in the order in which one speaks of a trip."""
    return {name: _facet(sort, survey, options) for name, sort in _SORTS.items()}


def is_corrected(facet: str, options: Options) -> bool:
    """Whether the options say anything about this part."""
    return any(getattr(options, field) is not None for field in _SORTS[facet].options)


def given_back(facet: str, options: Options) -> Options:
    """The options without this part, which is then as the words have it."""
    return options.model_copy(update=dict.fromkeys(_SORTS[facet].options))


def part_of(field: str) -> str:
    """The part that a field of a note or a problem belongs to; "" when to none."""
    return next((name for name, sort in _SORTS.items() if field in _fault_fields(sort)), "")


def problems_with(
    facet: str, options: Options, *, today: date, beside: Options | None = None
) -> tuple[FieldProblem, ...]:
    """What is wrong with this part of the options, whatever the words say.

    `beside` holds the other parts that it is to fit, such as the days of an appointment.
    """
    sort = _SORTS[facet]
    own = {field: value for field in sort.options if (value := getattr(options, field)) is not None}
    alone = (beside or Options()).model_copy(update=own)
    found = survey("", today=today, options=alone).problems
    said = is_corrected(facet, options)
    return tuple(p for p in found if said and p.field in _fault_fields(sort))


def _fault_fields(sort: _Sort) -> tuple[str, ...]:
    return (*sort.notes, *sort.also_faults)


def _facet(sort: _Sort, survey: Survey, options: Options) -> Facet:
    problems = [p.message for p in survey.problems if p.field in _fault_fields(sort)]
    said = [note for note in survey.understood if note.field in sort.notes]
    assumed = [note for note in survey.assumed if note.field in sort.notes]
    corrected = any(getattr(options, field) is not None for field in sort.options)
    faulty = any(not problem.startswith(NO_PLACE) for problem in problems)
    noted = said if said or problems else assumed
    known = sort.so_far(survey) or _noted(sort, noted)
    value = sort.value(survey.request) if survey.request else known
    nothing = sort.cleared if corrected else "not clear" if faulty else sort.unsaid
    standing = (
        (faulty and Standing.AT_FAULT)
        or (corrected and Standing.CORRECTED)
        or (assumed and Standing.ASSUMED)
        or (said and Standing.SAID)
        or Standing.OPEN
    )
    by_hand = ["Set by hand."] if corrected else []
    reasons = (*problems, *by_hand, *_reasons(said, assumed))
    return Facet(value=value or nothing, standing=standing, reasons=reasons)


def _noted(sort: _Sort, notes: Sequence[Note]) -> str:
    """What the notes on the first field that has any add up to."""
    first = next((note.field for note in notes), "")
    values = dict.fromkeys(note.value for note in notes if note.field == first)
    return ", ".join(COMFORT[Tier(v)] if first == "tier" else v for v in values)


def _reasons(said: Sequence[Note], assumed: Sequence[Note]) -> list[str]:
    words = [f"“{note.words}”" for note in said if note.words != GIVEN]
    heard = [f"You said {', '.join(dict.fromkeys(words))}."] if words else []
    return [*(f"Assumed {note.value}: {note.words}." for note in assumed), *heard]


def _where(request: TripRequest) -> str:
    anywhere = not request.destinations and request.open == OpenWish()
    return "anywhere" if anywhere else destinations(request)


def _when(wish: TripRequest | Draft) -> str:
    return f"{period(wish.dates.start, wish.dates.end)}, {days(wish.dates)}" if wish.dates else ""


def _fixed(wish: TripRequest | Draft) -> str:
    return ", ".join(fixed(wish))


def _mode(survey: Survey) -> str:
    said = (note.value for note in survey.understood if note.field == "effort")
    return next(said, survey.usual_effort)


def _interests(request: TripRequest) -> str:
    names = [interest.replace("-", " ") for interest in request.interests]
    more = len(names) - SHOWN_INTERESTS
    return ", ".join(names[:SHOWN_INTERESTS]) + (f" +{more}" if more > 0 else "")


_SORTS = {
    "where": _Sort(
        ("to", "relation", "stay_nights"),
        ("destinations", "open"),
        _where,
        also_faults=("relation", "stay_nights"),
    ),
    "when": _Sort(
        ("start", "end", "days", "nights", "any_day"),
        ("dates",),
        _when,
        lambda survey: _when(survey.draft),
    ),
    "who": _Sort(("adults", "children"), ("travellers",), party),
    "budget": _Sort(
        ("budget",),
        ("budget",),
        lambda r: amount(r.budget) if r.budget else "",
        unsaid="no limit",
        cleared="no limit",
    ),
    "origin": _Sort(("origin",), ("origin",), lambda r: r.origin.name if r.origin else ""),
    "interests": _Sort(("interests",), ("interests",), _interests, unsaid="any"),
    "fixed": _Sort(
        ("musts", "nevers", "commitments"),
        ("musts", "nevers", "commitments"),
        _fixed,
        lambda survey: _fixed(survey.draft),
        unsaid="none",
    ),
    "needs": _Sort(
        ("step_free", "diets", "no_flying"),
        ("needs",),
        lambda r: ", ".join(needs(r.needs)),
        unsaid="none",
        also_faults=("diets",),
    ),
    "pace": _Sort(("pace",), ("pace",), lambda r: r.pace, unsaid="normal"),
    "crowds": _Sort(("crowds",), ("crowds",), lambda r: r.crowds, unsaid="mixed"),
    "comfort": _Sort(
        ("tier",),
        ("tier",),
        lambda r: COMFORT[r.tier] if r.tier else "",
        unsaid="by budget",
        cleared="by budget",
    ),
    "mode": _Sort(("effort",), ("effort",), lambda r: r.effort, _mode),
}
