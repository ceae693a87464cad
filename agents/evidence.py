"""What a statement rests on: facts from tools, entered in a run's ledger."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from agents.request import Frozen
from agents.text import Line


class Status(StrEnum):
    """How far a statement may be trusted."""

    VERIFIED = "verified"
    ESTIMATE = "estimate"
    UNVERIFIED = "unverified"


class Fact(Frozen):
    """What a tool returns: values, and what they rest on.

    `key` names the fact within a run and depends on the question alone, so that asking twice
    enters it once. `claim` says it in one line.
    """

    sources: tuple[str, ...]
    status: Status = Status.VERIFIED
    as_of: date | None = None

    @property
    @abstractmethod
    def key(self) -> str: ...

    @property
    @abstractmethod
    def claim(self) -> str: ...


class Evidence(Frozen):
    """One ledger entry; `id` is the fact's key."""

    id: str
    claim: Line
    status: Status
    sources: tuple[Line, ...]
    as_of: date | None = None
    tool: str = ""
    asked_by: Annotated[tuple[str, ...], Field(default=())]


class Ledger:
    """All that the tools of one run returned. Entering a fact again adds who asked."""

    def __init__(self) -> None:
        self._entries: dict[str, Evidence] = {}
        self._facts: dict[str, Fact] = {}

    def copy(self) -> Ledger:
        """A ledger with the same entries, to go on from without changing this one."""
        other = Ledger()
        other._entries = dict(self._entries)
        other._facts = dict(self._facts)
        return other

    def enter(self, fact: Fact, *, tool: str, asked_by: str) -> str:
        """Enter `fact`; return its id."""
        known = self._entries.get(fact.key)
        askers = {asked_by, *(known.asked_by if known else ())}
        self._entries[fact.key] = Evidence(
            id=fact.key,
            claim=fact.claim,
            status=fact.status,
            sources=fact.sources,
            as_of=fact.as_of,
            tool=min(known.tool, tool) if known else tool,  # the same, whoever was quicker
            asked_by=tuple(sorted(askers)),
        )
        self._facts[fact.key] = fact
        return fact.key

    def __contains__(self, id: object) -> bool:
        return id in self._entries

    def get(self, id: str) -> Evidence | None:
        return self._entries.get(id)

    def fact(self, id: str) -> Fact | None:
        """The fact behind an entry, with all its figures."""
        return self._facts.get(id)

    def entries(self, ids: Iterable[str] | None = None) -> tuple[Evidence, ...]:
        """The entries, or those among `ids`, in order of their ids."""
        wanted = self._entries.keys() if ids is None else set(ids) & self._entries.keys()
        return tuple(self._entries[i] for i in sorted(wanted))


class SaidByTraveller(Fact):
    """What the traveller's own words are the source of."""

    subject: Line
    words: Line
    sources: tuple[str, ...] = ("the traveller",)
    kind: Literal["said"] = "said"

    @property
    def key(self) -> str:
        return f"said/{self.subject}"

    @property
    def claim(self) -> str:
        return f"You said: {self.words}"
