"""What is fixed, entry by entry: to be listed, taken away and added to in a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from agents.atlas import loader, names
from agents.errors import FieldProblem
from agents.request import Commitment
from planner.intake.facets import problems_with
from planner.intake.fixed import appointment, kind_words
from planner.intake.options import Options
from planner.intake.reading import survey
from planner.intake.wishes import vocabulary
from planner.views.names import sight

FIELDS = ("musts", "nevers", "commitments")
_NO_DESTINATION = "no destination is chosen yet; say where first, then name a place there"


class Entry(NamedTuple):
    """One thing that is fixed: a field of the options, what it holds there, and how it is shown."""

    field: str
    value: str | Commitment
    words: str


def entries(options: Options) -> tuple[Entry, ...]:
    """Every entry of the options."""
    return tuple(
        Entry(field, value, _words(value))
        for field in FIELDS
        for value in getattr(options, field) or ()
    )


def entry_named(field: str, text: str, *, beside: Options, today: date) -> Entry | FieldProblem:
    """The entry that is meant, or why there is none. `beside` holds the destinations and the days."""
    options = Options.model_validate({field: (text,)})
    if wrong := problems_with("fixed", options, today=today, beside=beside):
        return wrong[0]
    (text,) = getattr(options, field)
    alone = beside.model_copy(update={field: (text,)})
    found = getattr(survey("", today=today, options=alone).draft, field)
    if not found:
        return FieldProblem(field, _NO_DESTINATION)
    if field == "commitments":  # as words, so that it follows the days of the trip
        return Entry(field, text, ", ".join(map(_words, found)))
    return Entry(field, found[0], _words(found[0]))


def with_entries(kept: Sequence[Entry], before: Sequence[Entry]) -> Mapping[str, Any]:
    """The fields of the options that these entries fill, those that are as before left out."""
    return {
        field: tuple(e.value for e in kept if e.field == field)
        for field in FIELDS
        if [e for e in kept if e.field == field] != [e for e in before if e.field == field]
    }


def sights(beside: Options) -> tuple[str, ...]:
    """The names of all places in the chosen destinations."""
    matches = (names.resolve(name) for name in beside.to or ())
    ids = (id for match in matches if match for id in match.ids)
    return tuple(place.name for id in ids for place in loader.destination(id).activities)


def kinds() -> tuple[str, ...]:
    """The kinds of places that can be left out as a whole."""
    return tuple(kind_words(kind) for kind in vocabulary()["nevers"])


def _words(value: str | Commitment) -> str:
    if isinstance(value, Commitment):
        return appointment(value)
    if value.startswith("kind:"):
        return kind_words(value.removeprefix("kind:"))
    return sight(None, value) if "/" in value else value
