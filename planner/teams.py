"""Who may plan: the team of three, or one agent that does the work of all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from agents.agent import Agent
from agents.solo import SOLO
from planner.orchestrator import TEAM

TEAMS: Mapping[str, tuple[Agent[Any], ...]] = MappingProxyType({"three": TEAM, "one": (SOLO,)})


def team_name(agents: Collection[str]) -> str:
    """What the team of these agents is called; "three" for one that is none of ours."""
    names = set(agents)
    return next((name for name, team in TEAMS.items() if {a.name for a in team} == names), "three")
