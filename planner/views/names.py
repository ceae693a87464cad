"""What places are called: as the plan has it, else as the atlas has it, else by their id.

Light to import: a request is described before there is any plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.atlas import loader
from agents.errors import UnknownPlace
from agents.text import clean_line

if TYPE_CHECKING:
    from planner.plan import TripPlan


def city(plan: TripPlan | None, destination_id: str) -> str:
    """The name of a destination, which an old plan or request may have and the atlas no longer."""
    for stop in plan.stops if plan else ():
        if stop.destination == destination_id:
            return stop.name
    try:
        return loader.index_entry(destination_id).name
    except UnknownPlace:
        return clean_line(destination_id)


def country(code: str) -> str:
    """The name of a country by its ISO 3166 code of two letters."""
    try:
        return loader.country(code).name
    except UnknownPlace:
        return clean_line(code)
