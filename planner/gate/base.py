"""How a check is written: a function that yields what is wrong, with a name and a weight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from agents.atlas.loader import activity, destination
from agents.atlas.records import Activity, Destination
from agents.errors import UnknownPlace
from agents.request import TripRequest
from agents.text import short_date
from planner.plan import Check, Day, Item, Meal, TripPlan, Visit

SHOWN = 3


class Fault(NamedTuple):
    """One thing that is wrong, and the place at fault, as "destination/place"."""

    words: str
    place: str = ""


@dataclass(frozen=True)
class View:
    """A plan, as the checks look at it. Nothing of how it was made is known here."""

    plan: TripPlan

    @property
    def request(self) -> TripRequest:
        return self.plan.request

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items of the trip in order of their start."""
        return tuple(sorted((i for d in self.plan.days for i in d.items), key=lambda i: i.start))

    @cached_property
    def visits(self) -> tuple[tuple[Day, Visit], ...]:
        return tuple((d, i) for d in self.plan.days for i in d.items if isinstance(i, Visit))

    @cached_property
    def at_places(self) -> tuple[tuple[Day, Visit | Meal, Activity], ...]:
        """Visits and meals at places the atlas knows."""
        found = []
        for day in self.plan.days:
            for item in day.items:
                if isinstance(item, (Visit, Meal)) and item.place_id:
                    record = known(item.destination, item.place_id)
                    if record is not None:
                        found.append((day, item, record))
        return tuple(found)

    def pairs(self) -> Iterator[tuple[Item, Item]]:
        return pairwise(self.items)


Rule = Callable[[View], Iterator[Fault]]


@dataclass(frozen=True)
class NamedRule:
    id: str
    hard: bool
    holds: str
    """What is true when nothing is wrong."""
    rule: Rule

    def check(self, view: View) -> Check:
        try:
            faults = list(self.rule(view))
        except UnknownPlace as error:
            faults = [Fault(str(error))]
        words = "; ".join(f.words for f in faults[:SHOWN])
        if len(faults) > SHOWN:
            words += f"; and {len(faults) - SHOWN} more"
        return Check(
            id=self.id,
            hard=self.hard,
            passed=not faults,
            detail=words or self.holds,
            places=tuple(dict.fromkeys(f.place for f in faults if f.place)),
        )


RULES: list[NamedRule] = []


def hard(id: str, holds: str) -> Callable[[Rule], Rule]:
    """Register a check that a plan must pass."""
    return _register(id, True, holds)


def soft(id: str, holds: str) -> Callable[[Rule], Rule]:
    """Register a check that only warns."""
    return _register(id, False, holds)


def _register(id: str, is_hard: bool, holds: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        RULES.append(NamedRule(id, is_hard, holds, rule))
        return rule

    return register


def known(destination_id: str, place_id: str) -> Activity | None:
    """The record of a place, or None when the atlas has none."""
    try:
        return activity(destination_id, place_id)
    except UnknownPlace:
        return None


def place_of(item: Item) -> Destination:
    return destination(item.destination)


def name_of(item: Item) -> str:
    return f"{item.destination}/{item.place_id}" if item.place_id else ""


def clock(item: Item) -> str:
    """ "Tue 11 May 10:00" for a message."""
    return f"{short_date(item.start)} {item.start:%H:%M}"
