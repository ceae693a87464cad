"""A destination's file to fill in, with a comment on every key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date

from agents.atlas import airports, names
from agents.atlas.airports import Airport
from agents.atlas.check import TODO
from agents.atlas.records import SLUG
from agents.atlas.vocabulary import ActivityKind, Diet, Ease, Interest, Kind, Mode, Region, StepFree
from agents.errors import UnknownPlace


def slug(name: str) -> str:
    """The id of a name: "São Paulo" becomes "sao-paulo".

    Raises UnknownPlace for a name with letters that are not Latin, or with none at all.
    """
    plain = airports.plain(name)
    if not plain or not plain.isascii():
        raise UnknownPlace(
            f"{name!r} cannot be made an id of a to z and 0 to 9; give one with --id"
        )
    return plain.replace(" ", "-")


def template(name: str, id: str, today: date) -> str:
    """TOML that parses and that `tripartite atlas check` finds fault with until it is filled in.

    What the airport of a city of that name tells is filled in: its code, country and time zone.
    Raises UnknownPlace when the atlas has the place, or when the id has not the form of one.
    """
    if not re.fullmatch(SLUG, id):
        raise UnknownPlace(f"{id!r} is no id; it is made of a to z and 0 to 9, with dashes between")
    for said in (name, id):
        known = names.resolve(said, cutoff=100.0)
        if known and known.kind is names.MatchKind.DESTINATION:
            raise UnknownPlace(f"{said!r} is {known.name}, which the atlas has already")
    near = next(iter(airports.airports_at(name)), None)
    return _HEAD.format(
        name=json.dumps(name, ensure_ascii=False), id=id, today=today, **_place(near), **_CHOICES
    )


def _place(airport: Airport | None) -> dict[str, str]:
    """What is known of a city by its airport; not where its centre is."""
    if airport is None:
        return {"country": TODO, "zone": TODO, "airport": TODO}
    return {"country": airport.country, "zone": airport.time_zone, "airport": airport.iata}


def _listed(values: Iterable[str]) -> str:
    return " ".join(values)


_CHOICES = {
    "regions": _listed(Region),
    "kinds": _listed(Kind),
    "interests": _listed(Interest),
    "activity_kinds": _listed(ActivityKind),
    "modes": _listed(Mode),
    "eases": _listed(Ease),
    "diets": _listed(Diet),
    "grades": _listed(StepFree),
}
_HEAD = """\
# Fill in every TODO, leave out what you do not know, and write your own sentences.
# Prices are [low, high] in the local currency, a fixed one twice; what is free is [0, 0].
# Check it with `tripartite atlas check`, then renew the index with `tripartite atlas index`.

id = "{id}"
name = {name}
# local_name = "as it is written there"
aliases = []  # other spellings people type
country = "{country}"  # ISO 3166, two letters
# subdivision = "TODO"  # the part of an ISO 3166-2 code after the dash, for regional holidays
region = "TODO"  # {regions}
kinds = []  # {kinds}
coordinates = [0.0, 0.0]  # of the centre: latitude, longitude
time_zone = "{zone}"
airports = ["{airport}"]  # scheduled flights within 150 km, nearest first
summary = "TODO"
as_of = {today}  # the date of the estimates
sources = ["TODO"]  # the public sources you checked the facts against
base = "centre"  # the id of the area where a first-time visitor would best stay
hilly = false
interests = []  # what it is best known for: {interests}
unsure = []  # what you could not settle and therefore left out

[climate]  # monthly normals, January first
source = "TODO"
high_c = []  # mean daily high, °C, twelve figures
low_c = []
rain_mm = []

[costs]  # rooms a night for two, food a person and day
room_budget = [0, 0]
room_mid = [0, 0]
room_comfort = [0, 0]
food_budget = [0, 0]
food_mid = [0, 0]
food_comfort = [0, 0]
transit_ride = [0, 0]
# transit_day = [0, 0]  # a day ticket, where there is one
taxi_km = [0, 0]

[diets]  # {diets}: {eases}
vegetarian = "possible"

[[transfers]]  # from each airport to the centre, door to door
airport = "{airport}"
mode = "taxi"  # {modes}
minutes = 30
price = [0, 0]

# [[neighbours]]  # another destination of the atlas, over land or by ferry
# id = "TODO"
# mode = "train"
# minutes = 90
# price = [10, 20]

[[specialities]]  # three at least, to eat, drink or bring home
name = "TODO"
note = "TODO"

[[areas]]  # three at least, with a point in their middle
id = "centre"
name = "TODO"
coordinates = [0.0, 0.0]
character = "TODO"

# Twenty activities at least. `tripartite atlas check` counts what else belongs to the mix: museums,
# food, outdoors, evenings, day trips, free ones, some under a roof, a fifth off the usual lists.
[[activities]]
id = "todo"
name = "TODO"
kind = "sight"  # {activity_kinds}
area = "centre"
coordinates = [0.0, 0.0]
minutes = 60  # on the spot
hours = "Tu-Su 10:00-18:00; Jan 01,Dec 25 off"  # OSM syntax; leave out if unknown; always: 24/7
price = [0, 0]  # one adult
indoor = false
children = false  # a good idea under twelve
step_free = "partly"  # {grades}; leave out if unknown
icon = false  # on every top-ten list
popularity = 0.5  # 0.3 x log10(visitors a year) - 1.05, at most 1; else beside places with a figure
interests = ["history"]
# diets = ["vegetarian"]  # for food: what it caters for
# meals = ["lunch", "dinner"]  # for food and markets
# book_ahead = true
why = "TODO"
# wikidata = "Q1"
"""
