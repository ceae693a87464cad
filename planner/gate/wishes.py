"""Does the plan keep what the traveller said: commitments, musts, nevers, needs, destinations."""

from __future__ import annotations

from collections.abc import Iterator

from agents.atlas.loader import destination
from agents.atlas.names import lies_in
from agents.atlas.vocabulary import ActivityKind, Ease, Mode, StepFree
from agents.request import CommitmentKind, Relation
from agents.text import short_date
from planner.gate.base import Fault, View, clock, hard, known, name_of, place_of
from planner.journeys import at_home
from planner.pace import YOUNG
from planner.plan import Category, Committed, Leg, Meal


@hard("destinations", "the trip goes where you asked")
def destinations(view: View) -> Iterator[Fault]:
    request, went = view.request, tuple(s.destination for s in view.plan.stops)
    if request.relation in (Relation.ONE, Relation.THEN):
        if went != request.destinations:
            yield Fault(f"asked for {', '.join(request.destinations)}, planned {', '.join(went)}")
    elif request.relation is Relation.OPEN and request.open is not None:
        for stop in view.plan.stops:
            place, wish = destination(stop.destination), request.open
            if not lies_in(place, wish.regions, wish.countries, wish.lands):
                yield Fault(f"{place.name} is not where you wanted to go")
            if place.id in wish.without:
                yield Fault(f"{place.name} is where you did not want to go")
    elif request.relation is Relation.OR and not (
        len(went) == 1 and went[0] in request.destinations
    ):
        yield Fault(f"{', '.join(went)} is not one of {', '.join(request.destinations)}")


@hard("unique_places", "each place comes once")
def unique_places(view: View) -> Iterator[Fault]:
    seen: set[str] = set()
    for _, item, _ in view.at_places:
        name = name_of(item)
        if name in seen:
            yield Fault(f"{item.title} comes twice", name)
        seen.add(name)


@hard("commitments", "every commitment is kept, to the minute")
def commitments(view: View) -> Iterator[Fault]:
    for commitment in view.request.commitments:
        kept = any(
            isinstance(i, Committed)
            and i.title == commitment.label
            and i.start.replace(tzinfo=None) == commitment.start
            for i in view.items
        )
        if not kept:
            yield Fault(
                f"{commitment.label} ({short_date(commitment.start)} {commitment.start:%H:%M}) is not in the plan"
            )


@hard("musts", "everything you insisted on is in")
def musts(view: View) -> Iterator[Fault]:
    planned = {name_of(i) for i in view.items if i.place_id}
    for must in view.request.musts:
        where, _, id = must.partition("/")
        record = known(where, id)
        if must not in planned:
            yield Fault(f"{record.name if record else must} is not in the plan", must)


@hard("nevers", "nothing you refused is in")
def nevers(view: View) -> Iterator[Fault]:
    refused = set(view.request.nevers)
    for _, item, record in view.at_places:
        if {name_of(item), f"kind:{record.kind.value}"} & refused:
            yield Fault(f"{item.title} is in, though you refused it", name_of(item))


@hard("step_free", "every place is step-free by its record")
def step_free(view: View) -> Iterator[Fault]:
    if not view.request.needs.step_free:
        return
    for _, item, record in view.at_places:
        asked = name_of(item) in view.request.musts and record.step_free is StepFree.PARTLY
        if record.step_free is not StepFree.YES and not asked:
            grade = record.step_free.value if record.step_free else "unknown"
            yield Fault(f"{item.title} is not step-free (record: {grade})", name_of(item))


@hard("diet", "every meal can be had with your diet")
def diet(view: View) -> Iterator[Fault]:
    wanted = view.request.needs.diets
    graded: set[str] = set()
    for item in view.items:
        if not isinstance(item, Meal) or not wanted:
            continue
        record = known(item.destination, item.place_id) if item.place_id else None
        if record is not None:
            missing = [d.value for d in wanted if d not in record.diets]
            if missing:
                yield Fault(f"{item.title}: no record of {', '.join(missing)} food", name_of(item))
        elif item.destination not in graded:
            graded.add(item.destination)
            place = place_of(item)
            for need in wanted:
                if place.diets.get(need) in (Ease.HARD, None):
                    yield Fault(f"{need.value} food is hard to find in {place.name}")


@hard("children", "nothing is unfit for the children")
def children(view: View) -> Iterator[Fault]:
    if not any(age < YOUNG for age in view.request.children):
        return
    for _, item, record in view.at_places:
        if record.kind is ActivityKind.EVENING and not record.children:
            yield Fault(f"{item.title} is an evening for adults", name_of(item))


@hard("no_flying", "every way is there, and none is flown that should not be")
def no_flying(view: View) -> Iterator[Fault]:
    between = [
        i
        for i in view.items
        if isinstance(i, Leg) and i.cost is not None and i.cost.category is Category.TRAVEL
    ]
    if view.request.needs.no_flying:
        for leg in between:
            if leg.mode is Mode.FLIGHT:
                yield Fault(f"{leg.title} at {clock(leg)}, though you do not fly")
    ends = (view.plan.stops[0], view.plan.stops[-1]) if view.request.origin else ()
    expected = len(view.plan.stops) - 1
    if view.request.origin is not None:
        expected += sum(not at_home(view.request.origin, destination(s.destination)) for s in ends)
    if len(between) < expected:
        names = ", ".join(destination(s.destination).name for s in view.plan.stops)
        how = " without flying" if view.request.needs.no_flying else ""
        yield Fault(f"no way to {names} and back fits these dates{how}")


@hard("arrivals_named", "arrival and departure are yours")
def arrivals_named(view: View) -> Iterator[Fault]:
    for kind in (CommitmentKind.ARRIVAL, CommitmentKind.DEPARTURE):
        said = [c for c in view.request.commitments if c.kind is kind]
        if len(said) > 1:
            yield Fault(f"two times for one {kind.value}: {said[0].label} and {said[1].label}")
