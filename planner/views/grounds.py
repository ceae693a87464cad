"""What a statement rests on, in words, and where one can look it up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from agents.atlas.records import Coordinates
from agents.text import clean_line
from planner.plan import TripPlan
from planner.views.words import MARKS, SURE

_URL = re.compile(r"https?://[!#-;=?-Z_a-z~%\[\]]+", re.IGNORECASE)
_AFTER = ".,;:!?)]'"
"""What ends a sentence rather than an address."""


@dataclass(frozen=True)
class Ground:
    """One entry of the ledger."""

    mark: str
    """ "✓", "≈" or "?"."""
    sure: str
    """The same in words: "verified, from a record", "an estimate", "unverified, check before …"."""
    claim: str
    sources: tuple[str, ...]
    as_of: str
    """ "2025-10-01", or ""."""
    asked_by: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """Somewhere to look further: always http or https, and `label` names the host it leads to."""

    label: str
    url: str


def grounds(plan: TripPlan, ids: Iterable[str]) -> tuple[Ground, ...]:
    """The entries of the plan's ledger under `ids`, in that order; unknown ids are left out."""
    entries = {e.id: e for e in plan.evidence}
    return tuple(
        Ground(
            mark=MARKS[entry.status],
            sure=SURE[entry.status],
            claim=entry.claim,
            sources=entry.sources,
            as_of=entry.as_of.isoformat() if entry.as_of else "",
            asked_by=tuple(map(clean_line, entry.asked_by)),
        )
        for entry in (entries[id] for id in dict.fromkeys(ids) if id in entries)
    )


def map_link(coordinates: Coordinates) -> Link:
    """OpenStreetMap with a pin at `coordinates`."""
    at = f"{coordinates[0]:.5f}", f"{coordinates[1]:.5f}"
    return Link(
        "OpenStreetMap",
        f"https://www.openstreetmap.org/?mlat={at[0]}&mlon={at[1]}#map=17/{at[0]}/{at[1]}",
    )


def wikidata_link(id: str) -> Link:
    """The page of a Wikidata item."""
    return Link("Wikidata", f"https://www.wikidata.org/wiki/{id}")


def source_links(rests_on: Iterable[Ground]) -> tuple[Link, ...]:
    """The web addresses that the sources name, each once."""
    words = (source for ground in rests_on for source in ground.sources)
    found = (url.rstrip(_AFTER) for text in words for url in _URL.findall(text))
    links = (_named(url) for url in dict.fromkeys(found))
    return tuple(link for link in links if link is not None)


def _named(url: str) -> Link | None:
    """A link under its host's name; None for what hides where it leads, or leads nowhere."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    return Link(host, url) if host and "@" not in parts.netloc else None
