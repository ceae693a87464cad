"""How many: each number has one meaning, wherever it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from planner.plan import Committed, Meal, TripPlan, Visit
from planner.views import places


@dataclass(frozen=True)
class Counts:
    """Of a plan: `places` are visited, `tables` are where a meal has one, `fixed` is yours."""

    places: int
    tables: int
    fixed: int
    left_out: int

    @property
    def places_words(self) -> str:
        """ "8 places"."""
        return places_words(self.places)

    @property
    def planned_words(self) -> str:
        """ "8 places, 5 tables"; what there is none of is not told."""
        more = ((self.tables, "table"), (self.fixed, "appointment"))
        told = [f"{number} {what}{'s' * (number != 1)}" for number, what in more if number]
        return ", ".join([self.places_words, *told])


def counts(plan: TripPlan) -> Counts:
    """What the plan has, and how much of what was found it leaves out."""
    items = [item for _, _, item in places.items(plan)]
    return Counts(
        places=sum(isinstance(item, Visit) for item in items),
        tables=sum(isinstance(item, Meal) and item.place_id is not None for item in items),
        fixed=sum(isinstance(item, Committed) and item.place_id is not None for item in items),
        left_out=len(plan.left_out),
    )


def places_words(number: int) -> str:
    """ "1 place", "8 places"."""
    return f"{number} place{'s' * (number != 1)}"
