"""Where a model is, at a server or with a provider that has a library, and who asks it there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agents.backends.servers.dialects import Server
from agents.backends.servers.native import Native
from agents.backends.servers.prices import is_free, load_soon
from agents.backends.servers.urls import placed
from agents.errors import BackendError
from planner.team_settings import ServerSettings, shown

if TYPE_CHECKING:
    from agents.agent import Output, Task
    from agents.backends.base import Backend
    from agents.events import Emit
    from agents.request import Effort
    from planner.costs_unknown import CostsUnknown

_EFFORTS = {"instant": "low", "contemplating": "high"}
"""A model's effort by the request's mode; in any other the model has its own."""


@dataclass(frozen=True)
class Address:
    """One model and who serves it: a `server` of chat completions, or a `provider`'s library."""

    spec: str
    model: str
    server: Server | None = None
    provider: Native | None = None
    settings: ServerSettings = field(default_factory=ServerSettings)
    spelled_out: bool = False
    """Whether a URL was given for it; then no other one of the environment takes its place."""

    @property
    def about(self) -> str:
        if self.server is not None:
            return self.server.about
        return self.provider.about if self.provider is not None else ""

    @property
    def who(self) -> str:
        """The name that messages go by."""
        if self.server is not None:
            return self.server.name
        return self.provider.name if self.provider is not None else ""

    @property
    def where(self) -> str:
        """The base URL as it may be shown, or in words where a library knows it."""
        if self.server is not None:
            return self.server.where
        return shown(self.settings.url) or f"{self.who}'s own address"

    @property
    def priced_at(self) -> str:
        """What prices go by: where it is, or the name of a provider that is where it always is."""
        if self.server is not None:
            return self.server.where
        return shown(self.settings.url) or self.who

    def placed(self, environment: Mapping[str, str]) -> Address:
        """This, with the base URL that the environment gives. Raises NotUsable for a wrong one."""
        if self.server is None or self.spelled_out:
            return self
        return replace(self, server=placed(self.server, environment))

    @property
    def needs_key(self) -> bool:
        place = self.server or self.provider
        return bool(self.settings.key_env) or (place is not None and place.needs_key)

    @property
    def key_names(self) -> tuple[str, ...]:
        """Environment variables that may hold the key; the first that is set wins."""
        if self.settings.key_env:
            return (self.settings.key_env,)
        if self.server is not None:
            return self.server.key_names
        return self.provider.key_names if self.provider is not None else ()

    def backend(self) -> Backend:
        """Who asks there. The environment is read, and the rest made, when it runs."""
        return _AddressedBackend(self)


class _AddressedBackend:
    """Asks the model of an address: where the environment says, with the effort of the request."""

    def __init__(self, address: Address) -> None:
        self.name = f"{address.provider.spec if address.provider else address.who}:{address.model}"
        self._address = address
        self._made: dict[Effort, Backend] = {}
        self._costs: CostsUnknown | None = None

    def secrets(self) -> tuple[str, ...]:
        """What must not be shown, for whatever effort and wherever the environment says."""
        from agents.backends.base import secrets_of

        try:
            found = self._address.placed(os.environ)
        except BackendError:
            found = self._address
        return secrets_of(_made(found, None))

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        from planner.costs_unknown import CostsUnknown

        mode = task.brief.effort
        found = self._address.placed(os.environ)
        if mode not in self._made:
            if not is_free(found.priced_at):
                load_soon()
            effort = self._address.settings.effort or _EFFORTS.get(mode.value)
            self._made[mode] = _made(found, effort)
        costs = self._costs = self._costs or CostsUnknown(found.priced_at, found.model)
        emit = costs.watching(task.meter.whole.limits, emit)
        return await self._made[mode].run(task, emit)


def _made(found: Address, effort: str | None) -> Backend:
    own = found.settings
    if found.server is not None:
        from agents.backends.chat import ChatBackend

        return ChatBackend(
            found.server, found.model, effort=effort, steps=own.steps, stream=own.stream
        )
    from agents.backends.providers import ProviderBackend

    if found.provider is None:
        raise ValueError("an address is a server's or a provider's")
    return ProviderBackend(
        found.provider.name,
        found.model,
        url=own.url or None,
        effort=effort,
        steps=own.steps,
        environment=_KeyElsewhere(found.provider, own.key_env) if own.key_env else None,
    )


class _KeyElsewhere(Mapping[str, str]):
    """The environment, read when it is asked, in which a provider's key has another name."""

    def __init__(self, provider: Native, key_env: str) -> None:
        self._names = dict.fromkeys(provider.key_names) | {provider.key_names[0]: key_env}

    def __getitem__(self, name: str) -> str:
        found = self._names.get(name, name)
        if found is None:
            raise KeyError(name)
        return os.environ[found]

    def __iter__(self) -> Iterator[str]:
        return (name for name in {*os.environ, *self._names} if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
