"""What there is to choose from, for a form."""

from __future__ import annotations

from typing import NamedTuple

from agents.atlas import loader, names
from agents.atlas.vocabulary import Diet, Interest
from agents.errors import FieldProblem
from agents.request import Crowds, Effort, Pace, Tier
from planner.intake import money, slots
from planner.intake.notes import Log
from planner.intake.passage import fold
from planner.pace import HOURS, VISITS

_COMMON_CURRENCIES = ("EUR", "USD", "GBP", "JPY", "CHF", "CAD", "AUD")


class Choice(NamedTuple):
    """One thing to choose: what an option calls it, its name, and a line on what it means."""

    value: str
    label: str
    meaning: str = ""


class Place(NamedTuple):
    """A destination, a country or another part of the world to choose."""

    name: str
    where: str
    """The country of a destination, the destinations of all else."""
    spellings: tuple[str, ...]
    """All names, to compare with what is typed: lower case, without accents."""

    def is_like(self, typed: str) -> bool:
        """Whether a word of any of its names begins like this."""
        wanted = fold(typed.strip())
        return any(f" {wanted}" in f" {name}" for name in self.spellings)


class BudgetSaid(NamedTuple):
    """A budget in the parts of a form."""

    figure: str
    currency: str
    per_person: bool
    per_day: bool


def destinations() -> tuple[Place, ...]:
    """Every destination."""
    return tuple(
        Place(entry.name, loader.country(entry.country).name, _spellings(entry.names))
        for entry in loader.index()
    )


def countries() -> tuple[Place, ...]:
    """Every country that has a destination, but those that are one: Singapore is listed already."""
    entries = loader.index()
    by_country: dict[str, list[str]] = {}
    for entry in entries:
        by_country.setdefault(entry.country, []).append(entry.name)
    cities = {entry.name for entry in entries}
    found = sorted((loader.country(code) for code in by_country), key=lambda c: c.name)
    return tuple(
        Place(c.name, ", ".join(by_country[c.code]), _spellings((c.name, *c.aliases)))
        for c in found
        if c.name not in cities
    )


def lands() -> tuple[Place, ...]:
    """Every part of the world that is no country, with the destinations there."""
    return tuple(
        Place(
            land.name,
            ", ".join(loader.index_entry(id).name for id in land.destinations),
            _spellings((land.name, *land.aliases)),
        )
        for land in loader.lands()
    )


def place(name: str) -> Place:
    """What is listed under this name; all of a continent is not listed, and yet can be chosen."""
    listed = (*destinations(), *countries(), *lands())
    return next((p for p in listed if p.name == name), Place(name, "", _spellings((name,))))


def place_named(text: str) -> str | FieldProblem:
    """The name of the destination, land, country or region that is meant, or why there is none."""
    match = names.resolve(text)
    if match and match.ids:
        return match.name
    log = Log()
    slots.object_to_unknown(text.strip(), log)
    return log.problems[0]


def budget_in_parts(said: str) -> BudgetSaid | None:
    """A budget as an option gives it: "200 EUR per person a day"."""
    found = money.read_budget(said, Log())
    if found is None:
        return None
    return BudgetSaid(f"{found.amount:f}", found.currency, found.per_person, found.per_day)


def currencies() -> tuple[Choice, ...]:
    """The currencies that a budget can be in, the usual ones first."""
    from babel.numbers import get_currency_name

    codes = sorted(money.currency_codes())
    usual = [code for code in _COMMON_CURRENCIES if code in codes]
    ordered = (*usual, *(code for code in codes if code not in usual))
    return tuple(Choice(code, code, get_currency_name(code, locale="en")) for code in ordered)


def interests() -> tuple[Choice, ...]:
    """Everything one can be interested in, by name."""
    return tuple(Choice(i, i.replace("-", " ").capitalize()) for i in sorted(Interest))


def needs() -> tuple[Choice, ...]:
    """What can be asked for everybody: two needs by the name of their option, then the diets."""
    return (
        Choice("step_free", "Step-free", "no stairs, and not far on foot"),
        Choice("no_flying", "No flying", "by rail, road or sea, however long it takes"),
        *(Choice(diet, diet.capitalize(), "at every meal") for diet in Diet),
    )


def paces() -> tuple[Choice, ...]:
    """How full a day may be."""
    return tuple(
        Choice(
            pace, pace.capitalize(), f"up to {VISITS[pace]} places a day, out from {_clock(pace)}"
        )
        for pace in Pace
    )


def crowds() -> tuple[Choice, ...]:
    """How much the famous places count."""
    return (
        Choice(Crowds.MIXED, "Mixed", "some of the famous, some that few go to"),
        Choice(Crowds.AVOID, "Avoid", "quiet in season, where one can choose"),
        Choice(Crowds.ICONS, "Icons", "what is on every top-ten list first"),
    )


def comforts() -> tuple[Choice, ...]:
    """How comfortably to stay and eat; the first leaves it to the budget."""
    return (
        Choice("", "By budget", "mid-range, low-cost if the budget asks"),
        Choice(Tier.BUDGET, "Low-cost", "simple rooms, cheap meals"),
        Choice(Tier.MID, "Mid-range", "good rooms, restaurants"),
        Choice(Tier.COMFORT, "Comfortable", "fine rooms, the better tables"),
    )


def modes() -> tuple[Choice, ...]:
    """How much work goes into the plan."""
    return (
        Choice(Effort.INSTANT, "Instant", "one quick pass, for a first idea"),
        Choice(Effort.THINKING, "Thinking", "three agents, one more round on faults"),
        Choice(Effort.CONTEMPLATING, "Contemplating", "searches longest, up to three more rounds"),
    )


def _spellings(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(name) for name in said))


def _clock(pace: Pace) -> str:
    hours, minutes = divmod(HOURS[pace][0], 60)
    return f"{hours}:{minutes:02}"
