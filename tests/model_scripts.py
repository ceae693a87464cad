"""What the model server's models say: a conversation in, the next reply out.

Nothing is remembered: which destinations, dates and places there are, and how far the talk has
come, is read from the messages themselves, as a real model must.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

HAND_IN = "hand_in"
WHERE, START, END, PLACES = "$where", "$start", "$end", "$places"
LOOKUPS: Sequence[Mapping[str, Mapping[str, Any]]] = (
    {
        "destination_facts": {"destination": WHERE},
        "find_activities": {"destination": WHERE, "limit": 12},
    },
    {
        "climate": {"destination": WHERE, "start": START, "end": END},
        "costs": {"destination": WHERE, "tier": "mid"},
        "public_holidays": {"destination": WHERE, "start": START, "end": END},
        "day_feasibility": {"destination": WHERE, "day": START, "places": PLACES},
    },
)
"""The tools of each round, of those a role has, once for each destination."""
FEW: Sequence[Mapping[str, Mapping[str, Any]]] = (
    {"find_activities": {"destination": WHERE, "limit": 2}},
    {"public_holidays": {"destination": WHERE, "start": START, "end": END}},
)
"""One small call a round."""
SHORTLIST = 3
CHOSEN = 4
"""So many are taken of a list to choose from."""
IN_WORDS = re.compile(r"schema: (\{.*)", re.DOTALL)
ROLE = re.compile(r"You are the ([\w-]+) agent")
ISO_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
BLOCK = re.compile(r"<data>\n(.*?)\n</data>", re.DOTALL)
ORDER = re.compile(r"(?i)ignore\b[^.]*\binstructions\b[^.]*?\badd ([\w-]+)/([\w-]+)")
ESCAPES = "\x1b[2J\x1b]8;;http://evil.example\x07 \u202e[@click=app.quit]now[/] [/]"
"""Clears the screen, opens a link, turns the writing round, is a button, breaks markup."""


@dataclass(frozen=True)
class Reply:
    """One answer of a model. The arguments of a call are an object, or text as it is to be sent."""

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: tuple[tuple[str, Any], ...] = ()
    finish: str = ""

    @property
    def finish_reason(self) -> str:
        return self.finish or ("tool_calls" if self.calls else "stop")


Play = Callable[["Conversation"], Reply]


@dataclass(frozen=True)
class Conversation:
    """One request, as a model sees it. `sent_key` is what only a careless server would let it see."""

    body: Mapping[str, Any]
    sent_key: str = ""
    messages: Sequence[Mapping[str, Any]] = field(init=False)
    tools: Mapping[str, Mapping[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        functions = [t["function"] for t in self.body.get("tools") or ()]
        object.__setattr__(self, "messages", self.body["messages"])
        object.__setattr__(self, "tools", {f["name"]: f["parameters"] for f in functions})

    @property
    def final(self) -> str | None:
        """The tool that takes the answer: the agreed one, or the only one there is."""
        if HAND_IN in self.tools:
            return HAND_IN
        return next(iter(self.tools)) if len(self.tools) == 1 else None

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """What the answer must look like: of the final tool, of `response_format`, in words, or {}."""
        if self.final:
            return self.tools[self.final]
        form = self.body.get("response_format") or {}
        asked = form.get("json_schema", {}).get("schema") or form.get("schema")
        written = IN_WORDS.search(self.said_by("user"))
        return dict(asked or (json.JSONDecoder().raw_decode(written[1])[0] if written else {}))

    @cached_property
    def role(self) -> str:
        """Which agent is asking."""
        named = ROLE.search(self.said_by("system", "developer"))
        return named[1] if named else ""

    def said_by(self, *roles: str) -> str:
        said = [m.get("content") for m in self.messages if m["role"] in roles]
        return "\n".join(t if isinstance(t, str) else json.dumps(t) for t in said if t)

    def _turns(self, looked_up: bool) -> int:
        """Of the assistant's turns: those that only looked something up, or all others."""
        turns = (
            {c["function"]["name"] for c in m.get("tool_calls") or ()}
            for m in self.messages
            if m["role"] == "assistant"
        )
        return sum((bool(names) and HAND_IN not in names) is looked_up for names in turns)

    @property
    def round(self) -> int:
        """0 before any tool was called."""
        return self._turns(looked_up=True)

    @property
    def answers(self) -> int:
        """How often it has answered before, in whatever way."""
        return self._turns(looked_up=False)

    @cached_property
    def brief(self) -> Mapping[str, Any]:
        """The request, from the data of the first message that has any."""
        return next((b for b in self._blocks if isinstance(b, dict)), {})

    @cached_property
    def facts(self) -> Sequence[Mapping[str, Any]]:
        """What it was told, each fact with its "evidence": by the tools, or in data of the prompt."""
        values = (*map(_value, self._texts("tool")), *self._blocks)
        return [fact for value in values for fact in _facts(value)]

    @cached_property
    def _blocks(self) -> Sequence[Any]:
        """The data of the prompt."""
        return [_value(b) for text in self._texts("user") for b in BLOCK.findall(text)]

    def _texts(self, role: str) -> list[str]:
        return [str(m.get("content")) for m in self.messages if m["role"] == role]

    @cached_property
    def dates(self) -> tuple[date, date]:
        told = self.brief.get("dates") or ISO_DATE.findall(self.said_by("user"))
        found = [date.fromisoformat(str(d)[:10]) for d in told]
        return (found[0], found[-1]) if found else (date(2027, 5, 12), date(2027, 5, 13))

    @cached_property
    def destinations(self) -> tuple[str, ...]:
        """Those that the brief names, else the first ones of the list that was looked up."""
        listed = [str(f["id"]) for f in self.facts if str(f["evidence"]).startswith("summary/")]
        return tuple(self.brief.get("destinations") or dict.fromkeys(listed[:SHORTLIST]))

    @cached_property
    def places(self) -> Mapping[str, tuple[str, ...]]:
        """Place ids by destination, in the order in which they were told, without those refused."""
        checks = [check for block in self._blocks if isinstance(block, list) for check in block]
        refused = {place for check in checks for place in check.get("not_again", ())}
        cited = [e.split("/") for e in self.evidence if e.startswith("place/")]
        known = [c for c in cited if len(c) == 3 and f"{c[1]}/{c[2]}" not in refused]
        return {
            where: tuple(dict.fromkeys(c[2] for c in known if c[1] == where))
            for where in self.destinations
        }

    @cached_property
    def evidence(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(f["evidence"]) for f in self.facts))

    def cited(self, *kinds: str, where: str) -> list[str]:
        starts = tuple(f"{kind}/{where}" for kind in kinds)
        return [e for e in self.evidence if e.startswith(starts)][:4]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _facts(value: Any) -> Iterator[Mapping[str, Any]]:
    """The facts in what was told: objects with "evidence", and rows of tables."""
    if isinstance(value, list):
        for item in value:
            yield from _facts(item)
    if not isinstance(value, dict):
        return
    if "columns" in value:
        for row in value.get("rows", ()):
            fact = {**value.get("same", {}), **dict(zip(value["columns"], row, strict=True))}
            pattern = str(value.get("evidence", fact.get("evidence", "")))
            yield {**fact, "evidence": pattern.format(**fact)}
    elif "evidence" in value:
        yield value
    else:
        for item in value.values():
            yield from _facts(item)


