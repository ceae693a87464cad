"""What places are called: as the plan has it, else as the atlas has it, else by their id.

Light to import: a request is described before there is any plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.atlas import loader
from agents.errors import TripartiteError, UnknownPlace
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


def sight(plan: TripPlan | None, id: str) -> str:
    """The name of a place by its id, "destination/place"."""
    where, _, place = id.partition("/")
    items = (item for day in plan.days for item in day.items) if plan else ()
    for item in items:
        if (item.destination, item.place_id) == (where, place):
            return item.title
    try:
        return loader.activity(where, place).name
    except TripartiteError:
        return clean_line(place or id).replace("-", " ")


def land(id: str) -> str:
    """The name of a part of the world, as one says it after "in"."""
    try:
        return loader.land(id).name
    except UnknownPlace:
        return clean_line(id)


def country(code: str) -> str:
    """The name of a country by its ISO 3166 code of two letters."""
    try:
        return loader.country(code).name
    except UnknownPlace:
        return clean_line(code)
