"""`plan --dry-run`: what would be sent, to whom, and what it could cost at most. Nothing is sent."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pydantic import BaseModel

from agents.agent import Agent, Brief
from agents.errors import NotUsable, RecordingError
from agents.request import TripRequest
from agents.usage import Limits, Usage
from planner.backends import DEFAULT_BACKEND, REPLAY
from planner.cli.ends import end

if TYPE_CHECKING:
    from planner.addresses import Address
    from planner.session import Session

CHARACTERS_A_TOKEN = 4
"""A rule of thumb for English and JSON; what a model counts differs by a third or so."""
NOTHING = "nothing is sent"
WIDEST = 80
"""Columns; a name that is longer stays whole."""


def show(session: Session, request: TripRequest, *, as_json: bool, words: bool = False) -> None:
    """Print it: for a reader, with all the `words` if asked for, or as one JSON object."""
    try:
        told = dry_run(session, request)
    except (NotUsable, RecordingError) as error:
        end(str(error), fg="red")
    if as_json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for line in _lines(told, words=words):
            click.echo("\n".join(_wrapped(line)))


def dry_run(session: Session, request: TripRequest) -> dict[str, Any]:
    """For each agent to whom its first request would go, what is in it, and its limits."""
    brief = Brief(request)
    agents = [_of_agent(session, agent, brief) for agent in session.team]
    run = session.limits
    bounds = [a["cost_usd_at_most"] for a in agents]
    most = None if None in bounds else _least(sum(bounds), run.cost_usd)
    return {"sent": False, "agents": agents, "limits": _said(run), "cost_usd_at_most": most}


def _of_agent(session: Session, agent: Agent[Any], brief: Brief) -> dict[str, Any]:
    from planner.specs import address

    chain = session.lineup.chain(agent.name)
    for spec in chain:
        _played(spec)
    asked = [
        address(spec, session.team_settings).placed(os.environ)
        for spec in chain
        if spec != DEFAULT_BACKEND and not spec.startswith(f"{REPLAY}:")
    ]
    places = [_place(found, agent.limits) for found in asked]
    told: dict[str, Any] = {
        "agent": agent.name,
        "backends": [*chain],
        "to": places,
        "limits": _said(agent.limits),
        "cost_usd_at_most": _most([place["cost_usd_at_most"] for place in places]),
    }
    if asked:
        told["first_request"] = _first_request(agent, brief)
    return told


def _played(spec: str) -> None:
    """Read what a spec would play. Raises RecordingError when that cannot be played."""
    if spec.startswith(f"{REPLAY}:"):
        from agents.backends.tape.lines import read_tape

        read_tape(Path(spec.removeprefix(f"{REPLAY}:")))


def _place(found: Address, limits: Limits) -> dict[str, Any]:
    from agents.backends.servers.prices import price_list

    keys = [{"variable": name, "set": bool(os.environ.get(name))} for name in found.key_names]
    provider = found.provider
    return {
        "backend": found.spec,
        "model": found.model,
        "url": found.where,
        "keys": keys,
        "needs_key": found.needs_key,
        "missing_package": provider.missing_package() if provider else None,
        "install": provider.install if provider else None,
        "effort": found.settings.effort or None,
        "steps": found.settings.steps,
        "prices": price_list() or None,
        "cost_usd_at_most": _bound(found, limits),
    }


def _first_request(agent: Agent[Any], brief: Brief) -> dict[str, Any]:
    """The words, and the size of everything."""
    from agents.backends.answers import answer_schema
    from agents.backends.prompting import HAND_IN, brief_words, system_words, tool_schemas

    system, words = system_words(agent), brief_words(brief)
    tools = {tool["name"]: _compact(tool) for tool in tool_schemas(agent)}
    output: type[BaseModel] = agent.output
    tools[HAND_IN] = _compact(answer_schema(output))
    whole = "".join([system, words, *tools.values()])
    return {
        "system": {"text": system, **_size(system)},
        "brief": {"text": words, **_size(words)},
        "tools": [{"name": name, **_size(text)} for name, text in tools.items()],
        **_size(whole),
    }


def _compact(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _size(text: str) -> dict[str, int]:
    return {"bytes": len(text.encode()), "tokens_about": -(-len(text) // CHARACTERS_A_TOKEN)}


def _bound(found: Address, limits: Limits) -> float | None:
    """The most an agent's tokens can cost there; None when that is not known."""
    from agents.backends.servers.prices import cost_usd

    if limits.tokens is None:
        one = cost_usd(found.priced_at, found.model, Usage(output_tokens=1))
        return one if not one else limits.cost_usd
    whole = (Usage(input_tokens=limits.tokens), Usage(output_tokens=limits.tokens))
    costs = [cost_usd(found.priced_at, found.model, usage) for usage in whole]
    dearer = _most(costs)
    return None if dearer is None else _least(dearer, limits.cost_usd)


