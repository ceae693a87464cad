"""The closer look at one thing an agent did: a call of a tool, a request to a model, what it said."""

from __future__ import annotations

from planner.progress import AgentProgress, Entry
from planner.progress_entries import Request
from planner.timeline import duration
from planner.tui.tabs.telling import Telling
from planner.tui.tabs.trace_telling import Trace, since_start, tell_tokens
from planner.views.grounds import grounds
from planner.views.words import spaced

ENTRY_HEADS = {
    "thought": "thought, on the way to its answer",
    "failed": "broke off",
    "retry": "has to ask again",
    "refused": "was asked for another answer",
    "changed": "goes on in another way",
}


def tell_entry(trace: Trace, agent: AgentProgress, entry: Entry) -> Telling:
    if entry.kind == "tool":
        return _tell_call(trace, agent, entry)
    if entry.request is not None:
        return _tell_request(trace, agent, entry, entry.request)
    told = Telling().head(f"{agent.name} {ENTRY_HEADS.get(entry.kind, entry.kind)}")
    told.line(since_start(trace, entry.at), "$foreground-muted")
    return told.gap().line(entry.text.strip())


def _tell_call(trace: Trace, agent: AgentProgress, entry: Entry) -> Telling:
    told = Telling().head(entry.tool, f"call {entry.call} of {agent.name}")
    told.gap().fact("Began", since_start(trace, entry.at))
    told.fact("Took", "" if entry.seconds is None else duration(entry.seconds))
    if entry.given:
        told.section("Asked")
    for name, value in entry.given.items():
        told.fact(f"{spaced(name)} ", _value(value))
    told.section("It failed" if entry.failed else "Answer")
    told.line(entry.text or "none yet")
    if trace.plan is not None:
        told.rests_on(grounds(trace.plan, entry.evidence))
    return told


def _tell_request(trace: Trace, agent: AgentProgress, entry: Entry, request: Request) -> Telling:
    told = Telling().head(f"R{request.title[1:]} to a model", f"by {agent.name}")
    answer, sent = request.answer, request.asked.bytes if request.asked else 0
    named = request.asked.model if request.asked else ""
    told.gap().fact("Model", named or request.model)
    if answer and named and answer.model not in ("", named):
        told.fact("Answers", answer.model)
    told.fact("Began", since_start(trace, entry.at))
    told.fact("Sent", f"{sent:,} bytes" if sent else "")
    if answer is None:
        return told.section("Answer").line(request.words())
    first = answer.first_seconds
    told.fact("Took", duration(answer.seconds))
    told.fact("First", "" if first is None else f"piece of it after {duration(first)}")
    told.fact("Finish", answer.finish)
    tell_tokens(told, answer.usage)
    if answer.failed:
        told.section("It failed").line(answer.failed)
    return told


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_value(one)}" for name, one in value.items())
    return str(value)
