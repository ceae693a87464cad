"""What tools returned, as a model reads it: short JSON, in which nothing can pose as anything else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from math import isfinite
from typing import Any

from pydantic import BaseModel

from agents.cleaning import clean_line
from agents.evidence import Fact, Status

MOST_FACTS = 16_000
"""Characters of one tool's answer: 60 places fit, and so does the list of all destinations."""
LONGEST_TEXT, LONGEST_IN_A_ROW = 240, 80
"""Characters of one text of a fact that is told alone, and in a table."""
LONGEST_HOURS = 48
"""Characters of opening hours in a table: the week; a tool tells of a very day."""

_UNSAID = frozenset(
    {"sources", "as_of", "coordinates", "wikidata", "time_zone", "area_name", "local_name"}
)
"""Fields that no agent decides by."""
_WORD = re.compile(r"[\w-]+\Z")
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)
_TEMPLATE_MARK = re.compile(r"\[(?=/?[A-Z_]{3,}\])")


def as_json(value: object) -> str:
    """Compact JSON in which no string holds a tag or a mark of a chat template."""
    words = _JSON.encode(value).replace("<", "\\u003c")
    return _TEMPLATE_MARK.sub(r"\\u005b", words) if "[" in words else words


def facts_words(facts: Fact | tuple[Fact, ...], most: int = MOST_FACTS) -> str:
    """What a tool returned, as JSON: an object, or columns and rows; at most `most` characters.

    Each has its evidence id. "left_out" counts those that did not fit any more.
    """
    try:
        return _words_kept(facts, most)
    except TypeError:  # one has a dict in it, and no hash
        return _words(facts, most)


def _words(facts: Fact | tuple[Fact, ...], most: int) -> str:
    if isinstance(facts, Fact):
        return _one(facts, most)
    if not facts:
        return '{"rows":[]}'
    if len(facts) == 1:
        return _one(facts[0], most)
    told = [told_of(fact, LONGEST_IN_A_ROW) for fact in facts]
    alike = len({type(fact) for fact in facts}) == 1
    shown: Callable[[list[dict[str, Any]]], dict[str, Any]] = table if alike else _listed
    count = len(told)
    while count:
        value = shown(told[:count])
        if count < len(told):
            value["left_out"] = len(told) - count
        words = as_json(value)
        if len(words) <= most:
            return words
        count = min(count - 1, count * most // len(words))
    return as_json({"rows": [], "left_out": len(told)})


_words_kept = lru_cache(maxsize=256)(_words)
"""All agents of a team, and of many runs, look up the same."""


def _listed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"rows": rows}


def _one(fact: Fact, most: int) -> str:
    words = as_json(told_of(fact))
    if len(words) <= most:
        return words
    return as_json({"evidence": clean_line(fact.key), "claim": clean_line(fact.claim, most // 8)})


def told_of(fact: Fact, longest: int = LONGEST_TEXT) -> dict[str, Any]:
    """The fields of a fact that an agent can decide by, and its evidence id first.

    `longest` is how many characters of a text are kept.
    """
    told: dict[str, Any] = {"evidence": clean_line(fact.key)}
    values = fact.__dict__
    for name in _told_fields(type(fact)):
        value = values[name]
        if name == "price_eur" and value == values.get("price"):
            continue
        most = LONGEST_HOURS if name == "hours" and longest < LONGEST_TEXT else longest
        short = _short(value, most)
        if short is not None and short != "" and short != [] and short != {}:
            told[name] = short
    if fact.status is not Status.VERIFIED:
        told["status"] = str(fact.status)
    return told


@lru_cache(maxsize=256)
def _told_fields(kind: type[BaseModel]) -> tuple[str, ...]:
    return tuple(name for name in kind.model_fields if name not in _UNSAID and name != "status")


def _short(value: Any, longest: int) -> Any:
    """A value as JSON with few characters: whole numbers, short texts, words for a list of them."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value.value if isinstance(value, Enum) else clean_line(value, longest)
    if isinstance(value, float | Decimal):
        return _number(float(value))
    if isinstance(value, tuple | list | set | frozenset):
        return _short_list([_short(v, longest) for v in value]) if value else None
    if isinstance(value, BaseModel):
        fields = {n: _short(value.__dict__[n], longest) for n in _told_fields(type(value))}
        return {n: v for n, v in fields.items() if v is not None}
    if isinstance(value, Mapping):
        return {clean_line(k): _short(v, longest) for k, v in value.items()}
    return clean_line(value)


def _number(value: float) -> float | int | None:
    if not isfinite(value):
        return None
    return round(value) if abs(value) >= 100 or value == round(value) else round(value, 2)


def _short_list(items: list[Any]) -> Any:
    first = items[0]
    if isinstance(first, str):
        return " ".join(items) if all(map(_is_word, items)) else items
    if isinstance(first, dict) and len(items) > 2 and all(isinstance(i, dict) for i in items):
        return table(items)
    if len(items) > 5 and all(isinstance(i, float | int) for i in items):
        return [round(i) for i in items]
    return items


def _is_word(value: object) -> bool:
    return isinstance(value, str) and _WORD.match(value) is not None


def table(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Objects as columns and rows; what is the same in all is said once, yes and no are 1 and 0."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    first = rows[0]
    same = {n: first[n] for n in first if all(n in r and r[n] == first[n] for r in rows)}
    evidence = _pattern(rows, names) if len(rows) > 1 and "evidence" in names else None
    columns = [n for n in names if n not in same and not (evidence and n == "evidence")]
    cells = [[_cell(row.get(n)) for n in columns] for row in rows]
    told = {"evidence": evidence} if evidence else {}
    return told | ({"same": same} if same else {}) | {"columns": columns, "rows": cells}


def _cell(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _pattern(rows: list[dict[str, Any]], names: list[str]) -> str | None:
    """ "place/lisbon/{place}", where the evidence id of every row ends in one of its values."""
    for name in names:
        if name == "evidence" or not all(row.get(name) for row in rows):
            continue
        if not all(str(row.get("evidence")).endswith(f"/{row[name]}") for row in rows):
            continue
        heads = {str(row["evidence"]).removesuffix(str(row[name])) for row in rows}
        if len(heads) == 1:
            return f"{heads.pop()}{{{name}}}"
    return None