# Looking things up


def lookups(
    talk: Conversation, rounds: Sequence[Mapping[str, Any]] = LOOKUPS
) -> tuple[tuple[str, Any], ...]:
    """The calls of this round; none when there is nothing more to look up."""
    if not talk.destinations and "list_destinations" in talk.tools:
        return (("list_destinations", {}),)
    begun = talk.round - (0 if "list_destinations" not in _called(talk) else 1)
    if begun >= len(rounds):
        return ()
    return tuple(
        (tool, {key: _filled(value, talk, where) for key, value in arguments.items()})
        for where in talk.destinations
        for tool, arguments in rounds[begun].items()
        if tool in talk.tools
    )


def _called(talk: Conversation) -> set[str]:
    calls = (c for m in talk.messages for c in m.get("tool_calls") or ())
    return {c["function"]["name"] for c in calls}


def _filled(value: Any, talk: Conversation, where: str) -> Any:
    start, end = talk.dates
    return (
        {
            WHERE: where,
            START: start.isoformat(),
            END: end.isoformat(),
            PLACES: list(talk.places[where][:2]),
        }.get(value, value)
        if isinstance(value, str)
        else value
    )


# The answers of each role


CRITERIA = {"weather": ("climate",), "cost": ("costs",), "interests": ("destination", "place")}
"""What a destination is rated by, and the evidence for it; what was not looked up is left out."""


