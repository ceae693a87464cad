"""The fields of a request as options, from a command line, a form or a file."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from agents.errors import FieldProblem, RequestError
from agents.request import Commitment, Crowds, Effort, Pace, Relation, Tier
from agents.text import Line

MAX_FILE_BYTES = 64_000
MOST_PLACES = 8
Names = tuple[Line, ...]


def _as_words(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class Options(BaseModel):
    """Every field on its own; `None` leaves it to the words, anything else overrides them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Annotated[Names, Field(max_length=MOST_PLACES)] | None = None
    """Names of destinations, countries or regions; none means anywhere."""
    relation: Relation | None = None
    origin: Line | None = None
    """A city or the code of an airport; "" or "none" for no start at all."""
    start: date | None = None
    end: date | None = None
    days: int | None = None
    nights: int | None = None
    any_day: bool | None = None
    """Whether the day does not matter, whatever the words say about when."""
    stay_nights: tuple[int, ...] | None = None
    budget: Annotated[Line, BeforeValidator(_as_words)] | None = None
    """As in words: "1500 EUR", "1500 EUR per person", "200 EUR a day"; a bare number is euros. "" or "none" is no limit."""
    adults: int | None = None
    children: tuple[int, ...] | None = None
    """Ages in years."""
    interests: Names | None = None
    pace: Pace | None = None
    crowds: Crowds | None = None
    step_free: bool | None = None
    diets: Names | None = None
    no_flying: bool | None = None
    musts: Names | None = None
    """Names of places, or ids as "destination/place"."""
    nevers: Names | None = None
    """Names of places or kinds of activities, or ids as "destination/place" and "kind:museum"."""
    commitments: (
        tuple[Annotated[Commitment | Line, Field(union_mode="left_to_right")], ...] | None
    ) = None
    """As in words ("dinner booked Friday 20:00"), or complete."""
    effort: Effort | None = None
    tier: Tier | Literal[""] | None = None
    """Of rooms and food; "" leaves it to the budget."""


def load_options(path: Path) -> Options:
    """The options in a .json or .toml file of at most 64 kB.

    Raises RequestError, which names the file or each field that is wrong.
    """
    try:
        return Options.model_validate(_table(path))
    except ValidationError as error:
        raise RequestError([_problem(dict(each), path) for each in error.errors()]) from error


def _table(path: Path) -> dict[str, Any]:
    def refuse(why: str) -> RequestError:
        return RequestError([FieldProblem("file", f"{path.name} {why}")])

    if path.suffix not in {".json", ".toml"}:
        raise refuse("is neither .json nor .toml; write the options in one of these")
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise refuse(f"cannot be opened ({error.strerror}); check the name") from error
    if len(raw) > MAX_FILE_BYTES:
        raise refuse(f"is larger than {MAX_FILE_BYTES // 1000} kB; keep only the options in it")
    try:
        text = raw.decode()
        table = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise refuse(f"is not valid {path.suffix[1:].upper()}: {error}") from error
    if not isinstance(table, dict):
        raise refuse('holds no table of options; write for example {"to": ["Lisbon"]}')
    return table


def _problem(error: dict[str, Any], path: Path) -> FieldProblem:
    field = ".".join(map(str, error["loc"]))
    if error["type"] != "extra_forbidden" or len(error["loc"]) > 1:
        return FieldProblem(field, f"{error['msg']} (in {path.name})")
    from rapidfuzz import process

    known = list(Options.model_fields)
    close = process.extractOne(field, known, score_cutoff=60)
    hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
    return FieldProblem(field, f"{path.name} has no such option; {hint}")
