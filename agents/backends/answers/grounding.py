"""What a model names is matched to what the tools returned; what it made up cannot pass for more.

Names become ids. Evidence that no tool returned is dropped. A reason with a figure that nothing
cited holds is replaced by what the evidence says. A place that nobody knows stays as it was
written, for the merge to report as unverified.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatchmethod
from typing import Any

from pydantic import BaseModel

from agents.agent import Output, Task
from agents.atlas import loader
from agents.atlas.airports import plain
from agents.backends.answers.contacts import without_contacts
from agents.backends.answers.naming import destination_id, place_id
from agents.backends.answers.support import MOST_CITED, Support
from agents.backends.rules.criteria import sent_back
from agents.backends.rules.drafting import split_nights, stop_at
from agents.backends.rules.wishes import refused, within
from agents.cleaning import clean_line
from agents.findings import (
    ActivityFinds,
    Anchor,
    Cited,
    Criterion,
    DestinationComparison,
    Draft,
    DraftDay,
    Find,
    ItineraryDraft,
    RatedDestination,
    RuledOut,
    Tip,
)
from agents.request import OpenWish, Relation, TripRequest

LONGEST_NAME = 80
SENT_BACK = "the checks sent it back"
NOT_ASKED_FOR = "it was not asked for"
CRITERION = "criterion"
"""The name of one whose own does not hold."""


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


def ground(task: Task[Output], output: Output) -> tuple[Output, Doubts]:
    """`output` with ids, evidence and reasons that hold, and what its author has to mend."""
    grounding = _Grounding(task)
    held: Output = grounding.of(output)
    grounding.mind_emptiness(held)
    return held, grounding.doubts


def grounded(task: Task[Output], output: Output) -> Output:
    """`output` with only what holds; what is lacking or wrong is left out without a word."""
    return ground(task, output)[0]


def asked_for(destination: str, request: TripRequest) -> bool:
    """Whether the request allows for a destination of the atlas."""
    if request.relation is not Relation.OPEN:
        return destination in request.destinations
    return within(loader.index_entry(destination), request.open or OpenWish())


class _Grounding:
    """Goes through one answer."""

    def __init__(self, task: Task[Any]) -> None:
        self.doubts = Doubts()
        self._task = task
        self._request = task.brief.request
        self._sent_back = refused(task)
        self._support = Support(task)
        self._dropped = 0

    def mind_emptiness(self, grounded: BaseModel) -> None:
        """Nothing is an answer only when it was looked for, and nothing had to be dropped."""
        parts = [getattr(grounded, name) for name in type(grounded).model_fields]
        lists = [
            inner
            for part in parts
            for inner in ([part] if not isinstance(part, BaseModel) else dict(part).values())
        ]
        if not lists or any(not isinstance(part, tuple) or part for part in lists):
            return
        if not self._support.asked:
            self.doubts.add("nothing is in the answer and no tool was asked; look things up first")
        elif self._dropped:
            self.doubts.add(
                "nothing of the answer holds; name destinations and places by the ids that the "
                "tools returned"
            )

    @singledispatchmethod
    def of(self, value: Any) -> Any:
        """Any other type of findings: what it cites, wherever that stands."""
        if isinstance(value, BaseModel):
            changed = {n: self.of(getattr(value, n)) for n in type(value).model_fields}
            if isinstance(value, Cited):
                changed |= self._support.cited(value, "")
            return value.model_copy(update=changed)
        return tuple(map(self.of, value)) if isinstance(value, tuple) else value

    @of.register
    def _(self, found: ActivityFinds) -> ActivityFinds:
        gone: list[RuledOut] = []
        finds = tuple(f for f in (self._find(f, gone) for f in found.finds) if f is not None)
        ruled_out = (*self._ruled_out(found.ruled_out), *gone)[:400]
        self._mind_the_named("finds", {f.destination for f in finds}, ruled_out)
        tips = tuple(t for t in map(self._tip, found.tips) if t is not None)
        return ActivityFinds(finds=finds, ruled_out=ruled_out, tips=tips)

    @of.register
    def _(self, found: DestinationComparison) -> DestinationComparison:
        gone: list[RuledOut] = []
        rated: dict[str, RatedDestination] = {}
        for one in found.rated:
            grounded = self._rated(one, gone)
            if grounded is not None:
                rated.setdefault(grounded.destination, grounded)
        ruled_out = (*self._ruled_out(found.ruled_out), *gone)[:100]
        self._mind_the_named("rated", rated.keys(), ruled_out)
        return DestinationComparison(rated=tuple(rated.values()), ruled_out=ruled_out)

    @of.register
    def _(self, found: ItineraryDraft) -> ItineraryDraft:
        drafts = tuple(d for d in map(self._draft, found.drafts) if d is not None)
        if self._request.relation in (Relation.ONE, Relation.THEN):
            if drafts and not any(d.stops == self._request.destinations for d in drafts):
                stops = ", then ".join(self._request.destinations)
                self.doubts.add(
                    f"drafts: there is none with the stops {stops}, in this order", gap=True
                )
        else:
            self._mind_the_named("drafts", {d.stops[0] for d in drafts}, ())
        return ItineraryDraft(drafts=drafts)

    def _mind_the_named(
        self, where: str, mentioned: Iterable[str], ruled_out: Iterable[RuledOut]
    ) -> None:
        """Every destination that the request names comes up or is ruled out, if anything does."""
        mentioned = set(mentioned)
        known = mentioned | {r.subject for r in ruled_out}
        missing = [d for d in self._request.destinations if d not in known]
        if missing and (mentioned or self._dropped):
            unnamed = ", ".join(missing)
            self.doubts.add(f"{where}: nothing about {unnamed}, which the request names", gap=True)

    def _wanted(self, text: str) -> str | None:
        """The id of a destination that the request allows for."""
        id = destination_id(text)
        return id if id is not None and asked_for(id, self._request) else None

    def _drop(self, subject: str, reason: str, gone: list[RuledOut]) -> None:
        self._dropped += 1
        subject = without_contacts(subject)
        if subject and subject not in (g.subject for g in gone):
            gone.append(RuledOut(subject=subject, reason=reason))

    def _place(self, destination: str, text: str) -> tuple[str, str]:
        """Destination and place by their ids, as far as they are known; a name is made harmless."""
        head, _, tail = text.removeprefix("place/").partition("/")
        where = head if tail and self._wanted(head) == head else destination
        return where, place_id(self._support.ledger, where, text) or _free_name(text)

    def _cited(self, said: Cited, subject: str) -> dict[str, Any]:
        return self._support.cited(said, subject, (f"place/{subject}",))

    def _find(self, find: Find, gone: list[RuledOut]) -> Find | None:
        where = self._wanted(find.destination)
        if where is None:
            self._drop(find.destination, NOT_ASKED_FOR, gone)
            return None
        where, place = self._place(where, find.place)
        subject = f"{where}/{place}"
        if not place or subject in self._sent_back:
            self._drop(subject if place else "", SENT_BACK, gone)
            return None
        return Find(destination=where, place=place, fit=find.fit, **self._cited(find, subject))

    def _tip(self, tip: Tip) -> Tip | None:
        """A tip on something that was looked up; one that rests on nothing is dropped."""
        where, text = self._wanted(tip.destination), without_contacts(tip.text)
        if where is None or not text:
            return None
        evidence = self._support.entered(tip.evidence, where)
        evidence = evidence or self._support.named_in(text, where)
        if not evidence or not self._support.holds(text, evidence):
            return None
        cited = self._support.cited(tip.model_copy(update={"evidence": evidence}), where)
        return Tip(destination=where, text=text, **cited)

    def _ruled_out(self, ruled_out: Iterable[RuledOut]) -> tuple[RuledOut, ...]:
        """Those about something that the request allows for, by their ids."""
        kept = []
        for one in ruled_out:
            head, _, tail = one.subject.removeprefix("place/").partition("/")
            where = self._wanted(head)
            if where is None:
                subject = self._place_anywhere(one.subject)
            else:
                subject = "/".join(self._place(where, tail)) if tail else where
            if subject:
                kept.append(RuledOut(subject=subject, **self._cited(one, subject)))
            else:
                self._dropped += 1
        return tuple(kept)

    def _place_anywhere(self, text: str) -> str:
        """ "destination/place" of a place that was named without its destination, or ""."""
        ledger, entries = self._support.ledger, self._support.entries
        looked_at = {e.id.split("/")[1] for e in entries if e.id.startswith("place/")}
        named = ((where, place_id(ledger, where, text)) for where in sorted(looked_at))
        found = [f"{where}/{id}" for where, id in named if id]
        return found[0] if len(found) == 1 else ""

    def _rated(self, one: RatedDestination, gone: list[RuledOut]) -> RatedDestination | None:
        where = self._wanted(one.destination)
        if where is None:
            self._drop(one.destination, NOT_ASKED_FOR, gone)
            return None
        criteria = [c for c in (self._criterion(c, where) for c in one.criteria) if c is not None]
        if not criteria:
            self._dropped += 1
            self.doubts.add(f"rated, {where}: no criterion; score what the tools told of it")
            return None
        whole = self._support.entered((f"destination/{where}",))
        told = sent_back(self._task, where, whole or self._support.likely("", where)[:1])
        if told:
            criteria = [c for c in criteria if c.name != told[0].name] + told
        return RatedDestination(destination=where, criteria=tuple(criteria[-20:]))

    def _criterion(self, one: Criterion, where: str) -> Criterion | None:
        name = without_contacts(one.name) or CRITERION
        evidence = self._support.entered(one.evidence, where) or self._support.likely(name, where)
        name = name if self._support.holds(name, evidence) else CRITERION
        if not evidence:
            self.doubts.add(f"rated, {where}, {name}: no tool was asked about it; look it up")
            return None
        cited = self._support.cited(one.model_copy(update={"evidence": evidence}), where)
        return Criterion(name=name, score=one.score, weight=one.weight, **cited)

    def _draft(self, draft: Draft) -> Draft | None:
        stops = tuple(filter(None, map(self._wanted, draft.stops)))
        if len(stops) < len(draft.stops):
            self._dropped += 1
            named = without_contacts(", then ".join(draft.stops))
            self.doubts.add(f"drafts: {named} was not asked for")
            return None
        nights, dates = self._nights(stops, draft.nights), self._request.dates
        days = tuple(
            self._day(day, stop_at(stops, nights, number))
            for number, day in enumerate(draft.days[: dates.days])
        )
        if 2 * len(days) < dates.days:
            self.doubts.add(f"drafts, {stops[0]}: {len(days)} days; the trip has {dates.days}")
        cited = self._support.cited(draft, stops[0])
        anchored = (e for d in days for a in d.anchors for e in a.evidence)
        evidence = tuple(dict.fromkeys((*cited["evidence"], *anchored)))[:MOST_CITED]
        reason = cited["reason"]
        return Draft(stops=stops, nights=nights, days=days, reason=reason, evidence=evidence)

    def _nights(self, stops: tuple[str, ...], nights: tuple[int, ...]) -> tuple[int, ...]:
        """As the traveller said, or as drafted if that adds up; else evenly."""
        total, said = self._request.dates.nights, self._request.stay_nights
        if len(said) == len(stops):
            return said
        if len(nights) == len(stops) and sum(nights) == total:
            return nights
        return split_nights(total, (), [1] * len(stops))

    def _day(self, day: DraftDay, stop: str) -> DraftDay:
        where = self._wanted(day.destination) or stop
        anchors = tuple(a for a in (self._anchor(a, where) for a in day.anchors) if a is not None)
        area, theme = self._area(where, day.area or ""), without_contacts(day.theme)
        if not theme or not self._support.holds(
            theme, tuple(e for a in anchors for e in a.evidence)
        ):
            theme = loader.area(where, area).name if area else loader.index_entry(where).name
        return DraftDay(destination=where, theme=theme, area=area, anchors=anchors)

    def _anchor(self, anchor: Anchor, where: str) -> Anchor | None:
        id = place_id(self._support.ledger, where, anchor.place)
        place = id or _free_name(anchor.place)
        if not place or f"{where}/{place}" in self._sent_back:
            self._dropped += 1
            return None
        return Anchor(place=place, **self._cited(anchor, f"{where}/{place}"))

    def _area(self, where: str, text: str) -> str | None:
        """The area of a destination that is meant by its id or its name."""
        wanted = plain(text)
        areas = loader.destination(where).areas
        found = [a.id for a in areas if wanted and wanted in (plain(a.id), plain(a.name))]
        return found[0] if len(found) == 1 else None


def _free_name(text: str) -> str:
    """A name that nobody knows, as it was written, without what no name has."""
    return clean_line(without_contacts(text), LONGEST_NAME)
