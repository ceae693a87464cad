"""The backends to choose from, by spec. Each is imported when it is made: a screen reads this first.

offline                       rules over the embedded atlas
SERVER:MODEL                  openai:…, ollama:qwen3:8b, openrouter:meta/…: over chat completions
PROVIDER:MODEL                anthropic:…, google:…, bedrock:…: over the provider's own library
http://host:port/v1#MODEL     any other server that speaks chat completions
replay:FILE                   a recorded run
NAME or NAME:MODEL            a server from the settings file
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from agents.cleaning import clean_line
from planner.team_settings import TeamSettings

if TYPE_CHECKING:
    from pathlib import Path

    from agents.backends.base import Backend

REPLAY = "replay"


@dataclass(frozen=True)
class BackendChoice:
    """One backend: the name to ask for it, what it is in a line, and how to make it."""

    name: str
    about: str
    make: Callable[[], Backend]


def _offline() -> Backend:
    from agents.backends.offline import OfflineBackend

    return OfflineBackend()


DEFAULT_BACKEND = "offline"
BACKENDS: Mapping[str, BackendChoice] = MappingProxyType(
    {
        choice.name: choice
        for choice in (
            BackendChoice(
                "offline",
                "rules over the embedded atlas: no key, no network, not a language model",
                _offline,
            ),
        )
    }
)
"""Those that need nothing."""


def backend_named(
    spec: str, settings: TeamSettings | None = None, *, own_pace: bool = False
) -> Backend:
    """The backend that `spec` asks for; raises RequestError saying what is wrong with it.

    No server is asked and no environment read before it runs. With `own_pace` a recorded run takes
    the time that it took.
    """
    return backend_choice(spec, settings, own_pace=own_pace).make()


def backend_choice(
    spec: str,
    settings: TeamSettings | None = None,
    *,
    known: Mapping[str, BackendChoice] = BACKENDS,
    own_pace: bool = False,
) -> BackendChoice:
    """What `spec` asks for, checked but not made yet; those `known` by name go first."""
    spec = spec.strip()
    if spec in known:
        return known[spec]
    if spec.startswith(f"{REPLAY}:"):
        return _recorded(spec, own_pace)
    from planner.specs import address

    found = address(spec, settings or TeamSettings())
    return BackendChoice(spec, found.about, found.backend)


def _recorded(spec: str, own_pace: bool) -> BackendChoice:
    file = recording_named(spec.removeprefix(f"{REPLAY}:"))

    def make() -> Backend:
        from agents.backends.replay import ReplayBackend
        from agents.backends.tape.lines import read_header

        read_header(file)  # a replay that cannot be is refused here, not by each agent
        return ReplayBackend(file, own_pace=own_pace)

    return BackendChoice(spec, f"the run recorded in {file.name}", make)


def recording_named(name: str) -> Path:
    """The file of a recorded run, by its first line. Raises RequestError saying what is wrong."""
    from pathlib import Path

    from agents.backends.tape.lines import is_recording
    from agents.errors import FieldProblem, RequestError

    file = Path()
    try:
        file = Path(name).expanduser()
        why = "" if file.is_file() else f"there is no file {name[:200]!r}"
    except (OSError, RuntimeError) as error:  # too long a name, or the home of a nobody
        why = f"the file {name[:200]!r} cannot be found ({error})"
    if not name:
        why = "no file is named"
    elif not why and not is_recording(file):
        why = f"{name[:200]!r} is no recording"
    if why:
        message = f"{clean_line(why, 400)}; write replay:FILE with a run that --record has written"
        raise RequestError([FieldProblem("backend", message)])
    return file
