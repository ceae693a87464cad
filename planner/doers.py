"""Who did each agent's work in a run, as its events tell it: one of a chain, when others gave up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.backends.base import Backend, doer_of
from agents.events import AgentFailed, AgentFinished, AgentStarted, ApproachChanged, Emit, Event
from agents.text import clean_line
from planner.plan import AgentStatus, TripPlan
from planner.results import AgentResult


@dataclass(frozen=True)
class Doer:
    """One backend that did an agent's work."""

    name: str
    gave_up: tuple[str, ...] = ()
    """Who was asked before, and why that was in vain."""


class Doers:
    """Follows a run."""

    def __init__(self) -> None:
        self._at_work: dict[str, Doer] = {}
        self._answered: dict[str, Doer] = {}
        self._broke_off: dict[str, Doer] = {}

    def watching(self, backend: Backend, emit: Emit) -> Emit:
        """An `emit` that passes all on."""

        def watch(event: Event) -> None:
            self._note(event, backend)
            emit(event)

        return watch

    def _note(self, event: Event, backend: Backend) -> None:
        match event:
            case AgentStarted(agent=agent):
                self._at_work[agent] = Doer("")
            case ApproachChanged(agent=agent, backend=name) if name:
                before = self._at_work.get(agent, Doer(""))
                why = event.reason.removesuffix(f"; now {name}")
                self._at_work[agent] = Doer(name, (*before.gave_up, why))
            case AgentFinished(agent=agent) | AgentFailed(agent=agent):
                doer = self._at_work.pop(agent, Doer(""))
                doer = doer if doer.name else Doer(clean_line(doer_of(backend, agent)))
                kind = self._answered if isinstance(event, AgentFinished) else self._broke_off
                kind[agent] = doer

    def of(self, results: Mapping[str, AgentResult]) -> dict[str, Doer]:
        """Whose work there is of each agent: an answer stays, whoever broke off after it."""
        found = {}
        for name, result in results.items():
            first, second = self._answered, self._broke_off
            if result.status is not AgentStatus.FINISHED:
                first, second = second, first
            found[name] = first.get(name) or second.get(name) or Doer("")
        return found


def named(plan: TripPlan, doers: Mapping[str, Doer]) -> TripPlan:
    """The plan with who did each agent's work, and what is to be known of those who took over."""
    reports = tuple(r.model_copy(update={"backend": doers[r.name].name}) for r in plan.agents)
    told = _told([(r.name, doers[r.name]) for r in reports if r.status is AgentStatus.FINISHED])
    return plan.model_copy(
        update={"agents": reports, "assumptions": (*plan.assumptions, *map(clean_line, told))}
    )


def _told(doers: Sequence[tuple[str, Doer]]) -> list[str]:
    """A line for all agents that were left to the same one for the same reasons."""
    alike: dict[Doer, list[str]] = defaultdict(list)
    for agent, doer in doers:
        if doer.gave_up:
            alike[doer].append(agent)
    return [
        f"the {_whose(agents)} work was done by {doer.name}, since {' and '.join(doer.gave_up)}"
        for doer, agents in alike.items()
    ]


def _whose(agents: Sequence[str]) -> str:
    """ "activities agent's", "itinerary, destinations and activities agents'"."""
    if len(agents) == 1:
        return f"{agents[0]} agent's"
    return f"{', '.join(agents[:-1])} and {agents[-1]} agents'"
