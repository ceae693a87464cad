"""What an agent may use and what it has used."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Annotated

from pydantic import Field

from agents.errors import LimitReached
from agents.request import Frozen

Count = Annotated[int, Field(ge=0)]


class Usage(Frozen):
    """Requests to a model, tool calls, tokens, and what they cost in US dollars (an estimate)."""

    requests: Count = 0
    tool_calls: Count = 0
    input_tokens: Count = 0
    output_tokens: Count = 0
    cost_usd: Annotated[float, Field(ge=0)] = 0.0
    free_tokens: Count = 0
    """Of the tokens those that are known to cost nothing."""

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    @property
    def unpriced(self) -> bool:
        """Whether nobody knows what it costs."""
        return not self.cost_usd and self.free_tokens < self.tokens

    def costing(self, dollars: float | None) -> Usage:
        """This, at that price; None when it is not known."""
        if dollars is None:
            return self
        changes = {"cost_usd": dollars} if dollars else {"free_tokens": self.tokens}
        return self.model_copy(update=changes)

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            requests=self.requests + other.requests,
            tool_calls=self.tool_calls + other.tool_calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost_usd=self.cost_usd + other.cost_usd,
            free_tokens=self.free_tokens + other.free_tokens,
        )


class Limits(Frozen):
    """Upper limits; None means no limit of that kind."""

    seconds: Annotated[float, Field(gt=0)] | None = None
    requests: Count | None = None
    tool_calls: Count | None = None
    tokens: Count | None = None
    cost_usd: Annotated[float, Field(ge=0)] | None = None


AGENT_LIMITS = Limits(seconds=120, requests=40, tool_calls=400, tokens=400_000, cost_usd=1.0)
RUN_LIMITS = Limits(seconds=300, requests=100, tool_calls=1200, tokens=1_000_000, cost_usd=2.0)


KINDS = ("requests", "tool_calls", "tokens", "cost_usd")


class Meter:
    """Counts one agent's usage, and the run's through `parent`.

    `spend` raises LimitReached when a limit is passed. A request or call alone is counted before it
    is made, and not at all when there is none left; tokens and costs are spent by then, and count.
    """

    def __init__(
        self,
        name: str,
        limits: Limits,
        parent: Meter | None = None,
        report: Callable[[Usage], object] | None = None,
    ) -> None:
        self.name = name
        self.limits = limits
        self.used = Usage()
        self.at_work = 0
        """How many agents draw on this meter through a model at the moment."""
        self._most: dict[str, float] = {
            kind: most for kind in KINDS if (most := getattr(limits, kind)) is not None
        }
        self._parent = parent
        self._report = report

    def left(self, what: str) -> float:
        """How much of "requests", "tool_calls", "tokens" or "cost_usd" may still be spent here."""
        used: float = getattr(self.used, what)
        return self._most.get(what, inf) - used

    @property
    def whole(self) -> Meter:
        """The meter of the whole run, which may be this one."""
        return self if self._parent is None else self._parent.whole

    def spend(self, usage: Usage) -> None:
        if not usage.tokens and not usage.cost_usd:
            self._check_room(usage)
        self._count(usage)

    def _check_room(self, usage: Usage) -> None:
        for what, most in self._most.items():
            if getattr(self.used, what) + getattr(usage, what) > most:
                raise self._reached(what)
        if self._parent:
            self._parent._check_room(usage)

    def _count(self, usage: Usage) -> None:
        self.used = self.used + usage
        if self._report:
            self._report(self.used)
        if self._parent:
            self._parent._count(usage)
        for what, most in self._most.items():
            if getattr(self.used, what) > most:
                raise self._reached(what)

    def _reached(self, what: str) -> LimitReached:
        used, limit = getattr(self.used, what), getattr(self.limits, what)
        if what == "cost_usd":
            places = 2 if round(used, 2) > limit == round(limit, 2) else 4
            told, most = f"${used:.{places}f}", f"${limit:.{places}f}"
        else:
            unit = what.replace("_", " ")
            told, most = f"{used:,} {unit[:-1] if used == 1 else unit}", f"{limit:,}"
        return LimitReached(
            f"{self.name}: {told} used, the limit is {most}; raise the limit or ask for less"
        )
