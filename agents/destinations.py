"""The destinations agent: compares where the trip could go."""

from __future__ import annotations

from agents.agent import Agent
from agents.findings import DestinationComparison
from agents.tools import (
    climate,
    costs,
    destination_facts,
    find_activities,
    getting_there,
    list_destinations,
    public_holidays,
)

DESTINATIONS = Agent(
    name="destinations",
    role="compares the destinations by weather, cost, interests, needs and the way there",
    instructions="""\
Rate every destination the request names; for an open request find three to five that fit first.
Score each criterion between 0 and 1 with a reason that holds a figure and cites the evidence ids
of the tool answers it comes from: weather in the travel dates, cost against the budget, how well
it serves the interests and needs, and the way there when an origin is known. Rule a destination
out only when a need cannot be met there, and say which. Do not score what you have no facts on.
""",
    tools=(
        list_destinations,
        destination_facts,
        climate,
        costs,
        getting_there,
        public_holidays,
        find_activities,
    ),
    output=DestinationComparison,
)
