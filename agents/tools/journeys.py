"""From home or another destination to a destination, and from its airport to the centre.

The figures are estimates by the method and the sources named in `agents.atlas.routes`; a link
that the record of either end names (`neighbours`) replaces the estimate by land.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from agents.amounts import exact_money
from agents.atlas import airports, geo, loader, names, routes
from agents.atlas.airports import plain
from agents.atlas.records import Coordinates, Destination, Transfer
from agents.atlas.routes import Route, Start
from agents.atlas.vocabulary import Mode
from agents.errors import ToolError, UnknownPlace
from agents.evidence import Fact, Status
from agents.tools.costs import AmountRange, converted, local_currency

PREFERRED_TRAIN_MINUTES = 330
LONGEST_LAND_MINUTES = 48 * 60
SAME_PLACE_KM = 60
EXACTLY = 100.0
NO_WAY = "no way without flying is known that takes two days at most"


class JourneyFact(Fact):
    """One way there. Where it is not `possible`, `reason` says why and the figures are None."""

    origin: str
    origin_name: str
    destination: str
    name: str
    flying: bool
    possible: bool
    reason: str = ""
    mode: Mode | None = None
    km: float
    minutes: int | None = None
    fare: AmountRange | None = None
    currency: str = "EUR"
    kg_co2e: float | None = None
    ferries: tuple[str, ...] = ()
    """Each as "Holyhead–Dublin"."""

    @property
    def key(self) -> str:
        return f"journey/{self.origin}/{self.destination}" + ("" if self.flying else "/no-flying")

    @property
    def claim(self) -> str:
        way = f"{self.origin_name} to {self.name}"
        if self.origin == self.destination:
            return f"{way}: already there"
        if self.mode is None or self.minutes is None or self.fare is None:
            return f"{way}: {self.reason}"
        hours, minutes = divmod(self.minutes, 60)
        low, high = self.fare
        sea = f" ({', '.join(self.ferries)})" if self.ferries else ""
        by = self.mode if not self.ferries or self.mode is Mode.FERRY else f"{self.mode} and ferry"
        return (
            f"{way} by {by}{sea}: about {hours} h {minutes:02d} min door to door, "
            f"€{low:.0f}–{high:.0f} one way, {self.kg_co2e:.0f} kg CO₂e a person"
        )


class TransferFact(Fact):
    """From an airport to the centre: minutes door to door, price for one person in `currency`."""

    destination: str
    name: str
    airport: str
    mode: Mode
    minutes: int
    price: AmountRange
    currency: str

    @property
    def key(self) -> str:
        return f"transfer/{self.destination}/{self.airport}/{self.mode}"

    @property
    def claim(self) -> str:
        low, high = self.price
        price = exact_money(low, self.currency) + (f"–{high:,.2f}" if high > low else "")
        return (
            f"{self.airport} airport to the centre of {self.name} by {self.mode}: "
            f"about {self.minutes} min, {price}"
        )


def journey_fact(
    origin_coordinates: Coordinates,
    origin_name: str,
    origin_country: str,
    origin_airport: str | None,
    destination: str,
    flying: bool = True,
) -> JourneyFact:
    """The way one would take, estimated as `agents.atlas.routes` says; raises UnknownPlace.

    By train or coach where that takes at most five and a half hours, else by air, else by land in
    up to two days. Coordinates in degrees, `origin_country` an ISO code, `origin_airport` an IATA
    code; the nearest airport when it is None.
    """
    known = _destination(origin_name, EXACTLY)
    near = known and geo.distance_km(known.coordinates, origin_coordinates) < SAME_PLACE_KM
    id = known.id if known and near else plain(origin_name).replace(" ", "-")
    return _journey(
        Start(id, origin_name, origin_coordinates, origin_country, origin_airport),
        loader.destination(destination),
        flying,
    )


def _journey(start: Start, place: Destination, flying: bool) -> JourneyFact:
    link, record = _named_link(start, place) or (None, "")
    land = link or routes.by_land(start, place)
    route = next(_preferred(start, place, flying, land), None)
    km = route.km if route else geo.distance_km(start.coordinates, place.coordinates)
    by_record = route is not None and route is link
    source = f"Tripartite atlas, record of {record}" if by_record else routes.DISTANCE_SOURCE
    return JourneyFact(
        origin=start.id,
        origin_name=start.name,
        destination=place.id,
        name=place.name,
        flying=flying,
        possible=route is not None,
        reason="" if route else NO_WAY,
        mode=route.mode if route else None,
        km=round(km, 1),
        minutes=route.minutes if route else None,
        fare=_euros(route.fare) if route else None,
        kg_co2e=round(route.kg_co2e, 1) if route else None,
        ferries=route.ferries if route else (),
        sources=(source, routes.EMISSION_SOURCE),
        status=Status.ESTIMATE,
        as_of=place.as_of,
    )


def _preferred(
    start: Start, place: Destination, flying: bool, land: Route | None
) -> Iterator[Route]:
    if land and land.minutes <= PREFERRED_TRAIN_MINUTES:
        yield land
    if flying and (flight := routes.by_air(start, place)):
        yield flight
    if land and land.minutes <= LONGEST_LAND_MINUTES:
        yield land


def _named_link(start: Start, place: Destination) -> tuple[Route, str] | None:
    """The link that the record of the place gives, else that of the start; and whose it is."""
    origin = loader.destination(start.id) if start.id in loader.destination_ids() else None
    for record, other in ((place, start.id), (origin, place.id)):
        for link in record.neighbours if record else ():
            if record and link.id == other:
                km = geo.distance_km(start.coordinates, place.coordinates)
                low, high = map(float, converted(link.price, local_currency(record), "EUR"))
                kg = routes.emissions_kg(link.mode, km)
                return Route(link.mode, km, link.minutes, (low, high), kg), record.name
    return None


def _euros(fare: tuple[float, float]) -> AmountRange:
    return Decimal(round(fare[0])), Decimal(round(fare[1]))


def _start(origin: str) -> Start:
    """Where `origin` is: an atlas id or name, an airport's code, or a city with an airport."""
    if known := _destination(origin, EXACTLY):
        return known
    if len(origin) == 3 and origin.isupper():
        found = airports.airport(origin)
        return Start(origin, found.city, found.coordinates, found.country, origin)
    try:
        found = airports.airports_of_city(origin)[0]
    except UnknownPlace:
        if misspelt := _destination(origin, names.CUTOFF):
            return misspelt
        raise
    slug = plain(origin).replace(" ", "-")
    return Start(slug, origin, found.coordinates, found.country, found.iata)


