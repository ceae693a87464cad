"""What partial findings are worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from agents.findings import Cited


def of_worth(findings: BaseModel | None) -> bool:
    """Whether there is something in them for a plan: statements that rest on evidence, if there
    are statements; else anything at all."""
    if findings is None:
        return False
    cited = [statement.evidence for statement in _statements(findings)]
    return any(cited) if cited else weight(findings) > 0


def weight(value: object) -> int:
    """How many single values there are in `value`."""
    if isinstance(value, list | tuple | set | frozenset | BaseModel | Mapping):
        return sum(map(weight, _parts(value)))
    return 0 if value is None or value == "" else 1


def _statements(value: object) -> Iterator[Cited]:
    if isinstance(value, Cited):
        yield value
    for part in _parts(value):
        yield from _statements(part)


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, BaseModel):
        yield from (getattr(value, name) for name in type(value).model_fields)
    elif isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        yield from value
