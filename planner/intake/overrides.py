"""Options override what the words said, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from agents.atlas import loader
from agents.atlas.vocabulary import ActivityKind, Diet, Interest
from agents.errors import UnknownPlace
from agents.request import Commitment, Needs, Origin
from planner.intake import choices, commitments, origin, sights, wishes
from planner.intake.commitments import Appointment
from planner.intake.dates import When
from planner.intake.money import Money, read_budget
from planner.intake.notes import GIVEN, Log
from planner.intake.options import Options
from planner.intake.passage import Passage
from planner.intake.stops import Places
from planner.intake.wishes import Manner

_NONE = ("", "none", "no limit", "no budget")
"""What an option says to take back what the words named."""


def budget(options: Options, said: Money | None, log: Log) -> Money | None:
    """The budget of the option, else of the words."""
    if options.budget is None:
        return said
    log.forget("budget")
    if options.budget.lower() in _NONE:
        log.saw("budget", "no limit", "")
        return None
    found = read_budget(options.budget, log)
    if found is None:
        log.object_to(
            "budget", f"{options.budget!r} is no amount; write for example '1500 EUR per person'"
        )
    return found


def appointments(
    options: Options, said: list[Appointment], today: date, log: Log
) -> tuple[list[Appointment], tuple[Commitment, ...]]:
    """Appointments still to be dated, and commitments that are complete."""
    if options.commitments is None:
        return said, ()
    found: list[Appointment] = []
    for each in options.commitments:
        if isinstance(each, str):
            read = commitments.read_appointments(Passage(each), today)
            if not read:
                log.object_to(
                    "commitments",
                    f"{each!r} names no time and event; write for example 'dinner Friday 20:00'",
                )
            found += read
    return found, tuple(c for c in options.commitments if isinstance(c, Commitment))


def start_place(options: Options, said: Origin | None, log: Log) -> Origin | None:
    """Where the trip starts from."""
    if options.origin is None:
        return said
    log.forget("origin")
    if options.origin.lower() in _NONE:
        return None
    found = origin.origin_named(options.origin, log)
    if found:
        log.saw("origin", found.name, "")
    return found


def when(options: Options, said: When, where: Places, log: Log) -> When:
    """The facts about time, noted; a start or an end as an option drops the days the words named."""
    found = said
    if options.start or options.end or options.any_day:
        found = _on_other_days(options, said, log)
    length = options.nights + 1 if options.nights is not None else None
    length = options.days if options.days is not None else length
    if length is not None:
        log.forget("dates", only=_days(said.days))
        found = replace(found, days=length, days_words=GIVEN, end=options.end)
    nights = options.stay_nights or where.stay_nights
    if nights and not where.ends_with_rest and options.days is None:
        unknown = found.days is None and not (found.start and found.end)
        if unknown or found.days == sum(nights):
            words = found.days_words or where.stay_words or GIVEN
            found = replace(found, days=sum(nights) + 1, days_words=words)
    if found.days and found.days_words:
        log.saw("dates", _days(found.days), found.days_words)
    if str(found):
        log.saw("dates", found, found.words)
    return found


def _on_other_days(options: Options, said: When, log: Log) -> When:
    """The length that the words named, on the days of the options."""
    if options.start and options.end:
        log.forget("dates")
        return When(start=options.start, end=options.end)
    log.forget("dates", but=_days(said.days))
    length = When(days=said.days, days_words=said.days_words)
    if said.days is None and said.start and said.end:
        length = When(days=(said.end - said.start).days + 1, days_words=said.words)
    return replace(length, start=options.start, end=options.end)


def _days(count: int | None) -> str:
    return f"{count} day{'s' * (count != 1)}"


def manner(options: Options, said: Manner, log: Log) -> Manner:
    """Pace, crowds, comfort, mode and needs."""
    for field in ("pace", "crowds", "tier", "effort"):
        value = getattr(options, field)
        if value is not None:
            log.forget(field)
        if value:
            log.saw(field, value, "")
    return Manner(
        pace=options.pace or said.pace,
        crowds=options.crowds or said.crowds,
        tier=said.tier if options.tier is None else options.tier or None,
        effort=options.effort or said.effort,
        needs=needs(options, said.needs, log),
    )


def interests(options: Options, said: tuple[Interest, ...], log: Log) -> tuple[Interest, ...]:
    """Interests by their own names or by any word for them."""
    if options.interests is None:
        return said
    log.forget("interests")
    found: dict[Interest, None] = {}
    for word in options.interests:
        known = (Interest(word),) if word in set(Interest) else wishes.interests_of(word)
        if not known:
            near = loader.nearest(word, list(Interest)) or tuple(Interest)
            log.object_to("interests", f"{word!r} is not known; nearest: {', '.join(near)}")
        found |= dict.fromkeys(known)
    for interest in found:
        log.saw("interests", interest, "")
    return tuple(found)


def needs(options: Options, said: Needs, log: Log) -> Needs:
    """What must hold for everybody."""
    for name, value in (("step-free", options.step_free), ("no flying", options.no_flying)):
        if value is not None:
            log.forget("needs", only=name)
        if value:
            log.saw("needs", name, "")
    diets = said.diets
    if options.diets is not None:
        for known in Diet:
            log.forget("needs", only=known)
        found = [(word, wishes.diet_of(word)) for word in options.diets]
        for word, diet in found:
            if diet is None:
                log.object_to("diets", f"{word!r} is not known; known are {', '.join(Diet)}")
        diets = tuple(dict.fromkeys(diet for _, diet in found if diet))
        for wanted in diets:
            log.saw("needs", wanted, "")
    return Needs(
        step_free=said.step_free if options.step_free is None else options.step_free,
        diets=diets,
        no_flying=said.no_flying if options.no_flying is None else options.no_flying,
    )


def places(
    field: Literal["musts", "nevers"],
    options: Options,
    said: Sequence[str],
    ids: Sequence[str],
    log: Log,
) -> tuple[str, ...]:
    """Ids of places that must be in the plan, or that must not, with kinds of activities."""
    names: Sequence[str] | None = getattr(options, field)
    if names is None:
        return tuple(dict.fromkeys(said))
    log.forget(field)
    return tuple(dict.fromkeys(_ids(field, names, ids, log)))


def _ids(field: str, names: Sequence[str], ids: Sequence[str], log: Log) -> list[str]:
    found = []
    for name in names:
        kind = _kind_id(name) if field == "nevers" else None
        id = kind or _known_id(name) or sights.place_named(name, ids)
        if id:
            log.saw(field, id, "")
            found.append(id)
            continue
        near = sights.nearest_places(name, ids)
        hint = (
            f"nearest: {', '.join(near)}"
            if near
            else "give a name, or an id such as 'paris/louvre'"
        )
        where = " or ".join(loader.index_entry(id).name for id in ids)
        log.object_to(field, f"no place {name!r} is known in {where or 'the destinations'}; {hint}")
    return found


def _kind_id(name: str) -> str | None:
    """A kind of activities by its id, "kind:museum", or by a word for it."""
    word = name.removeprefix("kind:")
    kind = word if word in set(ActivityKind) else choices.kind_named(word)
    return f"kind:{kind}" if kind else None


def _known_id(name: str) -> str | None:
    where, slash, place = name.partition("/")
    if not slash:
        return None
    try:
        loader.activity(where, place)
    except UnknownPlace:
        return None
    return name