def _destination(name: str, cutoff: float) -> Start | None:
    match = names.resolve(name, cutoff)
    if match is None or match.kind is not names.MatchKind.DESTINATION:
        return None
    place = loader.index_entry(match.code)
    airport = next(iter(place.airports), None)
    return Start(place.id, place.name, place.coordinates, place.country, airport)


def transfer_facts(destination: str) -> tuple[TransferFact, ...]:
    """Known ways from the airports to the centre, quickest first, taxis last; or UnknownPlace."""
    place = loader.destination(destination)
    return tuple(_transfer(place, t) for t in routes.transfers_by_choice(place))


def _transfer(place: Destination, transfer: Transfer) -> TransferFact:
    local = local_currency(place)
    return TransferFact(
        destination=place.id,
        name=place.name,
        airport=transfer.airport,
        mode=transfer.mode,
        minutes=transfer.minutes,
        price=converted(transfer.price, local, local),
        currency=local,
        sources=place.sources,
        status=Status.ESTIMATE,
        as_of=place.as_of,
    )


def transfer_fact(destination: str, airport: str | None = None) -> TransferFact:
    """The quickest way from `airport`, or the main one, to the centre; raises ToolError."""
    place = loader.destination(destination)
    wanted = airport or next(iter(place.airports), None)
    found = [t for t in transfer_facts(destination) if t.airport == wanted]
    if not found:
        known = ", ".join(sorted({t.airport for t in place.transfers})) or "none"
        raise ToolError(
            f"no transfer from {wanted or 'an airport'} to {place.name} is known; "
            f"airports with one: {known}"
        )
    return found[0]


async def getting_there(origin: str, destination: str, flying: bool = True) -> JourneyFact:
    """How one would travel to a destination: mode, minutes door to door, fare, kg CO₂e; estimated.

    origin: a destination id, a city's name or an airport's code of three letters. destination: a
    destination id. flying: false to stay on the ground. fare is [low, high] in euros one way for
    one adult. Where there is no way, possible is false and reason says why.
    """
    return _journey(_start(origin), loader.destination(destination), flying)


async def airport_transfer(destination: str, airport: str | None = None) -> TransferFact:
    """The quickest way from an airport to the centre of its city: mode, minutes, price; estimated.

    destination: a destination id. airport: a code of three letters; its main airport if left out.
    """
    return transfer_fact(destination, airport)
