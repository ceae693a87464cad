"""A request as it is typed, line by line, and what is understood of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from pydantic import ValidationError

from agents.errors import FieldProblem, RequestError
from planner.export.spoken import sentence
from planner.intake import Options, Reading, Survey, describe
from planner.session import Session

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "to": "to",
        "from": "origin",
        "start": "start",
        "end": "end",
        "days": "days",
        "nights": "nights",
        "budget": "budget",
        "adults": "adults",
        "children": "children",
        "interests": "interests",
        "pace": "pace",
        "crowds": "crowds",
        "comfort": "tier",
        "step-free": "step_free",
        "diets": "diets",
        "no-flying": "no_flying",
        "musts": "musts",
        "nevers": "nevers",
        "booked": "commitments",
        "mode": "effort",
    }
)
"""What can be changed by name, and the option that it is."""
LISTS = frozenset({"to", "children", "interests", "diets", "musts", "nevers"})
NONE = ("none", "nobody", "nothing")


@dataclass
class Wish:
    """The lines typed so far, and what was changed by name."""

    session: Session
    typed: list[str] = field(default_factory=list)
    options: Options = field(default_factory=Options)

    @property
    def words(self) -> str:
        return ", ".join(self.typed)

    @property
    def empty(self) -> bool:
        return not self.typed and self.options == Options()

    def survey(self) -> Survey:
        return self.session.survey(self.words, self.options)

    def change(self, name: str, value: str) -> None:
        """Set one of FIELDS; no value gives it back to the words. Raises RequestError."""
        option = FIELDS[name]
        given = self.options.model_dump(exclude_none=True)
        given.pop(option, None)
        if value:
            given[option] = _value(name, value)
        try:
            self.options = Options.model_validate(given)
        except ValidationError as error:
            says = error.errors()[0]["msg"]
            hint = "; write it as 2027-05-12" if option in ("start", "end") else ""
            raise RequestError(
                [FieldProblem(name, f"{value!r} does not fit: {says}{hint}")]
            ) from error


def _value(name: str, value: str) -> object:
    if name in LISTS:
        return [] if value.lower() in NONE else [part.strip() for part in value.split(",")]
    return [value] if name == "booked" else value


def understood(survey: Survey | Reading) -> list[str]:
    """What was understood, assumed and not understood, and each problem with what would help.

    As long as there is a problem nothing is planned, so what would be assumed is not told.
    """
    if survey.request is not None:
        lines = [f"Understood: {describe(survey.request)}"]
        lines += [f"Assumed {note.field}: {note.value}, {note.words}" for note in survey.assumed]
    else:
        lines = [f"Understood {note.field}: {note.value}" for note in survey.understood]
    lines += [f'Not understood: "{words}"' for words in survey.unread]
    return [*map(sentence, lines), *problems(survey.problems if isinstance(survey, Survey) else ())]


def problems(found: Sequence[FieldProblem]) -> list[str]:
    """One line for each field that is wrong."""
    return [sentence(f"Problem with {field}: {message}") for field, message in found]
