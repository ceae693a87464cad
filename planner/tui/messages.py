"""What widgets ask of the screen they are on."""

from __future__ import annotations

from textual.message import Message


class LinkChosen(Message):
    """The traveller wants to open an address in a browser; the app asks first."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url


class SideTaken(Message):
    """The traveller takes another side of a decision: `value` is what overrides `decision`."""

    def __init__(self, decision: str, value: str) -> None:
        super().__init__()
        self.decision, self.value = decision, value


class ItemChosen(Message):
    """Show this item of the plan in the itinerary."""

    def __init__(self, day: int, item: int) -> None:
        super().__init__()
        self.day, self.item = day, item


class AgentChosen(Message):
    """An agent is to be cancelled, asked again or looked at: `action` says which."""

    def __init__(self, agent: str, action: str) -> None:
        super().__init__()
        self.agent, self.action = agent, action
