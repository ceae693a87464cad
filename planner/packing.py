"""A trip as the columns of a row, and back: validated anew, since anybody may have changed them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from agents.cleaning import clean, clean_line

if TYPE_CHECKING:
    from agents.events import Event
    from agents.request import TripRequest
    from planner.plan import TripPlan

MAX_BYTES = 64_000_000
"""Of each part of a trip, unpacked."""
PARTS = ("options", "overrides", "request", "plan", "events")


class TripParts(TypedDict):
    """What is kept of a run: `options` is JSON, `at` has a time zone."""

    words: str
    options: Mapping[str, Any]
    request: TripRequest
    plan: TripPlan
    events: Sequence[Event]
    backend: str
    overrides: Mapping[str, str]
    at: datetime


def packed(trip: TripParts) -> dict[str, Any]:
    """The columns of a trip. Raises ValueError when it is too large."""
    texts = {
        "options": json.dumps(dict(trip["options"])),
        "overrides": json.dumps(dict(trip["overrides"])),
        "request": trip["request"].model_dump_json(),
    }
    bulky = {
        "plan": trip["plan"].model_dump_json().encode(),
        "events": "\n".join(event.model_dump_json() for event in trip["events"]).encode(),
    }
    parts = [*(text.encode() for text in texts.values()), *bulky.values()]
    if max(map(len, parts)) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 10**6} MB")
    return {
        "changed": trip["at"].timestamp(),
        "title": clean_line(trip["plan"].summary),
        "words": clean(trip["words"]),
        "complete": trip["plan"].complete,
        "backend": clean_line(trip["backend"]),
        **texts,
        **{part: zlib.compress(raw) for part, raw in bulky.items()},
    }


def unpacked(columns: Sequence[Any]) -> dict[str, Any]:
    """The parts of a trip from its columns, in the order of PARTS.

    Raises ValueError, whose text says in a line what is wrong.
    """
    from pydantic import ValidationError

    try:
        return _validated(*columns)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(clean_line(f"{where}: {first['msg']}", 160)) from error
    except (ValueError, TypeError, RecursionError, zlib.error) as error:
        raise ValueError(clean_line(error, 160)) from error


def _validated(
    options: str, overrides: str, request: str, plan: bytes, events: bytes
) -> dict[str, Any]:
    """The parts of a trip as the models take them."""
    from agents.events import EVENT
    from agents.request import TripRequest
    from agents.text import cleaned_json
    from planner.intake import Options
    from planner.plan import TripPlan

    chosen = {str(k): clean_line(v) for k, v in dict(cleaned_json(overrides)).items()}
    happened = filter(None, _inflated(events).split("\n"))
    return {
        "options": Options.model_validate(cleaned_json(options)).model_dump(
            mode="json", exclude_none=True
        ),
        "overrides": chosen,
        "request": TripRequest.model_validate(cleaned_json(request)),
        "plan": TripPlan.model_validate(cleaned_json(_inflated(plan))),
        "events": tuple(EVENT.validate_python(cleaned_json(line)) for line in happened),
    }


def _inflated(packed: bytes) -> str:
    reader = zlib.decompressobj()
    raw = reader.decompress(packed, MAX_BYTES + 1)
    if len(raw) > MAX_BYTES or not reader.eof:
        raise ValueError("it is too large or cut short")
    return raw.decode()
