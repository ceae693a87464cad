"""What each day is about, by what it came to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from agents.atlas.loader import activity, area, destination
from agents.atlas.records import Activity, Area
from agents.findings import DraftDay
from planner.plan import Day, Visit


def themed(days: Sequence[Day], themes: Sequence[DraftDay | None]) -> tuple[Day, ...]:
    """The days, each with the draft's theme if that is true of it, else with its main area."""
    return tuple(
        day.model_copy(update={"theme": _theme(day, draft)})
        for day, draft in zip(days, themes, strict=True)
    )


def _theme(day: Day, draft: DraftDay | None) -> str:
    seen = [
        (activity(item.destination, item.place_id), item.destination)
        for item in day.items
        if isinstance(item, Visit) and item.place_id is not None
    ]
    areas = [area(where, place.area) for place, where in seen]
    if not seen:
        return ""
    if draft is not None and _is_true(draft, day.stop, [place for place, _ in seen], areas):
        return draft.theme
    names = Counter(one.name for one in areas)
    return names.most_common(1)[0][0]


def _is_true(draft: DraftDay, stop: str, seen: Sequence[Activity], areas: Sequence[Area]) -> bool:
    """Whether one is in all areas that the theme names; where it names none, in any of its own."""
    words = draft.theme.casefold()
    visited = {one.id for one in areas}
    named = {one.id for one in destination(stop).areas if one.name.casefold() in words}
    if named:
        return named <= visited
    anchors = {anchor.place for anchor in draft.anchors}
    return draft.area in visited or any(
        place.id in anchors or place.name.casefold() in words for place in seen
    )
