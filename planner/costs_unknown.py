"""Says when a limit in cost cannot hold, since nobody knows what a model costs."""

from __future__ import annotations

from agents.backends.base import Backend, names_for
from agents.backends.servers.prices import INSTALL, cost_usd, price_list
from agents.events import ApproachChanged, Emit, Event, ModelAnswered
from agents.usage import Limits


class CostsUnknown:
    """An `emit` that passes all on, and tells once for each model that its price is not known."""

    def __init__(self, backend: Backend, limits: Limits, emit: Emit) -> None:
        self._backend = backend
        self._limit = limits.cost_usd
        self._emit = emit
        self._told: set[str] = set()

    def __call__(self, event: Event) -> None:
        self._emit(event)
        if self._limit is None or not isinstance(event, ModelAnswered):
            return
        if not event.usage.tokens or event.usage.cost_usd or event.model in self._told:
            return
        self._told.add(event.model)
        providers = [_provider(name) for name in names_for(self._backend, event.agent)]
        if all(cost_usd(p, event.model, event.usage) is None for p in providers if p):
            self._emit(ApproachChanged(agent=event.agent, reason=self._reason(event.model)))

    def _reason(self, model: str) -> str:
        listed = price_list()
        why = f"{listed} does not have it" if listed else f"no price list: {INSTALL}"
        return (
            f"what {model} costs is not known ({why}); it counts as nothing, so the limit of "
            f"${self._limit:g} cannot end this run"
        )


def _provider(name: str) -> str:
    """The first part of a backend's name as `openai:MODEL`; empty for one that has no model."""
    provider, colon, _ = name.removeprefix("pydantic-ai:").partition(":")
    return provider if colon else ""
