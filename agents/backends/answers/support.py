"""What is said, and the entries of the ledger that bear it out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agents.agent import Task
from agents.atlas import loader
from agents.atlas.airports import plain
from agents.backends.answers.contacts import without_contacts
from agents.backends.answers.figures import COUNTED, Figure, figures_in
from agents.backends.answers.known import Known, figures_of
from agents.evidence import Evidence, Ledger
from agents.findings import Cited

MOST_CITED = 40
MOST_LIKELY = 6
_ABOUT = (
    (("weather", "climat", "rain", "temperat", "season"), ("climate/", "summary/")),
    (("cost", "price", "budget", "afford"), ("costs/", "summary/")),
    (("journey", "flight", "transport", "getting", "distance"), ("journey/",)),
    (("holiday",), ("holidays/",)),
)
"""How words in a criterion's name begin, and what entries it rests on."""
_WHOLE_PLACE = ("destination/", "summary/", "climate/", "costs/", "holidays/", "journey/")


class Support:
    """Holds what one agent says against what the tools of the run returned."""

    def __init__(self, task: Task[Any]) -> None:
        self.ledger: Ledger = task.tools.ledger
        self.entries = self.ledger.entries()
        self.asked = any(task.name in entry.asked_by for entry in self.entries)
        """Whether this agent called a tool that returned something."""
        self._said = Known()
        self._said.add_request(task.brief.request)
        for feedback in task.brief.feedback:
            self._said.add_text(feedback.detail)

    def entered(self, evidence: Iterable[str], where: str = "") -> tuple[str, ...]:
        """Those that are in the ledger; a place's id stands for the place's entry."""
        found: dict[str, None] = {}
        for id in evidence:
            for spelt in (id, f"place/{id}", f"place/{where}/{id}"):
                if spelt in self.ledger:
                    found[spelt] = None
                    break
        return tuple(found)[:MOST_CITED]

    def cited(self, said: Cited, subject: str, about: tuple[str, ...] = ()) -> dict[str, Any]:
        """A reason that its evidence bears out: the fields `reason` and `evidence`.

        `subject` is "destination" or "destination/place"; entries `about` it come first. A figure
        that stands in another entry on the subject is borne out by citing that too; a reason with
        a figure that stands nowhere gives way to what the evidence says.
        """
        own = tuple(e for e in about if e in self.ledger)
        entered = self.entered(said.evidence, subject.partition("/")[0])
        evidence = tuple(dict.fromkeys((*own, *entered)))[:MOST_CITED]
        reason = without_contacts(said.reason)
        if not self.holds(reason, evidence):
            more = self._bearing_out(reason, evidence, subject)
            if more is None:
                first = self.ledger.get(evidence[0]) if evidence else None
                reason = without_contacts(first.claim) if first else ""
            else:
                evidence = (*evidence[: MOST_CITED - len(more)], *more)
        return {"reason": reason, "evidence": evidence}

    def holds(self, text: str, evidence: tuple[str, ...]) -> bool:
        """Whether the request or the evidence holds every figure of the text."""
        return not self._missing(text, evidence)

    def _missing(self, text: str, evidence: tuple[str, ...]) -> list[Figure]:
        figures = [f for f in figures_in(text) if not (self._said.holds(f) or self._counted(f))]
        known = [self._figures_of(id) for id in evidence] if figures else []
        return [f for f in figures if not any(k.holds(f) for k in known)]

    def _counted(self, figure: Figure) -> bool:
        """Whether it is a number of places, and no more than were looked up."""
        return COUNTED in figure.kinds and figure.value <= len(self.entries)

    def _bearing_out(
        self, reason: str, evidence: tuple[str, ...], subject: str
    ) -> tuple[str, ...] | None:
        """Other entries on the same subject that hold the figures missing so far, or None."""
        missing = self._missing(reason, evidence)
        others = [e for e in self.entries if _concerns(e, subject) and e.id not in evidence]
        more: dict[str, None] = {}
        for figure in missing:
            entry = next((e for e in others if self._figures_of(e.id).holds(figure)), None)
            if entry is None:
                return None
            more[entry.id] = None
        return tuple(more)

    def _figures_of(self, id: str) -> Known:
        fact = self.ledger.fact(id)
        return figures_of(fact) if fact is not None else Known()

    def likely(self, name: str, where: str) -> tuple[str, ...]:
        """What a criterion that cites nothing must rest on, if it was looked up."""
        about = [
            e.id
            for e in self.entries
            if e.id.startswith(_WHOLE_PLACE) and where in e.id.split("/")[1:3]
        ]
        words = plain(name).split()
        heads = next((h for hints, h in _ABOUT if any(w.startswith(hints) for w in words)), ())
        return tuple([e for e in about if e.startswith(heads)] if heads else about)[:MOST_LIKELY]

    def named_in(self, text: str, where: str) -> tuple[str, ...]:
        """Of what was looked up: the places that a tip names, or the entry with the dish it names."""
        words = f" {plain(text)} "
        head = f"place/{where}/"
        looked_up = {e.id.removeprefix(head) for e in self.entries if e.id.startswith(head)}
        record = loader.destination(where)
        places = [
            head + place.id
            for place in record.activities
            if place.id in looked_up and f" {plain(place.name)} " in words
        ]
        if places:
            return tuple(places)
        whole = f"destination/{where}"
        dish = any(f" {plain(dish.name)} " in words for dish in record.specialities)
        return (whole,) if dish and whole in self.ledger else ()


def _concerns(entry: Evidence, subject: str) -> bool:
    """Whether an entry is about a destination, or about a place: "kind/destination/place/…"."""
    kind, _, rest = entry.id.partition("/")
    if kind == "journey":
        return subject in rest.split("/")[1:2]
    return f"{rest}/".startswith(f"{subject}/")
