"""From what a model wrote to values of the agreed shape, where it is plain what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from agents.atlas.airports import plain
from agents.backends.answers.parsing import listed_in, parsed
from agents.cleaning import clean

IN_ORDER = frozenset({"days"})
"""Lists in which an item's place means something: they are cut off where one does not fit."""
WHOLE = frozenset({"stops", "nights"})
"""Lists that mean nothing without any one of their items."""

Answer = TypeVar("Answer", bound=BaseModel)
_NUMBER = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*(%|/\s*(?:10|100|5)(?:\.0)?)?\s*\Z")


def mended(output: type[BaseModel], value: object) -> object:
    """`value` in the shape of `output` where it is plain what was meant; not validated.

    Unknown keys go, a single value becomes a list where one belongs, numbers in words become
    numbers, lists that are too long are cut, and scores that are all out of 100 or 10 become shares.
    """
    scale = _scale(list(_scores(output, _unwrapped(output, value))))
    return _object(output, _unwrapped(output, value), scale)


def _unwrapped(output: type[BaseModel], value: object) -> object:
    """Without an envelope: {"answer": {…}}, or a bare list for the first list there is."""
    names = output.model_fields
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], dict) and value[0].keys() & names.keys():
            return value[0]
        first = next((n for n, f in names.items() if _item_type(f.annotation) is not None), None)
        return {first: value} if first else value
    if isinstance(value, dict) and len(value) == 1 and not value.keys() & names.keys():
        (inner,) = value.values()
        if isinstance(inner, str) and inner.lstrip().startswith("{"):
            inner = parsed(inner)
        if isinstance(inner, dict) and inner.keys() & names.keys():
            return inner
    if isinstance(value, dict) and value and len(names) == 1 and not value.keys() & names.keys():
        return {next(iter(names)): value}
    return value


def _object(output: type[BaseModel], value: object, scale: float) -> object:
    if isinstance(value, str):
        needed = [n for n, f in output.model_fields.items() if f.is_required()]
        value = {needed[0]: value} if len(needed) == 1 else value
    if not isinstance(value, dict):
        return value
    mended: dict[str, object] = {}
    for name, field in output.model_fields.items():
        if name not in value or (value[name] is None and not field.is_required()):
            continue
        mended[name] = _field(field, value[name], scale)
    return mended


def _field(field: FieldInfo, value: object, scale: float) -> object:
    kept = _typed(field.annotation, value, scale)
    if _is_score(field) and isinstance(kept, int | float) and not isinstance(kept, bool):
        if isinstance(value, str):
            return _share(value)
        return kept / scale if scale != 1 else kept
    if isinstance(kept, list):
        most = next((m.max_length for m in field.metadata if _limits_length(m)), None)
        return kept[:most]
    return kept


def _limits_length(mark: object) -> bool:
    return isinstance(mark, annotated_types.MaxLen)


def _typed(annotation: Any, value: object, scale: float) -> object:
    annotation = _plain(annotation)
    item = _item_type(annotation)
    if item is not None:
        if isinstance(value, str) and value.lstrip().startswith("["):
            value = listed_in(value)
        items = value if isinstance(value, list | tuple) else [value]
        return [_typed(item, i, scale) for i in items if i is not None]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _object(annotation, value, scale)
    if get_origin(annotation) in (Union, UnionType) and isinstance(value, dict):
        return _one_of(get_args(annotation), value, scale)
    if isinstance(value, str) and (choices := _choices(annotation)):
        return _chosen(choices, value)
    if annotation in (float, int) and isinstance(value, str):
        match = _NUMBER.match(value)
        return _whole(float(match[1])) if match else value
    if annotation is int and isinstance(value, float):
        return _whole(value)
    if annotation is str and isinstance(value, str | int | float) and not isinstance(value, bool):
        return clean(value)
    return value


def _one_of(choices: tuple[Any, ...], value: dict[str, object], scale: float) -> object:
    """As the choice that has most in common with the value, what names its kind above all."""
    models = [c for c in choices if isinstance(c, type) and issubclass(c, BaseModel)]

    def alike(model: type[BaseModel]) -> tuple[int, int]:
        shared = model.model_fields.keys() & value.keys()
        named = sum(value[n] in _choices(model.model_fields[n].annotation) for n in shared)
        return named, len(shared)

    return _object(max(models, key=alike), value, scale) if models else value


