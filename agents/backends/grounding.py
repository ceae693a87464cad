"""What a model names is matched to what the tools returned; what it made up cannot pass for more.

Names become ids. Evidence that no tool returned is dropped. A reason with a figure that nothing
cited holds is replaced by what the evidence says. A place that nobody knows stays as it was
written, for the merge to report as unverified.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatchmethod
from typing import Any, TypeVar

from pydantic import BaseModel

from agents.agent import Output, Task
from agents.atlas import loader
from agents.atlas.airports import plain
from agents.backends.figures import Known, figures_in, without_contacts
from agents.backends.naming import destination_id, place_id
from agents.evidence import Evidence, Ledger
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

MOST_CITED = 40
SENT_BACK = "the checks sent it back"
NOT_ASKED_FOR = "it was not asked for"
_ABOUT = (
    (("weather", "climate", "rain", "temperature", "season"), ("climate/",)),
    (("cost", "price", "budget", "money", "value"), ("costs/",)),
    (("journey", "way", "flight", "travel", "transport", "access", "distance"), ("journey/",)),
    (("holiday", "crowd"), ("holidays/",)),
)
"""Words in a criterion's name, and what entries it is likely to rest on."""
_WHOLE_PLACE = ("destination/", "summary/", "climate/", "costs/", "holidays/", "journey/")

Said = TypeVar("Said", bound=Cited)


class Doubts:
    """What is wrong with an answer, each once."""

    def __init__(self) -> None:
        self._said: dict[str, None] = {}

    def add(self, fault: str) -> None:
        self._said[fault] = None

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
    grounded = grounding.of(output)
    if grounding.empty(grounded):
        grounding.doubts.add(
            "nothing that holds is in the answer; name places and destinations by the ids that the "
            "tools returned"
            if grounding.asked_tools
            else "nothing is in the answer and no tool was asked; look things up, then hand in"
        )
    return grounded, grounding.doubts


def wanted(destination: str, request: TripRequest) -> bool:
    """Whether the request allows for a destination of the atlas."""
    if request.relation is not Relation.OPEN:
        return destination in request.destinations
    wish, place = request.open or OpenWish(), loader.index_entry(destination)
    return (not wish.regions or place.region in wish.regions) and (
        not wish.countries or place.country in wish.countries
    )


