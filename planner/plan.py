"""The plan: what every face, export and check reads. JSON of `TripPlan` is the public format."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from agents.atlas.records import Coordinates
from agents.atlas.vocabulary import Mode
from agents.evidence import Evidence
from agents.findings import RatedDestination, Tip
from agents.request import Amount, Frozen, Tier, TripRequest
from agents.text import Line
from agents.usage import Usage

CENT = Decimal("0.01")
OWN_CHOICE = "your own choice"
"""The rule of a decision that the traveller has turned round."""
TAKEN_BACK = "taking your choice back"
"""What turns such a decision round again."""


class Category(StrEnum):
    """Where money goes. Every cost of a plan is in exactly one."""

    TRAVEL = "travel"
    STAY = "stay"
    FOOD = "food"
    ACTIVITIES = "activities"
    TRANSIT = "transit"


class Cost(Frozen):
    """An estimate for the whole party: `expected` lies between `low` and `high`."""

    category: Category
    low: Amount
    expected: Amount
    high: Amount
    currency: str
    as_of: date | None = None


class _Item(Frozen):
    start: AwareDatetime
    end: AwareDatetime
    title: Line
    destination: str
    place_id: str | None = None
    """The place's id in the destination's record, where the item is at a known place."""
    coordinates: Coordinates | None = None
    cost: Cost | None = None
    evidence: tuple[str, ...] = ()
    reason: Line = ""
    proposed_by: tuple[str, ...] = ()


class Visit(_Item):
    kind: Literal["visit"] = "visit"


class Meal(_Item):
    """A meal; without `place_id` it is anywhere around `area`, at the usual price."""

    kind: Literal["meal"] = "meal"
    meal: Literal["breakfast", "lunch", "dinner"]
    area: Line = ""


class Leg(_Item):
    """The way from one place to the next. `minutes` of walking are part of the whole."""

    kind: Literal["leg"] = "leg"
    mode: Mode
    origin: Line
    target: Line
    from_coordinates: Coordinates
    to_coordinates: Coordinates
    km: float
    walk_minutes: int = 0
    kg_co2e: float | None = None
    """Per person."""


class Stay(_Item):
    """A night, from coming back until the next morning."""

    kind: Literal["stay"] = "stay"


class Committed(_Item):
    """Something the traveller has fixed."""

    kind: Literal["commitment"] = "commitment"


class Free(_Item):
    kind: Literal["free"] = "free"


Item = Annotated[Visit | Meal | Leg | Stay | Committed | Free, Field(discriminator="kind")]


class Day(Frozen):
    """One date. `stop` is the destination where the day is spent (or slept, when travelling)."""

    date: date
    stop: str
    theme: Line = ""
    items: tuple[Item, ...]


class Stop(Frozen):
    """A stay in one destination."""

    destination: str
    name: Line
    arrive: date
    leave: date
    nights: int


class CategorySum(Frozen):
    category: Category
    low: Amount
    expected: Amount
    high: Amount


class Costs(Frozen):
    """What the plan costs the whole party; `total` is the sum of what is expected."""

    currency: str
    categories: tuple[CategorySum, ...]
    low: Amount
    total: Amount
    high: Amount
    budget: Amount | None = None
    left: Amount | None = None
    """Budget minus total; below zero when the plan costs more."""
    tier: Tier
    excluded: tuple[Line, ...] = ()
    """What is not in the sum, and why."""


class LeftOut(Frozen):
    """A candidate that is not in the plan. `reason` is a code, `detail` says it in words."""

    destination: str
    place_id: str
    name: Line
    reason: str
    detail: Line
    proposed_by: tuple[str, ...] = ()


class Proposal(Frozen):
    by: str
    value: Line


class Alternative(Frozen):
    """Another side of a decision; `value` is what an override of its id takes."""

    value: Line
    label: Line


class Decision(Frozen):
    """A conflict and how it was settled. `id` names it for an override."""

    id: str
    subject: Line
    proposals: tuple[Proposal, ...]
    chosen: Line
    rule: Line
    reverse: Line
    """What would have turned it round."""
    alternatives: tuple[Alternative, ...] = ()
    """Every side but the chosen one; after an override, the one it was taken from is among them."""


class Check(Frozen):
    """One check of the gate."""

    id: str
    hard: bool
    passed: bool
    detail: Line
    places: tuple[str, ...] = ()
    """The places at fault, as "destination/place"."""


class Conflict(Frozen):
    """Wishes that cannot all be met, and the smallest change that would do."""

    check: str
    wishes: tuple[Line, ...]
    relaxations: tuple[Line, ...]


class AgentStatus(StrEnum):
    FINISHED = "finished"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"


class AgentReport(Frozen):
    """How an agent did. Whole `seconds`, so that the same request gives the same plan;
    the exact times are in the events."""

    name: str
    status: AgentStatus
    detail: Line = ""
    seconds: int
    usage: Usage
    backend: Line = ""
    """Who did its work; the last that was asked, where others had given up. Since 1.1."""


class Unverified(Frozen):
    """Something an agent named that no evidence backs; never scheduled."""

    named_by: str
    name: Line
    why: Line


class TripPlan(Frozen):
    """One trip, checked. `complete` is true when every hard check passed and no part is missing."""

    schema_version: Literal["1.0", "1.1"] = "1.1"
    request: TripRequest
    complete: bool = False
    summary: Line
    assumptions: tuple[Line, ...] = ()
    missing: tuple[Line, ...] = ()
    stops: tuple[Stop, ...]
    days: tuple[Day, ...]
    costs: Costs
    comparison: tuple[RatedDestination, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    decisions: tuple[Decision, ...] = ()
    checks: tuple[Check, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    tips: tuple[Tip, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    agents: tuple[AgentReport, ...] = ()
    unverified: tuple[Unverified, ...] = ()

    @property
    def failed_checks(self) -> tuple[Check, ...]:
        """The hard checks that did not pass."""
        return tuple(c for c in self.checks if c.hard and not c.passed)


def json_schema() -> dict[str, Any]:
    """JSON schema of the public format."""
    return TripPlan.model_json_schema(mode="serialization")
