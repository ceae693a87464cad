"""`tripartite agents`: the team, its tools, its limits."""

from __future__ import annotations

import click


@click.command()
def agents() -> None:
    """Show the team: what each agent does, with which tools, within which limits."""
    from agents.usage import RUN_LIMITS
    from planner.orchestrator import TEAM

    for agent in TEAM:
        limits = agent.limits
        click.secho(agent.name, bold=True)
        click.echo(f"  {agent.role}")
        click.echo(f"  hands back {agent.output.__name__}")
        click.echo(f"  tools: {', '.join(t.__name__ for t in agent.tools)}")
        click.echo(
            f"  limits: {limits.seconds:g} s, {limits.requests} requests, {limits.tool_calls} tool "
            f"calls, {limits.tokens:,} tokens, ${limits.cost_usd:.2f}"
        )
    click.echo(
        f"whole run: {RUN_LIMITS.seconds:g} s, {RUN_LIMITS.requests} requests, "
        f"{RUN_LIMITS.tokens:,} tokens, ${RUN_LIMITS.cost_usd:.2f}"
    )
