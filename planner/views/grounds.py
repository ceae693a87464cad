"""What a statement rests on, in words, and where one can look it up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ground:
    """One entry of the ledger."""

    mark: str
    """ "✓", "≈" or "?"."""
    sure: str
    """The same in words: "from a record", "an estimate", "unverified, check before you go"."""
    claim: str
    sources: tuple[str, ...]
    as_of: str
    """ "2025-10-01", or ""."""
    asked_by: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """Somewhere to look further: always http or https."""

    label: str
    url: str
