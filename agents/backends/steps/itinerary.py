"""Drafting days in small questions: an area for each day, then its places, checked at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model

from agents.agent import Task
from agents.atlas.vocabulary import ActivityKind
from agents.backends.answers.grounding import ground
from agents.backends.prompting import fenced
from agents.backends.rules.drafting import (
    ANCHORS,
    DAY_TRIP_FROM_DAYS,
    pool_of,
    split_nights,
    stop_at,
)
from agents.backends.rules.wishes import candidates
from agents.backends.steps.questions import Ask, Questions, described, listed
from agents.errors import AtlasError, ToolError
from agents.events import Emit, Found
from agents.findings import Anchor, Draft, DraftDay, ItineraryDraft
from agents.request import Relation
from agents.text import Line, short_date
from agents.tools import DestinationFact, PlaceFact, day_feasibility, destination_facts

MOST_AT_ONCE = 12
FROM_ELSEWHERE = 4
"""Places from outside a day's area that are offered too."""
TRIES = 3
START_MINUTE = 600
_AREAS = """\
{days} in {name} are to be spent in different parts of the city. The parts, each by its id:
{areas}
Choose one for each of the {count} days, in order. Neighbouring days need not be near each other."""
_DAY = """\
{day} in {name}{area}. Places that fit, each by its id:
{places}
Choose {most} at most to build this day on, in the order of visiting, and give the day a short
theme of two to five words."""
_AGAIN = """
The choice {chosen} does not work out on that day:
{problems}
Choose others."""