def _most(costs: list[float | None]) -> float | None:
    """The highest, None when one is not known."""
    known = [cost for cost in costs if cost is not None]
    return max(known, default=0.0) if len(known) == len(costs) else None


def _least(cost: float, limit: float | None) -> float:
    return cost if limit is None else min(cost, limit)


def _said(limits: Limits) -> dict[str, Any]:
    return limits.model_dump(exclude_none=True)


def _wrapped(line: str) -> list[str]:
    """A line in as many as it takes; what follows stands below its words, names stay whole."""
    indent = " " * (len(line) - len(line.lstrip(" ")))
    indent += "| " if line.startswith("|", len(indent)) else "  " if indent else ""
    told = textwrap.wrap(
        line,
        WIDEST,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
    return told or [""]


def _lines(told: Mapping[str, Any], *, words: bool) -> Iterator[str]:
    """What a reader gets: one part an agent, then the sum."""
    for agent in told["agents"]:
        yield f"{agent['agent']}: {', then '.join(agent['backends'])}"
        for place in agent["to"]:
            yield from (f"  {line}" for line in _place_lines(place))
        request = agent.get("first_request")
        if request is None:
            yield f"  {NOTHING}"
        else:
            yield f"  first request: {_size_words(request)}"
            if words:
                yield from _request_lines(request)
            yield f"  at most: {_limits_words(agent['limits'])}"
            yield f"  cost at most: {_cost_words(agent['cost_usd_at_most'], agent['to'])}"
        yield ""
    if not any(agent["to"] for agent in told["agents"]):
        yield "Nothing would be sent to anyone: no key, no network, no cost."
        return
    yield f"Whole run at most: {_limits_words(told['limits'])}"
    places = [place for agent in told["agents"] for place in agent["to"]]
    yield f"Cost at most: {_cost_words(told['cost_usd_at_most'], places)}"
    yield (
        "A request that is on its way when a limit is reached is still paid for. Tokens are "
        f"estimated at {CHARACTERS_A_TOKEN} characters each."
    )
    more = "" if words else " All the words: add --verbose."
    yield f"This was a dry run: nothing was sent.{more}"


def _place_lines(place: Mapping[str, Any]) -> Iterator[str]:
    yield f"to {place['url']}, model {place['model']}"
    if place["missing_package"]:
        yield f"needs the package {place['missing_package']}: {place['install']}"
    ready = [key["variable"] for key in place["keys"] if key["set"]]
    names = " or ".join(key["variable"] for key in place["keys"])
    if ready:
        yield f"key: {ready[0]}, which is set"
    elif names:
        without = "so it would fail" if place["needs_key"] else "it may do without"
        yield f"key: {names}, not set; {without}"
    if place["steps"] == "small":
        yield "in small steps: the first request is smaller than told here, and has no tools"


def _request_lines(request: Mapping[str, Any]) -> Iterator[str]:
    for part in ("system", "brief"):
        yield f"  {part}: {_size_words(request[part])}"
        yield from (f"    | {line}".rstrip() for line in request[part]["text"].splitlines())
    yield "  tools:"
    yield from (f"    {t['name']:<22} {_size_words(t)}" for t in request["tools"])


def _size_words(size: Mapping[str, Any]) -> str:
    return f"{size['bytes']:,} bytes, about {size['tokens_about']:,} tokens"


def _limits_words(limits: Mapping[str, Any]) -> str:
    words = [
        f"{int(amount) if amount == int(amount) else amount:,} {what.replace('_', ' ')}"
        for what, amount in limits.items()
        if what != "cost_usd"
    ]
    cost = limits.get("cost_usd")
    return ", ".join([*words, f"${cost:.2f}"] if cost is not None else words)


def _cost_words(cost: float | None, places: Sequence[Mapping[str, Any]]) -> str:
    if cost is None:
        from agents.backends.servers.prices import INSTALL, price_list

        if not price_list():
            return f"unknown without a price list; {INSTALL}"
        unknown = [p["backend"] for p in places if p["cost_usd_at_most"] is None]
        models = " and ".join(dict.fromkeys(unknown))
        return f"unknown, since there is no price for {models}; the limit in cost cannot hold"
    return f"${cost:.2f}, an estimate" if cost else "nothing"