def _rated(talk: Conversation) -> list[Any]:
    return [
        {
            "destination": where,
            "criteria": [
                {
                    "name": name,
                    "score": round(0.8 - 0.1 * number, 2),
                    "reason": f"{name} is fine",
                    "evidence": cited,
                }
                for name, kinds in CRITERIA.items()
                if (cited := talk.cited(*kinds, where=where))
            ],
        }
        for number, where in enumerate(talk.destinations)
    ]


def _finds(talk: Conversation) -> list[Any]:
    return [
        {
            "destination": where,
            "place": place,
            "fit": round(0.95 - 0.03 * n, 2),
            "reason": "well worth the time for what was asked",
            "evidence": talk.cited("place", where=f"{where}/{place}")[:1],
        }
        for where in talk.destinations
        for n, place in enumerate(talk.places[where][:12])
    ]


def _tips(talk: Conversation) -> list[Any]:
    return [
        {"destination": w, "text": "Book ahead.", "evidence": talk.cited("place", where=w)[:1]}
        for w in talk.destinations
    ]


def _drafts(talk: Conversation) -> list[Any]:
    in_turn = talk.brief.get("relation") in ("one", "then")
    routes = [talk.destinations] if in_turn else [(w,) for w in talk.destinations]
    return [_draft(talk, route) for route in routes if route]


