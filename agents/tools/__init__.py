"""Typed look-ups that any agent, any backend and an outside client can call."""

from __future__ import annotations

from agents.tools.activities import PlaceFact, activity_facts, find_activities, place, place_fact
from agents.tools.calendar import (
    HolidaysFact,
    HoursFact,
    holidays_fact,
    hours_fact,
    opening_hours,
    public_holidays,
)
from agents.tools.costs import CostsFact, costs, costs_fact
from agents.tools.destinations import (
    DestinationFact,
    DestinationSummary,
    destination_fact,
    destination_facts,
    destination_summaries,
    list_destinations,
)
from agents.tools.journeys import (
    JourneyFact,
    TransferFact,
    airport_transfer,
    getting_there,
    journey_fact,
    transfer_fact,
    transfer_facts,
)
from agents.tools.travel import (
    FeasibilityFact,
    TravelFact,
    area_id,
    day_feasibility,
    feasibility_fact,
    travel_fact,
    travel_time,
)
from agents.tools.weather import ClimateFact, SunFact, climate, climate_fact, sun_fact, sun_times

ALL_TOOLS = (
    destination_facts,
    list_destinations,
    climate,
    sun_times,
    public_holidays,
    opening_hours,
    costs,
    getting_there,
    airport_transfer,
    place,
    find_activities,
    travel_time,
    day_feasibility,
)

__all__ = [
    "ALL_TOOLS",
    "ClimateFact",
    "CostsFact",
    "DestinationFact",
    "DestinationSummary",
    "FeasibilityFact",
    "HolidaysFact",
    "HoursFact",
    "JourneyFact",
    "PlaceFact",
    "SunFact",
    "TransferFact",
    "TravelFact",
    "activity_facts",
    "airport_transfer",
    "area_id",
    "climate",
    "climate_fact",
    "costs",
    "costs_fact",
    "day_feasibility",
    "destination_fact",
    "destination_facts",
    "destination_summaries",
    "feasibility_fact",
    "find_activities",
    "getting_there",
    "holidays_fact",
    "hours_fact",
    "journey_fact",
    "list_destinations",
    "opening_hours",
    "place",
    "place_fact",
    "public_holidays",
    "sun_fact",
    "sun_times",
    "transfer_fact",
    "transfer_facts",
    "travel_fact",
    "travel_time",
]
