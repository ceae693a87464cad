"""A traveller's hand on one run: stop it, cancel one agent, ask one again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class TeamAtWork(Protocol):
    """What a control holds while agents work; each call returns at once."""

    def stop(self) -> None: ...

    def cancel(self, agent: str) -> bool: ...

    def retry(self, agent: str) -> bool: ...


class RunControl:
    """Holds one run by the hand, from the event loop that it runs in; make a new one for each run.

    No call waits: what it asks for shows in the events.
    """

    def __init__(self) -> None:
        self._stopped = False
        self._teams: list[TeamAtWork] = []

    @property
    def stopped(self) -> bool:
        return self._stopped

    def stop(self) -> None:
        """End the work soon and plan with what was found. A second call changes nothing."""
        self._stopped = True
        for team in self._teams:
            team.stop()

    def cancel(self, agent: str) -> bool:
        """End one agent's work; what it had kept stays, the others go on. False if it is not at work."""
        heard = [team.cancel(agent) for team in self._teams]
        return any(heard)

    def retry(self, agent: str) -> bool:
        """Start one agent afresh, at work or not; the run waits for it.

        The later result replaces the earlier one, unless it failed and the earlier one had found
        something. False when the team is no longer at work: then `Planning.replan` asks again.
        """
        heard = [] if self.stopped else [team.retry(agent) for team in self._teams]
        return any(heard)

    @contextmanager
    def holding(self, team: TeamAtWork) -> Iterator[None]:
        """Reach `team` too, while the block lasts: for who runs one."""
        self._teams.append(team)
        try:
            yield
        finally:
            self._teams.remove(team)
