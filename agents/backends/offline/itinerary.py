"""The offline policy of the itinerary agent: a day for each area, checked against its hours."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TypeAlias

from agents.agent import Task
from agents.atlas.vocabulary import ActivityKind
from agents.backends.rules.drafting import (
    ANCHORS,
    DAY_TRIP_FROM_DAYS,
    pool_of,
    split_nights,
    stop_at,
)
from agents.backends.rules.saying import say
from agents.backends.rules.wishes import candidates, fit
from agents.events import Emit, Found
from agents.findings import Anchor, Draft, DraftDay, ItineraryDraft
from agents.request import Effort, Relation
from agents.text import short_date
from agents.tools import (
    DestinationFact,
    PlaceFact,
    day_feasibility,
    destination_facts,
    public_holidays,
    sun_times,
)
from agents.visits import weight

Rated: TypeAlias = list[tuple[float, PlaceFact]]
"""Places, and how well each fits; best first."""
TRIES = 3
"""How many sets of anchors a day gets before it is left to the others."""

HALF_A_DAY = 210
"""Minutes that there are for visits on a day that one arrives or leaves."""


async def draft(task: Task[ItineraryDraft], emit: Emit) -> ItineraryDraft:
    """A draft for each destination that may win, or one over all of them in turn."""
    request = task.brief.request
    names = await candidates(task)
    routes = [names] if request.relation in (Relation.ONE, Relation.THEN) else [(n,) for n in names]
    drafts: list[tuple[float, Draft]] = []
    for route in routes:
        worth, one = await _draft(task, route, emit)
        drafts.append((worth, one))
        drafts.sort(key=lambda pair: (-pair[0], pair[1].stops))
        task.keep(ItineraryDraft(drafts=tuple(d for _, d in drafts)))
    return ItineraryDraft(drafts=tuple(d for _, d in drafts))


async def _draft(
    task: Task[ItineraryDraft], route: tuple[str, ...], emit: Emit
) -> tuple[float, Draft]:
    """The draft over `route`, which is told, and how much its anchors are worth a day."""
    request = task.brief.request
    pools: dict[str, Rated] = {}
    facts: dict[str, DestinationFact] = {}
    for where in route:
        facts[where] = await task.tools(destination_facts, where)
        pools[where] = await pool_of(task, where)
    nights = split_nights(request.dates.nights, request.stay_nights, [len(pools[w]) for w in route])
    days: list[DraftDay] = []
    used: set[str] = set()
    worth = 0.0
    for offset in range(request.dates.days):
        where = stop_at(route, nights, offset)
        day = request.dates.start + timedelta(days=offset)
        full = 0 < offset < request.dates.nights
        drafted, gained = await _day(task, facts[where], pools[where], used, day, full, emit)
        days.append(drafted)
        worth += gained
    if request.effort is not Effort.INSTANT:
        await _mind_the_season(task, route[0], emit)
    anchors = sum(len(d.anchors) for d in days)
    reason = f"{anchors} anchors over {len(days)} days"
    names = " then ".join(facts[where].name for where in route)
    emit(Found(agent=task.name, subject=names, reason=reason))
    cited = tuple(dict.fromkeys(e for d in days for a in d.anchors for e in a.evidence))[:40]
    return worth / len(days), Draft(
        stops=route, nights=nights, days=tuple(days), reason=reason, evidence=cited
    )


async def _mind_the_season(task: Task[ItineraryDraft], where: str, emit: Emit) -> None:
    """Look at daylight and holidays once, and say what they mean for the days."""
    dates = task.brief.request.dates
    sun = await task.tools(sun_times, where, dates.start)
    holidays = await task.tools(public_holidays, where, dates.start, dates.end)
    if sun.set is not None:
        say(task, emit, f"Views and gardens before {sun.set:%H:%M}: {sun.claim}.")
    if holidays.days:
        say(task, emit, f"Mind the doors: {holidays.claim}.")


async def _day(
    task: Task[ItineraryDraft],
    facts: DestinationFact,
    pool: Rated,
    used: set[str],
    day: date,
    full: bool,
    emit: Emit,
) -> tuple[DraftDay, float]:
    """One day: the area with most left to see, tried against that date's opening hours."""
    closed: set[str] = set()
    wanted = ANCHORS[task.brief.request.pace] if full else 2
    for _ in range(TRIES):
        anchors = _pick(
            pool,
            used | closed,
            wanted,
            full,
            full and task.brief.request.dates.days >= DAY_TRIP_FROM_DAYS,
        )
        if not anchors:
            break
        ids = tuple(p.place for _, p in anchors)
        check = await task.tools(day_feasibility, facts.id, day, ids, 600)
        if check.feasible:
            used.update(ids)
            area = anchors[0][1]
            names = ", ".join(p.name for _, p in anchors)
            say(task, emit, f"{short_date(day)}, {facts.name}: {area.area_name} with {names}.")
            return (
                DraftDay(
                    destination=facts.id,
                    theme=_theme(area, anchors),
                    area=area.area,
                    anchors=tuple(
                        Anchor(
                            place=p.place,
                            reason=fit(p, task.brief.request)[1],
                            evidence=(p.key,),
                        )
                        for _, p in anchors
                    ),
                ),
                sum(score for score, _ in anchors),
            )
        at_fault = {
            p.place for _, p in anchors if any(p.name in problem for problem in check.problems)
        }
        closed |= at_fault or {anchors[-1][1].place}
        problem = check.problems[0]
        say(task, emit, f"{short_date(day)} does not work that way ({problem}); trying others.")
    return DraftDay(destination=facts.id, theme=f"{facts.name} at leisure"), 0.0


def _theme(first: PlaceFact, anchors: Rated) -> str:
    if first.kind is ActivityKind.DAY_TRIP:
        return f"Out to {first.area_name}"
    areas = list(dict.fromkeys(p.area_name for _, p in anchors))
    return " and ".join(areas[:2])


def _pick(pool: Rated, taken: set[str], wanted: int, full: bool, day_trip: bool) -> Rated:
    """The best area that is left for a day, full or not: its best places, or a single day trip."""
    areas: dict[str, Rated] = defaultdict(list)
    in_town: list[Rated] = []
    trips: list[Rated] = []
    for score, place in pool:
        if place.place not in taken:
            areas[place.area].append((score, place))
    for places in areas.values():
        trip = places[0][1].kind is ActivityKind.DAY_TRIP
        (trips if trip else in_town).append(places)
    if not full:
        return max(in_town, key=_worth_of_half_a_day, default=[])[:wanted]
    choices = [a[:wanted] for a in in_town] + [a[:1] for a in trips if day_trip]
    return max(choices, key=_worth, default=[])


def _worth(anchors: Rated) -> float:
    return sum(score * weight(place.minutes) for score, place in anchors)


def _worth_of_half_a_day(places: Rated) -> float:
    """How well an area fills the few hours: there one long visit counts as much as several."""
    left, worth = HALF_A_DAY, 0.0
    for score, place in places:
        spent = min(place.minutes, left)
        worth += score * spent
        left -= spent
    return worth
