"""`tripartite agents`: the team, its tools, its limits."""

from __future__ import annotations

import click


@click.command()
def agents() -> None:
    """Show the team: what each agent does, with which tools, within which limits."""
    from planner.session import Session
    from planner.settings import settings_table
    from planner.team_settings import team_settings

    session = Session(team_settings=team_settings(settings_table()))
    for agent in session.team:
        limits = agent.limits
        click.secho(agent.name, bold=True)
        click.echo(f"  {agent.role}")
        click.echo(f"  hands back {agent.output.__name__}")
        click.echo(f"  tools: {', '.join(t.__name__ for t in agent.tools)}")
        click.echo(
            f"  limits: {limits.seconds:g} s, {limits.requests} requests, {limits.tool_calls} tool "
            f"calls, {limits.tokens:,} tokens, ${limits.cost_usd:.2f}"
        )
    whole = session.limits
    click.echo(
        f"whole run: {whole.seconds:g} s, {whole.requests} requests, "
        f"{whole.tokens:,} tokens, ${whole.cost_usd:.2f}"
    )
