"""What is known of a destination as a whole, and which destinations there are."""

from __future__ import annotations

from agents.atlas import loader
from agents.atlas.names import lies_in
from agents.atlas.records import Area, Coordinates, IndexEntry, Neighbour, Speciality
from agents.atlas.vocabulary import Diet, Ease, Interest, Kind, Region
from agents.evidence import Fact, Status

INDEX_SOURCE = "Tripartite atlas, index of destinations"


class DestinationFact(Fact):
    """One destination; `lunch` and `dinner` are the earliest and latest usual start, "HH:MM"."""

    id: str
    name: str
    local_name: str | None
    country: str
    country_name: str
    region: Region
    kinds: tuple[Kind, ...]
    interests: tuple[Interest, ...]
    summary: str
    coordinates: Coordinates
    time_zone: str
    airports: tuple[str, ...]
    currency: str
    hilly: bool
    base: str
    areas: tuple[Area, ...]
    specialities: tuple[Speciality, ...]
    diets: dict[Diet, Ease]
    neighbours: tuple[Neighbour, ...]
    lunch: tuple[str, str]
    dinner: tuple[str, str]

    @property
    def key(self) -> str:
        return f"destination/{self.id}"

    @property
    def claim(self) -> str:
        return f"{self.name}, {self.country_name}: {self.summary}"


class DestinationSummary(Fact):
    """One line of the list of destinations.

    `high_c` and `rain_mm` are by month, January first; `day_eur` is an estimate of euros a day for
    one of two people, middle tier.
    """

    id: str
    name: str
    country: str
    country_name: str
    region: Region
    kinds: tuple[Kind, ...]
    interests: tuple[Interest, ...]
    coordinates: Coordinates
    airports: tuple[str, ...]
    high_c: tuple[float, ...]
    rain_mm: tuple[float, ...]
    day_eur: tuple[float, float]

    @property
    def key(self) -> str:
        return f"summary/{self.id}"

    @property
    def claim(self) -> str:
        low, high = self.day_eur
        where = f"{self.name}, {self.country_name} ({', '.join(self.kinds)})"
        return f"{where}: about €{low:.0f}–{high:.0f} a person and day"


def destination_fact(destination: str) -> DestinationFact:
    """What is known of the destination with this id; raises UnknownPlace."""
    place = loader.destination(destination)
    country = loader.country(place.country)
    shared = DestinationFact.model_fields.keys() & type(place).model_fields.keys()
    return DestinationFact(
        **{name: getattr(place, name) for name in shared},
        country_name=country.name,
        currency=country.currency,
        lunch=country.lunch,
        dinner=country.dinner,
    )


def destination_summaries(
    kinds: tuple[Kind, ...] = (),
    region: Region | None = None,
    country: str | None = None,
    land: str | None = None,
    interests: tuple[Interest, ...] = (),
) -> tuple[DestinationSummary, ...]:
    """Destinations with any of `kinds` in `region`, `country` or `land`; most shared interests first.

    Raises UnknownPlace for a land that the atlas does not have.
    """
    regions = (region,) if region else ()
    countries = (country,) if country else ()
    lands = (loader.land(land).id,) if land else ()

    def fits(entry: IndexEntry) -> bool:
        return (not kinds or bool(set(kinds) & set(entry.kinds))) and lies_in(
            entry, regions, countries, lands
        )

    wanted, wanted_kinds = set(interests), set(kinds)
    fitting = sorted(
        filter(fits, loader.index()),
        key=lambda e: (-len(wanted & set(e.interests)), -len(wanted_kinds & set(e.kinds)), e.id),
    )
    return tuple(_summary(entry) for entry in fitting)


def _summary(entry: IndexEntry) -> DestinationSummary:
    return DestinationSummary(
        **entry.model_dump(exclude={"names"}),
        country_name=loader.country(entry.country).name,
        sources=(INDEX_SOURCE,),
        status=Status.ESTIMATE,
    )


async def destination_facts(destination: str) -> DestinationFact:
    """What a destination is like: country, kinds, interests, areas, diets, currency, airports.

    destination: a destination id such as "lisbon". An unknown id raises with the nearest.
    """
    return destination_fact(destination)


async def list_destinations(
    kinds: tuple[Kind, ...] = (),
    region: Region | None = None,
    country: str | None = None,
    land: str | None = None,
    interests: tuple[Interest, ...] = (),
) -> tuple[DestinationSummary, ...]:
    """Which destinations there are, with monthly highs and rain and an estimated cost of a day.

    kinds: keep those that are any of these, e.g. ["coast", "historic"]. region: e.g. "europe".
    country: ISO code of two letters. land: e.g. "alps", from the request; any of the three will do.
    interests: those sharing most come first. There are a hundred: narrow it down.
    """
    return destination_summaries(kinds, region, country, land, interests)
