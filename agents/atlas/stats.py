"""What the atlas covers, counted from the destinations' files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agents.atlas import loader
from agents.atlas.records import Activity, Destination
from agents.atlas.vocabulary import Region, StepFree

TRAITS: Mapping[str, Callable[[Activity], bool]] = MappingProxyType(
    {
        "hours known": lambda a: a.hours is not None,
        "free": lambda a: a.price == (0, 0),
        "indoor": lambda a: a.indoor,
        "for children": lambda a: a.children,
        "step-free": lambda a: a.step_free is StepFree.YES,
        "step-free known": lambda a: a.step_free is not None,
        "icons": lambda a: a.icon,
        "off the usual lists": lambda a: a.off_the_usual_lists,
        "a diet is met": lambda a: bool(a.diets),
    }
)
"""What is counted of the activities, by the words for it."""


@dataclass(frozen=True)
class Coverage:
    """Counts over some destinations."""

    destinations: int
    activities: int
    traits: Mapping[str, int]
    kinds: Mapping[str, int]

    def share(self, trait: str) -> float:
        """Of the activities, 0 to 1."""
        return self.traits[trait] / self.activities if self.activities else 0.0


def coverage(places: Iterable[Destination]) -> Coverage:
    """The counts over these destinations."""
    given = tuple(places)
    activities = [a for place in given for a in place.activities]
    kinds = Counter(a.kind.value for a in activities)
    return Coverage(
        destinations=len(given),
        activities=len(activities),
        traits={name: sum(map(has, activities)) for name, has in TRAITS.items()},
        kinds=dict(kinds.most_common()),
    )


def by_region() -> dict[str, Coverage]:
    """The counts of each region that has a destination, and of "all"; reads every file."""
    places = [loader.destination(id) for id in loader.destination_ids()]
    found = {
        region.value: coverage(p for p in places if p.region is region)
        for region in Region
        if any(p.region is region for p in places)
    }
    return found | {"all": coverage(places)}
