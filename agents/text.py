"""The one boundary where untrusted text is made harmless."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

from agents.cleaning import MAX_CHARACTERS, clean, clean_line

__all__ = ["MAX_CHARACTERS", "Line", "Text", "clean", "clean_line", "short_date"]


def short_date(day: date) -> str:
    """ "Wed 12 May", the same on every platform."""
    return f"{day:%a} {day.day} {day:%b}"


Text = Annotated[str, BeforeValidator(clean)]
"""Text of several lines, cleaned."""
Line = Annotated[str, BeforeValidator(clean_line)]
"""Text on one line, cleaned."""
