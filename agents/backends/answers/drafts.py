"""A draft of an itinerary, day by day, with only what holds."""

from __future__ import annotations

from agents.atlas import loader
from agents.atlas.airports import plain
from agents.backends.answers.contacts import without_contacts
from agents.backends.answers.footing import Footing, free_name
from agents.backends.answers.naming import place_id
from agents.backends.answers.support import MOST_CITED
from agents.backends.rules.drafting import split_nights, stop_at
from agents.findings import Anchor, Draft, DraftDay


def held_draft(on: Footing, draft: Draft) -> Draft | None:
    """None for one with a stop that was not asked for."""
    stops = tuple(filter(None, map(on.wanted, draft.stops)))
    if len(stops) < len(draft.stops):
        on.dropped += 1
        named = without_contacts(", then ".join(draft.stops))
        on.doubts.add(f"drafts: {named} was not asked for")
        return None
    nights, dates = _nights(on, stops, draft.nights), on.request.dates
    days = tuple(
        _day(on, day, stop_at(stops, nights, number))
        for number, day in enumerate(draft.days[: dates.days])
    )
    if 2 * len(days) < dates.days:
        on.doubts.add(f"drafts, {stops[0]}: {len(days)} days; the trip has {dates.days}")
    cited = on.support.cited(draft, stops[0])
    anchored = (e for d in days for a in d.anchors for e in a.evidence)
    evidence = tuple(dict.fromkeys((*cited["evidence"], *anchored)))[:MOST_CITED]
    reason = cited["reason"]
    return Draft(stops=stops, nights=nights, days=days, reason=reason, evidence=evidence)


def _nights(on: Footing, stops: tuple[str, ...], nights: tuple[int, ...]) -> tuple[int, ...]:
    """As the traveller said, or as drafted if that adds up; else evenly."""
    total, said = on.request.dates.nights, on.request.stay_nights
    if len(said) == len(stops):
        return said
    if len(nights) == len(stops) and sum(nights) == total:
        return nights
    return split_nights(total, (), [1] * len(stops))


def _day(on: Footing, day: DraftDay, stop: str) -> DraftDay:
    where = on.wanted(day.destination) or stop
    anchors = tuple(a for a in (_anchor(on, a, where) for a in day.anchors) if a is not None)
    area, theme = _area(where, day.area or ""), without_contacts(day.theme)
    if not theme or not on.support.holds(theme, tuple(e for a in anchors for e in a.evidence)):
        theme = loader.area(where, area).name if area else loader.index_entry(where).name
    return DraftDay(destination=where, theme=theme, area=area, anchors=anchors)


def _anchor(on: Footing, anchor: Anchor, where: str) -> Anchor | None:
    id = place_id(on.support.ledger, where, anchor.place)
    place = id or free_name(anchor.place)
    if not place or f"{where}/{place}" in on.sent_back:
        on.dropped += 1
        return None
    return Anchor(place=place, **on.cited(anchor, f"{where}/{place}"))


def _area(where: str, text: str) -> str | None:
    """The area of a destination that is meant by its id or its name."""
    wanted = plain(text)
    areas = loader.destination(where).areas
    found = [a.id for a in areas if wanted and wanted in (plain(a.id), plain(a.name))]
    return found[0] if len(found) == 1 else None
