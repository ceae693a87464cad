"""Places to visit, one or many."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from agents.atlas import loader
from agents.atlas.records import Activity, Coordinates
from agents.atlas.vocabulary import ActivityKind, Diet, Interest, StepFree
from agents.evidence import Fact
from agents.tools.costs import AmountRange, converted, local_currency

Limit = Annotated[int, Field(ge=1, le=400)]


class PlaceFact(Fact):
    """One activity of the atlas. `price` is for one adult in `currency`, and again in euros."""

    destination: str
    place: str
    name: str
    kind: ActivityKind
    area: str
    area_name: str
    coordinates: Coordinates
    minutes: int
    hours: str | None
    price: AmountRange
    currency: str
    price_eur: AmountRange
    indoor: bool
    children: bool
    step_free: StepFree | None
    icon: bool
    popularity: float
    interests: tuple[Interest, ...]
    diets: tuple[Diet, ...]
    meals: tuple[str, ...]
    book_ahead: bool
    why: str
    wikidata: str | None

    @property
    def key(self) -> str:
        return f"place/{self.destination}/{self.place}"

    @property
    def claim(self) -> str:
        return f"{self.name} ({self.kind}, {self.area_name}): {self.why}"


@lru_cache(maxsize=8192)
def place_fact(destination: str, place: str) -> PlaceFact:
    """What is known of one place; raises UnknownPlace."""
    where, activity = loader.destination(destination), loader.activity(destination, place)
    local = local_currency(where)
    return PlaceFact(
        **activity.model_dump(exclude={"id", "price"}),
        destination=destination,
        place=place,
        area_name=loader.area(destination, activity.area).name,
        price=converted(activity.price, local, local),
        currency=local,
        price_eur=converted(activity.price, local, "EUR"),
        sources=where.sources,
        as_of=where.as_of,
    )


def activity_facts(
    destination: str,
    interests: tuple[Interest, ...] = (),
    areas: tuple[str, ...] = (),
    kinds: tuple[ActivityKind, ...] = (),
    step_free: bool = False,
    children: bool = False,
    free: bool = False,
    indoor: bool | None = None,
    limit: int = 60,
) -> tuple[PlaceFact, ...]:
    """The places that meet every condition, best match first; raises UnknownPlace."""
    for area in areas:
        loader.area(destination, area)

    def fits(activity: Activity) -> bool:
        return (
            (not areas or activity.area in areas)
            and (not kinds or activity.kind in kinds)
            and (not step_free or activity.step_free is StepFree.YES)
            and (not children or activity.children)
            and (not free or activity.price[1] == 0)
            and indoor in (None, activity.indoor)
        )

    wanted = set(interests)
    fitting = sorted(
        filter(fits, loader.destination(destination).activities),
        key=lambda a: (-_match(a, wanted), a.id),
    )
    return tuple(place_fact(destination, a.id) for a in fitting[:limit])


def _match(activity: Activity, wanted: Iterable[Interest]) -> float:
    """Shared interests count most; then what is on every top-ten list, then what is well known."""
    return 2 * len(set(wanted) & set(activity.interests)) + activity.icon + activity.popularity / 2


async def place(destination: str, place: str) -> PlaceFact:
    """All that is known of one place: what it is, where, how long, hours, price, access, children.

    destination: a destination id. place: a place id from find_activities.
    """
    return place_fact(destination, place)


async def find_activities(
    destination: str,
    interests: tuple[Interest, ...] = (),
    areas: tuple[str, ...] = (),
    kinds: tuple[ActivityKind, ...] = (),
    step_free: bool = False,
    children: bool = False,
    free: bool = False,
    indoor: bool | None = None,
    limit: Limit = 60,
) -> tuple[PlaceFact, ...]:
    """Things to do at a destination, those sharing most of `interests` first.

    destination: a destination id. areas: area ids from destination_facts. kinds: e.g. ["museum",
    "market"]. step_free: only what can be seen without a step. children: only what suits children
    under twelve. free: only what costs nothing. indoor: true or false to keep one sort. limit: how
    many at most. Whatever is left empty keeps all.
    """
    return activity_facts(
        destination, interests, areas, kinds, step_free, children, free, indoor, limit
    )
