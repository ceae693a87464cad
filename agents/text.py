"""The one boundary where untrusted text is made harmless."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator

from agents.cleaning import MAX_CHARACTERS, clean, clean_line

__all__ = ["MAX_CHARACTERS", "Line", "Text", "clean", "clean_line", "cleaned_json", "short_date"]


def short_date(day: date) -> str:
    """ "Wed 12 May", the same on every platform."""
    return f"{day:%a} {day.day} {day:%b}"


Text = Annotated[str, BeforeValidator(clean)]
"""Text of several lines, cleaned."""
Line = Annotated[str, BeforeValidator(clean_line)]
"""Text on one line, cleaned."""


def cleaned_json(text: str) -> Any:
    """JSON with every text in it cleaned: models clean what people read, not ids and names."""
    return _cleaned(json.loads(text))


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case list():
            return [_cleaned(each) for each in value]
        case dict():
            return {clean_line(key): _cleaned(each) for key, each in value.items()}
    return value
