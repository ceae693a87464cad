"""What models a server has, by its own list."""

from __future__ import annotations

from pydantic_core import from_json

from agents.backends.servers import connections
from agents.backends.servers.dialects import Server
from agents.backends.servers.faults import Fault
from agents.backends.servers.patience import Patience
from agents.backends.talking.wire import line_to
from agents.cleaning import clean_line

MOST_MODELS = 5000


async def models(server: Server, key: str | None, patience: Patience) -> tuple[str, ...]:
    """The names of the models that `server` has. Raises NotUsable or Unreachable."""
    line = await line_to(server, "", patience, key)
    try:
        listed = from_json(await line.get("/models"))
    except Fault as fault:
        raise fault.error() from None
    except ValueError:
        raise connections.malformed(server, "its list of models is no JSON").error() from None
    entries = listed.get("data", listed.get("models")) if isinstance(listed, dict) else listed
    names = (
        entry.get("id") or entry.get("name") if isinstance(entry, dict) else entry
        for entry in (entries if isinstance(entries, list) else ())
    )
    return tuple(clean_line(n, 200) for n in names if isinstance(n, str))[:MOST_MODELS]
