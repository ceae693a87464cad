"""What models a server has, by its own list."""

from __future__ import annotations

from typing import Any

from agents.backends.servers import connections, error_answers
from agents.backends.servers.dialects import Server
from agents.backends.servers.faults import Fault
from agents.backends.servers.patience import Patience
from agents.backends.servers.secrets import without, without_in
from agents.backends.talking.framing import A_PAGE, Framing, Unreadable
from agents.backends.talking.wire import Line, line_to
from agents.cleaning import clean_line

MOST_MODELS = 5000
LEAST_SECRET = 12
"""Characters of a key that is looked for in names: "ollama" is one, and a part of a model's name."""


async def models(server: Server, key: str | None, patience: Patience) -> tuple[str, ...]:
    """The names of the models that `server` has. Raises NotUsable or Unreachable."""
    line = await line_to(server, "", patience, key)
    try:
        entries = _entries(await line.get("/models"), line)
    except Fault as fault:
        raise fault.error() from None
    except Unreadable as error:
        page = str(error) == A_PAGE
        why = connections.a_page(server) if page else connections.malformed(server, str(error))
        raise why.error() from None
    names = (
        entry.get("id") or entry.get("name") if isinstance(entry, dict) else entry
        for entry in entries
    )
    secrets = [s for s in line.secrets if len(s) >= LEAST_SECRET]
    written = (clean_line(n, 200) for n in names if isinstance(n, str))
    return tuple(without(name, secrets) for name in written)[:MOST_MODELS]


def _entries(body: bytes, line: Line) -> list[Any]:
    """The list in an answer. Raises the fault that is told in its place, and Unreadable."""
    framing = Framing()  # what the conversation can read is read here too
    values = [*framing.feed(body), *framing.end()]
    listed = values[0] if values else None
    if isinstance(listed, dict):
        found = listed.get("data", listed.get("models"))
        if found is None and listed.get("object") == "list":
            return []  # so ollama says that it has none
        error = listed.get("error") or ("message" in listed and listed)
        if error and not isinstance(found, list):
            raise error_answers.of_error(line.server, "", without_in(error, line.secrets))
        listed = found
    if not isinstance(listed, list):
        raise Unreadable("there is no list of models in it")
    return listed