def _draft(talk: Conversation, route: tuple[str, ...]) -> dict[str, Any]:
    start, end = talk.dates
    nights = [(end - start).days // len(route)] * len(route)
    nights[0] += (end - start).days - sum(nights)
    stops = [where for where, n in zip(route, nights, strict=True) for _ in range(n)] + [route[-1]]
    left = {where: list(talk.places[where]) for where in route}
    days = []
    for where in stops:
        anchors, left[where] = left[where][:2], left[where][2:]
        days.append(
            {
                "destination": where,
                "theme": "a day on foot",
                "anchors": [
                    {
                        "place": place,
                        "reason": "on the way",
                        "evidence": talk.cited("place", where=f"{where}/{place}")[:1],
                    }
                    for place in anchors
                ],
            }
        )
    return {"stops": list(route), "nights": nights, "days": days, "reason": "an easy pace"}


PARTS: Mapping[str, Callable[[Conversation], list[Any]]] = {
    "rated": _rated,
    "finds": _finds,
    "tips": _tips,
    "drafts": _drafts,
    "ruled_out": lambda talk: [],
}
"""Parts of an answer by their names, wherever in the schema they are."""


def instance(schema: Mapping[str, Any], talk: Conversation) -> Any:
    """A value that fits, as constrained decoding gives one: the roles' parts, else the least."""
    definitions = talk.schema.get("$defs", {})

    def made(part: Mapping[str, Any], name: str, turn: int = 0) -> Any:
        if "$ref" in part:
            return made(
                {**definitions[part["$ref"].rsplit("/", 1)[-1]], **_without(part)}, name, turn
            )
        options = part.get("anyOf") or part.get("oneOf") or part.get("allOf")
        if options:
            return made(
                next((o for o in options if o.get("type") != "null"), options[0]), name, turn
            )
        if "const" in part or "enum" in part:
            values = part.get("enum") or [part["const"]]
            return values[turn % len(values)]
        kind = part.get("type", "object" if "properties" in part else "string")
        kind = kind if isinstance(kind, str) else kind[0]
        return makers[kind](part, name, turn)

    def an_object(part: Mapping[str, Any], name: str, turn: int) -> Any:
        return {key: made(value, key, turn) for key, value in part.get("properties", {}).items()}

    def a_list(part: Mapping[str, Any], name: str, turn: int) -> Any:
        items, most = part.get("items", {}), part.get("maxItems", CHOSEN)
        if name in PARTS and "enum" not in items:
            return PARTS[name](talk)[:most]
        options = [v["enum"] for v in (items, *items.get("properties", {}).values()) if "enum" in v]
        count = max(
            part.get("minItems", 1), min([most, CHOSEN, *map(len, options)]) if options else 1
        )
        return [made(items, name, n) for n in range(count)]

    def a_string(part: Mapping[str, Any], name: str, turn: int) -> Any:
        start, _ = talk.dates
        words = {"date": start.isoformat()}.get(part.get("format", ""), "it fits well")
        return words[: part.get("maxLength", len(words))]

    def a_number(part: Mapping[str, Any], name: str, turn: int) -> Any:
        low, high = part.get("minimum", 0), part.get("maximum", 1)
        return round(low + 0.7 * (high - low), 2)

    makers: dict[str, Callable[[Mapping[str, Any], str, int], Any]] = {
        "object": an_object,
        "array": a_list,
        "string": a_string,
        "number": a_number,
        "integer": lambda part, name, turn: part.get("minimum", 1),
        "boolean": lambda part, name, turn: True,
        "null": lambda part, name, turn: None,
    }
    return made(schema, "")


def _without(part: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key != "$ref"}


def handed_in(talk: Conversation, value: Any, **more: Any) -> Reply:
    """`value` in the way in which this conversation takes answers."""
    if talk.final:
        return Reply(calls=((talk.final, value),), **more)
    return Reply(text=value if isinstance(value, str) else json.dumps(value), **more)


# Plays


def good(talk: Conversation, rounds: Sequence[Mapping[str, Any]] = LOOKUPS) -> Reply:
    """Looks things up in two rounds of parallel calls, then hands in what it was told."""
    calls = lookups(talk, rounds) if HAND_IN in talk.tools or not talk.final else ()
    if calls and talk.tools:
        return Reply(text="Let me look that up.", calls=calls)
    return handed_in(talk, instance(talk.schema, talk))


def brief(talk: Conversation) -> Reply:
    """As few words as possible: one call a round, and a short answer."""
    return good(talk, FEW)


def thinking_aloud(talk: Conversation) -> Reply:
    return replace(good(talk), reasoning="First the weather. Then what to see. Then I hand it in.")


def always(reply: Reply) -> Play:
    return lambda talk: reply


def first(play: Play, times: int = 1, then: Play = good) -> Play:
    """Answers by `play` for the first `times`, by `then` after that; looks things up before."""

    def both(talk: Conversation) -> Reply:
        reply = good(talk)
        if talk.tools and reply.calls and reply.calls[0][0] != talk.final:
            return reply
        return (play if talk.answers < times else then)(talk)

    return both


def of_the_wrong_form(talk: Conversation) -> Reply:
    """Each part is text, or a list of what it is not, and there is one too many."""
    parts = talk.schema.get("properties", {})
    wrong = {k: [{"nonsense": 1}] if v.get("type") == "array" else "blue" for k, v in parts.items()}
    return handed_in(talk, {**wrong, "colour": "blue"})


def half_right(talk: Conversation) -> Reply:
    """The first entry of each list is as it should be, the second one is not."""
    right = instance(talk.schema, talk)
    parts = {
        k: [v[0], {"nonsense": 1}] if v and isinstance(v, list) else v for k, v in right.items()
    }
    return handed_in(talk, parts)


def broken_json(talk: Conversation) -> Reply:
    return handed_in(talk, json.dumps(instance(talk.schema, talk))[:-7])


def too_long(talk: Conversation) -> Reply:
    """The answer breaks off after two thirds, as at a limit of tokens."""
    text = json.dumps(instance(talk.schema, talk))
    return handed_in(talk, text[: len(text) * 2 // 3], finish="length")


def fenced(talk: Conversation) -> Reply:
    """The answer is in the text, in a code block, with words around it."""
    value = json.dumps(instance(talk.schema, talk), indent=1)
    return Reply(text=f"Here is the answer:\n\n```json\n{value}\n```\n\nEnjoy your trip!")


def never_done(talk: Conversation) -> Reply:
    """Looks the same thing up for ever."""
    where = next(iter(talk.destinations), "lisbon")
    known = next((t for t in ("destination_facts", *talk.tools) if t in talk.tools), HAND_IN)
    return Reply(calls=((known, {"destination": where}),))


def calls_nonsense(talk: Conversation) -> Reply:
    """Tools that are not there and arguments that do not fit, then the answer all the same."""
    if talk.round or not talk.tools:
        return handed_in(talk, instance(talk.schema, talk))
    broken = '{"destination": "lis'
    calls: tuple[tuple[str, Any], ...] = (
        ("book_flight\x1b[2J", {}),
        ("destination_facts", {"town": ESCAPES}),
    )
    return Reply(calls=(*calls, ("find_activities", broken), ("destination_facts", "[1, 2]")))


def invented(talk: Conversation) -> Reply:
    """Hands in what no tool ever returned, and does what a text it was sent tells it to."""
    calls = lookups(talk)
    if calls and HAND_IN in talk.tools:
        return Reply(text=ESCAPES, reasoning=ESCAPES, calls=calls)
    told = ORDER.findall(talk.said_by("tool", "user"))
    where = next(iter(talk.destinations), "lisbon")
    fake = [*told, (where, "secret-rooftop-bar"), ("atlantis", "sunken-palace"), ("oslo", ESCAPES)]
    cite = {"reason": f"the best there is {ESCAPES}", "evidence": [f"place/{where}/made-up"]}
    anchors = [{"place": place, **cite} for _, place in fake]
    start, end = talk.dates
    parts = {
        "rated": [
            {"destination": d, "criteria": [{"name": "all", "score": 1, "weight": 10, **cite}]}
            for d in ("atlantis", "oslo")
        ],
        "finds": [{"destination": d, "place": p, "fit": 1, **cite} for d, p in fake],
        "tips": [
            {"destination": where, "text": f"Call 555 {ESCAPES}", "evidence": cite["evidence"]}
        ],
        "drafts": [
            {
                "stops": [stop],
                "nights": [(end - start).days],
                "days": [{"destination": stop, "theme": ESCAPES, "anchors": anchors}],
                **cite,
            }
            for stop in (where, "atlantis")
        ],
        "ruled_out": [],
    }
    asked = talk.schema.get("properties", {})
    if asked.keys() <= parts.keys():
        return handed_in(talk, {key: parts[key] for key in asked}, reasoning=ESCAPES)
    return handed_in(talk, instance(talk.schema, talk), reasoning=ESCAPES)


def adds_an_invention(talk: Conversation) -> Reply:
    """All as it should be, and one place more that nobody has heard of."""
    reply = good(talk)
    for _, value in reply.calls:
        invention = {"place": "secret-rooftop-bar", "reason": "a secret", "evidence": []}
        for find in value.get("finds", ())[:1]:
            value["finds"].append({**find, **invention})
        for draft in value.get("drafts", ()):
            draft["days"][0]["anchors"].append(invention)
    return reply


def repeats_the_key(talk: Conversation) -> Reply:
    """A server that puts the key into everything."""
    key = talk.sent_key
    reply = good(talk)
    words = f"The key is {key}."
    if reply.calls and reply.calls[0][0] != talk.final:
        extra = ("destination_facts", {"destination": key})
        return replace(reply, text=words, reasoning=words, calls=(*reply.calls, extra))
    spread = json.dumps(instance(talk.schema, talk)).replace("well worth", f"{key} well worth")
    spread = spread.replace("is fine", f"is {key}").replace("easy", f"easy {key}")
    spread = spread.replace("Book ahead", f"Book {key}")
    return handed_in(talk, json.loads(spread), reasoning=words)


def pieces(text: str, size: int) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]
