"""What a model names is matched to what the tools returned; what it made up cannot pass for more.

Names become ids. Evidence that no tool returned is dropped. A reason with a figure that nothing
cited holds is replaced by what the evidence says. A place that nobody knows stays as it was
written, for the merge to report as unverified.
"""

from __future__ import annotations

from functools import singledispatchmethod
from typing import Any

from pydantic import BaseModel

from agents.agent import Output, Task
from agents.backends.answers.contacts import without_contacts
from agents.backends.answers.drafts import held_draft
from agents.backends.answers.footing import Doubts, Footing
from agents.backends.rules.criteria import sent_back
from agents.findings import (
    ActivityFinds,
    Cited,
    Criterion,
    DestinationComparison,
    Find,
    ItineraryDraft,
    RatedDestination,
    RuledOut,
    Tip,
)
from agents.request import Relation

SENT_BACK = "the checks sent it back"
NOT_ASKED_FOR = "it was not asked for"
CRITERION = "criterion"
"""The name of one whose own does not hold."""


def ground(task: Task[Output], output: Output) -> tuple[Output, Doubts]:
    """`output` with ids, evidence and reasons that hold, and what its author has to mend."""
    grounding = _Grounding(task)
    held: Output = grounding.of(output)
    grounding.mind_emptiness(held)
    return held, grounding.doubts


def grounded(task: Task[Output], output: Output) -> Output:
    """`output` with only what holds; what is lacking or wrong is left out without a word."""
    return ground(task, output)[0]


class _Grounding(Footing):
    """Goes through one answer."""

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
        if not self.support.asked:
            self.doubts.add("nothing is in the answer and no tool was asked; look things up first")
        elif self.dropped:
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
                changed |= self.support.cited(value, "")
            return value.model_copy(update=changed)
        return tuple(map(self.of, value)) if isinstance(value, tuple) else value

    @of.register
    def _(self, found: ActivityFinds) -> ActivityFinds:
        gone: list[RuledOut] = []
        finds = tuple(f for f in (self._find(f, gone) for f in found.finds) if f is not None)
        ruled_out = (*self.ruled_out(found.ruled_out), *gone)[:400]
        self.mind_the_named("finds", {f.destination for f in finds}, ruled_out)
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
        ruled_out = (*self.ruled_out(found.ruled_out), *gone)[:100]
        self.mind_the_named("rated", rated.keys(), ruled_out)
        return DestinationComparison(rated=tuple(rated.values()), ruled_out=ruled_out)

    @of.register
    def _(self, found: ItineraryDraft) -> ItineraryDraft:
        drafts = tuple(d for d in (held_draft(self, d) for d in found.drafts) if d is not None)
        if self.request.relation in (Relation.ONE, Relation.THEN):
            if drafts and not any(d.stops == self.request.destinations for d in drafts):
                stops = ", then ".join(self.request.destinations)
                self.doubts.add(
                    f"drafts: there is none with the stops {stops}, in this order", gap=True
                )
        else:
            self.mind_the_named("drafts", {d.stops[0] for d in drafts}, ())
        return ItineraryDraft(drafts=drafts)

    def _find(self, find: Find, gone: list[RuledOut]) -> Find | None:
        where = self.wanted(find.destination)
        if where is None:
            self.drop(find.destination, NOT_ASKED_FOR, gone)
            return None
        where, place = self.place(where, find.place)
        subject = f"{where}/{place}"
        if not place or subject in self.sent_back:
            self.drop(subject if place else "", SENT_BACK, gone)
            return None
        return Find(destination=where, place=place, fit=find.fit, **self.cited(find, subject))

    def _tip(self, tip: Tip) -> Tip | None:
        """A tip on something that was looked up; one that rests on nothing is dropped."""
        where, text = self.wanted(tip.destination), without_contacts(tip.text)
        if where is None or not text:
            return None
        evidence = self.support.entered(tip.evidence, where)
        evidence = evidence or self.support.named_in(text, where)
        if not evidence or not self.support.holds(text, evidence):
            return None
        cited = self.support.cited(tip.model_copy(update={"evidence": evidence}), where)
        return Tip(destination=where, text=text, **cited)

    def _rated(self, one: RatedDestination, gone: list[RuledOut]) -> RatedDestination | None:
        where = self.wanted(one.destination)
        if where is None:
            self.drop(one.destination, NOT_ASKED_FOR, gone)
            return None
        criteria = [c for c in (self._criterion(c, where) for c in one.criteria) if c is not None]
        if not criteria:
            self.dropped += 1
            self.doubts.add(f"rated, {where}: no criterion; score what the tools told of it")
            return None
        whole = self.support.entered((f"destination/{where}",))
        told = sent_back(self.task, where, whole or self.support.likely("", where)[:1])
        if told:
            criteria = [c for c in criteria if c.name != told[0].name] + told
        return RatedDestination(destination=where, criteria=tuple(criteria[-20:]))

    def _criterion(self, one: Criterion, where: str) -> Criterion | None:
        name = without_contacts(one.name) or CRITERION
        evidence = self.support.entered(one.evidence, where) or self.support.likely(name, where)
        name = name if self.support.holds(name, evidence) else CRITERION
        if not evidence:
            self.doubts.add(f"rated, {where}, {name}: no tool was asked about it; look it up")
            return None
        cited = self.support.cited(one.model_copy(update={"evidence": evidence}), where)
        return Criterion(name=name, score=one.score, weight=one.weight, **cited)
