"""A traveller's words, form or file become a `TripRequest`."""

from planner.intake.checks import MAX_YEARS_AHEAD, check
from planner.intake.completion import complete
from planner.intake.describe import describe
from planner.intake.facets import (
    Facet,
    Standing,
    facets,
    given_back,
    is_corrected,
    part_of,
    problems_with,
)
from planner.intake.filled import filled_in
from planner.intake.notes import Note
from planner.intake.options import MOST_PLACES, Options, load_options
from planner.intake.reading import Reading, Survey, read, survey

__all__ = [
    "MAX_YEARS_AHEAD",
    "MOST_PLACES",
    "Facet",
    "Note",
    "Options",
    "Reading",
    "Standing",
    "Survey",
    "check",
    "complete",
    "describe",
    "facets",
    "filled_in",
    "given_back",
    "is_corrected",
    "load_options",
    "part_of",
    "problems_with",
    "read",
    "survey",
]
