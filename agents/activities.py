"""The activities agent: finds specific things to do."""

from __future__ import annotations

from agents.agent import Agent
from agents.findings import ActivityFinds
from agents.tools import (
    destination_facts,
    find_activities,
    list_destinations,
    opening_hours,
    place,
    public_holidays,
)

ACTIVITIES = Agent(
    name="activities",
    role="finds specific activities, places to eat and evenings that fit",
    instructions="""\
Find activities for this request in every destination that may be chosen: the interests first, then
what nobody should miss, a few places that are not on every list (mostly these when the request
says crowds: avoid, the famous first when it says icons), somewhere to eat, something for the
evening and for a rainy day. Each find names a place the tools returned, how well it fits (0 to 1),
one reason and the evidence ids. Leave out, with the reason, what breaks a need, what the traveller
never wants and what is closed on every day of the trip. Add tips on what to book ahead, a ticket
that saves money, or what to bring home.
""",
    tools=(
        list_destinations,
        find_activities,
        place,
        opening_hours,
        destination_facts,
        public_holidays,
    ),
    output=ActivityFinds,
)
