"""What the trace tells: a tree of topics, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.progress import MARKS, AgentProgress, Entry, Status
from planner.timeline import duration
from planner.tui.tabs.telling import Telling
from planner.tui.tabs.trace_entries import tell_entry
from planner.tui.tabs.trace_telling import (
    Trace,
    agent_line,
    agent_status,
    tell_agent,
    tell_attempt,
    tell_check,
    tell_decision,
    tell_gate,
    tell_merge,
    tell_report,
    tell_run,
    tell_schedule,
)
from planner.views.counts import counts
from planner.views.decisions import CheckLine, DecisionView, checks, decisions
from planner.views.grounds import Link, grounds, source_links

if TYPE_CHECKING:
    from planner.plan import AgentReport

LABEL_COLUMNS = 48
"""So long an entry is told with all that was asked."""
GOOD, BAD, WARN, PLAIN = "good", "bad", "warn", "plain"
ENTRY_TONES = {"found": GOOD, "retry": WARN, "refused": WARN, "changed": WARN}
TONES = {
    Status.WAITING: PLAIN,
    Status.WORKING: WARN,
    Status.DONE: GOOD,
    Status.FAILED: BAD,
    Status.STOPPED: BAD,
}


@dataclass(frozen=True)
class Label:
    """A line of the tree: a mark in its tone, the words, and what is less important."""

    mark: str
    words: str
    aside: str = ""
    tone: str = PLAIN


@dataclass(frozen=True)
class Topic:
    """One line of the trace. `key` stays the same while the run goes on and after a re-plan.

    `below` gives what opens under it. Where this may become more while the run is on, `latest`
    gives the same the other way round. `opens` says that it is open from the start.
    """

    key: str
    label: Callable[[], Label]
    tell: Callable[[], Telling]
    below: Callable[[], Iterable[Topic]] | None = None
    links: Callable[[], tuple[Link, ...]] = tuple
    decision: DecisionView | None = None
    latest: Callable[[], Iterator[Topic]] | None = None
    opens: bool = False


def run_topic(trace: Trace) -> Topic:
    """The whole trace."""

    def label() -> Label:
        run = trace.progress
        wall, together = run.wall(trace.now()), run.added_up(trace.now())
        aside = f"{duration(wall)} by the clock, {duration(together)} added up" if wall else ""
        if trace.plan is None:
            return Label("●" if run.at_work else "○", "Run", aside or "not begun", WARN)
        good = trace.plan.complete
        words = "Run" if good else "Run, not everything holds"
        return Label("✓" if good else "✗", words, aside, GOOD if good else BAD)

    return Topic("run", label, lambda: tell_run(trace), lambda: _parts(trace), opens=True)


def _parts(trace: Trace) -> Iterator[Topic]:
    known = trace.progress.agents
    for agent in known.values():
        yield _agent_topic(trace, agent)
    if trace.plan is not None:
        yield from (_report_topic(r) for r in trace.plan.agents if r.name not in known)
        yield _merge_topic(trace)
        yield _schedule_topic(trace)
        yield _gate_topic(trace)


def agent_key(name: str) -> str:
    return f"agent/{name}"


def _agent_topic(trace: Trace, agent: AgentProgress) -> Topic:
    def label() -> Label:
        aside = agent_line(agent, trace.now())
        return Label(MARKS[agent.status], agent.name, aside, TONES[agent.status])

    key = agent_key(agent.name)
    if len(agent.spans) < 2:
        below, latest = _steps(trace, agent)
        return Topic(key, label, lambda: tell_agent(trace, agent), below, latest=latest)
    attempts = range(len(agent.spans))
    return Topic(
        key,
        label,
        lambda: tell_agent(trace, agent),
        lambda: (_attempt_topic(trace, agent, n) for n in attempts),
    )


Below = Callable[[], Iterator[Topic]]


def _steps(trace: Trace, agent: AgentProgress, attempt: int | None = None) -> tuple[Below, Below]:
    """The entries of an agent, or of one attempt, oldest first and newest first."""

    def topics(entries: Iterable[Entry]) -> Iterator[Topic]:
        for entry in entries:
            if attempt in (None, entry.attempt):
                yield _entry_topic(trace, agent, entry)

    return lambda: topics(agent.entries), lambda: topics(reversed(agent.entries))


def _report_topic(report: AgentReport) -> Topic:
    status, mark = agent_status(report)
    tone = GOOD if mark == "✓" else BAD
    label = Label(mark, report.name, f"{status} · {report.usage.tool_calls} calls", tone)
    return Topic(agent_key(report.name), lambda: label, lambda: tell_report(report))


def _attempt_topic(trace: Trace, agent: AgentProgress, number: int) -> Topic:
    span = agent.spans[number]

    def label() -> Label:
        took = duration(span.seconds(trace.now()))
        words = f"attempt {number + 1}"
        return Label(MARKS[span.status], words, f"round {span.round} · {took}", TONES[span.status])

    below, latest = _steps(trace, agent, number)
    key = f"{agent_key(agent.name)}/{number}"
    return Topic(key, label, lambda: tell_attempt(trace, agent, number), below, latest=latest)


def _entry_topic(trace: Trace, agent: AgentProgress, entry: Entry) -> Topic:
    def label() -> Label:
        tone = BAD if entry.failed else ENTRY_TONES.get(entry.kind, PLAIN)
        told = entry.seconds is None or (entry.kind != "tool" and not entry.failed)
        took = "" if told else duration(entry.seconds or 0)
        if entry.kind == "tool" and not took:
            took = "at work" if agent.spans and _lasts(agent, entry) else "broken off"
        return Label(entry.mark, entry.line_in(LABEL_COLUMNS), took, tone)

    def links() -> tuple[Link, ...]:
        return source_links(grounds(trace.plan, entry.evidence)) if trace.plan else ()

    return Topic(
        f"{agent_key(agent.name)}/entry/{entry.number}",
        label,
        lambda: tell_entry(trace, agent, entry),
        links=links,
    )


def _lasts(agent: AgentProgress, entry: Entry) -> bool:
    return agent.spans[entry.attempt].ended is None


def _merge_topic(trace: Trace) -> Topic:
    assert trace.plan is not None
    made = decisions(trace.plan)
    count = f"{len(made)} decision{'s' * (len(made) != 1)}"
    label = Label("⇄", "Merge", count if made else "nothing to decide")

    def below() -> Iterator[Topic]:
        for decision in made:
            yield _decision_topic(decision)

    return Topic(
        "merge",
        lambda: label,
        lambda: tell_merge(trace, made),
        below if made else None,
        opens=True,
    )


def _decision_topic(decision: DecisionView) -> Topic:
    label = Label("≠", f"{decision.subject}: {decision.chosen}", decision.rule)
    return Topic(
        f"decision/{decision.id}", lambda: label, lambda: tell_decision(decision), decision=decision
    )


def _schedule_topic(trace: Trace) -> Topic:
    assert trace.plan is not None
    planned = counts(trace.plan)
    label = Label("▤", "Schedule", f"{planned.places_words}, {planned.left_out} left out")
    return Topic("schedule", lambda: label, lambda: tell_schedule(trace))


def _gate_topic(trace: Trace) -> Topic:
    assert trace.plan is not None
    found = checks(trace.plan)
    mind = f", {len(found.warnings)} to mind" if found.warnings else ""
    mark, tone = ("✗", BAD) if found.failed else ("!", WARN) if found.warnings else ("✓", GOOD)
    label = Label(mark, "Gate", f"{found.hard_words}{mind}", tone)
    faulty = bool(found.failed or found.warnings)

    def passed() -> Iterator[Topic]:
        yield from (_check_topic(line, "✓", GOOD) for line in found.passed)

    def below() -> Iterator[Topic]:
        yield from (_check_topic(line, "✗", BAD) for line in found.failed)
        yield from (_check_topic(line, "!", WARN) for line in found.warnings)
        own = Label("✓", found.passed_words, tone=GOOD)
        yield Topic("gate/passed", lambda: own, lambda: tell_gate(trace, found), passed)

    return Topic(
        "gate",
        lambda: label,
        lambda: tell_gate(trace, found),
        below if faulty else passed,
        opens=faulty,
    )


def _check_topic(line: CheckLine, mark: str, tone: str) -> Topic:
    label = Label(mark, line.name, line.detail or line.meaning, tone)
    return Topic(f"check/{line.id}", lambda: label, lambda: tell_check(line, mark))
