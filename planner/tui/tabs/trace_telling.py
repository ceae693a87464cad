"""The closer looks of the trace: the run, an agent, a call, a decision, a check."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from agents.usage import Usage
from planner.plan import AgentReport, AgentStatus, TripPlan
from planner.progress import AgentProgress, Entry, RunProgress
from planner.timeline import before, duration
from planner.tui.tabs.telling import Telling
from planner.views.decisions import CheckLine, Checks, DecisionView
from planner.views.words import missing_parts

MOST_LISTED = 40
STATUS_MARKS = {
    AgentStatus.FINISHED: "✓",
    AgentStatus.PARTIAL: "✗",
    AgentStatus.FAILED: "✗",
    AgentStatus.CANCELLED: "■",
}
CHECK_WORDS = {
    "✗": "does not hold, and must",
    "!": "does not hold; good to know before you go",
    "✓": "holds",
}


@dataclass(frozen=True)
class Trace:
    """A run and the plan it led to, either of which may not be there yet."""

    progress: RunProgress = field(default_factory=RunProgress)
    plan: TripPlan | None = None
    now: Callable[[], float] = field(default=lambda: time.time())


def agent_status(report: AgentReport) -> tuple[str, str]:
    """How an agent ended, in a word and a mark."""
    return report.status.value, STATUS_MARKS[report.status]


def agent_line(agent: AgentProgress, now: float) -> str:
    """ "95 ms · 18 calls · 1,200 tokens"."""
    parts = [duration(agent.seconds(now))] if agent.spans else ["waiting"]
    if agent.calls:
        parts.append(f"{agent.calls} call{'s' * (agent.calls != 1)}")
    if agent.usage.requests:
        parts.append(f"{agent.usage.requests} request{'s' * (agent.usage.requests != 1)}")
    if agent.usage.tokens:
        parts.append(f"{agent.usage.tokens:,} tokens")
    return " · ".join(parts)


def tell_run(trace: Trace) -> Telling:
    run, now = trace.progress, trace.now()
    under = " · ".join(filter(None, (run.backend, run.effort)))
    told = Telling().head("The run", under)
    if trace.plan is not None:
        told.gap().point(trace.plan.summary, "✓" if trace.plan.complete else "✗")
    wall, together = run.wall(now), run.added_up(now)
    if wall:
        told.gap().fact("Clock", f"{duration(wall)} with at least one agent at work")
        told.fact("Added up", f"{duration(together)}, {together / wall:.1f} agents at a time")
        _tell_usage(told, run.usage)
    else:
        told.gap().line("The steps of this run were not kept.", "$foreground-muted")
    if trace.plan is not None and trace.plan.missing:
        told.section("Missing")
        for words in missing_parts(trace.plan.missing):
            told.point(words, "✗")
    if run.notes:
        told.section("Step by step")
    for note in run.notes[-MOST_LISTED:]:
        told.point(note)
    return told


def tell_agent(trace: Trace, agent: AgentProgress) -> Telling:
    now = trace.now()
    told = Telling().head(agent.head, agent.role)
    told.gap().fact("Backend", agent.backend)
    told.fact("Time", f"{duration(agent.seconds(now))} at work" if agent.spans else "not begun")
    if agent.detail:
        kept = "what it had found is kept" if agent.kept else "its part is missing"
        told.fact("Ended", f"{agent.detail}; {kept}")
    if len(agent.spans) > 1:
        told.fact("Attempts", str(len(agent.spans)))
    _tell_usage(told, agent.usage)
    _tell_limits(told, agent)
    _tell_tools(told, [entry for entry in agent.entries if entry.kind == "tool"])
    found = [entry for entry in agent.entries if entry.kind == "found"]
    if found:
        told.section(f"Found {agent.finds}")
    for entry in found[:MOST_LISTED]:
        told.point(entry.text, "★")
    return told


def tell_report(report: AgentReport) -> Telling:
    status, mark = agent_status(report)
    told = Telling().head(f"{mark} {report.name} {status}")
    told.gap().fact("Ended", report.detail)
    told.fact("Time", f"{report.seconds} s" if report.seconds else "less than a second")
    _tell_usage(told, report.usage)
    return told.gap().line("Its steps were not kept with the plan.", "$foreground-muted")


def tell_attempt(trace: Trace, agent: AgentProgress, number: int) -> Telling:
    span = agent.spans[number]
    told = Telling().head(f"{agent.name}, attempt {number + 1}", f"round {span.round}")
    told.gap().fact("Ended", span.status.value)
    told.fact("Began", since_start(trace, span.began))
    told.fact("Took", duration(span.seconds(trace.now())))
    _tell_tools(told, [e for e in agent.entries if e.kind == "tool" and e.attempt == number])
    return told


def tell_merge(trace: Trace, made: tuple[DecisionView, ...]) -> Telling:
    told = Telling().head("Merge", "unites what the agents found; every conflict is a decision")
    for step in [s for s in trace.progress.steps if s.type == "merged"][-1:]:
        told.gap().fact("From", f"{step.candidates} candidates")
    told.gap()
    for decision in made:
        told.point(f"{decision.subject}: {decision.chosen}", "≠", note=decision.rule)
    plan = trace.plan
    if plan is not None and plan.unverified:
        told.section("Named without evidence, so never scheduled")
        for claim in plan.unverified:
            told.point(claim.name, "?", note=f"{claim.why} · named by {claim.named_by}")
    return told


def tell_decision(decision: DecisionView) -> Telling:
    told = Telling().head(decision.subject)
    told.gap().fact("Chosen", decision.chosen, style="bold")
    told.fact("Because", decision.rule)
    told.fact("Unless", decision.reverse)
    if decision.proposals:
        told.section("Who proposed what")
    for proposal in decision.proposals:
        told.point(f"{proposal.by}: {proposal.value}")
    match decision.choices:
        case ():
            told.gap().line("There is no other side to take.", "$foreground-muted")
        case ((_, words),):
            told.gap().point(f"t takes the other side: {words}", "→", style="bold")
        case several:
            told.section("The other sides, t takes one")
            for _, words in several:
                told.point(words, "→")
    return told


def tell_schedule(trace: Trace) -> Telling:
    plan = trace.plan
    told = Telling().head("Schedule", "places in time what the merge has chosen")
    for step in [s for s in trace.progress.steps if s.type == "scheduled"][-1:]:
        told.gap().fact("Places", str(step.visits))
        told.fact("Search", f"{step.iterations:,} tries in {duration(step.seconds)}")
    left_out = plan.left_out if plan is not None else ()
    if left_out:
        told.section(f"Left out, and why: {len(left_out)}")
    for one in left_out[:MOST_LISTED]:
        told.point(one.name, note=one.detail)
    if len(left_out) > MOST_LISTED:
        told.line("The Activities tab has them all.", "$foreground-muted")
    return told


def tell_gate(trace: Trace, found: Checks) -> Telling:
    told = Telling().head("Gate", "checks in code, outside any model")
    told.line(f"{found.hard_words}; the others tell what to mind.")
    for title, lines, mark in (
        ("Does not hold", found.failed, "✗"),
        ("To mind", found.warnings, "!"),
        ("Holds", found.passed, "✓"),
    ):
        if lines:
            told.section(f"{title}: {len(lines)}")
        for line in lines:
            told.point(line.name, mark, note=line.detail or line.meaning)
    for conflict in trace.plan.conflicts if trace.plan is not None else ():
        told.section("Not everything fits")
        for wish in conflict.wishes:
            told.point(wish)
        for change in conflict.relaxations:
            told.point(change, "→", style="bold")
    return told


def tell_check(line: CheckLine, mark: str) -> Telling:
    told = Telling().head(f"{mark} {line.name}", CHECK_WORDS[mark])
    told.gap().fact("Means", line.meaning)
    told.fact("But", line.detail)
    told.fact("At fault", *line.places)
    return told


def _tell_usage(told: Telling, usage: Usage) -> None:
    told.fact("Calls", f"{usage.tool_calls} of tools" if usage.tool_calls else "")
    told.fact("Requests", f"{usage.requests:,} to a model" if usage.requests else "")
    tell_tokens(told, usage)


def _tell_limits(told: Telling, agent: AgentProgress) -> None:
    """What one attempt may use, where a model is at work."""
    limits = agent.limits
    parts = (
        f"{limits.requests:,} requests" if limits.requests else "",
        f"{limits.tokens:,} tokens" if limits.tokens else "",
        f"${limits.cost_usd:.2f}" if limits.cost_usd else "",
        f"{limits.seconds:g} s" if limits.seconds else "",
    )
    told.fact("At most", ", ".join(filter(None, parts)) if agent.usage.requests else "")


def tell_tokens(told: Telling, usage: Usage) -> None:
    if usage.tokens:
        told.fact("Tokens", f"{usage.input_tokens:,} in, {usage.output_tokens:,} out")
        cost = f"≈ ${usage.cost_usd:.4f}, an estimate" if usage.cost_usd else "unknown"
        told.fact("Cost", cost)


def _tell_tools(told: Telling, calls: list[Entry]) -> None:
    if calls:
        told.section("Tools")
    for tool, count in Counter(entry.tool for entry in calls).most_common():
        own = [entry for entry in calls if entry.tool == tool]
        took = duration(sum(entry.seconds or 0 for entry in own))
        failed = sum(entry.failed for entry in own)
        note = f"{failed} failed" if failed else ""
        told.point(f"{tool} ×{count}, {took}", "⚙", note=note)


def since_start(trace: Trace, moment: float) -> str:
    busy = trace.progress.busy(trace.now())
    return f"{duration(before(moment, busy))} into the run" if busy else ""
