"""The options that say who does the agents' thinking, and how much it may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

import click

_Command = Callable[..., Any]


class _Amount(click.FloatRange):
    """A number above 0; click itself lets `nan` and `inf` through."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        amount = super().convert(value, param, ctx)
        if not isfinite(amount):
            self.fail(
                f"{value!r} is no amount; give a number, or leave the option away", param, ctx
            )
        return amount


_ABOVE_ZERO = _Amount(min=0, min_open=True)
_ONE_AND_MORE = click.IntRange(min=1)
LIMITS: Mapping[str, str] = {
    "max_seconds": "seconds",
    "max_requests": "requests",
    "max_tokens": "tokens",
    "max_cost": "cost_usd",
}
"""Options of a whole run's limits, and the amounts they are."""


def backend_options(command: _Command) -> _Command:
    """Which backends, and the limits of a run."""
    for option in reversed(
        [
            click.option(
                "--backend", "backends", multiple=True, metavar="[AGENT=]SPEC",
                help="Who does the agents' thinking: offline (the default), openai:MODEL, "
                "ollama:MODEL, anthropic:MODEL, http://HOST:PORT/v1#MODEL, replay:FILE … With "
                "AGENT= for one agent; repeatable. `tripartite doctor` lists them.",
            ),
            click.option(
                "--fallback", multiple=True, metavar="SPEC",
                help="Who takes over when a backend gives up; repeatable. none for nobody.",
            ),
            click.option("--max-seconds", type=_ABOVE_ZERO, help="For the whole run."),
            click.option("--max-requests", type=_ONE_AND_MORE, help="To models, by all agents."),
            click.option("--max-tokens", type=_ONE_AND_MORE, help="Sent and received."),
            click.option("--max-cost", type=_ABOVE_ZERO, metavar="USD", help="By estimated prices."),
            click.option("--own-pace", is_flag=True, help="A recorded run takes the time it took."),
        ]
    ):  # fmt: skip
        command = option(command)
    return command


def asked_limits(fields: dict[str, Any]) -> Mapping[str, float]:
    """The limits among the options of a command, which are taken out of `fields`."""
    given = {amount: fields.pop(option) for option, amount in LIMITS.items()}
    return {amount: value for amount, value in given.items() if value is not None}
