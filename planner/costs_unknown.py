"""Says when a limit in cost cannot hold, since nobody knows what a model costs."""

from __future__ import annotations

from agents.backends.servers.prices import INSTALL, cost_usd, price_list
from agents.events import ApproachChanged, Emit, Event, ModelAnswered
from agents.usage import Limits


class CostsUnknown:
    """Tells once, where the cost is limited, that what one model costs is not known."""

    def __init__(self, place: str, model: str) -> None:
        """`place` is who is asked, as prices go by it."""
        self._place, self._model = place, model
        self._told = False

    def watching(self, limits: Limits, emit: Emit) -> Emit:
        """An `emit` that passes all on, with that told after the first answer that has a cost."""

        def watch(event: Event) -> None:
            emit(event)
            if self._told or limits.cost_usd is None or not isinstance(event, ModelAnswered):
                return
            if not event.usage.tokens or event.usage.cost_usd:
                return
            self._told = True
            if cost_usd(self._place, self._model, event.usage) is None:
                reason = self._reason(limits.cost_usd)
                emit(ApproachChanged(agent=event.agent, reason=reason))

        return watch

    def _reason(self, limit: float) -> str:
        listed = price_list()
        why = f"{listed} does not have it" if listed else f"no price list: {INSTALL}"
        return (
            f"what {self._model} costs is not known ({why}); it counts as nothing, so the limit of "
            f"${limit:g} cannot end this run"
        )
