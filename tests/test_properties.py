"""Whatever the agents claim: the plan stands up to an outsider, or says itself what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import anyio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from independent_checker import check
from pydantic import BaseModel

from agents.agent import Output, Task
from agents.atlas.loader import DATA, destination
from agents.atlas.vocabulary import ActivityKind, Diet
from agents.errors import BackendError, RequestError
from agents.events import Emit
from agents.findings import (
    ActivityFinds,
    Anchor,
    Criterion,
    DestinationComparison,
    Draft,
    DraftDay,
    Find,
    ItineraryDraft,
    RatedDestination,
    RuledOut,
    Tip,
)
from agents.request import (
    Budget,
    Commitment,
    CommitmentKind,
    Crowds,
    Dates,
    Effort,
    Needs,
    OpenWish,
    Origin,
    Pace,
    Relation,
    Traveller,
    TripRequest,
)
from planner.plan import TripPlan
from planner.trip import plan_trip

CITIES = ("lisbon", "paris", "tokyo")
REAL = {id: [a.id for a in destination(id).activities] for id in CITIES}
INVENTED = (
    *("palace-of-clouds", "The Louvre", "LOUVRE", "louvre ", "lisbon/jeronimos", "", "../lisbon"),
    *("Castle\nof \x1b[31mRed", "[/red] Tower", "\u202esdrawkcab", "x" * 500),
)
"""What a model may make up: near misses, paths, escapes, markup, nothing at all, too much."""
FAST = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

evidence = st.lists(
    st.sampled_from(("place/lisbon/jeronimos", "costs/paris/mid", "made/up", "said/nothing")),
    max_size=2,
).map(tuple)
reason = st.sampled_from(("", "worth it", "\x1b]0;title\x07bell"))
score = st.floats(0, 1)
cities = st.sampled_from((*CITIES, "atlantis"))


@st.composite
def places(draw: st.DrawFn, where: str | None = None) -> tuple[str, str]:
    """A destination and what is said to be in it: four in five are real."""
    city = where or draw(cities)
    real = city in REAL and draw(st.integers(0, 4)) > 0
    return city, draw(st.sampled_from(REAL[city] if real else INVENTED))


@st.composite
def finds(draw: st.DrawFn) -> ActivityFinds:
    def find(place: tuple[str, str], fit: float) -> Find:
        return Find(
            destination=place[0],
            place=place[1],
            fit=fit,
            reason=draw(reason),
            evidence=draw(evidence),
        )

    refused = places().map(lambda p: RuledOut(subject="/".join(p), reason="no"))
    tip = st.builds(Tip, destination=cities, text=reason, evidence=evidence)
    return ActivityFinds(
        finds=draw(st.lists(st.builds(find, places(), score), max_size=40)),
        ruled_out=draw(st.lists(refused, max_size=3)),
        tips=draw(st.lists(tip, max_size=3)),
    )


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    stops = draw(st.lists(cities, min_size=1, max_size=3))
    days = []
    for _ in range(draw(st.integers(0, 7))):
        city = draw(st.sampled_from(stops))
        anchors = draw(st.lists(places(where=city), max_size=5))
        days.append(
            DraftDay(
                destination=city,
                theme=draw(reason) or "a day",
                area=draw(st.sampled_from((None, "baixa", "nowhere"))),
                anchors=tuple(Anchor(place=p, evidence=draw(evidence)) for _, p in anchors),
            )
        )
    nights = draw(st.lists(st.integers(0, 9), max_size=3))
    return Draft(stops=tuple(stops), nights=tuple(nights), days=tuple(days))


criteria = st.lists(
    st.builds(
        Criterion,
        name=st.sampled_from(("price", "weather", "fit")),
        score=score,
        weight=st.floats(0.1, 10),
        evidence=evidence,
    ),
    max_size=4,
).map(tuple)
rated = st.builds(RatedDestination, destination=cities, criteria=criteria)
findings = st.fixed_dictionaries(
    {
        "itinerary": st.none() | st.builds(ItineraryDraft, drafts=st.lists(drafts(), max_size=3)),
        "destinations": st.none()
        | st.builds(DestinationComparison, rated=st.lists(rated, max_size=5)),
        "activities": st.none() | finds(),
    }
)


@st.composite
def requests(draw: st.DrawFn) -> TripRequest:
    relation = draw(st.sampled_from(Relation))
    count = {"one": 1, "open": 0}.get(relation.value, 2)
    named = tuple(draw(st.permutations(CITIES))[:count])
    start = date(2026, 12, 20) + timedelta(days=draw(st.integers(0, 300)))
    least = len(named) - 1 if relation is Relation.THEN else 0
    dates = Dates(start=start, end=start + timedelta(days=draw(st.integers(least, 6))))
    known = [f"{city}/{id}" for city in named for id in REAL[city]]
    some = st.lists(st.sampled_from(known), max_size=4, unique=True) if known else st.just([])
    chosen = draw(some)
    kinds = st.sampled_from([f"kind:{k.value}" for k in ActivityKind])
    return TripRequest(
        destinations=named,
        relation=relation,
        open=OpenWish() if relation is Relation.OPEN else None,
        dates=dates,
        origin=draw(st.none() | st.just(BERLIN)),
        travellers=(Traveller(), *(Traveller(age=a) for a in draw(ages))),
        budget=draw(st.none() | budgets),
        pace=draw(st.sampled_from(Pace)),
        crowds=draw(st.sampled_from(Crowds)),
        needs=draw(needs),
        musts=tuple(chosen[:2]),
        nevers=(*chosen[2:], *(draw(st.lists(kinds, max_size=1)) if not chosen else ())),
        commitments=_evening(draw(st.booleans()), dates),
        effort=Effort.INSTANT,
    )


BERLIN = Origin(
    name="Berlin",
    coordinates=(52.52, 13.40),
    time_zone="Europe/Berlin",
    country="DE",
    airport="BER",
)
ages = st.lists(st.integers(0, 17), max_size=2)
budgets = st.builds(
    Budget,
    amount=st.integers(50, 9000),
    currency=st.sampled_from(("EUR", "JPY", "USD")),
    per_person=st.booleans(),
)
needs = st.builds(
    Needs,
    step_free=st.booleans(),
    diets=st.lists(st.sampled_from(Diet), max_size=1).map(tuple),
    no_flying=st.booleans(),
)


def _evening(booked: bool, dates: Dates) -> tuple[Commitment, ...]:
    """A concert on the second of at least three days, or nothing."""
    if not booked or dates.days < 3:
        return ()
    start = datetime(dates.start.year, dates.start.month, dates.start.day, 19, 30)
    start += timedelta(days=1)
    return (Commitment(kind=CommitmentKind.EVENT, label="a concert", start=start, minutes=120),)


class FakeTeam:
    """Hands back what it was given, as three agents; None stands for one that fails."""

    name = "fake"

    def __init__(self, claimed: Mapping[str, BaseModel | None]) -> None:
        self._claimed = claimed

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        found: Any = self._claimed[task.name]
        if found is None:
            raise BackendError("the agent was not in the mood")
        output: Output = found
        return output


def plan_of(request: TripRequest, claimed: Mapping[str, BaseModel | None]) -> TripPlan | None:
    """The plan, or None when an open request met agents that named no destination."""

    async def planned() -> TripPlan:
        return await plan_trip(request, backend=FakeTeam(claimed))

    try:
        return anyio.run(planned)
    except (BackendError, RequestError):
        assert request.relation is Relation.OPEN
        return None


@FAST
@given(requests(), findings)
def test_no_plan_breaks_a_hard_constraint_without_saying_so(
    request: TripRequest, claimed: Mapping[str, BaseModel | None]
) -> None:
    plan = plan_of(request, claimed)
    if plan is None:
        return
    violations = check(json.loads(plan.model_dump_json()), DATA)
    assert not violations or plan.failed_checks, violations
    assert not (plan.complete and None in claimed.values())


@FAST
@given(requests(), findings)
def test_invented_names_are_reported_and_never_scheduled(
    request: TripRequest, claimed: Mapping[str, BaseModel | None]
) -> None:
    plan = plan_of(request, claimed)
    if plan is None:
        return
    known = {f"{city}/{id}" for city, ids in REAL.items() for id in ids}
    finds = claimed["activities"]
    if isinstance(finds, ActivityFinds):  # what was not asked for is dropped, the rest is told
        asked = {f.destination for f in finds.finds if f.place == "palace-of-clouds"}
        assert len(plan.unverified) >= bool(asked & set(request.destinations))
    assert {u.name for u in plan.unverified}.isdisjoint(known)
    for item in (i for d in plan.days for i in d.items if i.kind in {"visit", "meal"}):
        assert item.place_id is None or f"{item.destination}/{item.place_id}" in known
        assert item.kind == "meal" or item.place_id is not None


@settings(FAST, max_examples=15)
@given(requests(), findings)
def test_the_same_request_and_findings_give_the_same_bytes(
    request: TripRequest, claimed: Mapping[str, BaseModel | None]
) -> None:
    first, second = plan_of(request, claimed), plan_of(request, claimed)
    assert (first and first.model_dump_json()) == (second and second.model_dump_json())