def _choices(annotation: Any) -> tuple[object, ...]:
    """The words that a Literal or an enumeration allows."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(member.value for member in annotation)
    return ()


def _chosen(choices: tuple[object, ...], text: str) -> str:
    """The one choice that a text spells in another way, such as "Belem-Tower: a carved fort"."""
    wanted = {plain(text), plain(text.partition(":")[0])}
    found = [c for c in choices if isinstance(c, str) and plain(c) in wanted]
    return found[0] if text not in choices and len(found) == 1 else text


def _whole(number: float) -> float | int:
    return int(number) if isfinite(number) and number == int(number) else number


def _plain(annotation: Any) -> Any:
    """Without Annotated, and without None where that is the only other choice."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
            continue
        if get_origin(annotation) in (Union, UnionType):
            real = [a for a in get_args(annotation) if a is not NoneType]
            if len(real) == 1:
                annotation = real[0]
                continue
        return annotation


def _item_type(annotation: Any) -> Any:
    """What a list or a tuple of any length holds; None for anything else."""
    annotation = _plain(annotation)
    kind, inner = get_origin(annotation), get_args(annotation)
    if kind in (list, set, frozenset) and inner:
        return inner[0]
    if kind is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        return inner[0]
    return None


def _is_score(field: FieldInfo) -> bool:
    """Whether it holds a share from 0 to 1."""
    low = any(isinstance(m, annotated_types.Ge) and m.ge == 0 for m in field.metadata)
    high = any(isinstance(m, annotated_types.Le) and m.le == 1 for m in field.metadata)
    return field.annotation is float and low and high


def _share(text: str) -> object:
    """ "80 %" and "8/10" say what they are out of; a bare number is taken as it stands."""
    match = _NUMBER.match(text)
    if match is None:
        return text
    number, unit = float(match[1]), (match[2] or "").replace(" ", "")
    return number / (100 if unit == "%" else float(unit[1:]) if unit else 1)


def _scores(output: type[BaseModel], value: object) -> Iterator[float]:
    """Every bare number in a place for a score."""
    if not isinstance(value, dict):
        return
    for name, field in output.model_fields.items():
        inner = value.get(name)
        if _is_score(field):
            if isinstance(inner, int | float) and not isinstance(inner, bool):
                yield inner
            continue
        item = _plain(_item_type(field.annotation) or field.annotation)
        if isinstance(item, type) and issubclass(item, BaseModel):
            for one in inner if isinstance(inner, list) else [inner]:
                yield from _scores(item, one)


def _scale(scores: list[float]) -> float:
    """What the scores are out of: 1 unless they can only be meant otherwise.

    Out of 100 when all are 0 or above 1 and one is above 10; out of 10 when there are three, none
    is above 10 and one is above 5. Any between would be read in two ways: it is refused later.
    """
    if any(0 < s <= 1 or s < 0 or s > 100 for s in scores) or not any(scores):
        return 1.0
    if max(scores) > 10:
        return 100.0
    return 10.0 if len(scores) >= 3 and max(scores) > 5 else 1.0


def without(output: type[Answer], value: object) -> Answer | None:
    """A mended answer without the items that do not fit, or None when that is not enough.

    What is wrong is dropped with the smallest object of a list that it is part of.
    """
    if not isinstance(value, dict):
        return None
    while True:
        try:
            return output.model_validate(value)
        except ValidationError as error:
            places = [_smallest(value, fault["loc"]) for fault in error.errors()]
        if not all(places):
            return _without_fields(output, value, {p for p in places if p})
        _drop(value, {p for p in places if p})


def _without_fields(
    output: type[Answer], value: dict[str, Any], places: set[tuple[str | int, ...]]
) -> Answer | None:
    """The last that can be done: leave out whole fields that need not be there."""
    _drop(value, places)
    try:
        return output.model_validate(value)
    except ValidationError as error:
        wrong = {fault["loc"][0] for fault in error.errors() if fault["loc"]}
    try:
        return output.model_validate({k: v for k, v in value.items() if k not in wrong})
    except ValidationError:
        return None


def _smallest(value: object, where: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path of the innermost item of a list on the way to `where`; empty when there is none."""
    found: tuple[str | int, ...] = ()
    for depth, step in enumerate(where):
        if isinstance(value, list) and isinstance(step, int) and step < len(value):
            value, found = value[step], where[: depth + 1]
        elif isinstance(value, dict) and step in value and step not in WHOLE:
            value = value[str(step)]
        else:
            break
    return found


def _drop(value: Any, places: set[tuple[str | int, ...]]) -> None:
    """Take the items at `places` out of their lists, the last first."""
    whole = {p for p in places if not any(p[:n] in places for n in range(1, len(p)))}
    for place in sorted(whole, key=_from_the_end):
        outer, name = value, ""
        for step in place[:-1]:
            outer, name = outer[step], str(step) if isinstance(step, str) else name
        index = int(place[-1])
        if name in IN_ORDER:
            del outer[index:]
        elif index < len(outer):
            del outer[index]


def _from_the_end(place: tuple[str | int, ...]) -> tuple[tuple[int, int], ...]:
    return tuple((0, -step) if isinstance(step, int) else (1, 0) for step in place)
