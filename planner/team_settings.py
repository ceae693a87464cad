"""The part of the settings file about models: which backend, for whom, where, within which limits.

    backend = "anthropic:MODEL"           fallback = ["ollama:qwen3:8b", "offline"]
    [agents]                              activities = "ollama:qwen3:8b"
    [servers.work]                        url, model, key_env, effort, steps, stream
    [limits.run]  [limits.agent]  [limits.activities]
                                          seconds, requests, tool_calls, tokens, cost_usd

Only the standard library is imported: the app reads this before it paints. What is wrong becomes
a line in `faults`, and the rest is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import isfinite
from types import MappingProxyType
from typing import Any, Literal, cast
from urllib.parse import unquote

from agents.cleaning import clean_line

AGENTS = ("itinerary", "destinations", "activities")
"""The names of the team, as in `planner.orchestrator.TEAM`, which would load pydantic."""
AMOUNTS = ("seconds", "requests", "tool_calls", "tokens", "cost_usd")
LIMITED = ("run", "agent", *AGENTS)
"""The whole run, each agent, or one of them."""
_OWN = ("theme", "backend", "effort", "export_folder", "lately")
"""As in `planner.settings.Settings`, which would load more."""
_KNOWN = {"agents", "fallback", "servers", "limits", *_OWN}
"""What may stand at the top of the file."""
STEPS = ("auto", "whole", "small")
Steps = Literal["auto", "whole", "small"]
_LONGEST = 300
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,59}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_SECRETS = ("key", "api_key", "apikey", "token", "secret", "password", "authorization")
_SECRET_PART = re.compile(
    r"key|token|secret|passw|auth|credential|signature|(^|[^a-z])(sig|code|pwd|pass|sk)([^a-z]|$)"
)
"""What the name of a part of a query has in it that holds a secret; or a key without a name."""


@dataclass(frozen=True)
class ServerSettings:
    """How a server is asked. Empty means as the server itself has it, or as the request's mode says.

    `key_env` is the name of an environment variable: a key is never kept in a file.
    """

    url: str = ""
    model: str = ""
    key_env: str = ""
    effort: str = ""
    steps: Steps = "auto"
    stream: bool = True


@dataclass(frozen=True)
class TeamSettings:
    """What the file says, as far as it is right; `faults` says what is not, a line each."""

    agents: Mapping[str, str] = field(default_factory=dict)
    """A backend's spec by agent."""
    fallback: tuple[str, ...] = ()
    servers: Mapping[str, ServerSettings] = field(default_factory=dict)
    limits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Amounts by what they limit: one of LIMITED."""
    faults: tuple[str, ...] = ()


def team_settings(table: Mapping[str, Any]) -> TeamSettings:
    """What `table`, a whole settings file, says about models. Raises nothing."""
    faults = [
        f"{clean_line(name, 60)} is not known{_meant(name)}"
        for name in sorted(table.keys() - _KNOWN)
    ]
    return TeamSettings(
        agents=_agents(table.get("agents", {}), faults),
        fallback=_fallback(table.get("fallback", []), faults),
        servers=_servers(table.get("servers", {}), faults),
        limits=_limits(table.get("limits", {}), faults),
        faults=tuple(faults),
    )


def _meant(name: str) -> str:
    near = get_close_matches(name, sorted(_KNOWN), n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(sorted(_KNOWN))}"


def _agents(value: object, faults: list[str]) -> Mapping[str, str]:
    found = {}
    for name, spec in _entries(value, "[agents]", faults):
        if name not in AGENTS:
            faults.append(f"[agents] {name} is no agent; there are {', '.join(AGENTS)}")
        elif fault := _text_fault(spec):
            faults.append(f"[agents] {name} {fault}")
        else:
            found[name] = str(spec)
    return MappingProxyType(found)


def _fallback(value: object, faults: list[str]) -> tuple[str, ...]:
    specs = [value] if isinstance(value, str) else value
    if not isinstance(specs, list) or any(_text_fault(s) for s in specs):
        faults.append('fallback is no list of backends; write it as ["ollama:MODEL", "offline"]')
        return ()
    return tuple(specs)


def _servers(value: object, faults: list[str]) -> Mapping[str, ServerSettings]:
    found = {}
    for name, table in _entries(value, "[servers]", faults):
        where = f"[servers.{name}]"
        if not _NAME.fullmatch(name) or name == "offline":
            faults.append(f"{where} is no name for a server; take letters, digits, . _ and -")
            continue
        given: dict[str, Any] = {}
        for key, entry in _entries(table, where, faults):
            fault = _server_fault(key, entry)
            if fault:
                faults.append(f"{where} {key} {fault}")
            else:
                given[key] = entry
        found[name] = ServerSettings(**given)
    return MappingProxyType(found)


def _server_fault(key: str, value: object) -> str:
    """What is wrong with an entry of a server, or "". The value itself is never in it."""
    if any(secret == key.lower().replace("-", "_") for secret in _SECRETS):
        return (
            "is a secret in a file and not used: put it into an environment variable, and "
            'write key_env = "NAME_OF_THE_VARIABLE"'
        )
    check = _SERVER_CHECKS.get(key)
    if check is None:
        return f"is not known; there are {', '.join(_SERVER_CHECKS)}"
    return check(value)


def _limits(value: object, faults: list[str]) -> Mapping[str, Mapping[str, float]]:
    found = {}
    for what, table in _entries(value, "[limits]", faults):
        where = f"[limits.{what}]"
        if what not in LIMITED:
            faults.append(f"{where} limits nothing; there are {', '.join(LIMITED)}")
            continue
        given: dict[str, float] = {}
        for key, amount in _entries(table, where, faults):
            if fault := _amount_fault(key, amount):
                faults.append(f"{where} {key} {fault}")
            else:
                given[key] = cast(float, amount)
        found[what] = MappingProxyType(given)
    return MappingProxyType(found)


def _amount_fault(key: str, value: object) -> str:
    if key not in AMOUNTS:
        return f"is not known; there are {', '.join(AMOUNTS)}"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not isfinite(cast(float, value)) or cast(float, value) <= 0:
        return "is no number above 0"
    whole = key not in ("seconds", "cost_usd")
    return "is no whole number" if whole and not isinstance(value, int) else ""


def _entries(value: object, where: str, faults: list[str]) -> list[tuple[str, object]]:
    """The entries of a table, names cleaned; none, and a fault, when it is no table."""
    if not isinstance(value, dict):
        faults.append(f"{where} is no table")
        return []
    return [(clean_line(name, 60), entry) for name, entry in value.items()]


def _text_fault(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        return "is not a text in quotes"
    if len(value) > _LONGEST or not value.isprintable():
        return "is too long or has characters that cannot be shown"
    return ""


def _url_fault(value: object) -> str:
    if fault := _text_fault(value):
        return fault
    scheme, _, rest = str(value).partition("://")
    if scheme not in ("http", "https") or not rest:
        return "is no http or https address"
    if holds_secret(str(value)):
        return "has a name or a key in it; put the key into an environment variable: key_env"
    return ""


def holds_secret(url: str) -> bool:
    """Whether a URL has a password in it, or a key in its query: it would be shown and kept."""
    place, _, query = url.partition("://")[2].partition("#")[0].partition("?")
    parts = re.split("[&;]", query)
    names = (unquote(part.partition("=")[0]).lower() for part in parts)
    return "@" in place.partition("/")[0] or any(_SECRET_PART.search(name) for name in names)


def shown(spec: str) -> str:
    """A spec of a backend as it may be shown: an address with a secret in it without that."""
    scheme, mark, rest = spec.partition("://")
    if not mark or not holds_secret(spec):
        return spec
    address, hash_, model = rest.partition("#")
    place, _, query = address.partition("?")
    host, slash, path = place.partition("/")
    told = f"{host.rpartition('@')[2]}{slash}{path}" + ("?…" if query else "")
    return f"{scheme}://{told}{hash_}{model}"


def _variable_fault(value: object) -> str:
    if isinstance(value, str) and _VARIABLE.fullmatch(value):
        return ""
    return "is no name of an environment variable (A-Z, 0-9 and _); a key itself does not go here"


def _steps_fault(value: object) -> str:
    return "" if value in STEPS else f"is none of {', '.join(STEPS)}"


def _switch_fault(value: object) -> str:
    return "" if isinstance(value, bool) else "is neither true nor false"


_SERVER_CHECKS: Mapping[str, Callable[[object], str]] = {
    "url": _url_fault,
    "model": _text_fault,
    "key_env": _variable_fault,
    "effort": _text_fault,
    "steps": _steps_fault,
    "stream": _switch_fault,
}
