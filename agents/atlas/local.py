"""The way from one place of a destination to another, by what really runs there.

`agents.atlas.geo` estimates how long it takes; a record does not say by what. So: on foot where it
is near, by public transport in a city that has some, and further out by train only from a city in
a part of the world with railways. All else is a taxi or a bus: `Mode.BUS`.
"""

from __future__ import annotations

from agents.atlas.geo import Travel, travel
from agents.atlas.records import Coordinates, Destination
from agents.atlas.roads import rails_at
from agents.atlas.vocabulary import Kind, Mode

NO_CITY_TRANSIT = {"luxor", "siem-reap"}
"""Towns of which every reader would say city, with tuk-tuks, minibuses and taxis alone."""


def way_within(place: Destination, here: Coordinates, there: Coordinates) -> Travel:
    """From `here` to `there`, both of `place`: as long as `travel` says, by what runs there."""
    way = travel(here, there, place.hilly)
    return way if _runs(place, way.mode) else way._replace(mode=Mode.BUS)


def _runs(place: Destination, mode: Mode) -> bool:
    is_city = Kind.CITY in place.kinds
    if mode is Mode.TRAIN:
        return is_city and rails_at(place.coordinates, place.country) is not None
    return mode is Mode.WALK or (is_city and place.id not in NO_CITY_TRANSIT)
