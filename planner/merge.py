"""Merges what the agents found into one list of candidates, and settles where they disagree.

Pure: findings and the atlas in, a `Merged` out. Placing things in time is the schedule's alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import BaseModel

from agents.atlas.loader import activity
from agents.atlas.records import Activity
from agents.crowds import worth
from agents.errors import FieldProblem, RequestError, UnknownPlace
from agents.evidence import Ledger
from agents.findings import ActivityFinds, DraftDay, ItineraryDraft, RatedDestination, Tip
from agents.request import Tier, TripRequest
from agents.tools import place_fact
from planner.candidates import Candidate, left_out, obstacle
from planner.choose import choose
from planner.plan import (
    OWN_CHOICE,
    TAKEN_BACK,
    Alternative,
    Decision,
    LeftOut,
    Proposal,
    Stop,
    Unverified,
)

DRAFT_FIT = 0.5
"""What an anchor is worth that only a draft names."""
AGREEMENT = 0.2
"""What a place gains when two agents came upon it independently."""


@dataclass(frozen=True)
class Merged:
    """All the schedule needs, and what the plan has to tell of the merge."""

    stops: tuple[Stop, ...]
    tier: Tier
    candidates: tuple[Candidate, ...]
    themes: tuple[DraftDay | None, ...]
    comparison: tuple[RatedDestination, ...]
    decisions: tuple[Decision, ...]
    left_out: tuple[LeftOut, ...]
    tips: tuple[Tip, ...]
    unverified: tuple[Unverified, ...]


def merge(
    request: TripRequest,
    findings: Mapping[str, BaseModel],
    ledger: Ledger,
    overrides: Mapping[str, str] | None = None,
    *,
    broken_off: bool = False,
) -> Merged:
    """Unite the findings, by agent name. `overrides` maps decision ids to the traveller's choice.

    `broken_off` says that some agent did not get to its end.
    """
    overrides = overrides or {}
    choice = choose(request, findings, overrides, broken_off=broken_off)
    gathering = _Gathering(request, ledger, {s.destination for s in choice.stops}, overrides)
    for name, found in findings.items():
        if isinstance(found, ActivityFinds):
            gathering.take_finds(name, found)
        elif isinstance(found, ItineraryDraft):
            gathering.check_names(name, found)
    days = choice.draft.days if choice.draft else ()
    drafted_by = next((n for n, f in findings.items() if isinstance(f, ItineraryDraft)), "draft")
    gathering.take_draft(drafted_by, days)
    gathering.take_musts()
    kept = gathering.settle()
    themes = tuple(days[i] if i < len(days) else None for i in range(request.dates.days))
    tips = tuple(
        t
        for f in findings.values()
        if isinstance(f, ActivityFinds)
        for t in f.tips
        if t.destination in gathering.chosen and all(e in ledger for e in t.evidence)
    )
    return Merged(
        stops=choice.stops,
        tier=choice.tier,
        candidates=kept,
        themes=themes,
        comparison=choice.comparison,
        decisions=choice.decisions + tuple(gathering.decisions),
        left_out=tuple(gathering.left_out),
        tips=tips,
        unverified=tuple(gathering.unverified.values()),
    )


@dataclass
class _Gathering:
    """Candidates by "destination/place" while the findings come in."""

    request: TripRequest
    ledger: Ledger
    chosen: set[str]
    overrides: Mapping[str, str]
    candidates: dict[str, Candidate] = field(default_factory=dict)
    refused: dict[str, dict[str, str]] = field(default_factory=dict)
    """Reasons of the agents that ruled a place out: place id, then agent."""
    decisions: list[Decision] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    unverified: dict[str, Unverified] = field(default_factory=dict)

    def take_finds(self, agent: str, found: ActivityFinds) -> None:
        for find in found.finds:
            self._propose(agent, find.destination, find.place, find.fit, find.reason, find.evidence)
        for refusal in found.ruled_out:
            self.refused.setdefault(refusal.subject, {})[agent] = refusal.reason

    def check_names(self, agent: str, found: ItineraryDraft) -> None:
        """Name what no record knows, in every draft, chosen or not."""
        for draft in found.drafts:
            for day in draft.days:
                for anchor in day.anchors:
                    self._known(agent, day.destination, anchor.place)

    def take_draft(self, agent: str, days: tuple[DraftDay, ...]) -> None:
        for number, day in enumerate(days):
            for anchor in day.anchors:
                self._propose(
                    agent,
                    day.destination,
                    anchor.place,
                    DRAFT_FIT,
                    anchor.reason,
                    anchor.evidence,
                    number,
                )

    def take_musts(self) -> None:
        for must in self.request.musts:
            where, _, id = must.partition("/")
            if where in self.chosen:
                self._propose("traveller", where, id, 1.0, "you asked for it", ())
                if must in self.candidates:
                    self.candidates[must] = replace(self.candidates[must], required=True)

    def _known(self, agent: str, where: str, id: str) -> Activity | None:
        """The record, or None once the name is noted as unverified."""
        try:
            return activity(where, id)
        except UnknownPlace as error:
            name = f"{where}/{id}"
            self.unverified.setdefault(name, Unverified(named_by=agent, name=name, why=str(error)))
            return None

    def _propose(
        self,
        agent: str,
        where: str,
        id: str,
        fit: float,
        reason: str,
        evidence: tuple[str, ...],
        day: int | None = None,
    ) -> None:
        record = self._known(agent, where, id)
        if record is None or where not in self.chosen:
            return
        days = frozenset() if day is None else frozenset({day})
        cited = tuple(e for e in evidence if e in self.ledger)
        if f"place/{where}/{id}" not in cited:
            entered = self.ledger.enter(place_fact(where, id), tool="place", asked_by="merge")
            cited = (entered, *cited)
        key = f"{where}/{id}"
        known = self.candidates.get(key)
        if known is None:
            self.candidates[key] = Candidate(
                where,
                record,
                fit,
                (agent,),
                reason,
                cited,
                anchored=days,
                liking=worth(self.request.crowds, record.popularity, icon=record.icon),
            )
            return
        second = agent not in known.proposed_by
        self.candidates[key] = replace(
            known,
            fit=min(1.0, max(known.fit, fit) + (AGREEMENT if second else 0.0)),
            proposed_by=known.proposed_by + ((agent,) if second else ()),
            reason=known.reason or reason,
            evidence=tuple(dict.fromkeys(known.evidence + cited)),
            anchored=known.anchored | days,
        )

    def settle(self) -> tuple[Candidate, ...]:
        """Drop what a need or a never forbids, decide what the agents disagree on."""
        kept = []
        for key in sorted(self.candidates):
            candidate = self.candidates[key]
            barrier = None if candidate.required else obstacle(self.request, candidate)
            if barrier:
                self._leave(candidate, *barrier)
            elif key in self.refused and not candidate.required:
                kept += self._settle_refusal(candidate)
            else:
                kept.append(candidate)
        for key in sorted(self.refused.keys() - self.candidates.keys()):
            where, _, id = key.partition("/")
            if where in self.chosen and id and self._known("activities", where, id):
                agent, reason = next(iter(self.refused[key].items()))
                record = activity(where, id)
                self._leave(Candidate(where, record, 0, (agent,), "", ()), "ruled_out", reason)
        return tuple(kept)

    def _settle_refusal(self, candidate: Candidate) -> list[Candidate]:
        """One agent wants it, another ruled it out: the wish yields, unless the traveller says so."""
        against = self.refused[candidate.id]
        id = f"place:{candidate.id}"
        side = self.overrides.get(id, "out")
        if side not in ("in", "out"):
            message = f"{side!r} is no choice for {id}; there are in and out"
            raise RequestError([FieldProblem("decide", message)])
        back = side == "in"
        name = candidate.activity.name
        other = Alternative(value="out", label="leave it out")
        if not back:
            other = Alternative(value="in", label=f"go to {name}, where it fits")
        self.decisions.append(
            Decision(
                id=id,
                subject=f"Whether to go to {name}",
                proposals=(
                    *(Proposal(by=a, value="in") for a in candidate.proposed_by),
                    *(Proposal(by=a, value=f"out: {why}") for a, why in sorted(against.items())),
                ),
                chosen=side,
                rule=OWN_CHOICE if back else "a stated reason against outweighs a wish",
                reverse=TAKEN_BACK if back else "overriding it",
                alternatives=(other,),
            )
        )
        if back:
            return [candidate]
        self._leave(candidate, "ruled_out", next(iter(against.values())))
        return []

    def _leave(self, candidate: Candidate, reason: str, detail: str) -> None:
        self.left_out.append(left_out(candidate, reason, detail))
