"""How concentrated a plan is on the spots that everybody goes to."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from agents.crowds import CROWDED, QUIET
from planner.plan import TripPlan, Visit
from planner.views import places


@dataclass(frozen=True)
class Concentration:
    """Of the `visits` to places that the atlas knows."""

    visits: int
    icons: int
    """On every top-ten list."""
    crowded: int
    quiet: int
    mean: float
    """Popularity, 0 (hardly anyone but locals) to 1 (a queue round the block)."""

    @property
    def words(self) -> str:
        """ "4 of 10 places are icons, 3 crowded in season, 2 quiet; mean popularity 0.61"."""
        are = "place is an icon" if self.visits == 1 else "places are icons"
        return (
            f"{self.icons} of {self.visits} {are}, {self.crowded} crowded in season, "
            f"{self.quiet} quiet; mean popularity {self.mean:.2f}"
        )


def concentration(plan: TripPlan) -> Concentration | None:
    """Of a plan's visits; None when there is none."""
    visited = [
        record
        for _, _, item in places.items(plan)
        if isinstance(item, Visit)
        and (record := places.place(item.destination, item.place_id)) is not None
    ]
    if not visited:
        return None
    return Concentration(
        visits=len(visited),
        icons=sum(r.icon for r in visited),
        crowded=sum(r.popularity >= CROWDED for r in visited),
        quiet=sum(r.popularity <= QUIET for r in visited),
        mean=fmean(r.popularity for r in visited),
    )
