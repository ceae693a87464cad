"""What the traveller asks for."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator

from agents.atlas.records import Coordinates
from agents.atlas.vocabulary import Diet, Interest, Kind, Region
from agents.text import Line, Text

MAX_TRAVELLERS = 12
MAX_DAYS = 21

Amount = Annotated[Decimal, PlainSerializer(float, when_used="json", return_type=float)]
"""An exact amount of money; a JSON number outside."""


class Frozen(BaseModel):
    """A value that crosses a boundary: never changed, no stray keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Relation(StrEnum):
    """How the named destinations belong together."""

    ONE = "one"
    OR = "or"
    THEN = "then"
    OPEN = "open"


class Effort(StrEnum):
    """How much work goes into a plan."""

    INSTANT = "instant"
    THINKING = "thinking"
    CONTEMPLATING = "contemplating"


class Pace(StrEnum):
    RELAXED = "relaxed"
    NORMAL = "normal"
    FULL = "full"


class Tier(StrEnum):
    BUDGET = "budget"
    MID = "mid"
    COMFORT = "comfort"


class Crowds(StrEnum):
    """How much the famous places count against those that few go to."""

    AVOID = "avoid"
    MIXED = "mixed"
    ICONS = "icons"


class Warmth(StrEnum):
    WARM = "warm"
    MILD = "mild"
    COOL = "cool"


class Traveller(Frozen):
    """One person; `age` in years is given for children only."""

    age: Annotated[int, Field(ge=0, le=17)] | None = None

    @property
    def is_child(self) -> bool:
        return self.age is not None


class Dates(Frozen):
    """First and last day on the road, both included."""

    start: date
    end: date
    window: tuple[date, date] | None = None
    """When only a month or season was asked for: any start in here would do as well."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"the end {self.end} is before the start {self.start}; swap them")
        if self.days > MAX_DAYS:
            raise ValueError(f"{self.days} days are too many; plan at most {MAX_DAYS} at a time")
        return self

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def nights(self) -> int:
        return (self.end - self.start).days


class Budget(Frozen):
    """What may be spent. `total` is for the whole party, `amount` as it was said."""

    amount: Annotated[Amount, Field(gt=0, le=10_000_000)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    per_person: bool = False

    def total(self, people: int) -> Decimal:
        return self.amount * people if self.per_person else self.amount


class Needs(Frozen):
    """What must hold for everybody."""

    step_free: bool = False
    diets: tuple[Diet, ...] = ()
    no_flying: bool = False


class CommitmentKind(StrEnum):
    ARRIVAL = "arrival"
    DEPARTURE = "departure"
    MEAL = "meal"
    EVENT = "event"


class Commitment(Frozen):
    """Something fixed. `start` is local time at the destination, without a zone."""

    kind: CommitmentKind
    label: Line
    start: datetime
    minutes: Annotated[int, Field(ge=0, le=720)] = 90
    place_id: str | None = None


class Origin(Frozen):
    """Where the trip starts from and returns to."""

    name: Line
    coordinates: Coordinates
    time_zone: str
    country: str
    airport: str | None = None


class OpenWish(Frozen):
    """What an open request asks of a destination: to lie in any of the parts of the world named."""

    kinds: tuple[Kind, ...] = ()
    warmth: Warmth | None = None
    regions: tuple[Region, ...] = ()
    countries: tuple[Line, ...] = ()
    lands: tuple[Line, ...] = ()
    """Parts of the world by their ids in the atlas, as "alps"."""
    without: tuple[Line, ...] = ()
    """Ids of destinations that are not wanted, wherever they lie."""


class TripRequest(Frozen):
    """The whole wish, resolved: ids from the atlas, real dates, no open words."""

    words: Text = ""
    destinations: Annotated[tuple[str, ...], Field(max_length=8)] = ()
    """Destination ids; empty when `relation` is open."""
    relation: Relation = Relation.ONE
    open: OpenWish | None = None
    stay_nights: tuple[int, ...] = ()
    """Nights in each destination of a trip with several stops; empty when it was not said."""
    dates: Dates
    origin: Origin | None = None
    travellers: Annotated[tuple[Traveller, ...], Field(min_length=1)] = (Traveller(), Traveller())
    budget: Budget | None = None
    tier: Tier | None = None
    interests: tuple[Interest, ...] = ()
    pace: Pace = Pace.NORMAL
    crowds: Crowds = Crowds.MIXED
    needs: Needs = Needs()
    musts: tuple[str, ...] = ()
    """Place ids, as "destination/place"."""
    nevers: tuple[str, ...] = ()
    """Place ids, as "destination/place", or activity kinds, as "kind:museum"."""
    commitments: tuple[Commitment, ...] = ()
    effort: Effort = Effort.THINKING

    @property
    def adults(self) -> int:
        return sum(not t.is_child for t in self.travellers)

    @property
    def children(self) -> tuple[int, ...]:
        """The children's ages."""
        return tuple(t.age for t in self.travellers if t.age is not None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        people = len(self.travellers)
        if people > MAX_TRAVELLERS:
            raise ValueError(
                f"travellers: {people} are more than the {MAX_TRAVELLERS} one plan can hold; split the group"
            )
        if self.adults == 0:
            raise ValueError("travellers: children need at least one adult with them")
        if (self.relation is Relation.OPEN) != (not self.destinations):
            raise ValueError("destinations: name at least one, or describe an open wish, not both")
        if self.relation is Relation.OPEN and self.open is None:
            raise ValueError("open: an open request says what it asks of a destination")
        if self.stay_nights:
            if len(self.stay_nights) != len(self.destinations):
                raise ValueError("stay_nights: give one number for each destination")
            if sum(self.stay_nights) != self.dates.nights:
                raise ValueError(
                    f"stay_nights: {' + '.join(map(str, self.stay_nights))} nights do not add up "
                    f"to the {self.dates.nights} between the dates"
                )
        outside = [
            c for c in self.commitments if not self.dates.start <= c.start.date() <= self.dates.end
        ]
        if outside:
            raise ValueError(f"commitments: {outside[0].label!r} is outside the dates of the trip")
        return self
