"""Options override what the words said, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from agents.atlas import loader
from agents.atlas.records import Diet, Interest
from agents.errors import UnknownPlace
from agents.request import Commitment, Needs, Origin
from planner.intake import choices, commitments, origin, sights, wishes
from planner.intake.commitments import Appointment
from planner.intake.dates import When
from planner.intake.money import Money, read_money
from planner.intake.notes import Log
from planner.intake.options import Options
from planner.intake.passage import Passage
from planner.intake.stops import Places


def budget(options: Options, said: Money | None, log: Log) -> Money | None:
    """The budget of the option, else of the words."""
    if options.budget is None:
        return said
    found = read_money(Passage(f"budget {options.budget}"), log)
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
    return said if options.origin is None else origin.origin_named(options.origin, log)


def when(options: Options, said: When, where: Places) -> When:
    """The facts about time; a start or an end as an option drops the days that the words named."""
    found = said
    if options.start or options.end:
        days = None if options.start and options.end else found.days
        found = replace(
            found,
            start=options.start,
            end=options.end,
            days=days,
            window=None,
            feast=None,
            weekday=None,
        )
    if options.days is not None:
        found = replace(found, days=options.days, end=options.end)
    elif options.nights is not None:
        found = replace(found, days=options.nights + 1, end=options.end)
    nights = options.stay_nights or where.stay_nights
    if nights and found.days == sum(nights) and not where.ends_with_rest and options.days is None:
        found = replace(found, days=sum(nights) + 1)
    if (
        nights
        and not where.ends_with_rest
        and found.days is None
        and not (found.start and found.end)
    ):
        found = replace(found, days=sum(nights) + 1)
    return found


def interests(options: Options, said: tuple[Interest, ...], log: Log) -> tuple[Interest, ...]:
    """Interests by their own names or by any word for them."""
    if options.interests is None:
        return said
    found: dict[Interest, None] = {}
    for word in options.interests:
        known = (Interest(word),) if word in set(Interest) else wishes.interests_of(word)
        if not known:
            near = loader.nearest(word, list(Interest)) or tuple(Interest)
            log.object_to("interests", f"{word!r} is not known; nearest: {', '.join(near)}")
        found |= dict.fromkeys(known)
    return tuple(found)


def needs(options: Options, said: Needs, log: Log) -> Needs:
    """What must hold for everybody."""
    diets = said.diets
    if options.diets is not None:
        found = [(word, wishes.diet_of(word)) for word in options.diets]
        for word, diet in found:
            if diet is None:
                log.object_to("diets", f"{word!r} is not known; known are {', '.join(Diet)}")
        diets = tuple(diet for _, diet in found if diet)
    return Needs(
        step_free=said.step_free if options.step_free is None else options.step_free,
        diets=diets,
        no_flying=said.no_flying if options.no_flying is None else options.no_flying,
    )


def musts(options: Options, said: Sequence[str], ids: Sequence[str], log: Log) -> tuple[str, ...]:
    """Ids of places that must be in the plan."""
    names = said if options.musts is None else _ids("musts", options.musts, ids, log)
    return tuple(dict.fromkeys(names))


def nevers(options: Options, said: Sequence[str], ids: Sequence[str], log: Log) -> tuple[str, ...]:
    """Ids of places and kinds of activities that must not."""
    names = said if options.nevers is None else _ids("nevers", options.nevers, ids, log)
    return tuple(dict.fromkeys(names))


def _ids(field: str, names: Sequence[str], ids: Sequence[str], log: Log) -> list[str]:
    found = []
    for name in names:
        kind = choices.kind_named(name.removeprefix("kind:")) if field == "nevers" else None
        id = f"kind:{kind}" if kind else _known_id(name) or sights.place_named(name, ids)
        if id:
            found.append(id)
            continue
        near = sights.nearest_places(name, ids)
        hint = (
            f"nearest: {', '.join(near)}"
            if near
            else "give a name, or an id such as 'paris/louvre'"
        )
        log.object_to(
            field, f"no place {name!r} is known in {' or '.join(ids) or 'the destinations'}; {hint}"
        )
    return found


def _known_id(name: str) -> str | None:
    where, slash, place = name.partition("/")
    if not slash:
        return None
    try:
        loader.activity(where, place)
    except UnknownPlace:
        return None
    return name
