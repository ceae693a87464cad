"""A closer look in whole lines: at one item, at everything found, at what an agent did."""

from __future__ import annotations

from planner.cli.narrator import asked, spoken_tokens
from planner.export.plain import PlainPlan
from planner.export.spoken import counted, sentence, spoken
from planner.plan import TripPlan
from planner.progress import AgentProgress, Entry
from planner.views.activities import FoundActivity, activities, filter_activities
from planner.views.grounds import Ground
from planner.views.items import SlotAlternative, item_detail


def item_lines(plan: TripPlan, day: int, item: int) -> list[str]:
    """All there is to tell of one item; both are counted from 0. Raises IndexError."""
    detail, told = item_detail(plan, day, item), PlainPlan(plan)
    kind = "" if detail.kind == "free" else f", {detail.kind_words}"
    facts = (
        ("Area", detail.area),
        ("Opening hours", detail.hours),
        ("Public holiday", detail.holiday),
        ("Cost", "; ".join(detail.cost)),
        ("Step-free", detail.step_free),
        ("Book ahead", "it sells out or queues" if detail.book_ahead else ""),
        ("Why", detail.why),
        ("Proposed by", detail.proposed_by),
    )
    links = [f"Link, {link.label}: {link.url}" for link in detail.links]
    return [
        sentence(f"{detail.title}{kind}", detail.when),
        *([sentence(detail.about)] if detail.about else []),
        *(sentence(f"{name}: {words}") for name, words in facts if words),
        *(_ground(ground, told) for ground in detail.rests_on),
        *(_alternative(n, other) for n, other in enumerate(detail.alternatives, start=1)),
        *links,
    ]


def _ground(ground: Ground, told: PlainPlan) -> str:
    number = told.source_number(ground.sources, ground.as_of)
    source = f"source {number}" if number else "; ".join(ground.sources)
    return sentence(f"Rests on: {ground.claim}", f"{ground.sure}, {source}")


def _alternative(number: int, other: SlotAlternative) -> str:
    facts = (f"{other.minutes} min", other.hours, other.price, other.why)
    return sentence(f"Instead {number}: {other.name}, {other.kind}", ", ".join(filter(None, facts)))


def activity_lines(plan: TripPlan, words: str) -> list[str]:
    """Everything that was found, or what `words` occur in: in the plan or why not."""
    found = filter_activities(activities(plan), words)
    planned = sum(row.in_plan for row in found)
    about = f" with {spoken(words)}" if words else ""
    return [
        sentence(f"{counted(len(found), 'place')} found{about}, {planned} in the plan"),
        *map(_activity, found),
    ]


def _activity(row: FoundActivity) -> str:
    number = "" if row.day is None or row.item is None else f", item {row.day + 1}.{row.item + 1}"
    state = f"Planned {row.when}{number}" if row.in_plan else f"{row.state}: {row.why_not}"
    kind = f", {row.kind}" if row.kind else ""
    place = ", ".join(dict.fromkeys(filter(None, (row.area, row.city))))
    minutes = f"{row.minutes} min" if row.minutes else ""
    facts = ", ".join(filter(None, (row.price, row.hours, minutes, row.crowd_words)))
    return sentence(f"{row.name}{kind}{f', {place}' if place else ''}", state, row.why, facts)


def trace_lines(agent: AgentProgress, now: float) -> list[str]:
    """All that an agent did, in order; `now` is seconds since the epoch."""
    used = [counted(agent.calls, "tool call"), counted(agent.finds, "find")]
    if agent.usage.requests:
        used.append(counted(agent.usage.requests, "request") + " to a model")
    if agent.usage.tokens:
        used.append(spoken_tokens(agent.usage))
    missing = agent.noted - len(agent.entries)
    return [
        sentence(f"{agent.name} {agent.status} after {agent.seconds(now):.1f} s", ", ".join(used)),
        *(
            [sentence(f"The first {counted(missing, 'entry', 'entries')} are not kept")]
            if missing
            else []
        ),
        *map(_entry, agent.entries),
    ]


def _entry(entry: Entry) -> str:
    return sentence(f"{entry.number + 1}. {_first(entry)}", *_more(entry))


def _first(entry: Entry) -> str:
    match entry.kind:
        case "tool":
            return f"Asked {asked(entry.tool, entry.given)}"
        case "said":
            return f"Said: {entry.text}"
        case "thought":
            return f"Thought: {entry.text}"
        case "found":
            return f"Found {entry.text}"
        case "request":
            return f"Asked a model, {entry.line}"
        case "retry":
            return f"Failed for now, {entry.text}"
        case "refused":
            return f"Not taken, {entry.text}"
        case "changed":
            return f"Another way: {entry.text}"
        case _:
            return f"Ended: {entry.text}"


def _more(entry: Entry) -> list[str]:
    if entry.kind == "tool":
        return [f"failed: {entry.text}" if entry.failed else entry.text or "no answer yet"]
    request = entry.request
    if request is None:
        return []
    answer, sent = request.answer, request.asked.bytes if request.asked else 0
    told = [f"by {request.model}", f"{sent:,} bytes sent" if sent else ""]
    if answer is not None:
        first = answer.first_seconds
        told += ["" if first is None else f"first piece after {first:.1f} s", answer.finish]
    return [", ".join(filter(None, told))]
