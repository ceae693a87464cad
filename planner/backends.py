"""The backends to choose from, by name. Each is imported when it is made: a screen reads this first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.backends.base import Backend


@dataclass(frozen=True)
class BackendChoice:
    """One backend: the name to ask for it, what it is in a line, and how to make it."""

    name: str
    about: str
    make: Callable[[], Backend]


def _offline() -> Backend:
    from agents.backends.offline import OfflineBackend

    return OfflineBackend()


DEFAULT_BACKEND = "offline"
BACKENDS: Mapping[str, BackendChoice] = MappingProxyType(
    {
        choice.name: choice
        for choice in (
            BackendChoice(
                "offline",
                "rules over the embedded atlas: no key, no network, not a language model",
                _offline,
            ),
        )
    }
)


def backend_named(name: str) -> Backend:
    """The backend called `name`; raises RequestError naming those there are."""
    choice = BACKENDS.get(name)
    if choice is None:
        from agents.errors import FieldProblem, RequestError

        known = ", ".join(BACKENDS)
        raise RequestError([FieldProblem("backend", f"no backend {name!r}; choose from {known}")])
    return choice.make()
