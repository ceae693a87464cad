"""Words that are said once: what several agents run into alike, and what a run has used."""

from __future__ import annotations

from agents.usage import Usage
from planner.progress_entries import spent_words
from planner.views.words import alike

MOST_REFUSED = 3
"""Different reasons for refusing an agent's answers that are told; the others are counted."""
LONGEST_REFUSAL = 120
"""Characters of such a reason: it names each field of an answer."""


class Once:
    """Remembers what was said of whom, so that nobody reads it again for each agent."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._refused: dict[str, list[str]] = {}

    def reason(self, agent: str, reason: str) -> str:
        """`reason`, or whose it was already; without what was told when an answer was refused."""
        for told in self._refused.get(agent, ()):
            reason = reason.replace(f": {told}", "")
        first = self._first.setdefault(alike(reason), agent)
        if first == agent:
            return reason
        return f"the same as {first}"

    def refusal(self, agent: str, reason: str) -> str:
        """Why an answer was refused, cut to a line; "" when that was told, or enough of it."""
        told = self._refused.setdefault(agent, [])
        if reason in told:
            return ""
        told.append(reason)
        if len(told) > MOST_REFUSED:
            return ""
        return reason if len(reason) <= LONGEST_REFUSAL else f"{reason[: LONGEST_REFUSAL - 1]}…"


def used_words(usage: Usage) -> str:
    """ "3 requests, 1,200 tokens ≈ $0.02": "" where no model was asked."""
    if not usage.requests:
        return ""
    told = f"{usage.requests} request{'s' * (usage.requests != 1)}"
    return f"{told}, {spent_words(usage)}" if usage.tokens else told


def run_words(usage: Usage) -> str:
    """The same of a whole run, where it is said that nobody but the provider knows the cost."""
    told = used_words(usage)
    return f"{told} (an estimate)" if usage.cost_usd else told
