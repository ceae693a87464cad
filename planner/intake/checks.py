"""Whether a request makes sense on a given day, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from agents.atlas import loader
from agents.errors import FieldProblem, UnknownPlace
from agents.request import CommitmentKind, Dates, OpenWish, Relation, TripRequest

MAX_YEARS_AHEAD = 3


def check(request: TripRequest, today: date) -> tuple[FieldProblem, ...]:
    """Everything that cannot be planned; empty when all is well."""
    return tuple(FieldProblem(*problem) for rule in _RULES for problem in rule(request, today))


def check_dates(dates: Dates, today: date) -> tuple[FieldProblem, ...]:
    """Whether the trip starts in the past, or too far ahead."""
    return tuple(FieldProblem(*problem) for problem in _start(dates.start, today))


def _dates(request: TripRequest, today: date) -> Iterator[tuple[str, str]]:
    yield from _start(request.dates.start, today)


def _start(start: date, today: date) -> Iterator[tuple[str, str]]:
    if start < today:
        yield "dates", f"{start} is in the past; today is {today}, give a later date"
    if start > today + timedelta(days=365 * MAX_YEARS_AHEAD):
        yield "dates", f"{start} is more than {MAX_YEARS_AHEAD} years ahead; give an earlier date"


def _destinations(request: TripRequest, today: date) -> Iterator[tuple[str, str]]:
    ids = request.destinations
    if len(set(ids)) < len(ids):
        yield "destinations", "the same place is named twice; name each once"
    if request.relation is Relation.THEN and len(ids) > request.dates.days:
        yield (
            "destinations",
            f"{len(ids)} places do not fit {request.dates.days} days; drop one or add days",
        )
    if request.relation is Relation.ONE and len(ids) > 1:
        yield (
            "relation",
            "several places are named; say whether one *or* another, or one *then* another",
        )


def _open(request: TripRequest, today: date) -> Iterator[tuple[str, str]]:
    wish = request.open or OpenWish()
    named: list[tuple[Callable[[str], object], str]] = [
        *((loader.land, id) for id in wish.lands),
        *((loader.country, code) for code in wish.countries),
        *((loader.index_entry, id) for id in wish.without),
    ]
    for look_up, name in named:
        try:
            look_up(name)
        except UnknownPlace as error:
            yield "open", str(error)


def _places(request: TripRequest, today: date) -> Iterator[tuple[str, str]]:
    if both := sorted(set(request.musts) & set(request.nevers)):
        yield "musts", f"{', '.join(both)} cannot be both wanted and refused; drop one"
    for field, ids in (("musts", request.musts), ("nevers", request.nevers)):
        for id in ids:
            where = id.partition("/")[0]
            if "/" in id and request.destinations and where not in request.destinations:
                yield (
                    field,
                    (
                        f"{id} is not in {' or '.join(request.destinations)}; name {where} as well, or drop "
                        "it"
                    ),
                )


def _commitments(request: TripRequest, today: date) -> Iterator[tuple[str, str]]:
    starts = {
        kind: [c.start for c in request.commitments if c.kind is kind] for kind in CommitmentKind
    }
    arrivals, departures = starts[CommitmentKind.ARRIVAL], starts[CommitmentKind.DEPARTURE]
    if arrivals and departures and min(departures) <= max(arrivals):
        yield (
            "commitments",
            f"the departure at {min(departures)} is before the arrival; correct one of them",
        )


_RULES = (_dates, _destinations, _open, _places, _commitments)
