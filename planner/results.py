"""What became of each agent, and what stays when one was asked twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel

from agents.solo import WholeTrip
from agents.usage import Usage
from planner.plan import AgentReport, AgentStatus


@dataclass(frozen=True)
class AgentResult:
    """What became of one agent: its findings (or what it had kept), and how it ended."""

    name: str
    status: AgentStatus
    findings: BaseModel | None
    usage: Usage
    seconds: float
    detail: str = ""
    error: str = ""
    """Name of the class of the error that ended it."""

    def report(self) -> AgentReport:
        return AgentReport(
            name=self.name,
            status=self.status,
            detail=self.detail,
            seconds=int(self.seconds),
            usage=self.usage,
        )


def settled(earlier: AgentResult | None, later: AgentResult) -> AgentResult:
    """What stays of two attempts: an answer before what broke off, the later of two answers.

    Of two that broke off the findings that hold more stay, with how the later one ended. Time and
    usage add up.
    """
    if earlier is None:
        return later
    spent = replace(
        later, usage=earlier.usage + later.usage, seconds=earlier.seconds + later.seconds
    )
    if later.status is AgentStatus.FINISHED or earlier.findings is None:
        return spent
    if earlier.status is AgentStatus.FINISHED:
        detail = f"asked again: {later.detail}; the earlier answer stays"
        return replace(spent, status=earlier.status, findings=earlier.findings, detail=detail)
    if _size(later.findings) >= _size(earlier.findings):
        return spent
    status = AgentStatus.PARTIAL if later.status is AgentStatus.FAILED else later.status
    return replace(spent, status=status, findings=earlier.findings)


def findings(results: Mapping[str, AgentResult]) -> dict[str, BaseModel]:
    """What was found, by agent name; one agent's whole trip counts as the parts it is made of."""
    found: dict[str, BaseModel] = {}
    for name, result in results.items():
        if isinstance(result.findings, WholeTrip):
            found |= {part: f for part, f in result.findings if f != type(f)()}
        elif result.findings is not None:
            found[name] = result.findings
    return found


def _size(findings: BaseModel | None) -> int:
    """How much findings hold, whatever their type: characters of JSON."""
    return 0 if findings is None else len(findings.model_dump_json())
