"""All that is known of a request as options: what a form shows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agents.atlas import loader, names
from agents.atlas.vocabulary import Diet
from agents.request import Relation, Traveller, TripRequest
from planner.intake import who
from planner.intake.draft import Draft
from planner.intake.notes import Log
from planner.intake.options import MOST_PLACES, Options
from planner.intake.passage import Passage
from planner.intake.reading import Survey
from planner.views.names import land

_BY_NAME = ("pace", "crowds", "tier", "effort")


def filled_in(survey: Survey, options: Options) -> Options:
    """The options, with what the words say in every field that they leave open."""
    noted = _noted(survey)
    fields = _requested(survey.request, noted) if survey.request else noted
    fields = {"effort": survey.usual_effort, **fields, **_drafted(survey.draft)}
    given = {field: value for field, value in options if value is not None}
    if survey.request is not None:
        given.pop("to", None)
    return Options.model_validate({**fields, **given})


def _requested(request: TripRequest, noted: Mapping[str, object]) -> dict[str, object]:
    places = [loader.index_entry(id).name for id in request.destinations]
    if request.open:
        places += [loader.country(code).name for code in request.open.countries]
        places += [land(id) for id in request.open.lands]
        regions = (names.resolve(region) for region in request.open.regions)
        places += [match.name for match in regions if match]
    many = len(request.destinations) > 1 and request.relation is not Relation.OPEN
    return {
        "to": tuple(places),
        "relation": request.relation if many else None,
        "origin": request.origin.name if request.origin else "",
        "budget": noted.get("budget", "") if request.budget else "",
        "interests": request.interests,
        "step_free": request.needs.step_free,
        "no_flying": request.needs.no_flying,
        "diets": request.needs.diets,
        "pace": request.pace,
        "crowds": request.crowds,
        "tier": request.tier or "",
        "effort": request.effort,
        **_party(request.travellers),
    }


def _drafted(draft: Draft) -> dict[str, object]:
    """The parts that are resolved, also without a request."""
    dates = draft.dates
    days = {"start": dates.start, "end": dates.end, "days": dates.days} if dates else {}
    return {**days, "musts": draft.musts, "nevers": draft.nevers, "commitments": draft.commitments}


def _party(travellers: tuple[Traveller, ...]) -> dict[str, object]:
    ages = tuple(t.age for t in travellers if t.age is not None)
    return {"adults": len(travellers) - len(ages), "children": ages}


def _noted(survey: Survey) -> dict[str, object]:
    """What the notes alone tell, while no whole request can be read."""
    values: dict[str, list[str]] = {}
    for note in (*survey.understood, *survey.assumed):
        values.setdefault(note.field, []).append(note.value)
    found: dict[str, object] = {
        "to": tuple(dict.fromkeys(values.get("destinations", ())))[:MOST_PLACES],
        "interests": tuple(dict.fromkeys(values.get("interests", ()))),
        "step_free": "step-free" in values.get("needs", ()),
        "no_flying": "no flying" in values.get("needs", ()),
        "diets": tuple(diet for diet in Diet if diet in values.get("needs", ())),
    }
    found |= {
        field: values[field][0] for field in (*_BY_NAME, "origin", "budget") if field in values
    }
    if days := re.match(r"(\d+) days?$", next(iter(values.get("dates", ())), "")):
        found["days"] = int(days[1])
    party = who.read_travellers(
        Passage(", ".join(values.get("travellers", ())[:1])), Log(), None, None
    )
    return {**found, **(_party(party) if party else {})}
