"""Where a model is, as read from a spec: at a server, or with a provider that has a library."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NoReturn

from agents.backends.servers.dialects import ANY_KEY, SERVERS, Server, placed, server_at
from agents.backends.servers.native import NATIVE, PREFIX, Native, native
from agents.backends.servers.prices import is_free, load_soon
from agents.errors import BackendError, FieldProblem, RequestError
from planner.team_settings import ServerSettings, TeamSettings, holds_secret, shown

if TYPE_CHECKING:
    from agents.agent import Output, Task
    from agents.backends.base import Backend
    from agents.events import Emit
    from agents.request import Effort
    from planner.costs_unknown import CostsUnknown

URL_SPEC = "http://HOST:PORT/v1#MODEL"
_EFFORTS = {"instant": "low", "contemplating": "high"}
"""A model's effort by the request's mode; in any other the model has its own."""
_LONGEST_TOLD = 80
_ALIKE = 70
"""Of 100, by rapidfuzz: from here on a name may have been meant."""


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


def address(spec: str, settings: TeamSettings, *, needs_model: bool = True) -> Address:
    """The model that `spec` names, and where it is. Raises RequestError on `backend`.

    Unless it `needs_model`, the model may be left out, to ask what a server has.
    """
    found = _at_url(spec) if "://" in spec else _by_name(spec, settings)
    if needs_model and not found.model:
        mark = "#" if "://" in spec else ":"
        _refuse(
            f"{_told(spec)} names no model: write {spec.rstrip(mark)}{mark}MODEL; "
            f"`tripartite doctor {spec.rstrip(mark)}` tells which there are"
        )
    return found


def _at_url(spec: str) -> Address:
    url, _, model = spec.partition("#")
    if holds_secret(url):
        _refuse(
            f"{_told(shown(url))} was given with a key or a password in it, which would be shown and "
            f"kept; put it into the environment variable {ANY_KEY}, or one that key_env in the "
            "settings file names"
        )
    return Address(spec, model.strip(), server=_server_at(url), spelled_out=True)


def _by_name(spec: str, settings: TeamSettings) -> Address:
    name, _, model = (part.strip() for part in spec.partition(":"))
    own = settings.servers.get(name)
    if own is not None and own.url and name not in SERVERS and name not in NATIVE:
        server = _server_at(own.url, name)
        server = _keyed(server, own)
        return Address(spec, model or own.model, server=server, settings=own, spelled_out=True)
    own = own or ServerSettings()
    if name == PREFIX:
        name, _, model = (part.strip() for part in model.partition(":"))
        if not name:
            _refuse(f"{_told(spec)} names no provider: write {PREFIX}:PROVIDER:MODEL")
        return Address(spec, model, provider=native(name))
    if name in SERVERS:
        server = SERVERS[name]
        if own.url:
            server = replace(server, url=_server_at(own.url).url)
        server, moved = _keyed(server, own), bool(own.url)
        return Address(spec, model or own.model, server=server, settings=own, spelled_out=moved)
    if name in NATIVE:
        return Address(spec, model or own.model, provider=NATIVE[name], settings=own)
    if name in settings.servers:
        _refuse(f"[servers.{name}] in the settings file has no url; add one, as {URL_SPEC[:-6]}")
    _refuse(_unknown(spec, name, settings))


def _keyed(server: Server, own: ServerSettings) -> Server:
    return replace(server, key_names=(own.key_env,), needs_key=True) if own.key_env else server


def _server_at(url: str, name: str = "") -> Server:
    try:
        return server_at(url, name)
    except BackendError as error:
        raise RequestError([FieldProblem("backend", str(error))]) from error


def specs(settings: TeamSettings) -> Mapping[str, str]:
    """How each backend there is can be asked for, and what it is; models are yet to be named."""
    own = {n: s.url for n, s in settings.servers.items() if n not in SERVERS and n not in NATIVE}
    return {
        "offline": "rules over the embedded atlas",
        **{f"{name}:MODEL": f"your server at {shown(url)}" for name, url in own.items() if url},
        **{f"{name}:MODEL": server.about for name, server in SERVERS.items()},
        **{f"{name}:MODEL": provider.about for name, provider in NATIVE.items()},
        URL_SPEC: "any server that speaks chat completions",
        "replay:FILE": "a recorded run",
    }


def _unknown(spec: str, name: str, settings: TeamSettings) -> str:
    from rapidfuzz import fuzz, process

    place, hash_, model = spec.partition("#")
    if hash_ or name in ("localhost", "127.0.0.1"):  # an address without its http://
        path = "" if "/" in place else "/v1"
        meant = [f"http://{place}{path}#{model or 'MODEL'}"]
    else:
        names = [s.partition(":")[0] for s in specs(settings) if s != URL_SPEC]
        near = process.extract(name.lower(), names, scorer=fuzz.ratio, limit=2, score_cutoff=_ALIKE)
        meant = [f"{found}{spec.strip().removeprefix(name)}" for found, *_ in near]
    ask = f" did you mean {' or '.join(m[:_LONGEST_TOLD] for m in meant)}?" if meant else ""
    return f"no backend {_told(spec)};{ask} `tripartite doctor` lists all"


def _told(spec: str) -> str:
    return repr(spec if len(spec) <= _LONGEST_TOLD else f"{spec[:_LONGEST_TOLD]}…")


def _refuse(message: str) -> NoReturn:
    raise RequestError([FieldProblem("backend", message)])
