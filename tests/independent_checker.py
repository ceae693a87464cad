"""A second opinion on a plan: from its JSON and the atlas files alone, sharing no code with either.

Written as a sceptical competitor would: whatever can be looked up, counted or ruled out by physics
is. A wish that cannot be met (budget, musts, needs …) is no violation where the plan itself says so:
its hard check failed and the plan does not call itself complete.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from opening_hours import OpeningHours

Json = dict[str, Any]
Point = tuple[float, float]
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SAME_SPOT_KM = 0.05
FASTEST_KMH = {
    **{"walk": 6, "metro": 45, "tram": 45, "bus": 45, "taxi": 90, "ferry": 60},
    **{"train": 200, "flight": 950},
}
"""As the crow flies, door to door: faster than this is impossible."""
COACH_KMH = 90
"""A bus between cities, which has the motorway, and a ferry with a train to its port."""
OUT_OF_TOWN_KM = 25
"""A ride further than this costs more than one in town."""
EATEN_AT = ("food", "market", "evening")
"""What these ask for is the price of a meal."""
AT_HOME_KM = 25
"""Who lives this near needs no journey."""
VISITS_A_DAY = {"relaxed": 4, "normal": 6, "full": 8}
SHORTEST_VISIT = timedelta(minutes=15)
EARLIEST_HOUR = 5
MEAL_HOURS = {"breakfast": (5, 12), "lunch": (10, 17), "dinner": (15, 24)}
"""Between these a meal begins."""
CATEGORIES = {"travel", "stay", "food", "activities", "transit"}
HARD_CHECKS = {
    *("calendar", "zones", "hours", "overlap", "travel_time", "arrival_departure", "nights"),
    *("pace", "walking", "destinations", "unique_places", "commitments", "musts", "nevers"),
    *("step_free", "diet", "children", "no_flying", "evidence", "sums", "prices", "budget"),
}


def check(plan: Json, atlas: Path) -> list[str]:
    """What is wrong with `plan`, the JSON of a trip; `atlas` holds the TOML files. [] is a pass."""
    case = Case(plan, atlas)
    return [
        f"{rule.__name__}: {words}"
        for rule in RULES
        if rule.__name__ not in case.admitted
        for words in rule(case)
    ]


@cache
def _toml(path: Path) -> Json:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _holidays(country: str, subdivision: str | None, year: int) -> set[date]:
    return set(holidays.country_holidays(country, subdiv=subdivision, years=year))


@cache
def _hours(words: str) -> OpeningHours:
    return OpeningHours(words)


def is_open(place: Json, record: Json, start: datetime, end: datetime) -> bool:
    """Whether a place is open each minute from `start` to `end`, local; PH is that day's weekday."""
    words = record.get("hours")
    if words is None:
        return True
    day = start.date()
    if day in _holidays(place["country"], place.get("subdivision"), day.year):
        words = re.sub(r"\bPH\b", ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")[day.weekday()], words)
    parsed, first = _hours(words), start.replace(tzinfo=None)
    minutes = int((end - start) / MINUTE)
    return all(parsed.is_open(first + n * MINUTE) for n in range(minutes))


def km(a: Point, b: Point) -> float:
    """Great-circle distance (haversine, mean radius of the Earth 6,371 km)."""
    (lat, lon), (lat2, lon2) = ([radians(x) for x in p] for p in (a, b))
    h = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * 6371 * asin(sqrt(min(1, h)))


def money(number: float | int) -> Decimal:
    return Decimal(str(number))


@dataclass(frozen=True)
class Case:
    """One plan, with what is read off it again and again."""

    plan: Json
    atlas: Path

    @cached_property
    def request(self) -> Json:
        request: Json = self.plan["request"]
        return request

    @cached_property
    def dates(self) -> list[date]:
        start, end = (date.fromisoformat(self.request["dates"][k]) for k in ("start", "end"))
        return [start + DAY * n for n in range((end - start).days + 1)]

    @cached_property
    def items(self) -> list[Json]:
        """All items in the order of the plan, with real times."""
        return [self._timed(d, i) for d in self.plan["days"] for i in d["items"]]

    def _timed(self, day: Json, item: Json) -> Json:
        times = {k: datetime.fromisoformat(item[k]) for k in ("start", "end")}
        return {**item, **times, "day": date.fromisoformat(day["date"])}

    def of(self, *kinds: str) -> list[Json]:
        return [i for i in self.items if i["kind"] in kinds]

    def place(self, id: str) -> Json:
        return _toml(self.atlas / f"{id}.toml")

    def record(self, item: Json) -> Json | None:
        """The atlas's record of the item's place."""
        known = {a["id"]: a for a in self.place(item["destination"])["activities"]}
        return known.get(item["place_id"]) if item["place_id"] else None

    def at_places(self) -> Iterator[tuple[Json, Json]]:
        """Visits and meals at known places, with their records."""
        for item in self.of("visit", "meal"):
            record = self.record(item)
            if record is not None:
                yield item, record

    @cached_property
    def failed(self) -> set[str]:
        return {c["id"] for c in self.plan["checks"] if c["hard"] and not c["passed"]}

    @cached_property
    def admitted(self) -> set[str]:
        """The wishes that the plan says it does not meet."""
        return self.failed & ADMISSIBLE if self.plan["complete"] is False else set()

    def zone_at(self, point: Point) -> ZoneInfo:
        """The time zone of the nearest place of the trip."""
        known = [self.place(s["destination"]) for s in self.plan["stops"]]
        known += [self.request["origin"]] if self.request["origin"] else []
        nearest = min(known, key=lambda p: km(tuple(p["coordinates"]), point))
        return ZoneInfo(nearest["time_zone"])

    def rate(self, place: Json) -> Decimal:
        """Units of the plan's currency for one of the local."""
        world = _toml(self.atlas / "countries.toml")
        per_eur = {c["code"]: money(c["per_eur"]) for c in world["currencies"]}
        local = next(c["currency"] for c in world["countries"] if c["code"] == place["country"])
        return per_eur[self.plan["costs"]["currency"]] / per_eur[local]

    def is_between_cities(self, leg: Json) -> bool:
        return leg["cost"] is not None and leg["cost"]["category"] == "travel"

    def is_local(self, leg: Json) -> bool:
        return any(id.startswith("travel/") for id in leg["evidence"])


Rule = Callable[[Case], Iterator[str]]


def _when(item: Json) -> str:
    return f"{item['title']!r} on {item['start']:%a %Y-%m-%d %H:%M}–{item['end']:%H:%M}"


def calendar(case: Case) -> Iterator[str]:
    days = [date.fromisoformat(d["date"]) for d in case.plan["days"]]
    if days != case.dates:
        yield f"days are {days}"
    for item in case.items:
        begins = item["start"].date()
        late = (
            item["kind"] in ("stay", "leg")
            and begins == item["day"] + DAY
            and item["start"].hour < 6
        )
        under_way = item["kind"] == "leg" and item["day"] in (begins, item["end"].date())
        if begins != item["day"] and not late and not under_way:
            yield f"{_when(item)} stands under {item['day']}"
    stops = case.plan["stops"]
    for day in case.plan["days"]:
        spans = [(a["arrive"], a["leave"], a) for a in stops]
        spans += [(a["leave"], b["arrive"], b) for a, b in pairwise(stops)]  # on the way to it
        own = {s["destination"] for first, last, s in spans if first <= day["date"] <= last}
        if day["stop"] not in own and day["date"] >= stops[0]["arrive"]:
            yield f"{day['date']} is spent in {day['stop']}, which is no stop of that date"


def zones(case: Case) -> Iterator[str]:
    for item in case.items:
        if item["kind"] == "leg":
            ends = {
                k: case.zone_at(tuple(item[f"{p}_coordinates"]))
                for k, p in (("start", "from"), ("end", "to"))
            }
        else:
            own = ZoneInfo(case.place(item["destination"])["time_zone"])
            ends = {"start": own, "end": own}
        for key, zone in ends.items():
            if item[key].utcoffset() != item[key].astimezone(zone).utcoffset():
                yield f"{_when(item)}: {key} {item[key]} is not {zone.key} time"


def overlap(case: Case) -> Iterator[str]:
    for item in case.items:
        if item["end"] <= item["start"]:
            yield f"{_when(item)} has no length"
    for a, b in pairwise(case.items):
        if b["start"] < a["end"]:
            yield f"{_when(b)} begins before {_when(a)} ends"


def places(case: Case) -> Iterator[str]:
    for item in case.of("visit", "meal", "commitment"):
        record = case.record(item)
        if record is None:
            if item["kind"] == "visit" or item["place_id"]:
                yield f"{_when(item)}: no place {item['place_id']!r} in {item['destination']}"
            continue
        off = [
            abs(a - b)
            for a, b in zip(item["coordinates"] or (), record["coordinates"], strict=False)
        ]
        if len(off) != 2 or max(off) > 1e-6:
            yield f"{_when(item)} is at {item['coordinates']}, the record at {record['coordinates']}"
        if item["kind"] == "visit" and item["title"] != record["name"]:
            yield f"{_when(item)} is {record['name']!r} in the record"
        if item["kind"] == "meal" and item["meal"] not in record.get("meals", ()):
            yield f"{_when(item)}: no {item['meal']} is had there"
    counts = Counter((i["destination"], i["place_id"]) for i, _ in case.at_places())
    for (where, id), count in counts.items():
        if count > 1:
            yield f"{where}/{id} comes {count} times"


def hours(case: Case) -> Iterator[str]:
    for item, record in case.at_places():
        if not is_open(case.place(item["destination"]), record, item["start"], item["end"]):
            yield f"{_when(item)} is not open throughout ({record['hours']})"


def lengths(case: Case) -> Iterator[str]:
    for item in case.of("visit"):
        if item["end"] - item["start"] < SHORTEST_VISIT:
            yield f"{_when(item)} is too short"
    for item in case.of("visit", "meal"):
        if item["start"].hour < EARLIEST_HOUR:
            yield f"{_when(item)} is in the middle of the night"
    for item in case.of("meal"):
        first, last = MEAL_HOURS[item["meal"]]
        if not first <= item["start"].hour < last:
            yield f"{_when(item)} is no time for {item['meal']}"
    meals = Counter((i["day"], i["meal"]) for i in case.of("meal"))
    for (day, meal), count in meals.items():
        if count > 1:
            yield f"{meal} comes {count} times on {day}"
    for day in case.dates:
        count = sum(i["day"] == day for i in case.of("visit"))
        if count > VISITS_A_DAY[case.request["pace"]]:
            yield f"{count} visits on {day} are too many for a {case.request['pace']} pace"


def ways(case: Case) -> Iterator[str]:
    here: Point | None = None
    for item in case.items:
        if item["kind"] != "leg":
            there = item["coordinates"] and tuple(item["coordinates"])
            if here and there and km(here, there) > SAME_SPOT_KM:
                yield f"no way leads to {_when(item)}, {km(here, there):.1f} km off"
            here = there or here
            continue
        start, end = (tuple(item[f"{p}_coordinates"]) for p in ("from", "to"))
        if here and km(here, start) > SAME_SPOT_KM:
            yield f"{_when(item)} starts {km(here, start):.1f} km from where one is"
        hours_taken = (item["end"] - item["start"]) / timedelta(hours=1)
        coach = item["mode"] == "bus" and km(start, end) > 20
        coach |= item["mode"] in ("bus", "ferry") and case.is_between_cities(item)
        most = COACH_KMH if coach else FASTEST_KMH[item["mode"]]
        if km(start, end) > most * hours_taken + SAME_SPOT_KM:
            yield f"{_when(item)}: {km(start, end):.1f} km by {item['mode']} in {hours_taken:.2f} h"
        if item["walk_minutes"] * MINUTE > item["end"] - item["start"]:
            yield f"{_when(item)} holds more walking than it lasts"
        on_rails = case.is_local(item) and item["mode"] in ("metro", "tram", "train")
        if on_rails and "city" not in case.place(item["destination"])["kinds"]:
            yield f"{_when(item)}: no {item['mode']} in open country"
        here = end


def nights(case: Case) -> Iterator[str]:
    stops, stays = case.plan["stops"], case.of("stay")
    leaving = [c["start"][:10] for c in case.request["commitments"] if c["kind"] == "departure"]
    last = date.fromisoformat(leaving[0]) if leaving else case.dates[-1]
    for day in case.dates:
        if day >= last:
            continue
        beds = [s for s in stays if s["day"] == day]
        if any(s["end"].date() > day + DAY for s in beds):
            yield f"the night after {day} does not end on the next day"
        moving = any(
            i["start"].date() <= day + DAY and i["end"].date() > day
            for i in case.of("leg")
            if case.is_between_cities(i)
        )
        waiting = any(i["start"].date() > day for i in case.items[:1])
        if len(beds) != 1 and not (not beds and (moving or waiting)):
            yield f"{len(beds)} beds for the night after {day}"
    for id in {s["destination"] for s in stops}:
        stated = sum(s["nights"] for s in stops if s["destination"] == id)
        spent = sum(s["destination"] == id for s in stays)
        if stated != spent:
            yield f"{stated} nights stated in {id}, {spent} in the days"
    for stop in stops:
        if (date.fromisoformat(stop["leave"]) - date.fromisoformat(stop["arrive"])).days != stop[
            "nights"
        ]:
            yield f"{stop['name']}: {stop['nights']} nights from {stop['arrive']} to {stop['leave']}"
    for a, b in pairwise(stops):
        days = (date.fromisoformat(a["leave"]), date.fromisoformat(b["arrive"]))
        ways = [(i["start"].date(), i["end"].date()) for i in case.of("leg")]
        if days[0] != days[1] and days not in ways:
            yield f"{a['name']} ends on {days[0]}, {b['name']} begins on {days[1]}"


def commitments(case: Case) -> Iterator[str]:
    for wish in case.request["commitments"]:
        start = datetime.fromisoformat(wish["start"])
        kept = [
            i
            for i in case.of("commitment")
            if i["title"] == wish["label"] and i["start"].replace(tzinfo=None) == start
        ]
        fixed = wish["kind"] in ("arrival", "departure")
        if not kept:
            yield f"{wish['label']!r} at {start} is not in the plan"
        elif not fixed and kept[0]["end"] - kept[0]["start"] < wish["minutes"] * MINUTE:
            yield f"{_when(kept[0])} is cut short of {wish['minutes']} minutes"
        for item in case.of("visit", "meal", "free") if kept else ():
            if wish["kind"] == "arrival" and item["start"] < kept[0]["start"]:
                yield f"{_when(item)} is before {wish['label']!r}"
            if wish["kind"] == "departure" and item["end"] > kept[0]["end"]:
                yield f"{_when(item)} is after {wish['label']!r}"


def destinations(case: Case) -> Iterator[str]:
    wanted, went = case.request["destinations"], [s["destination"] for s in case.plan["stops"]]
    relation = case.request["relation"]
    if relation in ("one", "then") and went != wanted:
        yield f"{wanted} asked for, {went} planned"
    if relation in ("or", "open") and (len(went) != 1 or (wanted and went[0] not in wanted)):
        yield f"one of {wanted} asked for, {went} planned"


def musts(case: Case) -> Iterator[str]:
    planned = {f"{i['destination']}/{i['place_id']}" for i in case.items if i["place_id"]}
    for must in case.request["musts"]:
        if must not in planned:
            yield f"{must} is not in the plan"


def nevers(case: Case) -> Iterator[str]:
    refused = set(case.request["nevers"])
    for item, record in case.at_places():
        if {f"{item['destination']}/{item['place_id']}", f"kind:{record['kind']}"} & refused:
            yield f"{_when(item)} was refused"


def step_free(case: Case) -> Iterator[str]:
    if not case.request["needs"]["step_free"]:
        return
    for item, record in case.at_places():
        asked = f"{item['destination']}/{item['place_id']}" in case.request["musts"]
        if record.get("step_free") not in (("yes", "partly") if asked else ("yes",)):
            yield f"{_when(item)} has step_free = {record.get('step_free')}"


def diet(case: Case) -> Iterator[str]:
    for item in case.of("meal"):
        record = case.record(item)
        for need in case.request["needs"]["diets"]:
            if record is not None and need not in record.get("diets", ()):
                yield f"{_when(item)} is not known for {need} food"
            grade = case.place(item["destination"]).get("diets", {}).get(need)
            if record is None and grade not in ("easy", "possible"):
                yield f"{_when(item)}: {need} food is {grade or 'unknown'} there"


def children(case: Case) -> Iterator[str]:
    young = any(t["age"] is not None and t["age"] < 12 for t in case.request["travellers"])
    for item, record in case.at_places() if young else ():
        if record["kind"] == "evening" and not record.get("children"):
            yield f"{_when(item)} is no place for children"


def no_flying(case: Case) -> Iterator[str]:
    between = [i for i in case.of("leg") if case.is_between_cities(i)]
    if case.request["needs"]["no_flying"]:
        for leg in case.of("leg"):
            if leg["mode"] == "flight":
                yield f"{_when(leg)} is a flight"
    due = len(case.plan["stops"]) - 1
    if (home := case.request["origin"]) is not None:
        ends = (case.plan["stops"][0], case.plan["stops"][-1])
        away = [case.place(s["destination"])["coordinates"] for s in ends]
        due += sum(km(tuple(home["coordinates"]), tuple(p)) > AT_HOME_KM for p in away)
    if len(between) < due:
        yield f"{len(between)} ways between cities, {due} are needed"


def evidence(case: Case) -> Iterator[str]:
    entered = {e["id"]: e for e in case.plan["evidence"]}
    for entry in entered.values():
        if not entry["sources"] or not all(entry["sources"]):
            yield f"entry {entry['id']} has no source"
    for item in case.items:
        cited = set(item["evidence"])
        if item["kind"] != "free" and (not cited or not cited <= entered.keys()):
            yield f"{_when(item)} cites {sorted(cited - entered.keys()) or 'nothing'}"
        place = f"{item['destination']}/{item['place_id']}"
        if item["kind"] == "visit" and not any(place in id for id in cited):
            yield f"{_when(item)} cites nothing about {place}"
    invented = {u["name"] for u in case.plan["unverified"]}
    for item in case.items:
        if {item["title"], f"{item['destination']}/{item['place_id']}"} & invented:
            yield f"{_when(item)} is scheduled though unverified"


def sums(case: Case) -> Iterator[str]:
    stated = case.plan["costs"]
    amounts = ("low", "expected", "high")
    booked = [i["cost"] for i in case.items if i["cost"]]
    for cost in (*booked, *stated["categories"]):
        low, expected, high = (money(cost[a]) for a in amounts)
        if not 0 <= low <= expected <= high:
            yield f"{low} ≤ {expected} ≤ {high} does not hold in {cost['category']}"
        if any(x != x.quantize(Decimal("0.01")) for x in (low, expected, high)):
            yield f"{cost} is not in whole cents"
    if {c["currency"] for c in booked} - {stated["currency"]}:
        yield f"not everything is in {stated['currency']}"
    if {c["category"] for c in booked} - CATEGORIES:
        yield "a cost is in no category"
    for category in stated["categories"]:
        own = [c for c in booked if c["category"] == category["category"]]
        for a in amounts:
            if sum((money(c[a]) for c in own), Decimal(0)) != money(category[a]):
                yield f"{category['category']}: the items' {a} is not {category[a]}"
    names = [c["category"] for c in stated["categories"]]
    if len(names) != len(set(names)) or not {c["category"] for c in booked} <= set(names):
        yield f"categories are {names}"
    for a, total in zip(amounts, ("low", "total", "high"), strict=True):
        if sum((money(c[a]) for c in stated["categories"]), Decimal(0)) != money(stated[total]):
            yield f"the categories do not come to the {total} {stated[total]}"


def prices(case: Case) -> Iterator[str]:
    """Nothing is left out, and what is charged lies between one adult's price and everybody's."""
    people = len(case.request["travellers"])
    adults = sum(t["age"] is None for t in case.request["travellers"])
    tier = case.plan["costs"]["tier"]
    for item in case.items:
        place, record = case.place(item["destination"]), case.record(item)
        if item["kind"] == "visit" and record is not None:
            low, high = record["price"]
            fewest, most = adults, people
        elif item["kind"] == "stay":
            low, high = place["costs"][f"room_{tier}"]
            fewest, most = -(-adults // 2), people
        elif (
            item["kind"] == "meal" and record and record["kind"] in EATEN_AT and record["price"][1]
        ):
            low, high = record["price"]
            fewest, most = adults, people
        elif item["kind"] == "meal":
            low, high = 0, place["costs"][f"food_{tier}"][1]
            fewest, most = adults, people
        else:
            continue
        rate = case.rate(place)
        if item["cost"] is None:
            if high:
                yield f"{_when(item)} has no price"
        elif not (
            money(low) * fewest * rate <= money(item["cost"]["low"]) + Decimal("0.01")
            and money(item["cost"]["high"]) <= money(high) * most * rate + Decimal("0.01")
        ):
            yield f"{_when(item)} costs {item['cost']}, the record says {low} to {high} times {rate:.4f}"
    for leg in case.of("leg"):
        if leg["cost"] is None and leg["mode"] != "walk":
            yield f"{_when(leg)} has no fare"
    if case.request["origin"] is None and not case.plan["costs"]["excluded"]:
        yield "the way there and back is not in the sum, and nothing says so"


def rides(case: Case) -> Iterator[str]:
    adults = sum(t["age"] is None for t in case.request["travellers"])
    for leg in case.of("leg"):
        if not case.is_local(leg) or leg["km"] <= OUT_OF_TOWN_KM or leg["cost"] is None:
            continue
        place = case.place(leg["destination"])
        fare = money(place["costs"]["transit_ride"][1]) * adults * case.rate(place)
        if money(leg["cost"]["high"]) < 2 * fare:
            yield f"{_when(leg)}: {leg['km']} km for no more than a ride in town"


def budget(case: Case) -> Iterator[str]:
    asked, stated = case.request["budget"], case.plan["costs"]
    if asked is None:
        return
    people = len(case.request["travellers"]) if asked["per_person"] else 1
    most = money(asked["amount"]) * people
    if stated["currency"] != asked["currency"]:
        yield f"the plan counts in {stated['currency']}, the budget in {asked['currency']}"
    if stated["budget"] is None or money(stated["budget"]) != most:
        yield f"the budget is {most}, not {stated['budget']}"
    elif money(stated["left"]) != most - money(stated["total"]):
        yield f"{stated['left']} is not what is left of {most}"
    if money(stated["total"]) > most:
        yield f"{stated['total']} is more than {most}"


def honesty(case: Case) -> Iterator[str]:
    named = {c["id"] for c in case.plan["checks"] if c["hard"]}
    if not named >= HARD_CHECKS:
        yield f"not checked: {sorted(HARD_CHECKS - named)}"
    if case.plan["complete"] != (not case.failed and not case.plan["missing"]):
        yield f"complete is {case.plan['complete']}, failed {case.failed}, missing {case.plan['missing']}"


RULES: tuple[Rule, ...] = (
    *(calendar, zones, overlap, places, hours, lengths, ways, nights, commitments),
    *(destinations, musts, nevers, step_free, diet, children, no_flying),
    *(evidence, sums, prices, rides, budget, honesty),
)
ADMISSIBLE = {"commitments", "musts", "step_free", "diet", "no_flying", "budget"}
