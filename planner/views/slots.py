"""What else one could do in the time of one item of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from agents.atlas.geo import HILLY_SLOWDOWN, WALK_DETOUR, WALK_KMH, distance_km
from agents.atlas.records import Activity, Coordinates, Destination
from agents.atlas.vocabulary import Mode
from agents.errors import TripartiteError
from agents.request import TripRequest
from agents.tools import transfer_facts
from planner.candidates import Candidate, obstacle
from planner.frame import DayFrame, base_of
from planner.openings import start_windows
from planner.pace import out_from_to
from planner.plan import Day, Free, Item, Leg, Meal, TripPlan, Visit
from planner.prices import Party
from planner.views import places
from planner.views.words import (
    MODE_WORDS,
    crowd_words,
    hours_words,
    length,
    listed,
    money_range,
    spaced,
)

SHOWN = 5
SLACK = 45
"""Minutes that an alternative may take longer: what comes after can move so far."""
LONGEST_WALK = 90
"""Minutes beyond which nobody is told to walk instead of riding."""
SAME_KIND, SHARED, WISHED, ICON, UNKNOWN_HOURS = 1.5, 0.7, 0.5, 0.5, -2.0
"""Points for what makes one place stand in well for another."""
KM_POINTS = -0.5


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
    """One adult, "€10–15" or "free"; of a way, for everybody."""
    destination: str
    place_id: str | None


@dataclass(frozen=True)
class _Slot:
    """The time and the spot that something else would have to fit; minutes after midnight."""

    request: TripRequest
    where: Destination
    frame: DayFrame
    item: Item
    record: Activity | None
    at: Coordinates
    start: int
    end: int


def alternatives(plan: TripPlan, day_index: int, item_index: int) -> tuple[SlotAlternative, ...]:
    """Up to five, best first; none for what the traveller fixed and for nights."""
    day = plan.days[day_index]
    item = day.items[item_index]
    where = places.destination(item.destination)
    if where is None:
        return ()
    if isinstance(item, Leg):
        return tuple(_other_ways(plan, item, where))
    if not isinstance(item, (Visit, Meal, Free)):
        return ()
    slot = _slot(plan, day, item_index, where)
    taken = {i.place_id for _, _, i in places.items(plan) if i.destination == where.id}
    taken |= {x.place_id for x in plan.left_out if x.reason == "ruled_out"}
    fitting = [a for a in where.activities if a.id not in taken and _fits(slot, a)]
    best = sorted(fitting, key=lambda a: (-_worth(slot, a), a.id))[:SHOWN]
    return tuple(_alternative(slot, a, plan.costs.currency) for a in best)


def _slot(plan: TripPlan, day: Day, item_index: int, where: Destination) -> _Slot:
    item = day.items[item_index]
    begins, ends = out_from_to(plan.request)
    frame = DayFrame(day.date, where, begins, ends, ends, None)
    before = (i.coordinates for i in reversed(day.items[:item_index]) if i.coordinates)
    return _Slot(
        request=plan.request,
        where=where,
        frame=frame,
        item=item,
        record=places.place(where.id, item.place_id),
        at=item.coordinates or next(before, base_of(where)),
        start=frame.minute(item.start),
        end=frame.minute(item.end),
    )


def _fits(slot: _Slot, place: Activity) -> bool:
    """Whether the request allows a place and it is open, and short enough, for the slot."""
    if obstacle(slot.request, Candidate(slot.where.id, place, 0.0, (), "", ())):
        return False
    if isinstance(slot.item, Meal):
        opened = places.opened(slot.where, place, slot.frame.date) or ()
        served = set(slot.request.needs.diets) <= set(place.diets)
        open_then = any(opens <= slot.start and slot.end <= closes for opens, closes in opened)
        return slot.item.meal in place.meals and served and open_then
    slack = SLACK if isinstance(slot.item, Visit) else 0
    if place.meals or place.minutes > slot.end - slot.start + slack:
        return False
    try:
        windows = start_windows(slot.frame, place)
    except TripartiteError:
        return False
    return any(earliest <= slot.start <= latest for earliest, latest in windows)


def _worth(slot: _Slot, place: Activity) -> float:
    points = KM_POINTS * distance_km(slot.at, place.coordinates) - place.popularity
    points += ICON * place.icon + WISHED * len(set(place.interests) & set(slot.request.interests))
    if slot.record is not None:
        points += SAME_KIND * (place.kind is slot.record.kind)
        points += SHARED * len(_shared(slot, place))
    return points + (UNKNOWN_HOURS if place.hours is None else 0)


def _shared(slot: _Slot, place: Activity) -> list[str]:
    """The interests that a place has in common with the one in the plan, else with the wish."""
    own = slot.record.interests if slot.record else slot.request.interests
    return [spaced(i.value) for i in place.interests if i in own]


def _alternative(slot: _Slot, place: Activity, currency: str) -> SlotAlternative:
    km = distance_km(slot.at, place.coordinates)
    shared = _shared(slot, place)
    same = slot.record is not None and place.kind is slot.record.kind
    reasons = [
        *(["the same kind"] if same else []),
        *([f"for {listed(shared)}"] if shared else []),
        crowd_words(place.popularity),
        f"{km:.1f} km away",
    ]
    low, high, code = places.price(slot.where, place, currency)
    return SlotAlternative(
        name=place.name,
        kind=spaced(place.kind.value),
        why=", ".join(reasons),
        minutes=slot.end - slot.start if isinstance(slot.item, Meal) else place.minutes,
        distance_km=round(km, 2),
        hours=hours_words(places.opened(slot.where, place, slot.frame.date)),
        price="free" if high == 0 else money_range(low, high, code),
        destination=slot.where.id,
        place_id=place.id,
    )


def _other_ways(plan: TripPlan, leg: Leg, where: Destination) -> Iterator[SlotAlternative]:
    """On foot instead of a ride, or by another of the ways from the airport that are on record."""
    if any(id.startswith("transfer/") for id in leg.evidence):
        yield from _other_transfers(plan, leg, where)
    elif any(id.startswith("travel/") for id in leg.evidence) and leg.mode is not Mode.WALK:
        slowdown = HILLY_SLOWDOWN if where.hilly else 1.0
        minutes = max(1, round(leg.km * WALK_DETOUR * 60 / WALK_KMH * slowdown))
        if minutes <= LONGEST_WALK:
            longer = minutes - round((leg.end - leg.start) / timedelta(minutes=1))
            compared = f"{length(longer)} longer" if longer > 0 else "no longer"
            yield _way(leg, where, Mode.WALK, minutes, compared, "free")


def _other_transfers(plan: TripPlan, leg: Leg, where: Destination) -> Iterator[SlotAlternative]:
    seats = Party.of(plan.request).tickets
    for fact in transfer_facts(where.id):
        if fact.mode is not leg.mode and f"{fact.airport} airport" in (leg.origin, leg.target):
            low, high = (Decimal(end) * seats for end in fact.price)
            price = f"{money_range(low, high, fact.currency)}"
            yield _way(leg, where, fact.mode, fact.minutes, "an estimate from the record", price)


def _way(
    leg: Leg, where: Destination, mode: Mode, minutes: int, why: str, price: str
) -> SlotAlternative:
    words = MODE_WORDS.get(mode, mode.value)
    return SlotAlternative(
        name=f"{words.capitalize()} to {leg.target}",
        kind=words,
        why=why,
        minutes=minutes,
        distance_km=leg.km,
        hours="",
        price=price,
        destination=where.id,
        place_id=None,
    )
