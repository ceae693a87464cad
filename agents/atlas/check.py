"""Checks the files of the atlas against its rules: `tripartite atlas check`.

A fault reads `key: what is wrong; what would be right`, so that somebody who has just written a
file can mend it without reading this one. All faults of a file are found at once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from agents.atlas import loader
from agents.atlas.loader import SomeRecord
from agents.atlas.records import CountriesFile, Destination, LandsFile
from agents.atlas.rules import LAND_RULES, PLACE_RULES, Faults
from agents.errors import InvalidRecord

MAX_BYTES = 200_000
TODO = "TODO"
"""What stands in a template for what is to be filled in."""


def check_file(path: Path) -> list[str]:
    """Every fault, as `key: what is wrong; what would be right`; empty when there is none."""
    faults = []
    if (size := path.stat().st_size) > MAX_BYTES:
        faults.append(f"file: {size} bytes; keep it under {MAX_BYTES}")
    try:
        raw = loader.read_toml(path)
    except InvalidRecord as error:
        return [*faults, f"file: {error}"]
    faults += _texts(raw)
    match path.name:
        case loader.COUNTRIES:
            broken = _broken(raw, CountriesFile, ())
        case loader.LANDS:
            broken = _broken(raw, LandsFile, LAND_RULES)
        case _:
            faults += _file_name(raw, path)
            broken = _broken(raw, Destination, PLACE_RULES)
    return [*faults, *broken]


def _broken(
    raw: dict[str, Any],
    model: type[SomeRecord],
    rules: Iterable[Callable[[SomeRecord], Faults]],
) -> Faults:
    """What is wrong with the form; if nothing is, which rules are broken.

    Not what is still to do, which breaks them only because it is, and has been told.
    """
    try:
        record = model.model_validate(raw)
    except ValidationError as error:
        yield from (_translated(e, raw) for e in error.errors() if e["input"] != TODO)
        return
    for rule in rules:
        yield from (fault for fault in rule(record) if repr(TODO) not in fault)


def _file_name(raw: dict[str, Any], path: Path) -> Faults:
    id = raw.get("id", path.stem)
    if id != path.stem:
        yield f"id: {id!r} is not the file's name, {path.stem!r}; make them the same"


def _texts(value: Any, key: str = "") -> Faults:
    if isinstance(value, str):
        if bad := next((c for c in value if unicodedata.category(c) in ("Cc", "Cf", "Co")), None):
            yield f"{key}: has the invisible character U+{ord(bad):04X}; remove it"
        if value == TODO:
            yield f"{key}: is still to do; fill it in"
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{key}[{number}]")


def _translated(error: ErrorDetails, raw: dict[str, Any]) -> str:
    key, inner = "", raw
    for step in error["loc"]:
        key += f"[{step}]" if isinstance(step, int) else f".{step}" if key else str(step)
        try:
            inner = inner[step]  # type: ignore[index]  # a table or a list, by the step
        except (KeyError, IndexError, TypeError):
            continue
        if isinstance(step, int) and isinstance(inner, dict) and "id" in inner:
            key += f" {inner['id']!r}"
    match error["type"]:
        case "missing":
            return f"{key}: is missing; add it"
        case "extra_forbidden":
            return f"{key}: is no key of the format (agents/atlas/records.py); rename or remove it"
        case "string_pattern_mismatch":
            return f"{key}: {error['input']!r} does not have the form {error['ctx']['pattern']}"
        case _:
            message = error["msg"].removeprefix("Value error, ")
            return f"{key}: {message}; found {error['input']!r:.80}"