async def draft(task: Task[ItineraryDraft], emit: Emit, ask: Ask) -> ItineraryDraft:
    """A draft for each destination that may win, or one over all; keeps each day as it is done."""
    request = task.brief.request
    questions = Questions(task, emit, ask)
    names = await candidates(task)
    whole = request.relation in (Relation.ONE, Relation.THEN)
    routes = [names] if whole else [(name,) for name in names]
    done: list[Draft] = []
    for number, route in enumerate(routes):
        one = _Drafting(task, questions, route, questions.left // (len(routes) - number))
        try:
            await one.prepare()
            for offset in range(request.dates.days):
                await one.draft_day(offset)
                if one.anchors:
                    task.keep(_grounded(task, [*done, one.draft()]))
        except (AtlasError, ToolError) as error:
            questions.say(f"{', '.join(route)}: left out, {error}.")
            continue
        if one.anchors:
            done.append(one.draft())
            emit(Found(agent=task.name, subject=one.name, reason=done[-1].reason))
    if not done:
        raise questions.nothing_found()
    return _grounded(task, done)


def _grounded(task: Task[ItineraryDraft], drafts: Sequence[Draft]) -> ItineraryDraft:
    return ground(task, ItineraryDraft(drafts=tuple(drafts)))[0]


class _Drafting:
    """One draft in the making: over `route`, with at most `most` questions."""

    def __init__(
        self, task: Task[ItineraryDraft], questions: Questions, route: tuple[str, ...], most: int
    ) -> None:
        self._task, self._questions, self._route = task, questions, route
        self._least_left = questions.left - most
        self._facts: dict[str, DestinationFact] = {}
        self._pools: dict[str, list[PlaceFact]] = {}
        self._nights: tuple[int, ...] = ()
        self._areas: dict[int, str] = {}
        """The area of each day that one was chosen for, by its number from 0."""
        self._used: set[str] = set()
        self._days: list[DraftDay] = []

    @property
    def anchors(self) -> int:
        return sum(len(day.anchors) for day in self._days)

    @property
    def name(self) -> str:
        return " then ".join(self._facts[where].name for where in self._route)

    def draft(self) -> Draft:
        reason = f"{self.anchors} anchors over {len(self._days)} days"
        return Draft(stops=self._route, nights=self._nights, days=tuple(self._days), reason=reason)

    async def prepare(self) -> None:
        """Look up what there is, and have an area chosen for each day."""
        dates = self._task.brief.request.dates
        for where in self._route:
            self._facts[where] = await self._task.tools(destination_facts, where)
            self._pools[where] = [place for _, place in await pool_of(self._task, where)]
        wished = self._task.brief.request.stay_nights
        sizes = [len(self._pools[where]) for where in self._route]
        self._nights = split_nights(dates.nights, wished, sizes)
        for where in self._route:
            there = [n for n in range(dates.days) if self._stop(n) == where]
            await self._choose_areas(where, there)

    def _stop(self, offset: int) -> str:
        return stop_at(self._route, self._nights, offset)

    def _may_ask(self) -> bool:
        return self._questions.left > self._least_left

    async def _choose_areas(self, where: str, days: list[int]) -> None:
        facts, pool = self._facts[where], self._pools[where]
        areas: dict[str, list[PlaceFact]] = defaultdict(list)
        for place in pool:
            areas[place.area].append(place)
        if len(areas) < 2 or len(days) < 2 or not self._may_ask():
            return
        lines = [
            f"{id}: {places[0].area_name}; {len(places)} places, "
            f"such as {', '.join(p.name for p in places[:3])}"
            for id, places in areas.items()
        ]
        ids: Any = Literal[tuple(areas)]
        chosen: Any = await self._questions.ask(
            f"{facts.name}, parts of the city",
            _AREAS.format(
                days=_listed_days(self._date(n) for n in days),
                name=facts.name,
                areas=listed(lines),
                count=len(days),
            ),
            create_model("Areas", areas=(_listed(ids, len(days)), ...)),
        )
        if chosen is not None:
            self._areas |= dict(zip(days, chosen.areas, strict=False))

    def _date(self, offset: int) -> date:
        return self._task.brief.request.dates.start + timedelta(days=offset)

    async def draft_day(self, offset: int) -> None:
        """Have places chosen until they work out on that date; a day without any stays open."""
        where, day = self._stop(offset), self._date(offset)
        facts, area = self._facts[where], self._areas.get(offset)
        closed: set[str] = set()
        again = ""
        for _ in range(TRIES):
            offered = self._offered(where, offset, closed)
            if not offered or not self._may_ask():
                break
            answer: Any = await self._questions.ask(
                f"{short_date(day)}, {facts.name}",
                self._question(offset, offered) + again,
                _day_of(offered, self._most(offset)),
            )
            if answer is None:
                break
            chosen = tuple(dict.fromkeys(answer.places))
            check = await self._task.tools(day_feasibility, where, day, chosen, START_MINUTE)
            if check.feasible:
                self._take(where, area, answer.theme, [p for p in offered if p.place in chosen])
                return
            again = _AGAIN.format(chosen=fenced(chosen), problems=fenced(check.problems))
            names = {p.place: p.name for p in offered}
            closed |= {c for c in chosen if any(names[c] in p for p in check.problems)}
            self._questions.say(f"{short_date(day)} does not work that way: {check.problems[0]}.")
        self._days.append(DraftDay(destination=where, theme=f"{facts.name} at leisure"))

    def _most(self, offset: int) -> int:
        request = self._task.brief.request
        return ANCHORS[request.pace] if 0 < offset < request.dates.nights else 2

    def _offered(self, where: str, offset: int, closed: set[str]) -> list[PlaceFact]:
        """A short list for one day: its area first, and the best of elsewhere."""
        dates, area = self._task.brief.request.dates, self._areas.get(offset)
        full = 0 < offset < dates.nights and dates.days >= DAY_TRIP_FROM_DAYS
        left = [
            p
            for p in self._pools[where]
            if p.place not in self._used | closed and (full or p.kind is not ActivityKind.DAY_TRIP)
        ]
        here = [p for p in left if area in (None, p.area)][: MOST_AT_ONCE - FROM_ELSEWHERE]
        elsewhere = [p for p in left if p not in here]
        return here + elsewhere[: MOST_AT_ONCE - len(here) if not here else FROM_ELSEWHERE]

    def _question(self, offset: int, offered: list[PlaceFact]) -> str:
        where = self._stop(offset)
        area = self._areas.get(offset)
        return _DAY.format(
            day=short_date(self._date(offset)),
            name=self._facts[where].name,
            area=f", around {area}" if area else "",
            places=listed([described(p) for p in offered]),
            most=self._most(offset),
        )

    def _take(self, where: str, area: str | None, theme: str, chosen: list[PlaceFact]) -> None:
        self._used |= {p.place for p in chosen}
        area = area if any(p.area == area for p in chosen) else chosen[0].area
        names = ", ".join(p.name for p in chosen)
        day = self._date(len(self._days))
        self._questions.say(f"{short_date(day)}, {self._facts[where].name}: {theme} with {names}.")
        anchors = tuple(Anchor(place=p.place, reason=p.why, evidence=(p.key,)) for p in chosen)
        self._days.append(DraftDay(destination=where, theme=theme, area=area, anchors=anchors))


def _listed_days(days: Iterable[date]) -> str:
    return ", ".join(map(short_date, days))


def _day_of(offered: list[PlaceFact], most: int) -> type[BaseModel]:
    ids: Any = Literal[tuple(p.place for p in offered)]
    return create_model("Day", theme=(Line, ...), places=(_listed(ids, most), ...))


def _listed(ids: Any, most: int) -> Any:
    """From one to `most` of the ids."""
    return Annotated[tuple[ids, ...], Field(min_length=1, max_length=most)]
