"""Travellers for tests: what they ask for, and what there is where they sit."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from agents.request import Dates, Effort, TripRequest

MONDAY = date(2027, 5, 10)
WEDNESDAY = date(2027, 5, 12)


def ask(days: int = 3, start: date = MONDAY, **changes: Any) -> TripRequest:
    """Some days in Lisbon, with changes."""
    values: dict[str, Any] = {
        "destinations": ("lisbon",),
        "dates": Dates(start=start, end=start + timedelta(days=days - 1)),
    }
    return TripRequest(**{**values, **changes})


def ask_for_little(**changes: Any) -> TripRequest:
    """Two days in Lisbon in the quickest mode, with changes."""
    return ask(2, WEDNESDAY, **{"effort": Effort.INSTANT, **changes})


def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment without keys and wishes; where the settings file would be."""
    for name in os.environ:
        if name.endswith(("_API_KEY", "_BASE_URL")) or name.startswith(("TRIPARTITE", "OLLAMA")):
            monkeypatch.delenv(name)
    monkeypatch.setattr("planner.settings._usual_path", lambda: tmp_path / "settings.toml")
    return tmp_path / "settings.toml"
