"""The record format of the atlas: one TOML file a destination, validated on load.

Field classes decide how far a value may be trusted, not the single value:
*firm* (coordinates, country, time zone, currency, airports, climate), *good* (visit minutes,
area, hours), *estimate* (every `[low, high]` price, transfer minutes, diet grades), which is
always shown with the record's `as_of` date. What is not known is left out, never invented.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from agents.atlas.vocabulary import ActivityKind, Diet, Ease, Interest, Kind, Mode, Region, StepFree

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=60)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=240, strip_whitespace=True)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Coordinates = tuple[Latitude, Longitude]
"""Latitude and longitude in degrees, WGS 84."""
Minutes = Annotated[int, Field(ge=1, le=1440)]
PriceRange = tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]]
"""An estimate, `[low, high]`, in the destination's currency."""
Monthly = Annotated[tuple[float, ...], Field(min_length=12, max_length=12)]
CROWDED = 0.85
"""From this popularity a place is called crowded in season."""
QUIET = 0.35
"""Up to this popularity a place is called quiet."""


class Record(BaseModel):
    """Frozen, and strict about unknown keys, so that a misspelt one is named instead of lost."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Area(Record):
    """A quarter of a city, or a place nearby."""

    id: Slug
    name: Line
    coordinates: Coordinates
    character: Line


class Climate(Record):
    """Monthly normals, January first: mean daily high and low in °C, rain in mm."""

    source: Line
    high_c: Monthly
    low_c: Monthly
    rain_mm: Monthly

    @model_validator(mode="after")
    def _lows_below_highs(self) -> Self:
        for month, (low, high) in enumerate(zip(self.low_c, self.high_c, strict=True), 1):
            if low >= high:
                raise ValueError(f"month {month}: low {low} °C is not below high {high} °C")
        return self


class Costs(Record):
    """Estimates in the destination's currency: rooms a night for two, food a person and day."""

    room_budget: PriceRange
    room_mid: PriceRange
    room_comfort: PriceRange
    food_budget: PriceRange
    food_mid: PriceRange
    food_comfort: PriceRange
    transit_ride: PriceRange
    """One ride on public transport, one adult."""
    transit_day: PriceRange | None = None
    """A day ticket where there is one; no traveller pays more than this for a day of rides."""
    taxi_km: PriceRange


class Transfer(Record):
    """From an airport to the centre: door to door minutes, price for one person."""

    airport: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    mode: Mode
    minutes: Minutes
    price: PriceRange


class Neighbour(Record):
    """Another destination one can reach over land or by ferry, centre to centre."""

    id: Slug
    mode: Mode
    minutes: Minutes
    price: PriceRange


class Speciality(Record):
    """Something to eat, drink or bring home."""

    name: Line
    note: Line


class Activity(Record):
    """One thing to do. Times are local; prices are for one adult."""

    id: Slug
    name: Line
    kind: ActivityKind
    area: Slug
    coordinates: Coordinates
    minutes: Minutes
    """How long a visit usually takes."""
    hours: Line | None = None
    """OSM `opening_hours` syntax; left out where unknown, "24/7" where always open."""
    price: PriceRange
    indoor: bool
    children: bool = False
    """Whether it is a good idea with children under twelve."""
    step_free: StepFree | None = None
    icon: bool = False
    """On every top-ten list."""
    popularity: Annotated[float, Field(ge=0, le=1)]
    """How crowded in season: 1 a queue round the block, 0 hardly anyone but locals.

    Where visitors a year are published, 0.3 times their decimal logarithm less 1.05, at most 1:
    seven million give 1, a million 0.75, a hundred thousand 0.45, ten thousand 0.15. Elsewhere an
    estimate beside places of the same town that have a figure.
    """
    interests: Annotated[tuple[Interest, ...], Field(min_length=1, max_length=6)]
    diets: tuple[Diet, ...] = ()
    meals: tuple[Annotated[str, StringConstraints(pattern="^(lunch|dinner)$")], ...] = ()
    """Which meals one can have there, for food and markets."""
    book_ahead: bool = False
    why: Line
    """What it is and why one would go, in our own words."""
    wikidata: Annotated[str, StringConstraints(pattern=r"^Q\d+$")] | None = None

    @property
    def off_the_usual_lists(self) -> bool:
        """Whether it is quiet, and no icon."""
        return not self.icon and self.popularity <= QUIET

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.price[0] > self.price[1]:
            raise ValueError(f"price {list(self.price)}: low is above high")
        if self.minutes > 300:
            raise ValueError(f"minutes {self.minutes}: longer than 300; give the time on the spot")
        return self


class Destination(Record):
    """A place one can plan a trip to. See the module's docstring for what to trust how far."""

    id: Slug
    name: Line
    local_name: Line | None = None
    aliases: tuple[Line, ...] = ()
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    subdivision: str | None = None
    """ISO 3166-2 code without the country, for regional public holidays."""
    region: Region
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    coordinates: Coordinates
    time_zone: str
    airports: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")], ...] = ()
    summary: Line
    as_of: date
    """The date of the estimates."""
    sources: Annotated[tuple[Line, ...], Field(min_length=1)]
    base: Slug
    """The area a first-time visitor would best stay in."""
    hilly: bool = False
    interests: tuple[Interest, ...] = ()
    """What the place is best known for."""
    climate: Climate
    costs: Costs
    diets: dict[Diet, Ease] = {}
    transfers: tuple[Transfer, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    specialities: Annotated[tuple[Speciality, ...], Field(min_length=3)]
    areas: Annotated[tuple[Area, ...], Field(min_length=3)]
    activities: Annotated[tuple[Activity, ...], Field(min_length=1)]
    unsure: tuple[Line, ...] = ()
    """What the writer could not settle and therefore left out."""

    @property
    def names(self) -> tuple[str, ...]:
        """What people call it, its own name first."""
        return tuple(dict.fromkeys(n for n in (self.name, self.local_name, *self.aliases) if n))


class Country(Record):
    """What holds in a whole country."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    name: Line
    aliases: tuple[Line, ...] = ()
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    lunch: tuple[str, str]
    """Earliest and latest usual start, "HH:MM"."""
    dinner: tuple[str, str]
    landmass: Slug
    """Places on the same landmass can be reached from each other by rail or road."""


class Land(Record):
    """A part of the world that people name and that is no country: the Alps, Tuscany."""

    id: Slug
    name: Line
    """As one says it after "in"."""
    aliases: tuple[Line, ...] = ()
    destinations: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Currency(Record):
    """How many units one euro buys: an estimate of `as_of`."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    per_eur: Annotated[float, Field(gt=0)]
    as_of: date


class CountriesFile(Record):
    """All of `countries.toml`."""

    countries: tuple[Country, ...]
    currencies: tuple[Currency, ...]


class LandsFile(Record):
    """All of `lands.toml`."""

    lands: tuple[Land, ...]


class IndexEntry(Record):
    """What is known of a destination without opening its file. Generated, never edited."""

    id: Slug
    name: Line
    names: tuple[str, ...]
    country: str
    region: Region
    kinds: tuple[Kind, ...]
    coordinates: Coordinates
    airports: tuple[str, ...]
    interests: tuple[Interest, ...]
    high_c: Monthly
    rain_mm: Monthly
    day_eur: tuple[float, float]
    """Room, food and rides for one of two, middle tier, euros a day: an estimate."""
