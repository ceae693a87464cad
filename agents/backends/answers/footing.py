"""What one answer may stand on: the request, what the tools returned, and what is doubted of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agents.agent import Task
from agents.atlas import loader
from agents.backends.answers.contacts import without_contacts
from agents.backends.answers.naming import destination_id, place_id
from agents.backends.answers.support import Support
from agents.backends.rules.wishes import refused, within
from agents.cleaning import clean_line
from agents.findings import Cited, RuledOut
from agents.request import OpenWish, Relation, TripRequest

LONGEST_NAME = 80


class Doubts:
    """What is wrong with an answer, each once. What is only a gap is worth telling one time."""

    def __init__(self) -> None:
        self._said: dict[str, None] = {}
        self.only_gaps = True

    def add(self, fault: str, *, gap: bool = False) -> None:
        self._said[fault] = None
        self.only_gaps &= gap

    def __bool__(self) -> bool:
        return bool(self._said)

    def told(self, most: int) -> str:
        """In one line, at most `most` of them by name."""
        said = list(self._said)
        more = f"; and {len(said) - most} more" if len(said) > most else ""
        return "; ".join(said[:most]) + more


def asked_for(destination: str, request: TripRequest) -> bool:
    """Whether the request allows for a destination of the atlas."""
    if request.relation is not Relation.OPEN:
        return destination in request.destinations
    return within(loader.index_entry(destination), request.open or OpenWish())


class Footing:
    """Of one answer, while it is gone through."""

    def __init__(self, task: Task[Any]) -> None:
        self.task = task
        self.doubts = Doubts()
        self.request = task.brief.request
        self.sent_back = refused(task)
        """Places, as "destination/place", that the checks refused in an earlier round."""
        self.support = Support(task)
        self.dropped = 0
        """How much of the answer was left out."""

    def wanted(self, text: str) -> str | None:
        """The id of a destination that the request allows for."""
        id = destination_id(text)
        return id if id is not None and asked_for(id, self.request) else None

    def drop(self, subject: str, reason: str, gone: list[RuledOut]) -> None:
        self.dropped += 1
        subject = without_contacts(subject)
        if subject and subject not in (g.subject for g in gone):
            gone.append(RuledOut(subject=subject, reason=reason))

    def place(self, destination: str, text: str) -> tuple[str, str]:
        """Destination and place by their ids, as far as they are known; a name is made harmless."""
        head, _, tail = text.removeprefix("place/").partition("/")
        where = head if tail and self.wanted(head) == head else destination
        return where, place_id(self.support.ledger, where, text) or free_name(text)

    def cited(self, said: Cited, subject: str) -> dict[str, Any]:
        return self.support.cited(said, subject, (f"place/{subject}",))

    def ruled_out(self, ruled_out: Iterable[RuledOut]) -> tuple[RuledOut, ...]:
        """Those about something that the request allows for, by their ids."""
        kept = []
        for one in ruled_out:
            head, _, tail = one.subject.removeprefix("place/").partition("/")
            where = self.wanted(head)
            if where is None:
                subject = self._place_anywhere(one.subject)
            else:
                subject = "/".join(self.place(where, tail)) if tail else where
            if subject:
                kept.append(RuledOut(subject=subject, **self.cited(one, subject)))
            else:
                self.dropped += 1
        return tuple(kept)

    def _place_anywhere(self, text: str) -> str:
        """ "destination/place" of a place that was named without its destination, or ""."""
        ledger, entries = self.support.ledger, self.support.entries
        looked_at = {e.id.split("/")[1] for e in entries if e.id.startswith("place/")}
        named = ((where, place_id(ledger, where, text)) for where in sorted(looked_at))
        found = [f"{where}/{id}" for where, id in named if id]
        return found[0] if len(found) == 1 else ""

    def mind_the_named(
        self, where: str, mentioned: Iterable[str], ruled_out: Iterable[RuledOut]
    ) -> None:
        """Every destination that the request names comes up or is ruled out, if anything does."""
        mentioned = set(mentioned)
        known = mentioned | {r.subject for r in ruled_out}
        missing = [d for d in self.request.destinations if d not in known]
        if missing and (mentioned or self.dropped):
            unnamed = ", ".join(missing)
            self.doubts.add(f"{where}: nothing about {unnamed}, which the request names", gap=True)


def free_name(text: str) -> str:
    """A name that nobody knows, as it was written, without what no name has."""
    return clean_line(without_contacts(text), LONGEST_NAME)
