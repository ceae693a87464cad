"""The tools of one agent in one run: every call is checked, counted, told and entered in the ledger."""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, ParamSpec, TypeVar

from anyio.lowlevel import checkpoint
from pydantic import ConfigDict, TypeAdapter, ValidationError, validate_call

from agents.errors import ToolError, TripartiteError
from agents.events import Emit, ToolCalled, ToolReturned
from agents.evidence import Fact, Ledger
from agents.usage import Meter, Usage

P = ParamSpec("P")
R = TypeVar("R", bound=Fact | tuple[Fact, ...])
ToolFunction = Callable[..., Awaitable[Fact | tuple[Fact, ...]]]


@dataclass(frozen=True)
class Tool:
    """A typed async function with a docstring, as a model or a developer sees it."""

    function: ToolFunction

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def description(self) -> str:
        return inspect.getdoc(self.function) or ""

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """JSON schema of the arguments, an object."""
        adapter: TypeAdapter[object] = TypeAdapter(self.function)  # type: ignore[arg-type]  # a function is fine at run time
        return adapter.json_schema()

    @cached_property
    def _validated(self) -> ToolFunction:
        return validate_call(config=ConfigDict(strict=False))(self.function)

    async def run(self, arguments: dict[str, Any]) -> Fact | tuple[Fact, ...]:
        """Call with untrusted arguments; raises ToolError naming each that does not fit."""
        try:
            return await self._validated(**arguments)
        except ValidationError as error:
            faults = "; ".join(
                f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors()
            )
            raise ToolError(f"{self.name}: {faults}") from error


tool_of = lru_cache(maxsize=256)(Tool)
"""The one `Tool` of a function: its schema and its validation are built once in a process."""
Observe = Callable[[int, str, dict[str, Any], tuple[Fact, ...]], object]
"""Told the call's number, the tool, its arguments and the facts it returned."""


class Toolbox:
    """Calls tools for one agent.

    Typed from Python (`await tools(climate, "lisbon", start, end)`) or by name with untrusted
    arguments, as a model asks (`await tools.call("climate", {...})`).
    """

    def __init__(
        self,
        functions: Sequence[ToolFunction],
        *,
        agent: str,
        ledger: Ledger,
        emit: Emit,
        meter: Meter,
    ) -> None:
        self.tools = {f.__name__: tool_of(f) for f in functions}
        self.ledger = ledger
        self.observe: Observe | None = None
        self._agent = agent
        self._emit = emit
        self._meter = meter
        self._calls = 0

    async def __call__(
        self, tool: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        bound = inspect.signature(tool).bind(*args, **kwargs)
        return await self._tell(tool.__name__, bound.arguments, lambda: tool(*args, **kwargs))

    async def call(self, name: str, arguments: dict[str, Any]) -> Fact | tuple[Fact, ...]:
        """Call the tool called `name`; raises ToolError for an unknown name or bad arguments."""
        known = self.tools.get(name)
        if known is None:
            raise ToolError(f"no tool {name!r}; there are {', '.join(sorted(self.tools))}")
        return await self._tell(name, arguments, lambda: known.run(arguments))

    def play(
        self,
        call: int,
        name: str,
        arguments: dict[str, Any],
        facts: tuple[Fact, ...],
        seconds: float,
    ) -> None:
        """Enter and tell what a tool returned in an earlier run, without calling it."""
        self._emit(self._returned(call, name, arguments, facts, seconds))

    async def _tell(
        self, name: str, arguments: dict[str, Any], ask: Callable[[], Awaitable[R]]
    ) -> R:
        self._calls += 1
        call, began = self._calls, time.perf_counter()
        shown = {k: v for k, v in arguments.items() if v not in (None, (), False)}
        self._emit(ToolCalled(agent=self._agent, call=call, tool=name, arguments=shown))

        try:
            self._meter.spend(Usage(tool_calls=1))
            result = await ask()
            await checkpoint()  # look-ups are quick; let the other agents have their turn
        except TripartiteError as error:
            self._emit(
                ToolReturned(
                    agent=self._agent,
                    call=call,
                    tool=name,
                    summary=str(error),
                    seconds=time.perf_counter() - began,
                    failed=True,
                )
            )
            raise
        facts = result if isinstance(result, tuple) else (result,)
        self._emit(self._returned(call, name, shown, facts, time.perf_counter() - began))
        return result

    def _returned(
        self,
        call: int,
        name: str,
        arguments: dict[str, Any],
        facts: tuple[Fact, ...],
        seconds: float,
    ) -> ToolReturned:
        """Entered in the ledger, and who observes told of it; how it is told."""
        if self.observe is not None:
            self.observe(call, name, arguments, facts)
        ids = tuple(self.ledger.enter(fact, tool=name, asked_by=self._agent) for fact in facts)
        return ToolReturned(
            agent=self._agent,
            call=call,
            tool=name,
            summary=facts[0].claim if len(facts) == 1 else f"{len(facts)} found",
            evidence=ids,
            seconds=seconds,
        )
