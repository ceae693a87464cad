"""Specs, as "ollama:qwen3:8b", read: which model each names, and where that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn

from agents.backends.servers.dialects import SERVERS, Server
from agents.backends.servers.native import NATIVE, PREFIX, native
from agents.backends.servers.urls import ANY_KEY, server_at
from agents.errors import BackendError, FieldProblem, RequestError
from planner.addresses import Address
from planner.team_settings import ServerSettings, TeamSettings, holds_secret, shown

URL_SPEC = "http://HOST:PORT/v1#MODEL"
_LONGEST_TOLD = 80
_ALIKE = 70
"""Of 100, by rapidfuzz: from here on a name may have been meant."""


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
