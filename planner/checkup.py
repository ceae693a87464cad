"""Which backends can be used and why not: packages, keys, servers and models, looked at all at once.

Only servers that need no key and those whose key is set are asked, for the list of their models.
A key is never part of what is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import anyio
import anyio.to_thread

from agents.backends.servers.dialects import SERVERS, Server
from agents.backends.servers.native import NATIVE
from agents.backends.servers.patience import Patience
from agents.backends.talking.listing import models
from agents.backends.tape.lines import read_tape
from agents.cleaning import clean_line
from agents.errors import BackendError, RecordingError, RequestError
from planner.addresses import Address
from planner.backends import BACKENDS, REPLAY, recording_named
from planner.specs import address
from planner.team_settings import TeamSettings

SECONDS = 5.0
"""For each server; all are asked at the same time."""
BRIEF = Patience(connect=3.0, first=4.0, between=2.0, attempts=1)
_NEAREST, _ALIKE = 3, 50
_SHOWN = 4


@dataclass(frozen=True)
class Checkup:
    """What was found of one backend: whether it can be used, why or why not, and what to do."""

    spec: str
    usable: bool
    why: str
    do: str = ""
    url: str = ""
    key: str = ""
    """The environment variable that holds the key; never the key."""
    models: tuple[str, ...] | None = None
    """Those the server has; None when it was not asked or did not say."""
    asked: bool = False
    sure: bool = True
    """False where only a request to the model would tell."""


async def check(
    specs: Iterable[str],
    settings: TeamSettings,
    environment: Mapping[str, str],
    *,
    seconds: float = SECONDS,
) -> tuple[Checkup, ...]:
    """One for each spec, in their order. A spec without a model asks which models there are."""
    wanted = tuple(specs)
    found: dict[int, Checkup] = {}

    async def one(number: int, spec: str) -> None:
        found[number] = await _checked(spec, settings, environment, seconds)

    async with anyio.create_task_group() as group:
        for number, spec in enumerate(wanted):
            group.start_soon(one, number, spec)
    return tuple(found[number] for number in range(len(wanted)))


def all_specs(settings: TeamSettings) -> tuple[str, ...]:
    """Every backend there is by name, the traveller's own servers first."""
    return tuple(dict.fromkeys(("offline", *settings.servers, *SERVERS, *NATIVE)))


async def _checked(
    spec: str, settings: TeamSettings, environment: Mapping[str, str], seconds: float
) -> Checkup:
    if spec in BACKENDS:
        return Checkup(spec, True, "needs no key and no network")
    if spec.startswith(f"{REPLAY}:"):
        return await _of_recording(spec)
    try:
        found = address(spec, settings, needs_model=False)
    except RequestError as error:
        return Checkup(spec, False, *_parted("; ".join(p.message for p in error.problems)))
    if found.server is not None:
        return await _of_server(found, found.server, environment, seconds)
    return _of_provider(found, environment)


async def _of_recording(spec: str) -> Checkup:
    try:
        file = recording_named(spec.removeprefix(f"{REPLAY}:"))
        await anyio.to_thread.run_sync(read_tape, file)
    except RequestError as error:
        return Checkup(spec, False, *_parted("; ".join(p.message for p in error.problems)))
    except RecordingError as error:
        return Checkup(spec, False, *_parted(str(error)))
    return Checkup(spec, True, "a recorded run")


def _of_provider(found: Address, environment: Mapping[str, str]) -> Checkup:
    provider = found.provider
    assert provider is not None
    missing = provider.missing_package()
    key = _key_name(found, environment)
    seen = Checkup(found.spec, False, "", url=found.settings.url, key=key)
    if missing:
        return replace(seen, why=f"the package {missing} is missing", do=provider.install)
    if not key and found.needs_key:
        return replace(seen, why="there is no key", do=f"set {' or '.join(found.key_names)}")
    why = f"{key} is set" if key else f"no key is needed where {found.who} finds credentials itself"
    return replace(seen, usable=True, sure=False, why=f"{why}; only a request tells the rest")


async def _of_server(
    found: Address, server: Server, environment: Mapping[str, str], seconds: float
) -> Checkup:
    key = _key_name(found, environment)
    seen = Checkup(found.spec, False, "", key=key)
    try:
        server = found.placed(environment).server or server
        seen = replace(seen, url=server.where)
        if not key and server.needs_key:
            return replace(seen, why="there is no key", do=f"set {' or '.join(server.key_names)}")
        with anyio.fail_after(seconds):
            there = await models(server, environment.get(key, "").strip() or None, BRIEF)
    except TimeoutError:
        why = f"{server.where} said nothing within {seconds:g} s"
        return replace(seen, asked=True, why=why, do="start the server, or check the URL")
    except BackendError as error:
        return _of_refusal(replace(seen, asked=True), str(error))
    seen = _of_models(replace(seen, asked=True, models=there), server, found)
    return replace(seen, why=f"{key} is set, {seen.why}") if key else seen


def _of_refusal(seen: Checkup, message: str) -> Checkup:
    if "(404)" in message:
        why = f"{seen.url} answers, but has no list of models (404)"
        return replace(
            seen, usable=True, sure=False, why=why, do="if the URL is wrong: most end in /v1"
        )
    why, do = _parted(message)
    return replace(seen, why=why, do=do)


def _of_models(seen: Checkup, server: Server, found: Address) -> Checkup:
    there, model = seen.models or (), found.model
    get = server.dialect.get_model
    if not there:
        return replace(
            seen, why="it has no models", do=get.format(model=model or "MODEL") or "load one there"
        )
    if not model:
        more = f" and {len(there) - _SHOWN} more" if len(there) > _SHOWN else ""
        return replace(seen, usable=True, why=f"has {', '.join(there[:_SHOWN])}{more}")
    if model in there or f"{model}:latest" in there:
        return replace(seen, usable=True, why=f"has {model}")
    if server.name == "llamacpp":  # it answers with the one model it was started with
        why = f"answers with {there[0]}, whatever is asked for"
        if found.spelled_out:  # known by its port alone
            why = f"has no model {model!r}; if it is llama.cpp's server, it {why}"
        return replace(seen, usable=True, sure=not found.spelled_out, why=why)
    near = _nearest(model, there)
    do = f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(there[:_SHOWN])}"
    if get:
        do += f" or get it: {get.format(model=model)}"
    return replace(seen, why=f"has no model {model!r}", do=do)


def _nearest(model: str, there: Iterable[str]) -> list[str]:
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        model,
        there,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=_NEAREST,
        score_cutoff=_ALIKE,
    )
    return [name for name, *_ in found]


def _key_name(found: Address, environment: Mapping[str, str]) -> str:
    """The variable with the key, of those that are set."""
    return next((name for name in found.key_names if environment.get(name, "").strip()), "")


def _parted(message: str) -> tuple[str, str]:
    """What happened and what to do, of a message of ours; neither has what hides or moves."""
    why, _, do = message.partition("; ")
    return clean_line(why, 600), clean_line(do, 600)
