"""What drafting days has in common, by rules or by a model: nights, and what days can be built on."""

from __future__ import annotations

from typing import Any

from agents.agent import Task
from agents.atlas.vocabulary import ActivityKind
from agents.backends.rules.wishes import barrier, promise, refused
from agents.request import Pace
from agents.tools import PlaceFact, find_activities

ANCHORS = {Pace.RELAXED: 2, Pace.NORMAL: 3, Pace.FULL: 4}
DAY_TRIP_FROM_DAYS = 3


async def pool_of(task: Task[Any], where: str) -> list[tuple[float, PlaceFact]]:
    """What a day can be built around and how well it fits, best first."""
    request = task.brief.request
    sent_back = refused(task)
    places = await task.tools(
        find_activities, where, interests=request.interests, step_free=request.needs.step_free
    )
    rated = [
        (promise(p, request) + (1.0 if f"{where}/{p.place}" in request.musts else 0.0), p)
        for p in places
        if barrier(p, request) is None
        and f"{where}/{p.place}" not in sent_back
        and p.kind is not ActivityKind.EVENING
        and not p.meals
    ]
    return sorted(rated, key=lambda pair: (-pair[0], pair[1].place))


def split_nights(total: int, wished: tuple[int, ...], sizes: list[int]) -> tuple[int, ...]:
    """As wished; else by how much there is to do, at least one night each while they last."""
    if wished:
        return wished
    if total < len(sizes):
        return tuple(int(i < total) for i in range(len(sizes)))
    nights = [1] * len(sizes)
    for _ in range(total - len(sizes)):
        emptiest = max(range(len(sizes)), key=lambda i: (sizes[i] / nights[i], -i))
        nights[emptiest] += 1
    return tuple(nights)


def stop_at(route: tuple[str, ...], nights: tuple[int, ...], offset: int) -> str:
    """Where one is on day `offset`: a day belongs to the place one arrives at."""
    place, passed = route[0], 0
    for name, count in zip(route, nights, strict=True):
        if offset >= passed:
            place = name
        passed += count
    return place
