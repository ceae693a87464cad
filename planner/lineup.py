"""Who does whose thinking: one backend for all, others for some agents, and a chain to fall back on.

What an option says goes before the environment, and that before the settings file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from planner.backends import DEFAULT_BACKEND, BackendChoice
from planner.team_settings import AGENTS, shown

if TYPE_CHECKING:
    from agents.backends.base import Backend

BACKEND_VARIABLE, FALLBACK_VARIABLE = "TRIPARTITE_BACKEND", "TRIPARTITE_FALLBACK"
NO_FALLBACK = "none"


@dataclass(frozen=True)
class LineUp:
    """Specs of backends. Empty means that nothing was said."""

    backend: str = ""
    """For all agents."""
    agents: Mapping[str, str] = field(default_factory=dict)
    """For some, by their names."""
    fallback: tuple[str, ...] = ()
    """Tried one after the other when a backend gives up; `none` alone for none at all."""

    def over(self, lower: LineUp) -> LineUp:
        """What this one says, and where it says nothing what `lower` does.

        A backend for all goes before what `lower` says of some.
        """
        return LineUp(
            self.backend or lower.backend,
            self.agents if self.backend else {**lower.agents, **self.agents},
            self.fallback or lower.fallback,
        )

    def chain(self, agent: str = "") -> tuple[str, ...]:
        """Who is asked for this agent, or for those that have none of their own, in that order.

        Nothing comes after the offline rules, which always answer.
        """
        first = self.agents.get(agent) or self.backend or DEFAULT_BACKEND
        specs = dict.fromkeys((first, *(s for s in self.fallback if s != NO_FALLBACK)))
        chain = list(specs)
        end = chain.index(DEFAULT_BACKEND) + 1 if DEFAULT_BACKEND in specs else len(chain)
        return tuple(chain[:end])


def read_lineup(backends: Iterable[str], fallback: Iterable[str]) -> LineUp:
    """From `SPEC` for all and `AGENT=SPEC` for one, and a chain. Raises RequestError."""
    backend, agents = "", {}
    for words in backends:
        agent, equals, spec = (part.strip() for part in words.partition("="))
        if not equals or not agent.isidentifier():  # an address may have a "=" too
            backend = _only_one(backend, words.strip())
        elif agent in AGENTS and spec:
            agents[agent] = spec
        else:
            from agents.errors import FieldProblem, RequestError

            why = "names no backend" if agent in AGENTS else f"is for no agent {agent[:40]!r}"
            message = f"{shown(words)[:80]!r} {why}; write AGENT=SPEC with {', '.join(AGENTS)}"
            raise RequestError([FieldProblem("backend", message)])
    return LineUp(backend, MappingProxyType(agents), tuple(s.strip() for s in fallback))


def _only_one(before: str, spec: str) -> str:
    """`spec`, which is for all agents. Raises RequestError when another one is already."""
    if before and spec != before:
        from agents.errors import FieldProblem, RequestError

        message = (
            f"{shown(before)[:80]!r} and {shown(spec)[:80]!r} are both for all agents; name one, and write "
            "AGENT=SPEC for one agent, or say with --fallback who takes over"
        )
        raise RequestError([FieldProblem("backend", message)])
    return spec


def lineup_of_environment(environment: Mapping[str, str]) -> LineUp:
    """From TRIPARTITE_BACKEND and TRIPARTITE_FALLBACK, several with commas between."""
    backends, fallback = (
        [part for part in environment.get(name, "").split(",") if part.strip()]
        for name in (BACKEND_VARIABLE, FALLBACK_VARIABLE)
    )
    with naming(BACKEND_VARIABLE):
        return read_lineup(backends, fallback)


@contextmanager
def naming(*variables: str) -> Iterator[None]:
    """Say in a RequestError that what is wrong is in these environment variables."""
    from agents.errors import FieldProblem, RequestError

    try:
        yield
    except RequestError as error:
        source = " or ".join(variables)
        told = [FieldProblem(p.field, f"from {source}: {p.message}") for p in error.problems]
        raise RequestError(told) from error


def lineup_choice(lineup: LineUp, choose: Callable[[str], BackendChoice]) -> BackendChoice:
    """One choice for the whole team; every spec in it is checked now, by `choose`, and made later.

    Raises what `choose` does.
    """
    chain = tuple(choose(spec) for spec in lineup.chain())
    own = {
        agent: tuple(choose(spec) for spec in lineup.chain(agent))
        for agent in lineup.agents
        if lineup.chain(agent) != lineup.chain()
    }
    if len(chain) == 1 and not own:
        return chain[0]
    told = [f"{agent}: {_in_words(members)}" for agent, members in own.items()]
    return BackendChoice(
        " · ".join([_in_words(chain), *told]), chain[0].about, lambda: _made(chain, own)
    )


def _in_words(members: Iterable[BackendChoice]) -> str:
    return ", then ".join(m.name for m in members)


def _made(
    chain: tuple[BackendChoice, ...], own: Mapping[str, tuple[BackendChoice, ...]]
) -> Backend:
    from agents.backends.routing import FallbackBackend, RoutingBackend

    made: dict[str, Backend] = {}

    def one(members: tuple[BackendChoice, ...]) -> Backend:
        for member in members:
            if member.name not in made:
                made[member.name] = member.make()
        backends = [made[m.name] for m in members]
        return backends[0] if len(backends) == 1 else FallbackBackend(backends)

    whole = one(chain)
    return RoutingBackend(whole, {a: one(m) for a, m in own.items()}) if own else whole