class _Grounding:
    """Goes through one answer."""

    def __init__(self, task: Task[Any]) -> None:
        self.doubts = Doubts()
        self._task = task
        self._request = task.brief.request
        self._ledger: Ledger = task.tools.ledger
        self._sent_back = {p for f in task.brief.feedback for p in f.places}
        self._said = Known()
        self._said.add_request(self._request)
        self._known: dict[tuple[str, ...], Known] = {}
        self._entries = self._ledger.entries()

    @property
    def asked_tools(self) -> bool:
        return any(self._task.name in entry.asked_by for entry in self._entries)

    def empty(self, grounded: BaseModel) -> bool:
        """Whether there is nothing in it, though there should be something."""
        lists = [getattr(grounded, name) for name in type(grounded).model_fields]
        nothing = bool(lists) and all(isinstance(part, tuple) and not part for part in lists)
        return nothing and (bool(self._dropped) or not self.asked_tools)

    _dropped = 0
    """How many things an answer had that do not stand."""

    @singledispatchmethod
    def of(self, value: Any) -> Any:
        """Any other type of findings: what it cites, wherever that stands."""
        if isinstance(value, BaseModel):
            changed = {n: self.of(getattr(value, n)) for n in type(value).model_fields}
            if isinstance(value, Cited):
                changed |= self._cited(value)
            return value.model_copy(update=changed)
        if isinstance(value, tuple):
            return tuple(self.of(part) for part in value)
        return value

    @of.register
    def _(self, found: ActivityFinds) -> ActivityFinds:
        gone: list[RuledOut] = []
        finds = [self._find(f, gone) for f in found.finds]
        kept = tuple(f for f in finds if f is not None)
        ruled_out = (*self._ruled_out(found.ruled_out), *gone)
        self._mention_all({f.destination for f in kept}, ruled_out, "finds")
        tips = tuple(t for t in map(self._tip, found.tips) if t is not None)
        return ActivityFinds(finds=kept, ruled_out=ruled_out[:400], tips=tips)

    @of.register
    def _(self, found: DestinationComparison) -> DestinationComparison:
        gone: list[RuledOut] = []
        rated: dict[str, RatedDestination] = {}
        for one in found.rated:
            grounded = self._rated(one, gone)
            if grounded is not None:
                rated.setdefault(grounded.destination, grounded)
        ruled_out = (*self._ruled_out(found.ruled_out), *gone)
        self._mention_all(rated.keys(), ruled_out, "rated")
        return DestinationComparison(rated=tuple(rated.values()), ruled_out=ruled_out[:100])

    @of.register
    def _(self, found: ItineraryDraft) -> ItineraryDraft:
        drafts = tuple(d for d in map(self._draft, found.drafts) if d is not None)
        if self._request.relation in (Relation.ONE, Relation.THEN):
            if not any(d.stops == self._request.destinations for d in drafts):
                stops = ", then ".join(self._request.destinations)
                self.doubts.add(f"drafts: there is none with the stops {stops}, in this order")
        else:
            self._mention_all({d.stops[0] for d in drafts}, (), "drafts")
        return ItineraryDraft(drafts=drafts)

    def _mention_all(
        self, mentioned: Iterable[str], ruled_out: Iterable[RuledOut], where: str
    ) -> None:
        """Every destination that the request names must come up, or be ruled out."""
        known = {*mentioned, *(r.subject for r in ruled_out)}
        missing = [d for d in self._request.destinations if d not in known]
        if missing:
            self.doubts.add(f"{where}: nothing about {', '.join(missing)}, which the request names")

    def _wanted(self, text: str) -> str | None:
        """The id of a destination that the request allows for."""
        id = destination_id(text)
        return id if id is not None and wanted(id, self._request) else None

    def _drop(self, subject: str, reason: str, gone: list[RuledOut] | None = None) -> None:
        self._dropped += 1
        if gone is not None and subject not in (g.subject for g in gone):
            gone.append(RuledOut(subject=subject, reason=reason))

    def _place(self, destination: str, text: str) -> tuple[str, str]:
        """Destination and place by their ids, as far as they are known; a name is made harmless."""
        where = self._wanted(destination) or destination
        head, _, tail = text.removeprefix("place/").partition("/")
        if tail and head != where and self._wanted(head) == head:
            where = head
        id = place_id(self._ledger, where, text)
        return where, id or without_contacts(text)

    def _find(self, find: Find, gone: list[RuledOut]) -> Find | None:
        where, place = self._place(find.destination, find.place)
        if self._wanted(where) is None:
            self._drop(without_contacts(where), NOT_ASKED_FOR, gone)
            return None
        subject = f"{where}/{place}"
        if not place or subject in self._sent_back:
            self._drop(subject, SENT_BACK, gone if place else None)
            return None
        about = (f"place/{subject}",)
        changed = self._cited(find, about, (f"/{subject}",))
        return find.model_copy(update={"destination": where, "place": place, **changed})

    def _tip(self, tip: Tip) -> Tip | None:
        where = self._wanted(tip.destination)
        text = without_contacts(tip.text)
        evidence = self._entered(tip.evidence, where or "")
        if where is None or not text or not (evidence := evidence or self._rests_on(text, where)):
            self._drop(tip.text, NOT_ASKED_FOR)
            return None
        if self._unsupported(f"{text} {tip.reason}", evidence):
            return None
        reason = without_contacts(tip.reason)
        return Tip(destination=where, text=text, reason=reason, evidence=evidence)

    def _rests_on(self, text: str, where: str) -> tuple[str, ...]:
        """Of what was looked up: the places that a tip names, or the dishes' own entry."""
        words = f" {plain(text)} "
        named = [
            entry.id
            for entry in self._entries
            if entry.id.startswith(f"place/{where}/")
            and f" {plain(loader.activity(where, entry.id.rsplit('/', 1)[1]).name)} " in words
        ]
        whole = f"destination/{where}"
        dishes = loader.destination(where).specialities
        if not named and whole in self._ledger:
            named = [whole for dish in dishes if f" {plain(dish.name)} " in words][:1]
        return tuple(named)

    def _ruled_out(self, ruled_out: Iterable[RuledOut]) -> tuple[RuledOut, ...]:
        """Those about something that the request allows for, by their ids."""
        kept = []
        for one in ruled_out:
            head, _, tail = one.subject.partition("/")
            where = self._wanted(head if tail else one.subject)
            if where is not None and tail:
                where, place = self._place(where, tail)
                subject = f"{where}/{place}"
            elif where is not None:
                subject = where
            else:
                subject = self._place_anywhere(one.subject)
            if not subject:
                self._dropped += 1
                continue
            changed = self._cited(one, (f"place/{subject}",), (f"/{subject}",))
            kept.append(one.model_copy(update={"subject": subject, **changed}))
        return tuple(kept)

    def _place_anywhere(self, text: str) -> str:
        """ "destination/place" of a place that was named without its destination, or ""."""
        places = {e.id.split("/")[1] for e in self._entries if e.id.startswith("place/")}
        named = ((w, place_id(self._ledger, w, text)) for w in sorted(places))
        found = [f"{where}/{id}" for where, id in named if id]
        return found[0] if len(found) == 1 else ""

    def _rated(self, one: RatedDestination, gone: list[RuledOut]) -> RatedDestination | None:
        where = self._wanted(one.destination)
        if where is None:
            self._drop(without_contacts(one.destination), NOT_ASKED_FOR, gone)
            return None
        criteria = []
        for criterion in one.criteria:
            name = without_contacts(criterion.name) or "criterion"
            evidence = self._entered(criterion.evidence, where) or self._likely(name, where)
            if not evidence:
                self.doubts.add(f"rated, {where}, {name}: no tool was asked about it; look it up")
                continue
            supported = criterion.model_copy(update={"evidence": evidence, "name": name})
            changed = self._cited(supported, (), (f"/{where}",))
            criteria.append(supported.model_copy(update=changed))
        criteria += [
            Criterion(name="last plan", score=0.0, weight=3.0, reason=f.detail, evidence=())
            for f in self._task.brief.feedback
            if where in f.places
        ]
        if not criteria:
            self._drop(where, "nothing was looked up about it")
            self.doubts.add(f"rated, {where}: no criterion; score what the tools told of it")
            return None
        return RatedDestination(destination=where, criteria=tuple(criteria[:20]))

    def _likely(self, name: str, where: str) -> tuple[str, ...]:
        """What a criterion that cites nothing must rest on, if it was looked up."""
        about = [e for e in self._entries if where in e.id.split("/")[1:3]]
        about = [e for e in about if e.id.startswith(_WHOLE_PLACE)]
        words = name.casefold()
        for hints, heads in _ABOUT:
            if any(hint in words for hint in hints):
                about = [e for e in about if e.id.startswith(heads)] or about
                break
        return tuple(e.id for e in about[:6])

    def _draft(self, draft: Draft) -> Draft | None:
        stops = tuple(filter(None, map(self._wanted, draft.stops)))
        if len(stops) < len(draft.stops) or not stops:
            self._drop(", ".join(draft.stops), NOT_ASKED_FOR)
            self.doubts.add(f"drafts: {without_contacts(', '.join(draft.stops))} was not asked for")
            return None
        nights = self._nights(stops, draft.nights)
        days = tuple(
            self._day(day, _stop_at(stops, nights, number))
            for number, day in enumerate(draft.days[: self._request.dates.days])
        )
        if 2 * len(days) < self._request.dates.days:
            asked = self._request.dates.days
            self.doubts.add(f"drafts, {stops[0]}: {len(days)} days; the trip has {asked}")
        cited = dict.fromkeys(e for d in days for a in d.anchors for e in a.evidence)
        evidence = tuple(dict.fromkeys((*self._entered(draft.evidence, stops[0]), *cited)))
        grounded = draft.model_copy(update={"evidence": evidence[:MOST_CITED]})
        changed = self._cited(grounded, (), tuple(f"/{s}" for s in stops))
        return Draft(stops=stops, nights=nights, days=days, **changed)

    def _nights(self, stops: tuple[str, ...], nights: tuple[int, ...]) -> tuple[int, ...]:
        """As the traveller said or as drafted, if they add up; else evenly."""
        total = self._request.dates.nights
        if len(self._request.stay_nights) == len(stops):
            return self._request.stay_nights
        if len(nights) == len(stops) and sum(nights) == total:
            return nights
        each, rest = divmod(total, len(stops))
        return tuple(each + (i < rest) for i in range(len(stops)))

    def _day(self, day: DraftDay, stop: str) -> DraftDay:
        where = self._wanted(day.destination) or stop
        anchors = tuple(a for a in (self._anchor(a, where) for a in day.anchors) if a is not None)
        cited = tuple(e for a in anchors for e in a.evidence)
        area = self._area(where, day.area or "")
        theme = without_contacts(day.theme)
        if self._unsupported(theme, cited):
            theme = ""
        if not theme:
            theme = loader.area(where, area).name if area else loader.index_entry(where).name
        return DraftDay(destination=where, theme=theme, area=area, anchors=anchors)

    def _anchor(self, anchor: Anchor, where: str) -> Anchor | None:
        where, place = self._place(where, anchor.place)
        if not place or f"{where}/{place}" in self._sent_back:
            self._dropped += 1
            return None
        changed = self._cited(anchor, (f"place/{where}/{place}",), (f"/{where}/{place}",))
        return anchor.model_copy(update={"place": place, **changed})

    def _area(self, where: str, text: str) -> str | None:
        wanted = plain(text)
        areas = loader.destination(where).areas
        found = [a.id for a in areas if wanted and wanted in (plain(a.id), plain(a.name))]
        return found[0] if len(found) == 1 else None

    def _entered(self, evidence: Iterable[str], where: str) -> tuple[str, ...]:
        """Those in the ledger; a place's id stands for the place's entry."""
        found: dict[str, None] = {}
        for id in evidence:
            for spelt in (id, f"place/{id}", f"place/{where}/{id}"):
                if spelt in self._ledger:
                    found[spelt] = None
                    break
        return tuple(found)[:MOST_CITED]

    def _cited(
        self, said: Cited, about: tuple[str, ...] = (), subjects: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Evidence that is there, `about` first, and a reason that it bears out.

        A figure that stands in another entry on one of `subjects` is borne out by citing that too.
        """
        where = subjects[0].split("/")[1] if subjects else ""
        own = tuple(e for e in about if e in self._ledger)
        evidence = tuple(dict.fromkeys((*own, *self._entered(said.evidence, where))))[:MOST_CITED]
        reason = without_contacts(said.reason)
        if self._unsupported(reason, evidence):
            more = self._bearing_out(reason, evidence, subjects)
            if more is None:
                first = self._ledger.get(evidence[0]) if evidence else None
                reason = first.claim if first else ""
            else:
                evidence = (*evidence[: MOST_CITED - len(more)], *more)
        return {"reason": reason, "evidence": evidence}

    def _unsupported(self, text: str, evidence: tuple[str, ...]) -> bool:
        """Whether there is a figure that neither the request nor the evidence holds."""
        figures = [f for f in figures_in(text) if not self._said.holds(f)]
        return bool(figures) and not all(map(self._figures_of(evidence).holds, figures))

    def _bearing_out(
        self, reason: str, evidence: tuple[str, ...], subjects: tuple[str, ...]
    ) -> tuple[str, ...] | None:
        """Other entries on the same subject that hold the figures missing so far, or None."""
        have, more = self._figures_of(evidence), []
        missing = [f for f in figures_in(reason) if not (self._said.holds(f) or have.holds(f))]
        others = [e for e in self._entries if _concerns(e, subjects) and e.id not in evidence]
        for figure in missing:
            entry = next((e for e in others if self._figures_of((e.id,)).holds(figure)), None)
            if entry is None:
                return None
            more.append(entry.id)
        return tuple(dict.fromkeys(more))

    def _figures_of(self, evidence: tuple[str, ...]) -> Known:
        if evidence not in self._known:
            known = self._known[evidence] = Known()
            for id in evidence:
                entry, fact = self._ledger.get(id), self._ledger.fact(id)
                if entry is not None:
                    known.add_text(entry.claim)
                if fact is not None:
                    known.add_values(fact)
        return self._known[evidence]


def _concerns(entry: Evidence, subjects: tuple[str, ...]) -> bool:
    return any(f"/{entry.id.partition('/')[2]}/".startswith(f"{s}/") for s in subjects) or (
        entry.id.startswith("journey/") and any(f"{s}/" in f"{entry.id}/" for s in subjects)
    )


def _stop_at(stops: tuple[str, ...], nights: tuple[int, ...], offset: int) -> str:
    """Where one is on day `offset`: a day belongs to the place one arrives at."""
    place, passed = stops[0], 0
    for name, count in zip(stops, nights, strict=True):
        if offset >= passed:
            place = name
        passed += count
    return place
