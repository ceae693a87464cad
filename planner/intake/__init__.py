"""A traveller's words, form or file become a `TripRequest`."""

from planner.intake.checks import check
from planner.intake.describe import describe
from planner.intake.notes import Note
from planner.intake.options import Options, load_options
from planner.intake.reading import Reading, read

__all__ = ["Note", "Options", "Reading", "check", "describe", "load_options", "read"]
