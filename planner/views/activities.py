"""Everything the agents found, in the plan or not, to filter and sort."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from agents.atlas.records import Coordinates
from planner.plan import TripPlan

UNVERIFIED = "unverified, never planned"


@dataclass(frozen=True)
class FoundActivity:
    """One place that was found. What the atlas does not know of it is None or ""."""

    name: str
    kind: str
    destination: str
    """The destination's id."""
    city: str
    state: str
    """ "planned", "left out", or "unverified, never planned"."""
    in_plan: bool
    day: int | None
    """Index of the day in the plan."""
    item: int | None
    """Index of the item in that day."""
    start: datetime | None
    when: str
    """ "Thu 13 May 09:42", or ""."""
    why: str
    why_not: str
    price_low: Decimal | None
    """One adult, in `currency`, an estimate."""
    price_high: Decimal | None
    currency: str
    price: str
    """ "€10–15", "free", or ""."""
    hours: str
    """On its day, or on the days of the trip."""
    minutes: int | None
    crowd: float | None
    """0 hardly anyone, 1 a queue round the block."""
    crowd_words: str
    step_free: str
    indoor: bool | None
    area: str
    interests: tuple[str, ...]
    proposed_by: tuple[str, ...]
    place_id: str | None
    coordinates: Coordinates | None
    order: int
    """As listed: planned by day and time, then left out as the plan lists them, then unverified."""


def activities(plan: TripPlan) -> tuple[FoundActivity, ...]:
    """Everything found, as listed."""
    raise NotImplementedError


def filter_activities(rows: Iterable[FoundActivity], text: str) -> tuple[FoundActivity, ...]:
    """The rows in which every word of `text` occurs, accents and case aside."""
    raise NotImplementedError


SORTS: Mapping[str, Callable[[FoundActivity], Any]] = {}
"""Keys for `sorted`: "listed", "day", "name", "kind", "price", "crowd"."""
