"""The itinerary agent: drafts what each day is about."""

from __future__ import annotations

from agents.agent import Agent
from agents.findings import ItineraryDraft
from agents.tools import (
    climate,
    day_feasibility,
    destination_facts,
    find_activities,
    list_destinations,
    opening_hours,
    public_holidays,
    sun_times,
    travel_time,
)

ITINERARY = Agent(
    name="itinerary",
    role="drafts the days: where, around what theme, with which anchors",
    instructions="""\
Draft the trip day by day for every destination that may be chosen, so that whichever wins is
ready. For each day name the destination, a short theme, the area it is centred on and two to four
anchor places, in the order of the day. Use only places the tools returned, cite the evidence ids
of the answers you used, and check with day_feasibility that the anchors are open on that very
date and can be reached one after the other; when they are not, change the day, not the facts.
Respect the request's needs, musts, nevers, pace and crowds (avoid: what is quiet; icons: what is
famous first). You do not set times: code does.
""",
    tools=(
        list_destinations,
        destination_facts,
        find_activities,
        opening_hours,
        travel_time,
        day_feasibility,
        sun_times,
        public_holidays,
        climate,
    ),
    output=ItineraryDraft,
)
