"""What is known of a backend without asking anybody: where words would go, and what it lacks.

Only the environment is looked at, and which packages there are; never is a key part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from agents.backends.servers.places import is_loopback
from agents.errors import BackendError, RequestError
from planner.team_settings import TeamSettings

if TYPE_CHECKING:
    from planner.addresses import Address


@dataclass(frozen=True)
class Standing:
    """One backend. `place` is the host that is asked; empty where no model is asked anywhere."""

    spec: str
    place: str = ""
    here: bool = True
    """Whether nothing leaves this computer."""
    lacks: str = ""
    """Why it cannot be used, and what to do; empty when nothing is known against it."""
    told: str = ""
    """Where words go, for one that stands for several."""
    then: tuple[Standing, ...] = ()
    """Those that are asked one after the other when it gives up."""

    @property
    def words(self) -> str:
        """Where the words of a request go, or why they cannot."""
        then = (f"; if it gives up, {one.spec}: {one.words}" for one in self.then)
        return "".join((self._own_words, *then))

    @property
    def _own_words(self) -> str:
        if self.lacks or self.told:
            return self.lacks or self.told
        if not self.place:
            return "nothing is sent anywhere"
        return f"asks {self.place}, on this computer" if self.here else f"sends to {self.place}"


def standing(spec: str, settings: TeamSettings, environment: Mapping[str, str]) -> Standing:
    """How the backend of a spec stands. One that has no address is a rule set or a recording."""
    from planner.specs import address

    if ":" not in spec and spec not in settings.servers:
        return Standing(spec)
    try:
        found = address(spec, settings).placed(environment)
    except RequestError:
        return Standing(spec)
    except BackendError as error:
        return Standing(spec, spec.partition(":")[0], here=False, lacks=str(error))
    host = _host(found)
    return Standing(spec, host, is_loopback(host), _lacks(found, environment))


def told(standings: Iterable[Standing]) -> tuple[str, bool]:
    """What a traveller must know before a run, in a line, and whether it is bad news."""
    known = [one for one in standings if one.place or one.lacks]
    lacking = next((one for one in known if one.lacks), None)
    if lacking is not None:
        return f"{lacking.spec} cannot be used: {lacking.lacks}", True
    away = list(dict.fromkeys(one.place for one in known if not one.here))
    if away:
        return (
            f"what you wish for, and what is found for it, is sent to {' and '.join(away)}",
            False,
        )
    at = list(dict.fromkeys(one.place for one in known))
    return (
        (f"a model at {' and '.join(at)} is asked: nothing leaves this computer", False)
        if at
        else ("", False)
    )


def _host(found: Address) -> str:
    url = found.server.where if found.server is not None else found.settings.url
    return urlsplit(url).netloc.rpartition("@")[2] or found.who


def _lacks(found: Address, environment: Mapping[str, str]) -> str:
    if found.provider is not None and (missing := found.provider.missing_package()):
        return f"the package {missing} is missing; {found.provider.install}"
    held = any(environment.get(name, "").strip() for name in found.key_names)
    if held or not found.needs_key:
        return ""
    return f"{' or '.join(found.key_names)} is not set"
