"""One item of a plan, looked at closely, and the head of a day."""

from __future__ import annotations

from dataclasses import dataclass

from planner.plan import TripPlan
from planner.views.grounds import Ground, Link


@dataclass(frozen=True)
class SlotAlternative:
    """Something else for the same slot; for a leg, another way (`place_id` is None then)."""

    name: str
    kind: str
    why: str
    minutes: int
    distance_km: float
    """From the item it would replace; for a way, its length."""
    hours: str
    price: str
    destination: str
    place_id: str | None


@dataclass(frozen=True)
class ItemDetail:
    """All there is to tell of one item. Texts are one line, "" where there is nothing to say."""

    kind: str
    """The item's kind in the plan: "visit", "meal", "leg", "stay", "commitment", "free"."""
    title: str
    when: str
    """ "Thu 13 May, 09:56–10:46, 50 min"."""
    kind_words: str
    why: str
    about: str
    hours: str
    """ "open 09:00–18:30", "closed" or "not known" on that very date; "" where hours mean nothing."""
    holiday: str
    """The public holiday's name, if it is one."""
    cost: tuple[str, ...]
    area: str
    step_free: str
    book_ahead: bool
    proposed_by: str
    rests_on: tuple[Ground, ...]
    links: tuple[Link, ...]
    alternatives: tuple[SlotAlternative, ...]


@dataclass(frozen=True)
class DayHead:
    """What stands above a day."""

    day: int
    date: str
    """ "Thu 13 May 2027"."""
    city: str
    theme: str
    cost: str
    """What is expected, "€312"; "" when nothing is paid that day."""
    places: int
    walking_minutes: int
    weather: str
    sun: str
    """ "sunrise 06:21, sunset 20:42"."""
    holiday: str


def item_detail(plan: TripPlan, day_index: int, item_index: int) -> ItemDetail:
    """The item at `plan.days[day_index].items[item_index]`; raises IndexError."""
    raise NotImplementedError


def day_head(plan: TripPlan, day_index: int) -> DayHead:
    """The head of `plan.days[day_index]`; raises IndexError."""
    raise NotImplementedError
