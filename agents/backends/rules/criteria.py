"""By what destinations are compared: figures from the tools, and how the rules would score them."""

from __future__ import annotations

from typing import Any

from agents.agent import Task
from agents.atlas.vocabulary import Ease
from agents.backends.rules.wishes import WARM_C, WET_MM, comfort
from agents.errors import AtlasError, ToolError
from agents.findings import Criterion, RuledOut
from agents.request import Tier, Warmth
from agents.tools import (
    CostsFact,
    DestinationFact,
    JourneyFact,
    climate,
    costs,
    find_activities,
    getting_there,
    public_holidays,
)

PLEASANT_C = (18.0, 27.0)
"""Daily highs that most people like in a city."""
EASY_JOURNEY_MINUTES, LONG_JOURNEY_MINUTES = 180, 1200
CHEAP_EUR, DEAR_EUR = 60, 260
"""A person's day (half a room and food), from very cheap to very dear."""


async def criteria_of(
    task: Task[Any], facts: DestinationFact
) -> tuple[list[Criterion], list[RuledOut]]:
    """What speaks for and against a destination, and whether it cannot be reached at all."""
    request = task.brief.request
    ruled_out: list[RuledOut] = []
    criteria = [
        await _weather(task, facts),
        await _interests(task, facts),
        await _cost(task, facts),
    ]
    if request.needs.step_free or request.needs.diets:
        criteria.append(await _needs(task, facts))
    if request.origin is not None:
        journey, criterion = await _journey(task, facts)
        if not journey.possible:
            ruled_out.append(
                RuledOut(subject=facts.id, reason=journey.reason, evidence=(journey.key,))
            )
        criteria.append(criterion)
    return criteria + await _crowding(task, facts), ruled_out


def sent_back(task: Task[Any], id: str, evidence: tuple[str, ...]) -> list[Criterion]:
    """What the checks said against a destination in an earlier round."""
    return [
        Criterion(name="last plan", score=0.0, weight=3.0, reason=f.detail, evidence=evidence)
        for f in task.brief.feedback
        if id in f.places
    ]


async def _weather(task: Task[Any], facts: DestinationFact) -> Criterion:
    request = task.brief.request
    usual = await task.tools(climate, facts.id, request.dates.start, request.dates.end)
    wish = request.open.warmth if request.open else None
    low, high = WARM_C[wish] if wish else PLEASANT_C
    dry = max(0.0, 1.0 - max(0.0, usual.rain_mm - 30) / (2 * WET_MM))
    score = 0.65 * comfort(usual.high_c, low, high) + 0.35 * dry
    return Criterion(
        name="weather",
        score=round(score, 3),
        weight=2.0 if wish is Warmth.WARM else 1.2,
        reason=f"usually up to {usual.high_c:.0f} °C, {usual.rain_mm:.0f} mm of rain a month",
        evidence=(usual.key,),
    )


async def _interests(task: Task[Any], facts: DestinationFact) -> Criterion:
    request = task.brief.request
    step_free = request.needs.step_free
    if not request.interests:
        places = await task.tools(find_activities, facts.id, step_free=step_free)
        score = min(1.0, len(places) / 26)
        reason = f"{len(places)} things to do in the atlas"
    else:
        counts = {}
        keys: list[str] = []
        for interest in request.interests:
            places = await task.tools(
                find_activities, facts.id, interests=(interest,), step_free=step_free
            )
            fitting = [p for p in places if interest in p.interests]
            counts[interest.value] = len(fitting)
            keys += [p.key for p in fitting[:3]]
        score = sum(min(1.0, n / 5) for n in counts.values()) / len(counts)
        reason = "places for " + ", ".join(f"{interest}: {n}" for interest, n in counts.items())
    cited = (facts.key,) if not request.interests else (facts.key, *dict.fromkeys(keys))
    return Criterion(
        name="interests", score=round(score, 3), weight=2.0, reason=reason, evidence=cited[:40]
    )


async def _cost(task: Task[Any], facts: DestinationFact) -> Criterion:
    request = task.brief.request
    tier = request.tier or Tier.MID
    price: CostsFact = await task.tools(costs, facts.id, tier, "EUR")
    room, food = (float(low + high) / 2 for low, high in (price.room, price.food))
    day = room / 2 + food
    score = max(0.0, min(1.0, (DEAR_EUR - day) / (DEAR_EUR - CHEAP_EUR)))
    return Criterion(
        name="cost",
        score=round(score, 3),
        weight=1.5 if request.budget else 1.0,
        reason=f"a person's day with half a room and food is about €{day:.0f} ({tier.value})",
        evidence=(price.key,),
    )


async def _needs(task: Task[Any], facts: DestinationFact) -> Criterion:
    request = task.brief.request
    score, reasons, cited = 1.0, [], [facts.key]
    if request.needs.step_free:
        places = await task.tools(find_activities, facts.id, step_free=True)
        score *= min(1.0, len(places) / 14) * (0.85 if facts.hilly else 1.0)
        hills = ", in a hilly city" if facts.hilly else ""
        reasons.append(f"{len(places)} step-free places{hills}")
        cited += [p.key for p in places[:10]]
    for diet in request.needs.diets:
        ease = facts.diets.get(diet, Ease.HARD)
        score *= {Ease.EASY: 1.0, Ease.POSSIBLE: 0.75, Ease.HARD: 0.3}[ease]
        reasons.append(f"{diet.value} food is {ease.value}")
    return Criterion(
        name="needs",
        score=round(score, 3),
        weight=2.0,
        reason="; ".join(reasons),
        evidence=tuple(cited),
    )


async def _journey(task: Task[Any], facts: DestinationFact) -> tuple[JourneyFact, Criterion]:
    request = task.brief.request
    assert request.origin is not None
    start = request.origin.airport or request.origin.name
    way = await task.tools(getting_there, start, facts.id, not request.needs.no_flying)
    if way.minutes is None or not way.possible:
        return way, Criterion(
            name="journey", score=0.0, weight=4.0, reason=way.reason, evidence=(way.key,)
        )
    span = LONG_JOURNEY_MINUTES - EASY_JOURNEY_MINUTES
    score = max(0.0, min(1.0, (LONG_JOURNEY_MINUTES - way.minutes) / span))
    return way, Criterion(
        name="journey", score=round(score, 3), weight=1.0, reason=way.claim, evidence=(way.key,)
    )


async def _crowding(task: Task[Any], facts: DestinationFact) -> list[Criterion]:
    """Public holidays in the dates count a little against a place; none is no criterion."""
    dates = task.brief.request.dates
    try:
        holidays = await task.tools(public_holidays, facts.id, dates.start, dates.end)
    except (AtlasError, ToolError):
        return []
    if not holidays.days:
        return []
    names = ", ".join(dict.fromkeys(name for _, name in holidays.days))
    return [
        Criterion(
            name="holidays",
            score=max(0.0, 1 - len(holidays.days) / dates.days),
            weight=0.4,
            reason=f"closed doors on {names}",
            evidence=(holidays.key,),
        )
    ]
